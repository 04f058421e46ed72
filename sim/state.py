"""The state of the world: its arrays for R runs in a month, and the few things one does with them.

``sim.variables`` says what each array is. Every array ends in the run axis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.variables import VARIABLES, Variable
from sim.variables.axes import (
    AXES,
    CHINA,
    CHN,
    CLOSED,
    CONVENTIONAL,
    DYAD,
    ENGAGEMENT,
    EXPORTS,
    HARD_LINE,
    IMPORTS,
    ISO,
    KOR,
    LEADER_DRIVEN,
    NATIONS,
    OPEN,
    OTHERS,
    PAIRS,
    PARTIAL,
    PRESSURE,
    PRK,
    RUS,
    RUSSIA,
    SEOUL,
    USA,
)

__all__ = [
    "AXES",
    "CHINA",
    "CHN",
    "CLOSED",
    "CONVENTIONAL",
    "DYAD",
    "ENGAGEMENT",
    "EXPORTS",
    "FLOAT",
    "HARD_LINE",
    "IMPORTS",
    "ISO",
    "KOR",
    "LEADER_DRIVEN",
    "NATIONS",
    "OPEN",
    "OTHERS",
    "PAIRS",
    "PARTIAL",
    "PRESSURE",
    "PRK",
    "RUS",
    "RUSSIA",
    "SEOUL",
    "USA",
    "VARIABLES",
    "Array",
    "Flags",
    "Month",
    "Variable",
    "World",
    "legal",
    "logistic",
    "resolve",
    "total",
]

Array = NDArray[np.floating]
Flags = NDArray[np.bool_]
FLOAT = np.float64  # the one place that decides the precision of the model


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; ``Month.parse("2020-05") + 1`` is June 2020."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``YYYY-MM``; ValueError says what is wrong."""
        year, dash, month = text.partition("-")
        if not (dash and len(year) == 4 and len(month) == 2 and (year + month).isdecimal() and text.isascii()):
            raise ValueError(f"{text!r} is not a month; write YYYY-MM, for example 2020-05")
        if not 1 <= int(month) <= 12:
            raise ValueError(f"{text!r} has no such month; months run from 01 to 12")
        return cls(int(year), int(month))

    def __add__(self, months: int) -> Month:
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    def __sub__(self, other: Month) -> int:
        return (self.year - other.year) * 12 + self.month - other.month

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


class World:
    """All state arrays of R runs in one month; immutable. ``world.reserves`` is an array ``(R,)``."""

    __slots__ = ("__dict__", "_arrays", "date", "labels", "runs")

    _arrays: dict[str, Array]
    date: Month
    runs: int
    labels: Mapping[str, tuple[str, ...]]

    def __init__(self, arrays: dict[str, Array], date: Month, runs: int, labels: Mapping[str, tuple[str, ...]]) -> None:
        # the arrays are the attributes: a month reads them some eight hundred times
        for name, value in (("__dict__", arrays), ("_arrays", arrays), ("date", date), ("runs", runs), ("labels", labels)):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a world cannot be changed; `replace` makes one with another {name}")

    @classmethod
    def blank(cls, date: Month, runs: int, *, features: tuple[str, ...] = (), actions: tuple[str, ...] = ()) -> World:
        """A world in which every array stands at its ``start``."""
        labels = {**AXES, "feature": features, "action": actions}
        arrays = {}
        for variable in VARIABLES.values():
            shape = (*(len(labels[axis]) for axis in variable.axes), runs)
            arrays[variable.name] = _frozen(np.full(shape, variable.start, dtype=FLOAT))
        return cls(arrays, date, runs, labels)

    def __getattr__(self, name: str) -> Array:
        raise AttributeError(f"the world has no array {name!r}")

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def replace(self, **arrays: Array) -> World:
        """A world with some arrays exchanged; each keeps its name and shape, and becomes read-only."""
        for name, array in arrays.items():
            old = self._arrays[name]
            if array.shape != old.shape or array.dtype != FLOAT:
                raise ValueError(f"{name} must stay {old.shape} {FLOAT.__name__}, not {array.shape} {array.dtype}")
            _frozen(array)
        return World({**self._arrays, **arrays}, self.date, self.runs, self.labels)

    def at(self, date: Month) -> World:
        """The same arrays under another date."""
        return World(self._arrays, date, self.runs, self.labels)

    def changed(self, before: World) -> frozenset[str]:
        """Names of arrays that are not the same object as in ``before``."""
        return frozenset(name for name, array in self._arrays.items() if array is not before[name])


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array


def total(array: Array) -> Array:
    """Sum over all axes but the run axis, in a fixed order, so that bits do not depend on R."""
    rows = array.reshape(-1, array.shape[-1])
    result = rows[0].copy()
    for row in rows[1:]:
        result += row
    return result


def legal(name: str, array: Array) -> Array:
    """The array moved into the legal range of a variable."""
    variable = VARIABLES[name]
    return np.minimum(np.maximum(array, variable.low), variable.high)


def logistic(value: Array) -> Array:
    """1 / (1 + exp(-value)), safe for large values; same shape."""
    return 1 / (1 + np.exp(np.minimum(np.maximum(-value, -50), 50)))  # np.clip takes longer than all the rest


def resolve(path: str) -> tuple[Variable, tuple[int | slice, ...]]:
    """The variable and index that a path such as ``workers.russia`` or ``openness.china.imports`` names.

    A path may leave out trailing labels: ``openness.china`` means both directions.
    KeyError says what is wrong and what would be right.
    """
    name, *labels = path.split(".")
    if name not in VARIABLES:
        raise KeyError(f"unknown state variable {name!r}")
    variable = VARIABLES[name]
    if len(labels) > len(variable.axes):
        axes = ".".join([name, *variable.axes])
        raise KeyError(f"{path!r} has too many parts; write {axes}")
    index: list[int | slice] = [slice(None)] * len(variable.axes)
    for place, (axis, label) in enumerate(zip(variable.axes, labels, strict=False)):
        if label not in AXES[axis]:
            raise KeyError(f"{name} has no {axis} {label!r}; choose from {', '.join(AXES[axis])}")
        index[place] = AXES[axis].index(label)
    return variable, tuple(index)
