"""Peninsula: an agent-based scenario simulation of the Korean Peninsula.

``load_scenario`` reads a scenario, ``simulate`` runs it, ``Peninsula`` is the Mesa model to step by hand.
Heavy parts are imported on first use, so that ``import sim`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model import Peninsula, simulate
    from sim.scenario import Scenario, ScenarioError, load_scenario

__version__ = "0.6.0"
__all__ = ["Peninsula", "Scenario", "ScenarioError", "load_scenario", "simulate"]

_HOMES = {
    "Peninsula": "sim.model",
    "simulate": "sim.model",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.scenario",
    "load_scenario": "sim.scenario",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
