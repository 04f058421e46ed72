"""The crisis ladder, incidents, exercises and deadlines."""

import numpy as np
import pytest
from small_world import Still, check_legal, doing, drawn, lively, median, one_each, world
from varied_world import spread, varied

from sim.chance import Chance
from sim.mechanisms import crisis
from sim.state import Month

NOBODY = doing()
RUNS = 4_000


@pytest.mark.parametrize(
    ("rung", "luck", "expected"),
    [(1, 0.85, 2), (1, 0.75, 1), (1, 0.25, 0), (1, 0.35, 1), (0, 0.1, 0), (5, 0.9, 5)],
)
def test_the_ladder_by_hand(rung, luck, expected):
    # up with chance 0.2: luck above 0.8; down with chance 0.3: luck below 0.3; no rung below 0 or above 5
    up, down = np.array([0.2]), np.array([0.3])
    assert crisis.climb(crisis=np.array([float(rung)]), up=up, down=down, luck=np.array([luck])) == [expected]


def test_rungs_change_as_often_as_their_chances_say():
    luck = (np.arange(RUNS) + 0.5) / RUNS
    after = crisis.climb(crisis=np.full(RUNS, 2.0), up=np.full(RUNS, 0.2), down=np.full(RUNS, 0.3), luck=luck)
    assert [(after == rung).mean() for rung in (1, 2, 3)] == pytest.approx([0.3, 0.5, 0.2], abs=1e-3)


def up(values, *names, params=None):
    """Share of runs that climb in a month."""
    state = lively(values, runs=RUNS)
    dice = Chance(1, 0, RUNS).month(Month(2017, 8))
    return (crisis.step(state, doing(*names, runs=RUNS), params or drawn(RUNS), dice).crisis > state.crisis).mean()


def test_the_chance_of_a_step_up_by_hand():
    quiet = {"crisis.incidents": 0, "crisis.talks": 0, "crisis.hotline": 0}
    params = median({"crisis.up": -3.1, "crisis.momentum": 0.45, **quiet}, runs=RUNS)
    # logistic(-3.1 + 0.45 x 2) = logistic(-2.2) = 0.0998
    assert up({"crisis": 2}, params=params) == pytest.approx(0.0998, abs=0.015)
    # two steps above a show of force, each 2.2 harder: logistic(-3.1 + 1.8 - 4.4) = logistic(-5.7) = 0.0033
    assert up({"crisis": 4}, params=params) == pytest.approx(0.0033, abs=0.004)


def chance_of_a_step(values, *names, **numbers):
    """The chance itself, by luck spread evenly over runs."""
    params = {"up": -1.0, "momentum": 0, "brink": 0, "incidents": 0, "down": 0, "talks": 0.8, "hotline": 0.5,
              "restraint": 0.6, "force": 1.0}  # fmt: skip
    numbers = {f"crisis.{name}": number for name, number in {**params, **numbers}.items()}
    state = world({"crisis": 2, "programme": 0, "phase": 0, **values}, runs=RUNS)
    found = crisis.step(state, doing(*names, runs=RUNS), median(numbers, runs=RUNS), spread(RUNS, "crisis/ladder"))
    return (found.crisis > 2).mean()


@pytest.mark.parametrize(
    ("values", "names", "logit"),
    [
        ({}, (), -1.0),
        ({"phase": 1}, (), -1.2),
        ({"phase": 4}, (), -1.8),  # a deal that is carried out
        ({"programme.liaison": 0.6}, (), -1.3),
        ({"programme.liaison": 1, "phase": 4}, ("united_states.leader_letter",), -2.9),
        ({"programme.rail": 1, "programme.military_agreement": 1}, (), -1.0),
        ({}, ("united_states.missile_deployment",), 0.0),
        ({}, ("united_states.missile_deployment", "united_states.show_of_force"), 0.0),  # counted once
    ],
)
def test_talks_and_a_liaison_office_calm_and_a_deployment_does_not(values, names, logit):
    assert chance_of_a_step(values, *names) == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-3)


def test_a_severe_test_raises_the_ladder_and_a_short_range_one_does_not():
    calm, short, severe = (up({"severity": severity}) for severity in (0, 3, 5))
    assert calm == short < severe


@pytest.mark.parametrize("action", ["south_korea.hotline", "south_korea.military_agreement", "united_states.leader_letter"])
def test_talking_calms(action):
    assert up({"crisis": 2}, action) < up({"crisis": 2})


def test_allies_who_disagree_hold_half_an_exercise():
    full, scaled = "{}.full_exercise", "{}.scaled_exercise"
    table = {
        (): 0.0,
        (full.format("united_states"), full.format("south_korea")): 1.0,
        (scaled.format("united_states"), scaled.format("south_korea")): 0.5,
        (full.format("united_states"),): 0.5,
        (full.format("united_states"), scaled.format("south_korea")): 0.75,
    }
    for names, expected in table.items():
        assert crisis.step(lively(), doing(*names), median(), Still()).exercise == [expected], names


def test_cohesion_of_the_alliance_by_hand():
    params = median({"alliance.memory": 0.8, "alliance.step": 0.3})
    shown = {
        (): 0.0,
        ("united_states.full_exercise", "south_korea.full_exercise"): 1.0,
        ("united_states.show_of_force",): 0.5,
        ("united_states.hard_line", "south_korea.defence_build_up"): 0.5,
        ("south_korea.retaliate",): 0.25,
        ("south_korea.align_with_washington",): 0.5,
        ("united_states.missile_deployment",): 0.5,
        ("united_states.press_seoul",): -0.25,
        ("south_korea.accept_request",): -0.25,
        ("united_states.security_assurance", "united_states.press_seoul"): -0.5,
    }
    for names, size in shown.items():
        after = crisis.step(lively({"alliance": 0.5}), doing(*names), params, Still()).alliance
        assert after == pytest.approx([0.8 * 0.5 + 0.3 * size]), names
    everything = [name for names, size in shown.items() for name in names if size > 0]
    assert crisis.step(lively({"alliance": 1.0}), doing(*everything), params, Still()).alliance == [1.0]
    doubts = [name for names, size in shown.items() for name in names if size < 0]
    assert crisis.step(lively({"alliance": 0.0}), doing(*doubts), params, Still()).alliance == [0.0]


def test_only_a_full_exercise_of_both_is_a_show_of_force():
    names = ("united_states.full_exercise", "south_korea.full_exercise")
    assert up({}, *names) > up({}) == up({}, names[0])


def test_incidents_come_as_often_as_said_and_half_as_often_under_the_agreement():
    params = median({"crisis.incidents": 0.06}, runs=RUNS)
    shares = []
    for names in ((), ("south_korea.military_agreement",)):
        dice = Chance(2, 0, RUNS).month(Month(2019, 5))
        shares.append(crisis.step(lively(runs=RUNS), doing(*names, runs=RUNS), params, dice).incident.mean())
    assert shares == pytest.approx([0.06, 0.03], abs=0.012)


def deadlines(severities, threats):
    """Deadlines month by month: severities of the months, and whether a threat is spoken."""
    state, found = world(), []
    for severity, threat in zip(severities, threats, strict=True):
        state = state.replace(severity=np.array([float(severity)]))
        state = crisis.step(state, doing(*["north_korea.coercive_rhetoric"] * threat), median(), Still())
        found.append(state.deadline[0])
    return found


def test_a_threat_runs_out_or_is_honoured_or_renewed():
    assert deadlines([0, 0, 0, 0, 0], [1, 0, 0, 0, 0]) == [3, 2, 1, 0, 0]
    assert deadlines([0, 5, 0], [1, 0, 0]) == [3, 0, 0]
    assert deadlines([0, 3, 0], [1, 0, 0]) == [3, 2, 1]  # a short-range test honours nothing
    assert deadlines([0, 0, 0], [1, 0, 1]) == [3, 2, 3]


def bluffs(severities, threats):
    """Whether a threat proved empty, month by month."""
    state, found = world(), []
    for severity, threat in zip(severities, threats, strict=True):
        state = state.replace(severity=np.array([float(severity)]))
        state = crisis.step(
            state, doing(*["north_korea.coercive_rhetoric"] * threat), median({"crisis.deadline": 3}), Still()
        )
        found.append(state.bluff[0])
    return found


def test_a_threat_that_runs_out_is_a_bluff_once():
    assert bluffs([0] * 6, [1, 0, 0, 0, 0, 0]) == [0, 0, 0, 1, 0, 0]
    assert bluffs([0, 3, 3, 3, 0], [1, 0, 0, 0, 0]) == [0, 0, 0, 1, 0]  # a short-range test honours nothing
    assert bluffs([0, 5, 0, 0, 0], [1, 0, 0, 0, 0]) == [0, 0, 0, 0, 0]
    assert bluffs([0, 0, 0, 4, 0], [1, 0, 0, 0, 0]) == [0, 0, 0, 0, 0]  # honoured on the last day
    assert bluffs([0, 0, 0, 0, 0], [0, 0, 0, 0, 0]) == [0, 0, 0, 0, 0]


def test_a_provocation_waits_one_month_for_its_answer():
    state = crisis.step(lively(), doing("north_korea.border_provocation"), median(), Still())
    assert state.provoked == 1
    assert crisis.step(state, NOBODY, median(), Still()).provoked == 0


def test_a_quiet_peninsula_stays_low_on_the_ladder():
    state, params, chance = world(crisis=1, runs=RUNS), drawn(RUNS), Chance(3, 0, RUNS)
    danger = []
    for month in range(60):
        state = crisis.step(state, doing(runs=RUNS), params, chance.month(Month(2012, 1) + month))
        danger.append((state.crisis >= 3).mean())
    # months of clash: 0.02 to 0.03 with all that happens, so fewer where nothing does
    assert np.mean(danger) < 0.02
    assert (state.crisis == 5).mean() < 0.001


def test_arrays_stay_legal_in_any_world():
    state, moves, params = varied(RUNS, 1), one_each(RUNS, 1), drawn(RUNS)
    check_legal(state, crisis.step(state, moves, params, Chance(1, 0, RUNS).month(Month(2017, 8))), "crisis")


def test_a_deal_takes_back_its_share_of_exercises():
    full = ("united_states.full_exercise", "south_korea.full_exercise")
    held = [crisis.step(lively({"deal": deal}), doing(*full), median(), Still()).exercise[0] for deal in range(5)]
    assert held == pytest.approx([1, 0.95, 0.9, 0.8, 0.5])
