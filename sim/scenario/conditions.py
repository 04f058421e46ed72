"""Conditions on the state of the world: one number compared with another, and several of these joined.

    severity >= 5
    crisis >= 2 and phase == 0

A condition is ``PATH SIGN NUMBER``, or several of them joined by ``and`` alone or by ``or`` alone. It is parsed here into
data and never evaluated as code. A path names a single number of the state, a sign is one of ``>=  >  <=  <  ==``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.scenario import values, vocabulary
from sim.scenario.problems import Place, Refused, quoted
from sim.scenario.reader import Node, Scalar, scalar_value
from sim.scenario.values import Range, plain

SIGNS = (">=", ">", "<=", "<", "==")
JOINTS = ("and", "or")
MOST = 10  # comparisons in a condition
FORM = "expected PATH SIGN NUMBER, such as severity >= 5"
PIECE = re.compile(r"[<>=!~&|]+|[^\s<>=!~&|]+")


@dataclass(frozen=True)
class Comparison:
    """A number of the state against a fixed one."""

    path: str
    sign: str
    number: float

    def __str__(self) -> str:
        return f"{self.path} {self.sign} {plain(self.number)}"


@dataclass(frozen=True)
class Condition:
    """Comparisons that must all hold, or with ``joint`` "or" at least one of them."""

    comparisons: tuple[Comparison, ...]
    joint: str = "and"

    def __str__(self) -> str:
        return f" {self.joint} ".join(map(str, self.comparisons))


@dataclass(frozen=True)
class Word:
    """A piece of a condition with its place."""

    text: str
    place: Place


def condition(node: Node) -> Condition:
    """The condition that a text says; Refused at the piece that is wrong."""
    values.text(node, "when")
    words = _words(node) if isinstance(node, Scalar) else []
    joints = [word for word in words if word.text in JOINTS]
    if len(joints) >= MOST:
        raise Refused(node.place, f"when joins {len(joints) + 1} comparisons; expected at most {MOST}")
    for word in joints:
        if word.text != joints[0].text:
            message = f"'{word.text}' after '{joints[0].text}': a condition joins with one of them only; write two events"
            raise Refused(word.place, message)
    groups = tuple(_comparison(group) for group in _split(words))
    return Condition(groups, joints[0].text if joints else JOINTS[0])


def cell(path: str, place: Place) -> str:
    """A path that names a single number of the state; Refused otherwise."""
    try:
        _, axes = vocabulary.variable_at(path)
    except ValueError as error:
        raise Refused(place, str(error)) from None
    if axes:
        raise Refused(place, f"{path} is more than one number; add its {' and '.join(axes)}")
    return path


def _words(node: Scalar) -> list[Word]:
    """The pieces of a text. Places are exact in a text on one line without escapes, else that of the whole."""
    exact = "\n" not in node.text and "\\" not in node.text
    first = node.place.column + (not node.plain)

    def place(offset: int) -> Place:
        return Place(node.place.file, node.place.line, first + offset) if exact else node.place

    return [Word(found.group(), place(found.start())) for found in PIECE.finditer(node.text)]


def _split(words: list[Word]) -> list[list[Word]]:
    """The pieces of each comparison; a joint with nothing after it leaves an empty one."""
    groups: list[list[Word]] = [[]]
    for word in words:
        if word.text in JOINTS:
            if not groups[-1]:
                raise Refused(word.place, f"'{word.text}' has no comparison before it; {FORM}")
            groups.append([])
        else:
            groups[-1].append(word)
    if not groups[-1]:
        last = words[-1]
        raise Refused(last.place, f"'{last.text}' has no comparison after it; {FORM}")
    return groups


def _comparison(words: list[Word]) -> Comparison:
    path, *rest = words
    cell(path.text, path.place)
    if not rest:
        raise Refused(path.place, f"{quoted(path.text)} is compared with nothing; {FORM}")
    sign, *numbers = rest
    if sign.text not in SIGNS:
        hint = "; write ==" if sign.text == "=" else f"; choose from {', '.join(SIGNS)}"
        raise Refused(sign.place, f"{quoted(sign.text)} is no comparison{hint}")
    if not numbers:
        raise Refused(sign.place, f"'{sign.text}' has no number after it; {FORM}")
    number, *more = numbers
    if more:
        hint = f"join comparisons with {' or '.join(JOINTS)}"
        raise Refused(more[0].place, f"{quoted(more[0].text)} does not belong here; {hint}")
    variable, _ = vocabulary.variable_at(path.text)
    told = Scalar(number.place, scalar_value(number.text), number.text, plain=True)
    allowed = Range(variable.low, variable.high, variable.unit)
    return Comparison(path.text, sign.text, values.number(told, f"{path.text} in a condition", allowed))
