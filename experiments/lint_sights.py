"""A scenario of a stored batch as lints look at it: read once, a few columns at a time, whatever the number of runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from experiments import readers
from experiments.manifest import Manifest, Stored
from experiments.parts import OUTCOMES, TRAJECTORIES, outcome_names
from sim.scenario import Scenario, ScenarioError, from_document
from sim.state import VARIABLES, Variable

AT_ONCE = 5_000_000  # values of a batch read together
RUN_MONTHS = 200_000  # of a batch whose state is looked at, shared by its scenarios
SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd, from the golden ratio: spreads bits in a hash
LIKE_PROBABILITIES = ("probability", "share", "%", "index")

Values = NDArray[np.float64]
Hashes = NDArray[np.uint64]


class Sight:
    """One scenario of a batch as it is looked at; what it reads it reads once, a few columns at a time."""

    def __init__(self, directory: Path, manifest: Manifest, stored: Stored, runs: int) -> None:
        self.directory, self.manifest, self.stored, self.runs = directory, manifest, stored, runs
        self.name = stored.name

    @cached_property
    def scenario(self) -> Scenario | str:
        """The scenario as this version reads it, or why it cannot."""
        try:
            return from_document(dict(self.stored.document))
        except ScenarioError as error:
            return str(error.lines[0])

    @cached_property
    def status(self) -> tuple[NDArray[np.bool_], str]:
        """Runs that did not fail ``(R,)``, and the message of the first that did."""
        stored = self._read(OUTCOMES, ["status", "message"])
        good = pc.equal(stored["status"], "ok").to_numpy(zero_copy_only=False).astype(bool)
        return good, "" if good.all() else str(stored["message"][int(np.argmin(good))].as_py())

    @cached_property
    def seen(self) -> tuple[Hashes, Mapping[str, tuple[float, float, int, bool]]]:
        """A hash of the outcomes of each run ``(R,)``, 0 for a run that failed; by outcome its lowest and highest value,
        the runs that have one, and whether all of these are yes or no."""
        good, _ = self.status
        hashes = np.zeros(good.size, dtype=np.uint64)
        span: dict[str, tuple[float, float, int, bool]] = {}
        names = outcome_names(readers.columns_of(self.directory, self.manifest, OUTCOMES, [self.name]))
        step = max(AT_ONCE // max(good.size, 1), 1)
        for first in range(0, len(names), step):
            table = self._read(OUTCOMES, names[first : first + step])
            for name in table.column_names:
                values = table[name].to_numpy().astype(np.float64)
                hashes = mixed(hashes, values)
                span[name] = _span(values[good])
        return np.where(good, hashes | np.uint64(1), np.uint64(0)), span

    def states(self) -> Iterator[tuple[str, Variable, Values]]:
        """Bounded variables that are like a probability, over the months of the first runs."""
        if not self.manifest.trajectories:
            return
        stored = readers.columns_of(self.directory, self.manifest, TRAJECTORIES, [self.name])
        names = [name for name in stored if _like_a_probability(name)]
        months = RUN_MONTHS // len(self.manifest.scenarios)
        runs = min(max(months // self.stored.months, 1), self.runs)
        step = max(AT_ONCE // (runs * self.stored.months), 1)
        for first in range(0, len(names), step):
            table = self._read(TRAJECTORIES, names[first : first + step], runs)
            for name in table.column_names:
                yield name, VARIABLES[name.split(".")[0]], table[name].to_numpy()

    def _read(self, kind: str, columns: list[str], runs: int | None = None) -> pa.Table:
        return readers.read_table(
            self.directory, self.manifest, kind, columns=columns, scenarios=[self.name], runs=range(runs or self.runs)
        )


def mixed(hashes: Hashes, values: Values) -> Hashes:
    """Hashes of rows with one more value each; every missing value and both zeros count as the same."""
    plain = np.where(np.isnan(values), np.nan, values + 0.0)
    mixed = (hashes ^ plain.view(np.uint64)) * SPREAD
    return mixed ^ (mixed >> np.uint64(29))


def _span(values: Values) -> tuple[float, float, int, bool]:
    valid = values[~np.isnan(values)]
    if not valid.size:
        return np.nan, np.nan, 0, False
    return float(valid.min()), float(valid.max()), valid.size, bool(((valid == 0) | (valid == 1)).all())


def _like_a_probability(column: str) -> bool:
    """Whether a column is a bounded share, index or probability that can move; a nation has no dependence on itself."""
    name, *labels = column.split(".")
    variable = VARIABLES.get(name)
    if variable is None or variable.whole or not np.isfinite([variable.low, variable.high]).all():
        return False
    itself = len(labels) > 1 and len(set(labels)) < len(labels)
    return variable.unit.split(" ")[0] in LIKE_PROBABILITIES and not itself
