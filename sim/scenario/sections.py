"""The sections of a scenario file: parameters, nations, initial values, events and the starting record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sim.parameters import Distribution
from sim.scenario import conditions, values, vocabulary
from sim.scenario.files import data_file
from sim.scenario.problems import Place, Problems, Refused, quoted
from sim.scenario.reader import Listing, Node, Table
from sim.scenario.schema import Event, Initial, Record
from sim.scenario.tables import Given, check_known, entries, fields, listed
from sim.scenario.values import Range
from sim.state import Variable

NATION_KEYS = ("sharpness", "rule", "character", "weight_set", "weights")
TABLE = ".csv"
POSTERIOR = "posterior"  # stands among parameters and names distributions of many
INITIAL_KEYS = ("value", "sd", "source")
EVENT_KEYS = ("month", "when", "from", "to", "delay", "every", "set", "add", "probability", "why", "source")
ON_CONDITION = ("from", "to", "delay", "every")  # keys that belong to an event with a condition
LONGEST_DELAY = 1200
RECORD_KEYS = ("month", "variable", "value", "unit", "source")
SHARPNESS = Range(high=20, positive=True)
WEIGHT = Range(-100, 100)
PROBABILITY = Range(0, 1)


@dataclass(frozen=True)
class NationGiven:
    """What one file says about a nation."""

    sharpness: Given[Distribution | None] | None = None
    weight_set: Given[str | None] | None = None
    weights: Mapping[str, Given[float | None]] = field(default_factory=dict)
    rule: Given[str | None] | None = None
    character: Given[str | None] | None = None


def read_parameters(node: Node, problems: Problems) -> dict[str, Given[Distribution | None]]:
    """Priors that are fixed or changed, by name; None goes back to the model's prior."""
    known = vocabulary.parameters()
    fitted: dict[str, Given[Distribution | None]] = {}

    def read(name: str, inner: Node, place: Place) -> Distribution | None:
        if name == POSTERIOR:
            fitted.update(_posterior(inner))
            return None
        check_known("parameter", name, known, place)
        allowed = Range(known[name].low, known[name].high, known[name].unit)
        return None if values.is_null(inner) else values.distribution(inner, name, allowed)

    said = entries(node, "parameters", problems, read)
    said.pop(POSTERIOR, None)
    return {**fitted, **said}


def _posterior(node: Node) -> dict[str, Given[Distribution | None]]:
    """The distributions of a fitted posterior, shipped or in a file, by parameter."""
    from sim.parameters import posteriors  # reads tables, needed only here

    name = values.text(node, POSTERIOR)
    own = name.endswith(TABLE)
    try:
        loaded = posteriors.load(str(data_file(name, TABLE, node.place)) if own else name)
    except ValueError as error:
        hint = "" if own else vocabulary.nearest(name, posteriors.names())
        raise Refused(node.place, f"posterior {quoted(name)}: {error}{hint}") from None
    return {parameter: Given(distribution, node.place) for parameter, distribution in loaded.items()}


def read_nations(node: Node, problems: Problems) -> dict[str, Given[NationGiven]]:
    """What is changed about nations, by name."""

    def read(name: str, inner: Node, place: Place) -> NationGiven:
        check_known("nation", name, vocabulary.nations(), place)
        return _nation(name, inner, problems)

    return entries(node, "nations", problems, read)


def _nation(nation: str, node: Node, problems: Problems) -> NationGiven:
    whole = fields(node, nation, NATION_KEYS, problems)
    keys = whole.table.keys

    def sharpness(inner: Node) -> Distribution | None:
        return None if values.is_null(inner) else values.distribution(inner, f"sharpness of {nation}", SHARPNESS)

    def weight_set(inner: Node) -> str | None:
        if not values.is_null(inner) and vocabulary.characters():  # one of them may have sets of its own
            return values.text(inner, f"weight_set of {nation}")
        return named(inner, "weight_set", vocabulary.weight_sets(nation))

    def named(inner: Node, key: str, known: Iterable[str]) -> str | None:
        return None if values.is_null(inner) else values.choice(inner, f"{key} of {nation}", known)

    def character(inner: Node) -> str | None:
        known = vocabulary.characters()
        if not values.is_null(inner) and not known:
            name = quoted(values.text(inner, f"character of {nation}"))
            raise Refused(inner.place, f"character of {nation} has no {name}; no installed package offers a nation")
        return named(inner, "character", known)

    def weight(feature: str, inner: Node, place: Place) -> float | None:
        check_known("feature", feature, vocabulary.features(), place)
        return None if values.is_null(inner) else values.number(inner, f"weight of {feature}", WEIGHT)

    def weights(inner: Node) -> dict[str, Given[float | None]]:
        return entries(inner, f"weights of {nation}", problems, weight)

    return NationGiven(
        whole.get("sharpness", lambda inner: Given(sharpness(inner), keys["sharpness"]), None),
        whole.get("weight_set", lambda inner: Given(weight_set(inner), keys["weight_set"]), None),
        whole.get("weights", weights, {}),
        whole.get("rule", lambda inner: Given(named(inner, "rule", vocabulary.rules()), keys["rule"]), None),
        whole.get("character", lambda inner: Given(character(inner), keys["character"]), None),
    )


def read_initial(node: Node, problems: Problems) -> dict[str, Given[Initial | None]]:
    """Starting values by state path; None goes back to the model's own."""

    def read(path: str, inner: Node, place: Place) -> Initial | None:
        variable, axes = _settable(path, place)
        if values.is_null(inner):
            return None
        if not isinstance(inner, Table):
            return Initial(_numbers(inner, path, axes))
        whole = fields(inner, path, INITIAL_KEYS, problems, required=("value",))
        nothing: float | tuple[float, ...] = 0.0
        return Initial(
            whole.get("value", lambda value: _numbers(value, path, axes), nothing),
            whole.get("sd", lambda value: _spread(value, path, variable), 0.0),
            whole.get("source", lambda value: values.text(value, f"source of {path}"), ""),
        )

    return entries(node, "initial", problems, read)


def _spread(node: Node, path: str, variable: Variable) -> float:
    """A standard deviation of starting values; what counts in whole numbers has none."""
    spread = values.number(node, f"sd of {path}", Range(0, variable.high - variable.low, variable.unit))
    if variable.whole and spread:
        raise Refused(node.place, f"{path} counts in whole numbers and cannot be spread; leave out sd")
    return spread


def _number(node: Node, path: str, use: str = "") -> float:
    """A number that every part of the state that the path names may hold; messages call it the path and its use."""
    number = values.number(node, path + use, range_at(path))
    for part in vocabulary.parts(path):
        values.number(node, part + use, range_at(part))
    return number


def _numbers(node: Node, path: str, axes: tuple[str, ...]) -> float | tuple[float, ...]:
    if not isinstance(node, Listing):
        return _number(node, path)
    if not axes:
        raise Refused(node.place, f"{path} is a list; expected a single number {range_at(path)}")
    expected = vocabulary.length(axes[-1])
    if len(node.items) != expected:
        raise Refused(node.place, f"{path} has {len(node.items)} numbers; expected {expected}, one per {axes[-1]}")
    parts = vocabulary.parts(path)  # those of one list, or one for all its numbers
    ranges = parts if len(parts) == expected else parts * expected
    return tuple(values.number(item, part, range_at(part)) for item, part in zip(node.items, ranges, strict=True))


def read_events(node: Node, problems: Problems) -> list[Given[Event]]:
    """Changes in a month or on a condition."""
    return listed(node, "events", problems, lambda item: _event(item, problems))


def _event(node: Node, problems: Problems) -> Event:
    whole = fields(node, "an event", EVENT_KEYS, problems)
    _check_occasion(whole.table, problems)
    if not whole.table.items.keys() & {"set", "add"}:
        problems.add(Refused(node.place, "an event changes nothing; expected set or add"))
    nothing: dict[str, Given[float]] = {}
    new = whole.get("set", lambda inner: _changes(inner, "set", problems), nothing)
    steps = whole.get("add", lambda inner: _changes(inner, "add", problems), nothing)
    for path in new.keys() & steps.keys():
        problems.add(Refused(steps[path].place, f"{path} is both set and added to; keep one"))
    return Event(
        month=whole.get("month", lambda inner: values.month(inner, "month of an event"), None),
        when=whole.get("when", conditions.condition, None),
        first=whole.get("from", lambda inner: values.month(inner, "from of an event"), None),
        last=whole.get("to", lambda inner: values.month(inner, "to of an event"), None),
        delay=whole.get("delay", lambda inner: values.whole(inner, "delay", 1, LONGEST_DELAY), 1),
        every=whole.get("every", lambda inner: values.truth(inner, "every"), False),
        set=_sorted(new),
        add=_sorted(steps),
        probability=whole.get("probability", lambda inner: values.number(inner, "probability", PROBABILITY), 1.0),
        why=whole.get("why", lambda inner: values.text(inner, "why"), ""),
        source=whole.get("source", lambda inner: values.text(inner, "source of an event"), ""),
    )


def _check_occasion(event: Table, problems: Problems) -> None:
    """An event has a month or a condition, and what belongs to a condition only with one."""
    if "month" in event.items and "when" in event.items:
        message = "an event has both month and when; keep one, and give the months of a condition with from and to"
        problems.add(Refused(event.keys["month"], message))
    elif not event.items.keys() & {"month", "when"}:
        problems.add(Refused(event.place, "an event has no month; expected a month, or a condition under when"))
    for key in ON_CONDITION:
        if key in event.items and "when" not in event.items:
            problems.add(Refused(event.keys[key], f"{key} belongs to an event with a condition; add when or leave it out"))


def _changes(node: Node, key: str, problems: Problems) -> dict[str, Given[float]]:
    def read(path: str, inner: Node, place: Place) -> float:
        variable, _ = _settable(path, place)
        if key == "set":
            return _number(inner, path, " to set")
        if variable.name in vocabulary.BY_NATION:
            raise Refused(place, f"{path} is a type, to which nothing can be added; set it instead")
        return values.number(inner, f"{path} to add", step_at(path))

    if isinstance(node, Table) and not node.items:
        raise Refused(node.place, f"{key} of an event is empty; expected state variables and numbers")
    return entries(node, f"{key} of an event", problems, read)


def _sorted(changes: Mapping[str, Given[float]]) -> dict[str, float]:
    """In the order in which they are applied: a general path before its parts."""
    return {path: changes[path].value for path in sorted(changes)}


def read_record(node: Node, problems: Problems) -> list[Given[Record]]:
    """Observed figures of the start month or before."""
    return listed(node, "record", problems, lambda item: _record(item, problems))


def _record(node: Node, problems: Problems) -> Record:
    whole = fields(node, "a record", RECORD_KEYS, problems, required=("month", "variable", "value", "source"))
    month = whole.get("month", lambda inner: values.month(inner, "month of a record"), values.FIRST_MONTH)
    path = whole.get("variable", _cell, "")
    source = whole.get("source", lambda inner: values.text(inner, "source of a record"), "")
    if not path:  # refused or missing, and nothing is known about its value
        return Record(month, path, 0.0, "", source)
    variable, _ = vocabulary.variable_at(path)

    def unit(inner: Node) -> str:
        given = values.text(inner, "unit")
        if given != variable.unit:
            message = f"unit of {path} is {quoted(given)}; expected '{variable.unit}', with the value in it"
            raise Refused(inner.place, message)
        return given

    value = whole.get("value", lambda inner: values.number(inner, path, range_at(path)), 0.0)
    return Record(month, path, value, whole.get("unit", unit, variable.unit), source)


def _cell(node: Node) -> str:
    """A path that names a single number."""
    return conditions.cell(values.text(node, "variable"), node.place)


def _settable(path: str, place: Place) -> tuple[Variable, tuple[str, ...]]:
    """The variable at a path that a scenario may set and the axes it leaves open; Refused otherwise."""
    try:
        variable, axes = vocabulary.variable_at(path)
    except ValueError as error:
        raise Refused(place, str(error)) from None
    if not variable.settable:
        raise Refused(place, f"{variable.name} follows from the model and cannot be set")
    return variable, axes


def range_at(path: str) -> Range:
    """The numbers that may stand at a path."""
    variable, _ = vocabulary.variable_at(path)
    levels = vocabulary.levels(path)
    high = variable.low + len(levels) - 1 if levels else variable.high
    return Range(variable.low, high, variable.unit, whole=variable.whole, levels=levels)


def step_at(path: str) -> Range:
    """The numbers that may be added at a path: no step is wider than the range it moves in."""
    variable, _ = vocabulary.variable_at(path)
    width = variable.high - variable.low
    return Range(-width, width, variable.unit, whole=variable.whole)
