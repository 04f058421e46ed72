"""What a resolved scenario is, its canonical form, and the digest of what can influence results."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sim.parameters import Distribution
from sim.scenario.conditions import Condition
from sim.scenario.problems import Place
from sim.state import Month

Document = dict[str, Any]  # what JSON can hold


@dataclass(frozen=True)
class NationSpec:
    """What a scenario says about one nation; None and an empty map leave the model's own values."""

    sharpness: Distribution | None = None
    weight_set: str | None = None
    weights: dict[str, float] = field(default_factory=dict)
    rule: str | None = None
    character: str | None = None


@dataclass(frozen=True)
class Initial:
    """A starting value with its spread between runs; a tuple fills the last axis that the path leaves open."""

    value: float | tuple[float, ...]
    sd: float = 0.0
    source: str = ""


@dataclass(frozen=True)
class Event:
    """A change: in a month, or once a condition is met, with ``probability``, first ``set`` and then ``add`` to state
    variables.

    month: when it happens, None where ``when`` decides; when: must hold at the end of a month from ``first`` to ``last``
    (None: as long as the scenario); the change comes ``delay`` months later, in each run the first time alone, or with
    ``every`` after each such month
    """

    month: Month | None
    set: dict[str, float] = field(default_factory=dict)
    add: dict[str, float] = field(default_factory=dict)
    probability: float = 1.0
    why: str = ""
    source: str = ""
    when: Condition | None = None
    first: Month | None = None
    last: Month | None = None
    delay: int = 1
    every: bool = False

    @property
    def occasion(self) -> str:
        """When it happens, in words: ``of 2020-11``, ``when severity >= 5``."""
        return f"when {self.when}" if self.when else f"of {self.month}"


@dataclass(frozen=True)
class Instruction:
    """What a nation must choose, or may not choose, in the months ``first`` to ``last`` (None: as long as the scenario).

    force: an action, chosen in its slot where its gate is open; ban: actions that count as not on offer
    """

    nation: str
    force: str = ""
    ban: tuple[str, ...] = ()
    first: Month | None = None
    last: Month | None = None
    why: str = ""

    def holds_in(self, month: Month) -> bool:
        """Whether a month lies in its period."""
        return within(month, self.first, self.last)


def within(month: Month, first: Month | None, last: Month | None) -> bool:
    """Whether a month lies in a period that may be open at either end."""
    return (first is None or first <= month) and (last is None or month <= last)


@dataclass(frozen=True)
class Record:
    """An observed figure of the start month or before."""

    month: Month
    variable: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True)
class Scenario:
    """A resolved scenario. Maps are sorted so that a general path comes before its parts; events are in order of month,
    those with a condition after them.

    ``parameters``, ``nations`` and ``initial`` hold only what differs from the model's own values.
    """

    name: str
    title: str
    question: str
    start: Month
    months: int
    extends: tuple[str, ...] = ()
    parameters: dict[str, Distribution] = field(default_factory=dict)
    nations: dict[str, NationSpec] = field(default_factory=dict)
    initial: dict[str, Initial] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    moves: tuple[Instruction, ...] = ()
    record: tuple[Record, ...] = ()
    provenance: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)

    @property
    def last_month(self) -> Month:
        """The last month that is simulated."""
        return self.start + (self.months - 1)

    def document(self) -> Document:
        """The scenario as JSON can hold it; ``from_document`` restores an equal one, without provenance."""
        return {
            "name": self.name,
            "title": self.title,
            "question": self.question,
            "extends": list(self.extends),
            "start": str(self.start),
            "months": self.months,
            "parameters": {name: written(value) for name, value in self.parameters.items()},
            "nations": {name: _nation(spec) for name, spec in self.nations.items()},
            "initial": {path: written(value) for path, value in self.initial.items()},
            "events": [written(event) for event in self.events],
            **_said(moves=[written(each) for each in self.moves]),
            "record": [written(figure) for figure in self.record],
        }

    def digest(self) -> str:
        """SHA-256, in hexadecimal, of everything that can influence results: no names, texts, sources or places."""
        bare = {
            "start": str(self.start),
            "months": self.months,
            "parameters": {name: written(value) for name, value in self.parameters.items()},
            "nations": {name: _nation(spec) for name, spec in self.nations.items()},
            "initial": {path: [value.value, value.sd] for path, value in self.initial.items()},
            "events": [_effective(event) for event in self.events],
            **_said(moves=[_effective(each) for each in self.moves]),
            "record": [[str(figure.month), figure.variable, figure.value, figure.unit] for figure in self.record],
        }
        text = json.dumps(bare, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


class Change(NamedTuple):
    """One difference between two scenarios. Values are as in a document; where a scenario says nothing, in words what the
    model has there, or None."""

    key: str
    a: Any
    b: Any


def written(value: Distribution | Initial | Event | Instruction | Record | None) -> Any:
    """A value as a scenario file writes it."""
    match value:
        case Distribution("fixed", (number,)):
            return number
        case Distribution(family, numbers):
            return {family: list(numbers)}
        case Initial(number, sd, source):
            bare = list(number) if isinstance(number, tuple) else number
            return _said(value=bare, sd=sd, source=source) if sd or source else bare
        case Event():
            certain = None if value.probability == 1 else value.probability
            return {
                **_occasion(value),
                **_said(set=value.set, add=value.add, why=value.why, source=value.source),
                **({} if certain is None else {"probability": certain}),
            }
        case Instruction(nation, force, ban, first, last, why):
            return {"nation": nation, **_said(force=force, ban=list(ban), **_period(first, last), why=why)}
        case Record():
            figure = {"month": str(value.month), "variable": value.variable, "value": value.value, "unit": value.unit}
            return {**figure, "source": value.source}
        case _:
            return None


def _occasion(event: Event) -> Document:
    """When an event happens, as a scenario file writes it."""
    if event.when is None:
        return {"month": str(event.month)}
    delay = 0 if event.delay == 1 else event.delay
    return {"when": str(event.when), **_said(**_period(event.first, event.last), delay=delay, every=event.every)}


def _period(first: Month | None, last: Month | None) -> Document:
    return {"from": str(first) if first else "", "to": str(last) if last else ""}


def _effective(value: Event | Instruction) -> Any:
    """What of it can influence results."""
    if isinstance(value, Event) and value.when is None:
        return [str(value.month), value.set, value.add, value.probability]
    return {key: said for key, said in written(value).items() if key not in ("why", "source")}


def _nation(spec: NationSpec) -> Document:
    return _said(
        sharpness=written(spec.sharpness), rule=spec.rule, character=spec.character, weight_set=spec.weight_set,
        weights=spec.weights,
    )  # fmt: skip


def _said(**values: Any) -> Document:
    return {
        key: dict(value) if isinstance(value, dict) else value for key, value in values.items() if value or key == "value"
    }
