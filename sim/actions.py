"""What a menu line says: slot, gate, tone toward others, expected effects, base rate.

What a nation *expects* of an action stands here; what the action *does* stands in the mechanisms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from sim.features import FEATURE_NAMES, GATES, SITUATIONS
from sim.state import FLOAT, NATIONS, Array

SLOTS = ("diplomatic", "economic", "security")
CAMEO = "tone after the CAMEO-Goldstein scale divided by ten; effects and base rate"


@dataclass(frozen=True)
class Effect:
    """An expected one-month impulse on a feature, scaled by a situation when one is named."""

    feature: str
    size: float
    given: str = ""

    def __post_init__(self) -> None:
        if self.feature not in FEATURE_NAMES:
            raise ValueError(f"an effect names the unknown feature {self.feature!r}")
        if self.given and self.given not in SITUATIONS:
            raise ValueError(f"an effect names the unknown situation {self.given!r}")


@dataclass(frozen=True)
class Action:
    """One line of a menu.

    rate: share of months in which the action is chosen in the neutral situation (when its gate is open)
    tone: conduct toward other nations, Goldstein weight divided by ten
    seasons: (situation, parameter) pairs that shift the log odds
    """

    name: str
    slot: str
    rate: float
    meaning: str
    effects: tuple[Effect, ...] = ()
    tone: Mapping[str, float] = field(default_factory=dict)
    gate: str = ""
    seasons: tuple[tuple[str, str], ...] = ()
    source: str = CAMEO + " assumed"
    grade: str = "P"

    def __post_init__(self) -> None:
        if self.slot not in SLOTS:
            raise ValueError(f"{self.name}: unknown slot {self.slot!r}; choose from {', '.join(SLOTS)}")
        if self.gate and self.gate not in GATES:
            raise ValueError(f"{self.name}: unknown gate {self.gate!r}; choose from {', '.join(GATES)}")
        if not 0 < self.rate < 1:
            raise ValueError(f"{self.name}: the base rate must lie between 0 and 1, but is {self.rate}")
        if unknown := set(self.tone) - set(NATIONS):
            raise ValueError(f"{self.name}: unknown nation in tone: {', '.join(sorted(unknown))}")


@dataclass(frozen=True)
class Moves:
    """What every nation did in a month; ``moves["china.food_aid"]`` is 1.0 in the runs that chose it, ``(R,)``.

    chosen: ``(action, R)``; offered: ``(action, R)``, whether the gate was open; conduct: ``(nation, target, R)``, tones
    summed over what was chosen; absent: actions that mechanisms know and no menu has, which nobody ever chooses
    """

    names: Mapping[str, int]
    chosen: Array
    offered: NDArray[np.bool_]
    conduct: Array
    absent: frozenset[str] = frozenset()

    def __getitem__(self, name: str) -> Array:
        if name in self.absent:
            return np.zeros(self.chosen.shape[-1], FLOAT)
        return self.chosen[self.names[name]]

    @classmethod
    def none(cls, names: tuple[str, ...], runs: int, absent: frozenset[str] = frozenset()) -> Moves:
        """Nobody has done anything yet."""
        positions = MappingProxyType({name: place for place, name in enumerate(names)})
        return cls(
            names=positions,
            chosen=np.zeros((len(names), runs), FLOAT),
            offered=np.ones((len(names), runs), bool),
            conduct=np.zeros((len(NATIONS), len(NATIONS), runs), FLOAT),
            absent=absent,
        )
