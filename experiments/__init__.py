"""Questions put to the model: batches of runs, and what can be read out of them.

``run_batch`` runs scenarios, ``read_outcomes`` and ``read_trajectories`` read what a batch has stored.
Heavy parts are imported on first use, so that ``import experiments`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.batch import run_batch
    from experiments.checking import verify
    from experiments.manifest import read_manifest
    from experiments.readers import read_outcomes, read_trajectories

__all__ = ["read_manifest", "read_outcomes", "read_trajectories", "run_batch", "verify"]

_HOMES = {
    "run_batch": "experiments.batch",
    "read_manifest": "experiments.manifest",
    "read_outcomes": "experiments.readers",
    "read_trajectories": "experiments.readers",
    "verify": "experiments.checking",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'experiments' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
