"""Pictures of a discovery: coverage against density along the peeling, and the conditions of the box as bars."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from experiments.discovery import Discovery
from experiments.discovery_measures import Limit
from experiments.discovery_report import NOTHING, said, span
from experiments.figures import style

FITTED, HELD = "runs fitted to", "runs held out"
HALVES = {"fitted": FITTED, "held": HELD}
NOTE = (
    "Left: boxes from all runs (right end) inwards; large marks: the box that is told, cross: its 95% intervals on "
    "held-out runs; dotted: base rate on held-out runs. Right: which values belong to the box, of all from lowest to "
    "highest."
)
BAR, BESIDE = 0.42, "#dddddd"
LABEL = 46


def draw_trajectory(ax: Axes, found: Discovery, looks: dict[str, style.Look]) -> Axes:
    """Density over coverage along the trajectory, on both halves."""
    for half, name in HALVES.items():
        points = [getattr(each, half) for each in found.trajectory if getattr(each, half).hits]
        across, up = ([getattr(point, key).value for point in points] for key in ("coverage", "density"))
        look = looks[name]
        ax.plot(across, up, color=look.colour, linestyle=look.line, linewidth=1.1, marker=look.marker, markersize=2.5)
        chosen = getattr(found.box, half)
        ax.plot(chosen.coverage.value, chosen.density.value, markersize=9, zorder=5, **style.mark(look))
    held, look = found.box.held, looks[HELD]
    ends = ([held.coverage.low, held.coverage.high], [held.density.value] * 2), ([held.coverage.value] * 2, held.density[1:])
    for pair in ends:
        ax.plot(*pair, color=look.colour, linewidth=1.6, solid_capstyle="butt", zorder=4)
    ax.axhline(held.base.value, color="#555555", linewidth=1.0, linestyle=":")
    ax.set_xlim(0, 1.03)
    ax.set_ylim(bottom=0)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.yaxis.set_major_locator(MaxNLocator(6))
    ax.set_xlabel("coverage: share of the cases in the box")
    ax.set_ylabel("density: share of cases among runs in the box")
    return ax


def draw_box(ax: Axes, found: Discovery) -> Axes:
    """A bar for each condition, over the ordered values of its feature or over its categories."""
    colour = style.COLOURS[0]
    for place, limit in enumerate(found.box.box):
        ax.barh(place, 1, height=BAR, color=BESIDE, linewidth=0)
        for low, high in _pieces(found, limit):
            ax.barh(place, high - low, left=low, height=BAR, color=colour, linewidth=0)
        text = style.shortened(said(found.cases, limit), LABEL * 2)
        ax.text(0, place - BAR / 2 - 0.06, _folded(text), ha="left", va="bottom", fontsize=8)
    ax.set_xlim(0, 1)
    ax.set_ylim(max(len(found.box.box), 1) - 0.4, -0.95)
    ax.set_yticks([])
    ax.grid(visible=False, axis="y")
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_xlabel("share of all runs with a lower value; categories: share of runs")
    return ax


def _pieces(found: Discovery, limit: Limit) -> list[tuple[float, float]]:
    if limit.codes is None:
        return [span(found.cases, limit)]
    codes = found.cases.values[limit.name].to_numpy(dtype=np.float64)
    return [(float(np.mean(codes < code)), float(np.mean(codes <= code))) for code in sorted(limit.codes)]


def _folded(text: str) -> str:
    head, comma, tail = text.rpartition(", ") if len(text) > LABEL else (text, "", "")
    return f"{head}{comma.rstrip()}\n{tail}" if comma else text


def page(found: Discovery, footer: str) -> Figure:
    """Both panels, and the verdict."""
    looks = style.looks(HALVES.values())
    figure, ((left, right),) = style.sheet(1, 2, (9.6, max(4.2, 2.4 + 0.75 * len(found.box.box))))
    draw_trajectory(left, found, looks)
    draw_box(right, found)
    lift = found.box.held.lift
    holds = bool(found.box.box) and found.box.held.holds
    left.set_title("Along the peeling")
    verdict = f"The box: lift {lift.value:.3g} ({lift.low:.3g} to {lift.high:.3g}) on held-out runs"
    right.set_title(verdict if holds else "The box does not hold on held-out runs")
    note = [NOTE] if holds else [NOTHING, NOTE]
    style.dress(figure, f"Under which conditions does it come to {found.cases.event}?", [*note, footer], looks)
    return figure
