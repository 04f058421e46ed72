"""The verb ``calibrate``: fitting parameters to the record."""

from __future__ import annotations

from pathlib import Path

import click

from experiments.options import json_option, out_option, seed_option
from experiments.terminal import print_json, progress, say


@click.command()
@click.option(
    "--until",
    "untils",
    multiple=True,
    metavar="MONTH",
    help="Fit what was known before this month, 2014-01 to 2020-05 (the default); several share a table of runs.",
)
@click.option("--runs", type=click.IntRange(2000), default=30_000, show_default=True, help="Runs of the reference table.")
@seed_option(1)
@click.option("--jobs", type=click.IntRange(1), envvar="PENINSULA_JOBS", help="Worker processes; by default what helps.")
@click.option("--check", is_flag=True, help="Also try the calibrator on 200 runs whose parameters are known.")
@out_option("Directory for posteriors, tables and figures.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the tables as Markdown.")
@json_option
def calibrate(untils: tuple[str, ...], runs: int, seed: int, jobs: int | None, check: bool, out: Path | None,
              as_markdown: bool, as_json: bool) -> None:  # fmt: skip
    """Fit parameters to the record of January 2012 to a month, and say which of them the record tells nothing of.

    Approximate Bayesian computation on a table of runs. A posterior written to DIR can be named by a scenario beside it:
    parameters: {posterior: to-2020-04.csv}; shipped ones by name.
    """
    from experiments.calibration import reporting

    with progress(as_json) as report:
        results = reporting.run(untils, runs=runs, seed=seed, jobs=jobs, progress=report)
    if as_json:
        print_json(reporting.tables(results, check=check))
    else:
        click.echo(reporting.text(results, check=check, as_markdown=as_markdown))
    if out is not None:
        for path in reporting.save(results, out, jobs=jobs):
            say(str(path))
