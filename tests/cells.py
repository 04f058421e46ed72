"""Cells of tables that were written, as a spreadsheet reads them."""

from __future__ import annotations


def is_number(cell: str) -> bool:
    """Whether a cell is a number: a minus before one is no formula."""
    try:
        float(cell)
    except ValueError:
        return False
    return True
