"""Designs on luck: rows that are runs, rows that swap luck or set it, and indices of functions that are known."""

from __future__ import annotations

import numpy as np
import pytest

from experiments import sensitivity
from experiments.designs import Design, Factor, one_at_a_time, pick_freeze, trajectories, with_other_luck
from experiments.ensembles import ensemble
from sim.chance import DECISIONS, EXOGENOUS, Chance, stream_class
from sim.model import Peninsula
from sim.scenario import load_scenario
from sim.state import Array, Month

SCENARIO = load_scenario("baseline-2020", ["months=3"])
MAY = Month(2020, 5)


def ends(model: Peninsula) -> dict[str, Array]:
    """What the runs come to: an economy, talks, and what was drawn."""
    return {"reserves": model.world.reserves, "rift": model.world.rift[0], "chosen": model.moves.chosen.sum(axis=0)}


def test_a_row_with_all_luck_of_a_run_is_that_run():
    runs = [700, 3, 515, 3]
    starts = ("", "parameter/", "choice/")
    rows = ensemble(SCENARIO, runs=4, seed=2, measure=ends, luck=Design(4, {start: np.array(runs) for start in starts}))
    plain = ensemble(SCENARIO, runs=701, seed=2, measure=ends, jobs=1)
    for name, value in rows.values.items():
        assert (value == plain.values[name][runs]).all(), name
    assert len(set(rows.values["reserves"])) == 3


def test_a_row_alone_is_the_row_in_a_block():
    design = pick_freeze([Factor("oil", ("parameter/oil.sd",), level=True), Factor("luck", ("",))], 64, seed=1).design
    whole, alone = design(5, 0, design.rows), design(5, 77, 1)
    for stream in ("parameter/oil.sd", "choice/x"):
        assert alone.once(stream)[0] == whole.once(stream)[77]
        assert alone.month(MAY).gumbel(stream)[0] == whole.month(MAY).gumbel(stream)[77]


def test_luck_is_swapped_only_where_the_design_says_so():
    rows = Design(2, {"": np.array([0, 0]), "choice/": np.array([0, 1])})(1, 0, 2)
    plain = Chance(1, 0, 2)
    assert (rows.once("choice/x") == plain.once("choice/x")).all()
    assert (rows.once("shocks/oil") == plain.once("shocks/oil")[0]).all()


def test_levels_are_set_from_a_row_on():
    luck = Design(4, {"": np.arange(4)}, {"parameter/a": (1, np.array([0.05, 0.95]))})(1, 0, 4).once("parameter/a")
    drawn = Chance(1, 0, 4).once("parameter/a")
    assert luck.tolist() == [drawn[0], 0.05, 0.95, drawn[3]]


def test_other_luck_leaves_the_factors_as_they_are():
    made = pick_freeze([Factor("a", ("parameter/a",), level=True), Factor("luck", ("",))], 64, seed=1)
    one, two = made.design(1, 0, made.design.rows), with_other_luck(made, ("",))(1, 0, made.design.rows)
    assert (one.once("parameter/a") == two.once("parameter/a")).all()
    assert not (one.once("choice/x") == two.once("choice/x")).any()


def test_a_design_needs_a_run_for_every_row():
    with pytest.raises(ValueError, match="as many run numbers"):
        Design(2, {"": np.array([1])})


def test_one_at_a_time_moves_one_stream_and_nothing_else():
    chance = one_at_a_time(["parameter/a", "parameter/b"], 3, (0.05, 0.95))(1, 0, 15)
    first, second = (chance.once(name).reshape(5, 3) for name in ("parameter/a", "parameter/b"))
    assert (first[1] == 0.05).all()
    assert (first[2] == 0.95).all()
    assert (first[3:] == first[0]).all()
    assert (second[:3] == second[0]).all()


def test_trajectories_move_one_level_at_a_time():
    _, table, _ = trajectories(["a", "b", "c"], 5, 1, (0.05, 0.95))
    moved = (np.diff(table.reshape(5, 4, 3), axis=1) != 0).sum(axis=2)
    assert (moved == 1).all()


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ("parameter/oil.sd", "parameters"), ("weights/seoul/order", "weights"), ("initial/reserves", "initial values"),
        ("choice/seoul.aid", DECISIONS), ("level/seoul", DECISIONS), ("shocks/oil", EXOGENOUS), ("talks/up", EXOGENOUS),
    ],
)  # fmt: skip
def test_streams_fall_into_classes(stream, expected):
    assert stream_class(stream) == expected


def test_indices_of_ishigamis_function():
    """Ishigami and Homma 1990, a = 7, b = 0.1: S = 0.3139, 0.4424, 0; T = 0.5576, 0.4424, 0.2437."""
    made = pick_freeze([Factor(name, (f"parameter/{name}",), level=True) for name in "xyz"], 2048, seed=1)
    chance = made.design(1, 0, made.design.rows)
    x, y, z = (np.pi * (2 * chance.once(f"parameter/{name}") - 1) for name in "xyz")
    values = np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)
    found = sensitivity.indices(made, "f", values, seed=1)
    assert [row["first"] for row in found] == pytest.approx([0.3139, 0.4424, 0], abs=0.03)
    assert [row["total"] for row in found] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)


def test_indices_of_swapped_groups_in_an_additive_function():
    made = pick_freeze([Factor("decisions", ("choice/",)), Factor("rest", ("",))], 4096, seed=1)
    chance = made.design(1, 0, made.design.rows)
    found = sensitivity.indices(made, "f", 2 * chance.once("choice/a") + chance.once("shocks/oil"), seed=1)
    assert [row["first"] for row in found] == pytest.approx([0.8, 0.2], abs=0.05)
    assert [row["total"] for row in found] == pytest.approx([0.8, 0.2], abs=0.05)
