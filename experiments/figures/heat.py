"""Heat maps of what a nation does: actions down, months across, shaded by the share of runs that choose the action.

A batch stores moves as counts of months. The months are recomputed by stepping the first runs again under the same luck
(``experiments.menus``); their sums must be the counts that are stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import matplotlib.figure
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import PowerNorm

from experiments.errors import StoredDataDamaged
from experiments.estimates import wilson
from experiments.figures import style
from experiments.figures.data import Batch, Stored
from experiments.figures.figure import Figure, finished, footer, once
from experiments.figures.moves import label_rows, rows_of
from experiments.menus import Document, monthly, slots
from experiments.plain import counted
from sim.nations import CHARACTERS
from sim.plugins import PluginError
from sim.state import NATIONS

RUNS = 500  # that are stepped again, at most
TRIAL = 8  # of them, on which it is tried whether they come out the same
MOST = 6  # scenarios on a page
ACROSS = 3
TICKS = 6
SHADES = (1, 5, 10, 20, 50, 100)  # per cent, on the colour bar above 0; one of them is its top
NOTE = "Shade: share of runs in which the action is chosen in the month; white is never, and the scale its square root."


def figures() -> Iterator[Figure]:
    """A page for each nation."""
    yield from map(_page, NATIONS)


def _page(nation: str) -> Figure:
    question = f"What does {style.readable(nation)} do, month by month?"
    wanted = tuple(f"moves.{nation}.{line.name}" for line in CHARACTERS[nation].menu)
    return Figure(
        f"action_months_{nation}", question, "outcomes", wanted, partial(summarise, nation),
        partial(sheet, nation, question), applies=replayable, family="action_months",
        asks="a stored batch whose moves this version of the model makes again",
    )  # fmt: skip


@once
def replayable(batch: Batch) -> bool:
    """Whether this version of the model, with the packages at hand, gives the moves of a stored batch again: tried on its
    first ``TRIAL`` runs, and checked on all that are drawn."""
    from sim.scenario import ScenarioError  # needed only for what is on disk

    if not isinstance(batch, Stored):
        return False
    try:
        stored = _first(batch, "moves.", TRIAL)
        return all(_agrees(document, batch, own) for document in _shown(batch) if len(own := _of(stored, document)))
    except (ScenarioError, PluginError):
        return False


def _agrees(document: Document, batch: Batch, own: pd.DataFrame) -> bool:
    found = monthly(document, seed=int(batch.manifest["seed"]), runs=own["run"].tolist())
    names = [f"moves.{name}" for name in found.actions]
    return set(names) <= set(own) and np.array_equal(own[names].to_numpy().T, found.totals)


def _shown(batch: Batch) -> Sequence[Document]:
    return batch.manifest["scenarios"][:MOST]


def summarise(nation: str, batch: Stored, _columns: Sequence[str]) -> pd.DataFrame:
    """Share of runs that choose each action of a nation in each month, with Wilson's 95% interval, by scenario.

    Of the first ``RUNS`` runs that did not fail, in the first ``MOST`` scenarios. Columns: nation, action, scenario, month,
    n, cases, share, low, high. Raises StoredDataDamaged when the moves are not those that are stored.
    """
    prefix = f"moves.{nation}."
    stored = _first(batch, prefix, RUNS)
    seed = int(batch.manifest["seed"])
    tables = [_months(document, seed, own, prefix) for document in _shown(batch) if len(own := _of(stored, document))]
    names = ["nation", "action", "scenario", "month", "n", "cases", "share", "low", "high"]
    whole = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=names[1:])
    return whole.assign(nation=nation).reindex(columns=names)


def _first(batch: Stored, prefix: str, runs: int) -> pd.DataFrame:
    """Counts of moves in those of the first runs that did not fail; no others are read."""
    from experiments.readers import read_outcomes  # the store is needed only for what is on disk

    counts = [name for name in batch.columns("outcomes") if name.startswith(prefix)]
    stored = read_outcomes(batch.directory, ["status", *counts], [str(each["name"]) for each in _shown(batch)], range(runs))
    return stored[stored["status"] == "ok"]


def _of(stored: pd.DataFrame, document: Document) -> pd.DataFrame:
    return stored[stored["scenario"] == document["name"]].sort_values("run", ignore_index=True)


def _months(document: Document, seed: int, own: pd.DataFrame, prefix: str) -> pd.DataFrame:
    """The rows of one scenario; own: its stored counts, run by run."""
    found = monthly(document, seed=seed, runs=own["run"].tolist())
    runs = len(own)
    tables = []
    for place, name in enumerate(found.actions):
        column = f"moves.{name}"
        if not column.startswith(prefix):
            continue
        if not np.array_equal(own[column].to_numpy(), found.totals[place]):
            raise StoredDataDamaged(
                f"{column} of {document['name']} is stored otherwise than it comes out when the runs are stepped again; "
                "the batch command computes the batch anew in another directory"
            )
        cases = found.chosen[:, place]
        table = pd.DataFrame({"month": found.months, "cases": cases, "share": cases / runs})
        table[["low", "high"]] = [wilson(float(count), runs) for count in cases]
        tables.append(table.assign(action=column.removeprefix(prefix)))
    return pd.concat(tables, ignore_index=True).assign(scenario=str(document["name"]), n=runs)


def sheet(nation: str, question: str, data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
    """A panel for each scenario; actions by slot, as they stand in the menus."""
    scenarios = finished(batch, data)
    documents = [each for each in batch.manifest["scenarios"] if each["name"] in scenarios]
    rows, labels = rows_of(slots(documents, nation, list(dict.fromkeys(data["action"]))), set(data["action"]))
    across = min(ACROSS, len(scenarios))
    down = -(-len(scenarios) // across)
    size = (2.6 + (3.2 if across > 1 else 5.4) * across, 1.7 + down * (0.5 + 0.19 * len(rows)))
    figure, panels = style.sheet(down, across, size, sharey="all")
    axes = style.one_by_one(panels)
    top = next(shade for shade in SHADES if shade >= 100 * data["share"].max())
    for ax, scenario in zip(axes, scenarios, strict=False):
        mesh = draw_months(ax, data[data["scenario"] == scenario], rows, top / 100)
        if len(scenarios) > 1:
            ax.set_title(style.shortened(scenario, 34))
    for ax, *_ in panels:
        label_rows(ax, np.arange(len(rows)) + 0.5, rows, labels)
    panels[0][0].set_ylim(len(rows), 0)
    style.blank(axes[len(scenarios) :])
    shades = [0, *(shade for shade in SHADES if shade <= top)]
    bar = figure.colorbar(mesh, ax=axes, ticks=[shade / 100 for shade in shades], shrink=min(1.0, 0.8 / down), aspect=30)
    bar.ax.set_yticklabels([str(shade) for shade in shades])
    bar.set_label("share of runs (%)")
    style.dress(figure, question, [_note(data, batch, len(scenarios)), footer(batch, data)])
    return figure


def _note(data: pd.DataFrame, batch: Batch, shown: int) -> str:
    runs, all_of_them = int(data["n"].max()), len(batch.manifest["scenarios"])
    half = 50 * (data["high"] - data["low"]).max()
    said = (
        f"95% intervals (Wilson, in the CSV) are {half:.1f} points to either side or less. Months recomputed from the first "
        f"{runs:,} of {counted(batch.manifest['runs'])}, the same moves as are stored."
    )
    left = f" Shown are the first {shown} of {all_of_them} scenarios." if shown < all_of_them else ""
    return f"{NOTE} {said}{left}"


def draw_months(ax: Axes, data: pd.DataFrame, rows: Sequence[str | None], top: float) -> QuadMesh:
    """Shares of one scenario, black at ``top``; rows: actions from top to bottom, None for a heading."""
    table = data.pivot(index="action", columns="month", values="share").reindex([action or "" for action in rows])
    values = np.ma.masked_invalid(table.to_numpy(dtype=float))
    first, last = (style.number_of(str(month)) for month in (table.columns[0], table.columns[-1]))
    edges = np.arange(first, last + 2) - 0.5
    mesh = ax.pcolormesh(edges, np.arange(len(rows) + 1), values, cmap="Greys", norm=PowerNorm(0.5, 0, top))
    style.month_axis(ax, first, last, TICKS)
    ax.set_xlim(edges[0], edges[-1])
    ax.grid(visible=False)
    ax.tick_params("y", length=0)
    return mesh
