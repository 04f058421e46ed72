"""Figures that several processes draw: one of them is killed, and nothing is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from multiprocessing import active_children
from pathlib import Path

from experiments import run_batch
from experiments.figures import gallery

NAMES = ["outcomes_trade", "outcomes_alignment"]


def test_a_killed_worker_costs_no_figure(tmp_path: Path, monkeypatch, score) -> None:
    run_batch(["baseline-2020"], runs=30, seed=5, out=tmp_path / "batch", settings=["months=4"], trajectories=False)
    monkeypatch.setattr(gallery, "FIGURES_PER_WORKER", 1)
    monkeypatch.setattr(gallery, "processors", lambda: 2)
    killed: list[int] = []

    def kill() -> None:
        waited = time.monotonic() + 60
        while not killed and time.monotonic() < waited:
            for worker in active_children():
                os.kill(worker.pid, signal.SIGKILL)
                killed.append(worker.pid)
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    drawn = list(gallery.draw_each(tmp_path / "batch", NAMES, tmp_path / "many"))
    killer.join()
    assert killed
    assert [paths[0].stem for paths in drawn] == NAMES
    monkeypatch.setattr(gallery, "processors", lambda: 1)
    alone = gallery.draw_all(tmp_path / "batch", NAMES, tmp_path / "one")
    same = all(path.read_bytes() == (tmp_path / "many" / path.name).read_bytes() for path in alone)
    score("kill -9 of a process that draws figures", 1, int(same))
    assert same
