"""Many scenarios in order: for each outcome a row for every scenario, from the highest to the lowest.

Up to sixteen scenarios are ridgelines; more are a mark and an interval each, in rows as narrow as letters allow. Of more
than fit on a page the two ends are drawn, with a gap that says how many lie between. Each panel has an order of its own.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import matplotlib.figure
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from experiments.figures import style
from experiments.figures.catalogue import THEMES
from experiments.figures.data import Batch, finished_runs, measures, scenario_names, summarise_outcomes
from experiments.figures.figure import Figure, finished
from experiments.figures.outcomes import BELOW, RIDGES, percent, silhouette
from experiments.figures.style import Look

FROM = 8  # scenarios; fewer are at one glance on the pages of outcomes
MOST = 64  # scenarios on a page
PANELS = 3
TITLE, LABEL = 26, 32  # letters in a line
DARK = Look("#333333", "-", "o")
ROWS = "Scenarios from the highest to the lowest; each panel has its own order."
RIDGE = "Ridges: distribution over runs, each as high as its own peak."
RANGE = "Mark: median, bars: 50% (thick) and 90% (thin) of runs."
SHARE = "Shares: with 95% intervals (Wilson)."


def figures() -> Iterator[Figure]:
    """Pages of the outcomes of each theme that are numbers or shares."""
    known = measures()
    for theme, (question, names) in THEMES.items():
        wanted = [name for name in names if name in known and known[name].kind != "category"]
        pages = [wanted[start : start + PANELS] for start in range(0, len(wanted), PANELS)]
        for number, page in enumerate(pages, 1):
            name = f"ranked_{theme}_{number}" if len(pages) > 1 else f"ranked_{theme}"
            yield Figure(
                name, question, "outcomes", tuple(page), summarise, partial(sheet, question),
                applies=lambda batch: len(scenario_names(batch)) >= FROM, asks=f"{FROM} scenarios or more", family="ranked",
            )  # fmt: skip


def summarise(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
    """As ``data.summarise_outcomes``, of runs that did not fail, with ``rank``: the place of a scenario from the highest
    median, then mean, or share, down; none where no run has a value."""
    data = summarise_outcomes(finished_runs(batch, columns), measures(), columns)
    return pd.concat([_ranked(rows) for _, rows in data.groupby("outcome", sort=False)], ignore_index=True)


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of one outcome with the rank of each scenario; of equal ones the earlier in the batch comes first."""
    whole = rows[rows["part"] != "bin"].dropna(subset=["n"]).query("n > 0")
    by = ["p50", "mean"] if (whole["part"] == "summary").any() else ["share"]
    order = whole.sort_values(by, ascending=False, kind="stable")["scenario"]
    return rows.assign(rank=rows["scenario"].map({name: place for place, name in enumerate(order, 1)}))


def sheet(question: str, data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
    """A panel for each outcome, beside one another."""
    names = list(dict.fromkeys(data["outcome"]))
    scenarios = finished(batch, data)
    ridges = len(scenarios) <= RIDGES
    shown = min(len(scenarios), MOST + 1)
    size = (0.6 + 3.9 * len(names), 1.7 + (0.36 if ridges else 0.165) * shown)
    figure, panels = style.sheet(1, len(names), size)
    for ax, name in zip(panels[0], names, strict=True):
        draw_ranked(ax, data[data["outcome"] == name], ridges=ridges)
        measure = measures()[name]
        ax.set_title(textwrap.fill(measure.question or style.readable(name), TITLE))
        share = (data.loc[data["outcome"] == name, "part"] == "share").any()
        label = "share of runs (%)" if share else f"{style.readable(name)} ({measure.unit})"
        ax.set_xlabel(textwrap.fill(label, LABEL, break_long_words=False))
    parts = [ROWS, RIDGE if ridges else "", RANGE if "summary" in set(data["part"]) else ""]
    parts.append(SHARE if "share" in set(data["part"]) else "")
    footer = style.footer(batch.manifest, data["runs"].dropna())
    style.dress(figure, question, [" ".join(filter(None, parts)), footer])
    return figure


def draw_ranked(ax: Axes, data: pd.DataFrame, *, ridges: bool) -> Axes:
    """One outcome; data: its rows with their ``rank``, ``MOST`` scenarios of them at most."""
    places, labels = _places(data)
    for rank, place in places.items():
        rows = data[data["rank"] == rank]
        row = rows[rows["part"] != "bin"].to_dict("records")[0]
        if row["part"] == "share":
            _draw_share(ax, row, place)
            continue
        bins = rows[rows["part"] == "bin"]
        if ridges and not bins.empty:
            silhouette(ax, bins, place, DARK)
        style.draw_range(ax, place + BELOW * ridges, row, DARK, along="x")
        if row["n"] < row["runs"]:
            text = f"in {percent(100 * row['n'] / row['runs'])}"
            ax.text(1.01, place, text, transform=ax.get_yaxis_transform(), va="center", fontsize=6, color="#444444")
    ax.set_yticks(list(range(len(labels))), labels, fontsize=7.5 if ridges else 6.5)
    ax.set_ylim(len(labels) - 0.4, -0.9 if ridges else -0.6)
    ax.tick_params("y", length=0)
    ax.grid(visible=not ridges, axis="y")
    ax.xaxis.set_major_locator(MaxNLocator(5))
    return ax


def _places(data: pd.DataFrame) -> tuple[dict[float, int], list[str]]:
    """The row of each rank that is drawn, and the labels of the rows from above."""
    ordered = data.dropna(subset=["rank"]).drop_duplicates("rank").sort_values("rank")
    ranks, names = list(ordered["rank"]), [style.shortened(str(name)) for name in ordered["scenario"]]
    if len(ranks) <= MOST:
        return {rank: place for place, rank in enumerate(ranks)}, names
    half = MOST // 2
    between = len(ranks) - MOST
    kept = {rank: place for place, rank in enumerate(ranks[:half])}
    kept |= {rank: place for place, rank in enumerate(ranks[-half:], half + 1)}
    return kept, [*names[:half], f"({between} between, in the CSV)", *names[-half:]]


def _draw_share(ax: Axes, row: Mapping[Any, Any], place: float) -> None:
    share, low, high = (100 * row[name] for name in ("share", "low", "high"))
    ax.plot([low, high], [place, place], color=DARK.colour, linewidth=1.2, solid_capstyle="butt")
    ax.plot(share, place, **style.mark(DARK))
