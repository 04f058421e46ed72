"""YAML text to a tree of nodes that know their place, within limits that are checked before anything grows.

The subset is YAML 1.2 without anchors, aliases, tags, directives and further documents, so that a file means
what it shows. Numbers, truth values and null follow the core schema; everything else is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sim.scenario.problems import Place, Refused, holds_hidden, is_hidden, quoted

if TYPE_CHECKING:
    from ruamel.yaml.events import Event, NodeEvent

MOST_BYTES = 256 * 1024
DEEPEST = 12
MOST_NODES = 5_000
LONGEST_NUMBER = 60
LONGEST_WORD = 20_000  # characters without a space or a sign of flow style; YAML takes its time with longer ones

Value = None | bool | int | float | str

_NUMBERS = (
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), lambda text: int(text[2:], 8)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text[2:], 16)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), lambda text: float(text.replace(".", ""))),
)
_WORD = re.compile(r"[^\s,:\[\]{}\"']+")
_WORDS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# what the YAML parser says, in plain words; its own words otherwise
_PLAIN_WORDS = {
    "mapping values are not allowed": "a colon that does not belong here, or an indentation that does not fit",
    "could not find expected ':'": "a key without a colon",
    "expected <block end>": "an indentation that does not fit the lines above",
    "expected ',' or": "a bracket that is not closed, or a comma that is missing",
    "found unexpected end of stream": "a quotation mark that is not closed",
    "that cannot start any token": "a character that cannot begin a value; put the value in quotes",
    "expected the node content": "a value that is missing",
    "found unknown escape character": "an unknown escape in double quotes; use single quotes",
    "found incompatible YAML": "an unknown version of YAML",
}


@dataclass(frozen=True)
class Scalar:
    """A single value; ``plain`` when it stands without quotes."""

    place: Place
    value: Value
    text: str
    plain: bool


@dataclass(frozen=True)
class Listing:
    """A list."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Table:
    """A map; ``keys`` says where each key stands."""

    place: Place
    items: dict[str, Node]
    keys: dict[str, Place]


Node = Scalar | Listing | Table


def parse(data: bytes, start: Place, doubles: list[Refused]) -> Node:
    """The tree of one YAML document, whose first character is at ``start``.

    Raises Refused when the text cannot be read as a whole; keys that are given twice are added to ``doubles``.
    """
    text = _decoded(data, start)
    _check_characters(text, start)
    return _Builder(start, doubles).build(text)


def scalar_value(text: str) -> Value:
    """What a plain scalar means in the core schema of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > LONGEST_NUMBER:  # no number of a scenario is so long, and long integers are slow to read
        return text
    for pattern, convert in _NUMBERS:
        if pattern.fullmatch(text):
            return convert(text)
    return text


def _decoded(data: bytes, start: Place) -> str:
    if len(data) > MOST_BYTES:
        raise Refused(start, f"the file is larger than {MOST_BYTES // 1024} KiB, too large for a scenario")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        place = _moved(start, line - 1, 0)
        raise Refused(place, f"byte {error.start + 1} is not UTF-8; save the file as UTF-8 text") from None


def _check_characters(text: str, start: Place) -> None:
    for word in _WORD.finditer(text) if len(text) > LONGEST_WORD else ():
        if word.end() - word.start() > LONGEST_WORD:
            message = f"there is a word of more than {LONGEST_WORD} characters; no name or value is as long"
            raise Refused(_place_of(word.start(), text, start), message)
    for offset, character in enumerate(text):
        if character == "\n" or character.isprintable() or not is_hidden(character):
            continue
        place = _place_of(offset, text, start)
        if character == "\t":
            raise Refused(place, "there is a tab; use spaces")
        if character == "\0":
            raise Refused(place, "there is a NUL character; a scenario is plain text")
        raise Refused(place, f"there is a control character (U+{ord(character):04X}); remove it")


def _place_of(offset: int, text: str, start: Place) -> Place:
    lines = text[:offset].split("\n")
    return _moved(start, len(lines) - 1, len(lines[-1]))


def _moved(start: Place, line: int, column: int) -> Place:
    return Place(start.file, start.line + line, (start.column if line == 0 else 1) + column)


class _Builder:
    """Builds the tree from the parser's events, which come before any alias is followed."""

    def __init__(self, start: Place, doubles: list[Refused]) -> None:
        self.start = start
        self.doubles = doubles
        self.nodes = 0

    def build(self, text: str) -> Node:
        events = self._events(text)
        next(events)  # the start of the stream
        if type(next(events)).__name__ == "StreamEndEvent":
            raise Refused(self.start, "the file is empty; a scenario begins with its title")
        root = self._node(next(events), events, 1)
        next(events)  # the end of the document
        following = next(events)
        if type(following).__name__ == "DocumentStartEvent":
            raise Refused(self._place(following), "a second document begins here; a file holds one scenario")
        return root

    def _events(self, text: str) -> Iterator[Event]:
        from ruamel.yaml import YAML  # some hundredths of a second, needed only where a file is read
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            for event in YAML(typ="safe", pure=True).parse(text):
                if getattr(event, "version", None) or (type(event).__name__ == "DocumentStartEvent" and event.tags):
                    raise Refused(self._place(event), "directives (%YAML, %TAG) are not allowed")
                yield event
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = _moved(self.start, mark.line, mark.column) if mark else self.start
            raise Refused(place, f"this is not YAML: {_in_plain_words(str(error.problem))}") from None
        except (YAMLError, ValueError, OverflowError):  # an escape such as "\UFFFFFFFF" names no character
            raise Refused(self.start, "this is not YAML: there is a character or an escape that no text can hold") from None

    def _place(self, event: Event) -> Place:
        return _moved(self.start, event.start_mark.line, event.start_mark.column)

    def _node(self, event: Any, events: Iterator[Event], depth: int) -> Node:
        place = self._place(event)
        self._check_limits(event, place, depth)
        match type(event).__name__:
            case "ScalarEvent":
                return self._scalar(event, place)
            case "SequenceStartEvent":
                items = []
                while not type(following := next(events)).__name__.endswith("EndEvent"):
                    items.append(self._node(following, events, depth + 1))
                return Listing(place, tuple(items))
            case _:
                return self._table(place, events, depth)

    def _check_limits(self, event: NodeEvent, place: Place, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Refused(place, f"the file holds more than {MOST_NODES} keys and values, too many for a scenario")
        if depth > DEEPEST:
            raise Refused(place, f"values are nested more than {DEEPEST} deep, too deep for a scenario")
        if event.anchor is not None:
            raise Refused(place, "anchors and aliases (& and *) are not allowed; use extends, or put the text in quotes")
        if getattr(event, "tag", None) is not None:
            raise Refused(place, "tags (!) are not allowed; put the text in quotes")

    def _scalar(self, event: Any, place: Place) -> Scalar:
        text = str(event.value)
        if holds_hidden(text):  # by an escape in double quotes
            raise Refused(place, "the text holds a control character, which is not allowed")
        plain = event.style is None
        return Scalar(place, scalar_value(text) if plain else text, text, plain)

    def _table(self, place: Place, events: Iterator[Event], depth: int) -> Table:
        items: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        while not type(event := next(events)).__name__.endswith("EndEvent"):
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if isinstance(value, Scalar) and value.plain and not value.text:  # nothing stands there: point at the key
                value = replace(value, place=key.place)
            if not isinstance(key, Scalar):
                raise Refused(key.place, "a key must be a plain name, not a list or a map")
            if key.text in items:
                message = f"{quoted(key.text)} is given twice, first in line {keys[key.text].line}; keep one"
                self.doubles.append(Refused(key.place, message))
                continue
            items[key.text], keys[key.text] = value, key.place
        return Table(place, items, keys)


def _in_plain_words(problem: str) -> str:
    for said, meant in _PLAIN_WORDS.items():
        if said in problem:
            return meant
    return "its structure cannot be read here"
