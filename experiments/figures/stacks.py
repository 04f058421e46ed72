"""Ladders over time: which share of runs stands at each level, month by month, and the highest level that runs reach.

A boundary between two areas is the share of runs at the upper level or higher; a bar at the right is its 95% interval in the
last month. A panel for each scenario, and one for the highest levels of all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.figures import style
from experiments.figures.dots import draw_dots, room
from experiments.figures.style import Look

SHADES = ("#f0f0f0", "#bfdcec", "#66aad1", "#0072B2", "#00416a", "#001a2b")  # the house's blue, light to dark
TICKS = 6
NOTE = (
    "Areas: share of runs at each level, the lowest on top. Bars at the right of a panel: share at a level or higher in the "
    "last month, with 95% intervals (Wilson). Highest level: share of runs, with 95% intervals; the axis is even up to 1%, "
    "then in tenfold steps."
)


def draw_stack(ax: Axes, data: pd.DataFrame, levels: Sequence[str], shades: Mapping[str, str]) -> Axes:
    """One scenario; data: rows of part ``or more``, levels from low to high."""
    for level in levels:
        rows = data[data["label"] == level]
        x: list[float] = [style.number_of(month) for month in rows["month"]]
        if len(x) == 1:
            x, rows = [x[0] - 0.5, x[0] + 0.5], pd.concat([rows, rows])
        ax.fill_between(x, 0, 100 * rows["share"], color=shades[level], linewidth=0)
        ax.plot(x, 100 * rows["share"], color="white", linewidth=0.6)
    return ax


def draw_ends(ax: Axes, data: pd.DataFrame, levels: Sequence[str], shades: Mapping[str, str]) -> Axes:
    """Intervals of the last month at the right of the areas, the lowest level first; data: rows of part ``or more``."""
    first, last = style.number_of(data["month"].min()), style.number_of(data["month"].max())
    gap = style.gap(first, last)
    for place, level in enumerate(levels[1:]):
        row = data[data["label"] == level].to_dict("records")[-1]
        x = last + gap * (place + 1.5)
        ax.plot([x, x], [100 * row["low"], 100 * row["high"]], color="black", linewidth=1, solid_capstyle="butt")
        (end,) = ax.plot(x, 100 * row["share"], "s", color=shades[level], markersize=4, clip_on=False)
        end.set(markeredgecolor="black", markeredgewidth=0.6)
    ax.axvline(last + gap * 0.6, color="#999999", linewidth=0.6)
    ax.set_xlim(first - (0.7 if last == first else 0), last + gap * (len(levels) + 1))
    style.month_axis(ax, first, last, TICKS)
    return ax


def sheet(
    data: pd.DataFrame, scenarios: Sequence[str], levels: Sequence[str], question: str, footer: str, *, whole: bool
) -> Figure:
    """Data as of ``shares.levels``. whole: the axis runs to 100%, and the lowest level has its area, too."""
    looks = style.looks(scenarios)
    columns = {1: 2, 3: 2}.get(len(scenarios), 3)
    rows = -(-(len(scenarios) + 1) // columns)
    drawn = levels if whole else levels[1:]
    shades = dict(zip(levels, SHADES, strict=False))
    tall = max(2.6, room(len(levels), len(scenarios)))
    figure, panels = style.sheet(rows, columns, (1.5 + 3.2 * columns, 1.7 + rows * tall))
    cells = style.one_by_one(panels)
    more = data[data["part"] == "or more"]
    top = 100.0 if whole else _top(more[more["label"] != levels[0]])
    for ax, scenario in zip(cells, scenarios, strict=False):
        own = more[more["scenario"] == scenario]
        draw_stack(ax, own, drawn, shades)
        draw_ends(ax, own, levels, shades)
        ax.set_ylim(0, top)
        ax.set_title(style.shortened(scenario, 38))
        ax.set_ylabel("share of runs (%)")
    _reached(cells[len(scenarios)], data[data["part"] == "highest"], levels, looks)
    style.blank(cells[len(scenarios) + 1 :])
    keys = [_key(level, shades[level]) for level in drawn]
    style.dress(figure, question, [NOTE, footer], looks, keys)
    return figure


def _key(level: str, shade: str) -> Patch:
    return Patch(facecolor=shade, edgecolor="#555555", linewidth=0.5, label=style.readable(level))


def _top(data: pd.DataFrame) -> float:
    """A common end of the axis above all that is drawn, in per cent."""
    return min(100.0, max(1.0, 105 * float(data[["share", "high"]].max().max())))


def _reached(ax: Axes, data: pd.DataFrame, levels: Sequence[str], looks: Mapping[str, Look]) -> None:
    ax.set_title("Highest level reached")
    draw_dots(ax, data, levels[::-1], looks)
    ax.set_xlabel("share of runs (%)")
