"""Ensembles that are measured: the same runs whatever the workers, and a failure that says which runs."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.ensembles import BLOCK, Ensemble, ensemble
from experiments.errors import UsageError, WorkersFailed
from experiments.extras import need
from sim.chance import Chance
from sim.model import Peninsula, simulate_block
from sim.scenario import load_scenario
from sim.state import Array

SCENARIO = load_scenario("baseline-2020", ["months=2"])


def trade(model: Peninsula) -> dict[str, Array]:
    """Reserves after the last month, which every mechanism of the economy touches."""
    return {"reserves": model.world.reserves}


def broken(model: Peninsula) -> dict[str, Array]:
    """A measure that cannot be taken."""
    raise ValueError(f"nothing to measure in {model.runs} runs")


def shifted(seed: int, first_run: int, runs: int) -> Chance:
    """The luck of the runs ten further on."""
    return Chance(seed, first_run + 10, runs)


def measured(runs: int, jobs: int = 1) -> Ensemble:
    return ensemble(SCENARIO, runs=runs, seed=3, measure=trade, jobs=jobs)


def test_workers_and_blocks_do_not_change_a_run() -> None:
    runs = BLOCK + 40
    here, there = measured(runs), measured(runs, jobs=2)
    alone = Peninsula(SCENARIO, runs=1, seed=3, first_run=BLOCK + 7)
    for _ in range(SCENARIO.months):
        alone.step()
    assert np.array_equal(here.values["reserves"], there.values["reserves"])
    assert here.values["reserves"][BLOCK + 7] == alone.world.reserves[0]
    assert {name: array.shape for name, array in here.parameters.items()} == dict.fromkeys(here.parameters, (runs,))


def test_parameters_are_those_of_a_batch() -> None:
    block = simulate_block(SCENARIO, seed=3, first_run=0, runs=5, trajectories=False)
    drawn = measured(5).parameters
    assert drawn.keys() == block.parameters.keys()
    assert all(np.array_equal(drawn[name], value) for name, value in block.parameters.items())


def test_luck_may_be_set_by_a_design() -> None:
    moved = ensemble(SCENARIO, runs=20, seed=3, measure=trade, luck=shifted, jobs=1)
    assert np.array_equal(moved.values["reserves"][:10], measured(20).values["reserves"][10:])


def test_progress_ends_with_all_runs() -> None:
    told: list[tuple[int, int]] = []
    ensemble(SCENARIO, runs=BLOCK + 1, seed=3, measure=trade, jobs=1, progress=lambda *done: told.append(done))
    assert told == [(BLOCK, BLOCK + 1), (BLOCK + 1, BLOCK + 1)]


def test_a_failure_names_the_runs_and_the_reason() -> None:
    with pytest.raises(WorkersFailed, match="runs 0 to 4: ValueError: nothing to measure in 5 runs"):
        ensemble(SCENARIO, runs=5, seed=3, measure=broken, jobs=1)


def test_a_library_that_is_not_there_is_named_with_the_command_that_installs_it() -> None:
    with pytest.raises(UsageError, match=r"needs no_such_library: python -m pip install 'peninsula\[evidence\]'"):
        need("no_such_library.part")
    assert need("math").pi == pytest.approx(np.pi)
