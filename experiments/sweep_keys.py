"""What a sweep may vary: the keys of a scenario that hold one value, with their units, and the texts that vary them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from experiments.errors import UsageError, quoted, unknown
from sim.scenario import vocabulary
from sim.scenario.reader import scalar_value
from sim.scenario.sections import NATION_KEYS, range_at

Value = None | bool | int | float | str

BETWEEN = ".."
EXAMPLE = "parameters.labour.take=0.2,0.4,0.6 or parameters.labour.take=0.2..0.6"


@dataclass(frozen=True)
class Axis:
    """A key that is varied: over ``levels`` (texts as a scenario file has them), or over ``span``, from low to high.

    whole: only whole numbers of the span make sense; place: where it is said, for messages
    """

    key: str
    levels: tuple[str, ...] = ()
    span: tuple[float, float] | None = None
    whole: bool = False
    place: str = ""

    def at(self, share: float) -> str:
        """The text of the value at a share in [0, 1) of the span, or of the levels in their order."""
        if self.span is None:
            return self.levels[int(share * len(self.levels))]
        low, high = self.span
        value = math.floor(low + share * (high - low + 1)) if self.whole else low + share * (high - low)
        return repr(value)

    def steps(self, count: int) -> tuple[str, ...]:
        """The levels, or so many even steps from one end of the span to the other."""
        if self.span is None:
            return self.levels
        low, high = self.span
        values = [low + (high - low) * step / (count - 1) for step in range(count)]
        return tuple(dict.fromkeys(repr(round(value) if self.whole else value) for value in values))

    @property
    def ends(self) -> tuple[str, ...]:
        """All levels, or both ends of the span."""
        return self.levels or tuple(repr(round(end) if self.whole else end) for end in self.span or ())


@cache
def keys() -> tuple[str, ...]:
    """Every key that holds a single value and changes what is computed."""
    nations = [f"nations.{nation}" for nation in vocabulary.nations()]
    return (
        "months",
        "start",
        *(f"parameters.{name}" for name in vocabulary.parameters()),
        *(f"initial.{path}" for path in vocabulary.paths()),
        *(f"{nation}.{key}" for nation in nations for key in NATION_KEYS if key != "weights"),
        *(f"{nation}.weights.{feature}" for nation in nations for feature in vocabulary.features()),
    )


def checked(key: str) -> str:
    """The key, if it can be varied; UsageError with the nearest one otherwise."""
    if key not in keys():
        raise unknown("key to vary", key, keys())
    return key


def unit(key: str) -> str:
    """The unit of a key's values, empty where there is none."""
    section, _, rest = key.partition(".")
    known = vocabulary.parameters()
    if section == "parameters" and rest in known:
        found = known[rest].unit
    elif section == "initial":
        found = range_at(rest).unit
    else:
        found = "months" if key == "months" else ""
    return "" if found == "-" else found


def label(key: str) -> str:
    """The key with its unit, ``parameters.oil.mean (USD/barrel)``."""
    return f"{key} ({unit(key)})" if unit(key) else key


def grade(key: str) -> str:
    """The evidence grade of a parameter's own prior, empty for other keys."""
    known = vocabulary.parameters().get(key.removeprefix("parameters."))
    return known.grade if known is not None and key.startswith("parameters.") else ""


def axis(text: str) -> Axis:
    """A key and what it is varied over, from ``KEY=A,B,C`` or ``KEY=LOW..HIGH``; UsageError says what is wrong."""
    key, equals, values = (part.strip() for part in text.partition("="))
    if not equals or not key or not values:
        raise UsageError(f"--vary {quoted(text)}: expected KEY=A,B,... or KEY=LOW..HIGH, such as {EXAMPLE}")
    checked(key)
    if BETWEEN in values:
        return spanned(key, values, f"--vary {key}")
    if any(sign in values for sign in "[]{}"):
        raise UsageError(f"--vary {key}: lists and distributions are not varied; expected numbers or names with commas")
    return levelled(key, [value.strip() for value in values.split(",")], f"--vary {key}")


def levelled(key: str, levels: Sequence[str], place: str) -> Axis:
    """An axis of levels, of which there must be two at least, all different."""
    if "" in levels:
        raise UsageError(f"{place}: a value is empty; write null for what the scenario has without it")
    seen: dict[Value, str] = {}
    for level in levels:
        if scalar_value(level) in seen:
            raise UsageError(f"{place}: {level} is given twice; keep one")
        seen[scalar_value(level)] = level
    if len(levels) < 2:
        raise UsageError(f"{place}: one value varies nothing; give two or more, or LOW..HIGH, or --set what is fixed")
    return Axis(key, tuple(levels), place=place)


def spanned(key: str, text: str, place: str) -> Axis:
    """An axis over a range of numbers."""
    ends = [scalar_value(part.strip()) for part in text.split(BETWEEN, 1)]
    low, high = (_number(end, text, place) for end in ends)
    if not low < high:
        raise UsageError(f"{place}: {text} runs from high to low; expected LOW{BETWEEN}HIGH with LOW below HIGH")
    whole = key == "months" or (key.startswith("initial.") and range_at(key.partition(".")[2]).whole)
    if whole and not (low.is_integer() and high.is_integer()):
        raise UsageError(f"{place}: {text} has ends that are not whole; {key} counts in whole numbers")
    return Axis(key, span=(low, high), whole=whole, place=place)


def _number(value: Value, text: str, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UsageError(
            f"{place}: {quoted(text)} is no range; expected LOW{BETWEEN}HIGH, two numbers such as 0.2{BETWEEN}0.6"
        )
    return float(value)
