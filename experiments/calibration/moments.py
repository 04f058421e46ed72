"""The moments that are fitted (theory, section 3.8): of every run, and of the record, by the same functions.

All use the months from January 2012 to a cut-off. A moment that is not defined in a run is NaN there.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.history import annual, frozen, observed, provocations_monthly, starting_points
from sim.model import Peninsula
from sim.state import RUSSIA, Array, Flags, Month, total

START = Month(2012, 1)
YEAR = 12
LAST_COUNT = 2018
LEVEL = 2  # phase of talks from which there are working talks
WITHIN = 3  # months in which a resolution counts as an answer
SPRING, WINTER = (3, 4), (11, 12, 1)
TRADE = ("exports", "imports")

Moments = dict[str, Array]


# ---- functions of series (months, R) --------------------------------------------------------------------------


def of_tests(tests: Array, severity: Array, start: Month) -> Moments:
    """Counts, clustering, seasons and severity of tests, each ``(R,)``."""
    active = tests > 0
    mean = tests.mean(axis=0)
    return {
        "tests mean": mean,
        "tests variance to mean": _ratio(tests.var(axis=0), mean),
        "any test": active.mean(axis=0),
        "any after any": _after(active, active),
        "any after none": _after(active, ~active),
        "spring ratio": _season(tests, start, SPRING),
        "winter ratio": _season(tests, start, WINTER),
        "severity 5": (np.floor(severity) == 5).mean(axis=0),
        "severity 4": (np.floor(severity) == 4).mean(axis=0),
    }


def _after(active: Flags, before: Flags) -> Array:
    return _ratio((active[1:] & before[:-1]).sum(axis=0), before[:-1].sum(axis=0))


def _season(tests: Array, start: Month, months: tuple[int, ...]) -> Array:
    """Mean of tests in some months of the year against the others."""
    here = np.array([(start + month).month in months for month in range(len(tests))])
    return _ratio(tests[here].mean(axis=0), tests[~here].mean(axis=0))


def _ratio(above: Array, below: Array) -> Array:
    """A ratio, NaN where there is nothing below."""
    return np.where(below > 0, above / np.where(below > 0, below, 1), np.nan)


def of_answers(severity: Array, adopted: Flags) -> Moments:
    """Share of months with an event of severity 5 and 4 that a resolution followed within three months, ``(R,)``."""
    followed = np.stack([adopted[month : month + WITHIN].any(axis=0) for month in range(len(severity))])
    found = {}
    for level in (5, 4):
        here = np.floor(severity) == level
        found[f"resolution after severity {level}"] = _ratio((here & followed).sum(axis=0), here.sum(axis=0))
    return found


# ---- of runs --------------------------------------------------------------------------------------------------


def measure(untils: tuple[Month, ...]) -> Callable[[Peninsula], Moments]:
    """A function that takes the moments of a block of runs up to several cut-offs, as ``cut-off/moment``."""
    return Measure(untils)


class Measure:
    """Moments of finished runs of a scenario from January 2012, ``(R,)`` each; picklable."""

    def __init__(self, untils: tuple[Month, ...]) -> None:
        self.untils = untils

    def __call__(self, model: Peninsula) -> Moments:
        """Moments by ``cut-off/moment``."""
        course = model.course
        found: Moments = {}
        for until in self.untils:
            months = until - START
            tests = np.stack([total(month) for month in course["tests"][:months]])
            said = of_tests(tests, course["severity"][:months], START)
            for place, flow in enumerate(TRADE):
                for year in _years(until):
                    here = course["total_trade"][YEAR * (year - START.year) :][:YEAR, place]
                    said[f"log {flow} {year}"] = np.log(np.maximum(here.mean(axis=0), 1e-6))
            for year in _years(until):
                said[f"growth {year}"] = course["growth"][YEAR * (year - START.year) :][:YEAR].mean(axis=0)
            said["workers in Russia"] = course["workers"][counted(until) - START, RUSSIA]
            said["months of working talks"] = (course["phase"][:months] >= LEVEL).mean(axis=0)
            said["agreements a month"] = course["agreed"][:months].mean(axis=0)
            found |= {f"{until}/{name}": value for name, value in said.items()}
        return found


class Answers:
    """How the Council answered, in a scenario in which it decides for itself; picklable."""

    def __init__(self, untils: tuple[Month, ...]) -> None:
        self.untils = untils

    def __call__(self, model: Peninsula) -> Moments:
        """Moments by ``cut-off/moment``, up to the end of the scenario."""
        course, found = model.course, {}
        adopted = (course["adopted"] > 0) & (course["draft"] > 0)
        for until in self.untils:
            months = min(until - START, len(adopted))
            said = of_answers(course["severity"][:months], adopted[:months])
            found.update({f"{until}/{name}": value for name, value in said.items()})
        return found


def counted(until: Month) -> Month:
    """The December of which workers are compared: the last one, up to 2018; later counts leave out those on other visas."""
    return Month(min(until.year - 1, LAST_COUNT), 12)


def _years(until: Month) -> range:
    """Calendar years that had ended."""
    return range(START.year, until.year)


# ---- of the record --------------------------------------------------------------------------------------------


def of_record(until: Month, last_answer: Month) -> dict[str, float]:
    """The same moments of what was observed before a cut-off, as far as it was; made while the world is frozen there.

    last_answer: the month up to which answers of the Council are counted, as in the scenario of runs
    """
    with frozen(until):
        months = [row for row in provocations_monthly(until) if row.month >= START]
        tests = np.array([[float(row.days_with_event)] for row in months])
        severity = np.array([[float(row.severity)] for row in months])
        found = {name: float(value[0]) for name, value in of_tests(tests, severity, START).items()}
        for flow in TRADE:
            for each in annual(f"total_trade.{flow}", until):
                if each.month.year >= START.year:
                    found[f"log {flow} {each.month.year}"] = float(np.log(each.value))
        found |= {f"growth {each.month.year}": each.value for each in observed("growth", until) if each.month >= START}
        workers = [each for each in observed("workers.russia", until) if each.month <= counted(until) <= each.last_month]
        found |= {"workers in Russia": workers[0].value} if workers else {}
        found |= _talks(until)
        end = min(until, last_answer)
        adopted = {each.month for each in observed("adopted", end) if each.value}
        here = np.array([[row.month in adopted] for row in months if row.month < end])
        found |= {name: float(value[0]) for name, value in of_answers(severity[: len(here)], here).items()}
    return {name: value for name, value in found.items() if np.isfinite(value)}


def _talks(until: Month) -> dict[str, float]:
    """Months of working talks and agreements, as the starting points code them."""
    span = [START + month for month in range(until - START)]
    phase = [point for point in starting_points(until) if point.path == "phase"]
    levels = [max((point for point in phase if point.month <= month), key=lambda point: point.month).value for month in span]
    deals = [point for point in starting_points(until) if point.path == "deal" and point.value > 0]
    return {
        "months of working talks": float(np.mean([level >= LEVEL for level in levels])),
        "agreements a month": len(deals) / len(span),
    }
