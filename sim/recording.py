"""Recorded variables as columns of a table: ``trade.china.exports``, with their units."""

from __future__ import annotations

import numpy as np

from sim.outcomes import Course
from sim.state import AXES, VARIABLES, Variable

RECORDED = tuple(variable for variable in VARIABLES.values() if variable.recorded)


def columns(course: Course) -> dict[str, np.ndarray]:
    """Recorded variables as columns ``(months, R)``, named by their labels."""
    named = {}
    for variable in RECORDED:
        series = course[variable.name]
        for index in np.ndindex(series.shape[1:-1]):
            named[_column(variable, index)] = series[(slice(None), *index)]
    return named


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
