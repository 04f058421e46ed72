"""The verb ``branch``: a stored run up to a month, and what one move changes in what comes after."""

from __future__ import annotations

from pathlib import Path

import click

from experiments.options import json_option, out_option
from experiments.terminal import print_json, progress, say


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--scenario", help="Scenario of the run; may be left out if the batch has only one.")
@click.option("--run", "run_number", type=int, required=True, help="Number of the run.")
@click.option("--month", required=True, metavar="YYYY-MM", help="Month in which the move is changed; luck is fresh from it.")
@click.option("--force", metavar="NATION.ACTION", help="Move that the nation makes, where its gate is open.")
@click.option("--ban", metavar="NATION.ACTION", help="Move that is not on offer.")
@click.option("--months", type=click.IntRange(1), default=1, show_default=True, help="Months for which this holds.")
@click.option("--runs", type=click.IntRange(2), default=500, show_default=True, help="Continuations, of each arm.")
@click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), help="Seed of the fresh luck; derived from run and month if not given."
)
@click.option("-o", "--outcome", "outcomes", multiple=True, metavar="OUTCOME|CONDITION",
              help="Outcomes, or conditions such as 'deal==freeze', to compare; all outcomes by default.")  # fmt: skip
@out_option("Directory for the figure and its data; none by default.")
@json_option
def branch(directory: Path, scenario: str | None, run_number: int, month: str, force: str | None, ban: str | None,
           months: int, runs: int, seed: int | None, outcomes: tuple[str, ...], out: Path | None,
           as_json: bool) -> None:  # fmt: skip
    """Run the rest of a stored run many times, with one move changed and unchanged under the same fresh luck.

    What came before the month is that of the run bit for bit.
    """
    from experiments import branch as experiment
    from experiments.errors import UsageError
    from sim.state import Month

    if force is not None and ban is not None:
        raise click.UsageError("--force and --ban were both given; keep one")
    if force is None and ban is None:
        raise click.UsageError("say what to change: --force NATION.ACTION or --ban NATION.ACTION")
    try:
        date = Month.parse(month)
    except ValueError as error:
        raise UsageError(f"--month: {error}") from error
    how = experiment.BANNED if force is None else experiment.FORCED
    asked = experiment.Asked(run_number, date, force or ban or "", how, months)
    with progress(as_json or runs <= experiment.FEW) as report:
        found = experiment.branch(
            directory, asked, scenario=scenario, runs=runs, seed=seed, outcomes=outcomes, progress=report
        )
    if as_json:
        print_json(found.document())
    else:
        click.echo(experiment.text(found))
    if out is not None:
        for path in experiment.draw(found, outcomes, out):
            say(str(path))
