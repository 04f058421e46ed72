"""The chronicle of one run: month by month what each nation weighed and what followed, as data that JSON can hold.

Everything is read from what the run recorded: the terms of each choice, the worlds before and after a month, the moves.
Reasons are departures from the neutral situation, in units of what is at stake there; for every move the terms named and
the rest add up to the appeal that was weighed. A nation that acted by routine weighed nothing and has no reasons, and so
has one whose rule of decision goes by no appeals: its level of thinking is null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.chronicle import conditions, diplomacy, instructions
from sim.chronicle.turn import DEALS, PHASES, RUNGS, Event, Turn
from sim.model import Nation, Peninsula
from sim.outcomes import OUTCOMES
from sim.rules import DEFAULT
from sim.scenario import Scenario
from sim.state import CHINA, NATIONS, RUSSIA, Array, World, total

__all__ = ["HAPPENINGS", "Chronicle", "Event", "Turn", "chronicle", "happenings"]

Chronicle = dict[str, Any]
NOTHING = ("no_initiative", "no_move", "status_quo", "strategic_patience")
MOST_TERMS = 3
TRADE_2019 = 236.7  # m USD a month with China and Russia, customs [V]

# in the order of a month
HAPPENINGS: tuple[Callable[[Turn], Iterator[Event]], ...] = (
    conditions.shocks,
    diplomacy.talks,
    diplomacy.meetings,
    diplomacy.seoul,
    diplomacy.council,
    conditions.tests,
    conditions.crisis,
    diplomacy.deals,
    conditions.border,
    conditions.projects,
    conditions.governments,
)


@dataclass(frozen=True)
class Mark:
    """A level that is told when a figure falls to ``low`` of it, and again when it is back at ``high``; by convention."""

    kind: str
    low: float
    high: float


MARKS = (
    Mark("trade", 0.1 * TRADE_2019, 0.25 * TRADE_2019),  # official trade with China and Russia, m USD a month
    Mark("reserves", 0.5, 1.0),  # bn USD
)


def chronicle(scenario: Scenario, *, seed: int, run: int) -> Chronicle:
    """Run one run and record its chronicle: months with moves, events and standing; and the outcomes of the run."""
    model = Peninsula(scenario, runs=1, seed=seed, first_run=run)
    try:
        below = {mark.kind: _figure(mark, model.world) <= mark.low for mark in MARKS}
        months = [_month(model, below) for _ in range(scenario.months)]
        outcomes = {name: _outcome(outcome.categories, outcome.measure(model.course)) for name, outcome in OUTCOMES.items()}
    finally:
        model.release()
    return {
        "scenario": scenario.name, "title": scenario.title, "question": scenario.question, "seed": seed, "run": run,
        "months": months, "outcomes": outcomes,
    }  # fmt: skip


def happenings(turn: Turn) -> list[Event]:
    """All that happened in a month, in the order of the month."""
    return [event for find in HAPPENINGS for event in find(turn)]


def _month(model: Peninsula, below: dict[str, bool]) -> Chronicle:
    date = model.spec.start + model.month_number
    before, decreed = _decrees(model)
    model.step()
    world = model.world
    told = instructions.told(model, date)
    events = [*decreed, *told, *happenings(Turn(before, world, model.moves)), *_marks(world, below)]
    return {
        "month": str(date),
        "moves": [_move(nation, place, model) for nation, place in _chosen(model)],
        "events": events,
        "standing": _standing(world),
    }


def _decrees(model: Peninsula) -> tuple[World, list[Event]]:
    """The world after the scenario's events of the coming month, and those that changed something in this run."""
    date = model.spec.start + model.month_number
    dice = model.chance.month(date)
    world, told = model.world.at(date), []
    for event, after in model.schedule.changes(world, dice):
        if any((after[name] != world[name]).any() for name in after.changed(world)):
            since = {"when": str(event.when)} if event.when else {}
            told.append({"kind": "decree", "set": dict(event.set), "add": dict(event.add), "why": event.why, **since})
        world = after
    return world, told


def _chosen(model: Peninsula) -> Iterator[tuple[Nation, int]]:
    for nation in model.nations.values():
        if nation.weighing is not None:
            for place in np.flatnonzero(nation.weighing.chosen[:, 0]):
                if nation.menu[place].name not in NOTHING:
                    yield nation, int(place)


def _move(nation: Nation, place: int, model: Peninsula) -> Chronicle:
    """A move with what was weighed for it: rule, level of thinking, appeal, how far reasons or routine changed its odds
    where choice is noisy, the terms that weighed most, and the sum of the rest."""
    line, weighing = nation.menu[place], nation.weighing
    if weighing is None:
        raise ValueError(f"{nation.name} has not chosen yet")
    level = nation.rule.level(weighing.level[0])
    by_scenario = line.name in instructions.forced(model, nation.name)
    move = {"nation": nation.name, "action": line.name, "meaning": line.meaning, "base_rate": line.rate,
            "rule": nation.rule.name, "level": level, "by_scenario": by_scenario}  # fmt: skip
    routine = float(model.seen.routine[nation.rows][place, 0])
    if level is None or by_scenario:
        return {**move, "appeal": None, "odds": None, "routine": routine, "why": [], "rest": 0.0}
    if level == 0:
        return {**move, "appeal": None, "odds": max(routine, 1e-4) / line.rate, "routine": routine, "why": [], "rest": 0.0}
    appeal = float((weighing.first if level == 1 else weighing.second)[place, 0])
    terms = _summed(nation, line.name, model.seen, level)
    told, rest = terms[:MOST_TERMS], terms[MOST_TERMS:]
    return {
        **move,
        "appeal": appeal,
        "odds": float(np.exp(nation.sharpness[0] * appeal)) if nation.rule.name == DEFAULT else None,
        "routine": routine,
        "why": told,
        "rest": sum((term["value"] for term in rest), 0.0),
    }


def _summed(nation: Nation, action: str, seen: World, level: int) -> list[Event]:
    """The terms behind a move, those about the same thing summed, the weightiest first."""
    sums: dict[tuple[str, str], float] = {}
    for term in nation.reasons(action, seen, level):
        key = term.kind, term.about
        sums[key] = sums.get(key, 0.0) + float(term.value[0])
    terms = [{"kind": kind, "about": about, "value": value} for (kind, about), value in sums.items()]
    return sorted(terms, key=lambda term: -abs(float(str(term["value"]))))


def _figure(mark: Mark, world: World) -> float:
    return _trade(world) if mark.kind == "trade" else float(world[mark.kind][0])


def _trade(world: World) -> float:
    """Official trade with China and Russia, m USD a month."""
    return float(total(world.trade[[CHINA, RUSSIA]])[0])


def _marks(world: World, below: dict[str, bool]) -> Iterator[Event]:
    """Figures that have fallen to their mark or are back from it; ``below`` remembers which is where."""
    for mark in MARKS:
        value = _figure(mark, world)
        if not below[mark.kind] and value <= mark.low:
            below[mark.kind] = True
            yield {"kind": mark.kind, "state": "collapses", "value": value, "mark": mark.low}
        elif below[mark.kind] and value >= mark.high:
            below[mark.kind] = False
            yield {"kind": mark.kind, "state": "recovers", "value": value, "mark": mark.high}


def _standing(world: World) -> Chronicle:
    """How things stand at the end of a month."""
    return {
        "talks": PHASES[int(world.phase[0])],
        "deal": DEALS[int(world.deal[0])],
        "crisis": RUNGS[int(world.crisis[0])],
        "tier": int(world.tier[0]),
        "trade_china": float(total(world.trade[CHINA])[0]),
        "trade_russia": float(total(world.trade[RUSSIA])[0]),
        "reserves": float(world.reserves[0]),
        "growth": float(world.growth[0]),
        "approval": {name: float(value[0]) for name, value in zip(NATIONS[3:], world.approval, strict=True)},
    }


def _outcome(categories: tuple[str, ...], values: Array) -> float | str | None:
    """The value of an outcome, a label of a category, or None where it does not apply."""
    value = float(values[0])
    return None if np.isnan(value) else categories[int(value)] if categories else value
