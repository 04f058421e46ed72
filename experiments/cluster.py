"""Blocks of runs on workers of dask.distributed: the same tasks and results as on worker processes (``pool``).

A bounded number of tasks is in flight, the work is sent to each worker once, and a result is let go when it has come, so
that memory does not grow with the batch. Nothing is written by workers.

A worker that dies takes whatever lay in its queue with it, so that the task that killed it is not known. A block is
halved as in the pool; but a single run is given up only when its worker died while nothing else was under way.
"""

from __future__ import annotations

import asyncio
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

from distributed import Client, Future, KilledWorker
from distributed.comm.core import CommClosedError

from experiments.cluster_address import Where
from experiments.cluster_connection import ANSWER, ANSWERED, asked, own, quiet, remote, security
from experiments.cluster_worker import DifferentWorker, Job, difference, provenance, simulate
from experiments.errors import BatchWarning, UsageError, WorkersFailed
from experiments.graves import Graves, Result, given_up
from experiments.signals import POLL, Stop
from experiments.work import Piece, Task, Work, describe

NO_WORKERS = 60.0  # seconds without any worker after which a batch ends
SILENCE = 60.0  # seconds without an answer after which a scheduler is taken to be lost
LOOK = 2.0  # seconds between looks at the number of workers
AHEAD = 2  # tasks in flight for each thread of a worker, so that none waits for the next
SAME = "install the same version of everything there"


def target(wanted: str | Where | Client) -> Where | Client:
    """Where a batch shall run, checked before any run. Raises UsageError."""
    if isinstance(wanted, str):
        wanted = Where.of(wanted)
    if isinstance(wanted, Where):
        security(wanted)
    elif not isinstance(wanted, Client) or wanted.asynchronous:
        raise UsageError(f"cluster is {wanted!r}; expected 'local', an address, or a synchronous distributed.Client")
    return wanted


@contextmanager
def connected(where: Where | Client, jobs: int, stop: Stop) -> Iterator[Cluster]:
    """The workers of a cluster; ``jobs`` processes of one thread each if they are started here, ended when this is left.

    Raises WorkersFailed if nobody answers or no worker comes, KeyboardInterrupt after a signal.
    """
    if isinstance(where, Client):
        address = str(where.scheduler.address) if where.scheduler else "a client that is closed"
        cluster = Cluster(where, address, stop, attached=False)
        cluster.wait()
        yield cluster
        return
    with quiet(), own(jobs) if where.local else remote(where, stop) as client:
        cluster = Cluster(client, where.address, stop, attached=where.local)
        cluster.wait()
        yield cluster


class Cluster:
    """Workers that a client of dask reaches."""

    def __init__(self, client: Client, address: str, stop: Stop, *, attached: bool) -> None:
        """attached: workers are children of this process."""
        self.slots = 0  # threads of all workers
        self._client = client
        self._address = address
        self._stop = stop
        self._attached = attached
        self._graves = Graves()
        self._again: deque[Task] = deque()
        self._alone: deque[Task] = deque()
        self._flying: dict[Any, tuple[Future[Any], Task]] = {}
        self._done: SimpleQueue[Future[Any] | None] = SimpleQueue()  # whose answers are to be fetched; None ends that
        self._arrived: SimpleQueue[tuple[Any, list[Piece] | BaseException]] = SimpleQueue()
        self._looked = -LOOK
        self._seen = time.monotonic()  # a worker, or that one has begun to wait
        self._told = False

    def results(self, work: Work, tasks: Iterator[Task]) -> Generator[Result]:
        """Results of tasks as they come, as ``pool.results``; close the generator to drop what is under way.

        Raises WorkersFailed when the scheduler is lost, when workers are gone for long, and when one is not what this
        process is; KeyboardInterrupt after a signal.
        """
        self._compare()
        name = f"peninsula-{uuid4().hex}"
        threading.Thread(target=self._fetch, daemon=True).start()
        try:
            self._ask(lambda: self._client.register_plugin(Job(name, work, attached=self._attached)))
            while self._send(name, tasks):
                self._stop.check()
                self._look()
                try:
                    key, answer = self._arrived.get(timeout=POLL)
                except Empty:
                    continue
                result = self._received(self._flying.pop(key)[1], answer)
                if result is not None:
                    yield result
        finally:
            self._done.put(None)
            self._drop(name)

    def wait(self) -> None:
        """Until there is a worker."""
        self._look()
        while not self.slots:
            time.sleep(POLL)
            self._stop.check()
            self._look()

    def _send(self, name: str, tasks: Iterator[Task]) -> bool:
        """Send what may be sent; False when all is done."""
        while len(self._flying) < AHEAD * max(self.slots, 1) and not self._alone:
            task = self._again.popleft() if self._again else next(tasks, None)
            if task is None:
                break
            self._submit(name, task)
        if self._alone and not self._flying:
            self._submit(name, self._alone.popleft())
        return bool(self._flying)

    def _submit(self, name: str, task: Task) -> None:
        future = self._ask(lambda: self._client.submit(simulate, name, *task, pure=False))
        self._flying[future.key] = future, task
        future.add_done_callback(self._done.put)

    def _fetch(self) -> None:
        """Answers of futures that are done, failed or cancelled, in a thread that nobody waits for: when a client is closed
        meanwhile, dask waits for an answer for ever, and Python for the thread in which dask calls back."""
        while (future := self._done.get()) is not None:
            try:
                answer = future.result()
            except BaseException as error:
                answer = error
            self._arrived.put((future.key, answer))

    def _received(self, task: Task, answer: list[Piece] | BaseException) -> Result | None:
        """A result if the answer is one, or if the task is given up; otherwise the task is put back."""
        if isinstance(answer, KilledWorker):
            again = self._graves.bury(task)
            for each in again:
                (self._alone if each.runs == 1 and self._graves.holds(each) else self._again).append(each)
            return None if again else given_up(task)
        if isinstance(answer, DifferentWorker):
            raise WorkersFailed(f"{answer}; {SAME}")
        if isinstance(answer, ImportError):
            raise WorkersFailed(f"a worker cannot take part ({describe(answer)}); {SAME}")
        if isinstance(answer, CommClosedError | CancelledError | asyncio.CancelledError) or self._client.status != "running":
            raise self._lost(answer if isinstance(answer, BaseException) else None)
        if isinstance(answer, OSError):
            raise WorkersFailed(f"a worker cannot take part ({describe(answer)}); mend its machine, or leave it out")
        if isinstance(answer, BaseException):
            raise RuntimeError("a worker failed") from answer
        return task, answer

    def _compare(self) -> None:
        """WorkersFailed if a worker that is there would compute other numbers, or cannot take part."""
        here = provenance(())
        answers = self._ask(lambda: self._client.run(provenance, (), on_error="return"))
        for worker, answer in answers.items():
            if isinstance(answer, OSError):
                continue  # it has just died; who comes in its place is asked with the first task
            wrong = describe(answer) if isinstance(answer, Exception) else difference(answer, here)
            if wrong:
                raise WorkersFailed(f"worker {worker} differs: {wrong}; {SAME}")

    def _look(self) -> None:
        """How many threads there are, now and then; WorkersFailed if there have been none for long, or no scheduler."""
        now = time.monotonic()
        if now < self._looked + LOOK:
            return
        self._looked = now
        if self._client.status != "running":
            raise self._lost()
        self.slots = sum(self._ask(self._client.nthreads).values())
        if self.slots:
            self._seen, self._told = now, False
        elif now > self._seen + NO_WORKERS:
            raise WorkersFailed(f"{self._address} has had no worker for {NO_WORKERS:.0f} seconds; start some")
        elif now > self._seen + ANSWER and not self._told:
            self._told = True
            text = f"{self._address} has no worker; waiting {NO_WORKERS - ANSWER:.0f} seconds more for one"
            warnings.warn(text, BatchWarning, stacklevel=2)

    def _ask(self, question: Callable[[], ANSWERED]) -> ANSWERED:
        """What the scheduler answers; WorkersFailed if it is gone or silent. A worker that just died may spoil an answer."""
        end = time.monotonic() + ANSWER
        while True:
            try:
                return asked(question, SILENCE, self._stop)
            except Exception as error:
                lost = isinstance(error, OSError | CancelledError)
                if self._client.status != "running" or (lost and time.monotonic() > end):
                    raise self._lost(error) from error
                if not lost:
                    raise
            time.sleep(POLL)

    def _lost(self, why: BaseException | None = None) -> WorkersFailed:
        text = describe(why) if why and str(why) else "it does not answer any more"
        return WorkersFailed(f"the scheduler of {self._address} is lost ({text})")

    def _drop(self, name: str) -> None:
        """Leave nothing behind on workers that go on living."""
        if self._attached or self._client.status != "running":
            return

        def drop() -> None:
            self._client.cancel([future for future, _ in self._flying.values()])
            self._client.unregister_worker_plugin(name)

        with suppress(Exception):  # the batch is whole, or has an error of its own
            asked(drop, ANSWER, Stop())
