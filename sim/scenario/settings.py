"""Settings on the command line, ``KEY=VALUE``: each is a small layer on top of the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.scenario.files import SETTING
from sim.scenario.layer import Layer, read_layer
from sim.scenario.problems import Place, Problems, Refused, quoted
from sim.scenario.reader import Node, Table, parse

Settings = Mapping[str, str] | Sequence[str]


def read_settings(settings: Settings, problems: Problems) -> list[Layer]:
    """One layer per setting, in their order; what is wrong is added to ``problems``."""
    if isinstance(settings, str):
        settings = (settings,)
    lines = [f"{key}={value}" for key, value in settings.items()] if isinstance(settings, Mapping) else settings
    layers = []
    for number, line in enumerate(lines, start=1):
        with problems.collected():
            layers.append(read_layer(_tree(line, number, problems), problems))
    return layers


def _tree(line: str, number: int, problems: Problems) -> Table:
    place = Place(SETTING, number)
    key, equals, value = line.partition("=")
    if not equals or not key.strip():
        raise Refused(place, f"{quoted(line)} is no setting; expected KEY=VALUE, such as months=40")
    if key.strip() == "extends":
        raise Refused(place, "extends cannot be set here; write a scenario file that extends others")
    if not value.strip():
        raise Refused(place, f"{quoted(key)} has no value; write null to take back what a file says")
    doubles: list[Refused] = []
    node = parse(value.encode("utf-8", "surrogatepass"), Place(SETTING, number, len(key) + 2), doubles)
    problems.add(*doubles)
    return _nested(_parts(key.strip()), node, place)


def _parts(key: str) -> list[str]:
    """The key as the names of nested maps; names of parameters and state variables keep their dots."""
    section, dot, rest = key.partition(".")
    if not dot:
        return [key]
    if section == "nations":
        return [section, *rest.split(".", 2)]
    return [section, rest]


def _nested(parts: Sequence[str], node: Node, place: Place) -> Table:
    further = parts[1:]
    inner = _nested(further, node, Place(place.file, place.line, place.column + len(parts[0]) + 1)) if further else node
    return Table(place, {parts[0]: inner}, {parts[0]: place})
