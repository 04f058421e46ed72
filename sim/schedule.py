"""What a scenario does to a world: the starting values of month one, events in later months, and what it tells nations."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count

import numpy as np

from sim.actions import Action, Moves
from sim.chance import Chance, Dice
from sim.decision import on_offer
from sim.features import FEATURE_NAMES, measure
from sim.mechanisms import alignment, council, leverage, livelihood, sanctions
from sim.parameters import Parameters
from sim.parameters.political_tables import ANCHORS
from sim.scenario import Event, Initial, Instruction, Scenario
from sim.scenario.conditions import Condition
from sim.scenario.schema import within
from sim.state import FLOAT, Array, Flags, Month, Variable, World, resolve

EPOCH = Month(2000, 1)
COMPARED: Mapping[str, Callable[[Array, float], Flags]] = {
    ">=": np.greater_equal, ">": np.greater, "<=": np.less_equal, "<": np.less, "==": np.equal,
}  # fmt: skip


def first_world(scenario: Scenario, chance: Chance, params: Parameters, rates: Mapping[str, float], usual: Array,
                absent: frozenset[str] = frozenset()) -> World:  # fmt: skip
    """The world before the first month, with initial values drawn about those of the scenario.

    rates: base rate by action, from which routine starts; usual: conduct between nations at base rates; absent: actions
    that mechanisms know and no menu has. What follows from the rest (severity of the law, enforcement, hardship, leverage,
    balance) is computed, so that the nations meet the world they live in.
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
    nothing, dice = Moves.none(tuple(rates), chance.runs, absent), chance.month(scenario.start)
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


class Schedule:
    """What a scenario does to R runs month by month. It remembers in which runs a condition has been met."""

    def __init__(self, scenario: Scenario, runs: int) -> None:
        self._events = tuple(zip(scenario.events, streams(scenario.events), strict=True))
        self._moves = scenario.moves
        self._runs = runs
        self._met = [np.zeros(runs, dtype=bool) for _ in scenario.events]
        self._due: dict[tuple[int, Month], Flags] = {}  # runs in which an event comes, by its number and month

    def begin(self, world: World, dice: Dice) -> World:
        """The world after the events of its month; what is remembered stays as it is."""
        for _, after in self.changes(world, dice):
            world = after
        return world

    def changes(self, world: World, dice: Dice) -> Iterator[tuple[Event, World]]:
        """The events of a month in the order of the scenario, each with the world after it."""
        everywhere = np.ones(self._runs, dtype=bool)
        for number, (event, stream) in enumerate(self._events):
            due = everywhere if event.month == world.date else self._due.get((number, world.date))
            if due is not None:
                world = apply_event(world, event, due, dice, stream)
                yield event, world

    def end(self, world: World) -> None:
        """Note at the end of a month where conditions are met. In each run an event comes after the first such month
        alone, or after every one; a probability decides when it comes, and an event that then fails is over."""
        for number, (event, _) in enumerate(self._events):
            if event.when is None or not within(world.date, event.first, event.last):
                continue
            met = holds(event.when, world)
            if not event.every:
                met &= ~self._met[number]
                self._met[number] |= met
            if met.any():
                self._due[number, world.date + event.delay] = met
        self._due = {(number, month): due for (number, month), due in self._due.items() if month > world.date}

    def instructions(self, nation: str, date: Month) -> list[Instruction]:
        """What a nation is told for a month."""
        return [each for each in self._moves if each.nation == nation and each.holds_in(date)]

    def offer(self, nation: str, menu: Sequence[Action], world: World) -> tuple[Flags, Flags | None]:
        """Where each action is on offer, and where it is forced, ``(action, R)`` each; None where nothing is forced.

        An action is on offer where its gate is open and it is not banned, and it is forced only where it is on offer.
        """
        offered, forced = on_offer(menu, world), None
        for each in self.instructions(nation, world.date):
            for place, action in enumerate(menu):
                if action.name in each.ban:
                    offered[place] = False
                if action.name == each.force:
                    forced = np.zeros_like(offered) if forced is None else forced
                    forced[place] = offered[place]
        return offered, forced


def urged(score: Array, forced: Flags | None) -> Array:
    """Scores in which what is forced beats everything, so that it wins its slot and its slot is not left out."""
    return score if forced is None else np.where(forced, np.inf, score)


def holds(condition: Condition, world: World) -> Flags:
    """Where a condition is met, ``(R,)``."""
    found = []
    for path, sign, number in ((each.path, each.sign, each.number) for each in condition.comparisons):
        variable, index = resolve(path)
        found.append(COMPARED[sign](world[variable.name][index], number))
    return np.logical_or.reduce(found) if condition.joint == "or" else np.logical_and.reduce(found)


def streams(events: Sequence[Event]) -> list[str]:
    """The stream of luck of each event: named after what it changes, so that other events may come and go; with a number
    where an earlier random event changes the same and may come in the same month, so that each has luck of its own."""
    found: list[str] = []
    for event in events:
        name = "event/" + "+".join(sorted({**event.set, **event.add}))
        before = zip(events, found, strict=False)
        taken = {stream for other, stream in before if other.probability < 1 and _may_meet(event, other)}
        found.append(next(stream for stream in _numbered(name) if stream not in taken))
    return found


def _may_meet(event: Event, other: Event) -> bool:
    """Whether there is a month in which both may come."""
    (first, last), (other_first, other_last) = _span(event), _span(other)
    return first <= other_last and other_first <= last


def _span(event: Event) -> tuple[float, float]:
    """The first and the last month in which an event may come, as numbers."""
    if event.month is not None:
        return event.month - EPOCH, event.month - EPOCH
    begin = -math.inf if event.first is None else event.first + event.delay - EPOCH
    return begin, math.inf if event.last is None else event.last + event.delay - EPOCH


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}/{number}" for number in count(2))


def apply_event(world: World, event: Event, due: Flags, dice: Dice, stream: str) -> World:
    """The world after an event in the runs in which it is due. An event with a probability happens in that share of them,
    by the luck of a stream."""
    occurs = due
    if event.probability < 1:
        occurs = due & (dice.uniform(stream) < event.probability)
    for path, value in event.set.items():
        world = _change(world, path, partial(np.full_like, fill_value=value), occurs)
    for path, value in event.add.items():
        world = _change(world, path, partial(np.add, value), occurs)
    return world


def _change(world: World, path: str, rule: Callable[[Array], Array], occurs: Flags) -> World:
    variable, index = resolve(path)
    array = world[variable.name].copy()
    array[index] = np.where(occurs, np.clip(rule(array[index]), variable.low, variable.high), array[index])
    return world.replace(**{variable.name: array})
