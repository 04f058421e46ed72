"""What the benchmarks run in processes of their own, so that memory and precision are each measured apart.

    python child.py serve ROOT SCENARIO MONTHS          a number of runs on stdin: seconds of processor time on stdout
    python child.py batch ROOT SCENARIO RUNS JOBS OUT   a batch on disk: a line of JSON on stdout

ROOT is the directory that holds the package.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path

SEED = 1
KILOBYTES_PER_MEGABYTE = 1024  # Linux counts the peak in kilobytes


def serve(scenario: str, months: str) -> None:
    """Time blocks on request, until stdin closes."""
    from sim.model import simulate_block
    from sim.scenario import load_scenario

    spec = load_scenario(scenario, settings=[f"months={months}"])
    for line in sys.stdin:
        start = time.process_time()
        simulate_block(spec, seed=SEED, first_run=0, runs=int(line), trajectories=False)
        sys.stdout.write(f"{time.process_time() - start}\n")
        sys.stdout.flush()


def batch(scenario: str, runs: str, jobs: str, out: str) -> None:
    """Run a batch to disk and say how long it took and how much memory parent and workers held at most."""
    from experiments import run_batch

    start = time.perf_counter()
    run_batch(scenario, runs=int(runs), seed=SEED, out=out, jobs=int(jobs), trajectories=False, collect=False)
    seconds = time.perf_counter() - start
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KILOBYTES_PER_MEGABYTE
    sys.stdout.write(json.dumps({"seconds": seconds, "parent": own_peak(), "worker": worker}) + "\n")


def own_peak() -> float:
    """Peak memory of this process in MB. Linux lets a process inherit ``ru_maxrss`` of the one that started it, so its
    own high-water mark is read where there is one."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / KILOBYTES_PER_MEGABYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_PER_MEGABYTE


if __name__ == "__main__":
    task, root, *arguments = sys.argv[1:]
    sys.path[0] = root  # not the directory of this file
    with suppress(KeyboardInterrupt):
        {"serve": serve, "batch": batch}[task](*arguments)
