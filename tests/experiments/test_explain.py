"""A stored run explained: the replay is the stored run or nothing is told, and the place in the batch is what it says."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.stats import binomtest, rankdata

import experiments
from experiments import explain as explaining
from experiments import manifest as manifests
from experiments import parts, story
from experiments.errors import BatchDiffers, StorageError, StoredDataDamaged, UsageError
from experiments.estimates import wilson
from experiments.explain import explain
from experiments.replay import RunFailed, open_shelf, replayed, stored_row
from experiments.sentences import sentence
from sim.outcomes import OUTCOMES
from sim.scenario import load_scenario

RUNS, MONTHS = 24, 4


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """A small batch of the real model, two scenarios, with trajectories."""
    out = tmp_path_factory.mktemp("explain") / "batch"
    scenarios = [load_scenario(name, {"months": str(MONTHS)}) for name in ("baseline-2020", "third-summit-push")]
    experiments.run_batch(scenarios, runs=RUNS, seed=9, out=out, jobs=1, trajectories=True)
    return out


@pytest.fixture(scope="module")
def explained(batch):
    return explain(batch, scenario="baseline-2020", run=7)


@pytest.fixture
def copy(batch, tmp_path):
    shutil.copytree(batch, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def fakes(fake_model, tmp_path, faults):
    """A batch of the fake model in which run 3 failed."""
    faults(raises=[3])
    fake_model.run_plain(tmp_path / "fakes", 60)
    return tmp_path / "fakes"


def rewrite(directory, kind, change, scenario="baseline-2020"):
    """Exchange a stored table and seal it anew, so that nothing but its contents is wrong."""
    path = directory / kind / f"scenario={scenario}" / "part-00000.parquet"
    label, file = parts.open_part(path.read_bytes())
    path.write_bytes(parts.encode(change(file.read()), label))


def altered(name, row, alter):
    """A change of one value of a column."""

    def change(table):
        values = table[name].to_numpy().copy()
        values[row] = alter(values[row])
        return table.set_column(table.column_names.index(name), name, pa.array(values))

    return change


def one_bit_up(value):
    return np.nextafter(value, value.dtype.type(np.inf))


# ---- replay ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("run", [0, RUNS - 1])
def test_the_replay_is_the_stored_run(batch, run):
    story = explain(batch, scenario="third-summit-push", run=run)
    row = experiments.read_outcomes(batch, scenarios=["third-summit-push"], runs=[run]).iloc[0]
    for name, value in story["outcomes"].items():
        stored, labels = row[name], OUTCOMES[name].categories
        assert value == (None if np.isnan(stored) else labels[int(stored)] if labels else stored)
    for move in {(each["nation"], each["action"]) for month in story["months"] for each in month["moves"]}:
        told = [1 for month in story["months"] for each in month["moves"] if (each["nation"], each["action"]) == move]
        assert row[".".join(["moves", *move])] == len(told)
    columns = [name for name in row.index if name not in ("scenario", *parts.BASE_COLUMNS)]
    stored_months = experiments.read_trajectories(batch).columns
    compared = story["replay"]["compared"]
    assert compared.pop("trajectory") == len(stored_months) - 3
    assert sum(compared.values()) == len(columns)
    assert story["replay"]["same_source"]


def test_a_batch_without_trajectories_is_compared_in_what_it_has(tmp_path):
    scenario = load_scenario("baseline-2020", {"months": "2"})
    experiments.run_batch(scenario, runs=2, seed=9, out=tmp_path / "short", jobs=1, trajectories=False)
    told = explain(tmp_path / "short", run=1)
    assert set(told["replay"]["compared"]) == {"outcome", "parameter", "moves"}
    assert told["batch"]["runs"] == 2


@pytest.mark.parametrize(
    ("kind", "name", "row", "alter"),
    [
        ("outcomes", "reserves_end", 7, one_bit_up),
        ("outcomes", "first_setback_month", 7, lambda value: value.dtype.type(3 if np.isnan(value) else np.nan)),
        ("outcomes", "parameters.labour.take", 7, one_bit_up),
        ("outcomes", "weights.russia.far_east", 7, one_bit_up),
        ("outcomes", "moves.china.food_aid", 7, lambda value: value + 1),
        ("trajectories", "trade.china.imports", 7 * MONTHS + 2, one_bit_up),
    ],
)
def test_a_tampered_value_is_noticed_and_named(copy, kind, name, row, alter):
    rewrite(copy, kind, altered(name, row, alter))
    with pytest.raises(StoredDataDamaged, match="run 7 of baseline-2020") as error:
        explain(copy, scenario="baseline-2020", run=7)
    assert name in str(error.value)
    assert "more" not in str(error.value)
    assert "\n" not in str(error.value)
    assert error.value.exit_code == 8
    shelf = open_shelf(copy, "baseline-2020")
    assert replayed(shelf, 6, stored_row(shelf, 6))["outcome"] == len(OUTCOMES)  # its neighbour is as it was


def test_a_missing_and_an_unknown_column_are_noticed(copy):
    rewrite(copy, "outcomes", lambda table: table.rename_columns([
        "tested" if name == "tests" else name for name in table.column_names
    ]))  # fmt: skip
    with pytest.raises(StoredDataDamaged, match="outcome tests is not stored; tested is stored and not known"):
        explain(copy, scenario="baseline-2020", run=7)


def test_a_flipped_bit_is_noticed_before_anything_is_told(copy):
    path = copy / "outcomes/scenario=baseline-2020/part-00000.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoredDataDamaged, match=r"part-00000\.parquet: its checksum is wrong"):
        explain(copy, scenario="baseline-2020", run=7)


def test_another_source_of_the_model_is_told_and_blamed(copy, monkeypatch):
    monkeypatch.setattr(manifests, "model_digest", lambda: "f" * 64)
    same = explain(copy, scenario="baseline-2020", run=7)
    assert not same["replay"]["same_source"]
    assert "the source of the model has changed since" in " ".join(explaining.tell(same).split())
    rewrite(copy, "outcomes", altered("growth", 7, one_bit_up))
    with pytest.raises(StoredDataDamaged, match=r"growth.*the source of the model has changed \(.* ffffffffffff is here\)"):
        explain(copy, scenario="baseline-2020", run=7)


def test_a_scenario_that_this_version_does_not_know_is_one_line(batch, monkeypatch):
    shelf = open_shelf(batch, "baseline-2020")
    document = {**shelf.manifest.scenario("baseline-2020").document, "parameters": {"labour.gone": 1}}
    monkeypatch.setattr(manifests.Manifest, "scenario", lambda *_: manifests.Stored("baseline-2020", MONTHS, "", document))
    with pytest.raises(BatchDiffers, match=r"made by another version.*labour\.gone") as error:
        explaining.restored(shelf)
    assert "\n" not in str(error.value)


# ---- requests that cannot be met --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"scenario": "baseline-2020", "run": RUNS}, f"no run {RUNS} of baseline-2020.*0 to {RUNS - 1}"),
        ({"scenario": "baseline-2020", "run": -1}, "no run -1"),
        ({"scenario": "baseline-2021", "run": 1}, "no scenario 'baseline-2021' in .*; it holds baseline-2020, third-"),
        ({"run": 1}, "choose with --scenario from baseline-2020, third-summit-push"),
        ({"scenario": "baseline-2020", "tail": "teests"}, "no outcome 'teests'; did you mean 'tests'"),
        ({"scenario": "baseline-2020", "tail": "parameters.labour.take"}, "no outcome"),
        ({"scenario": "baseline-2020"}, "say which run"),
        ({"scenario": "baseline-2020", "run": 1, "typical": True}, "--run and --typical were both given; keep one"),
        (
            {"scenario": "baseline-2020", "run": 1, "typical": True, "tail": "tests"},
            "--typical and --tail were all given; keep",
        ),
        ({"scenario": "baseline-2020", "run": 1, "low": True}, "--low belongs to --tail OUTCOME; leave out --low or --run"),
        ({"scenario": "baseline-2020", "tail": "nosuch"}, "no outcome 'nosuch'; peninsula codebook outcomes lists those"),
    ],
)
def test_a_request_that_makes_no_sense_is_one_line(batch, asked, line):
    with pytest.raises(UsageError, match=line) as error:
        explain(batch, **asked)
    assert error.value.exit_code == 2
    assert "\n" not in str(error.value)


def test_a_run_that_is_not_stored_yet(copy, tmp_path):
    (copy / "outcomes/scenario=baseline-2020/part-00000.parquet").unlink()
    (copy / "stored.jsonl").unlink()  # as if it had never been reported
    with pytest.raises(StorageError, match="run 7 of baseline-2020 is not stored yet"):
        explain(copy, scenario="baseline-2020", run=7)
    with pytest.raises(StorageError, match="holds no batch"):
        explain(tmp_path / "nowhere", run=1)


def test_a_failed_run_says_how_it_failed(fakes):
    with pytest.raises(RunFailed, match=r"run 3 of plain failed.*ArithmeticError: the world ended") as error:
        explain(fakes, run=3)
    assert error.value.exit_code == 5


def test_where_every_run_failed_none_can_be_chosen(fake_model, faults, tmp_path):
    faults(raises=[0, 1])
    fake_model.run_plain(tmp_path / "all", 2)
    with pytest.raises(RunFailed, match="every run of plain failed"):
        explain(tmp_path / "all", typical=True)


# ---- the place of a run, and choosing one -----------------------------------------------------------------------


def interval(same):
    """The interval of a share of runs, as scipy has it."""
    found = binomtest(int(same.sum()), same.size).proportion_ci(method="wilson")
    return {"low": pytest.approx(found.low), "high": pytest.approx(found.high)}


def test_the_place_of_a_run_in_its_batch(batch, explained):
    frame = experiments.read_outcomes(batch, scenarios=["baseline-2020"])
    assert set(explained["place"]) == set(OUTCOMES)
    kinds = set()
    for name, place in explained["place"].items():
        values = frame[name].to_numpy()
        value = values[7]
        kinds.add(tuple(place))
        if np.isnan(value):
            assert place == {"alike": np.isnan(values).mean(), "applies": False, **interval(np.isnan(values))}
        elif "alike" in place:
            assert OUTCOMES[name].kind in ("share", "category")
            assert place == {"alike": (values == value).mean(), "applies": True, **interval(values == value)}
        else:
            valid = values[~np.isnan(values)]
            middle = (rankdata(valid)[valid == value][0] - 0.5) / len(valid)
            assert place["percentile"] == pytest.approx(100 * middle)
            assert place["of"] == len(valid)
            assert (place["low"], place["high"]) == pytest.approx(
                tuple(100 * x for x in wilson(middle * len(valid), len(valid)))
            )
    assert len(kinds) == 2


def nearest_to_the_middle(directory, scenario, numeric):
    """Mean rank distance by run, the long way."""
    frame = pd.read_parquet(directory / "outcomes" / f"scenario={scenario}")
    frame = frame[frame["status"] == "ok"].set_index("run")
    complete = [name for name in numeric if not frame[name].isna().any()]
    ranks = (frame[complete].rank() - 0.5) / len(frame)
    return (ranks - 0.5).abs().mean(axis=1)


def test_typical_is_nearest_to_the_middle_by_mean_rank_distance(batch):
    numeric = [name for name, outcome in OUTCOMES.items() if outcome.kind != "category"]
    distance = nearest_to_the_middle(batch, "baseline-2020", numeric)
    chosen = explaining.most_typical(open_shelf(batch, "baseline-2020"))
    assert distance[chosen] == pytest.approx(distance.min())
    assert distance.max() > distance.min() + 0.05


def test_typical_leaves_out_failed_runs_and_outcomes_that_do_not_apply_everywhere(fakes):
    distance = nearest_to_the_middle(fakes, "plain", ["growth", "deal", "calm"])
    assert len(distance) == 59
    assert explaining.most_typical(open_shelf(fakes, None)) == distance.idxmin()


def test_the_tails_are_the_extreme_runs_and_failed_runs_are_left_out(fakes):
    shelf = open_shelf(fakes, None)
    frame = pd.read_parquet(fakes / "outcomes").set_index("run")
    for name in ("growth", "deal_months", "calm"):
        assert explaining.at_the_tail(shelf, name, False) == frame[name].idxmax()
        assert explaining.at_the_tail(shelf, name, True) == frame[name].idxmin()
    assert explaining.at_the_tail(shelf, "deal", False) == frame.index[frame["deal"] == 1][0]  # the first of equal ones


def test_the_choice_is_told(batch):
    chosen = explain(batch, scenario="baseline-2020", tail="growth", low=True)
    frame = experiments.read_outcomes(batch, columns=["growth"], scenarios=["baseline-2020"])
    assert chosen["run"] == frame["run"][frame["growth"].idxmin()]
    assert "Chosen by --tail, the lowest growth." in explaining.tell(chosen)
    assert chosen["place"]["growth"]["percentile"] == pytest.approx(100 * 0.5 / RUNS)
    typical = explaining.tell(explain(batch, scenario="baseline-2020", typical=True))
    assert "smallest mean distance of its ranks from the middle over all numeric outcomes" in " ".join(typical.split())


def test_a_condition_chooses_the_most_typical_of_the_runs_that_meet_it(batch):
    shelf = open_shelf(batch, "baseline-2020")
    frame = experiments.read_outcomes(batch, columns=["tests"], scenarios=["baseline-2020"]).set_index("run")["tests"]
    most = int(frame.max())
    chosen = explain(batch, scenario="baseline-2020", tail=f"tests=={most}")
    assert frame[chosen["run"]] == most
    assert f"the most typical of {(frame == most).sum()} run" in chosen["batch"]["chosen_by"]
    typical = explaining.most_typical(shelf)
    assert explain(batch, scenario="baseline-2020", tail=f"tests=={frame[typical]:g}")["run"] == typical
    for tail, low, line in (
        (
            "deal_broken",
            False,
            "the categories of deal_broken have no order, so none is the highest; choose one, such as",
        ),
        ("tests>=1000", False, "no run of baseline-2020 meets 'tests>=1000'"),
        ("tests>=1", True, "--low belongs to --tail with an outcome"),
        ("deal_broken==Paris", False, "compares deal_broken with 'Paris'; expected one of not, a severe test"),
    ):
        with pytest.raises(UsageError) as error:
            explain(batch, scenario="baseline-2020", tail=tail, low=low)
        assert line in str(error.value)
    assert explaining.at_the_tail(shelf, "deal", False) >= 0  # sizes of deals have an order


# ---- text -----------------------------------------------------------------------------------------------------


def test_the_text_says_what_the_data_say(explained):
    text = " ".join(explaining.tell(explained).split())
    assert json.loads(json.dumps(explained, allow_nan=False)) == explained
    for month in explained["months"]:
        assert month["month"] in text
        for event in month["events"]:
            assert sentence(event) in text
        for move in month["moves"]:
            assert move["meaning"] in text
            assert story.reasons(move) in text or move["level"] == 0
    for name, value in explained["outcomes"].items():
        assert f"{name} {story.told(value)} " in text
    assert "Replayed: the same bit for bit" in text
