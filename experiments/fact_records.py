"""What the record says of each part of the seven stylised facts, computed from the reference tables where they hold it."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.politics import WITHIN
from sim.history import Observation, SanctionStep, annual, observed, provocations_monthly, sanctions, trade_annual, workers
from sim.state import Month

FIRST, LAST = Month(2012, 1), Month(2020, 4)  # the months on which the model was built
NARROW = 0.08  # ratio of tests in talks, narrow coding: talks to April 2019 [C]
PATHS = {"exports": ".exports", "imports": ".imports", "trade": ""}


@dataclass(frozen=True)
class Seen:
    """One observed value, in the unit of its part, and where it comes from."""

    value: float
    source: str


def change_of_trade(flow: str) -> Seen:
    """Trade with China in 2018 against 2017, %; flow: exports, imports or trade."""
    return _change(f"trade.china{PATHS[flow]}", 2017, 2018)


def china_in_2016() -> Seen:
    """Trade with China in 2016 against 2015, %."""
    return _change("trade.china", 2015, 2016)


def delay() -> Seen:
    """Months from August 2017 until exports to China lay below a quarter of the mean month of 2016."""
    level = 0.25 * _annual("trade.china.exports", 2016).value / 12
    months = [each for each in observed("trade.china.exports") if each.months == 1 and each.month >= Month(2017, 8)]
    first = next(each for each in months if each.value < level)
    return Seen(float(first.month - Month(2017, 8)), first.source)


def deficit() -> Seen:
    """Imports less exports of 2018 with all partners but the South, m USD."""
    imports, exports = (_annual(f"total_trade.{flow}", 2018) for flow in ("imports", "exports"))
    return Seen(imports.value - exports.value, imports.source)


def growth(year: int) -> Seen:
    """Growth of a year, %."""
    return _annual("growth", year, scale=1)


def china_share(year: int) -> Seen:
    """China's share of trade without the South, with crude oil, %."""
    return _share(year, "all")


def rise_of_share() -> Seen:
    """China's share in 2019 less that of 2016, points."""
    early, late = china_share(2016), china_share(2019)
    return Seen(late.value - early.value, late.source)


def inter_korean(year: int, before: int) -> Seen:
    """Trade with the South in a year against an earlier one, %."""
    now, then = (_total(each, "south_korea", "Ministry of Unification") for each in (year, before))
    return Seen(100 * (now.value / then.value - 1), now.source)


def after_2010() -> Seen:
    """Trade with China in 2011 against 2010, %: what followed Seoul's measures of May 2010."""
    return _change("trade.china", 2010, 2011)


def ratchet_to_2011() -> Seen:
    """China's share of trade without the South in 2011 less that of 2006, points."""
    early, late = _share(2006, "all", "Chinese customs"), _share(2011, "all", "Chinese customs")
    return Seen(late.value - early.value, late.source)


def pause() -> Seen:
    """Longest run of months without a missile, nuclear or space test."""
    longest = spell = 0
    for each in _tests():
        spell = 0 if each.value else spell + 1
        longest = max(longest, spell)
    return Seen(float(longest), "days with an event, NTI/CNS and CSIS")


def tests_in_talks() -> Seen:
    """Tests a month in talks against outside, narrow coding; the band holds the wide one."""
    return Seen(NARROW, "CSIS Beyond Parallel, computed")


def after_hanoi() -> Seen:
    """Days with a test in the year after February 2019 less those in the year to February 2019."""
    tests, last = {each.month: each.value for each in _tests()}, Month(2019, 2)
    after, before = (sum(tests[last + lag] for lag in lags) for lags in (range(1, 13), range(-11, 1)))
    return Seen(after - before, "days with an event, NTI/CNS and CSIS")


def happened(source: str) -> Seen:
    """Something that came about in the one history there is."""
    return Seen(1.0, source)


def monthly_trade(column: str, first: Month, months: int) -> Seen:
    """Mean of a column over months, m USD a month."""
    total, source = 0.0, ""
    for each in observed(column):
        inside = [lag for lag in range(each.months) if 0 <= each.month + lag - first < months]
        total += each.value * len(inside)
        source = each.source if inside else source
    return Seen(total / months, source)


def border_cost() -> Seen:
    """Trade with China from May 2020 to December 2021 against the mean of 2019, %."""
    after = monthly_trade("trade.china", Month(2020, 5), 20)
    return Seen(100 * (after.value / (_annual("trade.china", 2019).value / 12) - 1), after.source)


def russia_after(flow: str) -> Seen:
    """Trade with Russia from February to April 2020 against the mean of 2019, %."""
    column = f"trade.russia.{flow}"
    after, before = monthly_trade(column, Month(2020, 2), 3), monthly_trade(column, Month(2019, 1), 12)
    return Seen(100 * (after.value / before.value - 1), after.source)


def tests_of_pandemic() -> Seen:
    """Days with a test from May 2020 to December 2021."""
    days = sum(each.value for each in observed("tests") if Month(2020, 5) <= each.month <= Month(2021, 12))
    return Seen(days, "days with an event, NTI/CNS and CSIS")


def nuclear_answered() -> Seen:
    """Share of the nuclear tests of 2012 to 2017 that a resolution followed within three months."""
    nuclear = [row.month for row in provocations_monthly() if row.nuclear_test and row.month >= FIRST]
    adopted = [Month.parse(row.date[:7]) for row in _resolutions()]
    hits = [any(0 <= month - test < WITHIN for month in adopted) for test in nuclear]
    return Seen(sum(hits) / len(hits), f"{sum(hits)} of {len(hits)}; tables of tests and of sanctions")


def resolutions() -> Seen:
    """Resolutions against Pyongyang from 2012 to 2017."""
    return Seen(float(len(_resolutions())), "UN and press; see the table of sanctions")


def unanimous() -> Seen:
    """Share of these with fifteen votes."""
    votes = [row.yes == 15 for row in _resolutions()]
    return Seen(sum(votes) / len(votes), "UN and press; see the table of sanctions")


def vetoes() -> Seen:
    """Vetoes on sanctions against Pyongyang from 2012 to 2017."""
    cast = [row for row in sanctions() if row.issuer == "security_council" and "veto" in row.outcome]
    return Seen(float(len(cast)), "UN; see the table of sanctions")


def workers_in_russia(month: Month) -> Seen:
    """Workers in Russia, the middle of what sources say, thousand."""
    low, high, source = _counted(month)
    return Seen((low + high) / 2, source)


def workers_left() -> Seen:
    """Workers in Russia at the end of 2019 in percent of those of the end of 2017, the middles of both."""
    late, early = workers_in_russia(Month(2019, 12)), workers_in_russia(Month(2017, 12))
    return Seen(100 * late.value / early.value, late.source)


def range_of_workers_left() -> tuple[float, float]:
    """The least and the most of that share that sources allow, %."""
    late, early = _counted(Month(2019, 12)), _counted(Month(2017, 12))
    return 100 * late[0] / early[1], 100 * late[1] / early[0]


def revenue() -> Seen:
    """What workers in all countries sent home in 2017, m USD a year, the middle."""
    (row,) = [row for row in workers() if (row.host, row.measure, row.year) == ("all", "revenue", 2017)]
    return Seen((row.low + row.high) / 2, row.source)


def _counted(month: Month) -> tuple[float, float, str]:
    (row,) = [row for row in workers() if row.host == "russia" and row.month == month]
    return row.low / 1000, row.high / 1000, row.source


def _tests() -> list[Observation]:
    return [each for each in observed("tests") if FIRST <= each.month <= LAST]


def _resolutions() -> list[SanctionStep]:
    return [
        row for row in sanctions()
        if row.issuer == "security_council" and row.kind == "resolution" and "2012" <= row.date[:4] <= "2017"
    ]  # fmt: skip


def _annual(column: str, year: int, scale: float = 12) -> Seen:
    """A year's sum, or its mean with ``scale`` 1."""
    (found,) = [each for each in annual(column) if each.month.year == year]
    return Seen(found.value * scale, found.source)


def _change(column: str, before: int, year: int) -> Seen:
    then, now = _annual(column, before), _annual(column, year)
    return Seen(100 * (now.value / then.value - 1), now.source)


def _share(year: int, whole: str, basis: str = "KOTRA") -> Seen:
    part, everything = _total(year, "china", basis), _total(year, whole, "KOTRA")
    return Seen(100 * part.value / everything.value, part.source)


def _total(year: int, partner: str, basis: str) -> Seen:
    (row,) = [
        row for row in trade_annual()
        if (row.year, row.partner, row.basis, row.flow) == (year, partner, basis, "total")
    ]  # fmt: skip
    return Seen(row.value, row.source)
