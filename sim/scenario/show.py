"""A resolved scenario as lines one can read, and the differences between two."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sim.parameters import Distribution
from sim.parameters.distributions import FAMILIES
from sim.scenario.problems import Place, printable
from sim.scenario.schema import Change, Document, Scenario
from sim.scenario.unsaid import own_value, told

LISTS = ("events", "moves", "record")
_PLAIN = {"start", "month", "from", "to"}  # months need no quotes


def show_lines(scenario: Scenario) -> list[str]:
    """The resolved scenario as YAML, each line with the file and line that set it; it loads to the same values."""
    document = scenario.document()
    extends = f", extends {', '.join(scenario.extends)}" if scenario.extends else ""
    return [f"# {scenario.name}{extends}", *_lines(document, scenario)]


def difference(a: Scenario, b: Scenario) -> list[Change]:
    """What differs between the values of two scenarios; titles, reasons and sources do not count.

    Where one of them says nothing its value is in words what the model has there (``own_value``), None where it has nothing.
    """
    left, right = dict(_flat(a)), dict(_flat(b))
    keys = [*left, *(key for key in right if key not in left)]
    changed = [
        Change(
            key,
            *(own_value(each, key) if values.get(key) is None else values[key] for each, values in ((a, left), (b, right))),
        )
        for key in keys
        if left.get(key) != right.get(key)
    ]
    return sorted(changed, key=lambda change: _rank(change.key))


def told_value(value: Any) -> str:
    """One side of a difference as one reads it: ``uniform 0.3 to 0.6``, a number, a text, JSON of what is larger."""
    match value:
        case None:
            return "-"
        case str():
            return value
        case list():
            return _list_told(value)
        case dict() if len(value) == 1 and next(iter(value)) in FAMILIES:
            ((family, numbers),) = value.items()
            return told(Distribution(family, tuple(numbers)))
        case {"set": _} | {"add": _}:
            return ", ".join(_event_told(value))
        case {"nation": _}:
            return ", ".join(f"{key} {told_value(each)}" for key, each in value.items() if key != "nation")
        case {"value": middle, "sd": spread}:
            return f"{told_value(middle)}, sd {told_value(spread)}"
        case float() if value.is_integer():
            return f"{value:.0f}"
        case _:
            return json.dumps(value)


def _list_told(values: list[Any]) -> str:
    """Names with ``and`` between them, numbers with commas."""
    if not values or not all(isinstance(each, str | int | float) for each in values):
        return json.dumps(values)
    return (" and " if isinstance(values[0], str) else ", ").join(map(told_value, values))


def _event_told(event: Mapping[str, Any]) -> Iterator[str]:
    """What an event changes and when, but for its month or condition, which are in its key."""
    yield from (f"{path} = {told_value(value)}" for path, value in event.get("set", {}).items())
    yield from (
        f"{path} {'-' if value < 0 else '+'}{told_value(abs(value))}" for path, value in event.get("add", {}).items()
    )
    known = ("set", "add", "month", "when", "probability")
    if "probability" in event:
        yield f"in {told_value(event['probability'])} of runs"
    yield from (f"{key} {told_value(value)}" for key, value in event.items() if key not in known)


def reasons(scenario: Scenario) -> dict[str, str]:
    """Why events and moves are as they are, by the keys of ``difference``."""
    document = scenario.document()
    return {
        key: item["why"] for items, pattern in _lists(document) for key, item in _keyed(items, pattern) if item.get("why")
    }


def _lines(document: Document, scenario: Scenario) -> Iterator[str]:
    places = scenario.provenance
    for key in ("title", "question", "start", "months"):
        if document[key] != "":
            yield _line(f"{key}: {_flow(document[key], key)}", places.get(key))
    for section in ("parameters", "initial"):
        if document[section]:
            yield f"{section}:"
            for name, value in document[section].items():
                yield _line(f"  {name}: {_flow(value)}", places.get(f"{section}.{name}"))
    if document["nations"]:
        yield "nations:"
        for nation, spec in document["nations"].items():
            yield f"  {nation}:"
            yield from _nation_lines(nation, spec, scenario)
    yield from _list_lines(document, scenario)


def _list_lines(document: Document, scenario: Scenario) -> Iterator[str]:
    for section in LISTS:
        items = document.get(section, [])
        if items:
            yield f"{section}:"
        for number, item in enumerate(items):
            yield _line(f"  - {_flow(item)}", scenario.provenance.get(f"{section}.{number}"))


def _nation_lines(nation: str, spec: Document, scenario: Scenario) -> Iterator[str]:
    for key, value in spec.items():
        at = f"nations.{nation}.{key}"
        if key != "weights":
            yield _line(f"    {key}: {_flow(value)}", scenario.provenance.get(at))
            continue
        yield "    weights:"
        for feature, weight in value.items():
            yield _line(f"      {feature}: {_flow(weight)}", scenario.provenance.get(f"{at}.{feature}"))


def _line(text: str, place: Place | None) -> str:
    return f"{text}  # {printable(place.file)}:{place.line}" if place else text


def _flow(value: Any, key: str = "") -> str:
    """A value on one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_flow(inner, name)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, str) and key in _PLAIN:
        return value
    return json.dumps(value, ensure_ascii=False)


def nation_values(nations: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    """What a document says of nations, one key each."""
    for nation, spec in nations.items():
        for key, value in spec.items():
            inner = value.items() if key == "weights" else ()
            yield from ((f"nations.{nation}.weights.{feature}", weight) for feature, weight in inner)
            if key != "weights":
                yield f"nations.{nation}.{key}", value


def _flat(scenario: Scenario) -> Iterator[tuple[str, Any]]:
    """The values that can influence results, one key each."""
    document = scenario.document()
    yield from ((key, document[key]) for key in ("start", "months"))
    yield from ((f"parameters.{name}", value) for name, value in document["parameters"].items())
    yield from nation_values(document["nations"])
    for path, initial in scenario.initial.items():
        value = list(initial.value) if isinstance(initial.value, tuple) else initial.value
        yield f"initial.{path}", {"value": value, "sd": initial.sd} if initial.sd else value
    for items, pattern in _lists(document):
        for key, item in _keyed(items, pattern):
            yield key, {name: value for name, value in item.items() if name not in ("why", "source")}


def _lists(document: Document) -> Iterator[tuple[list[Document], str]]:
    """Events, moves and record, with what their keys are made of."""
    dated, triggered = ([item for item in document["events"] if (key in item)] for key in ("month", "when"))
    yield dated, "events.{month}"
    yield triggered, "events.when {when}"
    yield document.get("moves", []), "moves.{nation}"
    yield document["record"], "record.{month}.{variable}"


def _keyed(items: list[Document], pattern: str) -> Iterator[tuple[str, Document]]:
    seen: dict[str, int] = {}
    for item in items:
        key = pattern.format(**item)
        seen[key] = seen.get(key, 0) + 1
        yield f"{key}.{seen[key]}" if seen[key] > 1 else key, item


def _rank(key: str) -> int:
    order = ("start", "months", "parameters", "nations", "initial", "events", "moves", "record")
    return order.index(key.split(".", maxsplit=1)[0])
