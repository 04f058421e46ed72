"""Putting layers on top of one another: maps merge key by key, lists are replaced or appended to, null takes back.

Each file is one layer and is applied once, parents before children and from left to right, also when two
parents extend the same scenario: what the first changes is not undone by what the second inherits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sim.parameters import Distribution
from sim.scenario.layer import Layer
from sim.scenario.schema import Event, Initial, Record
from sim.scenario.tables import Given
from sim.state import Month


@dataclass
class Merged:
    """Layers as one."""

    keys: frozenset[str] = frozenset()
    title: Given[str] | None = None
    question: Given[str] | None = None
    start: Given[Month] | None = None
    months: Given[int] | None = None
    parameters: dict[str, Given[Distribution | None]] = field(default_factory=dict)
    sharpness: dict[str, Given[Distribution | None]] = field(default_factory=dict)
    weight_set: dict[str, Given[str | None]] = field(default_factory=dict)
    weights: dict[tuple[str, str], Given[float | None]] = field(default_factory=dict)
    initial: dict[str, Given[Initial | None]] = field(default_factory=dict)
    events: list[Given[Event]] = field(default_factory=list)
    record: list[Given[Record]] = field(default_factory=list)

    def put(self, layer: Layer) -> None:
        """Put a layer on top."""
        self.keys |= layer.keys
        self.title, self.question = layer.title or self.title, layer.question or self.question
        self.start, self.months = layer.start or self.start, layer.months or self.months
        self.parameters.update(layer.parameters)
        for nation, given in layer.nations.items():
            if given.value.sharpness:
                self.sharpness[nation] = given.value.sharpness
            if given.value.weight_set:
                self.weight_set[nation] = given.value.weight_set
            self.weights.update({(nation, feature): weight for feature, weight in given.value.weights.items()})
        for path in layer.initial:  # what is said of a whole variable replaces what was said of its parts
            self.initial = {old: value for old, value in self.initial.items() if not old.startswith(f"{path}.")}
        self.initial.update(layer.initial)
        self.events = (self.events if layer.events is None else layer.events) + layer.more_events
        self.record = (self.record if layer.record is None else layer.record) + layer.more_record

    def in_order(self) -> Merged:
        """The same, sorted as a scenario is: names by letter, so that a path comes before its parts, and lists by month."""
        return replace(
            self,
            parameters=dict(sorted(self.parameters.items())),
            weights=dict(sorted(self.weights.items())),
            initial=dict(sorted(self.initial.items())),
            events=sorted(self.events, key=lambda given: given.value.month),  # stable: order within a month counts
            record=sorted(self.record, key=lambda given: (given.value.month, given.value.variable)),
        )


def merge(files: Sequence[Layer], settings: Sequence[Layer] = ()) -> Merged:
    """All layers as one; title and question come from the last file and the settings alone."""
    merged = Merged()
    for layer in files:
        merged.put(layer)
    merged.title, merged.question = files[-1].title, files[-1].question
    merged.keys = merged.keys - {"title"} | files[-1].keys
    for layer in settings:
        merged.put(layer)
    return merged.in_order()
