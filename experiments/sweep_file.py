"""Sweeps from files: a small YAML file that says all of a sweep, and a CSV table of points one has chosen.

    scenario: baseline-2020
    design: lhs                           # grid, lhs or sobol
    points: 16                            # or a table beside the file: points: mine.csv
    vary:
      parameters.labour.take: 0.3..0.8    # a range, or a list of values
      nations.russia.rule: [logit, satisficing]
    set: {months: 24}                     # the same in all points
    runs: 200
    seed: 1

A table has a column for each key, named as the key, with or without its unit in brackets; columns ``point`` and
``scenario`` are left aside, so that the ``design.csv`` of a sweep is such a table.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from experiments import sweep_keys
from experiments.batch import MOST_RUNS
from experiments.errors import StorageError, UsageError, of_a_file, quoted
from experiments.sweep_keys import BETWEEN, Axis
from experiments.sweeps import MOST_AXES, MOST_POINTS, Point, Sweep
from sim.scenario.files import data_file, parent, read_bytes
from sim.scenario.problems import Place, Refused, holds_hidden, shown
from sim.scenario.reader import Listing, Node, Scalar, Table, parse
from sim.scenario.tables import as_table, check_known
from sim.scenario.values import choice, kind, text, whole

KEYS = ("scenario", "vary", "design", "points", "set", "runs", "seed")
DESIGNS = ("grid", "lhs", "sobol")
TABLE = ".csv"
ASIDE = ("point", "scenario")
MOST_SEED = 2**63 - 1
MOST_BYTES = 16 * 2**20  # of a table


@dataclass(frozen=True)
class Said:
    """What a file says: a sweep, and runs and seed where it names them."""

    sweep: Sweep
    runs: int | None = None
    seed: int | None = None


@of_a_file()
def read(path: Path) -> Said:
    """The sweep of a YAML file; InputInvalid says what is wrong, with its place."""
    try:
        doubles: list[Refused] = []
        root = as_table(parse(read_bytes(path, Place(shown(path)), "a sweep file"), Place(shown(path)), doubles), "a sweep")
        for double in doubles:
            raise double
        return _said(root, path)
    except Refused as problem:
        raise UsageError(str(problem)) from None


def _said(root: Table, path: Path) -> Said:
    for key, place in root.keys.items():
        check_known("key of a sweep", key, KEYS, place)
    if "scenario" not in root.items:
        raise Refused(root.place, "the sweep has no scenario; expected scenario: NAME")
    items = root.items
    named = text(items["scenario"], "scenario")
    table, points = _points(items.get("points"))
    sweep = Sweep(
        scenario=parent(named, path.parent, items["scenario"].place),
        axes=tuple(_axes(items["vary"])) if "vary" in items else (),
        design=choice(items["design"], "design", DESIGNS) if "design" in items else "grid",
        points=points,
        settings=tuple(_settings(items["set"])) if "set" in items else (),
        table=table,
    )
    if table and not root.items.keys().isdisjoint(("vary", "design")):
        extra = next(key for key in ("vary", "design") if key in items)
        raise Refused(root.keys[extra], f"{extra} is given beside a table of points, which says it all; keep one")
    runs = whole(items["runs"], "runs", 1, MOST_RUNS) if "runs" in items else None
    return Said(sweep, runs, whole(items["seed"], "seed", 0, MOST_SEED) if "seed" in items else None)


def _points(node: Node | None) -> tuple[tuple[Point, ...], int | None]:
    """A table of points, or their number."""
    if node is None:
        return (), None
    if isinstance(node, Scalar) and node.text.endswith(TABLE):
        return read_table(data_file(node.text, TABLE, node.place)), None
    return (), whole(node, "points", 2, MOST_POINTS)


def _axes(node: Node) -> Iterator[Axis]:
    table = as_table(node, "vary")
    for key, inner in table.items.items():
        place = str(table.keys[key])
        try:
            sweep_keys.checked(key)
        except UsageError as error:
            raise Refused(table.keys[key], str(error)) from None
        if isinstance(inner, Scalar) and BETWEEN in inner.text:
            yield sweep_keys.spanned(key, inner.text, place)
        elif isinstance(inner, Listing) and all(isinstance(item, Scalar) for item in inner.items):
            yield sweep_keys.levelled(key, [item.text for item in inner.items if isinstance(item, Scalar)], place)
        else:
            raise Refused(inner.place, f"{key} is {kind(inner)}; expected a list of numbers or names, or LOW{BETWEEN}HIGH")


def _settings(node: Node) -> Iterator[str]:
    table = as_table(node, "set")
    for key, inner in table.items.items():
        if not isinstance(inner, Scalar):
            raise Refused(inner.place, f"{key} is {kind(inner)}; expected one value, or write a scenario file that says it")
        yield f"{key}={inner.text}"


@of_a_file()
def read_table(path: Path) -> tuple[Point, ...]:
    """The points of a CSV table; InputInvalid says what is wrong, with its line."""
    where = shown(path)
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{where}: expected a CSV table, a file of at most {MOST_BYTES // 2**20} MiB")
        reader = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True)
        rows = [(reader.line_num, row) for row in reader if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{where}: this is no CSV table in UTF-8: {error}") from None
    except OSError as error:
        raise StorageError(f"cannot read {where}: {error.strerror or error}") from error
    for number, row in rows:
        if any(map(holds_hidden, row)):
            raise UsageError(f"{where}:{number}: the row holds a control character, which is not allowed")
    if not 3 <= len(rows) <= MOST_POINTS + 1:
        raise UsageError(f"{where}: expected a line of keys and 2 to {MOST_POINTS:,} points, not {len(rows):,} lines")
    first, head = rows[0]
    columns = [_column(cell, f"{where}:{first}") for cell in head]
    keys = [key for key in columns if key]
    if not keys or len(set(keys)) < len(keys) or len(keys) > MOST_AXES:
        raise UsageError(
            f"{where}:{first}: expected 1 to {MOST_AXES} different keys to vary, such as parameters.labour.take"
        )
    return tuple(_row(columns, row, f"{where}:{number}") for number, row in rows[1:])


def _column(cell: str, place: str) -> str:
    """The key of a column, empty for one that is left aside."""
    key, bracket, unit = cell.strip().partition(" (")
    if key in ASIDE:
        return ""
    try:
        sweep_keys.checked(key)
    except UsageError as error:
        raise UsageError(f"{place}: {error}") from None
    if bracket and unit != f"{sweep_keys.unit(key)})":
        raise UsageError(f"{place}: the unit of {key} is ({unit[:40]}; expected {sweep_keys.label(key)}")
    return key


def _row(columns: list[str], row: list[str], place: str) -> Point:
    if len(row) != len(columns):
        raise UsageError(f"{place}: {len(row)} values; expected {len(columns)}, one for each column")
    settings = {key: cell.strip() for key, cell in zip(columns, row, strict=True) if key}
    for key, cell in settings.items():
        if not cell or any(sign in cell for sign in "[]{}"):
            raise UsageError(
                f"{place}: {key} is {quoted(cell)}; expected a number, a name, or null for what the scenario has"
            )
    return Point(settings, place)
