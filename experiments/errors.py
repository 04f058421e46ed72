"""What can go wrong in a batch, each with the exit code of the command line; every message is one line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

FEW = 12  # names that fit in an error
LONGEST_QUOTE = 60


class PeninsulaError(Exception):
    """An error that is the user's, the machine's or the disk's, and not a bug."""

    exit_code: int = 1


class UsageError(PeninsulaError, ValueError):
    """A request that makes no sense: a negative number of runs, an unknown column."""

    exit_code = 2


class InputInvalid(UsageError):  # noqa: N818
    """A file that was named makes no sense: a sweep, a table of points, definitions of outcomes."""

    exit_code = 3


class StorageError(PeninsulaError):
    """Disk or permission: full, read-only, missing, or a file where a directory should be."""

    exit_code = 4


class WorkersFailed(PeninsulaError):  # noqa: N818
    """Workers do not start, or a cluster is lost."""

    exit_code = 4


class BatchLocked(PeninsulaError):  # noqa: N818
    """Another process is writing this batch."""

    exit_code = 6


class BatchDiffers(PeninsulaError):  # noqa: N818
    """The directory holds a different batch."""

    exit_code = 7


class StoredDataDamaged(PeninsulaError):  # noqa: N818
    """Stored data are not what was written."""

    exit_code = 8


class Interrupted(PeninsulaError):  # noqa: N818
    """Stopped by a signal; whole parts are kept. ``exit_code`` is 130 for Ctrl-C and 143 for SIGTERM."""

    def __init__(self, message: str, signal_number: int) -> None:
        super().__init__(message)
        self.exit_code = 128 + signal_number


class BatchWarning(UserWarning):
    """Something in a stored batch that was mended or that deserves a look."""


@contextmanager
def of_a_file() -> Iterator[None]:
    """What is wrong in a file that the user named is the file's, not the command's."""
    try:
        yield
    except UsageError as error:
        raise InputInvalid(str(error)) from None


def quoted(text: str) -> str:
    """What a user wrote, in quotes, cut short, and with escapes for what could move a cursor."""
    return repr(text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 3]}...")


def unknown(what: str, name: str, known: Iterable[str]) -> UsageError:
    """An error for a name that does not exist, offering the nearest one, or all where they are few."""
    names = list(known)
    nearest = difflib.get_close_matches(name, names, n=1) if len(name) <= LONGEST_QUOTE else []
    few = f"; choose from {', '.join(names)}" if 0 < len(names) <= FEW else ""
    hint = f"; did you mean {nearest[0]!r}?" if nearest else few
    return UsageError(f"there is no {what} {quoted(name)}{hint}")
