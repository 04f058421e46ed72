"""What a scenario does to a world: the starting values of month one, and events in later months."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.actions import Moves
from sim.chance import Chance, Dice
from sim.features import FEATURE_NAMES, measure
from sim.mechanisms import alignment, council, leverage, livelihood, sanctions
from sim.parameters import Parameters
from sim.parameters.political_tables import ANCHORS
from sim.scenario import Event, Initial, Scenario
from sim.state import FLOAT, Array, Month, Variable, World, resolve


def first_world(scenario: Scenario, chance: Chance, params: Parameters, rates: Mapping[str, float], usual: Array) -> World:
    """The world before the first month, with initial values drawn about those of the scenario.

    rates: base rate by action, from which routine starts; usual: conduct between nations at base rates. What follows
    from the rest (severity of the law, enforcement, hardship, leverage, balance) is computed, so that the nations meet the
    world they live in.
    """
    world = World.blank(scenario.start, chance.runs, features=FEATURE_NAMES, actions=tuple(rates))
    structure = np.repeat(ANCHORS.values[0][:, None], chance.runs, axis=1)
    conduct = np.broadcast_to(usual, world.usual_conduct.shape).copy()
    world = world.replace(affinity=structure, anchor=structure.copy(), usual_conduct=conduct)
    arrays: dict[str, Array] = {}
    # a general path comes before a special one: `openness` before `openness.russia`
    for path, initial in sorted(scenario.initial.items(), key=lambda item: item[0].count(".")):
        variable, index = resolve(path)
        array = arrays.setdefault(variable.name, world[variable.name].copy())
        array[index] = _drawn(initial, variable, array[index].shape, chance.once(f"initial/{path}"))
    world = world.replace(**arrays)
    if "in_office" not in arrays:
        world = world.replace(in_office=world.administration.copy())
    nothing, dice = Moves.none(tuple(rates), chance.runs), chance.month(scenario.start)
    law = sanctions.step(world, nothing, params, dice)
    people = livelihood.step(world, nothing, params, dice)
    world = world.replace(
        severity_index=law.severity_index, enforcement=law.enforcement, hardship=people.hardship, shortage=people.shortage
    )
    world = world.replace(patron_trade=np.where(world.patron_trade > 0, world.patron_trade, alignment.flows(world)))
    world = world.replace(equidistance=alignment.equidistance(world, world.patron_trade))
    bargain = leverage.step(world, nothing, params, dice)
    world = bargain.replace(passage=council.passage(bargain, params), easing_passage=council.easing_passage(bargain, params))
    routine = np.repeat(np.array(list(rates.values()), dtype=FLOAT)[:, None], chance.runs, axis=1)
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
            world = _change(world, path, partial(np.full_like, fill_value=value), occurs)
        for path, value in event.add.items():
            world = _change(world, path, partial(np.add, value), occurs)
    return world


def _change(world: World, path: str, rule: Callable[[Array], Array], occurs: NDArray[np.bool_]) -> World:
    variable, index = resolve(path)
    array = world[variable.name].copy()
    array[index] = np.clip(np.where(occurs, rule(array[index]), array[index]), variable.low, variable.high)
    return world.replace(**{variable.name: array})
