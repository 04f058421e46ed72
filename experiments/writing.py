"""Files that appear whole or not at all, however the process, the disk or the machine fails.

What is written goes to a hidden file beside its place, is flushed to disk and renamed, and the directory is flushed.
A flush that failed is never tried again on the same file: the kernel may have dropped the data and still call the next
flush a success. So the hidden file is thrown away, a name that is new is taken back, and what was to be written is
written anew by the next command.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from experiments.errors import StorageError

LEFTOVERS = ".*.tmp"  # what a killed process may leave behind
CANNOT_FLUSH = (errno.EACCES, errno.EPERM, errno.EINVAL, errno.ENOTSUP)


def write_whole(path: Path, data: bytes) -> None:
    """Put a file in place, or nothing; StorageError if the disk refuses."""
    with whole(path) as file:
        file.write(data)


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write in, which takes its place when the block ends well and is gone when it does not.

    Raises StorageError if the disk refuses, and for a place that is taken by a directory or a device.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with refused(path, "write"):
        new = not path.exists()
        if not (new or path.is_file()):
            raise OSError("it is not a file")
        temporary.unlink(missing_ok=True)  # never a file of which a flush may have failed
        try:
            with temporary.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        try:
            flush_directory(path.parent)
        except OSError:
            if new:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            raise


def append(path: Path, data: bytes) -> None:
    """Add to the end of a file and flush it; what a refused write left of it is cut off. StorageError if so."""
    with refused(path, "write"), path.open("ab") as file:
        before = os.fstat(file.fileno()).st_size
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                os.ftruncate(file.fileno(), before)
            raise


def make_directory(path: Path) -> None:
    """Make a directory and those above it, so that their names last; OSError if the disk refuses."""
    above = [each for each in (path, *path.parents) if not each.is_dir()]
    deepest = above[-1].parent if above else path
    flush_directory(deepest.parent)  # a process may have been killed when it had made this one
    for each in reversed(above):
        make_directories([each])


def make_directories(paths: Iterable[Path]) -> None:
    """Make directories, and those right above them, so that their names last; OSError if the disk refuses."""
    paths = list(paths)
    made: list[Path] = []
    try:
        for each in (*dict.fromkeys(path.parent for path in paths), *paths):
            if not each.is_dir():
                each.mkdir(exist_ok=True)
                made.append(each)
        for parent in dict.fromkeys(path.parent for path in made):
            flush_directory(parent)
    except OSError:
        for each in reversed(made):
            with suppress(OSError):
                each.rmdir()
        raise


def flush_directory(directory: Path) -> None:
    """Make the names in a directory last, on file systems that can; OSError if the disk refuses."""
    try:
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in CANNOT_FLUSH:
            raise


@contextmanager
def refused(path: Path, doing: str) -> Iterator[None]:
    """Turn what the operating system refuses into one line."""
    try:
        yield
    except OSError as error:
        reason = "it is a file, not a directory" if isinstance(error, FileExistsError) else error.strerror or error
        raise StorageError(f"cannot {doing} {path}: {reason}") from error
