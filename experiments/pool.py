"""Blocks of runs, and other tasks, on worker processes, one pipe to each.

A worker that dies is noticed by the end of its own pipe, so that it is known which task died with it, and no
other worker is touched. (The process pool of the standard library shares one pipe for results; when a worker is
killed in the middle of a large one, the pool waits for ever, and one killed at its birth can break it.)

A block whose worker died is tried again; when that worker dies too the block is halved, until the run that kills
its workers stands alone and is recorded as failed.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from experiments.errors import WorkersFailed
from experiments.graves import Graves, Result, given_up
from experiments.signals import POLL, Stop
from experiments.work import Piece, Task

FAILED_STARTS = 3  # in a row, after which workers are taken to be unable to start
KILLED_STARTS = 30  # the same where they were killed, or refused by the system, before they were ready

_CONTEXT = get_context("spawn")
_READY = "ready"
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS")

TASK = TypeVar("TASK")
ANSWER = TypeVar("ANSWER")
Job = Callable[[TASK], ANSWER]  # picklable, called in a worker for each task; an answer is no text
Bury = Callable[[TASK], Sequence[TASK]]  # what to try when a worker died of a task; nothing if it is given up


def results(work: Job[Task, list[Piece]], tasks: Iterable[Task], jobs: int, stop: Stop) -> Generator[Result]:
    """Results of blocks as they are done; a task may come back in halves.

    With one job everything runs in this process. Otherwise as ``answers``.
    """
    if jobs == 1:
        for task in tasks:
            stop.check()
            yield task, work(task)
        return
    with closing(answers(work, tasks, jobs, stop, Graves().bury)) as found:
        for task, pieces in found:
            yield given_up(task) if pieces is None else (task, pieces)


def answers(
    work: Job[TASK, ANSWER], tasks: Iterable[TASK], jobs: int, stop: Stop, bury: Bury[TASK]
) -> Generator[tuple[TASK, ANSWER | None]]:
    """Answers to tasks as they come, in any order; None for a task that is given up. A task is taken when a worker is free.

    Close the generator to kill the workers at once.
    Raises WorkersFailed if workers do not start, KeyboardInterrupt after a signal.
    """
    pool = _Pool(work, jobs, bury)
    try:
        yield from pool.answers(iter(tasks), stop)
    finally:
        pool.kill()


class _Worker(Generic[TASK]):
    """A process that works at one task at a time."""

    def __init__(self) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(target=_serve, args=(theirs,), daemon=True)
        self.task: TASK | None = None
        self.ready = False
        try:
            with theirs, surroundings():
                self.process.start()
        except BaseException:
            if self.process.pid is not None:  # a Ctrl-C at its birth; nobody else knows of it
                self.kill()
            raise

    def last_words(self) -> Any:
        """What it said before it died while it was spoken to; None if nothing."""
        with suppress(EOFError, OSError):
            if self.pipe.poll():
                return self.pipe.recv()
        return None

    def kill(self) -> int:
        """End the process at once; its exit code, negative if a signal ended it."""
        self.process.kill()
        self.process.join()
        code = self.process.exitcode
        self.pipe.close()
        with suppress(ValueError):  # where children are not waited for (SIGCHLD ignored) it is never known to have ended
            self.process.close()
        return code or 0


class _Pool(Generic[TASK, ANSWER]):
    """At most ``jobs`` workers, started as they are needed."""

    def __init__(self, work: Job[TASK, ANSWER], jobs: int, bury: Bury[TASK]) -> None:
        self._work = work
        self._jobs = jobs
        self._bury = bury
        self._workers: list[_Worker[TASK]] = []
        self._again: deque[TASK] = deque()
        self._failed_starts = 0

    def kill(self) -> None:
        """End all workers at once."""
        while self._workers:
            self._workers.pop().kill()

    def answers(self, tasks: Iterator[TASK], stop: Stop) -> Iterator[tuple[TASK, ANSWER | None]]:
        """Answers as they arrive."""
        while True:
            self._assign(tasks)
            busy = {worker.pipe: worker for worker in self._workers if worker.task is not None}
            if not (busy or self._again):
                return
            stop.check()
            for pipe in wait(list(busy), timeout=POLL):
                stop.check()
                answered = self._receive(busy[pipe])  # type: ignore[index]  # wait returns what it was given
                if answered is not None:
                    yield answered

    def _assign(self, tasks: Iterator[TASK]) -> None:
        """Give every idle worker a task, and start workers while there are tasks without one."""
        idle = [worker for worker in self._workers if worker.task is None]
        while idle or len(self._workers) < self._jobs:
            task = self._again.popleft() if self._again else next(tasks, None)
            if task is None:
                return
            try:
                worker = idle.pop() if idle else self._start()
            except OSError as error:
                if self._workers:  # as many as the system allows
                    self._jobs = len(self._workers)
                    self._again.appendleft(task)
                    return
                raise WorkersFailed(f"the system starts no worker process ({error}); use one job") from error
            worker.task = task
            try:
                if worker.ready:
                    worker.pipe.send(task)
            except OSError:  # it died while it was idle
                self._remove(worker)
                self._again.appendleft(task)

    def _start(self) -> _Worker[TASK]:
        worker = _Worker[TASK]()
        self._workers.append(worker)
        return worker

    def _remove(self, worker: _Worker[TASK]) -> int:
        self._workers.remove(worker)
        return worker.kill()

    def _receive(self, worker: _Worker[TASK]) -> tuple[TASK, ANSWER | None] | None:
        try:
            answer = worker.pipe.recv()
            if isinstance(answer, str) and answer == _READY:
                # not among the arguments of the process: a birth that fails would leave us writing to nobody for ever
                worker.pipe.send(self._work)
                worker.pipe.send(worker.task)
                worker.ready, self._failed_starts = True, 0
                return None
        except (EOFError, OSError):
            answer = worker.last_words()
            if answer is None:
                return self._died(worker)
        if isinstance(answer, str):
            raise RuntimeError(f"a worker failed:\n{answer}")
        task, worker.task = worker.task, None
        return (task, answer) if task is not None else None

    def _died(self, worker: _Worker[TASK]) -> tuple[TASK, None] | None:
        """Take away a dead worker and see to its task, which comes back only if it is given up."""
        code = self._remove(worker)
        task = worker.task
        if task is None:
            return None
        if not worker.ready:
            self._not_started(task, KILLED_STARTS if code < 0 else FAILED_STARTS)
            return None
        again = self._bury(task)
        self._again.extend(again)
        return None if again else (task, None)

    def _not_started(self, task: TASK, most: int) -> None:
        self._again.appendleft(task)
        self._failed_starts += 1
        if self._failed_starts >= most:
            raise WorkersFailed(
                "worker processes do not start; a script needs `if __name__ == '__main__':` around its work, or use one job"
            )


@contextmanager
def surroundings() -> Iterator[None]:
    """What a worker inherits at birth: one thread for linear algebra, and deafness to Ctrl-C from its first moment."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    resource_tracker.ensure_running()  # otherwise the first start would start it, and unblock the signal
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)  # last: a Ctrl-C that has come meanwhile is raised here


def _serve(pipe: Connection[Any, Any]) -> None:
    """The life of a worker: the work once, then tasks in and results out, until the pipe closes."""
    die_with_parent()
    try:
        pipe.send(_READY)
        work: Job[Any, Any] = pipe.recv()
        while True:
            pipe.send(_answer(work, pipe.recv()))
    except (EOFError, OSError):
        return
    except Exception:  # something cannot be sent, or not be read
        with suppress(OSError):
            pipe.send(traceback.format_exc())


def _answer(work: Job[TASK, ANSWER], task: TASK) -> ANSWER | str:
    try:
        return work(task)
    except Exception:
        return traceback.format_exc()


def die_with_parent() -> None:
    """From now on this process ends when the one that started it does, in the middle of whatever it does.

    The kernel signals the end of the pipe to the parent, and SIGIO ends a process that does not handle it, even in a
    long call that holds the interpreter; the thread does the same where pipes do not signal. Nothing is asked of
    whoever has no parent of this kind.
    """
    parent = parent_process()
    if parent is None:
        return
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    if sys.platform == "linux":
        fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(parent.sentinel, fcntl.F_GETFL)
        fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)


def _follow(parent: Any) -> None:
    parent.join()
    os._exit(1)
