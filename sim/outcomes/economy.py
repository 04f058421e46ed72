"""Outcomes of trade, sanctions in law, weapons, patrons, labour, crisis and economy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.outcomes.course import YEAR, Course, Outcome, last_year, longest_spell
from sim.state import AXES, CHINA, EXPORTS, IMPORTS, RUSSIA, Array, total

TRADE_2019 = 236.7  # m USD a month with China and Russia, customs [V]
RUSSIA_2019 = (0.253, 3.739)  # m USD a month, North Korea's exports and imports, Russian customs [V]
STATUS_STEP = 0.03  # change of the severity index that counts [P]
SEVERE = AXES["test_class"].index("irbm")  # the classes from here on are of severity 4 and 5


def _trade_recovery(course: Course) -> Array:
    trade = course["trade"]
    both = trade[:, CHINA, EXPORTS] + trade[:, CHINA, IMPORTS] + trade[:, RUSSIA, EXPORTS] + trade[:, RUSSIA, IMPORTS]
    return last_year(both) / TRADE_2019


def _russia_level(direction: int) -> Callable[[Course], Array]:
    return lambda course: last_year(course["trade"][:, RUSSIA, direction]) / RUSSIA_2019[direction]


def _sanctions_change(course: Course) -> Array:
    index = course["severity_index"]
    return index[-1] - index[0]


def _sanctions_status(course: Course) -> Array:
    change = _sanctions_change(course)
    return np.where(change < -STATUS_STEP, 0, np.where(change > STATUS_STEP, 2, 1))


def _tests(first: int) -> Callable[[Course], Array]:
    return lambda course: total(course["tests"][:, first:])


def _quiet_spell(course: Course) -> Array:
    return longest_spell(np.logical_not(course["tests"].any(axis=1)))


def _capability_gain(course: Course) -> Array:
    return total(course["capability"][-1] - course["capability"][0])


def _per_year(series: Array) -> Array:
    return total(series) * YEAR / len(series)


def _support(place: int) -> Callable[[Course], Array]:
    return lambda course: total(course["support"][:, place]) / len(course["support"])


OUTCOMES: tuple[Outcome, ...] = (
    Outcome("trade_recovery", "ratio to 2019",
            "mean official trade with China and Russia over the last 12 months, against the mean of 2019",
            "Does trade come back?",
            "dominated by border policy, weakly by sanctions; 0.11 in 2021",
            _trade_recovery),
    Outcome("russia_exports_level", "ratio to 2019",
            "mean exports to Russia over the last 12 months, against 2019",
            "Do exports to Russia recover?",
            "0.24 in 2020; lumpy, weak for later years",
            _russia_level(EXPORTS)),
    Outcome("russia_imports_level", "ratio to 2019",
            "mean imports from Russia over the last 12 months, against 2019",
            "Do imports from Russia hold?",
            "0.94 in 2020; weak for later years",
            _russia_level(IMPORTS)),
    Outcome("sanctions_change", "index",
            "change of the legal severity index from the first to the last month",
            "Do sanctions ease or tighten?",
            "unchanged through 2021",
            _sanctions_change),
    Outcome("sanctions_status", "category",
            "eased below -0.03, tightened above +0.03, else unchanged",
            "Are sanctions eased?",
            "unchanged through 2021",
            _sanctions_status, "category", ("eased", "unchanged", "tightened")),
    Outcome("tests", "events",
            "weapon tests of all classes",
            "How much does North Korea test?",
            "best identified block: 0.93 a month in 2012 to April 2020",
            _tests(0)),
    Outcome("tests_severe", "events",
            "tests of severity 4 and 5: intermediate range, submarine, ICBM or space, nuclear",
            "Does it test what alarms?",
            "severity 5 in 9% of months, 4 in 7%",
            _tests(SEVERE)),
    Outcome("quiet_spell", "months",
            "longest run of months without a test",
            "Is there a long quiet spell?",
            "16 months in 2017-19",
            _quiet_spell),
    Outcome("capability_gain", "index",
            "capability added, summed over five classes of weapons",
            "How much more can it threaten?",
            "success rates known, levels assumed",
            _capability_gain),
    Outcome("patron_support_china", "bn USD/year",
            "aid, covert sales, labour and crude oil on credit, mean",
            "How much does Beijing give?",
            "partly: Panel of Experts, customs",
            _support(CHINA)),
    Outcome("patron_support_russia", "bn USD/year",
            "aid, covert sales and labour, mean",
            "How much does Moscow give?",
            "partly: visas, customs",
            _support(RUSSIA)),
    Outcome("workers_end", "thousand",
            "North Korean workers in Russia at the end",
            "Do workers return to Russia?",
            "visa counts to 2020",
            lambda course: course["workers"][-1, RUSSIA]),
    Outcome("labour_revenue", "m USD/year",
            "wages taken by the state in China and Russia, mean",
            "What do workers earn for Pyongyang?",
            "0.1 to 0.5 bn USD a year in the sources",
            lambda course: _per_year(course["remittances"][:, CHINA] + course["remittances"][:, RUSSIA])),
    Outcome("crisis_peak", "rung 0-5",
            "highest rung of the crisis ladder",
            "How close to a clash?",
            "a handful of cases since 2010",
            lambda course: course["crisis"].max(axis=0)),
    Outcome("crisis_months", "months",
            "months at rung 3 (limited clash) or above",
            "How long in danger?",
            "0.02 to 0.03 of months",
            lambda course: total((course["crisis"] >= 3).astype(float))),
    Outcome("growth", "%/year",
            "mean yearly growth of output",
            "Does the economy grow?",
            "Bank of Korea: -4.5 in 2020, -0.1 in 2021",
            lambda course: total(course["growth"]) / len(course["growth"])),
    Outcome("reserves_end", "bn USD",
            "hard-currency reserves at the end",
            "How much hard currency is left?",
            "latent; 1 to 4 in May 2020",
            lambda course: course["reserves"][-1]),
)  # fmt: skip
