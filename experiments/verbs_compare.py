"""The verb ``compare``: scenarios of a stored batch against one of them, run by run."""

from __future__ import annotations

import json
from pathlib import Path

import click

from experiments.options import json_option, out_option
from experiments.terminal import print_json, say


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.argument("base")
@click.argument("others", nargs=-1)
@click.option("-o", "--outcome", "outcomes", multiple=True, metavar="OUTCOME|CONDITION",
              help="Outcomes, or conditions such as 'deal==freeze', to compare; all outcomes by default.")  # fmt: skip
@click.option("--partings", "parting_runs", type=click.IntRange(0), default=500, show_default=True,
              help="Runs in which to look for the first decision at which two scenarios part; 0 for none.")  # fmt: skip
@out_option("Directory for the figure and its data; none by default.")
@json_option
def compare(directory: Path, base: str, others: tuple[str, ...], outcomes: tuple[str, ...], parting_runs: int,
            out: Path | None, as_json: bool) -> None:  # fmt: skip
    """Compare scenarios of a batch with BASE, run by run under the same luck; with all others if none is named.

    For each outcome: the mean difference with its 95% interval, the share of runs in which a scenario lies higher, and how
    many times as many independent runs it would take. Then the first month and decision at which runs part.
    """
    from experiments import compare as experiment
    from experiments import partings

    rows = experiment.table(directory, base, others, outcomes)
    parted = [
        partings.stored(directory, base, str(name), parting_runs) for name in dict.fromkeys(rows["scenario"]) if parting_runs
    ]
    if as_json:
        found = {"base": base, "differences": json.loads(rows.to_json(orient="records")), "partings": parted}
        print_json(found)
    else:
        note = experiment.lengths(directory, base, list(dict.fromkeys(rows["scenario"])))
        click.echo("\n\n".join([experiment.text(rows, base, note), *(partings.text(table, base) for table in parted)]))
    if out is not None:
        for path in experiment.draw(directory, rows, base, outcomes, out):
            say(str(path))
