"""Weapon tests: how many a month, in how many runs, and how many since the start, beside what was observed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.figures import style
from experiments.figures.fans import SIDE_BY_SIDE, draw_fan, draw_medians, draw_observed
from experiments.figures.style import Look

NOTE = "Top: mean, 50% and 90% of runs. Middle: with 95% intervals (Wilson). Bottom: median, 50% and 90% of runs."
MANY = "Top: means. Middle: shares of runs. Bottom: medians; 50% (thick) and 90% (thin) of runs in the last month."
SEEN = "Black: observed days with a ballistic missile, nuclear test or space launch."
ROWS = {"tests": "Tests\nevents/month", "any": "Runs with any test\n% of runs", "total": "Tests since the start\nevents"}


def draw_counts(ax: Axes, data: pd.DataFrame, look: Look) -> Axes:
    """Tests a month: mean, 50% and 90% of runs; data: simulated rows of ``tests``."""
    x = [style.number_of(month) for month in data["month"]]
    ax.fill_between(x, data["p5"], data["p95"], step="mid", color=look.colour, alpha=0.18, linewidth=0)
    ax.fill_between(x, data["p25"], data["p75"], step="mid", color=look.colour, alpha=0.38, linewidth=0)
    ax.plot(x, data["mean"], color=look.colour)
    return ax


def draw_any(ax: Axes, data: pd.DataFrame, look: Look) -> Axes:
    """Share of runs with a test in a month, with intervals; data: simulated rows of ``any``."""
    x = [style.number_of(month) for month in data["month"]]
    ax.fill_between(x, 100 * data["low"], 100 * data["high"], color=look.colour, alpha=0.25, linewidth=0)
    ax.plot(x, 100 * data["mean"], color=look.colour)
    return ax


def draw_happened(ax: Axes, data: pd.DataFrame) -> Axes:
    """A mark at the top for every month in which there was a test; data: observed rows of ``any``."""
    months = [style.number_of(month) for month in data.loc[data["value"] > 0, "month"]]
    ax.plot(months, [100] * len(months), "D", color=style.OBSERVED, markersize=3.4)
    return ax


def draw_lines(ax: Axes, data: pd.DataFrame, looks: Mapping[str, Look], scale: float = 1.0) -> Axes:
    """Means of many scenarios."""
    for scenario, look in looks.items():
        rows = data[data["scenario"] == scenario]
        x = [style.number_of(month) for month in rows["month"]]
        ax.plot(x, scale * rows["mean"], color=look.colour, linestyle=look.line)
    return ax


def sheet(data: pd.DataFrame, scenarios: Sequence[str], question: str, footer: str) -> Figure:
    """Three rows of panels; data as of ``series.tests_by_month``."""
    looks = style.looks(scenarios)
    apart = len(scenarios) <= SIDE_BY_SIDE
    columns = [[scenario] for scenario in scenarios] if apart else [list(scenarios)]
    width = {1: 7.5, 2: 8.5}.get(len(columns), 10.5)
    figure, panels = style.sheet(3, len(columns), (width, 8.2 if apart else 9.2), sharex="col", sharey="row")
    for column, names in enumerate(columns):
        chosen = {name: looks[name] for name in names}
        for ax, variable in zip([row[column] for row in panels], ROWS, strict=True):
            rows = data[(data["variable"] == variable) & data["scenario"].isin([*names, ""])]
            _panel(ax, rows, variable, chosen, ticks=7)
        if apart and len(scenarios) > 1:
            panels[0][column].set_title(style.shortened(names[0], 100 // len(columns)))
    for row, (variable, label) in zip(panels, ROWS.items(), strict=True):
        row[0].set_ylabel(label)
        top = 100.0 if variable == "any" else row[0].get_ylim()[1]
        row[0].set_ylim(-0.04 * top, 1.04 * top)
    seen = SEEN if (data["kind"] == "observed").any() else ""
    named = apart and len(scenarios) > 1  # above their panels
    style.dress(figure, question, [f"{NOTE if apart else MANY} {seen}", footer], None if named else looks)
    return figure


def _panel(ax: Axes, data: pd.DataFrame, variable: str, looks: Mapping[str, Look], ticks: int) -> None:
    simulated, seen = data[data["kind"] == "simulated"], data[data["kind"] == "observed"]
    months = [style.number_of(month) for month in simulated["month"]]
    ax.set_xlim(min(months) - 0.7, max(months) + 0.7)
    _draw(ax, simulated, variable, looks)
    if variable == "any":
        draw_happened(ax, seen[[min(months) <= style.number_of(month) <= max(months) for month in seen["month"]]])
    else:
        draw_observed(ax, seen.drop_duplicates(["month", "value"]), (min(months), max(months)))
        ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=variable == "total"))
    style.month_axis(ax, min(months), max(months), ticks)


def _draw(ax: Axes, data: pd.DataFrame, variable: str, looks: Mapping[str, Look]) -> None:
    """One scenario with its bands, or the lines of many."""
    if len(looks) > 1:
        if variable == "total":
            draw_medians(ax, data, looks)
        else:
            draw_lines(ax, data, looks, 100.0 if variable == "any" else 1.0)
        return
    ((_, look),) = looks.items()
    draw = {"tests": draw_counts, "any": draw_any, "total": draw_fan}[variable]
    draw(ax, data, look)
