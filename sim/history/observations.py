"""What was observed, in the names and units of the model's trajectories.

A period is kept in the finest division that is known: months where there are months, and what is left of a quarter or a
year after the known months are taken away. So the periods of a column never overlap, and their sums keep the totals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import pairwise

from sim.history.frozen import check
from sim.history.tables import (
    SanctionStep,
    economy_annual,
    provocations_monthly,
    sanctions,
    trade_annual,
    trade_monthly,
    workers,
)
from sim.history.tables_politics import Contact, diplomacy
from sim.state import Month, resolve

YEAR = 12
BEGIN, END = Month(2006, 1), Month(2022, 1)  # of what is counted month by month
CHRONICLED = Month(2018, 1)  # since when meetings were read in chronologies, not known in general
MET = ("china", "russia", "south_korea", "united_states")
CUSTOMS = {"china": "Chinese customs", "russia": "FCS"}
KOTRA = "KOTRA"  # all partners without South Korea, with an estimate of crude oil
TOLERANCE = 0.02  # of a total, by which its parts may exceed it: months are revised and rounded
RANKS = ("low", "medium", "high")


@dataclass(frozen=True)
class Observation:
    """The mean of an observed quantity over ``months`` months from ``month`` on, or its level in a single month.

    ``low`` and ``high`` bound it where sources disagree.
    """

    month: Month
    months: int
    value: float
    unit: str
    source: str
    confidence: str
    note: str
    low: float | None = None
    high: float | None = None

    @property
    def last_month(self) -> Month:
        """The last month of the period."""
        return self.month + (self.months - 1)


def observed(column: str, before: Month | None = None) -> list[Observation]:
    """Observations of a trajectory column in order of time, none where history is silent; periods do not overlap.

    before: only from what had ended before that month; Hindsight where the world is frozen earlier.

    Besides model columns: ``trade.china`` and ``trade.russia`` (both directions), ``tests`` (days with an event in a
    month), ``tests.count`` (missiles, nuclear tests and space launches), ``meetings.<nation>`` (of leaders with Pyongyang's)
    and ``adopted`` (resolutions on sanctions). KeyError for a name that is neither.
    """
    check(before)
    return list(_observed(column, before))


def annual(column: str, before: Month | None = None) -> list[Observation]:
    """Whole calendar years as published, as monthly means, for columns of trade; and growth."""
    check(before)
    if column in _TRADE:
        return [span.observation() for span in _years(*_TRADE[column], before)]
    return observed(column, before) if column == "growth" else []


@dataclass(frozen=True)
class Span:
    """A total over consecutive months."""

    month: Month
    months: int
    total: float
    source: str
    confidence: str
    note: str

    @property
    def numbers(self) -> range:
        """The months, counted from year 0."""
        first = self.month - Month(0, 1)
        return range(first, first + self.months)

    def holds(self, other: Span) -> bool:
        """Whether the other lies within, and is shorter."""
        return self.months > other.months and other.numbers[0] in self.numbers and other.numbers[-1] in self.numbers

    def observation(self) -> Observation:
        """The mean of a month."""
        value = self.total / self.months
        return Observation(self.month, self.months, value, "m USD/month", self.source, self.confidence, self.note)


def divide(spans: Iterable[Span]) -> list[Span]:
    """The finest division of nested spans, without overlaps, that keeps every outer total.

    What is left of an outer span is spread evenly over its other months. Of spans with the same months the first counts.
    ValueError if spans cross, or if parts exceed their whole by more than ``TOLERANCE``.
    """
    distinct: dict[tuple[Month, int], Span] = {}
    for span in spans:
        distinct.setdefault((span.month, span.months), span)
    inside: dict[tuple[Month, int], list[Span]] = {key: [] for key in distinct}
    outermost = []
    for span in distinct.values():
        around = [other for other in distinct.values() if other.holds(span)]
        if around:
            parent = min(around, key=lambda other: other.months)
            inside[parent.month, parent.months].append(span)
        else:
            outermost.append(span)

    def parts(span: Span) -> list[Span]:
        children = inside[span.month, span.months]
        if not children:
            return [span]
        return [*_rest(span, children), *(part for child in children for part in parts(child))]

    division = sorted((part for span in outermost for part in parts(span)), key=lambda part: part.month)
    for before, after in pairwise(division):
        if before.numbers[-1] >= after.numbers[0]:
            raise ValueError(f"the periods from {before.month} and from {after.month} cross")
    return division


def _rest(whole: Span, children: list[Span]) -> list[Span]:
    """What is left of a span in the months that its children leave open."""
    known = {number for child in children for number in child.numbers}
    left = [number for number in whole.numbers if number not in known]
    if not left:
        return []
    total = whole.total - sum(child.total for child in children)
    if total < -TOLERANCE * whole.total:
        raise ValueError(f"the parts of the {whole.months} months from {whole.month} exceed their total")
    starts = [number for number in left if number - 1 not in left]
    pieces = [
        [number for number in left if start <= number < end] for start, end in pairwise([*starts, whole.numbers[-1] + 1])
    ]
    confidence = min(whole.confidence, "medium" if len(pieces) == 1 else "low", key=RANKS.index)
    note = f"what is left of {_period(whole)} after the known months, spread evenly"
    share = max(total, 0.0) / len(left)
    rest = replace(whole, confidence=confidence, note="; ".join(filter(None, (whole.note, note))))
    return [replace(rest, month=Month(0, 1) + piece[0], months=len(piece), total=share * len(piece)) for piece in pieces]


def _period(span: Span) -> str:
    return str(span.month.year) if span.months == YEAR else f"{span.month} to {span.month + (span.months - 1)}"


@cache
def _observed(column: str, before: Month | None) -> tuple[Observation, ...]:
    if column in _SERIES:
        return tuple(_SERIES[column](before))
    resolve(column)
    return ()


def _trade(partner: str, flow: str, before: Month | None) -> list[Observation]:
    months = [
        Span(row.first_month, row.months, row.value / 1000, row.source, row.confidence, _basis(row.basis, row.note))
        for row in trade_monthly(before)
        if (row.partner, row.flow, row.statistic, row.basis) == (partner, flow, "sum", CUSTOMS.get(partner))
    ]
    return [span.observation() for span in divide([*months, *_years(partner, flow, before)])]


def _years(partner: str, flow: str, before: Month | None) -> list[Span]:
    return [
        Span(Month(row.year, 1), YEAR, row.value, row.source, row.confidence, _basis(row.basis, row.note))
        for row in trade_annual(before)
        if (row.partner, row.flow, row.basis) == (partner, flow, CUSTOMS.get(partner, KOTRA))
    ]


def _basis(basis: str, note: str) -> str:
    return f"{basis}; {note}" if note else basis


def _workers(host: str, before: Month | None) -> list[Observation]:
    """Stocks and valid permits, the middle of the range; not entries, which count visits."""
    found = []
    for row in workers(before):
        if row.host == host and row.measure in ("stock", "permits"):
            low, high = row.low / 1000, row.high / 1000
            note = "; ".join(filter(None, (row.measure, row.note, "" if low == high else "middle of the range")))
            month, months = (row.month, 1) if row.month else (Month(row.year, 1), YEAR)
            found.append(
                Observation(month, months, (low + high) / 2, "thousand", row.source, row.confidence, note, low, high)
            )
    return sorted(found, key=lambda each: each.month)


def _tests(field: str, unit: str, note: str, before: Month | None) -> list[Observation]:
    return [
        Observation(row.month, 1, float(getattr(row, field)), unit, row.source, row.confidence, note)
        for row in provocations_monthly(before)
    ]


def _monthly(
    before: Month | None, hits: Sequence[Contact | SanctionStep], unit: str, source: str, read: Month
) -> list[Observation]:
    """Counts of every month from January 2006 on, zeros included; medium before ``read`` and where a row is not high."""
    counts = Counter(row.last_month for row in hits)
    unsure = {row.last_month for row in hits if row.confidence != "high"}
    span = range(min(before or END, END) - BEGIN)
    note = "counted, zeros included"
    return [
        Observation(
            month, 1, float(counts[month]), unit, source, "medium" if month < read or month in unsure else "high", note
        )
        for month in (BEGIN + number for number in span)
    ]


def _meetings(nation: str, before: Month | None) -> list[Observation]:
    """Meetings of Pyongyang's leader with that of a nation."""
    met = [row for row in diplomacy(before) if row.kind == "summit" and {"north_korea", nation} <= set(row.parties)]
    return _monthly(before, met, "meetings/month", "chronologies of summits, general knowledge before 2018", CHRONICLED)


def _adopted(before: Month | None) -> list[Observation]:
    """Sanctions resolutions that the Council adopted, without renewals of its panel."""
    passed = [
        row
        for row in sanctions(before)
        if (row.issuer, row.kind, row.outcome) == ("security_council", "resolution", "adopted")
    ]
    return _monthly(before, passed, "resolutions/month", "UN Security Council", BEGIN)


def _growth(before: Month | None) -> list[Observation]:
    return [
        Observation(
            Month(row.year, 1), YEAR, row.value, row.unit, row.source, row.confidence, _basis("Bank of Korea", row.note)
        )
        for row in economy_annual(before)
        if (row.nation, row.measure) == ("north_korea", "growth")
    ]


_TRADE: Mapping[str, tuple[str, str]] = {
    f"trade.{partner}{ending}": (partner, flow)
    for partner in CUSTOMS
    for ending, flow in (("", "total"), (".exports", "exports"), (".imports", "imports"))
} | {"total_trade.exports": ("all", "exports"), "total_trade.imports": ("all", "imports")}
_SERIES: Mapping[str, Callable[[Month | None], list[Observation]]] = {
    **{column: partial(_trade, *parts) for column, parts in _TRADE.items()},
    **{f"workers.{host}": partial(_workers, host) for host in CUSTOMS},
    "tests": partial(
        _tests,
        "days_with_event",
        "events/month",
        "days with a ballistic missile, nuclear test or space launch, not missiles",
    ),
    "tests.count": partial(
        _tests, "missiles_and_tests", "missiles and tests/month", "ballistic missiles, nuclear tests and space launches"
    ),
    "growth": _growth,
    "adopted": _adopted,
    **{f"meetings.{nation}": partial(_meetings, nation) for nation in MET},
}
COLUMNS: tuple[str, ...] = tuple(_SERIES)
