"""Simulated against observed trade by calendar year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures import style
from experiments.figures.fans import Strip, limit
from experiments.figures.style import NAMES_OF_MONTHS, Look
from sim.state import Month

NOTE = (
    "Mark: median of runs; bar: 50% (thick) and 90% (thin) of runs. Diamond and line: observed total of the same months "
    "(Chinese or Russian customs; KOTRA for all partners, without South Korea)."
)


def draw_years(ax: Axes, data: pd.DataFrame, looks: Mapping[str, Look]) -> Axes:
    """Simulated ranges of each scenario beside the observed total of each year; data as of ``series.years``."""
    parts = periods(data)
    step = 0.7 / max(len(looks), 2)
    for place, (scenario, look) in enumerate(looks.items()):
        for row in data[(data["kind"] == "simulated") & (data["scenario"] == scenario)].to_dict("records"):
            x = parts.index((row["first"], row["last"])) + (place - (len(looks) - 1) / 2) * step
            style.draw_range(ax, x, row, look)
    seen = data[data["kind"] == "observed"].drop_duplicates(["first", "last"])
    for row in seen.to_dict("records"):
        x = parts.index((row["first"], row["last"]))
        ax.plot([x - 0.44, x + 0.44], [row["value"]] * 2, color=style.OBSERVED, linewidth=0.9)
        ax.plot(x - 0.44, row["value"], "D", color=style.OBSERVED, markersize=3.6)
    ax.set_xticks(range(len(parts)), [label(*part) for part in parts])
    ax.set_xlim(-0.7, max(len(parts), 1) - 0.3)
    return ax


def periods(data: pd.DataFrame) -> list[tuple[str, str]]:
    """The years, or parts of years, that are compared."""
    compared = data[data["kind"] == "simulated"]
    return sorted({(str(first), str(last)) for first, last in zip(compared["first"], compared["last"], strict=True)})


def label(first: str, last: str) -> str:
    """``2021``, or ``2020`` and below it ``May-Dec``."""
    start, end = Month.parse(first), Month.parse(last)
    if (start.month, end.month) == (1, 12):
        return str(start.year)
    names = dict.fromkeys(NAMES_OF_MONTHS[month.month - 1] for month in (start, end))
    return f"{start.year}\n{'-'.join(names)}"


def left_out(data: pd.DataFrame) -> str:
    """Which years could not be compared."""
    missing = data[data["kind"] == "left out"]
    parts = sorted({(str(first), str(last)) for first, last in zip(missing["first"], missing["last"], strict=True)})
    said = [label(*part).replace("\n", " ") for part in parts]
    return f"{', '.join(said)} left out: not observed for just these months" if said else ""


def sheet(data: pd.DataFrame, scenarios: Sequence[str], strips: Sequence[Strip], question: str, footer: str) -> Figure:
    """A panel for each flow of trade."""
    looks = style.looks(scenarios)
    columns = min(3, len(strips))
    rows = -(-len(strips) // columns)
    figure, panels = style.sheet(rows, columns, (10.5, 1.4 + 2.9 * rows))
    for ax, strip in zip(style.one_by_one(panels), strips, strict=False):
        rows_of = data[data["variable"] == strip.column]
        ax.set_title(strip.label)
        ax.grid(visible=False, axis="x")
        style.amounts(ax, "y", strip.threshold)
        draw_years(ax, rows_of, looks)
        limit(ax, rows_of, strip)
        ax.set_ylabel("m USD over the months")
        ax.set_xlabel(left_out(rows_of), fontsize=6.5, color="#555555", wrap=True)
    style.blank(style.one_by_one(panels)[len(strips) :])
    style.dress(figure, question, [NOTE, footer], looks)
    return figure
