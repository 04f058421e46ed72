"""A study: a question to many runs under a design, with its budget, and what is to be said of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from experiments.asked import Asked, unfit
from experiments.batch import Progress
from experiments.ensembles import Luck, Measure, ensemble
from sim.model import Peninsula
from sim.scenario import Scenario, load_scenario
from sim.state import Array


@dataclass
class Study:
    """One question: a scenario, outcomes, a number of runs to spend; ``spent`` and ``notes`` grow as it is answered.

    measure: what gives the outcomes, for tests with functions of known indices.
    """

    scenario: str | Path
    outcomes: Sequence[str]
    runs: int
    seed: int = 1
    settings: Sequence[str] = ()
    jobs: int | None = None
    progress: Progress | None = None
    measure: Measure | None = None
    spent: int = 0
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._measure: Measure = self.measure or Asked.of(self.outcomes)
        self.spec = self.load()

    def load(self, *more: str) -> Scenario:
        """The scenario, with further changes."""
        return load_scenario(self.scenario, [*self.settings, *more])

    def run(self, spec: Scenario, rows: int, luck: Luck) -> dict[str, Array]:
        """Outcomes of the rows of a design, ``(rows,)`` each."""
        before, told = self.spent, self.progress
        report = None if told is None else lambda done, _: told(before + done, max(self.runs, before + done))
        made = ensemble(spec, runs=rows, seed=self.seed, measure=self._measure, luck=luck, jobs=self.jobs, progress=report)
        self.spent += rows
        return dict(made.values)

    def fit(self, values: Mapping[str, Array]) -> list[str]:
        """Outcomes of which something can be said; why not of the others is noted."""
        reasons = {name: unfit(name, found) for name, found in values.items()}
        self.notes += [reason for reason in reasons.values() if reason and reason not in self.notes]
        return [name for name, reason in reasons.items() if not reason]

    def drawn(self) -> list[str]:
        """Parameters that differ between runs of this scenario."""
        model = Peninsula(self.spec, runs=256, seed=self.seed)
        try:
            return [name for name, value in model.params.items() if np.ptp(value) > 0]
        finally:
            model.release()
