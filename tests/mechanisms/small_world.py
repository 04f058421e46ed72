"""What mechanism tests stand on: a small world, median parameters, chosen moves, still dice, months without decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from sim.actions import SLOTS, Moves
from sim.chance import Chance
from sim.features import FEATURE_NAMES
from sim.month import MONTH
from sim.nations import ACTIONS, CHARACTERS, reference_parameters
from sim.parameters import Parameters, draw
from sim.state import FLOAT, VARIABLES, Array, Month, World, resolve

# A border half open, sanctions in full, a pandemic, workers on both sides, contacts with Washington, Beijing's pressure on
# Seoul, works across the border under study: nothing stands at an end of its range.
LIVELY: Mapping[str, float] = {
    "tier": 6, "coverage_exports": 0.8, "coverage_exports.unlisted": 0.0, "coverage_imports": 0.5, "severity_index": 0.7,
    "designations": 0.4, "secondary_risk": 0.4, "enforcement": 0.9, "evasion": 0.2, "adaptation": 0.2,
    "epidemic": 0.5, "pandemic_age": 6, "border": 1, "openness": 0.6, "trade": 20.0, "past_trade": 120.0,
    "wanted_imports": 8.0, "exports": 3.0, "workers": 12.0, "tolerance": 0.3, "reserves": 2.0, "tourism": 0.4, "food": 4.0,
    "hardship": 0.3, "capability": 0.4, "tests_total": 5, "habituation": 0.5, "salience": 0.3, "readiness": 0.4,
    "restraint": 0.2, "crisis": 1, "since_severe": 6, "rift": 0.3, "oil_price": 60, "harvest": -3,
    "phase": 1, "summits": 1, "since_failure": 12, "since_meeting": 6, "contact": 2, "visit_glow": 0.2, "status": 0.3,
    "grievance": 0.3, "coercion": 0.5, "hedge": 0.1, "counter": 0.1, "affinity": 0.1, "anchor": 0.2, "willingness": 0.4,
    "patron_trade": 30.0, "stage": 1, "consent": 0.3, "programme": 0.3, "elite": 0.5, "approval": 45, "promise": 0.4,
    "trace": 0.3, "resolve": 2.0, "trust": 3.0, "confidence": 0.4, "zone": 0.3, "relief_value": 1.0, "dependence": 0.01,
}  # fmt: skip
MEDIANS: Mapping[str, float] = {name: float(value[0]) for name, value in reference_parameters().items()}


class Still:
    """Dice that always fall the same way; ``at`` gives single streams another value."""

    def __init__(
        self, runs: int = 1, *, uniform: float = 0.5, normal: float = 0.0, at: Mapping[str, float] | None = None
    ) -> None:
        self.runs = runs
        self.usual = {"uniform": uniform, "normal": normal}
        self.at = dict(at or {})

    def _drawn(self, kind: str, stream: str) -> Array:
        return np.full(self.runs, self.at.get(stream, self.usual[kind]), FLOAT)

    def uniform(self, stream: str) -> Array:
        return self._drawn("uniform", stream)

    def normal(self, stream: str) -> Array:
        return self._drawn("normal", stream)

    def happens(self, probability: Array | float, stream: str) -> Array:
        return (self.uniform(stream) < probability).astype(FLOAT)


def world(values: Mapping[str, object] | None = None, *, date: str = "2016-06", runs: int = 1, **more: object) -> World:
    """A blank world with some arrays or parts of arrays changed; paths as in a scenario, dots or keywords."""
    return changed(World.blank(Month.parse(date), runs, features=FEATURE_NAMES, actions=ACTIONS), {**(values or {}), **more})


def lively(values: Mapping[str, object] | None = None, *, date: str = "2016-06", runs: int = 1) -> World:
    """The lively world, with some arrays or parts of arrays changed."""
    return world({**LIVELY, **(values or {})}, date=date, runs=runs)


def changed(old: World, values: Mapping[str, object]) -> World:
    """The same world with some arrays or parts of arrays changed."""
    arrays: dict[str, Array] = {}
    for path, value in values.items():
        variable, index = resolve(path)
        array = arrays.setdefault(variable.name, old[variable.name].copy())
        array[index] = value
    return old.replace(**arrays)


def at(state: World, path: str) -> Array:
    """The array, or part of one, that a path names."""
    variable, index = resolve(path)
    return state[variable.name][index]


def median(values: Mapping[str, float] | None = None, runs: int = 1) -> Parameters:
    """Every parameter at the median of its prior, some changed, ``(R,)``."""
    numbers = MEDIANS
    unknown = set(values or {}) - set(numbers)
    assert not unknown, f"no such parameters: {unknown}"
    return {name: np.full(runs, value, FLOAT) for name, value in {**numbers, **(values or {})}.items()}


def drawn(runs: int, seed: int = 7) -> Parameters:
    """Parameters drawn from their priors."""
    return draw(Chance(seed, 0, runs))


def doing(*names: str, runs: int = 1) -> Moves:
    """The moves of a month in which only these actions were chosen, without conduct."""
    moves = Moves.none(ACTIONS, runs)
    for name in names:
        moves.chosen[ACTIONS.index(name)] = 1
    return moves


def one_each(runs: int, seed: int = 1) -> Moves:
    """Moves of a month in which every nation does one thing at random in each slot of its menu, gates aside."""
    moves, luck = Moves.none(ACTIONS, runs), np.random.default_rng(seed)
    for nation, character in CHARACTERS.items():
        for slot in SLOTS:
            rows = [moves.names[f"{nation}.{line.name}"] for line in character.menu if line.slot == slot]
            if rows:
                moves.chosen[luck.choice(rows, runs), np.arange(runs)] = 1
    return moves


def check_legal(before: World, after: World, stage: str) -> None:
    """A stage writes its own arrays only, each finite and within its legal range."""
    for name in after.changed(before):
        variable, array = VARIABLES[name], after[name]
        assert variable.owner == stage, name
        assert np.isfinite(array).all(), name
        assert array.min() >= variable.low, name
        assert array.max() <= variable.high, name


def live(start: World, plan: Iterable[Moves], params: Parameters, chance: Chance) -> list[World]:
    """Months in which moves are given and nobody decides: every stage of the month but ``decide``."""
    worlds, state, date = [], start, start.date
    for moves in plan:
        state, dice = state.at(date), chance.month(date)
        for stage in MONTH:
            if stage.step is not None:
                state = stage.step(state, moves, params, dice)
        worlds.append(state)
        date += 1
    return worlds
