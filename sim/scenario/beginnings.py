"""Starting values that a scenario does not write out: those of history, or those of a table beside it.

The table is a CSV file with a row for each starting value: ``path`` and ``value``, and if one likes ``sd`` and ``source``.
What the file itself sets under ``initial`` goes on top.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from sim.scenario import values
from sim.scenario.files import data_file, read_bytes
from sim.scenario.problems import Place, Problems, Refused, holds_hidden, quoted, shown
from sim.scenario.reader import MOST_BYTES, MOST_NODES, Node, Scalar, Table, scalar_value
from sim.scenario.schema import Initial
from sim.scenario.sections import INITIAL_KEYS, TABLE, read_initial
from sim.scenario.tables import Given
from sim.state import Month

HISTORY = "history"
PATH = "path"
COLUMNS = (PATH, *INITIAL_KEYS)

Initials = dict[str, Given[Initial | None]]
Beginning = str | Mapping[str, Given[Initial | None]] | None  # HISTORY, a table that was read, or the model's own


def read_initial_from(node: Node, problems: Problems) -> Beginning:
    """Where starting values come from that no file sets; Refused when it is neither history nor a table."""
    if values.is_null(node):
        return None
    name = values.text(node, "initial_from")
    if name == HISTORY:
        return HISTORY
    if not name.endswith(TABLE):
        raise Refused(node.place, f"initial_from has no {quoted(name)}; expected {HISTORY}, or the name of a {TABLE} file")
    path = data_file(name, TABLE, node.place)
    return read_initial(_table(read_bytes(path, node.place, "a table of starting values"), shown(path)), problems)


def of_history(start: Given[Month], place: Place) -> Initials:
    """What was known before the month of the start, asked for at ``place``; Refused outside of the years of history."""
    from sim.history import Hindsight, starting_values  # reads tables, needed only here

    try:
        known = starting_values(start.value)
    except Hindsight:
        raise  # no mistake in the file, but of whoever froze the world
    except ValueError as error:
        raise Refused(start.place, f"initial_from {HISTORY}: {error}") from None
    return {path: Given(Initial(each.value, each.sd, each.source), place) for path, each in known.items()}


def _table(data: bytes, file: str) -> Table:
    """The rows of a CSV file as the section ``initial`` of a scenario, each at its line."""
    top = Place(file)
    if len(data) > MOST_BYTES:
        raise Refused(top, f"the file is larger than {MOST_BYTES // 1024} KiB, too large for starting values")
    try:
        rows = list(_rows(io.StringIO(data.decode("utf-8-sig"), newline=""), file))
    except (UnicodeDecodeError, csv.Error):
        raise Refused(top, "the file is no CSV in UTF-8; save it as such") from None
    items: dict[str, Node] = {}
    keys: dict[str, Place] = {}
    for path, node in rows:
        if path in items:
            raise Refused(node.place, f"{quoted(path)} is given twice, first in line {keys[path].line}; keep one")
        items[path], keys[path] = node, node.place
    return Table(top, items, keys)


def _rows(text: io.StringIO, file: str) -> Iterator[tuple[str, Table]]:
    reader = csv.reader(text, strict=True)
    names = [name.strip() for name in next(reader, [])]
    if not {PATH, "value"} <= set(names) <= set(COLUMNS) or len(set(names)) < len(names):
        raise Refused(Place(file), f"the first line must name the columns {PATH} and value, and may name sd and source")
    for count, cells in enumerate(reader):
        place = Place(file, reader.line_num)
        if not any(cells):
            continue
        if count >= MOST_NODES:
            raise Refused(place, f"the table has more than {MOST_NODES} rows, too many for starting values")
        if len(cells) != len(names):
            raise Refused(place, f"the row has {len(cells)} cells; expected {len(names)}, as in the first line")
        if any(map(holds_hidden, cells)):
            raise Refused(place, "the row holds a control character, which is not allowed")
        row = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
        kept: dict[str, Node] = {key: _cell(row[key], key, place) for key in INITIAL_KEYS if row.get(key)}
        yield row[PATH], Table(place, kept, dict.fromkeys(kept, place))


def _cell(text: str, key: str, place: Place) -> Scalar:
    if key == "source":
        return Scalar(place, text, text, plain=False)
    return Scalar(place, scalar_value(text), text, plain=True)
