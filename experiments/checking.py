"""Whether a stored batch is what was written, part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from experiments import sheets
from experiments.manifest import read_manifest
from experiments.parts import OUTCOMES, Label, Part
from experiments.store import LOST, MISSING, UNKNOWN, Store

ABSENT = {MISSING: "pending", LOST: "lost", UNKNOWN: "missing"}
UNUSED = "it does not repeat the parts that lie there; they are read instead of it"
SEVERAL = {"pending": "are not computed yet", "lost": "were stored and are gone", "missing": "are missing"}


@dataclass(frozen=True)
class Problem:
    """Something that keeps a batch from being whole.

    ``kind`` is pending (a part that was never stored: an unfinished batch is not a damaged one), lost (it was), missing
    (nothing stored says which), damaged or foreign.
    """

    path: Path
    kind: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def verify(directory: Path | str) -> list[Problem]:
    """Everything that is wrong with the stored parts of a batch, by path; empty if all is well.

    Reads every byte: checksum, label, rows and columns of each part, parts that are not there, files that are no part, and
    sheets, which readers leave aside unless they repeat these very parts.
    Nothing is changed or locked. Raises StorageError without a batch, StoredDataDamaged for a damaged manifest.
    """
    store = Store(Path(directory), read_manifest(directory))
    recorded = store.record  # before the parts, in case the batch is running
    problems = [problem for kind in store.kinds for problem in _of_kind(store, kind)]
    problems += list(_of_sheets(store, {problem.path for problem in problems}))
    problems += [Problem(path, "foreign", "it is no part of this batch") for path in store.strays()]
    if recorded.damaged:
        lines = f"line {recorded.bad[0]} of the record of what was stored is not as written"
        problems.append(Problem(recorded.path, "damaged", lines))
    return sorted(problems, key=lambda problem: problem.path)


def said(problems: Iterable[Problem]) -> list[str]:
    """Problems in lines: one for each that is damaged or foreign, and one for parts not there that follow one another."""
    lines: list[str] = []
    for _, group in groupby(enumerate(problems), lambda placed: _stretch(*placed)):
        found = [problem for _, problem in group]
        if len(found) > 1:
            first, last = found[0], found[-1]
            lines.append(f"{first.path} to {last.path.name}: {len(found):,} parts {SEVERAL[first.kind]}")
        else:
            lines += [str(problem) for problem in found]
    return lines


def verdict(problems: Sequence[Problem], directory: Path | str) -> tuple[list[str], bool]:
    """What to do about problems, in lines, and whether anything is wrong: parts not computed yet are not."""
    counts = Counter(problem.kind for problem in problems)
    pending, missing = counts.pop("pending", 0), counts.pop("missing", 0)
    wrong = counts.total()
    lines = []
    if pending:
        lines.append(f"{_parts(pending)} not computed yet; the same batch command goes on")
    if missing:
        lines.append(f"{_parts(missing)} not computed yet, or lost; the same batch command goes on")
    if wrong:
        again = f"the batch command that made {directory} recomputes what is lost or damaged"
        lines.append(f"{wrong:,} problem{'s' * (wrong > 1)}; {again}")
    return lines, bool(missing or wrong)


def _parts(count: int) -> str:
    return f"{count:,} part{'s' * (count > 1)}"


def _stretch(place: int, problem: Problem) -> tuple[str, Path, int]:
    """The same for parts of a directory that are not there and whose numbers follow one another."""
    number = int(problem.path.stem.split("-")[1]) - place if problem.kind in SEVERAL else -place - 1
    return problem.kind, problem.path.parent, number


def _of_kind(store: Store, kind: str) -> Iterator[Problem]:
    columns: dict[str, list[str]] = {}  # by scenario: those of its first part in which not every run failed
    for part in store.parts():
        path = store.path(kind, part)
        found = store.opened(kind, part)
        if isinstance(found, str):
            yield Problem(path, ABSENT.get(found, "damaged"), found)
            continue
        label, file = found
        try:
            table = file.read(use_threads=False)  # a thread that is still ending can abort the process at its exit
        except (pa.ArrowException, OSError) as error:
            yield Problem(path, "damaged", f"it cannot be read ({' '.join(str(error).split())})")
            continue
        if label["failed"] < part.runs and table.column_names != columns.setdefault(part.scenario, table.column_names):
            yield Problem(path, "damaged", "its columns are not those of the parts before it")
        if not np.array_equal(table["run"].to_numpy(), _runs(store, kind, part, label)):
            yield Problem(path, "damaged", "its rows are not the runs of this part")


def _of_sheets(store: Store, known: Set[Path]) -> Iterator[Problem]:
    """Sheets of parts that are all right."""
    for held in store.groups.values():
        path = sheets.path_of(store.directory, held[0])
        right = known.isdisjoint(store.path(OUTCOMES, part) for part in held)
        if right and path.exists() and not sheets.stands(store.directory, held):
            yield Problem(path, "damaged", UNUSED)


def _runs(store: Store, kind: str, part: Part, label: Label) -> NDArray[np.int64]:
    """The run numbers that the rows of a part must have."""
    runs = np.arange(part.first_run, part.first_run + part.runs)
    if kind == OUTCOMES:
        return runs
    return np.repeat(runs, 0 if label["failed"] == part.runs else store.manifest.scenario(part.scenario).months)
