"""Sheets: the outcomes of 64 consecutive parts in one file, so that a column of a large batch is read in a moment.

A part describes some 740 columns, and to read that description takes far longer than to read one of them. A sheet repeats
run, status, message, seed, outcomes and counts of moves alone. It is derived and may be thrown away: it names the parts
that it repeats by their seals, and is believed only while these very parts lie there and what is read of it is as written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from experiments import parts
from experiments.parts import BASE_COLUMNS, OUTCOMES, Damaged, Label, Part

KIND = "sheets"
SHEET_PARTS = 64
MOVES = "moves."
SEAL = re.compile(rb"peninsula sha256 ([0-9a-f]{64})")
TAIL = 1 << 17  # bytes at the end of a part in which its seal is looked for first


def group(part: Part) -> int:
    """The number of the sheet that a part belongs to."""
    return part.number // SHEET_PARTS


def path_of(directory: Path, part: Part) -> Path:
    """Where the sheet of a part lies."""
    return directory / KIND / f"scenario={part.scenario}" / f"sheet-{group(part):05d}.parquet"


class Fresh:
    """What a sheet repeats of parts that were just written, so that they need not be read for it; of two groups at most."""

    def __init__(self) -> None:
        self._tables: dict[Part, pa.Table] = {}

    def put(self, part: Part, table: pa.Table) -> None:
        """Hold the outcomes of a part; where too many groups wait for parts that do not come, all are let go."""
        if len(self._tables) == 2 * SHEET_PARTS:
            self._tables.clear()
        self._tables[part] = table.select(_repeated(table.column_names))

    def take(self, held: Sequence[Part]) -> list[pa.Table]:
        """The tables of these parts, let go; none if one of them is not here."""
        return [self._tables.pop(part) for part in held] if self._tables.keys() >= set(held) else []


def make(directory: Path, held: Sequence[Part], tables: Sequence[pa.Table] = ()) -> bytes:
    """The file of a sheet of these parts, read where their tables are not given.

    Raises OSError, pa.ArrowException or Damaged if a part cannot be read.
    """
    tables = tables or [_read(parts.part_path(directory, OUTCOMES, part)) for part in held]
    return parts.encode(pa.concat_tables(tables, promote_options="default"), _label(directory, held))


def _read(path: Path) -> pa.Table:
    _, file = parts.open_part(path.read_bytes())
    columns = _repeated(file.schema_arrow.names)
    return file.read(columns=columns, use_threads=False).replace_schema_metadata(None)  # small: threads cost more


def _repeated(names: Sequence[str]) -> list[str]:
    return [*BASE_COLUMNS, *parts.outcome_names(names), *(name for name in names if name.startswith(MOVES))]


def stands(directory: Path, held: Sequence[Part]) -> bool:
    """Whether there is a sheet of these very parts, whole to the last bit."""
    try:
        label, _ = parts.open_part(path_of(directory, held[0]).read_bytes())
        return parts.same(label, _label(directory, held))
    except (OSError, Damaged):
        return False


def read(directory: Path, held: Sequence[Part], columns: Sequence[str]) -> pa.Table | None:
    """Columns of these parts from their sheet, every page of them checked; None without a sheet, and if it is damaged
    there, of other parts, or lacks a column."""
    try:
        label, file = parts.open_part(path_of(directory, held[0]).read_bytes())
        if not set(columns) <= set(file.schema_arrow.names) or not parts.same(label, _label(directory, held)):
            return None
        return file.read(columns=list(columns))
    except (OSError, pa.ArrowException, Damaged):
        return None


def _label(directory: Path, held: Sequence[Part]) -> Label:
    """What a sheet of these parts must say of itself."""
    seals = sha256()
    for part in held:
        seals.update(_seal(parts.part_path(directory, OUTCOMES, part)))
    return {"format": parts.FORMAT, "kind": KIND, "scenario": held[0].scenario, "parts": seals.hexdigest()}


def _seal(path: Path) -> bytes:
    """The seal that a part carries, which is not checked here; Damaged without one."""
    with path.open("rb") as file:
        for start in (max(os.fstat(file.fileno()).st_size - TAIL, 0), 0):
            file.seek(start)
            if found := SEAL.findall(file.read()):
                return bytes(found[-1])
    raise Damaged("it is not a whole part")
