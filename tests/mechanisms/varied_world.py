"""Worlds in which every array stands anywhere in its legal range, busy months, and luck spread evenly."""

from __future__ import annotations

import re

import numpy as np
from small_world import Still, drawn

from sim.actions import Moves
from sim.chance import Chance
from sim.features import FEATURE_NAMES
from sim.month import MONTH
from sim.nations import ACTIONS
from sim.state import FLOAT, VARIABLES, Array, Month, Variable, World

STEPS = {stage.name: stage.step for stage in MONTH if stage.step is not None}
WHOLE = re.compile(r"-?\d+(-| to | or )\d+")  # units such as "0-4" and "-1 to 2" count in whole numbers
FAR = 120.0  # stands for infinity
MONTHS = (Month(2012, 11), Month(2017, 9), Month(2018, 6), Month(2020, 6), Month(2025, 1))


def varied(runs: int, seed: int, date: Month = MONTHS[2]) -> World:
    """A world of random arrays; about a third of their numbers stand at an end of the legal range."""
    luck = np.random.default_rng(seed)
    blank = World.blank(date, runs, features=FEATURE_NAMES, actions=ACTIONS)
    arrays = {name: _anywhere(variable, blank[name].shape, luck) for name, variable in VARIABLES.items()}
    arrays["lifted"] = np.maximum(arrays["lifted"], arrays["granted"])  # what a deal lifted is part of what is lifted
    return blank.replace(**arrays)


def _anywhere(variable: Variable, shape: tuple[int, ...], luck: np.random.Generator) -> Array:
    low, high = max(variable.low, -FAR), min(variable.high, FAR)
    if WHOLE.fullmatch(variable.unit) or variable.unit == "months":
        return luck.integers(int(low), int(high), shape, endpoint=True).astype(FLOAT)
    at_an_end = luck.choice([low, high], shape)
    return np.where(luck.random(shape) < 1 / 3, at_an_end, luck.uniform(low, high, shape))


def busy(runs: int, seed: int, share: float = 0.4) -> Moves:
    """Moves of a month in which each action is chosen with this chance, whatever its gate says."""
    none = Moves.none(ACTIONS, runs)
    chosen = (np.random.default_rng(seed).random(none.chosen.shape) < share).astype(FLOAT)
    return Moves(none.names, chosen, none.offered, none.conduct)


def spread(runs: int, *streams: str, rest: float = 0.5) -> Still:
    """Dice of which some streams run evenly through (0, 1) over the runs, so that a share of runs is a chance exactly."""
    evenly = (np.arange(runs) + 0.5) / runs
    return Still(runs, uniform=rest, at=dict.fromkeys(streams, evenly))  # type: ignore[arg-type]


def months_of(stage: str, runs: int = 400) -> list[tuple[World, World]]:
    """Worlds before and after a stage, in varied worlds, busy months and drawn parameters."""
    found = []
    for seed, date in enumerate(MONTHS):
        before, moves, params = varied(runs, seed, date), busy(runs, seed), drawn(runs, seed)
        found.append((before, STEPS[stage](before, moves, params, Chance(seed, 0, runs).month(date))))
    return found


def check_ranges(stage: str) -> None:
    """A stage writes its own arrays only, each finite and within its legal range."""
    for before, after in months_of(stage):
        changed = after.changed(before)
        assert changed, f"{stage} changed nothing"
        assert {VARIABLES[name].owner for name in changed} == {stage}
        for name in changed:
            variable, array = VARIABLES[name], after[name]
            assert np.isfinite(array).all(), name
            assert array.min() >= variable.low, name
            assert array.max() <= variable.high, name
