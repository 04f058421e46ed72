"""What a box of conditions is worth on a half of the runs, with intervals that count runs under common luck once.

Notation, over the runs of one half: N runs, H of them with the event, n in the box, h of these with the event. Coverage h/H,
density h/n, base rate H/N, mass n/N, lift (h/n) / (H/N).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.discovery_cases import Cases
from experiments.estimates import NORMAL_95, wilson

Flags = NDArray[np.bool_]


class Estimate(NamedTuple):
    """A value with its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Limit:
    """A condition on one feature: both ends belong to it; for categories, the codes that do."""

    name: str
    low: float = -np.inf
    high: float = np.inf
    codes: frozenset[int] | None = None

    def holds(self, values: pd.DataFrame) -> Flags:
        """Where it holds."""
        here = values[self.name].to_numpy(dtype=np.float64)
        inside = (here >= self.low) & (here <= self.high) if self.codes is None else np.isin(here, list(self.codes))
        return np.asarray(inside, dtype=bool)


Box = tuple[Limit, ...]


@dataclass(frozen=True)
class Measured:
    """What a box is worth on one half."""

    n: int
    hits: int
    mass: float
    coverage: Estimate
    density: Estimate
    base: Estimate
    lift: Estimate

    @property
    def holds(self) -> bool:
        """Whether the interval of the lift lies above one."""
        return self.lift.low > 1


@dataclass(frozen=True)
class Found:
    """A box or a leaf, on the half it was fitted to and the half that was held out. ``alone``: see ``contributions``."""

    box: Box
    fitted: Measured
    held: Measured
    alone: tuple[Estimate, ...] = ()


def contributions(cases: Cases, rows: Flags, box: Box) -> list[Estimate]:
    """What each condition adds to the others: density of the box over its density without that condition."""
    here = where(cases.values, box) & rows
    without = [where(cases.values, box[:place] + box[place + 1 :]) & rows for place in range(len(box))]
    return [ratio(here, wider, cases) for wider in without]


def sureness(cases: Cases, rows: Flags, box: Box) -> list[float]:
    """By how many standard errors each condition adds cases to what chance would leave of the box without it.

    Under chance the cases of the wider box fall into the smaller one as all its runs do (hypergeometric).
    """
    here = where(cases.values, box) & rows
    found = []
    for place in range(len(box)):
        wider = where(cases.values, box[:place] + box[place + 1 :]) & rows
        part, base = here.sum() / wider.sum(), cases.happened[wider].mean()
        spread = np.sqrt(wider.sum() * base * (1 - base) * part * (1 - part))
        found.append(
            float((cases.happened[here].sum() - cases.happened[wider].sum() * part) / spread) if spread > 0 else 0.0
        )
    return found


def where(values: pd.DataFrame, box: Box) -> Flags:
    """Where all conditions of a box hold."""
    inside = np.ones(len(values), dtype=bool)
    for limit in box:
        inside &= limit.holds(values)
    return inside


def found(cases: Cases, fitting: Flags, box: Box) -> Found:
    """A box on both halves."""
    inside = where(cases.values, box)
    return Found(box, measure(inside, fitting, cases), measure(inside, ~fitting, cases))


def measure(inside: Flags, rows: Flags, cases: Cases) -> Measured:
    """A box on one half of the runs."""
    here, happened = inside & rows, cases.happened & rows
    return Measured(
        int(here.sum()), int((here & happened).sum()), float(here.sum() / rows.sum()),
        share(here, happened, cases.unit), share(happened, here, cases.unit), share(happened, rows, cases.unit),
        ratio(here, rows, cases),
    )  # fmt: skip


def share(these: Flags, among: Flags, unit: NDArray[np.int64]) -> Estimate:
    """The share of rows ``among`` that are also ``these``, with Wilson's interval, wider where rows share luck.

    It is widened by the root of the design effect, the variance of the share over units over that of independent rows.
    """
    n, hits = int(among.sum()), int((these & among).sum())
    if n == 0:
        return Estimate(np.nan, np.nan, np.nan)
    value = hits / n
    low, high = (float(end) for end in wilson(hits, n))
    apart = np.bincount(unit, np.where(among, these - value, 0.0))
    effect = float((apart**2).sum() / (n * value * (1 - value))) if 0 < hits < n else n / len(np.unique(unit[among]))
    wider = float(np.sqrt(max(effect, 1.0)))
    return Estimate(value, max(0.0, value - wider * (value - low)), min(1.0, value + wider * (high - value)))


def ratio(inner: Flags, outer: Flags, cases: Cases) -> Estimate:
    """Density of ``inner`` over that of ``outer``, which holds it; the interval by linearising the logarithm over units.

    Of few cases the logarithm is skewed, and its lower end would lie above one too often under chance (up to 8 times in 100
    with 20 cases, not 2.5); it is lowered by what the exact end of the coverage (Clopper and Pearson 1934) lies below the
    linearised one. Runs under common luck count as so many fewer as the variance over units is larger.
    """
    hit, n, hits, runs = ((inner & cases.happened).sum(), inner.sum(), (outer & cases.happened).sum(), outer.sum())
    if n == 0 or hits == 0:
        return Estimate(np.nan, np.nan, np.nan)
    if hit == 0:
        return Estimate(0.0, 0.0, share(cases.happened, inner, cases.unit).high / (hits / runs))
    value = float((hit / n) / (hits / runs))
    moved = inner * (cases.happened / hit - 1 / n) - outer * (cases.happened / hits - 1 / runs)
    spread = float((np.bincount(cases.unit, moved) ** 2).sum())
    if spread == 0:  # the box is all of the runs
        return Estimate(value, value, value)
    half = NORMAL_95 * np.sqrt(spread)
    effect = max(spread / float((moved**2).sum()), 1.0)
    lower = half + _skew(float(hit) / effect, float(hits) / effect)
    return Estimate(value, float(value * np.exp(-lower)), float(value * np.exp(half)))


def _skew(hit: float, hits: float) -> float:
    """By how much the exact 95% interval of a share reaches further down than the linearised one, on the log scale."""
    from scipy import special

    exact = -np.log(special.betaincinv(hit, hits - hit + 1, 0.025) * hits / hit)
    return max(float(exact - NORMAL_95 * np.sqrt(1 / hit - 1 / hits)), 0.0)
