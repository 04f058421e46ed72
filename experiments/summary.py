"""The table of outcomes at the end of a batch: what happened how often, with the error of the simulation itself.

The Monte Carlo error says how far a number would move if the same batch were run with other luck. It says nothing of
whether the model is right.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments import readers
from experiments.estimates import error_of_mean, error_of_share, interval_of_mean, percent_told, quantiles, told, wilson
from experiments.manifest import Manifest, read_manifest
from experiments.parts import OUTCOMES, outcome_names

CODEBOOK = "sim.outcomes:OUTCOMES"
AT_ONCE = 10_000_000  # values of a large store read together
WIDTH = 110
PERCENTILES, LEVELS = ("p5", "p50", "p95"), (0.05, 0.5, 0.95)
LEGEND = "in brackets: Monte Carlo errors; 5%, 50%, 95%: of runs; for shares the 95% interval stands there instead"

Values = NDArray[np.float64]


class Row(NamedTuple):
    """One line: an outcome of a scenario, or one category of it.

    ``value`` is the mean (of numbers) or the share of runs (of events and categories), ``error`` its standard error,
    ``low`` to ``high`` its 95% interval (Wilson's for shares, Student's for means). Percentiles are of runs, for numbers
    alone, each with its own standard error. ``n`` runs count; in ``not_applicable`` runs the outcome does not apply;
    ``failed`` runs are left out.
    """

    scenario: str
    outcome: str
    category: str
    kind: str
    unit: str
    n: int
    not_applicable: int
    failed: int
    value: float
    error: float
    low: float
    high: float
    p5: float = np.nan
    p50: float = np.nan
    p95: float = np.nan
    p5_error: float = np.nan
    p50_error: float = np.nan
    p95_error: float = np.nan


def table(
    outcomes: pd.DataFrame | Path | str, scenarios: Sequence[str] | None = None, runs: int | None = None
) -> pd.DataFrame:
    """Rows of ``Row`` from a table of outcomes or from a stored batch, of which a few columns are read at a time.

    ``scenarios`` chooses and orders; without it all, in the order in which they are stored. ``runs`` restricts the table
    to the first so many runs. Raises what readers raise.
    """
    known = resolve_name(CODEBOOK)
    rows: list[Row] = []
    for scenario, failed, columns in _sources(outcomes, scenarios, runs):
        for name, values in columns:
            rows += _rows((scenario, name), values, failed, known.get(name))
    return pd.DataFrame(rows, columns=list(Row._fields))


Source = tuple[str, int, Iterator[tuple[str, Values]]]


def _sources(outcomes: pd.DataFrame | Path | str, scenarios: Sequence[str] | None, runs: int | None) -> Iterator[Source]:
    """By scenario: its name, its number of failed runs, and (name, values of the runs that did not fail) by outcome."""
    if not isinstance(outcomes, pd.DataFrame):
        manifest = read_manifest(outcomes)
        for scenario in readers.chosen(manifest, scenarios):
            names = readers.columns_of(Path(outcomes), manifest, OUTCOMES, [scenario])
            read = _from_store(Path(outcomes), manifest, scenario, range(manifest.runs if runs is None else runs))
            yield _columns(scenario, names, read, AT_ONCE // manifest.runs)
        return
    order = scenarios or list(dict.fromkeys(outcomes["scenario"]))
    for scenario in order:
        mine = outcomes[(outcomes["scenario"] == scenario) & (outcomes["run"] < (np.inf if runs is None else runs))]
        yield _columns(scenario, list(mine.columns), mine.__getitem__, 1)


def _from_store(directory: Path, manifest: Manifest, scenario: str, runs: range) -> Callable[[list[str]], pd.DataFrame]:
    def read(names: list[str]) -> pd.DataFrame:
        table = readers.read_table(directory, manifest, OUTCOMES, columns=names, scenarios=[scenario], runs=runs)
        frame: pd.DataFrame = table.to_pandas()
        return frame

    return read


def _columns(scenario: str, names: Sequence[str], read: Callable[[list[str]], pd.DataFrame], at_once: int) -> Source:
    wanted = outcome_names(names)
    good = (read(["status"])["status"] == "ok").to_numpy() if "status" in names else np.zeros(0, dtype=bool)

    def each() -> Iterator[tuple[str, Values]]:
        for first in range(0, len(wanted), max(at_once, 1)):
            frame = read(wanted[first : first + max(at_once, 1)])
            for name in frame.columns:
                yield str(name), frame[name].to_numpy(dtype=np.float64)[good]

    return scenario, int(np.sum(~good)), each()


def _rows(key: tuple[str, str], values: Values, failed: int, known: Any) -> Iterator[Row]:
    """The rows of one outcome of one scenario."""
    scenario, name = key
    kind, unit = (known.kind, known.unit) if known else ("number", "")
    valid = values[~np.isnan(values)]
    n, missing = len(valid), len(values) - len(valid)
    if kind == "category":
        for code, category in enumerate(known.categories):
            hits = int(np.sum(valid == code))
            yield Row(scenario, name, category, kind, unit, n, missing, failed, **_share(hits, n))
    elif kind == "share" and bool(np.isin(valid, (0.0, 1.0)).all()):
        yield Row(scenario, name, "", kind, unit, n, missing, failed, **_share(int(valid.sum()), n))
    else:  # a share that each run has of its own, such as a share of months, is summed up like any number
        yield Row(scenario, name, "", "number", unit, n, missing, failed, **_mean(valid))


def _share(hits: int, n: int) -> Mapping[str, float]:
    if n == 0:
        return dict.fromkeys(("value", "error", "low", "high"), np.nan)
    low, high = wilson(hits, n)
    return {"value": hits / n, "error": error_of_share(hits, n), "low": low, "high": high}


def _mean(valid: Values) -> Mapping[str, float]:
    if len(valid) == 0:
        return dict.fromkeys(("value", "error", "low", "high"), np.nan)
    mean = float(valid.mean())
    low, high = interval_of_mean(valid)
    found, errors = quantiles(valid, LEVELS)
    percentiles = dict(zip(PERCENTILES, found.tolist(), strict=True))
    percentiles |= dict(zip((f"{name}_error" for name in PERCENTILES), errors.tolist(), strict=True))
    return {"value": mean, "error": error_of_mean(valid), "low": low, "high": high, **percentiles}


def format(rows: pd.DataFrame) -> str:  # noqa: A001  # summary.format(summary.table(...)) reads well
    """A table of outcomes as text of at most 110 columns."""
    sections = [_section(str(scenario), mine) for scenario, mine in rows.groupby("scenario", sort=False)]
    return "\n\n".join([*sections, LEGEND] if sections else [])


def _section(scenario: str, rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    runs = first["n"] + first["not_applicable"]
    failed = f"; {first['failed']:,} failed and left out" if first["failed"] else ""
    lines = [f"{scenario}: {runs:,} runs{failed}", _line("", "mean/share", _spread("5%", "50%", "95%"), "n", "unit")]
    outcome = ""
    for row in (Row(*values) for values in rows.itertuples(index=False)):
        if row.category and row.outcome != outcome:
            lines.append(row.outcome)
        outcome = row.outcome
        lines.append(_format_row(row))
    missing = rows[rows["not_applicable"] > 0].drop_duplicates("outcome")
    notes = [f"{row.outcome} in {row.not_applicable:,} runs" for row in missing.itertuples()]
    if notes:
        lines += textwrap.wrap("does not apply: " + ", ".join(notes), WIDTH, subsequent_indent="  ")
    return "\n".join(lines)


def _format_row(row: Row) -> str:
    name = f"  {row.category}" if row.category else row.outcome
    if np.isnan(row.value):
        return _line(name, "-", "", f"{row.n:,}", row.unit)
    if row.kind == "number":
        spread = _spread(told(row.p5, row.p5_error), told(row.p50, row.p50_error), told(row.p95, row.p95_error))
        return _line(name, told(row.value, row.error), spread, f"{row.n:,}", row.unit)
    interval = f"{row.low:.1%} to {row.high:.1%}"
    return _line(name, percent_told(row.value, row.error), interval, f"{row.n:,}", "of runs")


def _spread(*texts: str) -> str:
    return " ".join(f"{text:>14}" for text in texts)


def _line(*cells: str) -> str:
    name, value, spread, n, unit = cells
    numbers = f"{_cut(name, 25):25} {value:>14} {spread:>44} {n:>8}"
    return f"{numbers}  {_cut(unit, WIDTH - len(numbers) - 2)}".rstrip()


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."
