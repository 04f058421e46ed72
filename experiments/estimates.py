"""What a number from a sample of runs is worth: errors and 95% intervals of means, shares, quantiles and ratios.

They say how far a number would move under other luck, and nothing of whether the model is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.plain import percent
from sim.state import Array

NORMAL_95 = 1.959963984540054  # two-sided 95% point of the normal distribution
MANY = 200  # values from which the normal point stands for that of Student: half a percent of width
SMALLEST, THOUSAND = 5e-7, 1000  # errors and values beyond which digits are no help
LEAST = 2  # values from which an error can be told
ROUNDING = 1e-12  # of the largest value


def error_of_mean(values: Array) -> float:
    """Monte Carlo error of a mean over runs ``(R,)``, in the unit of the values; NaN for less than two, or all alike."""
    known = values.size >= LEAST and not alike(values)
    return float(values.std(ddof=1) / np.sqrt(values.size)) if known else float("nan")


def interval_of_mean(values: Array) -> tuple[float, float]:
    """95% interval of a mean over runs ``(R,)``: Student's, so that it is also right for few runs; NaN for less than two,
    and where all values are the same, which says nothing of how far others lie."""
    n = values.size
    if n < LEAST or alike(values):
        return float("nan"), float("nan")
    mean, half = float(values.mean()), point_95(n - 1) * float(values.std(ddof=1)) / float(np.sqrt(n))
    return mean - half, mean + half


def alike(values: Array) -> bool:
    """Whether all values are the same, but for what rounding leaves."""
    return not values.size or bool(np.ptp(values) <= ROUNDING * np.abs(values).max())


def point_95(freedom: int, comparisons: int = 1) -> float:
    """Two-sided 95% point of Student's distribution with so many degrees of freedom; of several comparisons the point that
    one of them in all exceeds by luck one time in twenty (Bonferroni)."""
    tail = 0.025 / max(comparisons, 1)
    if freedom >= MANY:
        return NORMAL_95 if comparisons <= 1 else NormalDist().inv_cdf(1 - tail)
    from scipy import special  # a third of a second to import, needed only for few runs

    return float(special.stdtrit(freedom, 1 - tail))


def wilson(count: float, n: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share, also right for few runs and rare events; the whole range without runs.

    As scipy.stats.binomtest gives it, whose import takes a second.
    """
    if n == 0:
        return 0.0, 1.0
    square = NORMAL_95**2
    centre = (count + square / 2) / (n + square)
    half = NORMAL_95 * np.sqrt(count * (n - count) / n + square / 4) / (n + square)
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))


def at_most(n: int) -> str:
    """The largest share, in percent, that n runs without a case leave possible (95%)."""
    return percent(wilson(0, n)[1])


def error_of_share(count: float, n: int) -> float:
    """Standard error of a share by its Wilson interval: never nothing, also where no run or every run says yes."""
    low, high = wilson(count, n)
    return (high - low) / 2 / NORMAL_95


def estimate(values: Array, share: bool) -> dict[str, Any]:
    """Mean over runs ``(R,)``, or share of those that say yes (1) and not no (0): n, value, error, low and high of the 95%
    interval; NaN where there are too few."""
    n = values.size
    found = {"n": n, "value": float(values.mean()) if n else float("nan")}
    if n and share:
        count = float(values.sum())
        low, high = wilson(count, n)
        return {**found, "error": error_of_share(count, n), "low": low, "high": high}
    low, high = interval_of_mean(values)
    return {**found, "error": error_of_mean(values), "low": low, "high": high}


def quantiles(values: Array, levels: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Quantiles of runs ``(R,)`` at levels, and their errors: half the distance between those a standard error of the
    level to either side (Woodruff 1952); nothing where all of these are alike, as in counts, and NaN where so few runs do
    not reach so far out.
    """
    wanted = np.asarray(levels, dtype=np.float64)
    step = np.sqrt(wanted * (1 - wanted) / values.size)
    found = np.quantile(values, np.clip([wanted - step, wanted, wanted + step], 0, 1))
    reached = (wanted > step) & (wanted + step < 1) & (values.size >= LEAST)
    return found[1], np.where(reached, (found[2] - found[0]) / 2, np.nan)


def ratio(above: Array, below: Array) -> tuple[float, float]:
    """A ratio of sums over runs ``(R,)`` each, and its error by linearisation; NaN with nothing to divide by."""
    if not below.sum() or above.size < LEAST:
        return float("nan"), float("nan")
    value = float(above.sum() / below.sum())
    error = float(np.std(above - value * below, ddof=1) / abs(below.mean()) / np.sqrt(above.size))
    return value, error


def paired_error(higher: int, lower: int, n: int) -> float:
    """Standard error of the difference of two shares over n pairs, as ``paired_shares`` has it."""
    pairs = n + 2
    return float(np.sqrt(higher + lower + 2 - (higher - lower) ** 2 / pairs) / pairs)


def paired_shares(higher: int, lower: int, n: int) -> tuple[float, float]:
    """95% interval of the difference of two shares over n pairs, of which so many change to yes and to no.

    A pair is added to either kind of change (Bonett and Price 2012, Journal of Educational and Behavioral Statistics 37), so
    that it does not shrink to a point where no pair of a sample differs; Student's point keeps few pairs from being sure.
    """
    middle, half = (higher - lower) / (n + 2), point_95(max(n - 1, 1)) * paired_error(higher, lower, n)
    return max(-1.0, middle - half), min(1.0, middle + half)


def told(value: float, error: float) -> str:
    """A number with its error in brackets, both to the first digit of the error: ``0.036 (0.004)``, ``1,234 (12)``."""
    if np.isnan(value):
        return "-"
    if not error > 0 or error < SMALLEST:
        whole = f"{value:,.0f}" if abs(value) >= THOUSAND else f"{value + 0.0:.3g}"
        return f"{whole} ({'-' if np.isnan(error) else 0})"
    decimals = max(0, -int(np.floor(np.log10(error))))
    return f"{value:,.{decimals}f} ({error:,.{decimals}f})"


def second_digit(error: float) -> int:
    """Decimals with which the second digit of an error is seen."""
    return max(0, 1 - int(np.floor(np.log10(error))))


def ends(low: float, high: float, error: float) -> tuple[str, str]:
    """The ends of an interval to the second digit of the error, so that they are told apart from what lies between."""
    decimals = second_digit(error) if SMALLEST < error < np.inf else 3
    return f"{low:,.{decimals}f}", f"{high:,.{decimals}f}"


def percent_told(share: float, error: float) -> str:
    """A share with its error, both in percent to a tenth, or to the first digit of a smaller error: ``12.3% (1.0%)``."""
    decimals = max(1, -int(np.floor(np.log10(100 * error)))) if error > SMALLEST else 1
    return f"{percent(share, decimals)} ({percent(error, decimals)})"
