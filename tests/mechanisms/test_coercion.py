"""Requests to Seoul, coercion by sector, and Seoul's counter-lever."""

import numpy as np
import pytest
from small_world import Still, changed, doing, drawn, lively, median, world
from varied_world import busy, check_ranges, varied

from sim.mechanisms import coercion
from sim.parameters import PARAMETERS
from sim.parameters.political_tables import OUTPUT, SECTORS
from sim.state import AXES, CHINA, CHN, KOR, RUS, RUSSIA, total

NOBODY = doing()
RUNS = 500
TOURISM, CONSUMER_GOODS, CONTENT, GOODS = range(4)
SET = {
    "coercion.step": 0.4, "coercion.memory": 0.9, "coercion.bite": 0.5, "coercion.eased": 0.06, "coercion.half": 0.01,
    "coercion.counter_step": 0.5, "coercion.counter_memory": 0.8, "coercion.hedge_step": 0.02,
    "coercion.hedge_memory": 0.99, "coercion.deployment": 0.8, "coercion.refusal": 0.2, "coercion.aligned": 0.15,
    "coercion.soothed": 0.4, "coercion.grievance_memory": 0.9,
}  # fmt: skip
DEPLOYED = "united_states.missile_deployment"
COERCED = "china.coerce_seoul"


def given(values=None, runs=1):
    return median({**SET, **(values or {})}, runs)


def after(values, *names, params=None):
    return coercion.step(world(values), doing(*names), params or given(), Still())


def losses(pressure=1.0, bite=1.0, hedge=0.0):
    return coercion.loss_by_sector(coercion=np.array([pressure]), bite=np.array([bite]), hedge=np.array([hedge]))[:, 0]


# ---- equations by hand ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "pressed", "eased", "expected"),
    [(1.0, 0.4, 0.06, 1.24), (1.0, 0.0, 0.0, 0.9), (0.0, 0.4, 0.0, 0.4), (3.0, 0.5, 0.0, 3.0), (0.05, 0.0, 0.06, 0.0)],
)
def test_pressure_by_hand(before, pressed, eased, expected):
    found = coercion.coercion_next(
        coercion=np.array([before]), memory=np.array([0.9]), pressed=np.array([pressed]), eased=np.array([eased])
    )
    assert found == pytest.approx([expected])


def test_loss_by_sector_by_hand():
    # size x exposed x 0.5 x 2 x (1 - 0.2): 1.00 x 0.60 x 0.8; 0.35 x 0.35 x 0.8; 0.10 x 0.50 x 0.8; 8.00 x 0.01 x 0.8
    assert losses(pressure=2, bite=0.5, hedge=0.2) == pytest.approx([0.48, 0.098, 0.04, 0.064])
    assert losses(pressure=0).max() == 0
    assert losses(hedge=1).max() == 0


def test_what_pressure_costs_beijing_by_hand():
    found = coercion.cost_to_sender(losses=np.array([[0.5], [0.1], [0.2], [0.0]]))
    # 0.5 x 0.12 + 0.1 x 0.20 + 0.2 x 0.05 = 0.09 of Seoul's output, which is 1.65 / 14.3 of Beijing's
    assert found == pytest.approx([0.09 * 1.65 / 14.3])
    assert OUTPUT.values[0, [CHN, KOR]] == pytest.approx([14.3, 1.65])


@pytest.mark.parametrize(("dependence", "expected"), [(0.0, 0.0), (0.01, 0.5), (0.03, 0.75), (1.0, 1 / 1.01)])
def test_strength_of_a_lever_by_hand(dependence, expected):
    assert coercion.strength(dependence=np.array([dependence]), half=np.array([0.01])) == pytest.approx([expected])


# ---- the record of 2017 ---------------------------------------------------------------------------------------


def test_most_of_the_loss_is_in_tourism_and_consumer_goods():
    # 7.1 of 8.5 tn won in tourism, and little change in goods trade (2017); whatever the pressure
    for pressure in (0.3, 1, 3):
        shares = losses(pressure) / losses(pressure).sum()
        assert shares[[TOURISM, CONSUMER_GOODS]].sum() >= 0.7
        assert shares[TOURISM] == max(shares)
        assert shares[GOODS] < 0.2
    assert AXES["sector"][GOODS] == "goods"
    assert SECTORS.values[GOODS, 0] == max(SECTORS.values[:, 0])  # the largest of them, and the safest


def test_pressure_costs_seoul_about_fifty_times_what_it_costs_beijing():
    # 0.5% against 0.01% of output (HRI 2017); nobody has put that ratio in
    for pressure, bite, hedge in ((1, 1, 0), (0.4, 0.7, 0), (2, 1.3, 0.3)):
        lost = losses(pressure, bite, hedge)
        assert 35 < lost.sum() / coercion.cost_to_sender(losses=lost[:, None])[0] < 65


def test_turning_away_goods_would_cost_beijing_as_much_as_seoul():
    tourists, goods = (coercion.cost_to_sender(losses=np.eye(4)[:, [sector]])[0] for sector in (TOURISM, GOODS))
    assert goods == pytest.approx(1.65 / 14.3)
    assert tourists < goods / 5


def test_pressure_is_halved_in_half_a_year_to_nine_months():
    state, params = world(coercion=2), given({"coercion.memory": 0.91})
    course = []
    for _ in range(12):
        state = coercion.step(state, NOBODY, params, Still())
        course.append(state.coercion[0])
    assert course == pytest.approx(2 * 0.91 ** np.arange(1, 13))
    assert course[5] > 1 > course[8]


def test_no_prior_lets_pressure_vanish_within_a_season_or_last_a_year():
    # six to nine months from March 2017 on, of which new measures may have filled a few
    memory = drawn(2_000)["coercion.memory"]
    months = np.log(0.5) / np.log(memory)
    assert months.min() > 5
    assert months.max() < 9


def test_moscow_has_no_such_lever():
    russian = [name for name in NOBODY.names if name.startswith("russia.")]
    state = coercion.step(lively(), doing(*russian), given(), Still())
    assert state.coercion == coercion.step(lively(), NOBODY, given(), Still()).coercion
    assert not any(name.startswith("coercion.") and "russia" in name for name in PARAMETERS)


# ---- requests and their answers -------------------------------------------------------------------------------


def test_a_request_waits_a_month_for_its_answer():
    asked = after({}, "china.inducement_to_seoul")
    assert asked.request[:, 0].tolist() == [1, 0]
    assert not asked.accepted.any()
    assert not asked.refused.any()
    accepted, refused = (
        coercion.step(asked, doing(*names), given(), Still()) for names in (("south_korea.accept_request",), ())
    )
    assert (accepted.accepted[:, 0].tolist(), accepted.refused[:, 0].tolist()) == ([1, 0], [0, 0])
    assert (refused.accepted[:, 0].tolist(), refused.refused[:, 0].tolist()) == ([0, 0], [1, 0])
    for state in (accepted, refused):
        assert not state.request.any()
        later = coercion.step(state, NOBODY, given(), Still())
        assert not later.accepted.any()
        assert not later.refused.any()


def test_consent_without_a_request_is_nothing():
    state = after({"coercion": 1, "grievance": 0.5}, "south_korea.accept_request")
    assert not state.accepted.any()
    assert state.coercion == pytest.approx([0.9])
    assert state.grievance == pytest.approx([0.45])


def test_beijing_asks_by_pressure_or_by_inducement_and_moscow_by_inducement():
    for names, expected in (
        ((COERCED,), [2, 0]),  # pressed
        (("china.inducement_to_seoul",), [1, 0]),
        (("russia.inducement_to_seoul",), [0, 1]),
        ((COERCED, "russia.inducement_to_seoul"), [2, 1]),
        ((), [0, 0]),
    ):
        assert after({"request": 1}, *names).request[:, 0].tolist() == expected


def test_who_coerces_is_not_offended_by_a_refusal():
    asked, pressed = (after({"request.china": kind}).grievance[0] for kind in (1, 2))
    assert asked > pressed == 0


def test_a_sector_cannot_lose_more_than_what_is_exposed():
    assert after({"coercion": 3.0}).sector_loss[:, 0] == pytest.approx(coercion.SIZE[:, 0] * coercion.EXPOSED[:, 0])


# ---- pressure, easing, hedging, the counter-lever -------------------------------------------------------------


def test_a_month_of_pressure_by_hand():
    state = after({"coercion": 0.5, "hedge": 0.1, "counter": 0.5}, COERCED)
    # the lever in Beijing is 0.4 after a month: 0.45 + 0.4 x 0.6 = 0.69; 0.99 x 0.1 = 0.099 is hedged
    assert state.counter[:, 0] == pytest.approx([0.4, 0.4])
    assert state.coercion == pytest.approx([0.69])
    assert state.hedge == pytest.approx([0.099])
    assert state.sector_loss[:, 0] == pytest.approx(losses(0.69, 0.5, 0.099))
    assert state.sender_loss == pytest.approx(coercion.cost_to_sender(losses=state.sector_loss))


@pytest.mark.parametrize(
    "names",
    [
        ("china.inducement_to_seoul",),
        ("south_korea.outreach_to_beijing",),
        ("south_korea.accept_request",),
        ("china.inducement_to_seoul", "south_korea.outreach_to_beijing", "south_korea.accept_request"),
    ],
)
def test_pressure_is_eased_once_a_month_whatever_the_occasion(names):
    assert after({"coercion": 1, "request": 1}, *names).coercion == pytest.approx([0.9 - 0.06])


def test_consent_to_moscow_eases_nothing_in_beijing():
    state = after({"coercion": 1, "grievance": 0.5, "request.russia": 1}, "south_korea.accept_request")
    assert state.accepted[:, 0].tolist() == [0, 1]
    assert state.coercion == pytest.approx([0.9])
    assert state.grievance == pytest.approx([0.45])


def test_the_counter_lever_by_hand():
    trade = np.zeros((5, 5, 1))
    trade[CHN, KOR], trade[RUS, KOR] = 0.01, 0.03  # credible by 1/2 and by 3/4
    state = after({"dependence": trade, "counter": 0.5}, "south_korea.make_trade_conditional")
    # 0.8 x 0.5 = 0.4 is kept; of the other 0.6, 0.5 x 1/2 and 0.5 x 3/4 are won
    assert state.counter[:, 0] == pytest.approx([0.4 + 0.6 * 0.25, 0.4 + 0.6 * 0.375])


def test_the_lever_rests_on_their_dependence_and_not_on_seouls():
    trade = np.zeros((5, 5, 1))
    trade[KOR] = 0.5
    state = after({"dependence": trade}, "south_korea.make_trade_conditional")
    assert not state.counter.any()


def test_a_full_lever_leaves_beijing_no_pressure():
    state = after({"counter.china": 1}, COERCED, params=given({"coercion.counter_memory": 1}))
    assert state.coercion == 0
    other = after({"counter.russia": 1}, COERCED, params=given({"coercion.counter_memory": 1}))
    assert other.coercion == pytest.approx([0.4])


def test_diversifying_sheds_exposure_and_stays_a_share():
    state = world(coercion=1)
    shed = []
    for _ in range(200):
        state = coercion.step(state.replace(coercion=np.ones(1)), doing("south_korea.diversify"), given(), Still())
        shed.append(state.hedge[0])
    assert shed[:2] == pytest.approx([0.02, 0.0398])
    assert (np.diff(shed) >= 0).all()
    assert shed[-1] == 1
    assert total(state.sector_loss) < 1e-12


@pytest.mark.parametrize(
    ("values", "names", "expected"),
    [
        ({}, (), 0.45),  # 0.9 x 0.5
        ({}, (DEPLOYED,), 0.45 + 0.8 * 0.55),
        ({}, ("south_korea.align_with_washington",), 0.45 + 0.15 * 0.55),
        ({}, (DEPLOYED, "south_korea.align_with_washington"), 0.45 + 0.8 * 0.55),  # the gravest counts
        ({"request.china": 1}, (), 0.45 + 0.2 * 0.55),  # refused
        ({"request.russia": 1}, (), 0.45),  # Moscow's affair
        ({"request.china": 1}, ("south_korea.accept_request",), 0.45 * 0.6),
        ({}, ("south_korea.outreach_to_beijing",), 0.45 * 0.6),
        ({}, (DEPLOYED, "south_korea.outreach_to_beijing"), (0.45 + 0.8 * 0.55) * 0.6),
    ],
)
def test_grievance_by_hand(values, names, expected):
    assert after({"grievance": 0.5, **values}, *names).grievance == pytest.approx([expected])


# ---- any world ------------------------------------------------------------------------------------------------


def test_arrays_stay_legal_in_any_world():
    check_ranges("coercion")


def test_a_request_is_answered_once_and_one_way_in_any_world():
    before = varied(RUNS, 3)
    state = coercion.step(before, busy(RUNS, 3), drawn(RUNS), Still(RUNS))
    assert (state.accepted + state.refused == (before.request > 0)).all()


@pytest.mark.parametrize(
    ("name", "low", "high", "array", "sign"),
    [
        ("counter", 0.1, 0.8, "coercion", -1),
        ("hedge", 0.0, 0.5, "sector_loss", -1),
        ("hedge", 0.0, 0.5, "sender_loss", -1),
        ("coercion", 0.0, 0.3, "sector_loss", 1),
        ("coercion", 0.0, 0.3, "sender_loss", 1),
        ("grievance", 0.2, 0.8, "grievance", 1),
        ("grievance", 0.2, 0.8, "coercion", 0),  # it moves Beijing's choice, and nothing by itself
    ],
)
def test_direction_in_every_run(name, low, high, array, sign):
    params, moves = drawn(RUNS), doing(COERCED, runs=RUNS)
    less, more = (
        total(coercion.step(changed(lively(runs=RUNS), {name: value}), moves, params, Still(RUNS))[array].reshape(-1, RUNS))
        for value in (low, high)
    )
    assert (np.sign(more - less) == sign).all()


def test_places_on_the_axis_are_as_the_mechanism_takes_them():
    assert [AXES["neighbour"].index(name) for name in coercion.NATION] == [CHINA, RUSSIA]
    assert AXES["sector"] == ("tourism", "consumer_goods", "content", "goods")
