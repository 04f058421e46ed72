"""Luck: run k meets the same luck in any block; streams are independent; their values are pinned."""

import numpy as np
import pytest
from scipy import stats

from sim.chance import MONTH_BLOCK, ORIGIN, RUN_BLOCK, Chance
from sim.state import Month

MAY = Month(2020, 5)


def luck(kind, stream, date=MAY, *, seed=0, first_run=0, runs=1):
    dice = Chance(seed, first_run, runs).month(date)
    return getattr(dice, kind)(stream)


def many(kind, stream="tests/many", months=40, runs=1024):
    """A long sample of one stream."""
    return np.concatenate([luck(kind, stream, Month(2000, 1) + month, runs=runs) for month in range(months)])


@pytest.mark.parametrize("kind", ["uniform", "normal", "gumbel"])
@pytest.mark.parametrize(
    ("first_run", "runs"), [(0, 1), (511, 1), (512, 1), (510, 4), (3, 1200), (1023, 2), (500, 600), (0, 512), (512, 512)]
)
def test_a_run_meets_the_same_luck_in_any_block(kind, first_run, runs):
    whole = luck(kind, "tests/any_block", runs=2048)
    part = luck(kind, "tests/any_block", first_run=first_run, runs=runs)
    assert (part == whole[first_run : first_run + runs]).all()


@pytest.mark.parametrize(("first_run", "runs"), [(0, 1), (511, 3), (700, 900)])
def test_luck_that_belongs_to_a_run_is_the_same_in_any_block(first_run, runs):
    whole = Chance(1, 0, 2048).once("parameter/tests")
    assert (Chance(1, first_run, runs).once("parameter/tests") == whole[first_run : first_run + runs]).all()


def test_more_runs_and_more_months_only_append():
    few, more = luck("normal", "s", runs=100), luck("normal", "s", runs=3000)
    assert (more[:100] == few).all()
    short, long = Chance(0, 0, 5), Chance(0, 0, 5)
    early = [short.month(MAY + month).uniform("s") for month in range(3)]
    late = [long.month(MAY + month).uniform("s") for month in range(60)]
    assert all((a == b).all() for a, b in zip(early, late, strict=False))


def test_months_may_be_asked_for_in_any_order():
    chance, dates = Chance(0, 0, 4), [MAY + month for month in (0, 30, 1, 29, 0)]
    found = [chance.month(date).uniform("s") for date in dates]
    assert (found[0] == found[4]).all()
    assert all((luck("uniform", "s", date, runs=4) == there).all() for date, there in zip(dates, found, strict=True))


def test_a_calendar_month_has_its_luck_whatever_the_start():
    assert (luck("uniform", "s", Month(2021, 1), runs=8) == Chance(0, 0, 8).month(Month(2019, 12) + 13).uniform("s")).all()


@pytest.mark.parametrize(
    "date", [ORIGIN, ORIGIN + (MONTH_BLOCK - 1), ORIGIN + MONTH_BLOCK, Month(1999, 12), Month(2060, 12)]
)
def test_luck_at_the_edges_of_blocks_of_months(date):
    here = luck("uniform", "s", date, runs=RUN_BLOCK)
    assert here.shape == (RUN_BLOCK,)
    assert not (here == luck("uniform", "s", date + 1, runs=RUN_BLOCK)).any()


@pytest.mark.parametrize(
    "other", [{"stream": "t"}, {"seed": 1}, {"date": MAY + 1}, {"date": MAY + MONTH_BLOCK}, {"first_run": RUN_BLOCK}]
)
def test_other_streams_seeds_months_and_runs_have_other_luck(other):
    a = luck("normal", "s", runs=RUN_BLOCK)
    b = luck(**{"kind": "normal", "stream": "s", "runs": RUN_BLOCK, **other})
    assert not (a == b).any()
    assert abs(np.corrcoef(a, b)[0, 1]) < 4 / np.sqrt(RUN_BLOCK)


def test_one_stream_does_not_move_another():
    alone, together = Chance(0, 0, 8), Chance(0, 0, 8)
    for month in range(3):
        together.month(MAY + month).uniform("a new stream")
        assert (together.month(MAY + month).normal("s") == alone.month(MAY + month).normal("s")).all()


def test_a_month_gives_the_same_luck_twice():
    dice = Chance(0, 0, 8).month(MAY)
    assert (dice.uniform("s") == dice.uniform("s")).all()


def test_pinned_values():
    """A change of these numbers changes the luck of every stored batch: it must be meant."""
    assert luck("uniform", "pinned", seed=2020, runs=3) == pytest.approx(PINNED["uniform"], rel=1e-12)
    assert luck("normal", "pinned", seed=2020, runs=3) == pytest.approx(PINNED["normal"], rel=1e-12)
    assert luck("gumbel", "pinned", seed=2020, runs=3) == pytest.approx(PINNED["gumbel"], rel=1e-12)
    assert Chance(2020, 511, 2).once("pinned") == pytest.approx(PINNED["once"], rel=1e-12)


PINNED = {
    "uniform": [0.3449309911275291, 0.34479574905519694, 0.42647461015215793],
    "normal": [0.9885882240847769, 1.3225965102014703, 0.9045587996035089],
    "gumbel": [0.4621816914564136, 1.540534240485127, -1.2274893049914501],
    "once": [0.9684888099362332, 0.16680566519599338],
}


@pytest.mark.parametrize(
    ("kind", "law"), [("uniform", stats.uniform()), ("normal", stats.norm()), ("gumbel", stats.gumbel_r())]
)
def test_draws_follow_their_law(kind, law):
    sample = many(kind)
    assert stats.kstest(sample, law.cdf).statistic < 1.95 / np.sqrt(sample.size)  # 0.1% point
    assert sample.mean() == pytest.approx(law.mean(), abs=5 * law.std() / np.sqrt(sample.size))
    assert sample.std() == pytest.approx(law.std(), rel=0.02)


def test_uniform_draws_stay_below_one():
    sample = many("uniform")
    assert sample.min() >= 0
    assert sample.max() < 1


@pytest.mark.parametrize("probability", [0.0, 0.03, 0.5, 1.0])
def test_events_happen_as_often_as_they_should(probability):
    dice = [Chance(0, 0, 2048).month(MAY + month) for month in range(20)]
    share = np.mean([each.happens(probability, "tests/event") for each in dice])
    assert share == pytest.approx(probability, abs=5 * np.sqrt(probability * (1 - probability) / (20 * 2048)))


def test_events_take_a_probability_per_run_and_are_monotone_in_it():
    chance = Chance(0, 0, 1000)
    rates = np.linspace(0, 1, 1000)
    low, high = (chance.month(MAY).happens(rate, "tests/event") for rate in (rates / 2, rates))
    assert set(np.unique(high)) <= {0.0, 1.0}
    assert (high >= low).all()
    assert high.sum() > low.sum()


def test_months_of_a_stream_are_independent():
    series = np.stack([luck("normal", "tests/serial", ORIGIN + month, runs=RUN_BLOCK) for month in range(25)])
    lagged = [np.corrcoef(series[month], series[month + 1])[0, 1] for month in range(24)]
    assert np.mean(lagged) == pytest.approx(0, abs=4 / np.sqrt(24 * RUN_BLOCK))


def test_luck_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        luck("uniform", "s", runs=2)[0] = 0.5
