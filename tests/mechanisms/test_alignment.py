"""Alignment: affinity of the ten pairs, moved by conduct and by occasions, drawn back to an anchor."""

import numpy as np
import pytest
from small_world import Still, changed, doing, drawn, lively, median, world
from varied_world import check_ranges

from sim.actions import Moves
from sim.mechanisms import alignment
from sim.nations import CHARACTERS
from sim.parameters.political_tables import ANCHORS, INTERIM_RELIEF
from sim.state import AXES, CHN, DYAD, KOR, NATIONS, PAIRS, PRK, RUS, USA

NOBODY = doing()
RUNS = 500
SET = {
    "alignment.kept": 0.97, "alignment.gain": 0.05, "alignment.noise": 0.01, "alignment.anchor_drift": 0.005,
    "alignment.usual_speed": 0.01, "alignment.meeting": 0.8, "alignment.pledge": 0.5, "alignment.cooperation": 0.6,
    "alignment.rupture": 0.7, "alignment.answer": 0.4, "finance.pledge": 0,
}  # fmt: skip


def given(values=None, runs=1):
    return median({**SET, **(values or {})}, runs)


def conduct(**toward):
    """Moves of a month with some conduct; ``north_korea__china=0.5``."""
    array = np.zeros_like(NOBODY.conduct)
    for pair, size in toward.items():
        own, other = pair.split("__")
        array[NATIONS.index(own), NATIONS.index(other)] = size
    return Moves(NOBODY.names, NOBODY.chosen, NOBODY.offered, array)


def after(values=None, moves=NOBODY, params=None, luck=None):
    return alignment.step(world(values), moves, params or given(), luck or Still())


# ---- affinity -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("affinity", "conduct_", "noise", "expected"),
    [
        (0.5, 0.0, 0.0, 0.497),  # 0.4 + 0.97 x 0.1
        (0.4, 0.0, 0.0, 0.4),
        (0.5, 1.0, 0.0, 0.497 + 0.05 * 0.9),  # good conduct moves a good friend less
        (0.5, -1.0, 0.0, 0.497 - 0.05 * 1.1),  # and an insult more
        (0.2, 1.0, 0.0, 0.206 + 0.05 * 1.2),
        (0.2, -2.0, 0.0, 0.206 - 0.10 * 0.8),
        (0.5, 0.0, -0.02, 0.477),
        (1.0, 9.0, 0.5, 1.0),
        (-1.0, -9.0, -0.5, -1.0),
    ],
)
def test_affinity_by_hand(affinity, conduct_, noise, expected):
    values = {"affinity": affinity, "anchor": 0.4, "kept": 0.97, "gain": 0.05, "conduct": conduct_, "noise": noise}
    found = alignment.affinity_next(**{name: np.array([value]) for name, value in values.items()})
    assert found == pytest.approx([expected])


def test_half_of_a_departure_is_gone_in_17_to_46_months():
    kept = drawn(2_000)["alignment.kept"]
    months = np.log(0.5) / np.log(kept)
    assert (months.min(), months.max()) == pytest.approx((17, 46), abs=1)
    state, params = world({"affinity": 0.8, "anchor": 0.2}), given({"alignment.anchor_drift": 0})
    for _ in range(23):
        state = alignment.step(state, NOBODY, params, Still())
    assert state.affinity == pytest.approx(np.full((10, 1), 0.5), abs=0.003)  # 0.97^23 = 0.496


def test_a_summit_with_an_agreement_moves_affinity_by_three_to_six_hundredths():
    # conduct of about one on both sides, from where two stand by their nature
    params = drawn(RUNS)
    base = world(runs=RUNS)
    moves = Moves(NOBODY.names, np.zeros((len(NOBODY.names), RUNS)), NOBODY.offered, np.ones((5, 5, RUNS)))
    moved = alignment.step(base, moves, params, Still(RUNS)).affinity
    assert ((moved >= 0.03) & (moved <= 0.06)).all()


def test_only_the_pair_that_acts_is_moved_and_by_the_mean_of_both():
    both = after(moves=conduct(north_korea__china=0.6, china__north_korea=0.2)).affinity
    one_side = after(moves=conduct(china__north_korea=0.8)).affinity
    assert both[DYAD[PRK, CHN]] == pytest.approx([0.05 * 0.4])
    assert both == pytest.approx(one_side)
    assert np.count_nonzero(both) == 1


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{NATIONS[pair[0]]}-{NATIONS[pair[1]]}")
def test_every_pair_has_its_place(pair):
    first, second = (NATIONS[own] for own in pair)
    moved = after(moves=conduct(**{f"{first}__{second}": -1.0})).affinity[:, 0]
    assert [AXES["dyad"][place] for place in np.flatnonzero(moved)] == [f"{first}_{second}"]
    assert moved.min() == pytest.approx(-0.025)


def test_what_is_usual_is_no_news_and_its_end_is():
    usual = {"usual_conduct.china.north_korea": 0.5}
    assert not after(usual, conduct(china__north_korea=0.5)).affinity.any()
    assert after(usual).affinity[DYAD[PRK, CHN]] == pytest.approx([-0.0125])


def test_conduct_becomes_usual_over_years():
    state = world()
    for _ in range(100):
        state = alignment.step(state, conduct(china__north_korea=1.0), given(), Still())
    assert state.usual_conduct[CHN, PRK] == pytest.approx([1 - 0.99**100])
    assert np.count_nonzero(state.usual_conduct) == 1


@pytest.mark.parametrize("name", [line.name for line in CHARACTERS["china"].menu if "north_korea" in line.tone])
def test_a_move_counts_by_its_weight_on_the_goldstein_scale(name):
    tone = next(line.tone for line in CHARACTERS["china"].menu if line.name == name)
    found = after(moves=conduct(**{f"china__{other}": size for other, size in tone.items()})).affinity
    for other, size in tone.items():
        assert -1 <= size <= 1  # the scale runs from -10 to 10, and is divided by ten
        assert found[DYAD[CHN, NATIONS.index(other)]] == pytest.approx([0.05 * size / 2])
    assert np.count_nonzero(found) == len(tone)


def test_anchors_drift_slowly_to_where_affinity_is():
    state = after({"affinity": 0.6, "anchor": 0.2})
    assert state.anchor == pytest.approx(0.2 + 0.005 * (state.affinity - 0.2))
    assert (np.abs(ANCHORS.values) <= 1).all()


def test_noise_is_drawn_for_each_pair():
    luck = Still(at={"alignment/russia_china": 2.0})
    found = after(luck=luck).affinity
    assert found[DYAD[RUS, CHN]] == pytest.approx([0.02])
    assert np.count_nonzero(found) == 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"meeting.russia": 1}, {(PRK, RUS): 0.8}),
        ({"meeting.china": 1}, {(PRK, CHN): 0.8}),
        ({"meeting.south_korea": 1}, {(PRK, KOR): 0.8}),
        ({"setback": 2}, {(PRK, KOR): -0.7}),
        ({"summit": 1}, {(PRK, USA): 0.8}),
        ({"summit": 1, "agreed": 1}, {(PRK, USA): 1.6}),
        ({"summit": 1, "failed_summit": 1}, {(PRK, USA): 0.1}),
        ({"collapse_cause": 3}, {(PRK, USA): -0.7}),
        ({"collapse_cause": 3, "failed_summit": 1}, {(PRK, USA): -0.7}),
        ({"cooperation": 1}, {(PRK, RUS): 0.6, (PRK, CHN): -0.3}),
        ({"accepted.russia": 1}, {(RUS, KOR): 0.4}),
        ({"refused.china": 1}, {(CHN, KOR): -0.4}),
    ],
)
def test_occasions_by_hand(values, expected):
    found = after(values).affinity
    wanted = np.zeros((10, 1))
    for pair, size in expected.items():
        wanted[DYAD[pair]] = 0.05 * size
    assert found == pytest.approx(wanted)


def test_a_pledge_made_good_warms_to_both_patrons():
    whole = {"relief_value.interim": INTERIM_RELIEF}
    found = after(whole, params=given({"finance.pledge": 0.5, "finance.pledge_china": 0.8})).affinity
    assert found[[DYAD[PRK, CHN], DYAD[PRK, RUS]], 0] == pytest.approx([0.01, 0.0025])  # 0.05 x 0.5 x 0.5 x 0.8, x 0.2
    assert np.count_nonzero(found) == 2


# ---- any world ------------------------------------------------------------------------------------------------


def test_arrays_stay_legal_in_any_world():
    check_ranges("alignment")


@pytest.mark.parametrize("start", [-1.0, -0.3, 0.0, 0.7, 1.0])
def test_better_conduct_never_lowers_affinity(start):
    params = drawn(RUNS)
    state = changed(lively(runs=RUNS), {"affinity": start})
    found = []
    for size in (-2.0, -0.5, 0.0, 0.5, 2.0):
        moves = doing(runs=RUNS)
        moves.conduct[:] = size
        found.append(alignment.step(state, moves, params, Still(RUNS)).affinity)
    assert (np.diff(np.stack(found), axis=0) >= 0).all()
