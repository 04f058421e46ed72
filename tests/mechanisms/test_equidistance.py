"""Patrons' willingness, Pyongyang's portfolio, equidistance and triangles."""

from itertools import product

import numpy as np
import pytest
from small_world import Still, doing, drawn, lively, median, world
from varied_world import months_of

from sim.mechanisms import alignment
from sim.state import AXES, CHINA, CHN, EXPORTS, IMPORTS, PRK, RUSSIA

NOBODY = doing()
RUNS = 500
TRADE, CONTACT, AFFINITY, COMPOSITE = range(4)
SET = {
    "alignment.kept": 0.97, "alignment.gain": 0.05, "alignment.noise": 0.01, "alignment.meeting": 0.8,
    "alignment.support_base": 0.3, "alignment.support_affinity": 0.4, "alignment.bidding": 0.2, "alignment.buffer": 0.2,
    "alignment.entrapment": 0.3, "alignment.treaty": 1.0, "alignment.no_treaty": 0.4, "alignment.exposure": 0.1,
    "alignment.autonomy": 1.0, "alignment.portfolio": 4, "finance.pledge": 0,
}  # fmt: skip

CLOSE = {"affinity.russia_china": 0.6, "anchor.russia_china": 0.6}  # as in 2019, when bids count once


def given(values=None, runs=1):
    return median({**SET, **(values or {})}, runs)


def after(values=None, params=None):
    return alignment.step(world(values), NOBODY, params or given(), Still())


# ---- patrons and the portfolio --------------------------------------------------------------------------------


def wanted(**values):
    usual = {
        "base": 0.3, "by_affinity": 0.4, "affinity": 0.5, "bidding": 0.2, "other": 0.4, "buffer": 0.05, "entrapment": 0.06,
        "exposure": 0.04,
    }  # fmt: skip
    return alignment.support_wanted(**{name: np.array([value]) for name, value in {**usual, **values}.items()})[0]


def test_willingness_by_hand():
    # 0.3 + 0.4 x 0.5 + 0.05 - 0.06 - 0.04 = 0.45; nobody bids where he leads
    assert wanted() == pytest.approx(0.45)
    assert wanted(other=0.9) == pytest.approx(0.45 + 0.2 * 0.4)
    assert wanted(base=0.9) == 1
    assert wanted(affinity=-1.0, entrapment=0.5) == 0


def test_willingness_of_both_by_hand():
    friends = {"affinity.north_korea_china": 0.55, "affinity.north_korea_russia": 0.35,
               "anchor.north_korea_china": 0.55, "anchor.north_korea_russia": 0.35, **CLOSE}  # fmt: skip
    state = after(
        {**friends, "rift.china": 0.5, "rift.russia": 0.1, "hardship": 0.3, "crisis": 2, "secondary_risk.china": 0.4,
         "secondary_risk.russia": 0.2}
    )  # fmt: skip
    # Beijing: 0.3 + 0.4 x 0.55 + 0.2 x 0.5 - 0.3 x 1.0 x 0.4 - 0.1 x 0.4
    # Moscow:  0.3 + 0.4 x 0.35 + 0.2 x (0.55 - 0.35) + 0.2 x 0.3 - 0.3 x 0.4 x 0.4 - 0.1 x 0.2
    assert state.willingness[:, 0] == pytest.approx([0.46, 0.472])


@pytest.mark.parametrize(
    ("path", "values", "signs"),
    [
        ("rift", (0.4, 0.9), (1, 1)),
        ("hardship", (0.4, 0.9), (1, 1)),
        ("crisis", (0, 4), (-1, -1)),
        ("secondary_risk.china", (0.1, 0.9), (-1, 0)),
        ("secondary_risk.russia", (0.1, 0.9), (0, -1)),
        ("affinity.north_korea_russia", (0.3, 0.9), (1, 1)),  # Moscow leads, and Beijing bids
        ("affinity.russia_china", (-0.5, 0.5), (0, 0)),
    ],
)
def test_what_moves_willingness_in_every_run(path, values, signs):
    params = drawn(RUNS)
    low, high = (
        alignment.step(lively({path: value}, runs=RUNS), doing(runs=RUNS), params, Still(RUNS)).willingness
        for value in values
    )
    for place, sign in zip((CHINA, RUSSIA), signs, strict=True):
        assert (np.sign(np.round(high - low, 12))[place] == sign).all()


@pytest.mark.parametrize(("bidding", "expected"), [(0.0, (0.0, 0.08)), (0.1, (0.0, 0.06)), (0.6, (0.0, -0.04))])
def test_a_patron_that_lags_bids_less_as_it_catches_up(bidding, expected):
    # Moscow 0.2 warmer: 0.4 x 0.2 more for friendship, bidding x 0.2 less; Beijing, which leads, does not bid
    start = {"affinity.north_korea_china": 0.5, "anchor.north_korea_china": 0.5, **CLOSE}
    cool, warm = (
        after({**start, "affinity.north_korea_russia": size, "anchor.north_korea_russia": size},
              given({"alignment.bidding": bidding})).willingness[:, 0]
        for size in (0.1, 0.3)
    )  # fmt: skip
    assert warm - cool == pytest.approx(expected)


def test_patrons_bid_the_more_the_less_they_are_friends():
    start = {"affinity.north_korea_china": 0.5, "anchor.north_korea_china": 0.5}
    bids = [
        after({**start, "affinity.russia_china": size, "anchor.russia_china": size},
              given({"alignment.bidding": 0.2})).willingness[RUSSIA, 0]
        for size in (1.0, 0.6, 0.2, -0.5)
    ]  # fmt: skip
    # 0.2 x 0.5 by which Beijing leads, times 0 in full friendship, 1 as in 2019, and never more than 2
    assert np.array(bids) - bids[0] == pytest.approx([0, 0.1, 0.2, 0.2])


def test_a_binding_treaty_makes_a_crisis_costlier():
    calm, tense = (after({"crisis": rung}).willingness[:, 0] for rung in (0, 5))
    assert calm - tense == pytest.approx([0.3, 0.3 * 0.4])


def courtship(china, russia, dependence=0.0, **params):
    friends = {f"{array}.north_korea_{name}": size for array in ("affinity", "anchor")
               for name, size in (("china", china), ("russia", russia))}  # fmt: skip
    shares = np.zeros((5, 5, 1))
    shares[PRK, CHN] = dependence
    values = {f"alignment.{name}": size for name, size in params.items()}
    return after({**friends, **CLOSE, "dependence": shares}, params=given(values)).courtship[:, 0]


def test_the_portfolio_by_hand():
    assert courtship(0.4, 0.4) == pytest.approx([0.5, 0.5])
    # 0.4 x (0.65 - 0.45) of room, 1.0 x 0.1 of autonomy, 0.2 x 0.2 of bidding: 0.22; logistic(4 x 0.22) = 0.7068
    assert courtship(0.55, 0.35, dependence=0.1) == pytest.approx([0.2932, 0.7068], abs=1e-4)


def test_pyongyang_turns_to_the_patron_it_depends_on_less():
    for bidding in (0.0, 0.3):
        tilt = [courtship(0.5, 0.5, dependence, bidding=bidding)[RUSSIA] for dependence in (0, 0.1, 0.3)]
        assert np.all(np.diff(tilt) > 0)


def test_equidistance_is_insurance_when_patrons_do_not_bid():
    quiet, rivals = (courtship(0.6, 0.3, bidding=size, support_affinity=0.0)[RUSSIA] for size in (0.0, 0.8))
    assert quiet == pytest.approx(0.5)
    assert rivals > 0.6


# ---- equidistance and triangles -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("china", "russia", "expected"),
    [
        (2790.0, 47.9, 0.034),  # trade of 2019, m USD
        (539.0, 42.7, 0.147),  # trade of 2020
        (5.0, 1.0, 0.333),  # summits of 2018 and 2019
        (0.98, 0.78, 0.886),  # similarity of votes in the General Assembly
        (3.0, 3.0, 1.0),
        (0.0, 4.0, 0.0),
        (0.0, 0.0, 0.0),
    ],
)
def test_evenness_by_hand_and_in_2019(china, russia, expected):
    assert alignment.evenness(first=np.array([china]), second=np.array([russia])) == pytest.approx([expected], abs=1e-3)
    assert alignment.evenness(first=np.array([russia]), second=np.array([china])) == pytest.approx([expected], abs=1e-3)


def test_the_balance_of_2019_by_hand():
    state = world(
        {"contact.china": 5, "contact.russia": 1, "affinity.north_korea_china": 0.55, "affinity.north_korea_russia": 0.40}
    )
    found = alignment.equidistance(state, np.array([[2790 / 12], [47.9 / 12]]))[:, 0]
    # friendship: 0.775 and 0.70, 1 - 0.075 / 1.475 = 0.949; together 0.35 x 0.184 + 0.35 x 0.333 + 0.30 x 0.949
    assert found == pytest.approx([0.0338, 0.3333, 0.9492, 0.0643 + 0.1167 + 0.2847], abs=1e-3)
    assert AXES["balance"] == ("trade", "contact", "affinity", "composite")


def test_trade_with_patrons_is_counted_over_about_a_year():
    state = world({"trade.china": 20, "trade.russia.imports": 6, "trade.others": 99, "patron_trade": 16})
    assert alignment.flows(state)[:, 0] == pytest.approx([40, 6])
    found = alignment.step(state, NOBODY, given(), Still())
    assert found.patron_trade[:, 0] == pytest.approx([18, 16 - 10 / 12])
    assert found.equidistance[TRADE] == pytest.approx([1 - (18 - 15.1667) / 33.1667], abs=1e-4)
    assert state.trade[CHINA, EXPORTS] == state.trade[CHINA, IMPORTS]


@pytest.mark.parametrize(
    ("path", "values", "balance", "sign"),
    [
        ("contact.russia", (0.5, 1.5), CONTACT, 1),
        ("contact.russia", (3, 9), CONTACT, -1),
        ("patron_trade.russia", (1, 9), TRADE, 1),
        ("affinity.north_korea_russia", (-0.3, 0.0), AFFINITY, 1),
        ("affinity.north_korea_united_states", (-0.5, 0.5), COMPOSITE, 0),
    ],
)
def test_what_moves_the_balance_in_every_run(path, values, balance, sign):
    params = drawn(RUNS)
    low, high = (
        alignment.step(lively({path: value}, runs=RUNS), doing(runs=RUNS), params, Still(RUNS)).equidistance
        for value in values
    )
    assert (np.sign(high - low)[balance] == sign).all()
    if sign:
        assert (np.sign(high - low)[COMPOSITE] == sign).all()


def test_seouls_balance_by_hand():
    friends = {"russia_south_korea": 0.1, "north_korea_south_korea": -0.25, "china_south_korea": 0.2,
               "united_states_south_korea": 0.8}  # fmt: skip
    start = {f"{array}.{name}": size for array in ("affinity", "anchor") for name, size in friends.items()}
    # 0.55 and 0.375: 1 - 0.175 / 0.925; 0.6 and 0.9: 1 - 0.3 / 1.5
    assert after(start).seoul_equidistance[:, 0] == pytest.approx([0.8108, 0.8], abs=1e-4)


@pytest.mark.parametrize("signs", list(product((0.3, -0.3), repeat=3)))
def test_dittmers_types(signs):
    """Menage a trois +++ 3, romantic pivot ++- 2, stable marriage +-- 1, unit veto --- 0; in any order of the corners."""
    types = {(0, 3): 3, (1, 2): 2, (2, 1): 1, (3, 0): 0}
    hostile = sum(sign < 0 for sign in signs)
    expected = types[hostile, 3 - hostile]
    first, second, third = (np.array([sign]) for sign in signs)
    assert alignment.triangle_type(first=first, second=second, third=third) == [expected]


@pytest.mark.parametrize(
    ("friends", "expected"),
    [
        (("north_korea_russia", "north_korea_china", "russia_china"), (3, 0)),
        (("north_korea_russia", "north_korea_china"), (2, 0)),
        (("russia_china",), (1, 0)),
        (("north_korea_russia",), (1, 0)),
        (("north_korea_china",), (1, 0)),
        (("china_united_states",), (0, 1)),
        (("united_states_south_korea",), (0, 1)),
        (("china_south_korea", "united_states_south_korea"), (0, 2)),
        (("china_united_states", "china_south_korea", "united_states_south_korea"), (0, 3)),
        (("north_korea_south_korea", "russia_south_korea"), (0, 0)),
    ],
)
def test_triangles_of_north_and_south(friends, expected):
    start = {"affinity": -0.4, "anchor": -0.4}
    start |= {f"{array}.{name}": 0.4 for array in ("affinity", "anchor") for name in friends}
    assert after(start).triangle[:, 0].tolist() == list(expected)


# ---- any world ------------------------------------------------------------------------------------------------


def test_courtship_is_shared_out_in_any_world():
    for _, state in months_of("alignment"):
        assert state.courtship.sum(axis=0) == pytest.approx(1)
        assert state.equidistance[COMPOSITE].max() <= 1
