"""The recorded months of a set of runs, and the summaries of a series that outcomes share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from sim.actions import Moves
from sim.state import Array, Flags, Month, World, total

YEAR = 12


class Course:
    """The recorded months of R runs: ``course["reserves"]`` is ``(months, R)``, ``course["trade"]`` ``(months, partner,
    direction, R)``."""

    def __init__(self, start: Month, names: Iterable[str]) -> None:
        self.start = start
        self._months: dict[str, list[Array]] = {name: [] for name in names}
        self._chosen: list[Flags] = []
        self._stacked: dict[str, Array] = {}

    @classmethod
    def empty(cls, start: Month, names: Iterable[str]) -> Course:
        """A course before its first month."""
        return cls(start, names)

    def record(self, world: World, moves: Moves) -> None:
        """Add a month."""
        for name, series in self._months.items():
            series.append(world[name])
        self._chosen.append(moves.chosen.astype(bool))
        self._stacked.clear()

    def __getitem__(self, name: str) -> Array:
        if name not in self._stacked:
            self._stacked[name] = np.stack(self._months[name])
            self._months[name] = list(self._stacked[name])  # views: a series is held once
        return self._stacked[name]

    @property
    def chosen(self) -> np.ndarray:
        """What was chosen, ``(months, action, R)``, boolean."""
        return np.stack(self._chosen)

    def move_counts(self) -> np.ndarray:
        """Months in which each action was chosen, ``(action, R)``."""
        counts = np.zeros(self._chosen[0].shape, dtype=np.uint16)
        for chosen in self._chosen:
            counts += chosen
        return counts


@dataclass(frozen=True)
class Outcome:
    """One measure. ``measure`` maps a course to ``(R,)``; a category is given as the index of its label."""

    name: str
    unit: str
    definition: str
    question: str
    identified: str
    measure: Callable[[Course], Array]
    kind: str = "number"
    categories: tuple[str, ...] = ()
    ordered: bool = True  # whether categories stand in an order, from less to more


def last_year(series: Array) -> Array:
    """Mean of the last twelve months, or of all if fewer."""
    months = series[-YEAR:]
    return total(months) / len(months)


def longest_spell(quiet: np.ndarray) -> Array:
    """Longest run of consecutive True months, ``(months, R)`` to ``(R,)``."""
    spell = longest = np.zeros(quiet.shape[-1])
    for month in quiet:
        spell = np.where(month, spell + 1, 0)
        longest = np.maximum(longest, spell)
    return longest


def mean(series: Array) -> Array:
    """Mean over months, ``(months, ..., R)`` to ``(..., R)``; in a fixed order, so that bits do not depend on R."""
    result = series[0].copy()
    for month in series[1:]:
        result += month
    return result / len(series)


def first_month(happened: np.ndarray) -> Array:
    """Number of the first month (1 is the first) in which something happened, NaN where it never did; ``(R,)``."""
    return np.where(happened.any(axis=0), happened.argmax(axis=0) + 1.0, np.nan)
