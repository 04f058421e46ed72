"""Pictures of a discovery: coverage against density along the peeling, and the conditions of the box as bars."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

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
    "highest; below each condition what its name means."
)
UNCLEAR = "not clear on held-out runs"
DASHED = f"Faint and dashed: {UNCLEAR} (the 95% interval of what the condition adds to the others includes one)."
BESIDE = "#dddddd"
ROUND = 2.9  # inches above and below the panels
FAINT: Mapping[str, Any] = MappingProxyType(
    {"facecolor": "#d3e5f1", "edgecolor": style.COLOURS[0], "linestyle": "--", "linewidth": 1.0}
)
BAR, BETWEEN, LINE, SMALL_LINE = 0.26, 0.2, 0.15, 0.13  # inches: of a bar, below it, of a line of words, of their meaning
LABEL, SMALL_LABEL = 56, 64  # letters of such lines


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
    """A bar for each condition, over the ordered values of its feature or over its categories; above it the condition and
    what its name means. Faint and dashed where what it adds is not clear on held-out runs."""
    top = 0.0
    for words, added in zip(_words(found), found.box.alone, strict=True):
        top += words.height
        _draw_condition(ax, found, words, top, clear=added.low > 1)
        top += BAR + BETWEEN
    ax.set_xlim(0, 1)
    ax.set_ylim(max(top, BAR), 0)
    ax.set_yticks([])
    ax.grid(visible=False, axis="y")
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_xlabel("share of all runs with a lower value; categories: share of runs")
    return ax


@dataclass(frozen=True)
class _Words:
    """What stands above the bar of a condition."""

    limit: Limit
    said: str
    meaning: str

    @property
    def above(self) -> float:
        """Inches of the meaning."""
        return 0.05 + SMALL_LINE * (self.meaning.count("\n") + 1)

    @property
    def height(self) -> float:
        """Inches of all of it."""
        return self.above + LINE * (self.said.count("\n") + 1)


def _words(found: Discovery) -> list[_Words]:
    words = []
    for limit, added in zip(found.box.box, found.box.alone, strict=True):
        text = said(found.cases, limit) + ("" if added.low > 1 else f" ({UNCLEAR})")
        feature = found.cases.features[limit.name]
        graded = f" (grade {feature.grade})" if feature.grade else ""
        words.append(_Words(limit, textwrap.fill(text, LABEL), textwrap.fill(f"{feature.meaning}{graded}", SMALL_LABEL)))
    return words


def _draw_condition(ax: Axes, found: Discovery, words: _Words, top: float, *, clear: bool) -> None:
    """The bar of a condition from ``top`` on, in inches, and the words above it."""
    colour, middle = style.COLOURS[0], top + BAR / 2
    ax.barh(middle, 1, height=BAR, color=BESIDE, linewidth=0)
    for low, high in _pieces(found, words.limit):
        ax.barh(middle, high - low, left=low, height=BAR, **({"color": colour, "linewidth": 0} if clear else FAINT))
    ax.text(0, top - 0.05, words.meaning, ha="left", va="bottom", fontsize=7, color="#555555")
    ax.text(0, top - words.above, words.said, ha="left", va="bottom", fontsize=8)


def _pieces(found: Discovery, limit: Limit) -> list[tuple[float, float]]:
    if limit.codes is None:
        return [span(found.cases, limit)]
    codes = found.cases.values[limit.name].to_numpy(dtype=np.float64)
    return [(float(np.mean(codes < code)), float(np.mean(codes <= code))) for code in sorted(limit.codes)]


def page(found: Discovery, footer: str) -> Figure:
    """Both panels, and the verdict."""
    looks = style.looks(HALVES.values())
    tall = sum(words.height + BAR + BETWEEN for words in _words(found))
    figure, ((left, right),) = style.sheet(1, 2, (9.6, max(4.4, ROUND + tall)))
    draw_trajectory(left, found, looks)
    draw_box(right, found)
    lift = found.box.held.lift
    holds = bool(found.box.box) and found.box.held.holds
    left.set_title("Along the peeling")
    verdict = f"The box: lift {lift.value:.3g} ({lift.low:.3g} to {lift.high:.3g}) on held-out runs"
    right.set_title(verdict if holds else "The box does not hold on held-out runs")
    unclear = any(added.low <= 1 for added in found.box.alone)
    note = ([] if holds else [NOTHING]) + [f"{NOTE} {DASHED}" if unclear else NOTE]
    style.dress(figure, f"Under which conditions does it come to {found.cases.event}?", [*note, footer], looks)
    return figure
