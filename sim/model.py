"""The Mesa shell: a model of many runs at once, and the five nations as its agents.

    model = Peninsula(load_scenario("baseline-2020"), runs=100, seed=1)
    model.step()                      # one month
    model.world.reserves              # (100,)

This is the only module that imports mesa. Run k is run k: its numbers depend on scenario values, seed and k alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.actions import Action, Moves
from sim.base_rates import log_priors
from sim.chance import Chance, Dice
from sim.decision import (
    Desk,
    Mood,
    Term,
    ahead,
    appeals,
    observe,
    on_offer,
    pick,
    situations_of,
    stakes,
    standardised,
    thinking_level,
)
from sim.features import Observer
from sim.month import MONTH, Stage
from sim.nations import (
    ACTIONS,
    CHARACTERS,
    Character,
    draw_weights,
    horizon,
    neutral_world,
    reference_parameters,
    usual_conduct,
)
from sim.outcomes import OUTCOMES, Course
from sim.parameters import Parameters, draw
from sim.plugins import PluginError, character_of, rule_of
from sim.recording import RECORDED, Block, columns, measured, units
from sim.rules import Weighed, Weighing
from sim.scenario import Scenario, ScenarioError, load_scenario
from sim.schedule import Schedule, first_world, urged
from sim.state import FLOAT, NATIONS, Array, World

if TYPE_CHECKING:
    import pandas as pd


class Nation(mesa.Agent):
    """One state: it sees the world and chooses two actions a month, from different slots."""

    def __init__(self, model: Peninsula, character: Character) -> None:
        super().__init__(model)
        self.character = character
        self.name = character.nation
        self.menu = character.menu
        self.refers_to = situations_of(self.menu)
        said = model.spec.nations.get(self.name)
        self.rule = rule_of(said.rule if said else None)
        self._known: dict[tuple[tuple[str, float], ...], dict[str, Array]] = {}  # drawn weights by weight set
        self.weights = self._weights(model)
        self.sharpness = model.params[f"decision.sharpness.{self.name}"]
        self.priors = log_priors(self.menu)
        usual = self._drawn(model, character.weight_sets["standard"])
        self.spread = self._spread()
        self.neutral = self._neutral(usual, model.params, model.runs)
        self._usual = usual
        self._ahead: dict[int, list[dict[str, Array]]] = {}  # w_k D_k by horizon and type of administration
        start = model.actions.index(f"{self.name}.{self.menu[0].name}")
        self.rows = slice(start, start + len(self.menu))
        self.offered = on_offer(self.menu, model.world)
        self.weighing: Weighing | None = None

    def _weights(self, model: Peninsula) -> list[dict[str, Array]]:
        """Weights for each type of administration; a weight set that the scenario names holds whoever governs."""
        said = model.spec.nations.get(self.name)
        names = (said.weight_set,) if said and said.weight_set else self.character.administrations
        self.weight_names = [f"weights.{self.name}", *(f"weights.{self.name}.{name}" for name in names[1:])]
        changed = said.weights if said else {}
        return [self._drawn(model, {**self.character.weight_sets[name], **changed}) for name in names]

    def _drawn(self, model: Peninsula, weights: Mapping[str, float]) -> dict[str, Array]:
        known = tuple(sorted(weights.items()))
        if known not in self._known:
            concentration = model.params["decision.concentration"]
            self._known[known] = draw_weights(model.chance, self.name, weights, concentration)
        return self._known[known]

    def choose(self, world: World, mood: Mood, dice: Dice) -> Array:
        """Weigh the menu and choose; returns 0/1 in ``(action, R)``."""
        params = self.model.params
        situations = self.model.observer.situations(self.refers_to, world)
        raw = appeals(self.menu, self.desk(world, mood), situations, world.runs)
        first, second = (standardised(appeal, usual, self.spread) for appeal, usual in zip(raw, self.neutral, strict=True))
        level = thinking_level(dice.uniform(f"level/{self.name}"), params["decision.depth"])
        self.offered, forced = self.model.schedule.offer(self.name, self.menu, world)
        own = NATIONS.index(self.name)
        weighed = Weighed(
            nation=self.name, menu=self.menu, first=first, second=second, level=level, sharpness=self.sharpness,
            priors=self.priors, offered=self.offered, routine=world.routine[self.rows], situations=situations, params=params,
            received={name: world.conduct[place, own] for place, name in enumerate(NATIONS) if place != own},
            last=self.model.moves.chosen[self.rows],
        )  # fmt: skip
        score = self._scores(weighed)
        chosen = pick(self.menu, urged(score, forced), self.offered, dice, self.name)
        self.weighing = Weighing(first, second, level, score, chosen)
        return chosen

    def _scores(self, weighed: Weighed) -> Array:
        """Scores by the nation's rule; ScenarioError in one line when a rule from elsewhere fails."""
        try:
            return self.rule.score(weighed)
        except PluginError as error:
            raise ScenarioError((str(error),)) from error

    def desk(self, world: World, mood: Mood) -> Desk:
        """What the nation brings to its choice this month."""
        months = horizon(self.character, world.date)
        if months not in self._ahead:
            self._ahead = {months: [ahead(self.name, weights, months, self.model.params) for weights in self.weights]}
        return Desk.of(self.name, world, mood, self._ahead[months], self.model.params, self.spread)

    def reasons(self, action: str, world: World, level: int = 2) -> list[Term]:
        """The terms behind the standardised appeal of an action in a world, each against its value in the neutral
        situation; they add up to the appeal that was weighed. At level 0 routine decides and there are none; level 1
        leaves replies out."""
        if level == 0:
            return []
        line = next(line for line in self.menu if line.name == action)
        now = self._terms(line, world, self.desk(world, Mood.of(world, self.model.params)), level)
        neutral = neutral_world(self.model.runs)
        usual = self._terms(line, neutral, self._neutral_desk(neutral, self._usual, self.model.params), level)
        return [
            Term(term.kind, term.about, (term.value - before.value) / self.spread)
            for term, before in zip(now, usual, strict=True)
        ]

    def _terms(self, line: Action, world: World, desk: Desk, level: int) -> list[Term]:
        terms = list(desk.terms(line, observe(self.menu, world, self.model.params)))
        return terms + list(desk.replies(line)) if level > 1 else terms

    def _neutral(self, weights: dict[str, Array], params: Parameters, runs: int) -> tuple[Array, Array]:
        """Appeals in the neutral situation, in which nobody has done anything yet."""
        world = neutral_world(runs)
        return appeals(self.menu, self._neutral_desk(world, weights, params), observe(self.menu, world, params), runs)

    def _neutral_desk(self, world: World, weights: Mapping[str, Array], params: Parameters) -> Desk:
        usual = ahead(self.name, weights, self.character.horizon, params)
        return Desk.of(self.name, world, Mood.of(world, params), [usual], params, spread=0.0)

    def _spread(self) -> float:
        """What is at stake in the neutral situation, at the median of every prior and weight."""
        standard = self.character.weight_sets["standard"]
        scale = sum(abs(weight) for weight in standard.values())
        weights = {name: np.array([weight / scale], dtype=FLOAT) for name, weight in standard.items()}
        desk = self._neutral_desk(neutral_world(1), weights, reference_parameters())
        return float(stakes(self.menu, desk.values)[0])


class Peninsula(mesa.Model):
    """R runs of a scenario, stepped together month by month.

    spec: a Scenario, or the name or path of one; runs: R; first_run: number of the first of these runs; characters:
    the nations, for experiments with other rates, tones or weights; mechanisms know actions by their names; chance: luck
    that a design has set, in place of that of the seed.
    """

    def __init__(self, spec: Scenario | str | Path, *, runs: int = 1, seed: int = 0, first_run: int = 0,
                 characters: Mapping[str, Character] = CHARACTERS, chance: Chance | None = None) -> None:  # fmt: skip
        if runs < 1 or first_run < 0 or seed < 0:
            raise ValueError(f"runs must be at least 1, first_run and seed at least 0; got {runs}, {first_run}, {seed}")
        super().__init__(rng=seed)
        self.spec = spec if isinstance(spec, Scenario) else load_scenario(spec)
        self.runs = runs
        self.chance = chance or Chance(seed, first_run, runs)
        told = self.spec.nations.items()
        sharpness = {f"decision.sharpness.{name}": said.sharpness for name, said in told if said.sharpness}
        self.params = draw(self.chance, {**self.spec.parameters, **sharpness})
        named = {name: said.character for name, said in told if said.character}
        self.characters = {**characters, **{nation: character_of(nation, name) for nation, name in named.items()}}
        rates = {f"{name}.{line.name}": line.rate for name, each in self.characters.items() for line in each.menu}
        self.actions = tuple(rates)
        absent = frozenset(ACTIONS) - rates.keys()
        self.world = first_world(self.spec, self.chance, self.params, rates, usual_conduct(self.characters), absent)
        self.seen = self.world  # what the nations saw when they last chose
        self.observer = Observer(self.params)
        self.month_number = 0
        self.schedule = Schedule(self.spec, runs)
        self.moves = Moves.none(self.actions, runs, absent)
        self.nations = {name: Nation(self, character) for name, character in self.characters.items()}
        self.course = Course.empty(self.spec.start, tuple(variable.name for variable in RECORDED))

    def step(self) -> None:
        """One month: scheduled events, the stages of ``sim.month.MONTH``, the record."""
        date = self.spec.start + self.month_number
        dice = self.chance.month(date)
        world = self.schedule.begin(self.world.at(date), dice)
        for stage in MONTH:
            world = self._run_stage(stage, world, dice)
        self.world = world
        self.schedule.end(world)
        self.course.record(world, self.moves)
        self.month_number += 1

    def _run_stage(self, stage: Stage, world: World, dice: Dice) -> World:
        if stage.step is not None:
            return stage.step(world, self.moves, self.params, dice)
        self.seen = world
        mood = Mood.of(world, self.params)
        self.moves = self._gather({nation.name: nation.choose(world, mood, dice) for nation in self.agents})
        return world

    def _gather(self, chosen: Mapping[str, Array]) -> Moves:
        """The moves of all nations in the order of the menus, and the conduct they amount to."""
        moves = Moves.none(self.actions, self.runs, self.moves.absent)
        for own, name in enumerate(NATIONS):
            nation = self.nations[name]
            moves.chosen[nation.rows] = chosen[name]
            moves.offered[nation.rows] = nation.offered
            for line, picked in zip(nation.menu, chosen[name], strict=True):
                for target, tone in line.tone.items():
                    moves.conduct[own, NATIONS.index(target)] += tone * picked
        for array in (moves.chosen, moves.offered, moves.conduct):
            array.flags.writeable = False
        return moves

    def drawn(self) -> dict[str, Array]:
        """Parameters and weights as drawn, by name, ``(R,)`` each."""
        weights = {
            f"{stem}.{feature}": weight
            for nation in self.nations.values()
            for stem, drawn in zip(nation.weight_names, nation.weights, strict=True)
            for feature, weight in drawn.items()
        }
        return {**{f"parameters.{name}": value for name, value in self.params.items()}, **weights}

    def release(self) -> None:
        """Let go of the agents: mesa 3.3 keeps every model alive through a class-level register.

        Circles are cut as well, so that a model of many megabytes goes with its last use: nations know it, and so does the
        method that mesa wraps.
        """
        self.remove_all_agents()
        self.nations.clear()
        own: dict[str, object] = self.__dict__
        for name in ("step", "_user_step"):
            own.pop(name, None)
        getattr(mesa.Agent, "_ids", {}).pop(self, None)


def simulate_block(scenario: Scenario, *, seed: int, first_run: int, runs: int, trajectories: bool) -> Block:
    """Run a block of runs to the end of the scenario."""
    model = Peninsula(scenario, runs=runs, seed=seed, first_run=first_run)
    if not trajectories:
        model.course = Course.empty(scenario.start, measured())
    try:
        for _ in range(scenario.months):
            model.step()
        return Block(
            first_run=first_run,
            runs=runs,
            outcomes={name: outcome.measure(model.course) for name, outcome in OUTCOMES.items()},
            parameters=model.drawn(),
            moves={f"moves.{name}": count for name, count in zip(model.actions, model.course.move_counts(), strict=True)},
            trajectories=columns(model.course) if trajectories else {},
            months=tuple(str(scenario.start + month) for month in range(scenario.months)),
        )
    finally:
        model.release()


def simulate(scenario: Scenario | str | Path, *, runs: int = 100, seed: int = 0, first_run: int = 0) -> pd.DataFrame:
    """Trajectories of a scenario: one row per run and month, indexed by (run, month), units in ``frame.attrs["units"]``."""
    import pandas as pd

    spec = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    block = simulate_block(spec, seed=seed, first_run=first_run, runs=runs, trajectories=True)
    index = pd.MultiIndex.from_product([range(first_run, first_run + runs), block.months], names=["run", "month"])
    frame = pd.DataFrame({name: series.T.ravel() for name, series in block.trajectories.items()}, index=index)
    frame.attrs = {"units": units(), "scenario": spec.name, "seed": seed}
    return frame


__all__ = ["Block", "Nation", "Peninsula", "Weighing", "simulate", "simulate_block"]
