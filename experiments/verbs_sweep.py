"""The verb ``sweep``: one scenario at many design points, as one batch."""

from __future__ import annotations

import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from experiments.options import cluster_options, json_option, seed_option, set_option, where
from experiments.terminal import print_json, progress, say, stop_if_failed

if TYPE_CHECKING:
    from experiments.sweep_file import Said
    from experiments.sweeps import Plan

RUNS = 100


@click.command()
@click.argument("scenario", required=False)
@click.option(
    "--vary", multiple=True, metavar="KEY=VALUES",
    help="A key, as for --set, with values 0.2,0.4,0.6 or a range 0.2..0.6; several make a design.",
)  # fmt: skip
@click.option(
    "--design", type=click.Choice(["grid", "lhs", "sobol"]),
    help="Every combination (by default), a Latin hypercube, or a Sobol sequence.",
)  # fmt: skip
@click.option(
    "--points", metavar="N|FILE.csv",
    help="Points of a sample (16 by default), steps of each range of a grid (5), or a table of points, a column per key.",
)  # fmt: skip
@click.option("--file", "file", type=click.Path(path_type=Path), metavar="FILE.yaml", help="The same, said in a file.")
@click.option("--runs", type=click.IntRange(1, 100_000_000), help=f"Runs of each point; {RUNS} by default.")
@seed_option()
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Directory of the batch.")
@click.option("--jobs", type=click.IntRange(1), envvar="PENINSULA_JOBS", help="Worker processes; by default what helps.")
@cluster_options
@click.option("--trajectories/--no-trajectories", default=None, help="Store months; by default up to 10,000 runs in all.")
@click.option("-o", "--outcome", "outcomes", multiple=True, metavar="OUTCOME",
              help="An outcome to print, or a condition on one such as 'deal==freeze'; several may be given.")  # fmt: skip
@click.option("--plot", is_flag=True, help="Draw each printed outcome against what is varied, to DIR/figures.")
@click.option("--dry-run", is_flag=True, help="Print design, runs, time and disk, and run nothing.")
@click.option("--quiet", is_flag=True, help="No progress and no table.")
@set_option
@json_option
def sweep(scenario: str | None, out: Path | None, outcomes: tuple[str, ...], plot: bool, dry_run: bool, quiet: bool,
          as_json: bool, **given: Any) -> None:  # fmt: skip
    """Run SCENARIO at many design points as one batch: parameter sweeps, Latin hypercubes, Sobol sequences.

    Run k of every point meets the same luck. The same command goes on where an interrupted sweep stopped; more --runs
    extend it. With the directory of a stored sweep as SCENARIO and nothing else to run, its tables are printed again.
    """
    cluster = where(given)
    from experiments import conditions, manifest, sweep_report
    from sim.outcomes import OUTCOMES
    from sim.scenario import load_scenario

    if scenario and (Path(scenario) / manifest.NAME).exists():
        if out is not None or dry_run or any(value not in (None, ()) for name, value in given.items() if name != "jobs"):
            raise click.UsageError(
                f"{scenario} is a stored batch, of which -o, --plot and --json print or draw what it holds"
            )
        _tell(Path(scenario), sweep_report.Report.of(scenario, outcomes), plot=plot, quiet=quiet, as_json=as_json)
        return
    said = _said(scenario, given)
    load_scenario(said.sweep.scenario, said.sweep.settings)  # a scenario that is not there is told first
    if out is None:
        raise click.UsageError("--out is missing; add --out DIR, directory of the batch")
    conditions.parse(outcomes, list(OUTCOMES))  # a slip of the pen is told before the runs, not after
    plan = _plan(said, out, given)
    if dry_run:
        _foresee(plan, out, given["jobs"], as_json=as_json)
        return
    with progress(quiet or as_json) as report:
        command = shlex.join(["peninsula", *sys.argv[1:]])
        failed = plan.run(out, jobs=given["jobs"], cluster=cluster, progress=report, command=command)
    _tell(out, sweep_report.Report.of(out, outcomes, plan.runs), plot=plot, quiet=quiet, as_json=as_json)
    stop_if_failed(failed)


def _plan(said: Said, out: Path, given: dict[str, Any]) -> Plan:
    from experiments.sweeps import Plan

    runs = given["runs"] or said.runs or RUNS
    seed = said.seed if given["seed"] is None else given["seed"]
    return Plan.of(said.sweep, runs=runs, seed=seed, out=out, trajectories=given["trajectories"])


def _said(scenario: str | None, given: dict[str, Any]) -> Said:
    """The sweep of a file, or of the command line; runs and seed of the command line go before those of a file."""
    from experiments import sweep_file, sweep_keys
    from experiments.sweeps import Sweep

    if given["file"] is not None:
        if scenario or any(given[name] for name in ("vary", "design", "points", "settings")):
            raise click.UsageError("--file says scenario, vary, design, points and set; leave them out here, or the file")
        return sweep_file.read(given["file"])
    if scenario is None:
        raise click.UsageError("SCENARIO is missing; name one, or give --file FILE.yaml")
    points: str = given["points"] or ""
    if points.endswith(sweep_file.TABLE):
        if given["vary"] or given["design"]:
            raise click.UsageError("a table of points says it all; leave out --vary and --design")
        return sweep_file.Said(Sweep(scenario, settings=given["settings"], table=sweep_file.read_table(Path(points))))
    if points and not (points.isascii() and points.isdigit() and len(points) < 9):
        raise click.UsageError(f"--points is {points!r}; expected a whole number, or a table FILE.csv")
    axes = tuple(sweep_keys.axis(text) for text in given["vary"])
    count = int(points) if points else None
    return sweep_file.Said(Sweep(scenario, axes, given["design"] or "grid", count, given["settings"]))


def _foresee(plan: Plan, out: Path, jobs: int | None, *, as_json: bool) -> None:
    from experiments import dry_run

    planned = plan.foreseen(jobs)
    if as_json:
        print_json(asdict(planned))
        return
    each = [f"{scenario.name}: {scenario.title}" for scenario in plan.scenarios]
    shown = each if len(each) <= 16 else [*each[:8], f"... {len(each) - 16} more ...", *each[-8:]]
    click.echo("\n".join(shown))
    click.echo("\n".join(dry_run.text(planned, out).splitlines()[1:]))


def _tell(out: Path, report: Any, *, plot: bool, quiet: bool, as_json: bool) -> None:
    from experiments import sweep_report
    from experiments.targets import writable

    if plot:
        writable(out / "figures")
    if as_json:
        print_json(sweep_report.document(report))
    elif not quiet:
        click.echo(sweep_report.text(report))
    if plot:
        from experiments.figures import sweep as drawing

        for path in drawing.draw(out, report.outcomes, out / "figures"):
            say(str(path))
    if not quiet:
        again = f"peninsula sweep {shlex.quote(str(out))}"
        say(f"seed {report.seed}; stored in {out}, its design in design.csv; again: {again} -o OUTCOME --plot")
