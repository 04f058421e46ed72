"""The schema for editors says what the loader accepts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import sim
from sim.nations import CHARACTERS
from sim.parameters import PARAMETERS
from sim.scenario import json_schema, load_scenario
from sim.state import NATIONS, VARIABLES

BAD = Path(__file__).parent / "bad"
SHIPPED = sorted((Path(sim.__file__).parent.parent / "scenarios").glob("*.yaml"))
SCHEMA = json_schema()
TYPES = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "null": type(None)}
Write = Callable[..., str]


def conforms(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value is valid; only the keywords that this schema uses."""
    if "$ref" in schema:
        return conforms(value, SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")])
    checks = {
        "type": lambda kind: isinstance(value, TYPES[kind]) and not isinstance(value, bool),
        "enum": lambda allowed: value in allowed,
        "anyOf": lambda options: any(conforms(value, option) for option in options),
        "minimum": lambda low: not isinstance(value, int | float) or value >= low,
        "exclusiveMinimum": lambda low: not isinstance(value, int | float) or value > low,
        "maximum": lambda high: not isinstance(value, int | float) or value <= high,
        "pattern": lambda pattern: not isinstance(value, str) or re.search(pattern, value) is not None,
        "minLength": lambda least: not isinstance(value, str) or len(value) >= least,
        "maxLength": lambda most: not isinstance(value, str) or len(value) <= most,
        "items": lambda inner: not isinstance(value, list) or all(conforms(item, inner) for item in value),
        "minItems": lambda least: not isinstance(value, list) or len(value) >= least,
        "maxItems": lambda most: not isinstance(value, list) or len(value) <= most,
        "minProperties": lambda least: not isinstance(value, dict) or len(value) >= least,
        "maxProperties": lambda most: not isinstance(value, dict) or len(value) <= most,
        "required": lambda keys: not isinstance(value, dict) or set(keys) <= set(value),
        "properties": lambda inner: (
            not isinstance(value, dict) or all(conforms(value[key], inner[key]) for key in inner if key in value)
        ),
        "additionalProperties": lambda _: not isinstance(value, dict) or set(value) <= set(schema["properties"]),
        **dict.fromkeys(("description", "title", "$schema", "$defs"), lambda _: True),
    }
    return all(checks[keyword](argument) for keyword, argument in schema.items())


def plain(path: Path, fill: Callable[[str], str]) -> Any:
    return YAML(typ="safe", pure=True).load(fill(path.read_text(encoding="utf-8")))


def test_the_schema_is_json_and_names_everything() -> None:
    assert json.loads(json.dumps(SCHEMA, allow_nan=False)) == SCHEMA
    properties = SCHEMA["properties"]
    assert set(properties["parameters"]["properties"]) == set(PARAMETERS) | {"posterior"}
    assert set(properties["nations"]["properties"]) == set(NATIONS)
    assert {path.split(".")[0] for path in properties["initial"]["properties"]} == {
        name for name, variable in VARIABLES.items() if variable.settable
    }
    for name, known in PARAMETERS.items():
        described = properties["parameters"]["properties"][name]
        assert known.meaning in described["description"]
        assert described["anyOf"][0] == {"type": "number", "minimum": known.low, "maximum": known.high}


def test_the_schema_asks_for_whole_levels_and_knows_the_types_of_each_nation() -> None:
    initial = SCHEMA["properties"]["initial"]["properties"]
    event = SCHEMA["$defs"]["event"]["properties"]
    for path, described in initial.items():
        whole = VARIABLES[path.split(".")[0]].whole
        kind = "integer" if whole else "number"
        assert described["anyOf"][0]["type"] == event["set"]["properties"][path]["type"] == kind, path
        assert (described["anyOf"][-2]["properties"]["sd"].get("maximum") == 0) == whole, path
    tops = {nation: initial[f"administration.{nation}"]["anyOf"][0]["maximum"] for nation in NATIONS}
    assert tops == {nation: len(character.administrations) - 1 for nation, character in CHARACTERS.items()}
    assert event["add"]["properties"]["tier"] == {"type": "integer", "minimum": -6, "maximum": 6}
    assert "administration.united_states" not in event["add"]["properties"]


def test_jsonschema_accepts_the_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_shipped_scenarios_load_and_conform() -> None:
    for path in SHIPPED:
        assert load_scenario(path).name == path.stem
        assert conforms(plain(path, str), SCHEMA), path.name


def test_a_full_scenario_conforms(write: Write, tmp_path: Path) -> None:
    path = write(
        "full",
        "question: Why?\nextends: []\nparameters: {@PARAMETER@: {uniform: [@INSIDE@, @INSIDE@]}}\n"
        "nations: {@NATION@: {sharpness: {beta: [2, 2]}, weight_set: standard, weights: {@FEATURE@: 0.5}}}\n"
        "initial: {@VARIABLE@: {value: @MIDDLE@, sd: 0.1, source: guess}}\n"
        "events: [{month: 2020-06, set: {@VARIABLE@: @MIDDLE@}, probability: 0.5, why: a, source: b}]\n"
        "record+: [{month: 2020-02, variable: @VARIABLE@, value: @MIDDLE@, source: b}]\n",
    )
    assert load_scenario(path).months == 20
    assert conforms(plain(tmp_path / path, str), SCHEMA)


@pytest.mark.parametrize(
    "case",
    [
        "unknown-key", "title-number", "title-empty", "months-zero", "months-fraction", "months-true", "months-quoted",
        "start-thirteen", "start-day", "extends-path", "extends-suffix", "extends-many", "parameters-list",
        "parameter-high", "parameter-quoted", "distribution-unknown", "distribution-two", "distribution-short",
        "nation-unknown", "nation-key", "sharpness-zero", "weight-set-unknown", "weight-unknown", "weight-huge",
        "variable-unknown", "variable-not-settable", "variable-high", "vector-length", "initial-key",
        "initial-no-value", "initial-sd", "event-empty", "event-no-month", "event-probability", "event-key",
        "event-set-empty", "event-set-high", "event-add-wide", "record-no-source", "record-part",
        "administration-between", "administration-unknown", "administration-of-all", "event-administration",
        "event-administration-add", "ladder-between", "ladder-high", "ladder-spread", "event-set-between",
        "event-add-between", "not-settable-part",
    ],
)  # fmt: skip
def test_what_the_loader_refuses_does_not_conform(case: str, filled: Callable[[str], str]) -> None:
    assert not conforms(plain(BAD / f"{case}.yaml", filled), SCHEMA)
