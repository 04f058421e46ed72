"""Summaries of trajectories as tidy tables, with what was observed beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.estimates import wilson
from experiments.figures.data import LEVELS, QUANTILES, Batch
from sim import history
from sim.history import Observation
from sim.state import Month, resolve

RECORD_MONTHS = 18  # records older than this before the start are not drawn
COLUMNS = (
    "variable", "unit", "scenario", "kind", "month", "months", "n", "mean", *QUANTILES, "value", "low", "high", "confidence",
    "source", "note",
)  # fmt: skip
Row = dict[str, Any]


def summarise_months(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Mean and quantiles over runs of each column by scenario and month, and the share of runs above zero.

    Columns: variable, scenario, month, n, mean, p5 to p95, above (runs above zero). Runs without a value do not count.
    """
    tables = []
    for scenario, rows in frame.groupby("scenario", sort=False, observed=True):
        months = rows["month"].astype(str)
        for column in columns:
            groups = rows[column].astype(float).groupby(months, sort=True)
            table = groups.quantile(np.array(LEVELS)).unstack().set_axis(list(QUANTILES), axis=1)
            table.insert(0, "mean", groups.mean())
            table.insert(0, "n", groups.count())
            table["above"] = (rows[column] > 0).groupby(months, sort=True).sum()
            tables.append(table.rename_axis("month").reset_index().assign(variable=column, scenario=str(scenario)))
    order = ["variable", "scenario", "month", "n", "mean", *QUANTILES, "above"]
    return pd.concat(tables, ignore_index=True)[order] if tables else pd.DataFrame(columns=order)


def fan(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
    """What fan charts of some variables need, in ``COLUMNS``.

    ``kind`` is simulated (mean and quantiles over runs), observed (``value`` over ``months``, of no scenario) or record
    (of a scenario, up to its start).
    """
    simulated = summarise_months(batch.trajectories(columns), columns).drop(columns="above")
    units = {column: unit_of(column) for column in columns}
    rows = [*records(batch, columns), *overlapping(batch, columns)]
    whole = pd.concat([simulated.assign(kind="simulated", months=1), pd.DataFrame(rows, columns=list(COLUMNS))])
    return _tidy(whole.assign(unit=whole["variable"].map(units)))


def unit_of(column: str) -> str:
    """Unit of a trajectory column."""
    return resolve(column)[0].unit


def horizon(document: Mapping[str, Any]) -> tuple[Month, Month]:
    """First and last month of a scenario's document."""
    start = Month.parse(document["start"])
    return start, start + (int(document["months"]) - 1)


def records(batch: Batch, columns: Sequence[str]) -> Iterator[Row]:
    """Figures of the record of each scenario, of its start month or some months before."""
    for document in batch.manifest["scenarios"]:
        start, _ = horizon(document)
        for figure in document.get("record") or ():
            age = start - Month.parse(figure["month"])
            if figure["variable"] in columns and 0 <= age <= RECORD_MONTHS:
                yield {
                    "variable": figure["variable"], "scenario": document["name"], "kind": "record", "month": figure["month"],
                    "months": 1, "value": figure["value"], "source": figure.get("source", ""),
                }  # fmt: skip


def overlapping(batch: Batch, columns: Sequence[str]) -> Iterator[Row]:
    """Observations of periods that touch the months of some scenario."""
    spans = [horizon(document) for document in batch.manifest["scenarios"]]
    for column in columns:
        for each in history.observed(column):
            if any(first <= each.last_month and each.month <= last for first, last in spans):
                yield observed_row(column, each)


def observed_row(column: str, each: Observation) -> Row:
    """An observation as a row of ``COLUMNS``."""
    return {
        "variable": column, "scenario": "", "kind": "observed", "month": str(each.month), "months": each.months,
        "value": each.value, "low": each.low, "high": each.high, "confidence": each.confidence, "source": each.source,
        "note": each.note,
    }  # fmt: skip


def tests_by_month(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
    """Weapon tests of all classes by month, in ``COLUMNS``; variables ``tests``, ``any`` (share of runs with one) and
    ``total`` (since the start)."""
    frame = batch.trajectories(columns)
    tests = frame[["scenario", "run", "month"]].assign(tests=frame[list(columns)].sum(axis=1, min_count=1))
    tests = tests.assign(month=tests["month"].astype(str)).sort_values(["scenario", "run", "month"], kind="stable")
    tests["total"] = tests.groupby(["scenario", "run"], observed=True)["tests"].cumsum()
    summary = summarise_months(tests, ["tests", "total"])
    counted = summary[summary["variable"] == "tests"]
    any_test = counted[["scenario", "month", "n"]].assign(variable="any", mean=counted["above"] / counted["n"])
    bounds = [wilson(int(count), int(runs)) for count, runs in zip(counted["above"], counted["n"], strict=True)]
    any_test[["low", "high"]] = bounds
    simulated = pd.concat([summary.drop(columns="above"), any_test]).assign(kind="simulated", months=1)
    whole = pd.concat([simulated, pd.DataFrame(_observed_tests(batch), columns=list(COLUMNS))])
    return _tidy(
        whole.assign(unit=whole["variable"].map({"tests": "events/month", "any": "share of runs", "total": "events"}))
    )


def _tidy(whole: pd.DataFrame) -> pd.DataFrame:
    numbers = dict.fromkeys(("n", "mean", *QUANTILES, "value", "low", "high"), float)
    return whole.reset_index(drop=True).reindex(columns=list(COLUMNS)).astype(numbers)


def _observed_tests(batch: Batch) -> Iterator[Row]:
    """Observed days with a test; since the start of each scenario, and by month for all."""
    for row in overlapping(batch, ["tests"]):
        yield row
        yield {**row, "variable": "any", "value": float(row["value"] > 0)}
    for document in batch.manifest["scenarios"]:
        first, last = horizon(document)
        inside = [each for each in history.observed("tests") if first <= each.month <= last]
        if inside and inside[0].month == first:
            for each, total in zip(inside, np.cumsum([each.value for each in inside]), strict=True):
                yield {**observed_row("total", each), "scenario": document["name"], "value": float(total)}


def years(batch: Batch, columns: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Simulated sums over calendar years, or the part of one that is simulated, and observed ones.

    columns: variable -> trajectory columns that are added up. A part of a year is compared if observed periods fill the same
    months and are not guesses. Columns: variable, unit, scenario, year, first, last (months), kind (simulated, observed,
    left out), n, p5 to p95, value, source.
    """
    frame = batch.trajectories(sorted({name for names in columns.values() for name in names}))
    frame = frame.assign(month=frame["month"].astype(str))
    rows: list[Row] = []
    for document in batch.manifest["scenarios"]:
        own = frame[frame["scenario"] == document["name"]]
        for first, last in parts_of_years(*horizon(document)):
            inside = own[(own["month"] >= str(first)) & (own["month"] <= str(last))]
            for variable, names in columns.items():
                row = {
                    "variable": variable, "unit": "m USD", "scenario": document["name"], "year": first.year,
                    "first": str(first), "last": str(last),
                }  # fmt: skip
                value, source = observed_sum(variable, first, last)
                if value is None:
                    rows.append({**row, "kind": "left out"})
                    continue
                sums = inside[list(names)].sum(axis=1, min_count=len(names)).groupby(inside["run"]).sum(min_count=1).dropna()
                quantiles = dict(zip(QUANTILES, sums.astype(float).quantile(list(LEVELS)), strict=True))
                rows.append({**row, "kind": "simulated", "n": len(sums), **quantiles})
                rows.append({**row, "kind": "observed", "value": value, "source": source})
    order = ["variable", "unit", "scenario", "year", "first", "last", "kind", "n", *QUANTILES, "value", "source"]
    return pd.DataFrame(rows).reindex(columns=order)


def comparable(batch: Batch) -> bool:
    """Whether anything is known of trade over a year, or the part of one, that some scenario simulates."""
    spans = [horizon(document) for document in batch.manifest["scenarios"]]
    return any(
        observed_sum(column, *part)[0] is not None
        for span in spans
        for part in parts_of_years(*span)
        for column in history.COLUMNS
        if column.startswith("trade.")
    )


def parts_of_years(first: Month, last: Month) -> Iterator[tuple[Month, Month]]:
    """First and last month of each calendar year that lies between two months, whole or in part."""
    for year in range(first.year, last.year + 1):
        yield max(first, Month(year, 1)), min(last, Month(year, 12))


def observed_sum(column: str, first: Month, last: Month) -> tuple[float | None, str]:
    """Observed total over some months of a year, and its source; None where observations do not fill just these months."""
    length = last - first + 1
    if length == 12:
        for each in history.annual(column):
            if each.month == first:
                return 12 * each.value, each.source
        return None, ""
    within = [each for each in history.observed(column) if first <= each.month and each.last_month <= last]
    inside = [each for each in within if each.confidence != "low"]
    if sum(each.months for each in inside) != length:
        return None, ""
    return sum(each.value * each.months for each in inside), _sources(inside)


def _sources(observations: Iterable[Observation]) -> str:
    return "; ".join(dict.fromkeys(each.source for each in observations))
