"""An outcome of a sweep against what is varied.

One key: a line. A grid of two: a map with a number in each cell. Any other design: for each key the mean over points in
parts of its range, with the points behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing
from numpy.typing import NDArray

from experiments import conditions, questions
from experiments.estimates import estimate
from experiments.figures import style
from experiments.figures.data import Batch, finished_runs, open_batch
from experiments.figures.figure import Figure, once
from experiments.figures.sweep_panels import draw_line, draw_map, draw_parts, sides
from experiments.figures.tables import write_table
from experiments.sweep_design import Design, design_of, stored_design
from experiments.sweep_report import APART, number, split_text, unit_of, values_of
from experiments.sweep_variance import against_mean, complete, split
from sim.outcomes import OUTCOMES

NAMES = (
    "third_summit", "sanctions_change", "trade_recovery", "tests", "crisis_months", "stalemate", "deal_months", "leverage",
    "equidistance", "reserves_end",
)  # fmt: skip
PARTS = 8  # of the range of a key, at most
ACROSS = 3
SPLIT = "split"
WIDEST, TALLEST = 12, 16  # cells of a map that is drawn as one
SPANS = (
    "thin lines: 95% intervals; thick, between caps: those of the difference from the mean over all points, run by "
    "run under the same luck, by which points are compared. Intervals are for the luck of runs, points count as they are."
)
NOTES = {
    "line": f"Marks: means or shares over runs; {SPANS}",
    "map": (
        "Means or shares over runs, below them half the width of the 95% interval. * differs from the mean over all points, "
        "run by run under the same luck (95%; one cell in twenty does so by chance)."
    ),
    "parts": f"Dots: points; marks: means over the points at a value or in a part of the range; {SPANS}",
}
ORDER = ("part", "outcome", "category", "unit", "point", "scenario", "key", "level", "from", "to", "points", "n")

Values = NDArray[np.float64]


def kind(design: Design) -> str:
    """How a design is drawn: ``line``, ``map`` or ``parts``."""
    if len(design.columns) == 1:
        return "line"
    sides = sorted(len(design.levels(key)) for key in design.columns)
    return "map" if len(sides) == 2 and design.grid and sides[0] <= WIDEST and sides[1] <= TALLEST else "parts"


def summarise(frame: pd.DataFrame, design: Design, outcome: str) -> pd.DataFrame:
    """The rows that are drawn, by category where an outcome has some.

    part ``point``: value, low and high of a design point (95%, Wilson's for shares) and the values of its keys; part
    ``mean``: those of the points that have a level of a key, or lie from one value of it to another. ``attrs`` has under
    ``SPLIT`` how the variance is split, in words, by category that happens.
    """
    rows: list[dict[str, Any]] = []
    said: dict[str, str] = {}
    known = OUTCOMES.get(outcome)
    for category in known.categories if known and known.kind == "category" else ("",):
        values = values_of(frame, design, outcome, category)
        if not category or (values > 0).any():
            said[category] = split_text(split(values))
        base = {"outcome": outcome, "category": category, "unit": unit_of(outcome)}
        share = questions.yes_no(outcome, values)
        rows += [{**base, **row} for row in _points(values, design, share)]
        if kind(design) == "parts":
            rows += [{**base, **row} for key in design.columns for row in _means(values, design, key, share)]
    table = pd.DataFrame(rows).reindex(columns=[*ORDER, "value", "low", "high", *APART, *design.columns])
    table.attrs[SPLIT] = said
    return table


def _points(values: Values, design: Design, share: bool) -> Iterator[dict[str, Any]]:
    apart, half = against_mean(values)
    for place, name in enumerate(design.names):
        keys = {
            key: column[place] if design.numeric(key) else number(column[place]) for key, column in design.columns.items()
        }
        beside = dict(zip(APART, (apart[place], half[place]), strict=True))
        mine = values[place][~np.isnan(values[place])]
        known = estimate(mine, share)
        yield {"part": "point", "point": place + 1, "scenario": name, **known, **beside, **keys}


def _means(values: Values, design: Design, key: str, share: bool) -> Iterator[dict[str, Any]]:
    """Means over the points of each part of a key's range, each with the error of the same means run by run."""
    column, levels = design.columns[key], design.levels(key)
    if len(levels) <= PARTS or not design.numeric(key):
        parts = [(number(level), np.nan, np.nan, np.array([value == level for value in column])) for level in levels]
    else:
        place = np.array(column, dtype=np.float64)
        count = int(np.clip(np.sqrt(len(place)), 2, PARTS))
        edges = np.linspace(place.min(), place.max(), count + 1)
        which = np.clip(np.digitize(place, edges) - 1, 0, count - 1)
        parts = [("", edges[part], edges[part + 1], which == part) for part in range(count)]
    for level, low, high, here in parts:
        if here.any():
            mine = complete(values[here]).mean(axis=0)
            row = {**estimate(mine, share and here.sum() == 1), **_beside(values, here)}
            yield {"part": "mean", "key": key, "level": level, "from": low, "to": high, "points": int(here.sum()), **row}


def _beside(values: Values, here: NDArray[np.bool_]) -> dict[str, float]:
    """How far the mean over some points lies from that over all, as ``against_mean`` has it for one."""
    joined = np.vstack([complete(values)[here].mean(axis=0), complete(values).mean(axis=0)])
    apart, half = against_mean(joined)  # half of the way from one to the other
    return dict(zip(APART, (2 * float(apart[0]), 2 * float(half[0])), strict=True))


def page(data: pd.DataFrame, design: Design, said: Mapping[str, str], footer: str) -> Drawing:
    """The figure; said: by category that happens, how its variance is split."""
    how = kind(design)
    outcome, unit = str(data["outcome"].iloc[0]), str(data["unit"].iloc[0])
    panels = [(category, key) for category in said for key in (design.columns if how == "parts" else [""])]
    across = min(len(design.columns) if how == "parts" and len(said) > 1 else len(panels), 2 if how == "map" else ACROSS)
    down = -(-len(panels) // across)
    width, height = _size(design, how)
    size = (max(width * across + 0.4, 7.0), height * down + 1.5)
    figure, grid = style.sheet(down, across, size, sharey="row" if how == "parts" else "none")
    cells = style.one_by_one(grid)
    for ax, (category, key) in zip(cells, panels, strict=False):
        mine = data[data["category"] == category]
        if how == "parts":
            draw_parts(ax, mine, design, key)
        else:
            (draw_line if how == "line" else draw_map)(ax, mine, design)
        if category:
            ax.set_title(style.readable(category))
    label = "% of runs" if unit == "share of runs" else f"{style.readable(outcome)} ({unit})"
    for row in grid if how != "map" else ():
        row[0].set_ylabel(label)
    style.blank(cells[len(panels) :])
    told = [f"{style.readable(category)}: {text}" if category else text for category, text in said.items()]
    name = style.shortened(design.base)
    style.dress(figure, f"{named(outcome)}: how does it change over the design of {name}?", [NOTES[how], *told, footer])
    return figure


def named(outcome: str) -> str:
    """An outcome or a condition as a title has it."""
    for sign, word in (("==", ": "), (">=", " at least "), ("<=", " at most "), (">", " above "), ("<", " below ")):
        outcome = outcome.replace(sign, word)
    return style.readable(outcome)


def _size(design: Design, how: str) -> tuple[float, float]:
    """Width and height of a panel in inches."""
    if how != "map":
        return (6.6, 3.6) if how == "line" else (3.1, 2.6)
    across, up = sides(design)
    return 1.8 + 0.78 * max(len(design.levels(across)), 4), 1.0 + 0.46 * len(design.levels(up))


def _figure(outcome: str) -> Figure:
    """The figure of an outcome for the gallery."""
    question = f"How does {style.readable(outcome).lower()} change with what is varied?"

    def of_batch(batch: Batch) -> Design:
        found = design_of(batch.manifest["scenarios"])
        if found is None:
            raise ValueError("this batch is no sweep")
        return found

    def rows(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
        return summarise(finished_runs(batch, columns), of_batch(batch), outcome)

    def picture(data: pd.DataFrame, batch: Batch) -> Drawing:
        return _drawn(data, of_batch(batch), batch)

    return Figure(
        f"sweep_{outcome}", question, "outcomes", (outcome,), rows, picture, applies=_is_sweep, family="sweep",
        asks="a sweep, as `peninsula sweep` makes it",
    )  # fmt: skip


@once
def _is_sweep(batch: Batch) -> bool:
    documents = batch.manifest["scenarios"]
    return all("parameters" in document for document in documents) and design_of(documents) is not None


def _drawn(data: pd.DataFrame, design: Design, batch: Batch) -> Drawing:
    counts = data.loc[data["part"] == "point", "n"]
    return page(data, design, data.attrs[SPLIT], style.footer(batch.manifest, counts))


def figures() -> list[Figure]:
    """The figures of the gallery; they apply to batches that are sweeps."""
    return [_figure(name) for name in NAMES]


def draw(directory: Path | str, outcomes: Sequence[str], out: Path) -> list[Path]:
    """``sweep_OUTCOME.png``, ``.svg`` and ``.csv`` for outcomes and conditions of a stored sweep.

    Raises UsageError for a batch that is no sweep, or an unknown outcome.
    """
    design, batch = stored_design(directory), open_batch(directory)
    out.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for asked in conditions.parse(outcomes, list(OUTCOMES)):
        name = conditions.text_of(asked)
        frame = conditions.beside(finished_runs(batch, [conditions.outcome_of(asked)]), [asked])
        data = summarise(frame, design, name)
        with style.house_style():
            figure = _drawn(data, design, batch)
        stem = out / f"sweep_{_stem(name)}"
        paths += [*style.save(figure, stem), write_table(data, stem.with_suffix(".csv"))]
    return paths


def _stem(outcome: str) -> str:
    words = {"==": "_is_", ">=": "_from_", "<=": "_to_", ">": "_above_", "<": "_below_"}
    for sign, word in words.items():
        outcome = outcome.replace(sign, word)
    return "".join(letter if letter.isalnum() or letter in "_-." else "_" for letter in outcome)
