"""Shares of runs over the months with 95% intervals: a panel for each matter, all scenarios in it.

Up to three scenarios have their interval as a band; each has it as a bar at the right, in the last month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures import style
from experiments.figures.dots import draw_dots, room
from experiments.figures.fans import SIDE_BY_SIDE, TICKS
from experiments.figures.style import Look

NOTE = "Lines: share of runs, with 95% intervals (Wilson) as bands; bars at the right: intervals in the last month."
MANY = "Lines: share of runs; bars at the right: 95% intervals (Wilson) in the last month."


@dataclass(frozen=True)
class Curve:
    """One panel of curves: a variable and label."""

    variable: str
    label: str
    title: str
    whole: bool = False  # whether the axis runs to 100%


def draw_curves(ax: Axes, data: pd.DataFrame, looks: Mapping[str, Look]) -> Axes:
    """Share of runs by month in each scenario, in per cent; data: one row for each scenario and month."""
    first, last = (style.number_of(str(month)) for month in (data["month"].min(), data["month"].max()))
    gap = style.gap(first, last)
    for place, (scenario, look) in enumerate(looks.items()):
        rows = data[data["scenario"] == scenario]
        x = [style.number_of(month) for month in rows["month"]]
        if len(looks) <= SIDE_BY_SIDE:
            ax.fill_between(x, 100 * rows["low"], 100 * rows["high"], color=look.colour, alpha=0.2, linewidth=0)
        ax.plot(x, 100 * rows["share"], color=look.colour, linestyle=look.line)
        row = rows.to_dict("records")[-1]
        end = last + gap * (place + 1.5)
        ax.plot([end] * 2, [100 * row["low"], 100 * row["high"]], color=look.colour, linewidth=1.4, solid_capstyle="butt")
        ax.plot(end, 100 * row["share"], **style.mark(look))
    ax.axvline(last + gap * 0.6, color="#999999", linewidth=0.6)
    ax.set_xlim(first - 0.7, last + gap * (len(looks) + 1))
    style.month_axis(ax, first, last, TICKS - 1)
    ax.set_ylabel("share of runs (%)")
    return ax


def sheet(
    data: pd.DataFrame, scenarios: Sequence[str], curves: Sequence[Curve | None], words: tuple[str, str, str], *,
    dots: tuple[str, Sequence[str]] | None = None,
) -> Figure:  # fmt: skip
    """A panel for each curve (None leaves one free), and one of dots for a variable without months, if any.

    Panels of one variable have the same axis. words: question, note, footer;
    dots: title and labels; its rows are those of ``data`` without a month.
    """
    question, note, footer = words
    looks = style.looks(scenarios)
    cells = len(curves) + (dots is not None)
    columns = min(3, cells)
    rows = -(-cells // columns)
    tall = max(2.2, room(len(dots[1]), len(scenarios)) if dots else 0)
    figure, panels = style.sheet(rows, columns, (max(7.5, 1.4 + 3.1 * columns), 1.5 + rows * (tall if rows > 1 else 3.2)))
    axes = style.one_by_one(panels)
    months = data[data["month"].notna()]
    for ax, curve in zip(axes, curves, strict=False):
        if curve is None:
            style.blank([ax])
            continue
        rows_of = months[months["variable"] == curve.variable]
        draw_curves(ax, rows_of[rows_of["label"] == curve.label], looks)
        ax.set_title(curve.title)
        top = 100.0 if curve.whole else min(100.0, max(1.0, 102 * float(rows_of["high"].max())))
        ax.set_ylim(-0.02 * top, 1.03 * top)
    if dots:
        title, labels = dots
        ax = axes[len(curves)]
        draw_dots(ax, data[data["month"].isna()], labels, looks)
        ax.set_title(title)
        ax.set_xlabel("share of runs (%)")
    style.blank(axes[cells:])
    style.dress(figure, question, [f"{NOTE if len(looks) <= SIDE_BY_SIDE else MANY} {note}".rstrip(), footer], looks)
    return figure
