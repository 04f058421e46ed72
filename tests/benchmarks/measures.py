"""What is measured: blocks of runs in this process, batches on worker processes, memory, precision, stages."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

from tests.benchmarks import peer
from tests.benchmarks.timing import Times, take_turns

ROOT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("child.py")
SCENARIO, MONTHS, SEED = "history-2016", 60, 1
SETTINGS = (f"months={MONTHS}",)
DOUBLE, SINGLE = "FLOAT = np.float64", "FLOAT = np.float32"

StageTimes = Mapping[str, float]
SETTING_UP, LUCK, THE_REST = "setting up", "drawing luck", "events, record, outcomes"


def blocks(runs: int) -> Callable[[], object]:
    """A program that simulates one block in this process, with all that a batch records but the months."""
    from sim.model import simulate_block
    from sim.scenario import load_scenario

    spec = load_scenario(SCENARIO, settings=SETTINGS)
    return lambda: simulate_block(spec, seed=SEED, first_run=0, runs=runs, trajectories=False)


def batches(runs: int, jobs: int, *, disk: bool, months: bool = False) -> Callable[[], object]:
    """A program that runs a batch, in memory or to a fresh directory."""
    from experiments import run_batch

    def run() -> None:
        if not disk:
            run_batch(SCENARIO, runs=runs, seed=SEED, jobs=jobs, settings=SETTINGS)
            return
        with tempfile.TemporaryDirectory() as folder:
            run_batch(SCENARIO, runs=runs, seed=SEED, jobs=jobs, settings=SETTINGS, out=Path(folder, "batch"),
                      trajectories=months, collect=False)  # fmt: skip

    return run


def sizes(numbers: tuple[int, ...], repetitions: int) -> dict[int, Times]:
    """Processor time of blocks of different sizes."""
    contestants = {str(runs): blocks(runs) for runs in numbers}
    contestants["1"]()  # what is imported and remembered on first use
    times = take_turns(contestants, repetitions, time.process_time)
    return {runs: times[str(runs)] for runs in numbers}


def against_peer(runs: int, peer_runs: int, processes: int, repetitions: int) -> tuple[Times, Times]:
    """Our batch and the peer's, on so many processes each: processor time of one process, wall time of several."""
    contestants = {
        "ours": batches(runs, processes, disk=False),
        "peer": lambda: peer.run_peers(peer_runs, processes),
    }
    times = take_turns(contestants, repetitions, time.process_time if processes == 1 else time.perf_counter)
    return times["ours"], times["peer"]


def memory(scenario: str, runs: int, jobs: int) -> dict[str, float]:
    """Seconds and peak memory (MB) of a batch to disk, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(CHILD), "batch", str(ROOT), scenario, str(runs), str(jobs), f"{folder}/batch"]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=folder)
    return dict(json.loads(done.stdout))


def precisions(runs: int, repetitions: int) -> dict[str, Times]:
    """Processor time of a block by precision, each in a process of its own, in turns."""
    with ExitStack() as stack:
        single = stack.enter_context(tempfile.TemporaryDirectory())
        _copy_in_single_precision(Path(single))
        ask = {name: stack.enter_context(_server(root)) for name, root in (("float64", str(ROOT)), ("float32", single))}
        for answer in ask.values():
            answer(1)
        times = {name: Times() for name in ask}
        for _ in range(repetitions):
            for name, answer in ask.items():
                times[name].seconds.append(answer(runs))
    return times


def _copy_in_single_precision(folder: Path) -> None:
    for package in ("sim", "scenarios"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    state = folder / "sim" / "state.py"
    text = state.read_text()
    if text.count(DOUBLE) != 1:
        raise ValueError(f"{state.name} must hold the line {DOUBLE!r} once, as the one place that decides the precision")
    state.write_text(text.replace(DOUBLE, SINGLE))


@contextmanager
def _server(root: str) -> Iterator[Callable[[int], float]]:
    command = [sys.executable, str(CHILD), "serve", root, SCENARIO, str(MONTHS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        asking, answers = process.stdin, process.stdout
        assert asking is not None
        assert answers is not None

        def answer(runs: int) -> float:
            asking.write(f"{runs}\n")
            asking.flush()
            return float(answers.readline())

        yield answer
        asking.close()


def stages(runs: int, repetitions: int) -> StageTimes:
    """Processor time by stage of the month in a block, beside SETTING_UP, THE_REST and, within all of these, LUCK: the
    least of the repetitions for each stage of each month, summed over the months."""
    block = blocks(runs)
    block()
    least: dict[tuple[str, int], float] = {}
    for _ in range(repetitions):
        for key, seconds in _one_profile(block).items():
            least[key] = min(seconds, least.get(key, seconds))
    sums: Counter[str] = Counter()
    for (name, _), seconds in least.items():
        sums[name] += seconds
    return dict(sums)


def _one_profile(block: Callable[[], object]) -> dict[tuple[str, int], float]:
    """Processor time by stage and month in one block."""
    from sim.chance import Chance
    from sim.model import Peninsula

    spent: Counter[tuple[str, int]] = Counter()
    month = 0

    def timed(function: Callable[..., object], name: Callable[..., str]) -> Callable[..., object]:
        def wrapper(*arguments: object, **named: object) -> object:
            start = time.process_time()
            result = function(*arguments, **named)
            spent[name(*arguments), month] += time.process_time() - start
            return result

        return wrapper

    def step(model: Peninsula) -> None:
        nonlocal month
        month = model.month_number + 1
        whole(model)

    whole, began = Peninsula.step, time.process_time()
    with ExitStack() as stack:
        for owner, name, new in (
            (Peninsula, "__init__", timed(Peninsula.__init__, lambda *_: SETTING_UP)),
            (Peninsula, "_run_stage", timed(Peninsula._run_stage, lambda _, stage, *__: stage.name)),
            (Chance, "_blocks", timed(Chance._blocks, lambda *_: LUCK)),
            (Peninsula, "step", step),
        ):
            stack.enter_context(mock.patch.object(owner, name, new))
        block()
    known = sum(seconds for (name, _), seconds in spent.items() if name != LUCK)
    spent[THE_REST, 0] = time.process_time() - began - known
    return dict(spent)
