"""The same data set, byte for byte, whatever computes it and however often it is interrupted: the equivalence matrix."""

import locale
import os
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import batch_fakes
import pytest
from batch_fakes import FakeScenario

from experiments import read_manifest, run_batch, verify
from experiments.errors import StorageError
from experiments.store import contents_digest
from sim.scenario import load_scenario

ENGINES = {  # what ``run_batch`` is told, by the number of workers; another engine is one line more
    "serial": lambda _workers: {"jobs": 1},
    "processes": lambda workers: {"jobs": workers},
}
RUNS = 2000
TWO = (FakeScenario("low"), FakeScenario("high", level=2.0))


@dataclass(frozen=True)
class Way:
    """How the batch is computed: each leg is an engine, workers, a block, and runs after which the batch is broken off,
    or up to which it goes."""

    legs: tuple

    def __str__(self):
        return " then ".join(
            f"{engine}-{workers}-block-{block}-{'broken-off-at' if stop else 'to'}-{stop or runs}"
            for engine, workers, block, runs, stop in self.legs
        )


def once(engine, workers, block):
    return Way(((engine, workers, block, RUNS, None),))


def then(*legs):
    return Way(tuple((*leg, None)[:5] for leg in legs))


WAYS = [
    *(once("serial", 1, block) for block in (64, 1000, 1024, None)),
    *(once("processes", workers, block) for workers, block in ((2, 7 * 64), (3, 100), (7, None))),
    then(("serial", 1, None, 1000), ("serial", 1, None, 2000)),
    then(
        ("serial", 1, 300, 1, None),
        ("serial", 1, None, 1024, None),
        ("serial", 1, 77, 1025, None),
        ("serial", 1, None, 2000),
    ),
    then(("processes", 2, 256, 700), ("serial", 1, None, 2000)),
    then(("serial", 1, 512, RUNS, 1100), ("processes", 2, 100, RUNS)),
    then(("serial", 1, 200, RUNS, 900), ("processes", 3, 1024, RUNS, 2500), ("serial", 1, 33, RUNS)),
]


@pytest.fixture(scope="module")
def one_digest(tmp_path_factory):
    """The digest of the batch computed in one process, in one go, in blocks that suit it."""
    with pytest.MonkeyPatch.context() as patch:
        batch_fakes.install(patch.setattr)
        out = tmp_path_factory.mktemp("reference") / "batch"
        run_batch(TWO, runs=RUNS, seed=3, out=out, jobs=1, collect=False)
    return contents_digest(out)


def breaking_off(after):
    def broken(done, _total):
        if after is not None and done >= after:
            raise StorageError("broken off")

    return broken


@pytest.mark.usefixtures("fake_model", "no_flush")
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_however_it_is_computed(tmp_path, one_digest, score, way):
    out = tmp_path / "batch"
    for engine, workers, block, runs, stop in way.legs:
        told = {"runs": runs, "seed": 3, "out": out, "block": block, "collect": False, "progress": breaking_off(stop)}
        if stop is None:
            run_batch(TWO, **told, **ENGINES[engine](workers))
        else:
            with pytest.raises(StorageError, match="broken off"):
                run_batch(TWO, **told, **ENGINES[engine](workers))
            assert contents_digest(out) != one_digest
    same = contents_digest(out) == one_digest and verify(out) == []
    score("configurations with one digest", 1, int(same))
    assert same
    assert read_manifest(out).runs == RUNS


def test_every_engine_and_number_of_workers_is_among_them():
    legs = {(leg[0], leg[1]) for way in WAYS for leg in way.legs}
    assert {engine for engine, _ in legs} == {*ENGINES}
    assert {workers for engine, workers in legs if engine == "processes"} == {2, 3, 7}
    assert all(before[3] <= after[3] for way in WAYS for before, after in pairwise(way.legs))


# What lies around the process, with the real model

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_MAX_THREADS")
REAL = ("baseline-2020", 1100, 8, 6)  # scenario, runs, seed, months
SURROUNDINGS = {
    "a far time zone, a random hash seed, another directory, nobody else may read, one thread": {
        "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "123", "LC_ALL": "C", "umask": "077", "jobs": "1",
        **dict.fromkeys(THREADS, "1"),
    },
    "the other side of the date line, a locale with commas, no hash seed, everybody may write, four threads, processes": {
        "TZ": "Etc/GMT+12", "PYTHONHASHSEED": "0", "LC_ALL": "comma", "umask": "000", "jobs": "2", "clock": "1",
        **dict.fromkeys(THREADS, "4"),
    },
}  # fmt: skip
PROGRAM = """
import locale, os, sys, time
_, out, scenario, runs, seed, months, jobs, umask, clock = sys.argv
locale.setlocale(locale.LC_ALL, "")
os.umask(int(umask, 8))
if clock:  # it runs backwards, an hour at each look
    start = time.time()
    ticks = iter(range(10**9))
    time.time = lambda: start - 3600 * next(ticks)
from experiments import run_batch
if __name__ == "__main__":
    run_batch(scenario, runs=int(runs), seed=int(seed), out=out, jobs=int(jobs), settings=[f"months={months}"], block=300,
              collect=False)
"""


def comma_locale():
    """A locale that writes numbers with a comma, "C.UTF-8" where none is installed."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "ru_RU.UTF-8"):
            try:
                return locale.setlocale(locale.LC_ALL, name)
            except locale.Error:
                continue
    finally:
        locale.setlocale(locale.LC_ALL, before)
    return "C.UTF-8"


@pytest.fixture(scope="module")
def real_digest(tmp_path_factory):
    scenario, runs, seed, months = REAL
    out = tmp_path_factory.mktemp("real") / "batch"
    run_batch(load_scenario(scenario, [f"months={months}"]), runs=runs, seed=seed, out=out, jobs=1, collect=False)
    return contents_digest(out)


@pytest.mark.parametrize("around", SURROUNDINGS.values(), ids=SURROUNDINGS)
def test_whatever_lies_around_it(tmp_path, real_digest, score, around):
    around = {**around, "LC_ALL": around["LC_ALL"].replace("comma", comma_locale())}
    jobs, umask, clock = (around.pop(key, "") for key in ("jobs", "umask", "clock"))
    place = tmp_path / "elsewhere"
    place.mkdir()
    (place / "program.py").write_text(PROGRAM)
    command = [sys.executable, "program.py", "batch", *map(str, REAL), jobs, umask, clock]
    done = subprocess.run(
        command, cwd=place, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **around}, check=False,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    same = contents_digest(place / "batch") == real_digest and verify(place / "batch") == []
    score("surroundings with one digest (clock, zone, locale, hash seed, directory, umask, threads)", 1, int(same))
    assert same
    mode = (place / "batch" / "manifest.json").stat().st_mode & 0o777
    assert mode == 0o666 & ~int(umask, 8)
