"""A JSON Schema of scenario files, with which an editor completes names and shows units, ranges and meanings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.parameters import FAMILIES, Parameter
from sim.parameters.distributions import ANY_LENGTH
from sim.scenario import beginnings, layer, sections, values, vocabulary
from sim.scenario.files import NAME
from sim.scenario.values import Range

Schema = dict[str, Any]
MONTH: Schema = {"type": "string", "pattern": r"^[0-9]{4}-(0[1-9]|1[0-2])$", "description": "YYYY-MM"}
NULL: Schema = {"type": "null", "description": "take back what a parent says"}


def json_schema() -> Schema:
    """The schema (draft 2020-12) of the file format, with every parameter, state path, nation and feature by name."""
    events = {"type": "array", "items": {"$ref": "#/$defs/event"}}
    moves = {"type": "array", "items": {"$ref": "#/$defs/move"}}
    record = {"type": "array", "items": {"$ref": "#/$defs/figure"}}
    name = {"type": "string", "pattern": f"^{NAME.pattern}$"}
    properties: Schema = {
        "title": _text("one line that names the scenario", values.LONGEST_TITLE),
        "question": _text("the question the scenario puts to the model"),
        "extends": {
            "description": "scenarios this one starts from, by name; later ones win",
            "anyOf": [name, {"type": "array", "items": name, "maxItems": layer.MOST_PARENTS}],
        },
        "start": {**MONTH, "description": "first month that is simulated, YYYY-MM"},
        "months": {"type": "integer", "minimum": 1, "maximum": layer.MOST_MONTHS, "description": "number of months"},
        "parameters": _map(
            {
                sections.POSTERIOR: _text("a fitted posterior: the name of a shipped one, or a path that ends in .csv"),
                **{name: _parameter(known) for name, known in vocabulary.parameters().items()},
            }
        ),
        "nations": _map({nation: _nation(nation) for nation in vocabulary.nations()}),
        "initial_from": {
            "description": "where starting values come from that no file sets: what was known before the start, or a table",
            "anyOf": [{"enum": [beginnings.HISTORY]}, {"type": "string", "pattern": r"\.csv$"}, NULL],
        },
        "initial": _map({path: _initial(path) for path in vocabulary.paths()}),
        "events": {**events, "description": "changes in a month or on a condition; they replace those of the parents"},
        "events+": {**events, "description": "changes in a month or on a condition on top of those of the parents"},
        "moves": {**moves, "description": "moves forced and banned; they replace those of the parents"},
        "moves+": {**moves, "description": "moves forced and banned on top of those of the parents"},
        "record": {**record, "description": "observed figures of the start month or before; they replace the parents'"},
        "record+": {**record, "description": "observed figures on top of those of the parents"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of the Peninsula model",
        **_map(properties),
        "required": ["title"],
        "$defs": {"distribution": _distribution(), "event": _event(), "move": _move(), "figure": _figure()},
    }


def _map(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": dict(properties)}


def _text(description: str, longest: int = values.LONGEST_TEXT) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": longest, "description": description}


def _number(allowed: Range) -> Schema:
    schema: Schema = {"type": "integer" if allowed.whole else "number"}
    if not math.isinf(allowed.low):
        schema["minimum"] = allowed.low
    if not math.isinf(allowed.high):
        schema["maximum"] = allowed.high
    if allowed.positive:
        schema["exclusiveMinimum"] = 0
    return schema


def _distribution() -> Schema:
    families = [family for family in FAMILIES if family != "fixed"]
    return {
        "description": "a distribution over runs",
        "minProperties": 1,
        "maxProperties": 1,
        **_map({family: _family(family) for family in families}),
    }


def _family(family: str) -> Schema:
    names = FAMILIES[family]
    schema = _numbers(len(names), f"[{', '.join(names)}]")
    if family == ANY_LENGTH:
        schema = {**schema, "minItems": 2}
        del schema["maxItems"]
    return schema


def _numbers(count: int, description: str) -> Schema:
    return {"type": "array", "items": {"type": "number"}, "minItems": count, "maxItems": count, "description": description}


def _parameter(known: Parameter) -> Schema:
    unit = f" [{known.unit}]" if known.unit not in ("", "-") else ""
    return {
        "description": f"{known.meaning}{unit}; prior {known.prior}, {known.low:g} to {known.high:g}; {known.source}",
        "anyOf": [_number(Range(known.low, known.high)), {"$ref": "#/$defs/distribution"}, NULL],
    }


def _nation(nation: str) -> Schema:
    weight = {"anyOf": [_number(sections.WEIGHT), NULL]}
    return _map(
        {
            "sharpness": {
                "description": "how strictly the better option is chosen; above 0",
                "anyOf": [_number(sections.SHARPNESS), {"$ref": "#/$defs/distribution"}, NULL],
            },
            "rule": {"description": _rules(), "anyOf": [{"enum": list(vocabulary.rules())}, NULL]},
            "character": {
                "description": "a nation of an installed package in place of the model's own: menu, weights, look-ahead",
                "anyOf": [{"type": "string", "minLength": 1, "maxLength": vocabulary.LONGEST_NAME}, NULL],
            },
            "weight_set": {
                "description": "one of the rival sets of weights",
                "anyOf": [{"enum": list(vocabulary.weight_sets(nation))}, NULL],
            },
            "weights": {**_map(dict.fromkeys(vocabulary.features(), weight)), "description": "weights that are changed"},
        }
    )


def _rules() -> str:
    from sim.rules import RULES  # needed only here

    return "how it decides: " + "; ".join(f"{rule.name}: {rule.meaning}" for rule in RULES.values())


def _initial(path: str) -> Schema:
    variable, axes = vocabulary.variable_at(path)
    value: list[Schema] = [_level(path)]
    if axes:
        count = vocabulary.length(axes[-1])
        value.append({**_numbers(count, f"one per {axes[-1]}"), "items": _number(sections.range_at(path))})
    spread = _number(Range(0, 0 if variable.whole else variable.high - variable.low))
    full = {"value": {"anyOf": value}, "sd": spread, "source": _text("where the value comes from")}
    return {
        "description": f"{variable.meaning} [{variable.unit}]; {variable.start:g} where nothing is said",
        "anyOf": [*value, {**_map(full), "required": ["value"]}, NULL],
    }


def _level(path: str) -> Schema:
    """A number that every part of the state that the path names may hold."""
    return _number(min((sections.range_at(part) for part in vocabulary.parts(path)), key=lambda allowed: allowed.high))


def _event() -> Schema:
    paths = vocabulary.paths()
    ranges = {path: _level(path) for path in paths}
    steps = {
        path: _number(sections.step_at(path)) for path in paths if path.split(".")[0] not in vocabulary.BY_NATION
    }  # types are set, not added to
    properties = {
        "month": MONTH,
        "when": _text("a condition in place of a month, such as severity >= 5, joined by and alone or by or alone"),
        "from": {**MONTH, "description": "first month at whose end the condition counts, YYYY-MM"},
        "to": {**MONTH, "description": "last month at whose end the condition counts, YYYY-MM"},
        "delay": {
            "type": "integer",
            "minimum": 1,
            "maximum": sections.LONGEST_DELAY,
            "description": "months from the condition to the change; 1 where nothing is said",
        },
        "every": {
            "enum": [True, False],
            "description": "after each month in which the condition holds, not the first alone",
        },
        "set": {**_map(ranges), "minProperties": 1, "description": "new values of state variables"},
        "add": {**_map(steps), "minProperties": 1, "description": "changes of state variables"},
        "probability": {
            **_number(sections.PROBABILITY),
            "description": "share of runs in which it happens; 1 where nothing is said",
        },
        "why": _text("the reason"),
        "source": _text("where it comes from"),
    }
    needed = [{"required": [occasion, change]} for occasion in ("month", "when") for change in ("set", "add")]
    return {**_map(properties), "anyOf": needed}


def _move() -> Schema:
    period = {
        "from": {**MONTH, "description": "first month, YYYY-MM; that of the scenario where nothing is said"},
        "to": {**MONTH, "description": "last month, YYYY-MM; that of the scenario where nothing is said"},
        "why": _text("the reason"),
    }
    return {"anyOf": [each for nation in vocabulary.nations() for each in _orders(nation, period)]}


def _orders(nation: str, period: Schema) -> list[Schema]:
    """What a nation may be told: to choose an action of its menu, or not to; any action where packages offer nations."""
    action: Schema = {"enum": list(vocabulary.actions(nation))}
    if vocabulary.characters():
        action = _text("an action of the nation that a package offers")
    several = {"type": "array", "items": action, "minItems": 1}
    told: Schema = {
        "force": {**action, "description": "an action that it chooses where its gate is open"},
        "ban": {"anyOf": [action, several], "description": "actions that are not on offer"},
    }
    return [
        {**_map({"nation": {"enum": [nation]}, **period, key: said}), "required": ["nation", key]}
        for key, said in told.items()
    ]


def _figure() -> Schema:
    cells = [path for path in vocabulary.paths(settable=False) if not vocabulary.variable_at(path)[1]]
    properties = {
        "month": MONTH,
        "variable": {"enum": cells, "description": "a single number of the state"},
        "value": {"type": "number"},
        "unit": _text("the unit of the variable"),
        "source": _text("where the figure comes from"),
    }
    return {**_map(properties), "required": ["month", "variable", "value", "source"]}
