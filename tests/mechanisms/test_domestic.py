"""Domestic politics: patronage and succession in Pyongyang; approval, elections and administrations elsewhere."""

import numpy as np
import pytest
from small_world import Still, changed, doing, drawn, lively, median, world
from varied_world import busy, check_ranges, spread, varied

from sim.calendar import takes_office_in, votes_in
from sim.chance import Chance
from sim.mechanisms import domestic
from sim.state import CHN, KOR, PRK, RUS, USA, Month

NOBODY = doing()
RUNS = 1_000
WASHINGTON, SEOUL = range(2)  # on the axis of democracies
SET = {
    "domestic.elections": 1, "domestic.elite_speed": 0.05, "domestic.currency": 0.6, "domestic.output": 0.2,
    "domestic.cover_scale": 1.0, "domestic.elite_weight": 0.7, "domestic.exit_natural": 0.0007,
    "domestic.exit_irregular": 0.0004, "domestic.conventional": 0.6, "domestic.pressure": 0.25, "approval.memory": 0.9,
    "approval.noise": 2.0, "approval.usual_united_states": 44, "approval.usual_south_korea": 46, "approval.rally": 2,
    "approval.summit": 1, "approval.korean_summit": 3, "approval.collapse": 2, "approval.concession": 1,
    "approval.coercion": 1, "approval.request": 0.5,
}  # fmt: skip


def given(values=None, runs=1):
    return median({**SET, **(values or {})}, runs)


def after(values, *names, params=None, luck=None, date="2016-06"):
    return domestic.step(world(values, date=date), doing(*names), params or given(), luck or Still())


# ---- Pyongyang ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reserves", "expected"), [(0.0, 0.0), (1.0, 0.5), (3.0, 0.75)])
def test_cover_by_hand(reserves, expected):
    assert domestic.cover(reserves=np.array([reserves]), scale=np.array([1.0])) == pytest.approx([expected])


def test_patronage_and_stability_by_hand():
    state = after({"elite": 0.8, "reserves": 3.0, "gdp": 0.9, "status": 0.5, "hardship": 0.4})
    # 0.6 x 0.75 + 0.2 x 0.9 + 0.2 x 0.5 = 0.73; 0.95 x 0.8 + 0.05 x 0.73 = 0.7965; 0.7 x 0.7965 + 0.3 x 0.6
    assert state.elite == pytest.approx([0.7965])
    assert state.stability == pytest.approx([0.7 * 0.7965 + 0.18])


def test_output_beyond_that_of_the_first_month_feeds_nobody_more():
    assert after({"gdp": 2.0}).elite == after({"gdp": 1.0}).elite > after({"gdp": 0.8}).elite


def exit_hazard(stability, scare, natural=0.0007, irregular=0.0004):
    values = {"natural": natural, "irregular": irregular, "stability": stability, "scare": scare}
    return domestic.exit_hazard(**{name: np.array([float(value)]) for name, value in values.items()})[0]


@pytest.mark.parametrize(
    ("stability", "scare", "expected"),
    [
        (0.5, 0, 0.0011),  # 0.0007 + 0.0004
        (0.0, 0, 0.0007 + 0.0004 * np.e),
        (1.0, 0, 0.0007 + 0.0004 / np.e),
        (0.6, 1, 0.0007 + 0.0004 * np.exp(0.3)),  # -0.2 + 0.5
    ],
)
def test_the_hazard_of_an_exit_by_hand(stability, scare, expected):
    assert exit_hazard(stability, scare) == pytest.approx(expected)


def test_an_exit_is_rare_and_never_certain_whatever_the_prior():
    params, luck = drawn(RUNS), np.random.default_rng(1)
    hazard = domestic.exit_hazard(
        natural=params["domestic.exit_natural"], irregular=params["domestic.exit_irregular"],
        stability=luck.random(RUNS), scare=luck.integers(0, 2, RUNS).astype(float),
    )  # fmt: skip
    assert (hazard > params["domestic.exit_natural"]).all()
    assert hazard.max() < 0.005  # a month; 0.0010 + 0.0006 exp(1.5) = 0.0037 at the worst


@pytest.mark.parametrize(
    ("path", "values", "sign"), [("hardship", (0.1, 0.9), 1), ("crisis", (2, 3), 1), ("elite", (0.1, 0.9), -1)]
)
def test_what_moves_the_hazard(path, values, sign):
    # an irregular exit made likely, so that shares of runs show it
    params = given({"domestic.exit_irregular": 0.2}, RUNS)
    shares = [
        domestic.step(lively({path: value}, runs=RUNS), doing(runs=RUNS), params, spread(RUNS, "domestic/exit"))
        .leader_exit.mean()
        for value in values
    ]  # fmt: skip
    assert np.sign(shares[1] - shares[0]) == sign


def test_leaders_go_as_often_as_the_hazard_says_and_another_comes():
    params = given({"domestic.exit_natural": 0.09, "domestic.exit_irregular": 0}, RUNS)
    state = domestic.step(
        world({"administration.north_korea": 1, "in_office.north_korea": 1}, runs=RUNS),
        doing(runs=RUNS),
        params,
        spread(RUNS, "domestic/exit"),
    )
    assert state.leader_exit.mean() == pytest.approx(0.09, abs=1e-3)
    assert (state.turnover[PRK] == state.leader_exit).all()
    assert (state.administration[PRK][state.leader_exit == 0] == 1).all()
    gone = given({"domestic.exit_natural": 1}, RUNS)
    successors = domestic.step(world(runs=RUNS), doing(runs=RUNS), gone, spread(RUNS, "domestic/successor"))
    kinds = [(successors.administration[PRK] == kind).mean() for kind in range(3)]
    assert kinds == pytest.approx([1 / 3] * 3, abs=2e-3)
    assert not successors.turnover[[RUS, CHN]].any()


# ---- approval -------------------------------------------------------------------------------------------------


def test_approval_by_hand():
    found = domestic.approval_next(
        approval=np.array([40.0, 99.5, 1.0]), usual=np.full(3, 46.0), memory=np.array([0.9, 1.0, 1.0]),
        news=np.array([2.0, 3.0, -4.0]),
    )  # fmt: skip
    assert found == pytest.approx([42.6, 100.0, 0.0])  # 46 - 0.9 x 6 + 2; and never beyond the scale


@pytest.mark.parametrize(
    ("values", "names", "expected"),
    [
        ({}, (), (0, 0)),
        ({"crisis": 3}, (), (2, 0)),
        ({"crisis": 2}, (), (0, 0)),
        ({"summit": 1}, (), (1, 0)),
        ({"agreed": 1, "summit": 1}, (), (1, 0)),  # counted once
        ({"failed_summit": 1, "summit": 1}, (), (-1, 0)),
        ({"collapse_cause": 3}, (), (-2, 0)),
        ({}, ("united_states.phased_offer", "united_states.security_assurance"), (-1, 0)),
        ({"meeting.south_korea": 1}, (), (0, 3)),
        ({"meeting.china": 1}, (), (0, 0)),
        ({"setback": 4}, (), (0, -2)),
        ({"sector_loss": 0.1}, (), (0, -0.4)),
        ({"accepted": 1}, (), (0, -0.5)),  # of two requests, counted once
    ],
)
def test_the_news_of_a_month_by_hand(values, names, expected):
    approval = after({"approval.united_states": 44, "approval.south_korea": 46, **values}, *names).approval[:, 0]
    assert approval == pytest.approx([44 + expected[0], 46 + expected[1]])


def test_the_noise_of_each_is_its_own():
    luck = Still(at={"domestic/approval_united_states": 1.0, "domestic/approval_south_korea": -2.0})
    approval = after({"approval.united_states": 44, "approval.south_korea": 46}, luck=luck).approval[:, 0]
    assert approval == pytest.approx([46, 42])


def test_approval_returns_to_what_is_usual_with_a_known_spread():
    state, params, chance = world(approval=20, runs=RUNS), given(runs=RUNS), Chance(1, 0, RUNS)
    for month in range(60):
        state = domestic.step(state, doing(runs=RUNS), params, chance.month(Month(2013, 1) + month))
    assert state.approval.mean(axis=1) == pytest.approx([44, 46], abs=0.5)
    # an AR(1) with rho 0.9 and noise of 2 points: 2 / sqrt(1 - 0.81) = 4.6
    assert state.approval.std(axis=1) == pytest.approx([4.59, 4.59], abs=0.4)


# ---- elections ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("approval", "expected"), [(50, 0.5), (44, 0.7311), (56, 0.2689), (38, 0.8808), (0, 0.9998)])
def test_the_chance_of_a_change_by_hand(approval, expected):
    assert domestic.change_chance(approval=np.array([float(approval)])) == pytest.approx([expected], abs=1e-4)


def test_elections_fall_on_the_dates_of_the_law():
    months = [Month(2012, 1) + number for number in range(160)]
    voted = {name: [str(date) for date in months if votes_in(name, date)] for name in domestic.DEMOCRACIES}
    assert voted["united_states"] == ["2012-11", "2016-11", "2020-11", "2024-11"]
    assert voted["south_korea"] == ["2012-12", "2017-05", "2022-03"]
    begun = {name: [str(date) for date in months if takes_office_in(name, date)] for name in domestic.DEMOCRACIES}
    assert begun["united_states"] == ["2013-01", "2017-01", "2021-01", "2025-01"]
    assert begun["south_korea"] == ["2013-02", "2017-05", "2022-05"]


@pytest.mark.parametrize(
    ("democracy", "nation", "held", "office"),
    [
        ("united_states", USA, "2020-11", "2021-01"),
        ("south_korea", KOR, "2017-05", "2017-05"),
        ("south_korea", KOR, "2022-03", "2022-05"),
    ],
)
def test_who_wins_takes_office_after_the_usual_wait(democracy, nation, held, office):
    luck = Still(at={f"domestic/election_{democracy}": 0.0, "domestic/president": 0.3})
    state, turned = world({"administration": 0}), []
    first = Month.parse(held) + -1
    for month in range(5):
        state = domestic.step(state.at(first + month), NOBODY, given(), luck)
        turned += [str(first + month)] * int(state.turnover[nation, 0])
        in_office = str(first + month) >= office
        assert state.administration[nation] == (1 if in_office else 0)
    assert turned == [office]
    assert (state.incoming == -1).all()


def test_who_is_confirmed_stays():
    state, luck = world({"administration": 1, "in_office": 1}), Still(at={"domestic/election_united_states": 0.999})
    for month in range(4):
        state = domestic.step(state.at(Month(2020, 11) + month), NOBODY, given(), luck)
        assert not state.turnover.any()
        assert (state.administration == 1).all()


def test_a_new_president_of_the_same_kind_is_no_turnover():
    luck = Still(at={"domestic/election_united_states": 0.0, "domestic/president": 0.3})
    state = after({"administration.united_states": 1}, luck=luck, date="2020-11")
    assert state.incoming[WASHINGTON] == 1
    for month in (1, 2):
        state = domestic.step(state.at(Month(2020, 11) + month), NOBODY, given(), luck)
        assert not state.turnover.any()
    assert (state.administration[USA], state.incoming[WASHINGTON]) == (1, -1)


def elected(approval, values=None, date="2020-11", streams=("domestic/election_united_states",)):
    state = world({"approval": approval, "administration": 2, **(values or {})}, date=date, runs=RUNS)
    return domestic.step(state, doing(runs=RUNS), given(runs=RUNS), spread(RUNS, *streams, rest=0.999))


@pytest.mark.parametrize(("approval", "expected"), [(50, 0.5), (44, 0.7311), (62, 0.1192)])
def test_changes_come_as_often_as_approval_says(approval, expected):
    assert (elected(approval).incoming[WASHINGTON] >= 0).mean() == pytest.approx(expected, abs=1e-3)
    korean = elected(approval, date="2022-03", streams=("domestic/election_south_korea",))
    assert (korean.incoming[SEOUL] >= 0).mean() == pytest.approx(expected, abs=1e-3)
    assert (korean.incoming[WASHINGTON] == -1).all()


def test_a_change_in_washington_brings_each_type_as_often_as_said():
    state = world({"approval": 0}, date="2020-11", runs=RUNS)
    luck = spread(RUNS, "domestic/president", rest=0.0)
    found = domestic.step(state, doing(runs=RUNS), given(runs=RUNS), luck).incoming[WASHINGTON]
    assert [(found == kind).mean() for kind in (1, 2, 0)] == pytest.approx([0.6, 0.25, 0.15], abs=2e-3)


@pytest.mark.parametrize(("now", "then"), [(0, 1), (1, 0), (2, 0)])
def test_a_change_in_seoul_brings_the_other_camp(now, then):
    luck = Still(uniform=0.0)
    state = after({"administration.south_korea": now}, luck=luck, date="2022-03", params=given({"domestic.exit_natural": 0}))
    assert state.incoming[SEOUL] == then


def test_no_elections_between_and_none_where_events_of_a_scenario_decide():
    calm = after({"approval": 0}, luck=Still(uniform=0.0), date="2020-10")
    assert (calm.incoming == -1).all()
    switched = after({"approval": 0}, luck=Still(uniform=0.0), date="2020-11", params=given({"domestic.elections": 0}))
    assert (switched.incoming == -1).all()


# ---- any world ------------------------------------------------------------------------------------------------


def test_arrays_stay_legal_in_any_world():
    check_ranges("domestic")


def test_an_administration_that_a_scenario_brings_in_is_a_turnover_too():
    state = after({"administration.united_states": 2, "in_office.united_states": 0})
    assert (state.turnover[USA], state.in_office[USA]) == (1, 2)
    assert domestic.step(state, NOBODY, given(), Still()).turnover[USA] == 0


def test_turnover_lasts_one_month():
    before = changed(varied(RUNS, 2), {"turnover": 1, "incoming": -1})
    before = before.replace(in_office=before.administration.copy())
    state = domestic.step(before, busy(RUNS, 2), given(runs=RUNS), Still(RUNS))
    assert not state.turnover.any()


@pytest.mark.parametrize(
    ("path", "values", "array", "sign"),
    [
        ("reserves", (0.5, 4), "elite", 1),
        ("status", (0.1, 0.8), "elite", 1),
        ("gdp", (0.6, 0.95), "elite", 1),
        ("hardship", (0.1, 0.8), "stability", -1),
        ("elite", (0.2, 0.8), "stability", 1),
    ],
)
def test_direction_in_every_run(path, values, array, sign):
    params = drawn(RUNS)
    low, high = (
        domestic.step(lively({path: value}, runs=RUNS), doing(runs=RUNS), params, Still(RUNS))[array] for value in values
    )
    assert (np.sign(high - low) == sign).all()
