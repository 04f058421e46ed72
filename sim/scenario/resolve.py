"""From a file to a resolved scenario: the files it extends, the settings on top, one result."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sim.scenario import beginnings, consistency, vocabulary
from sim.scenario.files import parent, read_bytes
from sim.scenario.layer import Layer, as_scenario, read_layer
from sim.scenario.overlay import Merged, merge
from sim.scenario.problems import Place, Problems, Refused, shown
from sim.scenario.reader import parse
from sim.scenario.schema import NationSpec, Scenario
from sim.scenario.tables import Given

DEEPEST_CHAIN = 10
MOST_FILES = 50

T = TypeVar("T")
Trail = tuple[tuple[str, str], ...]  # (real path, name) of the files that led here


@dataclass
class Chain:
    """The files of a scenario in the order in which they apply, each once."""

    problems: Problems
    layers: list[Layer] = field(default_factory=list)
    broken: bool = False  # a file is missing or cannot be read, so that nothing can be said of the whole
    _ancestors: dict[str, frozenset[str]] = field(default_factory=dict)  # real path -> real paths it rests on, and itself

    def add(self, path: Path, place: Place, trail: Trail = ()) -> frozenset[str]:
        """Read a file and what it extends. Refused when it cannot be read; ``place`` is where it is asked for."""
        identity = os.path.realpath(path)
        if identity in (real for real, _ in trail):
            names = [name for _, name in trail[[real for real, _ in trail].index(identity) :]]
            raise Refused(place, f"extends goes in a circle: {' -> '.join([*names, path.stem])}")
        if len(trail) > DEEPEST_CHAIN:
            raise Refused(place, f"the chain of extends is longer than {DEEPEST_CHAIN}; expected a shorter one")
        if identity not in self._ancestors:
            if len(self._ancestors) >= MOST_FILES:
                raise Refused(place, f"this scenario rests on more than {MOST_FILES} files; expected fewer")
            self._ancestors[identity] = frozenset({identity})
            self._ancestors[identity] = self._read(path, place, (*trail, (identity, path.stem)))
        return self._ancestors[identity]

    def _read(self, path: Path, place: Place, trail: Trail) -> frozenset[str]:
        doubles: list[Refused] = []
        root = as_scenario(parse(read_bytes(path, place), Place(shown(path)), doubles))
        self.problems.add(*doubles)  # only now: nothing of a file is told that is no scenario
        layer = read_layer(root, self.problems)
        ancestors: frozenset[str] = frozenset({trail[-1][0]})
        for given in layer.extends:
            try:
                further = parent(given.value, path.parent, given.place)
                if os.path.realpath(further) in ancestors - {trail[-1][0]}:
                    message = f"'{given.value}' is extended by a scenario named before it; leave it out or name it first"
                    raise Refused(given.place, message)
                ancestors |= self.add(further, given.place, trail)
            except Refused as problem:
                self.broken = True
                self.problems.add(problem)
        self.layers.append(layer)
        return ancestors


def resolve(files: Sequence[Layer], settings: Sequence[Layer], name: str, problems: Problems, title: str = "") -> Scenario:
    """One scenario from the layers of its files, the last of which is its own, and of its settings.

    ``title`` stands in where none is given. Raises ScenarioError with everything that is wrong.
    """
    merged = merge(files, settings)
    if title and merged.title is None:
        merged.title, merged.keys = Given(title, files[-1].top), merged.keys | {"title"}
    _begin(merged, problems)
    consistency.check(merged, files[-1].top, problems)
    problems.raise_if_any()
    return _scenario(merged, name, tuple(given.value for given in files[-1].extends))


def _begin(merged: Merged, problems: Problems) -> None:
    """Starting values from history or from a table, where a scenario asks for them."""
    asked = merged.initial_from
    if asked and isinstance(asked.value, Mapping):
        merged.begin_with(dict(asked.value))
    elif asked and asked.value and merged.start:
        with problems.collected():
            merged.begin_with(beginnings.of_history(merged.start, asked.place))


def _scenario(merged: Merged, name: str, extends: tuple[str, ...]) -> Scenario:
    if merged.title is None or merged.start is None or merged.months is None:
        raise ValueError("a scenario needs a title, a start and a number of months")
    return Scenario(
        name=name,
        title=merged.title.value,
        question=merged.question.value if merged.question else "",
        start=merged.start.value,
        months=merged.months.value,
        extends=extends,
        parameters=_kept(merged.parameters),
        nations=_nations(merged),
        initial=_kept(merged.initial),
        events=tuple(given.value for given in merged.events),
        moves=tuple(given.value for given in merged.moves),
        record=tuple(given.value for given in merged.record),
        provenance=dict(_places(merged)),
    )


def _kept(given: Mapping[str, Given[T | None]]) -> dict[str, T]:
    """The values that are not taken back."""
    return {name: entry.value for name, entry in given.items() if entry.value is not None}


def _nations(merged: Merged) -> dict[str, NationSpec]:
    sharpness, weight_set = _kept(merged.sharpness), _kept(merged.weight_set)
    rule, character = _kept(merged.rule), _kept(merged.character)
    specs = {}
    for nation in vocabulary.nations():
        weights = _kept({feature: given for (owner, feature), given in merged.weights.items() if owner == nation})
        said = sharpness.get(nation), weight_set.get(nation), weights, rule.get(nation), character.get(nation)
        specs[nation] = NationSpec(*said)
    return {nation: spec for nation, spec in specs.items() if spec != NationSpec()}


def _places(merged: Merged) -> Iterator[tuple[str, Place]]:
    """The key and the place of everything that is set."""
    single = {"title": merged.title, "question": merged.question, "start": merged.start, "months": merged.months}
    sections: dict[str, Mapping[str, Given[object]]] = {
        "parameters.{}": merged.parameters,
        "nations.{}.sharpness": merged.sharpness,
        "nations.{}.rule": merged.rule,
        "nations.{}.character": merged.character,
        "nations.{}.weight_set": merged.weight_set,
        "nations.{}": {f"{nation}.weights.{feature}": given for (nation, feature), given in merged.weights.items()},
        "initial.{}": merged.initial,
    }
    yield from ((key, given.place) for key, given in single.items() if given)
    for pattern, section in sections.items():
        yield from ((pattern.format(name), given.place) for name, given in section.items() if given.value is not None)
    lists: dict[str, list[Given[Any]]] = {"events": merged.events, "moves": merged.moves, "record": merged.record}
    for key, items in lists.items():
        yield from ((f"{key}.{number}", given.place) for number, given in enumerate(items))
