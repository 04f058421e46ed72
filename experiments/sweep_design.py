"""The design of a stored sweep: what each of its scenarios, the design points, varies.

It is not stored beside the batch but in it: it is what the scenarios of the batch differ in.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments import sweep_keys
from experiments.errors import UsageError
from experiments.manifest import Document, read_manifest
from experiments.writing import write_whole
from sim.scenario.show import nation_values

NAME = re.compile(r"(.+)-p([0-9]{2,})")
FILE = "design.csv"


@dataclass(frozen=True)
class Design:
    """What a batch varies: names of its scenarios in the order of points, and the value of each varied key there."""

    base: str
    names: tuple[str, ...]
    columns: Mapping[str, tuple[Any, ...]]

    def levels(self, key: str) -> list[Any]:
        """The different values of a key: numbers in their order, all others as they first appear."""
        found = [json.loads(text) for text in dict.fromkeys(json.dumps(value) for value in self.columns[key])]
        return sorted(found) if self.numeric(key) else found

    def numeric(self, key: str) -> bool:
        """Whether all values of a key are numbers."""
        return all(isinstance(value, int | float) and not isinstance(value, bool) for value in self.columns[key])

    @property
    def grid(self) -> bool:
        """Whether every combination of levels is there once."""
        return math.prod(len(self.levels(key)) for key in self.columns) == len(self.names)


def design_of(documents: Sequence[Document]) -> Design | None:
    """The design of a batch from the documents of its scenarios; None if the batch is no sweep.

    A sweep is told by its names (``NAME-p01``, ``NAME-p02``, ...); its keys are those in which the documents differ.
    """
    matched = [NAME.fullmatch(str(document["name"])) for document in documents]
    places = [(match[1], int(match[2])) for match in matched if match]
    if len(documents) < 2 or places != [(places[0][0] if places else "", number) for number in range(1, len(documents) + 1)]:
        return None
    flat = [dict(_values(document)) for document in documents]
    known = dict.fromkeys(key for values in flat for key in values)
    columns = {key: tuple(values.get(key) for values in flat) for key in known}
    differing = {key: column for key, column in columns.items() if any(value != column[0] for value in column)}
    return Design(places[0][0], tuple(str(document["name"]) for document in documents), differing) if differing else None


def _values(document: Document) -> Iterator[tuple[str, Any]]:
    """What a scenario says, one key each."""
    yield from ((key, document[key]) for key in ("start", "months"))
    for section in ("parameters", "initial"):
        yield from ((f"{section}.{name}", value) for name, value in document[section].items())
    yield from nation_values(document["nations"])


def stored_design(directory: Path | str) -> Design:
    """The design of a stored sweep; UsageError for a batch that is none, and what ``read_manifest`` raises."""
    found = design_of([{**each.document, "name": each.name} for each in read_manifest(directory).scenarios])
    if found is None:
        raise UsageError(f"{directory} holds no sweep: its scenarios are not points of a design")
    return found


def write_design(directory: Path) -> Path:
    """``design.csv``: point, scenario, and a column for each key with its unit, as a table of points is read."""
    found, path = stored_design(directory), directory / FILE
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["point", "scenario", *(sweep_keys.label(key) for key in found.columns)])
    for number, (name, *values) in enumerate(zip(found.names, *found.columns.values(), strict=True), 1):
        writer.writerow([number, name, *(value if isinstance(value, str) else json.dumps(value) for value in values)])
    write_whole(path, text.getvalue().encode())
    return path
