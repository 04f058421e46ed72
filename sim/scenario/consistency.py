"""What must hold between the keys of a scenario once its layers are one."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario import vocabulary
from sim.scenario.overlay import Merged
from sim.scenario.problems import Place, Problems, Refused
from sim.scenario.schema import Record
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
        _check_dates(merged, merged.start.value, merged.start.value + (merged.months.value - 1), problems)
    _check_doubles(merged.record, problems)
    for nation in dict.fromkeys(nation for nation, _ in merged.weights):
        _check_weights(merged, nation, problems)


def _check_dates(merged: Merged, start: Month, last: Month, problems: Problems) -> None:
    if last > LAST_MONTH and merged.months:
        problems.add(Refused(merged.months.place, f"the last month is {last}; expected one up to {LAST_MONTH}"))
    for event in merged.events:
        if event.value.month < start:
            problems.add(
                Refused(event.place, f"an event of {event.value.month} is before the start; expected {start} to {last}")
            )
        if event.value.month > last:
            problems.add(
                Refused(event.place, f"an event of {event.value.month} is after the last month; expected {start} to {last}")
            )
    for figure in merged.record:
        if figure.value.month > start:
            problems.add(
                Refused(figure.place, f"a record of {figure.value.month} is after the start; expected {start} or before")
            )


def _check_doubles(record: Iterable[Given[Record]], problems: Problems) -> None:
    first: dict[tuple[Month, str], Place] = {}
    for figure in record:
        key = figure.value.month, figure.value.variable
        if key in first:
            place = first[key]
            message = f"{key[1]} of {key[0]} is recorded twice, first in {place.file}:{place.line}; keep one"
            problems.add(Refused(figure.place, message))
        first.setdefault(key, figure.place)


def _check_weights(merged: Merged, nation: str, problems: Problems) -> None:
    """A nation must care about something."""
    sets = vocabulary.weight_sets(nation)
    chosen = merged.weight_set.get(nation)
    base = sets[chosen.value if chosen and chosen.value else vocabulary.STANDARD]
    own = {feature: given for (owner, feature), given in merged.weights.items() if owner == nation}
    changed = {feature: given.value for feature, given in own.items() if given.value is not None}
    if changed and not any({**base, **changed}.values()):
        place = next(given.place for feature, given in own.items() if feature in changed)
        problems.add(Refused(place, f"all weights of {nation} are zero; expected at least one that is not"))
