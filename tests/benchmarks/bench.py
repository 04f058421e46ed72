"""Speed and memory of Peninsula, as figures and ratios measured side by side; ``make bench`` runs it.

    python tests/benchmarks/bench.py [--quick] [--only SECTION]...

Contestants take turns, so that what else the machine does hits all of them; the best and the median are printed.
Nothing is asserted: a figure belongs to the machine and the hour, a ratio travels better.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # for a checkout that is not installed

from tests.benchmarks import decision_peer, measures
from tests.benchmarks.timing import ratio, take_turns

JOBS = 2
BLOCK = 1024
MEGABYTES = "{:,.0f} MB"


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    repetitions: int
    batch: int  # runs
    batch_turns: int
    sizes: tuple[int, ...]
    peer_runs: int  # for each process
    processes: tuple[int, ...]
    large_batch: int  # runs
    precision: tuple[int, ...]  # runs of a block


FULL = Effort(
    repetitions=7, batch=32_768, batch_turns=3, sizes=(1, 64, 1024, 8192), peer_runs=300, processes=(1, 2),
    large_batch=100_000, precision=(1024, 4096),
)  # fmt: skip
QUICK = Effort(
    repetitions=2, batch=2048, batch_turns=1, sizes=(1, 64, 1024, 4096), peer_runs=40, processes=(1,),
    large_batch=5000, precision=(1024,),
)  # fmt: skip


def header() -> None:
    """What was measured on what."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "mesa", "pandas", "pyarrow"))
    click.echo(f"Python {platform.python_version()}, {versions}; {platform.machine()}, {processors()} processors")
    click.echo(
        f"load {os.getloadavg()[0]:.1f} at the start: the machine may be shared, and then figures fall, less so ratios"
    )
    if sys.dont_write_bytecode:
        click.echo("bytecode is not cached (PYTHONDONTWRITEBYTECODE): workers start more slowly than they would")


def processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def line(label: str, figure: str) -> None:
    click.echo(f"  {label:<58} {figure}")


def speed(effort: Effort) -> None:
    """Runs per second of 60 months."""
    block = measures.blocks(BLOCK)
    block()
    one = take_turns({"block": block}, 3 * effort.repetitions, time.process_time)["block"]
    line(f"one core, blocks of {BLOCK:,}, processor time", one.rate(BLOCK))
    kinds = {
        f"{JOBS} workers, in memory": measures.batches(effort.batch, JOBS, disk=False),
        f"{JOBS} workers, to disk": measures.batches(effort.batch, JOBS, disk=True),
        f"{JOBS} workers, to disk with every month": measures.batches(effort.batch, JOBS, disk=True, months=True),
    }
    for name, times in take_turns(kinds, effort.batch_turns).items():
        line(f"run_batch, {effort.batch:,} runs, {name}", times.rate(effort.batch))
    click.echo("  Batches are timed by the clock, with the start of the workers (a second or two). Outcomes, parameters and")
    click.echo("  counts of moves of every run are recorded; the target is 4,000 runs per second on two cores.")


def size(effort: Effort) -> None:
    """Cost of a run by the number of runs that are stepped together."""
    times = measures.sizes(effort.sizes, effort.repetitions)
    for runs in effort.sizes:
        line(f"R = {runs:,}", f"{times[runs].best / runs * 1e3:10.3f} ms a run")
    for runs in effort.sizes[1:]:
        line(f"cost of a run, R = 1 : R = {runs:,}", ratio(times[1], times[runs], 1, runs))
    small, large = times[BLOCK].best, times[effort.sizes[-1]].best
    each = (large - small) / (effort.sizes[-1] - BLOCK)
    fixed = max(0.0, small - each * BLOCK)
    line(f"part of a block of {BLOCK:,} that does not grow with runs", f"{fixed / small:.0%} ({fixed * 1e3:.0f} ms)")
    line("runs per second that endless blocks would approach", f"{1 / each:,.0f}")


def rivals(effort: Effort) -> None:
    """A batch of the full model against a plain-Python Mesa model of the decision stage alone."""
    runs = min(effort.batch, 8 * BLOCK)
    for processes in effort.processes:
        peer_runs = processes * effort.peer_runs
        ours, peers = measures.against_peer(runs, peer_runs, processes, effort.batch_turns)
        line(f"peer by mesa.batch_run, {processes} at work, runs per second", peers.rate(peer_runs))
        line(f"full model by run_batch, {processes} at work, runs per second", ours.rate(runs))
        line("ratio, full model : peer of the decision stage", ratio(peers, ours, peer_runs, runs))
        if processes == 1:
            decide = measures.stages(BLOCK, effort.repetitions)["decide"]
            line("our decision stage alone, within the model", f"{BLOCK / decide:>8,.0f} best")
            line("ratio, decision stage : peer of it", f"{peers.best / peer_runs / (decide / BLOCK):,.0f} best")
    click.echo("  The ratio of the full model is conservative: the peer has no mechanisms, no learning, next to no record.")
    click.echo("  One at work is timed by the processor; two by the clock, with the time they take to start.")


def compiled(effort: Effort) -> None:
    """The decision stage from desk to choice, five nations: numpy against vectorised C."""
    if decision_peer.compiler() is None:
        click.echo("  there is no C compiler here")
        return
    cases = decision_peer.cases("baseline-2020", BLOCK, months=10)
    with tempfile.TemporaryDirectory() as folder:
        decide = decision_peer.compiled(Path(folder))
        programs = {"numpy": decision_peer.by_numpy, "C": decide}
        turns = {name: partial(lambda choose: [choose(case) for case in cases], choose) for name, choose in programs.items()}
        times = take_turns(turns, 20 * effort.repetitions, time.process_time)
        line(f"choices that differ, of {len(cases) * BLOCK:,}", f"{decision_peer.differing(cases, decide):>8,}")
    for name, found in times.items():
        line(f"{name}, a month of {BLOCK:,} runs", f"{found.best * 1e3:8.2f} ms best {found.median * 1e3:8.2f} ms median")
    line("ratio, numpy : C", ratio(times["numpy"], times["C"]))
    stages = dict(measures.stages(BLOCK, effort.repetitions))
    luck, setting_up = stages.pop(measures.LUCK), stages.pop(measures.SETTING_UP)
    month = sum(stages.values()) / measures.MONTHS
    saved = times["numpy"].best - times["C"].best
    line("a month of the model", f"{month * 1e3:8.2f} ms, of which luck {luck / measures.MONTHS * 1e3:.2f} ms")
    line("ratio, a month : a month with this stage in C", f"{month / (month - saved):,.2f}")
    line("setting up a block", f"{setting_up * 1e3:8.2f} ms")


def memory(effort: Effort) -> None:
    """Peak memory of batches of baseline-2020 (20 months) to disk, without the months."""
    found = {}
    for runs in (1000, effort.large_batch):
        found[runs] = measures.memory("baseline-2020", runs, JOBS)
        parent, worker, seconds = (found[runs][key] for key in ("parent", "worker", "seconds"))
        peak = f"parent {MEGABYTES.format(parent)}, largest worker {MEGABYTES.format(worker)}"
        line(f"{runs:,} runs, {JOBS} workers", f"{peak}, {seconds:.1f} s ({runs / seconds:,.0f} runs/s)")
    small, large = (found[runs]["parent"] + JOBS * found[runs]["worker"] for runs in (1000, effort.large_batch))
    line(
        f"memory of all processes, at most, {effort.large_batch:,} : 1,000",
        f"{large / small:.2f} ({MEGABYTES.format(large)})",
    )


def precision(effort: Effort) -> None:
    """Double against single precision, by the one constant that decides it."""
    for runs in effort.precision:
        times = measures.precisions(runs, effort.repetitions + 2)
        for name, found in times.items():
            line(f"{name}, R = {runs:,}", found.rate(runs))
        line(f"ratio of cost, float64 : float32, R = {runs:,}", ratio(times["float64"], times["float32"]))


def profile(effort: Effort) -> None:
    """Where the time of a block goes."""
    found = dict(measures.stages(BLOCK, effort.repetitions + 1))
    luck = found.pop(measures.LUCK)
    whole = sum(found.values())
    for name, seconds in sorted(found.items(), key=lambda item: -item[1]):
        line(name, f"{seconds * 1e3:8.1f} ms {seconds / whole:6.1%}")
    line(f"within these, {measures.LUCK}", f"{luck * 1e3:8.1f} ms {luck / whole:6.1%}")
    times = take_turns({"one": measures.blocks(1), "all": measures.blocks(BLOCK)}, effort.repetitions + 1, time.process_time)
    calls = times["one"].best / times["all"].best
    decide, setup = found["decide"], found[measures.SETTING_UP]
    mechanisms = whole - decide - setup - found[measures.THE_REST]
    click.echo(
        f"\n  Left on the table: deciding takes {decide / whole:.0%}, the mechanisms {mechanisms / whole:.0%}, setting up "
        f"{setup / whole:.0%}; luck, within these,\n  {luck / whole:.0%}. If deciding were free, a batch would be "
        f"{whole / (whole - decide):.1f} times as fast; if luck were, {whole / (whole - luck):.2f} times.\n"
        f"  A block of one run costs {calls:.0%} of a block of {BLOCK:,}: so much goes into calls, not numbers, and\n"
        "  fewer calls or larger blocks would save it."
    )


SECTIONS = {
    "speed": speed,
    "size": size,
    "peer": rivals,
    "peer-in-c": compiled,
    "memory": memory,
    "precision": precision,
    "profile": profile,
}


@click.command()
@click.option("--quick", is_flag=True, help="Under a minute on a quiet machine: fewer repetitions and smaller batches.")
@click.option("--only", multiple=True, type=click.Choice(list(SECTIONS)), help="Only this section; may be repeated.")
def main(quick: bool, only: tuple[str, ...]) -> None:
    """Print speed and memory, as figures and as ratios measured side by side."""
    header()
    for name, section in SECTIONS.items():
        if not only or name in only:
            click.echo(f"\n{name}: {section.__doc__}")
            section(QUICK if quick else FULL)


if __name__ == "__main__":
    main()
