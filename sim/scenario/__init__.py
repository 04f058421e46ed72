"""Scenario files: reading them, putting them on top of one another, and checking every value where it stands.

A scenario is one YAML file, named after its stem. Its keys are ``title``, ``question``, ``extends``, ``start``,
``months``, ``parameters``, ``nations``, ``initial``, ``events``, ``moves`` and ``record``. A file says only what differs
from the scenarios it extends: maps merge key by key, ``null`` takes back what a parent says, ``events``, ``moves`` and
``record`` replace those of the parents, and ``events+``, ``moves+`` and ``record+`` append to them. A title and a
question are a file's own.

Several parents apply from left to right, each file once: when two parents extend the same scenario, what the first
one changes is not undone by what the second one inherits.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sim.scenario.advice import warnings
from sim.scenario.editors import json_schema
from sim.scenario.files import locate, shipped
from sim.scenario.problems import Place, Problems, Refused, ScenarioError, shown
from sim.scenario.resolve import Chain, resolve
from sim.scenario.restore import from_document
from sim.scenario.schema import Change, Event, Initial, Instruction, NationSpec, Record, Scenario
from sim.scenario.settings import Settings, read_settings
from sim.scenario.show import difference, show_lines, told_value

__all__ = [
    "Change",
    "Event",
    "Initial",
    "Instruction",
    "Listed",
    "NationSpec",
    "Place",
    "Record",
    "Scenario",
    "ScenarioError",
    "difference",
    "from_document",
    "json_schema",
    "list_scenarios",
    "load_parents",
    "load_scenario",
    "show_lines",
    "told_value",
    "warnings",
]


class Listed(NamedTuple):
    """A scenario in a list. For a file that cannot be used the title says so and the question is its first problem."""

    name: str
    path: Path
    title: str
    question: str


def load_scenario(name_or_path: str | Path, settings: Settings = ()) -> Scenario:
    """Read, resolve and check a scenario, shipped (a name) or of one's own (a path that ends in .yaml).

    ``settings`` are ``KEY=VALUE`` texts, or a map of them, that go on top: ``months=40``, ``initial.reserves=3``,
    ``nations.russia.sharpness=2``; the value is read as YAML.

    Raises ScenarioError with up to 20 problems, each with its place.
    """
    problems = Problems()
    name, chain = _read(name_or_path, problems)
    layers = read_settings(settings, problems)
    if chain.broken:
        raise problems.error()
    return resolve(chain.layers, layers, name, problems)


def load_parents(name_or_path: str | Path) -> Scenario | None:
    """What a scenario starts from: the scenarios it extends, without itself; None when it extends none.

    Raises ScenarioError when the scenario or one it extends cannot be read.
    """
    problems = Problems()
    _, chain = _read(name_or_path, problems)
    problems.raise_if_any()
    own = chain.layers.pop()
    if not own.extends:
        return None
    name = "-".join(given.value for given in own.extends)
    return resolve(chain.layers, (), name, problems, title=name)


def list_scenarios(folder: Path | None = None) -> list[Listed]:
    """The shipped scenarios, or those of a folder, by name; a file that cannot be used is listed with its problem."""
    return [_listed(path) for path in shipped(folder)]


def _read(name_or_path: str | Path, problems: Problems) -> tuple[str, Chain]:
    chain = Chain(problems)
    try:
        path = locate(name_or_path)
        chain.add(path, Place(shown(path)))
    except Refused as problem:
        problems.add(problem)
        raise problems.error() from None
    return path.stem, chain


def _listed(path: Path) -> Listed:
    try:
        scenario = load_scenario(path)
    except ScenarioError as error:
        return Listed(path.stem, path, "(cannot be used)", error.lines[0])
    return Listed(scenario.name, path, scenario.title, scenario.question)
