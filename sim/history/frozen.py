"""A world frozen at a cut-off: while it is, nothing that happened from then on may be read.

    with frozen(Month(2016, 1)):
        trade_annual(before=Month(2016, 1))      # the years that had ended
        trade_annual()                           # Hindsight

Nothing is filtered silently: who reads must say up to when. A figure is known once its period has ended; that it was
published some months later is left aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar

from sim.state import Month

_cutoff: ContextVar[Month | None] = ContextVar("cutoff", default=None)


class Hindsight(ValueError):  # noqa: N818
    """An attempt to read what had not happened yet."""


class Dated(Protocol):
    """Something that is known once its last month has ended."""

    @property
    def last_month(self) -> Month:
        """The last month of its period."""
        ...


Row = TypeVar("Row", bound=Dated)


@contextmanager
def frozen(cutoff: Month) -> Iterator[None]:
    """Refuse whatever happened in ``cutoff`` or later, within the block; a freeze within a freeze can only tighten it."""
    outer = _cutoff.get()
    token = _cutoff.set(cutoff if outer is None else min(cutoff, outer))
    try:
        yield
    finally:
        _cutoff.reset(token)


def check(before: Month | None) -> None:
    """Raise Hindsight where the world is frozen and ``before`` reaches beyond the cut-off."""
    cutoff = _cutoff.get()
    if cutoff is not None and (before is None or before > cutoff):
        asked = "all rows" if before is None else f"rows up to {before}"
        raise Hindsight(f"the world is frozen at {cutoff}, and {asked} were asked for; ask for those before {cutoff}")


def known(rows: Iterable[Row], before: Month | None) -> tuple[Row, ...]:
    """The rows whose period ended before a month, all without one. Raises Hindsight where the world is frozen earlier."""
    check(before)
    return tuple(row for row in rows if before is None or row.last_month < before)
