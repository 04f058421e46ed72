"""Distributions of outcomes: a page of panels, a row in each panel for every scenario, in the same order everywhere.

Numbers are drawn as a silhouette of their distribution with median, 50% and 90% of runs below it; categories and yes-or-no
outcomes as shares of runs with Wilson's 95% intervals.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from experiments.figures import style
from experiments.figures.data import Measure
from experiments.figures.style import Look

HEIGHT = 0.62  # of a silhouette, in rows
TITLE = 38  # letters in a line of a panel's title
NARROW_TITLE = 28  # in that of a narrow one
RIDGES = 16  # scenarios up to which there is room for silhouettes
BELOW = 0.16  # of the interval under its silhouette, in rows
WHOLE = 25  # % above which an axis of shares runs from 0 to 100
ENDS = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30)  # % of the axes of smaller shares
SMALLEST = 0.05  # % that is still told to a tenth
BESIDE = 1.15  # times the highest interval that such an axis ends at, at least; the share is said beside it
SHADES = ("#000000", "#767676", "#ffffff", "#b0b0b0", "#444444")
CROWDED = "Mark: median, bar: 50% (thick) and 90% (thin) of runs. Shares: with 95% intervals (Wilson) for their runs."
NOTE = f"Silhouettes: distribution over runs, each as high as its own peak. {CROWDED}"


def draw_distribution(ax: Axes, data: pd.DataFrame, looks: Mapping[str, Look]) -> Axes:
    """One outcome that is a number; data: its ``summary`` and ``bin`` rows."""
    for place, (scenario, look) in enumerate(looks.items()):
        rows = data[data["scenario"] == scenario]
        bins = rows[rows["part"] == "bin"]
        if bins.empty:
            continue
        roomy = len(looks) <= RIDGES
        if roomy:
            silhouette(ax, bins, place, look)
        row = rows[rows["part"] == "summary"].to_dict("records")[0]
        style.draw_range(ax, place + BELOW * roomy, row, look, along="x")
    if data["from"].nunique() == 1:
        ax.margins(x=3)  # every run has the same value: one thin bar, not a wide box
    return ax


def silhouette(ax: Axes, bins: pd.DataFrame, place: int, look: Look) -> None:
    """A histogram that stands on the line of its row."""
    x = np.repeat([*bins["from"], bins["to"].iloc[-1]], 2)
    heights = np.concatenate([[0.0], np.repeat(bins["share"] / bins["share"].max() * HEIGHT, 2), [0.0]])
    ax.fill_between(x, place, place - heights, color=look.colour, alpha=0.3, linewidth=0)
    ax.plot(x, place - heights, color=look.colour, linewidth=0.7)


def draw_shares(ax: Axes, data: pd.DataFrame, looks: Mapping[str, Look]) -> Axes:
    """One outcome that is a category, or yes or no; data: its ``share`` rows, in per cent on the axis."""
    labels = list(dict.fromkeys(data["label"]))
    top = axis_end(100 * float(data["high"].max()))
    for place, (scenario, look) in enumerate(looks.items()):
        rows = data[data["scenario"] == scenario]
        for number, label in enumerate(labels):
            chosen = rows[rows["label"] == label]
            if chosen.empty or chosen["n"].iloc[0] == 0:
                continue
            share, low, high = (100 * float(chosen[name].iloc[0]) for name in ("share", "low", "high"))
            y = place + (number - (len(labels) - 1) / 2) * min(0.22, 0.7 / len(labels))
            alone = len(labels) == 1
            colour = look.colour if alone else "#444444"
            marker = look.marker if alone else style.MARKERS[number % len(style.MARKERS)]
            face = look.colour if alone else SHADES[number % len(SHADES)]
            ax.plot([low, high], [y, y], color=colour, linewidth=1.4, solid_capstyle="butt")
            ax.plot(share, y, marker=marker, markerfacecolor=face, markeredgecolor=colour, markeredgewidth=0.9)
            if alone:
                _say(ax, (low, share, high), y, left=high > 0.85 * top)
    ax.set_xlim(-0.03 * top, 1.03 * top)
    ax.set_xlabel("share of runs (%)")
    return ax


def axis_end(highest: float) -> float:
    """Where an axis of shares ends: at 100%, or a round number above intervals that all lie low."""
    return 100 if not highest < WHOLE else next(end for end in ENDS if end >= BESIDE * highest)


def percent(share: float) -> str:
    """A share in percent to a tenth, or to its first digit where that would be nothing: ``1.9%``, ``0.02%``."""
    return f"{share:.1f}%" if share >= SMALLEST or not share else f"{share:.1g}%"


def _say(ax: Axes, interval: tuple[float, float, float], y: float, *, left: bool) -> None:
    """The share beside its interval, at the left where the axis ends."""
    low, share, high = interval
    end, gap, side = (low, -5, "right") if left else (high, 5, "left")
    ax.annotate(
        percent(share),
        (end, y),
        xytext=(gap, 0),
        textcoords="offset points",
        ha=side,
        va="center",
        fontsize=7.5,
        color="#333333",
    )


def page(
    data: pd.DataFrame, scenarios: Sequence[str], measures: Mapping[str, Measure], question: str, footer: str
) -> Figure:
    """All outcomes in ``data`` (as of ``data.summarise_outcomes``) on one page."""
    names = list(dict.fromkeys(data["outcome"]))
    looks = style.looks(scenarios)
    crowded = len(scenarios) > RIDGES
    columns = len(names) if crowded else {1: 1, 2: 2, 4: 2}.get(len(names), 3)
    rows = -(-len(names) // columns)
    each = 2.5 if len(scenarios) < 4 else 1.5 + (0.17 if crowded else 0.33) * len(scenarios)
    size = (2.0 + (2.2 if crowded else 2.9) * columns, 1.1 + rows * each)
    figure, panels = style.sheet(rows, columns, size, sharey="all")
    for ax, name in zip(style.one_by_one(panels), names, strict=False):
        rows_of = data[data["outcome"] == name]
        _panel(ax, rows_of, looks, measures[name])
    for ax in style.one_by_one(panels):
        ax.tick_params("y", length=0)
    for ax, *_ in panels:
        labels = [style.shortened(name) if crowded else style.folded(name) for name in scenarios]
        ax.set_yticks(range(len(scenarios)), labels, fontsize=6.5 if crowded else None)
    panels[0][0].set_ylim(len(scenarios) - 0.6, -0.8)
    style.blank(style.one_by_one(panels)[len(names) :])
    style.dress(figure, question, [CROWDED if crowded else NOTE, footer])
    return figure


def _panel(ax: Axes, data: pd.DataFrame, looks: Mapping[str, Look], measure: Measure) -> None:
    crowded = len(looks) > RIDGES
    ax.set_title(textwrap.fill(measure.question or style.readable(measure.name), NARROW_TITLE if crowded else TITLE))
    ax.grid(visible=crowded, axis="y")
    if (data["part"] == "share").any():
        draw_shares(ax, data, looks)
        _key(ax, list(dict.fromkeys(data["label"])), 2 if crowded else 3)
        return
    draw_distribution(ax, data, looks)
    if (data["from"].dropna() % 1 == 0.5).all():  # bars of whole numbers
        ax.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10], integer=True))
    shown = data["shown"].min()
    part = "" if not shown < 0.9995 else f"\naxis shows {100 * shown:.1f}% of runs or more"
    ax.set_xlabel(f"{style.readable(measure.name)} ({measure.unit}){part}")
    _missing(ax, data[data["part"] == "summary"], list(looks))


def _key(ax: Axes, labels: Sequence[str], columns: int) -> None:
    """What the marks of categories mean, above the panel."""
    if len(labels) < 2:
        return
    handles = [
        Line2D(
            [], [], linestyle="", marker=style.MARKERS[number % len(style.MARKERS)], markeredgecolor="#444444",
            markerfacecolor=SHADES[number % len(SHADES)], label=label,
        )
        for number, label in enumerate(labels)
    ]  # fmt: skip
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=columns,
        fontsize=7,
        handletextpad=0.1,
        columnspacing=0.8,
    )
    ax.set_title(ax.get_title(loc="left"), pad=6 + 12 * -(-len(labels) // columns))


def _missing(ax: Axes, data: pd.DataFrame, scenarios: Sequence[str]) -> None:
    """Say at the right where only some runs have a value."""
    for row in data.to_dict("records"):
        if row["n"] < row["runs"]:
            text = f"in {percent(100 * row['n'] / row['runs'])}" + ("\nof runs" if len(scenarios) <= RIDGES else "")
            y = scenarios.index(row["scenario"])
            ax.text(1.01, y, text, transform=ax.get_yaxis_transform(), va="center", fontsize=7, color="#444444")
