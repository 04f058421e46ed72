"""What docs/evidence.md says of Council, talks, patrons, projects and coercion, with stated bands."""

import json
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from experiments import patrons, politics
from sim import load_scenario
from sim.model import simulate_block

RUNS, SEED = 400, 11


@cache
def council():
    return politics.council(runs=RUNS, seed=SEED)


@cache
def talks():
    return {row["row"]: row for row in politics.talks(runs=RUNS, seed=SEED)}


@cache
def coercion():
    return politics.coercion(runs=RUNS, seed=SEED)[1]


@cache
def support():
    return patrons.table(runs=RUNS, seed=SEED)


def test_grave_events_bring_resolutions_before_the_rift():
    assert 0.65 <= council()[1]["severity_5"] <= 0.92


def test_events_of_severity_3_bring_none():
    assert council()[1]["severity_3_alone"] < 0.1
    assert council()[1]["severity_3"] < council()[1]["severity_4"] < council()[1]["severity_5"]


def test_resolutions_become_rarer_as_the_rift_grows():
    shares = [row["severity_5"] for row in council()[2:]]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] - shares[-1] > 0.2


@pytest.mark.parametrize("row", ["model", "without the moratorium's price"])
@pytest.mark.parametrize("coding", ["ratio_narrow", "ratio_wide"])
def test_tests_are_rarer_in_talks_under_both_codings(row, coding):
    assert 0.05 < talks()[row][coding] < 0.85


def test_without_any_price_the_ratio_rises_toward_one():
    free = talks()["without any price of tests in talks"]["ratio_narrow"]
    assert talks()["model"]["ratio_narrow"] < free < 1.3


def test_agreements_are_rare_and_fragile():
    assert 0.015 <= talks()["model"]["agreements"] <= 0.021
    assert 0.011 <= talks()["model"]["collapse"] <= 0.05


def test_no_comprehensive_deal_without_earlier_steps_or_trust():
    assert talks()["model"]["comprehensive_first"] == 0


def test_coercion_of_seoul_as_in_2017():
    found = coercion()
    assert 0.2 <= found["loss"] <= 0.5
    assert found["tourism_and_consumer_goods"] >= 0.7
    assert 6 <= found["half_life"] <= 9
    assert 20 < found["ratio"] < 100


def test_more_support_raises_the_payoff_and_shrinks_the_surplus():
    rows = support()
    for less, more in pairwise(rows):
        assert more["payoff"] - less["payoff"] > 3 * max(more["payoff_error"], less["payoff_error"])
        assert less["surplus"] - more["surplus"] > 3 * max(more["surplus_error"], less["surplus_error"])


def test_the_parts_of_the_total_effect_have_errors_and_a_reference():
    rows = support()
    assert all(rows[0][name] == 0 for name in ("total", *patrons.PATHS))
    assert all(0 < row["deal_error"] < 0.05 for row in rows)
    assert "by mediation" in patrons.text(rows)


@cache
def three_years():
    scenario = load_scenario("baseline-2020", ["months=36"])
    return simulate_block(scenario, seed=SEED, first_run=0, runs=1000, trajectories=False)


@pytest.mark.parametrize("project", ["gas_stage", "rail_stage"])
def test_pipelines_and_railways_are_not_built_within_three_years(project):
    assert (three_years().outcomes[project] >= 4).mean() < 0.01


def test_a_joint_study_begins_often_enough():
    assert 0.2 <= (three_years().outcomes["gas_stage"] >= 1).mean() <= 0.9


def test_a_third_summit_has_a_chance_and_drivers():
    rows = politics.summit(runs=3000, seed=SEED)
    chance = rows[0]
    assert 0 < chance["low"] < chance["value"] < chance["high"] < 0.2
    assert chance["compared"] >= politics.DRIVERS
    drivers = rows[1:]
    assert len(drivers) == politics.DRIVERS
    assert all(abs(row["value"]) > 2 * row["error"] for row in drivers[:2])
    sizes = [abs(row["value"]) for row in drivers]
    assert sizes == sorted(sizes, reverse=True)


def test_tables_read_well():
    text = politics.text(politics.talks(runs=20, seed=1))
    assert text.splitlines()[0].split()[:2] == ["row", "ratio"]
    assert "0.015 to 0.021" in text
    assert np.isfinite([row["share_in_talks"] for name, row in talks().items() if name != "record"]).all()


def summits(monkeypatch, held, runs=40):
    """The table of summits of a model in which the first so many runs have one, and ``late`` goes with it."""

    def simulated(_, *, seed, first_run, runs, trajectories):
        assert (seed, first_run, trajectories) == (1, 0, False)
        third = (np.arange(runs) < held).astype(float)
        drawn = {"late": third + np.linspace(0, 0.1, runs), "idle": np.tile([0.0, 1.0], runs // 2), "fixed": np.ones(runs)}
        return SimpleNamespace(outcomes={"third_summit": third}, parameters=drawn)

    monkeypatch.setattr(politics, "simulate_block", simulated)
    return politics.summit(runs=runs, seed=1)


@pytest.mark.parametrize("held", [0, 9, 31, 40])
def test_with_few_summits_no_drivers_are_named(monkeypatch, held):
    chance, row = summits(monkeypatch, held)
    assert chance["value"] == held / 40
    assert row == {"row": "too few summits to name drivers", "with": held, "without": 40 - held}
    assert "within chance" not in politics.text([chance, row])


@pytest.mark.parametrize("held", [10, 30])
def test_drivers_are_told_with_what_chance_does(monkeypatch, held):
    rows = summits(monkeypatch, held)
    assert [row["row"] for row in rows] == ["third summit by end-2020", "late", "idle"]
    last = politics.text(rows).splitlines()[-1]
    assert last == "Of some 2 names compared, those under about three errors are within chance."


def test_columns_stand_clear_of_long_names():
    name = "parameters." + "x" * 60
    lines = politics.text([{"row": name, "value": 1.5}, {"row": "short", "value": None}]).splitlines()
    assert lines[1].startswith(name + "  ")
    assert len({len(line) for line in lines}) == 1
    assert lines[2].endswith(" -")


def test_without_cases_there_is_no_number_and_json_is_json():
    none, some = np.zeros((3, 4)), np.ones((3, 4))
    nothing = none > 0
    row = {"row": "empty", **politics._share("share", some > 0, nothing), **politics._ratio("ratio", some, nothing),
           **politics._ratio("outside", some, ~nothing), **politics._ratio("untested", none, some > 0)}  # fmt: skip
    rows = [row]
    assert json.loads(json.dumps(rows, allow_nan=False))[0]["share"] is None
    assert politics.text(rows).splitlines()[1].split() == ["empty", "-", "-", "-", "-"]
    assert politics._ratio("even", some, np.tile([True, False, True, False], (3, 1)))["even"] == 1


def test_errors_of_shares_and_ratios_are_those_of_repetition():
    rng = np.random.default_rng(3)
    found = []
    for _ in range(300):
        active = rng.random((20, 50)) < rng.random(50)
        tests = rng.poisson(np.where(active, 0.5, 1.0) * rng.gamma(4, 0.25, 50)).astype(float)
        found.append({**politics._share("any", tests > 0, active), **politics._ratio("ratio", tests, active)})
    for name in ("any", "ratio"):
        errors = [row[f"{name}_error"] for row in found]
        assert np.std([row[name] for row in found]) == pytest.approx(np.mean(errors), rel=0.15)


def test_every_number_of_the_model_has_an_error_and_the_tables_fit():
    for rows in (council()[1:], [talks()["model"]], [coercion()]):
        numbers = [name for name, value in rows[0].items() if isinstance(value, float) and not name.endswith("_error")]
        assert numbers
        assert all(row[f"{name}_error"] >= 0 for row in rows for name in numbers)
    assert max(len(line) for line in politics.text(list(talks().values())).splitlines()) <= 110
