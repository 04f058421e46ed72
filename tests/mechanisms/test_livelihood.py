"""Output, food and hardship: the regression on known years, food cover month by month."""

import numpy as np
import pytest
from small_world import Still, at, doing, drawn, live, lively, median, world

from sim.chance import Chance
from sim.mechanisms import livelihood
from sim.parameters.tables import IMPORT_SEASON, IMPORTS_2016
from sim.state import AXES, Month

NOBODY = doing()
FOOD = AXES["import_group"].index("food")
OUTPUT = 29_000.0  # m USD a year


def growth(exports, imports, harvest=0.0, noise=0.0):
    """Growth after changes of exports and imports in m USD a year."""
    changes = {"exports_change": 100 * exports / OUTPUT, "imports_change": 100 * imports / OUTPUT}
    slopes = {"trend": 0.40, "by_exports": 0.71, "by_imports": 0.43, "by_harvest": 0.20}
    values = {**changes, **slopes, "harvest": harvest, "noise": noise}
    return livelihood.growth_rate(**{name: np.array([value]) for name, value in values.items()})[0]


def test_growth_at_unchanged_trade_is_the_trend():
    assert growth(0, 0) == pytest.approx(0.40)
    assert growth(0, 0, harvest=-10) == pytest.approx(0.40 - 2.0)
    assert growth(0, 0, noise=1.5) == pytest.approx(0.40 + 1.5)


@pytest.mark.parametrize(
    ("exports", "imports", "expected", "bank_of_korea"),
    [
        # 2018: exports 1,770 to 243, imports 3,780 to 2,602: -5.266 and -4.062% of output;
        # 0.40 - 0.71 x 5.266 - 0.43 x 4.062 = 0.40 - 3.739 - 1.747 = -5.085
        (-1527, -1178, -5.085, -4.1),
        # 2020: exports 278 to 89, imports 2,967 to 774: -0.652 and -7.562%; 0.40 - 0.463 - 3.252 = -3.314
        (-189, -2193, -3.314, -4.5),
    ],
)
def test_growth_of_known_years(exports, imports, expected, bank_of_korea):
    assert growth(exports, imports) == pytest.approx(expected, abs=0.002)
    assert abs(expected - bank_of_korea) < 1.6  # residual standard deviation of the regression


def test_the_step_compares_with_the_same_month_a_year_ago():
    params = median({"growth.output": OUTPUT, "growth.exports": 0.71, "growth.imports": 0.43, "growth.harvest": 0.2})
    lags = np.full((2, 13, 1), 999.0)  # months between do not count
    lags[0, [0, 12]] = [[20], [145]]
    lags[1, [0, 12]] = [[200], [300]]
    after = livelihood.step(world({"past_trade": lags, "harvest": -5}), NOBODY, params, Still())
    # 12 x (20 - 145) / 290 = -5.172; 12 x (200 - 300) / 290 = -4.138; 0.40 - 3.672 - 1.779 - 1.0 = -6.052
    assert after.growth == pytest.approx([-6.052], abs=0.002)
    assert after.gdp == pytest.approx([1 - 0.06052 / 12], abs=1e-5)


def test_twelve_months_of_noise_have_the_spread_of_a_year():
    chance, runs = Chance(1, 0, 4_000), 4_000
    params = median(runs=runs)
    months = [livelihood.step(world(runs=runs), NOBODY, params, chance.month(Month(2016, 1) + m)).growth for m in range(12)]
    year = np.mean(months, axis=0)
    assert year.mean() == pytest.approx(0.40, abs=0.1)
    assert year.std() == pytest.approx(1.6, rel=0.05)


@pytest.mark.parametrize(("month", "left"), [(11, 11), (1, 9), (5, 5), (8, 2), (9, 1)])
def test_months_to_the_harvest_of_october(month, left):
    assert livelihood.months_to_harvest(month) == left


def test_food_by_hand():
    after = livelihood.food_next(
        food=np.array([4.0]), eaten=np.array([0.9]), brought=np.array([0.2]), harvested=np.array([9.5])
    )
    assert after == pytest.approx([12.8])


def test_distress_by_hand_and_at_its_ends():
    def distress(short, reserves):
        values = {"shortage": short, "reserves": reserves, "food_share": 0.6, "reserve_scale": 1.2}
        return livelihood.distress(**{name: np.array([value]) for name, value in values.items()})[0]

    # 0.6 x 0.5 + 0.4 x exp(-1.2 / 1.2) = 0.3 + 0.4 x 0.36788 = 0.44715
    assert distress(0.5, 1.2) == pytest.approx(0.44715, abs=1e-5)
    assert distress(0.0, 40.0) == pytest.approx(0, abs=1e-9)
    assert distress(1.0, 0.0) == pytest.approx(1)


def step(values, date="2019-03", moves=NOBODY):
    return livelihood.step(lively(values, date=date), moves, median(), Still())


@pytest.mark.parametrize(
    ("path", "values", "array", "sign", "date"),
    [
        ("food", (1, 4), "hardship", -1, "2019-03"),
        ("reserves", (0.5, 4), "hardship", -1, "2019-03"),
        ("imports.food.china", (0, 40), "food", 1, "2019-03"),
        ("aid.china", (0, 20), "food", 1, "2019-03"),
        ("aid.south_korea", (0, 20), "food", 1, "2019-03"),
        ("imports.machinery.china", (0, 40), "food", 0, "2019-03"),
        ("imports.food.china", (0, 40), "fertiliser", 1, "2019-03"),
        ("imports.food.china", (0, 40), "fertiliser", 0, "2019-07"),  # the sowing season is over
        ("harvest", (-20, 5), "food", 1, "2019-10"),
        ("harvest", (-20, 5), "food", 0, "2019-09"),  # no harvest in September
        ("harvest", (-20, 5), "growth", 1, "2019-03"),
        ("past_trade.exports.lag_0", (20, 80), "growth", 1, "2019-03"),
        ("past_trade.imports.lag_0", (20, 80), "growth", 1, "2019-03"),
        ("past_trade.imports.lag_12", (20, 80), "growth", -1, "2019-03"),
    ],
)
def test_direction(path, values, array, sign, date):
    low, high = (at(step({path: value}, date), array)[0] for value in values)
    assert np.sign(high - low) == sign


def test_a_month_of_want_is_eaten_less_than_a_month_of_plenty():
    plenty, want = step({"food": 12}), step({"food": 2})
    assert 12 - plenty.food > 2 - want.food
    assert 2 - want.food < 1


def test_a_mean_harvest_feeds_most_of_a_year():
    september, october = (step({"food": 1, "harvest": 0}, f"2019-{month}").food for month in ("09", "10"))
    assert october - september == pytest.approx(median()["food.harvest_cover"], abs=0.3)
    assert 9 < median()["food.harvest_cover"] < 11


def test_the_month_of_the_harvest_is_no_month_of_want():
    september, october = (step({"food": 1, "harvest": 0}, f"2019-{month}").hardship for month in ("09", "10"))
    assert october <= september


def test_a_bad_harvest_raises_hardship_all_the_next_spring():
    runs = 500
    plan, params = [doing(runs=runs)] * 9, drawn(runs)
    poor, good = (
        live(
            lively({"food": 9 * (1 + harvest / 100), "harvest": harvest}, date="2019-11", runs=runs),
            plan,
            params,
            Chance(2, 0, runs),
        )
        for harvest in (-25, 0)
    )
    for month in range(6):
        assert (poor[month].hardship >= good[month].hardship - 1e-12).all()
    assert (poor[3].hardship > good[3].hardship).mean() > 0.95


def test_farm_inputs_are_the_mean_of_the_sowing_season():
    state = lively({"fertiliser": 1.7}, date="2019-02")
    shares = {2: 0.2, 3: 1.0, 4: 0.6, 5: 0.6}
    for month, share in shares.items():
        need = IMPORTS_2016.values[FOOD].sum() / 12 * IMPORT_SEASON.values[FOOD, month - 1]
        imports = np.zeros((5, 3, 1))
        imports[FOOD, 0] = share * need
        state = livelihood.step(state.replace(imports=imports).at(Month(2019, month)), NOBODY, median(), Still())
    # what came in the year before is forgotten in February: (0.2 + 1.0 + 0.6 + 0.6) / 4 = 0.6
    assert state.fertiliser == pytest.approx([0.6])
    kept = livelihood.step(state.at(Month(2019, 8)), NOBODY, median(), Still())
    assert kept.fertiliser == pytest.approx([0.6])
    assert livelihood.step(kept.at(Month(2019, 11)), NOBODY, median(), Still()).fertiliser == pytest.approx([1.0])
