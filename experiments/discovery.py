"""Scenario discovery: under which conditions an event happens, found on one half of the runs and measured on the other.

PRIM (Friedman and Fisher 1999; Bryant and Lempert 2010) peels a box off the space of features, in ema_workbench's version;
a small classification tree, scikit-learn's, is fitted beside it. Both see only the fitting half. What is said of a box or a
leaf comes from the half that is held out, so a condition that was fitted to chance falls back to a lift of one.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.discovery_cases import Cases
from experiments.discovery_measures import Box, Flags, Found, Limit, contributions, found, sureness
from experiments.errors import UsageError
from experiments.extras import need

EXTRA = "discovery"
NOTHING = "nothing that could be a condition varies in this batch; run scenarios that draw parameters"
KEPT = 12  # features that pass the screen
NEXT = 5  # of these, the best by themselves are tried as further conditions
CONDITIONS = 4  # of a box, so that it can be said
SMALLEST = 0.05  # mass of a box or a leaf
LEAST_LEAF = 50  # runs
FEWEST = 20  # cases and other runs in a half
DEPTH = 3
ANY = 1e-9  # density of a box from which PRIM keeps it; what lies above it counts as a case
SURE = 4.0  # standard errors by which a further condition must add cases


@dataclass(frozen=True)
class Path:
    """A peeling and pasting trajectory on the fitting half: boxes from all of it inwards, and what they hold of it."""

    names: list[str]
    boxes: list[Box]
    coverage: NDArray[np.float64]
    density: NDArray[np.float64]
    mass: NDArray[np.float64]

    def score(self, coverage: float | None) -> NDArray[np.float64]:
        """What a box is chosen by: its density, if it covers enough; without a wish its gain, coverage less mass.

        The gain is by how much more than its part of the runs a box holds of the cases, known as weighted relative accuracy.
        """
        return self.coverage - self.mass if coverage is None else np.where(self.coverage >= coverage, self.density, -1.0)

    def choose(self, coverage: float | None) -> int:
        """Place of the best box."""
        return int(np.argmax(self.score(coverage)))


@dataclass(frozen=True)
class Discovery:
    """All that was found. ``chosen``: place of the box in the trajectory it was chosen from; ``screened``: features kept."""

    cases: Cases
    fitting: Flags
    screened: tuple[str, ...]
    trajectory: tuple[Found, ...]
    chosen: int
    box: Found
    leaves: tuple[Found, ...]


def discover(cases: Cases, coverage: float | None = None) -> Discovery:
    """Search for conditions of an event; ``coverage``: share of the cases of the fitting half a box must hold at least.

    Raises UsageError where there is nothing to tell apart.
    """
    fitting = halves(cases.unit)
    _enough(cases, fitting)
    names = screen(cases, fitting)
    path, chosen = selected(cases, fitting, names, coverage)
    trajectory = [found(cases, fitting, box) for box in path.boxes]
    box = trajectory[chosen]
    box = replace(box, alone=tuple(contributions(cases, ~fitting, box.box)))
    leaves = [found(cases, fitting, leaf) for leaf in grow(cases, fitting, names)]
    leaves.sort(key=lambda leaf: -leaf.held.density.value)
    return Discovery(cases, fitting, tuple(names), tuple(trajectory), chosen, box, tuple(leaves))


def selected(cases: Cases, fitting: Flags, names: Sequence[str], coverage: float | None) -> tuple[Path, int]:
    """The trajectory of the few features that tell most, and the place of the box in it.

    Features are added one by one: in PRIM's best box on the fitting half, the one that is most sure to add to the others.
    All must be by ``SURE`` standard errors, as they are picked among hundreds.
    """
    kept: list[str] = []
    best: tuple[Path, int] | None = None
    while len(kept) < CONDITIONS and (others := [name for name in names if name not in kept]):
        tried = [(path, path.choose(coverage)) for path in (peel(cases, fitting, [*kept, name]) for name in others)]
        added = [_added(cases, fitting, path, chosen) for path, chosen in tried]
        if best is not None and max(added) < SURE:
            break
        ranked = np.argsort([-sure for sure in added], kind="stable")
        best = tried[ranked[0]]
        kept, names = best[0].names, [others[place] for place in ranked[: 1 + NEXT]]
    if best is None:
        raise UsageError(NOTHING)
    return best


def _added(cases: Cases, fitting: Flags, path: Path, chosen: int) -> float:
    """How sure the last condition of a box is; not at all if the box leaves a feature alone or another one is not sure."""
    sure = dict(zip((limit.name for limit in path.boxes[chosen]), sureness(cases, fitting, path.boxes[chosen]), strict=True))
    others = [sure.get(name, 0.0) for name in path.names[:-1]]
    return sure.get(path.names[-1], 0.0) if min(others, default=SURE) >= SURE else 0.0


def halves(unit: NDArray[np.int64]) -> Flags:
    """Rows of a random half of the units, the same for the same units."""
    units = np.unique(unit)
    return np.isin(unit, np.random.default_rng(0).permutation(units)[: len(units) // 2])


def _enough(cases: Cases, fitting: Flags) -> None:
    hits, runs = int(cases.happened.sum()), len(cases.happened)
    if hits in (0, runs):
        how = "never" if hits == 0 else "always"
        raise UsageError(f"{cases.event} {how} holds in these {runs:,} runs; ask for something that differs between them")
    least = min(int(np.sum(cases.happened[half] == kind)) for half in (fitting, ~fitting) for kind in (True, False))
    if least < FEWEST:
        raise UsageError(
            f"{cases.event} holds in {hits:,} of {runs:,} runs; each half needs {FEWEST} of either kind: raise --runs of "
            "the batch, or ask for something less rare"
        )
    if not len(cases.features):
        raise UsageError(NOTHING)


def screen(cases: Cases, fitting: Flags) -> list[str]:
    """Features whose values differ most between cases and other runs of the fitting half, by Kolmogorov and Smirnov's
    distance (for categories, total variation); switches always pass."""
    from scipy import stats

    hit, other = fitting & cases.happened, fitting & ~cases.happened
    distance = {}
    for name, feature in cases.features.items():
        values = cases.values[name].to_numpy(dtype=np.float64)
        if feature.levels:
            counts = [np.bincount(values[rows].astype(int), minlength=len(feature.levels)) for rows in (hit, other)]
            distance[name] = float(np.abs(counts[0] / hit.sum() - counts[1] / other.sum()).sum() / 2)
        else:
            distance[name] = float(stats.ks_2samp(values[hit], values[other], method="asymp").statistic)
    ranked = sorted(distance, key=lambda name: -distance[name])
    switches = [name for name in ranked if cases.features[name].switch]
    drawn = [name for name in ranked if not cases.features[name].switch]
    return [*switches, *drawn[: max(KEPT - len(switches), CONDITIONS)]]


@contextmanager
def _quiet() -> Iterator[None]:
    """ema_workbench warns of parts that are not installed and not used here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def peel(cases: Cases, fitting: Flags, names: Sequence[str]) -> Path:
    """PRIM's peeling and pasting trajectory on the fitting half, with some of the features."""
    part = cases.values.loc[fitting]
    columns = [_column(part[name], category=bool(cases.features[name].levels)) for name in names]
    table = pd.DataFrame(dict(enumerate(columns))).add_prefix("feature")  # PRIM leaves out a column named scenario
    with _quiet():
        prim = need("ema_workbench.analysis.prim", EXTRA)
        prim.PrimBox._calculate_quasi_p = lambda *_: {}  # two thirds of the time; said of the fitted runs, and not used
        search = prim.Prim(
            table, cases.happened[fitting].astype(int), threshold=ANY, mass_min=SMALLEST,
            obj_function=prim.PRIMObjectiveFunctions.ORIGINAL,
        ).find_box()  # fmt: skip
    boxes = [
        _limits(box.set_axis(names, axis=1), search.box_lims[0].set_axis(names, axis=1), cases) for box in search.box_lims
    ]
    told = search.peeling_trajectory
    return Path(list(names), boxes, *(told[name].to_numpy(dtype=np.float64) for name in ("coverage", "density", "mass")))


def _column(values: pd.Series, *, category: bool) -> NDArray[Any]:
    """A column as PRIM tells kinds apart: floats, or objects for categories (codes, whose order does not vary as that of
    strings does)."""
    return np.array([int(code) for code in values], dtype=object) if category else values.to_numpy(dtype=np.float64)


def _limits(box: pd.DataFrame, whole: pd.DataFrame, cases: Cases) -> Box:
    found = []
    for name in box.columns:
        (low, high), (lowest, highest) = box[name], whole[name]
        if cases.features[name].levels:
            if low != lowest:
                found.append(Limit(name, codes=frozenset(int(code) for code in low)))
        elif low != lowest or high != highest:
            found.append(Limit(name, low if low > lowest else -np.inf, high if high < highest else np.inf))
    return tuple(found)


def grow(cases: Cases, fitting: Flags, names: Sequence[str]) -> list[Box]:
    """The leaves of a classification tree of depth three at most on the fitting half; each category is a yes or no."""
    columns: list[tuple[str, int | None]] = []
    for name in names:
        levels = cases.features[name].levels
        columns += [(name, code) for code in range(len(levels))] if levels else [(name, None)]
    part = cases.values.loc[fitting]
    table = np.column_stack([part[name] if code is None else part[name] == code for name, code in columns])
    least = max(LEAST_LEAF, int(np.ceil(SMALLEST * len(table))))
    classifier = need("sklearn.tree", EXTRA).DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=least, random_state=0)
    return list(_leaves(classifier.fit(table, cases.happened[fitting]).tree_, 0, {}, columns, cases))


def _leaves(tree: Any, node: int, limits: dict[str, Limit], columns: Sequence[tuple[str, int | None]],
            cases: Cases) -> Iterator[Box]:  # fmt: skip
    left, right = int(tree.children_left[node]), int(tree.children_right[node])
    if left == right:
        yield tuple(limits.values())
        return
    name, code = columns[tree.feature[node]]
    cut, before = float(tree.threshold[node]), limits.get(name, Limit(name))
    if code is None:
        down, up = replace(before, high=cut), replace(before, low=float(np.nextafter(cut, np.inf)))
    else:
        allowed = before.codes or frozenset(range(len(cases.features[name].levels)))
        down, up = Limit(name, codes=allowed - {code}), Limit(name, codes=frozenset({code}))
    yield from _leaves(tree, left, {**limits, name: down}, columns, cases)
    yield from _leaves(tree, right, {**limits, name: up}, columns, cases)
