import os
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "experiments")]  # workers import batch_fakes by name

import batch_fakes  # noqa: E402
import pytest  # noqa: E402
import small_batches  # noqa: E402
from batch_fixtures import fake_model, faults, program, undisturbed  # noqa: E402, F401

from experiments.store import contents_digest  # noqa: E402


@pytest.fixture
def small_parts(monkeypatch):
    """Parts hold four runs in this process, and a batch returns nothing."""
    small_batches.cut_small(monkeypatch.setattr)


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """The digest of the undisturbed small batch."""
    with pytest.MonkeyPatch.context() as patch:
        batch_fakes.install(patch.setattr)
        small_batches.cut_small(patch.setattr)
        out = tmp_path_factory.mktemp("whole") / "batch"
        batch_fakes.run_plain(out, small_batches.ALL)
    return contents_digest(out)


@pytest.fixture
def home(tmp_path):
    """A directory that is fast where the machine has one, for tests that lay out hundreds of batches."""
    memory = Path("/dev/shm")
    place = Path(tempfile.mkdtemp(dir=memory)) if os.access(memory, os.W_OK) else tmp_path
    yield place
    shutil.rmtree(place)


@pytest.fixture
def no_flush(monkeypatch):
    """Flushes take no time where no disk is simulated: without one, no test can see them."""
    monkeypatch.setattr("os.fsync", lambda _: None)
