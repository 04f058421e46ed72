"""Events on a condition and moves forced or banned, in whole runs."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from experiments.story import tell
from sim.chronicle import chronicle
from sim.model import Peninsula, simulate_block
from sim.scenario import Event, load_scenario
from sim.schedule import streams
from sim.state import Month

SEED, RUNS, MONTHS = 4, 60, 8
START = Month(2020, 5)
TESTED = "severity >= 2"  # met in some runs and months, and not in others


def played(*settings, runs=RUNS, first_run=0, months=MONTHS):
    """Worlds at the end of each month, what was chosen ``(months, action, R)``, what was on offer, and the actions."""
    scenario = load_scenario("baseline-2020", [f"months={months}", *settings])
    model = Peninsula(scenario, runs=runs, seed=SEED, first_run=first_run)
    worlds, offered = [], []
    for _ in range(months):
        model.step()
        worlds.append(model.world)
        offered.append(model.moves.offered.copy())
    chosen, names = model.course.chosen, list(model.actions)
    model.release()
    return worlds, chosen, np.stack(offered), names


@pytest.fixture(scope="module")
def plain():
    return played()


def event(more=""):
    """An event that leaves its mark on a number that nothing else moves."""
    return f"events=[{{when: {TESTED}, add: {{import_halt: 0.01}}{more}}}]"


def marks(worlds):
    """Months with the mark of the event, ``(months, R)``: by how much the marked number has risen."""
    levels = np.stack([world.import_halt for world in worlds])
    levels = levels.reshape(len(worlds), -1, levels.shape[-1])[:, 0]
    return np.rint(np.diff(levels, axis=0, prepend=0) / 0.01)


def met(worlds):
    return np.stack([world.severity >= 2 for world in worlds])


# ---- events on a condition ----------------------------------------------------------------------------------------


def test_an_event_comes_the_month_after_its_condition_is_first_met_and_once():
    worlds, *_ = played(event())
    found, before = marks(worlds), met(worlds)
    expected = np.zeros_like(found)
    for run in range(RUNS):
        months = np.flatnonzero(before[:, run])
        if len(months) and months[0] + 1 < MONTHS:
            expected[months[0] + 1, run] = 1
    assert np.array_equal(found, expected)
    assert 0 < expected.any(axis=0).sum() < RUNS
    assert (before.sum(axis=0) > 1).any()


def test_with_every_it_comes_after_each_such_month():
    worlds, *_ = played(event(", every: true"))
    assert np.array_equal(marks(worlds)[1:], met(worlds)[:-1])


def test_a_delay_and_a_window_are_kept():
    worlds, *_ = played(event(", every: true, delay: 3, from: 2020-06, to: 2020-07"))
    found, before = marks(worlds), met(worlds)
    assert np.array_equal(found[4:6], before[1:3])
    assert not found[[0, 1, 2, 3, 6, 7]].any()


def test_a_probability_is_drawn_once_when_the_event_comes():
    sure, *_ = played(event())
    worlds, *_ = played(event(", probability: 0.5"))
    first, half = marks(sure), marks(worlds)
    apart = met(sure) != met(worlds)
    alike = ~np.logical_or.accumulate(np.vstack([np.zeros((1, RUNS), bool), apart[:-1]]), axis=0)
    assert set(half[(first == 1) & alike]) == {0, 1}
    assert not half[(first == 0) & alike].any()
    assert half.sum(axis=0).max() == 1


def test_luck_is_paired_with_that_of_a_dated_event():
    coin = "add: {import_halt: 0.01}, probability: 0.5}]"
    always, *_ = played(f"events=[{{when: tier >= 1, to: 2020-05, {coin}")
    dated, *_ = played(f"events=[{{month: 2020-06, {coin}")
    assert np.array_equal(marks(always), marks(dated))
    assert set(marks(dated)[1]) == {0, 1}


def test_two_events_of_a_month_that_change_the_same_have_luck_of_their_own():
    coins = [f"{{month: 2020-06, add: {{import_halt: {size}}}, probability: 0.5}}" for size in (0.01, 0.02)]
    both, one = (played(f"events=[{', '.join(some)}]")[0][1]["import_halt"] for some in (coins, coins[:1]))
    none = played()[0][1]["import_halt"]
    added, alone = np.round(both - none, 3), np.round(one - none, 3)
    assert set(added.ravel()) == {0.0, 0.01, 0.02, 0.03}
    assert np.array_equal(np.isin(added, (0.01, 0.03)), alone > 0)  # the first has the luck that it has alone


def test_streams_of_events_are_numbered_only_where_two_may_meet():
    event = partial(Event, add={"rift": 0.1}, probability=0.5)
    may, june = event(month=Month(2020, 5)), event(month=Month(2020, 6))
    assert streams([may, june, may, june, event(month=None, when="rift > 1"), may, event(month=None, add={"tier": 1})]) == [
        "event/rift", "event/rift", "event/rift/2", "event/rift/2", "event/rift/3", "event/rift/4", "event/tier",
    ]  # fmt: skip
    sure, later = event(month=Month(2020, 5), probability=1.0), event(month=None, when="rift > 1", first=Month(2020, 6))
    assert streams([sure, may, later]) == ["event/rift"] * 3  # what is certain takes no luck; what comes later meets none


def test_runs_meet_conditions_alone_as_in_a_block():
    scenario = load_scenario("baseline-2020", [f"months={MONTHS}", event(", every: true, probability: 0.7")])
    whole = simulate_block(scenario, seed=SEED, first_run=0, runs=RUNS, trajectories=True)
    for run in (0, 7, 31):
        alone = simulate_block(scenario, seed=SEED, first_run=run, runs=1, trajectories=True)
        for name, series in alone.trajectories.items():
            assert series[:, 0].tobytes() == np.ascontiguousarray(whole.trajectories[name][:, run]).tobytes(), name


def test_a_condition_that_is_never_met_changes_nothing(plain):
    worlds, *_ = played("events=[{when: crisis >= 5 and summits > 90, set: {reserves: 0}}]")
    for before, after in zip(plain[0], worlds, strict=True):
        assert all(np.array_equal(before[name], after[name]) for name in ("reserves", "trade", "crisis", "affinity"))


# ---- moves forced and banned ----------------------------------------------------------------------------------------


def test_a_forced_move_is_chosen_in_its_months_in_every_run_and_the_other_slot_as_usual(plain):
    _, chosen, _, names = played("moves=[{nation: china, force: strict_enforcement, from: 2020-06, to: 2020-07}]")
    place = names.index("china.strict_enforcement")
    assert chosen[1:3, place].all()
    assert np.array_equal(chosen[0], plain[1][0])
    assert not chosen[3:, place].all()
    own = [number for number, name in enumerate(names) if name.startswith("china.")]
    assert (chosen[:, own].sum(axis=1) == 2).all()
    # in the first of its months worlds and luck are those of the plain runs, so that nothing else changes
    free = plain[1][1].copy()
    same = free[place]
    assert np.array_equal(chosen[1][:, same], free[:, same])
    others = [number for number, name in enumerate(names) if not name.startswith("china.")]
    assert np.array_equal(chosen[1][others], free[others])


def test_a_forced_move_waits_for_its_gate():
    _, chosen, offered, names = played("moves=[{nation: china, force: coerce_seoul}]", "initial.grievance=0.2")
    place = names.index("china.coerce_seoul")
    assert np.array_equal(chosen[:, place], offered[:, place])
    assert 0 < offered[:, place].mean() < 1


def test_a_banned_move_is_never_chosen_and_not_on_offer(plain):
    banned = ("china.food_aid", "china.status_quo")
    _, chosen, offered, names = played("moves=[{nation: china, ban: [food_aid, status_quo], to: 2020-09}]")
    places = [names.index(name) for name in banned]
    assert all(plain[1][:5, place].any() for place in places)
    assert not chosen[:5, places].any()
    assert not offered[:5, places].any()
    assert offered[5:, places].all()
    assert chosen[5:, places].any()


@pytest.mark.parametrize("rule", ["best_reply", "satisficing", "tit_for_tat", "inertia", "base_rates", "random"])
def test_every_rule_obeys(rule):
    told = "moves=[{nation: china, force: crude_cut}, {nation: china, ban: [no_move, joint_patrol]}]"
    _, chosen, _, names = played(f"nations.china.rule={rule}", told, runs=30, months=4)
    assert chosen[:, names.index("china.crude_cut")].all()
    assert not chosen[:, [names.index("china.no_move"), names.index("china.joint_patrol")]].any()


# ---- what is told -------------------------------------------------------------------------------------------------


def test_the_story_names_the_scenario_and_invents_no_reasons():
    moves = (
        "moves=[{nation: china, force: strict_enforcement, from: 2020-06, to: 2020-07, why: A test.},"
        "{nation: china, force: table_easing, from: 2020-05, to: 2020-05},{nation: russia, ban: [food_aid]}]"
    )
    scenario = load_scenario("baseline-2020", ["months=4", moves, "events=[{when: tier >= 6, set: {reserves: 1}, why: b}]"])
    told = chronicle(scenario, seed=SEED, run=2)
    forced = [move for month in told["months"] for move in month["moves"] if move["by_scenario"]]
    assert [move["action"] for move in forced] == ["strict_enforcement"] * 2
    assert all(move["why"] == [] and move["appeal"] is None and move["odds"] is None for move in forced)
    kinds = [[event["kind"] for event in month["events"]] for month in told["months"]]
    assert (kinds[0].count("instruction"), kinds[1].count("instruction"), kinds[0].count("gate_closed")) == (2, 1, 1)
    assert [kind.count("decree") for kind in kinds] == [0, 1, 0, 0]
    story = " ".join(tell(told, why=True).split())
    assert "By the scenario Beijing must choose, to the end of 2020-07: customs and bank controls (A test)." in story
    assert "What the scenario asks of Beijing is not open to it this month: put the easing draft to the vote." in story
    assert "By the scenario, since tier >= 6: reserves = 1 (b)." in story
    assert "Beijing by the scenario, whatever it weighs: customs and bank controls" in story
    assert "customs and bank controls (by the scenario)" in tell(told).replace("\n         ", " ")
