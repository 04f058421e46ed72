"""Scores, skill and baselines of a backtest, by hand-worked values, and from nothing that came later."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.backtest import baselines, scores, targets
from experiments.backtest.cutoffs import Cutoff, world
from experiments.backtest.discrimination import _area, _forward
from experiments.errors import UsageError
from sim import history
from sim.history import Hindsight, frozen, reading
from sim.state import Month

CUT = Cutoff.at(Month(2016, 1))


class TestScores:
    def test_values_worked_by_hand(self) -> None:
        said, seen = np.array([0.3, 0.2]), np.array([True, False])
        assert scores.brier(said, seen) == pytest.approx([0.49, 0.04])
        assert scores.log(said, seen) == pytest.approx([-np.log(0.3), -np.log(0.8)])
        assert scores.crps(np.array([[3.0], [5.0]]), np.array([1.0, 7.0])) == pytest.approx([2.0, 2.0])
        # fair CRPS of two members: mean |x - y| less half the mean distance of different members
        assert scores.crps(np.array([[1.0, 3.0]]), np.array([2.0])) == pytest.approx([1.0 - 1.0])

    def test_nothing_is_called_impossible(self) -> None:
        assert scores.chance(np.zeros((1, 99), dtype=bool)) == pytest.approx([0.005])
        assert scores.chance(np.ones((1, 1), dtype=bool)) == pytest.approx([0.75])

    def test_copies_of_a_few_cases_make_nothing_surer(self) -> None:
        copies = np.zeros((1, 4000), dtype=bool)
        assert scores.chance(copies, cases=12) == pytest.approx([0.5 / 13])
        assert scores.chance(copies, cases=1) == pytest.approx([0.25])

    def test_bands_hold_what_lies_between_their_percentiles(self) -> None:
        members = np.tile(np.arange(101.0), (3, 1))
        assert scores.inside(members, np.array([10.0, 50.0, 99.0]), 90).tolist() == [1, 1, 0]
        assert scores.inside(members, np.array([10.0, 50.0, 99.0]), 50).tolist() == [0, 1, 0]

    def test_an_even_match_cannot_be_told_and_a_clear_one_can(self) -> None:
        rng = np.random.default_rng(1)
        one, other = rng.random((2, 120))
        assert scores.skill([one], [other]).verdict == "cannot tell"
        won = scores.skill([one], [one + 0.5])
        assert won.verdict == "win"
        assert won.low < won.value < won.high
        assert scores.skill([one + 0.5], [one]).verdict == "lose"

    def test_the_interval_covers_a_known_skill(self) -> None:
        rng = np.random.default_rng(2)
        covered = 0
        for trial in range(60):
            base = rng.gamma(2, size=72)
            own = 0.8 * rng.gamma(2, size=72)
            found = scores.skill([own], [base], seed=trial)
            covered += found.low <= 0.2 <= found.high
        assert covered >= 48

    def test_short_stretches_beside_a_long_one_have_spread(self) -> None:
        even, uneven = np.ones(24), np.array([1.0, 20.0])
        found = scores.skill([even, uneven], [np.full(24, 2.0), np.full(2, 2.0)])
        assert found.high - found.low > 0.1

    def test_short_stretches_are_drawn_item_by_item(self) -> None:
        found = scores.skill([np.array([1.0]), np.array([2.0, 1.0])], [np.array([2.0]), np.array([1.0, 4.0])])
        assert found.items == 3
        assert found.low < found.high


class TestBaselines:
    def test_a_known_chain_is_recovered(self) -> None:
        rng = np.random.default_rng(3)
        active = np.zeros(20_000, dtype=bool)
        for month in range(1, active.size):
            active[month] = rng.random() < (0.7 if active[month - 1] else 0.2)
        assert baselines.transitions(active) == pytest.approx((0.7, 0.2), abs=0.02)

    def test_a_chain_run_forward_tends_to_its_usual_level(self) -> None:
        forward = _forward(1.0, 0.7, 0.2, 60)
        assert forward[0] == pytest.approx(0.7)
        assert forward[-1] == pytest.approx(0.2 / (1 - 0.7 + 0.2), abs=1e-6)

    def test_paths_are_those_of_the_months_before(self) -> None:
        with frozen(CUT.start):
            paths = baselines.tests(CUT, np.random.default_rng(1))
        known = targets.monthly("tests", baselines.SINCE, CUT.start - baselines.SINCE)
        assert (paths[baselines.LAST] == known[-1]).all()
        assert paths[baselines.CLIMATE].mean() == pytest.approx(known.mean(), abs=0.03)
        assert set(np.unique(paths[baselines.TRAILING])) <= set(known[-12:])
        assert paths[baselines.HALF].mean() == 0.5
        assert all(len(each) == CUT.months for each in paths.values())

    def test_a_baseline_rests_on_as_many_cases_as_were_observed(self) -> None:
        assert baselines.cases(baselines.LAST, CUT, 1) == 1
        assert baselines.cases(baselines.TRAILING, CUT, 3) == 4
        assert baselines.cases(baselines.CLIMATE, CUT, 1) == CUT.start - baselines.SINCE
        assert baselines.cases("model (prior)", CUT, 1) is None

    def test_trade_and_growth_end_at_the_cut_off(self) -> None:
        (period, *_) = targets.periods("trade.china.exports", CUT)
        with frozen(CUT.start):
            samples = baselines.trade("trade.china.exports", CUT, period, np.random.default_rng(1))
            growth = baselines.growth(CUT)
        assert samples[baselines.LAST] == pytest.approx([207.0], abs=1)
        assert len(samples[baselines.CLIMATE]) == 10
        assert np.median(samples[baselines.WALK]) == pytest.approx(207, rel=0.03)
        assert growth[baselines.LAST] == pytest.approx([-1.1])

    def test_what_came_later_changes_no_baseline(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def all_of_them() -> list[object]:
            rng = np.random.default_rng(1)
            with frozen(CUT.start):
                tests = baselines.tests(CUT, rng)
                trade = baselines.trade("trade.russia.imports", CUT, targets.Period(0, 12, 0.0), rng)
                rest = [baselines.growth(CUT), baselines.adoption(CUT, 5), baselines.meeting("china", CUT)]
            return [tests, trade, *rest]

        before = all_of_them()
        known = reading.rows
        for module in (history.tables, history.tables_politics):
            monkeypatch.setattr(
                module, "rows", lambda kind, name: tuple(row for row in known(kind, name) if row.last_month < CUT.start)
            )
        history.observations._observed.cache_clear()
        after = all_of_them()
        history.observations._observed.cache_clear()
        np.testing.assert_equal(after, before)

    def test_a_baseline_that_reads_past_the_cut_off_fails(self) -> None:
        later = Cutoff.at(CUT.start + 12)
        with frozen(CUT.start):
            for cheat in (
                lambda: baselines.tests(later, np.random.default_rng(1)),
                lambda: baselines.growth(later),
                lambda: baselines.meeting("china", later),
                lambda: baselines.adoption(later, 5),
                lambda: baselines.last_trade("trade.china.exports", later),
                lambda: targets.tests(CUT),
            ):
                with pytest.raises(Hindsight):
                    cheat()


class TestWorlds:
    def test_a_scenario_that_scripts_events_is_refused(self) -> None:
        with pytest.raises(UsageError, match="scripts events after the cut-off 2016-01"):
            world(CUT, ["events=[{month: 2016-05, set: {kaesong: 0}}]"])

    def test_a_scenario_whose_starting_values_read_later_rows_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from sim.history import starting

        cheat = (*starting.COMPUTED, lambda start: {"reserves": history.observed("growth", start + 24)[-1]})
        monkeypatch.setattr(starting, "COMPUTED", cheat)
        with pytest.raises(Hindsight, match="the world is frozen at 2016-01"):
            world(CUT)

    def test_months_end_with_the_record(self) -> None:
        assert Cutoff.at(Month(2020, 5)).months == 20
        with pytest.raises(UsageError, match="nothing is observed from 2022-01"):
            Cutoff.at(Month(2022, 1))


def test_only_events_whose_three_months_lie_within_the_run_are_counted() -> None:
    severity = np.array([[5.0], [0.0], [0.0], [5.0], [5.0]])
    adopted = np.array([[False], [False], [True], [False], [False]])
    values = targets._answers(severity, adopted)
    assert values["events.5"].tolist() == [1.0]
    assert values["answered.5"].tolist() == [1.0]
    assert targets._answers(severity[:2], adopted[:2])["events.5"].tolist() == [0.0]


def test_the_area_of_a_planted_signal() -> None:
    rng = np.random.default_rng(4)
    happened = rng.random((40, 6)) < 0.5
    found = _area(happened + rng.normal(0, 0.7, happened.shape), happened, 1)
    assert found["auc"] == pytest.approx(0.84, abs=0.06)  # Phi(1 / (0.7 sqrt 2))
    assert found["low"] < found["auc"] < found["high"]
    even = _area(rng.random(happened.shape), happened, 1)
    assert even["low"] < 0.5 < even["high"]


def test_a_handful_of_items_tells_nothing() -> None:
    assert scores.skill([np.array([0.1])], [np.array([0.3])]).verdict == "cannot tell"
    assert scores.skill([np.full(3, 0.1)], [np.full(3, 0.3)]).verdict == "cannot tell"


def test_the_last_case_stands_hedged_and_at_its_word() -> None:
    with frozen(CUT.start):
        said = baselines.meeting("china", CUT)
    assert (said[baselines.LAST], said[baselines.SURE]) == (0.25, 0.0)
