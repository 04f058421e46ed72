"""Every shipped scenario, changed in one place: it still means something, or the place is told, with the right name."""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from sim.scenario import Scenario, load_scenario, reader
from sim.scenario.files import SHIPPED
from sim.scenario.problems import Place, Refused
from sim.scenario.reader import Node, scalar_value
from tests.scenario.invariants import outcome, shown_again
from tests.scenario.mutations import Mutation, mutations
from tests.scenario.trees import Leaf, Many, Pairs, Tree, flow, keys, read, spot, value, ways, written

NAMES = sorted(path.stem for path in SHIPPED.glob("*.yaml"))
ELSEWHERE = ("extends", "start", "months", "initial_from")  # what follows from them may be told at other places
PER_KIND = 1  # mutations of each kind at each kind of place, in every commit
MOST_CHOICES = 20

Choice = tuple[str, Mutation]


@pytest.fixture(scope="module", autouse=True)
def parents_are_parsed_once() -> Iterator[None]:
    """Most of the time goes into reading the same parents again."""
    kept: dict[bytes, Node] = {}
    real = reader.parse

    def parse(data: bytes, start: Place, doubles: list[Refused]) -> Node:
        if Path(start.file).parent != SHIPPED and "scenarios/" not in start.file:
            return real(data, start, doubles)
        if data not in kept:
            kept[data] = real(data, start, doubles)
        return kept[data]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["sim.scenario.resolve"], "parse", parse)  # the package has a function of this name
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutations")


@cache
def tree(name: str) -> Tree:
    return read((SHIPPED / f"{name}.yaml").read_bytes())


def chosen(each: int) -> list[Choice]:
    """So many mutations of each kind at each kind of place, over all shipped scenarios; the same ones every time.
    They are taken from short files first, which are read sooner."""
    found: dict[tuple[str, ...], list[Choice]] = {}
    for name in sorted(NAMES, key=lambda name: len((SHIPPED / f"{name}.yaml").read_bytes())):
        for way in ways(tree(name)):
            for mutation in mutations(tree(name), way):
                found.setdefault((mutation.kind, *spot(mutation.tree, way)), []).append((name, mutation))
    luck = random.Random(1)
    picked = [
        choice
        for (kind, *_), choices in found.items()
        for choice in luck.sample(choices[: MOST_CHOICES * each], min(each * (1 + (kind == "another kind")), len(choices)))
    ]
    slow = [choice for choice in picked if choice[1].kind == "huge"]  # a fifth of a second each
    return [choice for choice in picked if choice[1].kind != "huge"] + luck.sample(slow, min(3 * each, len(slow)))


def numbers(lines: tuple[str, ...], file: str) -> list[int]:
    """The line numbers of the lines that name a file."""
    found = (re.match(rf"(?:.*/)?{re.escape(file)}:(\d+):", line) for line in lines)
    return [int(match[1]) for match in found if match]


def look(path: Path, mutation: Mutation) -> str:
    """Load a mutated scenario, and say what is wrong with what comes of it, if anything."""
    file = written(mutation.tree)
    path.write_bytes(file.data)
    found = outcome(path)
    if isinstance(found, Scenario):
        return "it was not refused" if mutation.refused else ""
    first, last = file.spans[mutation.way]
    here = [line for line in found if any(first <= number <= last for number in numbers((line,), path.name))]
    said = keys(mutation.tree, mutation.way)
    if mutation.refused and not here:
        return f"no line is at {first} to {last}"
    if mutation.refused and not any(all(text in line for text in mutation.says) for line in here):
        return f"no line at {first} to {last} says {mutation.says}"
    low, high = file.spans[mutation.way[:-1]]
    others = [number for number in numbers(found, path.name) if not (low <= number <= high or number == 1)]
    if (mutation.refused or not here) and said and said[0] not in ELSEWHERE and others:
        return f"lines {others} are told as well"
    return ""


def test_one_place_is_changed(folder: Path, score: Callable[[str, int, int], None], soak: int) -> None:
    tried = held = 0
    wrong = []
    for name, mutation in chosen(PER_KIND * soak):
        fault = look(folder / "changed.yaml", mutation)
        tried, held = tried + 1, held + (not fault)
        if fault:
            place = ".".join(keys(mutation.tree, mutation.way))
            wrong.append(f"{name} {mutation.kind} at {place}: {fault}")
    score("mutated scenarios", tried, held)
    assert not wrong, "\n".join(wrong[:20])
    assert tried > 400


def shuffled(tree: Tree, luck: random.Random) -> Tree:
    """The tree with the keys of every map in another order."""
    if isinstance(tree, Pairs):
        items = [(key, shuffled(inner, luck)) for key, inner in tree.items]
        return Pairs(tuple(luck.sample(items, len(items))))
    return Many(tuple(shuffled(item, luck) for item in tree.items)) if isinstance(tree, Many) else tree


def in_quotes(tree: Tree, luck: random.Random) -> Tree:
    """The tree with its texts in single, double or no quotes."""
    if isinstance(tree, Pairs):
        return Pairs(tuple((key, in_quotes(inner, luck)) for key, inner in tree.items))
    if isinstance(tree, Many):
        return Many(tuple(in_quotes(item, luck) for item in tree.items))
    means = value(tree)
    if not isinstance(means, str):
        return tree
    single = "'" + means.replace("'", "''") + "'"
    plain = means if re.fullmatch(r"[A-Za-z][\w ]*[A-Za-z]", means) and scalar_value(means) == means else single
    return Leaf(luck.choice([single, json.dumps(means), json.dumps(means, ensure_ascii=False), plain]))


def with_comments(data: bytes) -> bytes:
    """The file with a comment after every line and between them."""
    lines = data.decode().splitlines()
    return "".join(f"{line}  # &a *b !c: {{[\n   # 한국 - x: 1\n\n" for line in lines).encode()


def in_flow(tree: Tree) -> bytes:
    """The file with every section on one line."""
    if not isinstance(tree, Pairs):
        raise TypeError("a scenario is a map")
    return "".join(f"{key}: {flow(inner)}\n" for key, inner in tree.items).encode()


WAYS_OF_WRITING: dict[str, Callable[[Tree, random.Random], bytes]] = {
    "written again": lambda tree, _: written(tree).data,
    "other order of keys": lambda tree, luck: written(shuffled(tree, luck)).data,
    "other quotes": lambda tree, luck: written(in_quotes(tree, luck)).data,
    "comments": lambda tree, _: with_comments(written(tree).data),
    "flow style": lambda tree, _: in_flow(tree),
    "all on one line": lambda tree, _: flow(tree).encode(),
    "line ends of Windows": lambda tree, _: written(tree).data.replace(b"\n", b"\r\n"),
    "byte order mark": lambda tree, _: b"\xef\xbb\xbf" + written(tree).data,
    "marks of a document": lambda tree, _: b"---\n" + written(tree).data + b"...\n",
    "no last line end": lambda tree, _: written(tree).data.rstrip(b"\n"),
    "all of it": lambda tree, luck: (
        b"\xef\xbb\xbf" + with_comments(written(in_quotes(shuffled(tree, luck), luck)).data).replace(b"\n", b"\r\n")
    ),
}


def test_the_way_of_writing_does_not_count(folder: Path, score: Callable[[str, int, int], None], soak: int) -> None:
    luck = random.Random(2)
    usual = tuple(WAYS_OF_WRITING)
    tried = held = 0
    for place, name in enumerate(NAMES):
        said = load_scenario(name)
        for way in usual if soak > 1 else ("all of it", usual[place % len(usual)]):
            (folder / "changed.yaml").write_bytes(WAYS_OF_WRITING[way](tree(name), luck))
            found = outcome(folder / "changed.yaml")
            assert isinstance(found, Scenario), f"{name}, {way}: {found[0]}"
            same = found.digest() == said.digest() and {**found.document(), "name": name} == said.document()
            tried, held = tried + 1, held + same
    score("ways of writing a scenario with one digest", tried, held)
    assert held == tried


@pytest.mark.parametrize("name", ["baseline-2020", "history-2012"])
def test_what_is_shown_is_the_same_scenario(name: str, folder: Path) -> None:
    shown_again(load_scenario(name), folder / "shown.yaml")
