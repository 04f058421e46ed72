"""Two outcomes of each run at once: where runs lie, and how closely the two go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures import style

FEW = 12  # different values up to which an outcome is drawn as counts at its values
BINS = 24
ACROSS = 3
NOTE = "Shading: number of runs, on a scale of its own in each panel; rho: Spearman's rank correlation (standard error)."


def draw_joint(ax: Axes, rows: pd.DataFrame, names: Sequence[str], labels: Sequence[str]) -> Axes:
    """Number of runs over two outcomes; rows: one per run, without missing values."""
    from scipy import stats

    across, up = (rows[name].to_numpy(dtype=np.float64) for name in names)
    if len(rows):
        edges = [_edges(values) for values in (across, up)]
        counts, *_ = np.histogram2d(across, up, bins=edges)
        shown = np.where(counts > 0, counts, np.nan)
        mesh = ax.pcolormesh(*edges, shown.T, cmap="cividis_r", shading="flat", rasterized=True)
        ax.figure.colorbar(mesh, ax=ax, label="runs", shrink=0.8)
    same = len(rows) < 3 or np.ptp(across) == 0 or np.ptp(up) == 0
    rho = "rho -" if same or len(rows) < 4 else told(float(stats.spearmanr(across, up).statistic), len(rows))
    ax.set_title(f"{rows.attrs['scenario']}: {rho}, n = {len(rows):,}", fontsize=9)
    ax.set_xlabel(labels[0])
    ax.set_ylabel(labels[1])
    return ax


def _edges(values: np.ndarray) -> np.ndarray:
    different = np.unique(values)
    if len(different) <= FEW:
        half = np.diff(different).min() / 2 if len(different) > 1 else 0.5
        return np.array(sorted({edge for value in different for edge in (value - half, value + half)}))
    return np.linspace(values.min(), values.max(), BINS + 1)


def page(frame: pd.DataFrame, names: tuple[str, str], units: Mapping[str, str], footer: str) -> Figure:
    """A panel for each scenario."""
    scenarios = list(dict.fromkeys(frame["scenario"].astype(str)))
    across = min(ACROSS, len(scenarios))
    down = -(-len(scenarios) // across)
    figure, grid = style.sheet(down, across, (4.3 * across, 0.9 + 3.5 * down))
    cells = style.one_by_one(grid)
    labels = [f"{style.readable(name)} ({units[name]})" if units.get(name) else style.readable(name) for name in names]
    for ax, scenario in zip(cells, scenarios, strict=False):
        rows = frame.loc[frame["scenario"].astype(str) == scenario, list(names)].dropna()
        rows.attrs = {"scenario": scenario}
        draw_joint(ax, rows, names, labels)
    style.blank(cells[len(scenarios) :])
    question = f"How do {' and '.join(style.readable(name).lower() for name in names)} go together?"
    style.dress(figure, question, [NOTE, footer])
    return figure


def told(rho: float, runs: int) -> str:
    """A rank correlation with its standard error (Bonett and Wright 2000, through Fisher's transformation)."""
    return f"rho {rho:+.2f} ({(1 - rho**2) * ((1 + rho**2 / 2) / (runs - 3)) ** 0.5:.2f})"
