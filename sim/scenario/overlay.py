"""Putting layers on top of one another: maps merge key by key, lists are replaced or appended to, null takes back.

Each file is one layer and is applied once, parents before children and from left to right, also when two
parents extend the same scenario: what the first changes is not undone by what the second inherits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sim.parameters import Distribution
from sim.scenario.beginnings import Beginning, Initials
from sim.scenario.layer import Layer
from sim.scenario.schema import Event, Instruction, Record
from sim.scenario.tables import Given
from sim.scenario.values import LAST_MONTH
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
    rule: dict[str, Given[str | None]] = field(default_factory=dict)
    character: dict[str, Given[str | None]] = field(default_factory=dict)
    initial_from: Given[Beginning] | None = None
    initial: Initials = field(default_factory=dict)
    events: list[Given[Event]] = field(default_factory=list)
    moves: list[Given[Instruction]] = field(default_factory=list)
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
            if given.value.rule:
                self.rule[nation] = given.value.rule
            if given.value.character:
                self.character[nation] = given.value.character
            self.weights.update({(nation, feature): weight for feature, weight in given.value.weights.items()})
        self.initial_from = layer.initial_from or self.initial_from
        self.initial = _over(self.initial, layer.initial)
        self.events = (self.events if layer.events is None else layer.events) + layer.more_events
        self.moves = (self.moves if layer.moves is None else layer.moves) + layer.more_moves
        self.record = (self.record if layer.record is None else layer.record) + layer.more_record

    def begin_with(self, values: Initials) -> None:
        """Starting values from elsewhere, where no layer says anything or what one says is taken back."""
        self.initial = _over(values, {path: given for path, given in self.initial.items() if given.value is not None})

    def in_order(self) -> Merged:
        """The same, sorted as a scenario is: names by letter, so that a path comes before its parts, and lists by month."""
        return replace(
            self,
            parameters=dict(sorted(self.parameters.items())),
            weights=dict(sorted(self.weights.items())),
            initial=dict(sorted(self.initial.items())),
            # stable: order within a month counts; events with a condition come last
            events=sorted(self.events, key=lambda given: given.value.month or LAST_MONTH + 1),
            record=sorted(self.record, key=lambda given: (given.value.month, given.value.variable)),
        )


def _over(below: Initials, above: Initials) -> Initials:
    """Starting values on top of others: what is said of a whole variable replaces what was said of its parts."""
    kept = {old: value for old, value in below.items() if not any(old.startswith(f"{path}.") for path in above)}
    return dict(sorted({**kept, **above}.items()))


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
