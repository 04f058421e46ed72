"""The directory of a batch, and all writing in it.

Whatever is written appears whole (``experiments.writing``), and a part that is reported as done has been recorded
(``experiments.record``). So a process may be killed, or the power may fail, at any moment; what is stored stays right,
and what is lost is told from what is not computed yet. A kernel lock, which ends with its process, keeps a second
writer out.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import chain, groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from experiments import manifest as manifests
from experiments import parts, record, sheets
from experiments.errors import BatchDiffers, BatchLocked, BatchWarning
from experiments.manifest import Manifest
from experiments.parts import OUTCOMES, TRAJECTORIES, Damaged, Label, Part
from experiments.record import Record
from experiments.work import Piece
from experiments.writing import LEFTOVERS, flush_directory, make_directories, make_directory, refused, write_whole

LOCK = ".lock"
NAMED = 0.1  # seconds in which whoever has got the lock has written its name in it
MISSING = "it is not computed yet"
LOST = "it was stored and is gone"
UNKNOWN = "it is missing"  # no record says whether it was ever stored
LOCKLESS = "use a directory on a file system that has locks, such as a local disk"


@dataclass(frozen=True)
class Store:
    """What a manifest says should lie in a directory; writing asks for the lock (``open_store``)."""

    directory: Path
    manifest: Manifest
    guard: Callable[[], None] = field(default=lambda: None, compare=False)  # raises if the lock is no longer ours

    @cached_property
    def record(self) -> Record:
        """Which parts were ever stored."""
        return record.read(self.directory, self.manifest)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of parts, the one that completes a part last."""
        return (TRAJECTORIES, OUTCOMES) if self.manifest.trajectories else (OUTCOMES,)

    def parts(self, runs: int | None = None) -> list[Part]:
        """The parts that hold the first ``runs`` runs (all without it), scenario by scenario."""
        total = self.manifest.runs
        wanted = total if runs is None else runs
        return [part for scenario in self.manifest.scenarios for part in parts.cut(scenario.name, wanted, total)]

    def path(self, kind: str, part: Part) -> Path:
        """Where a part lies."""
        return parts.part_path(self.directory, kind, part)

    def label(self, kind: str, part: Part) -> Label:
        """What the file of a part must say of itself."""
        return {
            "format": parts.FORMAT,
            "kind": kind,
            "scenario": part.scenario,
            "digest": self.manifest.scenario(part.scenario).digest,
            "model": self.manifest.model,
            "seed": self.manifest.seed,
            "first_run": part.first_run,
            "runs": part.runs,
        }

    def flaw(self, kind: str, part: Part) -> str:
        """What is wrong with a stored part: nothing (empty), MISSING, LOST, UNKNOWN, or a clause that says it."""
        found = self.opened(kind, part)
        return found if isinstance(found, str) else ""

    def opened(self, kind: str, part: Part) -> str | tuple[Label, pq.ParquetFile]:
        """The label and the file of a stored part, whole to the last bit; or its flaw."""
        recorded = self.record  # read before the part: what another process is just storing must not look lost
        try:
            label, file = parts.open_part(self.path(kind, part).read_bytes())
        except FileNotFoundError:
            return _absent(recorded, part)
        except OSError as error:
            return f"it cannot be read ({error.strerror or error})"
        except Damaged as error:
            return str(error)
        expected = self.label(kind, part)
        if parts.same(label, expected):
            return label, file
        if parts.same(label, expected, "runs") and label["runs"] < part.runs:
            return _absent(recorded, part, label["runs"])  # it was the last part of a smaller batch
        held = {key: label.get(key) for key in expected if label.get(key) != expected[key]}
        return "it belongs elsewhere: " + ", ".join(f"{key} {value}" for key, value in held.items())

    def lacking(self, wanted: Iterable[Part], check: Callable[[], None] = lambda: None) -> list[Part]:
        """The parts that have to be computed; a BatchWarning names each one that was stored and is not right.

        The record then has what was found, and what was stored once. StorageError if the disk refuses.
        """
        found: list[Part] = []
        good: list[Part] = []
        for part in wanted:
            check()
            flaws = {kind: self.flaw(kind, part) for kind in self.kinds}
            for kind, flaw in flaws.items():
                if flaw not in ("", MISSING, UNKNOWN):
                    path = self.path(kind, part)
                    warnings.warn(f"{path} is computed again: {flaw}", BatchWarning, stacklevel=2)
            (found if any(flaws.values()) else good).append(part)
        if not self.record.certain:
            others = sorted(set(self.parts()) - {*found, *good})
            whole = [part for part in others if not any(self.flaw(kind, part) for kind in self.kinds)]
            good += whole
            if others != whole:
                count = f"{len(others) - len(whole)} of the parts of {self.directory} that are not asked for"
                text = f"{count} are not there or not right, and nothing says whether they were stored; verify names them"
                warnings.warn(text, BatchWarning, stacklevel=2)
        stored = {(part.scenario, part.number): part.runs for part in good}
        # always anew: a process may have ended between a part and its record, or before the record was flushed
        record.rewrite(self.record, self.manifest, {**self.record.runs, **stored})
        return found

    def strays(self) -> list[Path]:
        """Files among the results that are no part of this batch; hidden files do not count."""
        expected = {self.path(kind, part) for part in self.parts() for kind in self.kinds}
        found = [path for kind in manifests.PARTITIONS for path in sorted((self.directory / kind).rglob("*"))]
        return [path for path in found if path not in expected and not path.is_dir() and not path.name.startswith(".")]

    def write(self, part: Part, pieces: Sequence[Piece]) -> None:
        """Store the results of a part; StorageError if the disk refuses."""
        tables = parts.tables(part, pieces, self.manifest.seed, self.manifest.trajectories)
        failed = sum(bool(piece.message) for piece in pieces)
        self.guard()
        for kind in self.kinds:
            data = parts.encode(tables[kind], {**self.label(kind, part), "failed": failed})
            write_whole(self.path(kind, part), data)  # outcomes last
        record.add(self.record, self.manifest, part)
        if held := self.groups.get((part.scenario, sheets.group(part))):
            self._fresh.put(part, tables[OUTCOMES], data)
            if fresh := self._fresh.take(held):
                self._write_sheet(held, fresh)

    @cached_property
    def _fresh(self) -> sheets.Fresh:
        return sheets.Fresh()

    @cached_property
    def groups(self) -> dict[tuple[str, int], list[Part]]:
        """The parts of each sheet that there may be, by scenario and number of the sheet."""
        every = groupby(self.parts(), lambda part: (part.scenario, sheets.group(part)))
        found = {key: list(together) for key, together in every}
        return {key: held for key, held in found.items() if len(held) == sheets.SHEET_PARTS}

    def write_sheets(self, check: Callable[[], None] = lambda: None) -> None:
        """Gather whole groups of parts in sheets where there are none yet; StorageError if the disk refuses."""
        for held in self.groups.values():
            check()
            if not (sheets.stands(self.directory, held) or any(self.flaw(OUTCOMES, part) for part in held)):
                self._write_sheet(held)

    def _write_sheet(self, held: Sequence[Part], repeats: Sequence[sheets.Repeat] = ()) -> None:
        try:
            data = sheets.make(self.directory, held, repeats)
        except (OSError, pa.ArrowException, Damaged):
            return  # whoever reads these parts will say what is wrong with them
        path = sheets.path_of(self.directory, held[0])
        self.guard()
        with refused(path.parent, "create"):
            make_directories([path.parent])
        write_whole(path, data)

    def prepare(self) -> None:
        """Make the directories, remove what a killed process left, make names last; StorageError if the disk refuses."""
        homes = [self.path(kind, part).parent for kind in self.kinds for part in self.parts(1)]
        with refused(self.directory, "write in"):
            own = [self.directory.glob(f".{name}.*.tmp") for name in (manifests.NAME, record.NAME)]
            own.append((self.directory / sheets.KIND).glob(f"*/{LEFTOVERS}"))
            for leftover in chain(*own, *(home.glob(LEFTOVERS) for home in homes)):
                leftover.unlink()
            there = {each for home in homes for each in (home, home.parent) if each.exists()}
            for directory in sorted({*there, self.directory}):  # a process may have been killed before it did
                flush_directory(directory)
            make_directories(homes)


@contextmanager
def open_store(directory: Path, settle: Callable[[Manifest | None], Manifest]) -> Iterator[Store]:
    """Lock a directory, agree with what is stored in it, and hand out the store, ready to be written.

    ``settle`` is given the stored manifest (None without one) and returns the one to go on with. Raises StorageError,
    BatchLocked, StoredDataDamaged, and what ``settle`` raises (BatchDiffers), before anything is changed.
    """
    with refused(directory, "create"):
        make_directory(directory)
    with _locked(directory) as guard:
        stored = manifests.find_manifest(directory)
        try:
            store = Store(directory, settle(stored), guard)
        except BatchDiffers as error:
            raise BatchDiffers(f"{directory} holds a different batch: {error}; use another directory") from None
        if stored is None:  # first, so that of a batch that has a manifest it is known that nothing is stored
            record.rewrite(Record(directory / record.NAME), store.manifest, {})
        if store.manifest != stored:
            write_whole(directory / manifests.NAME, store.manifest.text().encode())
        store.prepare()
        for path in store.strays():
            warnings.warn(f"{path} is no part of this batch; move it elsewhere", BatchWarning, stacklevel=3)
        yield store


def contents_digest(directory: Path | str) -> str:
    """SHA-256 over names and bytes of all stored parts: equal for equal data sets, however they were computed."""
    digest, home = sha256(), Path(directory)
    for path in sorted(home.glob("*/scenario=*/part-*.parquet")):
        digest.update(f"{path.relative_to(home).as_posix()}\0".encode() + sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _absent(recorded: Record, part: Part, held: int = 0) -> str:
    """What it means that only ``held`` runs of a part are there."""
    if recorded.runs.get((part.scenario, part.number), 0) > held:
        return LOST
    return MISSING if recorded.certain else UNKNOWN


@contextmanager
def _locked(directory: Path) -> Iterator[Callable[[], None]]:
    """Hold the kernel lock of a batch; it ends with the process, however the process ends.

    Hands out what raises StorageError if the directory is no longer the one that was locked.
    """
    path = directory / LOCK
    with refused(path, "write"):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)

    def guard() -> None:
        with refused(directory, "write in"):
            try:
                same = os.path.samestat(path.stat(), os.fstat(descriptor))
            except FileNotFoundError:
                same = False
            if not same:
                raise OSError("it was removed or replaced while the batch ran")

    try:
        with refused(path, "lock"):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(NAMED)
                holder = "".join(filter(str.isprintable, os.pread(descriptor, 200, 0).decode(errors="replace")))
                raise BatchLocked(f"{directory} is being written by another process ({holder or 'unknown'})") from None
            except OSError as error:
                raise OSError(f"{error.strerror}; {LOCKLESS}") from error
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
        guard()
        yield guard
    finally:
        os.close(descriptor)
