"""What a worker does: simulate a block of runs and hand back arrays.

Imports nothing heavier than numpy, so that workers start quickly; the model is found by name on first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pkgutil import resolve_name
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

SIMULATE = "sim.model:simulate_block"
RESTORE = "sim.scenario:from_document"
MESSAGE_LENGTH = 300

Arrays = Mapping[str, NDArray[Any]]


class Task(NamedTuple):
    """Runs ``first_run`` to ``first_run + runs - 1`` of the scenario with this place in the batch."""

    scenario: int
    first_run: int
    runs: int

    def halves(self) -> tuple[Task, Task]:
        """Two tasks that together are this one; it must have two runs or more."""
        half = self.runs // 2
        return self._replace(runs=half), self._replace(first_run=self.first_run + half, runs=self.runs - half)


@dataclass(frozen=True)
class Piece:
    """Results of consecutive runs, R of them, or of one run that failed (then ``message`` says why, and no arrays).

    outcomes ``(R,)`` float64, parameters ``(R,)`` float32, moves ``(R,)`` uint16, trajectories ``(T, R)`` float32
    for the T months named in ``months``.
    """

    first_run: int
    runs: int
    outcomes: Arrays = field(default_factory=dict)
    parameters: Arrays = field(default_factory=dict)
    moves: Arrays = field(default_factory=dict)
    trajectories: Arrays = field(default_factory=dict)
    months: tuple[str, ...] = ()
    message: str = ""

    def split(self, size: int) -> list[Piece]:
        """The same results in pieces that do not cross a multiple of ``size`` runs; arrays are views."""
        last = self.first_run + self.runs
        edges = [self.first_run, *range((self.first_run // size + 1) * size, last, size), last]
        if len(edges) == 2:
            return [self]
        return [self._between(first, end) for first, end in pairwise(edges)]

    def _between(self, first: int, end: int) -> Piece:
        def cut(arrays: Arrays) -> Arrays:
            return {name: array[..., first - self.first_run : end - self.first_run] for name, array in arrays.items()}

        return replace(
            self, first_run=first, runs=end - first, outcomes=cut(self.outcomes), parameters=cut(self.parameters),
            moves=cut(self.moves), trajectories=cut(self.trajectories),
        )  # fmt: skip


@dataclass(frozen=True)
class Work:
    """All that a worker needs to know of a batch; calling it with a task simulates the task."""

    documents: tuple[Mapping[str, Any], ...]
    seed: int
    trajectories: bool
    simulate: str  # the name of simulate_block, as ``module:name``
    restore: str  # the name of the function that makes a scenario of its document

    @cached_property
    def _scenarios(self) -> list[Any]:
        return [resolve_name(self.restore)(document) for document in self.documents]

    def __call__(self, task: Task) -> list[Piece]:
        """Results of a task in the order of runs; a run that raises becomes a failed piece of its own."""
        simulate, scenario = resolve_name(self.simulate), self._scenarios[task.scenario]
        try:
            block = simulate(
                scenario, seed=self.seed, first_run=task.first_run, runs=task.runs, trajectories=self.trajectories
            )
        except (Exception, SystemExit) as error:
            if task.runs == 1:
                return [Piece(task.first_run, 1, message=describe(error))]
        else:
            return [_compact(block, task)]
        first, second = task.halves()
        return self(first) + self(second)


def describe(error: BaseException) -> str:
    """``TypeName: text`` on one line of at most 300 printable characters."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return "".join(letter for letter in text if letter.isprintable())[:MESSAGE_LENGTH]


def _compact(block: Any, task: Task) -> Piece:
    """The arrays of a block in the precision in which they are stored; ValueError if a shape is wrong."""
    with np.errstate(over="ignore", invalid="ignore"):  # beyond float32 is stored as infinity
        return Piece(
            first_run=task.first_run,
            runs=task.runs,
            outcomes=_cast(block.outcomes, np.float64, (task.runs,)),
            parameters=_cast(block.parameters, np.float32, (task.runs,)),
            moves=_cast(block.moves, np.uint16, (task.runs,)),
            trajectories=_cast(block.trajectories, np.float32, (len(block.months), task.runs)),
            months=tuple(block.months),
        )


def _cast(arrays: Arrays, kind: type[np.generic], shape: tuple[int, ...]) -> Arrays:
    for name, array in arrays.items():
        if np.shape(array) != shape:
            raise ValueError(f"the model returned {name!r} in the shape {np.shape(array)}, not {shape}")
    given = {name: np.asarray(array) for name, array in arrays.items()}
    # a row of a larger array is copied: it would keep all of that in memory
    return {name: array.astype(kind, copy=array.base is not None) for name, array in given.items()}
