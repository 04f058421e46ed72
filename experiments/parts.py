"""One stored part: the results of up to 1,024 consecutive runs of one scenario as the bytes of a Parquet file.

A part carries a label (which runs of which batch it holds) and a seal: the SHA-256 of all its bytes, taken while the
place of the seal holds zeros. So one rename makes a part and its checksum appear together, and a flipped bit, a
truncation, a swap of files or a part of another batch is noticed. The same results give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.work import Piece

PART_RUNS = 1024  # never to be changed without a new FORMAT: the cut into parts must not depend on the batch
FORMAT = 1
OUTCOMES, TRAJECTORIES = "outcomes", "trajectories"
BASE_COLUMNS = ("run", "status", "message", "seed")

_SEAL = b"peninsula sha256 "
_DIGITS = re.compile(rb"[0-9a-f]{64}")
_ZEROS = b"0" * 64

Label = dict[str, Any]


class Damaged(Exception):  # noqa: N818  # always caught within this package
    """The bytes are not a whole part; the text says what is wrong."""


@dataclass(frozen=True, order=True)
class Part:
    """Runs ``first_run`` to ``first_run + runs - 1`` of a scenario, stored under ``number``."""

    scenario: str
    number: int
    first_run: int
    runs: int


def outcome_names(columns: Iterable[str]) -> list[str]:
    """Which columns of a table of outcomes are outcomes, not keys, drawn parameters and weights, or counts of moves."""
    return [name for name in columns if name not in ("scenario", *BASE_COLUMNS) and "." not in name]


def part_path(directory: Path, kind: str, part: Part) -> Path:
    """Where the file of a part lies; ``kind`` is outcomes or trajectories."""
    return directory / kind / f"scenario={part.scenario}" / f"part-{part.number:05d}.parquet"


def cut(scenario: str, wanted: int, total: int) -> Iterator[Part]:
    """The parts that hold the first ``wanted`` of ``total`` runs of a scenario."""
    for number, first in enumerate(range(0, min(wanted, total), PART_RUNS)):
        yield Part(scenario, number, first, min(PART_RUNS, total - first))


def tables(part: Part, pieces: Sequence[Piece], seed: int, trajectories: bool) -> dict[str, pa.Table]:
    """Tables by kind from pieces, in any order, that together are the runs of a part."""
    pieces = sorted(pieces, key=lambda piece: piece.first_run)
    if [piece.first_run for piece in pieces] != [part.first_run + done for done in _before(pieces, part.runs)]:
        raise ValueError(f"results do not add up to runs {part.first_run} to {part.first_run + part.runs - 1}")
    made = {OUTCOMES: _outcomes(part, pieces, seed)}
    if trajectories:
        made[TRAJECTORIES] = _trajectories(part, pieces)
    return made


def _before(pieces: Sequence[Piece], runs: int) -> list[int]:
    """Runs before each piece; ValueError if all of them are not ``runs``."""
    sums = list(accumulate((piece.runs for piece in pieces), initial=0))
    if sums[-1] != runs:
        raise ValueError(f"{sums[-1]} results for {runs} runs")
    return sums[:-1]


def _outcomes(part: Part, pieces: Sequence[Piece], seed: int) -> pa.Table:
    failed = np.concatenate([np.full(piece.runs, bool(piece.message)) for piece in pieces])
    lost = failed if failed.any() else None
    messages = [message for piece in pieces for message in [piece.message] * piece.runs]
    columns: dict[str, Any] = {
        "run": np.arange(part.first_run, part.first_run + part.runs, dtype=np.int64),
        "status": pa.array(np.where(failed, "failed", "ok"), pa.string()),
        "message": pa.array(messages, pa.string()),
        "seed": np.full(part.runs, seed, dtype=np.int64),
    }
    good = next((piece for piece in pieces if not piece.message), Piece(0, 0))
    for group in ("outcomes", "parameters"):
        for name, sample in getattr(good, group).items():
            missing = np.full(1, np.nan, sample.dtype)
            columns[name] = _joined([missing if piece.message else getattr(piece, group)[name] for piece in pieces])
    for name, sample in good.moves.items():
        none = np.zeros(1, sample.dtype)
        counts = _joined([none if piece.message else piece.moves[name] for piece in pieces])
        columns[name] = pa.array(counts, mask=lost)
    return pa.table(columns)


def _joined(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _trajectories(part: Part, pieces: Sequence[Piece]) -> pa.Table:
    """One row per run and month; no rows if every run failed, missing values for a run that failed among others."""
    good = next((piece for piece in pieces if not piece.message), Piece(0, 0))
    months = len(good.months)
    runs = np.arange(part.first_run, part.first_run + part.runs, dtype=np.int64)
    places = np.tile(np.arange(months, dtype=np.int16), part.runs)
    columns: dict[str, Any] = {
        "run": np.repeat(runs, months),
        "month": pa.DictionaryArray.from_arrays(pa.array(places), pa.array(good.months, pa.string())),
    }
    for name, sample in good.trajectories.items():
        missing = np.full((months, 1), np.nan, sample.dtype)
        arrays = [missing if piece.message else piece.trajectories[name] for piece in pieces]
        columns[name] = np.concatenate(arrays, axis=1).T.ravel()
    return pa.table(columns)


def encode(table: pa.Table, label: Label) -> bytes:
    """The file of a part, labelled and sealed."""
    floats = dict.fromkeys((field.name for field in table.schema if pa.types.is_floating(field.type)), "BYTE_STREAM_SPLIT")
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink,
        table.schema,
        compression="lz4",
        use_dictionary=[name for name in table.column_names if name not in floats],
        column_encoding=floats,
        write_page_checksum=True,
        write_statistics=["run"],
    ) as writer:
        writer.write_table(table, row_group_size=max(table.num_rows, 1))
        seal = (_SEAL + _ZEROS).decode()
        writer.add_key_value_metadata({"peninsula": json.dumps(label, sort_keys=True), "peninsula.seal": seal})
    data = bytearray(sink.getvalue())
    start = _place(data)
    data[start : start + 64] = _digest(data, start)
    return bytes(data)


def _place(data: bytes | bytearray) -> int:
    """Where the 64 hexadecimal digits of the seal begin."""
    found = data.rfind(_SEAL)
    if found < 0:
        raise Damaged("it is not a whole part")
    return found + len(_SEAL)


def seal(data: bytes) -> bytes:
    """The seal that the file of a part, or its end, carries, which is not checked here; Damaged without one."""
    start = _place(data)
    found = data[start : start + 64]
    if not _DIGITS.fullmatch(found):
        raise Damaged("it is not a whole part")
    return found


def _digest(data: bytes | bytearray, start: int) -> bytes:
    view, digest = memoryview(data), hashlib.sha256()
    for piece in (view[:start], _ZEROS, view[start + 64 :]):
        digest.update(piece)
    return digest.hexdigest().encode()


def check_seal(data: bytes) -> None:
    """Damaged if a single bit is not as written; to be asked before anything parses the description at the end."""
    start = _place(data)
    if data[start : start + 64] != _digest(data, start):
        raise Damaged("its checksum is wrong")


def open_part(data: bytes) -> tuple[Label, pq.ParquetFile]:
    """The label and the file of a part; Damaged if a single bit is not as written."""
    check_seal(data)
    try:
        file = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        label = json.loads(file.metadata.metadata[b"peninsula"])
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise Damaged(f"it cannot be read ({type(error).__name__})") from error
    return label, file


def same(label: Mapping[str, Any], expected: Mapping[str, Any], *but: str) -> bool:
    """Whether a label says what is expected, leaving out some keys."""
    return all(label.get(key) == value for key, value in expected.items() if key not in but)
