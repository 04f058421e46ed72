"""Changes of a valid scenario in one place, and what must come of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from sim.parameters import FAMILIES
from sim.scenario import vocabulary
from sim.scenario.layer import KEYS
from sim.scenario.reader import DEEPEST, MOST_NODES
from sim.scenario.sections import EVENT_KEYS, INITIAL_KEYS, NATION_KEYS, RECORD_KEYS
from tests.scenario.trees import Leaf, Many, Pairs, Tree, Way, at, keys, put, value

DATES = ("start", "month", "from", "to")
TEXTS = ("title", "question", "why", "source")
NAMES = ("extends", "nation", "force", "ban", "rule", "weight_set", "variable", "initial_from")
NAMES_IN_LISTS = ("extends", "ban")
WIDE = ("months", "probability", "delay", "sharpness", "weights", "parameters")  # nothing of 1e299 is legal there
WRONG_DATES = (
    "2020-13",
    "2020-00",
    "2021-02-29",
    "2020/05",
    "20-05",
    "2020-5",
    "0001-01",
    "9999-12",
    "2020",
    "-5",
    "May 2020",
)
NO_NUMBERS = (
    "true",
    "ten",
    ".nan",
    "-.inf",
    "1e400",
    '"3"',
    "{}",
    "[]",
    "{uniform: 1}",
    "2020-05",
    "1,5",
    "1_0",
    "$N",
    "2*3",
)
NO_TEXTS = ("5", "1.5", "true", "{}", "[]", '""', '"   "', "[a]", "{a: b}")
NO_YAML = ("&a 1", "*a", "!!str a", "!!python/object:os.system a", "{<<: 1, a: &b 2}", "@a", "`id`", "%a")
HIDDEN = ("a\0b", "a\x1b[2Jb", "a\u202eb", "a\x7fb", '"\\u202e"', '"\\0"', '"\\x1b]0;owned\\x07"', "a\u2028b", "a\u200bb")
ODD = (
    "한국",
    "e\u0301",
    "\U0001f642",
    '"\u00a0"',
    "\u0661\u0662",
    "\uff11",
    "𝟏",
    "ｔｒｕｅ",
    "x" * 3000,
    "-0.0",
    "1e-400",
    "0x1F",
)


@dataclass(frozen=True)
class Mutation:
    """A changed tree. ``way``: where it was changed; ``refused``: it cannot be legal; ``says``: what a line at this place
    must say, such as the name that is nearly meant."""

    kind: str
    tree: Tree
    way: Way
    refused: bool = False
    says: tuple[str, ...] = ()


Make = Callable[[Tree, Way], Iterator[Mutation]]


@cache
def known() -> frozenset[str]:
    """Every name that may stand somewhere, so that no near miss is one of them."""
    menus = (action for nation in vocabulary.nations() for action in vocabulary.actions(nation))
    names = (*vocabulary.parameters(), *vocabulary.nations(), *vocabulary.features(), *vocabulary.paths(settable=False))
    said = (*KEYS, *EVENT_KEYS, *INITIAL_KEYS, *NATION_KEYS, *RECORD_KEYS, *FAMILIES, *vocabulary.rules())
    return frozenset((*menus, *names, *said))


def misses(name: str) -> list[str]:
    """Slips of the pen: a letter left out, doubled, or exchanged with its neighbour; none that is another name."""
    middle = len(name) // 2
    slips = [
        name[:middle] + name[middle + 1 :],
        name[:middle] + name[middle - 1 :],
        name[: middle - 1] + name[middle] + name[middle - 1] + name[middle + 1 :],
    ]
    return [slip for slip in slips if slip not in known() and slip != name and ".." not in slip] if len(name) > 3 else []


def _told(slip: str, name: str) -> tuple[str, str]:
    """What a message on a slip must say: the wrong name and the right one, or the part of them that differs."""
    parts = list(zip(slip.split("."), name.split("."), strict=False))
    if slip.count(".") != name.count(".") or parts[0][0] != parts[0][1]:
        return slip[:30], name
    return next((wrong, right) for wrong, right in parts if wrong != right)


def mutations(tree: Tree, way: Way) -> Iterator[Mutation]:
    """All changes at a place."""
    here = at(tree, way)
    for make in (_of_any, *((_of_leaves,) if isinstance(here, Leaf) else (_of_entries,))):
        yield from make(tree, way)


def _of_any(tree: Tree, way: Way) -> Iterator[Mutation]:
    if not way:
        return
    for text in ("[1, two]", "{one: 1}", "", "text", "7", "false"):
        yield Mutation("another kind", put(tree, way, Leaf(text)), way)
    deep = "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)
    yield Mutation("deep", put(tree, way, Leaf(deep)), way, True, ("nested more than",))
    bomb = f"[{'1, ' * MOST_NODES}1]"
    yield Mutation("huge", put(tree, way, Leaf(bomb)), way, True, (f"more than {MOST_NODES}",))
    for text in NO_YAML:
        yield Mutation("no YAML", put(tree, way, Leaf(text)), way, refused=True)
    for text in HIDDEN:
        yield Mutation("hidden characters", put(tree, way, Leaf(text)), way, refused=True)


def _of_leaves(tree: Tree, way: Way) -> Iterator[Mutation]:
    said = keys(tree, way)
    leaf = at(tree, way)
    means = value(leaf)

    def become(kind: str, texts: tuple[str, ...], *, refused: bool = True) -> Iterator[Mutation]:
        return (Mutation(kind, put(tree, way, Leaf(text)), way, refused) for text in texts)

    yield from become("odd", ODD, refused=False)
    if said[-1] in TEXTS:
        yield from become("no text", NO_TEXTS)
    if said[-1] in DATES:
        yield from become("no date", WRONG_DATES)
    if isinstance(means, int | float) and not isinstance(means, bool):
        yield from become("no number", NO_NUMBERS)
        wide = said[-1] in WIDE or (len(said) > 1 and said[-2] in WIDE)
        yield from become("out of range", ("1e299", "-1e299"), refused=wide)
        yield from become("a little more", (repr(means + 0.5), repr(-means - 1)), refused=False)
    name = said[-1] in NAMES or (said[-1] == "[]" and said[-2] in NAMES_IN_LISTS)
    if name and isinstance(means, str):
        for slip in misses(means):
            yield Mutation("name nearly right", put(tree, way, Leaf(slip)), way, True, _told(slip, means))
    if said[-1] == "when" and isinstance(means, str):
        path = means.split()[0]
        for slip in misses(path):
            yield Mutation(
                "name nearly right", put(tree, way, Leaf(means.replace(path, slip, 1))), way, True, _told(slip, path)
            )


def _of_entries(tree: Tree, way: Way) -> Iterator[Mutation]:
    here = at(tree, way)
    for number, entry in enumerate(here.items):
        less = (*here.items[:number], *here.items[number + 1 :])
        yield Mutation("left out", put(tree, way, type(here)(less)), way)
        twice = type(here)((*here.items, entry))
        if isinstance(here, Many):
            yield Mutation("item twice", put(tree, way, twice), (*way, len(here.items)))
            continue
        key, inner = entry
        again = (*way, len(here.items))
        yield Mutation("key twice", put(tree, way, twice), again, True, ("is given twice, first in line", key[:20]))
        for slip in misses(key):
            pairs = (*here.items[:number], (slip, inner), *here.items[number + 1 :])
            yield Mutation("key nearly right", put(tree, way, Pairs(pairs)), (*way, number), True, _told(slip, key))
    if isinstance(here, Pairs):
        distribution = any(key in FAMILIES for key, _ in here.items)  # told as a whole
        for key in ("zzzz", "한국", "__class__", "a b", "-", "x" * 300, "0", "{{1}}"):
            pairs = Pairs((*here.items, (key, Leaf("1"))))
            yield Mutation(
                "unknown key", put(tree, way, pairs), way if distribution else (*way, len(here.items)), refused=True
            )
    elif len(here.items) > 1 and all(isinstance(item, Leaf) for item in here.items):
        said = keys(tree, way)
        falling = Many(tuple(reversed(here.items)))
        rises = said[-1] in ("uniform", "triangular") and falling != here
        yield Mutation("low and high exchanged", put(tree, way, falling), way, rises, ("rising order",) if rises else ())
