"""The table of outcomes."""

import numpy as np
import pandas as pd
import pytest
from batch_fakes import FakeScenario
from scipy.stats import binomtest

from experiments import run_batch, summary

pytestmark = pytest.mark.usefixtures("fake_model")
TWO = (FakeScenario("low"), FakeScenario("high", level=2.0))


@pytest.fixture
def stored(tmp_path, faults):
    faults(raises=[7])
    return tmp_path, run_batch(TWO, runs=1500, seed=3, out=tmp_path)


def row(table, outcome, category="", scenario="low"):
    wanted = (table["scenario"] == scenario) & (table["outcome"] == outcome) & (table["category"] == category)
    return table[wanted].squeeze()


def test_numbers_have_mean_error_and_percentiles(stored):
    _, frame = stored
    growth = frame[(frame["scenario"] == "low") & (frame["status"] == "ok")]["growth"]
    found = row(summary.table(frame), "growth")
    assert (found["kind"], found["unit"], found["n"], found["not_applicable"], found["failed"]) == (
        "number",
        "%/year",
        1499,
        0,
        1,
    )
    assert found["value"] == pytest.approx(growth.mean())
    assert found["error"] == pytest.approx(growth.sem())
    assert [found["p5"], found["p50"], found["p95"]] == pytest.approx(list(growth.quantile([0.05, 0.5, 0.95])))
    assert found["low"] < found["value"] < found["high"]


def test_events_and_categories_have_shares_with_wilson_intervals(stored):
    _, frame = stored
    table = summary.table(frame)
    good = frame[(frame["scenario"] == "high") & (frame["status"] == "ok")]
    for outcome, category, hits in [
        ("deal", "", int(good["deal"].sum())),
        *(
            ("third", label, int((good["third"] == code).sum()))
            for code, label in enumerate(("eased", "unchanged", "tightened"))
        ),
    ]:
        found = row(table, outcome, category, "high")
        expected = binomtest(hits, len(good)).proportion_ci(method="wilson")
        assert [found["value"], found["low"], found["high"]] == pytest.approx(
            [hits / len(good), expected.low, expected.high]
        )
        assert np.isnan(found["p50"])


def test_a_share_of_months_is_summed_up_as_a_number(stored):
    found = row(summary.table(stored[1]), "calm")
    assert found["kind"] == "number"
    assert found["p95"] > found["p5"]


def test_runs_in_which_an_outcome_does_not_apply_are_counted(stored):
    table = summary.table(stored[1])
    found = row(table, "deal_months")
    deals = round(row(table, "deal")["value"] * 1499)
    assert (found["n"], found["not_applicable"]) == (deals, 1499 - deals)
    assert f"does not apply: deal_months in {1499 - deals:,} runs" in summary.format(table)


def test_the_store_gives_the_same_table_as_the_rows(stored):
    out, frame = stored
    pd.testing.assert_frame_equal(summary.table(out), summary.table(frame), check_exact=True)
    pd.testing.assert_frame_equal(summary.table(out, ["high"]), summary.table(frame, ["high"]))
    pd.testing.assert_frame_equal(summary.table(out, runs=1030), summary.table(frame[frame["run"] < 1030]))
    pd.testing.assert_frame_equal(summary.table(out, runs=1030), summary.table(frame, runs=1030))
    assert list(summary.table(out, ["high", "low"])["scenario"].unique()) == ["high", "low"]


def test_text_is_readable_and_fits(stored):
    text = summary.format(summary.table(stored[1]))
    assert max(map(len, text.splitlines())) <= summary.WIDTH
    assert "low: 1,499 runs; 1 failed and left out" in text
    assert "  unchanged " in text
    assert "%/year" in text
    lines = text.splitlines()
    assert lines.index("third") < next(place for place, line in enumerate(lines) if line.startswith("  eased"))


def test_a_batch_without_a_good_run_has_a_table(tmp_path, faults):
    faults(raises=list(range(5)))
    frame = run_batch(TWO, runs=5, seed=1, out=tmp_path)
    assert summary.table(frame).empty
    assert summary.format(summary.table(tmp_path)) == ""


def test_one_run_has_no_error():
    found = row(summary.table(run_batch(TWO, runs=1, seed=1)), "growth")
    assert found["n"] == 1
    assert np.isnan(found["error"])
    assert " - " in summary.format(summary.table(run_batch(TWO, runs=1, seed=1)))
