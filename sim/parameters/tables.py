"""Tables of fixed figures: the trade of 2016 by group and partner, seasons, the legal ladder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.state import AXES, FLOAT, Array


@dataclass(frozen=True)
class Table:
    """Numbers over two axes, with unit, source and grade. ``values`` is ``(rows, columns)``."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Array
    unit: str
    meaning: str
    source: str
    grade: str


def declare(name: str, rows: tuple[str, ...], columns: tuple[str, ...], unit: str, meaning: str, source: str, grade: str,
            lines: dict[str, tuple[float, ...]]) -> Table:  # fmt: skip
    """A table whose lines stand in the order of its rows; ValueError when they do not."""
    if tuple(lines) != rows:
        raise ValueError(f"the rows of table {name} must be {rows}")
    values = np.array(list(lines.values()), dtype=FLOAT)
    if values.shape != (len(rows), len(columns)):
        raise ValueError(f"table {name} must be {len(rows)} by {len(columns)}")
    values.flags.writeable = False
    return Table(name, rows, columns, values, unit, meaning, source, grade)


MONTHS = tuple(str(month) for month in range(1, 13))
KOTRA_2016 = (
    "totals and the part of China and Russia: KOTRA and Russian customs 2016 (verified); split by group "
    "approximate (known); without crude oil by pipeline, which Chinese customs do not report"
)

EXPORTS_2016 = declare(
    "exports_2016", AXES["export_group"], AXES["partner"], "m USD/year", "North Korean exports of 2016, before the bans bit",
    KOTRA_2016, "K",
    {
        "coal": (1181.0, 0.0, 9.0),
        "ores": (283.0, 0.0, 17.0),
        "textiles": (714.0, 1.0, 35.0),
        "seafood": (180.0, 0.5, 9.5),
        "other_banned": (69.5, 4.5, 36.0),
        "unlisted": (209.5, 2.8, 67.7),
    },
)  # fmt: skip

IMPORTS_2016 = declare(
    "imports_2016", AXES["import_group"], AXES["partner"], "m USD/year", "North Korean imports of 2016", KOTRA_2016, "K",
    {
        "machinery": (1067.0, 6.0, 77.0),
        "textile_inputs": (688.0, 2.0, 30.0),
        "fuel": (147.0, 23.0, 20.0),
        "food": (435.0, 25.0, 60.0),
        "other": (833.0, 12.0, 55.0),
    },
)  # fmt: skip

EXPORT_SEASON = declare(
    "export_season", AXES["export_group"], MONTHS, "ratio to the yearly mean", "seasons of exports",
    "coal in winter, textiles from March to October, seafood from summer to autumn; sizes assumed", "P",
    {
        "coal": (1.15, 1.05, 1.10, 1.00, 0.95, 0.90, 0.85, 0.90, 0.95, 1.00, 1.05, 1.10),
        "ores": (0.90, 0.85, 1.00, 1.00, 1.05, 1.05, 1.05, 1.05, 1.05, 1.05, 1.00, 0.95),
        "textiles": (0.75, 0.65, 0.95, 1.05, 1.10, 1.10, 1.15, 1.15, 1.15, 1.10, 0.95, 0.90),
        "seafood": (0.60, 0.50, 0.70, 0.80, 1.00, 1.10, 1.30, 1.40, 1.40, 1.30, 1.00, 0.90),
        "other_banned": (0.95, 0.85, 1.00, 1.00, 1.00, 1.00, 1.05, 1.05, 1.05, 1.05, 1.00, 1.00),
        "unlisted": (0.90, 0.75, 1.00, 1.00, 1.05, 1.05, 1.05, 1.05, 1.05, 1.05, 1.05, 1.00),
    },
)  # fmt: skip

IMPORT_SEASON = declare(
    "import_season", AXES["import_group"], MONTHS, "ratio to the yearly mean", "seasons of imports",
    "fertiliser from February to May, grain before the harvest; sizes assumed", "P",
    {
        "machinery": (0.85, 0.75, 1.05, 1.05, 1.05, 1.05, 1.05, 1.05, 1.05, 1.05, 1.05, 0.95),
        "textile_inputs": (0.80, 0.80, 1.10, 1.10, 1.10, 1.05, 1.05, 1.05, 1.05, 1.00, 0.95, 0.95),
        "fuel": (1.10, 1.00, 1.05, 1.00, 0.95, 0.90, 0.90, 0.95, 1.00, 1.05, 1.05, 1.05),
        "food": (0.80, 1.10, 1.30, 1.30, 1.25, 1.10, 1.05, 1.00, 0.90, 0.75, 0.75, 0.70),
        "other": (0.85, 0.75, 1.00, 1.00, 1.05, 1.05, 1.05, 1.05, 1.05, 1.05, 1.05, 1.05),
    },
)  # fmt: skip

LADDER = declare(
    "ladder", ("1", "2", "3", "4", "5", "6", "7"), AXES["package"], "share of the group covered",
    "legal coverage by tier: resolutions to 2094; 2270; 2321; 2371; 2375; 2397; a further one, assumed",
    "resolutions 1718 to 2397; coal share of tier 3 from the cap of 401 m USD against 1,190 m USD of 2016; oil as the "
    "cut of refined products against a demand of 4.5 m barrels a year", "C",
    {
        "1": (0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00),
        "2": (0.00, 0.10, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00),
        "3": (0.66, 0.15, 0.00, 0.00, 0.05, 0.00, 0.00, 0.00, 0.00, 0.00),
        "4": (1.00, 1.00, 1.00, 0.00, 0.05, 0.00, 0.00, 0.10, 0.20, 0.00),
        "5": (1.00, 1.00, 1.00, 1.00, 0.10, 0.00, 0.55, 0.50, 1.00, 0.00),
        "6": (1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 0.85, 1.00, 1.00, 0.00),
        "7": (1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 0.80),
    },
)  # fmt: skip

SEVERITY = declare(
    "severity_weights", ("index",), ("exports", "imports", "oil", "labour"), "weight", "parts of the legal severity index",
    "convention of this model", "P", {"index": (0.65, 0.20, 0.10, 0.05)},
)  # fmt: skip

CAPPED_TIER = 3  # resolution 2321: a yearly cap on coal instead of a ban
HARVEST_MONTH = 10


def in_force(package: str, *, tier: Array, lifted: Array) -> Array:
    """Legal coverage of one package under a tier, less what has been lifted of it; share, ``(R,)``."""
    place = LADDER.columns.index(package)
    return LADDER.values[tier.astype(int) - 1, place] * (1 - lifted[place])


TEST_SEVERITY = declare(
    "test_severity", ("severity",), AXES["test_class"], "0-5", "severity of a test by class",
    "CSIS scale: 5 nuclear, ICBM or space launch; 4 intermediate range or submarine; "
    "3 short range", "V", {"severity": (3.0, 4.0, 4.0, 5.0, 5.0)},
)  # fmt: skip

TABLES = (EXPORTS_2016, IMPORTS_2016, EXPORT_SEASON, IMPORT_SEASON, LADDER, SEVERITY, TEST_SEVERITY)
