"""What comes of a sweep: each outcome by design point, and how much of its variance lies between points."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments import questions, readers, sweep_keys
from experiments.conditions import beside, outcome_of, parse, text_of
from experiments.errors import UsageError
from experiments.estimates import at_most
from experiments.manifest import read_manifest
from experiments.plain import finite, percent
from experiments.sweep_design import Design, stored_design
from experiments.sweep_variance import FEWEST, Split, against_mean, split
from sim.outcomes import OUTCOMES

DEFAULT = ("third_summit", "sanctions_change", "trade_recovery", "tests")
SHOWN = 40  # points that are printed whole
ENDS = 10  # lowest and highest points that are printed of more
COLUMNS = 4  # keys that have a column of their own in print
WIDTH = 110
DECIMALS = 3  # of a share of variance in percent, at most
MOST_DECIMALS, LARGE = 7, 1e6  # of values that are told to the digit in which points differ
SEEN = 0.00001  # the smallest such share that is told

APART = ("difference", "difference_95")  # from the mean over points, and half the width of its interval

Values = NDArray[np.float64]
Row = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """Outcomes of a stored sweep: ``frame`` has a row per point and run, and a column for each outcome asked for."""

    design: Design
    frame: pd.DataFrame
    outcomes: tuple[str, ...]
    seed: int
    runs: int

    @classmethod
    def of(cls, directory: Path | str, outcomes: Sequence[str] = (), runs: int | None = None) -> Report:
        """Read what is asked for of a stored sweep. UsageError for a batch that is none, or an unknown outcome."""
        design, manifest = stored_design(directory), read_manifest(directory)
        asked = parse(outcomes or DEFAULT, list(OUTCOMES))
        needed = dict.fromkeys(map(outcome_of, asked))
        count = manifest.runs if runs is None else runs
        frame = readers.read_outcomes(directory, ["status", *needed], runs=range(count))
        frame = frame[frame["status"] == "ok"].drop(columns="status")
        frame = beside(frame, asked)
        if frame.empty:
            raise UsageError(f"no run of {directory} has come to its end; there is nothing to tell")
        names = tuple(map(text_of, asked))
        return cls(design, frame, names, manifest.seed, count)

    def rows(self) -> list[Row]:
        """A row per outcome (or category of it) and point: values of the keys, value, error, 95% interval, n."""
        places = {name: number for number, name in enumerate(self.design.names)}
        found = questions.answer(self.frame, questions.Question(self.outcomes))
        found.sort(key=lambda row: (self.outcomes.index(row["outcome"]), self._category(row), places[row["scenario"]]))
        apart = {pair: against_mean(values_of(self.frame, self.design, *pair)) for pair in _pairs(found)}
        return [
            {
                "outcome": row["outcome"], "category": row["category"], "unit": unit_of(row["outcome"]),
                "point": places[row["scenario"]] + 1, "scenario": row["scenario"],
                **{key: column[places[row["scenario"]]] for key, column in self.design.columns.items()},
                **{name: row[name] for name in ("value", "error", "low", "high", "n")},
                **{
                    name: float(each[places[row["scenario"]]])
                    for name, each in zip(APART, apart[row["outcome"], row["category"]], strict=True)
                },
            }
            for row in found
        ]  # fmt: skip

    def _category(self, row: Row) -> int:
        return OUTCOMES[row["outcome"]].categories.index(row["category"]) if row["category"] else 0

    def split(self, outcome: str, category: str = "") -> Split:
        """How the variance of an outcome, or of the runs in one of its categories, is split between and within points."""
        return split(values_of(self.frame, self.design, outcome, category))


def _pairs(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Outcomes with their categories, each once."""
    return list(dict.fromkeys((row["outcome"], row["category"]) for row in rows))


def values_of(frame: pd.DataFrame, design: Design, outcome: str, category: str = "") -> Values:
    """An outcome as ``(points, runs)``, or 1 where it is in a category; NaN where a run has no value or is missing."""
    points = pd.Categorical(frame["scenario"], categories=list(design.names)).codes
    runs = frame["run"].to_numpy()
    values = frame[outcome].to_numpy(dtype=np.float64)
    if category:
        hits = (values == OUTCOMES[outcome].categories.index(category)).astype(np.float64)
        values = np.where(np.isnan(values), np.nan, hits)
    table = np.full((len(design.names), int(runs.max()) + 1), np.nan)
    table[points, runs] = values
    return table


def unit_of(outcome: str) -> str:
    """The unit of an outcome; categories and conditions are shares of runs."""
    known = OUTCOMES.get(outcome)
    return known.unit if known and known.kind != "category" else "share of runs"


def document(report: Report) -> dict[str, Any]:
    """The whole as JSON can hold it."""
    rows = report.rows()
    splits = [
        {"outcome": outcome, "category": category, **vars(report.split(outcome, category))}
        for outcome, category in _pairs(rows)
    ]
    found = {
        "base": report.design.base, "seed": report.seed, "runs": report.runs,
        "keys": [
            {"key": key, "unit": sweep_keys.unit(key), "grade": sweep_keys.grade(key)} for key in report.design.columns
        ],
        "rows": rows,
        "between_points": splits,
    }  # fmt: skip
    return dict(finite(found))


def text(report: Report) -> str:
    """The whole as text of at most 110 columns."""
    rows = report.rows()
    parts = [_head(report)]
    for outcome, category in _pairs(rows):
        mine = [row for row in rows if (row["outcome"], row["category"]) == (outcome, category)]
        parts.append(_section(report, mine, report.split(outcome, category)))
    return "\n\n".join([*parts, "\n".join(textwrap.wrap(NOTE, WIDTH))])


NOTE = (
    "+/- is the Monte Carlo error of the mean or share. * the point differs from the mean over all points, run by run "
    "under the same luck (95%; one point in twenty does so by chance); intervals of single points may overlap all the "
    "same. Between points: the share of an outcome's variance, over all points and runs, that goes with the point; the "
    "rest is luck within points. The points count as they are, each alike. Conditional frequencies under stated "
    "assumptions, not a forecast."
)


def _head(report: Report) -> str:
    design = report.design
    lines = [
        f"{len(design.names)} points of {design.base}, {report.runs:,} run{'s' * (report.runs > 1)} of each under the same "
        f"luck, seed {report.seed}"
    ]
    for letter, key in zip(_letters(design), design.columns, strict=True):
        levels = design.levels(key)
        said = f"{number(levels[0])} to {number(levels[-1])}" if design.numeric(key) else ", ".join(map(number, levels))
        grade = f"; grade {sweep_keys.grade(key)} where it is not varied" if sweep_keys.grade(key) else ""
        lines.append(_cut(f"{letter:>3}  {sweep_keys.label(key)}: {said}, {len(levels)} values{grade}", WIDTH))
    return "\n".join(lines)


def _letters(design: Design) -> list[str]:
    return [f"k{place}" for place in range(1, len(design.columns) + 1)]


def _section(report: Report, rows: Sequence[Row], found: Split) -> str:
    name = f"{rows[0]['outcome']}: {rows[0]['category']}" if rows[0]["category"] else rows[0]["outcome"]
    keys = list(report.design.columns)[:COLUMNS]
    heads = [*_letters(report.design)[:COLUMNS]]
    lines = [f"{name} ({rows[0]['unit']})", split_text(found), _line("point", heads, ("mean ", "+/-", "95% interval", "n"))]
    shown = list(rows)
    if len(rows) > SHOWN:
        ranked = sorted((row for row in rows if not np.isnan(row["value"])), key=lambda row: row["value"])
        shown = [*ranked[:ENDS], *ranked[max(ENDS, len(ranked) - ENDS) :]]
        lines.append(f"the {ENDS} lowest and the {ENDS} highest of {len(rows)} points; --json prints all")
    lines += [_formatted(row, keys) for row in shown]
    return "\n".join(lines)


def split_text(found: Split) -> str:
    """The split in a sentence."""
    if np.isnan(found.share):
        if found.runs < FEWEST:
            return f"Between points: nothing to tell; only {found.runs:,} runs have a value at every point."
        yet = f"up to {at_most(found.runs)} may (95%)"
        return f"Between points: none of {found.runs:,} runs differs that have a value at every point; {yet}."
    half = 100 * (found.high - found.low) / 2
    places = min(max(1, -math.floor(math.log10(half))), DECIMALS) if half > 0 else 1  # a share of 0.0% tells nothing
    share, low, high = (f"{part:.{places}%}" for part in (found.share, found.low, found.high))
    told = f"{share} of the variance (95% interval {low} to {high})" if found.high >= SEEN else (
        f"less than {SEEN:.3%} of the variance (95%)")  # fmt: skip
    return f"Between points: {told}; {found.runs:,} runs have a value at every point."


def _formatted(row: Row, keys: Sequence[str]) -> str:
    values = [number(row[key]) for key in keys]
    if np.isnan(row["value"]):
        return _line(row["scenario"].rpartition("-")[2], values, ("-", "", "", f"{row['n']:,}"))
    share = row["unit"] == "share of runs"
    told, low, high = (_told(row[name], row, share) for name in ("value", "low", "high"))
    error = "-" if np.isnan(row["error"]) else percent(row["error"]) if share else f"{row['error']:.2g}"
    span = "-" if np.isnan(row["low"]) else f"{low} to {high}"
    star = "*" if clear(row) else " "
    return _line(row["scenario"].rpartition("-")[2], values, (told + star, error, span, f"{row['n']:,}"))


def _told(value: float, row: Row, share: bool) -> str:
    """A value of a point with the digits in which it differs from others, if it does: a star must have something to show."""
    if share:
        return percent(value)
    half = row["difference_95"]
    if not (clear(row) and 0 < half < np.inf):
        return f"{value:.4g}"
    return f"{value:.{int(np.clip(-np.floor(np.log10(half)), 0, MOST_DECIMALS))}f}" if abs(value) < LARGE else f"{value:.6g}"


def clear(row: Mapping[Any, Any]) -> bool:
    """Whether a point differs from the mean over points: the interval of the difference leaves out zero."""
    return abs(row["difference"]) > row["difference_95"]


def _line(point: str, keys: Sequence[str], cells: tuple[str, str, str, str]) -> str:
    told, error, interval, n = cells
    return f"{point:6}{''.join(f'{_cut(key, 10):>11}' for key in keys)}{told:>12}{error:>7}  {interval:<26}{n:>8}".rstrip()


def number(value: Any) -> str:
    """The value of a key as print has it: a number of four digits, a name, or that the scenario has its own."""
    if value is None:
        return "not set"
    return f"{value:.4g}" if isinstance(value, int | float) else value if isinstance(value, str) else json.dumps(value)


def _cut(said: str, width: int) -> str:
    return said if len(said) <= width else said[: width - 1] + "…"
