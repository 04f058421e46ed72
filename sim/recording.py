"""Recorded variables as columns of a table: ``trade.china.exports``, with their units."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.outcomes import OUTCOMES, Course
from sim.state import AXES, FLOAT, VARIABLES, Array, Month, Variable

RECORDED = tuple(variable for variable in VARIABLES.values() if variable.recorded)


@dataclass(frozen=True)
class Block:
    """What a block of runs returns: arrays only, so that it travels between processes.

    outcomes, parameters, moves: name -> ``(R,)``; trajectories: column -> ``(months, R)``, empty when not asked for.
    """

    first_run: int
    runs: int
    outcomes: dict[str, np.ndarray]
    parameters: dict[str, np.ndarray]
    moves: dict[str, np.ndarray]
    trajectories: dict[str, np.ndarray]
    months: tuple[str, ...]


def columns(course: Course) -> dict[str, np.ndarray]:
    """Recorded variables as columns ``(months, R)``, named by their labels."""
    named = {}
    for variable in RECORDED:
        series = course[variable.name]
        for index in np.ndindex(series.shape[1:-1]):
            named[_column(variable, index)] = series[(slice(None), *index)]
    return named


class _Asked(Course):
    """A course of two empty months and one run that notes which variables are asked for."""

    def __init__(self) -> None:
        super().__init__(Month(2000, 1), ())
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> Array:
        self.names.add(name)
        return np.zeros((2, *(len(AXES[axis]) for axis in VARIABLES[name].axes), 1), dtype=FLOAT)


@cache
def measured() -> tuple[str, ...]:
    """Names of the recorded variables that outcomes are measured on; the others need not be kept."""
    asked = _Asked()
    for outcome in OUTCOMES.values():
        outcome.measure(asked)
    return tuple(variable.name for variable in RECORDED if variable.name in asked.names)


def units() -> dict[str, str]:
    """Unit of every column."""
    return {
        _column(variable, index): variable.unit
        for variable in RECORDED
        for index in np.ndindex(*(len(AXES[axis]) for axis in variable.axes))
    }


def _column(variable: Variable, index: tuple[int, ...]) -> str:
    labels = [AXES[axis][place] for axis, place in zip(variable.axes, index, strict=True)]
    return ".".join([variable.name, *labels])
