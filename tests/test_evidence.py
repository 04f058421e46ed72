"""What the model is held to against the record: trade and growth of 2016 to 2019, tests of 2012 to April 2020.

All of it lies in the years on which the priors were set: this is a check of consistency, not a forecast.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from experiments.patterns import RECORD, flat, moments, shuffled, table, text
from sim.history import annual
from sim.model import Peninsula
from sim.nations import CHARACTERS
from sim.outcomes import Course

RUNS = 600
YEARS = (2016, 2017, 2018, 2019)


@cache
def tightening() -> Course:
    model = Peninsula("history-2016", runs=RUNS, seed=5)
    for _ in range(48):
        model.step()
    return model.course


def monthly(direction: str) -> np.ndarray:
    """Total trade on the KOTRA basis, without inter-Korean trade, with crude oil; ``(months, R)``."""
    return tightening()["total_trade"][:, ["exports", "imports"].index(direction)]


def yearly(direction: str, year: int) -> np.ndarray:
    start = (year - 2016) * 12
    return monthly(direction)[start : start + 12].sum(axis=0)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("direction", ["exports", "imports"])
def test_yearly_trade_brackets_the_record(direction, year):
    simulated = yearly(direction, year)
    (found,) = [each for each in annual(f"total_trade.{direction}") if each.month.year == year]
    observed = found.value * 12
    p5, p10, p50, p90, p95 = np.percentile(simulated, [5, 10, 50, 90, 95])
    assert p5 <= observed <= p95
    assert p90 / p10 <= 3
    assert abs(p50 / observed - 1) <= 0.25


def test_exports_reach_their_trough_early_in_2018():
    exports = monthly("exports")
    first = (exports <= 1.1 * exports.min(axis=0)).argmax(axis=0)  # months since January 2016
    assert np.mean((first >= 23) & (first <= 27)) >= 0.5  # December 2017 to April 2018


def test_imports_fall_by_a_quarter_to_two_fifths_in_2018():
    change = yearly("imports", 2018) / yearly("imports", 2017) - 1
    assert -0.40 <= np.median(change) <= -0.25


def test_growth_turns_negative():
    growth = tightening()["growth"].reshape(4, 12, RUNS).mean(axis=1)
    assert np.median(growth[1]) < -1
    assert np.median(growth[2]) < -1
    assert np.median(growth[0]) > np.median(growth[1])
    assert np.median(growth[3]) > np.median(growth[2])


@cache
def rows() -> dict[str, dict]:
    return {row["row"]: row for row in table(runs=300, seed=3, shuffles=6)}


def test_weapon_tests_follow_the_record():
    model = rows()["model"]
    assert 0.7 <= model["mean"] <= 1.2
    assert 1.4 <= model["variance_to_mean"] <= 2.6
    assert model["difference"] >= 0.25


def test_clustering_rests_on_the_weights_more_than_on_base_rates():
    model, flattened = rows()["model"]["difference"], rows()["flat base rates"]["difference"]
    dealt = np.mean([rows()[f"shuffled weights {number}"]["difference"] for number in range(1, 7)])
    assert model > dealt + 0.1
    assert flattened > dealt


def test_the_table_says_what_is_in_it():
    printed = text(list(rows().values()))
    for name in ("record, CSIS", "model", "flat base rates", "shuffled weights 6", "P(any|any)"):
        assert name in printed
    assert RECORD["any_after_any"] == 0.74


def test_moments_of_a_known_series():
    tests = np.array([[1, 0], [2, 0], [0, 0], [0, 4], [3, 0]], dtype=float)
    found = moments(tests, np.zeros_like(tests))
    # run 0: mean 1.2, variance 1.36; active 1 1 0 0 1: after active 1 of 2, after none 1 of 2
    # run 1: mean 0.8, variance 2.56; active 0 0 0 1 0: after active 0 of 1, after none 1 of 3
    assert found["mean"] == pytest.approx(1.0)
    assert found["variance_to_mean"] == pytest.approx((1.36 / 1.2 + 2.56 / 0.8) / 2)
    assert found["any_after_any"] == pytest.approx((0.5 + 0) / 2)
    assert found["any_after_none"] == pytest.approx((0.5 + 1 / 3) / 2)


def test_flat_and_shuffled_nations_keep_what_they_should():
    character = CHARACTERS["north_korea"]
    flattened = flat(character)
    assert sum(a.rate for a in flattened.menu) == pytest.approx(sum(a.rate for a in character.menu))
    for slot, gate in {(a.slot, a.gate) for a in flattened.menu}:
        assert len({a.rate for a in flattened.menu if (a.slot, a.gate) == (slot, gate)}) == 1
    dealt = shuffled(character, np.random.default_rng(1)).weight_sets["standard"]
    assert sorted(dealt.values()) == sorted(character.weight_sets["standard"].values())
    assert dealt != character.weight_sets["standard"]
