"""Base rates as log-priors: how often each action is chosen where nothing speaks for or against it.

Two actions from different slots are chosen a month: the best of each slot under Gumbel luck, without the poorest slot.
Chances of inclusion then have a closed form, which is solved for the weights of slots and gates.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from sim.actions import SLOTS, Action
from sim.state import FLOAT, Array

CHOICES = 2  # actions a month, from different slots


class _Line(NamedTuple):
    """What base rates ask of an action."""

    slot: str
    gate: str
    rate: float


def inclusion(weights: Sequence[float]) -> list[float]:
    """Chance that each of three slots is among the two drawn, for Gumbel draws with these exponential weights."""
    whole = sum(weights)
    chances = []
    for place, weight in enumerate(weights):
        others = [other for position, other in enumerate(weights) if position != place]
        second = sum(other / whole * weight / (whole - other) for other in others)
        chances.append(weight / whole + second)
    return chances


def log_priors(menu: Sequence[Action]) -> Array:
    """Log-priors under which each ungated action is chosen at its base rate in the neutral situation, and each
    gated action at its base rate when its gate alone is open; ``(action,)``.

    Raises ValueError when the base rates of the ungated actions do not add up to two actions a month.
    """
    return _log_priors(tuple((action.slot, action.gate, action.rate) for action in menu)).copy()


@cache
def _log_priors(lines: tuple[tuple[str, str, float], ...]) -> Array:
    """The same from slot, gate and rate of each action, which are those of a few menus in all blocks of a batch."""
    menu = [_Line(*line) for line in lines]
    totals = [sum(a.rate for a in menu if a.slot == slot and not a.gate) for slot in SLOTS]
    if abs(sum(totals) - CHOICES) > 1e-9 or max(totals) >= 1:
        raise ValueError(f"ungated base rates must add up to {CHOICES}, each slot below 1; slots add up to {totals}")
    slot_weights = weights_of_slots(totals)
    gated = {gate: [a for a in menu if a.gate == gate] for gate in {a.gate for a in menu if a.gate}}
    weight_of_gate = {gate: _gated_weight(slot_weights, actions) for gate, actions in gated.items()}
    logs = []
    for action in menu:
        place = SLOTS.index(action.slot)
        if action.gate:
            share = action.rate / sum(a.rate for a in gated[action.gate])
            logs.append(np.log(share * weight_of_gate[action.gate]))
        else:
            logs.append(np.log(action.rate / totals[place] * slot_weights[place]))
    return np.array(logs, dtype=FLOAT)


def weights_of_slots(totals: Sequence[float]) -> list[float]:
    """Slot weights whose inclusion chances are ``totals``, by multiplicative update."""
    weights = list(totals)
    for _ in range(10_000):
        chances = inclusion(weights)
        weights = [weight * target / chance for weight, target, chance in zip(weights, totals, chances, strict=True)]
        if max(abs(chance - target) for chance, target in zip(chances, totals, strict=True)) < 1e-12:
            break
    return weights


def _gated_weight(slot_weights: Sequence[float], actions: Sequence[_Line]) -> float:
    """Weight that a gate adds to its slot so that its actions together are chosen at the sum of their rates."""
    places = {SLOTS.index(action.slot) for action in actions}
    if len(places) > 1:
        raise ValueError(f"a gate serves one slot, but {actions[0].gate} serves several")
    place, wanted = places.pop(), sum(action.rate for action in actions)
    low, high = 0.0, 1e6
    for _ in range(200):
        added = (low + high) / 2
        weights = [weight + added * (position == place) for position, weight in enumerate(slot_weights)]
        chance = inclusion(weights)[place] * added / weights[place]
        low, high = (added, high) if chance < wanted else (low, added)
    return added
