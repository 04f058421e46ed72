"""Pictures of a calibration: priors against posteriors, and moments before and after beside the record."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures import style

BEFORE, AFTER = "prior", "posterior"
STEP = 0.18
GROUPS = (
    ("tests", ("test", "any", "ratio", "severity 5", "severity 4")),
    ("trade", ("log",)),
    ("growth", ("growth",)),
    ("talks, Council, labour", ("",)),
)


def _span(ax: Axes, row: dict[Any, Any], what: str, y: float, look: style.Look, scale: tuple[float, float]) -> None:
    """Median and 90% of runs of one quantity, moved and scaled."""
    shift, size = scale
    low, middle, high = ((row[f"{what} {level}%"] - shift) / size for level in (5, 50, 95))
    if not np.isnan(middle):
        ax.plot([low, high], [y, y], color=look.colour, linestyle=look.line, linewidth=1.5, solid_capstyle="butt")
        ax.plot(middle, y, **style.mark(look))


def parameter_page(rows: pd.DataFrame, last: str, footer: str) -> Figure:
    """Fitted parameters and weights: prior and posterior, each in units of the prior's 90% range."""
    told = rows[rows["identified"] == "yes"].to_dict("records")
    looks = style.looks((BEFORE, AFTER))
    figure, ((ax,),) = style.sheet(1, 1, (8.6, 1.6 + 0.34 * len(told)))
    for place, row in enumerate(told):
        size = row["prior 95%"] - row["prior 5%"] or 1.0
        for what, shift in ((BEFORE, -STEP), (AFTER, STEP)):
            _span(ax, row, what, place + shift, looks[what], (row["prior 50%"], size))
    names = [f"{row['name'].removeprefix('parameters.')}  (R² {row['r2']:.2f})" for row in told]
    _rows(ax, names, "distance from the prior median, in prior 90% ranges")
    others = int((rows["identified"] == "no").sum())
    note = (
        f"Fitted to January 2012 to {last}. Marks: medians; lines: 90%. R²: share of a parameter's variance that "
        f"moments explain out of sample. {others} other parameters and weights are not identified."
    )
    style.dress(figure, "What does the record say of the parameters?", [note, footer], looks)
    return figure


def moment_page(rows: pd.DataFrame, last: str, footer: str) -> Figure:
    """Moments by group: the record, and 90% of runs under the priors and under the posterior."""
    looks = style.looks((BEFORE, AFTER))
    groups = _grouped(rows)
    tallest = max(len(found) for found in groups.values())
    figure, grid = style.sheet(2, 2, (11.0, 1.6 + 2 * (0.5 + 0.27 * tallest)))
    for ax, (name, found) in zip(style.one_by_one(grid), groups.items(), strict=False):
        for place, row in enumerate(found):
            size = (row["prior 95%"] - row["prior 5%"]) or 1.0
            for what, shift in ((BEFORE, -STEP), (AFTER, STEP)):
                _span(ax, row, what, place + shift, looks[what], (row["record"], size))
        ax.axvline(0, color=style.OBSERVED, linewidth=1.2)
        _rows(ax, [str(row["moment"]) for row in found], "distance from the record, in prior 90% ranges")
        ax.set_title(name)
    style.blank(style.one_by_one(grid)[len(groups) :])
    note = (
        f"January 2012 to {last}. Black: the record. Marks: medians of runs; lines: 90% of runs. A line that reaches the "
        "black one holds the record. Posterior: parameters drawn one by one, without how they go together."
    )
    style.dress(figure, "Do runs resemble the record before and after fitting?", [note, footer], looks)
    return figure


def _grouped(rows: pd.DataFrame) -> dict[str, list[dict[Any, Any]]]:
    """Rows by the first group whose words their names hold."""
    groups: dict[str, list[dict[Any, Any]]] = {}
    for row in rows.to_dict("records"):
        here = next(name for name, words in GROUPS if any(word in str(row["moment"]) for word in words)
                    and not (name == "tests" and "resolution" in str(row["moment"])))  # fmt: skip
        groups.setdefault(here, []).append(row)
    return groups


def _rows(ax: Axes, names: list[str], label: str) -> None:
    ax.set_yticks(range(len(names)), names, fontsize=7.5)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.tick_params("y", length=0)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(label, fontsize=8)
