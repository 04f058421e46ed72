"""Connections to dask.distributed: workers of one's own on this machine, or the scheduler at an address."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager, suppress
from contextvars import copy_context
from tempfile import TemporaryDirectory
from typing import TypeVar

import dask
from distributed import Client, LocalCluster, Security

from experiments.cluster_address import CERTIFICATES, Where
from experiments.errors import UsageError, WorkersFailed
from experiments.extras import need
from experiments.pool import surroundings
from experiments.signals import POLL, Stop
from experiments.work import describe

ANSWER = 5.0  # seconds in which a scheduler must answer
MARGIN = 2.0  # seconds after which dask is not waited for any more
ANSWERED = TypeVar("ANSWERED")
SILENT = "somebody takes the call and says nothing"
LOGGERS = ("distributed", "distributed.client", "tornado", "tornado.application")
LOCAL_SETTINGS = {
    "distributed.worker.memory.target": False,  # results are fetched as they come: there is nothing to spill
    "distributed.worker.memory.spill": False,
    "distributed.worker.profile.enabled": False,
    "distributed.worker.http.routes": [],
    "distributed.scheduler.http.routes": [],
    "distributed.worker.multiprocessing-method": "spawn",
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,  # giving memory back after each array is slow
}


@contextmanager
def own(jobs: int) -> Iterator[Client]:
    """Worker processes on this machine that talk to nobody else, and write nothing but below a directory of their own."""
    with TemporaryDirectory(prefix="peninsula-", ignore_cleanup_errors=True) as scratch:
        try:
            with surroundings(), dask.config.set({**LOCAL_SETTINGS, "temporary-directory": scratch}):
                cluster = LocalCluster(
                    n_workers=jobs, threads_per_worker=1, host="127.0.0.1", local_directory=scratch,
                    security=Security.temporary(), silence_logs=logging.CRITICAL,
                    scheduler_kwargs={"allowed_failures": 0, "dashboard": False, "dashboard_address": "127.0.0.1:0"},
                )  # fmt: skip
        except Exception as error:
            raise WorkersFailed(
                f"the workers of a local cluster do not start ({describe(error)}); a script needs "
                "`if __name__ == '__main__':` around its work"
            ) from error
        try:
            client = Client(cluster, timeout=ANSWER, set_as_default=False)
            try:
                yield client
            finally:
                _kill(cluster)
                _in_peace(client.close)
        finally:
            _in_peace(cluster.close)


def _in_peace(close: Callable[[], object]) -> None:
    """Close in a thread, so that a second signal does not leave things half closed; it is awaited before Python ends."""
    thread = threading.Thread(target=close)
    thread.start()
    thread.join()


def _kill(cluster: LocalCluster) -> None:
    """End the workers at once; dask would wait for what they are doing."""
    for nanny in list(cluster.workers.values()):
        nanny.close_gracefully()  # it does not start another worker in its place
        if nanny.pid:
            with suppress(ProcessLookupError):
                os.kill(nanny.pid, signal.SIGKILL)


@contextmanager
def remote(where: Where, stop: Stop) -> Iterator[Client]:
    """A client of the scheduler at an address."""
    answer = _attempt(where, stop)
    if not isinstance(answer, Client):
        raise WorkersFailed(f"no scheduler of dask answers at {where.address} ({answer}); start one, or correct the address")
    try:
        yield answer
    finally:
        _in_peace(answer.close)


def _attempt(where: Where, stop: Stop) -> Client | str:
    """A connected client, or what went wrong."""
    certificates = security(where)

    def connect() -> Client:
        socket.create_connection(where.place, timeout=ANSWER).close()  # dask does not always say why nobody answers
        return Client(where.address, security=certificates, timeout=ANSWER, set_as_default=False)

    try:
        return asked(connect, ANSWER + MARGIN, stop)
    except Exception as error:
        root = _root(error)
        return describe(root) if str(root) else SILENT


def asked(question: Callable[[], ANSWERED], seconds: float, stop: Stop) -> ANSWERED:
    """What is answered, in a thread that nobody waits for: dask waits for ever for who takes a call and is silent.

    Raises what the question raises, TimeoutError without an answer, KeyboardInterrupt after a signal.
    """
    answer: futures.Future[ANSWERED] = futures.Future()

    def ask() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=copy_context().run, args=(ask,), daemon=True).start()
    end = time.monotonic() + seconds
    while not futures.wait([answer], timeout=POLL).done:
        stop.check()
        if time.monotonic() > end:
            raise TimeoutError
    return answer.result()


def _root(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def security(where: Where) -> Security | None:
    """The certificates for an address, or none for one without TLS; UsageError if they are missing or no certificates."""
    if where.local:
        need("cryptography", "cluster")
        return None
    if not where.secret:
        return None
    files: dict[str, str] = {}
    if where.certificates is not None:
        ca, certificate, key = (str(where.certificates / name) for name in CERTIFICATES)
        files = {"tls_ca_file": ca, "tls_client_cert": certificate, "tls_client_key": key}
    found = Security(require_encryption=True, **files)
    if not all(found.get_tls_config_for_role("client")[name] for name in ("ca_file", "cert")):
        raise UsageError(
            f"{where.address} needs certificates: a directory with {', '.join(CERTIFICATES)} for --cluster-certificates, or "
            "distributed.comm.tls in the configuration of dask"
        )
    try:
        found.get_connection_args("client")
    except OSError as error:  # among them those of ssl
        raise UsageError(f"the certificates for {where.address} cannot be used: {describe(error)}") from error
    return found


@contextmanager
def quiet() -> Iterator[None]:
    """Dask says nothing on the terminal: what matters is an error or a warning of ours."""
    before = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
