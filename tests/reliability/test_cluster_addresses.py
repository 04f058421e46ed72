"""Clusters that do not answer, and those that must not be asked: refused in one line, before any run where that can be."""

import socket
import sys

import pytest
from batch_fakes import run_plain

from experiments import cluster_connection
from experiments.cluster_address import Where
from experiments.errors import UsageError, WorkersFailed

NOBODY = "tcp://127.0.0.1:9"

pytestmark = pytest.mark.usefixtures("fake_model")


@pytest.mark.parametrize(
    "text",
    ["", "here", "localhost:8786", "http://localhost:1", "tcp://localhost", "tcp://:1", "tcp://localhost:0",
     "tcp://localhost:99999", "tcp://a:b", "tcp://u@localhost:1", "tcp://localhost:1/x", "tcp://localhost:1?x", "tls://[::1",
     "tcp://local\nhost:1", " tcp://localhost:1", "inproc://1/2/3", "ucx://localhost:1", 7, ["local"]],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_any_run(tmp_path, text):
    with pytest.raises(UsageError, match=r"expected '?local'?, ") as refused:
        run_plain(tmp_path / "batch", 20, cluster=text)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "batch").exists()


@pytest.mark.parametrize("host", ["10.0.0.5", "example.org", "[2001:db8::1]", "localhost.example.org", "0.0.0.0"])
def test_another_machine_without_tls_needs_a_flag(tmp_path, host):
    text = f"tcp://{host}:8786"
    with pytest.raises(UsageError, match="runs code on the workers and here"):
        run_plain(tmp_path / "batch", 20, cluster=text)
    assert not (tmp_path / "batch").exists()
    assert Where.of(text, insecure=True).address == text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"])
def test_this_machine_needs_none(host):
    assert not Where.of(f"tcp://{host}:8786").secret


def test_tls_needs_certificates(tmp_path):
    for where in ("tls://10.0.0.5:8786", Where("tls://10.0.0.5:8786")):
        with pytest.raises(UsageError, match=r"needs certificates: a directory with ca\.pem"):
            run_plain(None, 20, cluster=where)
    with pytest.raises(UsageError, match=r"there is no .*ca\.pem"):
        Where.of("tls://10.0.0.5:8786", certificates=tmp_path)
    with pytest.raises(UsageError, match="are for a tls:// address"):
        Where.of("local", certificates=tmp_path)
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (tmp_path / name).write_text("nonsense")
    with pytest.raises(UsageError, match="cannot be used"):
        run_plain(None, 20, cluster=Where.of("tls://10.0.0.5:8786", certificates=tmp_path))


def test_without_the_library_one_is_told_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "experiments.cluster")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"needs distributed: python -m pip install 'peninsula\[cluster\]'"):
        run_plain(None, 20, cluster="local")


def test_nobody_who_listens_and_somebody_who_says_nothing(monkeypatch):
    monkeypatch.setattr(cluster_connection, "ANSWER", 0.5)
    monkeypatch.setattr(cluster_connection, "MARGIN", 0.5)
    with pytest.raises(WorkersFailed, match=f"no scheduler of dask answers at {NOBODY} .*Connection refused") as failed:
        run_plain(None, 20, cluster=NOBODY)
    assert failed.value.exit_code == 4
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(WorkersFailed, match="says nothing"):
        run_plain(None, 20, cluster=f"tcp://127.0.0.1:{silent.getsockname()[1]}")
