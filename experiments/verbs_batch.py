"""The verb ``batch``: many runs of scenarios under the same luck, to disk."""

from __future__ import annotations

import shlex
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from experiments.cluster_address import Where
from experiments.options import cluster_options, json_option, seed_option, set_option, where
from experiments.terminal import print_json, progress, say, stop_if_failed

if TYPE_CHECKING:
    import pandas as pd

    from experiments.dry_run import Design

CEILING = 100_000
ENORMOUS = 5_000_000  # runs in all, from which it is asked beforehand whether they fit on the disk
TRAJECTORIES_UP_TO = 10_000  # runs, as for a batch of a given size
UNSURE = 2  # times as many runs may be needed as a trial foresees


@dataclass(frozen=True)
class Asked:
    """What was asked of ``batch``, but for how it is stopped."""

    scenarios: tuple[str, ...]
    seed: int | None
    out: Path
    jobs: int | None
    cluster: Where | None
    trajectories: bool | None
    settings: tuple[str, ...]
    silent: bool

    def run(self, runs: int) -> pd.DataFrame:
        """Run, resume or extend the batch; the frame has no rows, only ``attrs``."""
        from experiments.batch import run_batch

        with progress(self.silent) as report:
            return run_batch(
                list(self.scenarios), runs=runs, seed=self.seed, out=self.out, jobs=self.jobs,
                cluster=self.cluster, trajectories=self.trajectories, settings=self.settings, progress=report,
                command=shlex.join(["peninsula", *sys.argv[1:]]), collect=False,
            )  # fmt: skip

    def trial(self, runs: int) -> pd.DataFrame:
        """Outcomes of a few runs of each scenario that are not stored, with the seed of the batch if it is given."""
        from experiments.batch import run_batch

        return run_batch(list(self.scenarios), runs=runs, seed=self.seed or 0, settings=self.settings)


@click.command()
@click.argument("scenarios", nargs=-1, required=True)
@click.option(
    "--runs",
    type=click.IntRange(1, 100_000_000),
    default=1000,
    show_default=True,
    help="Runs per scenario; with --until, before the first look.",
)
@seed_option()
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Directory of the batch.")
@click.option("--jobs", type=click.IntRange(1), envvar="PENINSULA_JOBS", help="Worker processes; by default what helps.")
@cluster_options
@click.option("--trajectories/--no-trajectories", default=None, help="Store every month; by default up to 10,000 runs.")
@click.option(
    "--until",
    multiple=True,
    metavar="OUTCOME=HALFWIDTH",
    help="Go on until the 95% interval of an outcome is this narrow in every scenario, e.g. third_summit=0.01.",
)
@click.option(
    "--ceiling",
    type=click.IntRange(1, 100_000_000),
    default=CEILING,
    show_default=True,
    help="With --until: runs per scenario at which to stop all the same.",
)
@click.option("--dry-run", is_flag=True, help="Print design, runs, time and disk, and run nothing.")
@click.option("--quiet", is_flag=True, help="No progress and no table.")
@set_option
@json_option
def batch(scenarios: tuple[str, ...], runs: int, until: tuple[str, ...], ceiling: int, dry_run: bool, quiet: bool,
          as_json: bool, **given: Any) -> None:  # fmt: skip
    """Run a batch of one or more SCENARIOS under the same luck, and print the table of outcomes.

    The same command goes on where an interrupted batch stopped; more --runs extend it. With --until, runs are added
    until the numbers are sure enough, or the ceiling is reached.
    """
    from experiments import manifest, stopping

    rules = stopping.wanted(until)
    begun = (given["out"] / manifest.NAME).exists()
    need = runs
    asked = Asked(scenarios=scenarios, silent=quiet or as_json, cluster=where(given), **given)
    if rules and (dry_run or not begun):
        need = stopping.foreseen(asked.trial(stopping.TRIAL), rules, stopping.TRIAL, runs, ceiling)
        if asked.trajectories is None and not begun:
            asked = replace(asked, trajectories=need * UNSURE <= TRAJECTORIES_UP_TO)
    if dry_run:
        _tell_design(asked, need, as_json, ceiling=ceiling if rules else None)
        return
    if rules:
        frames = []
        reached = stopping.run_until(lambda enough: frames.append(asked.run(enough)), asked.out, rules, runs, ceiling)
        frame, runs = frames[-1], reached.runs
    else:
        if runs * len(scenarios) >= ENORMOUS:
            _check_room(asked, runs)
        frame = asked.run(runs)
    _tell_outcomes(asked, frame, runs, quiet=quiet, as_json=as_json)
    if rules and not quiet:
        say(stopping.text(reached, rules))
    stop_if_failed(frame.attrs["failed"])


def _tell_design(asked: Asked, runs: int, as_json: bool, ceiling: int | None) -> None:
    from experiments import dry_run

    planned = _planned(asked, runs)
    if as_json:
        print_json(asdict(planned))
    else:
        click.echo(dry_run.text(planned, asked.out, ceiling))


def _check_room(asked: Asked, runs: int) -> None:
    from experiments import dry_run

    dry_run.check_room(_planned(asked, runs), asked.out)


def _planned(asked: Asked, runs: int) -> Design:
    from experiments.dry_run import design
    from sim.scenario import load_scenario

    specs = [load_scenario(name, asked.settings) for name in asked.scenarios]
    return design(specs, runs=runs, jobs=asked.jobs, trajectories=asked.trajectories)


def _tell_outcomes(asked: Asked, frame: pd.DataFrame, runs: int, *, quiet: bool, as_json: bool) -> None:
    from experiments import manifest, summary

    if as_json:
        click.echo(summary.table(asked.out, runs=runs).to_json(orient="records", indent=1))
    elif not quiet:
        click.echo(summary.format(summary.table(asked.out, runs=runs)))
        _tell_remarks(asked.out)
        stored = manifest.read_manifest(asked.out).runs
        if stored > runs:
            say(f"{asked.out} holds {stored:,} runs of each; the table shows the first {runs:,}")
        say(f"seed {frame.attrs['seed']}; stored in {asked.out}; figures: peninsula plot {shlex.quote(str(asked.out))}")


def _tell_remarks(out: Path) -> None:
    """What deserves a second look at once, from the first runs of each scenario; a batch is not kept waiting for it."""
    from experiments import lints

    for remark in lints.shared(lints.remarks(out, lints.QUICK, lints.QUICK_RUNS)):
        say(str(remark))
