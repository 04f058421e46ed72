"""What must hold between the keys of a scenario once its layers are one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from sim.actions import Action
from sim.scenario import vocabulary
from sim.scenario.instructions import check_moves
from sim.scenario.overlay import Merged
from sim.scenario.problems import Place, Problems, Refused, quoted
from sim.scenario.schema import Event, Record
from sim.scenario.tables import Given
from sim.scenario.values import LAST_MONTH
from sim.state import Month


def check(merged: Merged, top: Place, problems: Problems) -> None:
    """Add to ``problems`` what is missing or does not fit together; ``top`` is the place of what is missing."""
    needed = {"title": "text", "start": "a month such as 2020-05", "months": "a whole number"}
    for key, expected in needed.items():
        if key not in merged.keys:
            problems.add(Refused(top, f"{key} is missing; expected {expected}"))
    if merged.start and merged.months:
        last = merged.start.value + (merged.months.value - 1)
        _check_dates(merged, merged.start.value, last, problems)
        check_moves(merged.moves, _menus(merged), merged.start.value, last, problems)
    _check_doubles(merged.record, problems)
    changed = [*(nation for nation, _ in merged.weights), *merged.weight_set, *merged.rule, *merged.character]
    for nation in dict.fromkeys(changed):
        with problems.collected():
            _check_nation(merged, nation)


def _check_dates(merged: Merged, start: Month, last: Month, problems: Problems) -> None:
    if last > LAST_MONTH and merged.months:
        problems.add(Refused(merged.months.place, f"the last month is {last}; expected one up to {LAST_MONTH}"))
    for event in merged.events:
        with problems.collected():
            _check_event(event.value, event.place, start, last)
    for figure in merged.record:
        if figure.value.month > start:
            problems.add(
                Refused(figure.place, f"a record of {figure.value.month} is after the start; expected {start} or before")
            )


def _check_event(event: Event, place: Place, start: Month, last: Month) -> None:
    """An event, or the months in which its condition counts, must lie in the scenario, and its change too."""
    first, end = event.month or event.first or start, event.month or event.last or last
    if first > end:
        raise Refused(place, f"the condition of an event counts from {first} to {end}; expected months in order")
    for month in (first, end):
        if month < start:
            raise Refused(place, f"an event of {month} is before the start; expected {start} to {last}")
        if month > last:
            raise Refused(place, f"an event of {month} is after the last month; expected {start} to {last}")
    if event.when and first + event.delay > last:
        message = f"the change of an event comes in {first + event.delay} at the earliest; expected {last} or before"
        raise Refused(place, message)


def _menus(merged: Merged) -> dict[str, Sequence[Action]]:
    """The menus of the nations that have instructions: those of packages where they can be used, else the model's own."""
    from sim.nations import CHARACTERS
    from sim.plugins import PluginError, character_of  # needed only where moves are named

    menus: dict[str, Sequence[Action]] = {}
    for nation in dict.fromkeys(given.value.nation for given in merged.moves):
        said = merged.character.get(nation)
        menus[nation] = CHARACTERS[nation].menu
        if said and said.value:
            with suppress(PluginError):  # told where the nation is checked
                menus[nation] = character_of(nation, said.value).menu
    return menus


def _check_doubles(record: Iterable[Given[Record]], problems: Problems) -> None:
    first: dict[tuple[Month, str], Place] = {}
    for figure in record:
        key = figure.value.month, figure.value.variable
        if key in first:
            place = first[key]
            message = f"{key[1]} of {key[0]} is recorded twice, first in {place.file}:{place.line}; keep one"
            problems.add(Refused(figure.place, message))
        first.setdefault(key, figure.place)


def _check_nation(merged: Merged, nation: str) -> None:
    """What packages offer must be usable, and the weight set must be one of the nation's."""
    from sim.nations import CHARACTERS
    from sim.plugins import PluginError, character_of, rule_of, try_rule  # needed only where nations are changed

    own, said, rule = CHARACTERS[nation], merged.character.get(nation), merged.rule.get(nation)
    place = said.place if said else Place("")
    try:
        if said and said.value:
            own = character_of(nation, said.value)
        if rule and rule.value:
            place = rule.place
            try_rule(rule_of(rule.value), own)
    except PluginError as error:
        raise Refused(place, str(error)) from None
    _check_weights(merged, nation, own.weight_sets)


def _check_weights(merged: Merged, nation: str, sets: Mapping[str, Mapping[str, float]]) -> None:
    """A nation must care about something."""
    chosen = merged.weight_set.get(nation)
    name = chosen.value if chosen and chosen.value else vocabulary.STANDARD
    if chosen and name not in sets:
        hint = vocabulary.nearest(name, sets)
        raise Refused(chosen.place, f"weight_set of {nation} has no {quoted(name)}{hint}")
    base = sets[name]
    own = {feature: given for (owner, feature), given in merged.weights.items() if owner == nation}
    changed = {feature: given.value for feature, given in own.items() if given.value is not None}
    if changed and not any({**base, **changed}.values()):
        place = next(given.place for feature, given in own.items() if feature in changed)
        raise Refused(place, f"all weights of {nation} are zero; expected at least one that is not")
