"""Limits are checked before anything grows: no bomb takes a second, or more memory than a file of its size."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import Scenario
from tests.scenario.bombs import BOMBS, HEAD
from tests.scenario.invariants import outcome, well_formed

pytest.importorskip("resource", reason="limits of memory are those of Unix")
LIMITED = Path("/proc/self/statm").exists()  # memory is counted and limited where the system says what is taken
ROOM = 128 * 2**20  # bytes above what the command takes for an ordinary scenario
PROGRAM = """
import json, resource, sys, time
from experiments.cli import peninsula
from sim.scenario import ScenarioError
def show(path):
    began = time.process_time()
    try:
        peninsula.main(args=["show", path], standalone_mode=False)
        lines = ["it was shown"]
    except ScenarioError as error:
        lines = error.lines
    except MemoryError:
        lines = ["MemoryError"]
    return lines, time.process_time() - began
show("good.yaml")
room = int(sys.argv[1])
if room:
    taken = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + room, taken + room))
print(json.dumps({name: show(path) for name, path in json.loads(sys.stdin.read()).items()}))
"""

Score = Callable[[str, int, int], None]


def test_no_bomb_takes_a_second_or_grows_in_memory(tmp_path: Path, score: Score) -> None:
    (tmp_path / "good.yaml").write_text(HEAD, encoding="utf-8")
    files = {name: f"bomb-{number}.yaml" for number, name in enumerate(BOMBS)}
    for name, file in files.items():
        (tmp_path / file).write_text(BOMBS[name][0], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ROOM if LIMITED else 0)],
        input=json.dumps(files), cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    wrong = {}
    for name, (lines, seconds) in said.items():
        assert lines == ["MemoryError"] or well_formed(tuple(lines)) is None
        if BOMBS[name][1] not in lines[0] or seconds >= 2:  # a user waits less than one, and the machine may be shared
            wrong[name] = f"{seconds:.2f} s: {lines[0]}"
    score("bomb inputs", len(said), len(said) - len(wrong))
    assert said.keys() == BOMBS.keys()
    assert not wrong


def test_many_moves_and_events_are_read_in_time(tmp_path: Path) -> None:
    move, event = "  - {nation: china, ban: [food_aid]}\n", "  - {month: 2020-06, set: {crisis: 1}}\n"
    for key, item, number in (("moves", move, 800), ("events", event, 600)):
        (tmp_path / "many.yaml").write_text(f"{HEAD}{key}:\n{item * number}", encoding="utf-8")
        began = time.process_time()
        assert isinstance(outcome(tmp_path / "many.yaml"), Scenario)
        assert time.process_time() - began < 2  # it is loaded, and restored from its document
