"""Rival rules of decision: what a nation makes of what it could weigh.

A rule is a function of what a nation has before it in a month (``Weighed``) and returns a score for every action, before
luck and gates. Gumbel luck is added to the scores, closed gates are left out, and the best action of each slot is taken
but for the poorest slot, whatever the rule: runs under different rules stay paired, action by action.

Symbols: Z standardised appeal (departure from the neutral situation), lambda sharpness, pi base rate, G Gumbel luck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from sim.actions import Action
from sim.base_rates import CHOICES, weights_of_slots
from sim.decision import scores, slot_rows
from sim.parameters import Parameters
from sim.state import FLOAT, Array

DEFAULT = "quantal"
FAR = 1e9  # puts what a rule prefers beyond the reach of luck; differences of appeal under a billionth are ties
ALWAYS = 1e6  # weight of a slot that is chosen in every month
RARELY = 1e-4  # share of months below which routine does not fall

# which appeals decide, by how a rule judges: those of the level drawn, direct effects, replies as well, or none
DRAWN, DIRECT, REPLIES, NOTHING = "drawn", "direct", "replies", "nothing"


@dataclass(frozen=True)
class Weighed:
    """What a nation has before it when it chooses; R runs, A actions of its menu.

    first, second: standardised appeal without and with the replies expected of others, ``(A, R)``
    level: steps of thinking drawn for the month, 0, 1 or 2, ``(R,)``; sharpness: of its choice, ``(R,)``
    priors: log-priors that meet the base rates, ``(A,)``; offered: where the gate is open, ``(A, R)``
    routine: how often each action was chosen of late, 0-1, ``(A, R)``; last: 1 where it was chosen last month, ``(A, R)``
    received: tone received last month from each other nation, Goldstein weights over ten, ``(R,)`` each
    situations: those the menu refers to, ``(R,)`` each; params: all parameters, ``(R,)`` each
    """

    nation: str
    menu: Sequence[Action]
    first: Array
    second: Array
    level: Array
    sharpness: Array
    priors: Array
    offered: NDArray[np.bool_]
    routine: Array
    last: Array
    received: Mapping[str, Array]
    situations: Mapping[str, Array]
    params: Parameters

    def __post_init__(self) -> None:
        """What is recorded as weighed cannot be changed by a rule."""
        for array in (self.first, self.second, self.level, self.priors, self.offered):
            array.flags.writeable = False


@dataclass(frozen=True)
class Weighing:
    """What a nation weighed in a month, whatever its rule made of it: arrays ``(A, R)`` but for ``level`` ``(R,)``."""

    first: Array  # standardised appeal without replies
    second: Array  # standardised appeal with replies
    level: Array  # steps of thinking drawn
    score: Array  # before luck and gates
    chosen: Array


Score = Callable[[Weighed], Array]  # scores before luck and gates, (A, R), finite


@dataclass(frozen=True)
class Rule:
    """A rule of decision with its source. ``judges`` says which appeals it goes by, so that reasons tell the truth."""

    name: str
    meaning: str
    source: str
    score: Score
    judges: str = NOTHING

    def level(self, drawn: float) -> int | None:
        """Steps of thinking behind the appeals that decided; None for a rule that goes by no appeals."""
        return {DRAWN: int(drawn), DIRECT: 1, REPLIES: 2, NOTHING: None}[self.judges]


# ---- the rules ------------------------------------------------------------------------------------------------


def quantal(weighed: Weighed) -> Array:
    """The quantal cognitive hierarchy of ``sim.decision``: lambda Z + log pi, by the level of thinking that is drawn.

    Camerer, Ho and Chong 2004; Wright and Leyton-Brown 2017.
    """
    return scores(
        menu=weighed.menu, standard=(weighed.first, weighed.second), level=weighed.level, sharpness=weighed.sharpness,
        priors=weighed.priors, routine=weighed.routine, situations=weighed.situations, params=weighed.params,
    )  # fmt: skip


def best_reply(weighed: Weighed) -> Array:
    """The highest appeal with replies, without error: the limit of lambda Z_2 + log pi as sharpness grows beyond bounds.
    Luck decides between equals alone, in proportion to base rates.

    Nash 1951; as the limit of quantal response McKelvey and Palfrey 1995.
    """
    return FAR * weighed.second + weighed.priors[:, None]


def satisficing(weighed: Weighed) -> Array:
    """The first action that is good enough: Z_1 >= aspiration, met in a random order with chances in proportion to pi,
    which is the order of log pi + G. What was done last month goes on while it is good enough. Where nothing is, the
    aspiration falls until something meets it, and the best is taken.

    Simon 1955.
    """
    aspiration = weighed.params["decision.aspiration"]
    short = aspiration - weighed.first
    kept = FAR * weighed.last
    return np.where(short <= 0, kept, -FAR * (1 + short)) + weighed.priors[:, None]


def tit_for_tat(weighed: Weighed) -> Array:
    """The tone received last month is answered in kind and nothing else counts: lambda sum_j received_j tone_aj + log pi,
    the quantal rule with an inclination to reciprocity of one and no other reason.

    Axelrod 1984; Goldstein and Freeman 1990.
    """
    score = np.repeat(weighed.priors[:, None], len(weighed.sharpness), axis=1)
    for place, action in enumerate(weighed.menu):
        for target, tone in action.tone.items():
            score[place] += weighed.sharpness * weighed.received[target] * tone
    return score


def inertia(weighed: Weighed) -> Array:
    """What was done of late is done again: log routine, with log pi divided out of it and put back for what a gate lets in.

    The organisational process of Allison 1971; level 0 of the quantal rule, at every step of thinking and in all seasons.
    """
    rates = np.array([action.rate for action in weighed.menu], dtype=FLOAT)
    return np.log(np.maximum(weighed.routine, RARELY) / rates[:, None]) + weighed.priors[:, None]


def base_rates(weighed: Weighed) -> Array:
    """Nothing is weighed: log pi, in every situation and season. The yardstick for what weighing adds.

    The null model of McKelvey and Palfrey 1995 (sharpness zero), with base rates in place of equal chances.
    """
    return np.repeat(weighed.priors[:, None], len(weighed.sharpness), axis=1)


def at_random(weighed: Weighed) -> Array:
    """Every action on offer equally likely: log weight of its slot over the number of its actions on offer, where weights
    give slots their share of the month's two choices. A slot with half of all actions or more is chosen in every month.

    The zero-intelligence agent of Gode and Sunder 1993.
    """
    slots = slot_rows(weighed.menu)
    counts = np.stack([weighed.offered[rows].sum(axis=0) for rows in slots])
    kinds, which = np.unique(counts, axis=1, return_inverse=True)
    logs = np.stack([_equal_chances(tuple(int(count) for count in kind)) for kind in kinds.T], axis=1)[:, which.ravel()]
    return np.concatenate([np.repeat(logs[slot, None], rows.stop - rows.start, axis=0) for slot, rows in enumerate(slots)])


@cache
def _equal_chances(counts: tuple[int, ...]) -> Array:
    """Log weight of one action in each slot under which all actions are equally likely, as far as two slots allow."""
    wanted = [CHOICES * count / max(sum(counts), 1) for count in counts]
    certain = [chance >= 1 - 1e-6 for chance in wanted]
    weights = [ALWAYS if sure else count for sure, count in zip(certain, counts, strict=True)]
    if not any(certain) and min(counts):
        weights = weights_of_slots(wanted)
    return np.array([np.log(max(w, 1e-12) / max(count, 1)) for w, count in zip(weights, counts, strict=True)], dtype=FLOAT)


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            Rule(DEFAULT, "noisy choice by reasons, at the level of thinking drawn for the month",
                 "Camerer, Ho and Chong 2004; Wright and Leyton-Brown 2017", quantal, DRAWN),
            Rule("best_reply", "the highest appeal with expected replies; luck decides between equals alone",
                 "Nash 1951; McKelvey and Palfrey 1995", best_reply, REPLIES),
            Rule("satisficing", "last month's action while it is good enough, else the first that is",
                 "Simon 1955", satisficing, DIRECT),
            Rule("tit_for_tat", "the tone received last month answered in kind, nothing else weighed",
                 "Axelrod 1984; Goldstein and Freeman 1990", tit_for_tat),
            Rule("inertia", "what was done of late, again", "Allison 1971", inertia),
            Rule("base_rates", "base rates and gates alone", "McKelvey and Palfrey 1995, sharpness zero", base_rates),
            Rule("random", "every action on offer equally likely", "Gode and Sunder 1993", at_random),
        )
    }
)  # fmt: skip


def rows() -> list[dict[str, str]]:
    """The rules as rows of a codebook: name, meaning, source."""
    return [{"name": rule.name, "meaning": rule.meaning, "source": rule.source} for rule in RULES.values()]
