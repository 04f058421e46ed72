"""The five nations: menus, weights, horizons; and the neutral situation in which base rates hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np

from sim.actions import Action
from sim.calendar import months_to_election
from sim.chance import Chance
from sim.features import FEATURE_NAMES, measure
from sim.nations import china, north_korea, russia, south_korea, united_states
from sim.parameters import PARAMETERS
from sim.parameters.political_tables import ANCHORS
from sim.state import FLOAT, NATIONS, Array, Month, World

__all__ = [
    "ACTIONS",
    "CHARACTERS",
    "NEUTRAL",
    "WEIGHT_SETS",
    "Character",
    "draw_weights",
    "horizon",
    "neutral_world",
    "usual_conduct",
]


@dataclass(frozen=True)
class Character:
    """What a nation is before any scenario speaks: its menu (sorted by slot), rival weight sets, look-ahead.

    administrations: the weight set of each type of government, by its number in the array ``administration``
    """

    nation: str
    menu: tuple[Action, ...]
    weight_sets: Mapping[str, Mapping[str, float]]
    horizon: int
    administrations: tuple[str, ...]
    after_election: int


_MODULES = (north_korea, russia, china, united_states, south_korea)
CHARACTERS: Mapping[str, Character] = MappingProxyType(
    {
        module.NATION: Character(
            nation=module.NATION,
            menu=module.MENU,
            weight_sets=MappingProxyType(module.WEIGHTS),
            horizon=module.HORIZON,
            administrations=module.ADMINISTRATIONS,
            after_election=getattr(module, "AFTER_ELECTION", 0),
        )
        for module in _MODULES
    }
)
if tuple(CHARACTERS) != NATIONS:
    raise ValueError("the nations must stand in the order of the axis nation")

WEIGHT_SETS = MappingProxyType({nation: character.weight_sets for nation, character in CHARACTERS.items()})
ACTIONS: tuple[str, ...] = tuple(
    f"{nation}.{action.name}" for nation, character in CHARACTERS.items() for action in character.menu
)

# The neutral situation, in which base rates hold: about the means of January 2012 to April 2020 [C where a figure is
# known, P otherwise]. Appeals count departures from it.
NEUTRAL: Mapping[str, float | tuple[float, ...] | tuple[tuple[float, ...], ...]] = MappingProxyType(
    {
        "tier": 3, "coverage_exports": 0.3, "coverage_imports": 0.1, "severity_index": 0.3, "designations": 0.4,
        "secondary_risk": 0.3, "enforcement": 0.97, "evasion": 0.08, "rift": 0.25, "reserves": 4.0, "food": 5.5,
        "hardship": 0.15, "trade": ((165.0, 260.0), (0.4, 5.5), (7.0, 17.0)), "workers": (45.0, 25.0), "habituation": 0.9,
        "salience": 0.25, "readiness": 0.35, "since_severe": 6, "crisis": 1, "capability": 0.4,
        "exercise": 0.1, "alliance": 0.25, "shortage": 0.1,
        "phase": 0.9, "zone": 0.35, "passage": (0.3, 0.7), "easing_passage": 0.02, "promise": 0.27, "courtship": (0.4, 0.6),
        "willingness": 0.5, "grievance": 0.08, "coercion": 0.07, "equidistance": (0.03, 0.8, 0.95, 0.63), "status": 0.2,
        "programme": (0.08, 0.12, 0.05, 0.05, 0.07), "approval": (44.0, 45.0), "consent": (0.2, 0.15, 0.2),
        "contact": (2.2, 1.9, 0.85),
        "affinity": tuple(ANCHORS.values[0]), "anchor": tuple(ANCHORS.values[0]),
    }
)  # fmt: skip


def neutral_world(runs: int) -> World:
    """The neutral situation for R runs, in which every feature stands at the level that nations expect."""
    world = World.blank(Month(2016, 6), runs, features=FEATURE_NAMES, actions=ACTIONS)
    arrays = {}
    for name, value in NEUTRAL.items():
        arrays[name] = np.broadcast_to(np.asarray(value, dtype=FLOAT)[..., None], world[name].shape).copy()
    world = world.replace(**arrays)
    return world.replace(reference=measure(world))


def horizon(character: Character, date: Month) -> int:
    """Months a nation looks ahead; an election cuts it short, never below one month."""
    left = months_to_election(character.nation, date) + character.after_election
    return min(max(left, 1), character.horizon)


def usual_conduct(characters: Mapping[str, Character]) -> Array:
    """Conduct of each nation toward each other one at base rates, ``(nation, target, 1)``; gates closed."""
    conduct = np.zeros((len(NATIONS), len(NATIONS), 1), dtype=FLOAT)
    for own, name in enumerate(NATIONS):
        for line in characters[name].menu:
            for target, tone in line.tone.items():
                conduct[own, NATIONS.index(target)] += 0 if line.gate else line.rate * tone
    return conduct


def draw_weights(chance: Chance, nation: str, weights: Mapping[str, float], concentration: Array) -> dict[str, Array]:
    """Weights of one nation for every run, ``(R,)`` each: Dirichlet about the given ones, signs kept.

    Absolute weights add to one. The luck belongs to (nation, feature), so that a changed set keeps the pairing.
    """
    from scipy import special

    scale = sum(abs(weight) for weight in weights.values())
    drawn = {}
    for feature in FEATURE_NAMES:
        weight = weights.get(feature, 0.0)
        if weight:
            luck = np.maximum(chance.once(f"weights/{nation}/{feature}"), 1e-12)
            # the floor keeps the sign of a weight where the draw underflows
            size = np.maximum(special.gammaincinv(concentration * abs(weight) / scale, luck), 1e-9)
            drawn[feature] = np.sign(weight) * np.asarray(size, dtype=FLOAT)
    whole = np.zeros(chance.runs, dtype=FLOAT)
    for value in drawn.values():
        whole += np.abs(value)
    return {feature: value / whole for feature, value in drawn.items()}


def reference_parameters() -> dict[str, Array]:
    """Every parameter at the median of its prior, ``(1,)``, for the one reference situation."""
    return {name: np.array([value], dtype=FLOAT) for name, value in _medians().items()}


@cache
def _medians() -> Mapping[str, float]:
    return {name: min(max(row.prior.centre, row.low), row.high) for name, row in PARAMETERS.items()}
