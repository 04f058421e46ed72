"""Fan charts: how a variable runs over the months, in the middle and in 50% and 90% of runs, with what was observed.

Up to three scenarios stand side by side, each with its fan; more, or those of many variables, are drawn as medians in one
panel, with the ranges of each at its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures import style
from experiments.figures.style import Look

SIDE_BY_SIDE = 3  # scenarios
MOST_PANELS = 16  # of several scenarios side by side
MANY = 6  # variables, from more on in three columns
TICKS = 7
RANGES = "Line: median of runs. Dark band: 50% of runs, light band: 90%."
ENDS = "Lines: medians of runs. Bars at the right: 50% (thick) and 90% (thin) of runs in the last month."
BANDS = f"Bands: 90% of runs. {ENDS}"
OBSERVED = "Black: observed; a bar is the mean of several months, hollow marks low confidence."
SPREAD = "Upright line: the range that its sources give, with the mark in the middle."
RECORDED = "Crosses: the scenario's own record of the months before."


@dataclass(frozen=True)
class Strip:
    """One variable of a fan chart; ``threshold`` asks for tenfold steps above it."""

    column: str
    label: str
    threshold: float = 0.0
    top: float | None = None
    alike: bool = False  # whether its axis is as long as those of the other panels


def draw_fan(ax: Axes, data: pd.DataFrame, look: Look) -> Axes:
    """Median, 50% and 90% bands of one variable in one scenario; data: rows of kind ``simulated``."""
    x = [style.number_of(month) for month in data["month"]]
    ax.fill_between(x, data["p5"], data["p95"], color=look.colour, alpha=0.18, linewidth=0)
    ax.fill_between(x, data["p25"], data["p75"], color=look.colour, alpha=0.38, linewidth=0)
    ax.plot(x, data["p50"], color=look.colour)
    return ax


def draw_medians(ax: Axes, data: pd.DataFrame, looks: Mapping[str, Look]) -> Axes:
    """Medians of one variable in many scenarios, and at the right the ranges of each in its last month.

    Of up to three scenarios 90% bands are shown as well.
    """
    data = data.assign(x=[style.number_of(month) for month in data["month"]])
    last = data["x"].max()
    gap = style.gap(data["x"].min(), last)
    for place, (scenario, look) in enumerate(looks.items()):
        rows = data[data["scenario"] == scenario]
        if rows.empty:
            continue
        if len(looks) <= SIDE_BY_SIDE:
            ax.fill_between(rows["x"], rows["p5"], rows["p95"], color=look.colour, alpha=0.15, linewidth=0)
        ax.plot(rows["x"], rows["p50"], color=look.colour, linestyle=look.line)
        style.draw_range(ax, last + gap * (place + 1.5), rows.to_dict("records")[-1], look)
    ax.axvline(last + gap * 0.6, color="#999999", linewidth=0.6)
    ax.set_xlim(data["x"].min() - 0.7, last + gap * (len(looks) + 1))
    ax.set_title("at the end", loc="right", fontsize=7, weight="normal", color="#555555")
    return ax


def draw_observed(ax: Axes, data: pd.DataFrame, within: tuple[int, int]) -> Axes:
    """Observations: a diamond for a month, a bar for the mean of several, hollow where confidence is low.

    Only what lies between two months (places on the axis) is drawn.
    """
    for row in data.to_dict("records"):
        start = style.number_of(row["month"])
        first, last = max(start, within[0]), min(start + int(row["months"]) - 1, within[1])
        if first > last:
            continue
        middle, value, low = (first + last) / 2, row["value"], row["confidence"] == "low"
        if row["months"] > 1:
            ax.plot([first - 0.4, last + 0.4], [value] * 2, color=style.OBSERVED, linewidth=1.2, alpha=0.6 if low else 1)
        if row["high"] > row["low"]:
            ax.plot([middle] * 2, [row["low"], row["high"]], color=style.OBSERVED, linewidth=0.8)
        face = "white" if low else style.OBSERVED
        ax.plot(
            middle, value, "D", markersize=3.4, markerfacecolor=face, markeredgecolor=style.OBSERVED, markeredgewidth=0.8
        )
    return ax


def draw_record(ax: Axes, data: pd.DataFrame) -> Axes:
    """The scenario's own record of the months before it starts."""
    x = [style.number_of(month) for month in data["month"]]
    ax.plot(x, data["value"], "x", color=style.OBSERVED, markersize=5, markeredgewidth=1.3)
    return ax


def chart(data: pd.DataFrame, scenarios: Sequence[str], strips: Sequence[Strip], question: str, *words: str) -> Figure:
    """Fan charts of some variables; data as of ``series.fan``, words: what else stands at the foot."""
    strips = [strip for strip in strips if (data["variable"] == strip.column).any()]
    apart = len(scenarios) == 1 or (len(scenarios) <= SIDE_BY_SIDE and len(scenarios) * len(strips) <= MOST_PANELS)
    figure = (_side_by_side if apart else _together)(data, scenarios, strips)
    for ax in _alike([ax for ax in figure.axes if ax.get_visible()], strips):
        low, high = ax.get_ylim()
        if low < 0 < high:
            ax.axhline(0, color="#999999", linewidth=0.8, zorder=1)
    kinds = set(data["kind"])
    bands = BANDS if len(scenarios) <= SIDE_BY_SIDE else ENDS
    notes = [RANGES if apart else bands, OBSERVED if "observed" in kinds else "", _spread(data)]
    notes.append(RECORDED if "record" in kinds else "")
    named = apart and len(scenarios) > 1  # above their panels
    style.dress(
        figure, question, [" ".join(filter(None, notes)), *filter(None, words)], None if named else style.looks(scenarios)
    )
    return figure


def _spread(data: pd.DataFrame) -> str:
    """What upright lines of observations are; empty without any."""
    seen = data[data["kind"] == "observed"]
    return SPREAD if (seen["high"] > seen["low"]).any() else ""


def _alike(panels: Sequence[Axes], strips: Sequence[Strip]) -> Sequence[Axes]:
    """Make axes as long as the longest, if so wanted, about the middle of each."""
    if all(strip.alike for strip in strips):
        ends = [ax.get_ylim() for ax in panels]
        half = max(high - low for low, high in ends) / 2
        for ax, (low, high) in zip(panels, ends, strict=True):
            ax.set_ylim((low + high) / 2 - half, (low + high) / 2 + half)
    return panels


def _columns(strips: Sequence[Strip]) -> int:
    return 3 if len(strips) > MANY else min(2, len(strips))


def _side_by_side(data: pd.DataFrame, scenarios: Sequence[str], strips: Sequence[Strip]) -> Figure:
    """Variables down and scenarios across; one scenario alone fills two columns."""
    looks, alone = style.looks(scenarios), len(scenarios) == 1
    columns = _columns(strips) if alone else len(scenarios)
    rows = -(-len(strips) // columns) if alone else len(strips)
    width = 8.5 if columns < 3 else 10.5
    figure, panels = style.sheet(
        rows, columns, (width, 1.2 + 2.1 * rows if rows > 1 else 4.0), sharey="none" if alone else "row"
    )
    cells = [(strip, scenario) for strip in strips for scenario in scenarios]
    for ax, (strip, scenario) in zip(style.one_by_one(panels), cells, strict=False):
        rows_of = data[data["variable"] == strip.column]
        _panel(ax, rows_of, strip, (scenario, looks[scenario]), TICKS)
        unit = rows_of["unit"].iloc[0]
        if alone:
            ax.set_title(strip.label)
            ax.set_ylabel(unit)
        else:
            ax.set_ylabel(f"{strip.label}\n{unit}" if scenario == scenarios[0] else "")
            if strip == strips[0]:
                ax.set_title(style.shortened(scenario, 100 // columns))
    for ax, (strip, _) in zip(style.one_by_one(panels), cells, strict=False):
        limit(ax, data[data["variable"] == strip.column], strip)
    style.blank(style.one_by_one(panels)[len(cells) :])
    return figure


def _panel(ax: Axes, data: pd.DataFrame, strip: Strip, shown: tuple[str, Look], ticks: int) -> None:
    scenario, look = shown
    simulated = data[(data["kind"] == "simulated") & (data["scenario"] == scenario)]
    record = data[(data["kind"] == "record") & (data["scenario"] == scenario)]
    months = [style.number_of(month) for month in [*simulated["month"], *record["month"]]]
    if strip.threshold:
        style.amounts(ax, "y", strip.threshold)
    draw_fan(ax, simulated, look)
    draw_observed(ax, data[data["kind"] == "observed"], (min(months), max(months)))
    draw_record(ax, record)
    if len(record):
        ax.axvline(style.number_of(simulated["month"].iloc[0]) - 0.5, color="#999999", linewidth=0.8)
    style.month_axis(ax, min(months), max(months), ticks)
    ax.set_xlim(min(months) - 0.7, max(months) + 0.7)


def limit(ax: Axes, data: pd.DataFrame, strip: Strip) -> None:
    """Start at zero, where a mark still shows, or on a tenfold axis below the lowest value; to be called last."""
    lowest = data[["p5", "value"]].min().min()
    if 0 < strip.threshold < lowest:
        ax.set_ylim(lowest / 1.4, strip.top)
        style.finer(ax, strip.threshold)
    elif lowest >= 0 and not strip.alike:
        ax.set_ylim(-0.25 * strip.threshold, strip.top)


def _together(data: pd.DataFrame, scenarios: Sequence[str], strips: Sequence[Strip]) -> Figure:
    """All scenarios in one panel per variable."""
    looks = style.looks(scenarios)
    columns = _columns(strips)
    rows = -(-len(strips) // columns)
    figure, panels = style.sheet(rows, columns, (6.0 + 2.8 * (columns - 1) + 1.2, 1.5 + 2.6 * rows if rows > 1 else 4.6))
    for ax, strip in zip(style.one_by_one(panels), strips, strict=False):
        rows_of = data[data["variable"] == strip.column]
        simulated = rows_of[rows_of["kind"] == "simulated"]
        record = rows_of[rows_of["kind"] == "record"].drop_duplicates(["month", "value"])
        months = [style.number_of(month) for month in [*simulated["month"], *record["month"]]]
        if strip.threshold:
            style.amounts(ax, "y", strip.threshold)
        draw_medians(ax, simulated, looks)
        draw_observed(ax, rows_of[rows_of["kind"] == "observed"], (min(months), max(months)))
        draw_record(ax, record)
        style.month_axis(ax, min(months), max(months), TICKS)
        ax.set_xlim(left=min(months) - 0.7)
        limit(ax, rows_of, strip)
        ax.set_title(strip.label)
        ax.set_ylabel(rows_of["unit"].iloc[0])
    style.blank(style.one_by_one(panels)[len(strips) :])
    return figure
