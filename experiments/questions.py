"""Questions to a stored batch: what an outcome is in the runs that meet a condition, and over a mixture of scenarios.

Conditions are those of ``experiments.conditions``: ``tests_severe>=1``, ``deal==freeze``, ``third_summit``.
Runs that meet one are not a sample under an intervention: what goes with a condition need not be caused by it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments import definitions, readers
from experiments.conditions import Condition, compares
from experiments.errors import UsageError, unknown
from experiments.estimates import (
    LEAST,
    NORMAL_95,
    alike,
    ends,
    error_of_share,
    estimate,
    percent_told,
    point_95,
    told,
    wilson,
)
from experiments.manifest import read_manifest
from experiments.parts import outcome_names
from sim.outcomes import OUTCOMES

ALL, MET, NOT_MET, MIXTURE = "all runs", "met", "not met", "mixture"
NOTE = (
    "In brackets: Monte Carlo errors. Runs that meet a condition are picked, not made: "
    "what goes with it need not follow from it. A run in which an outcome of the condition has no value does not meet it."
)

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.intp]
Row = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """What is asked of a batch. ``given``: conditions that must all hold; ``mix``: weights of scenarios, adding to one."""

    of: tuple[str, ...]
    given: tuple[Condition, ...] = ()
    mix: Mapping[str, float] = field(default_factory=dict)


def load(directory: Path | str, own: Sequence[definitions.Definition] = ()) -> pd.DataFrame:
    """Outcomes of the runs that did not fail, those of one's own among them, by scenario and run."""
    manifest = read_manifest(directory)
    names = readers.chosen(manifest, None)
    known = outcome_names(readers.columns_of(Path(directory), manifest, "outcomes", names))
    for definition in own:
        if definition.name in known:
            raise UsageError(f"there is an outcome {definition.name!r} already; give the definition another name")
    frame = readers.read_outcomes(directory, ["status", *known])
    if own:
        frame = frame.merge(definitions.measured(directory, list(own), names), on=["scenario", "run"], how="left")
    return frame[frame["status"] == "ok"].drop(columns="status")


def mixture(rules: Sequence[str], stored: Sequence[str]) -> dict[str, float]:
    """Weights of scenarios from ``SCENARIO=WEIGHT`` texts; UsageError when they make no sense or do not add to one."""
    found: dict[str, float] = {}
    for rule in rules:
        name, _, weight = (part.strip() for part in rule.partition("="))
        if name not in stored:
            raise unknown("scenario", name, stored)
        try:
            found[name] = float(weight)
        except ValueError:
            raise UsageError(f"{rule!r} is no weight; write SCENARIO=PROBABILITY, such as {name}=0.4") from None
    if found and not (all(0 <= weight <= 1 for weight in found.values()) and abs(sum(found.values()) - 1) < 1e-9):
        raise UsageError(f"probabilities of scenarios must lie between 0 and 1 and add to 1, not to {sum(found.values()):g}")
    return found


def answer(frame: pd.DataFrame, question: Question) -> list[Row]:
    """Rows by scenario, group of runs and outcome: value with error and 95% interval, and the share of runs in the group."""
    known = [name for name in frame.columns if name not in ("scenario", "run")]
    for name in question.of:
        if name not in known:
            raise unknown("outcome", name, known)
    rows: list[Row] = []
    shares = {name: yes_no(name, frame[name].to_numpy(dtype=np.float64)) for name in question.of}
    for scenario, mine in frame.groupby("scenario", observed=True, sort=False):
        met = np.ones(len(mine), dtype=bool)
        for each in question.given:
            met &= each.holds(mine)
        groups = {ALL: np.ones(len(mine), dtype=bool)} | ({MET: met, NOT_MET: ~met} if question.given else {})
        rows += [row for group, here in groups.items() for row in _rows(str(scenario), group, mine, here, shares)]
    if question.mix:
        rows += [row for name in question.of for row in _mixed(frame, name, question, shares[name])]
    return rows


def _rows(scenario: str, group: str, mine: pd.DataFrame, here: Flags, wanted: Mapping[str, bool]) -> list[Row]:
    rows = []
    for name, share in wanted.items():
        for category, values in _parts(name, mine[name].to_numpy(dtype=np.float64)[here]):
            row = {"scenario": scenario, "runs": group, "share": float(here.mean()),
                   "share_error": 0.0 if group == ALL else error_of_share(int(here.sum()), here.size),
                   "outcome": name, "category": category}  # fmt: skip
            rows.append(row | _estimate(values, share))
    return rows


def _parts(name: str, values: Values) -> list[tuple[str, Values]]:
    """An outcome as numbers, or each of its categories as 0 and 1; runs without a value are left out."""
    valid = values[~np.isnan(values)]
    measure = OUTCOMES.get(name)
    if measure is None or measure.kind != "category":
        return [("", valid)]
    return [(category, (valid == code).astype(np.float64)) for code, category in enumerate(measure.categories)]


def _estimate(values: Values, share: bool) -> Row:
    n = len(values)
    if n < LEAST:
        return {"n": n, **dict.fromkeys(("value", "error", "low", "high"), float("nan"))}
    return estimate(values, share)


def yes_no(name: str, values: Values) -> bool:
    """Whether the values of an outcome in all runs are yes (1) and no (0), and not numbers that happen to be such: of a
    category, a condition, an outcome of that kind, or an outcome of one's own in which both occur."""
    if name in OUTCOMES and OUTCOMES[name].kind == "category":
        return True
    valid = values[~np.isnan(values)]
    if not np.isin(valid, (0, 1)).all():
        return False
    if name in OUTCOMES:
        return OUTCOMES[name].kind == "share"
    return compares(name) or not alike(valid)


def _mixed(frame: pd.DataFrame, name: str, question: Question, share: bool) -> list[Row]:
    """The mean over a mixture, from weighted sums run by run, so that common luck is counted once.

    With conditions it is a ratio: what is summed over the runs that meet them, by the weight of these runs. The weight of a
    scenario is shared out among its runs, so that it does not shrink where some have failed.
    """
    scenarios = frame["scenario"].astype(str)
    weights = np.asarray(scenarios.map(question.mix).fillna(0.0) / scenarios.map(scenarios.value_counts()), dtype=np.float64)
    met = np.ones(len(frame), dtype=bool)
    for each in question.given:
        met &= each.holds(frame)
    values = np.asarray(frame[name], dtype=np.float64)
    here = met & ~np.isnan(values)
    measure = OUTCOMES.get(name)
    parts: dict[str, Values] = {"": values}
    if measure is not None and measure.kind == "category":
        parts = {category: np.asarray(values == code, dtype=np.float64) for code, category in enumerate(measure.categories)}
    runs = pd.factorize(frame["run"])[0]
    group = pd.factorize(frame["scenario"])[0]
    everywhere = np.ones(len(frame), dtype=bool)
    met_share = _ratio(runs, group, weights, np.asarray(met, dtype=np.float64), everywhere, share=True)
    row = {"scenario": MIXTURE, "runs": MET if question.given else ALL, "share": met_share["value"],
           "share_error": met_share["error"], "outcome": name}  # fmt: skip
    return [
        {**row, "category": category, **_ratio(runs, group, weights, part, here, share)} for category, part in parts.items()
    ]


def _ratio(runs: Numbers, group: Numbers, weights: Values, values: Values, here: Flags, share: bool) -> Row:
    """A weighted mean over the rows ``here`` with its error by linearisation over runs, so that common luck counts once.

    For shares the interval is Wilson's at both ends, and the error half its width over 1.96: the variance is put together
    from that of each scenario and of what they have in common, and the half-width of each scenario's own share is Wilson's
    in place of the normal one (the method of variance estimates recovery, Zou and Donner 2008). Where a scenario says the
    same in all runs its luck may be that of another one; the two are then taken as one.
    """
    used = here & (weights > 0)
    n = len(np.unique(runs[used]))
    if n < LEAST:
        return {"n": n, **dict.fromkeys(("value", "error", "low", "high"), float("nan"))}
    weighed = np.where(used, weights, 0.0)
    total = float(weighed.sum())
    mean = float((weighed * np.where(used, values, 0.0)).sum() / total)
    parts = np.bincount(runs, weighed * np.where(used, values - mean, 0.0)) / total
    error = float(np.sqrt(len(parts) / (len(parts) - 1) * np.sum(parts**2)))
    half = point_95(n - 1) * error
    if not share:
        return {"n": n, "value": mean, "error": error, "low": mean - half, "high": mean + half}
    below, above = _wider(runs, group, weighed / total, values, used)
    normal = (NORMAL_95 * error) ** 2
    low, high = mean - float(np.sqrt(max(normal + below, 0.0))), mean + float(np.sqrt(max(normal + above, 0.0)))
    low, high = max(low, 0.0), min(high, 1.0)
    return {"n": n, "value": mean, "error": (high - low) / 2 / NORMAL_95, "low": low, "high": high}


def _wider(runs: Numbers, group: Numbers, weights: Values, values: Values, used: Flags) -> tuple[float, float]:
    """What Wilson's half-widths of scenarios' shares add to the squared half-width of their mixture, below and above."""
    normal, lower, upper, residuals = [], [], [], []
    for scenario in np.unique(group[used]):
        mine = used & (group == scenario)
        n, share = int(mine.sum()), float(values[mine].mean())
        low, high = wilson(share * n, n)
        weight = float(weights[mine].sum())
        normal.append(weight * NORMAL_95 * np.sqrt(share * (1 - share) / n))
        lower.append(weight * (share - low))
        upper.append(weight * (high - share))
        residuals.append(np.bincount(runs[mine], values[mine] - share, minlength=int(runs.max()) + 1))
    both = np.stack(residuals)
    size = np.sqrt((both**2).sum(axis=1))
    moving = np.outer(size, size) > 0
    together = np.divide(
        (both[:, None] * both[None]).sum(axis=2), np.outer(size, size), out=np.ones(moving.shape), where=moving
    )
    before = _squared(together, np.array(normal))
    return _squared(together, np.array(lower)) - before, _squared(together, np.array(upper)) - before


def _squared(correlations: Values, halves: Values) -> float:
    """Squared half-width of a sum of estimates from their own half-widths and correlations."""
    return float((correlations * np.outer(halves, halves)).sum())


def text(rows: Sequence[Row], question: Question) -> str:
    """The answer as text."""
    lines = []
    if question.given:
        lines.append("given " + " and ".join(each.text for each in question.given))
    if question.mix:
        lines.append("mixture: " + ", ".join(f"{weight:g} {name}" for name, weight in question.mix.items()))
    lines.append(_line("scenario", "runs", "share", "outcome", "value", "95% interval", "n"))
    for row in rows:
        name = row["outcome"] + (f": {row['category']}" if row["category"] else "")
        number = "-" if np.isnan(row["value"]) else told(row["value"], row["error"])
        span = "" if np.isnan(row["low"]) else " to ".join(ends(row["low"], row["high"], row["error"]))
        share = "-" if np.isnan(row["share"]) else percent_told(row["share"], row["share_error"])
        if row["runs"] == ALL:
            share = "100.0%"
        lines.append(_line(row["scenario"], row["runs"], share, name, number, span, f"{row['n']:,}"))
    return "\n".join([*lines, *textwrap.wrap(NOTE, 110)])


def _line(*cells: str) -> str:
    scenario, runs, share, name, value, span, n = cells
    first = f"{scenario[:20]:<21}{runs:<9}{share:>13}  {name[:24]:<25}"
    return f"{first}{value:>14}  {span:<17}{n:>7}".rstrip()
