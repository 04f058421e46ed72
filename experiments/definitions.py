"""Outcomes of an analyst's own: what to take of a recorded variable, over which months.

    bad_winter:      {of: food, take: min, from: 2020-11, to: 2021-03}
    months_of_want:  {of: food, take: months, below: 3}
    turnover:        {of: turnover.united_states, take: max}

A definition names a recorded variable (``peninsula codebook state``), never a formula.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments import readers
from experiments.errors import UsageError, of_a_file, quoted, unknown
from experiments.manifest import read_manifest
from experiments.parts import BASE_COLUMNS
from sim.recording import units
from sim.scenario.files import read_bytes
from sim.scenario.problems import Place, Refused, shown
from sim.scenario.reader import Scalar, Table, parse
from sim.state import Month

Values = NDArray[np.float64]

# take -> (months, R) to (R,)
TAKES: Mapping[str, Callable[[Values], Values]] = {
    "mean": lambda months: months.mean(axis=0),
    "sum": lambda months: months.sum(axis=0),
    "min": lambda months: months.min(axis=0),
    "max": lambda months: months.max(axis=0),
    "first": lambda months: months[0],
    "last": lambda months: months[-1],
}
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")  # it becomes a column, and part of the name of a figure
TAKEN = ("scenario", *BASE_COLUMNS)
COUNT = "months"  # months above or below a level
EXPECTED = "a file of definitions, such as worst: {of: food, take: min}"


@dataclass(frozen=True)
class Definition:
    """An outcome of one's own; ``above`` and ``below`` belong to counts of months and exclude their level."""

    name: str
    of: str
    take: str
    first: Month | None = None
    last: Month | None = None
    above: float | None = None
    below: float | None = None

    def measure(self, months: Values) -> NDArray[np.float32]:
        """Values ``(R,)`` of the months that count, ``(months, R)``; as exact as months are stored, so that 0.9 is neither
        above nor below 0.9."""
        if self.take != COUNT:
            return TAKES[self.take](months).astype(np.float32)
        ends = -math.inf if self.above is None else self.above, math.inf if self.below is None else self.below
        with np.errstate(over="ignore"):  # a level beyond what is stored is infinite
            low, high = np.array(ends).astype(np.float32)
        return ((months > low) & (months < high)).sum(axis=0).astype(np.float32)

    @property
    def unit(self) -> str:
        """Unit of the values."""
        return "months" if self.take == COUNT else units()[self.of]


@of_a_file()
def read(path: Path) -> list[Definition]:
    """The definitions of a YAML file; InputInvalid says what is wrong, with its place."""
    try:
        doubles: list[Refused] = []
        root = parse(read_bytes(path, Place(shown(path)), EXPECTED), Place(shown(path)), doubles)
        if doubles or not isinstance(root, Table) or not root.items:
            raise (doubles or [Refused(root.place, "expected outcomes by name, such as worst: {of: food, take: min}")])[0]
        return [_definition(name, root.items[name], root.keys[name]) for name in root.items]
    except Refused as problem:
        place = problem.place
        raise UsageError(f"{place.file}:{place.line}:{place.column}: {problem.message}") from None


def _definition(name: str, node: Any, place: Place) -> Definition:
    if not NAME.fullmatch(name) or name in TAKEN:
        expected = f"up to 40 of a-z, 0-9 and _, a letter first, and none of {', '.join(TAKEN)}"
        raise Refused(place, f"{quoted(name)} cannot be the name of an outcome; expected {expected}")
    inner = node.items.items() if isinstance(node, Table) else ()
    said = {key: value.value for key, value in inner if isinstance(value, Scalar)}
    if not isinstance(node, Table) or len(said) < len(node.items):
        raise Refused(place, f"{name} is no definition; expected a map such as {{of: food, take: min}}")
    keys = ("of", "take", "from", "to", "above", "below")
    if strange := set(said) - set(keys):
        raise Refused(
            node.keys[min(strange)], f"unknown key {quoted(min(strange))} of {name}; choose from {', '.join(keys)}"
        )
    if said.get("of") not in units():
        raise Refused(place, f"{name}: {unknown('recorded variable', str(said.get('of')), units())}")
    take = said.get("take")
    if take not in (*TAKES, COUNT):
        raise Refused(place, f"{name}: take is {quoted(str(take))}; choose from {', '.join((*TAKES, COUNT))}")
    levels = {key: _number(said[key], f"{key} of {name}", place) for key in ("above", "below") if key in said}
    if (take == COUNT) != bool(levels):
        raise Refused(place, f"{name}: above and below belong to take: {COUNT}, which needs one of them")
    first, last = (_month(said[key], f"{key} of {name}", place) if key in said else None for key in ("from", "to"))
    return Definition(name, str(said["of"]), str(take), first, last, **levels)


def _number(value: Any, what: str, place: Place) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Refused(place, f"{what} is {quoted(str(value))}; expected a number")
    return float(value)


def _month(value: Any, what: str, place: Place) -> Month:
    try:
        return Month.parse(str(value)[:20])
    except ValueError as error:
        raise Refused(place, f"{what}: {error}") from None


def measured(directory: Path | str, definitions: list[Definition], scenarios: list[str]) -> pd.DataFrame:
    """Values of definitions in every run of a stored batch, by scenario and run.

    Raises StorageError for a batch stored without months, UsageError for a span that a scenario does not cover.
    """
    manifest = read_manifest(directory)
    return pd.concat([_of_scenario(directory, definitions, manifest.scenario(name)) for name in scenarios])


def _of_scenario(directory: Path | str, definitions: list[Definition], stored: Any) -> pd.DataFrame:
    start = Month.parse(stored.document["start"])
    columns = list(dict.fromkeys(definition.of for definition in definitions))
    frame = readers.read_trajectories(directory, columns, [stored.name])
    runs = frame["run"].unique()
    made: dict[str, Any] = {"scenario": stored.name, "run": runs}
    for definition in definitions:
        months = frame[definition.of].to_numpy(dtype=np.float64).reshape(len(runs), stored.months).T
        made[definition.name] = definition.measure(months[_span(definition, start, stored)])
    return pd.DataFrame(made)


def _span(definition: Definition, start: Month, stored: Any) -> slice:
    end = start + (stored.months - 1)
    first, last = definition.first or start, definition.last or end
    if not start <= first <= last <= end:
        said = f"{definition.name} asks for {first} to {last}"
        raise UsageError(f"{said}, and {stored.name} runs from {start} to {end}; keep from and to in order and within that")
    return slice(first - start, last - start + 1)
