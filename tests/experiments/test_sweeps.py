"""Sweeps: design points as scenarios of one batch, apart from the runs of each."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from experiments import checking, readers, run_batch, sweep_file, sweep_keys, sweep_report, sweep_variance, sweeps
from experiments.errors import BatchDiffers, UsageError
from experiments.figures import sweep as drawing
from experiments.manifest import read_manifest
from experiments.store import contents_digest
from experiments.sweep_design import FILE, design_of, stored_design, write_design
from experiments.sweep_variance import against_mean, split
from experiments.verbs_sweep import sweep as verb
from sim.scenario import load_scenario

TAKE, RULE = "parameters.labour.take", "nations.russia.rule"
SHORT = ("months=3",)
RUNS = 12


def asked(*texts: str, design: str = "grid", points: int | None = None) -> sweeps.Sweep:
    return sweeps.Sweep("baseline-2020", tuple(sweep_keys.axis(text) for text in texts), design, points, SHORT)


def run(sweep: sweeps.Sweep, out: Path, runs: int = RUNS, seed: int | None = 3) -> None:
    plan = sweeps.Plan.of(sweep, runs=runs, seed=seed, out=out, trajectories=None)
    assert plan.run(out, jobs=1, progress=None, command="") == 0


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sweep") / "batch"
    run(asked(f"{TAKE}=0.5,0.8", f"{RULE}=null,satisficing,inertia"), out)
    return out


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample") / "batch"
    run(asked(f"{TAKE}=0.5..0.8", "initial.reserves=2..6", f"{RULE}=satisficing,inertia", design="lhs", points=4), out)
    return out


def test_run_k_of_a_point_is_run_k_of_the_scenario_alone(stored: Path) -> None:
    alone = run_batch(["baseline-2020"], runs=RUNS, seed=3, settings=[*SHORT, f"{TAKE}=0.8", f"{RULE}=inertia"], jobs=1)
    here = readers.read_outcomes(stored, scenarios=["baseline-2020-p06"])
    shared = [name for name in here.columns if name != "scenario"]
    pd.testing.assert_frame_equal(here[shared], alone[shared], check_exact=True)


def test_points_and_runs_are_separate_axes(stored: Path) -> None:
    frame = readers.read_outcomes(stored, ["seed"])
    assert frame.groupby("scenario", observed=True)["run"].apply(list).tolist() == [list(range(RUNS))] * 6
    values = sweep_report.values_of(readers.read_outcomes(stored, ["tests"]), stored_design(stored), "tests")
    assert values.shape == (6, RUNS)
    assert (values[3] == readers.read_outcomes(stored, ["tests"], ["baseline-2020-p04"])["tests"]).all()


def test_the_design_is_in_the_batch_itself(stored: Path) -> None:
    expected = [(take, rule) for take in (0.5, 0.8) for rule in (None, "satisficing", "inertia")]
    (stored / FILE).unlink()
    found = stored_design(stored)
    assert found.names == tuple(f"baseline-2020-p{number:02}" for number in range(1, 7))
    assert list(zip(found.columns[TAKE], found.columns[RULE], strict=True)) == expected
    assert found.grid
    table = pd.read_csv(write_design(stored))
    assert list(table.columns) == ["point", "scenario", f"{TAKE} (share)", RULE]
    assert table["scenario"].tolist() == list(found.names)


def test_a_batch_that_is_no_sweep_has_no_design(tmp_path: Path) -> None:
    names = ("baseline-2020", "no-pandemic")
    assert design_of([load_scenario(name).document() for name in names]) is None
    run_batch("baseline-2020", runs=2, seed=1, settings=["months=1"], out=tmp_path / "b", jobs=1)
    with pytest.raises(UsageError, match="holds no sweep"):
        stored_design(tmp_path / "b")


def test_a_latin_hypercube_has_one_point_in_each_slice_and_follows_from_its_seed() -> None:
    wanted = asked(f"{TAKE}=0.4..0.8", "initial.reserves=1..5", design="lhs", points=20)
    points = sweeps.expand(wanted, 7)
    for key, low, high in ((TAKE, 0.4, 0.8), ("initial.reserves", 1, 5)):
        slices = [math.floor(20 * (float(point.settings[key]) - low) / (high - low)) for point in points]
        assert sorted(slices) == list(range(20))
    assert sweeps.expand(wanted, 7) == points
    assert sweeps.expand(wanted, 8) != points


def test_a_sobol_design_fills_evenly_and_needs_a_power_of_two() -> None:
    points = sweeps.expand(asked(f"{TAKE}=0.4..0.8", "initial.reserves=1..5", design="sobol", points=16), 1)
    quarters = Counter(int((float(point.settings[TAKE]) - 0.4) / 0.1) for point in points)
    assert quarters == {0: 4, 1: 4, 2: 4, 3: 4}
    with pytest.raises(UsageError, match="power of two points, such as 8 or 16, not 12"):
        sweeps.expand(asked(f"{TAKE}=0.4..0.8", design="sobol", points=12), 1)


def test_names_and_whole_numbers_are_drawn_as_such() -> None:
    wanted = asked(f"{RULE}=satisficing,inertia,null", "initial.crisis=0..2", design="lhs", points=9)
    points = sweeps.expand(wanted, 1)
    assert Counter(point.settings[RULE] for point in points) == {"satisficing": 3, "inertia": 3, "null": 3}
    assert Counter(point.settings["initial.crisis"] for point in points) == {"0": 3, "1": 3, "2": 3}


def test_steps_of_a_range_make_a_grid() -> None:
    axes = tuple(sweep_keys.axis(text) for text in ("months=2..4", f"{TAKE}=0.4..0.8"))
    points = sweeps.expand(sweeps.Sweep("baseline-2020", axes, points=3), 1)
    assert [point.settings["months"] for point in points] == ["2"] * 3 + ["3"] * 3 + ["4"] * 3
    assert [float(point.settings[TAKE]) for point in points[:3]] == pytest.approx([0.4, 0.6, 0.8])


def test_a_file_and_the_command_line_say_the_same(tmp_path: Path, sampled: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        f"scenario: baseline-2020\ndesign: lhs\npoints: 4\nseed: 3\nruns: {RUNS}\nset: {{months: 3}}\nvary:\n"
        f"  {TAKE}: 0.5..0.8\n  initial.reserves: 2..6\n  {RULE}: [satisficing, inertia]\n"
    )
    said = sweep_file.read(path)
    assert (said.runs, said.seed) == (RUNS, 3)
    run(said.sweep, tmp_path / "b", said.runs or 0, said.seed)
    assert contents_digest(tmp_path / "b") == contents_digest(sampled)


def test_the_design_of_a_sweep_is_a_table_of_points(tmp_path: Path, sampled: Path) -> None:
    (tmp_path / "points.csv").write_text((sampled / FILE).read_text())
    (tmp_path / "mine.yaml").write_text("scenario: baseline-2020\npoints: points.csv\nset: {months: 3}\n")
    run(sweep_file.read(tmp_path / "mine.yaml").sweep, tmp_path / "b")
    assert contents_digest(tmp_path / "b") == contents_digest(sampled)


def test_a_sweep_goes_on_where_it_stopped_with_the_seed_it_had(tmp_path: Path, sampled: Path) -> None:
    wanted = asked(f"{TAKE}=0.5..0.8", "initial.reserves=2..6", f"{RULE}=satisficing,inertia", design="lhs", points=4)
    out = tmp_path / "b"
    run(wanted, out)
    lost = next(out.glob("outcomes/scenario=baseline-2020-p03/part-*"))
    lost.unlink()
    (lost.parents[2] / "stored.jsonl").unlink()  # as if it had never been reported
    run(wanted, out, seed=None)
    assert contents_digest(out) == contents_digest(sampled)
    assert checking.verify(out) == []
    run(wanted, out, runs=RUNS + 5, seed=None)
    assert read_manifest(out).runs == RUNS + 5
    with pytest.raises(BatchDiffers, match="seed 3 is stored, 4 was asked for"):
        run(wanted, out, seed=4)


def test_the_share_between_points_is_that_of_known_variances() -> None:
    rng = np.random.default_rng(1)
    held, shares = 0, []
    for _ in range(200):
        luck, own = rng.normal(size=200), rng.normal(size=(10, 200))
        values = np.linspace(-1, 1, 10)[:, None] + 2 * luck + own
        found = split(values)
        shares.append(found.share)
        held += found.low <= 0.4074074 / (0.4074074 + 5) <= found.high
    assert np.mean(shares) == pytest.approx(0.4074074 / 5.4074074, rel=0.03)
    assert 0.88 <= held / 200 <= 0.99


@pytest.mark.parametrize(("points", "runs", "level"), [(2, 8, 0.0), (5, 101, 1e5), (3, 50, -4.0)])
def test_shares_without_a_group_are_those_of_the_other_runs(points: int, runs: int, level: float) -> None:
    rng = np.random.default_rng(points)
    values = level + rng.normal(size=(points, runs)) + rng.normal(size=runs) + rng.normal(size=(points, 1))
    groups = np.array_split(np.arange(runs), min(40, runs // 2))
    whole, *left_out = sweep_variance.shares(values, len(groups))
    for group, found in zip(groups, left_out, strict=True):
        others = np.delete(values, group, axis=1)
        apart = others - others.mean(axis=1, keepdims=True) - others.mean(axis=0) + others.mean()
        noise = (apart**2).sum() / (points - 1) / (others.shape[1] - 1)
        between = others.mean(axis=1).var() - (points - 1) / points * noise / others.shape[1]
        assert found == pytest.approx(between / (between + others.var(axis=1, ddof=1).mean()), abs=1e-9)
    assert whole == pytest.approx(np.mean(left_out), abs=0.05)


def test_points_that_do_not_differ_have_no_share_whatever_the_luck() -> None:
    rng = np.random.default_rng(2)
    found = [split(rng.normal(size=(8, 50))) for _ in range(200)]
    assert np.mean([each.low == 0 for each in found]) > 0.9
    assert np.isnan(split(np.ones((3, 50))).share)
    assert split(np.where(np.arange(50) < 45, np.nan, rng.normal(size=(3, 50)))).runs == 5


def test_common_luck_leaves_differences_from_the_mean_narrow() -> None:
    rng = np.random.default_rng(3)
    values = np.array([[0.0], [0.1]]) + 10 * rng.normal(size=400) + 0.1 * rng.normal(size=(2, 400))
    apart, half = against_mean(values)
    assert apart == pytest.approx([-0.05, 0.05], abs=0.02)
    assert (half < 0.01).all()


@pytest.mark.parametrize("shares", [(0.01, 0.03), (0.017, 0.025, 0.03, 0.037), (0.5, 0.55)])
def test_the_interval_of_a_small_share_of_variance_covers_it(shares: tuple[float, ...]) -> None:
    """Events under common luck, which few runs tell apart between points."""
    rng = np.random.default_rng(len(shares))
    known = np.array(shares)
    between = known.var()
    truth = between / (between + (known * (1 - known)).mean())
    found = [split((rng.random(100) < known[:, None]).astype(np.float64)) for _ in range(200)]
    told = [each for each in found if not np.isnan(each.share)]
    assert np.mean([each.low <= truth <= each.high for each in told]) > 0.92
    assert np.mean([each.high for each in told]) < 0.1


def test_what_never_differs_may_yet() -> None:
    for same in (np.ones((3, 50)), np.full((2, 20), 3.0), np.zeros((2, 30))):
        found = split(same)
        assert np.isnan([found.share, found.low, found.high]).all()
        yet = f"none of {same.shape[1]} runs differs that have a value at every point; up to "
        assert yet in sweep_report.split_text(found)


@pytest.mark.parametrize("runs", [100, 200, 1000])
def test_points_that_decide_all_have_an_interval_all_the_same(runs: int) -> None:
    found = split(np.repeat([[0.0], [1.0]], runs, axis=1))
    assert found.share == found.high == 1
    assert 1 - 6 / runs < found.low < 1 - 0.5 / runs


def test_a_point_in_which_all_runs_are_alike_has_no_error(tmp_path: Path) -> None:
    vary = ["--vary", "parameters.sanctions.coal_cap=300,500", "--set", "months=3", "--runs", "12", "--seed", "2"]
    done = CliRunner().invoke(verb, ["baseline-2020", *vary, "--out", str(tmp_path / "s"), "-o", "council_eased"])
    assert done.exit_code == 0
    assert "nan" not in done.stdout
    assert re.search(r"^p01 +300 +\S+ +- +- +12$", done.stdout, re.MULTILINE)


def test_few_runs_that_differ_do_not_tell_points_apart() -> None:
    runs = np.zeros((2, 1000))
    for differing, told in ((0, False), (4, False), (8, True)):
        runs[1, :differing] = 1
        apart, half = against_mean(runs)
        assert (half > 0).all()
        assert (np.abs(apart) > half).all() == told, differing


def test_what_every_run_says_tells_points_apart_and_rounding_does_not() -> None:
    luck = np.random.default_rng(4).integers(0, 9, 100) / 10
    apart, half = against_mean(np.stack([luck, luck, luck + 0.5]))
    assert (np.abs(apart) > half).all()
    apart, half = against_mean(np.full((3, 100), 0.1) + luck)
    assert apart.tolist() == half.tolist() == [0, 0, 0]


def test_few_runs_have_the_interval_of_student() -> None:
    values = np.random.default_rng(5).normal(size=(2, 8))
    half = against_mean(values)[1][0]
    assert half == pytest.approx(2.3646 * np.std((values[0] - values[1]) / 2, ddof=1) / np.sqrt(8), rel=1e-3)


def test_the_table_agrees_with_the_stored_runs(stored: Path) -> None:
    report = sweep_report.Report.of(stored, ["tests", "deal==none", "deal"])
    rows = report.rows()
    mine = [row for row in rows if row["outcome"] == "tests"]
    frame = readers.read_outcomes(stored, ["tests"])
    means = frame.groupby("scenario", observed=True)["tests"].agg(["mean", "std"])
    assert [row["value"] for row in mine] == pytest.approx(means["mean"].tolist())
    assert [row["error"] for row in mine] == pytest.approx((means["std"] / math.sqrt(RUNS)).tolist())
    assert {row["n"] for row in mine} == {RUNS}
    none = [row["value"] for row in rows if row["category"] == "none"]
    assert none == [row["value"] for row in rows if row["outcome"] == "deal==none"]
    with pytest.raises(UsageError, match="no outcome 'test'; did you mean 'tests'"):
        sweep_report.Report.of(stored, ["test"])


def test_the_verb_runs_prints_draws_and_prints_again(tmp_path: Path) -> None:
    out = str(tmp_path / "b")
    command = [
        "baseline-2020",
        "--vary",
        f"{TAKE}=0.5,0.8",
        "--set",
        "months=2",
        "--seed",
        "1",
        "--runs",
        "10",
        "--out",
        out,
    ]
    planned = CliRunner().invoke(verb, [*command, "--dry-run"])
    assert "baseline-2020-p02: " in planned.stdout
    assert "10 of each, 20 in all" in planned.stdout
    assert not Path(out).exists()
    result = CliRunner().invoke(verb, [*command, "--jobs", "1", "--plot"])
    assert result.exit_code == 0, result.output
    assert "third_summit (share of runs)\nBetween points: " in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 110
    assert (tmp_path / "b" / "figures" / "sweep_third_summit.svg").exists()
    again = CliRunner().invoke(verb, [out])
    assert again.stdout == result.stdout
    document = json.loads(CliRunner().invoke(verb, [out, "--json", "-o", "tests"]).stdout)
    assert [row["point"] for row in document["rows"]] == [1, 2]
    assert document["keys"] == [{"key": TAKE, "unit": "share", "grade": "V"}]


def test_each_kind_of_design_has_its_picture_and_the_same_bytes_twice(stored: Path, sampled: Path, tmp_path: Path) -> None:
    assert drawing.kind(stored_design(stored)) == "map"
    assert drawing.kind(stored_design(sampled)) == "parts"
    for home, outcome, stem in ((stored, "tests", "tests"), (sampled, "deal>=freeze", "deal_from_freeze")):
        first, second = (drawing.draw(home, [outcome], tmp_path / name) for name in ("a", "b"))
        assert [path.name for path in first] == [f"sweep_{stem}.{kind}" for kind in ("png", "svg", "csv")]
        assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_marks_have_the_intervals_of_the_table(stored: Path) -> None:
    report = sweep_report.Report.of(stored, ["tests"])
    drawn = drawing.summarise(report.frame, report.design, "tests")
    drawn = drawn[drawn["part"] == "point"]
    for name in ("value", "low", "high", "n"):
        assert list(drawn[name]) == pytest.approx([row[name] for row in report.rows()])


def test_of_many_points_of_which_few_have_a_value_each_is_printed_once(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_report, "SHOWN", 2)
    report = sweep_report.Report.of(stored, ["tests"])
    printed = [line.partition(" ")[0] for line in sweep_report.text(report).split("\n")]
    points = [name.rpartition("-")[2] for name in report.design.names]
    assert len(points) < 2 * sweep_report.ENDS
    assert sorted(word for word in printed if word in points) == points


def test_means_over_parts_of_a_range_are_means_of_their_points(sampled: Path) -> None:
    design = stored_design(sampled)
    frame = readers.read_outcomes(sampled, ["tests"])
    data = drawing.summarise(frame, design, "tests")
    points, means = (data[data["part"] == part] for part in ("point", "mean"))
    inertial = points.loc[points[RULE] == "inertia", "value"]
    row = means[(means["key"] == RULE) & (means["level"] == "inertia")].iloc[0]
    assert row["points"] == len(inertial) == 2
    assert row["value"] == pytest.approx(inertial.mean())
    assert row["difference"] == pytest.approx(inertial.mean() - points["value"].mean())
    assert means.loc[means["key"] == TAKE, "points"].sum() == 4


def test_the_figures_of_the_gallery_apply_to_sweeps_alone(stored: Path, tmp_path: Path) -> None:
    from experiments.figures.data import open_batch

    run_batch("baseline-2020", runs=2, seed=1, settings=["months=1"], out=tmp_path / "b", jobs=1)
    figures = drawing.figures()
    assert all(figure.columns(open_batch(stored)) for figure in figures)
    assert not any(figure.columns(open_batch(tmp_path / "b")) for figure in figures)
    batch = open_batch(stored)
    assert figures[0].draw(batch, figures[0].data(batch)).axes
