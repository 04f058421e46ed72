"""Lints of a stored batch: what is planted is found, and nothing else is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from experiments import lint_sights, lints, run_batch
from experiments.cli import main
from experiments.errors import StorageError
from experiments.estimates import wilson
from experiments.language import translated
from experiments.verbs_lint import lint

RUNS = 60
HEAD = "title: T\nquestion: Why?\nextends: baseline-2020\n"
FILES = {
    "twin": "",
    "idle": "events+:\n  - {month: 2020-06, add: {reserves: 0}, why: nothing is added}\n",
    "apart": "events+:\n  - {month: 2020-06, set: {reserves: 9}, why: a gift}\n",
    "tail": "parameters:\n  labour.take: {normal: [0.5, 0.3]}\n  pandemic.end: 100\n",
}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("lints")
    for name, text in FILES.items():
        (home / f"{name}.yaml").write_text(HEAD + text)
    files = [str(home / f"{name}.yaml") for name in FILES]
    run_batch(["baseline-2020", *files], runs=RUNS, seed=5, out=home / "batch", settings=["months=3"], trajectories=True)
    return home / "batch"


@pytest.fixture(scope="module")
def found(stored: Path) -> list[lints.Remark]:
    return lints.remarks(stored)


def of(found: list[lints.Remark], kind: str) -> dict[str, lints.Remark]:
    return {remark.scenario: remark for remark in found if remark.kind == kind}


class TestScenariosThatChangeNothing:
    def test_they_are_told_and_no_others(self, found: list[lints.Remark]) -> None:
        assert list(of(found, lints.NOTHING)) == ["twin", "idle"]

    def test_one_that_is_another_under_a_new_name(self, found: list[lints.Remark]) -> None:
        assert "it is baseline-2020 under another name" in of(found, lints.NOTHING)["twin"].meaning

    def test_one_whose_keys_move_nothing_names_them(self, found: list[lints.Remark]) -> None:
        remark = of(found, lints.NOTHING)["idle"]
        assert remark.outcomes == ("events.2020-06",)
        assert f"all {RUNS} runs have the outcomes of baseline-2020" in remark.meaning
        assert f"at most {wilson(0, RUNS)[1]:.2%} of runs would differ" in remark.advice

    def test_without_the_parent_it_is_compared_with_the_rest(self, tmp_path: Path) -> None:
        for name in ("twin", "idle", "apart"):
            (tmp_path / f"{name}.yaml").write_text(HEAD + FILES[name])
        files = [str(tmp_path / f"{name}.yaml") for name in ("apart", "idle", "twin")]
        run_batch(files, runs=10, seed=5, out=tmp_path / "batch", settings=["months=2"], trajectories=False)
        told = of(lints.remarks(tmp_path / "batch"), lints.NOTHING)
        assert list(told) == ["twin"]
        assert "have the outcomes of idle" in told["twin"].meaning

    def test_a_parent_that_stands_after_its_child_is_not_blamed(self, tmp_path: Path) -> None:
        (tmp_path / "twin.yaml").write_text(HEAD)
        batch = tmp_path / "batch"
        names = [str(tmp_path / "twin.yaml"), "baseline-2020"]
        run_batch(names, runs=10, seed=5, out=batch, settings=["months=2"], trajectories=False)
        assert list(of(lints.remarks(batch), lints.NOTHING)) == ["twin"]


class TestAlikeRuns:
    def test_runs_with_luck_are_not_told(self, found: list[lints.Remark]) -> None:
        assert of(found, lints.ALIKE) == {}

    @pytest.mark.parametrize(
        ("numbers", "said"),
        [([1.0] * 8, "all 8 runs have the same outcomes"), ([1.0, 2, 3, 4, 1, 2, 7, 8], "2 of 8 runs (7.15% to 59.07%)")],
    )
    def test_alike_runs_are_counted(self, numbers: list[float], said: str, monkeypatch: pytest.MonkeyPatch, fake_model: Any,
                                    tmp_path: Path) -> None:  # fmt: skip
        whole = fake_model.simulate_block

        def alike(scenario: Any, **asked: Any) -> Any:
            block = whole(scenario, **asked)
            block.outcomes.update({name: np.array(numbers) for name in block.outcomes})
            return block

        monkeypatch.setattr(fake_model, "simulate_block", alike)
        run_batch([fake_model.FakeScenario()], runs=8, seed=1, jobs=1, out=tmp_path / "batch")
        told = of(lints.remarks(tmp_path / "batch", [lints.ALIKE]), lints.ALIKE)
        assert said in told["plain"].meaning

    def test_a_missing_value_and_a_zero_of_either_sign_are_alike(self) -> None:
        rows = np.array([[0.0, np.nan], [-0.0, -np.nan], [1.0, np.nan]])
        hashes = np.zeros(3, dtype=np.uint64)
        for column in rows.T:
            hashes = lint_sights.mixed(hashes, column)
        assert hashes[0] == hashes[1] != hashes[2]

    def test_the_order_of_columns_counts(self) -> None:
        hashes = np.zeros(2, dtype=np.uint64)
        for column in (np.array([1.0, 2.0]), np.array([2.0, 1.0])):
            hashes = lint_sights.mixed(hashes, column)
        assert hashes[0] != hashes[1]


class TestConstantAndSaturated:
    def test_constant_outcomes_stand_in_one_line(self, found: list[lints.Remark]) -> None:
        mine = [remark for remark in found if (remark.kind, remark.scenario) == (lints.CONSTANT, "baseline-2020")]
        assert ["third_summit_month" in remark.outcomes for remark in mine] == [False] * (len(mine) - 1) + [True]
        assert f"no value in any of {RUNS} runs" in mine[-1].meaning

    def test_what_never_happened_is_told_with_its_bound(self, found: list[lints.Remark]) -> None:
        told = next(remark for remark in found if remark.kind == lints.SATURATED and "third_summit" in remark.outcomes)
        assert f"yes in none of {RUNS} runs: its probability is up to {wilson(0, RUNS)[1]:.2%} (95%)" in told.meaning

    def test_a_variable_at_its_bound_is_told(self, found: list[lints.Remark]) -> None:
        told = [remark for remark in found if remark.kind == lints.SATURATED and "kaesong" in remark.outcomes]
        assert [remark.scenario for remark in told] == ["baseline-2020", *FILES]
        assert all("at the lowest value of its range" in remark.meaning for remark in told)
        assert not any("dependence.russia.russia" in remark.outcomes or "summit" in remark.outcomes for remark in told)


class TestRangesAndFailures:
    def test_values_outside_are_told_where_they_are_set(self, found: list[lints.Remark]) -> None:
        mine = [remark for remark in found if remark.kind == lints.RANGE]
        assert [(remark.scenario, remark.outcomes) for remark in mine] == [
            ("tail", ("pandemic.end",)), ("tail", ("labour.take",)),
        ]  # fmt: skip
        assert "rarely leaves" in mine[0].meaning
        assert "lie outside the documented range 0 to 1" in mine[1].meaning

    def test_failed_runs_and_a_foreign_document_are_told(self, fake_model: Any, faults: Any, tmp_path: Path) -> None:
        faults(raises=[5])
        run_batch([fake_model.FakeScenario()], runs=300, seed=1, jobs=1, block=1, out=tmp_path / "batch")
        told = {remark.kind: remark for remark in lints.remarks(tmp_path / "batch")}
        assert "1 of 300 runs failed (0.06% to 1.86%)" in told[lints.FAILED].meaning
        assert "the world ended" in told[lints.FAILED].meaning
        assert "this version refuses the stored scenario" in told[lints.RANGE].meaning

    def test_a_failed_run_behind_a_part_that_is_not_stored_yet(self, fake_model: Any, faults: Any, tmp_path: Path) -> None:
        faults(raises=[1500])
        run_batch([fake_model.FakeScenario()], runs=2000, seed=1, jobs=1, out=tmp_path, trajectories=False)
        next(tmp_path.rglob("part-00000.parquet")).unlink()
        (tmp_path / "stored.jsonl").unlink()  # as if it had never been reported
        (told,) = lints.remarks(tmp_path, [lints.FAILED])
        assert "1 of 976 runs failed" in told.meaning
        assert "the world ended" in told.meaning


class TestTheVerb:
    def test_one_line_a_finding(self, stored: Path, found: list[lints.Remark]) -> None:
        done = CliRunner().invoke(lint, [str(stored)])
        lines = done.output.splitlines()
        assert done.exit_code == 0
        assert lines == [str(remark) for remark in lints.shared(found)]
        assert lines[0].startswith(f"{found[0].kind}, {found[0].scenario}")

    def test_scenarios_of_which_the_same_is_said_share_a_line(self) -> None:
        here, there = (lints.Remark(lints.CONSTANT, name, ("tests",), "the same", "look") for name in ("here", "there"))
        other = lints.Remark(lints.CONSTANT, "there", ("deal",), "the same", "look")
        assert [str(remark) for remark in lints.shared([here, other, there])] == [
            "constant, here, there: tests: the same; look", "constant, there: deal: the same; look",
        ]  # fmt: skip

    def test_remarks_are_told_in_korean(self, found: list[lints.Remark]) -> None:
        kinds = {remark.kind for remark in found}
        assert kinds == set(lints.KINDS) - {lints.FAILED, lints.ALIKE}
        for remark in found:
            said = translated(remark.meaning, "ko"), translated(remark.advice, "ko")
            words = set(re.findall("[a-z]{2,}", re.sub(r"[a-z]+[_-]\w+", "", " ".join(said))))
            assert words <= {"not", "none", "no", "tests", "deal", "normal"}, said  # categories, outcomes, a distribution

    def test_json_names_every_outcome(self, stored: Path) -> None:
        told = json.loads(CliRunner().invoke(lint, [str(stored), "--json"]).output)
        assert {"kind", "scenario", "outcomes", "meaning", "advice"} == set(told[0])

    def test_nothing_to_remark(self) -> None:
        assert lints.text([]) == "nothing to remark"

    def test_without_a_batch(self, tmp_path: Path) -> None:
        with pytest.raises(StorageError, match="holds no batch"):
            lints.remarks(tmp_path)

    def test_a_batch_says_at_its_end_what_cannot_wait(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "twin.yaml").write_text(HEAD)
        asked = ["batch", "baseline-2020", str(tmp_path / "twin.yaml"), "--runs", "5", "--seed", "1", "--set", "months=2"]
        main([*asked, "--out", str(tmp_path / "out")])
        assert "no change, twin: it is baseline-2020 under another name" in capsys.readouterr().err
        main([*asked, "--out", str(tmp_path / "out"), "--quiet"])
        assert "no change" not in capsys.readouterr().err
