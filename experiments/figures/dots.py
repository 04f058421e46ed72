"""Shares with 95% intervals as dots: labels down, a dot for each scenario.

Unless it is even, the axis is so up to 1% and then in tenfold steps, so that rare cases show beside common ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures import style
from experiments.figures.moves import TICKS, percent
from experiments.figures.style import Look

MARKS = "Marks: shares; lines: 95% intervals (Wilson)."
AXIS = "The axis is even up to 1%, then in tenfold steps."


@dataclass(frozen=True)
class Panel:
    """One panel of dots: rows of a variable and part."""

    variable: str
    part: str
    title: str


def room(labels: int, scenarios: int) -> float:
    """Height in inches that dots of some labels and scenarios need."""
    return 0.5 + labels * (0.18 + 0.07 * scenarios)


def draw_dots(ax: Axes, data: pd.DataFrame, labels: Sequence[str], looks: Mapping[str, Look], *, even: bool = False) -> Axes:
    """Share (mark) and interval (line) of each label, from top to bottom; data: one row for each label and scenario.

    even: an even axis from 0 to 100%.
    """
    step = min(0.24, 0.8 / len(looks))
    for place, (scenario, look) in enumerate(looks.items()):
        for row in data[(data["scenario"] == scenario) & (data["share"].notna())].to_dict("records"):
            y = labels.index(str(row["label"])) + (place - (len(looks) - 1) / 2) * step
            ax.plot([100 * row["low"], 100 * row["high"]], [y, y], color=look.colour, linewidth=1.2, solid_capstyle="butt")
            ax.plot(100 * row["share"], y, clip_on=False, **style.mark(look))
            if len(looks) == 1:
                said = percent(row["share"])
                ax.text(1.01, y, said, transform=ax.get_yaxis_transform(), va="center", fontsize=7.5, color="#333333")
    if even:
        ax.set_xlim(0, 105)
    else:
        style.amounts(ax, "x", 1.0)
        ax.set_xticks(TICKS, [str(tick) for tick in TICKS])
        ax.set_xlim(0, 110)
    ax.set_yticks(range(len(labels)), [style.readable(label) for label in labels])
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params("y", length=0, pad=7)
    ax.grid(visible=False, axis="y")
    for edge in range(1, len(labels)):
        ax.axhline(edge - 0.5, color="#e3e3e3", linewidth=0.6)
    return ax


def sheet(
    data: pd.DataFrame, scenarios: Sequence[str], panels: Sequence[Sequence[Panel]], labels: Sequence[str],
    words: tuple[str, str, str, str], *, even: bool = False,
) -> Figure:  # fmt: skip
    """Rows of panels that share their labels; words: question, axis, note, footer; even: see ``draw_dots``."""
    question, axis, note, footer = words
    looks = style.looks(scenarios)
    across = max(len(row) for row in panels)
    size = (1.6 + 2.9 * across, 1.4 + len(panels) * (0.6 + room(len(labels), len(scenarios))))
    figure, grid = style.sheet(len(panels), across, size, sharey="all")
    for axes, row in zip(grid, panels, strict=True):
        for ax, panel in zip(axes, row, strict=False):
            rows = data[(data["variable"] == panel.variable) & (data["part"] == panel.part)]
            draw_dots(ax, rows, labels, looks, even=even)
            ax.set_title(panel.title)
            ax.set_xlabel(axis)
            if not rows["share"].notna().any():
                ax.text(0.5, 0.5, "none in any run", transform=ax.transAxes, ha="center", va="center", color="#555555")
        style.blank(axes[len(row) :])
    style.dress(figure, question, [" ".join(filter(None, [MARKS, "" if even else AXIS, note])), footer], looks)
    return figure
