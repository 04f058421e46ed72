"""The order of a month, as data: print it, time it, leave a stage out.

Scheduled scenario events come first and the record last; both belong to the model, because they belong to the scenario.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.actions import Moves
from sim.chance import Dice
from sim.mechanisms import (
    alignment,
    border,
    coercion,
    council,
    crisis,
    deals,
    domestic,
    finance,
    labour,
    leverage,
    livelihood,
    meetings,
    memory,
    projects,
    relations,
    sanctions,
    shocks,
    talks,
    trade,
    weapons,
)
from sim.parameters import Parameters
from sim.state import World

Step = Callable[[World, Moves, Parameters, Dice], World]


@dataclass(frozen=True)
class Stage:
    """One stage of the month. ``step`` is None for the one stage in which the nations choose."""

    name: str
    step: Step | None
    meaning: str


MONTH: tuple[Stage, ...] = (
    Stage("shocks", shocks.step, "pandemic, harvest, oil, war elsewhere, demand"),
    Stage("decide", None, "five nations choose on the same world; the order cannot matter"),
    Stage("talks", talks.step, "phases of talks with Washington, summits, demand, moratorium"),
    Stage("meetings", meetings.step, "leaders' meetings, contacts, recognition, military cooperation"),
    Stage("coercion", coercion.step, "requests to Seoul, answers, pressure by sector, the counter-lever"),
    Stage("council", council.step, "drafts, votes and vetoes of the Security Council, exemptions"),
    Stage("weapons", weapons.step, "tests, success, salience, habituation"),
    Stage("crisis", crisis.step, "incidents, exercises, the crisis ladder"),
    Stage("leverage", leverage.step, "dependence, disagreement, surplus of each package, leverage"),
    Stage("deals", deals.step, "deals signed, kept, cheated on and broken; trust both ways"),
    Stage("sanctions", sanctions.step, "legal coverage, secondary risk, enforcement, evasion"),
    Stage("border", border.step, "regime and traffic by partner and direction"),
    Stage("trade", trade.step, "exports sold, imports wanted, covert exports, crude oil"),
    Stage("labour", labour.step, "workers abroad and their remittances"),
    Stage("finance", finance.step, "income, imports paid, reserves, aid, patron support"),
    Stage("livelihood", livelihood.step, "growth, food, hardship"),
    Stage("projects", projects.step, "gas, rail, Rajin, Kaesong, Kumgang, Seoul's programmes"),
    Stage("domestic", domestic.step, "patronage and succession, approval, elections, administrations"),
    Stage("alignment", alignment.step, "affinity of ten pairs, patrons' willingness, equidistance, triangles"),
    Stage("memory", memory.step, "what each has learned of the month"),
    Stage("relations", relations.step, "conduct recorded, the rift moved"),
)
