"""A small backtest from end to end: its tables, pictures and words, and halts of tests."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from experiments import halts
from experiments.backtest import Backtest, Cutoff, backtest, baselines, reporting, scoreboard
from experiments.backtest.cutoffs import ALONE, CALIBRATED, MODEL, RANDOM, VARIANTS, variants
from experiments.cli import main
from sim.model import Peninsula
from sim.state import Month

RUNS = 60
EARLY, LATE = Cutoff.at(Month(2014, 1), 12), Cutoff.at(Month(2020, 5), 12)


@pytest.fixture(scope="module")
def found() -> Backtest:
    return backtest([EARLY, LATE], runs=RUNS, seed=1, jobs=1)


def test_every_entrant_is_scored_on_the_same_items(found: Backtest) -> None:
    rows = scoreboard.table(found)
    tests = {row["entrant"]: row for row in rows if (row["series"], row["score"]) == ("any test in a month", "Brier")}
    assert {MODEL, RANDOM, ALONE, *baselines.TESTS} <= set(tests)
    assert {row["items"] for row in tests.values()} == {24}
    assert tests[baselines.HALF]["mean"] == pytest.approx(0.25)
    assert tests[MODEL]["mean"] == pytest.approx((tests[MODEL]["2014-01"] + tests[MODEL]["2020-05"]) / 2)
    series = {row["series"] for row in rows}
    assert {"trade.china.exports", "growth", "leaders' meeting within a year"} <= series


def test_what_a_baseline_cannot_say_is_not_scored(found: Backtest) -> None:
    counts = {row["entrant"] for row in scoreboard.table(found) if row["series"] == "tests in a month"}
    assert baselines.HALF not in counts
    assert baselines.MARKOV in counts


def test_skill_is_that_of_the_losses(found: Backtest) -> None:
    (row,) = [
        row for row in scoreboard.skills(found)
        if (row["series"], row["score"], row["baseline"], row["entrant"], row["cut-off"])
        == ("any test in a month", "Brier", baselines.HALF, MODEL, "all")
    ]  # fmt: skip
    mean = next(
        row["mean"] for row in scoreboard.table(found)
        if (row["series"], row["score"], row["entrant"]) == ("any test in a month", "Brier", MODEL)
    )  # fmt: skip
    assert row["skill"] == pytest.approx(1 - mean / 0.25)
    assert row["low"] <= row["skill"] <= row["high"]


def test_who_says_that_nothing_changes_gives_no_direction(found: Backtest) -> None:
    directions = {
        (row["series"], row["entrant"]): row for row in scoreboard.table(found) if row["score"] == "direction"
    }  # fmt: skip
    named = {entrant for _, entrant in directions}
    assert baselines.WALK not in named
    assert baselines.LAST not in named
    assert directions["trade.china.exports", baselines.TRAILING]["2014-01"] is None  # the mean of one yearly figure is it


def test_the_aim_after_shocks_is_missed_where_other_agents_do_better() -> None:
    entrants = (baselines.CLIMATE, baselines.LAST, baselines.TRAILING, baselines.WALK, RANDOM, ALONE)
    scores = {("flow", "CRPS", name): {"2018-01": 9.0} for name in entrants} | {("flow", "CRPS", MODEL): {"2018-01": 4.0}}
    assert reporting._shock(scores, "flow", MODEL, "2018-01")["reached"] == "yes"
    scores["flow", "CRPS", RANDOM] = {"2018-01": 3.0}
    assert reporting._shock(scores, "flow", MODEL, "2018-01")["reached"] == "no"


def test_bands_are_shares_of_periods(found: Backtest) -> None:
    rows = [row for row in scoreboard.coverage(found) if row["entrant"] == MODEL and row["series"] == scoreboard.TRADE]
    wide = {row["band"]: row["share"] for row in rows}
    assert 0 <= wide["inside 50%"] <= wide["inside 90%"] <= 1


def test_words_tables_and_pictures(found: Backtest, tmp_path: Path) -> None:
    words = reporting.text(found)
    parts = (
        "Aims",
        "Mean scores, 60 runs",
        "Skill of the model",
        "win, lose, cannot tell",
        "central bands",
        "one weak test",
    )
    assert all(part in words for part in parts)
    assert "| --- |" in reporting.text(found, as_markdown=True)
    assert json.loads(json.dumps(reporting.tables(found)))["cut-offs"] == ["2014-01", "2020-05"]
    names = {path.name for path in reporting.draw(found, tmp_path)}
    for figure in ("skill", "reliability", "ranks", "trade"):
        assert {f"backtest_{figure}.{kind}" for kind in ("png", "svg", "csv")} <= names


def test_agents_alone_do_not_heed_what_others_do() -> None:
    spec = variants(EARLY, "none")[ALONE]
    model = Peninsula(spec, runs=20, seed=1)
    model.step()
    world = model.world
    loud = world.replace(conduct=world.conduct + 1.5)
    for nation in model.nations.values():
        from sim.decision import Mood

        mood = Mood.of(world, model.params)
        desks = [nation.desk(each, mood) for each in (world, loud)]
        assert all(not np.any(value) for desk in desks for value in (*desk.inclination.values(), *desk.answer.values()))


def test_random_agents_weigh_nothing() -> None:
    specs = variants(EARLY, "none")
    assert set(specs) == set(VARIANTS)
    assert all(spec.rule == "random" for spec in specs[RANDOM].nations.values())


def test_a_posterior_is_used_only_where_it_ends_before_the_cut_off() -> None:
    specs = variants(Cutoff.at(Month(2016, 1)))
    assert CALIBRATED in specs
    assert specs[CALIBRATED].parameters
    assert CALIBRATED not in variants(Cutoff.at(Month(2012, 1)))
    assert CALIBRATED not in variants(Cutoff.at(Month(2015, 7)))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "2016"], "is not a month"),
        (["--from", "2022-05"], "nothing is observed from 2022-05 on"),
        (["--from", "2016-01", "--posterior", "nowhere"], "posterior 'nowhere'"),
        (["--from", "2016-01", "--posterior", "to-2020-04"], "fitted to months after the cut-off 2016-01"),
        (["--from", "2016-01", "--posterior", "own.csv"], "nothing says up to when own.csv was fitted"),
    ],
)
def test_a_mistake_is_one_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["backtest", *arguments, "--runs", "20", "--months", "2", "--jobs", "1"])
    assert stop.value.code in (2, 3)
    assert said in capsys.readouterr().err


class TestHalts:
    def test_a_halt_is_twelve_quiet_months_that_begin_in_time(self) -> None:
        active = np.ones((48, 4), dtype=bool)
        active[5:17, 0] = False  # twelve months
        active[5:16, 1] = False  # eleven
        active[36:48, 2] = False  # begins too late
        active[35:47, 3] = False
        assert halts.begins(active).tolist() == [True, False, False, True]

    def test_the_record_has_its_halt_and_the_model_sometimes(self) -> None:
        record, model, flat = halts.table(runs=300, seed=1, shuffles=0)
        assert record["halts"] == 1.0
        assert 0.05 <= float(model["halts"]) <= 0.5  # type: ignore[arg-type]
        assert flat["row"] == "flat base rates"
        assert float(model["difference"]) > 0.1  # type: ignore[arg-type]
