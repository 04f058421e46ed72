"""What a worker of dask.distributed holds of a batch: the work, sent once, and what it must be to do it."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

import numpy as np
import psutil
from distributed import Worker, WorkerPlugin, get_worker

from experiments import manifest, pool
from experiments.work import Piece, Task, Work
from sim.plugins import PluginError

Provenance = Mapping[str, str]
SHOWN = 12  # letters of a hash
SETTLING = 1.0  # seconds: dask starts no other worker in the place of one that dies while it is still starting


class DifferentWorker(Exception):  # noqa: N818
    """This worker would compute other numbers; the text says what differs."""


class Job(WorkerPlugin):
    """A batch as every worker gets it when it is registered, or when it joins later."""

    def __init__(self, name: str, work: Work, *, attached: bool) -> None:
        """attached: workers end with the process that started them, whatever they are doing."""
        self.name = name
        self._work = work
        self._attached = attached
        self._expected = provenance(work.documents)
        self._made = time.time()
        self._settled = 0.0

    def setup(self, worker: Worker) -> None:  # noqa: ARG002
        """Called by dask in the process of the worker."""
        if self._attached:
            pool.die_with_parent()
        late = psutil.Process().create_time() > self._made
        self._settled = time.monotonic() + SETTLING * late

    def __call__(self, task: Task) -> list[Piece]:
        """Results of a task; DifferentWorker if they might be others here than elsewhere."""
        time.sleep(max(0.0, self._settled - time.monotonic()))
        if self._difference:
            raise DifferentWorker(f"worker {get_worker().address} differs: {self._difference}")
        return self._work(task)

    @cached_property
    def _difference(self) -> str:
        try:
            return difference(provenance(self._work.documents), self._expected)
        except PluginError as error:
            return str(error)


def simulate(job: str, scenario: int, first_run: int, runs: int) -> list[Piece]:
    """A task of dask: results of a task of the job of this name."""
    return cast(Job, get_worker().plugins[job])(Task(scenario, first_run, runs))


def provenance(documents: tuple[Mapping[str, Any], ...]) -> Provenance:
    """What decides the numbers that this process computes for these scenarios."""
    known = {
        "the source of the model": manifest.model_digest(),
        "numpy": np.__version__,
        "Python": ".".join(platform.python_version_tuple()[:2]),
    }
    for document in documents:
        known |= {f"plug-in {name}": text for name, text in manifest.plugins_of(document).items()}
    return known


def difference(there: Provenance, here: Provenance) -> str:
    """What differs between a worker and this process, in one line; empty if nothing does."""
    names = [name for name in {**here, **there} if there.get(name) != here.get(name)]
    said = (f"{name} is {_short(there.get(name))} there and {_short(here.get(name))} here" for name in names)
    return ", ".join(said)


def _short(text: str | None) -> str:
    if text is None:
        return "missing"
    return text[:SHOWN] if len(text) == 64 else text
