"""Shocks: pandemic, harvest, oil price, war elsewhere, demand."""

import numpy as np
import pytest
from small_world import Still, doing, lively, median, world

from sim.chance import Chance
from sim.mechanisms import shocks
from sim.state import Month

NOBODY = doing()
RUNS = 4_000


def arrays(**values):
    return {name: np.array([float(value)]) for name, value in values.items()}


@pytest.mark.parametrize(
    ("epidemic", "age", "wave", "expected"),
    [
        (0.9, 5, 0.0, 0.9),  # before the turn nothing declines
        (0.5, 5, 0.2, 0.6),  # 0.5 + 0.2 x 0.5
        (0.5, 20, 0.0, 0.47),  # 0.5 x 0.94
        (0.04, 5, 0.0, 0.04),  # low, but not yet declining
        (0.04, 20, 0.0, 0.0),  # declining and below 0.05: over
        (1.0, 5, 0.3, 1.0),
    ],
)
def test_perceived_risk_by_hand(epidemic, age, wave, expected):
    found = shocks.perceived_risk(**arrays(epidemic=epidemic, age=age, turn=18, decline=0.94, wave=wave, extinction=0.05))
    assert found == pytest.approx([expected])


@pytest.mark.parametrize(
    ("normal", "flood", "gap", "expected"),
    [(0, 0, 0, 0), (1, 0, 0, 7), (-1, 0, 0, -9.1), (0, 5, 0, -5), (0, 0, 0.5, -10)],
)
def test_harvest_by_hand(normal, flood, gap, expected):
    # spread 7, bad harvests 1.3 times as far: -1 x 7 x 1.3 = -9.1; half the inputs missing at 0.2: -100 x 0.2 x 0.5 = -10
    found = shocks.harvest_deviation(
        **arrays(normal=normal, sd=7, left_tail=1.3, flood=flood, input_gap=gap, yield_loss=0.2)
    )
    assert found == pytest.approx([expected])


def test_no_harvest_leaves_its_range_in_the_wildest_luck():
    ends = [
        shocks.step(world(date="2020-10"), NOBODY, median(), Still(normal=normal)).harvest[0] for normal in (-40.0, 40.0)
    ]
    assert ends == [-60, 40]


def test_oil_price_by_hand():
    # log 40 + 0.05 (log 60 - log 40) = 3.68888 + 0.05 x 0.40547 = 3.70915: 40.819; at the mean it stays
    found = shocks.oil_price_next(
        price=np.array([40.0, 60.0]), mean=np.full(2, 60.0), reversion=np.full(2, 0.05), change=np.zeros(2)
    )
    assert found == pytest.approx([40.819, 60.0], abs=1e-3)


def test_luck_moves_oil_and_demand_by_hand():
    params, start = median(), world({"oil_price": 60, "demand": 0.1})
    after = shocks.step(start, NOBODY, params, Still(normal=1.0))
    pulled = params["oil.reversion"] * np.log(params["oil.mean"] / 60)
    assert np.log(after.oil_price / 60) == pytest.approx(pulled + params["oil.sd"])
    assert after.demand == pytest.approx(0.1 * params["demand.persistence"] + params["demand.sd"] + np.zeros((2, 1)))
    for sign in (-1.0, 1.0):
        jump = Still(at={"shocks/oil_jump": 0.0, "shocks/oil_jump_sign": sign})
        jumped = shocks.step(start, NOBODY, params, jump).oil_price
        assert np.log(jumped / 60) == pytest.approx(pulled + sign * params["oil.jump_size"])


def test_the_oil_price_forgets_half_of_a_shock_in_one_to_two_years():
    def left(months, reversion):
        price = np.array([120.0])
        for _ in range(months):
            price = shocks.oil_price_next(
                price=price, mean=np.array([60.0]), reversion=np.array([reversion]), change=np.zeros(1)
            )
        return np.log(price[0] / 60) / np.log(2)

    assert left(12, 0.056) == pytest.approx(0.5, abs=0.01)
    assert left(23, 0.03) == pytest.approx(0.5, abs=0.01)


def path(state, months, start="2020-01", params=None, runs=RUNS, seed=1):
    """The worlds of some months in which only shocks happen."""
    chance, found = Chance(seed, 0, runs), []
    for month in range(months):
        date = Month.parse(start) + month
        state = shocks.step(state.at(date), NOBODY, params or median(runs=runs), chance.month(date))
        found.append(state)
    return found


def test_without_a_pandemic_there_is_no_epidemic():
    for state in path(world(runs=RUNS), 24):
        assert not state.epidemic.any()
        assert not state.pandemic_age.any()


def test_a_pandemic_ages_declines_and_ends_for_good():
    months = path(world({"epidemic": 0.9, "pandemic_age": 1}, runs=RUNS), 120)
    assert months[5].pandemic_age == pytest.approx(np.full(RUNS, 7.0))
    # the turn comes at 18 months; waves may only raise the risk until then
    assert (months[15].epidemic >= 0.9).all()
    assert months[40].epidemic.mean() < 0.6
    ended = months[80].epidemic == 0
    assert 0.05 < ended.mean() < 1
    assert not months[-1].epidemic[ended].any()
    assert not months[-1].pandemic_age[ended].any()


def test_the_harvest_changes_in_october_alone():
    months = path(world({"harvest": -3}, runs=RUNS), 12)
    for state in months[:9]:
        assert (state.harvest == -3).all()
    assert (months[9].harvest != -3).all()
    assert (months[11].harvest == months[9].harvest).all()


def test_harvests_are_worse_than_they_are_good():
    harvest = path(world(runs=RUNS), 10)[-1].harvest
    assert harvest.mean() < -0.5
    assert np.quantile(harvest, 0.05) < -np.quantile(harvest, 0.95)
    assert 6 < harvest.std() < 12


def test_missing_farm_inputs_cost_harvest():
    full, half = (
        shocks.step(world(date="2020-10", fertiliser=share), NOBODY, median(), Still()).harvest for share in (1.0, 0.5)
    )
    assert full - half == pytest.approx(50 * median()["harvest.fertiliser"])
    assert (
        shocks.step(world(date="2020-10", fertiliser=2.0), NOBODY, median(), Still()).harvest == full
    )  # more than enough adds nothing


def test_a_flood_costs_harvest():
    flooded, spared = (
        shocks.step(world(date="2020-10"), NOBODY, median(), Still(at={"shocks/flood": luck})).harvest for luck in (0.1, 0.9)
    )
    assert spared - flooded == pytest.approx(median()["harvest.flood_loss"])


def test_oil_stays_in_a_band_about_its_mean():
    price = path(world(oil_price=60, runs=RUNS), 120)[-1].oil_price
    assert np.median(price) == pytest.approx(60, rel=0.05)
    assert 0.2 < np.log(price).std() < 0.5
    assert (price.min() >= 5) & (price.max() <= 250)


def test_demand_is_a_stationary_shock_of_the_stated_spread():
    demand = path(world(runs=RUNS), 60)[-1].demand
    # 0.025 / sqrt(1 - 0.9^2) = 0.0574
    assert demand.std(axis=1) == pytest.approx([0.0574, 0.0574], rel=0.05)
    assert demand.mean(axis=1) == pytest.approx([0, 0], abs=0.004)
    assert abs(np.corrcoef(demand)[0, 1]) < 0.06


def test_a_war_elsewhere_lasts_its_time_and_begins_as_often_as_said():
    months = path(world(runs=RUNS), 12)
    begun = (months[0].war_elsewhere > 0).mean()
    assert begun == pytest.approx(0.015, abs=0.006)
    counts = [state.war_elsewhere[months[0].war_elsewhere > 0] for state in months[:7]]
    for month, left in enumerate(counts):
        assert (left == 6 - month).all()


def test_direction_of_epidemic_by_waves():
    wave, calm = (
        shocks.step(lively(), NOBODY, median(), Still(at={"shocks/pandemic_wave": luck})).epidemic for luck in (0.01, 0.5)
    )
    assert wave > calm
