"""Data that are not what was written: found, named, and computed again. Disks that fail are in tests/reliability."""

import json
import random

import pytest
from batch_fakes import RUNS, SEED, FakeScenario, run_plain

from experiments import read_manifest, read_outcomes, run_batch, verify
from experiments.checking import said
from experiments.errors import BatchWarning, StorageError, StoredDataDamaged
from experiments.store import Store, contents_digest

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


def test_what_a_killed_process_left_is_removed(batch):
    out, digest = batch
    left = [parts(out)[0].with_name(".part-00000.parquet.9.tmp"), out / ".manifest.json.9.tmp", out / ".stored.jsonl.9.tmp"]
    for path in left:
        path.write_bytes(b"half a p")
    other = out / ".report.html.9.tmp"  # of another command, which may be running
    other.write_text("<html>")
    assert len(read_outcomes(out)) == RUNS
    run_plain(out)
    assert not any(path.exists() for path in left)
    assert other.exists()
    assert contents_digest(out) == digest


# Data that are not what was written


def assert_found_and_mended(out, digest, broken, kind):
    assert [(problem.path, problem.kind) for problem in verify(out)] == [(path, kind) for path in broken]
    runs = read_manifest(out).runs
    with pytest.warns(BatchWarning, match="is computed again") as caught:
        run_plain(out, runs)
    assert sorted(str(warning.message).split()[0] for warning in caught) == sorted(str(path) for path in broken)
    assert contents_digest(out) == digest
    assert verify(out) == []


@pytest.mark.parametrize("place", range(PARTS))
def test_a_lost_part_is_computed_again(batch, place, score):
    path = parts(batch[0])[place]
    path.unlink()
    assert_found_and_mended(*batch, [path], "lost")
    score("a part deleted: found, named, computed again", 1, 1)


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_truncated_part_is_computed_again(batch, keep, score):
    path = parts(batch[0])[0]
    path.write_bytes(path.read_bytes()[:keep])
    assert_found_and_mended(*batch, [path], "damaged")
    score("a part cut short: found, named, computed again", 1, 1)


def test_every_flipped_bit_is_noticed(batch, score, soak):
    out, digest = batch
    store = Store(out, read_manifest(out))
    stored = {store.path(kind, part): (kind, part) for kind in store.kinds for part in store.parts()}
    rng = random.Random(1)
    tried = noticed = 0
    for path in parts(out):
        whole = path.read_bytes()
        for place in sorted({0, len(whole) - 1, *rng.sample(range(len(whole)), min(250 * soak, len(whole)))}):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << rng.randrange(8)
            path.write_bytes(flipped)
            tried += 1
            noticed += bool(store.flaw(*stored[path]))
        assert_found_and_mended(out, digest, [path], "damaged")
    score("single bits of parts flipped: noticed", tried, noticed)
    assert noticed == tried > 900


@pytest.mark.parametrize(("one", "other"), [(0, 1), (0, 2)])  # two parts of a kind; outcomes and trajectories
def test_swapped_parts_are_noticed(tmp_path, one, other, score):
    run_plain(tmp_path, 2048)
    digest = contents_digest(tmp_path)
    first, second = parts(tmp_path)[one], parts(tmp_path)[other]
    first.rename(tmp_path / "kept")
    second.rename(first)
    (tmp_path / "kept").rename(second)
    assert_found_and_mended(tmp_path, digest, [first, second], "damaged")
    score("parts swapped: found, named, computed again", 2, 2)


@pytest.mark.parametrize(
    "other", [{"seed": 4}, {"scenarios": FakeScenario(level=2.0)}, {"scenarios": FakeScenario("other")}, {"runs": 2000}]
)
def test_a_part_of_another_batch_is_noticed(batch, tmp_path, other, score):
    asked = {"scenarios": FakeScenario(), "runs": RUNS, "seed": SEED, "out": tmp_path / "other", "jobs": 1, **other}
    run_batch(**asked)
    path = parts(batch[0])[1]
    path.write_bytes(parts(tmp_path / "other")[1].read_bytes())
    assert_found_and_mended(*batch, [path], "damaged")
    score("a part of another batch: found, named, computed again", 1, 1)


def test_lost_parts_that_follow_one_another_are_one_line(tmp_path):
    run_plain(tmp_path, 5000, trajectories=False)
    stored = sorted(tmp_path.rglob("part-*.parquet"))
    assert len(stored) == 5
    for lost in (0, 2, 3, 4):
        stored[lost].unlink()
    problems = verify(tmp_path)
    assert [(problem.path, problem.kind) for problem in problems] == [(stored[lost], "lost") for lost in (0, 2, 3, 4)]
    assert said(problems) == [
        f"{stored[0]}: it was stored and is gone",
        f"{stored[2]} to {stored[4].name}: 3 parts were stored and are gone",
    ]
    stored[1].write_bytes(b"half")
    lines = said(verify(tmp_path))
    assert [line.split()[0].rstrip(":") for line in lines] == [str(stored[place]) for place in (0, 1, 2)]


def test_a_batch_of_which_nothing_is_stored_yet_says_so(tmp_path):
    run_plain(tmp_path, 10, trajectories=False)
    for path in tmp_path.rglob("part-*.parquet"):
        path.unlink()
    (tmp_path / "stored.jsonl").unlink()  # as if they had never been reported
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
    whole = path.read_bytes()
    for place in (len(whole) // 3, *range(len(whole) - 900, len(whole), 60)):  # the description is not what Arrow checks
        flipped = bytearray(whole)
        flipped[place] ^= 4
        path.write_bytes(flipped)
        with pytest.raises(StoredDataDamaged, match="are damaged"):
            read_outcomes(out)


def test_a_lock_that_leads_elsewhere_is_not_followed(tmp_path):
    (tmp_path / "mine").write_text("precious")
    (tmp_path / "batch").mkdir()
    (tmp_path / "batch" / ".lock").symlink_to(tmp_path / "mine")
    with pytest.raises(StorageError, match="cannot write"):
        run_plain(tmp_path / "batch", 10)
    assert (tmp_path / "mine").read_text() == "precious"


def test_a_damaged_manifest_is_never_guessed(batch, score):
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
    score("a damaged manifest: refused in one line, never guessed", 6, 6)
    path.unlink()
    with pytest.raises(StoredDataDamaged, match=r"manifest\.json is missing"):
        run_plain(out)
    path.write_text(text)
    run_plain(out)
    assert contents_digest(out) == digest
