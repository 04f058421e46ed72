"""The same batch on workers of dask.distributed: the same bytes, whoever dies, and nobody let in who should not be."""

import errno
import json
import os
import signal
import threading
from contextlib import contextmanager
from multiprocessing import resource_tracker
from pathlib import Path

import cluster_fakes
import numpy as np
import psutil
import pytest
from batch_fakes import FAULTS, run_plain
from distributed import Client, Future, LocalCluster

from experiments import cluster, cluster_worker, run_batch, verify
from experiments.errors import BatchWarning, Interrupted, WorkersFailed
from experiments.graves import KILLED
from experiments.store import contents_digest

BLOCK = 100

pytest_plugins = "cluster_fixtures"
pytestmark = pytest.mark.usefixtures("cluster_model")


@contextmanager
def started(**options):
    scheduler = {"allowed_failures": 0, "dashboard": False, "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(silence_logs=60, scheduler_kwargs=scheduler, **options) as running:
        yield running


@pytest.fixture(scope="module")
def workers():
    """Two workers of one thread each, for all tests of this module that do not end the scheduler."""
    with started(n_workers=2, threads_per_worker=1, security=None) as running, Client(running) as client:
        yield client


@pytest.fixture
def address(workers):
    workers.wait_for_workers(2, timeout=60)  # after a test in which some died
    workers.run(cluster_fakes.suffer, "{}")
    return workers.scheduler_info()["address"]


@pytest.fixture
def patience(monkeypatch):
    """Workers take long to come back on a busy machine; nothing is said of it."""
    monkeypatch.setattr(cluster, "ANSWER", cluster.NO_WORKERS)


def suffer(workers, monkeypatch, **faults):
    """Faults of the workers that are there, and of those that come in their place."""
    monkeypatch.setenv(FAULTS, json.dumps(faults))
    workers.run(cluster_fakes.suffer, json.dumps(faults))


def children():
    return [each for each in psutil.Process().children(recursive=True) if each.status() != psutil.STATUS_ZOMBIE]


# The same answer


def test_workers_on_this_machine_give_the_same_bytes_and_leave_nothing(tmp_path, cluster_digest, monkeypatch, capfd, score):
    resource_tracker.ensure_running()  # a process of Python's own that stays
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    scratch, before = tmp_path / "scratch", {each.pid for each in children()}
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    listening = []

    def look(done, _total):
        if done and not listening:
            family = [psutil.Process(), *(each for each in children() if each.pid not in before)]
            listening.extend(c.laddr.ip for each in family for c in each.net_connections("inet") if c.status == "LISTEN")

    run_plain(tmp_path / "batch", block=BLOCK, cluster="local", jobs=2, progress=look)
    held = contents_digest(tmp_path / "batch") == cluster_digest
    score("equivalence: local cluster of Dask", 1, held)
    assert held
    assert set(listening) == {"127.0.0.1"}
    assert (list(Path.cwd().iterdir()), list(scratch.iterdir())) == ([], [])
    assert {each.pid for each in children()} <= before
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("block", [128, 1000])
def test_workers_of_a_scheduler_give_the_same_bytes(tmp_path, address, cluster_digest, block, score):
    run_plain(tmp_path, 700, block=block, cluster=address)
    assert contents_digest(tmp_path) != cluster_digest
    run_plain(tmp_path, block=block, cluster=address)
    held = contents_digest(tmp_path) == cluster_digest
    score("equivalence: scheduler of Dask, batch extended", 1, held)
    assert held
    assert verify(tmp_path) == []


def test_threads_of_one_process_give_the_same_numbers_of_the_real_model(tmp_path, monkeypatch, score):
    monkeypatch.undo()
    how = {"runs": 600, "seed": 2, "settings": ["months=6"], "trajectories": True, "block": 64}
    run_batch(["baseline-2020"], out=tmp_path / "one", jobs=1, **how)
    with started(processes=False, n_workers=1, threads_per_worker=3) as threads, Client(threads) as client:
        run_batch(["baseline-2020"], out=tmp_path / "three", cluster=client, **how)
        assert client.status == "running"
        assert not [
            name for name in client.run(lambda dask_worker: list(dask_worker.plugins)).popitem()[1] if "peninsula" in name
        ]
    held = contents_digest(tmp_path / "one") == contents_digest(tmp_path / "three")
    score("equivalence: threads of one process, real model", 1, held)
    assert held


def test_the_real_model_on_the_workers_of_a_scheduler(address, monkeypatch):
    monkeypatch.undo()
    how = {"runs": 300, "seed": 2, "settings": ["months=3"], "block": 64}
    alone, there = (run_batch(["baseline-2020"], jobs=1, cluster=where, **how) for where in (None, address))
    assert alone.equals(there)


def test_few_tasks_are_in_flight(tmp_path, address, monkeypatch):
    most, before = [], cluster.Cluster._submit

    def count(self, *rest):
        before(self, *rest)
        most.append(len(self._flying))

    monkeypatch.setattr(cluster.Cluster, "_submit", count)
    run_plain(tmp_path, 300, block=5, cluster=address)
    assert (len(most), max(most)) == (60, 2 * cluster.AHEAD)


# Workers that die


def test_an_answer_that_never_comes_holds_up_nothing_else(tmp_path, address, cluster_digest, monkeypatch):
    """Where it is waited for in dask's own thread, neither another batch nor the end of Python gets past it."""
    fetched, never = [], threading.Event()

    def result(future, *rest):
        fetched.append(future)
        if len(fetched) > 1:
            never.wait()
        return before(future, *rest)

    def stop(done, _total):
        if done:
            raise KeyboardInterrupt

    before = Future.result
    with monkeypatch.context() as patch:
        patch.setattr(Future, "result", result)
        with pytest.raises(Interrupted):
            run_plain(tmp_path, block=BLOCK, cluster=address, progress=stop)
    try:
        Future._cb_executor.submit(int).result(timeout=30)
        run_plain(tmp_path, block=BLOCK, cluster=address)
    finally:
        never.set()
    assert contents_digest(tmp_path) == cluster_digest


@pytest.mark.usefixtures("patience")
def test_killed_workers_cost_nothing_but_time(tmp_path, workers, address, cluster_digest, soak, score):
    killed = []

    def kill(done, _total):
        if done and len(killed) < 2:  # the second time all of them
            nannies = list(workers.cluster.workers.values())[: len(killed) + 1]
            killed.append([os.kill(nanny.pid, signal.SIGKILL) for nanny in nannies if nanny.pid])

    for time_ in range(soak):
        killed.clear()
        run_plain(tmp_path / str(time_), block=BLOCK, cluster=address, progress=kill)
        held = contents_digest(tmp_path / str(time_)) == cluster_digest
        score("kill -9 of a Dask worker, of all", 2, 2 * held)
        assert len(killed) == 2
        assert held


@pytest.mark.usefixtures("patience")
def test_a_run_that_kills_its_worker_is_a_row(tmp_path, workers, address, monkeypatch, score):
    suffer(workers, monkeypatch, kills=[6])
    frame = run_plain(tmp_path, 40, block=4, cluster=address)
    monkeypatch.delenv(FAULTS)
    expected = run_plain(None, 40)
    failed = frame[frame["status"] == "failed"]
    assert dict(zip(failed["run"], failed["message"], strict=True)) == {6: KILLED}
    good = frame["run"] != 6
    np.testing.assert_array_equal(frame["growth"][good].astype(float), expected["growth"][good].astype(float))
    score("a run that kills its Dask worker every time", 1, 1)


def test_a_run_that_raises_is_a_row(workers, address, monkeypatch):
    suffer(workers, monkeypatch, raises=[5])
    frame = run_plain(None, 20, cluster=address)
    assert frame[frame["status"] == "failed"]["message"].tolist()[0].startswith("ArithmeticError: the world ended")
    assert frame.attrs["failed"] == 1


def test_without_workers_a_batch_waits_and_ends(monkeypatch):
    monkeypatch.setattr(cluster, "NO_WORKERS", 3)
    monkeypatch.setattr(cluster, "ANSWER", 0.2)
    monkeypatch.setattr(cluster, "LOOK", 0.1)
    with (
        started(n_workers=0, threads_per_worker=1, security=None) as nobody,
        pytest.warns(BatchWarning, match="has no worker; waiting"),
        pytest.raises(WorkersFailed, match="has had no worker for") as failed,
    ):
        run_plain(None, 20, cluster=nobody.scheduler_address)
    assert failed.value.exit_code == 4


def test_a_worker_whose_machine_refuses_is_not_a_lost_scheduler(monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(cluster_worker.Job, "__call__", refuse)
    said = r"^a worker cannot take part \(OSError: .*No space left on device\); mend its machine"
    with started(processes=False, n_workers=1, threads_per_worker=1) as threads, Client(threads) as client:
        with pytest.raises(WorkersFailed, match=said) as failed:
            run_plain(None, 20, cluster=client)
        assert client.status == "running"
    assert failed.value.exit_code == 4


# Workers that are not the same


def test_another_model_on_a_worker_is_refused(address, monkeypatch, score):
    monkeypatch.setattr("experiments.manifest.model_digest", lambda: "0" * 64)
    said = r"^worker tcp://127\.0\.0\.1:\d+ differs: the source of the model is \w{12} there and 0{12} here; install"
    with pytest.raises(WorkersFailed, match=said) as failed:
        run_plain(None, 20, cluster=address)
    assert failed.value.exit_code == 4
    monkeypatch.setattr(cluster.Cluster, "_compare", lambda _self: None)  # as for workers that join later
    with pytest.raises(WorkersFailed, match=said):
        run_plain(None, 20, cluster=address)
    score("a Dask worker with another model: at the start, later", 2, 2)


@pytest.mark.parametrize(
    ("name", "patched", "value"),
    [("numpy", "numpy.__version__", "1.0"), ("Python", "platform.python_version_tuple", lambda: ("1", "0", "7"))],
)
def test_other_versions_on_a_worker_are_refused(address, monkeypatch, name, patched, value):
    monkeypatch.setattr(patched, value)
    with pytest.raises(WorkersFailed, match=rf"differs: {name} is [0-9.]+ there and 1\.0 here; install") as failed:
        run_plain(None, 20, cluster=address)
    assert "\n" not in str(failed.value)
