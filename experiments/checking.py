"""Whether a stored batch is what was written, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from experiments import parts
from experiments.manifest import read_manifest
from experiments.parts import OUTCOMES, Damaged, Label, Part
from experiments.store import MISSING, Store


@dataclass(frozen=True)
class Problem:
    """Something wrong with a file of a batch; ``kind`` is missing, damaged or foreign."""

    path: Path
    kind: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def verify(directory: Path | str) -> list[Problem]:
    """Everything that is wrong with the stored parts of a batch, by path; empty if all is well.

    Reads every byte: checksum, label, rows and columns of each part, parts that are not there, files that are no part.
    Nothing is changed or locked. Raises StorageError without a batch, StoredDataDamaged for a damaged manifest.
    """
    store = Store(Path(directory), read_manifest(directory))
    problems = [problem for kind in store.kinds for problem in _of_kind(store, kind)]
    strays = [Problem(path, "foreign", "it is no part of this batch") for path in store.strays()]
    return sorted(problems + strays, key=lambda problem: problem.path)


def said(problems: Iterable[Problem]) -> list[str]:
    """Problems in lines: one for each that is damaged or foreign, and one for missing parts that follow one another.

    What is missing may not have been computed yet or may have been lost; nothing stored tells the two apart.
    """
    lines: list[str] = []
    for _, group in groupby(enumerate(problems), lambda placed: _stretch(*placed)):
        found = [problem for _, problem in group]
        if found[0].kind == "missing" and len(found) > 1:
            lines.append(f"{found[0].path} to {found[-1].path.name}: {len(found):,} parts are missing")
        else:
            lines += [str(problem) for problem in found]
    return lines


def _stretch(place: int, problem: Problem) -> tuple[str, Path, int]:
    """The same for missing parts of a directory whose numbers follow one another."""
    number = int(problem.path.stem.split("-")[1]) if problem.kind == "missing" else 0
    return problem.kind, problem.path.parent, number - place


def _of_kind(store: Store, kind: str) -> Iterator[Problem]:
    columns: dict[str, list[str]] = {}  # by scenario: those of its first part in which not every run failed
    for part in store.parts():
        path = store.path(kind, part)
        flaw = store.flaw(kind, part)
        if flaw:
            yield Problem(path, "missing" if flaw == MISSING else "damaged", flaw)
            continue
        try:
            label, file = parts.open_part(path.read_bytes())
            table = file.read(use_threads=False)  # a thread that is still ending can abort the process at its exit
        except (Damaged, pa.ArrowException, OSError) as error:
            yield Problem(path, "damaged", f"it cannot be read ({' '.join(str(error).split())})")
            continue
        if label["failed"] < part.runs and table.column_names != columns.setdefault(part.scenario, table.column_names):
            yield Problem(path, "damaged", "its columns are not those of the parts before it")
        if not np.array_equal(table["run"].to_numpy(), _runs(store, kind, part, label)):
            yield Problem(path, "damaged", "its rows are not the runs of this part")


def _runs(store: Store, kind: str, part: Part, label: Label) -> NDArray[np.int64]:
    """The run numbers that the rows of a part must have."""
    runs = np.arange(part.first_run, part.first_run + part.runs)
    if kind == OUTCOMES:
        return runs
    return np.repeat(runs, 0 if label["failed"] == part.runs else store.manifest.scenario(part.scenario).months)
