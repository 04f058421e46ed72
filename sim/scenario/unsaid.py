"""What the model has where a scenario says nothing, in words: the prior of a parameter, weights, starting values."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.parameters import Distribution
from sim.parameters.distributions import FAMILIES
from sim.parameters.political_tables import ANCHORS
from sim.scenario import vocabulary
from sim.scenario.schema import Initial, NationSpec, Scenario
from sim.state import AXES, resolve

PRIOR, DEFAULT = "(prior)", "(default)"
BY_GOVERNMENT = "by government (default)"
ANCHORED = ("affinity", "anchor")  # that begin at the structure of relations


def own_value(scenario: Scenario, key: str) -> str | None:
    """What stands in the place of a key that a scenario does not set; None where nothing does, as for events."""
    section, _, rest = key.partition(".")
    if section == "parameters":
        known = vocabulary.parameters().get(rest)
        return told_prior(known.prior) if known else None
    if section == "initial":
        return _start(scenario, rest)
    return _of_nation(scenario, *rest.split(".", 1)) if section == "nations" else None


def told_prior(prior: Distribution) -> str:
    """A distribution of the model's own: ``uniform 0.2 to 0.5 (prior)``, ``1 (default)`` where it is fixed."""
    return f"{prior} {DEFAULT}" if prior.family == "fixed" else f"{told(prior)} {PRIOR}"


def told(prior: Distribution) -> str:
    """``uniform 0.2 to 0.5``, ``normal mean 0, sd 1``."""
    if prior.family == "uniform":
        return "uniform {:g} to {:g}".format(*prior.numbers)
    names = FAMILIES[prior.family]
    if len(names) != len(prior.numbers) or "..." in names:
        return str(prior)
    return f"{prior.family} " + ", ".join(
        f"{name.replace('_', ' ')} {number:g}" for name, number in zip(names, prior.numbers, strict=True)
    )


def _of_nation(scenario: Scenario, nation: str, key: str) -> str | None:
    said = scenario.nations.get(nation, NationSpec())
    match key.split("."):
        case ["sharpness"]:
            return told_prior(vocabulary.parameters()[f"decision.sharpness.{nation}"].prior)
        case ["rule"]:
            return f"{vocabulary.rules()[0]} {DEFAULT}"
        case ["character"]:
            return "the model's own"
        case ["weight_set"] if not said.character:
            sets = _weight_sets(nation, said)
            return f"{sets[0]} {DEFAULT}" if len(sets) == 1 else BY_GOVERNMENT
        case ["weights", feature] if not said.character:
            known = vocabulary.weight_sets(nation)
            weights = {name: known[name].get(feature, 0.0) for name in _weight_sets(nation, said)}
            if len(set(weights.values())) == 1:
                return f"{next(iter(weights.values())):g} {DEFAULT}"
            return f"{', '.join(f'{weight:g} ({name})' for name, weight in weights.items())}, {BY_GOVERNMENT}"
        case _:
            return None


def _weight_sets(nation: str, said: NationSpec) -> tuple[str, ...]:
    """Names of the weight sets that hold: the one that a scenario names, or one for each type of government."""
    from sim.nations import CHARACTERS  # needed only where weights are told

    return (said.weight_set,) if said.weight_set else CHARACTERS[nation].administrations


def _start(scenario: Scenario, path: str) -> str:
    """The starting value of a path that is not set itself: what other paths of the variable leave, or the model's own."""
    variable, index = resolve(path)
    if variable.name == "in_office" and not any(other.split(".")[0] == "in_office" for other in scenario.initial):
        return "the government in power (default)"
    whole = np.full([len(AXES[axis]) for axis in variable.axes], variable.start)
    if variable.name in ANCHORED:
        whole[:] = ANCHORS.values[0]
    for other, initial in scenario.initial.items():  # a general path before its parts
        if other.split(".")[0] == variable.name:
            whole[resolve(other)[1]] = _numbers(initial)
    values = np.unique(whole[index])
    if len(values) == 1:
        return f"{values[0]:g} {DEFAULT}"
    return f"[{', '.join(f'{value:g}' for value in whole[index].ravel())}] {DEFAULT}"


def _numbers(initial: Initial) -> Any:
    return np.asarray(initial.value, dtype=np.float64)
