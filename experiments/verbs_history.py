"""The verb ``history``: the record that the model is compared with."""

from __future__ import annotations

from pathlib import Path

import click

from experiments.options import json_option, out_option
from experiments.terminal import print_json, say


@click.command()
@click.argument("names", nargs=-1, metavar="[TABLE|COLUMN]...")
@click.option("--start", metavar="MONTH", help="Print what a simulation from this month starts with.")
@out_option("Directory for figures of the record, with their data.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the tables as Markdown.")
@json_option
def history(names: tuple[str, ...], start: str | None, out: Path | None, as_markdown: bool, as_json: bool) -> None:
    """Print the record of 2006 to 2021 with units, sources and grades, or draw it.

    Without a name: the tables and observed columns there are.
    """
    from experiments import history as record
    from experiments.plain import plain

    if out is not None:
        for path in record.draw(out):
            say(str(path))
        return
    if start is not None:
        found = {f"starting values for {start}": record.starting(start)}
    else:
        found = {name: record.rows(name) for name in names} or {"contents": record.contents()}
    if as_json:
        print_json(found)
        return
    click.echo("\n\n".join(f"{name}\n\n{plain(rows, as_markdown=as_markdown)}" for name, rows in found.items()))
