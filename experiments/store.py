"""The directory of a batch, and all writing in it.

Whatever is written appears whole: a temporary file beside it, flushed to disk, renamed, and the directory flushed.
So a process may be killed, or the power may fail, at any moment; what is stored stays right, and the parts that are
there are the record of progress. A kernel lock, which ends with its process, keeps a second writer out.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from experiments import manifest as manifests
from experiments import parts
from experiments.errors import BatchDiffers, BatchLocked, BatchWarning, StorageError
from experiments.manifest import Manifest
from experiments.parts import OUTCOMES, TRAJECTORIES, Damaged, Label, Part
from experiments.work import Piece

LOCK = ".lock"
MISSING = "it is missing"
CANNOT_SYNC = (errno.EACCES, errno.EPERM, errno.EINVAL, errno.ENOTSUP)


@dataclass(frozen=True)
class Store:
    """What a manifest says should lie in a directory; writing asks for the lock (``open_store``)."""

    directory: Path
    manifest: Manifest

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
        """What is wrong with a stored part: nothing (empty), MISSING, or a clause that says it."""
        try:
            label, _ = parts.open_part(self.path(kind, part).read_bytes())
        except FileNotFoundError:
            return MISSING
        except OSError as error:
            return f"it cannot be read ({error.strerror or error})"
        except Damaged as error:
            return str(error)
        expected = self.label(kind, part)
        if parts.same(label, expected):
            return ""
        if parts.same(label, expected, "runs") and label["runs"] < part.runs:
            return MISSING  # it was the last part of a smaller batch
        held = {key: label.get(key) for key in expected if label.get(key) != expected[key]}
        return "it belongs elsewhere: " + ", ".join(f"{key} {value}" for key, value in held.items())

    def lacking(self, wanted: Iterable[Part], check: Callable[[], None] = lambda: None) -> list[Part]:
        """The parts that have to be computed; a BatchWarning names each one that was stored and is not right."""
        found = []
        for part in wanted:
            check()
            flaws = {kind: self.flaw(kind, part) for kind in self.kinds}
            for kind, flaw in flaws.items():
                if flaw not in ("", MISSING):
                    path = self.path(kind, part)
                    warnings.warn(f"{path} is computed again: {flaw}", BatchWarning, stacklevel=2)
            if any(flaws.values()):
                found.append(part)
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
        for kind in self.kinds:
            data = parts.encode(tables[kind], {**self.label(kind, part), "failed": failed})
            _write(self.path(kind, part), data)

    def prepare(self) -> None:
        """Make the directories, remove what a killed process left, make names last; StorageError if the disk refuses."""
        homes = [self.path(kind, part).parent for kind in self.kinds for part in self.parts(1)]
        with _refused(self.directory, "write in"):
            for home in homes:
                home.mkdir(parents=True, exist_ok=True)
                for leftover in home.glob(".*.tmp"):
                    leftover.unlink()
            for directory in {*homes, *(home.parent for home in homes), self.directory}:
                _sync(directory)


@contextmanager
def open_store(directory: Path, settle: Callable[[Manifest | None], Manifest]) -> Iterator[Store]:
    """Lock a directory, agree with what is stored in it, and hand out the store, ready to be written.

    ``settle`` is given the stored manifest (None without one) and returns the one to go on with. Raises StorageError,
    BatchLocked, StoredDataDamaged, and what ``settle`` raises (BatchDiffers), before anything is changed.
    """
    with _refused(directory, "create"):
        created = [path for path in (directory, *directory.parents) if not path.exists()]
        directory.mkdir(parents=True, exist_ok=True)
        for path in created:
            _sync(path.parent)
    with _locked(directory):
        stored = manifests.find_manifest(directory)
        try:
            store = Store(directory, settle(stored))
        except BatchDiffers as error:
            raise BatchDiffers(f"{directory} holds a different batch: {error}; use another directory") from None
        if store.manifest != stored:
            _write(directory / manifests.NAME, store.manifest.text().encode())
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


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Hold the kernel lock of a batch; it ends with the process, however the process ends."""
    path = directory / LOCK
    with _refused(path, "write"):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        with _refused(path, "lock"):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = "".join(filter(str.isprintable, os.pread(descriptor, 200, 0).decode(errors="replace")))
                raise BatchLocked(f"{directory} is being written by another process ({holder or 'unknown'})") from None
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _refused(path: Path, doing: str) -> Iterator[None]:
    """Turn what the operating system refuses into one line."""
    try:
        yield
    except OSError as error:
        reason = "it is a file, not a directory" if isinstance(error, FileExistsError) else error.strerror or error
        raise StorageError(f"cannot {doing} {path}: {reason}") from error


def _write(path: Path, data: bytes) -> None:
    """Put a whole file in place, or nothing."""
    temporary = path.with_name(f".{path.name}.tmp")
    with _refused(path, "write"):
        try:
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        _sync(path.parent)


def _sync(directory: Path) -> None:
    """Make the names in a directory last, on file systems that can."""
    try:
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in CANNOT_SYNC:
            raise
