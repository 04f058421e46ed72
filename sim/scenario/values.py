"""Single values of a scenario: numbers, texts, months and distributions, each checked where it stands."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sim.parameters import FAMILIES, Distribution
from sim.scenario.problems import Place, Refused, quoted
from sim.scenario.reader import Listing, Node, Scalar, Table, scalar_value
from sim.scenario.vocabulary import nearest
from sim.state import Month

LONGEST_TEXT = 2_000
LONGEST_TITLE = 200
LARGEST = 1e300
FIRST_MONTH, LAST_MONTH = Month(1900, 1), Month(2250, 12)  # what tables of dates can hold


@dataclass(frozen=True)
class Range:
    """The numbers that are allowed, with their unit; ``positive`` leaves out zero as well, ``whole`` all fractions.

    levels: names of whole numbers from ``low`` up, where they have names
    """

    low: float = -math.inf
    high: float = math.inf
    unit: str = ""
    positive: bool = False
    whole: bool = False
    levels: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """What is expected, in words: a number and from where to where, or the levels by name."""
        if self.levels:
            named = [f"{plain(self.low + step)} {name}" for step, name in enumerate(self.levels)]
            return " or ".join([", ".join(named[:-1]), named[-1]] if named[1:] else named)
        return f"a {'whole ' if self.whole else ''}number {self}"

    def __contains__(self, value: float) -> bool:
        if self.whole and not float(value).is_integer():
            return False
        return self.low <= value <= self.high and not (self.positive and value <= 0)

    def __str__(self) -> str:
        if self.positive:
            text = f"above 0 and up to {plain(self.high)}"
        elif math.isinf(self.low) and math.isinf(self.high):
            text = "of any size"
        elif math.isinf(self.high):
            text = f"of at least {plain(self.low)}"
        elif math.isinf(self.low):
            text = f"of at most {plain(self.high)}"
        else:
            text = f"from {plain(self.low)} to {plain(self.high)}"
        told = self.unit in ("", "-") or (self.whole and self.unit[0].isdigit())  # such as 1-7, which says the same
        return text if told else f"{text} ({self.unit})"


def plain(number: float) -> str:
    """A number as one would write it: 3, 0.25, 1e-09."""
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else repr(float(number))


def kind(node: Node) -> str:
    """What a node is, in words, without its content."""
    if isinstance(node, Table):
        return "a map"
    if isinstance(node, Listing):
        return "a list"
    names = {type(None): "empty", bool: "a truth value", int: "a number", float: "a number", str: "text"}
    return names[type(node.value)]


def is_null(node: Node) -> bool:
    """Whether a value is null, which takes a parent's value back."""
    return isinstance(node, Scalar) and node.value is None


def number(node: Node, name: str, allowed: Range) -> float:
    """A finite number in a range; Refused otherwise."""
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(node, Scalar) and isinstance(value, str):
        raise Refused(node.place, f"{name}: {_advice_on_text(node, allowed)}")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(node.place, f"{name} is {kind(node)}; expected {allowed.expected}")
    if not abs(value) <= LARGEST:  # or NaN, which compares as false
        size = "too large" if math.inf > abs(value) else "not finite"
        raise Refused(node.place, f"{name} is {size}; expected {allowed.expected}")
    if value not in allowed:
        raise Refused(node.place, f"{name} is {plain(value)}; expected {allowed.expected}")
    return float(value) + 0.0  # without a negative zero


def whole(node: Node, name: str, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high``; Refused otherwise."""
    return int(number(node, name, Range(low, high, whole=True)))


def text(node: Node, name: str, longest: int = LONGEST_TEXT) -> str:
    """A text on one line, its white space collapsed; Refused when it is no text, empty or too long."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        hint = "; put it in quotes" if isinstance(node, Scalar) and node.value is not None else ""
        raise Refused(node.place, f"{name} is {kind(node)}; expected text{hint}")
    line = " ".join(node.value.split())
    if not line or len(line) > longest:
        raise Refused(node.place, f"{name} has {len(line)} characters; expected text of 1 to {longest} characters")
    return line


def truth(node: Node, name: str) -> bool:
    """True or false; Refused otherwise."""
    if not isinstance(node, Scalar) or not isinstance(node.value, bool):
        raise Refused(node.place, f"{name} is {kind(node)}; expected true or false")
    return node.value


def month(node: Node, name: str) -> Month:
    """A calendar month; Refused otherwise."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        raise Refused(node.place, f"{name} is {kind(node)}; expected a month, for example 2020-05")
    try:
        parsed = Month.parse(node.value)
    except ValueError as error:
        short = (
            str(error) if len(node.value) <= len("YYYY-MM-DD") else "that is not a month; write YYYY-MM, for example 2020-05"
        )
        raise Refused(node.place, f"{name}: {short}") from None
    if not FIRST_MONTH <= parsed <= LAST_MONTH:
        raise Refused(node.place, f"{name} is {parsed}; expected a month from {FIRST_MONTH} to {LAST_MONTH}")
    return parsed


def choice(node: Node, name: str, known: Iterable[str]) -> str:
    """One of the known names; Refused with the nearest one otherwise."""
    chosen = text(node, name)
    names = tuple(known)
    if chosen not in names:
        raise Refused(node.place, f"{name} has no {quoted(chosen)}{nearest(chosen, names)}")
    return chosen


def distribution(node: Node, name: str, allowed: Range) -> Distribution:
    """A number or a distribution whose bounds or centre lie in the range; Refused otherwise."""
    if isinstance(node, Scalar):
        return Distribution("fixed", (number(node, name, allowed),))
    if isinstance(node, Listing) or len(node.items) != 1:
        raise Refused(
            node.place, f"{name} is {kind(node)}; expected a number or one distribution, such as {{uniform: [a, b]}}"
        )
    ((family, inner),) = node.items.items()
    families = [known for known in FAMILIES if known != "fixed"]
    if family not in families:
        raise Refused(node.keys[family], f"{quoted(family)} is not a distribution{nearest(family, families)}")
    if not isinstance(inner, Listing):
        raise Refused(inner.place, f"{family} is {kind(inner)}; expected [{', '.join(FAMILIES[family])}]")
    numbers = tuple(number(item, f"{family} of {name}", Range()) for item in inner.items)
    try:
        made = Distribution(family, numbers)
    except ValueError as error:
        raise Refused(inner.place, f"{name}: {error}") from None
    _check_support(made, inner.place, name, allowed)
    return made


def _check_support(made: Distribution, place: Place, name: str, allowed: Range) -> None:
    """Draws outside the range are moved to its ends, so a distribution must at least be centred in it."""
    match made.family:
        case "uniform" | "triangular" | "quantiles":
            told, values = "runs to", made.numbers
        case "beta":
            told, values = "has its mean at", (made.numbers[0] / sum(made.numbers),)
        case _:
            told, values = "is centred at", made.numbers[:1]
    for value in values:
        if value not in allowed:
            raise Refused(place, f"{made.family} of {name} {told} {plain(value)}; expected numbers {allowed}")


def _advice_on_text(node: Scalar, allowed: Range) -> str:
    value = node.text
    if not node.plain and isinstance(scalar_value(value), int | float) and not isinstance(scalar_value(value), bool):
        return f'"{value}" is text; write {value} without quotes'
    point = value.replace(",", ".").replace("_", "")
    if node.plain and point != value and isinstance(scalar_value(point), int | float):
        return f"{quoted(value)} is text; write {point}"
    return f"{quoted(value)} is text; expected {allowed.expected}"
