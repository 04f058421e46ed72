"""Shares of runs as tidy tables: at which level of a ladder, what has happened so far, how votes fell; 95% intervals.

A share over months counts runs, each once a month. Intervals are Wilson's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.estimates import wilson
from experiments.figures.data import Batch
from sim.outcomes.economy import STATUS_STEP
from sim.outcomes.politics import ALIVE, THIRD
from sim.state import AXES, VARIABLES

COLUMNS = ("variable", "part", "label", "unit", "scenario", "month", "n", "cases", "share", "low", "high")
VOTES = {"yes": 1, "abstention": 0, "no": -1}
DRAFTS = {"tightening": 1, "easing": -1}
Row = dict[str, Any]
Flags = Mapping[tuple[str, str, str], "pd.Series[Any]"]  # by variable, part and label: 1, 0, or nothing for a failed run


def ladder(name: str) -> tuple[str, ...]:
    """Names of the levels of a variable from low to high, as its meaning in the codebook lists them."""
    variable = VARIABLES[name]
    if not variable.levels:
        raise ValueError(f"the meaning of {name} does not list a name for each level")
    return variable.levels


def by_month(frame: pd.DataFrame, flags: Flags) -> pd.DataFrame:
    """Share of runs by scenario and month in which each flag is 1, in ``COLUMNS``."""
    keys = [frame["scenario"].astype(str), frame["month"].astype(str)]
    return _counted(flags, keys, ["scenario", "month"])


def by_run(frame: pd.DataFrame, flags: Flags) -> pd.DataFrame:
    """Share of runs by scenario, of flags that have one value a run (see ``ever`` and ``last``), in ``COLUMNS``."""
    firsts = ~frame.duplicated(["scenario", "run"])
    ones = {key: flag[firsts] for key, flag in flags.items()}
    return _counted(ones, [frame.loc[firsts, "scenario"].astype(str)], ["scenario"])


def _counted(flags: Flags, keys: Sequence[pd.Series[Any]], names: Sequence[str]) -> pd.DataFrame:
    tables = []
    for (variable, part, label), flag in flags.items():
        groups = flag.groupby(list(keys), sort=True)
        table = pd.DataFrame({"n": groups.count(), "cases": groups.sum()}).rename_axis(list(names)).reset_index()
        tables.append(table.assign(variable=variable, part=part, label=label, unit="share of runs"))
    whole = pd.concat(tables, ignore_index=True)
    whole["share"] = (whole["cases"] / whole["n"]).where(whole["n"] > 0)
    bounds = [wilson(float(cases), int(runs)) for cases, runs in zip(whole["cases"], whole["n"], strict=True)]
    whole[["low", "high"]] = bounds
    return whole.reindex(columns=list(COLUMNS))


def sorted_months(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
    """Trajectories in the order of scenarios, runs and months."""
    frame = batch.trajectories(columns)
    frame = frame.assign(scenario=frame["scenario"].astype(str), month=frame["month"].astype(str))
    return frame.sort_values(["scenario", "run", "month"], kind="stable", ignore_index=True)


def _runs(frame: pd.DataFrame, values: pd.Series[Any]) -> Any:
    return values.groupby([frame["scenario"], frame["run"]], sort=False)


def where(values: pd.Series[Any], holds: pd.Series[Any]) -> pd.Series[Any]:
    """1 where a condition holds, 0 elsewhere, nothing where the run has no value."""
    return holds.astype(float).where(values.notna())


def levels(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
    """One ladder: share of runs at each level (part ``at``), at a level or higher (``or more``) by month, and by the highest
    level reached (``highest``, without a month)."""
    (column,) = columns
    frame = sorted_months(batch, columns)
    value, top = frame[column], _runs(frame, frame[column]).transform("max")
    names = ladder(column)
    at = {(column, "at", name): where(value, value == level) for level, name in enumerate(names)}
    more = {(column, "or more", name): where(value, value >= level) for level, name in enumerate(names)}
    highest = {(column, "highest", name): where(top, top == level) for level, name in enumerate(names)}
    return pd.concat([by_month(frame, at | more), by_run(frame, highest)], ignore_index=True)


def third_summit(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
    """Share of runs in which a third summit has been held up to and with each month."""
    frame = sorted_months(batch, columns)
    held = where(frame["summit"], (frame["summit"] > 0) & (frame["summits"] >= THIRD))
    return by_month(frame, {("third_summit", "so far", "third summit"): _runs(frame, held).cummax()})


def council(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
    """By month: share of runs with sanctions eased or tightened since the start, and with a draft of each kind tabled,
    adopted, vetoed. A month has at most one draft, so that shares are drafts a month."""
    frame = sorted_months(batch, columns)
    index, draft = frame["severity_index"], frame["draft"]
    change = index - _runs(frame, index).transform("first")
    flags = {
        ("status", "since the start", "eased"): where(index, change < -STATUS_STEP),
        ("status", "since the start", "tightened"): where(index, change > STATUS_STEP),
    }
    for kind, sign in DRAFTS.items():
        put = draft == sign
        flags[kind, "drafts", "tabled"] = where(draft, put)
        for end in ("adopted", "vetoed"):
            flags[kind, "drafts", end] = where(draft, put & (frame[end] > 0))
    return by_month(frame, flags)


def votes(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
    """How each permanent member votes on drafts to tighten and to ease: share of votes, ``cases`` of them.

    n is the number of runs; intervals count each run with a draft once, however many drafts it has.
    """
    frame = batch.trajectories(columns)
    frame = frame.assign(scenario=frame["scenario"].astype(str)).dropna(subset=["draft"])
    rows = []
    for scenario, own in frame.groupby("scenario", sort=False):
        for kind, sign in DRAFTS.items():
            put = own[own["draft"] == sign]
            counted = put["run"].nunique()
            for member in AXES["permanent"]:
                for vote, number in VOTES.items():
                    cases = int((put[f"votes.{member}"] == number).sum())
                    share = cases / len(put) if len(put) else np.nan
                    low, high = wilson(share * counted if counted else 0, counted)
                    rows.append({
                        "variable": kind, "part": vote, "label": member, "unit": "share of votes", "scenario": scenario,
                        "n": own["run"].nunique(), "cases": cases, "share": share, "low": low, "high": high,
                        "drafts": len(put),
                    })  # fmt: skip
    return pd.DataFrame(rows).reindex(columns=[*COLUMNS, "drafts"])


def programmes(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
    """Share of runs in which each of Seoul's programmes is alive by month, and in which one died of each cause."""
    frame = sorted_months(batch, columns)
    flags = {
        ("programme", "alive", name): where(frame[f"programme.{name}"], frame[f"programme.{name}"] > ALIVE)
        for name in AXES["programme"]
    }
    setback = frame["setback"]
    causes = {}
    for number, name in list(enumerate(ladder("setback")))[1:]:
        causes["setback", "ever", name] = _runs(frame, where(setback, setback == number)).transform("max")
    return pd.concat([by_month(frame, flags), by_run(frame, causes)], ignore_index=True)


def stages(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
    """Share of runs by the stage of each project at the end and by the highest it reached."""
    frame = sorted_months(batch, columns)
    flags: dict[tuple[str, str, str], pd.Series[Any]] = {}
    for column in columns:
        groups = _runs(frame, frame[column])
        for part, stage in (("end", groups.transform("last")), ("highest", groups.transform("max"))):
            for level, name in enumerate(ladder("stage")):
                flags[column, part, name] = where(stage, stage == level)
    return by_run(frame, flags)


def dependence(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
    """Dependence of each nation on each other in the first and the last month: mean over runs and 90% of them."""
    frame = batch.trajectories(columns)
    frame = frame.assign(scenario=frame["scenario"].astype(str), month=frame["month"].astype(str))
    return pd.DataFrame(list(_pairs(frame, columns)))


def _pairs(frame: pd.DataFrame, columns: Sequence[str]) -> Iterator[Row]:
    for scenario, own in frame.groupby("scenario", sort=False):
        for month in dict.fromkeys((own["month"].min(), own["month"].max())):
            rows = own[own["month"] == month]
            for column in columns:
                _, nation, target = column.split(".")
                if nation == target:
                    continue
                values = rows[column].dropna().to_numpy(dtype=float)
                low, high = np.quantile(values, (0.05, 0.95)) if len(values) else (np.nan, np.nan)
                yield {
                    "variable": column, "unit": VARIABLES["dependence"].unit, "scenario": scenario, "month": month,
                    "nation": nation, "target": target, "n": len(values),
                    "mean": values.mean() if len(values) else np.nan, "p5": low, "p95": high,
                }  # fmt: skip
