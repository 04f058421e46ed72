"""What is measured in a block of finished runs to hold the seven stylised facts against: one value per run and name.

Each function takes a finished ``Peninsula`` and returns arrays ``(R,)``; a run in which the question does not arise has NaN.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from experiments.politics import WITHIN
from sim.model import Peninsula
from sim.outcomes import Course
from sim.outcomes.course import first_month, longest_spell
from sim.state import AXES, CHINA, EXPORTS, IMPORTS, RUSSIA, Array, Flags, Month, total

YEAR = 12
HALT = 12  # months without a test that count as a halt
BEGINS = 36  # months from the start within which it must begin
WORKING = 2  # phase: talks at working level
NUCLEAR = AXES["test_class"].index("nuclear")
UNANIMOUS = 15
RESOLUTION_2371 = Month(2017, 8)
LEFT = 0.25  # of the exports of the mean month of 2016: below it they have fallen
COVID = Month(2020, 2)  # the first whole month behind the closed border
Values = dict[str, Array]


def tightening(model: Peninsula) -> Values:
    """Trade, growth and workers of January 2016 to December 2019, and what becomes of Kaesong."""
    course = model.course
    china = {year: _china(course, year) for year in (2016, 2017, 2018, 2019)}
    world = {year: _year(course, "total_trade", year).sum(axis=(0, 1)) for year in china}
    exports = course["trade"][:, CHINA, EXPORTS]
    fallen = exports[RESOLUTION_2371 - course.start :] < LEFT * exports[:YEAR].mean(axis=0)
    workers = course["workers"][:, RUSSIA]
    return {
        **{f"{name}_change": percent(china[2018][name] / china[2017][name] - 1) for name in ("exports", "imports", "trade")},
        "delay": first_month(fallen) - 1,
        "deficit": np.diff(_year(course, "total_trade", 2018).sum(axis=0), axis=0)[0],
        **{f"growth_{year}": _year(course, "growth", year).mean(axis=0) for year in china},
        **{f"china_share_{year}": percent(china[year]["with_crude"] / world[year]) for year in china},
        "china_trade_2016": china[2016]["trade"],
        "kaesong": percent(course["kaesong"][Month(2016, 3) - course.start :].mean(axis=0)),
        "workers_2017": workers[Month(2017, 12) - course.start],
        "workers_2018": workers[Month(2018, 12) - course.start],
        "workers_left": percent(workers[Month(2019, 12) - course.start] / workers[Month(2017, 12) - course.start]),
        "remittances_2017": _year(course, "remittances", 2017).sum(axis=(0, 1)),
        "halt": _halts(_tests(course)).astype(float),
    }


def long_run(model: Peninsula) -> Values:
    """Tests in talks and outside, after a failed summit, and the trade of early 2020; January 2012 to April 2020."""
    course = model.course
    tests, talking = _tests(course), course["phase"] >= WORKING
    before = course["trade"][Month(2019, 1) - course.start : Month(2020, 1) - course.start, RUSSIA].mean(axis=0)
    after = course["trade"][COVID - course.start :, RUSSIA].mean(axis=0)
    return {
        "pause": longest_spell(tests == 0),
        "ratio_in_talks": _ratio(_rate(tests, talking), _rate(tests, ~talking)),
        "after_failure": _after_failure(tests, course["failed_summit"] > 0),
        "russia_exports_2020": percent(after[EXPORTS] / before[EXPORTS] - 1),
        "russia_imports_2020": percent(after[IMPORTS] / before[IMPORTS] - 1),
        "workers_2020": course["workers"][:, RUSSIA][Month(2020, 3) - course.start],
    }


def council(model: Peninsula) -> Values:
    """What the Council makes of nuclear tests and other events."""
    course = model.course
    adopted = (course["adopted"] > 0) & (course["draft"] > 0)
    nuclear = course["tests"][:, NUCLEAR] > 0
    followed = np.stack([adopted[month : month + WITHIN].any(axis=0) for month in range(len(adopted) - WITHIN)])
    counted = nuclear[: len(followed)]
    unanimous = adopted & (course["votes_for"] >= UNANIMOUS)
    severe = course["severity"][: len(followed)] >= AXES["gravity"].index("severity_5") + 4
    return {
        "nuclear_answered": _ratio((counted & followed).sum(axis=0), counted.sum(axis=0)),
        "severe_answered": _ratio((severe & followed).sum(axis=0), severe.sum(axis=0)),
        "unanimous": _ratio(unanimous.sum(axis=0), adopted.sum(axis=0)),
        "adopted": adopted.sum(axis=0).astype(float),
        "vetoed": ((course["vetoed"] > 0) & (course["draft"] > 0)).sum(axis=0).astype(float),
    }


def pandemic(model: Peninsula) -> Values:
    """Trade, growth and tests from May 2020 to December 2021."""
    course = model.course
    china = course["trade"][:, CHINA].sum(axis=1)
    first, second = china[:8], china[8:20]
    return {
        "china_2020": first.mean(axis=0),
        "china_2021": second.mean(axis=0),
        "china_trade": china.mean(axis=0),
        "growth_2020": course["growth"][:8].mean(axis=0),
        "tests": _tests(course).sum(axis=0),
    }


def percent(share: Array) -> Array:
    """A share in percent."""
    return 100 * share


def _year(course: Course, name: str, year: int) -> Array:
    start = Month(year, 1) - course.start
    return course[name][start : start + YEAR]


def _china(course: Course, year: int) -> Mapping[str, Array]:
    """Trade with China in a year, m USD: customs, and with crude oil as KOTRA counts it."""
    exports, imports = (_year(course, "trade", year)[:, CHINA, flow].sum(axis=0) for flow in (EXPORTS, IMPORTS))
    crude = _year(course, "crude", year).sum(axis=0)
    return {"exports": exports, "imports": imports, "trade": exports + imports, "with_crude": exports + imports + crude}


def _tests(course: Course) -> Array:
    """Tests of all classes a month, ``(months, R)``."""
    return np.stack([total(month) for month in course["tests"]])


def _rate(tests: Array, where: Flags) -> Array:
    """Mean a month over the months in question, NaN without any."""
    return _ratio((tests * where).sum(axis=0), where.sum(axis=0))


def _ratio(above: Array, below: Array) -> Array:
    """Quotient, NaN where there is nothing to divide by."""
    return np.where(below > 0, above / np.maximum(below, 1e-12), np.nan)


def _halts(tests: Array) -> Flags:
    """Whether a halt of ``HALT`` months begins within ``BEGINS`` months from the first; ``(R,)``."""
    quiet = tests == 0
    whole = [quiet[month : month + HALT].all(axis=0) for month in range(min(BEGINS, len(tests) - HALT + 1))]
    return np.any(whole, axis=0)


def _after_failure(tests: Array, failed: Flags) -> Array:
    """Tests in the year after the first failed summit less those in the year before; NaN without both years."""
    change = np.full(tests.shape[1], np.nan)
    for month in range(YEAR, len(tests) - YEAR):
        here = failed[month] & ~failed[YEAR:month].any(axis=0)
        gain = tests[month + 1 : month + 1 + YEAR].sum(axis=0) - tests[month - YEAR + 1 : month + 1].sum(axis=0)
        change = np.where(here, gain, change)
    return change
