"""Ensembles that are measured and not stored: what experiments with their own statistics or designs run on.

A batch stores outcomes, parameters and months of every run. An ensemble applies one function to each block of finished
runs and keeps what it returns, which is how a calibration gets its moments and a backtest its series. Blocks run on the
same workers as those of a batch, and run k is run k.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments import pool
from experiments.batch import Progress, processors
from experiments.errors import WorkersFailed
from experiments.signals import Stop
from experiments.work import Piece, Task, describe
from sim.chance import Chance
from sim.model import Peninsula
from sim.scenario import Scenario, from_document
from sim.state import Array

Measure = Callable[[Peninsula], Mapping[str, Array]]
Luck = Callable[[int, int, int], Chance]  # (seed, first run, runs) -> the luck of these runs

SMALL = 2048  # runs below which starting workers takes longer than it saves
BLOCK = 1024


@dataclass(frozen=True)
class Ensemble:
    """What was measured in every run: ``values`` and the drawn ``parameters`` (weights among them), name -> ``(runs,)``."""

    runs: int
    seed: int
    values: Mapping[str, Array]
    parameters: Mapping[str, Array]


@dataclass(frozen=True)
class Measured:
    """Work for a worker: simulate a block to its end and measure it. Functions must be importable by name."""

    document: Mapping[str, Any]
    seed: int
    measure: Measure
    luck: Luck

    def __call__(self, task: Task) -> list[Piece]:
        """What was measured in the runs of a task; the message instead when it could not be."""
        try:
            return [self._block(task)]
        except Exception as error:
            return [Piece(task.first_run, task.runs, message=describe(error))]

    def _block(self, task: Task) -> Piece:
        chance = self.luck(self.seed, task.first_run, task.runs)
        scenario = from_document(dict(self.document))
        model = Peninsula(scenario, runs=task.runs, seed=self.seed, first_run=task.first_run, chance=chance)
        try:
            for _ in range(scenario.months):
                model.step()
            return Piece(
                task.first_run,
                task.runs,
                # copies: a view would keep the whole course of the block alive
                outcomes={name: np.array(value, dtype=np.float64) for name, value in self.measure(model).items()},
                parameters=model.drawn(),
            )
        finally:
            model.release()


def ensemble(
    scenario: Scenario,
    *,
    runs: int,
    seed: int,
    measure: Measure,
    luck: Luck = Chance,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Ensemble:
    """Run a scenario ``runs`` times and measure every run.

    measure: a function of a module, called with each block of finished runs, returns arrays ``(R,)`` by name.
    luck: other luck than that of the seed, for designs that set or swap it; a picklable callable.
    jobs: worker processes; by default one for a small ensemble, otherwise one per processor.
    Raises WorkersFailed when a block cannot be simulated, KeyboardInterrupt after a signal.
    """
    work = Measured(scenario.document(), seed, measure, luck)
    jobs = jobs or (1 if runs < SMALL else processors())
    pieces: list[Piece] = []
    done = 0
    with Stop() as stop, closing(pool.results(work, _tasks(runs), jobs, stop)) as results:
        for task, made in results:
            for piece in made:
                if piece.message:
                    raise WorkersFailed(f"runs {piece.first_run} to {piece.first_run + piece.runs - 1}: {piece.message}")
            pieces += made
            done += task.runs
            if progress is not None:
                progress(done, runs)
    pieces.sort(key=lambda piece: piece.first_run)
    return Ensemble(runs, seed, _joined(pieces, "outcomes"), _joined(pieces, "parameters"))


def part_of(progress: Progress | None, before: int, whole: int) -> Progress | None:
    """The progress of one ensemble among several, ``before`` runs of which are done, of ``whole`` in all."""
    if progress is None:
        return None
    return lambda done, _total: progress(before + done, whole)


def _tasks(runs: int) -> Iterator[Task]:
    for first in range(0, runs, BLOCK):
        yield Task(0, first, min(BLOCK, runs - first))


def _joined(pieces: list[Piece], what: str) -> dict[str, Array]:
    columns = [getattr(piece, what) for piece in pieces]
    return {name: np.concatenate([column[name] for column in columns]) for name in columns[0]}
