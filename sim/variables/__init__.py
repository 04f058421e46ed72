"""The state arrays: every one once, with its axes, unit, meaning and legal range.

Every array ends in a run axis that is not listed: a variable with axes ``("partner",)`` has shape
``(partner, R)`` for R runs, one with no axes ``(R,)``. Equations do not know how many runs there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sim.variables import economy, politics, security
from sim.variables.axes import AXES, DYAD, ISO, NATIONS, PAIRS
from sim.variables.rows import Variable

__all__ = ["AXES", "DYAD", "ISO", "NATIONS", "PAIRS", "VARIABLES", "Variable"]


def _gather() -> Mapping[str, Variable]:
    rows = [row for module in (economy, security, politics) for row in module.VARIABLES]
    gathered = {row.name: row for row in rows}
    if len(gathered) < len(rows):
        raise ValueError("a state variable is declared twice")
    return MappingProxyType(gathered)


VARIABLES = _gather()
