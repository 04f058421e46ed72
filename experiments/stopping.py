"""Running a batch until its numbers are sure enough: the half-width of a 95% interval as a stop rule.

A trial in memory foresees how many runs it will take; then the batch grows in whole steps. After each the half-widths are
read from what is stored, and the number of runs that would be enough is estimated from them (an error falls with the square
root of the runs). A ceiling ends what would take too long. Because the rule looks at widths and hardly at values, stopping
by it biases the values little.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from experiments import summary
from experiments.errors import UsageError, unknown
from experiments.manifest import find_manifest
from sim.outcomes import OUTCOMES

TRIAL = 256  # runs of each scenario from which the need is foreseen
STEP = 1000  # runs are asked for in whole multiples of it, or of fewer where the first look is earlier
MOST_GROWTH = 8  # times, in one step: early widths are unsure
MARGIN = 1.05  # beyond the estimate, so that one more step is rarely needed

Extend = Callable[[int], object]  # run the batch up to so many runs


@dataclass(frozen=True)
class Reached:
    """How sure a batch has become: the widest half-width by outcome, NaN where that of some scenario cannot be told (fewer
    than two runs have a value, or all the same), and whether all are within what was asked."""

    runs: int
    widths: Mapping[str, float]
    met: bool


def wanted(rules: Sequence[str]) -> dict[str, float]:
    """Half-widths by outcome from texts such as ``third_summit=0.01``; UsageError says what is wrong."""
    found: dict[str, float] = {}
    for rule in rules:
        name, equals, number = (part.strip() for part in rule.partition("="))
        if not equals:
            raise UsageError(f"{rule!r} is no stop rule; write OUTCOME=HALFWIDTH, such as third_summit=0.01")
        if name not in OUTCOMES:
            raise unknown("outcome", name, OUTCOMES)
        try:
            width = float(number)
        except ValueError:
            width = math.nan
        if not 0 < width < math.inf:
            raise UsageError(f"the half-width of {name} is {number!r}; write a positive number, such as {name}=0.01")
        found[name] = width
    return found


def foreseen(trial: pd.DataFrame, rules: Mapping[str, float], runs: int, first: int, ceiling: int) -> int:
    """Runs that should be enough, from the outcomes of a trial of so many runs; at least ``first``, at most ``ceiling``."""
    need = runs * max(_factors(look(trial, rules, runs), rules))
    return ceiling if need >= ceiling else min(max(first, _steps(need, first)), ceiling)


def run_until(extend: Extend, out: Path, rules: Mapping[str, float], first: int, ceiling: int) -> Reached:
    """Extend a stored batch until every half-width is reached in every scenario, or ``ceiling`` runs are stored.

    first: runs before the first look."""
    stored = find_manifest(out)  # what was asked for before and broken off is finished first
    runs = max(min(first, ceiling), stored.runs if stored else 0)
    while True:
        extend(runs)
        reached = look(out, rules, runs)
        if reached.met or runs >= ceiling:
            return reached
        runs = min(_enough(reached, rules, first), ceiling)


def look(outcomes: Path | pd.DataFrame, rules: Mapping[str, float], runs: int) -> Reached:
    """The widest half-width of each outcome over scenarios and categories, in a stored batch or a table of so many runs."""
    table = summary.table(outcomes, runs=runs)
    half = (table["high"] - table["low"]) / 2
    widths = {name: float(half[table["outcome"] == name].max(skipna=False)) for name in rules}
    return Reached(runs, widths, all(widths[name] <= width for name, width in rules.items()))


def _enough(reached: Reached, rules: Mapping[str, float], first: int) -> int:
    """Runs that should be enough, in whole steps; where a width is not known, as many more as a step may add."""
    factor = min(max(_factors(reached, rules)), MOST_GROWTH)
    return max(_steps(reached.runs * factor, first), _steps(reached.runs + 1, first))


def _factors(reached: Reached, rules: Mapping[str, float]) -> list[float]:
    """How many times as many runs each rule needs; infinite where its width is not known."""
    return [
        math.inf if math.isnan(reached.widths[name]) else (reached.widths[name] / width) ** 2 * MARGIN
        for name, width in rules.items()
    ]


def _steps(runs: float, first: int) -> int:
    """So many runs or more, in whole steps."""
    step = min(STEP, first)
    return math.ceil(runs / step) * step


def text(reached: Reached, rules: Mapping[str, float]) -> str:
    """Whether the rule is met, in one line an outcome."""
    lines = []
    for name, width in rules.items():
        now = reached.widths[name]
        verdict = "reached" if now <= width else "not reached at the ceiling; raise --ceiling"
        unknown_width = "not known: in some scenario fewer than two runs have a value, or all have the same"
        told = unknown_width if math.isnan(now) else f"half-width of the 95% interval {now:.2g}"
        lines.append(f"{name}: {told}, {width:g} asked for: {verdict} ({reached.runs:,} runs)")
    return "\n".join(lines)
