"""Key numbers of a report: outcomes by scenario with intervals, and differences from the base."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from experiments import compare, estimates, plain, summary
from sim.outcomes import OUTCOMES

KEY = (
    "third_summit", "deal", "sanctions_status", "trade_recovery", "patron_support_china", "patron_support_russia",
    "tests_severe", "crisis_peak", "programmes_alive", "reserves_end",
)  # fmt: skip
MARGIN = 0.04  # of the width of a strip, left free at both ends
DIGITS = 3  # of a level without an error of its own
CLOSE = 3.0  # first digits of an error below this are told with a second one, as the Particle Data Group does


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
    """A difference from the base over ``n`` pairs as text; ``weight``: how many standard errors it is, 0 where its interval
    holds zero."""

    scenario: str
    outcome: str
    category: str
    base: str
    other: str
    difference: str
    interval: str
    higher: str
    lower: str
    gain: str
    unit: str
    weight: float
    known: bool  # whether any pair of runs has a value
    n: int


def asked_about(asked: Sequence[str], questions: Iterable[str], present: Sequence[str]) -> list[str]:
    """The outcomes asked for, or else those that the scenarios' questions name."""
    named = [word for text in questions for word in re.findall(r"[a-z]+(?:_[a-z]+)*", text)]
    known = [name for name in named if name in present and ("_" in name or name in KEY)]
    return list(dict.fromkeys(asked or known))


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
    half = (row.high - row.low) / 2
    told = partial(fixed, decimals=decimals(half)) if half > 0 else number
    show = partial(percent, decimals=first_digit(100 * half, 1)) if shares else told
    thin = (row.low, row.high) if shares else (row.p5, row.p95)
    sure = row.low == row.low
    return Line(
        scenario=row.scenario,
        category=row.category,
        value=show(row.value),
        interval=f"{show(row.low)} to {show(row.high)}" if sure else "–",
        spread="" if shares else f"{estimates.told(row.p5, row.p5_error)} to {estimates.told(row.p95, row.p95_error)}",
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
    base, other = _levels(row)
    scale = 100 if row.unit == compare.SHARE else 1
    difference, low, high = _steps(*(scale * value for value in (row.difference, row.low, row.high)))
    known = row.difference == row.difference
    return Change(
        scenario=row.scenario,
        outcome=row.outcome,
        category=row.category,
        base=base,
        other=other,
        difference=difference,
        interval=f"{low} to {high}" if row.low == row.low else "–",
        higher=f"{row.higher:.0%}" if known else "–",
        lower=f"{row.lower:.0%}" if known else "–",
        gain=_gain(row.gain),
        unit=row.unit,
        weight=_weight(row),
        known=known,
        n=row.n,
    )


def _weight(row: compare.Row) -> float:
    if not compare.clear(row):
        return 0.0
    return abs(row.difference) / row.error if row.error > 0 else math.inf  # the same difference in every run


def _levels(row: compare.Row) -> tuple[str, str]:
    """Base and other with as many decimals each: as their errors say of shares, three digits of the larger number, and more
    where a clear difference would not be seen."""
    if row.unit == compare.SHARE:
        own = first_digit(100 * max(row.base_error, row.other_error), 1)
        show = partial(percent, decimals=min(max(own, decimals(50 * (row.high - row.low))), DIGITS))  # as of the difference
        return show(row.base), show(row.other)
    largest = max(abs(row.base), abs(row.other))
    places = max(0, DIGITS - 1 - math.floor(math.log10(largest))) if largest > 0 else 0
    for more in range(DIGITS):
        pair = fixed(row.base, places + more), fixed(row.other, places + more)
        if pair[0] != pair[1] or not compare.clear(row):
            return pair
    return pair


def _gain(value: float) -> str:
    """A gain to two digits."""
    if value != value:
        return "–"
    told = float(f"{value:.2g}")
    return f"more than ×{compare.MANY}" if value > compare.MANY else f"×{told:.1f}" if told < 10 else f"×{told:.0f}"


def errors(rows: pd.DataFrame) -> str:
    """What the shares and gains of a table of differences are worth, in a sentence; empty if nothing is known of it."""
    share, gains = float(rows[["higher_error", "lower_error"]].max().max()), (rows["gain_error"] / rows["gain"]).dropna()
    if math.isnan(share):
        return ""
    more = f" That of a gain is {compare.span(gains.min(), gains.max())} of it." if len(gains) else ""
    return (
        f"Monte Carlo errors of the shares of runs are {max(100 * share, 0.1):.1f} points at most.{more} "
        "Intervals of levels stand with the key numbers."
    )


def percent(value: float, decimals: int = 1) -> str:
    """A share as text."""
    return "–" if value != value else plain.percent(value, decimals)


def number(value: float) -> str:
    """A number as text, a dash for none."""
    return "–" if value != value else plain.number(value)


def fixed(value: float, decimals: int, sign: str = "") -> str:
    """A number with so many decimals as text, a dash for none; no zero has a minus."""
    return "–" if value != value else f"{round(value, decimals) + 0.0:{sign},.{decimals}f}"


def first_digit(half: float, least: int = 0) -> int:
    """Decimals with which the first digit of half an interval's width is seen."""
    return max(least, -math.floor(math.log10(half))) if half > 0 else least


def decimals(half: float) -> int:
    """Decimals of a value and both ends of its interval: to the first digit of half its width, the second after 1 or 2."""
    if not half > 0:
        return 0
    power = math.floor(math.log10(half))
    return max(0, (half / 10.0**power < CLOSE) - power)


def _steps(difference: float, low: float, high: float) -> tuple[str, str, str]:
    """A difference and its interval, with as many decimals as the interval is known to and the sign of its ends takes."""
    if difference != difference:
        return "–", "–", "–"
    if low != low:
        return f"{difference:+,.3g}" if difference else "0", "–", "–"
    places = decimals((high - low) / 2)
    places += next(more for more in range(DIGITS) if more == DIGITS - 1 or all(map(_signed(places + more), (low, high))))
    return fixed(difference, places, "+"), fixed(low, places, "+"), fixed(high, places, "+")


def _signed(places: int) -> Callable[[float], bool]:
    """Whether a number of so many decimals still shows its sign."""
    return lambda value: not value or bool(round(value, places))
