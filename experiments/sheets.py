"""Sheets: the outcomes of 64 consecutive parts in one file, so that a column of a large batch is read in a moment.

A part describes some 740 columns, and to read that description takes far longer than to read one of them. A sheet repeats
run, status, message, seed, outcomes and counts of moves alone. It is derived and may be thrown away: it names the parts
that it repeats by their seals, and is believed only while these very parts lie there and what is read of it is as written.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from experiments import parts
from experiments.parts import BASE_COLUMNS, OUTCOMES, Damaged, Label, Part

KIND = "sheets"
SHEET_PARTS = 64
MOVES = "moves."
Repeat = tuple[pa.Table, bytes]  # what a sheet repeats of a part, and the seal of the part's file
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
        self._repeats: dict[Part, Repeat] = {}

    def put(self, part: Part, table: pa.Table, data: bytes) -> None:
        """Hold the outcomes of a part and the seal of its file; where too many wait for others, all are let go."""
        if len(self._repeats) == 2 * SHEET_PARTS:
            self._repeats.clear()
        self._repeats[part] = table.select(_repeated(table.column_names)), parts.seal(data)

    def take(self, held: Sequence[Part]) -> list[Repeat]:
        """What is held of these parts, let go; nothing if one of them is not here."""
        return [self._repeats.pop(part) for part in held] if self._repeats.keys() >= set(held) else []


def make(directory: Path, held: Sequence[Part], repeats: Sequence[Repeat] = ()) -> bytes:
    """The file of a sheet of these parts, read where it is not given what to repeat.

    Raises OSError, pa.ArrowException or Damaged if a part cannot be read.
    """
    tables, seals = zip(*(repeats or [_read(parts.part_path(directory, OUTCOMES, part)) for part in held]), strict=True)
    return parts.encode(pa.concat_tables(tables, promote_options="default"), _label(held, seals))


def _read(path: Path) -> Repeat:
    data = path.read_bytes()
    _, file = parts.open_part(data)
    columns = _repeated(file.schema_arrow.names)
    table = file.read(columns=columns, use_threads=False)  # it is small: threads cost more
    return table.replace_schema_metadata(None), parts.seal(data)


def _repeated(names: Sequence[str]) -> list[str]:
    return [*BASE_COLUMNS, *parts.outcome_names(names), *(name for name in names if name.startswith(MOVES))]


def stands(directory: Path, held: Sequence[Part]) -> bool:
    """Whether there is a sheet of these very parts, whole to the last bit."""
    try:
        label, _ = parts.open_part(path_of(directory, held[0]).read_bytes())
        return parts.same(label, _label_of_files(directory, held))
    except (OSError, Damaged):
        return False


def read(directory: Path, held: Sequence[Part], columns: Sequence[str]) -> pa.Table | None:
    """Columns of these parts from their sheet, every page of them checked; None without a sheet, and if it is damaged
    there, of other parts, or lacks a column."""
    try:
        label, file = parts.open_part(path_of(directory, held[0]).read_bytes())
        if not set(columns) <= set(file.schema_arrow.names) or not parts.same(label, _label_of_files(directory, held)):
            return None
        return file.read(columns=list(columns))
    except (OSError, pa.ArrowException, Damaged):
        return None


def _label(held: Sequence[Part], seals: Iterable[bytes]) -> Label:
    """What a sheet of these parts must say of itself."""
    every = sha256(b"".join(seals)).hexdigest()
    return {"format": parts.FORMAT, "kind": KIND, "scenario": held[0].scenario, "parts": every}


def _label_of_files(directory: Path, held: Sequence[Part]) -> Label:
    return _label(held, (_seal(parts.part_path(directory, OUTCOMES, part)) for part in held))


def _seal(path: Path) -> bytes:
    """The seal of a part's file; Damaged without one."""
    with path.open("rb") as file:
        for start in (max(os.fstat(file.fileno()).st_size - TAIL, 0), 0):
            file.seek(start)
            with suppress(Damaged):
                return parts.seal(file.read())
    raise Damaged("it is not a whole part")
