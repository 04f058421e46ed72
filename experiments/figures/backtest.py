"""Pictures of a backtest: skill, reliability, ranks, and trade against what was observed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.backtest import scoreboard, targets
from experiments.backtest.cutoffs import CALIBRATED, MODEL
from experiments.backtest.scoreboard import Backtest
from experiments.estimates import wilson
from experiments.figures import style
from sim.history import observed
from sim.state import Array

Page = Callable[[pd.DataFrame, str], Figure]
OWN = (MODEL, CALIBRATED)
RELIABLE = ("any test in a month", "any test in a quarter")
BINS = 5
RANKS = 10
BANDS = ((5, 95), (25, 75))
LEAST = -1.0  # skill below which a mark stands at the edge


def pages(found: Backtest) -> dict[str, tuple[pd.DataFrame, Page]]:
    """Data and page of each figure, by name."""
    return {
        "backtest_skill": (pd.DataFrame(scoreboard.skills(found)), skill_page),
        "backtest_reliability": (pd.DataFrame(_reliability(found)), reliability_page),
        "backtest_ranks": (pd.DataFrame(_ranks(found)), rank_page),
        "backtest_trade": (pd.DataFrame(_trade(found)), trade_page),
    }


# ---- skill ----------------------------------------------------------------------------------------------------


def draw_skill(ax: Axes, rows: pd.DataFrame, looks: Mapping[str, style.Look], baselines: Sequence[str]) -> Axes:
    """Skill (mark) with its interval (line) against each baseline, from top to bottom; rows of one series."""
    for place, (own, look) in enumerate(looks.items()):
        for row in rows[rows["entrant"] == own].to_dict("records"):
            y = baselines.index(str(row["baseline"])) + (place - (len(looks) - 1) / 2) * 0.28
            low, high, value = (float(np.clip(row[name], LEAST, 1)) for name in ("low", "high", "skill"))
            ax.plot([low, high], [y, y], color=look.colour, linewidth=1.4, solid_capstyle="butt")
            ax.plot(value, y, **style.mark(look))
    ax.axvline(0, color="#888888", linewidth=0.8)
    ax.set_xlim(LEAST - 0.06, 1.06)
    ax.set_ylim(len(baselines) - 0.5, -0.5)
    ax.set_yticks(range(len(baselines)), baselines)
    ax.tick_params("y", length=0)
    ax.grid(visible=False, axis="y")
    return ax


def skill_page(rows: pd.DataFrame, footer: str) -> Figure:
    """One panel a series, over all cut-offs (or the only one)."""
    labels = list(dict.fromkeys(rows["cut-off"]))
    shown = rows[(rows["cut-off"] == labels[0]) & (rows["score"] != "log")]
    series = list(dict.fromkeys(shown["series"]))
    baselines = list(dict.fromkeys(shown["baseline"]))
    looks = style.looks([own for own in OWN if own in set(shown["entrant"])])
    across = min(3, len(series))
    down = -(-len(series) // across)
    figure, grid = style.sheet(down, across, (2.2 + 3.0 * across, 1.3 + down * (0.9 + 0.22 * len(baselines))), sharey="all")
    cells = style.one_by_one(grid)
    for ax, name in zip(cells, series, strict=False):
        mine = shown[shown["series"] == name]
        draw_skill(ax, mine, looks, baselines)
        ax.set_title(f"{name.replace('.', ', ')} ({mine['score'].iloc[0]}, n = {mine['items'].max()})", fontsize=8.5)
        ax.set_xlabel("skill")
    style.blank(cells[len(series) :])
    note = (
        "Skill: 1 - score / baseline's score; right of zero the model is better. Lines: 95% intervals of a block bootstrap "
        f"(blocks of six months). Marks at the left edge lie at {LEAST:g} or below. Cut-offs: {labels[0]}."
    )
    style.dress(figure, "Where does the model beat simple baselines?", [note, footer], looks)
    return figure


# ---- reliability ----------------------------------------------------------------------------------------------


def _reliability(found: Backtest) -> Iterator[dict[str, Any]]:
    """Observed frequency by bin of the probability given, all cut-offs together."""
    for series in RELIABLE:
        for own in OWN:
            mine = [
                entry for entry in found.entries
                if (entry.series, entry.score, entry.entrant) == (series, "Brier", own) and entry.said is not None
            ]  # fmt: skip
            if mine:
                said = np.concatenate([np.asarray(entry.said) for entry in mine])
                happened = np.concatenate([np.asarray(entry.happened) for entry in mine])
                yield from ({"series": series, "entrant": own, **row} for row in _bins(said, happened))


def _bins(said: Array, happened: Array) -> Iterator[dict[str, Any]]:
    place = np.minimum((said * BINS).astype(int), BINS - 1)
    for number in range(BINS):
        here = place == number
        if here.any():
            hits, n = int(happened[here].sum()), int(here.sum())
            low, high = wilson(hits, n)
            yield {"said": float(said[here].mean()), "observed": hits / n, "low": low, "high": high, "n": n}


def draw_reliability(ax: Axes, rows: pd.DataFrame, looks: Mapping[str, style.Look]) -> Axes:
    """Observed frequency (mark) with its interval (line) at the mean probability of each bin; numbers: months in it."""
    ax.plot([0, 1], [0, 1], color="#888888", linewidth=0.8)
    for place, (own, look) in enumerate(looks.items()):
        for row in rows[rows["entrant"] == own].to_dict("records"):
            ax.plot([row["said"]] * 2, [row["low"], row["high"]], color=look.colour, linewidth=1.4, solid_capstyle="butt")
            ax.plot(row["said"], row["observed"], clip_on=False, **style.mark(look))
            ax.annotate(str(row["n"]), (row["said"], 1.05 + 0.06 * place), ha="center", fontsize=6.5, color=look.colour,
                        annotation_clip=False)  # fmt: skip
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.04 + 0.07 * len(looks))
    ax.set_yticks(np.linspace(0, 1, 6))
    ax.set_aspect("equal")
    ax.set_xlabel("share of runs with a test")
    ax.set_ylabel("observed frequency")
    return ax


def reliability_page(rows: pd.DataFrame, footer: str) -> Figure:
    """A panel for months and one for quarters."""
    looks = style.looks([own for own in OWN if own in set(rows["entrant"])])
    figure, grid = style.sheet(1, len(RELIABLE), (9.4, 5.6))
    for ax, series in zip(style.one_by_one(grid), RELIABLE, strict=True):
        draw_reliability(ax, rows[rows["series"] == series], looks)
        ax.set_title(series)
    note = (
        "Marks on the line: what is said of a share of cases happens in that share. Lines: 95% intervals (Wilson), which "
        "take months as independent and are too narrow. Numbers above: cases in the bin. All cut-offs together."
    )
    style.dress(figure, "Do tests happen as often as the model says?", [note, footer], looks)
    return figure


# ---- ranks ----------------------------------------------------------------------------------------------------


def _ranks(found: Backtest) -> Iterator[dict[str, Any]]:
    """Where what was observed lies among the runs, 0 to 1; ties are broken by chance."""
    rng = np.random.default_rng(found.seed)
    for (cutoff, own), each in found.ensembles.items():
        if own not in OWN:
            continue
        for column in targets.TRADE:
            months = targets.series(each, column, cutoff.months)
            for period in targets.periods(column, cutoff):
                yield _rank(cutoff, own, column, targets.over(months, period), period.value, rng)
        tests = targets.series(each, "tests", cutoff.months)
        for month, seen in enumerate(targets.tests(cutoff)):
            yield _rank(cutoff, own, "tests in a month", tests[month], seen, rng)


def _rank(cutoff: Any, own: str, series: str, members: Array, seen: float, rng: np.random.Generator) -> dict[str, Any]:
    below, same = np.mean(members < seen), np.mean(members == seen)
    return {"series": series, "entrant": own, "cut-off": str(cutoff), "rank": float(below + rng.random() * same)}


def rank_page(rows: pd.DataFrame, footer: str) -> Figure:
    """A histogram for each series."""
    looks = style.looks([own for own in OWN if own in set(rows["entrant"])])
    series = list(dict.fromkeys(rows["series"]))
    across = min(3, len(series))
    down = -(-len(series) // across)
    figure, grid = style.sheet(down, across, (3.3 * across, 1.3 + 2.5 * down))
    cells = style.one_by_one(grid)
    edges = np.linspace(0, 1, RANKS + 1)
    for ax, name in zip(cells, series, strict=False):
        for own, look in looks.items():
            mine = rows[(rows["series"] == name) & (rows["entrant"] == own)]["rank"]
            ax.stairs(np.histogram(mine, edges)[0], edges, color=look.colour, linestyle=look.line, linewidth=1.4)
        n = int((rows["entrant"] == OWN[0])[rows["series"] == name].sum())
        ax.axhline(n / RANKS, color="#888888", linewidth=0.8)
        ax.set_title(f"{name.replace('.', ', ')} (n = {n})")
        ax.set_xlabel("share of runs below what was observed")
        ax.set_ylabel("periods")
    style.blank(cells[len(series) :])
    note = (
        "Grey line: what even ranks would give. A heap at the left: the model lies too high; at the right: too low; at both "
        "ends: too sure. Ties are broken by chance. All cut-offs together; months in a row are not independent."
    )
    style.dress(figure, "Where does what was observed lie among the runs?", [note, footer], looks)
    return figure


# ---- trade ----------------------------------------------------------------------------------------------------


def _trade(found: Backtest) -> Iterator[dict[str, Any]]:
    """Bands of trade month by month from each cut-off, and what was observed before and after."""
    for cutoff in found.cutoffs:
        for column in targets.TRADE[:2]:
            months = targets.series(found.ensembles[cutoff, MODEL], column, cutoff.months)
            levels = np.percentile(months, [5, 25, 50, 75, 95], axis=1)
            for month in range(cutoff.months):
                values = dict(zip(("p5", "p25", "p50", "p75", "p95"), map(float, levels[:, month]), strict=True))
                yield {"kind": "model", "cut-off": str(cutoff), "variable": column, "month": month, "months": 1, **values}
            for each in observed(column):
                if each.month < cutoff.start + cutoff.months and each.last_month >= cutoff.start + -12:
                    place = {"month": each.month - cutoff.start, "months": each.months, "value": each.value}
                    yield {"kind": "observed", "cut-off": str(cutoff), "variable": column, **place}


def draw_trade(ax: Axes, rows: pd.DataFrame, look: style.Look) -> Axes:
    """Median and central bands of runs, and observed means of periods as lines."""
    model = rows[rows["kind"] == "model"]
    for low, high in BANDS:
        ax.fill_between(
            model["month"] + 0.5, model[f"p{low}"], model[f"p{high}"], color=look.colour, alpha=0.25, linewidth=0
        )
    ax.plot(model["month"] + 0.5, model["p50"], color=look.colour, linestyle=look.line)
    for row in rows[rows["kind"] == "observed"].to_dict("records"):
        ax.plot([row["month"], row["month"] + row["months"]], [row["value"]] * 2, color=style.OBSERVED, linewidth=1.6)
    ax.axvline(0, color="#888888", linewidth=0.8)
    ax.set_xlim(-12, max(model["month"]) + 1)
    ax.set_ylim(bottom=0)
    return ax


def trade_page(rows: pd.DataFrame, footer: str) -> Figure:
    """A row of panels for each flow, one column a cut-off."""
    cutoffs = list(dict.fromkeys(rows["cut-off"]))
    columns = list(dict.fromkeys(rows["variable"]))
    (look,) = style.looks((MODEL,)).values()
    figure, grid = style.sheet(
        len(columns), len(cutoffs), (1.0 + 2.3 * len(cutoffs), 1.3 + 2.4 * len(columns)), sharey="row"
    )
    for axes, column in zip(grid, columns, strict=True):
        for ax, cutoff in zip(axes, cutoffs, strict=True):
            draw_trade(ax, rows[(rows["cut-off"] == cutoff) & (rows["variable"] == column)], look)
            ax.set_title(f"{column.split('.')[2]} from {cutoff}")
        axes[0].set_ylabel("m USD a month")
    for ax in grid[-1]:
        ax.set_xlabel("months from the cut-off")
    note = (
        "Bands: 50% and 90% of runs of the model with its priors; line: median. Black: observed means (Chinese customs), of "
        "years where months are not known. Nothing right of the grey line was read before scoring."
    )
    style.dress(figure, "What did the model say of trade with China, and what came?", [note, footer])
    return figure
