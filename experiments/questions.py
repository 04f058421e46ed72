"""Questions to a stored batch: what an outcome is in the runs that meet a condition, and over a mixture of scenarios.

A condition compares an outcome with a number or with one of its categories: ``tests_severe >= 1``, ``deal == freeze``.
Runs that meet it are not a sample under an intervention: what goes with a condition need not be caused by it.
"""

from __future__ import annotations

import operator
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments import definitions, readers
from experiments.errors import UsageError, unknown
from experiments.manifest import read_manifest
from experiments.parts import BASE_COLUMNS
from experiments.summary import NORMAL_95, wilson
from sim.outcomes import OUTCOMES

COMPARISONS: Mapping[str, Callable[[Any, float], Any]] = MappingProxyType(
    {">=": operator.ge, "<=": operator.le, "==": operator.eq, ">": operator.gt, "<": operator.lt}
)
CONDITION = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(>=|<=|==|>|<)\s*(\S.*?)\s*")
ALL, MET, NOT_MET, MIXTURE = "all runs", "met", "not met", "mixture"
FEWEST = 2
NOTE = (
    "Errors are Monte Carlo errors. Runs that meet a condition are picked, not made: "
    "what goes with it need not follow from it. A run in which an outcome of the condition has no value does not meet it."
)

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]
Row = dict[str, Any]


@dataclass(frozen=True)
class Condition:
    """An outcome compared with a number."""

    text: str
    outcome: str
    comparison: str
    level: float

    def holds(self, frame: pd.DataFrame) -> Flags:
        """Where it holds; never where the outcome has no value."""
        return np.asarray(
            COMPARISONS[self.comparison](frame[self.outcome].to_numpy(dtype=np.float64), self.level), dtype=bool
        )


def condition(text: str, known: Sequence[str]) -> Condition:
    """A condition from its text; UsageError says what is wrong."""
    matched = CONDITION.fullmatch(text)
    if matched is None:
        raise UsageError(
            f"{text!r} is no condition; write OUTCOME>=NUMBER with one of {' '.join(COMPARISONS)}, or OUTCOME==CATEGORY"
        )
    name, comparison, level = matched.groups()
    if name not in known:
        raise unknown("outcome", name, known)
    categories = OUTCOMES[name].categories if name in OUTCOMES else ()
    if level in categories:
        return Condition(text, name, comparison, float(categories.index(level)))
    try:
        number = float(level)
    except ValueError:
        expected = f"one of {', '.join(categories)}" if categories else "a number"
        raise UsageError(f"{text!r} compares {name} with {level!r}; expected {expected}") from None
    if not np.isfinite(number):
        raise UsageError(f"{text!r} compares {name} with {level!r}; expected a finite number")
    return Condition(text, name, comparison, number)


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
    columns = readers.columns_of(Path(directory), manifest, "outcomes", names)
    known = [name for name in columns if "." not in name and name not in ("scenario", *BASE_COLUMNS)]
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
    for scenario, mine in frame.groupby("scenario", observed=True, sort=False):
        met = np.ones(len(mine), dtype=bool)
        for each in question.given:
            met &= each.holds(mine)
        groups = {ALL: np.ones(len(mine), dtype=bool)} | ({MET: met, NOT_MET: ~met} if question.given else {})
        rows += [row for group, here in groups.items() for row in _rows(str(scenario), group, mine, here, question.of)]
    if question.mix:
        rows += [row for name in question.of for row in _mixed(frame, name, question)]
    return rows


def _rows(scenario: str, group: str, mine: pd.DataFrame, here: Flags, wanted: Sequence[str]) -> list[Row]:
    rows = []
    for name in wanted:
        for category, values in _parts(name, mine[name].to_numpy(dtype=np.float64)[here]):
            row = {"scenario": scenario, "runs": group, "share": float(here.mean()), "outcome": name, "category": category}
            rows.append(row | _estimate(values))
    return rows


def _parts(name: str, values: Values) -> list[tuple[str, Values]]:
    """An outcome as numbers, or each of its categories as 0 and 1; runs without a value are left out."""
    valid = values[~np.isnan(values)]
    measure = OUTCOMES.get(name)
    if measure is None or measure.kind != "category":
        return [("", valid)]
    return [(category, (valid == code).astype(np.float64)) for code, category in enumerate(measure.categories)]


def _estimate(values: Values) -> Row:
    n = len(values)
    if n < FEWEST:
        return {"n": n, **dict.fromkeys(("value", "error", "low", "high"), float("nan"))}
    mean, error = float(values.mean()), float(values.std(ddof=1) / np.sqrt(n))
    if np.isin(values, (0.0, 1.0)).all():
        low, high = wilson(int(values.sum()), n)
    else:
        low, high = mean - NORMAL_95 * error, mean + NORMAL_95 * error
    return {"n": n, "value": mean, "error": error, "low": low, "high": high}


def _mixed(frame: pd.DataFrame, name: str, question: Question) -> list[Row]:
    """The mean over a mixture, from weighted sums run by run, so that common luck is counted once.

    With conditions it is a ratio: what is summed over the runs that meet them, by the weight of these runs.
    """
    weights = frame["scenario"].astype(str).map(question.mix).fillna(0.0).to_numpy(dtype=np.float64)
    met = np.ones(len(frame), dtype=bool)
    for each in question.given:
        met &= each.holds(frame)
    values = frame[name].to_numpy(dtype=np.float64)
    here = met & ~np.isnan(values)
    measure = OUTCOMES.get(name)
    parts = {"": values}
    if measure is not None and measure.kind == "category":
        parts = {category: (values == code).astype(np.float64) for code, category in enumerate(measure.categories)}
    rows = []
    for category, part in parts.items():
        sums = pd.DataFrame({
            "run": frame["run"], "weight": weights * here, "value": weights * np.where(here, part, 0),
        }).groupby("run")[["weight", "value"]].sum()  # fmt: skip
        rows.append({
            "scenario": MIXTURE, "runs": MET if question.given else ALL, "share": float(weights[met].sum() / weights.sum()),
            "outcome": name, "category": category, **_ratio(sums),
        })  # fmt: skip
    return rows


def _ratio(sums: pd.DataFrame) -> Row:
    """A ratio of sums over runs with its error by linearisation."""
    weight, value = sums["weight"].to_numpy(), sums["value"].to_numpy()
    n = int((weight > 0).sum())
    if n < FEWEST:
        return {"n": n, **dict.fromkeys(("value", "error", "low", "high"), float("nan"))}
    ratio = float(value.sum() / weight.sum())
    error = float(np.std(value - ratio * weight, ddof=1) / weight.mean() / np.sqrt(len(weight)))
    return {"n": n, "value": ratio, "error": error, "low": ratio - NORMAL_95 * error, "high": ratio + NORMAL_95 * error}


def text(rows: Sequence[Row], question: Question) -> str:
    """The answer as text."""
    lines = []
    if question.given:
        lines.append("given " + " and ".join(each.text for each in question.given))
    if question.mix:
        lines.append("mixture: " + ", ".join(f"{weight:g} {name}" for name, weight in question.mix.items()))
    heads = f"{'scenario':<26}{'runs':<9}{'share':>7}  {'outcome':<30}"
    lines.append(f"{heads}{'value':>8}{'+/-':>8}  {'95% interval':<18}{'n':>8}")
    for row in rows:
        name = row["outcome"] + (f": {row['category']}" if row["category"] else "")
        told = "-" if np.isnan(row["value"]) else f"{row['value']:.3g}"
        error = "" if np.isnan(row["value"]) else f"{row['error']:.2g}"
        span = "" if np.isnan(row["value"]) else f"{row['low']:.3g} to {row['high']:.3g}"
        start = f"{row['scenario'][:25]:<26}{row['runs']:<9}{row['share']:>7.1%}  {name[:29]:<30}"
        lines.append(f"{start}{told:>8}{error:>8}  {span:<18}{row['n']:>8,}".rstrip())
    return "\n".join([*lines, *textwrap.wrap(NOTE, 110)])
