"""Fitted posteriors: small tables of quantiles, one row for each parameter that data identify.

A scenario names one with ``parameters: {posterior: NAME}``. ``peninsula calibrate`` makes them. Each row holds the quantiles
of one parameter at levels 0, 0.05, ... 1; how parameters go together is not kept.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from sim.parameters import PARAMETERS
from sim.parameters.distributions import Distribution

HOME = Path(__file__).parent
LEVELS = 21  # quantiles, evenly from 0 to 1
QUANTILES = tuple(f"q{5 * place}" for place in range(LEVELS))
COLUMNS = ("parameter", "unit", *QUANTILES, "prior", "grade", "note")
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Fitted:
    """A parameter as fitted; grade C, computed from data."""

    parameter: str
    quantiles: tuple[float, ...]
    note: str


def names() -> tuple[str, ...]:
    """Names of the posteriors that are shipped."""
    return tuple(sorted(path.stem for path in HOME.glob("*.csv")))


def load(name_or_path: str) -> dict[str, Distribution]:
    """Distributions by parameter, of a shipped posterior or of a path that ends in .csv.

    ValueError with one line when there is none, or it is not the table of a posterior.
    """
    path = Path(name_or_path) if name_or_path.endswith(".csv") else HOME / f"{name_or_path}.csv"
    if not name_or_path.endswith(".csv") and name_or_path not in names():
        raise ValueError("there is no such posterior")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file.read(MOST_BYTES).splitlines(), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise ValueError("it cannot be read as a table; expected one made by peninsula calibrate") from None
    if not rows or tuple(rows[0]) != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
        raise ValueError("it is not the table of a posterior; expected one made by peninsula calibrate")
    return dict(_distribution(dict(zip(COLUMNS, row, strict=True)), line) for line, row in enumerate(rows[1:], 2))


def _distribution(row: dict[str, str], line: int) -> tuple[str, Distribution]:
    known = PARAMETERS.get(row["parameter"])
    if known is None:
        raise ValueError(f"line {line} names a parameter that this version does not have")
    try:
        made = Distribution("quantiles", tuple(float(row[level]) for level in QUANTILES))
    except ValueError:
        raise ValueError(f"line {line} does not hold rising numbers") from None
    if not known.low <= made.numbers[0] <= made.numbers[-1] <= known.high:
        raise ValueError(f"line {line} leaves the range of {known.name}, {known.low:g} to {known.high:g}")
    return known.name, made


def table(fitted: list[Fitted]) -> str:
    """The table of a posterior as CSV, in six significant digits, within the legal ranges."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in fitted:
        known = PARAMETERS[each.parameter]
        numbers = [f"{min(max(value, known.low), known.high):.6g}" for value in each.quantiles]
        writer.writerow([each.parameter, known.unit, *numbers, str(known.prior), "C", each.note])
    return text.getvalue()
