"""Batches: the same data set however it was computed."""

import os

import batch_fakes
import numpy as np
import pandas as pd
import pytest
from batch_fakes import MONTHS, FakeScenario

from experiments import read_manifest, read_outcomes, read_trajectories, run_batch, verify
from experiments.batch import PART_RUNS
from experiments.errors import BatchDiffers, BatchLocked, BatchWarning, StorageError, StoredDataDamaged, UsageError
from experiments.manifest import source_digest
from experiments.store import contents_digest, open_store

pytestmark = pytest.mark.usefixtures("fake_model")
RUNS = 1100  # one whole part and a piece of the next
TWO = (FakeScenario("low"), FakeScenario("high", level=2.0))


def run(out, runs=RUNS, *, scenarios=TWO, seed=3, jobs=1, **more):
    return run_batch(scenarios, runs=runs, seed=seed, out=out, jobs=jobs, **more)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The digest of the batch that all others are compared with, computed in one process in one go."""
    with pytest.MonkeyPatch.context() as patch:
        batch_fakes.install(patch.setattr)
        out = tmp_path_factory.mktemp("undisturbed") / "batch"
        run(out)
    return contents_digest(out)


@pytest.mark.parametrize(("jobs", "block"), [(1, 1), (1, 1000), (2, 7), (2, None), (3, 300)])
def test_workers_and_blocks_do_not_change_the_data(tmp_path, undisturbed, jobs, block):
    run(tmp_path, jobs=jobs, block=block)
    assert contents_digest(tmp_path) == undisturbed
    assert verify(tmp_path) == []


def test_blocks_over_several_parts_are_cut_at_their_edges(tmp_path):
    digests = set()
    for place, told in enumerate(({"block": 1024}, {"block": 2048}, {"jobs": 2}, {"block": 300})):
        out = tmp_path / f"{place}"
        run(out, 4500, trajectories=False, collect=False, **told)
        assert verify(out) == []
        digests.add(contents_digest(out))
    run(tmp_path / "resumed", 3500, trajectories=False, collect=False)
    run(tmp_path / "resumed", 4500, trajectories=False, collect=False)
    assert {*digests, contents_digest(tmp_path / "resumed")} == digests
    assert len(digests) == 1


def test_blocks_leave_out_parts_that_are_stored(tmp_path, monkeypatch):
    run(tmp_path, 4 * PART_RUNS, scenarios=TWO[0], trajectories=False)
    for number in (0, 2, 3):
        (tmp_path / f"outcomes/scenario=low/part-{number:05d}.parquet").unlink()
    simulated = []
    simulate = batch_fakes.simulate_block

    def noted(scenario, **told):
        simulated.append((told["first_run"], told["runs"]))
        return simulate(scenario, **told)

    monkeypatch.setattr(batch_fakes, "simulate_block", noted)
    monkeypatch.setattr("experiments.batch.BLOCKS", (4 * PART_RUNS, PART_RUNS))
    with pytest.warns(BatchWarning, match="was stored and is gone"):
        run(tmp_path, 4 * PART_RUNS, scenarios=TWO[0], trajectories=False)
    assert simulated == [(0, PART_RUNS), (2 * PART_RUNS, 2 * PART_RUNS)]


def test_extension_equals_one_go(tmp_path, undisturbed):
    run(tmp_path, 30)
    run(tmp_path, 1000)
    frame = run(tmp_path, RUNS)
    assert contents_digest(tmp_path) == undisturbed
    assert len(frame) == 2 * RUNS
    assert read_manifest(tmp_path).runs == RUNS


def test_fewer_runs_than_stored_leave_the_batch_alone(tmp_path, undisturbed):
    run(tmp_path)
    frame = run(tmp_path, 10)
    assert frame.groupby("scenario").size().to_dict() == {"low": 10, "high": 10}
    assert contents_digest(tmp_path) == undisturbed


def test_what_is_stored_is_not_computed_again(tmp_path, faults, undisturbed):
    run(tmp_path)
    faults(raises=list(range(RUNS)))
    run(tmp_path)
    assert contents_digest(tmp_path) == undisturbed


def test_memory_and_disk_give_the_same_table(tmp_path):
    stored, returned = run(tmp_path), run(None)
    pd.testing.assert_frame_equal(stored, returned, check_exact=True)
    assert (stored.attrs["seed"], stored.attrs["failed"], stored.attrs["units"]["growth"]) == (3, 0, "%/year")
    assert (stored.attrs["out"], returned.attrs["out"]) == (str(tmp_path), None)


def test_table_has_one_row_per_scenario_and_run_in_order(tmp_path):
    frame = run(tmp_path, scenarios=TWO[::-1])
    assert list(frame["scenario"].unique()) == ["high", "low"]
    assert list(frame["run"]) == 2 * list(range(RUNS))
    assert set(frame["status"]) == {"ok"}
    assert frame["parameters.labour.take"].dtype == np.float32
    assert frame["moves.north_korea.test"].dtype == np.uint16
    high, low = (frame[frame["scenario"] == name]["growth"].to_numpy() for name in ("high", "low"))
    np.testing.assert_array_equal(high, 2 * low)


def test_pandas_reads_a_batch_by_itself(tmp_path):
    run(tmp_path)
    plain = pd.read_parquet(tmp_path / "outcomes")
    ours = read_outcomes(tmp_path)
    assert set(plain.columns) == set(ours.columns)
    mine = plain[plain["scenario"] == "high"].sort_values("run")["growth"].to_numpy()
    np.testing.assert_array_equal(mine, ours[ours["scenario"] == "high"]["growth"].to_numpy())
    assert len(pd.read_parquet(tmp_path / "trajectories")) == 2 * RUNS * len(MONTHS)


def test_readers_read_what_is_asked_for(tmp_path):
    run(tmp_path)
    some = read_outcomes(tmp_path, ["growth"], ["high"], runs=[1030, 5])
    assert list(some.columns) == ["scenario", "run", "growth"]
    assert list(some["run"]) == [5, 1030]
    months = read_trajectories(tmp_path, ["reserves"], ["low"], runs=[1050])
    assert list(months["month"]) == list(MONTHS)
    assert months["reserves"].dtype == np.float32
    growth = read_outcomes(tmp_path, ["growth"], ["low"], runs=[1050])["growth"].item()
    np.testing.assert_allclose(months["reserves"], growth * np.array([1, 2, 3]), rtol=1e-6)
    assert months.attrs["units"]["reserves"] == "bn USD"
    with pytest.raises(UsageError, match="did you mean 'growth'"):
        read_outcomes(tmp_path, ["grwth"])
    with pytest.raises(UsageError, match="no scenario 'hig'"):
        read_outcomes(tmp_path, scenarios=["hig"])


def test_trajectories_are_stored_unless_said_otherwise(tmp_path):
    run(tmp_path, 5, trajectories=False)
    assert not (tmp_path / "trajectories").exists()
    with pytest.raises(StorageError, match=r"without its months.*--trajectories"):
        read_trajectories(tmp_path)
    run(tmp_path, 10)  # not asked, so as before
    assert not read_manifest(tmp_path).trajectories
    with pytest.raises(UsageError, match="say where"):
        run(None, trajectories=True)


def test_rows_are_not_collected_unless_wanted(tmp_path, faults):
    faults(raises=[3])
    frame = run(tmp_path, collect=False)
    assert frame.empty
    assert frame.attrs["failed"] == 2


def test_seed_is_drawn_stored_and_used_again(tmp_path):
    first = run(tmp_path, 10, seed=None)
    again = run(tmp_path, 20, seed=None)
    assert first.attrs["seed"] == again.attrs["seed"] == read_manifest(tmp_path).seed
    assert set(again["seed"]) == {first.attrs["seed"]}


def test_progress_goes_from_what_is_stored_to_the_end(tmp_path):
    run(tmp_path, PART_RUNS)
    seen = []
    run(tmp_path, PART_RUNS + 10, progress=lambda *numbers: seen.append(numbers))
    assert seen[0] == (2 * PART_RUNS, 2 * PART_RUNS + 20)
    assert seen[-1] == (2 * PART_RUNS + 20, 2 * PART_RUNS + 20)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"runs": 0}, "runs must be a whole number from 1"),
        ({"runs": True}, "runs must be"),
        ({"runs": 2.5}, "runs must be"),
        ({"runs": 10**12}, "runs must be"),
        ({"seed": -1}, "seed must be"),
        ({"jobs": 0}, "jobs must be"),
        ({"scenarios": ()}, "needs a scenario"),
        ({"scenarios": (FakeScenario(), FakeScenario())}, "same name"),
        ({"settings": ["months=3"]}, "settings apply"),
    ],
)
def test_requests_without_sense_are_refused(tmp_path, wrong, message):
    with pytest.raises(UsageError, match=message):
        run(tmp_path / "batch", **wrong)
    assert not (tmp_path / "batch").exists()


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"seed": 4}, "seed 3 is stored, 4 was asked for"),
        ({"scenarios": (FakeScenario("low"), FakeScenario("high", 2.5))}, r"high has changed: values.level 2.0 -> 2.5"),
        ({"scenarios": TWO[:1]}, "scenarios low, high are stored, low were asked for"),
        ({"trajectories": False}, "stored with trajectories and was asked for without"),
    ],
)
def test_another_batch_is_refused_with_the_difference(tmp_path, other, message):
    run(tmp_path, 20)
    before = contents_digest(tmp_path)
    with pytest.raises(BatchDiffers, match=message) as caught:
        run(tmp_path, 30, **other)
    assert caught.value.exit_code == 7
    assert "\n" not in str(caught.value)
    assert contents_digest(tmp_path) == before


def test_another_model_is_refused(tmp_path, monkeypatch):
    run(tmp_path, 20)
    monkeypatch.setattr("experiments.manifest.model_digest", lambda: "1" * 64)
    with pytest.raises(BatchDiffers, match="source of the model has changed"):
        run(tmp_path, 20)


def test_another_numpy_is_named_when_it_computes(tmp_path, monkeypatch):
    run(tmp_path, 20)
    monkeypatch.setattr("numpy.__version__", "99.0")
    run(tmp_path, 20)
    with pytest.warns(BatchWarning, match=r"goes on with 99\.0"):
        run(tmp_path, 30)


def test_the_digest_of_the_model_is_that_of_its_source(tmp_path):
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "a.py").write_text("x = 1")
    (tmp_path / "table.csv").write_text("1,2")
    digests = [source_digest(tmp_path)]
    (tmp_path / "notes.txt").write_text("no source")
    assert source_digest(tmp_path) == digests[0]
    for change in (
        lambda: (tmp_path / "table.csv").write_text("1,3"),
        lambda: (tmp_path / "table.csv").rename(tmp_path / "b.csv"),
    ):
        change()
        digests.append(source_digest(tmp_path))
    assert len(set(digests)) == 3


def test_a_second_writer_is_kept_out(tmp_path):
    run(tmp_path, 20)
    with open_store(tmp_path, lambda stored: stored), pytest.raises(BatchLocked, match=f"process {os.getpid()}") as caught:
        run(tmp_path, 20)
    assert caught.value.exit_code == 6
    run(tmp_path, 20)


def test_targets_that_cannot_be_written_are_refused_before_any_run(tmp_path, faults):
    faults(exits=[0])
    (tmp_path / "file").write_text("mine")
    for target in (tmp_path / "file", tmp_path / "file" / "below", "/proc/no-batch-here"):
        with pytest.raises(StorageError) as caught:
            run(target, 10, progress=pytest.fail)
        assert caught.value.exit_code == 4
        assert "\n" not in str(caught.value)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_directory_is_refused(tmp_path):
    tmp_path.chmod(0o555)
    with pytest.raises(StorageError, match="Permission denied"):
        run(tmp_path, 10, progress=pytest.fail)


def test_a_directory_without_a_batch_is_no_batch(tmp_path):
    with pytest.raises(StorageError, match="holds no batch"):
        read_outcomes(tmp_path)
    with pytest.raises(StorageError, match="holds no batch"):
        verify(tmp_path / "nowhere")
    (tmp_path / "manifest.json").write_text('{"name": "an app"}')
    with pytest.raises(StoredDataDamaged, match="not the manifest of a batch"):
        run(tmp_path)
    assert (tmp_path / "manifest.json").read_text() == '{"name": "an app"}'
