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
CUT_OFF = 0.01  # a distribution with a larger share of draws beyond the documented range is told of
UNBOUNDED = ("normal", "lognormal", "beta")  # the support of others is refused beyond the range


def warnings(scenario: Scenario, parent: Scenario | None = None) -> list[str]:
    """Lines about values that a prior makes rare or that a documented range cuts off, events without a reason, a scenario
    that changes nothing."""
    return [*ranges(scenario), *_unexplained(scenario), *_idle(scenario, parent)]


def ranges(scenario: Scenario) -> list[str]:
    """Lines about fixed values that a prior makes rare, and about distributions that reach beyond a documented range."""
    return [*_unusual(scenario), *_reaching(scenario)]


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


def _reaching(scenario: Scenario) -> Iterator[str]:
    said = {f"parameters.{name}": (name, prior) for name, prior in scenario.parameters.items()}
    for nation, spec in scenario.nations.items():
        if spec.sharpness:
            said[f"nations.{nation}.sharpness"] = f"decision.sharpness.{nation}", spec.sharpness
    for key, (name, prior) in said.items():
        known = vocabulary.parameters().get(name)
        if known is None or prior.family not in UNBOUNDED or not prior.numbers[1]:
            continue
        below, above = _below(prior, known.low), 1 - _below(prior, known.high)
        if below + above > CUT_OFF:
            ends = " or ".join(f"{end:g}" for end, share in ((known.low, below), (known.high, above)) if share > TAIL)
            documented = f"documented range {known.low:g} to {known.high:g}"
            told = f"{below + above:.2g} of its draws lie outside the {documented} and are moved to {ends}; narrow it"
            yield f"{_at(scenario, key)}{name} is {prior}; {told}"


def _below(prior: Distribution, level: float) -> float:
    """Probability of a draw below a level, for the families that may reach beyond a range."""
    first, spread = prior.numbers
    if prior.family == "beta":
        if not 0 < level < 1:
            return float(level >= 1)
        from scipy import special  # a third of a second to import, needed only where a range cuts a beta

        return float(special.betainc(first, spread, level))
    if prior.family == "lognormal" and level <= 0:
        return 0.0
    away = math.log(level / first) if prior.family == "lognormal" else level - first
    return 0.5 * math.erfc(-away / spread / math.sqrt(2))


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
