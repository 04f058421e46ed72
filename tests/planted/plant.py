"""Test the tests: plant one bug at a time in a copy of the project, and see the tests that should notice it go red.

    python tests/planted/plant.py [--only NAME]... [--list] [--jobs 2]

The product carries no switch: a bug is a change of text in a copy (``bugs.py``). First the same tests must be green
without any bug. Ends with 1 if a bug stays green, breaks the tests in another way than by a failure, or makes them hang.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # as a program

from tests.planted.bugs import ROOT, Bug, DoesNotApply, all_bugs

PYTEST = (sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider", "-rfE", "--tb=line")
FAILED = 1  # exit code of pytest when a test failed
LONGEST = 300  # seconds for the tests of one bug; a suite that hangs tells nobody anything
CONTROL = "(no bug)"


@dataclass(frozen=True)
class Result:
    """What the tests said of a bug; ``verdict`` is caught, GREEN, BROKEN or HANGS, and of no bug green or RED."""

    name: str
    verdict: str
    seen: str  # the first test that failed, or what was printed last
    seconds: float

    @property
    def right(self) -> bool:
        """Whether it is as it should be."""
        return self.verdict in ("caught", "green")

    def __str__(self) -> str:
        return f"{self.verdict:7} {self.seconds:5.1f} s  {self.name:34} {self.seen}"


class Copy:
    """A copy of the project in a directory of its own, in which tests import the copy."""

    def __init__(self, home: Path) -> None:
        self.home = home
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        try:
            listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            raise SystemExit("what is copied is what git knows of; use a checkout of the project") from None
        for name in listed.stdout.decode().split("\0"):
            if name and (ROOT / name).is_file():
                (home / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, home / name)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PENINSULA_"))}
        self.environment = {**kept, "PYTHONPATH": str(home)}
        command = [sys.executable, "-c", "import sim, experiments; print(sim.__file__); print(experiments.__file__)"]
        found = subprocess.run(command, cwd="/", env=self.environment, capture_output=True, text=True, check=True).stdout
        if any(home.resolve() not in Path(line).resolve().parents for line in found.splitlines()):
            raise SystemExit(f"the tests would import {found.split()[0]} and not the copy in {home}")

    def put(self, file: str, text: str) -> None:
        """Write a file of the copy; what Python has compiled of it is stale."""
        path = self.home / file
        path.write_text(text, "utf-8")
        for stale in path.parent.glob(f"__pycache__/{path.stem}.*"):
            stale.unlink()

    def test(self, nodes: Sequence[str], longest: float = LONGEST) -> tuple[int | None, str]:
        """Exit code and output of tests, None if they hang."""
        process = subprocess.Popen(
            [*PYTEST, *nodes], cwd=self.home, env=self.environment, start_new_session=True, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            text, _ = process.communicate(timeout=longest)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):  # what has left the group may hold the pipe
                process.communicate(timeout=10)
            return None, ""
        return process.returncode, text


def tried(bug: Bug, copy: Copy) -> Result:
    """As ``once``, and again where the tests came to no verdict: a warning of the last test can spoil the end of pytest."""
    result = once(bug, copy)
    return once(bug, copy) if result.verdict == "BROKEN" else result


def once(bug: Bug, copy: Copy) -> Result:
    """Plant a bug, run its tests, and take it out again."""
    whole = (copy.home / bug.file).read_text("utf-8")
    begun = time.monotonic()
    try:
        copy.put(bug.file, bug.planted(copy.home))
        code, text = copy.test(bug.tests)
    except DoesNotApply as problem:
        return Result(bug.name, "BROKEN", str(problem), 0.0)
    finally:
        copy.put(bug.file, whole)
    failed = _failed(text)
    last = " ".join(text.split()[-12:])
    seconds = time.monotonic() - begun
    if code is None:
        return Result(bug.name, "HANGS", f"after {LONGEST} s", seconds)
    if code == 0:
        return Result(bug.name, "GREEN", bug.harm, seconds)
    if code == FAILED and failed:
        return Result(bug.name, "caught", failed[0], seconds)
    return Result(bug.name, "BROKEN", last, seconds)


def control(bugs: Sequence[Bug], copy: Copy) -> Result:
    """All tests of some bugs without any bug."""
    nodes = list(dict.fromkeys(node for bug in bugs for node in bug.tests))
    begun = time.monotonic()
    code, text = copy.test(nodes, LONGEST * 4)
    seen = [*_failed(text), *text.strip().splitlines()[-1:]]
    return Result(CONTROL, "green" if code == 0 else "RED", " ".join(seen), time.monotonic() - begun)


def _failed(text: str) -> list[str]:
    """The tests that failed, from what pytest printed."""
    return [line.split()[1] for line in text.splitlines() if line.startswith("FAILED ")]


def run(bugs: Sequence[Bug], jobs: int = 2) -> list[Result]:
    """Results of the control and of every bug, each printed when it is known."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell: no test of Ctrl-C could fail
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="planted-") as home:
        copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        for number in range(jobs):
            copies.put(Copy(Path(home) / str(number)))

        def one(bug: Bug | None) -> Result:
            copy = copies.get()
            try:
                result = tried(bug, copy) if bug else control(bugs, copy)
            finally:
                copies.put(copy)
            print(result, flush=True)  # noqa: T201  # a program of its own
            return result

        with ThreadPoolExecutor(jobs) as pool:
            return list(pool.map(one, [None, *bugs]))


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; its exit code."""
    parser = argparse.ArgumentParser(description="Plant bugs one at a time and see the tests go red.")
    parser.add_argument("--only", metavar="NAME", action="append", help="this bug alone; may be given again")
    parser.add_argument("--list", action="store_true", help="list the bugs and what each would do to a user")
    parser.add_argument("--jobs", type=int, default=2, help="copies in which bugs are planted at the same time")
    asked = parser.parse_args(arguments)
    bugs = [bug for bug in all_bugs() if asked.only is None or bug.name in asked.only]
    if not bugs:
        parser.error(f"there is no bug {', '.join(asked.only)}; --list names them")
    if asked.list:
        print("\n".join(f"{bug.name}\n    {bug.file}\n    {bug.harm}" for bug in bugs))  # noqa: T201
        return 0
    results = run(bugs, asked.jobs)
    caught = sum(result.verdict == "caught" for result in results)
    print(f"{caught} of {len(bugs)} planted bugs turn their tests red; without a bug they are {results[0].verdict}")  # noqa: T201
    if target := os.environ.get("PENINSULA_SCORE"):
        line = {"what": "planted bugs caught", "tried": len(bugs), "held": caught, "test": "tests/planted/plant.py"}
        with Path(target).open("a") as file:
            file.write(json.dumps(line) + "\n")
    return 0 if all(result.right for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
