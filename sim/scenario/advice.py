"""What is legal in a scenario but deserves a second look."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.parameters import Distribution
from sim.scenario import vocabulary
from sim.scenario.schema import Scenario
from sim.scenario.values import plain

TAIL = 0.001  # a fixed value beyond this quantile on either side is called unusual


def warnings(scenario: Scenario, parent: Scenario | None = None) -> list[str]:
    """Lines about fixed values that a prior makes rare, events without a reason, a scenario that changes nothing."""
    return [*_unusual(scenario), *_unexplained(scenario), *_idle(scenario, parent)]


def _unusual(scenario: Scenario) -> Iterator[str]:
    for name, value in scenario.parameters.items():
        known = vocabulary.parameters().get(name)
        if known is None or value.family != "fixed" or known.prior.family == "fixed":
            continue
        number = value.numbers[0]
        if _clearly_usual(known.prior, number):
            continue
        low, high = (float(end) for end in known.prior.quantile(np.array([TAIL, 1 - TAIL])))
        if not low <= number <= high:
            usual = f"its prior {known.prior} rarely leaves {low:.4g} to {high:.4g}"
            yield f"{_at(scenario, f'parameters.{name}')}{name} is {plain(number)}; {usual}"


def _clearly_usual(prior: Distribution, number: float) -> bool:
    """Whether a value is so central that exact quantiles, slow to import, need not be asked."""
    numbers = prior.numbers
    match prior.family:
        case "uniform" | "triangular":
            margin = math.sqrt(TAIL) * (numbers[-1] - numbers[0])
            return numbers[0] + margin <= number <= numbers[-1] - margin
        case "normal":
            return abs(number - numbers[0]) <= 3 * numbers[1]
        case "lognormal":
            return number > 0 and abs(math.log(number / numbers[0])) <= 3 * numbers[1]
        case _:
            a, b = numbers
            return abs(number - a / (a + b)) <= math.sqrt(a * b / (a + b + 1)) / (a + b)


def _unexplained(scenario: Scenario) -> Iterator[str]:
    for number, event in enumerate(scenario.events):
        if not event.why:
            yield f"{_at(scenario, f'events.{number}')}the event {event.occasion} has no reason; say why"


def _idle(scenario: Scenario, parent: Scenario | None) -> Iterator[str]:
    if parent is not None and parent.digest() == scenario.digest():
        yield f"{_at(scenario, 'title')}{scenario.name} changes nothing against {parent.name}"


def _at(scenario: Scenario, key: str) -> str:
    place = scenario.provenance.get(key)
    return f"{place}: " if place else ""
