"""What is legal in a scenario but deserves a second look."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.parameters import Distribution
from sim.scenario import vocabulary
from sim.scenario.schema import Scenario

TAIL = 0.001  # a fixed value beyond this quantile on either side is called unusual
ELSEWHERE = 0.005  # a distribution whose mean lies beyond this quantile of the prior on either side is told of
CENTRAL = 2.5  # standard deviations of a normal prior that lie within both tails
CUT_OFF = 0.01  # a distribution with a larger share of draws beyond the documented range is told of
WIDEST = 30.0  # a lognormal spread beyond which its mean is as good as infinite, and soon no number can hold it
UNBOUNDED = ("normal", "lognormal", "beta")  # the support of others is refused beyond the range


def warnings(scenario: Scenario, parent: Scenario | None = None) -> list[str]:
    """Lines as of ``ranges``, and about events without a reason and a scenario that changes nothing."""
    return [*ranges(scenario), *_unexplained(scenario), *_idle(scenario, parent)]


def ranges(scenario: Scenario) -> list[str]:
    """Lines about fixed values that a prior makes rare, and about distributions that reach beyond a documented range or lie
    elsewhere than the prior."""
    return [*_unusual(scenario), *_reaching(scenario), *_elsewhere(scenario)]


def _unusual(scenario: Scenario) -> Iterator[str]:
    for name, value in scenario.parameters.items():
        known = vocabulary.parameters().get(name)
        if known is None or value.family != "fixed" or known.prior.family == "fixed":
            continue
        number = value.numbers[0]
        if usual := _left(known.prior, number, TAIL):
            said = f"its prior {known.prior} rarely leaves {usual}"
            yield f"{_at(scenario, f'parameters.{name}')}{name} is {number:.4g}; {said}"


def _elsewhere(scenario: Scenario) -> Iterator[str]:
    for key, name, given in _distributions(scenario):
        known = vocabulary.parameters().get(name)
        if known is None or given.family == "fixed" or known.prior.family == "fixed":
            continue
        mean = _mean(given)
        if usual := _left(known.prior, mean, ELSEWHERE):
            said = f"its mean {mean:.4g} lies outside {usual}, which hold 99% of the prior {known.prior}"
            yield f"{_at(scenario, key)}{name} is {given}; {said}"


def _left(prior: Distribution, number: float, tail: float) -> str:
    """The range between two quantiles of a prior if a number lies outside it, otherwise nothing."""
    if _clearly_usual(prior, number):
        return ""
    low, high = (float(end) for end in prior.quantile(np.array([tail, 1 - tail])))
    return "" if low <= number <= high else f"{low:.4g} to {high:.4g}"


def _mean(given: Distribution) -> float:
    numbers = given.numbers
    match given.family:
        case "beta":
            return numbers[0] / (numbers[0] + numbers[1])
        case "lognormal":
            return numbers[0] * math.exp(min(numbers[1], WIDEST) ** 2 / 2)
        case "normal":
            return numbers[0]
        case "uniform" | "triangular":
            return sum(numbers) / len(numbers)
        case _:  # evenly spaced quantiles, linear in between
            return float(np.trapezoid(numbers, dx=1 / (len(numbers) - 1)))


def _clearly_usual(prior: Distribution, number: float) -> bool:
    """Whether a value is so central, for either tail, that exact quantiles, slow to import, need not be asked."""
    numbers = prior.numbers
    match prior.family:
        case "uniform" | "triangular":
            margin = math.sqrt(ELSEWHERE) * (numbers[-1] - numbers[0])
            return numbers[0] + margin <= number <= numbers[-1] - margin
        case "normal":
            return abs(number - numbers[0]) <= CENTRAL * numbers[1]
        case "lognormal":
            return number > 0 and abs(math.log(number / numbers[0])) <= CENTRAL * numbers[1]
        case _:
            a, b = numbers
            return abs(number - a / (a + b)) <= math.sqrt(a * b / (a + b + 1)) / (a + b)


def _distributions(scenario: Scenario) -> Iterator[tuple[str, str, Distribution]]:
    """Key, parameter and distribution of what a scenario sets."""
    for name, given in scenario.parameters.items():
        yield f"parameters.{name}", name, given
    for nation, spec in scenario.nations.items():
        if spec.sharpness:
            yield f"nations.{nation}.sharpness", f"decision.sharpness.{nation}", spec.sharpness


def _reaching(scenario: Scenario) -> Iterator[str]:
    for key, name, prior in _distributions(scenario):
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
