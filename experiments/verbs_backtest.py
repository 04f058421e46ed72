"""The verb ``backtest``: scores against history beside simple baselines."""

from __future__ import annotations

from pathlib import Path

import click

from experiments.options import json_option, out_option, seed_option
from experiments.terminal import print_json, progress, say


@click.command()
@click.option("--from", "starts", multiple=True, metavar="MONTH", help="Cut-off, or several; by default five from 2012 on.")
@click.option("--months", type=click.IntRange(1, 120), default=24, show_default=True, help="Months scored from a cut-off.")
@click.option("--runs", type=click.IntRange(20), default=2000, show_default=True, help="Runs of each variant and cut-off.")
@seed_option(1)
@click.option("--jobs", type=click.IntRange(1), envvar="PENINSULA_JOBS", help="Worker processes; by default what helps.")
@click.option("--posterior", metavar="NAME|none", help="Posterior; by default the one that ends before each cut-off.")
@click.option("--discrimination", is_flag=True, help="Only the AUC at leads of 1 to 6 months from half-yearly starts.")
@out_option("Directory for figures and tables; none by default.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the tables as Markdown.")
@json_option
def backtest(starts: tuple[str, ...], months: int, runs: int, seed: int, jobs: int | None, posterior: str | None,
             discrimination: bool, out: Path | None, as_markdown: bool, as_json: bool) -> None:  # fmt: skip
    """Freeze the world at cut-offs, run the model from there, and score it against what came, beside simple baselines.

    Nothing of the cut-off or later is read before scoring. Priors were set with 2012 to 2019 in view: only May 2020 on is
    out of sample for the model itself, and that is one weak test.
    """
    from experiments.backtest import discrimination as areas
    from experiments.backtest import reporting
    from experiments.plain import plain

    if discrimination:
        with progress(as_json) as report:
            rows = areas.table(runs=runs, seed=seed, jobs=jobs, progress=report)
        if as_json:
            print_json(rows)
        else:
            click.echo(plain(rows, as_markdown=as_markdown))
        return
    with progress(as_json) as report:
        found = reporting.run(starts, months, runs=runs, seed=seed, posterior=posterior, jobs=jobs, progress=report)
    if as_json:
        print_json(reporting.tables(found))
    else:
        click.echo(reporting.text(found, as_markdown=as_markdown))
    if out is not None:
        for path in reporting.draw(found, out):
            say(str(path))
