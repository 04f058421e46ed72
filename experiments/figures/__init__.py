"""Figures of a batch: what came out, how it went, who did what, and how it compares with what happened.

``draw_all(DIR)`` draws every figure that a stored batch has data for; ``FIGURES`` lists them. The functions that draw take
an Axes and summarised data; they compute nothing and save nothing. matplotlib is imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.figures.data import Batch, Frames, open_batch
    from experiments.figures.gallery import FIGURES, draw_all

__all__ = ["FIGURES", "Batch", "Frames", "draw_all", "open_batch"]

_HOMES = {
    "FIGURES": "experiments.figures.gallery",
    "draw_all": "experiments.figures.gallery",
    "Batch": "experiments.figures.data",
    "Frames": "experiments.figures.data",
    "open_batch": "experiments.figures.data",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'experiments.figures' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
