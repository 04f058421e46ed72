"""What outcomes depend on: known functions by the same path, and what is said when nothing can be."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from experiments.errors import UsageError
from experiments.sensitivity import METHODS, morris, ranks, sobol, split, tornado
from experiments.sensitivity_report import text
from experiments.study import Study
from experiments.verbs_sensitivity import sensitivity
from sim.chance import stream_class
from sim.model import Peninsula
from sim.state import Array

STREAMS = {"choice/x": 2.0, "shocks/x": 1.0, "initial/x": 1.0, "parameter/harvest.sd": 1.0, "weights/south_korea/x": 1.0}
HARVEST, SEOUL = "harvest.sd", "weights.south_korea"


def additive(model: Peninsula) -> dict[str, Array]:
    """A sum of independent draws, one of each class of luck; the model itself has no part in it."""
    return {"sum": sum(size * model.chance.once(stream) for stream, size in STREAMS.items())}


def study(runs: int) -> Study:
    return Study("baseline-2020", ["tests"], runs, settings=["months=1"], jobs=1, measure=additive)


def test_the_split_of_an_additive_function():
    rows = {row["factor"]: row for row in split(study(8 * 512))}
    expected = {"luck of decisions": 4, "exogenous luck": 1, "initial values": 1, "parameters": 1, "weights": 1}
    assert len({stream_class(stream) for stream in STREAMS}) == len(expected)
    for name, share in expected.items():
        assert rows[name]["total"] == pytest.approx(share / 8, abs=0.03 + share / 40), name
        assert rows[name]["first"] == pytest.approx(share / 8, abs=0.14), name
    assert rows["formulation"]["total"] == 0


def shuffled(model: Peninsula) -> dict[str, Array]:
    """``additive``, and u + 3 (w - 1/2) v with luck w: v moves every run and never the mean over luck."""
    u, v, w = (model.chance.once(stream) for stream in ("parameter/harvest.sd", "parameter/readiness.step", "shocks/x"))
    return {**additive(model), "shuffled": u + 3 * (w - 0.5) * v}


def test_sobol_finds_what_counts_and_what_only_shuffles_luck():
    """Of the second V(Y) = 1/12 + 9/12 E[v^2] = 1/3; total effects: u 1/12, v 9 V(w) V(v) = 1/16; v on the mean: 0."""
    asked = Study("baseline-2020", ["tests"], 10_000, settings=["months=1"], jobs=1, measure=shuffled)
    found = {(row["outcome"], row["factor"]): row for row in sobol(asked, keep=2)}
    assert {name for name, row in found.items() if row["moved"] and row["kind"] != "group"} == {
        ("sum", HARVEST), ("sum", SEOUL), ("shuffled", HARVEST), ("shuffled", "readiness.step"),
    }  # fmt: skip
    expected = {("sum", HARVEST): (1 / 8, 1 / 8), ("sum", SEOUL): (1 / 8, 1 / 8), ("shuffled", HARVEST): (1 / 4, 1 / 4)}
    for name, (total, mean) in {**expected, ("shuffled", "readiness.step"): (3 / 16, 0)}.items():
        assert found[name]["total"] == pytest.approx(total, abs=0.06), name
        assert found[name]["mean"] == pytest.approx(mean, abs=0.06), name
    assert asked.notes[0].startswith(f"2 of {len(asked.drawn())} drawn parameters kept")
    assert asked.spent <= asked.runs
    assert [row["factor"] for row in ranks(list(found.values()), "total")["shuffled"][:2]] == [HARVEST, "readiness.step"]


def test_one_at_a_time_and_screening_move_only_what_counts():
    for rows, column in ((tornado(study(1000)), "change"), (morris(study(1000)), "mu_star")):
        moved = {row["factor"]: row[column] for row in rows if row[column] != 0}
        assert list(moved) == [HARVEST]
        assert moved[HARVEST] == pytest.approx(0.9)


def test_a_parameter_of_what_cannot_happen_yet_moves_nothing():
    rows = tornado(Study("baseline-2020", ["trade_recovery"], 1000, settings=["months=2"], jobs=1))
    later = [row for row in rows if row["factor"].startswith("domestic.")]
    assert later
    assert all(row["low"] == row["high"] == row["change_95"] == 0 for row in later)
    assert any(row["change"] != 0 for row in rows)


def test_an_outcome_that_never_varies_is_one_line():
    asked = Study("baseline-2020", ["third_summit"], 1000, settings=["months=1"], jobs=1)
    assert tornado(asked) == []
    assert "third_summit is 0 in all" in text("tornado", asked, [])


@pytest.mark.parametrize("method", METHODS)
def test_too_few_runs_are_refused(method):
    with pytest.raises(UsageError, match="raise --runs"):
        METHODS[method](study(100))


def test_an_unknown_outcome_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError, match="did you mean 'third_summit'"):
        Study("baseline-2020", ["third_sumit"], 1000)


def test_the_verb_prints_and_draws(tmp_path):
    wanted = ["baseline-2020", "--outcome", "tests", "--method", "split", "--runs", "512", "--jobs", "1"]
    wanted += ["--set", "months=2"]
    told = CliRunner().invoke(sensitivity, [*wanted, "--out", str(tmp_path), "--json"])
    found = json.loads(told.stdout)
    assert found["runs"] == 512
    assert {row["factor"] for row in found["rows"]} >= {"luck of decisions", "formulation"}
    assert {path.name for path in tmp_path.iterdir()} == {f"sensitivity_split.{kind}" for kind in ("png", "svg", "csv")}
