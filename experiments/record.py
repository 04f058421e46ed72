"""The record of the parts that were stored, which tells a part that is lost from one that is not computed yet.

``stored.jsonl`` has a line for each part, appended and flushed when the part lies on the disk and before it is reported
as done: ``[scenario, number, runs, seal]``. The seal is a hash of the line and of what decides the numbers, so that a
damaged line, or one of another batch, does not count. A line that a failing disk cut short is cut off, or mended by the
next batch command. Batches of earlier versions have no record until that command.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from experiments.errors import StorageError
from experiments.manifest import Manifest
from experiments.parts import Part
from experiments.writing import append, write_whole

NAME = "stored.jsonl"
_DIGITS = 16  # hexadecimal, of a seal

Runs = dict[tuple[str, int], int]  # stored runs by scenario and number of a part


@dataclass
class Record:
    """What the record of a batch says; ``kept`` is false where there is none, ``bad`` has numbers of lines."""

    path: Path
    runs: Runs = field(default_factory=dict)
    kept: bool = False
    bad: list[int] = field(default_factory=list)
    lines: int = 0

    @property
    def certain(self) -> bool:
        """Whether a part that is not in the record was never reported as stored."""
        return self.kept and not self.bad

    @property
    def damaged(self) -> bool:
        """Whether a line is wrong that no failing disk explains: any but the last."""
        return any(number < self.lines for number in self.bad)


def read(directory: Path, manifest: Manifest) -> Record:
    """The record of a batch; StorageError if the disk refuses."""
    record = Record(directory / NAME)
    try:
        text = record.path.read_bytes()
    except FileNotFoundError:
        return record
    except OSError as error:
        raise StorageError(f"cannot read {record.path}: {error.strerror or error}") from error
    record.kept = True
    salts = _salts(manifest)
    lines = text.splitlines(keepends=True)
    record.lines = len(lines)
    for number, line in enumerate(lines, 1):
        try:
            scenario, place, runs, _ = json.loads(line)
            if line != _line(salts[scenario], scenario, place, runs):
                raise ValueError(line)
        except (ValueError, KeyError, TypeError, RecursionError):
            record.bad.append(number)
        else:
            record.runs[scenario, place] = max(runs, record.runs.get((scenario, place), 0))
    return record


def rewrite(record: Record, manifest: Manifest, runs: Runs) -> None:
    """Put a record that holds these runs, and nothing else, in the place of what is there."""
    salts = _salts(manifest)
    lines = [_line(salts[scenario], scenario, number, count) for (scenario, number), count in sorted(runs.items())]
    write_whole(record.path, b"".join(lines))
    record.runs, record.kept, record.bad, record.lines = dict(runs), True, [], len(lines)


def add(record: Record, manifest: Manifest, part: Part) -> None:
    """Record a part that lies on the disk, unless it is recorded already."""
    place = (part.scenario, part.number)
    if not record.kept:
        rewrite(record, manifest, {**record.runs, place: part.runs})
    elif record.runs.get(place) != part.runs:
        append(record.path, _line(_salts(manifest)[part.scenario], *place, part.runs))
        record.runs[place] = part.runs


def _salts(manifest: Manifest) -> dict[str, str]:
    """What decides the numbers of each scenario."""
    return {each.name: f"{manifest.model} {manifest.seed} {each.digest}" for each in manifest.scenarios}


def _line(salt: str, scenario: str, number: int, runs: int) -> bytes:
    said = [scenario, number, runs]
    seal = hashlib.sha256(f"{salt} {json.dumps(said)}".encode()).hexdigest()[:_DIGITS]
    return json.dumps([*said, seal]).encode() + b"\n"
