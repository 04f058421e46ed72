"""Runs that fail and processes that die: all other runs are what they are in an undisturbed batch."""

import errno
import os
import signal
import subprocess
import sys
import time
from multiprocessing import active_children

import numpy as np
import pytest
from batch_fakes import RUNS, run_plain

from experiments import verify
from experiments.errors import Interrupted, WorkersFailed
from experiments.graves import KILLED
from experiments.store import contents_digest
from tests.processes import alive, wait_for

SLOW = {"delay": 0.02, "slow_from": 1024}  # seconds for each run after the first part: there is time to hit the middle

pytestmark = pytest.mark.usefixtures("fake_model")


def failures(frame):
    return {row.run: row.message for row in frame[frame["status"] == "failed"].itertuples()}


def assert_others_unchanged(frame, failed, faults):
    faults()
    expected = run_plain(None)
    good = ~frame["run"].isin(failed)
    for column in ("growth", "parameters.labour.take", "moves.north_korea.test"):
        np.testing.assert_array_equal(frame[good][column].astype(float), expected[good][column].astype(float))
        assert frame[~good][column].isna().all()


@pytest.mark.parametrize(("jobs", "block"), [(1, None), (2, 100)])
def test_a_run_that_raises_is_a_row(tmp_path, faults, jobs, block, score):
    faults(raises=[5, 1650], exits=[700])
    frame = run_plain(tmp_path, jobs=jobs, block=block)
    found = failures(frame)
    assert sorted(found) == [5, 700, 1650]
    assert found[5].startswith("ArithmeticError: the world ended[31m!!!")
    assert len(found[5]) == 300
    assert found[700] == "SystemExit: a model must not do this"
    assert frame.attrs["failed"] == 3
    assert_others_unchanged(frame, found, faults)
    assert verify(tmp_path) == []
    score("a run that raises or exits: a row, all others the same", 3, 3)


def test_a_batch_in_which_every_run_fails_is_a_batch(tmp_path, faults):
    faults(raises=list(range(1024)))
    frame = run_plain(tmp_path)
    assert frame.attrs["failed"] == 1024
    assert np.isfinite(frame["growth"]).sum() == RUNS - 1024
    assert verify(tmp_path) == []
    faults(raises=list(range(RUNS)))
    frame = run_plain(tmp_path / "other", 20)
    assert list(frame.columns) == ["scenario", "run", "status", "message", "seed"]
    assert frame.attrs["failed"] == 20
    assert verify(tmp_path / "other") == []


def test_a_run_that_kills_its_worker_is_a_row(tmp_path, faults, score):
    faults(kills=[37])
    frame = run_plain(tmp_path, jobs=2, block=64)
    assert failures(frame) == {37: KILLED}
    assert_others_unchanged(frame, [37], faults)
    score("a run that kills its worker every time: found, a row, all others the same", 1, 1)


# Processes that die


def test_killed_workers_cost_nothing_but_time(tmp_path, undisturbed, score):
    killed = []

    def kill_all(done, _total):
        if done and len(killed) < 2:
            killed.append([child.kill() for child in active_children()])

    run_plain(tmp_path, jobs=2, block=100, progress=kill_all)
    assert len(killed) == 2
    assert contents_digest(tmp_path) == undisturbed
    score("kill -9 of all workers, twice in one batch", 2, 2)


def test_a_worker_killed_while_it_sends_does_not_hang_the_batch(tmp_path, faults, undisturbed, score):
    faults(tears=[600], once=str(tmp_path / "once"))
    run_plain(tmp_path / "batch", jobs=2, block=300)
    assert (tmp_path / "once").exists()
    assert contents_digest(tmp_path / "batch") == undisturbed
    score("kill -9 of a worker while it sends a result", 1, 1)


@pytest.fixture
def pids(tmp_path):
    """A directory in which the processes that simulate leave their numbers."""
    (tmp_path / "pids").mkdir()
    return tmp_path / "pids"


def assert_all_die(pids):
    wait_for(lambda: not any(alive(path.name) for path in pids.iterdir()), seconds=30)


def test_killing_the_parent_ends_the_workers_and_the_batch_resumes(tmp_path, program, pids, undisturbed, score):
    out = tmp_path / "batch"
    process = program(out, RUNS, 2, pids=str(pids), **SLOW)
    wait_for(lambda: list(out.glob("outcomes/*/part-*.parquet")))
    process.kill()
    process.wait()
    assert len(list(pids.iterdir())) == 2
    assert_all_die(pids)
    assert contents_digest(out) != undisturbed
    run_plain(out)
    assert contents_digest(out) == undisturbed
    score("kill -9 of the parent: workers gone, the batch resumes", 1, 1)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_signal_stops_the_batch_and_it_resumes(tmp_path, program, pids, undisturbed, number, code, jobs, score):
    out = tmp_path / "batch"
    process = program(out, RUNS, jobs, pids=str(pids), **SLOW)
    wait_for(lambda: list(out.glob("outcomes/*/part-*.parquet")))
    process.send_signal(number)
    _, text = process.communicate(timeout=60)
    assert process.returncode == code
    assert text.startswith("interrupted after 1,")
    assert text.endswith("the same command goes on from there: again\n")
    assert text.count("\n") == 1
    assert_all_die(pids)
    assert verify(out) != []
    run_plain(out, jobs=2)
    assert contents_digest(out) == undisturbed
    assert verify(out) == []
    score(f"{signal.Signals(number).name} in mid-batch: one line, exit {code}, the batch resumes", 1, 1)


def test_a_second_signal_stops_at_once(tmp_path, program, pids, score):
    process = program(tmp_path / "batch", RUNS, 1, pids=str(pids), delay=2)  # a block takes two minutes
    wait_for(lambda: list(pids.iterdir()))
    for _ in range(2):
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=40)
    assert process.returncode == 130
    score("a second Ctrl-C stops at once", 1, 1)


def test_ctrl_c_on_a_terminal_reaches_only_the_parent(tmp_path, program, pids, undisturbed):
    out = tmp_path / "batch"
    process = program(out, RUNS, 2, pids=str(pids), delay=0.001)
    wait_for(lambda: len(list(pids.iterdir())) == 2)
    for path in pids.iterdir():
        os.kill(int(path.name), signal.SIGINT)
    _, text = process.communicate(timeout=120)
    assert (process.returncode, text, len(list(pids.iterdir()))) == (0, "", 2)
    assert contents_digest(out) == undisturbed


def test_workers_use_one_thread_each(tmp_path, faults, pids, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    faults(pids=str(pids))
    run_plain(tmp_path / "batch", 300, jobs=2)
    assert {path.read_text() for path in pids.iterdir()} == {"1"}
    assert os.environ["OMP_NUM_THREADS"] == "7"


def test_an_interrupt_in_a_notebook_is_an_error_with_a_hint(tmp_path, undisturbed):
    def interrupt(done, _total):
        if done:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(Interrupted, match="whole parts are kept"):
        run_plain(tmp_path, block=512, progress=interrupt)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    run_plain(tmp_path)
    assert contents_digest(tmp_path) == undisturbed


def test_two_processes_on_one_directory(tmp_path, program, pids, undisturbed, score):
    out = tmp_path / "batch"
    first = program(out, RUNS, 1, pids=str(pids), delay=0.001)
    wait_for(lambda: list(pids.iterdir()))
    second = program(out, RUNS, 1)
    _, text = second.communicate(timeout=120)
    assert (second.returncode, text.count("\n")) == (6, 1)
    assert f"process {first.pid}" in text
    assert first.wait(timeout=120) == 0
    assert contents_digest(out) == undisturbed
    score("a second process on one directory: exit 6, the first is named", 1, 1)


def test_workers_that_do_not_start_are_an_error(tmp_path, monkeypatch, score):
    def refuse(*_):
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr("experiments.pool.POLL", 0.01)
    monkeypatch.setattr("multiprocessing.util.spawnv_passfds", refuse)
    with pytest.raises(WorkersFailed, match="Resource temporarily unavailable"):
        run_plain(tmp_path, jobs=2)
    score("workers that do not start: one line", 1, 1)


def test_a_script_without_a_guard_is_told_so_however_large_the_batch(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from experiments import run_batch\nfrom sim.scenario import load_scenario\n"
        "spec = load_scenario('baseline-2020', ['months=1'])\n"
        "from dataclasses import replace\nmany = [replace(spec, name=f'point-{place}') for place in range(40)]\n"
        "run_batch(many, runs=1, seed=1, jobs=2)\n"
    )
    done = subprocess.run([sys.executable, script], check=False, capture_output=True, text=True, timeout=120)
    assert "worker processes do not start" in done.stderr
