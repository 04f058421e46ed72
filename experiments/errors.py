"""What can go wrong in a batch, each with the exit code of the command line; every message is one line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType

FEW = 12  # names that fit in an error
LONGEST_QUOTE = 60
NEAREST = 3  # names at most that are offered in place of one that does not exist
AS_NEAR = 0.05  # how much less like it than the nearest a further one may be
LISTED: Mapping[str, str] = MappingProxyType(
    {
        "outcome": "peninsula codebook outcomes",
        "recorded variable": "peninsula codebook state",
        "move": "peninsula codebook actions",
        "figure": "peninsula plot DIR --list",
        "column": "peninsula codebook tables",
        "key to vary": "peninsula codebook parameters, or peninsula show SCENARIO,",
        "table or column of history": "peninsula history",
        "scenario": "manifest.json in the directory of the batch",
    }
)  # where the names of a kind stand that are too many for an error


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


def some(names: Sequence[str]) -> str:
    """Names that are known, as many as fit in an error."""
    more = f" and {len(names) - FEW:,} more" if len(names) > FEW else ""
    return ", ".join(names[:FEW]) + more


def near(name: str, known: Iterable[str]) -> list[str]:
    """The names that are nearest to one that does not exist: the best, and those that are about as near."""
    if len(name) > LONGEST_QUOTE:
        return []
    found = difflib.get_close_matches(name, list(known), n=NEAREST)
    ratios = [difflib.SequenceMatcher(None, each, name).ratio() for each in found]
    return [each for each, ratio in zip(found, ratios, strict=True) if ratio > ratios[0] - AS_NEAR]


def unknown(what: str, name: str, known: Iterable[str]) -> UsageError:
    """An error for a name that does not exist: the nearest ones, or all where they are few, or where they are listed."""
    names = list(dict.fromkeys(known))
    if nearest := near(name, names):
        hint = f"; did you mean {' or '.join(map(repr, nearest))}?"
    elif 0 < len(names) <= FEW:
        hint = f"; choose from {', '.join(names)}"
    else:
        hint = f"; {LISTED[what]} lists those there are" if what in LISTED else ""
    return UsageError(f"there is no {what} {quoted(name)}{hint}")
