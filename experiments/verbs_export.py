"""The verb ``export``: a stored batch as CSV or Excel."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR|FILE.xlsx",
              help="A directory for CSV files, or a file that ends in .xlsx.")  # fmt: skip
@click.option("--scenario", "scenarios", multiple=True, help="Scenarios to export; all by default.")
@click.option("--all", "everything", is_flag=True, help="Also drawn parameters and how often each move was made.")
def export(directory: Path, out: Path, scenarios: tuple[str, ...], everything: bool) -> None:
    """Write the runs of a batch to CSV or Excel, with a summary, what each scenario sets, a codebook and how to cite it."""
    from experiments.export import check, tables, write

    check(out)
    for path in write(tables(directory, scenarios, everything=everything), out):
        click.echo(path)
