"""A stored run read and run again: every number that is stored of it is compared, bit for bit, in the stored precision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from experiments import manifest as manifests
from experiments import readers, work
from experiments.errors import BatchDiffers, PeninsulaError, StorageError, StoredDataDamaged, UsageError, near, quoted, some
from experiments.manifest import Manifest
from experiments.parts import BASE_COLUMNS, OUTCOMES, TRAJECTORIES, outcome_names
from experiments.store import MISSING, UNKNOWN, Store
from experiments.work import Task, Work
from sim.scenario import Scenario, ScenarioError

Values = NDArray[np.float64]
Row = Mapping[str, pa.ChunkedArray]  # one stored run, by column
SHOWN = 3  # differences named in an error


class RunFailed(PeninsulaError):  # noqa: N818
    """The run failed when the batch was made."""

    exit_code = 5


@dataclass(frozen=True)
class Shelf:
    """The stored runs of one scenario of a batch; columns are read one at a time."""

    directory: Path
    manifest: Manifest
    scenario: str

    def table(self, kind: str, columns: list[str] | None, run: int | None = None) -> pa.Table:
        """Stored columns, of one run or of all."""
        runs = None if run is None else [run]
        return readers.read_table(self.directory, self.manifest, kind, columns=columns, scenarios=[self.scenario], runs=runs)

    def names(self) -> list[str]:
        """The outcomes that are stored."""
        return outcome_names(self._outcomes.column_names)

    def good(self) -> NDArray[np.int64]:
        """Numbers of the runs that did not fail."""
        runs: NDArray[np.int64] = self._outcomes["run"].to_numpy()
        return runs[self._finished]

    def outcome(self, name: str) -> Values:
        """An outcome in the runs that did not fail."""
        values: Values = self._outcomes[name].to_numpy().astype(np.float64)
        return values[self._finished]

    @cached_property
    def _outcomes(self) -> pa.Table:
        """All outcomes of all runs, read once, as each part has hundreds of columns to describe when it is opened."""
        stored = readers.columns_of(self.directory, self.manifest, OUTCOMES, [self.scenario])
        return self.table(OUTCOMES, ["run", "status", *outcome_names(stored)])

    @cached_property
    def _finished(self) -> NDArray[np.bool_]:
        return pc.equal(self._outcomes["status"], "ok").to_numpy()


def open_shelf(directory: Path, scenario: str | None) -> Shelf:
    """The stored runs of a scenario, which may be left out if the batch has only one."""
    manifest = manifests.read_manifest(directory)
    names = [stored.name for stored in manifest.scenarios]
    if scenario is None and len(names) > 1:
        raise UsageError(f"{directory} holds several scenarios; choose with --scenario from {some(names)}")
    if scenario is not None and scenario not in names:
        nearest = f"; did you mean {' or '.join(map(repr, close))}?" if (close := near(scenario, names)) else ""
        raise UsageError(f"there is no scenario {quoted(scenario)} in {directory}; it holds {some(names)}{nearest}")
    return Shelf(directory, manifest, scenario or names[0])


def stored_row(shelf: Shelf, run: int) -> Row:
    """The stored row of a run that did not fail, by column."""
    last = shelf.manifest.runs - 1
    if not 0 <= run <= last:
        raise UsageError(f"there is no run {run} of {shelf.scenario} in {shelf.directory}; runs go from 0 to {last}")
    store = Store(shelf.directory, shelf.manifest)
    part = next(part for part in store.parts() if part.scenario == shelf.scenario and run < part.first_run + part.runs)
    for kind in store.kinds:
        flaw = store.flaw(kind, part)
        if flaw in (MISSING, UNKNOWN):
            raise StorageError(f"run {run} of {shelf.scenario} is not stored yet; the same batch command goes on")
        if flaw:
            raise StoredDataDamaged(f"{store.path(kind, part)}: {flaw}; the batch command computes it again")
    table = shelf.table(OUTCOMES, None, run)
    row = {name: table[name] for name in table.column_names}
    if row["status"][0].as_py() != "ok":
        raise RunFailed(f"run {run} of {shelf.scenario} failed and has no story: {row['message'][0].as_py()}")
    return row


def restored(shelf: Shelf) -> Scenario:
    """The scenario of a shelf; BatchDiffers if it does not fit this version of the model."""
    return kept_scenario(shelf.directory, shelf.manifest, shelf.scenario)


def kept_scenario(directory: Path | str, manifest: Manifest, name: str) -> Scenario:
    """A scenario as the manifest keeps it; BatchDiffers if it does not fit this version of the model."""
    try:
        scenario: Scenario = resolve_name(work.RESTORE)(manifest.scenario(name).document)
    except ScenarioError as error:
        said = f"{directory} was made by another version, which {name} does not fit: {error.lines[0]}"
        raise BatchDiffers(said) from error
    return scenario


def replayed(shelf: Shelf, run: int, row: Row) -> dict[str, int]:
    """Run the run again, alone, in the stored precision, and compare all that is stored of it; returns how many columns of
    each kind agree, all of them. Raises StoredDataDamaged naming what differs."""
    kept = shelf.manifest.trajectories
    document = shelf.manifest.scenario(shelf.scenario).document
    again = Work((document,), shelf.manifest.seed, kept, work.SIMULATE, work.RESTORE)(Task(0, run, 1))[0]
    if again.message:
        raise StoredDataDamaged(f"run {run} of {shelf.scenario} is stored as done and fails when replayed: {again.message}")
    groups = {"outcome": again.outcomes, "parameter": again.parameters, "moves": again.moves}
    named = {name: (kind, values) for kind, group in groups.items() for name, values in group.items()}
    stored = {name: column for name, column in row.items() if name not in ("scenario", *BASE_COLUMNS)}
    differing = list(_differing(named, stored))
    compared = {kind: len(group) for kind, group in groups.items()}
    if kept:
        table = shelf.table(TRAJECTORIES, None, run)
        months = {name: table[name] for name in table.column_names if name not in ("scenario", "run", "month")}
        paths = {name: ("trajectory", values[:, 0]) for name, values in again.trajectories.items()}
        if table["month"].to_pylist() != list(again.months):
            differing.append("the months")
        differing += _differing(paths, months)
        compared["trajectory"] = len(paths)
    if differing:
        raise differs(shelf, run, differing)
    return compared


def _differing(again: Mapping[str, tuple[str, Any]], stored: Row) -> Iterator[str]:
    """What is not the same bit for bit; two missing values are the same."""
    for name, (kind, values) in again.items():
        if name not in stored:
            yield f"{kind} {name} is not stored"
            continue
        held = stored[name].to_numpy()
        if held.dtype != values.dtype or held.shape != values.shape:
            yield f"{kind} {name} is stored as {held.dtype} in the shape {held.shape}"
            continue
        same = np.frombuffer(held.tobytes(), np.uint8).reshape(len(held), -1)
        same = (same == np.frombuffer(values.tobytes(), np.uint8).reshape(len(held), -1)).all(axis=1)
        same |= (held != held) & (values != values)  # missing values
        if not same.all():
            place = int(np.flatnonzero(~same)[0])
            where = f" in month {place + 1}" if kind == "trajectory" else ""
            yield f"{kind} {name}{where} is stored as {held[place]!s} and comes out as {values[place]!s}"
    yield from (f"{name} is stored and not known to this version" for name in stored if name not in again)


def differs(shelf: Shelf, run: int, differing: list[str]) -> StoredDataDamaged:
    """The error that names the first of what differs, and what may have caused it."""
    more = f"; and {len(differing) - SHOWN} more" if len(differing) > SHOWN else ""
    cause = ""
    here, kept = {"model": manifests.model_digest(), **manifests.versions()}, shelf.manifest
    if kept.model != here["model"]:
        cause = f"; the source of the model has changed ({kept.model[:12]} is stored, {here['model'][:12]} is here)"
    elif changed := _changed_plugins(shelf):
        cause = f"; a plug-in has changed: {changed}"
    elif kept.versions.get("numpy") != here["numpy"]:
        cause = f"; it was stored with numpy {kept.versions.get('numpy')}, and this is {here['numpy']}"
    said = "; ".join(differing[:SHOWN]) + more
    return StoredDataDamaged(f"run {run} of {shelf.scenario} in {shelf.directory} differs when replayed: {said}{cause}")


def _changed_plugins(shelf: Shelf) -> str:
    """Plug-ins that are no longer those with which the batch was made."""
    stored = shelf.manifest.scenario(shelf.scenario)
    return manifests.plugin_changes(stored.plugins, manifests.plugins_of(stored.document))
