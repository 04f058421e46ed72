"""The verb ``sensitivity``: what an outcome depends on."""

from __future__ import annotations

from pathlib import Path

import click

from experiments.options import json_option, out_option, seed_option, set_option
from experiments.terminal import print_json, progress, say


@click.command()
@click.argument("scenario")
@click.option(
    "-o", "--outcome", "outcomes", multiple=True, required=True, metavar="OUTCOME",
    help="An outcome, or a condition on one as a share of runs, such as 'deal==freeze'; several share the runs.",
)  # fmt: skip
@click.option(
    "--method", type=click.Choice(["sobol", "morris", "tornado", "split"]), default="sobol", show_default=True,
    help="Indices, screening, one parameter at a time, or the parts of the variance.",
)  # fmt: skip
@click.option("--runs", type=click.IntRange(100), help="Runs to spend at most; by default what the method needs.")
@set_option
@seed_option(1)
@click.option("--jobs", type=click.IntRange(1), envvar="PENINSULA_JOBS", help="Worker processes; by default what helps.")
@out_option("Directory for the figure and all rows; none by default.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the tables as Markdown.")
@json_option
def sensitivity(scenario: str, outcomes: tuple[str, ...], method: str, runs: int | None, settings: tuple[str, ...],
                seed: int, jobs: int | None, out: Path | None, as_markdown: bool, as_json: bool) -> None:  # fmt: skip
    """Rank what an outcome of SCENARIO depends on, or split its variance.

    Runs take luck from one another, so that everything but the factor in question is the same.
    """
    from experiments import sensitivity_report as reporting
    from experiments.study import Study

    with progress(as_json or as_markdown) as report:
        study = Study(scenario, outcomes, runs or reporting.RUNS[method], seed, settings, jobs, report)
        rows = reporting.run(method, study)
    if as_json:
        print_json(reporting.document(method, study, rows))
    else:
        click.echo(reporting.text(method, study, rows, as_markdown=as_markdown))
    if out is not None:
        for path in reporting.save(method, study, rows, out):
            say(str(path))
