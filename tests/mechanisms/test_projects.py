"""Projects across the border, Kaesong and Kumgang: transit, hold-up, net present value, stages."""

import numpy as np
import pytest
from small_world import Still, changed, doing, drawn, lively, median, world
from varied_world import busy, check_ranges, months_of, spread, varied

from sim.mechanisms import projects
from sim.parameters.political_tables import PROJECTS
from sim.state import AXES

NOBODY = doing()
RUNS = 1_000
GAS, RAIL, RAJIN = range(3)
IDEA, STUDY, EXEMPTED, FINANCED, BUILDING, OPERATING = range(6)
SET = {
    "projects.memory": 0.8, "projects.consent": 0.6, "projects.study": 0.4, "projects.exempted": 0.1,
    "projects.financed": 0.05, "projects.started": 0.08, "projects.doubt": 0.4, "projects.reversion": 0.15,
    "projects.discount": 0.9936, "projects.benefit": 1.0, "projects.bypass": 0.7, "projects.exposure": 0.5,
    "projects.crisis": 0.02, "projects.snapback": 0.005, "projects.stake": 0.003, "projects.reopen": 0.03,
    "projects.close": 0.3, "projects.ground": 0.3, "leverage.hazard": 0.02,
}  # fmt: skip
FREE = {
    "inflow.exports": 50,
    "tier": 1,
    "crisis": 0,
    "severity": 0,
    "epidemic": 0,
    "consent": 1,
}  # nothing stands in the way
BANNED = {**FREE, "tier": 6}
OPEN_GROUND = {**FREE, "programme.kumgang": 0.8, "administration.south_korea": 0}
YEARLY_8 = 1.08 ** (-1 / 12)


def given(values=None, runs=1):
    return median({**SET, **(values or {})}, runs)


def after(values, *names, params=None, luck=None):
    return projects.step(world(values), doing(*names), params or given(), luck or Still(uniform=0.999))


def one(*values):
    return (np.array([float(value)]) for value in values)


# ---- transit --------------------------------------------------------------------------------------------------


def shares(bypass, worth=1.0):
    worth, bypass = one(worth, bypass)
    north, other = projects.shapley(worth=worth, bypass=bypass)
    return north[0], other[0]


@pytest.mark.parametrize(("bypass", "north"), [(0.5, 0.17), (0.7, 0.10), (0.85, 0.05), (0.0, 1 / 3), (1.0, 0.0)])
def test_the_share_of_the_north(bypass, north):
    assert shares(bypass)[0] == pytest.approx(north, abs=0.005)


@pytest.mark.parametrize("bypass", [0.0, 0.3, 0.7, 1.0])
def test_shares_are_the_shapley_value(bypass):
    """By definition: what each adds to those who came before it, over the six orders in which three may come."""
    worth = {"NRS": 1.0, "RS": bypass}
    orders = [(a, b, c) for a in "NRS" for b in "NRS" for c in "NRS" if len({a, b, c}) == 3]
    value = dict.fromkeys("NRS", 0.0)
    for order in orders:
        for place, party in enumerate(order):
            before, with_it = ("".join(sorted(order[:size])) for size in (place, place + 1))
            value[party] += (worth.get(with_it, 0) - worth.get(before, 0)) / len(orders)
    north, other = shares(bypass)
    assert (north, other, other) == pytest.approx((value["N"], value["R"], value["S"]))
    assert north + 2 * other == pytest.approx(1)


def test_a_fee_of_160_to_195_m_means_a_pipeline_that_saves_three_times_as_much():
    # what is gained over ships is (1 - bypass) W, of which the North has a third: 158 of 474 and 195 of 585 m USD a year
    for fee, saved in ((158, 474), (195, 585)):
        assert shares(0.5, worth=saved / 0.5)[0] == pytest.approx(fee)


# ---- present value --------------------------------------------------------------------------------------------


def value(hazard, *, capital=2.5, benefit=0.45, discount=YEARLY_8, lead=0):
    capital, benefit, discount, hazard, lead = one(capital, benefit, discount, hazard, lead)
    return projects.present_value(capital=capital, benefit=benefit, discount=discount, hazard=hazard, lead=lead)[0]


@pytest.mark.parametrize(("hazard", "expected"), [(0.005, 0.80), (0.01, -0.20), (0.02, -1.07), (0.03, -1.46)])
def test_the_pipeline_under_the_risk_of_hold_up(hazard, expected, monkeypatch):
    # 2.5 bn for 450 m USD a year at 8%, at once and for good, as the figures were computed
    monkeypatch.setattr(projects, "OPERATION_YEARS", 500)
    assert value(hazard) == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize("lead", [0, 12, 36])
@pytest.mark.parametrize("hazard", [0.001, 0.01, 0.03])
def test_value_is_the_sum_of_its_months(lead, hazard):
    kept = YEARLY_8 * (1 - hazard)
    months = lead + np.arange(projects.OPERATION_YEARS * 12)
    assert value(hazard, lead=lead) == pytest.approx(-2.5 + 0.45 / 12 * (kept**months).sum())


def test_an_end_after_25_years_and_years_of_building_lower_the_value():
    # of the 3.30 bn that come in for good under a hazard of 0.005, the first 25 years bring 1 - 0.9886^300 = 97%;
    # of those, 36 months of building leave 0.9886^36 = 66%, so that no hazard of this size is worth it
    assert value(0.005) == pytest.approx(0.80 - 0.03 * 3.30, abs=0.02)
    assert value(0.005, lead=36) == pytest.approx(-2.5 + 0.66 * (2.5 + value(0.005)), abs=0.02)
    assert value(0.005, lead=36) < 0


def test_no_operation_is_worth_nothing_but_its_cost():
    assert value(1.0) == pytest.approx(-2.5 + 0.45 / 12)  # the first month only
    assert value(1.0, lead=36) == -2.5


def test_hold_up_by_hand():
    found = projects.hold_up(
        collapse=np.array([0.01, 0.0, 0.9]), crisis=np.array([0.004, 0.0, 0.3]), snapback=np.array([0.005, 0.0, 0.0]),
        stake=np.array([0.003, 0.002, 0.0]),
    )  # fmt: skip
    assert found == pytest.approx([0.016, 0.001, 1.0])


def test_what_projects_are_worth_by_hand():
    state = after({**BANNED, "crisis": 2, "deal": 0, "inflow.exports": 50})
    for place, (capital, benefit, build) in enumerate(PROJECTS.values):
        fee = 0.3 * benefit / 3
        hazard = 0.02 * 0.5 + 0.02 * 2 / 5 + 0.005 - 0.003 * min(1, 1000 * fee / 600)  # of an income of 600 m USD a year
        expected = value(hazard, capital=capital, benefit=benefit, discount=0.9936, lead=build)
        assert state.worth[place] == pytest.approx([expected])
    assert AXES["project"] == ("gas", "rail", "rajin_khasan")


@pytest.mark.parametrize(
    ("name", "low", "high", "sign"),
    [("crisis", 0, 4, -1), ("deal", 0, 2, 1), ("tier", 2, 3, -1), ("tier", 3, 6, 0), ("epidemic", 0, 1, 0)],
)
def test_what_moves_the_worth_in_every_run(name, low, high, sign):
    params = drawn(RUNS)
    less, more = (
        projects.step(lively({"deal": 0, "tier": 6, name: at_value}, runs=RUNS), doing(runs=RUNS), params, Still(RUNS)).worth
        for at_value in (low, high)
    )
    difference = np.sign(more - less)
    # a hazard at its floor cannot fall further
    assert set(np.unique(difference)) <= {0, sign}
    assert (difference == sign).mean() > 0.9


# ---- consent and stages ---------------------------------------------------------------------------------------


def test_readiness_by_hand():
    state = after({**FREE, "consent": 0.5, "epidemic": 0.5}, "north_korea.inter_korean_opening")
    # 0.8 x 0.5 = 0.4 is kept; 0.6 x (1 - 0.5 / 2) = 0.45 of the other 0.6 is shown
    assert state.consent[:, 0] == pytest.approx([0.4 + 0.45 * 0.6, 0.4, 0.4])
    twice = after({**FREE, "consent": 0.5}, "russia.rail_gas_promotion", "russia.invest_rajin").consent[1]
    assert twice == pytest.approx([0.4 + 0.6 * 0.6])


STREAMS = {"gas": "projects/up_gas", "rail": "projects/up_rail", "rajin_khasan": "projects/up_rajin_khasan"}


def moved(stage, values=None, params=None, down=False):
    """Share of runs in which each project moves up, or down, from a stage."""
    names = [f"projects/down_{name}" for name in STREAMS] if down else list(STREAMS.values())
    state = world({**FREE, "stage": stage, **(values or {})}, runs=RUNS)
    found = projects.step(state, doing(runs=RUNS), params or given(runs=RUNS), spread(RUNS, *names, rest=0.999)).stage
    return (found == stage + (-1 if down else 1)).mean(axis=1)


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (IDEA, [0.4 * 0.8] * 3),  # of the readiness 0.8 is left after a month
        (STUDY, [0.1 * 0.8] * 3),
        (FINANCED, [0.08 * 0.8] * 3),
        (BUILDING, [1 / 36, 1 / 24, 1 / 12]),
        (OPERATING, [0, 0, 0]),
    ],
)
def test_stages_follow_as_often_as_their_chances_say(stage, expected):
    assert moved(stage) == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize("scale", [5, 1, 0.1])
def test_financing_needs_a_project_that_pays(scale):
    params = given({"projects.benefit": scale}, RUNS)
    worth = projects.step(world(FREE, runs=RUNS), doing(runs=RUNS), params, Still(RUNS)).worth[:, 0]
    found = moved(EXEMPTED, params=params)
    assert found == pytest.approx(0.05 / (1 + np.exp(-worth / 0.4)), abs=2e-3)
    assert (found > 0.03).all() if scale == 5 else found[GAS] < 0.005  # the pipeline of 2.5 bn USD for 450 m a year


@pytest.mark.parametrize("stage", [STUDY, EXEMPTED, FINANCED])
def test_under_sanctions_only_what_is_exempted_goes_on(stage):
    rich = given({"projects.benefit": 5, "projects.snapback": 0}, RUNS)
    banned, exempted, below = (
        moved(stage, values, rich) for values in (BANNED, {**BANNED, "exemption": 6}, {**FREE, "tier": 2})
    )
    assert banned[:2].tolist() == [0, 0]
    assert banned[RAJIN] > 0  # exempted by name in resolution 2397
    assert exempted == pytest.approx(below)
    assert (exempted > 0).all()


def test_a_study_is_words_and_needs_no_exemption():
    assert moved(IDEA, BANNED) == pytest.approx(moved(IDEA))


@pytest.mark.parametrize(("party", "stopped"), [(0, [0, 1, 2]), (1, [0, 1, 2]), (2, [0, 1])])
def test_every_party_must_agree_and_seoul_has_no_part_in_rajin(party, stopped):
    consent = np.ones((3, 1))
    consent[party] = 0
    found = moved(IDEA, {"consent": consent})
    assert [place for place in range(3) if found[place] == 0] == stopped


@pytest.mark.parametrize("stage", [STUDY, FINANCED, BUILDING, OPERATING])
def test_a_clash_or_a_grave_test_throws_projects_back(stage):
    for values in ({"crisis": 3}, {"severity": 5}):
        assert moved(stage, values, down=True) == pytest.approx([0.15] * 3, abs=2e-3)
    for values in ({"crisis": 2}, {"severity": 4}):
        assert not moved(stage, values, down=True).any()


def test_an_idea_cannot_be_lost_and_nothing_is_built_in_a_clash():
    assert not moved(IDEA, {"crisis": 5}, down=True).any()
    assert (after({**FREE, "crisis": 5}, luck=Still(uniform=0.0)).stage == STUDY).all()  # words go on
    assert not moved(BUILDING, {"crisis": 3}).any()


def test_only_what_is_in_operation_pays_and_by_hand():
    assert not after({**FREE, "stage": BUILDING}).transit_fee.any()
    paying = after({**FREE, "stage.gas": OPERATING, "stage.rail": OPERATING})
    # a tenth of 450 and of 300 m USD a year
    assert paying.transit_fee == pytest.approx([(45 + 30) / 12])


# ---- Kaesong and Kumgang --------------------------------------------------------------------------------------


def opened(values, name="kaesong"):
    state = world({**OPEN_GROUND, **values}, runs=RUNS)
    luck = spread(RUNS, "projects/kaesong", "projects/kumgang", rest=0.999)
    return projects.step(state, doing(runs=RUNS), given(runs=RUNS), luck)[name].mean()


@pytest.mark.parametrize("name", ["kaesong", "kumgang"])
def test_an_enclave_opens_where_it_may(name):
    assert opened({}, name) == pytest.approx(0.03, abs=2e-3)
    assert opened({"tier": 6, "exemption": 3}, name) == pytest.approx(0.03, abs=2e-3)
    for path, level in (("tier", 6), ("administration.south_korea", 1), ("programme.kumgang", 0.2), ("epidemic", 0.3)):
        assert opened({path: level}, name) == 0


@pytest.mark.parametrize("name", ["kaesong", "kumgang"])
def test_what_is_open_stays_open_unless_it_is_closed(name):
    working = {**FREE, name: 1, "administration.south_korea": 1}

    def left(values):
        state = world({**working, **values}, runs=RUNS)
        luck = spread(RUNS, "projects/close", rest=0.999)
        return projects.step(state, doing(runs=RUNS), given(runs=RUNS), luck)[name].mean()

    assert left({}) == 1
    assert left({"crisis": 3}) == pytest.approx(0.7, abs=2e-3)
    assert left({"severity": 5}) == pytest.approx(0.7, abs=2e-3)
    assert left({"severity": 5, "administration.south_korea": 0}) == 1
    assert left({"severity": 4}) == 1


# ---- any world ------------------------------------------------------------------------------------------------


def test_arrays_stay_legal_in_any_world():
    check_ranges("projects")


def test_no_project_skips_a_stage_in_any_world():
    for before, state in months_of("projects"):
        assert (np.abs(state.stage - before.stage) <= 1).all()
        assert (state.stage == np.round(state.stage)).all()
        assert (state.transit_fee[(state.stage != OPERATING).all(axis=0)] == 0).all()


def test_a_pipeline_is_not_built_within_three_years_under_sanctions():
    runs = 300
    state, params = world({"tier": 6, "consent": 1, "crisis": 1}, runs=runs), drawn(runs)
    moves = doing("north_korea.inter_korean_opening", "russia.rail_gas_promotion", "south_korea.northern_policy", runs=runs)
    luck = np.random.default_rng(5)
    for _ in range(36):
        at = {f"projects/{way}_{name}": luck.random(runs) for way in ("up", "down") for name in STREAMS}
        state = projects.step(state, moves, params, Still(runs, at=at))
    assert state.stage[GAS].max() == STUDY
    assert state.stage[RAIL].max() == STUDY


def test_under_sanctions_nothing_opens_without_an_exemption():
    before = changed(varied(RUNS, 4), {"kaesong": 0, "kumgang": 0, "tier": 6, "exemption": 0})
    state = projects.step(before, busy(RUNS, 4), drawn(RUNS), Still(RUNS, uniform=0.0))
    assert not state.kaesong.any()
    assert not state.kumgang.any()
