"""Moves that a scenario forces or bans: what a nation must do, or may not do, in which months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sim.actions import SLOTS, Action
from sim.scenario import values, vocabulary
from sim.scenario.problems import Place, Problems, Refused, quoted
from sim.scenario.reader import Listing, Node
from sim.scenario.schema import Instruction
from sim.scenario.tables import Given, fields, listed
from sim.state import Month

KEYS = ("nation", "force", "ban", "from", "to", "why")
CHOICES = 2  # actions a month, from different slots

Menus = Mapping[str, Sequence[Action]]


def read_moves(node: Node, problems: Problems) -> list[Given[Instruction]]:
    """Instructions to nations."""
    own = bool(vocabulary.characters())  # installed packages offer nations with menus of their own; slow to find out
    return listed(node, "moves", problems, lambda item: _instruction(item, problems, own=own))


def _instruction(node: Node, problems: Problems, *, own: bool) -> Instruction:
    whole = fields(node, "a move", KEYS, problems, required=("nation",))
    if len(whole.table.items.keys() & {"force", "ban"}) != 1:
        problems.add(Refused(node.place, "a move needs one of force and ban; for both write two moves"))
    nation = whole.get("nation", lambda inner: values.choice(inner, "nation of a move", vocabulary.nations()), "")

    def action(inner: Node, key: str) -> str:
        if not nation or own:  # checked with the whole
            return values.text(inner, f"{key} of a move")
        return values.choice(inner, f"menu of {nation}", vocabulary.actions(nation))

    def actions(inner: Node) -> tuple[str, ...]:
        items = inner.items if isinstance(inner, Listing) else (inner,)
        if not items:
            raise Refused(inner.place, "ban of a move is empty; expected actions of the nation")
        return tuple(dict.fromkeys(action(item, "ban") for item in items))

    return Instruction(
        nation=nation,
        force=whole.get("force", lambda inner: action(inner, "force"), ""),
        ban=whole.get("ban", actions, ()),
        first=whole.get("from", lambda inner: values.month(inner, "from of a move"), None),
        last=whole.get("to", lambda inner: values.month(inner, "to of a move"), None),
        why=whole.get("why", lambda inner: values.text(inner, "why"), ""),
    )


# ---- what must hold once the layers are one ----------------------------------------------------------------------


def check_moves(moves: Iterable[Given[Instruction]], menus: Menus, start: Month, last: Month, problems: Problems) -> None:
    """Add to ``problems`` what lies outside the scenario, what a menu has not, and what cannot be done together."""
    usable = []
    for given in moves:
        before = len(problems)
        with problems.collected():
            _check_known(given, menus)
        with problems.collected():
            _check_months(given, start, last)
        if len(problems) == before:
            usable.append(given)
    spans = [(given, (given.value.first or start) - start, (given.value.last or last) - start) for given in usable]
    begun: set[tuple[str, int]] = set()
    for given, begins, _ in spans:  # whatever cannot be done together meets first where one of them begins
        nation = given.value.nation
        if (nation, begins) in begun:
            continue
        begun.add((nation, begins))
        together = [each for each, first, end in spans if first <= begins <= end and each.value.nation == nation]
        with problems.collected():
            _check_together(together, menus[nation], max(each.place for each in together), start + begins)


def _check_known(given: Given[Instruction], menus: Menus) -> None:
    names = [line.name for line in menus[given.value.nation]]
    for name in filter(None, (given.value.force, *given.value.ban)):
        if name not in names:
            hint = vocabulary.nearest(name, names)
            raise Refused(given.place, f"menu of {given.value.nation} has no {quoted(name)}{hint}")


def _check_months(given: Given[Instruction], start: Month, last: Month) -> None:
    first, end = given.value.first or start, given.value.last or last
    if first > end:
        raise Refused(given.place, f"a move goes from {first} to {end}; expected months in order")
    for month in (first, end):
        if not start <= month <= last:
            side = "before the start" if month < start else "after the last month"
            raise Refused(given.place, f"a move of {month} is {side}; expected {start} to {last}")


def _check_together(given: Sequence[Given[Instruction]], menu: Sequence[Action], place: Place, month: Month) -> None:
    """A nation chooses two actions from different slots; what is forced and banned must leave it able to."""
    nation = given[0].value.nation
    banned = {name for each in given for name in each.value.ban}
    forced = {each.value.force for each in given if each.value.force}
    if both := sorted(forced & banned):
        raise Refused(place, f"{nation} is to choose {both[0]} in {month} and may not; keep one")
    slots = {line.name: line.slot for line in menu}
    taken = [slots[name] for name in sorted(forced)]
    if len(set(taken)) < len(taken) or len(taken) > CHOICES:
        names = ", ".join(sorted(forced))
        expected = f"expected at most {CHOICES}, from different slots ({', '.join(SLOTS)})"
        raise Refused(place, f"{nation} is to choose {names} in {month}; {expected}")
    left = {line.slot for line in menu if line.name not in banned and not line.gate}
    if len(left) < CHOICES:
        said = f"{nation} has actions that are always open left in {len(left)} of {len(SLOTS)} slots in {month}"
        raise Refused(place, f"{said}; expected at least {CHOICES}, ban fewer")
