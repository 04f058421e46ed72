"""Running until numbers are sure enough, and saying beforehand what a batch would be."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from experiments import dry_run, parts, run_batch, stopping, summary
from experiments.cli import main
from experiments.errors import UsageError
from experiments.manifest import read_manifest
from sim.scenario import load_scenario

SHORT = ["--set", "months=2", "--quiet", "--jobs", "1"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("third_summit", "no stop rule; write OUTCOME=HALFWIDTH"),
        ("third_sumit=0.01", "no outcome 'third_sumit'; did you mean 'third_summit'"),
        ("tests=", "half-width of tests is ''"),
        ("tests=-1", "half-width of tests is '-1'"),
        ("tests=nan", "half-width of tests is 'nan'"),
        ("tests=inf", "half-width of tests is 'inf'"),
    ],
)
def test_a_rule_that_makes_no_sense_is_one_line(rule: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        stopping.wanted([rule])


def run_to(out: Path, rules: dict[str, float], ceiling: int) -> tuple[stopping.Reached, list[int]]:
    asked: list[int] = []

    def extend(runs: int) -> None:
        asked.append(runs)
        run_batch(["baseline-2020"], runs=runs, seed=1, out=out, settings=["months=2"], trajectories=False, jobs=1)

    return stopping.run_until(extend, out, rules, 1000, ceiling), asked


def test_a_batch_goes_on_until_the_interval_is_narrow_enough(tmp_path: Path) -> None:
    out = tmp_path / "b"
    first = 1000
    run_batch(["baseline-2020"], runs=first, seed=1, out=out, settings=["months=2"], trajectories=False, jobs=1)
    now = stopping.look(out, {"reserves_end": 1.0}, first).widths["reserves_end"]
    reached, asked = run_to(out, {"reserves_end": now / np.sqrt(2)}, 100_000)
    assert reached.met
    assert asked[0] == first
    assert 2000 <= reached.runs <= 4000
    table = summary.table(out)
    row = table[table["outcome"] == "reserves_end"].iloc[0]
    assert (row["high"] - row["low"]) / 2 == pytest.approx(reached.widths["reserves_end"])
    assert row["n"] == read_manifest(out).runs == reached.runs


def test_the_ceiling_ends_what_would_take_too_long(tmp_path: Path) -> None:
    reached, asked = run_to(tmp_path / "b", {"tests": 1e-9}, 1500)
    assert not reached.met
    assert asked == [1000, 1500]
    assert "not reached at the ceiling" in stopping.text(reached, {"tests": 1e-9})


def test_an_outcome_without_a_value_goes_on_to_the_ceiling(tmp_path: Path) -> None:
    reached, _ = run_to(tmp_path / "b", {"third_summit_month": 0.5}, 1200)
    assert reached.runs == 1200
    assert np.isnan(reached.widths["third_summit_month"])
    assert not reached.met


def test_what_cannot_be_told_is_not_reached(tmp_path: Path) -> None:
    short, longer = (replace(load_scenario("baseline-2020", [f"months={months}"]), name=f"m{months}") for months in (1, 6))
    run_batch([short, longer], runs=200, seed=1, out=tmp_path / "b", jobs=1)
    table = summary.table(tmp_path / "b")
    assert table[(table["outcome"] == "first_setback_month") & (table["scenario"] == "m6")]["n"].item() > 50
    for outcome in ("first_setback_month", "council_eased"):  # no value in one scenario; the same value in all runs of one
        reached = stopping.look(tmp_path / "b", {outcome: 100.0}, 200)
        assert np.isnan(reached.widths[outcome])
        assert not reached.met
        assert "not known: in some scenario fewer than two" in stopping.text(reached, {outcome: 100.0})


def test_the_need_is_foreseen_from_a_trial() -> None:
    trial = run_batch(["baseline-2020"], runs=256, seed=1, settings=["months=2"])
    width = stopping.look(trial, {"reserves_end": 1}, 256).widths["reserves_end"]
    foreseen = partial(stopping.foreseen, trial, runs=256, first=1000, ceiling=50_000)
    assert foreseen({"reserves_end": 2 * width}) == 1000
    assert foreseen({"reserves_end": width / 4}) == 5000  # 256 x 16 x 1.05, in whole thousands
    assert foreseen({"reserves_end": width / 400}) == 50_000
    assert foreseen({"third_summit_month": 1.0}) == 50_000  # no run has a value


def test_months_are_stored_where_few_runs_are_foreseen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule = ["batch", "baseline-2020", "--set", "months=2", "--seed", "1", "--jobs", "1", "--quiet", "--until"]
    main([*rule, "reserves_end=0.2", "--out", str(tmp_path / "few")])
    assert read_manifest(tmp_path / "few").trajectories
    main([*rule, "reserves_end=0.02", "--out", str(tmp_path / "many"), "--dry-run"])
    said = capsys.readouterr().out
    assert "months are not stored" in said
    assert re.search(r"runs: about \d{1,2},000 of each", said)
    assert "foreseen from a trial, and 100,000 of each at most" in said
    main([*rule, "reserves_end=0.2", "--runs", "3000", "--out", str(tmp_path / "more")])
    assert read_manifest(tmp_path / "more").runs == 3000  # before the first look


def test_the_widest_of_categories_and_scenarios_counts(tmp_path: Path) -> None:
    out = tmp_path / "b"
    run_batch(["baseline-2020", "no-pandemic"], runs=200, seed=1, out=out, settings=["months=2"], jobs=1)
    table = summary.table(out)
    mine = table[table["outcome"] == "deal"]
    assert stopping.look(out, {"deal": 1}, 200).widths["deal"] == pytest.approx(((mine["high"] - mine["low"]) / 2).max())


def test_the_command_says_how_far_it_came_and_goes_on_from_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["batch", "baseline-2020", "--seed", "1", "--out", str(tmp_path / "b"), "--until", "reserves_end=0.05", *SHORT]
    main([*command[:-3], "--jobs", "1", "--json"])
    first = json.loads(capsys.readouterr().out)
    assert max(row["n"] for row in first) == read_manifest(tmp_path / "b").runs
    main([*command[:-3], "--jobs", "1"])
    assert "asked for: reached" in capsys.readouterr().err


def test_a_dry_run_tells_the_design_and_stores_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "b"
    main(["batch", "baseline-2020", "no-pandemic", "--runs", "3000", "--out", str(out), "--dry-run", *SHORT])
    printed = capsys.readouterr().out
    assert "3,000 of each, 6,000 in all" in printed
    assert "6 parts of outcomes; every month is stored" in printed
    assert not out.exists()


def test_the_size_foretold_is_near_the_size_stored(tmp_path: Path) -> None:
    spec = load_scenario("baseline-2020", ["months=4"])
    planned = dry_run.design([spec], runs=parts.PART_RUNS, jobs=1, trajectories=True)
    run_batch([spec], runs=parts.PART_RUNS, seed=1, out=tmp_path / "b", trajectories=True, jobs=1)
    stored = sum(path.stat().st_size for path in (tmp_path / "b").rglob("*.parquet")) / 1e6
    assert planned.megabytes == pytest.approx(stored, rel=0.3)
    assert planned.seconds > 0


def test_what_does_not_fit_on_the_disk_is_refused_with_an_estimate(tmp_path):
    small = dry_run.Design((("plain", 3),), 10**8, False, 2, 97_657, 256, 7200.0, 0.001)
    dry_run.check_room(small, tmp_path / "not" / "yet")
    expected = r"^100,000,000 runs would take about 1000000000\.0 GB of disk and 2\.0 hours, and .* free; ask for fewer"
    with pytest.raises(UsageError, match=expected):
        dry_run.check_room(replace(small, megabytes=1e12), tmp_path)


def test_a_table_of_fewer_runs_than_are_stored_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for runs in ("20", "5"):
        command = ["batch", "baseline-2020", "--runs", runs, "--seed", "1", "--out", str(tmp_path / "b")]
        main([*command, "--set", "months=2", "--jobs", "1"])
    assert "holds 20 runs of each; the table shows the first 5" in capsys.readouterr().err


def test_a_batch_that_was_broken_off_is_finished_before_it_is_looked_at(tmp_path):
    asked = []
    run_batch("baseline-2020", runs=30, seed=1, out=tmp_path, settings=["months=2"], collect=False)

    def extend(runs):
        asked.append(runs)
        run_batch("baseline-2020", runs=runs, seed=1, out=tmp_path, settings=["months=2"], collect=False)

    stopping.run_until(extend, tmp_path, {"third_summit": 0.9}, 1000, 20)
    assert asked == [30]
