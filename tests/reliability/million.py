"""A batch too large for memory, from the command line: computed, verified, read and drawn, with time and memory.

    python tests/reliability/million.py [--runs 1000000] [--jobs N] [--out DIR] [--into FILE]

``--out`` keeps the batch, and goes on with one that was begun there; ``--into`` adds a line of the scorecard.
Nothing is asserted about time. Memory is the proportional share of all processes together, looked at twice a second.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click
import psutil

SCENARIO, SEED = "baseline-2020", 1
LOOKS = 0.5  # seconds between looks at memory
OUTCOME = "third_summit"
READING = "one outcome read"
READ = (
    "import sys, time; from experiments import read_outcomes; start = time.perf_counter(); "
    f"read_outcomes(sys.argv[1], ['{OUTCOME}']); print(time.perf_counter() - start)"
)


@dataclass(frozen=True)
class Watched:
    """How a command went: its exit code, its standard output, wall time in seconds, peak memory in MB, and processor time in
    seconds, of all its processes and of the first alone (which writes, and does not simulate)."""

    code: int
    text: str
    seconds: float
    megabytes: float
    processor: float
    parent: float


def watch(*command: str) -> Watched:
    """Run a command to its end and look at its memory and that of all its children."""
    start, peak, before, own = time.perf_counter(), 0, ended(), 0.0
    with tempfile.TemporaryFile("w+") as out, subprocess.Popen(command, stdout=out, text=True) as process:
        parent = psutil.Process(process.pid)
        while process.poll() is None:
            peak, own = max(peak, memory(parent)), max(own, spent(parent))
            time.sleep(LOOKS)
        out.seek(0)
        seconds = time.perf_counter() - start
        return Watched(process.returncode, out.read(), seconds, peak / 2**20, ended() - before, own)


def spent(process: psutil.Process) -> float:
    """Processor time of a process without its children, in seconds; 0 if it is gone."""
    with suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def ended() -> float:
    """Processor time of all children that have ended, and of theirs, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def memory(parent: psutil.Process) -> int:
    """Bytes held by a process and its children, shared pages by their share."""
    held = 0
    with suppress(psutil.Error):
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.Error):  # it may end while it is looked at
                held += process.memory_full_info().pss
    return held


def measure(runs: int, jobs: int, out: Path) -> dict[str, Watched]:
    """The batch and what an analyst does with it."""
    peninsula = (sys.executable, "-m", "experiments")
    asked = ("batch", SCENARIO, "--runs", f"{runs}", "--seed", f"{SEED}", "--out", f"{out}", "--jobs", f"{jobs}")
    return {
        "computed": watch(*peninsula, *asked, "--no-trajectories", "--quiet"),
        "verified": watch(*peninsula, "verify", f"{out}"),
        READING: watch(sys.executable, "-c", READ, f"{out}"),
        "drawn": watch(*peninsula, "plot", f"{out}", "--out", f"{out}-figures"),
    }


def remark(found: dict[str, Watched]) -> str:
    """What the scorecard says beside the runs."""
    parts = [f"{name} in {each.seconds:,.0f} s, {each.megabytes:,.0f} MB" for name, each in found.items() if name != READING]
    share = found["computed"].parent / found["computed"].processor
    read = f"one outcome read in {float(found[READING].text):.2f} s"
    return "; ".join([*parts, read, f"the process that writes took {share:.0%} of the batch's processor time"])


@click.command()
@click.option("--runs", default=1_000_000, show_default=True)
@click.option("--jobs", default=len(os.sched_getaffinity(0)), show_default=True)
@click.option("--out", type=click.Path(path_type=Path))
@click.option("--into", type=click.Path(path_type=Path))
def main(runs: int, jobs: int, out: Path | None, into: Path | None) -> None:
    """Compute, verify, read and draw a large batch."""
    if into is not None and out is not None and out.exists():
        raise click.UsageError("--into is for a batch that is not begun yet; name another --out")
    with tempfile.TemporaryDirectory() as folder:
        found = measure(runs, jobs, out or Path(folder, "batch"))
    for name, each in found.items():
        click.echo(f"{name:<18} {each.seconds:>8,.1f} s {each.megabytes:>6,.0f} MB, exit {each.code}")
    bad = [name for name, each in found.items() if each.code]
    click.echo(f"failed: {', '.join(bad)}" if bad else remark(found))
    if into is not None:
        line = {"what": f"runs of {SCENARIO} in one batch", "tried": runs, "held": 0 if bad else runs,
                "test": "tests/reliability/million.py", "remark": ", ".join(bad) or remark(found)}  # fmt: skip
        with into.open("a") as file:
            file.write(json.dumps(line) + "\n")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
