"""The verb ``facts``: the seven stylised facts of the record as a scored table."""

from __future__ import annotations

from pathlib import Path

import click

from experiments.options import json_option, out_option, seed_option
from experiments.terminal import print_json, progress, say


@click.command()
@click.option("--runs", type=click.IntRange(100), default=1000, show_default=True, help="Runs of each scenario.")
@seed_option(1)
@click.option("--jobs", type=click.IntRange(1), envvar="PENINSULA_JOBS", help="Worker processes; by default what helps.")
@out_option("Directory for the figure and its data; none by default.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the table as Markdown, with the reasons of bands.")
@json_option
def facts(runs: int, seed: int, jobs: int | None, out: Path | None, as_markdown: bool, as_json: bool) -> None:
    """Score the model on seven stylised facts of the record, part by part, with what carries each.

    Verdicts are computed: reproduced, partly, not reproduced, or not modelled.
    """
    from experiments import facts as experiment

    with progress(as_json or as_markdown) as report:
        rows = experiment.table(runs=runs, seed=seed, jobs=jobs, progress=report)
    if as_json:
        print_json(rows)
    else:
        click.echo(experiment.markdown(rows) if as_markdown else experiment.text(rows))
    if out is not None:
        for path in experiment.draw(rows, seed=seed, out=out):
            say(str(path))
