"""What a report is about: its title and question, and each scenario with what it sets otherwise than the base."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.lints import Remark
from experiments.manifest import Manifest, Stored
from sim.features import FEATURES
from sim.outcomes import OUTCOMES
from sim.scenario import Scenario, ScenarioError, difference, vocabulary
from sim.scenario import from_document as restore
from sim.scenario.show import reasons, show_lines, told_value
from sim.state import VARIABLES

VARIED = re.compile(r": (?:\w+\.)*\w+=|: \w+\.[\w.]*\.\.\.$")  # what the title of a point of a sweep adds to its scenario's


IN_FULL = 8  # scenarios that are given in full
WEIGHED = {feature.name: feature.meaning for feature in FEATURES}


@dataclass(frozen=True)
class Difference:
    """A value that a scenario sets otherwise than the base, with what its key means, or why an event is set."""

    key: str
    meaning: str
    before: str
    after: str


@dataclass(frozen=True)
class About:
    """A scenario as it is introduced; ``trouble``: why this version cannot say what it sets."""

    name: str
    title: str
    question: str
    span: str
    digest: str
    differences: tuple[Difference, ...]
    trouble: str = ""


@dataclass(frozen=True)
class Head:
    """The top of a report; ``against``: name and title of what the scenario of the title is compared with."""

    title: str
    question: str
    against: tuple[str, str] = ("", "")


def head(manifest: Manifest, base: str) -> Head:
    """The top of a report of scenarios: those of the variant where there is one alone, else those of the base."""
    first, *others = _base_first(manifest, base)
    shown = others[0] if len(others) == 1 else first
    title, question = _title(shown), str(shown.document["question"]) or str(first.document["question"])
    if len(others) == 1:
        return Head(title, question, (first.name, _title(first)))
    return Head(f"{title}, and {len(others)} variants" if others else title, question)


def _base_first(manifest: Manifest, base: str) -> list[Stored]:
    return sorted(manifest.scenarios, key=lambda stored: stored.name != base)


def _title(stored: Stored) -> str:
    return str(stored.document["title"]) or stored.name


def plain_title(title: str) -> str:
    """The title of a point of a sweep without the values of its keys, which it tells to many digits; others as they are."""
    return VARIED.split(title)[0]


def about(manifest: Manifest, names: Sequence[str]) -> list[About]:
    """Each scenario, the base first."""
    first = _restored(manifest.scenario(names[0]))
    return [_introduced(manifest.scenario(name), first) for name in names]


def _restored(stored: Stored) -> Scenario | ScenarioError:
    """The scenario, or why this version refuses it."""
    try:
        scenario: Scenario = restore(dict(stored.document))
    except ScenarioError as error:
        return error
    return scenario


def files(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Names and texts of the scenarios as files, but for those that this version refuses, and for more than a few."""
    for stored in manifest.scenarios[:IN_FULL]:
        scenario = _restored(stored)
        if not isinstance(scenario, ScenarioError):
            yield stored.name, "\n".join(line.rstrip() for line in show_lines(scenario))


def _introduced(stored: Stored, base: Scenario | ScenarioError) -> About:
    document, mine = stored.document, _restored(stored)
    span = f"{stored.months} months from {document['start']}"
    parts = stored.name, _title(stored), str(document["question"]), span, stored.digest[:12]
    for refused in (mine, base):
        if isinstance(refused, ScenarioError):
            return About(*parts, (), f"This version refuses the stored scenario: {refused.lines[0]}")
    found = difference(base, mine)  # type: ignore[arg-type]
    said = reasons(mine)  # type: ignore[arg-type]
    told = (Difference(each.key, said.get(each.key) or meaning(each.key), _short(each.a), _short(each.b)) for each in found)
    return About(*parts, tuple(told))


def meaning(key: str) -> str:
    """What a parameter or a starting value is, with its unit, or what a weight is put on; empty for other keys."""
    section, _, name = key.partition(".")
    match section, name.split("."):
        case (("parameters" | "initial"), _):
            return defined(name)
        case "nations", [_, "weights", feature] if feature in WEIGHED:
            return f"weight put on {WEIGHED[feature]}"
    return ""


def defined(name: str) -> str:
    """What a parameter or a state variable is, with its unit; empty for other names."""
    known: Any = vocabulary.parameters().get(name) or VARIABLES.get(name.partition(".")[0])
    return f"{known.meaning} ({known.unit})" if known else ""


def meanings(remark: Remark) -> list[str]:
    """What the names of a remark stand for, each variable once; outcomes are explained elsewhere."""
    firsts = {name if name in vocabulary.parameters() else name.partition(".")[0]: name for name in remark.outcomes}
    return [f"{name}: {defined(full)}" for name, full in firsts.items() if name not in OUTCOMES and defined(full)]


def _short(value: Any) -> str:
    return "–" if value is None else told_value(value)
