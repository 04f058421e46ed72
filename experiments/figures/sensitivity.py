"""Pictures of a sensitivity analysis: a panel for each outcome, factors down, indices or changes with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from experiments.figures import style
from experiments.sensitivity import FEWEST, GROUP, LUCK

Row = Mapping[str, Any]
QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "sobol": "Which parameters and weights does an outcome depend on?",
        "morris": "Which parameters move an outcome at all?",
        "tornado": "How far does each parameter move an outcome?",
        "split": "To what does an outcome owe its variance?",
    }
)
# marks of a panel from top to bottom: name in the rows, name in the legend
MARKS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "sobol": (("total", "total effect"), ("mean", "on the mean over luck"), ("first", "first order")),
        "morris": (("mu_star", "mu*"),),
        "tornado": (("low", "at 5% of the prior"), ("high", "at 95% of the prior")),
        "split": (("total", "total effect"), ("first", "first order")),
    }
)
NOTES: Mapping[str, str] = MappingProxyType(
    {
        "sobol": "Lines: 95% intervals, left out where they would rest on too few runs that move, as marks on the mean are. "
        "The total effect includes interaction with luck, that on the mean does not. Below the rule: groups, not ranked. "
        "Luck itself is in the data beside.",
        "morris": "Lines: 95% intervals. Mean absolute elementary effects between 5% and 95% of each prior, luck held.",
        "tornado": "Lines: 95% intervals of the mean change against the same runs as drawn, with the same luck.",
        "split": "Bars: shares of variance; lines: 95% intervals. Totals include interactions and add to more than one.",
    }
)
ACROSS, ROW = 2, 0.34


def draw_factors(ax: Axes, rows: Sequence[Row], method: str, looks: Mapping[str, style.Look]) -> Axes:
    """Factors from top to bottom, each with its marks and 95% intervals."""
    marks = [(name, looks[said]) for name, said in MARKS[method]]
    step = 0.64 / len(marks)
    for place, row in enumerate(rows):
        for number, (name, look) in enumerate(marks):
            if row.get(name) is None:
                continue
            y = place + (number - (len(marks) - 1) / 2) * step
            value, width = row[name], row[f"{name}_95"] if row["moved"] >= FEWEST else 0.0
            if method == "split":
                ax.barh(y, value, height=step * 0.9, color=look.colour, alpha=0.55, linewidth=0)
            ax.plot([value - width, value + width], [y, y], color=look.colour, linewidth=1.3, solid_capstyle="butt")
            if method != "split":
                ax.plot(value, y, **style.mark(look))
    first_group = next((place for place, row in enumerate(rows) if row["kind"] == GROUP), 0)
    if first_group:
        ax.axhline(first_group - 0.5, color="#999999", linewidth=0.8)
    ax.axvline(0, color="#555555", linewidth=0.8)
    ax.set_yticks(range(len(rows)), [style.shortened(str(row["factor"]), 34) for row in rows])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.tick_params("y", length=0)
    ax.grid(visible=False, axis="y")
    return ax


def page(method: str, rows: Mapping[str, Sequence[Row]], units: Mapping[str, str], footer: str) -> Figure:
    """A panel for each outcome; ``rows`` and ``units`` by outcome."""
    looks = style.looks([said for _, said in MARKS[method]])
    across = min(ACROSS, len(rows))
    down = -(-len(rows) // across)
    tallest = max(len(found) for found in rows.values())
    figure, grid = style.sheet(down, across, (1.0 + 5.4 * across, 1.5 + down * (0.75 + ROW * tallest)))
    panels = style.one_by_one(grid)
    for ax, (outcome, found) in zip(panels, rows.items(), strict=False):
        draw_factors(ax, [row for row in found if row["factor"] != LUCK], method, looks)
        ax.set_title(style.readable(outcome))
        ax.set_xlabel(f"change, {units[outcome]}" if method in ("morris", "tornado") else "share of variance")
    style.blank(panels[len(rows) :])
    if method == "split":
        keys = [Patch(color=look.colour, alpha=0.55, label=name) for name, look in looks.items()]
        style.dress(figure, QUESTIONS[method], [NOTES[method], footer], keys=keys)
    else:
        style.dress(figure, QUESTIONS[method], [NOTES[method], footer], looks)
    return figure
