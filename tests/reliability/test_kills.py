"""``kill -9`` of the process that writes, at every step of it, and again while it resumes."""

import random

import pytest
from small_batches import DIED, DONE, MOST, Killed, assert_nothing_half_written, resumed

pytestmark = pytest.mark.usefixtures("fake_model", "small_parts", "no_flush")


@pytest.fixture(scope="module")
def killed():
    process = Killed()
    yield process
    process.close()


def test_a_kill_at_every_step(home, whole, killed, score, soak):
    """At every other step in every commit."""
    tried = held = 0
    for at in range(1, MOST, 1 if soak > 1 else 2):
        place = home / str(at)
        place.mkdir()
        half = at % 4 > 1
        ended = killed.run(place, at, half=half)
        if ended == DONE:
            break
        assert ended == DIED
        assert_nothing_half_written(place / "batch", ("pending", "missing") if half else ("pending",))
        tried += 1
        held += resumed(place / "batch", whole, named=False)
    score("kill -9 at a step of writing", tried, held)
    assert held == tried
    assert tried > 40


def test_five_kills_in_one_batch(home, whole, killed, score, soak):
    """At random steps; what was there before each is there after it."""
    rng, kills, held, batches = random.Random(11), 0, 0, 3 * soak
    for number in range(batches):
        place = home / str(number)
        place.mkdir()
        stored = set()
        for _ in range(5):
            kills += killed.run(place, rng.randrange(1, 45), half=rng.random() < 0.5) == DIED
            found = {path.relative_to(place) for path in place.rglob("part-*.parquet")}
            assert stored <= found
            stored = found
            assert_nothing_half_written(place / "batch", ("pending", "missing"))
        held += resumed(place / "batch", whole, named=False)
    score("five times kill -9 at random steps of one batch", kills, kills if held == batches else 0)
    assert held == batches
    assert kills > 3 * batches
