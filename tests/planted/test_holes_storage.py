"""What no test of the store, the engine and the loader noticed before bugs were planted."""

from __future__ import annotations

import fcntl
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import numpy as np
import pyarrow as pa
import pytest

from experiments import parts, read_outcomes, store, verify
from experiments.errors import BatchLocked, StorageError
from experiments.manifest import source_digest
from experiments.parts import PART_RUNS, Damaged
from sim.scenario import ScenarioError, load_scenario
from tests.experiments.batch_fakes import SEED, run_plain
from tests.processes import alive, wait_for

RUNS = 1700  # one whole part and a piece of the next
Program = Callable[..., Popen[str]]

# A multiple of the polynomial of CRC-32, its bits as they lie in bytes: taken by exclusive or into data, no CRC changes.
UNSEEN_BY_CRC = 0x1DB710641.to_bytes(5, "little")


# ---- the store --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("fake_model")
def test_damage_that_no_cyclic_checksum_sees_is_seen(tmp_path: Path) -> None:
    run_plain(tmp_path, 100)
    for path in sorted(tmp_path.rglob("part-*.parquet")):
        data = path.read_bytes()
        for place in range(0, len(data) - 5, len(data) // 40):
            there = bytes(one ^ other for one, other in zip(data[place : place + 5], UNSEEN_BY_CRC, strict=True))
            damaged = data[:place] + there + data[place + 5 :]
            assert zlib.crc32(damaged) == zlib.crc32(data)
            with pytest.raises(Damaged):
                parts.open_part(damaged)


@pytest.mark.usefixtures("fake_model")
def test_a_sealed_part_with_the_wrong_runs_in_it_is_damaged(tmp_path: Path) -> None:
    run_plain(tmp_path, 50, trajectories=False)
    (path,) = tmp_path.rglob("part-*.parquet")
    label, file = parts.open_part(path.read_bytes())
    table = file.read()
    runs = table["run"].to_pylist()
    runs[3], runs[4] = runs[4], runs[3]
    path.write_bytes(parts.encode(table.set_column(table.column_names.index("run"), "run", pa.array(runs)), label))
    assert [str(problem) for problem in verify(tmp_path)] == [f"{path}: its rows are not the runs of this part"]


@pytest.mark.usefixtures("fake_model")
def test_only_the_parent_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = set()
    write_whole = store.write_whole

    def noted(path: Path, data: bytes) -> None:
        assert not path.exists(), "a worker has written it"
        written.add(path)
        write_whole(path, data)

    monkeypatch.setattr(store, "write_whole", noted)  # in this process alone: workers are born without it
    run_plain(tmp_path, jobs=2, block=PART_RUNS)
    assert set(tmp_path.rglob("*.parquet")) == {path for path in written if path.suffix == ".parquet"}


@pytest.mark.usefixtures("fake_model")
def test_a_directory_that_is_taken_away_is_not_written(tmp_path: Path) -> None:
    out = tmp_path / "batch"

    def take_away(done: int, _total: int) -> None:
        if done and out.exists() and not (tmp_path / "away").exists():
            out.rename(tmp_path / "away")
            (out / "outcomes" / "scenario=plain").mkdir(parents=True)  # as another command would, and so be written by both

    with pytest.raises(StorageError, match="it was removed or replaced while the batch ran"):
        run_plain(out, trajectories=False, block=512, progress=take_away)
    assert not list(out.rglob("part-*"))


@pytest.mark.usefixtures("fake_model")
def test_a_lock_file_cannot_move_the_terminal(tmp_path: Path) -> None:
    run_plain(tmp_path, 5)
    with (tmp_path / store.LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("\x1b[2J\nprocess 7\x07")
        lock.flush()
        with pytest.raises(BatchLocked, match="process 7") as caught:
            run_plain(tmp_path, 5)
    assert str(caught.value).isprintable()


@pytest.mark.usefixtures("fake_model")
@pytest.mark.parametrize("runs", [range(PART_RUNS + 1), range(PART_RUNS - 1, PART_RUNS), range(PART_RUNS, PART_RUNS + 1)])
def test_runs_at_the_edge_of_a_part_are_read(tmp_path: Path, runs: range) -> None:
    run_plain(tmp_path, trajectories=False)
    assert list(read_outcomes(tmp_path, ["growth"], runs=runs)["run"]) == list(runs)


def test_the_digest_of_the_model_does_not_hang_on_the_order_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.py", "b.py", "c.csv"):
        (tmp_path / name).write_text(name)
    before = source_digest(tmp_path)
    rglob = Path.rglob
    for order in (sorted, lambda found: sorted(found, reverse=True)):
        monkeypatch.setattr(Path, "rglob", lambda path, pattern, order=order: order(rglob(path, pattern)))
        assert source_digest(tmp_path) == before


@pytest.mark.usefixtures("fake_model")
def test_outcomes_keep_all_their_digits(tmp_path: Path) -> None:
    frame = run_plain(tmp_path, 5)
    first = [np.random.default_rng([SEED, run]).random() for run in range(5)]  # as the fake model draws them
    assert frame["growth"].tolist() == first


# ---- the engine -------------------------------------------------------------------------------------------------------


def test_workers_end_with_their_parent_in_the_middle_of_a_long_block(tmp_path: Path, program: Program) -> None:
    (tmp_path / "pids").mkdir()
    process = program(tmp_path / "batch", RUNS, 2, pids=str(tmp_path / "pids"), delay=1)  # a block takes a minute
    wait_for(lambda: len(list((tmp_path / "pids").iterdir())) == 2)
    process.kill()
    process.wait()
    wait_for(lambda: not any(alive(path.name) for path in (tmp_path / "pids").iterdir()), seconds=30)


def test_a_run_that_kills_its_worker_does_not_hold_up_the_batch(tmp_path: Path, program: Program) -> None:
    process = program(tmp_path / "batch", 1, 2, kills=[0])
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert verify(tmp_path / "batch") == []
    stored = read_outcomes(tmp_path / "batch", ["status"])
    assert list(stored["run"][stored["status"] == "failed"]) == [0]


# ---- the loader -------------------------------------------------------------------------------------------------------


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(2**30)  # takes no place on the disk
    tracemalloc.start()
    try:
        with pytest.raises(ScenarioError, match="too large for a scenario"):
            load_scenario(tmp_path / "huge.yaml")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 10 * 2**20
