"""In short: what differs clearly from the base, and what was asked for and does not.

What is told is picked from many comparisons, so that a difference must be sure enough for all of them to be called clear
(Bonferroni): else something would stand out by luck alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from experiments import compare
from experiments.estimates import point_95
from experiments.report.numbers import Change
from sim.outcomes import OUTCOMES

TOLD = 8  # outcomes beside those that were asked for, and scenarios of each
LEVELS = 6  # outcomes of which levels are told without being asked for


@dataclass(frozen=True)
class Said:
    """A difference of a scenario in words, without the names of scenario and outcome."""

    scenario: str
    category: str
    clear: bool
    text: str


@dataclass(frozen=True)
class Item:
    """An outcome by question and definition, what is said of it, and how many scenarios are not told for want of room."""

    name: str
    question: str
    definition: str
    said: tuple[Said, ...]
    more: int = 0


def items(changes: Sequence[Change], asked: Sequence[str]) -> tuple[list[Item], int]:
    """What is said of outcomes: those asked for in their order, then others that differ clearly, the surest first; and how
    many of those are left out."""
    weights: dict[str, float] = {}
    for change in changes:
        weights[change.outcome] = max(weights.get(change.outcome, 0.0), change.weight)
    enough = partial(sure, comparisons=compared(changes))
    first = [name for name in asked if name in weights]
    standing = {change.outcome for change in changes if enough(change)}
    clear = [name for name in sorted(standing, key=lambda name: -weights[name]) if name not in first]
    room = max(0, TOLD - len(first))
    told = [_item(name, [each for each in changes if each.outcome == name], enough) for name in (*first, *clear[:room])]
    return told, len(clear[room:])


def compared(changes: Sequence[Change]) -> int:
    """How many differences are told of: outcomes and categories, in each scenario."""
    return sum(change.known for change in changes)


def sure(change: Change, comparisons: int) -> bool:
    """Whether a difference is further out than any of so many is by luck alone one time in twenty."""
    return change.weight > point_95(max(change.n - 1, 1), comparisons)


def _item(name: str, changes: Iterable[Change], enough: Callable[[Change], bool]) -> Item:
    """An outcome; of its categories the one that differs most surely, of many scenarios those that do."""
    most: dict[str, Change] = {}
    for change in changes:
        if change.scenario not in most or _rank(change) > _rank(most[change.scenario]):
            most[change.scenario] = change
    told = list(most.values())
    if len(told) > TOLD:
        told = sorted(told, key=lambda each: -_rank(each))[:TOLD]
    return Item(name, *introduced(name), tuple(_said(each, enough) for each in told), len(most) - len(told))


def _rank(change: Change) -> float:
    """Clear differences before others, and those before none."""
    return change.weight or (-1.0 if change.known else -math.inf)


def introduced(name: str) -> tuple[str, str]:
    """Question and definition of an outcome, its name and nothing for one that no codebook has."""
    known = OUTCOMES.get(name)
    return (known.question, known.definition) if known else (name, "")


def _said(change: Change, enough: Callable[[Change], bool]) -> Said:
    if not change.known:
        return Said(change.scenario, "", clear=False, text="Nothing to compare: no pair of runs has a value.")
    unit = "percentage points" if change.unit == compare.SHARE else change.unit
    clear = enough(change)
    if clear:
        text = f"{change.other} instead of {change.base}, a difference of {change.difference}"
    else:
        text = f"{_doubt(change)}: {change.other} against {change.base}, {change.difference}"
    sure = "the same in every run" if change.interval == "–" else f"95% interval {change.interval}"
    return Said(change.scenario, change.category, clear, f"{text} ({sure}) {unit}.")


def _doubt(change: Change) -> str:
    if change.weight:
        return "perhaps a difference, perhaps chance"
    few = change.interval == "–" and change.higher != change.lower
    return "too few runs to tell" if few else "no clear difference"


def levels(names: Sequence[str], asked: Sequence[str]) -> Iterator[str]:
    """The outcomes whose levels are told: those asked for, or the first few."""
    yield from (name for name in names if name in asked or (not asked and name in names[:LEVELS]))
