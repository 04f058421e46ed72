"""From a reference table to posteriors, their check, and what they predict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from experiments.batch import Progress
from experiments.calibration import abc, moments
from experiments.calibration.abc import Fit, Posterior
from experiments.ensembles import Ensemble, ensemble, part_of
from experiments.errors import UsageError
from sim.parameters import PARAMETERS
from sim.parameters.posteriors import LEVELS, Fitted
from sim.scenario import load_scenario
from sim.state import Array, Month

SCENARIO, COUNCIL = "history-2012", "council-2012"
FIRST_UNTIL, LAST_UNTIL = Month(2014, 1), Month(2020, 5)  # May 2020 and later is only scored, never fitted
FEWEST_RUNS = 2000
GRID = np.linspace(0, 1, LEVELS)
MIDDLE = (0.05, 0.5, 0.95)
RESAMPLED = 200  # bootstrap samples behind an error, which they give to a twentieth
Row = dict[str, Any]


@dataclass(frozen=True)
class Reference:
    """Runs of the priors: parameters that vary ``(runs, p)``, and moments by cut-off ``(runs, m)``."""

    runs: int
    seed: int
    names: tuple[str, ...]
    parameters: Array = field(repr=False)
    moments: Mapping[Month, Mapping[str, Array]] = field(repr=False)


@dataclass(frozen=True)
class Calibration:
    """What the record up to a cut-off says of the parameters."""

    until: Month
    names: tuple[str, ...]  # of the moments that are used
    observed: Array
    simulated: Array = field(repr=False)
    known: Fit = field(repr=False)
    posterior: Posterior = field(repr=False)


def untils(given: Sequence[str]) -> tuple[Month, ...]:
    """Cut-offs from text, May 2020 without any. UsageError for one beyond what may be fitted, or too early."""
    try:
        chosen = tuple(dict.fromkeys(Month.parse(text) for text in given)) or (LAST_UNTIL,)
    except ValueError as error:
        raise UsageError(str(error)) from None
    for until in chosen:
        if not FIRST_UNTIL <= until <= LAST_UNTIL:
            raise UsageError(
                f"fit up to a month from {FIRST_UNTIL} to {LAST_UNTIL}, not {until}; later months are only scored"
            )
    return chosen


def reference(chosen: Sequence[Month], *, runs: int, seed: int, jobs: int | None = None, progress: Progress | None = None,
              settings: Sequence[str] = ()) -> Reference:  # fmt: skip
    """Simulate the reference table: two scenarios with the same draws, the second for the answers of the Council.

    settings: of both scenarios, for tables of a posterior. UsageError for too few runs.
    """
    if runs < FEWEST_RUNS:
        raise UsageError(f"a reference table needs {FEWEST_RUNS:,} runs or more, not {runs:,}")
    chosen = tuple(chosen)
    whole = load_scenario(SCENARIO, [*settings, *cut(SCENARIO, max(chosen))])
    council = load_scenario(COUNCIL, [*settings, *cut(COUNCIL, min(max(chosen), end_of(COUNCIL)))])
    main = ensemble(
        whole, runs=runs, seed=seed, measure=moments.Measure(chosen), jobs=jobs, progress=part_of(progress, 0, 2 * runs)
    )
    answers = ensemble(
        council, runs=runs, seed=seed, measure=moments.Answers(chosen), jobs=jobs, progress=part_of(progress, runs, 2 * runs)
    )
    varying = tuple(name for name, values in main.parameters.items() if np.ptp(values) > 0)
    found = {until: _of(until, main) | _of(until, answers) for until in chosen}
    return Reference(runs, seed, varying, np.stack([main.parameters[name] for name in varying], axis=1), found)


def cut(scenario: str, until: Month) -> list[str]:
    """Settings that end a scenario from January 2012 before a month, without the events from then on."""
    events = [event for event in load_scenario(scenario).events if event.month and event.month < until]
    listed = ", ".join(_event(event) for event in events)
    return [f"months={until - moments.START}", f"events=[{listed}]"]


def _event(event: Any) -> str:
    """An event as a setting writes it."""
    changes = []
    for key, values in (("set", event.set), ("add", event.add)):
        if values:
            changes.append(f"{key}: {{{', '.join(f'{path}: {value}' for path, value in values.items())}}}")
    return f"{{month: {event.month}, {', '.join(changes)}, probability: {event.probability}}}"


def end_of(scenario: str) -> Month:
    """The month after the last one of a scenario."""
    return load_scenario(scenario).last_month + 1


def _of(until: Month, found: Ensemble) -> dict[str, Array]:
    start = f"{until}/"
    return {name.removeprefix(start): values for name, values in found.values.items() if name.startswith(start)}


def calibrate(table: Reference, until: Month) -> Calibration:
    """Fit the record up to a cut-off; only moments that the record has, and that vary between runs, are used."""
    record = moments.of_record(until, end_of(COUNCIL))
    simulated = table.moments[until]
    names = tuple(name for name in record if name in simulated and np.nanstd(simulated[name]) > 0)
    values = abc.filled(np.stack([simulated[name] for name in names], axis=1))
    observed = np.array([record[name] for name in names])
    known = abc.fit(table.parameters, values)
    return Calibration(until, names, observed, values, known, abc.posterior(known, observed))


# ---- results --------------------------------------------------------------------------------------------------


def summary(table: Reference, found: Calibration) -> list[Row]:
    """Every parameter and weight that varies, those that are told best first: prior, posterior, and how well it is told.

    Monte Carlo errors of the posterior are from bootstrap samples of the accepted runs.
    """
    told = {int(place): column for column, place in enumerate(found.known.told)}
    levels = found.posterior.quantiles(np.array(MIDDLE))
    again = list(found.posterior.resampled(RESAMPLED, table.seed))
    other_levels = np.stack([each.quantiles(np.array(MIDDLE)) for each in again])
    rows = []
    for place in np.argsort(-found.known.r2):
        values = table.parameters[:, place]
        row: Row = {"name": table.names[place], "r2": float(found.known.r2[place])}
        row |= dict(
            zip(("prior 5%", "prior 50%", "prior 95%"), np.quantile(values, (0.05, 0.5, 0.95)).tolist(), strict=True)
        )
        if place in told:
            column = told[int(place)]
            row |= _spread("posterior", np.quantile(values, levels[:, column]))
            row["contraction"] = _contraction(found.posterior, column)
            errors = np.quantile(values, other_levels[:, :, column]).std(axis=0, ddof=1)
            row |= {f"{name} error": value for name, value in _spread("posterior", errors).items()}
            row["contraction error"] = float(np.std([_contraction(each, column) for each in again], ddof=1))
        row["identified"] = "yes" if place in told else "no"
        rows.append(row)
    return rows


def _spread(what: str, values: Array) -> Row:
    """Three quantiles as columns."""
    return {f"{what} {100 * level:g}%": float(value) for level, value in zip(MIDDLE, values, strict=True)}


def _contraction(posterior: Posterior, column: int) -> float:
    """1 - posterior spread over prior spread, on normal scores, whose prior spread is one."""
    scores = stats.norm.ppf(np.clip(posterior.levels[:, column], 1e-6, 1 - 1e-6))
    mean = np.average(scores, weights=posterior.weights)
    return float(1 - np.sqrt(np.average((scores - mean) ** 2, weights=posterior.weights)))


def fitted(table: Reference, found: Calibration) -> list[Fitted]:
    """The posterior as a scenario may name it: parameters that are identified, not weights, which no scenario can draw."""
    levels = found.posterior.quantiles(GRID)
    made = []
    for column, place in enumerate(found.known.told):
        name = table.names[place].removeprefix("parameters.")
        if name in PARAMETERS:
            quantiles = np.quantile(table.parameters[:, place], levels[:, column])
            r2 = found.known.r2[place]
            note = f"fitted to January 2012 to {found.until + -1}, {table.runs} runs, seed {table.seed}, R2 {r2:.2f}"
            made.append(Fitted(name, tuple(np.maximum.accumulate(quantiles).tolist()), note))
    return sorted(made, key=lambda each: each.parameter)


def fit_of_moments(found: Calibration, after: Mapping[str, Array]) -> list[Row]:
    """Each moment: the record, and medians with 90% of runs under the priors and under the posterior."""
    rows = []
    for place, name in enumerate(found.names):
        prior = np.quantile(found.simulated[:, place], MIDDLE)
        kept = np.nanquantile(after[name], MIDDLE)
        row: Row = {"moment": name, "record": float(found.observed[place])}
        rows.append({**row, **_spread("prior", prior), **_spread("posterior", kept)})
    return rows


def check(table: Reference, found: Calibration, cases: int, seed: int) -> list[Row]:
    """Calibrating the calibrator: runs of the table in turn as the record, their parameters as the truth.

    Shares of truths inside 50% and 90% posterior intervals, correlation of posterior medians with truths, and the p-value of
    even ranks (Kolmogorov-Smirnov), for each parameter that is fitted.
    """
    rng = np.random.default_rng(seed)
    picked = rng.choice(len(table.parameters), cases, replace=False)
    truth = stats.norm.cdf(found.known.scores[np.ix_(picked, found.known.told)])
    levels = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    told = [abc.posterior(found.known, found.simulated[run], leave_out=int(run)) for run in picked]
    said = np.stack([each.quantiles(levels) for each in told])
    ranks = np.stack([
        [np.average(each.levels[:, column] < truth[case, column], weights=each.weights) for column in range(truth.shape[1])]
        for case, each in enumerate(told)
    ])  # fmt: skip
    return list(_checked(table, found, (truth, said, ranks)))


def _checked(table: Reference, found: Calibration, results: tuple[Array, Array, Array]) -> Iterator[Row]:
    truth, said, ranks = results
    for column, place in enumerate(found.known.told):
        low90, low50, middle, high50, high90 = said[:, :, column].T
        true = truth[:, column]
        yield {
            "name": table.names[place], "cases": len(true),
            "inside 50%": float(np.mean((true >= low50) & (true <= high50))),
            "inside 90%": float(np.mean((true >= low90) & (true <= high90))),
            "correlation": float(np.corrcoef(middle, true)[0, 1]),
            "even ranks p": float(stats.kstest(ranks[:, column], "uniform").pvalue),
        }  # fmt: skip


def name_of(until: Month) -> str:
    """The name of a posterior: the last month that was used."""
    return f"to-{until + -1}"


def predictive(until: Month, path: Path, *, runs: int, seed: int, jobs: int | None = None) -> Mapping[str, Array]:
    """Moments of new runs under a posterior that lies at ``path``."""
    settings = [f"parameters.posterior={path}"]
    return reference([until], runs=runs, seed=seed, jobs=jobs, settings=settings).moments[until]
