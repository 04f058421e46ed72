"""What figures are drawn from: a batch, and summaries of its outcomes and moves as tidy tables.

Summaries of trajectories stand in ``series``. Every summary takes data frames and returns one; nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Protocol, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.estimates import wilson

Kind = Literal["outcomes", "trajectories"]
Values = NDArray[np.float64]

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
QUANTILES = ("p5", "p25", "p50", "p75", "p95")
MOST_BINS = 30
WHOLE_NUMBERS_UP_TO = 40  # different whole numbers that get a bar each
MIN_PLACES = 5  # different values, below which nothing says that they go in even steps
MOST_HELD = 30_000_000  # values of a batch kept in memory for all its figures
FAR = 3.0  # times the range of 99% of runs beyond which the rest is left off the axis


class Batch(Protocol):
    """A batch to draw.

    manifest: ``seed``, ``runs`` (of each scenario), ``version``, and ``scenarios``, a list of documents in the order in
    which they are drawn, each with ``name``, ``title``, ``question``, ``start``, ``months``, ``record``. What is stored has
    their ``digests`` by name as well.
    """

    @property
    def manifest(self) -> Mapping[str, Any]: ...  # noqa: D102

    def columns(self, kind: Kind) -> Sequence[str]:
        """Columns that can be read; none if the batch holds nothing of this kind."""
        ...

    def outcomes(self, columns: Sequence[str]) -> pd.DataFrame:
        """One row per scenario and run: ``scenario``, ``run``, and these columns."""
        ...

    def trajectories(self, columns: Sequence[str]) -> pd.DataFrame:
        """One row per scenario, run and month: ``scenario``, ``run``, ``month``, and these columns."""
        ...


@dataclass(frozen=True)
class Frames:
    """A batch that lies in memory."""

    manifest: Mapping[str, Any]
    outcome_rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    trajectory_rows: pd.DataFrame = field(default_factory=pd.DataFrame)

    def columns(self, kind: Kind) -> Sequence[str]:
        """Columns that are there."""
        return list((self.outcome_rows if kind == "outcomes" else self.trajectory_rows).columns)

    def outcomes(self, columns: Sequence[str]) -> pd.DataFrame:
        """Rows of outcomes."""
        return self.outcome_rows[list(dict.fromkeys(["scenario", "run", *columns]))]

    def trajectories(self, columns: Sequence[str]) -> pd.DataFrame:
        """Rows of trajectories."""
        return self.trajectory_rows[list(dict.fromkeys(["scenario", "run", "month", *columns]))]


@dataclass(frozen=True)
class Stored:
    """A batch on disk, of which only the columns that a figure needs are read."""

    directory: Path
    manifest: Mapping[str, Any]

    def columns(self, kind: Kind) -> Sequence[str]:
        """Columns that are stored."""
        return self._columns[kind]

    @cached_property
    def _columns(self) -> Mapping[Kind, Sequence[str]]:
        from experiments import readers  # the store is needed only for what is on disk
        from experiments.manifest import read_manifest

        manifest = read_manifest(self.directory)
        names = readers.chosen(manifest, None)
        kinds: tuple[Kind, ...] = ("outcomes", "trajectories") if manifest.trajectories else ("outcomes",)
        return {"trajectories": [], **{kind: readers.columns_of(self.directory, manifest, kind, names) for kind in kinds}}

    def outcomes(self, columns: Sequence[str]) -> pd.DataFrame:
        """Rows of outcomes."""
        from experiments import readers

        return readers.read_outcomes(self.directory, list(columns))

    def trajectories(self, columns: Sequence[str]) -> pd.DataFrame:
        """Rows of trajectories."""
        from experiments import readers

        return readers.read_trajectories(self.directory, list(columns))


@dataclass(frozen=True)
class Held(Stored):
    """A batch on disk of which some outcomes have been read, so that figures that share a reading do not repeat it."""

    rows: pd.DataFrame

    def outcomes(self, columns: Sequence[str]) -> pd.DataFrame:
        """Rows of outcomes."""
        if set(columns) <= set(self.rows.columns):
            return self.rows[list(dict.fromkeys(["scenario", "run", *columns]))]
        return super().outcomes(columns)


def held(batch: Stored, columns: Sequence[str]) -> Stored:
    """A stored batch with these outcomes in memory; as it is where they would take too much of it."""
    runs = int(batch.manifest["runs"]) * len(batch.manifest["scenarios"])
    if not columns or runs * len(columns) > MOST_HELD:
        return batch
    return Held(batch.directory, batch.manifest, batch.outcomes(columns))


def open_batch(directory: Path | str) -> Stored:
    """A stored batch; StorageError or StoredDataDamaged without one."""
    from experiments.manifest import read_manifest

    stored = read_manifest(directory)
    scenarios = [{**each.document, "name": each.name} for each in stored.scenarios]
    digests = {each.name: each.digest for each in stored.scenarios}
    known = {"seed": stored.seed, "runs": stored.runs, "version": stored.versions.get("peninsula", "")}
    return Stored(Path(directory), {**known, "scenarios": scenarios, "digests": digests})


def finished_runs(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
    """Outcomes of the runs that did not fail."""
    known = "status" in batch.columns("outcomes")
    frame = batch.outcomes([*columns, "status"] if known else columns)
    failed = frame["status"] == "failed" if known else pd.Series(data=False, index=frame.index)
    return frame[~failed] if failed.any() else frame  # without a copy where none failed: batches may be large


def scenario_names(batch: Batch) -> list[str]:
    """Names of scenarios in the order in which they are drawn."""
    return [str(document["name"]) for document in batch.manifest["scenarios"]]


class Measure(Protocol):
    """What a figure needs to know of an outcome; ``kind`` is number, category or share (yes or no)."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def unit(self) -> str: ...  # noqa: D102

    @property
    def question(self) -> str: ...  # noqa: D102

    @property
    def kind(self) -> str: ...  # noqa: D102

    @property
    def categories(self) -> Sequence[str]: ...  # noqa: D102


def measures() -> Mapping[str, Measure]:
    """Every outcome measure by name: the one place where figures look them up."""
    from sim.outcomes import OUTCOMES  # loads numpy and the model's vocabulary

    return cast(Mapping[str, Measure], OUTCOMES)


def summarise_outcomes(frame: pd.DataFrame, known: Mapping[str, Measure], names: Sequence[str]) -> pd.DataFrame:
    """Outcomes by scenario.

    Columns: outcome, unit, scenario, part, label, n (runs with a value), runs. ``part`` is ``share`` (a category, or yes:
    share, low and high of Wilson's 95% interval), ``summary`` (p5 to p95, mean, shown: share of runs on the axis) or ``bin``
    (from, to, share of runs).
    """
    rows: list[dict[str, Any]] = []
    for name in names:
        measure = known[name]
        shares = measure.kind == "category" or (measure.kind == "share" and frame[name].dropna().isin([0, 1]).all())
        groups = {str(scenario): own for scenario, own in frame.groupby("scenario", sort=False, observed=True)[name]}
        parts = _shares(groups, measure) if shares else _distributions(groups)
        rows += [{"outcome": name, "unit": measure.unit, **row} for row in parts]
    order = ["outcome", "unit", "scenario", "part", "label", "n", "runs", "share", "low", "high", *QUANTILES, "mean"]
    return pd.DataFrame(rows).reindex(columns=[*order, "shown", "from", "to"])


def _shares(groups: Mapping[str, pd.Series[Any]], measure: Measure) -> Iterator[dict[str, Any]]:
    categories = list(measure.categories) if measure.kind == "category" else ["no", "yes"]
    for scenario, values in groups.items():
        labels = labelled(values.dropna(), categories)
        others = sorted(set(labels) - set(categories))
        for label in [*categories, *others] if measure.kind == "category" else ["yes"]:
            count = int((labels == label).sum())
            low, high = wilson(count, len(labels))
            share = count / len(labels) if len(labels) else np.nan
            yield {
                "scenario": scenario, "part": "share", "label": label, "n": len(labels), "runs": len(values),
                "share": share, "low": low, "high": high,
            }  # fmt: skip


def labelled(values: pd.Series[Any], categories: Sequence[str]) -> pd.Series[Any]:
    """Categories as text; numbers are places in ``categories``."""
    if pd.api.types.is_numeric_dtype(values) and len(values):
        return values.map(lambda place: categories[int(place)])
    return values.astype(str)


def _distributions(groups: Mapping[str, pd.Series[Any]]) -> Iterator[dict[str, Any]]:
    numbers = {scenario: values.to_numpy(dtype=float) for scenario, values in groups.items()}
    present = {scenario: values[np.isfinite(values)] for scenario, values in numbers.items()}
    everything = np.concatenate(list(present.values())) if present else np.empty(0)
    edges = bin_edges(everything, max((len(values) for values in present.values()), default=0))
    for scenario, values in present.items():
        base = {"scenario": scenario, "n": len(values), "runs": len(numbers[scenario])}
        if not len(values):
            yield {**base, "part": "summary"}
            continue
        counts = np.histogram(values, edges)[0]
        quantiles = dict(zip(QUANTILES, np.quantile(values, LEVELS), strict=True))
        yield {**base, "part": "summary", **quantiles, "mean": values.mean(), "shown": counts.sum() / len(values)}
        filled = np.flatnonzero(counts)
        for place in range(filled[0], filled[-1] + 1) if len(filled) else ():
            low, high, count = edges[place], edges[place + 1], counts[place]
            yield {**base, "part": "bin", "from": low, "to": high, "share": count / len(values)}


def bin_edges(values: Values, runs: int) -> Values:
    """Common edges for a histogram of all scenarios: a bar for each whole number, or each step where values go in even
    ones (shares of so many months); else some equal bins of a range."""
    if not len(values):
        return np.array([0.0, 1.0])
    low, high = float(values.min()), float(values.max())
    if (values == np.round(values)).all():
        width = max(1.0, np.ceil((high - low + 1) / WHOLE_NUMBERS_UP_TO))
        return np.arange(low - 0.5, high + width, width)
    if step := even_step(values):
        return np.arange(low - step / 2, high + step, step)
    near = np.quantile(values, (0.005, 0.995))
    if high - low > FAR * (near[1] - near[0]) > 0:
        low, high = float(near[0]), float(near[1])
    if np.isclose(low, high, rtol=1e-6, atol=1e-12):
        half = max(abs(low) * 0.05, 0.05)
        return np.array([low - half, high + half])
    return np.linspace(low, high, int(np.clip(np.sqrt(runs), 8, MOST_BINS)) + 1)


def even_step(values: Values) -> float:
    """The step in which all values go, if it is an even one and there are few enough; else 0."""
    places = np.unique(np.round(values, 6))
    if not MIN_PLACES <= len(places) <= len(values) / 2:
        return 0.0
    step = float(np.diff(places).min())
    steps = (places - places[0]) / step
    even = steps[-1] < WHOLE_NUMBERS_UP_TO and np.allclose(steps, np.round(steps), atol=0.01)
    return step if even else 0.0


def summarise_moves(frame: pd.DataFrame, months: Mapping[str, int]) -> pd.DataFrame:
    """Share of months in which each action was chosen, by scenario: mean over runs, and the range of 90% of them.

    frame: ``moves.<nation>.<action>`` in months; months: length of each scenario.
    Columns: nation, action, scenario, n, share, p5, p95, never (share of runs in which it was never chosen).
    """
    rows = []
    for column in [name for name in frame.columns if name.startswith("moves.")]:
        _, nation, action = column.split(".")
        for scenario, values in frame.groupby("scenario", sort=False, observed=True)[column]:
            shares = values.dropna().to_numpy(dtype=float) / months[str(scenario)]
            low, high = np.quantile(shares, (0.05, 0.95)) if len(shares) else (np.nan, np.nan)
            mean, never = (shares.mean(), (shares == 0).mean()) if len(shares) else (np.nan, np.nan)
            rows.append((nation, action, str(scenario), len(shares), mean, low, high, never))
    return pd.DataFrame(rows, columns=["nation", "action", "scenario", "n", "share", "p5", "p95", "never"])
