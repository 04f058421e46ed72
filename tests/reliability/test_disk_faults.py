"""Every write, flush, rename and opening fails, once and for ever; the power goes at every step, and after a resume."""

import random
import shutil
import warnings
from itertools import product

import pytest
from batch_fakes import run_plain
from disks import ERRORS, STATES, Disk, PowerLoss
from small_batches import ALL, MOST, assert_nothing_half_written, recorded, resumed, run_both

from experiments import read_outcomes
from experiments.errors import BatchWarning, StorageError, StoredDataDamaged
from experiments.manifest import NAME
from experiments.store import contents_digest

pytestmark = pytest.mark.usefixtures("fake_model", "small_parts", "no_flush")

EITHER = ("pending", "missing")  # where the record may be torn
REPLACED = 2  # a manifest and a part that an extension replaces: their old state may come back, is seen, and is mended


def attempt(action, error):
    """Run a batch that meets a bad disk: whatever comes of it is one line with an exit code."""
    try:
        action()
    except StorageError as refusal:
        caught = refusal
    else:
        return
    assert caught.exit_code == 4
    text = str(caught)
    assert "\n" not in text
    assert text.startswith("cannot ")
    assert text.endswith(str(error.strerror))


@pytest.mark.parametrize("ever", [False, True], ids=["once", "for ever"])
def test_a_disk_that_fails_at_every_step(home, whole, score, soak, ever):
    """Once: the next step works again. For ever: until the command is given again, on another day."""
    kinds, tried, held, again = set(), 0, 0, 0
    for at, shift in product(range(1, MOST, 3 if ever and soak == 1 else 1), range(len(ERRORS) if soak > 1 else 1)):
        error, place = ERRORS[(at + shift) % len(ERRORS)], home / f"{at}-{shift}"
        place.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            disk = Disk(patch, place, at, error, ever=ever, half=at % 2 > 0)
            attempt(lambda place=place: run_both(place / "batch"), error)
            if len(disk.steps) < at:
                break
            kinds.add(disk.steps[at - 1])
            assert_nothing_half_written(place / "batch", EITHER if ever else ("pending",))
            disk.at = 0
            good = resumed(place / "batch", whole)
            disk.after_power_loss(home / "after")
        tried += 1
        # what a refused flush should have kept counts as lost, so this fails if a flush is tried again in place
        after = home / "after" / "batch"
        kept = contents_digest(after) == whole and recorded(after)
        held += good and (kept or resumed(after, whole))
        again += not kept
        shutil.rmtree(home / "after")
    score("a disk that fails for ever at one step" if ever else "a disk that fails once at one step", tried, held)
    assert held == tried
    assert at > 60
    assert ever or again <= REPLACED
    assert kinds >= {"open", "write", "flush", "rename", "flush directory", *([] if ever else ["mkdir"])}


def test_writes_that_return_after_half(home, whole, score):
    (home / "disk").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        disk = Disk(patch, home / "disk", short=True)
        run_both(home / "disk" / "batch")
        disk.after_power_loss(home / "after")
    same = contents_digest(home / "after" / "batch") == whole
    score("writes that return after half", disk.steps.count("write"), disk.steps.count("write") if same else 0)
    assert same
    assert disk.steps.count("write") > 100


def lose_power(home, at, half):
    """Run until the power goes at a step; the disk, and whether it went."""
    with pytest.MonkeyPatch.context() as patch:
        disk = Disk(patch, home, at, PowerLoss(), half=half)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", BatchWarning)  # a power loss leaves nothing damaged
                warnings.filterwarnings("ignore", ".*not asked for.*", BatchWarning)  # a torn record: nobody can know
                run_both(home / "batch")
        except PowerLoss:
            return disk, True
    return disk, False


def test_power_that_goes_at_every_step(home, whole, score, soak):
    """What was not flushed is lost, torn, or zeros, names come before data or after; so also in the resume."""
    rng, seen, twice, held, numbers = random.Random(7), set(), 0, 0, iter(range(10**6))
    for at in range(1, MOST):
        place = home / str(next(numbers))
        place.mkdir()
        disk, gone = lose_power(place, at, half=at % 2 > 0)
        for state in [STATES[0], STATES[1 + at % 4]] if soak == 1 else STATES * soak:
            after = home / str(next(numbers))
            found = disk.after_power_loss(after, state, rng)
            if found in seen:
                continue
            seen.add(found)
            if gone:
                again, gone_again = lose_power(after, rng.randrange(1, 45), half=True)
                if gone_again:
                    twice += 1
                    after = home / str(next(numbers))
                    again.after_power_loss(after, STATES[-1], rng)
                    if (after / "batch").exists():
                        assert_nothing_half_written(after / "batch", EITHER)
            held += resumed(after / "batch", whole)
        if not gone:
            break
    score("states of the disk after a power loss", len(seen), held)
    score("power losses in the resume after a power loss", twice, twice if held == len(seen) else 0)
    assert held == len(seen)
    assert contents_digest(after / "batch") == whole  # of the last, in which nothing went: all that was done is kept
    assert recorded(after / "batch")
    assert len(seen) > 50
    assert twice > 25


def test_power_that_goes_after_the_resume_of_a_killed_batch(home, whole, score):
    """What a killed process had written and not flushed, the resume takes for stored: it must flush it."""
    tried = held = 0
    for at in range(1, MOST):
        place, after = home / str(at), home / f"{at}-after"
        place.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            disk = Disk(patch, place, at, PowerLoss())
            try:
                run_both(place / "batch")
                break
            except PowerLoss:  # here only the process ends
                disk.ended, disk.at = False, 0
            run_plain(place / "batch", ALL)
            disk.after_power_loss(after)
        tried += 1
        held += contents_digest(after / "batch") == whole and recorded(after / "batch")
    score("a power loss after the resume of a killed batch", tried, held)
    assert held == tried
    assert tried > 60


def test_an_empty_manifest_after_all_is_never_guessed(tmp_path):
    """What no power loss leaves, if the disk keeps its word: it is said, and nothing is changed."""
    run_plain(tmp_path, ALL)
    (tmp_path / NAME).write_bytes(b"")
    with pytest.raises(StoredDataDamaged, match="is damaged"):
        read_outcomes(tmp_path)
    assert (tmp_path / NAME).read_bytes() == b""
