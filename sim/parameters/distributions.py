"""Prior distributions, drawn by inverse distribution function so that a changed prior keeps the pairing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.state import FLOAT, Array

# family -> names of its numbers, in order
FAMILIES = {
    "fixed": ("value",),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "log_sd"),
    "beta": ("a", "b"),
    "quantiles": ("lowest", "...", "highest"),
}
ANY_LENGTH = "quantiles"  # evenly spaced quantiles from level 0 to 1, two or more, linear in between


@dataclass(frozen=True)
class Distribution:
    """A family and its numbers, for example ``Distribution("uniform", (0.3, 0.6))``.

    Raises ValueError with one line when the numbers do not describe a distribution.
    """

    family: str
    numbers: tuple[float, ...]

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise ValueError(f"unknown distribution {self.family!r}; choose from {', '.join(FAMILIES)}")
        names = FAMILIES[self.family]
        if self.family == ANY_LENGTH and len(self.numbers) < len(("lowest", "highest")):
            raise ValueError(f"{self.family} takes two numbers or more, not {len(self.numbers)}")
        if self.family != ANY_LENGTH and len(self.numbers) != len(names):
            raise ValueError(f"{self.family} takes {len(names)} numbers ({', '.join(names)}), not {len(self.numbers)}")
        if not all(np.isfinite(self.numbers)):
            raise ValueError(f"{self.family} takes finite numbers, not {list(self.numbers)}")
        if self.family in ("uniform", "triangular", ANY_LENGTH) and list(self.numbers) != sorted(self.numbers):
            raise ValueError(f"{self.family} takes numbers in rising order ({', '.join(names)}), not {list(self.numbers)}")
        if self.family in ("normal", "lognormal") and self.numbers[1] < 0:
            raise ValueError(f"{names[1]} of {self.family} must not be negative, but is {self.numbers[1]}")
        if self.family == "lognormal" and self.numbers[0] <= 0:
            raise ValueError(f"median of lognormal must be positive, but is {self.numbers[0]}")
        if self.family == "beta" and min(self.numbers) <= 0:
            raise ValueError(f"a and b of beta must be positive, but are {list(self.numbers)}")

    def quantile(self, luck: Array) -> Array:
        """Values at the probabilities ``luck`` in [0, 1); same shape."""
        if self.family == "fixed":
            return np.full(luck.shape, self.numbers[0], dtype=FLOAT)
        if self.family == "uniform":
            low, high = self.numbers
            return low + (high - low) * luck
        if self.family == "triangular":
            return _triangular(luck, *self.numbers)
        if self.family == ANY_LENGTH:
            return np.interp(luck, np.linspace(0, 1, len(self.numbers)), self.numbers)
        from scipy import special  # a third of a second to import, needed only where runs are drawn

        if self.family == "beta":
            return np.asarray(special.betaincinv(*self.numbers, luck), dtype=FLOAT)
        first, spread = self.numbers
        normal = special.ndtri(np.maximum(luck, 1e-12))  # the first quantile is minus infinity
        return first + spread * normal if self.family == "normal" else first * np.exp(spread * normal)

    @property
    def centre(self) -> float:
        """The median, a number to show and to work with in a single reference situation."""
        if self.family in ("normal", "lognormal"):
            return float(self.numbers[0])
        return float(self.quantile(np.array([0.5]))[0])

    def __str__(self) -> str:
        if self.family == "fixed":
            return f"{self.numbers[0]:g}"
        shown = [f"{number:g}" for number in self.numbers]
        if self.family == ANY_LENGTH:  # the ends and the middle tell enough
            shown = [shown[0], "...", f"{self.centre:g}", "...", shown[-1]]
        return f"{self.family}({', '.join(shown)})"


def _triangular(luck: Array, low: float, mode: float, high: float) -> Array:
    if high == low:
        return np.full(luck.shape, low, dtype=FLOAT)
    turn = (mode - low) / (high - low)
    rising = low + np.sqrt(luck * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - luck) * (high - low) * (high - mode))
    return np.where(luck < turn, rising, falling)
