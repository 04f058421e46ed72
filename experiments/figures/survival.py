"""How long an event keeps from happening: the share of runs in which it has not come by the end of each month.

All runs of a scenario last as long as one another and are followed to the end, so that nothing is censored before it: the
Kaplan-Meier estimate is the plain share, its number at risk the runs that are left, its interval Wilson's, month by month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from experiments.figures import style
from experiments.figures.curves import draw_curves
from experiments.figures.data import Batch
from experiments.figures.fans import SIDE_BY_SIDE, TICKS
from experiments.figures.figure import Figure, finished, footer
from experiments.figures.shares import by_month, sorted_months, where
from sim.outcomes.politics import THIRD

QUESTION = "How long until it happens: a summit, a deal, a severe test, a resolution, a setback?"
GATE = 1 / 3  # share of workers tolerated from which Moscow's gate counts as open, as the scenario russia-labour-gate asks
MOST_CURVES = 10  # scenarios; there are no more looks
AXIS = "runs without it so far (%)"
ROOM = 1.06  # of an axis in the range that its intervals take
CENSORING = (
    "Runs of a scenario all last equally long, so that none drops out before the end, and the Kaplan-Meier estimate is the "
    "plain share of runs; the CSV has the runs at risk in each month."
)
ZOOMED = "Axes begin where the intervals do, not at zero."
CURVES = "Lines: share of runs in which it has not happened by the end of the month"
BANDS = f"{CURVES}, with pointwise 95% intervals (Wilson) as bands; bars at the right: intervals in the last month. {ZOOMED}"
BARS = f"{CURVES}; bars at the right: 95% intervals (Wilson) in the last month. {ZOOMED}"
CELLS = (
    "Shade: share of runs in which it has not happened by the end of the month since the start, black where in none; "
    "hatched: not simulated. At the right the share at the end and its 95% interval (Wilson)."
)


@dataclass(frozen=True)
class Event:
    """An event of the trajectories, with the columns from which ``happens`` tells the months in which it happens."""

    name: str
    title: str
    columns: tuple[str, ...]
    happens: Callable[[pd.DataFrame], pd.Series[Any]]


EVENTS = (
    Event("third_summit", "Third summit with Washington", ("summit", "summits"),
          lambda frame: (frame["summit"] > 0) & (frame["summits"] >= THIRD)),
    Event("deal", "First deal in force", ("deal",), lambda frame: frame["deal"] > 0),
    Event("severe_test", "First ICBM or nuclear test", ("tests.icbm", "tests.nuclear"),
          lambda frame: (frame["tests.icbm"] > 0) | (frame["tests.nuclear"] > 0)),
    Event("resolution", "First resolution of the Council", ("adopted",), lambda frame: frame["adopted"] > 0),
    Event("setback", "First setback of Seoul's programmes", ("setback",), lambda frame: frame["setback"] > 0),
    Event("labour_gate", "Moscow tolerates a third of workers", ("tolerance.russia",),
          lambda frame: frame["tolerance.russia"] >= GATE),
)  # fmt: skip


def figures() -> Iterator[Figure]:
    """The figure; it shows the events of which a batch has all columns."""
    wanted = tuple(column for event in EVENTS for column in event.columns)
    yield Figure(
        "survival", QUESTION, "trajectories", wanted, summarise, picture,
        applies=lambda batch: bool(_known(batch.columns("trajectories"))),
        asks="all columns of one of its events",
    )  # fmt: skip


def _known(columns: Sequence[str]) -> list[Event]:
    return [event for event in EVENTS if set(event.columns) <= set(columns)]


def summarise(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
    """By event, scenario and month: runs in which it has not happened by the end of the month (``cases``), their ``share``
    of all n with Wilson's interval, the runs ``at_risk``, in which it had not happened before; ``months`` passed."""
    frame = sorted_months(batch, columns)
    flags, risks = {}, []
    for event in _known(columns):
        known = frame[list(event.columns)].sum(axis=1, skipna=False)
        runs = where(known, event.happens(frame)).groupby([frame["scenario"], frame["run"]], sort=False)
        without = 1 - runs.cummax()
        flags["survival", "without", event.name] = without
        before = without.groupby([frame["scenario"], frame["run"]], sort=False).shift(1, fill_value=1.0).where(known.notna())
        counted = before.groupby([frame["scenario"], frame["month"]]).sum().rename("at_risk").reset_index()
        risks.append(counted.assign(label=event.name))
    table = by_month(frame, flags).merge(pd.concat(risks), on=["label", "scenario", "month"])
    table["months"] = table.groupby(["label", "scenario"], sort=False).cumcount() + 1
    return table


def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
    """A panel for each event: curves, or for many scenarios a row of shaded months each."""
    scenarios = finished(batch, data)
    few = len(scenarios) <= MOST_CURVES
    present = set(data["label"])
    events = [event for event in EVENTS if event.name in present]
    columns = min(3, len(events))
    rows = -(-len(events) // columns)
    tall = 2.5 if few else 0.5 + 0.155 * len(scenarios)
    size = (1.4 + 3.1 * columns + (0 if few else 1.2), 1.8 + rows * tall)
    figure, panels = style.sheet(rows, columns, size, sharey="none" if few else "row")
    axes = style.one_by_one(panels)
    looks = style.looks(scenarios)
    for ax, event in zip(axes, events, strict=False):
        own = data[(data["label"] == event.name) & data["scenario"].isin(scenarios)]
        if few:
            draw_curves(ax, own, looks)
            _zoom(ax, float(own["low"].min()))
        else:
            draw_cells(ax, own, scenarios)
        ax.set_title(event.title)
    style.blank(axes[len(events) :])
    said = CELLS if not few else BANDS if len(scenarios) <= SIDE_BY_SIDE else BARS
    style.dress(figure, QUESTION, [f"{said} {CENSORING}", footer(batch, data)], looks if few else None)
    return figure


def _zoom(ax: Axes, low: float) -> None:
    """An axis that ends at 100% and begins below the lowest interval."""
    span = max(1.0, 100 * (1 - low) * ROOM)
    ax.set_ylim(100 - span, 100 + 0.03 * span)
    ax.set_ylabel(AXIS)


def draw_cells(ax: Axes, data: pd.DataFrame, scenarios: Sequence[str]) -> Axes:
    """Scenarios down and months since the start across, shaded by the share of runs; the share at the end as a number."""
    table = data.pivot(index="scenario", columns="months", values="share").reindex(list(scenarios))
    values = np.ma.masked_invalid(table.to_numpy(dtype=float))
    ax.patch.set(hatch="////", edgecolor="#dddddd")
    ax.pcolormesh(values, cmap="Greys_r", vmin=0, vmax=1, zorder=2)
    width = values.shape[1]
    for row in data.groupby("scenario", sort=False).tail(1).to_dict("records"):
        text = f"{100 * row['share']:.0f} ({100 * row['low']:.0f}-{100 * row['high']:.0f})"
        place = list(scenarios).index(str(row["scenario"])) + 0.5
        ax.text(1.02, place, text, transform=ax.get_yaxis_transform(), va="center", fontsize=6)
    ax.set_yticks(np.arange(len(scenarios)) + 0.5, [style.shortened(name) for name in scenarios], fontsize=6.5)
    ax.set_ylim(len(scenarios), 0)
    ax.set_xlim(0, width)
    ax.set_xlabel("months since the start")
    ax.tick_params("y", length=0)
    ax.grid(visible=False)
    ax.xaxis.set_major_locator(MaxNLocator(TICKS, integer=True))
    return ax
