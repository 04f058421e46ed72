"""Fixtures for tests on a cluster, whose workers are not told that the model is a fake one."""

import cluster_fakes
import pytest
from batch_fakes import FAULTS, run_plain

from experiments.store import contents_digest


@pytest.fixture
def cluster_model(monkeypatch):
    """Batches run the fake model, which workers know by the digest of the real one."""
    cluster_fakes.install(monkeypatch.setattr)
    monkeypatch.delenv(FAULTS, raising=False)


@pytest.fixture(scope="module")
def cluster_digest(tmp_path_factory):
    """The digest of ``run_plain`` in this process; parts name the model, so it is not that of other tests."""
    out = tmp_path_factory.mktemp("undisturbed") / "batch"
    with pytest.MonkeyPatch.context() as patch:
        cluster_fakes.install(patch.setattr)
        run_plain(out)
    return contents_digest(out)
