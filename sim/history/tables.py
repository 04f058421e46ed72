"""The reference tables as rows: what was observed, in the unit of the source, with source and confidence.

Confidence: ``high`` was read in a source, ``medium`` is well known or derived from what was read, ``low`` is approximate.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.history.frozen import known
from sim.history.reading import OfDay, OfYear, rows
from sim.state import Month

BALLISTIC = ("icbm", "irbm", "mrbm", "srbm", "slbm", "ballistic_unknown")


@dataclass(frozen=True)
class TradeYear(OfYear):
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

    @property
    def last_month(self) -> Month:
        """The last of its months."""
        return self.first_month + (self.months - 1)


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
    def severity(self) -> int:
        """Of the gravest event of the month on the scale of CSIS: 5 nuclear, ICBM or space launch; 4 intermediate range or
        submarine; 3 other ballistic missiles; 0 without any."""
        kinds = {5: ("nuclear_test", "icbm", "satellite_launch"), 4: ("irbm", "slbm"), 3: BALLISTIC}
        return next((level for level, names in kinds.items() if any(getattr(self, name) for name in names)), 0)

    @property
    def missiles_and_tests(self) -> int:
        """Ballistic missiles, nuclear tests and space launches."""
        return self.ballistic + self.nuclear_test + self.satellite_launch

    @property
    def last_month(self) -> Month:
        """The month itself."""
        return self.month


@dataclass(frozen=True)
class EconomyYear(OfYear):
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

    @property
    def last_month(self) -> Month:
        """The month of the figure, or December of its year."""
        return self.month or Month(self.year, 12)


@dataclass(frozen=True)
class SanctionStep(OfDay):
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


# Every reader takes ``before``: only what had ended before that month. Hindsight where the world is frozen earlier.


def trade_annual(before: Month | None = None) -> tuple[TradeYear, ...]:
    """Trade by partner and calendar year since 2006, m USD a year."""
    return known(rows(TradeYear, "trade_annual"), before)


def trade_monthly(before: Month | None = None) -> tuple[TradePeriod, ...]:
    """Trade by months, quarters and other parts of years, thousand USD; periods overlap, so never add them up blindly."""
    return known(rows(TradePeriod, "trade_monthly"), before)


def provocations_monthly(before: Month | None = None) -> tuple[Provocations, ...]:
    """Missiles and tests of every month since January 2006."""
    return known(rows(Provocations, "provocations_monthly"), before)


def economy_annual(before: Month | None = None) -> tuple[EconomyYear, ...]:
    """Output and growth of the five nations since 2006."""
    return known(rows(EconomyYear, "economy_annual"), before)


def workers(before: Month | None = None) -> tuple[WorkersFigure, ...]:
    """Workers by host: stocks, permits, entries, wages, revenue."""
    return known(rows(WorkersFigure, "workers"), before)


def sanctions(before: Month | None = None) -> tuple[SanctionStep, ...]:
    """Sanctions and their easing since 2005, by the Security Council and by states."""
    return known(rows(SanctionStep, "sanctions"), before)
