"""The verb ``describe``: the reference pages of the documentation, generated from the code."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from experiments.terminal import INVALID, say


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), help="Directory of the pages; docs/reference of this checkout by default."
)
@click.option(
    "--check", is_flag=True, help="Write nothing; say which pages differ from the code, and exit with 3 if any does."
)
def describe(out: Path | None, check: bool) -> None:
    """Write the reference pages from the code: parameters, state, actions, schedule, streams, outcomes and others."""
    from experiments import description
    from experiments.targets import writable

    home = out or description.HOME
    if not check:
        writable(home)
        for path in description.write(home):
            say(str(path))
        return
    lines = description.differences(home)
    for line in lines:
        say(line)
    if lines:
        sys.exit(INVALID)
    click.echo(f"{home}: every page is what the code says")
