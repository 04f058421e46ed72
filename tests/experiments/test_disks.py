"""Disks that refuse, power that fails, data that are not what was written: found, named, and computed again."""

import errno
import json
import os
import random
from contextlib import suppress
from pathlib import Path

import pytest
from batch_fakes import RUNS, SEED, FakeScenario, run_plain

from experiments import read_manifest, read_outcomes, run_batch, verify
from experiments.checking import said
from experiments.errors import BatchWarning, StorageError, StoredDataDamaged
from experiments.store import contents_digest

pytestmark = pytest.mark.usefixtures("fake_model")
PARTS = 4  # outcomes and trajectories of two parts


def parts(out):
    found = sorted(out.rglob("part-*.parquet"))
    assert len(found) == PARTS
    return found


@pytest.fixture
def batch(tmp_path, faults):
    """A stored batch and the digest of its contents."""
    faults()
    run_plain(tmp_path / "batch")
    return tmp_path / "batch", contents_digest(tmp_path / "batch")


class Disk:
    """Counts every flush, rename and opening of a file to be written; raises ``error`` instead of the number-th.

    It knows what has been flushed: ``after_power_loss`` copies what is sure to be there when the power fails.
    """

    def __init__(self, patch, number=0, error=None):
        self.number, self.error, self.steps = number, error, 0
        self.data = {}  # inode -> bytes of a file
        self.names = {}  # inode -> (name, inode, is it a directory) in a directory
        real_replace, self.real_flush = Path.replace, os.fsync
        patch.setattr(Path, "open", self.opening(Path.open))
        patch.setattr(Path, "replace", lambda path, target: self.step() or real_replace(path, target))
        patch.setattr(os, "fsync", self.flush)

    def step(self, counts=True):
        self.steps += counts
        if counts and self.steps == self.number:
            raise self.error

    def opening(self, real_open):
        def open_counted(path, mode="r", *more, **named):
            self.step(mode == "wb")
            return real_open(path, mode, *more, **named)

        return open_counted

    def flush(self, descriptor):
        self.step()
        path, inode = Path(f"/proc/self/fd/{descriptor}").readlink(), os.fstat(descriptor).st_ino
        if path.is_dir():
            self.names[inode] = [(entry.name, entry.inode(), entry.is_dir()) for entry in os.scandir(path)]
        else:
            self.data[inode] = path.read_bytes()
        self.real_flush(descriptor)

    def after_power_loss(self, inode, target):
        target.mkdir()
        for name, below, is_directory in self.names.get(inode, ()):
            if is_directory:
                self.after_power_loss(below, target / name)
            else:
                (target / name).write_bytes(self.data.get(below, b""))


class PowerLoss(BaseException):
    pass


def test_a_disk_that_fails_at_any_moment(tmp_path, undisturbed):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    for number in range(1, 100):
        out = tmp_path / str(number)
        with pytest.MonkeyPatch.context() as patch:
            disk = Disk(patch, number, full)
            with suppress(StorageError):
                run_plain(out)
        if disk.steps < number:
            break
        assert not list(out.rglob("*.tmp"))
        run_plain(out)
        assert contents_digest(out) == undisturbed
        assert verify(out) == []
    assert number > 4 * PARTS  # opening, flush, rename and flush of the directory for each


def test_a_full_disk_is_one_line(tmp_path, monkeypatch):
    Disk(monkeypatch, 20, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    with pytest.raises(StorageError, match=r"^cannot write [^\n]*: No space left on device$") as caught:
        run_plain(tmp_path)
    assert caught.value.exit_code == 4


def test_power_that_fails_at_any_moment(tmp_path):
    run_plain(tmp_path / "undisturbed", 20)
    undisturbed = contents_digest(tmp_path / "undisturbed")
    for number in range(1, 100):
        home = tmp_path / str(number)
        home.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            disk = Disk(patch, number, PowerLoss())
            with suppress(PowerLoss):
                run_plain(home / "batch", 10)
                run_plain(home / "batch", 20)
        disk.after_power_loss(home.stat().st_ino, tmp_path / f"{number}-after")
        out = tmp_path / f"{number}-after" / "batch"
        if disk.steps < number:
            break
        run_plain(out, 20)
        assert contents_digest(out) == undisturbed
        assert verify(out) == []
    assert contents_digest(out) == undisturbed  # all that was reported as done is on the disk


def test_what_a_killed_process_left_is_removed(batch):
    out, digest = batch
    left = parts(out)[0].with_name(".part-00000.parquet.tmp")
    left.write_bytes(b"half a p")
    assert len(read_outcomes(out)) == RUNS
    run_plain(out)
    assert not left.exists()
    assert contents_digest(out) == digest


# Data that are not what was written


def assert_found_and_mended(out, digest, broken, kind):
    assert [(problem.path, problem.kind) for problem in verify(out)] == [(path, kind) for path in broken]
    runs = read_manifest(out).runs
    if kind == "missing":
        run_plain(out, runs)
    else:
        with pytest.warns(BatchWarning, match="is computed again") as caught:
            run_plain(out, runs)
        assert sorted(str(warning.message).split()[0] for warning in caught) == sorted(str(path) for path in broken)
    assert contents_digest(out) == digest
    assert verify(out) == []


@pytest.mark.parametrize("place", range(PARTS))
def test_a_lost_part_is_computed_again(batch, place):
    path = parts(batch[0])[place]
    path.unlink()
    assert_found_and_mended(*batch, [path], "missing")


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_truncated_part_is_computed_again(batch, keep):
    path = parts(batch[0])[0]
    path.write_bytes(path.read_bytes()[:keep])
    assert_found_and_mended(*batch, [path], "damaged")


def test_every_flipped_bit_is_noticed(batch):
    out, digest = batch
    rng = random.Random(1)
    for path in parts(out):
        whole = path.read_bytes()
        for place in sorted({0, len(whole) - 1, *rng.sample(range(len(whole)), 60)}):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << rng.randrange(8)
            path.write_bytes(flipped)
            assert [problem.path for problem in verify(out)] == [path], place
        assert_found_and_mended(out, digest, [path], "damaged")


@pytest.mark.parametrize(("one", "other"), [(0, 1), (0, 2)])  # two parts of a kind; outcomes and trajectories
def test_swapped_parts_are_noticed(tmp_path, one, other):
    run_plain(tmp_path, 2048)
    digest = contents_digest(tmp_path)
    first, second = parts(tmp_path)[one], parts(tmp_path)[other]
    first.rename(tmp_path / "kept")
    second.rename(first)
    (tmp_path / "kept").rename(second)
    assert_found_and_mended(tmp_path, digest, [first, second], "damaged")


@pytest.mark.parametrize(
    "other", [{"seed": 4}, {"scenarios": FakeScenario(level=2.0)}, {"scenarios": FakeScenario("other")}, {"runs": 2000}]
)
def test_a_part_of_another_batch_is_noticed(batch, tmp_path, other):
    asked = {"scenarios": FakeScenario(), "runs": RUNS, "seed": SEED, "out": tmp_path / "other", "jobs": 1, **other}
    run_batch(**asked)
    path = parts(batch[0])[1]
    path.write_bytes(parts(tmp_path / "other")[1].read_bytes())
    assert_found_and_mended(*batch, [path], "damaged")


def test_missing_parts_that_follow_one_another_are_one_line(tmp_path):
    run_plain(tmp_path, 5000, trajectories=False)
    stored = sorted(tmp_path.rglob("part-*.parquet"))
    assert len(stored) == 5
    for lost in (0, 2, 3, 4):
        stored[lost].unlink()
    problems = verify(tmp_path)
    assert [(problem.path, problem.kind) for problem in problems] == [(stored[lost], "missing") for lost in (0, 2, 3, 4)]
    assert said(problems) == [f"{stored[0]}: it is missing", f"{stored[2]} to {stored[4].name}: 3 parts are missing"]
    stored[1].write_bytes(b"half")
    lines = said(verify(tmp_path))
    assert [line.split()[0].rstrip(":") for line in lines] == [str(stored[place]) for place in (0, 1, 2)]


def test_a_batch_of_which_nothing_is_stored_yet_says_so(tmp_path):
    run_plain(tmp_path, 10, trajectories=False)
    for path in tmp_path.rglob("part-*.parquet"):
        path.unlink()
    with pytest.raises(StorageError, match="holds no run of plain yet; the same batch command goes on"):
        read_outcomes(tmp_path, ["status"])


def test_a_stray_file_is_named(batch):
    out, _ = batch
    stray = parts(out)[0].with_name("part-00007.parquet")
    stray.write_bytes(parts(out)[0].read_bytes())
    assert [(problem.path, problem.kind) for problem in verify(out)] == [(stray, "foreign")]
    assert len(read_outcomes(out)) == RUNS
    with pytest.warns(BatchWarning, match="no part of this batch"):
        run_plain(out)


def test_readers_do_not_return_damaged_numbers(batch):
    out, _ = batch
    path = parts(out)[0]
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 3] ^= 4
    path.write_bytes(whole)
    with pytest.raises(StoredDataDamaged, match="are damaged"):
        read_outcomes(out)


def test_a_damaged_manifest_is_never_guessed(batch):
    out, digest = batch
    path = out / "manifest.json"
    text = path.read_text()
    body = json.loads(text)
    for damage in (
        text[:50],
        text.replace('"seed": 3', '"seed": 4'),
        json.dumps({**body, "format": 9}),
        "[]",
        "\0",
        "[" * 10**5,
    ):
        path.write_text(damage)
        for action in (run_plain, verify, read_outcomes):
            with pytest.raises(StoredDataDamaged, match=r"manifest\.json is damaged") as caught:
                action(out)
            assert caught.value.exit_code == 8
            assert "\n" not in str(caught.value)
        assert path.read_text() == damage
    path.unlink()
    with pytest.raises(StoredDataDamaged, match=r"manifest\.json is missing"):
        run_plain(out)
    path.write_text(text)
    run_plain(out)
    assert contents_digest(out) == digest
