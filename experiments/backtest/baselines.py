"""Simple baselines, each from what was known before a cut-off alone.

For tests a baseline is a bundle of paths of monthly counts, like an ensemble, so that every score is taken the same way;
the last value goes on in all of them. For trade and growth it is a sample for each period. What a baseline cannot say is
left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from experiments.backtest import targets
from experiments.backtest.cutoffs import Cutoff
from experiments.backtest.targets import YEAR, Period
from sim.history import observed
from sim.state import Array, Flags, Month

SINCE = Month(2008, 1)  # first month of tests that baselines use
FIRST_TRADE = Month(2006, 1)
PATHS = 4000
CLIMATE, LAST, SURE, TRAILING, MARKOV, HALF, WALK = (
    "climatology", "last value", "last value, certain", "trailing year", "two-state Markov", "constant 0.5", "random walk",
)  # fmt: skip

Paths = Callable[[Array, int, np.random.Generator], Array]


def known_tests(cutoff: Cutoff) -> Array:
    """Days with a test in each month from 2008 up to the cut-off, ``(months,)``."""
    return targets.monthly("tests", SINCE, cutoff.start - SINCE, cutoff.start)


def _climatology(known: Array, months: int, rng: np.random.Generator) -> Array:
    return rng.choice(known, (months, PATHS))


def _last(known: Array, months: int, rng: np.random.Generator) -> Array:  # noqa: ARG001 - one signature for all
    return np.full((months, PATHS), known[-1])


def _trailing(known: Array, months: int, rng: np.random.Generator) -> Array:
    return rng.choice(known[-YEAR:], (months, PATHS))


def _half(known: Array, months: int, rng: np.random.Generator) -> Array:  # noqa: ARG001 - one signature for all
    return np.repeat([[0.0, 1.0]], months, axis=0)


def _markov(known: Array, months: int, rng: np.random.Generator) -> Array:
    stay, begin = transitions(known > 0)
    counts = known[known > 0]
    active = np.full(PATHS, known[-1] > 0)
    paths = np.zeros((months, PATHS))
    for month in range(months):
        active = rng.random(PATHS) < np.where(active, stay, begin)
        paths[month] = np.where(active, rng.choice(counts, PATHS), 0)
    return paths


def transitions(active: Flags) -> tuple[float, float]:
    """Chances that an active and a quiet month are followed by an active one, with half a case added to each side."""
    before, after = active[:-1], active[1:]
    return tuple(  # type: ignore[return-value]
        float((np.sum(after & (before == state)) + 0.5) / (np.sum(before == state) + 1)) for state in (True, False)
    )


TESTS: Mapping[str, Paths] = MappingProxyType(
    {CLIMATE: _climatology, LAST: _last, SURE: _last, TRAILING: _trailing, MARKOV: _markov, HALF: _half}
)
NO_COUNTS = (HALF, SURE)  # the first says whether, not how many; the second says what the last value says


def cases(name: str, cutoff: Cutoff, length: int) -> int | None:
    """Observed periods of so many months that a baseline for tests rests on; None where its members are taken at their
    word."""
    months = {LAST: 1, TRAILING: YEAR}.get(name, cutoff.start - SINCE)
    return max(months // length, 1) if name in TESTS and name != SURE else None


def tests(cutoff: Cutoff, rng: np.random.Generator) -> dict[str, Array]:
    """Paths of monthly counts by baseline, ``(months, paths)``; a single path is a point."""
    known = known_tests(cutoff)
    return {name: paths(known, cutoff.months, rng) for name, paths in TESTS.items()}


def trade(column: str, cutoff: Cutoff, period: Period, rng: np.random.Generator) -> dict[str, Array]:
    """Samples of a period's mean by baseline, ``(members,)``, m USD a month; a single member is a point."""
    years = _years(column, cutoff)
    recent = _recent(column, cutoff)
    ahead = (period.first + period.months / 2) / YEAR
    steps = np.diff(np.log(np.maximum(years, 1e-6)))
    drift = rng.normal(0, np.std(steps, ddof=1) * np.sqrt(ahead), PATHS)
    return {
        CLIMATE: years,
        LAST: recent[-1:],
        TRAILING: np.array([recent[-YEAR:].mean()]),
        WALK: recent[-1] * np.exp(drift),
    }


def last_trade(column: str, cutoff: Cutoff) -> float:
    """Trade of the last month before a cut-off, m USD."""
    return float(_recent(column, cutoff)[-1])


def _years(column: str, cutoff: Cutoff) -> Array:
    """Means of the calendar years that had ended, m USD a month."""
    totals: dict[int, float] = {}
    for each in observed(column, cutoff.start):
        if each.month.year < cutoff.start.year:
            totals[each.month.year] = totals.get(each.month.year, 0.0) + each.value * each.months / YEAR
    return np.array(list(totals.values()))


def _recent(column: str, cutoff: Cutoff) -> Array:
    """Values of the months up to the cut-off, as far as they are known; a mean stands for each of its months."""
    return np.array([each.value for each in observed(column, cutoff.start) for _ in range(each.months)])


def growth(cutoff: Cutoff) -> dict[str, Array]:
    """Samples of yearly growth by baseline, ``(members,)``, %/year."""
    years = np.array([each.value for each in observed("growth", cutoff.start)])
    return {CLIMATE: years, LAST: years[-1:]}


def adoption(cutoff: Cutoff, level: int) -> dict[str, float]:
    """Chance that a resolution follows an event of a severity, by baseline; open answers at the cut-off are left out."""
    past = targets.triggers(FIRST_TRADE, cutoff.start + -targets.WITHIN, cutoff.start)
    answers = [followed for _, severity, followed in past if severity == level]
    found = {CLIMATE: (sum(answers) + 0.5) / (len(answers) + 1), HALF: 0.5}
    return {**found, **_last_case(answers[-1])} if answers else found


def meeting(nation: str, cutoff: Cutoff) -> dict[str, float]:
    """Chance of a leaders' meeting within twelve months, by baseline, from windows of twelve months before the cut-off."""
    met = targets.monthly(f"meetings.{nation}", FIRST_TRADE, cutoff.start - FIRST_TRADE, cutoff.start) > 0
    windows = [bool(met[first : first + YEAR].any()) for first in range(len(met) - YEAR + 1)]
    return {CLIMATE: (sum(windows) + 0.5) / (len(windows) + 1), HALF: 0.5, **_last_case(windows[-1])}


def _last_case(happened: bool) -> dict[str, float]:
    """What the last case says, hedged as one case among two, and taken at its word."""
    return {LAST: (happened + 0.5) / 2, SURE: float(happened)}
