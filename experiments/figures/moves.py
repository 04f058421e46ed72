"""What each nation did: the share of months in which it chose each line of its menu.

Up to three scenarios are dots with the range of 90% of runs; more are a table of shaded cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from experiments.figures import style
from experiments.figures.fans import SIDE_BY_SIDE
from experiments.figures.style import Look

AXIS = "share of months in which it was chosen (%)"
TICKS = (0, 1, 2, 5, 10, 20, 50, 100)


def draw_dots(ax: Axes, data: pd.DataFrame, rows: Sequence[str | None], looks: Mapping[str, Look]) -> Axes:
    """Mean share of months (dot) and 90% of runs (line); rows: actions from top to bottom, None for a heading."""
    step = 0.24 if len(looks) > 1 else 0.0
    for place, (scenario, look) in enumerate(looks.items()):
        for row in data[data["scenario"] == scenario].to_dict("records"):
            y = rows.index(row["action"])
            height = y + (place - (len(looks) - 1) / 2) * step
            ax.plot([100 * row["p5"], 100 * row["p95"]], [height] * 2, color=look.colour, linewidth=1, solid_capstyle="butt")
            ax.plot(100 * row["share"], height, **style.mark(look))
            if len(looks) == 1:
                text = percent(row["share"])
                ax.text(1.01, y, text, transform=ax.get_yaxis_transform(), va="center", fontsize=7.5, color="#333333")
    style.amounts(ax, "x", 1.0)
    ax.set_xticks(TICKS, [str(tick) for tick in TICKS])
    ax.set_xlim(0, 110)
    ax.set_xlabel(AXIS)
    return ax


def draw_cells(ax: Axes, data: pd.DataFrame, rows: Sequence[str | None], scenarios: Sequence[str]) -> Axes:
    """Mean share of months as shaded cells with numbers in per cent."""
    table = data.pivot(index="action", columns="scenario", values="share").reindex(columns=list(scenarios))
    values = table.reindex([action or "" for action in rows]).to_numpy(dtype=float)
    norm = PowerNorm(0.5, 0, 1)
    mesh = ax.pcolormesh(np.ma.masked_invalid(values), cmap="Greys", norm=norm, edgecolors="white", linewidth=1.2)
    mesh.set_clip_on(False)
    for (y, x), value in np.ndenumerate(values):
        if np.isfinite(value):
            colour = "white" if value > 0.36 else "black"
            ax.text(x + 0.5, y + 0.5, percent(value), ha="center", va="center", fontsize=7.5, color=colour)
    ax.set_xticks(np.arange(len(scenarios)) + 0.5, [style.shortened(name, 26) for name in scenarios])
    ax.tick_params("x", top=True, labeltop=True, bottom=False, labelbottom=False, labelrotation=30, length=0)
    for label in ax.get_xticklabels():
        label.set(ha="left", rotation_mode="anchor")
    ax.set_xlabel(AXIS)
    return ax


def percent(share: float) -> str:
    """A share for a narrow cell: ``0``, ``<1``, ``3``, ``41``."""
    text = f"{100 * share:.0f}"
    return "<1" if text == "0" and share > 0 else text


def sheet(
    data: pd.DataFrame, scenarios: Sequence[str], slots: Mapping[str, Sequence[str]], question: str, footer: str
) -> Figure:
    """The menu of one nation; data as of ``data.summarise_moves``, slots: actions of each slot in the order of the menu."""
    rows, labels = rows_of(slots, set(data["action"]))
    cells = len(scenarios) > SIDE_BY_SIDE
    height = (2.7 if cells else 1.7) + (0.23 if len(scenarios) < 3 else 0.27) * len(rows)
    figure, panels = style.sheet(1, 1, (3.2 + 0.72 * len(scenarios) if cells else 7.5, height))
    ax = panels[0][0]
    looks = style.looks(scenarios)
    if cells:
        draw_cells(ax, data, rows, scenarios)
        label_rows(ax, np.arange(len(rows)) + 0.5, rows, labels)
        ax.set_ylim(len(rows), 0)
        ax.spines[:].set_visible(False)
        note = "Mean over runs."
    else:
        draw_dots(ax, data, rows, looks)
        label_rows(ax, np.arange(len(rows)), rows, labels)
        ax.set_ylim(len(rows) - 0.4, -0.6)
        note = "Mark: mean over runs. Line: 90% of runs. The axis is even up to 1%, then in tenfold steps."
    ax.grid(visible=not cells, axis="both")
    ax.tick_params("y", length=0)
    style.dress(figure, question, [note, footer], None if cells else looks)
    return figure


def label_rows(ax: Axes, places: Sequence[float] | np.ndarray, rows: Sequence[str | None], labels: Sequence[str]) -> None:
    """Labels of rows at their places, those of headings bold."""
    ax.set_yticks(places, labels)
    for label, action in zip(ax.get_yticklabels(), rows, strict=True):
        if action is None:
            label.set(weight="bold", color="#555555")


def rows_of(slots: Mapping[str, Sequence[str]], present: set[str]) -> tuple[list[str | None], list[str]]:
    """Rows from top to bottom, None for the heading of a slot, and their labels."""
    rows: list[str | None] = []
    labels: list[str] = []
    for slot, actions in slots.items():
        known = [action for action in actions if action in present]
        if known:
            rows += [None, *known]
            labels += [style.readable(slot), *(style.readable(action) for action in known)]
    return rows, labels
