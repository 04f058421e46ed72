"""Patrons as leverage: the bargain in itself, the chance of a deal, and its change by path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.estimates import NORMAL_95
from experiments.figures import style

Row = Mapping[str, Any]
QUESTION = "What does support by patrons do to Pyongyang's hand, and to the chance of a deal?"
LABELS = {"total": "in all", "support": "by support", "mediation": "by mediation", "council": "by the Council"}
NOTE = (
    "Left: the same worlds with more support, nothing else moved. Middle and right: whole runs in which patrons also "
    "endorse, mediate and vote. A path's part is the change that vanishes when the path is switched off; parts need not add "
    "up. Bars: 95% intervals over paired runs."
)


def draw_bargain(ax: Axes, rows: Sequence[Row]) -> Axes:
    """Payoff over disagreement without patrons (bn USD a year) and surplus of the interim deal (bn USD), by share."""
    for name, label, look in zip(
        ("payoff", "surplus"),
        ("Pyongyang's payoff (bn USD a year)", "joint surplus (bn USD)"),
        style.looks(("payoff", "surplus")).values(),
        strict=True,
    ):
        _line(ax, rows, name, label, look, scale=1)
    ax.axhline(0, color="#888888", linewidth=0.8)
    ax.set_title("The bargain in itself")
    ax.set_ylabel("bn USD")
    return _shares(ax, rows)


def draw_chance(ax: Axes, rows: Sequence[Row]) -> Axes:
    """Share of runs with a freeze or more, by share of relief."""
    (look,) = style.looks(("deal",)).values()
    _line(ax, rows, "deal", "", look, scale=100)
    ax.set_ylim(bottom=0)
    ax.set_title("Chance of a freeze or more")
    ax.set_ylabel("share of runs (%)")
    return _shares(ax, rows)


def draw_paths(ax: Axes, rows: Sequence[Row]) -> Axes:
    """Change of that share against no support, in all and by path, in points."""
    for name, look in style.looks(LABELS).items():
        _line(ax, rows, name, LABELS[name], look, scale=100)
    ax.axhline(0, color="#888888", linewidth=0.8)
    ax.set_title("Its change, by path")
    ax.set_ylabel("points")
    return _shares(ax, rows)


def _line(ax: Axes, rows: Sequence[Row], name: str, label: str, look: style.Look, *, scale: float) -> None:
    shares = [row["share"] for row in rows]
    values = [scale * row[name] for row in rows]
    errors = [scale * NORMAL_95 * row[f"{name}_error"] for row in rows]
    ax.errorbar(
        shares,
        values,
        yerr=errors,
        color=look.colour,
        linestyle=look.line,
        label=label or None,
        capsize=2.5,
        **style.mark(look),
    )


def _shares(ax: Axes, rows: Sequence[Row]) -> Axes:
    ax.set_xticks([row["share"] for row in rows])
    ax.set_xlabel("relief made good by patrons (%)")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="best", fontsize=7.5)
    return ax


def page(rows: Sequence[Row], footer: str) -> Figure:
    """The three panels on one page."""
    figure, panels = style.sheet(1, 3, (11.0, 4.3))
    for ax, draw in zip(style.one_by_one(panels), (draw_bargain, draw_chance, draw_paths), strict=True):
        draw(ax, rows)
    style.dress(figure, QUESTION, [NOTE, footer])
    return figure
