"""Fitted posteriors: shipped tables are whole, scenarios can name them, and a bad one is told in one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.chance import Chance
from sim.parameters import PARAMETERS, Distribution, draw, posteriors
from sim.scenario import ScenarioError, load_scenario

FITTED = [posteriors.Fitted("trade.export_capacity", tuple(np.linspace(0.95, 1.05, posteriors.LEVELS)), "a test")]


class TestQuantiles:
    def test_draws_follow_the_quantiles(self) -> None:
        made = Distribution("quantiles", (0.0, 1.0, 10.0))
        assert made.quantile(np.array([0.0, 0.25, 0.5, 0.75])).tolist() == [0.0, 0.5, 1.0, 5.5]
        assert made.centre == 1.0
        assert str(made) == "quantiles(0, ..., 1, ..., 10)"

    @pytest.mark.parametrize("numbers", [(), (1.0,), (2.0, 1.0), (0.0, float("nan"))])
    def test_numbers_that_are_no_quantiles_are_refused(self, numbers: tuple[float, ...]) -> None:
        with pytest.raises(ValueError, match="quantiles takes"):
            Distribution("quantiles", numbers)

    def test_a_scenario_may_write_them_out(self) -> None:
        scenario = load_scenario("baseline-2020", ["parameters.trade.export_capacity={quantiles: [0.9, 1.0, 1.1, 1.2]}"])
        assert scenario.parameters["trade.export_capacity"] == Distribution("quantiles", (0.9, 1.0, 1.1, 1.2))


@pytest.mark.parametrize("name", posteriors.names())
def test_shipped_posteriors_are_no_wider_than_priors_and_legal(name: str) -> None:
    fitted = posteriors.load(name)
    assert fitted
    luck = np.linspace(0.001, 0.999, 999)
    for parameter, made in fitted.items():
        known = PARAMETERS[parameter]
        assert known.prior.family != "fixed"
        assert made.quantile(luck).std() < 1.1 * known.prior.quantile(luck).std()


def test_there_is_one_for_each_cut_off_of_the_backtest() -> None:
    assert {"to-2013-12", "to-2015-12", "to-2017-12", "to-2020-04"} <= set(posteriors.names())


def test_a_scenario_names_one_and_goes_beyond_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text(posteriors.table(FITTED))
    text = "extends: baseline-2020\ntitle: A try\nparameters:\n  posterior: mine.csv\n  labour.take: 0.6\n"
    (tmp_path / "try.yaml").write_text(text)
    scenario = load_scenario("try.yaml")
    assert scenario.parameters["trade.export_capacity"].family == "quantiles"
    assert scenario.parameters["labour.take"] == Distribution("fixed", (0.6,))
    drawn = draw(Chance(1, 0, 500), scenario.parameters)["trade.export_capacity"]
    assert 0.95 <= drawn.min() <= drawn.max() <= 1.05
    usual = draw(Chance(1, 0, 500))["trade.export_capacity"]
    assert np.corrcoef(np.argsort(np.argsort(drawn)), np.argsort(np.argsort(usual)))[0, 1] > 0.99  # the pairing is kept


def test_what_a_scenario_says_of_a_parameter_wins() -> None:
    name = posteriors.names()[0]
    parameter = next(iter(posteriors.load(name)))
    low = PARAMETERS[parameter].prior.centre
    scenario = load_scenario("baseline-2020", [f"parameters.posterior={name}", f"parameters.{parameter}={low}"])
    assert scenario.parameters[parameter] == Distribution("fixed", (low,))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is not the table of a posterior"),
        ("a,b\n1,2\n", "it is not the table of a posterior"),
        ("no.such.parameter", "line 2 names a parameter that this version does not have"),
        ("falling", "line 2 does not hold rising numbers"),
        ("outside", "line 2 leaves the range of trade.export_capacity"),
    ],
)
def test_a_bad_table_is_one_line(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(posteriors.table(FITTED))
    rows = path.read_text().splitlines()
    changed = {
        "no.such.parameter": rows[1].replace("trade.export_capacity", "no.such.parameter"),
        "falling": rows[1].replace("0.95,", "1.5,", 1),
        "outside": rows[1].replace("1.05,", "99,", 1),
    }
    path.write_text("\n".join([rows[0], changed[text]]) if text in changed else text)
    with pytest.raises(ValueError, match=said):
        posteriors.load(str(path))
    with pytest.raises(ScenarioError) as caught:
        load_scenario("baseline-2020", [f"parameters.posterior={path}"])
    assert len(caught.value.lines) == 1
    assert said in caught.value.lines[0]
