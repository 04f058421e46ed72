"""Summaries are right: shares, quantiles, distributions, and what is laid beside them."""

import numpy as np
import pandas as pd
import pytest
from figure_batches import FAKES, NAMES, make

from experiments import run_batch
from experiments.figures import data, series
from experiments.figures.tables import write_table
from sim import history
from sim.state import Month


def summary(values: dict[str, list[object]], names: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame({"scenario": "base", "run": range(len(next(iter(values.values())))), **values})
    return data.summarise_outcomes(frame, FAKES, names)


@pytest.mark.parametrize("codes", [[0, 0, 1.0, 2, np.nan], ["none", "none", "freeze", "package", None]])
def test_categories_are_text_or_places(codes):
    table = summary({"deal": codes}, ["deal"]).set_index("label")
    assert list(table.index) == ["none", "freeze", "package"]
    assert list(table["share"]) == [0.5, 0.25, 0.25]
    assert set(table["n"]) == {4}
    assert set(table["runs"]) == {5}
    assert (table["low"] < table["share"]).all()
    assert (table["share"] < table["high"]).all()


def test_a_category_that_is_not_listed_is_shown_all_the_same():
    table = summary({"deal": ["none", "treaty"]}, ["deal"]).set_index("label")
    assert table.loc["treaty", "share"] == 0.5
    assert table.loc["freeze", "share"] == 0


def test_yes_or_no_is_one_share_and_other_shares_are_numbers():
    table = summary({"third_summit": [0, 1, 0, 0], "quiet": [0.2, 0.5, 1.0, 0.0]}, ["third_summit", "quiet"])
    yes = table[table["outcome"] == "third_summit"]
    assert list(yes["label"]) == ["yes"]
    assert list(yes["share"]) == [0.25]
    assert set(table.loc[table["outcome"] == "quiet", "part"]) == {"summary", "bin"}


def test_numbers_have_quantiles_and_bins_that_add_up():
    values = np.random.default_rng(1).normal(size=1000)
    table = summary({"level": list(values)}, ["level"])
    whole = table[table["part"] == "summary"].iloc[0]
    assert list(whole[list(data.QUANTILES)]) == pytest.approx(list(np.quantile(values, data.LEVELS)))
    assert whole["mean"] == pytest.approx(values.mean())
    bins = table[table["part"] == "bin"]
    assert bins["share"].sum() == pytest.approx(1)
    assert (bins["to"] > bins["from"]).all()
    assert bins["from"].iloc[0] == pytest.approx(values.min())


def test_whole_numbers_get_a_bar_each():
    bins = summary({"count": [0, 0, 1, 3]}, ["count"]).query("part == 'bin'")
    assert list(bins["from"]) == [-0.5, 0.5, 1.5, 2.5]
    assert list(bins["share"]) == [0.5, 0.25, 0.0, 0.25]
    assert len(data.bin_edges(np.arange(1000.0), 1000)) <= data.WHOLE_NUMBERS_UP_TO + 1


def test_far_values_are_left_off_the_axis_and_said_so():
    values = [*np.linspace(0, 1, 999), 1e6]
    table = summary({"level": values}, ["level"])
    assert table["to"].max() < 2
    assert 0.98 < table["shown"].min() < 1


def test_one_value_for_all_and_no_value_at_all():
    edges = data.bin_edges(np.full(5, 0.3), 5)
    assert edges[0] < 0.3 < edges[1]
    nothing = summary({"level": [np.nan, np.nan]}, ["level"])
    assert list(nothing["part"]) == ["summary"]
    assert list(nothing["n"]) == [0]


def test_missing_values_are_counted():
    row = summary({"when_month": [3.0, np.nan, np.nan, 5.0]}, ["when_month"]).iloc[0]
    assert (row["n"], row["runs"], row["p50"]) == (2, 4, 4.0)


def test_moves_are_shares_of_months():
    frame = pd.DataFrame({"scenario": ["a", "a", "b"], "run": [0, 1, 0], "moves.china.food_aid": [0, 5, 12]})
    table = data.summarise_moves(frame, {"a": 10, "b": 24})
    assert list(table["share"]) == [0.25, 0.5]
    assert list(table["never"]) == [0.5, 0.0]
    assert set(table["action"]) == {"food_aid"}


def test_months_are_summarised_over_runs():
    batch = make(2, 50)
    frame = batch.trajectories(["reserves"])
    table = series.summarise_months(frame, ["reserves"])
    assert len(table) == 2 * 20
    row = table[(table["scenario"] == NAMES[1]) & (table["month"] == "2021-03")].iloc[0]
    values = frame.loc[(frame["scenario"] == NAMES[1]) & (frame["month"] == "2021-03"), "reserves"].to_numpy(dtype=float)
    assert list(row[list(data.QUANTILES)]) == pytest.approx(list(np.quantile(values, data.LEVELS)))
    assert row["mean"] == pytest.approx(values.mean())


def test_failed_runs_do_not_count():
    batch = make(1, 10)
    broken = batch.trajectory_rows.copy()
    broken.loc[broken["run"] == 3, "reserves"] = np.nan
    table = series.summarise_months(broken, ["reserves"])
    assert set(table["n"]) == {9}


def test_stored_months_may_be_categories():
    batch = make(2, 5)
    rows = batch.trajectory_rows.assign(month=pd.Categorical(batch.trajectory_rows["month"]))
    rows["scenario"] = pd.Categorical(rows["scenario"], categories=list(NAMES[:2]))
    stored = data.Frames(batch.manifest, batch.outcome_rows, rows)
    pd.testing.assert_frame_equal(
        series.fan(batch, ["reserves"]), series.fan(stored, ["reserves"]), check_column_type=False, check_dtype=False
    )


def test_fans_carry_observations_and_the_record():
    table = series.fan(make(2, 10), ["trade.russia.exports"])
    assert set(table["kind"]) == {"simulated", "observed", "record"}
    record = table[table["kind"] == "record"]
    assert sorted(set(record["month"])) == ["2019-02", "2020-01", "2020-02"]
    assert set(record["scenario"]) == set(NAMES[:2])
    seen = table[table["kind"] == "observed"]
    assert list(seen["month"]) == ["2020-04", "2020-07", "2020-10", "2021-01"]
    assert set(table["unit"]) == {"m USD/month"}
    assert list(table.columns) == list(series.COLUMNS)


def test_old_records_are_left_out():
    batch = make(1, 5, start="2022-01", months=6)
    table = series.fan(batch, ["trade.russia.exports"])
    assert set(table["kind"]) == {"simulated"}


def test_tests_add_over_classes_and_months():
    batch = make(1, 40)
    columns = [name for name in batch.trajectory_rows.columns if name.startswith("tests.")]
    table = series.tests_by_month(batch, columns)
    simulated = table[table["kind"] == "simulated"]
    means = {name: simulated[simulated["variable"] == name].set_index("month")["mean"] for name in ("tests", "any", "total")}
    each = batch.trajectory_rows.groupby("month")[columns].mean().sum(axis=1)
    assert list(means["tests"]) == pytest.approx(list(each), rel=1e-6)
    assert list(means["total"]) == pytest.approx(list(each.cumsum()), rel=1e-6)
    assert ((means["any"] > 0) & (means["any"] <= 1)).all()
    totals = table[(table["kind"] == "observed") & (table["variable"] == "total")]
    assert totals["value"].iloc[-1] == 4  # days with a test from May 2020 to December 2021
    assert totals["value"].is_monotonic_increasing


def test_parts_of_years():
    parts = list(series.parts_of_years(Month(2020, 5), Month(2022, 2)))
    assert [(str(first), str(last)) for first, last in parts] == [
        ("2020-05", "2020-12"),
        ("2021-01", "2021-12"),
        ("2022-01", "2022-02"),
    ]


def test_observed_sums_of_years_and_of_parts():
    assert series.observed_sum("trade.china", Month(2021, 1), Month(2021, 12))[0] == pytest.approx(318.0)
    part, source = series.observed_sum("trade.china", Month(2020, 5), Month(2020, 12))
    assert part == pytest.approx(63 + 96.802 + 73.843 + 25.82 + 20.818 + 1.66 + 1.27 + 5)
    assert source
    assert series.observed_sum("trade.russia.imports", Month(2020, 5), Month(2020, 12)) == (
        None,
        "",
    )  # March to September only
    assert series.observed_sum("trade.china.exports", Month(2020, 5), Month(2020, 12)) == (None, "")  # a guess in part
    assert series.observed_sum("trade.china", Month(2022, 1), Month(2022, 12)) == (None, "")


def test_years_compare_the_same_months():
    batch = make(1, 30)
    flows = ["trade.china.exports", "trade.china.imports"]
    table = series.years(batch, {"trade.china": flows, "trade.china.exports": flows[:1]})
    both = table[table["variable"] == "trade.china"]
    assert list(both["kind"]) == ["simulated", "observed"] * 2
    assert list(both["first"].unique()) == ["2020-05", "2021-01"]
    frame = batch.trajectory_rows
    sums = frame[frame["month"] >= "2021-01"].groupby("run")[flows].sum().sum(axis=1)
    assert both["p50"].iloc[2] == pytest.approx(np.median(sums), rel=1e-5)
    left = table[table["kind"] == "left out"]
    assert list(zip(left["variable"], left["first"], strict=True)) == [("trade.china.exports", "2020-05")]


def test_every_column_of_history_is_known_to_the_figures():
    batch = make(1, 3)
    for column in history.COLUMNS:
        assert list(series.overlapping(batch, [column]))


def test_tables_are_written_without_formulas(tmp_path):
    table = pd.DataFrame({"scenario": ["=cmd()", "+1", "plain"], "value": [-1.5, 0.1234567891, np.nan]})
    path = write_table(table, tmp_path / "table.csv")
    assert path.read_text("utf-8") == "scenario,value\n'=cmd(),-1.5\n'+1,0.123457\nplain,\n"


def test_a_stored_batch_is_read_by_columns(tmp_path):
    run_batch(["baseline-2020"], runs=3, seed=1, out=tmp_path, jobs=1)
    batch = data.open_batch(tmp_path)
    assert data.scenario_names(batch) == ["baseline-2020"]
    assert batch.manifest["scenarios"][0]["start"] == "2020-05"
    assert "reserves_end" in batch.columns("outcomes")
    assert list(batch.trajectories(["reserves"]).columns) == ["scenario", "run", "month", "reserves"]
    assert list(batch.outcomes(["reserves_end"]).columns) == ["scenario", "run", "reserves_end"]


def test_a_batch_without_trajectories_has_no_columns_of_them(tmp_path):
    run_batch(["baseline-2020"], runs=2, seed=1, out=tmp_path, jobs=1, trajectories=False)
    assert data.open_batch(tmp_path).columns("trajectories") == []


def test_values_in_even_steps_get_a_bar_each():
    steps = np.random.default_rng(2).integers(0, 21, 500) / 20
    edges = data.bin_edges(steps, 500)
    assert np.diff(edges) == pytest.approx([0.05] * (len(edges) - 1))
    assert np.histogram(steps, edges)[0].sum() == 500
    assert data.even_step(np.random.default_rng(2).normal(size=500)) == 0
    assert data.even_step(np.array([0.1, 0.2, 0.3, 0.2])) == 0  # too few to say
