"""Questions to a batch: conditions, mixtures, outcomes of one's own, two outcomes at once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import conditions, definitions, questions, readers, run_batch
from experiments.asked import Asked
from experiments.cli import main
from experiments.ensembles import ensemble
from experiments.errors import UsageError
from experiments.estimates import wilson
from sim.scenario import load_scenario
from sim.state import Month

RUNS = 60
NAMES = ["baseline-2020", "no-pandemic"]
KNOWN = ["tests", "deal", "third_summit", "deal_broken"]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("ask") / "batch"
    run_batch(NAMES, runs=RUNS, seed=5, out=out, settings=["months=6"], trajectories=True)
    return out


def frame(**columns: list[float]) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    return pd.DataFrame({"scenario": ["a"] * size, "run": range(size), **columns})


class TestConditions:
    @pytest.mark.parametrize(
        ("text", "held"),
        [("tests>=2", [False, True, True]), ("tests > 2", [False, False, True]), ("deal==freeze", [True, False, False]),
         ("tests<3", [True, True, False]), ("deal == 0", [False, True, False]),
         ("deal>=goodwill", [True, False, False]), ("third_summit", [False, True, False]),
         ("third_summit==yes", [False, True, False]), ("third_summit == no", [True, False, False]),
         ("deal_broken==a severe test", [False, False, True])],
    )  # fmt: skip
    def test_it_holds_where_it_should_and_never_without_a_value(self, text: str, held: list[bool]) -> None:
        broken = [0.0, 4.0, 1.0]
        runs = frame(tests=[1.0, 2.0, 3.0], deal=[2.0, 0.0, np.nan], third_summit=[0.0, 1.0, np.nan], deal_broken=broken)
        assert conditions.condition(text, KNOWN).holds(runs).tolist() == held

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("tests", "tests is a number; ask for a part of its range, such as 'tests>=NUMBER'"),
            ("deal", "deal is a category; ask for one, such as 'deal=="),
            ("third_sumit", "no outcome 'third_sumit'; did you mean 'third_summit'"),
            ("nosuch>=2", "there is no outcome 'nosuch'; choose from tests, deal"),
            ("third_summit==perhaps", "compares third_summit with 'perhaps'; expected yes or no, after =="),
            ("third_summit>=yes", "third_summit has no order; write third_summit== and one of no, yes"),
            ("deal_broken>=Washington", "deal_broken has no order; write deal_broken== and one of not, a severe test"),
            ("deal_broken>2", "deal_broken has no order"),
            ("tests=2", "is no condition; write OUTCOME>=NUMBER with one of >= <= == > <, or OUTCOME==CATEGORY, or a yes"),
            ("tests=>2", "is no condition"),
            ("__import__('os')>=1", "is no condition"),
            ("tets>=2", "no outcome 'tets'; did you mean 'tests'"),
            ("tests>=many", "compares tests with 'many'; expected a number"),
            ("deal==thaw", "compares deal with 'thaw'; expected one of none, goodwill, freeze"),
            ("tests>=nan", "expected a finite number"),
        ],
    )
    def test_a_mistake_is_one_line(self, text: str, said: str) -> None:
        with pytest.raises(UsageError) as caught:
            conditions.condition(text, KNOWN)
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_an_outcome_of_ones_own_is_yes_or_no_where_its_values_are(self) -> None:
        runs = frame(hungry=[0.0, 1.0, np.nan], worst=[0.0, 1.0, 2.0])
        for text in ("hungry", "hungry==yes"):
            assert conditions.condition(text, ["hungry", "worst"], runs).holds(runs).tolist() == [False, True, False]
        with pytest.raises(UsageError, match=r"worst is a number; ask for a part of its range, such as 'worst>=1.8'"):
            conditions.condition("worst", ["hungry", "worst"], runs)

    def test_verbs_that_run_the_model_read_the_same_conditions(self) -> None:
        spec = load_scenario("baseline-2020", ["months=2"])
        texts = ("third_summit==no", "deal>=freeze")
        found = ensemble(spec, runs=20, seed=1, measure=Asked.of(texts)).values
        stages = ensemble(spec, runs=20, seed=1, measure=Asked.of(["third_summit", "deal==none"])).values
        assert found["third_summit==no"].tolist() == (1 - stages["third_summit"]).tolist()
        assert set(found) == set(texts)
        with pytest.raises(UsageError, match="deal_broken has no order"):
            Asked.of(["deal_broken>=Washington"])


class TestAnswers:
    def test_runs_are_divided_by_the_condition(self) -> None:
        runs = frame(tests=[0.0, 1.0, 2.0, 3.0], third_summit=[1.0, 1.0, 0.0, 1.0])
        given = (conditions.condition("tests>=2", ["tests"]),)
        rows = {row["runs"]: row for row in questions.answer(runs, questions.Question(("third_summit",), given))}
        assert {group: (row["n"], row["value"], row["share"]) for group, row in rows.items()} == {
            "all runs": (4, 0.75, 1.0), "met": (2, 0.5, 0.5), "not met": (2, 1.0, 0.5),
        }  # fmt: skip

    def test_a_mixture_weighs_scenarios_and_counts_common_luck_once(self) -> None:
        rng = np.random.default_rng(1)
        values = rng.normal(size=4000)
        both = pd.concat([
            frame(tests=list(values)), frame(tests=list(values + 1)).assign(scenario="b"),
        ])  # fmt: skip
        question = questions.Question(("tests",), mix={"a": 0.25, "b": 0.75})
        (mixed,) = [row for row in questions.answer(both, question) if row["scenario"] == "mixture"]
        assert mixed["value"] == pytest.approx(values.mean() + 0.75)
        assert mixed["error"] == pytest.approx(values.std(ddof=1) / np.sqrt(4000))

    def test_a_condition_weighs_the_scenarios_of_a_mixture_by_how_often_it_holds(self) -> None:
        both = pd.concat([
            frame(tests=[0.0, 1.0], third_summit=[0.0, 1.0]),
            frame(tests=[1.0, 1.0], third_summit=[0.0, 0.0]).assign(scenario="b"),
        ])  # fmt: skip
        question = questions.Question(
            ("third_summit",), (conditions.condition("tests>=1", ["tests"]),), {"a": 0.5, "b": 0.5}
        )
        (mixed,) = [row for row in questions.answer(both, question) if row["scenario"] == "mixture"]
        assert mixed["value"] == pytest.approx(1 / 3)
        assert mixed["share"] == pytest.approx(0.75)

    def test_failed_runs_do_not_take_from_the_weight_of_their_scenario(self) -> None:
        both = pd.concat([frame(tests=[1.0] * 40), frame(tests=[3.0] * 10).assign(scenario="b")])
        question = questions.Question(("tests",), mix={"a": 0.5, "b": 0.5})
        (mixed,) = [row for row in questions.answer(both, question) if row["scenario"] == "mixture"]
        assert mixed["value"] == pytest.approx(2.0)

    def test_shares_have_errors_where_no_run_or_every_run_says_yes(self) -> None:
        runs = frame(tests=[1.0] * 50, third_summit=[0.0] * 50)
        asked = questions.Question(("third_summit",), (conditions.condition("tests>=1", ["tests"]),), {"a": 1.0})
        rows = questions.answer(runs, asked)
        known = [row for row in rows if row["n"]]
        assert {row["runs"] for row in known} == {questions.ALL, questions.MET}
        assert len(known) == 3
        half = wilson(0, 50)[1] / 2 / 1.96
        assert [row["error"] for row in known] == pytest.approx([half] * 3, rel=1e-3)
        assert [row["share_error"] for row in rows[:3]] == pytest.approx([0, half, half], rel=1e-3)

    @pytest.mark.parametrize(
        ("rules", "said"),
        [
            (["a=0.4", "b=0.4"], "add to 1, not to 0.8"),
            (["a=1.5", "b=-0.5"], "between 0 and 1"),
            (["c=1"], "no scenario 'c'"),
            (["a=half"], "is no weight"),
        ],
    )
    def test_probabilities_must_make_sense(self, rules: list[str], said: str) -> None:
        with pytest.raises(UsageError, match=said):
            questions.mixture(rules, ["a", "b"])


class TestDefinitions:
    def written(self, folder: Path, text: str) -> Path:
        path = folder / "mine.yaml"
        path.write_text(text)
        return path

    def test_each_way_of_taking_months_is_what_it_says(self) -> None:
        months = np.array([[1.0, 5.0], [3.0, 2.0], [2.0, 8.0]])
        taken = {take: definitions.Definition("x", "food", take).measure(months).tolist() for take in definitions.TAKES}
        assert taken == {
            "mean": [2.0, 5.0], "sum": [6.0, 15.0], "min": [1.0, 2.0], "max": [3.0, 8.0],
            "first": [1.0, 5.0], "last": [2.0, 8.0],
        }  # fmt: skip
        assert definitions.Definition("x", "food", "months", above=1.0, below=5.0).measure(months).tolist() == [2.0, 1.0]

    def test_a_window_is_cut_out_of_the_stored_months(self, stored: Path, tmp_path: Path) -> None:
        path = self.written(tmp_path, "worst: {of: food, take: min, from: 2020-06, to: 2020-08}\n")
        (definition,) = definitions.read(path)
        assert (definition.first, definition.last, definition.unit) == (Month(2020, 6), Month(2020, 8), "months")
        found = definitions.measured(stored, [definition], NAMES[:1]).set_index("run")["worst"]
        months = readers.read_trajectories(stored, ["food"], NAMES[:1])
        here = months[months["month"].astype(str).between("2020-06", "2020-08")]
        assert found.to_numpy() == pytest.approx(here.groupby("run")["food"].min().to_numpy())

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("worst: min\n", "mine.yaml:1:1: worst is no definition"),
            ("worst: {of: fod, take: min}\n", "no recorded variable 'fod'; did you mean 'food'"),
            ("worst: {of: food, take: median}\n", "take is 'median'; choose from mean, sum"),
            ("worst: {of: food, take: min, form: 2020-01}\n", "mine.yaml:1:30: unknown key 'form'"),
            ("worst: {of: food, take: min, below: 3}\n", "above and below belong to take: months"),
            ("worst: {of: food, take: months}\n", "above and below belong to take: months"),
            ("worst: {of: food, take: months, below: few}\n", "below of worst is 'few'; expected a number"),
            ("worst: {of: food, take: min, from: May}\n", "from of worst: 'May' is not a month"),
            ("- worst\n", "expected outcomes by name"),
            ("worst: !!python/object:os.system {}\n", "mine.yaml:1:8: "),
        ],
    )
    def test_a_mistake_is_one_line_with_its_place(self, tmp_path: Path, text: str, said: str) -> None:
        with pytest.raises(UsageError) as caught:
            definitions.read(self.written(tmp_path, text))
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_a_window_outside_of_a_scenario_is_refused(self, stored: Path) -> None:
        for first, last in ((Month(2030, 1), None), (Month(2020, 4), None), (None, Month(2020, 11))):
            outside = definitions.Definition("x", "food", "min", first, last)
            with pytest.raises(UsageError, match="baseline-2020 runs from 2020-05 to 2020-10; keep from and to"):
                definitions.measured(stored, [outside], NAMES)

    def test_levels_are_as_exact_as_what_is_stored(self) -> None:
        months = np.float32([[0.9, 0.9, 0.95], [0.9, 0.85, 0.8]]).astype(np.float64)
        below, above = (
            definitions.Definition("x", "epidemic", "months", **{side: 0.9}).measure(months) for side in ("below", "above")
        )
        assert (below.tolist(), above.tolist()) == ([0, 1, 1], [0, 0, 1])
        frame = pd.DataFrame({"first": definitions.Definition("first", "epidemic", "first").measure(months)})
        for comparison, count in (("<", 0), ("<=", 2), ("==", 2), (">", 1)):
            assert conditions.condition(f"first{comparison}0.9", ["first"]).holds(frame).sum() == count

    def test_yes_and_no_are_told_alike_in_every_scenario(self) -> None:
        runs = frame(mine=[0.0] * 4 + [0.0, 1.0, 0.0, 0.0]).assign(scenario=["a"] * 4 + ["b"] * 4, run=[*range(4)] * 2)
        known = ["mine"]
        for asked in conditions.parse(["mine", "mine==yes"], known, runs):
            whole = conditions.beside(runs, [asked])
            rows = questions.answer(whole, questions.Question((conditions.text_of(asked),)))
            assert [row["high"] for row in rows] == [pytest.approx(wilson(count, 4)[1]) for count in (0, 1)]

    def test_a_name_that_is_taken_is_refused(self, stored: Path) -> None:
        with pytest.raises(UsageError, match="there is an outcome 'tests' already"):
            questions.load(stored, [definitions.Definition("tests", "food", "min")])


class TestCommand:
    def test_it_answers_and_draws(self, stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        mine = tmp_path / "mine.yaml"
        mine.write_text("worst: {of: food, take: min}\n")
        asked = [
            "ask",
            str(stored),
            "--of",
            "worst",
            "--given",
            "tests>=1",
            "--mix",
            "baseline-2020=0.5",
            "--mix",
            "no-pandemic=0.5",
        ]
        main([*asked, "--define", str(mine)])
        printed = capsys.readouterr().out
        assert "given tests>=1" in printed
        assert "mixture: 0.5 baseline-2020, 0.5 no-pandemic" in printed
        assert max(map(len, printed.splitlines())) <= 120
        main([*asked, "--define", str(mine), "--json"])
        assert {row["scenario"] for row in json.loads(capsys.readouterr().out)} == {*NAMES, "mixture"}
        main(["ask", str(stored), "--joint", "worst", "tests", "--define", str(mine), "--out", str(tmp_path / "f")])
        names = {path.name for path in (tmp_path / "f").iterdir()}
        assert names == {f"joint-worst-tests.{kind}" for kind in ("png", "svg", "csv")}
        assert len(pd.read_csv(tmp_path / "f" / "joint-worst-tests.csv")) == 2 * RUNS

    def test_a_condition_is_asked_about_as_a_share_of_runs(self, stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
        main(["ask", str(stored), "--of", "deal==none", "--of", "deal", "--given", "third_summit==no", "--json"])
        rows = [row for row in json.loads(capsys.readouterr().out) if row["runs"] == "met"]
        asked = {row["scenario"]: row for row in rows if row["outcome"] == "deal==none"}
        part = {row["scenario"]: row for row in rows if (row["outcome"], row["category"]) == ("deal", "none")}
        same = ("n", "value", "error", "low", "high", "share")
        assert set(asked) == set(NAMES)
        for name in NAMES:
            assert [asked[name][key] for key in same] == [part[name][key] for key in same]

    def test_json_has_null_where_there_is_no_value(self, stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
        main(["ask", str(stored), "--of", "tests", "--given", "tests<0", "--json"])
        rows = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
        assert {row["value"] for row in rows if row["runs"] == "met"} == {None}

    @pytest.mark.parametrize("arguments", [[], ["--joint", "tests", "deal"], ["--of", "tests", "--out", "x"]])
    def test_a_question_without_a_subject_is_usage(self, stored: Path, arguments: list[str]) -> None:
        with pytest.raises(SystemExit) as stop:
            main(["ask", str(stored), *arguments])
        assert stop.value.code == 2


class TestMixturesOfShares:
    MIX = questions.Question(("third_summit",), mix={"a": 0.7, "b": 0.3})

    @staticmethod
    def runs_of(a: np.ndarray, b: np.ndarray) -> pd.DataFrame:
        both = [pd.DataFrame({"scenario": name, "run": range(len(held)), "third_summit": held.astype(float)})
                for name, held in (("a", a), ("b", b))]  # fmt: skip
        return pd.concat(both, ignore_index=True)

    def mixed(self, a: np.ndarray, b: np.ndarray) -> dict[str, float]:
        rows = questions.answer(self.runs_of(a, b), self.MIX)
        return next(row for row in rows if row["scenario"] == questions.MIXTURE)

    @pytest.mark.parametrize("chance", [0.01, 0.03, 0.3])
    @pytest.mark.parametrize("common", [True, False])
    def test_the_interval_covers_what_it_should(self, chance: float, common: bool) -> None:
        rng = np.random.default_rng(1)
        hit = 0
        for _ in range(300):
            first = rng.random(100)
            second = first if common else rng.random(100)
            row = self.mixed(first < chance, second < 2 * chance)
            hit += row["low"] <= 0.7 * chance + 0.3 * 2 * chance <= row["high"]
        assert 0.92 <= hit / 300 <= 1.0

    def test_nothing_seen_is_not_certain(self) -> None:
        row = self.mixed(np.zeros(100), np.zeros(100))
        assert (row["value"], row["low"]) == (0, 0)
        assert row["high"] == pytest.approx(wilson(0, 100)[1])

    def test_many_runs_have_the_normal_interval(self) -> None:
        rng = np.random.default_rng(2)
        row = self.mixed(rng.random(40_000) < 0.4, rng.random(40_000) < 0.5)
        assert row["high"] - row["low"] == pytest.approx(2 * 1.96 * row["error"], rel=1e-3)
        assert row["error"] == pytest.approx(np.sqrt((0.7**2 * 0.24 + 0.3**2 * 0.25) / 40_000), rel=0.02)

    def test_the_share_of_a_group_has_an_error(self) -> None:
        runs = frame(tests=[0.0, 1, 1, 1], third_summit=[0.0, 1, 0, 1])
        asked = questions.Question(("third_summit",), (conditions.condition("tests>=1", KNOWN),))
        met = next(row for row in questions.answer(runs, asked) if row["runs"] == questions.MET)
        assert met["share_error"] == pytest.approx(np.diff(wilson(3, 4))[0] / 2 / 1.96, rel=1e-4)
        assert max(map(len, questions.text(questions.answer(runs, asked), asked).splitlines())) <= 110
