"""One run as a timeline: its dated events in lanes by theme, above the tier of sanctions, trade and growth.

Each event (``experiments.lanes``) stands at its month with a mark and a few words; the CSV has its whole sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib.figure
import pandas as pd
from matplotlib.axes import Axes

from experiments import language as tongue
from experiments.errors import StorageError, UsageError
from experiments.figures import style
from experiments.figures.tables import write_table
from experiments.lanes import LANES, STANDING, TESTS, events
from experiments.sentences import WEAPONS
from experiments.story import Story
from sim import __version__

LETTERS = 15.5  # of a label in an inch
TITLE = 60  # letters of the title of the scenario
MARK = 0.13  # inches that a mark takes
ROW = 0.17  # inches of a row of labels
MARGIN = 1.5  # inches beside the lanes
LINE = 0.75  # inches of a line below them
COLOUR, TINT = "#333333", "#f4f4f4"
NOTE = (
    "Marks: events of the month, hollow where something fails, falls back or ends; numbers: several tests of a class in the "
    "month. The CSV has each event as a sentence. Tier, trade and growth at the end of each month."
)
LINES = {"tier": "Tier of\nsanctions", "trade": "Trade, China\nand Russia\n(m USD)", "growth": "Growth\n(% a year)"}
ONE = "One run is one draw: it shows how things can go, not how often."


@dataclass(frozen=True)
class Placed:
    """A label beside its mark: row of its lane, and whether the words stand right (1), left (-1), or nowhere (0)."""

    row: int
    side: int


def timeline(story: Story, data: pd.DataFrame | None = None) -> matplotlib.figure.Figure:
    """The timeline of a run; story: its chronicle, or what ``experiments.explain`` says of it; data spares ``events``."""
    with style.house_style():
        return _drawn(story, events(story) if data is None else data)


def write(story: Story, file: Path) -> list[Path]:
    """Write the timeline of a run as PNG, with SVG and CSV beside it. UsageError for another ending, StorageError."""
    if file.suffix != ".png":
        raise UsageError(
            f"{file} does not end in .png; a timeline is written as FILE.png, with FILE.svg and FILE.csv beside it"
        )
    data = events(story)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return [*style.save(timeline(story, data), file.with_suffix("")), write_table(data, file.with_suffix(".csv"))]
    except OSError as error:
        raise StorageError(f"cannot write {file}: {error.strerror or error}") from error


def _drawn(story: Story, data: pd.DataFrame) -> matplotlib.figure.Figure:
    data = data.assign(place=[style.number_of(month) for month in data["month"]])
    first, last = int(data["place"].min()), int(data["place"].max())
    width = min(14.0, max(9.0, 8.0 + 0.06 * (last - first)))
    lanes = [_tests(data), *_lanes(data, (first, last), (width - MARGIN) / (last - first + 2))]
    lanes = [lane for lane in lanes if lane.rows]
    rows = sum(lane.rows for lane in lanes) + 0.5 * len(lanes)
    heights = [ROW * rows, *([LINE] * len(LINES))]
    figure = matplotlib.figure.Figure(figsize=(width, sum(heights) + 1.7), layout="constrained")
    panels = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights)
    _draw_lanes(panels[0], lanes)
    for ax, (kind, label) in zip(panels[1:], LINES.items(), strict=True):
        draw_standing(ax, data[(data["lane"] == STANDING) & (data["kind"] == kind)], kind)
        ax.set_ylabel(label, rotation=0, ha="right", va="center")
    style.month_axis(panels[-1], first, last, 12)
    panels[-1].set_xlim(first - 1, last + 1)
    figure.align_ylabels(panels[1:])
    known = {"seed": story["seed"], "version": __version__, "scenarios": [{"name": story["scenario"]}]}
    footer = style.footer(known, [1], counted=f"run {story['run']} of {story['scenario']}", caution=ONE)
    title = f"{style.shortened(str(story['title']), TITLE)}: what happened in run {story['run']}"
    style.dress(figure, title, [NOTE, footer])
    return figure


@dataclass(frozen=True)
class _Lane:
    """A lane with its marks, each a row of ``events`` and where it is placed, and the names of its rows if any."""

    title: str
    rows: int
    marks: Sequence[tuple[Mapping[Any, Any], Placed]]
    names: Sequence[str] = ()


def _tests(data: pd.DataFrame) -> _Lane:
    """A row for each class of weapons that is tested."""
    own = data[data["lane"] == TESTS]
    classes = [kind for kind in WEAPONS if kind in set(own["label"])]
    marks = [(row, Placed(classes.index(row["label"]), 0)) for row in own.to_dict("records")]
    return _Lane(TESTS, len(classes), marks, [kind.upper() if kind != "nuclear" else "Nuclear" for kind in classes])


def _lanes(data: pd.DataFrame, months: tuple[int, int], inch: float) -> Iterator[_Lane]:
    """The other lanes; inch: inches of a month."""
    for lane in LANES:
        rows = data[data["lane"] == lane.title].to_dict("records")
        places = pack(
            [(row["place"], tongue.room(tongue.said(row["label"])) / LETTERS / inch) for row in rows], months, MARK / inch
        )
        yield _Lane(lane.title, max((place.row + 1 for place in places), default=0), list(zip(rows, places, strict=True)))


def pack(labels: Sequence[tuple[float, float]], months: tuple[int, int], mark: float) -> list[Placed]:
    """Rows for labels, (place, width) in months, so that none covers another: right of their marks, left of them at the end
    of the axis, without words where they are wider than the axis; mark: width of a mark."""
    taken: list[list[tuple[float, float]]] = []
    placed = []
    for place, width in labels:
        side = 1 if place + mark + width <= months[1] + 1 else -1 if place - mark - width >= months[0] - 1 else 0
        span = (place - mark - width * (side < 0), place + mark + width * (side > 0))
        placed.append(Placed(_free_row(taken, span), side))
    return placed


def _free_row(taken: list[list[tuple[float, float]]], span: tuple[float, float]) -> int:
    """The first row in which a span covers none that is taken; it is taken then."""
    low, high = span
    free = (row for row, spans in enumerate(taken) if all(high <= start or end <= low for start, end in spans))
    row = next(free, len(taken))
    if row == len(taken):
        taken.append([])
    taken[row].append(span)
    return row


def _draw_lanes(ax: Axes, lanes: Sequence[_Lane]) -> None:
    """Lanes from above, each titled at the left, every other one shaded."""
    top, ticks = 0.0, []
    for number, lane in enumerate(lanes):
        bottom = top + lane.rows + 0.5
        if number % 2 == 0:
            ax.axhspan(top, bottom, color=TINT, linewidth=0, zorder=0)
        names = lane.names or [""] * lane.rows
        ticks += [(top + 0.75 + row, name) for row, name in enumerate(names) if name]
        if not lane.names:
            ticks.append(((top + bottom) / 2, lane.title))
        for row, place in lane.marks:
            _draw_mark(ax, row, top + 0.75 + place.row, place.side)
        top = bottom
    ax.set_ylim(top, 0)
    ax.set_yticks([where for where, _ in ticks], [name for _, name in ticks])
    ax.tick_params("y", length=0)
    ax.tick_params("x", labelbottom=False)
    ax.grid(visible=False, axis="y")
    ax.spines["left"].set_visible(False)


def _draw_mark(ax: Axes, row: Mapping[Any, Any], y: float, side: int) -> None:
    tests = row["lane"] == TESTS
    face = "white" if row["hollow"] else COLOUR
    size = 4.5 if not tests else 7.0 if row["value"] > 1 else 5.0
    ax.plot(row["place"], y, "o", markersize=size, markerfacecolor=face, markeredgecolor=COLOUR, markeredgewidth=0.9)
    if tests and row["value"] > 1:
        ax.text(row["place"], y, f"{row['value']:.0f}", color="white", fontsize=5.5, ha="center", va="center_baseline")
    if side:
        ax.annotate(
            row["label"], (row["place"], y), xytext=(4 * side, 0), textcoords="offset points", fontsize=6.5,
            ha="left" if side > 0 else "right", va="center", color="#222222",
        )  # fmt: skip


def draw_standing(ax: Axes, data: pd.DataFrame, kind: str) -> Axes:
    """How one thing stands at the end of each month."""
    ax.plot(data["place"], data["value"], color=COLOUR, drawstyle="steps-mid" if kind == "tier" else "default")
    if kind == "trade":
        style.amounts(ax, "y", 1.0)
        style.finer(ax, 1.0)
    elif kind == "tier":
        low, high = int(data["value"].min()), int(data["value"].max())
        ax.set_yticks(range(low, high + 1))
        ax.set_ylim(low - 0.5, high + 0.5)
    else:
        ax.axhline(0, color="#999999", linewidth=0.8, zorder=1)
    return ax
