"""How the variance of an outcome of a sweep is split between design points and runs, and what differs between points.

Symbols: Y_pk outcome of run k at point p; P points, n runs with a value at every point. Points share the luck of a run, so
that the means of points differ by less than independent runs would let them.

between  B = mean_p (Y_p. - Y..)^2 - (P - 1) / P * M / n, M the mean square of the interaction of points and runs: the
         variance of the points' true means, without what the luck of n runs adds to it
within   W = mean_p s_p^2, s_p^2 the variance over the runs of a point
share    B / (B + W), with a 95% interval that takes in two: that of a jackknife that leaves out a group of runs at a time,
         right for any distribution but too narrow where B is near nothing, and that of the noncentral F distribution
         (Steiger 2004, Psychological Methods 9), which goes on where no difference between points has been seen

Differences of points are told by their own intervals (``against_mean``), since common luck leaves them narrower than
intervals of single points. The points are taken as they are: another choice of values has another share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.estimates import NORMAL_95, point_95

GROUPS = 40  # of runs that the jackknife leaves out in turn
FEWEST = 8  # runs with a value at every point, below which nothing is told of them
FARTHEST = 9999.0  # noncentrality up to which scipy finds it
NOISE = 1e-12  # of the largest value: what rounding leaves between points that are alike

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Split:
    """The share of an outcome's variance that lies between points, with its 95% interval; NaN where it has none."""

    share: float
    low: float
    high: float
    runs: int


def split(values: Values) -> Split:
    """The split of the variance of ``(points, runs)``; runs without a value at some point are left out."""
    paired = complete(values)
    runs = paired.shape[1]
    if runs < FEWEST or len(paired) < 2:
        return Split(np.nan, np.nan, np.nan, runs)
    if np.ptp(paired, axis=0).max() <= NOISE * np.abs(paired).max():  # what never differs may yet
        return Split(np.nan, np.nan, np.nan, runs)
    groups = min(GROUPS, runs // 2)
    share, *left_out = shares(paired, groups)
    left = np.nan_to_num(left_out)
    error = float(np.sqrt((groups - 1) * np.mean((left - left.mean()) ** 2)))
    half = point_95(groups - 1) * error
    ends = np.array([[share - half, share + half], noncentral(paired)])
    low, high = np.nanmin(ends[:, 0]), np.nanmax(ends[:, 1])
    share, low, high = np.clip([share, low, high], 0, 1).tolist()
    return Split(share, low, high, runs)


def noncentral(values: Values) -> tuple[float, float]:
    """95% interval of B / (B + W) of ``(points, runs)`` by the noncentral F distribution, by its first two moments where
    points lie far apart; NaN where they differ alike in every run.

    Events count as if each point had had one more run in which it happened there alone: rare differences may have been
    missed. The upper end is never below that of points as far apart as luck alone would have them.
    """
    from scipy import special  # a third of a second to import

    if np.isin(values, (0, 1)).all():
        values = np.concatenate([values, np.eye(len(values))], axis=1)
    points, runs = values.shape
    means = values.mean(axis=1, keepdims=True)
    apart = values - means
    freedom = points - 1, (points - 1) * (runs - 1)
    noise = float(((apart - apart.mean(axis=0)) ** 2).sum() / freedom[1])
    if noise <= (NOISE * np.abs(values).max()) ** 2:
        return np.nan, np.nan
    ratio = float(runs * points * means.var() / freedom[0] / noise)
    far = special.ncfdtrinc(*freedom, [0.975, 0.025], [ratio, max(ratio, 1.0)])
    if far.max() >= FARTHEST:
        middle = freedom[0] * (ratio - 1)
        spread = np.sqrt(2 * (freedom[0] + 2 * middle) + 2 * (freedom[0] + middle) ** 2 / freedom[1])
        far = np.maximum(middle + NORMAL_95 * spread * np.array([-1.0, 1.0]), 0)
    between = far * noise / (runs * points)
    low, high = between / (between + (apart**2).sum() / points / (runs - 1))
    return float(low), float(high)


def shares(values: Values, groups: int) -> Values:
    """B / (B + W) of all runs of ``(points, runs)``, then of those without each group of them in turn, ``(1 + groups,)``;
    NaN where all values are the same.

    All follow from sums by group of the distances from the points' means, so that nothing is copied group by group.
    """
    points, runs = values.shape
    means = values.mean(axis=1, keepdims=True)
    apart = values - means
    of_run = apart.mean(axis=0)
    starts = [part[0] for part in np.array_split(np.arange(runs), groups)]
    sizes = np.diff([*starts, runs])
    n = runs - np.append(0, sizes)
    shift = _without(np.add.reduceat(apart, starts, axis=1)) / n  # of the points' means, when a group is left out
    square = _without(np.add.reduceat((apart**2).sum(axis=0), starts))
    inside = square - n * (shift**2).sum(axis=0)  # squares about the points' own means
    shared = points * (
        _without(np.add.reduceat(of_run**2, starts)) - n * shift.mean(axis=0) ** 2
    )  # by luck alike at all points
    noise = np.maximum(inside - shared, 0) / (points - 1) / (n - 1)
    between = (means + shift).var(axis=0) - (points - 1) / points * noise / n
    whole = between + inside / points / (n - 1)
    return np.divide(between, whole, out=np.full(len(n), np.nan), where=whole > 0)


def _without(sums: Values) -> Values:
    """Sums by group along the last axis as sums over all groups, then over all but each in turn."""
    whole = sums.sum(axis=-1, keepdims=True)
    return np.concatenate([whole, whole - sums], axis=-1)


def complete(values: Values) -> Values:
    """The runs of ``(points, runs)`` that have a value at every point."""
    return values[:, ~np.isnan(values).any(axis=0)]


def against_mean(values: Values) -> tuple[Values, Values]:
    """By point, how far its mean lies from the mean over all points, run by run under the same luck, and half the width of
    the 95% interval of that; NaN where too few runs have a value at every point. values: ``(points, runs)``.

    The interval of an event is as wide as if it had happened once more at this point alone, so that few runs that differ,
    or none, do not count as sure; with two points it is that of Bonett and Price (2012) but for its middle.
    """
    paired = complete(values)
    points, runs = paired.shape
    if runs < FEWEST:
        return np.full(points, np.nan), np.full(points, np.nan)
    apart = paired - paired.mean(axis=0)
    apart[np.abs(apart) <= NOISE * np.abs(paired).max()] = 0.0
    unseen = 2 * (1 - 1 / points) ** 2 / runs if np.isin(paired, (0, 1)).all() else 0.0
    return apart.mean(axis=1), point_95(runs - 1) * np.sqrt((apart.var(axis=1, ddof=1) + unseen) / runs)
