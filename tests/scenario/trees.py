"""Scenario files as trees that a test can change in one place and write again, one key or value to a line, so that it knows
on which lines the place it changed now stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sim.scenario.problems import Place
from sim.scenario.reader import Listing, Node, Scalar, parse, scalar_value

PLAIN_KEY = re.compile(r"[A-Za-z_][\w.+-]*", re.ASCII)
FREE = ("parameters", "nations", "weights", "initial", "set", "add")  # maps whose keys are names of the model

Way = tuple[int, ...]  # from the top: the number of the entry or item at each step


@dataclass(frozen=True)
class Leaf:
    """A value as it is written."""

    text: str


@dataclass(frozen=True)
class Many:
    """A list."""

    items: tuple[Tree, ...] = ()


@dataclass(frozen=True)
class Pairs:
    """A map; a key may stand in it twice."""

    items: tuple[tuple[str, Tree], ...] = ()


Tree = Leaf | Many | Pairs


def read(data: bytes) -> Tree:
    """The tree of a file."""
    return _tree(parse(data, Place("file"), []))


def _tree(node: Node) -> Tree:
    if isinstance(node, Scalar):
        return Leaf(node.text if node.plain else json.dumps(node.text, ensure_ascii=False))
    if isinstance(node, Listing):
        return Many(tuple(_tree(item) for item in node.items))
    return Pairs(tuple((key, _tree(inner)) for key, inner in node.items.items()))


def at(tree: Tree, way: Way) -> Tree:
    """What stands at a place."""
    for step in way:
        tree = tree.items[step][1] if isinstance(tree, Pairs) else tree.items[step]
    return tree


def put(tree: Tree, way: Way, new: Tree) -> Tree:
    """The tree with something else at a place."""
    if not way:
        return new
    first, rest = way[0], way[1:]
    if isinstance(tree, Pairs):
        key, inner = tree.items[first]
        return Pairs((*tree.items[:first], (key, put(inner, rest, new)), *tree.items[first + 1 :]))
    return Many((*tree.items[:first], put(tree.items[first], rest, new), *tree.items[first + 1 :]))


def ways(tree: Tree, here: Way = ()) -> Iterator[Way]:
    """All places, from the top down."""
    yield here
    if isinstance(tree, Leaf):
        return
    for number, entry in enumerate(tree.items):
        yield from ways(entry[1] if isinstance(tree, Pairs) else entry, (*here, number))


def keys(tree: Tree, way: Way) -> tuple[str, ...]:
    """The keys on the way to a place, ``[]`` for items of lists."""
    found = []
    for step in way:
        found.append(tree.items[step][0] if isinstance(tree, Pairs) else "[]")
        tree = at(tree, (step,))
    return tuple(found)


def spot(tree: Tree, way: Way) -> tuple[str, ...]:
    """The kind of a place: its keys, with ``*`` for names of the model."""
    said = keys(tree, way)
    return tuple("*" if number and said[number - 1] in FREE else key for number, key in enumerate(said))


def value(leaf: Leaf) -> object:
    """What a leaf means."""
    return json.loads(leaf.text) if leaf.text.startswith('"') else scalar_value(leaf.text)


@dataclass
class Written:
    """A tree as a file: its lines, and the first and the last line of each place, counted from 1."""

    lines: list[str] = field(default_factory=list)
    spans: dict[Way, tuple[int, int]] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        return ("\n".join(self.lines) + "\n").encode("utf-8", "surrogatepass")


def written(tree: Tree) -> Written:
    """A file of the tree, in block style."""
    found = Written()
    _write(tree, (), 0, found)
    found.spans[()] = (1, len(found.lines))
    return found


def _write(tree: Tree, way: Way, depth: int, to: Written) -> None:
    if isinstance(tree, Leaf) or not tree.items:
        to.lines.append("  " * depth + _flat(tree))
        return
    for number, entry in enumerate(tree.items):
        head, inner = (f"{_key(entry[0])}:", entry[1]) if isinstance(tree, Pairs) else ("-", entry)
        first = len(to.lines) + 1
        if isinstance(inner, Leaf) or not inner.items:
            to.lines.append(f"{'  ' * depth}{head} {_flat(inner)}".rstrip(" "))
        else:
            to.lines.append("  " * depth + head)
            _write(inner, (*way, number), depth + 1, to)
        to.spans[(*way, number)] = (first, len(to.lines))


def _flat(tree: Tree) -> str:
    return tree.text if isinstance(tree, Leaf) else "[]" if isinstance(tree, Many) else "{}"


def _key(key: str) -> str:
    return key if PLAIN_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def flow(tree: Tree) -> str:
    """The tree on one line, in flow style."""
    if isinstance(tree, Leaf):  # some plain texts mean something else between brackets
        means = value(tree)
        return json.dumps(means, ensure_ascii=False) if isinstance(means, str) else tree.text or "null"
    if isinstance(tree, Many):
        return f"[{', '.join(flow(item) for item in tree.items)}]"
    return "{" + ", ".join(f"{_key(key)}: {flow(inner)}" for key, inner in tree.items) + "}"
