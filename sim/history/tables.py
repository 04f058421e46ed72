"""The reference tables as rows: what was observed, in the unit of the source, with source and confidence.

Confidence: ``high`` was read in a source, ``medium`` is well known or derived from what was read, ``low`` is approximate.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from sim.state import Month

HOME = Path(__file__).parent
BALLISTIC = ("icbm", "irbm", "mrbm", "srbm", "slbm", "ballistic_unknown")

Row = TypeVar("Row")


@dataclass(frozen=True)
class TradeYear:
    """Trade of North Korea in a calendar year; ``partner`` is china, russia, south_korea or all (without the South)."""

    year: int
    partner: str
    basis: str  # Chinese customs, KOTRA (adds crude oil), FCS (Russian customs), Ministry of Unification
    flow: str  # exports, imports (of North Korea), total
    value: float
    unit: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True)
class TradePeriod:
    """Trade of North Korea over one or more months; ``value`` is the sum over them unless ``statistic`` says otherwise."""

    first_month: Month
    months: int
    partner: str
    basis: str
    flow: str
    statistic: str  # sum, mean of months, lower bound
    value: float
    unit: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True)
class Provocations:
    """Missiles and tests of one month by kind, and the days with a ballistic missile, nuclear test or space launch."""

    month: Month
    nuclear_test: int
    icbm: int
    irbm: int
    mrbm: int
    srbm: int
    slbm: int
    ballistic_unknown: int
    satellite_launch: int
    cruise: int
    artillery_other: int
    days_with_event: int
    unit: str
    source: str
    confidence: str

    @property
    def ballistic(self) -> int:
        """Ballistic missiles of every range."""
        return sum(getattr(self, kind) for kind in BALLISTIC)

    @property
    def missiles_and_tests(self) -> int:
        """Ballistic missiles, nuclear tests and space launches."""
        return self.ballistic + self.nuclear_test + self.satellite_launch


@dataclass(frozen=True)
class EconomyYear:
    """A measure of a national economy: growth, output, output_un (UN basis), national_income."""

    year: int
    nation: str
    measure: str
    value: float
    unit: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True)
class WorkersFigure:
    """Workers abroad or in Kaesong and what they earn, between ``low`` and ``high``; ``month`` where the source has one."""

    year: int
    month: Month | None
    host: str  # russia, china, kaesong, all
    measure: str  # stock, permits, permits and quotas, entries, monthly wage, revenue, state share of wages
    low: float
    high: float
    unit: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True)
class SanctionStep:
    """A resolution or measure; votes are None outside the Security Council, ``severity`` is a coding of this project."""

    date: str
    name: str
    issuer: str
    kind: str
    measures: str
    yes: int | None
    no: int | None
    abstain: int | None
    outcome: str
    severity: int
    unit: str
    source: str
    confidence: str


_READ: Mapping[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    Month: Month.parse,
    int | None: lambda text: int(text) if text else None,
    Month | None: lambda text: Month.parse(text) if text else None,
}


def _rows(kind: type[Row], name: str) -> tuple[Row, ...]:
    """All rows of a table; the columns are the fields of ``kind`` in their order."""
    hints = get_type_hints(kind)
    with (HOME / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        expected = [field.name for field in fields(kind)]  # type: ignore[arg-type]
        if reader.fieldnames != expected:
            raise ValueError(f"{name}.csv must have the columns {', '.join(expected)}")
        return tuple(kind(**{column: _READ[hints[column]](row[column]) for column in expected}) for row in reader)


@cache
def trade_annual() -> tuple[TradeYear, ...]:
    """Trade by partner and calendar year since 2006, m USD a year."""
    return _rows(TradeYear, "trade_annual")


@cache
def trade_monthly() -> tuple[TradePeriod, ...]:
    """Trade by months, quarters and other parts of years, thousand USD; periods overlap, so never add them up blindly."""
    return _rows(TradePeriod, "trade_monthly")


@cache
def provocations_monthly() -> tuple[Provocations, ...]:
    """Missiles and tests of every month since January 2006."""
    return _rows(Provocations, "provocations_monthly")


@cache
def economy_annual() -> tuple[EconomyYear, ...]:
    """Output and growth of the five nations since 2006."""
    return _rows(EconomyYear, "economy_annual")


@cache
def workers() -> tuple[WorkersFigure, ...]:
    """Workers by host: stocks, permits, entries, wages, revenue."""
    return _rows(WorkersFigure, "workers")


@cache
def sanctions() -> tuple[SanctionStep, ...]:
    """Sanctions and their easing since 2005, by the Security Council and by states."""
    return _rows(SanctionStep, "sanctions")
