"""Whether the model tells months with tests from months without: area under the ROC curve, by lead.

From a start every half-year the share of runs with any test in a month is compared with what was observed one to six months
later. 0.5 is no discrimination, 1 is perfect.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from experiments.backtest import baselines, targets
from experiments.backtest.cutoffs import Cutoff, world
from experiments.backtest.targets import YEAR
from experiments.batch import Progress
from experiments.ensembles import ensemble
from experiments.extras import need
from sim.history import frozen
from sim.model import Peninsula
from sim.state import Array, Flags, Month, total

STARTS = tuple(Month(year, month) for year in range(2013, 2020) for month in (1, 7))
LEADS = 6
RESAMPLES = 500
Row = dict[str, Any]


def measure(model: Peninsula) -> dict[str, Array]:
    """Whether there was any test in each month, 0 or 1, ``(R,)``."""
    return {str(place): (total(month) > 0).astype(np.float64) for place, month in enumerate(model.course["tests"])}


def table(*, runs: int, seed: int, jobs: int | None = None, progress: Progress | None = None) -> list[Row]:
    """AUC of the model and of baselines, over all leads and by lead, with a 95% bootstrap interval over starts."""
    said: dict[str, list[Array]] = {}
    seen = []
    for place, start in enumerate(STARTS):
        cutoff = Cutoff.at(start, LEADS)
        for name, probabilities in _said(cutoff, runs, seed, jobs).items():
            said.setdefault(name, []).append(probabilities)
        seen.append(targets.tests(cutoff) > 0)
        if progress is not None:
            progress((place + 1) * runs, len(STARTS) * runs)
    happened = np.stack(seen)
    rows = []
    for name, each in said.items():
        probabilities = np.stack(each)
        rows.append({"entrant": name, "lead": "1 to 6", **_area(probabilities, happened, seed)})
        rows += [
            {"entrant": name, "lead": str(lead + 1), **_area(probabilities[:, [lead]], happened[:, [lead]], seed)}
            for lead in range(LEADS)
        ]
    return rows


def _said(cutoff: Cutoff, runs: int, seed: int, jobs: int | None) -> Mapping[str, Array]:
    """Probability of any test in each month by entrant, ``(leads,)``."""
    values = ensemble(world(cutoff), runs=runs, seed=seed, measure=measure, jobs=jobs).values
    with frozen(cutoff.start):
        known = baselines.known_tests(cutoff) > 0
    stay, begin = baselines.transitions(known)
    return {
        "model (prior)": np.array([values[str(month)].mean() for month in range(cutoff.months)]),
        "last month": np.full(cutoff.months, float(known[-1])),
        "trailing year": np.full(cutoff.months, known[-YEAR:].mean()),
        "two-state Markov": _forward(float(known[-1]), stay, begin, cutoff.months),
    }


def _forward(active: float, stay: float, begin: float, months: int) -> Array:
    """Chance that a month is active, month by month."""
    chances = []
    for _ in range(months):
        active = active * stay + (1 - active) * begin
        chances.append(active)
    return np.array(chances)


def _area(said: Array, happened: Flags, seed: int) -> Row:
    """AUC with its interval; ``(starts, leads)``. Resamples without both kinds of month do not count."""
    area = need("sklearn.metrics").roc_auc_score
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(RESAMPLES):
        picked = rng.integers(0, len(said), len(said))
        outcome = happened[picked].ravel()
        if 0 < outcome.sum() < outcome.size:
            drawn.append(area(outcome, said[picked].ravel()))
    low, high = np.percentile(drawn, [2.5, 97.5])
    value = float(area(happened.ravel(), said.ravel()))
    return {"months": int(happened.size), "auc": value, "low": float(low), "high": float(high)}
