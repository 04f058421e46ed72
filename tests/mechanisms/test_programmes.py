"""Seoul's programmes across the border: effort, welcome and law; what withers, and blows with their causes."""

import numpy as np
import pytest
from small_world import Still, doing, drawn, lively, median, world
from varied_world import months_of, spread

from sim.mechanisms import projects
from sim.state import AXES, DYAD, KOR, PRK

RUNS = 1_000
LIAISON, HUMANITARIAN, RAIL, KUMGANG, AGREEMENT = range(5)
NONE, PROVOCATION, CRISIS, SANCTIONS, EPIDEMIC, GOVERNMENT = range(6)
SET = {
    "programmes.step": 0.2, "programmes.decay": 0.02, "programmes.welcome": 4, "programmes.coolness": -0.05,
    "programmes.unlawful": 0.3, "programmes.epidemic": 0.7, "programmes.struck": 0.35, "programmes.clash": 0.5,
    "programmes.tested": 0.15, "programmes.blow_liaison": 0.95, "programmes.blow_humanitarian": 0.4,
    "programmes.blow_rail": 0.5, "programmes.blow_kumgang": 0.7, "programmes.blow_military_agreement": 0.4,
    "projects.ground": 0.3,
}  # fmt: skip
EFFORTS = {
    LIAISON: "south_korea.hotline", HUMANITARIAN: "south_korea.humanitarian_aid", RAIL: "south_korea.rail_survey",
    KUMGANG: "south_korea.tourism_initiative", AGREEMENT: "south_korea.military_agreement",
}  # fmt: skip
EVEN = {"tier": 1, "epidemic": 0, "crisis": 0, "affinity": -0.05, "programme": 0.5}  # welcome is one half
STRUCK = "north_korea.border_provocation"


def given(values=None, runs=1):
    return median({**SET, **(values or {})}, runs)


def after(values, *names, params=None, luck=0.999):
    return projects.step(world({**EVEN, **values}), doing(*names), params or given(), Still(uniform=luck))


# ---- growing and withering ------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", EFFORTS)
def test_a_month_of_effort_by_hand(place):
    state = after({}, EFFORTS[place])
    # 0.98 x 0.5 = 0.49 is kept; 0.2 x 0.5 of the other 0.51 is won
    expected = np.full(5, 0.49)
    expected[place] = 0.49 + 0.1 * 0.51
    assert state.programme[:, 0] == pytest.approx(expected)
    assert state.setback == NONE


def test_a_summit_with_seoul_is_an_effort_for_liaison():
    assert after({"meeting.south_korea": 1}).programme[LIAISON] == after({}, "south_korea.hotline").programme[LIAISON]


def test_the_norths_opening_is_welcome_in_full():
    assert after({}, "south_korea.hotline", "north_korea.inter_korean_opening").programme[LIAISON] == pytest.approx(
        [0.49 + 0.2 * 0.51]
    )


@pytest.mark.parametrize(("affinity", "welcome"), [(-0.05, 0.5), (0.2, 0.7311), (-0.3, 0.2689)])
def test_welcome_by_hand(affinity, welcome):
    # logistic(4 x 0.25) = 0.7311
    values = {"affinity.north_korea_south_korea": affinity}
    assert after(values, "south_korea.hotline").programme[LIAISON] == pytest.approx([0.49 + 0.2 * welcome * 0.51], abs=1e-5)
    assert AXES["dyad"][DYAD[PRK, KOR]] == "north_korea_south_korea"


@pytest.mark.parametrize(
    ("values", "reach"),
    [
        ({"tier": 6}, [1, 1, 0.3, 0.3, 1]),
        ({"tier": 6, "exemption": 1}, [1, 1, 1, 1, 1]),
        ({"epidemic": 1}, [1, 0.3, 0.3, 0.3, 1]),
        ({"tier": 6, "epidemic": 0.5}, [1, 0.65, 0.195, 0.195, 1]),
    ],
)
def test_law_and_an_epidemic_limit_what_can_be_done(values, reach):
    kept = 0.5 * (1 - 0.02 * (2 - np.array(reach)))
    idle = after(values).programme[:, 0]
    assert idle == pytest.approx(kept)
    at_work = after(values, *EFFORTS.values()).programme[:, 0]
    assert at_work == pytest.approx(kept + 0.2 * 0.5 * np.array(reach) * (1 - kept))


# ---- blows ----------------------------------------------------------------------------------------------------


def test_a_blow_by_hand():
    state = after({}, STRUCK, luck=0.0)
    lost = np.array([0.95, 0.4, 0.5, 0.7, 0.4])
    assert state.programme[:, 0] == pytest.approx(0.49 * (1 - lost))
    assert state.setback == PROVOCATION  # liaison is gone: 0.49 x 0.05


def test_what_is_hardly_alive_cannot_be_hit():
    state = after({"programme": 0.1}, STRUCK, luck=0.0)
    assert state.programme[:, 0] == pytest.approx([0.098] * 5)
    assert state.setback == NONE


def test_a_blow_that_kills_nothing_is_no_setback():
    mild = given({f"programmes.blow_{name}": 0.1 for name in AXES["programme"]})
    assert after({}, STRUCK, luck=0.0, params=mild).setback == NONE


TURNED = {"turnover.south_korea": 1}
HARD, SOFT = ({"administration.south_korea": kind} for kind in (1, 0))


@pytest.mark.parametrize(
    ("values", "names", "stream", "chance", "cause"),
    [
        ({}, (STRUCK,), "struck", 0.35, PROVOCATION),
        ({"crisis": 3}, (), "clash", 0.5, CRISIS),
        ({"severity": 4}, (), "tested", 0.15, PROVOCATION),
        ({}, ("south_korea.retaliate",), "answered", 0.35, GOVERNMENT),
        ({**TURNED, **HARD}, (), "struck", 1, GOVERNMENT),
        ({**TURNED, **SOFT}, (), "struck", 0, NONE),
        (HARD, (), "struck", 0, NONE),
        ({"crisis": 2, "severity": 3}, (), "clash", 0, NONE),
    ],
)
def test_blows_and_their_causes(values, names, stream, chance, cause):
    state = world({**EVEN, **values}, runs=RUNS)
    found = projects.step(
        state, doing(*names, runs=RUNS), given(runs=RUNS), spread(RUNS, f"programmes/{stream}", rest=0.999)
    ).setback
    assert (found == cause).mean() == pytest.approx(chance if cause else 1, abs=2e-3)
    assert set(np.unique(found)) <= {NONE, cause}


@pytest.mark.parametrize(
    ("values", "cause"),
    [({"tier": 6}, SANCTIONS), ({"tier": 6, "epidemic": 0.8}, EPIDEMIC), ({"epidemic": 0.8}, EPIDEMIC)],
)
def test_what_withers_has_a_cause_too(values, cause):
    assert after({**values, "programme": 0.0, "programme.rail": 0.101}).setback == cause


def test_a_setback_is_a_programme_that_was_alive_and_is_no_more_in_any_world():
    for before, state in months_of("projects"):
        fell = ((before.programme > projects.ALIVE) & (state.programme <= projects.ALIVE)).any(axis=0)
        assert ((state.setback > 0) == fell).all()


@pytest.mark.parametrize("place", EFFORTS)
def test_effort_never_lowers_a_programme(place):
    params = drawn(RUNS)
    without, with_it = (
        projects.step(lively(runs=RUNS), doing(*names, runs=RUNS), params, Still(RUNS)).programme
        for names in ((), (EFFORTS[place],))
    )
    assert (with_it[place] > without[place]).all()
    others = [other for other in EFFORTS if other != place]
    assert (with_it[others] == without[others]).all()
