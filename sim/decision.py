"""How a nation weighs its menu and chooses: a quantal cognitive hierarchy on standardised appeals.

Symbols (all arrays end in the run axis): w weights of features, D present value of a unit impulse, s slope of
the value function, Q appeal, Z standardised appeal, lambda sharpness, pi base rate.

    D_k    = (1 - (beta rho_k)^H) / (1 - beta rho_k)          look-ahead by impulse response
    v_k    = w_k D_k s_k,  s_k = 1, or loss aversion below the expected level
    Q0_a   = sum_k v_k size_ak situation_ak + spread reciprocity sum_j conduct_ji tone_aj
    Q1_a   = Q0_a + beta sum_j reply_ji tone_aj worth_ij,  worth_ij = sum_k v_k effect of j's conduct on k
    score  = lambda (Q - Q_neutral) / spread + log prior + season + Gumbel

Levels 0, 1, 2+ are drawn with Poisson weights: routine, Q0, Q1. In the neutral situation the prior frequencies
are met exactly: ``sim.base_rates`` solves for them, and the appeal counts departures from the neutral situation under
the standard weights. Sources: Camerer, Ho and Chong 2004 (levels); Wright and
Leyton-Brown 2017 (quantal hierarchy); Tversky and Kahneman 1992 (losses); Matejka and McKay 2015 (log-priors);
Goldstein and Freeman 1990 (reciprocity).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.actions import SLOTS, Action
from sim.chance import Dice
from sim.features import FEATURE_PLACES, FEATURES, GATES, SITUATIONS, measure
from sim.parameters import Parameters
from sim.state import FLOAT, NATIONS, Array, World, logistic

# Expected effect on a feature of one unit of friendly conduct (Goldstein/10) by a nation [P]
FRIENDLY: Mapping[str, Mapping[str, float]] = {
    "north_korea": {"crisis": -0.10, "quiet": 0.05, "talks": 0.03, "programmes": 0.01},
    "russia": {"trade": 0.02, "livelihood": 0.03, "far_east": 0.02, "pressure": -0.02, "friend_russia": 0.02},
    "china": {"trade": 0.04, "livelihood": 0.06, "currency": 0.01, "pressure": -0.04, "friend_china": 0.02},
    "united_states": {
        "crisis": -0.08,
        "trade": 0.01,
        "pressure": -0.03,
        "exposure_china": -0.05,
        "exposure_russia": -0.05,
        "talks": 0.04,
    },
    "south_korea": {"crisis": -0.05, "livelihood": 0.02, "programmes": 0.02, "seoul_ties": 0.02},
}


# ---- equations ------------------------------------------------------------------------------------------------


def present_value(*, discount: Array, persistence: float, horizon: float) -> Array:
    """Present value of a unit impulse that decays by ``persistence`` a month, over ``horizon`` months; ``(R,)``."""
    kept = discount * persistence
    return (1 - kept**horizon) / (1 - kept)


def shortfall(*, level: Array, expected: Array, blur: Array) -> Array:
    """How far a level is seen as falling short of the expected one: 0 above it, 1 below, blurred between; same shape."""
    return logistic((expected - level) / blur)


def thinking_level(luck: Array, depth: Array) -> Array:
    """0, 1 or 2 (for two and more) steps of thinking, Poisson with mean ``depth``; ``(R,)``."""
    none = np.exp(-depth)
    return (luck >= none).astype(FLOAT) + (luck >= none * (1 + depth)).astype(FLOAT)


# ---- a nation at its desk -------------------------------------------------------------------------------------


class Term(NamedTuple):
    """One reason behind an appeal; ``value`` is in appeal units, ``(R,)``."""

    kind: str  # "feature", "reciprocity" or "reply"
    about: str  # a feature, or a nation
    value: Array


@dataclass(frozen=True)
class Mood:
    """What the month is like for all nations alike: slopes of the value function where a rise is a gain and where it
    is a loss, ``(feature, R)``."""

    gain: Array
    loss: Array

    @classmethod
    def of(cls, world: World, params: Parameters) -> Mood:
        """The mood of a month, from the level of each feature against what has come to be expected."""
        short = shortfall(level=measure(world), expected=world.reference, blur=params["decision.blur"])
        bend = params["decision.loss_aversion"] - 1
        return cls(gain=1 + bend * short, loss=1 + bend * (1 - short))


@dataclass(frozen=True)
class Desk:
    """What a nation brings to its choice in a month; all arrays ``(R,)``.

    values: v_k of the features it cares about; inclination: how it answers a unit of tone toward a nation in kind;
    answer: what a unit of tone toward a nation is expected to bring back
    """

    values: Mapping[str, Array]
    inclination: Mapping[str, Array]
    answer: Mapping[str, Array]

    @classmethod
    def of(cls, nation: str, world: World, mood: Mood, stakes: Sequence[Mapping[str, Array]], params: Parameters,
           spread: float) -> Desk:  # fmt: skip
        """stakes: w_k D_k of the features the nation cares about, for each type of its administration; spread: what is at
        stake in its neutral situation, which makes reciprocity comparable between nations."""
        own = NATIONS.index(nation)
        values = _in_office(stakes, world.administration[own], mood)
        kind = spread * params["decision.reciprocity"]
        patience = params[f"decision.discount.{nation}"]
        inclination, answer = {}, {}
        for place, other in enumerate(NATIONS):
            if place != own:
                inclination[other] = kind * world.conduct[place, own]
                answer[other] = patience * world.reply[place, own] * _worth(other, values, world)
        return cls(values, inclination, answer)

    def terms(self, action: Action, situations: Mapping[str, Array], buffer: Array | None = None) -> Iterator[Term]:
        """The reasons behind the level-1 appeal of an action. With a ``buffer`` ``(R,)`` each value is written into it, and
        holds until the next."""
        for effect in action.effects:
            if (worth := self.values.get(effect.feature)) is not None:
                value = np.multiply(worth, effect.size, buffer)
                if effect.given:
                    value *= situations[effect.given]
                yield Term("feature", effect.feature, value)
        for target, tone in action.tone.items():
            yield Term("reciprocity", target, np.multiply(self.inclination[target], tone, buffer))

    def replies(self, action: Action, buffer: Array | None = None) -> Iterator[Term]:
        """The reasons that level 2 adds: what others are expected to answer; ``buffer`` as for ``terms``."""
        for target, tone in action.tone.items():
            yield Term("reply", target, np.multiply(self.answer[target], tone, buffer))


def _valued(stakes: Mapping[str, Array], mood: Mood) -> dict[str, Array]:
    """v_k of every feature that one type of administration cares about."""
    return {
        name: stake * (mood.gain if _welcome(stake) else mood.loss)[FEATURE_PLACES[name]] for name, stake in stakes.items()
    }


def _in_office(stakes: Sequence[Mapping[str, Array]], office: Array, mood: Mood) -> Mapping[str, Array]:
    """The values of the administration that each run has; types that no run has are passed over.

    stakes: by type, or a single one for whoever governs. ValueError when a run has a type without stakes.
    """
    if len(stakes) == 1:
        return _valued(stakes[0], mood)
    held = [(office == number) for number in range(len(stakes))]
    counts = [np.count_nonzero(here) for here in held]
    if sum(counts) < office.size:
        strange = office[~np.any(held, axis=0)][0]
        raise ValueError(
            f"no weights belong to administration {strange:g}; expected 0 to {len(stakes) - 1}, in whole numbers"
        )
    values = {number: _valued(stakes[number], mood) for number, count in enumerate(counts) if count}
    (first, *others), nothing = values, np.zeros_like(office)
    for name in dict.fromkeys(name for each in values.values() for name in each):
        chosen = values[first].get(name, nothing)
        for number in others:
            chosen = np.where(held[number], values[number].get(name, nothing), chosen)
        values[first][name] = chosen
    return values[first]


def _welcome(stake: Array) -> bool:
    """Whether a nation likes a feature to rise; the sign of a weight is the same in every run."""
    return bool(stake[0] > 0)


def _worth(other: str, values: Mapping[str, Array], world: World) -> Array:
    """Value of one unit of friendly conduct by another nation."""
    worth = np.zeros(world.runs, dtype=FLOAT)
    for feature, size in FRIENDLY[other].items():
        if feature in values:
            worth += values[feature] * size
    return worth


def ahead(nation: str, weights: Mapping[str, Array], horizon: float, params: Parameters) -> dict[str, Array]:
    """w_k D_k for every feature a nation cares about."""
    discount = params[f"decision.discount.{nation}"]
    return {
        feature.name: weights[feature.name]
        * present_value(discount=discount, persistence=feature.persistence, horizon=horizon)
        for feature in FEATURES
        if feature.name in weights
    }


def stakes(menu: Sequence[Action], values: Mapping[str, Array]) -> Array:
    """What is at stake in a menu: root mean square over actions of expected effects at full strength, ``(R,)``."""
    squares = [
        sum((values[effect.feature] * effect.size) ** 2 for effect in action.effects if effect.feature in values)
        for action in menu
        if action.effects
    ]
    return np.sqrt(sum(squares) / len(squares))


def observe(menu: Sequence[Action], world: World, params: Parameters) -> dict[str, Array]:
    """The situations that a menu refers to, each ``(R,)``."""
    return {name: SITUATIONS[name](world, params) for name in situations_of(menu)}


def situations_of(menu: Sequence[Action]) -> tuple[str, ...]:
    """Names of the situations that a menu refers to."""
    names = {effect.given for action in menu for effect in action.effects if effect.given}
    return tuple(sorted(names | {situation for action in menu for situation, _ in action.seasons}))


def appeals(menu: Sequence[Action], desk: Desk, situations: Mapping[str, Array], runs: int) -> tuple[Array, Array]:
    """Appeals at level 1 and at level 2, each ``(action, R)``."""
    first = np.zeros((len(menu), runs), dtype=FLOAT)
    second, buffer = np.empty_like(first), np.empty(runs, dtype=FLOAT)
    for place, action in enumerate(menu):
        direct, with_replies = first[place], second[place]
        for term in desk.terms(action, situations, buffer):
            direct += term.value
        with_replies[:] = direct
        for term in desk.replies(action, buffer):
            with_replies += term.value
    return first, second


def standardised(appeal: Array, neutral: Array, spread: float) -> Array:
    """Departure of appeals from the neutral situation, in units of what is at stake there; works in place."""
    appeal -= neutral
    appeal /= spread
    return appeal


def scores(*, menu: Sequence[Action], standard: tuple[Array, Array], level: Array, sharpness: Array, priors: Array,
           routine: Array, situations: Mapping[str, Array], params: Parameters) -> Array:  # fmt: skip
    """Scores before luck and gates, ``(action, R)``. standard: standardised appeals at levels 1 and 2;
    routine: how often each action was chosen of late, ``(action, R)``."""
    rates = np.array([action.rate for action in menu], dtype=FLOAT)[:, None]
    result = np.where(level == 1, standard[0], standard[1])
    result *= sharpness
    by_habit = np.flatnonzero(level == 0)
    result[:, by_habit] = np.log(np.maximum(routine.take(by_habit, axis=1), 1e-4) / rates)
    result += priors[:, None]
    for place, action in enumerate(menu):
        for situation, parameter in action.seasons:
            result[place] += situations[situation] * params[parameter]
    return result


def on_offer(menu: Sequence[Action], world: World) -> NDArray[np.bool_]:
    """Where the gate of each action is open, ``(action, R)``."""
    offered = np.ones((len(menu), world.runs), dtype=bool)
    for place, action in enumerate(menu):
        if action.gate:
            offered[place] = GATES[action.gate](world) > 0
    return offered


def pick(menu: Sequence[Action], score: Array, offered: NDArray[np.bool_], dice: Dice, nation: str) -> Array:
    """Two actions from different slots: the best of each slot, without the poorest slot; 0/1 in ``(action, R)``."""
    lucky = np.empty_like(score)
    for place, action in enumerate(menu):
        np.add(score[place], dice.gumbel(f"choice/{nation}/{action.name}"), out=lucky[place])
    for closed in np.flatnonzero(~offered.all(axis=1)):
        lucky[closed][~offered[closed]] = -np.inf
    slots = slot_rows(menu)
    best = np.array([np.maximum.reduce(lucky[rows], axis=0) for rows in slots])
    poorest = best.argmin(axis=0)
    chosen = np.empty_like(lucky)
    for slot, rows in enumerate(slots):
        winner = lucky[rows] == best[slot]
        if np.count_nonzero(winner) != winner.shape[-1]:  # of equals the first
            winner = np.arange(len(winner))[:, None] == lucky[rows].argmax(axis=0)
        np.logical_and(winner, poorest != slot, out=chosen[rows])
    return chosen


def slot_rows(menu: Sequence[Action]) -> list[slice]:
    """The rows of each slot; a menu is sorted by slot. ValueError when it is not."""
    order = [SLOTS.index(action.slot) for action in menu]
    if order != sorted(order):
        raise ValueError("a menu must list its actions slot by slot: " + ", ".join(SLOTS))
    return [slice(order.index(slot), order.index(slot) + order.count(slot)) for slot in range(len(SLOTS))]
