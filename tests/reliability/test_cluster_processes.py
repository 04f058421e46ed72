"""Batches on a cluster as processes of their own: a scheduler that is lost, certificates, signals."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from batch_fakes import FAULTS, RUNS, run_plain
from distributed import Client, Security

from experiments import cluster
from experiments.cluster_address import Where
from experiments.cluster_connection import security
from experiments.errors import WorkersFailed
from experiments.store import contents_digest
from tests.processes import alive, wait_for

HERE = Path(__file__).parent
PATHS = os.pathsep.join(map(str, (HERE, HERE.parent / "experiments", HERE.parents[1])))
BLOCK = 100

pytest_plugins = "cluster_fixtures"
pytestmark = pytest.mark.usefixtures("cluster_model")


def environment(**faults):
    return {**os.environ, "PYTHONPATH": PATHS, FAULTS: json.dumps(faults)}


@pytest.fixture
def certificates(tmp_path):
    home, made = tmp_path / "certificates", Security.temporary()
    home.mkdir()
    for name, text in (("ca", made.tls_ca_file), ("cert", made.tls_client_cert), ("key", made.tls_client_key)):
        (home / f"{name}.pem").write_text(text)
    return home


@pytest.fixture
def site(tmp_path, certificates):
    """A scheduler with certificates and two workers, each a process of its own, as one starts them by hand."""
    tls = [f"--tls-{what}={certificates / name}.pem" for what, name in (("ca-file", "ca"), ("cert", "cert"), ("key", "key"))]
    file, dask = tmp_path / "scheduler.json", [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path, "env": environment(delay=0.001)}
    common = [*tls, "--scheduler-file", str(file), "--no-dashboard"]
    host = ["--host", "tls://127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    scheduler = subprocess.Popen([*dask, "scheduler", *common, *host, "--port", "0", "--protocol", "tls"], **quiet)
    there = ["worker", "--nworkers", "2", "--nthreads", "1", "--local-directory", str(tmp_path / "scratch")]
    worker = subprocess.Popen([*dask, *there, *common, "--host", "127.0.0.1"], **quiet)
    try:
        wait_for(lambda: file.exists() and file.read_text().endswith("}"))  # it is whole
        yield scheduler, json.loads(file.read_text())["address"]
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.wait()


def test_a_scheduler_with_certificates_that_is_lost(tmp_path, site, certificates, cluster_digest, score):
    scheduler, address = site

    def lose(done, _total):
        if done > RUNS / 2:
            scheduler.kill()

    assert_loss(tmp_path, Where.of(address, certificates=certificates), lose, cluster_digest)
    score("kill -9 of a Dask scheduler", 1, 1)


def test_a_scheduler_that_stands_still_is_lost(tmp_path, site, certificates, cluster_digest, score, monkeypatch):
    scheduler, address = site

    def stop(done, _total):
        if done > RUNS / 2:
            scheduler.send_signal(signal.SIGSTOP)

    where = Where.of(address, certificates=certificates)
    monkeypatch.setattr(cluster, "ANSWER", 1)
    monkeypatch.setattr(cluster, "SILENCE", 3)
    with Client(address, security=security(where)) as client:  # one's own, which is asked when nobody answers any more
        assert_loss(tmp_path, where, stop, cluster_digest)
        with pytest.raises(WorkersFailed, match="is lost"):
            run_plain(None, 20, cluster=client)
        scheduler.send_signal(signal.SIGCONT)
    score("a Dask scheduler that stands still: in a batch, before one", 2, 2)


def assert_loss(tmp_path, where, lose, cluster_digest):
    """A batch in which a scheduler is lost ends in one line, and goes on elsewhere."""
    assert where.secret
    with pytest.raises(WorkersFailed, match=r"is lost .*; whole parts are kept in .*goes on from there: again") as failed:
        run_plain(tmp_path / "batch", block=BLOCK, cluster=where, progress=lose, command="again")
    assert (failed.value.exit_code, "\n" in str(failed.value)) == (4, False)
    assert contents_digest(tmp_path / "batch") != cluster_digest
    run_plain(tmp_path / "batch")
    assert contents_digest(tmp_path / "batch") == cluster_digest


@pytest.fixture
def started():
    """Starts a process in a session of its own; who is left in it at the end is killed."""
    found = []

    def start(command, **options):
        found.append(subprocess.Popen(command, start_new_session=True, **options))
        return found[-1]

    yield start
    for process in found:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)], ids=["int", "term", "kill"]
)
def test_a_signal_stops_a_batch_on_this_machine(tmp_path, started, cluster_digest, number, code, score):
    out, pids = tmp_path / "batch", tmp_path / "pids"
    pids.mkdir()
    command = [sys.executable, HERE / "cluster_fakes.py", out, str(RUNS), "local"]
    slow = environment(pids=str(pids), delay=0.02, slow_from=1024)
    process = started(command, env=slow, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: list(out.glob("outcomes/*/part-*.parquet")))
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does: to the workers too
    else:
        process.send_signal(number)
    _, text = process.communicate(timeout=60)
    assert process.returncode == code, text
    if code > 0:  # after kill -9 Python itself may count semaphores
        assert text.endswith("the same command goes on from there: again\n")
        assert text.count("\n") == 1
    seen = [int(path.name) for path in pids.iterdir()]
    assert len(seen) == 2
    wait_for(lambda: not any(alive(pid) for pid in seen))
    run_plain(out)
    held = contents_digest(out) == cluster_digest
    score("signal to a batch on a local cluster: INT, TERM, KILL", 1, held)
    assert held
