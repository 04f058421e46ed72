"""Copies of the same runs, side by side on the run axis: the same luck in each, so that one thing may differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

import sim.model
from sim.chance import Chance, Dice
from sim.model import Peninsula
from sim.parameters import Parameters
from sim.scenario import Scenario
from sim.state import Array, Month, World


class CopiedLuck:
    """Luck in which every run comes ``times`` times over, copy by copy."""

    def __init__(self, chance: Chance, times: int) -> None:
        self.chance, self.times = chance, times
        self.runs = chance.runs * times

    def once(self, stream: str) -> Array:
        return np.tile(self.chance.once(stream), self.times)

    def month(self, date: Month) -> CopiedDice:
        return CopiedDice(self.chance.month(date), self.times)


class CopiedDice:
    """The luck of a month for every copy."""

    def __init__(self, dice: Dice, times: int) -> None:
        self.dice, self.times = dice, times

    def uniform(self, stream: str) -> Array:
        return np.tile(self.dice.uniform(stream), self.times)

    def normal(self, stream: str) -> Array:
        return np.tile(self.dice.normal(stream), self.times)

    def gumbel(self, stream: str) -> Array:
        return np.tile(self.dice.gumbel(stream), self.times)

    def happens(self, probability: Array | float, stream: str) -> Array:
        return (self.uniform(stream) < probability).astype(float)


def copied(spec: Scenario, *, runs: int, copies: int, seed: int,
           parameters: Callable[[Parameters], Parameters] = lambda drawn: drawn) -> Peninsula:  # fmt: skip
    """A model of ``copies`` times the same runs; ``parameters`` may change what is drawn for single copies."""
    draw = sim.model.draw
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sim.model, "Chance", lambda seed, first, runs: CopiedLuck(Chance(seed, first, runs // copies), copies))
        patch.setattr(sim.model, "draw", lambda chance, changed: parameters(draw(chance, changed)))
        return Peninsula(spec, runs=runs * copies, seed=seed)


def repeated(world: World, copies: int) -> World:
    """The same world in every copy."""
    arrays: Mapping[str, Array] = {name: np.tile(world[name], copies) for name in world._arrays}
    return World(arrays, world.date, world.runs * copies, world.labels)


def single(world: World, runs: int) -> World:
    """The world of the first copy."""
    return World({name: world[name][..., :runs] for name in world._arrays}, world.date, runs, world.labels)
