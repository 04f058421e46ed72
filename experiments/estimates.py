"""What a mean over runs is worth."""

from __future__ import annotations

import numpy as np

from sim.state import Array


def error_of_mean(values: Array) -> float:
    """Monte Carlo error of a mean over runs ``(R,)``, in the unit of the values."""
    return float(values.std() / np.sqrt(values.size))
