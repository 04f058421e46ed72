"""What nations learn: how others reply, what is routine, what level of things they expect."""

import numpy as np
import pytest
from small_world import Still, changed, check_legal, doing, drawn, lively, median, one_each
from varied_world import varied

from sim.actions import Moves
from sim.features import measure
from sim.mechanisms import memory
from sim.nations import ACTIONS
from sim.state import AXES, CHN, KOR, PRK, USA

NOBODY = doing()
RESOLVE, RESTRAINT = range(2)
SET = {
    "memory.promise_gain": 0.1, "memory.trace": 0.5, "memory.concession": 0.5, "memory.rewarded": 1, "memory.signs": 0.9,
    "memory.bluff": 0.3, "memory.restraint": 0.2,
}  # fmt: skip
CALM = {"tests": 0, "provoked": 0, "severity": 0, "bluff": 0, "moratorium": 0, "summit": 0, "agreed": 0}


def month(values=None, moves=NOBODY, **numbers):
    """A month of memory; numbers change parameters named ``memory.*``."""
    params = median({**SET, **{f"memory.{name}": number for name, number in numbers.items()}})
    return memory.step(lively({**CALM, **(values or {})}), moves, params, Still())


def kindness(size):
    """A month in which Washington is friendly to Pyongyang by so much."""
    conduct = np.zeros_like(NOBODY.conduct)
    conduct[USA, PRK] = size
    return Moves(NOBODY.names, NOBODY.chosen, NOBODY.offered, conduct)


def learned(reply, own, received, before=0.0, inertia=0.5, gain=0.2):
    values = {"reply": reply, "own": own, "received": received, "received_before": before, "inertia": inertia, "gain": gain}
    return memory.reply_next(**{name: np.array([float(value)]) for name, value in values.items()})[0]


@pytest.mark.parametrize(
    ("reply", "own", "received", "before", "expected"),
    [
        (0.2, 1.0, 0.5, 0.0, 0.23),  # surprise 0.5 - 0.2 = 0.3; 0.2 + 0.2 x 0.3 x 1 / 2
        (0.2, -1.0, -0.5, 0.0, 0.23),  # hostility answered in kind teaches the same
        (0.2, 1.0, -0.4, 0.0, 0.14),  # friendliness spurned: surprise -0.6
        (0.2, 1.0, 0.2, 0.0, 0.2),  # as expected: nothing to learn
        (0.2, 1.0, 0.4, 0.4, 0.2),  # 0.4 - 0.5 x 0.4 - 0.2 = 0: what went on by itself is no answer
        (0.2, 0.0, 3.0, 0.0, 0.2),  # no conduct of one's own, no lesson
    ],
)
def test_replies_by_hand(reply, own, received, before, expected):
    assert learned(reply, own, received, before) == pytest.approx(expected)


def test_replies_stay_in_their_range():
    assert learned(0.9, 6, 6, gain=1.0) <= 1
    assert learned(-0.4, 6, -6, gain=1.0) >= -0.5


@pytest.mark.parametrize("true", [-0.3, 0.0, 0.6])
def test_a_steady_answer_is_learned(true):
    luck = np.random.default_rng(1)
    reply, own, received = 0.2, 0.0, 0.0
    for _ in range(600):
        before, now = received, luck.normal()
        answer = 0.5 * before + true * own  # conduct goes on by half, and answers what came last month
        reply = learned(reply, own, answer, before, gain=0.1)
        own, received = now, answer
    assert reply == pytest.approx(true, abs=0.05)


def test_who_answers_whom():
    """Beijing answers Washington's conduct; what others think of one another does not change."""
    state = lively()
    conduct = np.zeros_like(state.conduct)
    conduct[USA, CHN] = -1.0
    answer = np.zeros_like(conduct)
    answer[CHN, USA] = -0.8
    moves = Moves(NOBODY.names, NOBODY.chosen, NOBODY.offered, answer)
    after = memory.step(state.replace(conduct=conduct), moves, median(), Still())
    moved = np.argwhere(after.reply != state.reply)
    assert [tuple(place[:2]) for place in moved] == [(CHN, USA)]
    assert after.reply[CHN, USA] > state.reply[CHN, USA]


def test_routine_comes_to_the_share_of_months_in_which_an_action_is_chosen():
    state, params = lively(), median()
    place = ACTIONS.index("china.joint_patrol")
    kept = params["decision.habit"]
    once = memory.step(state, doing("china.joint_patrol"), params, Still()).routine
    assert once[place] == pytest.approx(1 - kept * (1 - state.routine[place]))
    assert once[place + 1] == pytest.approx(kept * state.routine[place + 1])
    seen = []
    for month in range(400):
        moves = doing("china.joint_patrol") if month % 4 == 0 else NOBODY
        state = memory.step(state, moves, params, Still())
        seen.append(state.routine[place, 0])
    assert np.mean(seen[-200:]) == pytest.approx(0.25, abs=0.005)
    assert max(seen[-4:]) > 0.25 > min(seen[-4:])


def test_routine_forms_only_where_an_action_was_on_offer():
    state, params = lively(), median()
    offered = np.ones_like(NOBODY.offered)
    place = ACTIONS.index("united_states.full_exercise")
    offered[place] = False
    after = memory.step(state, Moves(NOBODY.names, NOBODY.chosen, offered, NOBODY.conduct), params, Still()).routine
    assert after[place] == state.routine[place]
    assert (np.delete(after, place, axis=0) < np.delete(state.routine, place, axis=0)).all()


def test_expectations_follow_over_two_years():
    state, params = changed(lively(), {"salience": 0.9}), median()
    level = measure(state)
    for _ in range(24):
        state = memory.step(state, NOBODY, params, Still())
    # 1 - (1 - 1/24)^24 = 1 - 0.3601 = 0.640 of the way, from nothing
    assert state.reference == pytest.approx(0.640 * level, rel=0.01, abs=1e-12)


def test_memory_reads_conduct_before_it_is_recorded():
    """The conduct of the month arrives in the moves; the world still holds that of the month before."""
    state = lively()
    moves = Moves(NOBODY.names, NOBODY.chosen, NOBODY.offered, np.full_like(NOBODY.conduct, 0.5))
    after = memory.step(state, moves, median(), Still())
    assert after.reply == pytest.approx(state.reply)  # nobody had done anything that could be answered
    assert after.conduct[PRK, KOR] == state.conduct[PRK, KOR]


# ---- whether provocation pays ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("promise", "trace", "concession", "expected"),
    [
        (0.4, 1.0, 1.0, 0.46),  # 0.4 + 0.1 x 0.6
        (0.4, 1.0, 0.0, 0.36),  # provoked, and nothing came of it
        (0.4, 0.5, 1.0, 0.43),
        (0.4, 0.0, 1.0, 0.4),  # a gift after no provocation teaches nothing about provoking
        (0.4, 1.0, 0.4, 0.4),
        (1.0, 1.0, 1.0, 1.0),
    ],
)
def test_what_provocation_is_believed_to_bring_by_hand(promise, trace, concession, expected):
    values = {"promise": promise, "trace": trace, "concession": concession, "gain": 0.1}
    found = memory.promise_next(**{name: np.array([value]) for name, value in values.items()})
    assert found == pytest.approx([expected])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"trace": 0.8}, 0.4),  # half is forgotten
        ({"trace": 0.8, "tests.srbm": 1}, 1.0),
        ({"trace": 0.0, "provoked": 1}, 1.0),
        ({"trace": 0.0, "severity": 5}, 0.0),  # the tests of the month count, not their gravity
    ],
)
def test_a_provocation_leaves_a_trace(values, expected):
    assert month(values).trace == pytest.approx([expected])


@pytest.mark.parametrize(
    ("values", "kind", "concession"),
    [
        ({}, 0.0, 0.0),
        ({}, 0.25, 0.5),
        ({}, 0.9, 1.0),  # never more than a full concession
        ({}, -0.9, 0.0),  # hostility takes nothing back
        ({"summit": 1}, 0.0, 1.0),
        ({"agreed": 1}, 0.1, 1.0),
    ],
)
def test_what_counts_as_a_concession(values, kind, concession):
    start = {"promise": 0.4, "trace": 1, **values}  # a provocation of the month before
    assert month(start, kindness(kind)).promise == pytest.approx([0.4 + 0.1 * (concession - 0.4)])


def test_only_washingtons_kindness_to_pyongyang_is_a_reward():
    conduct = np.ones_like(NOBODY.conduct)
    conduct[USA, PRK] = 0
    moves = Moves(NOBODY.names, NOBODY.chosen, NOBODY.offered, conduct)
    assert month({"promise": 0.4, "trace": 1}, moves).promise == pytest.approx([0.36])


def test_belief_comes_to_what_is_given_and_to_nothing_where_nothing_is_rewarded():
    for rewarded, expected in ((1, 1.0), (0, 0.0), (0.3, 0.3)):
        state = lively({**CALM, "promise": 0.5, "provoked": 1, "summit": 1})
        params = median({**SET, "memory.rewarded": rewarded})
        for _ in range(120):
            state = memory.step(state, NOBODY, params, Still())
        assert state.promise == pytest.approx([expected], abs=1e-3)


# ---- signs of resolve and of restraint ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "resolve", "restraint"),
    [
        ({}, 1.9, 1.9),  # 1 + 0.9 x (2 - 1): counts fade to one each
        ({"severity": 5}, 2.9, 1.9),
        ({"severity": 4}, 2.7, 1.9),
        ({"severity": 3}, 1.9, 1.9),
        ({"bluff": 1}, 1.6, 1.9),
        ({"moratorium": 1}, 1.9, 2.1),
        ({"severity": 5, "bluff": 1, "moratorium": 1}, 2.6, 2.1),
    ],
)
def test_signs_by_hand(values, resolve, restraint):
    assert month({"resolve": 2, **values}).resolve[:, 0] == pytest.approx([resolve, restraint])


def test_empty_threats_never_make_a_count_negative():
    state = lively({**CALM, "bluff": 1, "resolve": 0.2})
    for _ in range(30):
        state = memory.step(state, NOBODY, median({**SET, "memory.bluff": 5}), Still())
        assert (state.resolve >= 0.1).all()
    assert state.resolve[RESOLVE] == 0.1 < state.resolve[RESTRAINT]
    assert AXES["sign"] == ("resolve", "restraint")


def test_arrays_stay_legal_in_any_world():
    runs = 500
    state = changed(varied(runs, 1), {"sector_loss": 0.5})  # a feature counts the sum of losses, which is never 80% of GDP
    moves = one_each(runs, 1)
    after = memory.step(state, moves, drawn(runs), Still(runs))
    check_legal(state, after, "memory")
    assert (after.reply != state.reply).any()
