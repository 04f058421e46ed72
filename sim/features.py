"""What nations care about (features) and what their expectations depend on (situations).

Both are pure functions of the World. A feature is scaled to about [-1, 1] and has a persistence: the share
of a one-month impulse that is left a month later, as nations believe. A situation scales an expected effect:
a test is expected to earn attention in proportion to ``promise``, for example.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from sim.parameters import Parameters
from sim.state import (
    AXES,
    CHINA,
    CHN,
    DYAD,
    EXPORTS,
    FLOAT,
    IMPORTS,
    KOR,
    OPEN,
    PRK,
    RUS,
    RUSSIA,
    Array,
    World,
    total,
)  # fmt: skip

Formula = Callable[[World], Array]
Situation = Callable[[World, Parameters], Array]

TRADE_SCALE = 525.0  # m USD a month: exports and imports of 2016, KOTRA basis [V]
RESERVE_SCALE = 2.5  # bn USD: central estimate of the reserves of 2020 [C]
WORKER_SCALE = 35.0  # thousand: workers in Russia in 2017 [V]
APPROVAL_SCALE = 20.0  # points: about the range of a presidency [P]
COMPOSITE = AXES["balance"].index("composite")
SEOUL_TIES = (DYAD[RUS, KOR], DYAD[CHN, KOR])
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
    return world.equidistance[COMPOSITE]


def _epidemic(world: World) -> Array:
    return world.epidemic * world.openness[CHINA, IMPORTS]


def _far_east(world: World) -> Array:
    return world.workers[RUSSIA] / WORKER_SCALE + total(world.stage) / (5 * len(world.stage))


def _seoul_ties(world: World) -> Array:
    return (world.affinity[SEOUL_TIES[0]] + world.affinity[SEOUL_TIES[1]]) / 2 - total(world.sector_loss)


def _programmes(world: World) -> Array:
    return total(world.programme) / len(world.programme)


def _approval(place: int) -> Formula:
    return lambda world: (world.approval[place] - 50) / APPROVAL_SCALE


def _friend(nation: int) -> Formula:
    return lambda world: world.affinity[DYAD[PRK, nation]]


def _quiet(world: World) -> Array:
    return 1 - np.exp(-world.since_severe / HALF_YEAR)


def _pressure(world: World) -> Array:
    return world.severity_index * (world.enforcement[CHINA] + world.enforcement[RUSSIA]) / 2 * (1 - world.evasion)


def _rivalry(world: World) -> Array:
    return (world.rift[CHINA] + world.rift[RUSSIA]) / 2


def _reputation(world: World) -> Array:
    return -world.deadline / HALF_YEAR - world.broken_word / 2


FEATURES: tuple[Feature, ...] = (
    Feature("currency", _currency, 0.97, "hard-currency cover, which pays the elite"),
    Feature("trade", _trade, 0.99, "official trade against 2016"),
    Feature("capability", _capability, 1.0, "deterrent capability of North Korea"),
    Feature("autonomy", _autonomy, 0.98, "balance between Beijing and Moscow"),
    Feature("attention", lambda world: world.salience, 0.45, "American attention"),
    Feature("livelihood", lambda world: np.minimum(world.food / HALF_YEAR, 1), 0.85, "food cover"),
    Feature("epidemic", _epidemic, 0.90, "epidemic risk from an open border"),
    Feature("crisis", lambda world: world.crisis / 5, 0.60, "crisis and risk of war"),
    Feature("collapse", lambda world: world.hardship, 0.97, "distress that endangers the regime"),
    Feature("rivalry", _rivalry, 0.98, "rift of Beijing and Moscow with Washington"),
    Feature("far_east", _far_east, 0.97, "workers for the Russian far east, and transit through the North"),
    Feature("quiet", _quiet, 0.90, "time without severe tests: the non-proliferation norm"),
    Feature("pressure", _pressure, 0.95, "sanctions in force, enforced and not evaded"),
    Feature("exposure_china", lambda world: world.secondary_risk[CHINA], 0.92, "secondary sanctions on China"),
    Feature("exposure_russia", lambda world: world.secondary_risk[RUSSIA], 0.92, "secondary sanctions on Russia"),
    Feature("alliance", lambda world: world.alliance, 0.85, "visible cohesion of the American-Korean alliance"),
    Feature("status", lambda world: world.status, 0.80, "recognition of Pyongyang's leader"),
    Feature("talks", lambda world: world.phase / 4, 0.90, "talks between Pyongyang and Washington"),
    Feature("friend_china", _friend(CHN), 0.97, "friendship of Pyongyang and Beijing"),
    Feature("friend_russia", _friend(RUS), 0.97, "friendship of Pyongyang and Moscow"),
    Feature("seoul_ties", _seoul_ties, 0.97, "ties of Seoul with Beijing and Moscow"),
    Feature("programmes", _programmes, 0.97, "programmes between the Koreas"),
    Feature("approval_washington", _approval(0), 0.90, "approval of the American president"),
    Feature("approval_seoul", _approval(1), 0.90, "approval of the South Korean president"),
    Feature("reputation", _reputation, 0.85, "keeping one's public word"),
)  # fmt: skip
FEATURE_NAMES = tuple(feature.name for feature in FEATURES)
FEATURE_PLACES = MappingProxyType({name: place for place, name in enumerate(FEATURE_NAMES)})


def measure(world: World) -> Array:
    """All features of a world, ``(feature, R)``."""
    return np.array([feature.formula(world) for feature in FEATURES], dtype=FLOAT)


def _passage(world: World, params: Parameters) -> Array:  # noqa: ARG001 - situations share one signature
    """Chance that a tightening draft over what waits for an answer meets no veto."""
    waiting = np.maximum(world.trigger, world.severity)
    return np.where(waiting >= 5, world.passage[1], world.passage[0])


def _lever_on_russia(world: World, params: Parameters) -> Array:
    """How credible a lever on Moscow is that rests on its trade with Seoul."""
    dependence = world.dependence[RUS, KOR]
    return dependence / (dependence + params["coercion.half"])


def _promise(world: World, params: Parameters) -> Array:
    """What a test promises to earn: it is new, and tests have paid of late."""
    fresh = np.exp(-params["salience.habituation"] * world.habituation)
    return fresh * np.minimum(world.promise / params["memory.promise_usual"], 2)


SITUATIONS: Mapping[str, Situation] = MappingProxyType(
    {
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
        "zone": lambda world, params: world.zone,
        "talking": lambda world, params: params["talks.price"] * world.phase / 4,
        "moratorium": lambda world, params: params["talks.moratorium_price"] * world.moratorium,
        "scarred": lambda world, params: np.exp(-world.since_failure / params["talks.scar_fading"]),
        "passage": _passage,
        "resistance": lambda world, params: 1 - _passage(world, params),
        "relief_in_reach": lambda world, params: world.easing_passage,
        "rebuffed": lambda world, params: world.rebuffed,
        "court_china": lambda world, params: world.courtship[CHINA],
        "court_russia": lambda world, params: world.courtship[RUSSIA],
        "willing_china": lambda world, params: world.willingness[CHINA],
        "willing_russia": lambda world, params: world.willingness[RUSSIA],
        "promise": _promise,
        "aggrieved": lambda world, params: world.grievance,
        "exposed": lambda world, params: np.minimum(world.coercion + world.grievance, 1),
        "lever_russia": _lever_on_russia,
        "isolated": lambda world, params: 1 - _programmes(world),
        "ready": lambda world, params: world.consent.min(axis=0),
        "estranged": lambda world, params: world.rift[RUSSIA],
        "spring": lambda world, params: _in_season(world, (3, 4)),
        "winter": lambda world, params: _in_season(world, (11, 12, 1)),
    }
)


class Observer:
    """Situations of the world last looked at: nations refer to many of the same, so each is worked out once."""

    def __init__(self, params: Parameters) -> None:
        self._params = params
        self._world: World | None = None
        self._known: dict[str, Array] = {}

    def situations(self, names: Sequence[str], world: World) -> dict[str, Array]:
        """The situations of these names, ``(R,)`` each."""
        if world is not self._world:
            self._world, self._known = world, {}
        for name in names:
            if name not in self._known:
                self._known[name] = SITUATIONS[name](world, self._params)
        return {name: self._known[name] for name in names}


def _in_season(world: World, months: tuple[int, ...]) -> Array:
    return np.full(world.runs, world.date.month in months, dtype=FLOAT)


GRIEVED = 0.2  # grievance from which Beijing considers coercion [P]
TRAVEL = 0.7  # epidemic risk from which leaders stay at home [P]


def _due(world: World, host: int) -> Array:
    rested = world.since_meeting[host] >= HALF_YEAR / 2
    return (rested & (world.epidemic < TRAVEL)).astype(FLOAT)


GATES: Mapping[str, Callable[[World], Array]] = MappingProxyType(
    {
        "exercise_season": lambda world: _in_season(world, (3, 8)),
        "epidemic": lambda world: ((world.epidemic > 0) & (world.border > 0)).astype(FLOAT),
        "border_restricted": lambda world: (world.border < OPEN).astype(FLOAT),
        "tourists": lambda world: (world.openness[CHINA, EXPORTS] > 0.5).astype(FLOAT),
        "provoked": lambda world: world.provoked,
        "in_contact": lambda world: (world.phase >= 1).astype(FLOAT),
        "at_the_table": lambda world: ((world.phase == 2) | (world.phase == 4)).astype(FLOAT),
        "triggered": lambda world: (np.maximum(world.trigger, world.severity) >= 4).astype(FLOAT),
        "circulated": lambda world: (world.circulated > 0).astype(FLOAT),
        "requested": lambda world: (world.request.max(axis=0) > 0).astype(FLOAT),
        "aggrieved": lambda world: (world.grievance > GRIEVED).astype(FLOAT),
        "works_pending": lambda world: (world.exemption_wait > 0).astype(FLOAT),
        "beijing_due": lambda world: _due(world, CHINA),
        "moscow_due": lambda world: _due(world, RUSSIA),
    }
)
