"""Who depends on whom: five nations, an arrow from each to those it depends on, in the first and the last month."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from experiments.figures import style
from experiments.figures.fans import SIDE_BY_SIDE
from sim.state import ISO, NATIONS

WIDEST = 7.0  # points, for the largest dependence on the page
SHOWN = 0.02  # of the largest; smaller ones have no arrow
SAID = 0.1  # of the largest; smaller ones have no number
BEND = 0.16
ALONG = 0.6  # where on an arrow its number stands
NODE = 13.0  # points, radius of a node
NOTE = (
    "An arrow from A to B: A depends on B, by the exit cost of losing that trade (index 0-1), mean over runs. Width and "
    "number say how much. Less than a fiftieth of the largest is left out, less than a tenth has no number. "
)
RANGES = "Below the number: 90% of runs. "
NAMES = ", ".join(f"{code} {style.readable(nation)}" for nation, code in ISO.items())
PLACES = {
    nation: (float(np.sin(angle)), float(np.cos(angle)))
    for nation, angle in zip(NATIONS, 2 * np.pi * np.arange(len(NATIONS)) / len(NATIONS), strict=True)
}


def draw_network(ax: Axes, data: pd.DataFrame, largest: float, *, ranges: bool) -> Axes:
    """One scenario in one month; data: a row for each ordered pair, largest: the dependence that has the widest arrow.

    ranges: whether the range of 90% of runs stands below the mean.
    """
    for row in data.sort_values("mean", kind="stable").to_dict("records"):
        if row["mean"] < SHOWN * largest:
            continue
        _arrow(ax, str(row["nation"]), str(row["target"]), float(row["mean"]) / largest)
        if row["mean"] >= SAID * largest:
            _say(ax, row, ranges=ranges)
    for nation, (x, y) in PLACES.items():
        ax.plot(x, y, "o", markersize=2 * NODE, markerfacecolor="white", markeredgecolor="#333333", zorder=3)
        ax.text(x, y, ISO[nation], ha="center", va="center", fontsize=8, weight="bold", zorder=4)
    ax.set(xlim=(-1.2, 1.2), ylim=(-1.0, 1.2), aspect="equal")
    ax.set_axis_off()
    return ax


def _arrow(ax: Axes, nation: str, target: str, size: float) -> None:
    colour = style.COLOURS[NATIONS.index(nation)]
    width = max(0.5, WIDEST * size)
    arrow = FancyArrowPatch(
        PLACES[nation], PLACES[target], connectionstyle=f"arc3,rad={BEND}", arrowstyle=f"-|>,head_length={2.5 + width / 2},"
        f"head_width={1.5 + width / 2}", mutation_scale=1, linewidth=width, color=colour, shrinkA=NODE, shrinkB=NODE + 1,
        zorder=2,
    )  # fmt: skip
    ax.add_patch(arrow)


def _say(ax: Axes, row: Mapping[Hashable, Any], *, ranges: bool) -> None:
    """The number on its arrow, nearer to the head, where fewer arrows cross."""
    start, end = (np.array(PLACES[str(row[name])]) for name in ("nation", "target"))
    along = end - start
    aside = np.array([along[1], -along[0]])  # the side to which an arrow bends
    x, y = start + ALONG * along + 2 * ALONG * (1 - ALONG) * BEND * aside  # a point of the curve
    text = f"{row['mean']:.3f}" + (f"\n{row['p5']:.3f}-{row['p95']:.3f}" if ranges else "")
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6}
    ax.text(x, y, text, ha="center", va="center", fontsize=6.5, bbox=box, zorder=5, linespacing=1.0)


def sheet(data: pd.DataFrame, scenarios: Sequence[str], question: str, footer: str) -> Figure:
    """First and last month of each scenario side by side; data as of ``shares.dependence``."""
    apart = len(scenarios) <= SIDE_BY_SIDE
    pairs = 1 if apart else 2
    rows = -(-len(scenarios) // pairs)
    size = 4.0 if apart else 2.9
    figure, panels = style.sheet(rows, 2 * pairs, (2 * pairs * size, 1.3 + rows * (size - 0.2)))
    axes = style.one_by_one(panels)
    largest = float(data["mean"].max())
    place = 0
    for scenario in scenarios:
        own = data[data["scenario"] == scenario]
        months = [own["month"].min(), own["month"].max()]
        for month in months:
            draw_network(axes[place], own[own["month"] == month], largest, ranges=apart)
            axes[place].set_title(f"{style.shortened(scenario, 30)}\n{month}")
            place += 1
    style.blank(axes[place:])
    style.dress(figure, question, [f"{NOTE}{RANGES if apart else ''}{NAMES}.", footer])
    return figure
