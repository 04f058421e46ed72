"""A sweep in a report: its question, its design, and how much of each outcome goes with the point."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments import lints, sweep_keys, sweep_report
from experiments.estimates import at_most
from experiments.manifest import Manifest
from experiments.report.numbers import KEY, decimals, first_digit, fixed, number, percent
from experiments.report.scenarios import Head, plain_title
from experiments.report.short import LEVELS, introduced
from experiments.sweep_design import Design
from experiments.sweep_variance import FEWEST, Split

LISTED = 40  # points of a table
ENDS = 20  # points of a table of more, at either end
SHARE = "share of runs"  # unit of shares
MOST, LEAST = 3, 0.00001  # decimals of a share of variance in percent, and the smallest that is told
IN_WORDS = 2  # keys whose values are told with each point
OUTCOMES = tuple(dict.fromkeys((*sweep_report.DEFAULT, *KEY)))  # of which it is told how they go with the point


@dataclass(frozen=True)
class Spot:
    """A point as text: its value with the interval, its number, and the values of its keys where these are few."""

    value: str
    point: str
    keys: str


@dataclass(frozen=True)
class Response:
    """How an outcome, or the runs in a category of it, go with the point; ends: the lowest and the highest point."""

    name: str
    category: str
    question: str
    definition: str
    unit: str
    share: float
    said: str
    interval: str
    clear: bool
    ends: tuple[Spot, Spot] | None
    runs: int

    @property
    def text(self) -> str:
        """The response in words."""
        if self.ends is None or self.runs < FEWEST:
            return "nothing to tell: too few runs have a value at every point."
        if math.isnan(self.share):
            yet = f"up to {at_most(self.runs)} of runs may differ (95%)"
            return f"the same at every point in each of {self.runs:,} runs; {yet}."
        if not self.clear:
            return f"no clear share of the variance lies between points: {self.said} (95% interval {self.interval})."
        low, high = self.ends
        unit = "" if self.unit == SHARE else f" {self.unit}"
        return (
            f"{self.said} of the variance goes with the point (95% interval {self.interval}). "
            f"From {low.value}{unit} at {low.point}{low.keys} to {high.value} at {high.point}{high.keys}."
        )


def head(manifest: Manifest, design: Design) -> Head:
    """The top of a report of a sweep: how many points there are, and what changes with its keys."""
    title = plain_title(str(manifest.scenarios[0].document["title"]))
    varied = [f"{_bare(key)} ({_span(design, key)})" for key in design.columns]
    listed = varied[0] if len(varied) == 1 else f"{', '.join(varied[:-1])} and {varied[-1]}"
    return Head(f"{title}: a sweep of {len(design.names)} points", f"What changes with {listed}?", (design.base, ""))


def _bare(key: str) -> str:
    return key.removeprefix("parameters.").removeprefix("initial.")


def _span(design: Design, key: str) -> str:
    levels = design.levels(key)
    return f"{told(levels[0])} to {told(levels[-1])}" if design.numeric(key) else ", ".join(map(told, levels))


def told(value: Any) -> str:
    """The value of a key to three digits."""
    return f"{value:.3g}" if isinstance(value, float) else sweep_report.number(value)


def points(design: Design) -> tuple[list[str], list[list[str]], int]:
    """Heads and rows of the table of points, and how many are left out of its middle."""
    heads = ["point", *(sweep_keys.label(key) for key in design.columns)]
    columns = [[name.rpartition("-")[2] for name in design.names], *(map(told, each) for each in design.columns.values())]
    rows = [list(row) for row in zip(*columns, strict=True)]
    left = len(rows) - 2 * ENDS if len(rows) > LISTED else 0
    return heads, [*rows[:ENDS], *rows[-ENDS:]] if left else rows, left


def responses(directory: Path, names: Sequence[str]) -> list[Response]:
    """How outcomes go with the point, in their order; categories that no run has are left out."""
    report = sweep_report.Report.of(directory, names)
    groups: dict[tuple[str, str], list[sweep_report.Row]] = defaultdict(list)
    for row in report.rows():
        groups[row["outcome"], row["category"]].append(row)
    told = {pair: rows for pair, rows in groups.items() if not pair[1] or any(row["value"] > 0 for row in rows)}
    return [_response(report.design, pair, rows, report.split(*pair)) for pair, rows in told.items()]


def _response(design: Design, pair: tuple[str, str], rows: Sequence[sweep_report.Row], found: Split) -> Response:
    known = sorted((row for row in rows if row["value"] == row["value"]), key=lambda row: row["value"])
    places = min(first_digit(100 * (found.high - found.low) / 2, 1), MOST)
    share, low, high = (percent(part, places) for part in (found.share, found.low, found.high))
    if found.high < LEAST:
        share, low, high = f"less than {percent(LEAST, MOST)}", percent(0), percent(LEAST, MOST)
    return Response(
        *pair, *introduced(pair[0]), rows[0]["unit"], found.share, share, _interval(low, high),
        clear=round(100 * found.low, places) > 0,
        ends=(_spot(design, known[0]), _spot(design, known[-1])) if known else None,
        runs=found.runs,
    )  # fmt: skip


def _interval(low: str, high: str) -> str:
    return low if low == high == "–" else f"{low} to {high}"


def _spot(design: Design, row: sweep_report.Row) -> Spot:
    half = (row["high"] - row["low"]) / 2
    if half != half:
        value, low, high = number(row["value"]), "", ""
    elif row["unit"] == SHARE:
        value, low, high = (percent(row[name], first_digit(100 * half, 1)) for name in ("value", "low", "high"))
    else:
        value, low, high = (fixed(row[name], decimals(half)) for name in ("value", "low", "high"))
    keys = f" ({', '.join(f'{_bare(key)} {told(row[key])}' for key in design.columns)})"
    beside = keys if len(design.columns) <= IN_WORDS else ""
    return Spot(f"{value} ({low} to {high})" if low else value, row["scenario"].rpartition("-")[2], beside)


def in_short(found: Sequence[Response], asked: Sequence[str]) -> tuple[list[Response], list[Response]]:
    """One response of each outcome, that of which most goes with the point: those asked for, or those that are clear, the
    largest first; and the others."""
    best: dict[str, Response] = {}
    for each in found:
        if each.name not in best or (each.share > best[each.name].share or math.isnan(best[each.name].share)):
            best[each.name] = each
    if asked:
        return [best[name] for name in asked if name in best], []
    clear = sorted((each for each in best.values() if each.clear), key=lambda each: -each.share)
    return clear[:LEVELS], [each for each in best.values() if not each.clear]


def remarks(found: Sequence[lints.Remark], design: Design) -> list[lints.Remark]:
    """What is remarked; values out of the usual range at several points share one remark."""
    spread: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    others = []
    for each in found:
        value, semicolon, usual = each.meaning.removeprefix("it is ").partition("; ")
        if each.kind == lints.RANGE and semicolon and _is_number(value):
            spread[each.outcomes[0], usual, each.advice].append(float(value))
        else:
            others.append(each)
    merged = []
    for (name, usual, advice), values in spread.items():
        span = " to ".join(dict.fromkeys((told(min(values)), told(max(values)))))
        points = f"{len(values)} of {len(design.names)} points"
        merged.append(lints.Remark(lints.RANGE, points, (name,), f"it is {span} there; {usual}", advice))
    return [*merged, *lints.shared(others)]


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
