"""What a batch would be, before it is run: its design, how long it would take here and how much it would store.

Time and size come from a trial: a few runs of each scenario are simulated and encoded as parts, and nothing is kept.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments import batch, parts
from experiments.errors import UsageError
from experiments.manifest import ScenarioLike
from experiments.work import RESTORE, SIMULATE, Task, Work

TRIAL = 256  # runs of each scenario
SPEEDUP = 0.85  # of each further worker, as measured on two cores


@dataclass(frozen=True)
class Design:
    """A batch that has not been run: ``seconds`` and ``megabytes`` are estimates from ``trial`` runs a scenario."""

    scenarios: tuple[tuple[str, int], ...]  # name and months
    runs: int
    trajectories: bool
    jobs: int
    parts: int
    trial: int
    seconds: float
    megabytes: float


def design(scenarios: Sequence[ScenarioLike], *, runs: int, jobs: int | None, trajectories: bool | None) -> Design:
    """The design of a batch, with time and size from a trial of each scenario."""
    whole = runs * len(scenarios)
    kept = runs <= batch.TRAJECTORIES_UP_TO if trajectories is None else trajectories
    workers = batch.workers(jobs, whole)
    trial = min(TRIAL, runs)
    work = Work(tuple(each.document() for each in scenarios), 0, kept, SIMULATE, RESTORE)
    work(Task(0, 0, 1))  # what is imported on first use takes time only once
    seconds = size = 0.0
    for place, scenario in enumerate(scenarios):
        began = time.perf_counter()
        pieces = work(Task(place, 0, trial))
        part = parts.Part(scenario.name, 0, 0, trial)
        files = [parts.encode(table, {}) for table in parts.tables(part, pieces, 0, kept).values()]
        seconds += (time.perf_counter() - began) / trial * runs
        size += sum(map(len, files)) / trial * runs
    return Design(
        scenarios=tuple((each.name, each.months) for each in scenarios),
        runs=runs,
        trajectories=kept,
        jobs=workers,
        parts=len(scenarios) * len(list(parts.cut("", runs, runs))),
        trial=trial,
        seconds=seconds / (1 + (workers - 1) * SPEEDUP),
        megabytes=size / 1e6,
    )


def text(planned: Design, out: Path, ceiling: int | None = None) -> str:
    """The design in words; ceiling: of a stop rule, which needs about the runs of the design."""
    each = ", ".join(f"{name} ({months} months)" for name, months in planned.scenarios)
    months = "every month is stored" if planned.trajectories else "months are not stored"
    whole = planned.runs * len(planned.scenarios)
    return "\n".join([
        f"scenarios: {each}",
        f"runs: {'about ' if ceiling else ''}{planned.runs:,} of each, {whole:,} in all, under the same luck",
        *([f"the stop rule: foreseen from a trial, and {ceiling:,} of each at most"] if ceiling else []),
        f"stored in {out}: {planned.parts:,} part{'s' * (planned.parts > 1)} of outcomes; {months}",
        f"disk: about {_amount(planned.megabytes)}",
        f"time: about {_duration(planned.seconds)} with {planned.jobs} process{'es' * (planned.jobs > 1)}",
        f"Time and disk are estimated from {planned.trial:,} trial runs of each scenario; nothing was stored.",
    ])  # fmt: skip


def check_room(planned: Design, out: Path) -> None:
    """UsageError with the estimate when what is still to be stored does not fit on the disk."""
    home = next(path for path in (out.absolute(), *out.absolute().parents) if path.is_dir())
    free = shutil.disk_usage(home).free / 1e6
    stored = sum(path.stat().st_size for path in out.glob("*/scenario=*/part-*.parquet")) / 1e6
    if planned.megabytes - stored > free:
        whole = planned.runs * len(planned.scenarios)
        raise UsageError(
            f"{whole:,} runs would take about {_amount(planned.megabytes)} of disk and "
            f"{_duration(planned.seconds)}, and {_amount(free)} are free; ask for fewer --runs, or another disk"
        )


def _amount(megabytes: float) -> str:
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes:.1f} MB"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
