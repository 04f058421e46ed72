"""Conditions on outcomes, in one grammar for all verbs.

    tests_severe>=1       a number in a part of its range
    deal==freeze          a category; where categories have an order also deal>=freeze
    third_summit          a yes-or-no outcome came about, where yes or no is asked for
    third_summit==no      it did not

A run in which the outcome has no value does not meet a condition. Where an outcome is asked for as it is, a condition stands
for the share of runs that meet it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.errors import UsageError, quoted, unknown
from sim.outcomes import OUTCOMES

COMPARISONS: Mapping[str, Callable[[Any, float], Any]] = MappingProxyType(
    {">=": operator.ge, "<=": operator.le, "==": operator.eq, ">": operator.gt, "<": operator.lt}
)
CONDITION = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(>=|<=|==|>|<)\s*(\S.*?)\s*")
NAME = re.compile(r"[a-z][a-z0-9_]*")
ANSWERS = ("no", "yes")
GRAMMAR = (
    f"write OUTCOME>=NUMBER with one of {' '.join(COMPARISONS)}, or OUTCOME==CATEGORY, or a yes-or-no outcome such as "
    "third_summit alone"
)

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Condition:
    """An outcome compared with a number."""

    text: str
    outcome: str
    comparison: str
    level: float

    def holds(self, values: Mapping[str, Any] | pd.DataFrame) -> Flags:
        """Where it holds, from values by outcome; never where the outcome has no value."""
        mine = np.asarray(values[self.outcome])  # single or double: numpy rounds the level to it, and 0.9 is 0.9
        with np.errstate(over="ignore"):  # a level beyond what is stored is infinite
            return np.asarray(COMPARISONS[self.comparison](mine, self.level), dtype=np.bool_)


def compares(text: str) -> bool:
    """Whether a text compares something with something, well or badly."""
    return any(sign in text for sign in (*COMPARISONS, "="))


def condition(text: str, known: Sequence[str], values: pd.DataFrame | None = None) -> Condition:
    """A condition from its text; UsageError says what is wrong.

    ``values``: of the runs that are asked, from which is seen whether an outcome of one's own is one of yes or no.
    """
    matched = CONDITION.fullmatch(text)
    if matched is None:
        return _came_about(text, known, values)
    name, comparison, level = matched.groups()
    if name not in known:
        raise unknown("outcome", name, known)
    return Condition(text, name, comparison, _level(text, (name, comparison, level), values))


def parse(texts: Sequence[str], known: Sequence[str], values: pd.DataFrame | None = None) -> list[Condition | str]:
    """Outcomes asked for, by name or as conditions such as ``deal==freeze``; UsageError for one that does not exist.

    ``values`` as for ``condition``.
    """
    asked: list[Condition | str] = []
    for text in dict.fromkeys(texts):
        if text in known:
            asked.append(text)
        elif compares(text):
            asked.append(condition(text, known, values))
        else:
            raise unknown("outcome", text, known)
    return asked


def beside(frame: pd.DataFrame, asked: Sequence[Condition | str]) -> pd.DataFrame:
    """A frame of outcomes with a column of 0 and 1 for each condition, named by its text."""
    met = {each.text: each.holds(frame).astype(np.float64) for each in asked if isinstance(each, Condition)}
    return frame.assign(**met)


def outcome_of(asked: Condition | str) -> str:
    """The outcome that is needed for what is asked."""
    return asked if isinstance(asked, str) else asked.outcome


def text_of(asked: Condition | str) -> str:
    """What is asked, as it was written."""
    return asked if isinstance(asked, str) else asked.text


def _came_about(text: str, known: Sequence[str], values: pd.DataFrame | None) -> Condition:
    """A yes-or-no outcome by itself: that it came about."""
    name = text.strip()
    if name not in known:
        if NAME.fullmatch(name):
            raise unknown("outcome", name, known)
        raise UsageError(f"{quoted(text)} is no condition; {GRAMMAR}")
    if _is_yes_no(name, values):
        return Condition(text, name, "==", 1.0)
    if categories := _categories(name):
        raise UsageError(f"{name} is a category; ask for one, such as '{name}=={categories[-1]}'")
    level = "NUMBER" if values is None else f"{values[name].quantile(0.9):.3g}"
    raise UsageError(f"{name} is a number; ask for a part of its range, such as '{name}>={level}'")


def _level(text: str, parts: tuple[str, str, str], values: pd.DataFrame | None) -> float:
    """The number that an outcome is compared with; categories and answers are numbers, in their order."""
    name, comparison, level = parts
    labels = _categories(name) or (ANSWERS if _is_yes_no(name, values) else ())
    ordered = name in OUTCOMES and bool(_categories(name)) and OUTCOMES[name].ordered
    if labels and comparison != "==" and not ordered and (level in labels or _categories(name)):
        raise UsageError(f"{quoted(text)}: {name} has no order; write {name}== and one of {', '.join(labels)}")
    if level in labels:
        return float(labels.index(level))
    try:
        number = float(level)
    except ValueError:
        expected = "yes or no, after ==" if labels == ANSWERS else f"one of {', '.join(labels)}" if labels else "a number"
        raise UsageError(f"{quoted(text)} compares {name} with {quoted(level)}; expected {expected}") from None
    if not np.isfinite(number):
        raise UsageError(f"{quoted(text)} compares {name} with {quoted(level)}; expected a finite number")
    if labels and number not in range(len(labels)):
        raise UsageError(f"{quoted(text)} compares {name} with {quoted(level)}; expected one of {', '.join(labels)}")
    return number


def _categories(name: str) -> tuple[str, ...]:
    return OUTCOMES[name].categories if name in OUTCOMES else ()


def _is_yes_no(name: str, values: pd.DataFrame | None) -> bool:
    """Whether an outcome happens or not; one's own is seen by its values."""
    if name in OUTCOMES:
        return OUTCOMES[name].kind == "share"
    return values is not None and name in values and bool(values[name].dropna().isin((0, 1)).all())
