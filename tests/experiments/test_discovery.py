"""Discovery: a planted condition is found, noise yields nothing, and the verb says so in plain words."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from experiments import discovery, discovery_cases, run_batch
from experiments.discovery_cases import Asked, Cases, Feature
from experiments.discovery_measures import Limit, ratio, share
from experiments.discovery_report import NOTHING, document, rows, said, text
from experiments.errors import UsageError
from experiments.verbs_discover import discover

RUNS = 3000
NAMES = tuple("abe")


def cases(chance, *, seed: int = 1, scenarios: int = 0, runs: int = RUNS) -> Cases:
    """Uniform features, a switch if there are scenarios, and an event with probability ``chance``, or ``chance(values)``."""
    rng = np.random.default_rng(seed)
    values = pd.DataFrame(rng.random((runs, len(NAMES))), columns=list(NAMES))
    features = {name: Feature(name, f"what {name} is", "share", "prior", "uniform(0, 1)") for name in NAMES}
    if scenarios:
        levels = tuple(f"world-{place}" for place in range(scenarios))
        values["scenario"] = rng.integers(0, scenarios, runs).astype(float)
        features["scenario"] = Feature("scenario", "the scenario that was run", levels=levels, switch=True)
    happened = rng.random(runs) < (chance(values).to_numpy() if callable(chance) else chance)
    return Cases("event==1", values, features, happened, np.arange(runs), ("base",))


def planted(values: pd.DataFrame) -> pd.Series:
    return 0.05 + 0.6 * ((values["b"] > 0.6) & (values["e"] < 0.5))


@pytest.fixture(scope="module")
def found() -> discovery.Discovery:
    return discovery.discover(cases(planted))


class TestSearch:
    def test_a_planted_condition_is_found_on_both_sides(self, found: discovery.Discovery) -> None:
        limits = {limit.name: limit for limit in found.box.box}
        assert set(limits) == {"b", "e"}
        assert limits["b"].low == pytest.approx(0.6, abs=0.04)
        assert limits["e"].high == pytest.approx(0.5, abs=0.04)
        assert np.isinf([limits["b"].high, limits["e"].low]).all()
        held = found.box.held
        assert held.holds
        assert held.mass == pytest.approx(0.2, abs=0.03)
        assert held.density.low < 0.65 < held.density.high
        assert held.base.low < 0.17 < held.base.high
        assert all(added.low > 1 for added in found.box.alone)

    def test_the_tree_finds_it_too_and_its_leaves_share_out_the_runs(self, found: discovery.Discovery) -> None:
        best = found.leaves[0]
        assert {"b", "e"} <= {limit.name for limit in best.box}
        assert best.held.density.value > 0.5
        for half, rows_of_half in (("fitted", found.fitting), ("held", ~found.fitting)):
            assert sum(getattr(leaf, half).n for leaf in found.leaves) == rows_of_half.sum()
        assert min(leaf.fitted.n for leaf in found.leaves) >= discovery.SMALLEST * RUNS / 2

    def test_noise_yields_nothing_that_holds(self) -> None:
        verdicts = [discovery.discover(cases(0.2, seed=seed, runs=400)) for seed in range(3)]
        told = [text(found) for found in verdicts if not found.box.held.holds]
        assert len(told) >= 2  # one in forty holds by chance
        assert all(NOTHING in each for each in told)
        assert all(found.box.fitted.lift.value > 1 for found in verdicts)

    def test_a_planted_scenario_is_found_under_its_name(self) -> None:
        found = discovery.discover(cases(lambda values: 0.05 + 0.25 * (values["scenario"] == 2), scenarios=3))
        (limit,) = found.box.box
        assert (limit.name, limit.codes) == ("scenario", frozenset({2}))
        assert "scenario is world-2" in text(found)

    def test_coverage_is_a_wish_about_the_fitted_half(self) -> None:
        wide, narrow = (discovery.discover(cases(planted, runs=1000), wish) for wish in (0.9, 0.3))
        assert wide.box.fitted.coverage.value >= 0.9
        assert 0.9 > narrow.box.fitted.coverage.value >= 0.3
        assert narrow.box.fitted.density.value > wide.box.fitted.density.value

    def test_the_same_cases_give_the_same_answer(self) -> None:
        first, second = (text(discovery.discover(cases(planted, scenarios=2, runs=800))) for _ in range(2))
        assert first == second

    @pytest.mark.parametrize(
        ("chance", "complaint"), [(0.0, "event==1 never holds"), (1.0, "always holds"), (0.004, "raise --runs of the batch")]
    )
    def test_what_cannot_be_told_apart_is_one_line(self, chance: float, complaint: str) -> None:
        with pytest.raises(UsageError, match=complaint) as caught:
            discovery.discover(cases(chance))
        assert "\n" not in str(caught.value)

    def test_nothing_is_let_out_by_the_library(self, capsys: pytest.CaptureFixture[str]) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            discovery.discover(cases(planted, runs=400))
        assert capsys.readouterr() == ("", "")


class TestMeasures:
    def test_halves_keep_runs_under_common_luck_together(self) -> None:
        unit = np.repeat(np.arange(100), 3)
        fitting = discovery.halves(unit)
        assert fitting.sum() == 150
        assert all(len(set(fitting[unit == each])) == 1 for each in range(100))

    def test_copies_of_runs_do_not_narrow_an_interval(self) -> None:
        hits = np.arange(400) % 5 == 0
        single = share(hits, np.ones(400, bool), np.arange(400))
        copied = share(np.repeat(hits, 4), np.ones(1600, bool), np.repeat(np.arange(400), 4))
        assert copied.value == single.value == 0.2
        assert copied.high - copied.low == pytest.approx(single.high - single.low, rel=0.02)

    @pytest.mark.parametrize("copies", [1, 2])
    @pytest.mark.parametrize(("hits", "mass"), [(20, 0.05), (40, 0.2)])
    def test_chance_seldom_lifts_few_cases(self, hits: int, mass: float, copies: int) -> None:
        rng = np.random.default_rng(6)
        box, unit = np.repeat(np.arange(1000) < 1000 * mass, copies), np.repeat(np.arange(1000), copies)
        whole, lifted = np.ones(1000 * copies, bool), 0
        for _ in range(1000):
            happened = np.repeat(rng.permutation(1000) < hits, copies)
            lifted += ratio(box, whole, Cases("event", pd.DataFrame(), {}, happened, unit)).low > 1
        assert lifted <= 25 + 2 * 5  # one in forty, and two errors of that

    def test_a_box_of_all_runs_has_a_lift_of_one(self) -> None:
        whole = np.ones(100, bool)
        assert ratio(whole, whole, Cases("event", pd.DataFrame(), {}, np.arange(100) < 30, np.arange(100))) == (1, 1, 1)

    @pytest.mark.parametrize(
        ("limit", "told"),
        [
            (Limit("a", high=0.333), "a at most 0.333 share, the lower third of its values"),
            (Limit("a", low=0.25), "a at least 0.25 share, all but the lower quarter of its values"),
            (Limit("a", low=0.58), "a at least 0.58 share, the upper 42% of its values"),
            (Limit("scenario", codes=frozenset({0, 1})), "scenario is world-0 or world-1"),
        ],
    )
    def test_a_condition_is_said_in_words(self, limit: Limit, told: str) -> None:
        even = cases(planted, scenarios=3)
        even.values["a"] = (np.arange(RUNS) + 0.5) / RUNS
        assert said(even, limit) == told


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("discover") / "batch"
    run_batch(["baseline-2020", "third-summit-push"], runs=300, seed=3, out=out, settings=["months=6"], trajectories=False)
    return out


class TestBatch:
    def test_cases_are_those_of_the_runs_and_scenarios_are_a_switch(self, stored: Path) -> None:
        loaded = discovery_cases.load(stored, Asked(["tests>=6"]))
        assert loaded.features["scenario"].levels == ("baseline-2020", "third-summit-push")
        assert len(loaded.values) == 600
        assert len(np.unique(loaded.unit)) == 300
        assert 0 < loaded.happened.sum() < 600
        assert loaded.features["parameters.harvest.sd"].meaning
        assert "weights.united_states.talks" not in loaded.features
        assert any("drawn differently by scenario" in note for note in loaded.notes)
        one = discovery_cases.load(stored, Asked(["tests>=6"], scenarios=["third-summit-push"]))
        assert "weights.united_states.talks" in one.features
        assert "scenario" not in one.features

    def test_outcomes_are_conditions_only_when_asked_for(self, stored: Path) -> None:
        assert "deal" not in discovery_cases.load(stored, Asked(["tests>=6"])).features
        loaded = discovery_cases.load(stored, Asked(["tests>=6"], among=["outcomes"]))
        assert {"quiet_spell", "trade_recovery"} <= set(loaded.features)
        assert "tests" not in loaded.features
        assert discovery_cases.CAUTION in loaded.notes

    @pytest.mark.parametrize(
        ("asked", "complaint"),
        [
            (Asked(["tests"]), "tests is a number; ask for a part of its range, such as 'tests>="),
            (Asked(["deal"]), "deal is a category; ask for one"),
            (Asked(["third_sumit"]), "did you mean 'third_summit'"),
            (Asked(["tests>=6"], among=["tests"]), "tests makes up the event"),
            (Asked(["tests>=6"], scenarios=["baseline"]), "there is no scenario 'baseline'"),
        ],
    )
    def test_a_question_that_makes_no_sense_is_one_line(self, stored: Path, asked: Asked, complaint: str) -> None:
        with pytest.raises(UsageError, match=complaint):
            discovery_cases.load(stored, asked)

    def test_a_scenario_of_which_nothing_is_stored_yet_is_named(self, stored: Path, tmp_path: Path) -> None:
        batch = shutil.copytree(stored, tmp_path / "batch")
        shutil.rmtree(batch / "outcomes" / "scenario=third-summit-push")
        (batch / "stored.jsonl").unlink()  # as if none had ever been reported
        with pytest.raises(UsageError, match="no run of third-summit-push has come to its end; go on with the batch"):
            discovery_cases.load(batch, Asked(["tests>=6"]))
        assert len(discovery_cases.load(batch, Asked(["tests>=6"], scenarios=["baseline-2020"])).happened) == 300

    def test_the_verb_says_it_draws_it_and_writes_it(self, stored: Path, tmp_path: Path) -> None:
        arguments = [str(stored), "tests>=6", "--out", str(tmp_path)]
        result = CliRunner().invoke(discover, arguments, catch_exceptions=False)
        assert result.exit_code == 0
        assert "held out" in result.stdout
        assert max(len(line) for line in result.stdout.splitlines()) <= 110
        assert {path.name for path in tmp_path.iterdir()} == {f"discover.{kind}" for kind in ("png", "svg", "csv")}
        first = (tmp_path / "discover.svg").read_bytes()
        again = CliRunner().invoke(discover, [*arguments, "--json"], catch_exceptions=False)
        assert json.loads(again.stdout)["runs"] == 600
        assert (tmp_path / "discover.svg").read_bytes() == first
        written = pd.read_csv(tmp_path / "discover.csv")
        assert set(written["part"]) == {"trajectory", "condition", "leaf"}

    def test_a_sweep_gives_a_numeric_feature(self, tmp_path: Path) -> None:
        scenarios = []
        for food in (2, 4, 6):
            path = tmp_path / f"food-{food}.yaml"
            path.write_text(
                f"title: Food for {food} months\nquestion: What does food change?\nextends: baseline-2020\nmonths: 3\n"
                f"initial: {{food: {food}}}\n"
            )
            scenarios.append(str(path))
        run_batch(scenarios, runs=40, seed=3, out=tmp_path / "batch", trajectories=False)
        loaded = discovery_cases.load(tmp_path / "batch", Asked(["tests>=1"]))
        switches = [feature for feature in loaded.features.values() if feature.switch]
        assert [(switch.name, switch.levels, switch.unit) for switch in switches] == [("initial.food", (), "months")]
        assert sorted(loaded.values["initial.food"].unique()) == [2.0, 4.0, 6.0]
        assert said(loaded, Limit("initial.food", low=3.0)) == "initial.food is 4 or 6 months, of 2, 4, 6"


def test_the_document_has_the_numbers_of_the_rows(found: discovery.Discovery) -> None:
    told = json.loads(json.dumps(document(found), allow_nan=False))
    assert told["holds"] is True
    assert len(told["rows"]) == len(rows(found))
    assert [row["name"] for row in told["rows"] if row["part"] == "condition"] == [limit.name for limit in found.box.box]
