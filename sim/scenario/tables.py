"""Reading maps and lists entry by entry, so that one bad entry does not hide the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sim.scenario.problems import Place, Problems, Refused, quoted
from sim.scenario.reader import Listing, Node, Table
from sim.scenario.values import kind
from sim.scenario.vocabulary import nearest

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Given(Generic[T_co]):
    """A value and the place that says it. A value of None takes back what a parent says."""

    value: T_co
    place: Place


def as_table(node: Node, name: str) -> Table:
    """The node as a map; Refused when it is none."""
    if isinstance(node, Table):
        return node
    hint = "; write the names under it, or leave the key out" if kind(node) == "empty" else ""
    raise Refused(node.place, f"{name} is {kind(node)}; expected a map{hint}")


def entries(node: Node, name: str, problems: Problems, read: Callable[[str, Node, Place], T]) -> dict[str, Given[T]]:
    """The entries of a map of free names; ``read`` gets the name, the value and the place of the name."""
    whole = as_table(node, name)
    found: dict[str, Given[T]] = {}
    for key, inner in whole.items.items():
        with problems.collected():
            found[key] = Given(read(key, inner, whole.keys[key]), whole.keys[key])
    return found


def listed(node: Node, name: str, problems: Problems, read: Callable[[Node], T]) -> list[Given[T]]:
    """The items of a list that are right; what is wrong in the others is added to ``problems``."""
    if not isinstance(node, Listing):
        raise Refused(node.place, f"{name} is {kind(node)}; expected a list")
    found: list[Given[T]] = []
    for item in node.items:
        before = len(problems)
        with problems.collected():
            value = read(item)
            if len(problems) == before:
                found.append(Given(value, item.place))
    return found


@dataclass(frozen=True)
class Fields:
    """A map with fixed keys, read one by one."""

    table: Table
    problems: Problems

    def get(self, key: str, read: Callable[[Node], T], default: T) -> T:
        """The value of a key, or the default where it is not given or wrong, which is then added to the problems."""
        if key in self.table.items:
            with self.problems.collected():
                return read(self.table.items[key])
        return default


def fields(node: Node, name: str, known: Iterable[str], problems: Problems, required: Iterable[str] = ()) -> Fields:
    """A map with fixed keys; unknown and missing ones are added to ``problems``. Refused when it is no map."""
    whole = as_table(node, name)
    for key, place in whole.keys.items():
        with problems.collected():
            check_known(f"key of {name}", key, known, place)
    for key in required:
        if key not in whole.items:
            problems.add(Refused(whole.place, f"{name} has no {key}; expected the keys {', '.join(required)}"))
    return Fields(whole, problems)


def check_known(what: str, name: str, known: Iterable[str], place: Place) -> None:
    """Refused when a name is not among the known ones, with the nearest."""
    if name not in known:
        raise Refused(place, f"unknown {what} {quoted(name)}{nearest(name, known)}")
