"""Reading a table of facts: typed rows, read once."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from sim.state import Month

HOME = Path(__file__).parent
Row = TypeVar("Row")

_MONTH = len("2018-06")


class OfYear:
    """A row about a calendar year, which is known once the year has ended."""

    year: int

    @property
    def last_month(self) -> Month:
        """December of the year."""
        return Month(self.year, 12)


class OfDay:
    """A row about a day, written YYYY-MM-DD, which is known once its month has ended."""

    date: str

    @property
    def last_month(self) -> Month:
        """The month of the day."""
        return Month.parse(self.date[:_MONTH])


_READ: Mapping[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    Month: Month.parse,
    int | None: lambda text: int(text) if text else None,
    float | None: lambda text: float(text) if text else None,
    Month | None: lambda text: Month.parse(text) if text else None,
}


@cache
def rows(kind: type[Row], name: str) -> tuple[Row, ...]:
    """All rows of a table; the columns are the fields of ``kind`` in their order, ValueError otherwise."""
    hints = get_type_hints(kind)
    with (HOME / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        expected = [field.name for field in fields(kind)]  # type: ignore[arg-type]
        if reader.fieldnames != expected:
            raise ValueError(f"{name}.csv must have the columns {', '.join(expected)}")
        return tuple(kind(**{column: _READ[hints[column]](row[column]) for column in expected}) for row in reader)
