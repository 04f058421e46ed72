"""What is scored: the model's side as values of each run, and what was observed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.backtest.cutoffs import Cutoff
from experiments.ensembles import Ensemble
from sim.history import observed, provocations_monthly
from sim.model import Peninsula
from sim.state import AXES, Array, Flags, Month, total

QUARTER, YEAR = 3, 12
TRADE = tuple(f"trade.{partner}.{flow}" for partner in AXES["neighbour"] for flow in AXES["direction"])
HOSTS = AXES["host"]
LEADERS = (*HOSTS, "united_states")
WITHIN = 3  # months in which a resolution counts as an answer; 85 days in the record
LEVELS = (5, 4)  # severities of events that a resolution may answer


@dataclass(frozen=True)
class Period:
    """Consecutive months from a cut-off on, counted from it, and the mean that was observed over them."""

    first: int
    months: int
    value: float


def measure(model: Peninsula) -> dict[str, Array]:
    """Series of every run, month by month, as ``name@month``; and what followed events, as counts of a run."""
    course = model.course
    series = {
        "tests": [total(month) for month in course["tests"]],
        "growth": list(course["growth"]),
        "meetings.united_states": list(course["summit"]),
        **{f"meetings.{host}": list(course["meeting"][:, place]) for place, host in enumerate(HOSTS)},
    }
    for column in TRADE:
        _, partner, flow = column.split(".")
        index = AXES["partner"].index(partner), AXES["direction"].index(flow)
        series[column] = [month[index] for month in course["trade"]]
    values = {f"{name}@{place}": month for name, months in series.items() for place, month in enumerate(months)}
    return {**values, **_answers(course["severity"], (course["adopted"] > 0) & (course["draft"] > 0))}


def _answers(severity: Array, adopted: Flags) -> dict[str, Array]:
    """Months with an event of each severity, and those that a resolution followed within three months, ``(R,)``."""
    whole = max(len(severity) - WITHIN + 1, 0)  # events whose three months lie within the run, as in the record
    followed = np.zeros((whole, severity.shape[1]), dtype=bool)
    for month in range(whole):
        followed[month] = adopted[month : month + WITHIN].any(axis=0)
    values = {}
    for level in LEVELS:
        here = np.floor(severity[:whole]) == level
        values[f"events.{level}"] = here.sum(axis=0).astype(np.float64)
        values[f"answered.{level}"] = (here & followed).sum(axis=0).astype(np.float64)
    return values


def series(ensemble: Ensemble, name: str, months: int) -> Array:
    """A series of all runs, ``(months, runs)``."""
    return np.stack([ensemble.values[f"{name}@{month}"] for month in range(months)])


# ---- what was observed ----------------------------------------------------------------------------------------


def tests(cutoff: Cutoff) -> Array:
    """Days with a ballistic missile, nuclear test or space launch in each month from the cut-off, ``(months,)``."""
    return monthly("tests", cutoff.start, cutoff.months)


def monthly(column: str, start: Month, months: int, before: Month | None = None) -> Array:
    """Observed values of consecutive months, ``(months,)``."""
    known = {each.month: each.value for each in observed(column, before)}
    return np.array([known[start + month] for month in range(months)])


def periods(column: str, cutoff: Cutoff) -> list[Period]:
    """Observed means of periods that lie wholly within the months that are scored."""
    return [
        Period(each.month - cutoff.start, each.months, each.value)
        for each in observed(column)
        if each.month >= cutoff.start and each.last_month < cutoff.start + cutoff.months
    ]


def over(months: Array, period: Period) -> Array:
    """Mean of a period, ``(runs,)``, from months ``(months, runs)``."""
    return months[period.first : period.first + period.months].mean(axis=0)


def triggers(first: Month, last: Month, before: Month | None = None) -> list[tuple[Month, int, bool]]:
    """Months with an event of severity 4 or 5 from ``first`` to ``last``, and whether a resolution followed within three."""
    adopted = {each.month: each.value > 0 for each in observed("adopted", before)}
    found = []
    for row in provocations_monthly(before):
        if row.severity in LEVELS and first <= row.month <= last:
            followed = any(adopted.get(row.month + later, False) for later in range(WITHIN))
            found.append((row.month, row.severity, followed))
    return found
