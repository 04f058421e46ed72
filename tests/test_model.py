"""What must hold of every mechanism and nation at once."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.chance import Chance
from sim.model import Nation, Peninsula, simulate, simulate_block
from sim.month import MONTH
from sim.nations import CHARACTERS
from sim.scenario import list_scenarios, load_scenario
from sim.state import FLOAT, VARIABLES

STEPS = [stage for stage in MONTH if stage.step is not None]
SHORT = ("months=8",)


def stepped(name: str, *, runs: int, months: int, seed: int = 7, first_run: int = 0) -> Peninsula:
    model = Peninsula(name, runs=runs, seed=seed, first_run=first_run)
    for _ in range(months):
        model.step()
    return model


@cache
def middle_of_a_run() -> Peninsula:
    return stepped("baseline-2020", runs=40, months=7)


# ---- mechanisms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STEPS, ids=lambda stage: stage.name)
def test_a_step_writes_only_what_it_owns(stage):
    model = middle_of_a_run()
    after = stage.step(model.world, model.moves, model.params, model.chance.month(model.world.date))
    changed = after.changed(model.world)
    assert changed, "a step that changes nothing is dead"
    assert {VARIABLES[name].owner for name in changed} == {stage.name}


@pytest.mark.parametrize("stage", STEPS, ids=lambda stage: stage.name)
def test_a_step_is_pure(stage):
    model = middle_of_a_run()
    world, dice = model.world, model.chance.month(model.world.date)
    first = stage.step(world, model.moves, model.params, dice)
    second = stage.step(world, model.moves, model.params, dice)
    for name in VARIABLES:
        assert not world[name].flags.writeable
        np.testing.assert_array_equal(first[name], second[name])


@pytest.mark.parametrize("name", [entry.name for entry in list_scenarios()])
def test_shapes_ranges_and_finiteness_after_every_month(name):
    model = Peninsula(name, runs=80, seed=11)
    shapes = {variable: model.world[variable].shape for variable in VARIABLES}
    for _ in range(min(model.spec.months, 30)):
        model.step()
        for variable in VARIABLES.values():
            array = model.world[variable.name]
            assert array.shape == shapes[variable.name]
            assert array.dtype == FLOAT
            assert np.isfinite(array).all(), variable.name
            assert array.min() >= variable.low - 1e-12, variable.name
            assert array.max() <= variable.high + 1e-12, variable.name


def test_money_is_kept():
    model = Peninsula("history-2016", runs=100, seed=3)
    for _ in range(30):
        before = model.world.reserves
        model.step()
        world = model.world
        income = world.inflow.sum(axis=0)
        np.testing.assert_allclose(world.reserves - before, (income - world.outflow) / 1000, atol=1e-9)


def test_what_one_side_exports_the_other_imports():
    world = stepped("history-2016", runs=50, months=30).world
    np.testing.assert_allclose(world.trade[:, 0], world.exports.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(world.trade[:, 1], world.imports.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(world.inflow[0], world.trade[:, 0].sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(
        world.outflow, world.trade[:, 1].sum(axis=0) + world.past_trade[1, 0] - world.imports.sum(axis=(0, 1))
    )


# ---- run k is run k -------------------------------------------------------------------------------------------


def blocks_agree(whole, part):
    start = part.first_run - whole.first_run
    for group in ("outcomes", "parameters", "moves", "trajectories"):
        for name, values in getattr(part, group).items():
            expected = getattr(whole, group)[name][..., start : start + part.runs]
            np.testing.assert_array_equal(values, expected, err_msg=f"{group} {name}")


@pytest.mark.parametrize(("first", "runs"), [(0, 1), (3, 2), (5, 7), (511, 3), (512, 1), (500, 64)])
def test_a_run_alone_equals_the_run_in_a_batch_bit_for_bit(first, runs):
    scenario = load_scenario("baseline-2020", ["months=14"])
    whole = simulate_block(scenario, seed=9, first_run=0, runs=576, trajectories=True)
    blocks_agree(whole, simulate_block(scenario, seed=9, first_run=first, runs=runs, trajectories=True))


def test_a_longer_horizon_only_appends():
    short = simulate_block(load_scenario("baseline-2020", ["months=6"]), seed=2, first_run=0, runs=20, trajectories=True)
    longer = simulate_block(load_scenario("baseline-2020", ["months=30"]), seed=2, first_run=0, runs=20, trajectories=True)
    for name, series in short.trajectories.items():
        np.testing.assert_array_equal(series, longer.trajectories[name][:6])


def test_another_seed_is_another_world():
    one, two = (
        simulate_block(load_scenario("baseline-2020", SHORT), seed=s, first_run=0, runs=9, trajectories=False)
        for s in (1, 2)
    )
    assert not np.array_equal(one.outcomes["reserves_end"], two.outcomes["reserves_end"])


def test_a_minimally_different_world(monkeypatch):
    """One more draw from a stream of its own changes nothing else."""
    plain = stepped("baseline-2020", runs=30, months=6)
    happens = sim.chance.Dice.happens

    def drawn_once_more(dice, probability, stream):
        dice.uniform(f"{stream}/once_more")
        return happens(dice, probability, stream)

    monkeypatch.setattr(sim.chance.Dice, "happens", drawn_once_more)
    other = stepped("baseline-2020", runs=30, months=6)
    for name in VARIABLES:
        np.testing.assert_array_equal(plain.world[name], other.world[name])


def test_changed_luck_in_one_stream_touches_nothing_before_it_matters(monkeypatch):
    """Other luck in one decision leaves the shocks as they are."""
    gumbel = sim.chance.Dice.gumbel
    plain = stepped("baseline-2020", runs=30, months=6)
    monkeypatch.setattr(
        sim.chance.Dice, "gumbel", lambda dice, stream: gumbel(dice, "other/" + stream if "china" in stream else stream)
    )
    other = stepped("baseline-2020", runs=30, months=6)
    assert not np.array_equal(plain.course.chosen, other.course.chosen)
    for name in ("epidemic", "oil_price", "war_elsewhere", "demand"):
        np.testing.assert_array_equal(plain.world[name], other.world[name])


@pytest.mark.parametrize("name", ["war_elsewhere", "oil_price", "epidemic", "demand"])
def test_run_k_of_two_scenarios_meets_the_same_luck(name):
    one = stepped("baseline-2020", runs=20, months=6).world[name]
    two = stepped("lax-neighbours", runs=20, months=6).world[name]
    np.testing.assert_array_equal(one, two)


def test_the_order_of_deciding_cannot_matter(monkeypatch):
    plain = stepped("baseline-2020", runs=25, months=6)
    run_stage = Peninsula._run_stage

    def reversed_agents(model, stage, world, dice):
        if stage.step is None:
            model.nations = dict(reversed(model.nations.items()))
            model.remove_all_agents()
            for nation in model.nations.values():
                model.register_agent(nation)
            assert [agent.name for agent in model.agents] == list(model.nations)
        return run_stage(model, stage, world, dice)

    monkeypatch.setattr(Peninsula, "_run_stage", reversed_agents)
    other = stepped("baseline-2020", runs=25, months=6)
    assert list(plain.nations) != list(other.nations) or plain.month_number % 2 == 0
    for name in VARIABLES:
        np.testing.assert_array_equal(plain.world[name], other.world[name])


# ---- every number has unit, source and grade ------------------------------------------------------------------

PLAIN = {0, 1, 2, 3, 4, 5, 6, 10, 12, 50, 100, 1000, 1200}  # halves, rungs, calendar, tens, percent, thousands, overflow


@pytest.mark.parametrize("path", sorted((Path(sim.__file__).parent / "mechanisms").glob("*.py")), ids=lambda path: path.stem)
def test_mechanisms_hold_no_number_of_their_own(path):
    tree = ast.parse(path.read_text())
    values = [node.value for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    values = [value.operand if isinstance(value, ast.UnaryOp) else value for value in values]  # a minus before a number
    named = {id(value) for value in values if isinstance(value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            plain = node.value in PLAIN or node.value < 1e-2  # or a guard against division by zero
            assert plain or id(node) in named, f"{path.name}:{node.lineno} has a bare {node.value}"


def test_actions_and_variables_are_documented():
    for character in CHARACTERS.values():
        for action in character.menu:
            assert action.meaning
            assert action.source
            assert action.grade in "VCKP"
    for variable in VARIABLES.values():
        assert variable.unit
        assert variable.meaning
        assert variable.low < variable.high


# ---- the shell ------------------------------------------------------------------------------------------------


def test_a_single_run_is_an_ordinary_mesa_model():
    model = Peninsula("baseline-2020", seed=4)
    assert [agent.name for agent in model.agents] == list(CHARACTERS)
    model.step()
    assert model.world.reserves.shape == (1,)
    assert model.month_number == 1
    assert str(model.world.date) == "2020-05"


def test_the_reasons_behind_a_move_can_be_asked_for():
    model = stepped("baseline-2020", runs=6, months=3)
    nation = model.nations["north_korea"]
    terms = nation.reasons("short_range_test", model.seen)
    place = [action.name for action in nation.menu].index("short_range_test")
    np.testing.assert_allclose(sum(term.value for term in terms), nation.weighing.second[place], rtol=1e-9, atol=1e-12)
    assert {"feature", "reciprocity", "reply"} == {term.kind for term in terms}


def test_simulate_gives_labelled_trajectories():
    frame = simulate("baseline-2020", runs=3, seed=1, first_run=5)
    assert frame.index.names == ["run", "month"]
    assert frame.index[0] == (5, "2020-05")
    assert len(frame) == 3 * 20
    assert set(frame.attrs["units"]) == set(frame.columns)
    assert frame.attrs["units"]["trade.china.exports"] == "m USD/month"
    model = stepped("baseline-2020", runs=3, months=20, seed=1, first_run=5)
    np.testing.assert_array_equal(frame["reserves"].to_numpy()[19::20], model.world.reserves)


@pytest.mark.parametrize("bad", [{"runs": 0}, {"seed": -1}, {"first_run": -1}])
def test_impossible_requests_are_refused(bad):
    with pytest.raises(ValueError, match="at least"):
        Peninsula("baseline-2020", **bad)


def test_models_are_released():
    import gc
    import weakref

    model = Peninsula(load_scenario("baseline-2020", SHORT), runs=2)
    seen = weakref.ref(model)
    model.release()
    del model
    gc.collect()
    assert seen() is None


def test_a_nation_only_sees_the_world():
    """Nations and mechanisms meet only in arrays: no mechanism is in reach of a nation's choice, nor the other way."""
    assert list(inspect.signature(Nation.choose).parameters) == ["self", "world", "mood", "dice"]
    for stage in STEPS:
        assert list(inspect.signature(stage.step).parameters) == ["world", "moves", "params", "dice"]


def test_chance_is_the_only_source_of_luck():
    for path in Path(sim.__file__).parent.rglob("*.py"):
        if path.name != "chance.py":
            text = path.read_text()
            assert "default_rng" not in text, path
            assert "np.random." not in text, path
    assert Chance(1, 0, 3).once("x").shape == (3,)
