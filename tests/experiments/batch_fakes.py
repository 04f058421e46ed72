"""A model that takes no time, for tests of batches, with faults that an environment variable asks for.

As a program it runs a batch of this model: ``python batch_fakes.py DIR RUNS JOBS``; it ends with the exit code of the error.
"""

import hashlib
import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

import experiments
from experiments.errors import PeninsulaError

FAULTS = "PENINSULA_TEST_FAULTS"
SEED = 3
RUNS = 1700  # one whole part and a piece of the next
MONTHS = ("2020-05", "2020-06", "2020-07")


@dataclass(frozen=True)
class FakeScenario:
    name: str = "plain"
    level: float = 1.0

    @property
    def months(self):
        return len(MONTHS)

    def document(self):
        return {"name": self.name, "values": {"level": self.level}}

    def digest(self):
        return hashlib.sha256(f"{self.level}".encode()).hexdigest()


@dataclass(frozen=True)
class FakeBlock:
    first_run: int
    runs: int
    outcomes: dict
    parameters: dict
    moves: dict
    trajectories: dict
    months: tuple


@dataclass(frozen=True)
class FakeOutcome:
    unit: str
    kind: str = "number"
    categories: tuple = ()


OUTCOMES = {
    "growth": FakeOutcome("%/year"),
    "deal_months": FakeOutcome("months"),
    "deal": FakeOutcome("0 or 1", "share"),
    "calm": FakeOutcome("share of months", "share"),
    "third": FakeOutcome("category", "category", ("eased", "unchanged", "tightened")),
}


def restore(document):
    return FakeScenario(document["name"], document["values"]["level"])


def simulate_block(scenario, *, seed, first_run, runs, trajectories):
    suffer(range(first_run, first_run + runs))
    luck = np.array([np.random.default_rng([seed, run]).random(8) for run in range(first_run, first_run + runs)]).T
    deal = (luck[1] < 0.25).astype(float)
    return FakeBlock(
        first_run=first_run,
        runs=runs,
        outcomes={
            "growth": luck[0] * scenario.level,
            "deal_months": np.where(deal > 0, 12 * luck[2], np.nan),
            "deal": deal,
            "calm": luck[3],
            "third": np.floor(3 * luck[4]),
        },
        parameters={"parameters.labour.take": luck[5], "weights.china.crisis": luck[6]},
        moves={"moves.north_korea.test": np.floor(12 * luck[7])},
        trajectories={"reserves": np.outer([1, 2, 3], luck[0]), "trade.china.exports": np.outer([1, 1, 2], luck[1])}
        if trajectories
        else {},
        months=MONTHS,
    )


def suffer(runs):
    """The faults of these runs."""
    faults = json.loads(os.environ.get(FAULTS, "{}"))
    if "pids" in faults:
        (Path(faults["pids"]) / str(os.getpid())).write_text(os.environ.get("OMP_NUM_THREADS", ""))
    if "delay" in faults:
        time.sleep(faults["delay"] * sum(run >= faults.get("slow_from", 0) for run in runs))
    if any(run in runs for run in faults.get("raises", ())):
        raise ArithmeticError("the\nworld  ended\x1b[31m" + "!" * 400)
    if any(run in runs for run in faults.get("exits", ())):
        sys.exit("a model must not do this")
    if any(run in runs for run in faults.get("kills", ())):
        os.kill(os.getpid(), signal.SIGKILL)
    if any(run in runs for run in faults.get("tears", ())) and once(faults["once"]):
        Connection._send = send_half_and_die


def once(path):
    """True the first time."""
    try:
        Path(path).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def send_half_and_die(self, data, write=os.write):
    write(self.fileno(), bytes(data)[: len(data) // 2])
    os.kill(os.getpid(), signal.SIGKILL)


def install(put):
    """Put this model in the place of the real one; ``put`` sets an attribute."""
    batch, manifest, summary, work = (
        import_module(f"experiments.{name}") for name in ("batch", "manifest", "summary", "work")
    )
    put(work, "SIMULATE", "batch_fakes:simulate_block")
    put(work, "RESTORE", "batch_fakes:restore")
    put(batch, "OUTCOME_CODEBOOK", "batch_fakes:OUTCOMES")
    put(summary, "CODEBOOK", "batch_fakes:OUTCOMES")
    put(manifest, "model_digest", lambda: "0" * 64)


def run_plain(out, runs=RUNS, **more):
    """A batch of the plain scenario, in one process."""
    return experiments.run_batch(FakeScenario(), **{"runs": runs, "seed": SEED, "out": out, "jobs": 1, **more})


def main(out, runs, jobs):
    install(setattr)
    if "unawaited" in os.environ.get(FAULTS, ""):
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # as some supervisors leave it to what they start
    try:
        run_plain(out, int(runs), jobs=int(jobs), block=64, command="again")
    except PeninsulaError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main(*sys.argv[1:])
