"""Every parameter once: prior, unit, legal range, source and evidence grade.

Grades: V verified in a source, C computed from public data, K known from the literature but not re-checked,
P modelling prior. A grade travels with its number; a prior is not a fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from sim.chance import Chance
from sim.parameters import (
    alignment,
    bargaining,
    council,
    decision,
    domestic,
    economy,
    sanctions,
    security,
    seoul,
    shocks,
    talks,
)
from sim.parameters.distributions import FAMILIES, Distribution
from sim.parameters.priors import GRADES, Parameter, parameter
from sim.state import FLOAT, Array

__all__ = ["FAMILIES", "GRADES", "PARAMETERS", "Distribution", "Parameter", "Parameters", "draw", "parameter"]

Parameters = Mapping[str, Array]  # name -> (R,)


_MODULES = (
    shocks, sanctions, economy, security, council, talks, bargaining, alignment, seoul, domestic, decision,
)  # fmt: skip


def draw(chance: Chance, changed: Mapping[str, Distribution] = MappingProxyType({})) -> Parameters:
    """Draw every parameter for the runs of ``chance``; ``changed`` replaces priors by name. Arrays are ``(R,)``."""
    drawn = {}
    for name, known in PARAMETERS.items():
        prior = changed.get(name, known.prior)
        luck = chance.once(f"parameter/{name}")
        value = np.clip(prior.quantile(luck), known.low, known.high).astype(FLOAT, copy=False)
        value.flags.writeable = False
        drawn[name] = value
    return MappingProxyType(drawn)


def _gather() -> Mapping[str, Parameter]:
    rows = [row for module in _MODULES for row in module.PARAMETERS]
    gathered = {row.name: row for row in rows}
    if len(gathered) < len(rows):
        raise ValueError("a parameter is declared twice")
    return MappingProxyType(gathered)


PARAMETERS = _gather()
