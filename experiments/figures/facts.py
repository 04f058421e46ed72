"""The seven stylised facts on one page: a panel for each, a line for each part, the stated band as the common measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments.figures import style
from experiments.plain import number

Row = Mapping[str, Any]
QUESTION = "Which of the seven stylised facts of the record does the model bring about?"
NOTE = (
    "Each line has the scale of its band, from -1 at its low to 1 at its high end; bands and their reasons are in the data "
    "beside. Thin lines: 90% of runs; marks: median, or mean for shares; no line where runs say yes or no. What lies "
    "beyond an edge is drawn as an arrow there. A part is reproduced if the mark lies in the band and the record among 90% "
    "of runs, partly if one of the two holds."
)
LOOKS = {
    "reproduced": style.Look("#0072B2", "-", "o"),
    "partly": style.Look("#E69F00", "-", "s"),
    "not reproduced": style.Look("#D55E00", "-", "X"),
}
BAND, LIMIT, LETTERS = "#e4e9ee", 4.0, 80
INCHES, HEAD = 0.27, 0.62


def placed(row: Row, value: float) -> float:
    """A value on the scale of its band."""
    middle, half = (row["band_low"] + row["band_high"]) / 2, (row["band_high"] - row["band_low"]) / 2
    return float((value - middle) / half)


def draw_fact(ax: Axes, rows: Sequence[Row], title: str) -> Axes:
    """Parts of a fact from top to bottom: band, 90% of runs, middle, record, and the numbers at the right."""
    ax.axvspan(-1, 1, color=BAND, linewidth=0)
    for place, row in enumerate(rows):
        if row["middle"] is None:
            ax.text(0, place, row["verdict"], ha="center", va="center", fontsize=7.5, style="italic", color="#555555")
        else:
            _part(ax, place, row)
        ax.text(1.01, place, _said(row), transform=ax.get_yaxis_transform(), va="center", fontsize=7.5, color="#333333")
    ax.set_yticks(range(len(rows)), [style.shortened(f"{row['part']} ({row['unit']})", LETTERS) for row in rows])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xlim(-LIMIT, LIMIT)
    ax.set_xticks([-1, 0, 1], ["low end", "band", "high end"])
    ax.tick_params("y", length=0, labelsize=8)
    ax.tick_params("x", labelsize=7.5)
    ax.grid(visible=False, axis="y")
    ax.set_title(title, loc="left")
    return ax


def _part(ax: Axes, place: int, row: Row) -> None:
    look = LOOKS[row["verdict"]]
    if not row["yes_no"]:
        ends = [min(max(placed(row, row[end]), -LIMIT), LIMIT) for end in ("low", "high")]
        ax.plot(ends, [place, place], color=look.colour, linewidth=1.4, solid_capstyle="butt")
    if row["observed"] is not None:
        _mark(ax, placed(row, row["observed"]), place, {"marker": "D", "color": style.OBSERVED, "markersize": 5}, -0.16)
    _mark(ax, placed(row, row["middle"]), place, {**style.mark(look), "markersize": 6}, 0.0)


def _mark(ax: Axes, where: float, place: int, look: Mapping[str, Any], lift: float) -> None:
    """A mark, or an arrow at the edge that it lies beyond."""
    if abs(where) > LIMIT:
        look = {**look, "marker": ">" if where > 0 else "<"}
        where = LIMIT * 0.985 if where > 0 else -LIMIT * 0.985
    ax.plot(where, place + lift, linestyle="none", clip_on=False, zorder=3, **look)


def _said(row: Row) -> str:
    seen = "none" if row["observed"] is None else number(row["observed"])
    return f"record {seen}" + ("" if row["middle"] is None else f", model {number(row['middle'])}")


def page(groups: Sequence[Sequence[Row]], verdicts: Sequence[str], footer: str) -> Figure:
    """All facts below one another, with the verdict on each in its title."""
    heights = [HEAD + INCHES * len(group) for group in groups]
    figure, panels = style.sheet(len(groups), 1, (11.0, 1.7 + sum(heights)))
    axes = style.one_by_one(panels)
    spec: Any = axes[0].get_gridspec()
    spec.set_height_ratios(heights)
    for ax, group, verdict in zip(axes, groups, verdicts, strict=True):
        draw_fact(ax, group, f"{group[0]['fact']}. {group[0]['title']}: {verdict}")
    style.dress(figure, QUESTION, [NOTE, footer], keys=_keys())
    return figure


def _keys() -> list[Artist]:
    marks = [style.entry(name, look) for name, look in LOOKS.items()]
    record = Line2D([], [], linestyle="none", marker="D", color=style.OBSERVED, markersize=5, label="record")
    return [*marks, record, Patch(color=BAND, label="band")]
