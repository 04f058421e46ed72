"""The record as tables and pictures, and what a simulation from any month would start with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from experiments.errors import StorageError, UsageError, unknown
from sim import history
from sim.history import COLUMNS, observed, starting_values
from sim.state import Month

Row = dict[str, Any]
ABOUT = ("unit", "source", "confidence", "grade")  # what every row says of its figures
WHEN = ("year", "month", "first_month", "months", "date", "start")
TABLES: Mapping[str, Callable[[], tuple[Any, ...]]] = MappingProxyType(
    {
        read.__name__: read
        for read in (
            history.trade_annual, history.trade_monthly, history.provocations_monthly, history.economy_annual,
            history.workers, history.sanctions, history.diplomacy, history.leaders, history.projects, history.unga,
            history.dependence, history.other_flows, history.starting_points,
        )
    }
)  # fmt: skip


def rows(name: str) -> list[Row]:
    """The rows of a table, or the observations of a column. UsageError for neither."""
    if name in TABLES:
        return [_written(asdict(row)) for row in TABLES[name]()]
    if name in COLUMNS:
        return [_written(asdict(each)) for each in observed(name)]
    raise unknown("table or column of history", name, [*TABLES, *COLUMNS])


def _written(row: Row) -> Row:
    """A row with months and empty cells as text."""
    months = {key: Month(**value) if isinstance(value, dict) else value for key, value in row.items()}
    return {key: str(value) if isinstance(value, Month) else value for key, value in months.items()}


def contents() -> list[Row]:
    """Tables and observed columns: rows, span, units, and how many rows have each grade; sources stand in the rows."""
    lines = [_line(name, "table", read(), numbers=True) for name, read in TABLES.items()] + _observed()
    return [{key: value for key, value in line.items() if key != "sources"} for line in lines]


def columns() -> list[Row]:
    """Each column of each table, over the rows in which it is filled, and the observed columns."""
    found = []
    for name, read in TABLES.items():
        table = read()
        for column in (field.name for field in fields(table[0]) if field.name not in ABOUT):
            filled = [row for row in table if getattr(row, column) not in ("", None)]
            numbers = column not in WHEN and any(isinstance(getattr(row, column), int | float | tuple) for row in filled)
            found.append(_line(f"{name}.{column}", "table column", filled, numbers=numbers))
    return found + _observed()


def _observed() -> list[Row]:
    return [_line(name, "observed column", observed(name), numbers=True) for name in COLUMNS]


def _line(name: str, kind: str, table: Sequence[Any], *, numbers: bool) -> Row:
    return {
        "name": name, "kind": kind, "rows": len(table), "from": str(min(map(_first, table))),
        "to": str(max(row.last_month for row in table)),
        "units": _listed(row.unit for row in table) if numbers else "-",
        "sources": _sources(row.source for row in table if row.source),
        "grades": _counted(getattr(row, "confidence", None) or row.grade for row in table),
    }  # fmt: skip


def _sources(names: Any) -> str:
    """One source by its name, several by the first and how many others stand in the rows."""
    first, *others = dict.fromkeys(names)
    return f"{first} (and {len(others)} more)" if others else first


def _first(row: Any) -> Month:
    """The month in which the period of a row begins."""
    begins = getattr(row, "first_month", None) or getattr(row, "month", None)
    return begins or (Month(row.year, 1) if hasattr(row, "year") else row.last_month)


def _listed(names: Any) -> str:
    different = list(dict.fromkeys(names))
    return ", ".join(different[:3]) + (", ..." if len(different) > 3 else "")


def _counted(grades: Any) -> str:
    kept = list(grades)
    return ", ".join(f"{kept.count(grade)} {grade}" for grade in dict.fromkeys(sorted(kept)))


def starting(text: str) -> list[Row]:
    """Starting values for a month given as text, with spread, source and grade. UsageError for a month without any."""
    try:
        known = starting_values(Month.parse(text))
    except ValueError as error:
        raise UsageError(str(error)) from None
    return [
        {"path": path, "value": list(each.value) if isinstance(each.value, tuple) else each.value, "sd": each.sd,
         "grade": each.grade, "source": each.source}
        for path, each in known.items()
    ]  # fmt: skip


def draw(out: Path) -> list[Path]:
    """Figures of the record as PNG and SVG, each with its data as CSV. StorageError when they cannot be written."""
    from experiments.figures import history as figures
    from experiments.figures import style
    from experiments.figures.tables import write_table

    paths: list[Path] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, (table, page) in figures.pages().items():
            with style.house_style():
                figure = page(table)
            paths += [*style.save(figure, out / name), write_table(table, out / f"{name}.csv")]
    except OSError as error:
        raise StorageError(f"cannot write {error.filename or out}: {error.strerror or error}") from error
    return paths
