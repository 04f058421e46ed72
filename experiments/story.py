"""One run as dated facts: what each nation chose and why, tests, crises, trade, outcomes.

Reasons are the terms that were weighed, against the neutral situation, in units of what is at stake there. A nation that
acted by routine has none.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model import Nation, Peninsula
from sim.outcomes import OUTCOMES
from sim.scenario import Scenario
from sim.state import AXES, CHINA, RUSSIA, World, total

Story = dict[str, Any]
NOTHING = ("no_initiative", "no_move", "status_quo", "strategic_patience")
MOST_TERMS = 3
RUNGS = ("calm", "rhetoric", "show of force", "limited clash", "major clash", "war")


def one_run(scenario: Scenario, *, seed: int, run: int, why: bool = False) -> Story:
    """Run one run and record it as data that JSON can hold."""
    model = Peninsula(scenario, runs=1, seed=seed, first_run=run)
    try:
        months = [_month(model, why) for _ in range(scenario.months)]
        outcomes = {
            name: (outcome.categories[int(value)] if outcome.categories else float(value))
            for name, outcome in OUTCOMES.items()
            for value in outcome.measure(model.course)
        }
    finally:
        model.release()
    return {
        "scenario": scenario.name, "title": scenario.title, "question": scenario.question, "seed": seed, "run": run,
        "months": months, "outcomes": outcomes,
    }  # fmt: skip


def _month(model: Peninsula, why: bool) -> Story:
    model.step()
    world = model.world
    moves = [_move(nation, action, model.seen if why else None) for nation, action in _chosen(model)]
    return {
        "month": str(world.date),
        "moves": moves,
        "tests": {name: int(count) for name, count in zip(AXES["test_class"], world.tests[:, 0], strict=True) if count},
        "crisis": int(world.crisis[0]),
        "trade_china": round(float(total(world.trade[CHINA])[0]), 1),
        "trade_russia": round(float(total(world.trade[RUSSIA])[0]), 3),
        "reserves": round(float(world.reserves[0]), 2),
        "growth": round(float(world.growth[0]), 1),
    }


def _chosen(model: Peninsula) -> list[tuple[Nation, str]]:
    found = []
    for nation in model.nations.values():
        if nation.weighing is not None:
            places = np.flatnonzero(nation.weighing.chosen[:, 0])
            found += [(nation, nation.menu[place].name) for place in places if nation.menu[place].name not in NOTHING]
    return found


def _move(nation: Nation, action: str, world: World | None) -> Story:
    line = next(line for line in nation.menu if line.name == action)
    move: Story = {"nation": nation.name, "action": action, "meaning": line.meaning, "base_rate": line.rate}
    if nation.weighing is None:
        return move
    place = nation.menu.index(line)
    level = int(nation.weighing.level[0])
    weighed = {0: None, 1: nation.weighing.first, 2: nation.weighing.second}[level]
    move["level"] = level
    move["appeal"] = None if weighed is None else round(float(weighed[place, 0]), 2)
    if world is not None:
        terms = sorted(nation.reasons(action, world, level), key=lambda term: -abs(float(term.value[0])))
        move["why"] = [
            {"kind": term.kind, "about": term.about, "value": round(float(term.value[0]), 3)} for term in terms[:MOST_TERMS]
        ]
    return move


def tell(story: Story) -> str:
    """The story as text: a paragraph a month, then the outcomes."""
    lines = [f"{story['title']} (run {story['run']}, seed {story['seed']})", story["question"], ""]
    for month in story["months"]:
        lines.append(_headline(month))
        lines += [f"    {_sentence(move)}" for move in month["moves"]]
    lines += ["", "Outcomes of this run (one draw, not a forecast)"]
    lines += [f"    {name:<24} {_value(value)} {OUTCOMES[name].unit}" for name, value in story["outcomes"].items()]
    return "\n".join(lines)


def _headline(month: Story) -> str:
    tests = ", ".join(f"{count} {name}" for name, count in month["tests"].items()) or "no test"
    return (
        f"{month['month']}  {tests}; {RUNGS[month['crisis']]}; trade with China {month['trade_china']} and with Russia "
        f"{month['trade_russia']} m USD; reserves {month['reserves']} bn USD"
    )


def _sentence(move: Story) -> str:
    name = move["nation"].replace("_", " ").title()
    text = f"{name}: {move['meaning']}"
    if move.get("why") == []:
        text += " (routine)"
    elif move.get("why"):
        text += " (" + "; ".join(f"{_reason(term)} {term['value']:+.2f}" for term in move["why"]) + ")"
    return text


def _reason(term: Story) -> str:
    about = str(term["about"]).replace("_", " ")
    return {"reciprocity": f"in kind to {about.title()}", "reply": f"reply of {about.title()}"}.get(term["kind"], about)


def _value(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.3g}"
