"""Errors and intervals of means, shares, quantiles and ratios, against repetition and known values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from experiments import estimates
from experiments.plain import percent


def test_the_error_of_a_mean_is_that_of_a_sample() -> None:
    assert estimates.error_of_mean(np.array([1.0, 2.0, 4.0])) == pytest.approx(np.sqrt(7 / 9))  # variance 7/3 of 3 values
    assert np.isnan(estimates.error_of_mean(np.array([1.0])))


def test_values_that_are_all_alike_have_no_error() -> None:
    alike = np.full(50, 2.0)
    assert np.isnan([estimates.error_of_mean(alike), *estimates.interval_of_mean(alike)]).all()
    assert estimates.told(2.0, estimates.error_of_mean(alike)) == "2 (-)"
    assert estimates.estimate(np.zeros(50), share=True)["high"] == pytest.approx(estimates.wilson(0, 50)[1])
    assert np.isnan(estimates.estimate(np.zeros(50), share=False)["high"])


def test_few_runs_do_not_reach_to_the_edges() -> None:
    _, errors = estimates.quantiles(np.arange(10.0), (0.05, 0.5, 0.95))
    assert np.isnan(errors).tolist() == [True, False, True]


def test_ends_are_told_apart_from_what_lies_between() -> None:
    assert estimates.ends(0.8996, 0.9, 0.0001) == ("0.89960", "0.90000")
    assert estimates.ends(3794.0, 3838.0, 11.0) == ("3,794", "3,838")


def test_the_errors_of_quantiles_and_ratios_are_those_of_repetition() -> None:
    rng = np.random.default_rng(1)
    middles, edges, ratios = [], [], []
    for _ in range(300):
        values, others = rng.gamma(2, size=(2, 400))
        found, errors = estimates.quantiles(values, (0.5, 0.05))
        middles.append((found[0], errors[0]))
        edges.append((found[1], errors[1]))
        ratios.append(estimates.ratio(values + others, others))
    for name, each in (("middle", middles), ("edge", edges), ("ratio", ratios)):
        told, errors = np.transpose(each)
        assert np.std(told) == pytest.approx(np.mean(errors), rel=0.15), name


def test_the_error_of_a_quantile_of_one_run_is_not_known() -> None:
    found, errors = estimates.quantiles(np.array([3.0]), (0.05, 0.5))
    assert found.tolist() == [3.0, 3.0]
    assert np.isnan(errors).all()
    assert estimates.told(found[0], errors[0]) == "3 (-)"


def test_the_interval_of_paired_shares_covers_what_it_should() -> None:
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(1000):
        lower, higher, _ = rng.multinomial(100, (0.01, 0.05, 0.94))
        low, high = estimates.paired_shares(int(higher), int(lower), 100)
        held += low <= 0.04 <= high
    assert 0.93 <= held / 1000 <= 0.99


@pytest.mark.parametrize("pairs", [3, 4, 6, 10, 20])
def test_few_pairs_are_rarely_sure_of_what_is_not(pairs: int) -> None:
    rng = np.random.default_rng(pairs)
    stars = 0
    for higher in rng.binomial(pairs, 0.5, size=1000).tolist():  # all pairs differ, one way as often as the other
        low, high = estimates.paired_shares(higher, pairs - higher, pairs)
        stars += low > 0 or high < 0
    assert stars / 1000 < 0.06


@pytest.mark.parametrize(
    ("share", "error", "told"),
    [
        (0.123, 0.0104, "12.3% (1.0%)"),
        (0.001, 0.0001, "0.10% (0.01%)"),
        (1.0, 0.0, "100.0% (0.0%)"),
        (0.5, 0.2, "50.0% (20.0%)"),
    ],
)
def test_an_error_of_a_share_is_never_rounded_to_nothing(share: float, error: float, told: str) -> None:
    assert estimates.percent_told(share, error) == told


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (1, 1), (0, 500), (3, 7), (1000, 1000)])
def test_wilson_is_that_of_scipy(hits: int, n: int) -> None:
    expected = binomtest(hits, n).proportion_ci(method="wilson")
    assert estimates.wilson(hits, n) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_agrees_with_a_published_interval_and_says_nothing_without_runs() -> None:
    assert estimates.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe 1998
    assert estimates.wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("share", "told"), [(0.0195, "2.0%"), (0.9805, "98.0%"), (0.0015, "0.2%"), (0.123, "12.3%"), (0, "0.0%")]
)
def test_half_a_digit_goes_to_the_even_side_so_that_shares_add_up(share: float, told: str) -> None:
    assert percent(share) == told


def test_what_rounding_leaves_is_no_difference() -> None:
    values = np.arange(50) * 0.37
    assert estimates.alike((values + 0.3) - values)
    assert not estimates.alike(values)
    assert estimates.alike(np.zeros(3))


def test_of_many_comparisons_few_runs_are_rarely_sure() -> None:
    """One time in twenty any of forty differences of nothing stands out, also with six runs each."""
    rng = np.random.default_rng(4)
    stands = 0
    for _ in range(400):
        values = rng.normal(size=(40, 6))
        weights = np.abs(values.mean(axis=1)) / values.std(axis=1, ddof=1) * np.sqrt(6)
        stands += weights.max() > estimates.point_95(5, comparisons=40)
    assert 0.01 < stands / 400 < 0.09
