"""Outcomes of talks and deals, Council, alignment, leverage, projects, Seoul's dilemmas and domestic politics."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.outcomes.course import Course, Outcome, first_month, mean
from sim.state import AXES, CHINA, RUSSIA, Array, total

THIRD = 3
DEALS = ("none", *AXES["offer"])
LEVEL = 2  # phase from which talks are at working level
SEVERE = 4
ALIVE = 0.1  # a programme above this is alive
COMPOSITE = AXES["balance"].index("composite")
GAS, RAIL = (AXES["project"].index(name) for name in ("gas", "rail"))


def _third(course: Course) -> np.ndarray:
    """Months in which a third formal summit is held, ``(months, R)``."""
    summits, held = course["summits"], course["summit"] > 0
    return held & (summits >= THIRD)


def _share(name: str) -> Callable[[Course], Array]:
    return lambda course: mean(course[name])


def _balance(label: str) -> Callable[[Course], Array]:
    place = AXES["balance"].index(label)
    return lambda course: mean(course["equidistance"][:, place])


def _votes(outcome: str, draft: int) -> Callable[[Course], Array]:
    """Drafts of one kind (1 tightening, -1 easing) that ended so."""
    return lambda course: total(((course[outcome] > 0) & (course["draft"] == draft)).astype(float))


def _broken(course: Course) -> Array:
    """Why the first deal that broke did so; 0 where none broke."""
    causes = course["collapse_cause"]
    first = (causes > 0).argmax(axis=0)
    return np.take_along_axis(causes, first[None], axis=0)[0]


def _stalemate(course: Course) -> Array:
    quiet = (course["phase"] < LEVEL) & (course["deal"] == 0) & (course["severity"] < SEVERE)
    return mean(quiet.astype(float))


def _both(name: str) -> Callable[[Course], Array]:
    return lambda course: total(course[name][:, CHINA] + course[name][:, RUSSIA])


LEVERAGE = "yearly payoff of Pyongyang in bargaining over disagreement without patrons, mean"
LATENT = "latent; signs only: six episodes of 1994 to 2019"
VERSIONS = "latent; validated by signs"

OUTCOMES: tuple[Outcome, ...] = (
    Outcome("third_summit", "share of runs",
            "a scheduled meeting of the leaders of Pyongyang and Washington is held that is the third or later",
            "How often is there a third summit?",
            "none from July 2019 to December 2021; history bounds the rate only",
            lambda course: _third(course).any(axis=0).astype(float), "share"),
    Outcome("third_summit_month", "month of the run",
            "month of the third summit, counted from 1; no value where none is held",
            "When does it come, if it comes?",
            "none from July 2019 to December 2021",
            lambda course: first_month(_third(course))),
    Outcome("deal", "category",
            "largest package signed or in force in any month",
            "Is there a deal, and how large?",
            "six cases of 1994 to 2019",
            lambda course: course["deal"].max(axis=0), "category", DEALS),
    Outcome("deal_months", "months",
            "months with a deal in force",
            "How long does a deal last?",
            "durations of 1.5 to 98 months, six cases",
            lambda course: total((course["deal"] > 0).astype(float))),
    Outcome("deal_broken", "category",
            "why the first deal that broke did so",
            "Who breaks a deal?",
            "six cases, all disputed",
            _broken, "category", ("not", "a severe test", "cheating found", "Washington", "Pyongyang"), ordered=False),
    Outcome("stalemate", "share of months",
            "months below working-level talks, without a deal and without a severe test",
            "How much of the time does nothing move?",
            "most months of May 2020 to December 2021",
            _stalemate),
    Outcome("council_adopted", "drafts",
            "tightening drafts adopted by the Security Council",
            "Does the Council act?",
            "11 of 13 severe events answered to 2017, none after",
            _votes("adopted", 1)),
    Outcome("council_vetoed", "drafts",
            "tightening drafts with a majority that failed on a veto",
            "Do Moscow and Beijing block it?",
            "no vote was forced to 2021",
            _votes("vetoed", 1)),
    Outcome("council_eased", "drafts",
            "easing drafts adopted, also those that a deal brings in steps",
            "Does the Council ease?",
            "none to 2021",
            _votes("adopted", -1)),
    Outcome("leverage", "bn USD/year", LEVERAGE,
            "What could Pyongyang win at the table?", LATENT, _share("leverage")),
    Outcome("leverage_threat", "bn USD/year",
            "part of it that vanishes without the threat, mean",
            "What does the threat add?", VERSIONS, _share("leverage_threat")),
    Outcome("leverage_patrons", "bn USD/year",
            "part of it that vanishes without patrons, mean",
            "What do Beijing and Moscow add?", VERSIONS, _share("leverage_patrons")),
    Outcome("leverage_clock", "bn USD/year",
            "part of it that vanishes without Washington's election clock, mean",
            "What does Washington's clock add?", VERSIONS, _share("leverage_clock")),
    Outcome("equidistance", "index 0-1",
            "balance between Beijing and Moscow, composite of trade, contact and affinity, mean",
            "Does Pyongyang keep its distance from both patrons alike?",
            "parts observed, weights conventional",
            _balance("composite")),
    Outcome("equidistance_end", "index 0-1",
            "the same balance at the end",
            "Where does Pyongyang end up between the two?", "parts observed, weights conventional",
            lambda course: course["equidistance"][-1, COMPOSITE]),
    Outcome("equidistance_trade", "index 0-1",
            "balance of trade with the two, mean",
            "Is trade balanced?", "0.034 in 2019, 0.147 in 2020", _balance("trade")),
    Outcome("equidistance_contact", "index 0-1",
            "balance of contacts with the two, mean",
            "Are contacts balanced?", "summits of 2018-19: 0.33", _balance("contact")),
    Outcome("equidistance_affinity", "index 0-1",
            "balance of affinity with the two, mean",
            "Is friendship balanced?", "votes in the General Assembly: 0.89", _balance("affinity")),
    Outcome("seoul_equidistance", "index 0-1",
            "balance of Seoul's affinity with Moscow and with Pyongyang, mean",
            "Does Seoul keep its distance from Moscow and Pyongyang alike?",
            "events; no measure agreed", lambda course: mean(course["seoul_equidistance"][:, 0])),
    Outcome("seoul_equidistance_powers", "index 0-1",
            "balance of Seoul's affinity with Beijing and with Washington, mean",
            "Does Seoul keep its distance from Beijing and Washington alike?",
            "events; no measure agreed", lambda course: mean(course["seoul_equidistance"][:, 1])),
    Outcome("programmes_alive", "programmes",
            "Seoul's programmes across the border that are alive at the end, of five",
            "What is left of Seoul's cross-border programmes?",
            "liaison office blown up in June 2020",
            lambda course: total((course["programme"][-1] > ALIVE).astype(float))),
    Outcome("first_setback_month", "month of the run",
            "first month in which a programme dies, counted from 1; no value where none does",
            "When does the first programme fail?",
            "June 2020, the second month",
            lambda course: first_month(course["setback"] > 0)),
    Outcome("coercion_loss", "% of GDP, years added",
            "Seoul's loss to coercion, added up over the run",
            "What does pressure cost Seoul?",
            "0.2 to 0.5% of GDP in 2017: four estimates",
            lambda course: total(course["sector_loss"]) / 12),
    Outcome("counter_lever", "index 0-1",
            "Seoul's counter-lever on Beijing and Moscow, the stronger of the two, mean",
            "Does Seoul use what others need of it?",
            "not observed",
            lambda course: mean(course["counter"].max(axis=1))),
    Outcome("requests_accepted", "requests",
            "requests of Beijing and Moscow to which Seoul gave way",
            "Does Seoul give way to its neighbours?",
            "October 2017; counts not observed", _both("accepted")),
    Outcome("requests_refused", "requests",
            "requests of Beijing and Moscow that Seoul refused",
            "Does Seoul refuse?",
            "counts not observed", _both("refused")),
    Outcome("gas_stage", "stage 0-5",
            "highest stage of the gas pipeline: idea, study, exempted, financed, building, in operation",
            "Does the gas pipeline move?",
            "never beyond a study",
            lambda course: course["stage"][:, GAS].max(axis=0)),
    Outcome("rail_stage", "stage 0-5",
            "highest stage of the railway",
            "Does the railway move?",
            "survey and ground-breaking in 2018",
            lambda course: course["stage"][:, RAIL].max(axis=0)),
    Outcome("stability_min", "index 0-1",
            "lowest stability of the regime in Pyongyang",
            "Does the regime shake?",
            "latent", lambda course: course["stability"].min(axis=0)),
)  # fmt: skip
