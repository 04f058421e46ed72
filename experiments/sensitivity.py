"""What an outcome depends on: variance-based indices, screening, one at a time, and the parts of its variance.

Symbols: Y outcome, X_j a factor (a parameter, the weights of a nation), W luck (decisions and what is exogenous), f the
model: Y = f(X, W). Run k has its own X and W; a design swaps them between runs or sets them (``experiments.designs``).

first order  V(E[Y | X_j]) / V(Y): what would go, on average, if X_j alone were known.
total        E[V(Y | all but X_j, and W)] / V(Y): what is left when all else is known, luck as well (Jansen 1999).
             Luck is a factor among others here, so that this includes the interaction of X_j with it. A parameter that
             merely shifts which decision falls in which month has a total effect although no frequency changes.
on the mean  E[V(g | all but X_j)] / V(Y) with g(X) = E[Y | X], the mean over luck. What is left of the total effect
             when luck is averaged out: (f(A, W) - f(AB, W)) (f(A, W') - f(AB, W')) / 2, averaged over base rows A with
             two independent lucks W and W', has it as its expectation, without bias; so it may fall below zero.

Designs and indices: SALib (Herman and Usher 2017; Saltelli and others 2010; Morris 1991; Campolongo and others 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from experiments import designs
from experiments.designs import Factor, PickFreeze
from experiments.errors import UsageError
from experiments.estimates import NORMAL_95
from experiments.extras import need
from experiments.study import Study
from sim.state import NATIONS, Array

ENDS = (0.05, 0.95)  # quantiles of a prior between which screening and one-at-a-time move
RESAMPLES = 200
SCREENED = 5  # of the runs one in five screens
PATHS = 10  # of screening, at least
KEEP = 15  # parameters that screening keeps for each outcome
FEWEST = 20  # pairs of runs that differ, below which an effect has no error worth the name
LEAST = 64  # base rows below which indices are not worth printing
PARAMETER, WEIGHTS, GROUP = "parameter", "weights", "group"
LUCK, INITIAL, OTHERS, FORMULATION = "luck", "initial values", "other parameters", "formulation"
Row = dict[str, Any]


def _every_nation(rule: str) -> tuple[str, ...]:
    return tuple(f"nations.{name}.rule={rule}" for name in NATIONS)


# rival formulations between which history does not decide, as changes of a scenario, each as likely as the others
RIVALS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "as it stands": (),
        "best_reply": _every_nation("best_reply"),
        "satisficing": _every_nation("satisficing"),
        "council-saturation": ("parameters.council.by_rift=0",),
        "provocation-never-pays": ("parameters.memory.rewarded=0", "initial.promise=0"),
    }
)
PARTS = (
    Factor("luck of decisions", ("choice/", "level/")),
    Factor("exogenous luck", (designs.ALL,)),
    Factor(INITIAL, ("initial/",)),
    Factor("parameters", ("parameter/",)),
    Factor("weights", ("weights/",)),
    Factor(FORMULATION),
)


def sobol(study: Study, keep: int = KEEP) -> list[Row]:
    """First order, total and on the mean, of the parameters that screening keeps, of weights, and of what remains."""
    names = study.drawn()
    kept = names if len(names) <= keep else _screened(study, names, keep)
    factors = [Factor(name, (f"parameter/{name}",), level=True) for name in kept]
    factors += [Factor(f"weights.{nation}", (f"weights/{nation}/",)) for nation in NATIONS]
    factors += [Factor(OTHERS, ("parameter/",))] if len(kept) < len(names) else []
    factors += [Factor(INITIAL, ("initial/",)), Factor(LUCK, (designs.ALL,))]
    made = designs.pick_freeze(factors, _base(study, 2 * len(factors) + 2, "sobol"), study.seed)
    here = study.run(study.spec, made.design.rows, made.design)
    seen = np.flatnonzero(np.arange(made.design.rows) % made.steps < made.steps - 2)  # without LUCK and B
    there = study.run(study.spec, len(seen), designs.with_other_luck(made, (designs.ALL,)).part(seen))
    rows = [
        row
        for name in study.fit(here)
        for row in _with_mean(indices(made, name, here[name], study.seed), here[name], there[name], made)
    ]
    _say_left_out(study, rows)
    return _ranked(study, rows, "total")


def _say_left_out(study: Study, rows: Sequence[Row]) -> None:
    """Note the outcomes for which screening left out more, together, than the first of what it kept has."""
    ranked = ranks(rows, "total")
    for row in rows:
        first = ranked[row["outcome"]][0]
        if row["factor"] == OTHERS and row["total"] > first["total"]:
            study.notes.append(
                f"{row['outcome']}: parameters left out by screening have a total effect of {row['total']:.2g} together, "
                f"more than the first of those kept ({first['total']:.2g}); one of them may belong among the first ten"
            )


def _screened(study: Study, names: Sequence[str], keep: int) -> list[str]:
    """The union over outcomes of the ``keep`` parameters with the largest mean absolute elementary effect."""
    needed = SCREENED * PATHS * (len(names) + 1)
    if study.runs < needed:
        raise UsageError(f"sobol needs at least {needed:,} runs here, to screen {len(names)} parameters; raise --runs")
    told = study.progress
    report = None if told is None else lambda done, _: told(done, study.runs)
    budget = replace(study, runs=study.runs // SCREENED, progress=report, spent=0, notes=[])
    rows = morris(budget, names)
    study.spent += budget.spent
    ranked = ranks(rows, "mu_star")
    chosen = {row["factor"] for found in ranked.values() for row in found[:keep] if row["mu_star"] > 0}
    kept = [name for name in names if name in chosen]
    study.notes.append(
        f"{len(kept)} of {len(names)} drawn parameters kept, the first {keep} of each outcome by Morris's mu* on "
        f"{budget.spent:,} runs; the other {len(names) - len(kept)} vary together as '{OTHERS}'"
    )
    return kept


def _base(study: Study, rows: int, method: str) -> int:
    """The number of base rows, a power of two, that runs left pay for at ``rows`` runs each."""
    left = study.runs - study.spent
    if left < LEAST * rows:
        raise UsageError(
            f"{method} needs at least {study.spent + LEAST * rows:,} runs here, not {study.runs:,}; raise --runs"
        )
    return int(2 ** np.floor(np.log2(left / rows)))


def indices(made: PickFreeze, outcome: str, values: Array, seed: int) -> list[Row]:
    """First-order and total indices of every factor, with the half widths of their 95% intervals (SALib's bootstrap)."""
    names = [factor.name for factor in made.factors]
    table = values.reshape(-1, made.steps)
    problem = {"num_vars": len(names), "names": names, "bounds": [[0, 1]] * len(names)}
    found = need("SALib.analyze.sobol").analyze(
        problem, values, calc_second_order=False, num_resamples=RESAMPLES, seed=seed + 1
    )
    return [
        {
            "outcome": outcome, "factor": name, "kind": _kind(name), "first": float(found["S1"][place]),
            "first_95": float(found["S1_conf"][place]), "total": float(found["ST"][place]),
            "total_95": float(found["ST_conf"][place]), **_moved(table[:, place + 1] - table[:, 0]),
        }
        for place, name in enumerate(names)
    ]  # fmt: skip


def _kind(name: str) -> str:
    groups = {LUCK, INITIAL, OTHERS, *(part.name for part in PARTS)}
    return GROUP if name in groups else WEIGHTS if name.startswith("weights.") else PARAMETER


def _with_mean(rows: list[Row], here: Array, there: Array, made: PickFreeze) -> list[Row]:
    """The same rows with the effect on the mean over luck, where enough base rows move under either luck; luck has none."""
    one, two = here.reshape(-1, made.steps), there.reshape(-1, made.steps - 2)
    variance = one[:, [0, -1]].var()
    for place, row in enumerate(rows):
        if row["factor"] == LUCK:
            continue
        both = (one[:, 0] - one[:, place + 1]) * (two[:, 0] - two[:, place + 1]) / 2 / variance
        if np.count_nonzero(both) >= FEWEST:
            row["mean"], row["mean_95"] = _mean_and_width(both)
    return rows


def _mean_and_width(sample: Array) -> tuple[float, float]:
    return float(sample.mean()), float(NORMAL_95 * sample.std(ddof=1) / np.sqrt(len(sample)))


def _moved(change: Array) -> Row:
    """In how many of the pairs of runs that differ in one factor alone the outcome differs at all."""
    return {"pairs": len(change), "moved": int(np.count_nonzero(change))}


def ranks(rows: Sequence[Row], by: str) -> dict[str, list[Row]]:
    """Rows by outcome, parameters and weights alone, the largest first."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row["kind"] != GROUP:
            found.setdefault(row["outcome"], []).append(row)
    return {outcome: sorted(each, key=lambda row: -abs(row[by])) for outcome, each in found.items()}


def _ranked(study: Study, rows: list[Row], by: str, top: int = 10) -> list[Row]:
    """The same rows; noted is for each outcome how many of the first ten stand clear of the rest."""
    for outcome, ranked in ranks(rows, by).items():
        rest = max((abs(row[by]) + row[f"{by}_95"] for row in ranked[top:]), default=0.0)
        clear = sum(abs(row[by]) - row[f"{by}_95"] > rest and row["moved"] >= FEWEST for row in ranked[:top])
        said = f"intervals of {clear} of the first {min(top, len(ranked))} are clear of all after the tenth"
        study.notes.append(f"{outcome}: {said if clear else 'intervals are too wide to rank; spend more runs'}")
    return rows


def _some(study: Study) -> list[str]:
    """Parameters that are drawn; UsageError without any."""
    names = study.drawn()
    if not names:
        raise UsageError(
            "every parameter of this scenario is fixed; give one a prior, such as parameters.oil.sd=[uniform, 2, 6]"
        )
    return names


def morris(study: Study, names: Sequence[str] | None = None) -> list[Row]:
    """Elementary effects of the drawn parameters between the ends of their priors, in units of the outcome."""
    names = _some(study) if names is None else names
    count = study.runs // (len(names) + 1)
    if count < 2:
        raise UsageError(f"morris needs at least {2 * (len(names) + 1):,} runs here, not {study.runs:,}; raise --runs")
    streams = [f"parameter/{name}" for name in names]
    design, table, problem = designs.trajectories(streams, count, study.seed, ENDS)
    values = study.run(study.spec, design.rows, design)
    rows: list[Row] = []
    for outcome in study.fit(values):
        steps = _steps(table, values[outcome], len(names))
        found = need("SALib.analyze.morris").analyze(
            problem, table, values[outcome], num_resamples=RESAMPLES, seed=study.seed + 1
        )
        rows += [
            {
                "outcome": outcome, "factor": name, "kind": PARAMETER, "mu_star": float(found["mu_star"][place]),
                "mu_star_95": float(found["mu_star_conf"][place]), "sigma": float(found["sigma"][place]),
                **_moved(steps[:, place]),
            }
            for place, name in enumerate(names)
        ]  # fmt: skip
    return _ranked(study, rows, "mu_star")


def _steps(table: Array, values: Array, count: int) -> Array:
    """The change of an outcome on each path when each parameter is moved, ``(path, parameter)``."""
    paths = values.reshape(-1, count + 1)
    moved = np.diff(table.reshape(-1, count + 1, count), axis=1) != 0
    return np.take_along_axis(np.diff(paths, axis=1), moved.argmax(axis=1), axis=1)


def tornado(study: Study) -> list[Row]:
    """The mean change of an outcome when one parameter is put at 5% or 95% of its prior, in the same runs."""
    names = _some(study)
    base = study.runs // (2 * len(names) + 1)
    if base < 2:
        raise UsageError(f"tornado needs at least {4 * len(names) + 2:,} runs here, not {study.runs:,}; raise --runs")
    design = designs.one_at_a_time([f"parameter/{name}" for name in names], base, ENDS)
    values = study.run(study.spec, design.rows, design)
    rows: list[Row] = []
    for outcome in study.fit(values):
        drawn, *moved = values[outcome].reshape(-1, base)
        for place, name in enumerate(names):
            low, high = moved[2 * place], moved[2 * place + 1]
            row: Row = {"outcome": outcome, "factor": name, "kind": PARAMETER, "drawn": float(drawn.mean())}
            for what, change in (("low", low - drawn), ("high", high - drawn), ("change", high - low)):
                row[what], row[f"{what}_95"] = _mean_and_width(change)
            rows.append({**row, **_moved(high - low)})
    return _ranked(study, rows, "change")


def split(study: Study) -> list[Row]:
    """Shares of an outcome's variance owed to luck of two kinds, initial values, parameters, weights, and formulations."""
    made = designs.pick_freeze(PARTS, _base(study, len(PARTS) + 2, "split"), study.seed)
    chosen = np.floor(made.columns[:, -1] * len(RIVALS)).astype(int)
    values: dict[str, Array] = {}
    for place, settings in enumerate(RIVALS.values()):
        rows = np.flatnonzero(chosen == place)
        for name, found in study.run(study.load(*settings), len(rows), made.design.part(rows)).items():
            values.setdefault(name, np.empty(made.design.rows))[rows] = found
    study.notes.append(f"formulations, each as likely as the others: {', '.join(RIVALS)}")
    return [row for outcome in study.fit(values) for row in indices(made, outcome, values[outcome], study.seed)]


METHODS: Mapping[str, Callable[[Study], list[Row]]] = MappingProxyType(
    {"sobol": sobol, "morris": morris, "tornado": tornado, "split": split}
)
