"""What nations care about (features) and what their expectations depend on (situations).

Both are pure functions of the World. A feature is scaled to about [-1, 1] and has a persistence: the share
of a one-month impulse that is left a month later, as nations believe. A situation scales an expected effect:
a test is expected to earn attention in proportion to ``novelty``, for example.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from sim.parameters import Parameters
from sim.state import CHINA, EXPORTS, FLOAT, IMPORTS, OPEN, RUSSIA, Array, World, total

Formula = Callable[[World], Array]
Situation = Callable[[World, Parameters], Array]

TRADE_SCALE = 525.0  # m USD a month: exports and imports of 2016, KOTRA basis [V]
RESERVE_SCALE = 2.5  # bn USD: central estimate of the reserves of 2020 [C]
WORKER_SCALE = 35.0  # thousand: workers in Russia in 2017 [V]
HALF_YEAR = 6.0  # months: convention of the scales below [P]


@dataclass(frozen=True)
class Feature:
    """One thing that nations may care about."""

    name: str
    formula: Formula
    persistence: float  # 1/month, prior [P], theory of impulse responses
    meaning: str
    unit: str = "index"


def _currency(world: World) -> Array:
    return world.reserves / (world.reserves + RESERVE_SCALE)


def _trade(world: World) -> Array:
    return total(world.trade) / TRADE_SCALE


def _capability(world: World) -> Array:
    return total(world.capability) / len(world.capability)


def _autonomy(world: World) -> Array:
    china, russia = world.trade[CHINA].sum(axis=0), world.trade[RUSSIA].sum(axis=0)
    return np.sqrt(russia / np.maximum(china + russia, 1e-9))


def _epidemic(world: World) -> Array:
    return world.epidemic * world.openness[CHINA, IMPORTS]


def _far_east(world: World) -> Array:
    return world.workers[RUSSIA] / WORKER_SCALE


def _quiet(world: World) -> Array:
    return 1 - np.exp(-world.since_severe / HALF_YEAR)


def _pressure(world: World) -> Array:
    return world.severity_index * (world.enforcement[CHINA] + world.enforcement[RUSSIA]) / 2 * (1 - world.evasion)


def _rivalry(world: World) -> Array:
    return (world.rift[CHINA] + world.rift[RUSSIA]) / 2


def _reputation(world: World) -> Array:
    return -world.deadline / HALF_YEAR


FEATURES: tuple[Feature, ...] = (
    Feature("currency", _currency, 0.97, "hard-currency cover, which pays the elite"),
    Feature("trade", _trade, 0.99, "official trade against 2016"),
    Feature("capability", _capability, 1.0, "deterrent capability of North Korea"),
    Feature("autonomy", _autonomy, 0.98, "weight of Russia beside China in trade"),
    Feature("attention", lambda world: world.salience, 0.45, "American attention"),
    Feature("livelihood", lambda world: np.minimum(world.food / HALF_YEAR, 1), 0.85, "food cover"),
    Feature("epidemic", _epidemic, 0.90, "epidemic risk from an open border"),
    Feature("crisis", lambda world: world.crisis / 5, 0.60, "crisis and risk of war"),
    Feature("collapse", lambda world: world.hardship, 0.97, "distress that endangers the regime"),
    Feature("rivalry", _rivalry, 0.98, "rift of Beijing and Moscow with Washington"),
    Feature("far_east", _far_east, 0.97, "workers for the Russian far east"),
    Feature("quiet", _quiet, 0.90, "time without severe tests: the non-proliferation norm"),
    Feature("pressure", _pressure, 0.95, "sanctions in force, enforced and not evaded"),
    Feature("exposure_china", lambda world: world.secondary_risk[CHINA], 0.92, "secondary sanctions on China"),
    Feature("exposure_russia", lambda world: world.secondary_risk[RUSSIA], 0.92, "secondary sanctions on Russia"),
    Feature("alliance", lambda world: world.alliance, 0.85, "visible cohesion of the American-Korean alliance"),
    Feature("reputation", _reputation, 0.85, "keeping one's public word"),
)  # fmt: skip
FEATURE_NAMES = tuple(feature.name for feature in FEATURES)


def measure(world: World) -> Array:
    """All features of a world, ``(feature, R)``."""
    return np.stack([feature.formula(world) for feature in FEATURES]).astype(FLOAT, copy=False)


SITUATIONS: Mapping[str, Situation] = MappingProxyType(
    {
        "novelty": lambda world, params: np.exp(-params["salience.habituation"] * world.habituation),
        "readiness": lambda world, params: world.readiness,
        "covered": lambda world, params: total(world.coverage_exports) / len(world.coverage_exports),
        "scarcity": lambda world, params: np.exp(-world.reserves / RESERVE_SCALE),
        "hardship": lambda world, params: world.hardship,
        "closure": lambda world, params: 1 - world.openness[CHINA, IMPORTS],
        "epidemic": lambda world, params: world.epidemic,
        "openness": lambda world, params: world.openness[CHINA, EXPORTS],
        "openness_russia": lambda world, params: (world.openness[RUSSIA, EXPORTS] + world.openness[RUSSIA, IMPORTS]) / 2,
        "bound": lambda world, params: (world.deadline > 0).astype(FLOAT),
        "restraint": lambda world, params: world.restraint,
        "tension": lambda world, params: world.crisis / 5,
        "outrage": lambda world, params: world.severity / 5,
        "asked": lambda world, params: world.aid_request,
        "vacant": lambda world, params: np.maximum(1 - world.workers[RUSSIA] / params["labour.capacity_russia"], 0),
        "covert": lambda world, params: world.evasion,
        "spring": lambda world, params: _in_season(world, (3, 4)),
        "winter": lambda world, params: _in_season(world, (11, 12, 1)),
    }
)


def _in_season(world: World, months: tuple[int, ...]) -> Array:
    return np.full(world.runs, world.date.month in months, dtype=FLOAT)


GATES: Mapping[str, Callable[[World], Array]] = MappingProxyType(
    {
        "exercise_season": lambda world: _in_season(world, (3, 8)),
        "epidemic": lambda world: ((world.epidemic > 0) & (world.border > 0)).astype(FLOAT),
        "border_restricted": lambda world: (world.border < OPEN).astype(FLOAT),
        "tourists": lambda world: (world.openness[CHINA, EXPORTS] > 0.5).astype(FLOAT),
        "provoked": lambda world: world.provoked,
    }
)
