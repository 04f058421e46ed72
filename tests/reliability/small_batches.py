"""A batch so small that it can be made hundreds of times: of less than a part, and extended to a part and a half.

As a program it is told batches to run, one a line on standard input, forks a process for each that ends at some step as
``kill -9`` ends it, and answers how it ended. So a real process is killed at every step of a batch in no time.
"""

import json
import os
import subprocess
import sys
import traceback
import warnings
from importlib import import_module
from pathlib import Path

import batch_fakes
import pytest
from batch_fakes import run_plain
from disks import Disk, kill

from experiments import parts, read_manifest, verify
from experiments.errors import BatchWarning
from experiments.manifest import NAME
from experiments.store import Store, contents_digest

FIRST, ALL = 3, 6  # runs
PART_RUNS = 4
MOST = 200  # steps of a batch and its extension, many more than there are
DIED, DONE = -9, 0


def cut_small(put):
    """Let parts hold few runs, and nobody read them back at the end of a batch; ``put`` sets an attribute."""
    for name in ("parts", "batch"):
        put(import_module(f"experiments.{name}"), "PART_RUNS", PART_RUNS)
    put(import_module("experiments.batch"), "_collected", lambda *_: None)


def run_both(out):
    """A batch, and its extension."""
    run_plain(out, FIRST, collect=False)
    run_plain(out, ALL, collect=False)


def assert_nothing_half_written(out, known=("pending",)):
    """Whatever has a name to be read by is whole, and what is not there is known not to be computed yet."""
    for path in out.rglob("part-*.parquet"):
        parts.open_part(path.read_bytes())  # raises Damaged
    if (out / NAME).exists():
        assert {problem.kind for problem in verify(out)} <= set(known)


def recorded(out):
    """Whether the loss of any part would be noticed."""
    store = Store(out, read_manifest(out))
    return store.record.certain and store.record.runs == {(part.scenario, part.number): part.runs for part in store.parts()}


def resumed(out, digest, named=True):
    """Whether the same command gives the undisturbed batch; ``named``: parts that a lying disk lost may be named."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if named else "error", BatchWarning)
        run_plain(out, ALL, collect=False)
    return contents_digest(out) == digest and verify(out) == [] and recorded(out) and not list(out.rglob("*.tmp"))


class Killed:
    """A process that forks batches which are killed; end it with ``close``."""

    def __init__(self):
        path = os.pathsep.join([*sys.path[:2], str(Path(__file__).parents[2]), *sys.path[2:]])
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip

    def run(self, home, at, *, half=False, runs=0):
        """Run a batch and its extension in ``home``, or a batch of so many runs, killed at a step; DIED, or DONE if there
        are fewer steps."""
        self._process.stdin.write(json.dumps([str(home), at, half, runs]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self):
        self._process.communicate()


def main():
    batch_fakes.install(setattr)
    cut_small(setattr)
    warnings.simplefilter("ignore", BatchWarning)
    for line in sys.stdin:
        home, at, half, runs = json.loads(line)
        child = os.fork()
        if not child:
            try:
                Disk(pytest.MonkeyPatch(), Path(home), at, kill, half=half)
                out = Path(home) / "batch"
                run_plain(out, runs, collect=False) if runs else run_both(out)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
