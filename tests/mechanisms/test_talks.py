"""Talks: transitions by hand, what helps and hinders, summits held and called off, the scar of a failed one."""

import numpy as np
import pytest
from small_world import Still, changed, doing, drawn, median, world
from varied_world import spread

from sim.chance import Chance
from sim.mechanisms import talks
from sim.mechanisms.talks import CONTACTS, IMPLEMENTING, LEVEL, NONE, SCHEDULED
from sim.state import Month, logistic

NOBODY = doing()
GRID = 4_000  # runs over which one stream of luck is spread evenly: chances to 1/4,000
SET = {
    "talks.open": 1, "talks.to_contacts": -4.0, "talks.to_level": -3.6, "talks.opening": 1.5, "talks.signal": 0.5,
    "talks.mediation": 0.4, "talks.calm": 0.6, "talks.hard_words": 0.5, "talks.exercise": 1.0, "talks.epidemic": 1.2,
    "talks.accept_washington": -2.2, "talks.accept_pyongyang": -1.8, "talks.leader_driven": 1.6, "talks.offer": 1.0,
    "talks.flattery": 0.6, "talks.tested": 1.5, "talks.relief": 1.5, "talks.recognition": 0.6, "talks.endorsement": 0.5,
    "talks.scar": 0.8, "talks.scar_fading": 18, "talks.held": 0.85, "talks.held_epidemic": 0.5, "talks.decay": 0.10,
    "talks.down_severe": 0.25, "talks.down_sanctions": 0.1, "talks.down_idle": 0.05, "talks.down_hard_line": 0.05,
    "talks.hardening": 0.15,
}  # fmt: skip
LETTER, OPENING = "united_states.leader_letter", "north_korea.opening_to_washington"
# nothing that helps or hinders: no friendship behind Pyongyang, recognition had, no deal in reach
PLAIN = {"status": 1, "zone": 0, "since_severe": 24, "since_failure": 600, "approval": 55, "administration.united_states": 1}


def given(values=None, runs=1):
    return median({**SET, **(values or {})}, runs)


def after(values, *names, luck=0.5, date="2019-05", params=None, **at_streams):
    """A month with the same luck for all; rising and falling are held off unless told otherwise."""
    streams = {f"talks/{name}": number for name, number in {"up": 0.9999, "down": 0.9999, **at_streams}.items()}
    return talks.step(
        world({**PLAIN, **values}, date=date), doing(*names), params or given(), Still(uniform=luck, at=streams)
    )


def chance(values, *names, stream, date="2019-05", **changes):
    """Share of luck by which the phase of talks changes."""
    state = world({**PLAIN, **values}, date=date, runs=GRID)
    params = given({f"talks.{name}": value for name, value in changes.items()}, GRID)
    luck = spread(GRID, f"talks/{stream}", rest=0.9999)
    found = talks.step(state, doing(*names, runs=GRID), params, luck)
    return (found.phase != state.phase).mean()


def up(values, *names, **more):
    return chance(values, *names, stream="up", **more)


def down(values, *names, **more):
    return chance({"phase": CONTACTS, **values}, *names, stream="down", **more)


def to_summit(values, *names, **more):
    return chance({"phase": LEVEL, **values}, *names, stream="summit", **more)


# ---- equations by hand ----------------------------------------------------------------------------------------


def test_the_scar_of_a_failed_summit_fades():
    left = talks.scar(since_failure=np.array([0.0, 9, 18, 36, 600]), fading=np.full(5, 18.0))
    assert left == pytest.approx([1, 0.60653, 0.36788, 0.13534, 0], abs=1e-5)


def test_the_next_phase_by_hand():
    found = talks.phase_next(
        phase=np.array([0.0, 1, 1, 1, 0]), rise=np.array([0.1, 0.1, 0.3, 0.1, 0.9]), up=np.full(5, 0.2),
        fall=np.array([0.9, 0.9, 0.1, 0.1, 0.0]), down=np.full(5, 0.2),
    )  # fmt: skip
    # up; up; down; down, which wins over up; from nothing there is no way down
    assert found.tolist() == [1, 2, 0, 0, 0]


# ---- the way up -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "logit"),
    [
        ((), -4.0),
        ((LETTER,), -2.5),
        ((OPENING,), -2.5),
        ((LETTER, OPENING), -1.0),
        ((LETTER, "united_states.talks_offer", "united_states.phased_offer"), -2.5),  # a side opens once
        ((OPENING, "north_korea.confidence_step"), -2.5),
        (("united_states.positive_signal",), -3.25),
        (("united_states.hard_line",), -4.5),
        ((LETTER, OPENING, "united_states.hard_line"), -1.5),
        (("russia.mediation",), -3.6),
        (("russia.mediation", "china.mediation", "south_korea.shuttle_mediation"), -2.8),
        (("united_states.scaled_exercise", "south_korea.scaled_exercise"), -3.4),
        (("united_states.scaled_exercise",), -3.7),
    ],
)
def test_contacts_begin_by_hand(names, logit):
    assert up({"phase": NONE}, *names) == pytest.approx(logistic(np.array(logit)), abs=5e-4)


@pytest.mark.parametrize(
    ("values", "names", "logit"),
    [
        ({}, (), -3.6),
        ({}, (LETTER, OPENING), -0.6),
        ({"epidemic": 0.5}, (LETTER, OPENING), -1.2),
        ({}, (LETTER, OPENING, "united_states.full_exercise"), -1.6),
        ({}, (LETTER, OPENING, "united_states.full_exercise", "south_korea.full_exercise"), -1.6),
        ({}, (LETTER, OPENING, "china.mediation"), -0.2),
    ],
)
def test_contacts_become_working_level_by_hand(values, names, logit):
    assert up({"phase": CONTACTS, **values}, *names) == pytest.approx(logistic(np.array(logit)), abs=5e-4)


@pytest.mark.parametrize("phase", [NONE, CONTACTS])
def test_openings_by_both_beat_one_and_one_beats_none_in_every_draw(phase):
    runs = 1_000
    state, params = world({**PLAIN, "phase": phase}, runs=runs), drawn(runs)
    luck = Chance(4, 0, runs).month(Month(2019, 5))
    phases = [
        talks.step(state, doing(*names, runs=runs), params, luck).phase for names in ((), (LETTER,), (LETTER, OPENING))
    ]
    assert (phases[0] <= phases[1]).all()
    assert (phases[1] <= phases[2]).all()
    assert phases[0].mean() < phases[1].mean() < phases[2].mean()


def test_openings_by_both_reach_contacts_in_a_quarter_of_months():
    none, one, both = (up({"phase": NONE}, *names) for names in ((), (LETTER,), (LETTER, OPENING)))
    assert (none, one, both) == pytest.approx((0.02, 0.08, 0.27), abs=0.005)


# ---- summits --------------------------------------------------------------------------------------------------


def accepted(washington, pyongyang):
    return pytest.approx(logistic(np.array(washington)) * logistic(np.array(pyongyang)), abs=5e-4)


@pytest.mark.parametrize(
    ("values", "names", "washington", "pyongyang"),
    [
        ({}, (), -2.2, -1.8),
        ({"administration.united_states": 0}, (), -0.6, -1.8),
        ({"administration.united_states": 2}, (), -3.0, -1.8),
        ({"administration.united_states": 0, "zone": 0.8}, (), -0.6, -0.6),
        ({"administration.united_states": 0, "status": 0}, (), -0.6, -1.2),
        ({"administration.united_states": 0, "since_failure": 18}, (), -0.6 - 0.8 / np.e, -1.8 - 0.8 / np.e),
        ({"administration.united_states": 0, "epidemic": 0.5}, (), -1.2, -2.4),
        ({"administration.united_states": 0, "since_severe": 2}, (), -2.1, -1.8),
        ({"administration.united_states": 0, "since_severe": 3}, (), -0.6, -1.8),
        ({"affinity.north_korea_china": 0.6, "affinity.north_korea_russia": 0.2}, (), -2.2, -1.6),
        ({}, ("united_states.summit_offer",), -1.2, -1.8),
        ({}, (OPENING,), -2.2, -1.3),
        ({}, ("china.mediation", "russia.mediation"), -2.2, -1.4),
    ],
)
def test_a_summit_is_agreed_by_hand(values, names, washington, pyongyang):
    assert to_summit(values, *names) == accepted(washington, pyongyang)


@pytest.mark.parametrize(
    ("date", "approval", "flattery"),
    [
        ("2020-06", 38, 0.6),
        ("2020-06", 44, 0.3),
        ("2020-06", 20, 0.6),
        ("2020-06", 60, 0),
        ("2020-05", 38, 0.6),
        ("2020-04", 38, 0),
        ("2020-09", 38, 0.6),
        ("2020-10", 38, 0),
        ("2019-06", 38, 0),
    ],
)
def test_a_summit_flatters_an_unpopular_president_before_an_election(date, approval, flattery):
    found = to_summit({"administration.united_states": 0, "approval.united_states": approval}, date=date)
    assert found == accepted(-0.6 + flattery, -1.8)


def test_a_summit_can_follow_from_a_deal_in_force_but_not_from_contacts():
    likely = {"accept_washington": 9, "accept_pyongyang": 9}
    assert to_summit({"phase": IMPLEMENTING, "deal": 2}, **likely) > 0.99
    assert to_summit({"phase": CONTACTS}, **likely) == 0
    assert to_summit({"phase": NONE}, **likely) == 0


@pytest.mark.parametrize(
    ("values", "held"),
    [({}, 0.85), ({"epidemic": 0.5}, 0.85 * 0.75), ({"severity": 3}, 0.85), ({"severity": 4}, 0.0), ({"severity": 5}, 0.0)],
)
def test_a_scheduled_summit_is_held_or_called_off(values, held):
    state = world({**PLAIN, "phase": SCHEDULED, "idle": 2, **values}, runs=GRID)
    found = talks.step(state, doing(runs=GRID), given(runs=GRID), spread(GRID, "talks/held", rest=0.9999))
    assert found.summit.mean() == pytest.approx(held, abs=5e-4)
    took_place = found.summit > 0
    assert (found.summits == took_place).all()
    assert (found.phase == np.where(took_place, SCHEDULED, LEVEL)).all()
    assert (found.idle == np.where(took_place, 0, 3)).all()


@pytest.mark.parametrize(("values", "phase"), [({}, LEVEL), ({"failed_summit": 1}, CONTACTS), ({"deal": 3}, IMPLEMENTING)])
def test_what_a_summit_leaves(values, phase):
    assert after({"phase": SCHEDULED, "summit": 1, **values}).phase[0] == phase
    assert after({"phase": SCHEDULED, "summit": 1, **values}).summit[0] == 0  # it is held once


def test_from_level_to_summit_takes_two_months():
    scheduled = after({"phase": LEVEL}, summit=0.0)
    assert (scheduled.phase[0], scheduled.summit[0]) == (SCHEDULED, 0)
    held = talks.step(scheduled, NOBODY, given(), Still())
    assert (held.phase[0], held.summit[0], held.summits[0]) == (SCHEDULED, 1, 1)


def test_a_failed_summit_is_remembered():
    failed = after({"phase": SCHEDULED, "summit": 1, "failed_summit": 1, "since_failure": 30})
    assert failed.since_failure[0] == 0
    later = talks.step(changed(failed, {"failed_summit": 0}), NOBODY, given(), Still(uniform=0.9999))
    assert later.since_failure[0] == 1
    soon, late = (to_summit({"since_failure": months}) for months in (1, 40))
    assert soon < late < to_summit({})


# ---- the way down ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "names", "expected"),
    [
        ({}, (), 0.10),
        ({"severity": 4}, (), 0.35),
        ({"severity": 3}, (), 0.10),
        ({"adopted": 1, "draft": 1}, (), 0.20),
        ({"adopted": 1, "draft": -1}, (), 0.10),  # an easing harms nothing
        ({"adopted": 0, "draft": 1}, (), 0.10),  # nor does a draft that failed
        ({"idle": 3}, (), 0.15),
        ({"idle": 2}, (), 0.10),
        ({}, ("united_states.hard_line",), 0.15),
        ({"severity": 5, "adopted": 1, "draft": 1, "idle": 9}, ("united_states.hard_line",), 0.55),
    ],
)
def test_talks_fall_back_by_hand(values, names, expected):
    for phase in (CONTACTS, LEVEL):
        assert down({"phase": phase, **values}, *names) == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize(("phase", "values"), [(NONE, {}), (IMPLEMENTING, {"deal": 2})])
def test_nothing_falls_from_nothing_and_a_deal_holds(phase, values):
    assert down({"phase": phase, "severity": 5, **values}) == 0


def test_idle_months_are_counted_until_talks_move_up():
    assert after({"phase": CONTACTS, "idle": 4}).idle[0] == 5
    assert after({"phase": CONTACTS, "idle": 4}, up=0.0).idle[0] == 0
    assert after({"phase": CONTACTS, "idle": 4}, down=0.0).idle[0] == 5


@pytest.mark.parametrize(
    ("values", "phase"),
    [
        ({"phase": LEVEL, "deal": 2}, IMPLEMENTING),
        ({"phase": NONE, "deal": 2}, IMPLEMENTING),
        ({"phase": LEVEL, "deal": 1}, LEVEL),  # of goodwill there is little to implement
        ({"phase": IMPLEMENTING, "deal": 0}, CONTACTS),  # the deal has ended
        ({"phase": LEVEL, "turnover.united_states": 1}, CONTACTS),
        ({"phase": LEVEL, "turnover.north_korea": 1}, CONTACTS),
        ({"phase": LEVEL, "turnover.north_korea": 1, "turnover.united_states": 1}, CONTACTS),
        ({"phase": NONE, "turnover.united_states": 1}, NONE),
        ({"phase": IMPLEMENTING, "deal": 2, "turnover.united_states": 1}, IMPLEMENTING),
        ({"phase": LEVEL, "turnover.china": 1}, LEVEL),
        ({"phase": LEVEL, "crisis": 5}, NONE),
        ({"phase": LEVEL, "crisis": 4}, LEVEL),
    ],
)
def test_what_happened_sets_the_phase(values, phase):
    assert after(values).phase[0] == phase


def test_where_there_can_be_no_talks_there_are_none():
    shut = given({"talks.open": 0})
    for phase in range(5):
        found = after({"phase": phase, "deal": 2}, LETTER, OPENING, luck=0.0, up=0.0, params=shut)
        assert (found.phase[0], found.summit[0]) == (NONE, 0)
