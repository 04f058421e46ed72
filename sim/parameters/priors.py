"""What a parameter is: a prior with unit, legal range, source and evidence grade."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from sim.parameters.distributions import Distribution

GRADES = MappingProxyType({"V": "verified", "C": "computed", "K": "known", "P": "prior"})


@dataclass(frozen=True)
class Parameter:
    """One uncertain number. Draws outside [low, high] are moved to the nearer end."""

    name: str
    prior: Distribution
    low: float
    high: float
    unit: str
    meaning: str
    source: str
    grade: str


def parameter(
    name: str,
    prior: tuple[object, ...] | float,
    legal: tuple[float, float],
    unit: str,
    meaning: str,
    source: str,
    grade: str,
) -> Parameter:
    """A Parameter from a number, or from a tuple such as ``("uniform", 0.3, 0.6)``."""
    if isinstance(prior, tuple):
        family, *numbers = prior
        distribution = Distribution(str(family), tuple(float(number) for number in numbers))  # type: ignore[arg-type]
    else:
        distribution = Distribution("fixed", (float(prior),))
    return Parameter(name, distribution, float(legal[0]), float(legal[1]), unit, meaning, source, grade)
