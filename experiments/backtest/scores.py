"""Scores, skill and its interval. Lower is better for every score; scores are those of scoringrules.

Brier: (p - y)^2. Log: -log of the probability given to what happened. CRPS: fair estimator for ensembles, absolute error for
points. A probability from n members is (k + 0.5) / (n + 1), so that nothing is called impossible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.extras import need
from sim.state import Array, Flags

BLOCK = 6  # consecutive items of a block of the bootstrap
FEWEST_ITEMS = 8  # below which an interval means nothing [P]
RESAMPLES = 2000
FEWEST = 10  # members from which a band is told
BANDS = (50, 90)
RANKED = ("Brier", "log", "CRPS")  # scores of which the lower is the better


@dataclass(frozen=True)
class Skill:
    """1 - score / score of a baseline, with its 95% interval over blocks of consecutive items."""

    value: float
    low: float
    high: float
    items: int

    @property
    def verdict(self) -> str:
        """win, lose, or cannot tell, as it is from a handful of items whatever the interval."""
        if self.items < FEWEST_ITEMS:
            return "cannot tell"
        return "win" if self.low > 0 else "lose" if self.high < 0 else "cannot tell"


def chance(happened: Flags, cases: int | None = None) -> Array:
    """Probability from 0/1 members on the last axis, kept within half a case of certainty.

    cases: how many cases the members rest on, where they were drawn from fewer; by default each member is one.
    """
    cases = happened.shape[-1] if cases is None else cases
    return np.asarray((happened.mean(axis=-1) * cases + 0.5) / (cases + 1))


def brier(probability: Array, outcome: Flags) -> Array:
    """Brier score of each item."""
    return np.asarray(need("scoringrules").brier_score(outcome.astype(np.float64), probability))


def log(probability: Array, outcome: Flags) -> Array:
    """Log score of each item."""
    return np.asarray(need("scoringrules").log_score(outcome.astype(np.float64), probability))


def crps(members: Array, outcome: Array) -> Array:
    """CRPS of each item, in its unit; members ``(items, members)``."""
    if members.shape[-1] == 1:
        return np.abs(members[..., 0] - outcome)
    return np.asarray(need("scoringrules").crps_ensemble(outcome, members, estimator="fair"))


def inside(members: Array, outcome: Array, percent: int) -> Array:
    """Whether each outcome lies in the central band of its members, 0/1."""
    low, high = np.percentile(members, [50 - percent / 2, 50 + percent / 2], axis=-1)
    return ((outcome >= low) & (outcome <= high)).astype(np.float64)


def skill(own: Sequence[Array], baseline: Sequence[Array], seed: int = 0) -> Skill:
    """Skill over items in stretches, one for each cut-off. The interval is that of a moving-block bootstrap within
    stretches; short stretches are thrown together and their items drawn one by one."""
    pairs = list(zip(own, baseline, strict=True))
    long = [(left, right, BLOCK) for left, right in pairs if len(left) >= 2 * BLOCK]
    short = [pair for pair in pairs if len(pair[0]) < 2 * BLOCK]
    if short:  # a block as long as its stretch would always hold the same items
        long.append((np.concatenate([left for left, _ in short]), np.concatenate([right for _, right in short]), 1))
    rng = np.random.default_rng(seed)
    above, below = np.zeros(RESAMPLES), np.zeros(RESAMPLES)
    for left, right, block in long:
        places = _blocks(len(left), block, rng)
        above += left[places].sum(axis=1)
        below += right[places].sum(axis=1)
    drawn = 1 - above[below > 0] / below[below > 0]
    low, high = np.percentile(drawn, [2.5, 97.5])
    items = sum(map(len, own))
    return Skill(float(1 - _sum(own) / _sum(baseline)), float(low), float(high), items)


def _sum(stretches: Sequence[Array]) -> float:
    return float(sum(stretch.sum() for stretch in stretches))


def _blocks(length: int, block: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Places of every resample in blocks of consecutive items, round the end; ``(RESAMPLES, length)``."""
    block = min(block, length)
    starts = rng.integers(0, length, (RESAMPLES, -(-length // block)))
    places = (starts[:, :, None] + np.arange(block)) % length
    return places.reshape(RESAMPLES, -1)[:, :length]
