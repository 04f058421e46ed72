"""Sweeps: one scenario at many design points, as one batch.

A design point is the scenario with some keys set, a scenario of the batch with a name of its own such as
``baseline-2020-p07``. Points and runs are separate axes: run k of every point meets the same luck, and is the run k that
the scenario has alone with the same settings.

grid: every combination of levels. lhs: a Latin hypercube, one point in each of N equal slices of every key. sobol: a
scrambled Sobol sequence of a power of two points (both scipy.stats.qmc). Or points one has chosen, from a table.
"""

from __future__ import annotations

import itertools
import math
import secrets
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from experiments import dry_run, sweep_keys
from experiments.batch import TRAJECTORIES_UP_TO, Progress, run_batch, workers
from experiments.cluster_address import Where
from experiments.errors import BatchWarning, Interrupted, UsageError
from experiments.manifest import find_manifest
from experiments.sweep_design import design_of, write_design
from experiments.sweep_keys import Axis
from sim.scenario import Scenario, ScenarioError, load_scenario
from sim.scenario import warnings as advice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_POINTS = 4096
MOST_AXES = 64
POINTS = 16  # of a sample when nothing is said
STEPS = 5  # of a range in a grid when nothing is said
TRIED = 3  # points that are timed before a sweep
LONGEST_TITLE = 200
LONGEST_NAME = 80


class Point(NamedTuple):
    """Settings of a design point, texts by key; ``place`` is where it is said, for messages."""

    settings: Mapping[str, str]
    place: str


@dataclass(frozen=True)
class Sweep:
    """What is asked for. ``points``: of a sample, or steps of each range of a grid; ``table``: points from a file."""

    scenario: str | Path
    axes: tuple[Axis, ...] = ()
    design: str = "grid"
    points: int | None = None
    settings: tuple[str, ...] = ()
    table: tuple[Point, ...] = ()


def expand(sweep: Sweep, seed: int) -> list[Point]:
    """The design points in a fixed order; ``seed`` decides samples. UsageError for a design that makes no sense."""
    if sweep.table:
        return list(sweep.table)
    _check_axes(sweep)
    if sweep.design == "grid":
        return _grid(sweep)
    count = POINTS if sweep.points is None else sweep.points
    _check_count(count)
    if sweep.design == "sobol" and count & (count - 1):
        below = 1 << (count.bit_length() - 1)
        raise UsageError(f"a sobol design needs a power of two points, such as {below} or {2 * below}, not {count}")
    shares = _sample(sweep.design, len(sweep.axes), count, seed)
    made = [{axis.key: axis.at(float(share)) for axis, share in zip(sweep.axes, row, strict=True)} for row in shares]
    return [_point(sweep, number, settings) for number, settings in enumerate(made, 1)]


def _check_axes(sweep: Sweep) -> None:
    names = [axis.key for axis in sweep.axes]
    if not names:
        raise UsageError(f"nothing is varied; give --vary KEY=A,B,... or KEY=LOW..HIGH, such as {sweep_keys.EXAMPLE}")
    if len(names) > MOST_AXES:
        raise UsageError(f"{len(names)} keys are varied; expected at most {MOST_AXES}")
    fixed = {text.partition("=")[0].strip() for text in sweep.settings}
    for place, name in enumerate(names):
        if name in names[:place]:
            raise UsageError(f"{name} is varied twice; put all its values into one --vary")
        if name in fixed:
            raise UsageError(f"{name} is both set and varied; keep one")


def _check_count(count: int) -> None:
    if not 2 <= count <= MOST_POINTS:
        raise UsageError(f"the design has {count:,} points; expected 2 to {MOST_POINTS:,}")


def _grid(sweep: Sweep) -> list[Point]:
    if sweep.points is not None and not any(axis.span for axis in sweep.axes):
        raise UsageError("--points of a grid is the number of steps of a range LOW..HIGH, and none is varied; leave it out")
    steps = STEPS if sweep.points is None else sweep.points
    _check_count(steps)
    levels = [axis.steps(steps) for axis in sweep.axes]
    _check_count(math.prod(map(len, levels)))
    names = [axis.key for axis in sweep.axes]
    made = [dict(zip(names, values, strict=True)) for values in itertools.product(*levels)]
    return [_point(sweep, number, settings) for number, settings in enumerate(made, 1)]


def _point(sweep: Sweep, number: int, settings: Mapping[str, str]) -> Point:
    said = ", ".join(f"{key}={value}" for key, value in settings.items())
    return Point(settings, sweep.axes[0].place if len(sweep.axes) == 1 else f"point {number} ({said})")


def _sample(design: str, axes: int, count: int, seed: int) -> NDArray[np.float64]:
    """Shares in [0, 1), ``(points, keys)``."""
    import numpy as np
    from scipy.stats import qmc  # takes a second, needed only for samples

    rng = np.random.default_rng(seed)
    drawn = (qmc.LatinHypercube if design == "lhs" else qmc.Sobol)(d=axes, seed=rng).random(count)
    return np.minimum(drawn, np.nextafter(1, 0))


def scenarios(sweep: Sweep, points: Sequence[Point]) -> list[Scenario]:
    """The scenario of each point. UsageError for a value that a key cannot have, or a design that tells nothing apart.

    Warns of values that a parameter's prior makes rare.
    """
    base = load_scenario(sweep.scenario, sweep.settings)
    if len(sweep.axes) > 1:
        for axis in sweep.axes:
            for level in axis.ends:
                _load(sweep, Point({axis.key: level}, axis.place))
    digits = max(2, len(str(len(points))))
    stem = base.name[: LONGEST_NAME - digits - 2].rstrip("-")
    made = []
    for number, point in enumerate(points, 1):
        said = ", ".join(f"{key}={value}" for key, value in point.settings.items())
        title = f"{base.title}: {said}"
        short = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 3]}..."
        made.append(replace(_load(sweep, point), name=f"{stem}-p{number:0{digits}}", title=short))
    _check_apart(made, points)
    for line in dict.fromkeys(_unusual(made, list(points[0].settings))):
        warnings.warn(line, BatchWarning, stacklevel=2)
    return made


def _load(sweep: Sweep, point: Point) -> Scenario:
    try:
        return load_scenario(sweep.scenario, [*sweep.settings, *(f"{key}={text}" for key, text in point.settings.items())])
    except ScenarioError as error:
        raise UsageError(f"{point.place}: {error.lines[0].partition(': ')[2]}") from None


def _check_apart(made: Sequence[Scenario], points: Sequence[Point]) -> None:
    """What is varied, and nothing else, must tell the points apart, so that the batch alone says what they are."""
    seen: dict[str, int] = {}
    for number, scenario in enumerate(made, 1):
        if before := seen.setdefault(scenario.digest(), number) - number:
            raise UsageError(f"points {number + before} and {number} are the same scenario; expected points that differ")
    asked = list(points[0].settings)
    found = design_of([scenario.document() for scenario in made])
    told = list(found.columns) if found else []
    for key in asked:
        if key not in told:
            raise UsageError(f"{key} has the same value in all points; ask for more points, or fix it with --set")
    more = [key for key in told if key not in asked]
    if more:
        others = f"{more[0]}{f' and {len(more) - 1} more' if more[1:] else ''}"
        raise UsageError(f"varying {', '.join(asked)} changes {others} as well; fix that first, or write scenario files")


def _unusual(made: Sequence[Scenario], varied: Sequence[str]) -> Iterator[str]:
    """What is rare under a parameter's own prior, for the lowest and the highest value of each."""
    for key in varied:
        name = key.removeprefix("parameters.")
        fixed = [each for each in made if name != key and name in each.parameters]
        for scenario in sorted(fixed, key=partial(_value, name=name))[:: max(len(fixed) - 1, 1)]:
            yield from (line[line.index(f"{name} is ") :] for line in advice(scenario) if f"{name} is " in line)


def _value(scenario: Scenario, name: str) -> float:
    return scenario.parameters[name].numbers[0]


@dataclass(frozen=True)
class Plan:
    """A sweep that can be run: its seed, which is that of luck too, and the scenario of each point."""

    seed: int
    scenarios: tuple[Scenario, ...]
    runs: int  # of each point
    trajectories: bool | None  # None: as stored

    @classmethod
    def of(cls, sweep: Sweep, *, runs: int, seed: int | None, out: Path, trajectories: bool | None) -> Plan:
        """The plan of a sweep; a seed that is not given is that of what is stored, or drawn."""
        stored = find_manifest(out)
        if seed is None:
            seed = stored.seed if stored else secrets.randbelow(2**31)
        made = tuple(scenarios(sweep, expand(sweep, seed)))
        if trajectories is None and stored is None:
            trajectories = runs * len(made) <= TRAJECTORIES_UP_TO
        return cls(seed, made, runs, trajectories)

    def run(
        self, out: Path, *, jobs: int | None, progress: Progress | None, command: str, cluster: Where | None = None
    ) -> int:
        """Run, resume or extend the batch, and write its design beside it; the number of failed runs."""
        try:
            frame = run_batch(
                list(self.scenarios), runs=self.runs, seed=self.seed, out=out, jobs=jobs, cluster=cluster,
                trajectories=self.trajectories, progress=progress, command=command, collect=False,
            )  # fmt: skip
        except Interrupted:
            if find_manifest(out):
                write_design(out)
            raise
        write_design(out)
        return int(frame.attrs["failed"])

    def foreseen(self, jobs: int | None) -> dry_run.Design:
        """Time and size from a trial of a few points, the first and the last among them."""
        last = len(self.scenarios) - 1
        tried = [self.scenarios[place] for place in sorted({round(last * step / (TRIED - 1)) for step in range(TRIED)})]
        jobs = workers(jobs, self.runs * len(self.scenarios))
        found = dry_run.design(tried, runs=self.runs, jobs=jobs, trajectories=self.trajectories)
        times = len(self.scenarios) / len(tried)
        return replace(
            found, scenarios=tuple((each.name, each.months) for each in self.scenarios), parts=round(found.parts * times),
            seconds=found.seconds * times, megabytes=found.megabytes * times,
        )  # fmt: skip
