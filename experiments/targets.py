"""Whether something can be written, asked before work is done for it: a refusal is one line, and nothing is changed."""

from __future__ import annotations

import os
from pathlib import Path

from experiments.errors import StorageError

MEND = "choose another place with --out"


def writable(path: Path, *, file: bool = False) -> None:
    """Raise StorageError unless a directory (or a file) is there to be written in, or can be made."""
    wanted = f"cannot write {path}" if file else f"cannot write in {path}"
    try:
        if file and path.is_dir():
            raise StorageError(f"{wanted}: it is a directory, not a file; {MEND}")
        home = path.parent if file else path
        there = next(each for each in (home, *home.parents) if each.exists())
        if not there.is_dir():
            raise StorageError(f"{wanted}: {'it' if there == path else there} is a file, not a directory; {MEND}")
        if os.statvfs(there).f_flag & os.ST_RDONLY:
            raise StorageError(f"{wanted}: {there} lies on a file system that is read-only; {MEND}")
        if not _may(there, os.W_OK | os.X_OK) or (file and path.exists() and not _may(path, os.W_OK)):
            raise StorageError(f"{wanted}: permission denied; {MEND}")
    except OSError as error:  # a directory above that may not be looked into, a name that is too long
        raise StorageError(f"{wanted}: {error.strerror or error}; {MEND}") from error


def _may(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)
