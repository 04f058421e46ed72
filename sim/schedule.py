"""What a scenario does to a world: the starting values of month one, and events in later months."""

from __future__ import annotations

import numpy as np

from sim.actions import Action
from sim.chance import Chance, Dice
from sim.features import FEATURE_NAMES, measure
from sim.nations import ACTIONS, CHARACTERS
from sim.scenario import Event, Initial, Scenario
from sim.state import FLOAT, Array, Month, Variable, World, resolve


def first_world(scenario: Scenario, chance: Chance) -> World:
    """The world before the first month, with initial values drawn about those of the scenario."""
    world = World.blank(scenario.start, chance.runs, features=FEATURE_NAMES, actions=ACTIONS)
    arrays: dict[str, Array] = {}
    # a general path comes before a special one: `openness` before `openness.russia`
    for path, initial in sorted(scenario.initial.items(), key=lambda item: item[0].count(".")):
        variable, index = resolve(path)
        array = arrays.setdefault(variable.name, world[variable.name].copy())
        array[index] = _drawn(initial, variable, array[index].shape, chance.once(f"initial/{path}"))
    world = world.replace(**arrays)
    menus: list[Action] = [action for character in CHARACTERS.values() for action in character.menu]
    rates = np.array([action.rate for action in menus], dtype=FLOAT)
    routine = np.repeat(rates[:, None], chance.runs, axis=1)
    return world.replace(reference=measure(world), routine=routine)


def _drawn(initial: Initial, variable: Variable, shape: tuple[int, ...], luck: Array) -> Array:
    """A starting value for every run, spread by its standard deviation, within the legal range."""
    value = np.asarray(initial.value, dtype=FLOAT)
    drawn = np.broadcast_to(value.reshape(*value.shape, 1) if value.ndim else value, shape)
    if initial.sd:
        from scipy import special

        drawn = drawn + initial.sd * special.ndtri(np.maximum(luck, 1e-12))
    return np.clip(drawn, variable.low, variable.high)


def apply_events(world: World, events: tuple[Event, ...], date: Month, dice: Dice) -> World:
    """The events of a month, in the order of the file. An event with a probability happens in that share of runs;
    its luck is named after what it changes, so that other events may come and go."""
    for event in events:
        if event.month != date:
            continue
        occurs = np.ones(world.runs, dtype=bool)
        if event.probability < 1:
            occurs = dice.uniform("event/" + "+".join(sorted({**event.set, **event.add}))) < event.probability
        for path, value in event.set.items():
            world = _change(world, path, lambda old, value=value: np.full_like(old, value), occurs)
        for path, value in event.add.items():
            world = _change(world, path, lambda old, value=value: old + value, occurs)
    return world


def _change(world: World, path: str, rule, occurs: Array) -> World:  # type: ignore[no-untyped-def]
    variable, index = resolve(path)
    array = world[variable.name].copy()
    array[index] = np.clip(np.where(occurs, rule(array[index]), array[index]), variable.low, variable.high)
    return world.replace(**{variable.name: array})
