"""A worker whose parent is gone ends at once, even in a long call that holds the interpreter."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = """
import multiprocessing, sys, time
from experiments.pool import die_with_parent

def work(how, pipe):
    import numpy as np
    die_with_parent()
    pipe.send(None)
    if how == "holds":
        sum(range(10**12))  # no other thread of Python runs meanwhile
    else:
        numbers = np.arange(5_000_000.0)
        while True:
            numbers.sort(kind="stable")

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=work, args=(sys.argv[1], theirs), daemon=True)
    process.start()
    pipe.recv()
    print(process.pid, flush=True)
    time.sleep(60)
"""


def ended(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc; elsewhere a thread sees to it, when it is let")
@pytest.mark.parametrize("how", ["holds", "numpy"])
def test_a_busy_orphan_ends(tmp_path, how, score):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    parent = subprocess.Popen([sys.executable, program, how], stdout=subprocess.PIPE, text=True, env=environment)
    pid = int(parent.stdout.readline())
    time.sleep(0.2)
    assert not ended(pid)
    parent.kill()
    parent.communicate()
    end = time.monotonic() + 5
    while not (held := ended(pid)) and time.monotonic() < end:
        time.sleep(0.02)
    score("a busy worker outlives its parent by less than 5 s", 1, held)
    if not held:
        os.kill(pid, signal.SIGKILL)
    assert held
