"""The decision stage in C: compiled where there is a compiler, and fed with what the nations of a model have on their desks.

It begins where ``sim.decision`` has valued features, situations and conduct, and ends with what is chosen. Luck is drawn
before. It says how far numpy is from compiled loops and is no part of the product.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from sim.actions import Action
from sim.chance import Dice
from sim.decision import Desk, Mood, appeals, pick, scores, slot_rows, standardised, thinking_level
from sim.model import Nation, Peninsula
from sim.scenario import load_scenario
from sim.state import NATIONS, Array

SOURCE = Path(__file__).with_name("decision_peer.c")
# without contraction a product and a sum are rounded one after the other, as numpy does
FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-shared", "-fPIC")
MENU = ("effects", "tones", "seasons", "feature", "given", "target", "situation", "parameter", "size", "tone", "rate",
        "prior", "slots")  # fmt: skip
DESK = ("values", "inclination", "answer", "situations", "parameters", "neutral_first", "neutral_second", "level",
        "sharpness", "routine", "luck", "offered")  # fmt: skip

Decide = Callable[["Case"], Array]


class Menu(ctypes.Structure):
    """``Menu`` of the C source."""

    _fields_ = [("actions", ctypes.c_int64), *((name, ctypes.c_void_p) for name in MENU)]


class OnDesk(ctypes.Structure):
    """``Desk`` of the C source."""

    _fields_ = [*((name, ctypes.c_void_p) for name in DESK), ("spread", ctypes.c_double)]


@dataclass
class Case:
    """One nation in one month: what it has on its desk, for both."""

    nation: Nation
    desk: Desk
    situations: dict[str, Array]
    level: Array
    offered: np.ndarray
    routine: Array
    dice: Dice
    tables: dict[str, np.ndarray]
    menu: Menu
    on_desk: OnDesk
    chosen: Array


def compiler() -> str | None:
    """A C compiler, or None."""
    return shutil.which("cc")


def compiled(folder: Path) -> Decide:
    """The C version, compiled in a folder."""
    library = folder / "decision_peer.so"
    subprocess.run([str(compiler()), *FLAGS, str(SOURCE), "-o", str(library), "-lm"], check=True)
    function = ctypes.CDLL(str(library)).decide
    function.restype = None

    def decide(case: Case) -> Array:
        runs = ctypes.c_int64(case.chosen.shape[-1])
        function(ctypes.byref(case.menu), ctypes.byref(case.on_desk), runs, case.chosen.ctypes.data_as(ctypes.c_void_p))
        return case.chosen

    return decide


def by_numpy(case: Case) -> Array:
    """The same by ``sim.decision``."""
    nation, params = case.nation, case.nation.model.params
    raw = appeals(nation.menu, case.desk, case.situations, len(case.level))
    first, second = (standardised(each, usual, nation.spread) for each, usual in zip(raw, nation.neutral, strict=True))
    score = scores(
        menu=nation.menu, standard=(first, second), level=case.level, sharpness=nation.sharpness, priors=nation.priors,
        routine=case.routine, situations=case.situations, params=params,
    )  # fmt: skip
    return pick(nation.menu, score, case.offered, case.dice, nation.name)


def cases(scenario: str, runs: int, months: int, seed: int = 1) -> list[Case]:
    """The desks of the five nations after so many months of a scenario."""
    model = Peninsula(load_scenario(scenario), runs=runs, seed=seed)
    for _ in range(months):
        model.step()
    world = model.world.at(model.spec.start + months)
    dice, mood = model.chance.month(world.date), Mood.of(world, model.params)
    return [_case(nation, mood, dice) for nation in model.nations.values()]


def _case(nation: Nation, mood: Mood, dice: Dice) -> Case:
    model = nation.model
    world = model.world.at(model.spec.start + model.month_number)
    desk, situations = nation.desk(world, mood), model.observer.situations(nation.refers_to, world)
    level = thinking_level(dice.uniform(f"level/{nation.name}"), model.params["decision.depth"])
    offered, _ = model.schedule.offer(nation.name, nation.menu, world)
    seasons = sorted({parameter for action in nation.menu for _, parameter in action.seasons})
    nothing = np.zeros_like(level)
    tables = {
        **_menu_tables(nation.menu, tuple(desk.values), tuple(situations), seasons),
        "prior": nation.priors,
        "values": np.array(list(desk.values.values())),
        "inclination": np.array([desk.inclination.get(name, nothing) for name in NATIONS]),
        "answer": np.array([desk.answer.get(name, nothing) for name in NATIONS]),
        "situations": np.array(list(situations.values())),
        "parameters": np.array([model.params[name] for name in seasons]) if seasons else nothing[None],
        "neutral_first": nation.neutral[0],
        "neutral_second": nation.neutral[1],
        "level": level,
        "sharpness": nation.sharpness,
        "routine": world.routine[nation.rows],
        "luck": np.array([dice.gumbel(f"choice/{nation.name}/{action.name}") for action in nation.menu]),
        "offered": offered.astype(np.uint8),
    }
    tables = {name: np.ascontiguousarray(table) for name, table in tables.items()}
    pointers = {name: table.ctypes.data for name, table in tables.items()}
    return Case(
        nation=nation, desk=desk, situations=situations, level=level, offered=offered, routine=world.routine[nation.rows],
        dice=dice, tables=tables, chosen=np.empty((len(nation.menu), len(level))),
        menu=Menu(len(nation.menu), *(pointers[name] for name in MENU)),
        on_desk=OnDesk(*(pointers[name] for name in DESK), nation.spread),
    )  # fmt: skip


def _menu_tables(
    menu: Sequence[Action], features: Sequence[str], situations: Sequence[str], seasons: Sequence[str]
) -> dict[str, np.ndarray]:
    """A menu as flat tables; effects on features that the nation does not care about are left out."""
    effects = [[effect for effect in action.effects if effect.feature in features] for action in menu]
    flat = [effect for each in effects for effect in each]
    tones = [(NATIONS.index(name), tone) for action in menu for name, tone in action.tone.items()]
    told = [(situations.index(name), seasons.index(parameter)) for action in menu for name, parameter in action.seasons]

    def starts(counts: Sequence[int]) -> np.ndarray:
        return np.array(list(accumulate(counts, initial=0)), dtype=np.int64)

    def whole(numbers: Sequence[Any]) -> np.ndarray:
        return np.array(numbers, dtype=np.int64)

    slots = slot_rows(menu)
    return {
        "effects": starts([len(each) for each in effects]),
        "tones": starts([len(action.tone) for action in menu]),
        "seasons": starts([len(action.seasons) for action in menu]),
        "feature": whole([features.index(effect.feature) for effect in flat]),
        "given": whole([situations.index(effect.given) if effect.given else -1 for effect in flat]),
        "target": whole([target for target, _ in tones]),
        "situation": whole([place for place, _ in told]),
        "parameter": whole([place for _, place in told]),
        "size": np.array([effect.size for effect in flat]),
        "tone": np.array([tone for _, tone in tones]),
        "rate": np.array([action.rate for action in menu]),
        "slots": whole([*(rows.start for rows in slots), slots[-1].stop]),
    }


def differing(found: Sequence[Case], decide: Decide) -> int:
    """Runs and nations in which the two choose otherwise: two logarithms may differ by a bit."""
    return sum(int(np.any(by_numpy(case) != decide(case), axis=0).sum()) for case in found)
