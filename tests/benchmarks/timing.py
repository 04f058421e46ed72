"""Timing on a machine that may be shared: contestants take turns, and the best and the median are kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

Clock = Callable[[], float]


@dataclass
class Times:
    """Seconds of the repetitions of one contestant, in order."""

    seconds: list[float] = field(default_factory=list)

    @property
    def best(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return median(self.seconds)

    def rate(self, runs: int) -> str:
        """Runs per second, best and median."""
        return f"{runs / self.best:>8,.0f} best {runs / self.median:>8,.0f} median"


def take_turns(
    contestants: Mapping[str, Callable[[], object]], repetitions: int, clock: Clock = time.perf_counter
) -> dict[str, Times]:
    """Time of each contestant by name; in every repetition each has one turn (A B A B), so that a busy spell hits all."""
    times = {name: Times() for name in contestants}
    for _ in range(repetitions):
        for name, run in contestants.items():
            start = clock()
            run()
            times[name].seconds.append(clock() - start)
    return times


def ratio(slow: Times, fast: Times, slow_runs: float = 1, fast_runs: float = 1) -> str:
    """How many times more one run costs with ``slow`` than with ``fast``: of the bests, and the median over turns."""
    best = slow.best / slow_runs / (fast.best / fast_runs)
    turns = median(a / slow_runs / (b / fast_runs) for a, b in zip(slow.seconds, fast.seconds, strict=True))
    return f"{best:,.2f} best, {turns:,.2f} median" if best < 20 else f"{best:,.0f} best, {turns:,.0f} median"
