"""What is lost is told from what is not computed yet, by a record of what was stored; without one, nothing is guessed."""

import pytest
from batch_fakes import RUNS, run_plain

from experiments import read_outcomes, read_trajectories, verify
from experiments.checking import said, verdict
from experiments.errors import BatchWarning, StorageError, StoredDataDamaged
from experiments.store import contents_digest

pytestmark = pytest.mark.usefixtures("fake_model", "no_flush")


@pytest.fixture
def batch(tmp_path):
    """A stored batch of two parts and the digest of its contents."""
    run_plain(tmp_path / "batch")
    return tmp_path / "batch", contents_digest(tmp_path / "batch")


def parts(out):
    found = sorted(out.rglob("part-*.parquet"))
    assert len(found) == 4  # outcomes and trajectories
    return found


def stopped(out, runs, after):
    """A batch without months that stopped when so many runs were done."""

    def stop(done, _total):
        if done >= after:
            raise StorageError("enough")

    with pytest.raises(StorageError, match="enough"):
        run_plain(out, runs, trajectories=False, progress=stop)
    return [out / "outcomes" / "scenario=plain" / f"part-{number:05d}.parquet" for number in range(-(-runs // 1024))]


def test_parts_not_computed_yet_are_told_from_lost_ones(tmp_path):
    path = stopped(tmp_path, 5000, after=2048)
    problems = verify(tmp_path)
    assert said(problems) == [f"{path[2]} to {path[4].name}: 3 parts are not computed yet"]
    assert verdict(problems, tmp_path) == (["3 parts not computed yet; the same batch command goes on"], False)
    path[1].unlink()
    problems = verify(tmp_path)
    assert [(problem.path, problem.kind) for problem in problems] == [
        (path[1], "lost"), (path[2], "pending"), (path[3], "pending"), (path[4], "pending"),
    ]  # fmt: skip
    lines, wrong = verdict(problems, tmp_path)
    assert wrong
    assert lines[1] == f"1 problem; the batch command that made {tmp_path} recomputes what is lost or damaged"
    with pytest.warns(BatchWarning, match=rf"{path[1].name} is computed again: it was stored and is gone$"):
        run_plain(tmp_path, 5000, trajectories=False)
    assert verify(tmp_path) == []


def test_the_last_part_of_a_batch_that_is_being_extended_is_not_lost(tmp_path):
    run_plain(tmp_path, 1500, trajectories=False)
    before = parts_of(tmp_path)
    path = stopped(tmp_path, 3000, after=0)
    assert [(problem.path, problem.kind) for problem in verify(tmp_path)] == [(path[1], "pending"), (path[2], "pending")]
    run_plain(tmp_path, 3000, trajectories=False)
    path[1].write_bytes(before[path[1]])  # as it was before the extension
    assert [(problem.path, problem.kind) for problem in verify(tmp_path)] == [(path[1], "lost")]
    with pytest.raises(StoredDataDamaged, match=r"plain/part-00001\.parquet: it was stored and is gone"):
        read_outcomes(tmp_path, ["growth"])
    assert len(read_outcomes(tmp_path, ["growth"], runs=range(1024))) == 1024


@pytest.mark.parametrize("read", [read_outcomes, read_trajectories])
def test_a_part_in_the_place_of_another_is_not_read(batch, read):
    out, _ = batch
    for path in out.rglob("part-00001.parquet"):
        path.write_bytes((path.parent / "part-00000.parquet").read_bytes())
    with pytest.raises(StoredDataDamaged, match=r"part-00001\.parquet: it belongs elsewhere: first_run 0"):
        read(out, [])


def parts_of(out):
    return {path: path.read_bytes() for path in out.rglob("part-*.parquet")}


def test_a_batch_without_a_record_is_read_and_gets_one(batch):
    out, digest = batch  # as versions before the record left it
    (out / "stored.jsonl").unlink()
    assert verify(out) == []
    lost = parts(out)[0]
    lost.unlink()
    problems = verify(out)
    assert [(problem.path, problem.kind) for problem in problems] == [(lost, "missing")]
    assert verdict(problems, out) == (["1 part not computed yet, or lost; the same batch command goes on"], True)
    run_plain(out)
    assert contents_digest(out) == digest
    parts(out)[1].unlink()
    assert [problem.kind for problem in verify(out)] == ["lost"]


def test_a_record_gets_the_parts_beyond_what_is_asked_for(batch):
    out, digest = batch
    (out / "stored.jsonl").unlink()
    run_plain(out, 10)
    lost = parts(out)[1]  # of runs beyond the ten
    kept = lost.read_bytes()
    lost.unlink()
    record = (out / "stored.jsonl").read_bytes()
    (out / "stored.jsonl").unlink()
    with pytest.warns(BatchWarning, match="1 of the parts of .* not asked for are not there or not right, and nothing says"):
        run_plain(out, 10)
    lost.write_bytes(kept)
    (out / "stored.jsonl").write_bytes(record)
    lost.unlink()
    assert [problem.kind for problem in verify(out)] == ["lost"]
    with pytest.warns(BatchWarning, match="was stored and is gone"):
        run_plain(out)
    assert contents_digest(out) == digest


def test_a_damaged_record_is_named_and_mended(batch):
    out, digest = batch
    path = out / "stored.jsonl"
    whole = path.read_bytes()
    first, second = whole.splitlines(keepends=True)
    lost = parts(out)[1]
    kept = lost.read_bytes()
    for damage, found in (
        (first.replace(b"1024", b"1023") + second, ["damaged"]),
        (b"\0" * len(first) + b"\n" + second, ["damaged"]),
        (b"[" * 10**5 + b"\n" + whole, ["damaged"]),
        (first + second[:-1], []),  # as a failing disk leaves it
        (first + b"\0" * len(second), []),
    ):
        path.write_bytes(damage)
        assert [problem.kind for problem in verify(out)] == found, damage[:80]
        lost.unlink()
        kinds = {problem.path: problem.kind for problem in verify(out)}
        assert kinds[lost] == ("lost" if second in damage else "missing"), damage[:80]  # never "not computed yet"
        lost.write_bytes(kept)
        run_plain(out)
        assert path.read_bytes().splitlines() == whole.splitlines()
        assert verify(out) == []
    assert contents_digest(out) == digest


def test_the_record_of_another_batch_does_not_count(batch, tmp_path):
    out, _ = batch
    run_plain(tmp_path / "other", 1700, seed=4)
    (out / "stored.jsonl").write_bytes((tmp_path / "other" / "stored.jsonl").read_bytes())
    parts(out)[0].unlink()
    assert {problem.kind for problem in verify(out)} == {"missing", "damaged"}


def test_a_new_batch_where_one_was_removed_knows_nothing_of_it(batch):
    out, _ = batch
    for path in parts(out):
        path.unlink()
    (out / "manifest.json").unlink()
    for kind in ("outcomes", "trajectories"):
        (out / kind / "scenario=plain").rmdir()
        (out / kind).rmdir()
    stopped(out, RUNS, after=0)
    assert {problem.kind for problem in verify(out)} == {"pending"}
