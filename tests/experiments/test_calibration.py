"""Calibration: moments by hand, the method against a posterior that is known, and a small fit from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from experiments import estimates
from experiments.calibration import abc, calibrate, moments, reporting
from experiments.calibration.calibrate import Reference
from experiments.cli import main
from experiments.errors import UsageError
from sim.history import Hindsight, frozen
from sim.parameters import posteriors
from sim.scenario import load_scenario
from sim.state import Month

UNTIL = Month(2014, 1)


class TestMoments:
    def test_of_tests_by_hand(self) -> None:
        tests = np.array([[1.0], [0.0], [3.0], [2.0], [0.0], [0.0]])  # January to June 2012
        severity = np.array([[5.0], [0.0], [4.0], [3.0], [0.0], [0.0]])
        found = {name: float(value[0]) for name, value in moments.of_tests(tests, severity, Month(2012, 1)).items()}
        assert found == pytest.approx({
            "tests mean": 1.0, "tests variance to mean": 4 / 3, "any test": 0.5, "any after any": 1 / 3,
            "any after none": 1 / 2, "spring ratio": 2.5 / 0.25, "winter ratio": 1.0,
            "severity 5": 1 / 6, "severity 4": 1 / 6,
        })  # fmt: skip

    def test_what_is_not_defined_is_missing(self) -> None:
        quiet = np.zeros((6, 1))
        found = moments.of_tests(quiet, quiet, Month(2012, 1))
        assert np.isnan(found["tests variance to mean"]).all()
        assert np.isnan(found["any after any"]).all()
        assert found["any after none"].tolist() == [0.0]

    def test_answers_are_counted_within_three_months(self) -> None:
        severity = np.array([[5.0], [0.0], [0.0], [5.0], [0.0], [4.0]])
        adopted = np.array([[False], [False], [True], [False], [False], [False]])
        found = moments.of_answers(severity, adopted)
        assert found["resolution after severity 5"].tolist() == [0.5]
        assert found["resolution after severity 4"].tolist() == [0.0]

    def test_the_record_is_that_of_the_theory(self) -> None:
        record = moments.of_record(Month(2020, 5), Month(2018, 1))
        assert record["any test"] == pytest.approx(0.47, abs=0.06)
        assert record["any after any"] == pytest.approx(0.74, abs=0.1)
        assert record["severity 5"] == pytest.approx(0.09, abs=0.01)
        assert record["months of working talks"] == pytest.approx(0.18, abs=0.03)
        assert np.exp(record["log exports 2018"]) * 12 == pytest.approx(243, rel=0.01)
        assert record["growth 2016"] == 3.9

    def test_the_record_before_a_cut_off_has_nothing_later(self) -> None:
        record = moments.of_record(UNTIL, Month(2018, 1))
        assert not any("2014" in name for name in record)
        with frozen(UNTIL), pytest.raises(Hindsight):
            moments.of_record(Month(2016, 1), Month(2018, 1))


class TestMethod:
    """A linear simulator with normal noise, whose posterior is known."""

    def table(self, runs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        parameters = rng.normal(size=(runs, 4))
        noise = rng.normal(size=(runs, 3))
        first, second = parameters[:, 0], parameters[:, 1]
        return parameters, np.stack([first + 0.5 * noise[:, 0], second + 0.5 * noise[:, 1], noise[:, 2]], axis=1)

    def test_it_tells_what_moments_tell_and_nothing_else(self) -> None:
        known = abc.fit(*self.table(8000, 1))
        assert known.told.tolist() == [0, 1]
        assert known.r2[:2] == pytest.approx([0.8, 0.8], abs=0.03)  # 1 / (1 + 0.25)
        assert (known.r2[2:] < 0.02).all()

    def test_its_posterior_is_the_known_one(self) -> None:
        known = abc.fit(*self.table(20_000, 2))
        found = abc.posterior(known, np.array([1.0, -0.5, 0.3]))
        said = stats.norm.ppf(found.quantiles(np.array([0.05, 0.5, 0.95])))
        mean, spread = np.array([0.8, -0.4]), np.sqrt(0.2)
        expected = mean + spread * stats.norm.ppf([0.05, 0.5, 0.95])[:, None]
        assert said == pytest.approx(expected, abs=0.15)

    def test_intervals_cover_as_they_say(self) -> None:
        parameters, values = self.table(6000, 3)
        known = abc.fit(parameters, values)
        table = Reference(6000, 3, ("a", "b", "c", "d"), parameters, {})
        found = calibrate.Calibration(UNTIL, ("x", "y", "z"), values[0], values, known, abc.posterior(known, values[0]))
        for row in calibrate.check(table, found, 150, 1):
            assert row["inside 90%"] == pytest.approx(0.9, abs=0.08)
            assert row["inside 50%"] == pytest.approx(0.5, abs=0.14)
            assert row["correlation"] == pytest.approx(np.sqrt(0.8), abs=0.06)
            assert row["even ranks p"] > 0.001

    def test_errors_of_a_posterior_are_those_of_repetition(self) -> None:
        rng, level = np.random.default_rng(5), np.array([0.05, 0.5, 0.95])
        found, errors = [], []
        for _ in range(60):
            sample = abc.Posterior(rng.beta(3, 2, size=(400, 1)), 1 - rng.uniform(size=400) ** 2)
            found.append(sample.quantiles(level)[:, 0])
            errors.append(np.std([each.quantiles(level)[:, 0] for each in sample.resampled(60, 1)], axis=0, ddof=1))
        assert np.std(found, axis=0, ddof=1) == pytest.approx(np.mean(errors, axis=0), rel=0.3)

    def test_moments_that_tell_nothing_are_refused(self) -> None:
        rng = np.random.default_rng(4)
        with pytest.raises(ValueError, match="the moments tell none of the parameters"):
            abc.fit(rng.normal(size=(3000, 2)), rng.normal(size=(3000, 2)))


@pytest.fixture(scope="module")
def results() -> reporting.Results:
    return reporting.run([str(UNTIL)], runs=2000, seed=1, jobs=1, progress=None)


class TestFit:
    def test_a_known_parameter_is_recovered(self, results: reporting.Results) -> None:
        found = results.found[UNTIL]
        place = results.table.names.index("parameters.trade.export_capacity")
        column = found.known.told.tolist().index(place)
        high = int(np.argsort(results.table.parameters[:, place])[-100])  # a run with high capacity as the record
        said = abc.posterior(found.known, found.simulated[high], leave_out=high).quantiles(np.array([0.05, 0.5, 0.95]))
        assert said[0, column] > 0.5
        assert said[1, column] > 0.75

    def test_what_the_record_does_not_tell_keeps_its_prior(self, results: reporting.Results) -> None:
        rows = calibrate.summary(results.table, results.found[UNTIL])
        told = [row["name"] for row in rows if row["identified"] == "yes"]
        assert "parameters.trade.export_capacity" in told
        assert "parameters.coercion.decay" not in told
        fitted = {each.parameter for each in calibrate.fitted(results.table, results.found[UNTIL])}
        assert fitted == {name.removeprefix("parameters.") for name in told if name.startswith("parameters.")}

    def test_both_scenarios_draw_the_same_parameters(self) -> None:
        names = [load_scenario(name, calibrate.cut(name, UNTIL)) for name in (calibrate.SCENARIO, calibrate.COUNCIL)]
        assert [spec.months for spec in names] == [24, 24]
        assert all(event.month < UNTIL for spec in names for event in spec.events)

    def test_it_is_written_drawn_and_told(self, results: reporting.Results, tmp_path: Path) -> None:
        paths = reporting.save(results, tmp_path, jobs=1)
        assert {"to-2013-12.csv", "to-2013-12-moments.png", "to-2013-12-parameters.svg"} <= {path.name for path in paths}
        assert posteriors.load(str(tmp_path / "to-2013-12.csv"))
        words = reporting.text(results, check=False)
        assert "January 2012 to 2013-12" in words
        assert "Not identified" in words
        first = calibrate.summary(results.table, results.found[UNTIL])[0]
        for name in ("posterior 5%", "posterior 50%", "posterior 95%", "contraction"):
            assert first[f"{name} error"] > 0
            assert estimates.told(first[name], first[f"{name} error"]) in words
        assert "posterior 5% error" not in words
        assert json.loads(json.dumps(reporting.tables(results, check=False)))["runs"] == 2000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--until", "2021-01"], "later months are only scored"), (["--until", "2013-01"], "up to a month from 2014-01"),
     (["--until", "soon"], "is not a month")],
)  # fmt: skip
def test_a_mistake_is_one_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["calibrate", *arguments])
    assert stop.value.code == 2
    assert said in capsys.readouterr().err


def test_too_few_runs_are_refused() -> None:
    with pytest.raises(UsageError, match="2,000 runs or more"):
        calibrate.reference([UNTIL], runs=10, seed=1)
