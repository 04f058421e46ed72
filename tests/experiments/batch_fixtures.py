"""Fixtures for tests of batches, here and in tests/reliability."""

import json
import os
import subprocess
import sys
from pathlib import Path

import batch_fakes
import pytest

from experiments.store import contents_digest

HERE = Path(__file__).parent


@pytest.fixture
def fake_model(monkeypatch):
    """Batches run a model that takes no time."""
    batch_fakes.install(monkeypatch.setattr)
    monkeypatch.delenv(batch_fakes.FAULTS, raising=False)
    return batch_fakes


@pytest.fixture
def faults(monkeypatch, fake_model):
    """faults(raises=[5]) makes run 5 of the fake model raise; faults() ends all faults."""
    return lambda **wanted: monkeypatch.setenv(fake_model.FAULTS, json.dumps(wanted))


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    """The digest of ``run_plain`` computed in one go."""
    with pytest.MonkeyPatch.context() as patch:
        batch_fakes.install(patch.setattr)
        out = tmp_path_factory.mktemp("undisturbed") / "batch"
        batch_fakes.run_plain(out)
    return contents_digest(out)


@pytest.fixture
def program():
    """program(DIR, RUNS, JOBS, **faults) starts a batch of the fake model in a process of its own."""
    started = []

    def start(*arguments, **faults):
        environment = {
            **os.environ,
            batch_fakes.FAULTS: json.dumps(faults),
            "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])]),
        }
        command = [sys.executable, str(HERE / "batch_fakes.py"), *map(str, arguments)]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
