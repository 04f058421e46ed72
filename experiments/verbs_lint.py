"""The verb ``lint``: what in a stored batch deserves a second look."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from experiments.options import json_option
from experiments.terminal import print_json


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@json_option
def lint(directory: Path, as_json: bool) -> None:
    """Say what in a stored batch deserves a second look, one line a finding: what it means and what to do.

    Scenarios that change nothing under the same luck, runs that are alike, outcomes that are the same in all runs,
    probabilities and variables at their bounds, parameters outside their documented ranges, failed runs. A finding is no
    error: the command ends with 0.
    """
    from experiments import lints

    found = lints.remarks(directory)
    if as_json:
        print_json([asdict(remark) for remark in found])
    else:
        click.echo(lints.text(found))
