"""Reading a stored batch: whole tables, or only the columns that are needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from experiments import sheets
from experiments.errors import StorageError, StoredDataDamaged, unknown
from experiments.manifest import Manifest, read_manifest
from experiments.parts import BASE_COLUMNS, OUTCOMES, TRAJECTORIES, Damaged, Part, cut, open_part
from experiments.store import MISSING, UNKNOWN, Store
from sim.state import VARIABLES

KEYS = {OUTCOMES: ("scenario", "run"), TRAJECTORIES: ("scenario", "run", "month")}


def read_outcomes(
    directory: Path | str,
    columns: Sequence[str] | None = None,
    scenarios: Sequence[str] | None = None,
    runs: Collection[int] | None = None,
) -> pd.DataFrame:
    """One row per scenario and run: run, status, message, seed, outcomes, ``parameters.*``, ``moves.*``.

    ``columns``, ``scenarios`` and ``runs`` (run numbers) restrict what is read; scenario and run are always there. Rows
    are in the order of the scenarios asked for (or stored) and of runs. ``attrs`` has seed, out, and units by column.
    Raises StorageError without a batch, StoredDataDamaged, UsageError for an unknown column or scenario.
    """
    return _read(Path(directory), OUTCOMES, columns, scenarios, runs)


def read_trajectories(
    directory: Path | str,
    columns: Sequence[str] | None = None,
    scenarios: Sequence[str] | None = None,
    runs: Collection[int] | None = None,
) -> pd.DataFrame:
    """One row per scenario, run and month with the recorded variables as float32; see ``read_outcomes``.

    Raises StorageError also if the batch was stored without trajectories.
    """
    return _read(Path(directory), TRAJECTORIES, columns, scenarios, runs)


def _read(
    directory: Path,
    kind: str,
    columns: Sequence[str] | None,
    scenarios: Sequence[str] | None,
    runs: Collection[int] | None,
) -> pd.DataFrame:
    manifest = read_manifest(directory)
    order = chosen(manifest, scenarios)
    keys = KEYS[kind]
    wanted = None if columns is None else [*keys, *(name for name in columns if name not in keys)]
    table = read_table(directory, manifest, kind, columns=wanted, scenarios=order, runs=runs)
    return to_frame(table, manifest, order, directory)


def chosen(manifest: Manifest, scenarios: Sequence[str] | None) -> list[str]:
    """Names of scenarios, all without a choice; UsageError for one that is not stored."""
    known = [scenario.name for scenario in manifest.scenarios]
    for name in scenarios or ():
        if name not in known:
            raise unknown("scenario", name, known)
    return list(scenarios or known)


def read_table(
    directory: Path,
    manifest: Manifest,
    kind: str,
    *,
    columns: Sequence[str] | None,
    scenarios: Sequence[str],
    runs: Collection[int] | None = None,
) -> pa.Table:
    """What ``read_outcomes`` and ``read_trajectories`` read, as an Arrow table; ``columns`` is all that is read."""
    store = Store(directory, manifest)
    stored = _parts(store, kind, scenarios, runs)
    held = [part for part in stored if _holds(part, runs)]
    with reading(directory):
        schema = _schema([store.path(kind, part) for part in stored], kind)
        for name in columns or ():
            if name not in schema.names:
                raise unknown("column", name, schema.names)
        wanted = list(schema.names if columns is None else columns)
        tables = [schema.empty_table().select(wanted)]
        for _, together in groupby(held, lambda part: (part.scenario, sheets.group(part))):
            group = list(together)
            table = _from_sheet(directory, group, schema, wanted, runs) if kind == OUTCOMES else None
            if table is None:
                table = _dataset(store, kind, group, schema).to_table(columns=wanted, filter=_among(runs))
            tables.append(table)
        return pa.concat_tables(tables)


def _from_sheet(
    directory: Path, held: Sequence[Part], schema: pa.Schema, wanted: Sequence[str], runs: Collection[int] | None
) -> pa.Table | None:
    """Columns of a whole group of parts from their sheet, or None."""
    if len(held) < sheets.SHEET_PARTS:
        return None
    table = sheets.read(directory, held, [*{"run", *wanted} - {"scenario"}])
    if table is None:
        return None
    table = table.append_column("scenario", pa.repeat(pa.scalar(held[0].scenario, pa.string()), table.num_rows))
    among = _among(runs)
    asked = (table if among is None else table.filter(among)).select(list(wanted))
    return asked.cast(pa.schema([schema.field(name) for name in wanted]))


def open_dataset(
    directory: Path, manifest: Manifest, kind: str, scenarios: Sequence[str], runs: Collection[int] | None = None
) -> ds.Dataset:
    """The stored parts of some scenarios as an Arrow dataset, to be scanned or queried; nothing is read yet."""
    store = Store(directory, manifest)
    held = [part for part in _parts(store, kind, scenarios, runs) if _holds(part, runs)]
    with reading(directory):
        return _dataset(store, kind, held, _schema([store.path(kind, part) for part in held], kind))


def columns_of(directory: Path, manifest: Manifest, kind: str, scenarios: Sequence[str]) -> list[str]:
    """Names of the stored columns."""
    store = Store(directory, manifest)
    paths = [store.path(kind, part) for part in _parts(store, kind, scenarios, None)]
    with reading(directory):
        return list(_schema(paths, kind).names)


def _parts(store: Store, kind: str, scenarios: Sequence[str], runs: Collection[int] | None) -> list[Part]:
    """The stored parts, in the order of scenarios and runs; StoredDataDamaged where one that holds ``runs`` is gone."""
    directory, total = store.directory, store.manifest.runs
    if kind == TRAJECTORIES and not store.manifest.trajectories:
        raise StorageError(
            f"{directory} was stored without its months; run it again in another directory with --trajectories"
        )
    recorded = store.record.runs  # before the parts: what is just being stored must not look lost
    every = [part for name in scenarios for part in cut(name, total, total)]
    stored = [part for part in every if store.path(kind, part).exists()]
    there = set(stored)
    asked = (part for part in every if part not in there and _holds(part, runs))
    lost = [part for part in asked if (part.scenario, part.number) in recorded]
    if lost:
        first = store.path(kind, lost[0])
        raise StoredDataDamaged(f"{first} was stored and is gone; verify names all that is, its batch command mends it")
    if not stored:
        raise StorageError(f"{directory} holds no run of {', '.join(scenarios)} yet; the same batch command goes on")
    return stored


def _dataset(store: Store, kind: str, held: Sequence[Part], schema: pa.Schema) -> ds.Dataset:
    """Some parts as one dataset, which checks every page it reads; Damaged where a part is not as written, is another,
    or holds fewer runs than were stored."""
    for part in held:
        flaw = store.flaw(kind, part)
        if flaw not in ("", MISSING, UNKNOWN):
            raise Damaged(f"{store.path(kind, part).relative_to(store.directory)}: {flaw}")
    scan = ds.ParquetFragmentScanOptions(page_checksum_verification=True)
    return ds.dataset(
        [str(store.path(kind, part)) for part in held],
        schema=schema,
        format=ds.ParquetFileFormat(default_fragment_scan_options=scan),
        partitioning=ds.partitioning(pa.schema([("scenario", pa.string())]), flavor="hive"),
        partition_base_dir=str(store.directory / kind),
    )


def _schema(paths: Sequence[Path], kind: str) -> pa.Schema:
    """All columns: those of each scenario are in its first part in which not every run failed."""
    least = len(BASE_COLUMNS) if kind == OUTCOMES else len(KEYS[TRAJECTORIES]) - 1
    found: dict[Path, pa.Schema] = {}
    for path in paths:
        if path.parent not in found or len(found[path.parent]) <= least:
            _, file = open_part(path.read_bytes())
            found[path.parent] = file.schema_arrow.remove_metadata()
    keys = pa.schema([("scenario", pa.string()), ("run", pa.int64())])
    return pa.unify_schemas([keys, *found.values()])


def _holds(part: Part, runs: Collection[int] | None) -> bool:
    if runs is None:
        return True
    numbers = range(part.first_run, part.first_run + part.runs)
    if isinstance(runs, range) and runs.step == 1:
        return max(runs.start, numbers.start) < min(runs.stop, numbers.stop)
    return any(run in numbers for run in runs)


def _among(runs: Collection[int] | None) -> ds.Expression | None:
    if runs is None:
        return None
    if isinstance(runs, range) and runs.step == 1:
        return (ds.field("run") >= runs.start) & (ds.field("run") < runs.stop)
    return ds.field("run").isin([int(run) for run in runs])


@contextmanager
def reading(directory: Path) -> Iterator[None]:
    """Say of data that cannot be read whether the disk or the data are to blame."""
    try:
        yield
    except (pa.ArrowException, Damaged, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise StorageError(f"cannot read {directory}: {error.strerror or error}") from error
        text = " ".join(str(error).split())[:200]
        raise StoredDataDamaged(f"results in {directory} are damaged ({text}); verify names them") from error


def to_frame(table: pa.Table, manifest: Manifest, order: Sequence[str], directory: Path | None) -> pd.DataFrame:
    """A data frame with the scenario as a category in the given order, and attributes; the table is used up by it."""
    frame: pd.DataFrame = table.to_pandas(categories=["scenario"], self_destruct=True)
    frame["scenario"] = frame["scenario"].cat.set_categories(list(order))
    units = _units(manifest)
    frame.attrs = {
        "seed": manifest.seed,
        "out": None if directory is None else str(directory),
        "units": {name: units[base] for name in frame.columns if (base := name.split(".")[0]) in units},
    }
    return frame


def _units(manifest: Manifest) -> dict[str, str]:
    return {**{name: variable.unit for name, variable in VARIABLES.items()}, **manifest.units, "run": "number"}


def count_failed(directory: Path, scenarios: Sequence[str], runs: range) -> int:
    """The number of failed runs, reading nothing but their status."""
    manifest = read_manifest(directory)
    table = read_table(directory, manifest, OUTCOMES, columns=["status"], scenarios=scenarios, runs=runs)
    return int(pc.sum(pc.equal(table["status"], "failed")).as_py() or 0)
