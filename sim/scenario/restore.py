"""A scenario back from its document, through the same checks as a file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sim.scenario.files import NAME
from sim.scenario.layer import read_layer
from sim.scenario.problems import Place, Problems, Refused, holds_hidden
from sim.scenario.reader import DEEPEST, Listing, Node, Scalar, Table
from sim.scenario.resolve import resolve
from sim.scenario.schema import Document, Scenario

HERE = Place("document")
LONGEST_INTEGER = 1100  # bits; beyond every number of YAML


def from_document(document: Document) -> Scenario:
    """The scenario that ``Scenario.document`` wrote, without provenance.

    Raises ScenarioError when the document is none, or does not fit the vocabulary of this version.
    """
    problems = Problems()
    try:
        root = _node(document, 1)
        name = root.items.pop("name", None) if isinstance(root, Table) else None
        if not isinstance(root, Table) or not isinstance(name, Scalar) or not NAME.fullmatch(name.text):
            raise Refused(HERE, "this is not the document of a scenario; expected a map with a name")
        kept = {
            key: node
            for key, node in root.items.items()
            if not (key == "question" and isinstance(node, Scalar) and not node.value)
        }
        layer = read_layer(Table(HERE, kept, dict.fromkeys(kept, HERE)), problems)
    except Refused as problem:
        problems.add(problem)
        raise problems.error() from None
    return replace(resolve([layer], (), name.text, problems), provenance={})


def _node(value: Any, depth: int) -> Node:
    if depth > DEEPEST:
        raise Refused(HERE, f"values are nested more than {DEEPEST} deep, too deep for a scenario")
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        if any(map(holds_hidden, value)):
            raise Refused(HERE, "a key holds a control character, which is not allowed")
        return Table(HERE, {key: _node(inner, depth + 1) for key, inner in value.items()}, dict.fromkeys(value, HERE))
    if isinstance(value, list | tuple):
        return Listing(HERE, tuple(_node(inner, depth + 1) for inner in value))
    if isinstance(value, str):
        if holds_hidden(value):
            raise Refused(HERE, "a text holds a control character, which is not allowed")
        return Scalar(HERE, value, value, plain=False)
    if isinstance(value, int) and value.bit_length() > LONGEST_INTEGER:  # nor can it be printed
        raise Refused(HERE, "there is a whole number too large for any value of a scenario")
    if value is None or isinstance(value, bool | int | float):
        return Scalar(HERE, value, str(value), plain=True)
    raise Refused(HERE, "there is a value that JSON cannot hold; expected maps, lists, numbers and text")
