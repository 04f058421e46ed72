"""What one file says, checked value by value: the layer it puts on top of the scenarios it extends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sim.parameters import Distribution
from sim.scenario import sections, values
from sim.scenario.beginnings import Beginning, read_initial_from
from sim.scenario.instructions import read_moves
from sim.scenario.problems import Place, Problems, Refused
from sim.scenario.reader import Listing, Node, Scalar, Table
from sim.scenario.schema import Event, Initial, Instruction, Record
from sim.scenario.tables import Given, check_known
from sim.scenario.vocabulary import looks_like
from sim.state import Month

KEYS = (
    "title", "question", "extends", "start", "months",
    "parameters", "nations", "initial_from", "initial", "events", "events+", "moves", "moves+", "record", "record+",
)  # fmt: skip
MOST_MONTHS = 1200
MOST_PARENTS = 10

T = TypeVar("T")


@dataclass(frozen=True)
class Layer:
    """The values of one file. ``events``, ``moves`` and ``record`` replace those of the parents, ``more_...`` append."""

    top: Place
    keys: frozenset[str] = frozenset()  # all that are given, also when their value is wrong
    extends: tuple[Given[str], ...] = ()
    title: Given[str] | None = None
    question: Given[str] | None = None
    start: Given[Month] | None = None
    months: Given[int] | None = None
    parameters: dict[str, Given[Distribution | None]] = field(default_factory=dict)
    nations: dict[str, Given[sections.NationGiven]] = field(default_factory=dict)
    initial_from: Given[Beginning] | None = None
    initial: dict[str, Given[Initial | None]] = field(default_factory=dict)
    events: list[Given[Event]] | None = None
    more_events: list[Given[Event]] = field(default_factory=list)
    moves: list[Given[Instruction]] | None = None
    more_moves: list[Given[Instruction]] = field(default_factory=list)
    record: list[Given[Record]] | None = None
    more_record: list[Given[Record]] = field(default_factory=list)


def as_scenario(root: Node) -> Table:
    """The map a scenario file is. Refused when it is something else; then nothing of what it holds is told."""
    if not isinstance(root, Table):
        raise Refused(root.place, f"the file is {values.kind(root)} at top; expected keys such as title, start and months")
    if root.items and not any(looks_like(key, KEYS) for key in root.items):
        raise Refused(
            root.place, "this is no scenario: it has none of the keys a scenario has, such as title, start and months"
        )
    return root


def read_layer(root: Table, problems: Problems) -> Layer:
    """The layer of a file; what is wrong in it is added to ``problems``."""
    _check_keys(root, problems)

    def given(key: str, read: Callable[[Node], T]) -> Given[T] | None:
        if key in root.items:
            with problems.collected():
                return Given(read(root.items[key]), root.keys[key])
        return None

    def section(key: str, read: Callable[[Node, Problems], T], default: T) -> T:
        found = given(key, lambda node: read(node, problems))
        return found.value if found else default

    return Layer(
        top=root.place,
        keys=frozenset(root.items),
        extends=section("extends", _parents, ()),
        title=given("title", lambda node: values.text(node, "title", values.LONGEST_TITLE)),
        question=given("question", lambda node: values.text(node, "question")),
        start=given("start", lambda node: values.month(node, "start")),
        months=given("months", lambda node: values.whole(node, "months", 1, MOST_MONTHS)),
        parameters=section("parameters", sections.read_parameters, {}),
        nations=section("nations", sections.read_nations, {}),
        initial_from=given("initial_from", lambda node: read_initial_from(node, problems)),
        initial=section("initial", sections.read_initial, {}),
        events=section("events", sections.read_events, None),
        more_events=section("events+", sections.read_events, []),
        moves=section("moves", read_moves, None),
        more_moves=section("moves+", read_moves, []),
        record=section("record", sections.read_record, None),
        more_record=section("record+", sections.read_record, []),
    )


def _check_keys(root: Table, problems: Problems) -> None:
    for key, place in root.keys.items():
        with problems.collected():
            check_known("key", key, KEYS, place)
    for key in ("events", "moves", "record"):
        if key in root.items and f"{key}+" in root.items:
            place = root.keys[f"{key}+"]
            problems.add(
                Refused(place, f"both {key} and {key}+ are given; {key} replaces what is inherited, {key}+ adds to it")
            )


def _parents(node: Node, problems: Problems) -> tuple[Given[str], ...]:
    items = node.items if isinstance(node, Listing) else (node,)
    if len(items) > MOST_PARENTS:
        raise Refused(node.place, f"extends names {len(items)} scenarios; expected at most {MOST_PARENTS}")
    found: dict[str, Given[str]] = {}
    for item in items:
        with problems.collected():
            if not isinstance(item, Scalar):
                raise Refused(
                    item.place, f"extends is {values.kind(item)}; expected the name of a scenario, or a list of names"
                )
            name = values.text(item, "extends")
            if name in found:
                raise Refused(item.place, f"extends names '{name}' twice; keep one")
            found[name] = Given(name, item.place)
    return tuple(found.values())
