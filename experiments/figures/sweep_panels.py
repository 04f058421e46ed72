"""Panels of a sweep: an outcome against one key, against a key of several, or over two keys."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from experiments import sweep_keys
from experiments.figures import style
from experiments.sweep_design import Design
from experiments.sweep_report import clear, number

DARK = 0.5  # of the colour scale above which print on it is white
LINE = style.looks([""])[""]
MARK = 3.2  # points, less than the length of most intervals
CAPS: Mapping[str, Any] = MappingProxyType({"marker": "_", "markersize": 10, "markeredgewidth": 1.4})


def _scale(data: pd.DataFrame) -> float:
    return 100.0 if data["unit"].iloc[0] == "share of runs" else 1.0


def _across(ax: Axes, design: Design, key: str) -> dict[str, float]:
    """The axis of a key; places of the levels of one that is not a number."""
    ax.set_xlabel(sweep_keys.label(key))
    if design.numeric(key):
        return {}
    levels = design.levels(key)
    ax.set_xticks(range(len(levels)), [style.folded(number(level), 14) for level in levels])
    ax.set_xlim(-0.5, len(levels) - 0.5)
    return {number(level): float(place) for place, level in enumerate(levels)}


def _bars(ax: Axes, places: Sequence[float], rows: pd.DataFrame) -> None:
    """Marks with intervals: thin of the value, thick of its difference from the mean over points, with caps that show it
    where it is short."""
    scale = _scale(rows)
    for place, row in zip(places, rows.to_dict("records"), strict=True):
        value, half = scale * row["value"], scale * row["difference_95"]
        thin, thick = [scale * row["low"], scale * row["high"]], [value - half, value + half]
        ax.plot([place, place], thin, color=LINE.colour, linewidth=1.0, solid_capstyle="butt")
        ax.plot([place, place], thick, color=LINE.colour, linewidth=3.2, solid_capstyle="butt", **CAPS)
    ax.plot(places, scale * rows["value"], linestyle="", markersize=MARK, **style.mark(LINE))


def draw_line(ax: Axes, data: pd.DataFrame, design: Design) -> Axes:
    """An outcome against the one key that is varied; data: ``point`` rows."""
    (key,) = design.columns
    names = _across(ax, design, key)
    places = [names[number(value)] if names else float(value) for value in data[key]]
    order = np.argsort(places, kind="stable")
    rows, at = data.iloc[order], [places[place] for place in order]
    if not names:
        ax.plot(at, _scale(data) * rows["value"], color=LINE.colour, linewidth=1.0)
    _bars(ax, at, rows)
    return ax


def draw_parts(ax: Axes, data: pd.DataFrame, design: Design, key: str) -> Axes:
    """An outcome against one of several keys: points behind, means over parts of the range before them."""
    names = _across(ax, design, key)
    points = data[data["part"] == "point"]
    at = [names[number(value)] if names else float(value) for value in points[key]]
    ax.plot(at, _scale(data) * points["value"], linestyle="", marker=".", markersize=4, color="#999999")
    rows = data[(data["part"] == "mean") & (data["key"] == key)]
    if names:
        _bars(ax, [names[level] for level in rows["level"]], rows)
        return ax
    middle = (rows["from"] + rows["to"]) / 2
    places = [float(level) if level else float(half) for level, half in zip(rows["level"], middle, strict=True)]
    ax.plot(places, _scale(data) * rows["value"], color=LINE.colour, linewidth=1.0)
    _bars(ax, places, rows)
    return ax


def sides(design: Design) -> tuple[str, str]:
    """The keys across and up a map: the one with fewer levels across."""
    first, second = design.columns
    return (first, second) if len(design.levels(first)) <= len(design.levels(second)) else (second, first)


def draw_map(ax: Axes, data: pd.DataFrame, design: Design) -> Axes:
    """An outcome over two keys, with its value and half the width of its interval in each cell; data: ``point`` rows."""
    across, up = sides(design)
    names = [[number(level) for level in design.levels(key)] for key in (across, up)]
    table = np.full((len(names[1]), len(names[0])), np.nan)
    rows = data.to_dict("records")
    for row in rows:
        table[_cell(row, names, (across, up))] = _scale(data) * row["value"]
    edges = [np.arange(len(side) + 1) - 0.5 for side in names]
    mesh = ax.pcolormesh(*edges, np.ma.masked_invalid(table), cmap="Blues", edgecolors="white", linewidth=0.5)
    unit = str(data["unit"].iloc[0])
    if table[np.isfinite(table)].size and np.nanmax(table) > np.nanmin(table):
        ax.figure.colorbar(mesh, ax=ax, label="% of runs" if unit == "share of runs" else unit, shrink=0.9)
    else:
        mesh.set_clim(0, 1e300)  # the same everywhere: pale
    _write(ax, rows, names, (across, up), _scale(data))
    ax.set_xticks(range(len(names[0])), [style.folded(name, 12) for name in names[0]])
    ax.set_yticks(range(len(names[1])), [style.folded(name, 18) for name in names[1]])
    ax.set_xlabel(sweep_keys.label(across))
    ax.set_ylabel(sweep_keys.label(up))
    ax.grid(visible=False)
    ax.tick_params(length=0)
    return ax


def _cell(row: Mapping[Hashable, Any], names: Sequence[Sequence[str]], keys: tuple[str, str]) -> tuple[int, int]:
    """Row and column of a point in the map."""
    return names[1].index(number(row[keys[1]])), names[0].index(number(row[keys[0]]))


def _write(ax: Axes, rows: Sequence[Mapping[Hashable, Any]], names: Sequence[Sequence[str]], keys: tuple[str, str],
           scale: float) -> None:  # fmt: skip
    """The value of each cell with half the width of its interval, both with the same decimals."""
    values = [scale * row["value"] for row in rows]
    halves = [scale * (row["high"] - row["low"]) / 2 for row in rows]
    low, high = np.nanmin([*values, np.inf]), np.nanmax([*values, -np.inf])
    known = [half for half in halves if half > 0]
    decimals = int(np.clip(1 - np.floor(np.log10(np.median(known))), 0, 6)) if known else 2
    for row, value, half in zip(rows, values, halves, strict=True):
        y, x = _cell(row, names, keys)
        dark = high > low and (value - low) / (high - low) > DARK
        star = "*" if clear(row) else ""
        said = "-" if np.isnan(value) else f"{value:.{decimals}f}{star}\n±{half:.{decimals}f}"
        ax.text(x, y, said, ha="center", va="center", fontsize=7, color="white" if dark else "#222222")
