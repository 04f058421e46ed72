"""Running a batch: scenarios times runs, cut into parts and blocks, computed by workers, stored part by part.

Run k of a scenario is the same run whatever the number of workers, the size of blocks, and whether the batch was
interrupted, resumed or extended; so what is stored is decided by the manifest alone.
"""

from __future__ import annotations

import operator
import os
import secrets
import signal
import warnings
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, SupportsIndex

import pandas as pd
import pyarrow as pa

from experiments import manifest as manifests
from experiments import parts, pool, readers, store, work
from experiments.errors import BatchWarning, Interrupted, UsageError, WorkersFailed
from experiments.extras import need
from experiments.graves import Result
from experiments.manifest import Manifest, ScenarioLike, settle
from experiments.parts import OUTCOMES, PART_RUNS, Part
from experiments.signals import Stop
from experiments.work import Piece, Task, Work

OUTCOME_CODEBOOK = "sim.outcomes:OUTCOMES"
LOAD = "sim.scenario:load_scenario"

TRAJECTORIES_UP_TO = 10_000  # runs for which months are stored when nothing is said
MOST_RUNS = 100_000_000
SMALL = 4096  # runs below which starting workers takes longer than it saves
# runs simulated together, the largest that keeps all workers busy; beyond that a worker would hold too much, as it would
# with the months of more than a part
BLOCKS = (2048, 1024, 512, 256)
BLOCKS_PER_WORKER = 4

Progress = Callable[[int, int], object]
Write = Callable[[Part, list[Piece]], None]
Engine = Callable[[Work, Iterator[Task]], Generator[Result]]
Scenarios = Sequence[ScenarioLike | str | Path] | ScenarioLike | str | Path


def run_batch(
    scenarios: Scenarios,
    *,
    runs: int,
    seed: int | None = None,
    out: Path | str | None = None,
    jobs: int | None = None,
    block: int | None = None,
    cluster: Any = None,
    trajectories: bool | None = None,
    settings: Sequence[str] = (),
    progress: Progress | None = None,
    command: str = "",
    collect: bool = True,
) -> pd.DataFrame:
    """Run each scenario ``runs`` times and return one row per scenario and run, as ``readers.read_outcomes`` does.

    scenarios: scenarios, names or paths; ``settings`` (KEY=VALUE) apply to names and paths. seed: drawn if not given.
    out: directory of the batch. What it holds of the same batch is checked and not computed again, more runs extend it,
        and a seed that is not given is its own. Without it, results are only returned.
    jobs: worker processes; one means this process. By default one for a small batch, otherwise one per processor.
    cluster: workers of dask.distributed instead: "local" for ``jobs`` of them, an address (or a Where), or a Client.
    block: runs simulated together. trajectories: store every month; by default up to 10,000 runs, or as before.
    progress: called here with (runs done, runs in all). collect: False returns no rows of what is stored in ``out``.
    ``attrs`` has seed, out, units, and failed: the number of failed runs, which are rows with a message and no outcomes.

    Raises UsageError, StorageError, WorkersFailed, BatchLocked, BatchDiffers, StoredDataDamaged, Interrupted.
    """
    plan = _Plan.of(jobs, block, cluster, out, command, progress)
    asked = _asked(_resolve(scenarios, settings), runs, seed, trajectories, plan)
    try:
        with plan.stop:
            if plan.out is None:
                return _in_memory(asked, plan)
            _on_disk(asked, plan, plan.out, lambda stored: settle(asked, stored, seed=seed, trajectories=trajectories))
    except KeyboardInterrupt:
        raise plan.interrupted() from None
    except WorkersFailed as error:
        raise WorkersFailed(f"{error}; {plan.kept()}" if plan.done else str(error)) from error
    return _collected(asked, plan.out, collect)


@dataclass
class _Plan:
    """How a batch is computed, which does not change what is computed, and how far it has come."""

    jobs: int | None
    block: int | None
    cluster: Any  # checked by ``cluster.target``, or None for processes
    out: Path | None
    command: str
    progress: Progress | None
    stop: Stop = field(default_factory=Stop)
    done: int = 0
    total: int = 0

    @classmethod
    def of(
        cls,
        jobs: int | None,
        block: int | None,
        cluster: Any,
        out: Path | str | None,
        command: str,
        progress: Progress | None,
    ) -> _Plan:
        """A plan from what was asked for; UsageError for numbers that make no sense."""
        return cls(
            jobs=None if jobs is None else _whole("jobs", jobs, 1, 4096),
            block=None if block is None else _whole("block", block, 1, MOST_RUNS),
            cluster=None if cluster is None else need("experiments.cluster", "cluster").target(cluster),
            out=None if out is None else Path(out),
            command=command,
            progress=progress,
        )

    def report(self, runs: int) -> None:
        """So many runs more are done."""
        self.done += runs
        if self.progress is not None:
            self.progress(self.done, self.total)

    def interrupted(self) -> Interrupted:
        """The error after a signal, with how to go on."""
        when = f"after {self.done:,} of {self.total:,} runs" if self.total else "before the first run"
        return Interrupted(f"interrupted {when}; {self.kept()}", self.stop.signal_number or signal.SIGINT)

    def kept(self) -> str:
        """What is kept of a batch that ended early, and how to go on."""
        if self.out is None:
            return "nothing is kept"
        again = f": {self.command}" if self.command else ""
        return f"whole parts are kept in {self.out}, and the same command goes on from there{again}"

    @contextmanager
    def engine(self, runs: int) -> Iterator[tuple[int, Engine]]:
        """What computes blocks, and how many at a time: this process, worker processes, or a cluster."""
        jobs = workers(self.jobs, runs)
        if self.cluster is None or not runs:
            yield jobs, partial(pool.results, jobs=jobs, stop=self.stop)
            return
        with need("experiments.cluster").connected(self.cluster, self.jobs or processors(), self.stop) as cluster:
            yield cluster.slots, cluster.results


def _asked(chosen: list[ScenarioLike], runs: int, seed: int | None, trajectories: bool | None, plan: _Plan) -> Manifest:
    """The manifest of the batch as if nothing were stored yet."""
    if trajectories and plan.out is None:
        raise UsageError("trajectories are stored, not returned; say where with `out`")
    runs = _whole("runs", runs, 1, MOST_RUNS)
    return Manifest(
        scenarios=manifests.keep(chosen),
        seed=secrets.randbelow(2**31) if seed is None else _whole("seed", seed, 0, 2**63 - 1),
        runs=runs,
        trajectories=plan.out is not None and (runs <= TRAJECTORIES_UP_TO if trajectories is None else bool(trajectories)),
        model=manifests.model_digest(),
        units={name: outcome.unit for name, outcome in resolve_name(OUTCOME_CODEBOOK).items()},
        versions=manifests.versions(),
        command=plan.command,
    )


def _resolve(scenarios: Scenarios, settings: Sequence[str]) -> list[ScenarioLike]:
    """Scenarios from names, paths and scenarios."""
    given: Sequence[Any] = scenarios if isinstance(scenarios, Sequence) and not isinstance(scenarios, str) else [scenarios]
    if settings and not all(isinstance(item, str | Path) for item in given):
        raise UsageError("settings apply to scenarios given by name or path, not to one that is already resolved")
    resolved: list[ScenarioLike] = [
        resolve_name(LOAD)(item, settings=settings) if isinstance(item, str | Path) else item for item in given
    ]
    names = [scenario.name for scenario in resolved]
    if not names:
        raise UsageError("a batch needs a scenario")
    if len({name.casefold() for name in names}) < len(names):
        raise UsageError(f"two scenarios of a batch have the same name: {', '.join(names)}")
    return resolved


def _whole(what: str, value: SupportsIndex, low: int, high: int) -> int:
    """A whole number within bounds, or UsageError."""
    try:
        number = operator.index(value)
    except TypeError:
        number = low - 1
    if isinstance(value, bool) or not low <= number <= high:
        raise UsageError(f"{what} must be a whole number from {low:,} to {high:,}, not {value!r}")
    return number


def _in_memory(manifest: Manifest, plan: _Plan) -> pd.DataFrame:
    names = [scenario.name for scenario in manifest.scenarios]
    todo = [part for name in names for part in parts.cut(name, manifest.runs, manifest.runs)]
    made: dict[Part, pa.Table] = {}

    def keep(part: Part, pieces: list[Piece]) -> None:
        table = parts.tables(part, pieces, manifest.seed, trajectories=False)[OUTCOMES]
        made[part] = table.add_column(0, "scenario", pa.array([part.scenario] * part.runs, pa.string()))

    _fill(manifest, plan, todo, keep)
    table = pa.concat_tables([made[part] for part in todo], promote_options="default")
    frame = readers.to_frame(table, manifest, names, None)
    frame.attrs["failed"] = int((frame["status"] == "failed").sum())
    return frame


def _on_disk(asked: Manifest, plan: _Plan, out: Path, agree: Callable[[Manifest], Manifest]) -> None:
    with store.open_store(out, lambda stored: asked if stored is None else agree(stored)) as opened:
        wanted = opened.parts(asked.runs)
        todo = opened.lacking(wanted, plan.stop.check)
        before, now = opened.manifest.versions["numpy"], asked.versions["numpy"]
        if todo and before != now:
            text = f"{out} was begun with numpy {before} and goes on with {now}: the last digits of new runs may differ"
            warnings.warn(text, BatchWarning, stacklevel=3)
        plan.done = sum(part.runs for part in wanted) - sum(part.runs for part in todo)
        _fill(opened.manifest, plan, todo, opened.write)
        opened.write_sheets(plan.stop.check)


def _collected(asked: Manifest, out: Path, collect: bool) -> pd.DataFrame:
    """What is now stored of what was asked for."""
    names = [scenario.name for scenario in asked.scenarios]
    failed = readers.count_failed(out, names, range(asked.runs))
    frame = readers.read_outcomes(out, None if collect else (), names, range(asked.runs if collect else 0))
    frame.attrs["failed"] = failed
    return frame


def _fill(manifest: Manifest, plan: _Plan, todo: Sequence[Part], write: Write) -> None:
    """Compute parts and write each when it is whole."""
    pending = sum(part.runs for part in todo)
    plan.total = plan.done + pending
    plan.report(0)
    places = {scenario.name: place for place, scenario in enumerate(manifest.scenarios)}
    by_place = {(places[part.scenario], part.number): part for part in todo}
    job = Work(
        documents=tuple(scenario.document for scenario in manifest.scenarios),
        seed=manifest.seed,
        trajectories=manifest.trajectories,
        simulate=work.SIMULATE,
        restore=work.RESTORE,
    )
    unfinished: defaultdict[Part, list[Piece]] = defaultdict(list)
    with plan.engine(pending) as (jobs, engine):
        block = min(plan.block or _block(pending, jobs), PART_RUNS if manifest.trajectories else BLOCKS[0])
        with closing(engine(job, _tasks(todo, places, block))) as results:
            for task, pieces in results:
                for piece in (each for several in pieces for each in several.split(PART_RUNS)):
                    part = by_place[task.scenario, piece.first_run // PART_RUNS]
                    unfinished[part].append(piece)
                    if sum(each.runs for each in unfinished[part]) == part.runs:
                        write(part, unfinished.pop(part))
                plan.report(task.runs)


def _tasks(todo: Sequence[Part], places: dict[str, int], block: int) -> Iterator[Task]:
    """Blocks of the parts in order: a part or some of it, or several whole parts that follow each other."""
    several = max(block // PART_RUNS, 1)

    def block_of(item: tuple[int, Part]) -> tuple[str, int, int]:
        place, part = item
        return part.scenario, part.number // several, part.number - place  # the last changes where a part is left out

    for (scenario, _, _), together in groupby(enumerate(todo), block_of):
        held = [part for _, part in together]
        first, end = held[0].first_run, held[-1].first_run + held[-1].runs
        step = block if several == 1 else end - first
        for start in range(first, end, step):
            yield Task(places[scenario], start, min(step, end - start))


def _block(pending: int, jobs: int) -> int:
    if jobs == 1:
        return BLOCKS[0]
    return next((block for block in BLOCKS if pending >= jobs * block * BLOCKS_PER_WORKER), BLOCKS[-1])


def workers(jobs: int | None, runs: int) -> int:
    """Worker processes for so many runs: those asked for, or what helps."""
    return jobs or (1 if runs < SMALL else processors())


def processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
