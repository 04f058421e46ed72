"""Starting values for any month: what was known before it, and nothing later.

Two kinds. Some are computed from the reference tables: trade, attention to tests, months since leaders met. The others are
levels in ``starting_points.csv``, each of which holds from its month on until the next one of the same path; nothing is
interpolated toward what came later. Levels that nobody measured are assumed, and say so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.history.attention import KINDS, attention
from sim.history.frozen import frozen, known
from sim.history.observations import Observation, observed
from sim.history.reading import rows
from sim.history.tables import provocations_monthly, trade_annual
from sim.state import AXES, Month

FIRST, LAST = Month(2012, 1), Month(2021, 12)
YEAR = 12
LAGS = len(AXES["lag"])
UNSURE = 0.15  # spread of habituation and readiness, as a share of their level [P]
SHUT = Month(2020, 1)  # the border is shut in the last days of this month
MONTHLY = 3  # months at most since a monthly figure of trade for it to be preferred to the last year's
SEVERE = 4  # severity from which a test is severe
LONG_AGO = 60.0  # months, where no meeting is known


@dataclass(frozen=True)
class Starting:
    """A starting value with its spread between runs; a tuple fills the last axis that the path leaves open.

    grade: V verified, C computed, K known, P prior
    """

    value: float | tuple[float, ...]
    sd: float
    source: str
    grade: str


@dataclass(frozen=True)
class Point:
    """A level that holds from ``month`` on, until the next one of its path."""

    path: str
    month: Month
    value: float
    sd: float
    unit: str
    source: str
    grade: str

    @property
    def last_month(self) -> Month:
        """The month before the one from which it holds: by then it is known."""
        return self.month + -1


def starting_values(start: Month) -> dict[str, Starting]:
    """Starting values by state path for a simulation that begins in a month, from what was known before it.

    ValueError for a month outside of January 2012 to December 2021.
    """
    if not FIRST <= start <= LAST:
        raise ValueError(f"starting values are known from {FIRST} to {LAST}, not for {start}")
    with frozen(start):
        found = {point.path: Starting(point.value, point.sd, point.source, point.grade) for point in starting_points(start)}
        for compute in COMPUTED:
            found.update(compute(start))
    return dict(sorted(found.items()))


def starting_points(before: Month | None = None) -> tuple[Point, ...]:
    """The levels in the order of paths and months; those that hold from ``before`` on or earlier."""
    return known(rows(Point, "starting_points"), before)


# ---- computed from tables -------------------------------------------------------------------------------------


def _trade(start: Month) -> dict[str, Starting]:
    """Trade with China and Russia, m USD a month: latest monthly figures where they are fresh, else the last year's mean.
    Where only the total is known of the last months, it is split as before."""
    found = {}
    for partner in AXES["neighbour"]:
        flows = {flow: _latest(observed(f"trade.{partner}.{flow}", start), start) for flow in AXES["direction"]}
        both = _latest(observed(f"trade.{partner}", start), start)
        newer = both[-1].last_month > max(latest[-1].last_month for latest in flows.values())
        scale = _mean(both) / sum(_mean(latest) for latest in flows.values()) if newer else 1.0
        for flow, latest in flows.items():
            span = (
                f"{both[0].month} to {both[-1].last_month}, split as before"
                if newer
                else (f"{latest[0].month} to {latest[-1].last_month}")
            )
            source = f"{(both if newer else latest)[-1].source}; mean of {span}"
            found[f"trade.{partner}.{flow}"] = Starting(scale * _mean(latest), 0.0, source, "C")
    return found


def _mean(series: list[Observation]) -> float:
    """Mean of a month over the periods."""
    return sum(each.value * each.months for each in series) / sum(each.months for each in series)


def _latest(series: list[Observation], start: Month) -> list[Observation]:
    """Figures of the last months before the start where there are any, and of the last one alone since the border was shut;
    otherwise those of the last year that is known."""
    fresh = [each for each in series if each.months <= MONTHLY and start - each.last_month <= MONTHLY]
    if fresh:
        return fresh[-1:] if start > SHUT else fresh
    last = series[-1].last_month
    return [each for each in series if last - each.last_month < YEAR]


def _past_trade(start: Month) -> dict[str, Starting]:
    """Trade with all partners in the last thirteen months, latest first, m USD a month with crude oil (KOTRA)."""
    found = {}
    for flow in AXES["direction"]:
        months = tuple(_whole(flow, start + -(lag + 1), start) for lag in range(LAGS))
        found[f"past_trade.{flow}"] = Starting(months, 0.0, "KOTRA; Chinese customs where a year had not ended", "C")
    return found


def _whole(flow: str, month: Month, start: Month) -> float:
    """Trade with all partners in a month: the year's mean where it had ended, otherwise that of China as it is known, in
    the proportion of the last year that had ended."""
    by_year = {row.year: row.value / YEAR for row in trade_annual(start)
               if (row.partner, row.basis, row.flow) == ("all", "KOTRA", flow)}  # fmt: skip
    last = max(by_year)
    if month.year <= last:
        return by_year[month.year]
    china = observed(f"trade.china.{flow}", start)
    then = [each for each in china if each.month.year == last]
    usual = sum(each.value * each.months for each in then) / YEAR
    here = [each.value for each in china if each.month <= month <= each.last_month] or [china[-1].value]
    return here[0] * by_year[last] / usual if usual else here[0]


def _patron_trade(start: Month) -> dict[str, Starting]:
    """Trade of the last year with China and Russia, both directions, m USD a month."""
    found = {}
    for partner in AXES["neighbour"]:
        series = observed(f"trade.{partner}", start)
        months = [
            next((each.value for each in series if each.month <= month <= each.last_month), series[-1].value)
            for month in (start + -(lag + 1) for lag in range(YEAR))
        ]
        found[f"patron_trade.{partner}"] = Starting(sum(months) / YEAR, 0.0, f"{series[-1].source}; mean of a year", "C")
    return found


def _attention(start: Month) -> dict[str, Starting]:
    """Attention, habituation and readiness from the record of tests, by the model's own rules."""
    return {
        path: Starting(
            value, UNSURE * value if path in ("habituation", "readiness") else 0.0, "record of tests (NTI/CNS)", "C"
        )
        for path, value in attention(start).items()
    }


def _tests_total(start: Month) -> dict[str, Starting]:
    """Tests so far by class: the last count of the designs in use, and the launches on record since."""
    found = {}
    for point in starting_points(start):
        variable, _, kind = point.path.partition(".")
        if variable == "tests_total":
            since = [row for row in provocations_monthly(start) if row.month >= point.month]
            launches = sum(getattr(row, name) for row in since for name in KINDS[kind])
            found[point.path] = Starting(point.value + launches, point.sd, f"{point.source}; NTI/CNS since", "C")
    return found


def _since_severe(start: Month) -> dict[str, Starting]:
    """Months since a test of intermediate or longer range, at sea, of a nuclear device or into space."""
    severe = [row.month for row in provocations_monthly(start) if row.severity >= SEVERE]
    return {"since_severe": Starting(float(start - severe[-1]), 0.0, "NTI/CNS", "V")}


def _meetings(start: Month) -> dict[str, Starting]:
    """Months since leaders last met, by host."""
    found = {}
    for host in AXES["host"]:
        met = [each.month for each in observed(f"meetings.{host}", start) if each.value]
        months = float(start - met[-1]) if met else LONG_AGO
        found[f"since_meeting.{host}"] = Starting(months, 0.0, "chronologies of summits", "V" if met else "P")
    return found


def _since_failure(start: Month) -> dict[str, Starting]:
    """Months since a meeting of leaders broke off."""
    from sim.history.tables_politics import diplomacy

    failed = [row.last_month for row in diplomacy(start) if row.kind == "summit" and row.outcome == "collapse"]
    return {"since_failure": Starting(float(start - failed[-1]), 0.0, "chronologies of summits", "V")} if failed else {}


def _pandemic(start: Month) -> dict[str, Starting]:
    """Months since the border was shut in the pandemic."""
    if start <= SHUT:
        return {}
    return {"pandemic_age": Starting(float(start - SHUT), 0.0, "border shut since 30 January 2020", "V")}


def _in_office(start: Month) -> dict[str, Starting]:
    """Who is in office is who governs, of the type that ``administration`` says."""
    held = [point for point in starting_points(start) if point.path.startswith("administration.")]
    return {
        point.path.replace("administration", "in_office"): Starting(point.value, 0.0, point.source, point.grade)
        for point in held
    }


COMPUTED: tuple[Callable[[Month], Mapping[str, Starting]], ...] = (
    _trade, _past_trade, _patron_trade, _attention, _tests_total, _since_severe, _meetings, _since_failure,
    _pandemic, _in_office,
)  # fmt: skip
