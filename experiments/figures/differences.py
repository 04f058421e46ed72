"""Differences of scenarios against a base: one panel for each outcome, a mark and an interval for each scenario."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.errors import UsageError
from experiments.figures import style
from sim.outcomes import OUTCOMES

KEY = (
    "third_summit", "deal", "sanctions_change", "trade_recovery", "tests", "crisis_months",
    "leverage", "equidistance", "programmes_alive",
)  # fmt: skip
Panel = tuple[str, pd.DataFrame]  # title and rows
ACROSS = 2
TITLE = 34  # letters of a line of a panel's title
FEW = 5  # ticks
NOTE = (
    "Marks: mean difference over paired runs (the same luck in both); lines: 95% intervals. Right of zero: more than in the "
    "base."
)


def draw_differences(ax: Axes, data: pd.DataFrame, looks: dict[str, style.Look]) -> Axes:
    """Difference against the base (mark) with its interval (line), one scenario below the other; data: their rows."""
    percent = (data["unit"] == "of runs").all()
    scale = 100 if percent else 1
    for place, (scenario, look) in enumerate(looks.items()):
        for row in data[data["scenario"] == scenario].dropna(subset=["difference"]).to_dict("records"):
            span = [scale * row["low"], scale * row["high"]]
            ax.plot(span, [place, place], color=look.colour, linewidth=1.4, solid_capstyle="butt")
            ax.plot(scale * row["difference"], place, **style.mark(look))
    ax.axvline(0, color="#888888", linewidth=0.8)
    ax.set_ylim(len(looks) - 0.5, -0.5)
    ax.set_yticks(range(len(looks)), [style.shortened(name) for name in looks])
    ax.tick_params("y", length=0)
    ax.grid(visible=False, axis="y")
    ax.margins(x=0.15)
    ax.set_xlabel("percentage points" if percent else data["unit"].iloc[0])
    ax.xaxis.set_major_locator(MaxNLocator(FEW))
    return ax


def panels(data: pd.DataFrame, outcomes: Sequence[str] = ()) -> list[Panel]:
    """The outcomes asked for, or those of the key ones in which something differs; each category is a panel."""
    wanted = list(dict.fromkeys(outcomes)) or [name for name in KEY if name in set(data["outcome"])]
    found = []
    for name in wanted:
        for key, mine in data[data["outcome"] == name].groupby("category", sort=False):
            category = str(key)
            if outcomes or mine["difference"].any():
                found.append((_title(name, category), mine))
    if not found:
        raise UsageError(
            "there is nothing to draw: no key outcome differs in any run; name outcomes to draw them all the same"
        )
    return found


def _title(name: str, category: str) -> str:
    """The question of an outcome, with the category that is shown; a name where no codebook has a question."""
    asked = OUTCOMES[name].question if name in OUTCOMES else style.readable(name)
    return textwrap.fill(f"{asked}: {category}" if category else asked, TITLE)


def page(shown: Sequence[Panel], base: str, footer: str) -> Figure:
    """All panels on one page."""
    looks = style.looks(dict.fromkeys(shown[0][1]["scenario"]))
    down = -(-len(shown) // ACROSS)
    across = min(ACROSS, len(shown))
    lines = max(title.count("\n") for title, _ in shown)
    size = (max(1.6 + 2.8 * across, 5.5), 1.1 + down * (0.8 + 0.14 * lines + 0.24 * len(looks)))  # as wide as paper is
    figure, grid = style.sheet(down, across, size, sharey="all")
    cells = style.one_by_one(grid)
    for ax, (title, rows) in zip(cells, shown, strict=False):
        draw_differences(ax, rows, looks)
        ax.set_title(title)
    style.blank(cells[len(shown) :])
    style.dress(figure, f"What changes against {base}?", [NOTE, footer])
    return figure
