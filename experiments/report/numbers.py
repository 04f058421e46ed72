"""Key numbers of a report: outcomes by scenario with intervals, and differences from the base."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from experiments import compare, plain, summary
from sim.outcomes import OUTCOMES

KEY = (
    "third_summit", "deal", "sanctions_status", "trade_recovery", "patron_support_china", "patron_support_russia",
    "tests_severe", "crisis_peak", "programmes_alive", "reserves_end",
)  # fmt: skip
MARGIN = 0.04  # of the width of a strip, left free at both ends


@dataclass(frozen=True)
class Strip:
    """Where marks stand on a scale from 0 to 100: a thin line, a thick one for the 95% interval, and the value."""

    thin: tuple[float, float]
    thick: tuple[float, float]
    mark: float


@dataclass(frozen=True)
class Line:
    """An outcome, or one category of it, in one scenario, as text and as a strip."""

    scenario: str
    category: str
    value: str
    interval: str
    spread: str
    n: str
    strip: Strip | None
    never: bool = False  # whether no run has it


@dataclass(frozen=True)
class Block:
    """One outcome in all scenarios, line by line."""

    name: str
    question: str
    definition: str
    unit: str
    shares: bool
    lines: tuple[Line, ...]

    def by_scenario(self) -> dict[str, list[Line]]:
        """The lines of each scenario without categories that no run has."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.scenario, [])
            if not (line.category and line.never):
                found[line.scenario].append(line)
        return found


@dataclass(frozen=True)
class Change:
    """A difference from the base as text; ``weight``: how many standard errors it is, 0 where its interval holds zero."""

    scenario: str
    outcome: str
    base: str
    other: str
    difference: str
    interval: str
    higher: str
    lower: str
    gain: str
    unit: str
    weight: float


def headline(asked: Sequence[str], questions: Iterable[str], present: Sequence[str]) -> list[str]:
    """The outcomes that are told first: those asked for, or those that the scenarios' questions name and the key ones."""
    if asked:
        return list(dict.fromkeys(asked))
    named = [word for text in questions for word in re.findall(r"[a-z]+(?:_[a-z]+)+", text)]
    return [name for name in dict.fromkeys([*named, *KEY]) if name in present]


def blocks(table: pd.DataFrame, names: Sequence[str]) -> list[Block]:
    """A block for each outcome, from rows as of ``summary.table``."""
    return [_block(name, table[table["outcome"] == name]) for name in names if (table["outcome"] == name).any()]


def _block(name: str, data: pd.DataFrame) -> Block:
    rows = [summary.Row(*values) for values in data[list(summary.Row._fields)].itertuples(index=False)]
    shares = rows[0].kind != "number"
    known = OUTCOMES.get(name)
    ends = (0.0, max([row.high for row in rows if row.high == row.high], default=1.0)) if shares else _ends(rows)
    return Block(
        name=name,
        question=known.question if known else name,
        definition=known.definition if known else "",
        unit=compare.SHARE if shares else rows[0].unit,
        shares=shares,
        lines=tuple(_line(row, ends) for row in rows),
    )


def _ends(rows: Sequence[summary.Row]) -> tuple[float, float]:
    """The common scale of numbers: all 90% ranges and intervals, and zero where it is near."""
    values = [value for row in rows for value in (row.p5, row.p95, row.low, row.high) if value == value]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if low > 0 and low < (high - low):
        low = 0.0
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _line(row: summary.Row, ends: tuple[float, float]) -> Line:
    if row.value != row.value:
        return Line(row.scenario, row.category, "–", "", "", f"{row.n:,}", None)
    shares = row.kind != "number"
    show = partial(percent, decimals=_decimals(100 * (row.high - row.low) / 2, 1)) if shares else number
    thin = (row.low, row.high) if shares else (row.p5, row.p95)
    sure = row.low == row.low
    return Line(
        scenario=row.scenario,
        category=row.category,
        value=show(row.value),
        interval=f"{show(row.low)} to {show(row.high)}" if sure else "–",
        spread="" if shares else f"{number(row.p5)} to {number(row.p95)}",
        n=f"{row.n:,}",
        strip=Strip(_placed(thin, ends), _placed((row.low, row.high) if sure else thin, ends), _place(row.value, ends)),
        never=row.value == 0,
    )


def _placed(pair: tuple[float, float], ends: tuple[float, float]) -> tuple[float, float]:
    return _place(pair[0], ends), _place(pair[1], ends)


def _place(value: float, ends: tuple[float, float]) -> float:
    share = (value - ends[0]) / (ends[1] - ends[0])
    return round(100 * (MARGIN + (1 - 2 * MARGIN) * share), 2)


def changes(directory: Path, base: str, outcomes: Sequence[str]) -> tuple[pd.DataFrame, list[Change]]:
    """Rows of ``compare.table`` for these outcomes, and what is told of them; categories that no run has are left out."""
    rows = compare.table(directory, base, outcomes=outcomes)
    found = (compare.Row(*values) for values in rows.itertuples(index=False))
    return rows, [_change(row) for row in found if not row.category or row.base or row.other]


def _change(row: compare.Row) -> Change:
    shares = row.unit == compare.SHARE
    level, scale = (percent, 100) if shares else (number, 1)
    difference, low, high = _steps(*(scale * value for value in (row.difference, row.low, row.high)))
    known = row.difference == row.difference
    return Change(
        scenario=row.scenario,
        outcome=f"{row.outcome}: {row.category}" if row.category else row.outcome,
        base=level(row.base),
        other=level(row.other),
        difference=difference,
        interval=f"{low} to {high}" if known else "–",
        higher=f"{row.higher:.0%}" if known else "–",
        lower=f"{row.lower:.0%}" if known else "–",
        gain=_gain(row.gain),
        unit=row.unit,
        weight=abs(row.difference) / row.error if compare.clear(row) and row.error > 0 else 0.0,
    )


def _gain(value: float) -> str:
    if value != value:
        return "–"
    return f"×{value:.1f}" if value <= compare.MANY else f"more than ×{compare.MANY}"


def percent(value: float, decimals: int = 1) -> str:
    """A share as text."""
    return "–" if value != value else f"{100 * value:.{decimals}f}%"


def number(value: float) -> str:
    """A number as text, a dash for none."""
    return "–" if value != value else plain.number(value)


def _decimals(half: float, least: int) -> int:
    """Decimals with which the first digit of half an interval's width is seen."""
    return max(least, -math.floor(math.log10(half))) if half > 0 else least


def _steps(difference: float, low: float, high: float) -> tuple[str, str, str]:
    """A difference and its interval, all with as many decimals as the interval is known to."""
    if difference != difference:
        return "–", "–", "–"
    decimals = 1 + _decimals((high - low) / 2, -1)
    return _signed(difference, decimals), _signed(low, decimals), _signed(high, decimals)


def _signed(value: float, decimals: int) -> str:
    return f"{value:+,.{decimals}f}" if value else "0"


def sentences(found: Sequence[Change]) -> Iterator[str]:
    """In words what differs clearly from the base: the surest first, one for each outcome of a scenario."""
    told: set[tuple[str, str]] = set()
    for change in sorted(found, key=lambda each: -each.weight):
        key = change.scenario, change.outcome.partition(":")[0]
        if change.weight and key not in told:
            told.add(key)
            unit = "percentage points" if change.unit == compare.SHARE else change.unit
            yield (
                f"{change.scenario}: {change.outcome} {change.other} instead of {change.base}, a difference of "
                f"{change.difference} (95% interval {change.interval}) {unit}"
            )
