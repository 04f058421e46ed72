"""Rows as a table to read, and values as JSON and spreadsheets can hold them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

ACTIVE = ("=", "+", "-", "@", "\t", "\r")  # first letters that make a spreadsheet calculate


def plain(rows: Sequence[Mapping[str, Any]], *, as_markdown: bool = False) -> str:
    """Rows with aligned columns, or as a table of Markdown; a dash where a row has no value."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[_cell(row.get(name)) for name in columns] for row in rows]
    if as_markdown:
        return "\n".join(f"| {' | '.join(line)} |" for line in [columns, ["---"] * len(columns), *cells])
    lines = [columns, *cells]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    return "\n".join("  ".join(line).rstrip() for line in padded)


def _cell(value: Any) -> str:
    if value is None or value != value:  # missing, or not a number
        return "-"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def number(value: float) -> str:
    """Three digits that count, thousands marked."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value + 0.0:.3g}"


def percent(share: float, decimals: int = 1) -> str:
    """A share in percent, rounded as one does by hand: half of the last digit to the even side, so that shares add up."""
    places = Decimal(1).scaleb(-decimals)
    return f"{Decimal(f'{100 * share:.9f}').quantize(places, ROUND_HALF_EVEN)}%"


def or_dash(value: Any, form: str) -> str:
    """A number in a format, a dash where there is none."""
    return "-" if value != value else f"{value:{form}}"


def counted(count: int, noun: str = "run") -> str:
    """``1 run``, ``2,000 runs``."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def finite(value: Any) -> Any:
    """A value, or lists and maps of values, with nothing in place of numbers that are not finite."""
    if isinstance(value, Mapping):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def inert(value: Any) -> Any:
    """Text that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(ACTIVE) else value
