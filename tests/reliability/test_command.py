"""``kill -9`` at random times of the real command on the real model, its workers, and the pipe that reads it."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from experiments import run_batch, verify
from experiments.store import contents_digest
from sim.scenario import load_scenario

RUNS, SEED, MONTHS = 8500, 5, 3  # nine parts
COMMAND = (
    "batch", "baseline-2020", "--set", f"months={MONTHS}", "--runs", str(RUNS), "--seed", str(SEED), "--no-trajectories",
)  # fmt: skip
PARTS = -(-RUNS // 1024)
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
GRACE = 15  # seconds in which no worker may be left


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "batch"
    scenario = load_scenario("baseline-2020", [f"months={MONTHS}"])
    run_batch(scenario, runs=RUNS, seed=SEED, out=out, jobs=1, trajectories=False, collect=False)
    return contents_digest(out)


def start(out, *more, jobs=2, stdout=subprocess.PIPE):
    """The command in a session of its own, so that its workers are known by it."""
    command = [sys.executable, "-m", "experiments", *COMMAND, "--jobs", str(jobs), "--out", str(out), *more]
    return subprocess.Popen(
        command, start_new_session=True, text=True, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE,
        env={**ENVIRONMENT, "NO_COLOR": "1"},
    )  # fmt: skip


def session(number):
    """The living processes of a session."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            status, _, _, mine, *_ = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(mine) == number and status != "Z":
            found.append(int(path.parent.name))
    return found


def stored(out):
    return len(list(out.glob("outcomes/*/part-*.parquet")))


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def finish_unread(out):
    """The same command to its end, with no terminal, no colours, and a standard output that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    process = start(out, jobs=1, stdout=writing)
    os.close(writing)
    _, text = process.communicate(timeout=120)
    assert process.returncode == 0, text
    assert "Traceback" not in text
    assert "Broken" not in text
    assert "\x1b" not in text


def test_five_kills_of_the_real_command(tmp_path, undisturbed, score, soak):
    """In the same batch, each at a random time after it began to write, later ones in a resume with more or fewer."""
    rng, kills, mid, gone, held, out = random.Random(3), 0, 0, 0, 0, tmp_path
    for number in range(soak):
        out = tmp_path / str(number)
        for turn in range(5):
            jobs = 2 - turn % 2
            process = start(out, "--quiet", jobs=jobs)

            def writing(process=process, lock=out / ".lock"):
                return lock.exists() and f"process {process.pid} " in lock.read_text()

            assert wait_for(lambda writing=writing, process=process: writing() or process.poll() is not None)
            time.sleep(rng.random() * (1.5 if jobs > 1 else 0.2))  # with workers, most of the time goes into starting them
            process.kill()
            process.communicate()
            kills += 1
            mid += process.returncode == -signal.SIGKILL and writing() and stored(out) < PARTS
            gone += wait_for(lambda process=process: not session(process.pid), GRACE)
            if stored(out) == PARTS:
                break
        finish_unread(out)
        held += contents_digest(out) == undisturbed and verify(out) == []
    score("kill -9 of the real command at random times", kills, kills if held == soak else 0)
    score("of these, kills in mid-batch", mid, mid if held == soak else 0)
    score(f"no worker alive {GRACE} seconds after the kill", kills, gone)
    score("a closed standard output, no terminal, NO_COLOR", soak, soak)
    assert (held, gone) == (soak, kills)
    assert mid > 0


def test_kills_of_workers(tmp_path, undisturbed, score):
    """One of them, then all, in one batch."""
    out, dead = tmp_path / "batch", set()
    process = start(out, "--quiet")

    def working(parts):
        alive = {pid for pid in session(process.pid) if pid not in dead and b"spawn_main" in command_of(pid)}
        return sorted(alive) if len(alive) == 2 and stored(out) >= parts else None

    for parts, many in ((1, 1), (2, 2)):
        assert wait_for(lambda parts=parts: working(parts) or process.poll() is not None)
        for pid in (working(parts) or [])[:many]:
            with suppress(ProcessLookupError):  # the batch may have ended
                os.kill(pid, signal.SIGKILL)
                dead.add(pid)
    _, text = process.communicate(timeout=120)
    same = (process.returncode, text) == (0, "") and contents_digest(out) == undisturbed
    score("kill -9 of one worker, then of all, of the real command", len(dead), len(dead) if same else 0)
    assert same
    assert dead


def command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
