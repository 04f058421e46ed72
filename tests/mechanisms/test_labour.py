"""Workers abroad: places under the ban, stocks that conserve, wages."""

import numpy as np
import pytest
from small_world import Still, at, doing, lively, median, world

from sim.mechanisms import labour
from sim.state import CHINA, RUSSIA

NOBODY = doing()
RUNS = 2_000


def ones(*values):
    return [np.array([float(value)]) for value in values]


def test_places_under_a_ban():
    capacity, ban, tolerated = np.full(4, 36.0), np.array([0.0, 1.0, 1.0, 0.5]), np.array([0.1, 0.1, 0.0, 0.1])
    # free 36; banned 36 x 0.1 = 3.6; none tolerated 0; half banned 36 x (1 - 0.5 x 0.9) = 19.8
    assert labour.places(capacity=capacity, ban=ban, tolerated=tolerated) == pytest.approx([36, 3.6, 0, 19.8])


@pytest.mark.parametrize(
    ("workers", "wanted", "roads", "expected"),
    [
        (10, 30, 1.0, 10.8),  # 10 + 0.04 x 20
        (10, 30, 0.0, 10.0),  # nobody arrives through a closed border
        (30, 10, 1.0, 28.0),  # 30 - 0.1 x 20
        (30, 10, 0.0, 29.6),  # a fifth leaves all the same: 30 - 0.1 x 0.2 x 20
        (20, 20, 0.5, 20.0),
    ],
)
def test_stocks_by_hand(workers, wanted, roads, expected):
    names = ("workers", "wanted", "roads", "inflow", "outflow", "stranded")
    after = labour.stock_next(**dict(zip(names, ones(workers, wanted, roads, 0.04, 0.1, 0.2), strict=True)))
    assert after == pytest.approx([expected])


def test_stocks_move_toward_places_and_never_past_them():
    luck = np.random.default_rng(1)
    workers, wanted = luck.uniform(0, 80, (2, RUNS))
    inflow, outflow, roads, stranded = luck.random((4, RUNS))
    after = labour.stock_next(workers=workers, wanted=wanted, inflow=inflow, outflow=outflow, roads=roads, stranded=stranded)
    assert (np.abs(after - wanted) <= np.abs(workers - wanted) + 1e-12).all()
    assert ((after - wanted) * (workers - wanted) >= -1e-12).all()


def test_income_by_hand():
    # 33 thousand x 415 USD x 0.7 = 9.5865 m USD a month, 115 m USD a year: the lower known figure for Russia
    assert 12 * labour.income(workers=np.array([33.0]), wage=np.array([415.0]), share=0.7) == pytest.approx(
        [115.04], abs=0.01
    )


def test_russia_loses_two_thirds_of_its_workers_in_the_first_year_of_the_ban():
    state = world({"tier": 6, "workers.russia": 34, "tolerance": 0.03})
    for _ in range(12):
        state = labour.step(state, NOBODY, median({"labour.tolerated_share": 0.03}), Still())
    assert 9 < state.workers[RUSSIA, 0] < 14  # 11 thousand in December 2018


def test_workers_are_conserved():
    """A stock changes by those who come, those who go, those sent and those expelled, and by nobody else."""
    moves = doing("north_korea.labour_dispatch", "russia.strict_enforcement")
    state, params = lively({"workers.russia": 30, "tolerance.russia": 0.2}), median()
    after = labour.step(state, moves, params, Still())
    name = {
        key: params[f"labour.{key}"]
        for key in ("capacity_russia", "outflow", "stranded", "dispatch", "expulsion", "tolerance_step")
    }
    tolerance = 0.2 + params["labour.tolerance_return"] * (params["labour.tolerated_share"] - 0.2) - name["tolerance_step"]
    roads = 0.6  # openness of the lively world in both directions
    gone = name["outflow"] * (name["stranded"] + (1 - name["stranded"]) * roads) * (30 - name["capacity_russia"] * tolerance)
    expelled = name["expulsion"] * (30 - gone)
    sent = name["dispatch"] * roads * (1 - 30 / name["capacity_russia"])
    assert after.workers[RUSSIA] == pytest.approx(30 - gone - expelled + sent)
    assert after.tolerance[RUSSIA] == pytest.approx(tolerance)


def test_money_follows_the_stock():
    after = labour.step(lively(), NOBODY, median(), Still())
    params = median()
    assert after.remittances == pytest.approx(after.workers * params["labour.wage"] * params["labour.take"] / 1000)
    assert after.host_gain == pytest.approx(after.workers * params["labour.host_saving"] / 1000)


@pytest.mark.parametrize(
    ("path", "values", "array", "sign"),
    [
        ("tier", (4, 6), "workers.russia", -1),
        ("tier", (4, 6), "workers.china", -1),
        ("lifted.labour", (0, 1), "workers.china", 1),
        ("tolerance.china", (0.0, 0.6), "workers.china", 1),
        ("tolerance.china", (0.0, 0.6), "workers.russia", 0),
        ("openness.russia", (0.0, 1.0), "workers.russia", -1),  # more than the ban leaves: an open border lets them go home
        ("openness.china", (0.0, 1.0), "workers.china", 1),  # fewer than China tolerates: an open border brings more
        ("workers.russia", (5, 15), "remittances.russia", 1),
        ("workers.russia", (5, 15), "host_gain.russia", 1),
    ],
)
def test_direction(path, values, array, sign):
    low, high = (at(labour.step(lively({path: value}), NOBODY, median(), Still()), array)[0] for value in values)
    assert np.sign(high - low) == sign


def test_without_a_ban_an_open_border_brings_workers():
    low, high = (labour.step(lively({"tier": 1, "openness": share}), NOBODY, median(), Still()).workers for share in (0, 1))
    assert (high > low).all()


def test_a_route_to_russia_stays_open_behind_a_closed_border():
    start = lively({"tier": 1, "openness": 0})
    shut, route = (labour.step(start, NOBODY, median({"labour.route_russia": share}), Still()).workers for share in (0, 1))
    assert shut == pytest.approx(start.workers)
    assert route[RUSSIA] > shut[RUSSIA]
    assert route[CHINA] == shut[CHINA]


def test_tolerance_returns_to_what_is_usual():
    state, params = lively({"tolerance": 0.9}), median()
    for _ in range(120):
        state = labour.step(state, NOBODY, params, Still())
    assert state.tolerance[CHINA] == pytest.approx(params["labour.tolerated_share_china"], abs=1e-4)
    assert state.tolerance[RUSSIA] == pytest.approx(params["labour.tolerated_share"], abs=1e-4)


def test_nobody_is_expelled_where_workers_are_lawful():
    after = [
        labour.step(lively({"tier": 1}), moves, median(), Still()).workers
        for moves in (NOBODY, doing("russia.strict_enforcement"))
    ]
    assert after[1][RUSSIA] == pytest.approx(after[0][RUSSIA])
