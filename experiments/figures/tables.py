"""The data of a figure as the CSV file beside it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.plain import inert
from experiments.writing import write_whole


def write_table(data: pd.DataFrame, path: Path) -> Path:
    """Write a table as CSV."""
    write_whole(path, as_csv(data))
    return path


def as_csv(data: pd.DataFrame) -> bytes:
    """A table as CSV; text that a spreadsheet would take for a formula gets a quote in front."""
    texts = [name for name in data.columns if not pd.api.types.is_numeric_dtype(data[name])]
    plain = data.assign(**{name: data[name].map(inert) for name in texts})
    return plain.to_csv(index=False, float_format="%.6g", lineterminator="\n").encode()
