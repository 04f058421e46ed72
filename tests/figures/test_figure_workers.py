"""Figures that several processes draw: whoever is killed, and whatever does not start, no figure is lost."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from experiments import pool, run_batch
from experiments.errors import BatchWarning, StorageError
from experiments.figures import gallery
from experiments.writing import LEFTOVERS

NAMES = ["outcomes_trade", "outcomes_alignment", "outcomes_talks", "outcomes_seoul", "outcomes_leverage"]


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("drawn") / "batch"
    run_batch(["baseline-2020"], runs=30, seed=5, out=out, settings=["months=4"], trajectories=False)
    return out


@pytest.fixture(scope="module")
def alone(batch: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files as one process draws them, by name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gallery, "processors", lambda: 1)
        return files(gallery.draw_all(batch, NAMES, tmp_path_factory.mktemp("alone")))


@pytest.fixture(autouse=True)
def two_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "FIGURES_PER_WORKER", 1)
    monkeypatch.setattr(gallery, "processors", lambda: 2)


def files(paths: list[Path]) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in paths}


def workers() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children():
        try:
            if any("spawn_main" in word for word in child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def kill(victims: list[psutil.Process]) -> int:
    for victim in victims:
        with suppress(psutil.NoSuchProcess):
            victim.kill()
    return len(victims)


def test_workers_killed_as_they_are_born_cost_no_figure(tmp_path: Path, batch: Path, alone: dict[str, bytes], score) -> None:
    killed: list[int] = []

    def wait_and_kill() -> None:
        end = time.monotonic() + 60
        while not sum(killed) and time.monotonic() < end:
            killed.append(kill(workers()))
            time.sleep(0.01)

    killer = threading.Thread(target=wait_and_kill)
    killer.start()
    drawn = list(gallery.draw_each(batch, NAMES, tmp_path))
    killer.join()
    assert sum(killed)
    assert [paths[0].stem for paths in drawn] == NAMES
    same = files([path for paths in drawn for path in paths]) == alone
    score("kill -9 of a process that draws figures", 1, int(same))
    assert same
    assert not workers()


def test_workers_killed_at_work_cost_no_figure(tmp_path: Path, batch: Path, alone: dict[str, bytes], score) -> None:
    drawn, killed = [], []
    for paths in gallery.draw_each(batch, NAMES, tmp_path):
        drawn += paths
        killed.append(kill(workers()))
    same = files(drawn) == alone
    score("kill -9 of a process that draws figures", sum(killed), sum(killed) * same)
    assert killed[0]
    assert same
    assert not workers()
    assert not list(tmp_path.glob(LEFTOVERS))


def test_where_no_process_starts_all_is_drawn_here(
    tmp_path: Path, batch: Path, alone: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(pool._Pool, "_start", lambda _self: refuse())
    with pytest.warns(BatchWarning, match=r"^figures are drawn by this process alone: the system starts no worker process"):
        drawn = gallery.draw_all(batch, NAMES, tmp_path)
    assert files(drawn) == alone


def test_what_a_worker_cannot_write_is_an_error_in_one_line(tmp_path: Path, batch: Path) -> None:
    (tmp_path / "outcomes_talks.png").mkdir()
    with pytest.raises(StorageError, match=r"^cannot write \S+/outcomes_talks\.png: it is not a file$"):
        gallery.draw_all(batch, NAMES, tmp_path)
    assert not workers()
    assert not list(tmp_path.glob(LEFTOVERS))
