"""Approximate Bayesian computation on a table of runs: parameters ``(runs, p)`` and moments ``(runs, m)``.

Works on normal scores of parameters: their ranks among the runs, through the inverse normal distribution function, so
that priors of any shape become alike and adjusted values stay within them. Regressions and neighbours are scikit-learn's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from experiments.extras import need
from sim.state import Array

LEAST_R2 = 0.1  # of a parameter's variance that moments must explain out of sample for it to be fitted [P]
ACCEPTED = 0.05  # share of runs that are kept
FEWEST = 400  # runs that are kept at least
FOLDS = 4
PENALTIES = (10.0, 100.0, 1000.0, 10_000.0)  # on standardised moments and their products, chosen by cross-validation


@dataclass(frozen=True)
class Fit:
    """What a table of runs teaches: how well moments tell each parameter, and a summary for each that they do tell.

    r2: out of sample, ``(p,)``; told: places of the parameters that are fitted; learned: summaries ``(runs, k)``
    """

    scores: Array  # normal scores of all parameters, (runs, p)
    r2: Array
    told: NDArray[np.intp]
    model: Any
    learned: Array

    def summary(self, moments: Array) -> Array:
        """The learned summary of moments, ``(cases, k)``."""
        return _two_axes(self.model.predict(moments))


def normal_scores(values: Array) -> Array:
    """Ranks of each column as normal scores, same shape."""
    ranks = stats.rankdata(values, axis=0)
    return np.asarray(stats.norm.ppf((ranks - 0.5) / len(values)))


def filled(moments: Array) -> Array:
    """Moments with undefined ones at the mean of the others."""
    means = np.nanmean(moments, axis=0)
    return np.where(np.isnan(moments), means, moments)


def fit(parameters: Array, moments: Array) -> Fit:
    """Learn a summary of moments for each parameter that they tell. ValueError when they tell none."""
    scores = normal_scores(parameters)
    predicted = need("sklearn.model_selection").cross_val_predict(_regression(), moments, scores, cv=FOLDS)
    r2 = 1 - ((scores - predicted) ** 2).mean(axis=0) / scores.var(axis=0)
    told = np.flatnonzero(r2 > LEAST_R2)
    if not told.size:
        raise ValueError("the moments tell none of the parameters; more runs or other moments are needed")
    model = _regression().fit(moments, scores[:, told])
    return Fit(scores, r2, told, model, _two_axes(model.predict(moments)))


def _regression() -> Any:
    """Ridge regression on moments and their products."""
    preprocessing, linear = need("sklearn.preprocessing"), need("sklearn.linear_model")
    return need("sklearn.pipeline").make_pipeline(
        preprocessing.StandardScaler(),
        preprocessing.PolynomialFeatures(2, include_bias=False),
        preprocessing.StandardScaler(),
        linear.RidgeCV(PENALTIES),
    )


def _two_axes(values: Any) -> Array:
    """Predictions of one parameter come without their axis."""
    return np.asarray(values).reshape(len(values), -1)


@dataclass(frozen=True)
class Posterior:
    """Adjusted values of the fitted parameters as probabilities under their priors, ``(accepted, k)``, and weights."""

    levels: Array
    weights: Array

    def quantiles(self, levels: Array) -> Array:
        """Probabilities under the priors at posterior quantiles, ``(levels, k)``."""
        return np.stack([_weighted_quantile(column, self.weights, levels) for column in self.levels.T], axis=1)

    def resampled(self, times: int, seed: int) -> Iterator[Posterior]:
        """Bootstrap samples of the accepted runs, for Monte Carlo errors; what was learned of the moments stays as it is."""
        rng, kept = np.random.default_rng(seed), len(self.weights)
        for _ in range(times):
            drawn = rng.integers(kept, size=kept)
            yield Posterior(self.levels[drawn], self.weights[drawn])


def posterior(known: Fit, moments: Array, leave_out: int | None = None) -> Posterior:
    """The posterior given moments ``(m,)``: nearest runs by learned summaries, with local-linear adjustment.

    leave_out: a run that does not count, because the moments are its own.
    """
    target = known.summary(moments[None])[0]
    spread = known.learned.std(axis=0)
    apart = np.sqrt((((known.learned - target) / spread) ** 2).sum(axis=1))
    if leave_out is not None:
        apart[leave_out] = np.inf
    kept = np.argsort(apart, kind="stable")[: max(int(ACCEPTED * len(apart)), FEWEST)]
    width = apart[kept[-1]]
    weights = 1 - (apart[kept] / width) ** 2 if width > 0 else np.ones(len(kept))  # Epanechnikov
    values = known.scores[np.ix_(kept, known.told)]
    moved = (known.learned[kept] - target) / spread
    linear = need("sklearn.linear_model").LinearRegression().fit(moved, values, sample_weight=weights + 1e-12)
    adjusted = values - moved @ linear.coef_.T
    return Posterior(np.asarray(stats.norm.cdf(adjusted)), weights)


def _weighted_quantile(values: Array, weights: Array, levels: Array) -> Array:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weights[order])
    places = (total - weights[order] / 2) / total[-1]
    return np.interp(levels, places, values[order])
