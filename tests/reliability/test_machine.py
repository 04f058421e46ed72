"""Anything in any order: batches run, extended, killed, robbed of power, corrupted and resumed, against a model that says
what must be found. The end is always the undisturbed batch."""

import random
import shutil
import tempfile
import warnings
from pathlib import Path

import pytest
import small_batches
from batch_fakes import run_plain
from disks import STATES, Disk, PowerLoss
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from experiments import read_manifest, verify
from experiments.errors import BatchWarning
from experiments.store import Store, contents_digest

MOST_RUNS = 14  # three parts and a half
BLOCKS = st.sampled_from([1, 3, 4, None])
seeds = st.integers(0, 2**16)


class Suffering(RuleBasedStateMachine):
    """``broken`` has what must be found wrong, by file: lost, damaged or foreign."""

    digests: dict = {}  # noqa: RUF012  # of undisturbed batches, by their runs
    counts: dict = {}  # noqa: RUF012  # what was done and what held, for the score
    killed: small_batches.Killed

    @initialize()
    def begin(self):
        self.home = Path(tempfile.mkdtemp(dir=self.place))
        self.out = self.home / "disk" / "batch"
        self.out.parent.mkdir()
        self.runs = 0  # asked for so far
        self.reported = 0  # of these, all were reported as done
        self.broken = {}

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def store(self):
        return Store(self.out, read_manifest(self.out))

    def files(self):
        """The whole stored parts, by file."""
        store = self.store()
        return {store.path(kind, part): (kind, part) for kind in store.kinds for part in store.parts()
                if not store.flaw(kind, part)}  # fmt: skip

    def digest(self, runs):
        if runs not in self.digests:
            out = self.home / "undisturbed"
            run_plain(out, runs)
            self.digests[runs] = contents_digest(out)
        return self.digests[runs]

    # What the user does

    @rule(more=st.integers(0, 5), block=BLOCKS)
    def run(self, more, block):
        """Run, resume or extend; each thing that is broken is named, and no other."""
        runs = max(1, min(self.runs + more, MOST_RUNS))
        expected = {str(path) for path in self.broken}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", BatchWarning)
            run_plain(self.out, runs, block=block, collect=False)
        assert {str(warning.message).split()[0] for warning in caught} == expected
        self.broken = {path: kind for path, kind in self.broken.items() if kind == "foreign"}
        self.runs = self.reported = runs
        self.count("resumed or extended")
        if not self.broken:
            assert contents_digest(self.out) == self.digest(runs)

    @rule()
    @precondition(lambda self: self.broken)
    def clear(self):
        """Move away what does not belong, as the warning says."""
        for path in [path for path, kind in self.broken.items() if kind == "foreign"]:
            path.unlink()
            del self.broken[path]

    # What befalls it

    def interrupted(self):
        """After a kill or a power loss nothing is worse than before, and nothing that was reported is gone."""
        if (self.out / "manifest.json").exists():
            self.runs = read_manifest(self.out).runs
            found = {problem.path: problem.kind for problem in verify(self.out)}
            assert set(found.values()) <= {"pending", "missing", *self.broken.values()}
            self.broken = {path: kind for path, kind in self.broken.items() if path in found}  # some are mended already

    @rule(at=st.integers(1, 60), half=st.booleans())
    @precondition(lambda self: self.runs < MOST_RUNS)
    def kill(self, at, half):
        """A real kill -9 of a process that resumes and extends."""
        runs = min(self.runs + 3, MOST_RUNS)
        ended = self.killed.run(self.out.parent, at, half=half, runs=runs)
        assert ended in (small_batches.DIED, small_batches.DONE)
        if ended == small_batches.DIED:
            self.count("killed")
            self.interrupted()
        else:
            self.broken = {path: kind for path, kind in self.broken.items() if kind == "foreign"}
            self.runs = self.reported = runs

    @rule(at=st.integers(1, 60), state=st.sampled_from(STATES), seed=seeds)
    @precondition(lambda self: self.runs < MOST_RUNS)
    def power(self, at, state, seed):
        """A power loss in a resume, after which the disk holds less, or torn data."""
        runs = min(self.runs + 3, MOST_RUNS)
        after = self.home / f"disk-{len(list(self.home.iterdir()))}"
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
            warnings.simplefilter("ignore", BatchWarning)
            disk = Disk(patch, self.out.parent, at, PowerLoss())
            try:
                run_plain(self.out, runs, collect=False)
            except PowerLoss:
                self.count("lost power")
            else:
                self.runs = self.reported = runs
                self.broken = {path: kind for path, kind in self.broken.items() if kind == "foreign"}
        disk.after_power_loss(after, state, random.Random(seed))
        shutil.rmtree(self.out.parent)
        after.rename(self.out.parent)
        self.interrupted()

    @rule(how=st.sampled_from(["cut", "flip", "delete", "swap", "foreign", "stray"]), seed=seeds)
    @precondition(lambda self: self.runs)
    def corrupt(self, how, seed):
        """Something happens to a stored part."""
        rng = random.Random(seed)
        files = sorted((self.files() if (self.out / "manifest.json").exists() else {}).items())
        if len(files) < 2:
            return
        self.count(f"corrupted: {how}")
        (path, (_, part)), (other, _) = rng.sample(files, 2)
        data = path.read_bytes()
        if how == "cut":
            path.write_bytes(data[: rng.randrange(len(data))])
        elif how == "flip":
            place = rng.randrange(len(data))
            path.write_bytes(data[:place] + bytes([data[place] ^ 1 << rng.randrange(8)]) + data[place + 1 :])
        elif how == "delete":
            path.unlink()
        elif how == "swap":
            path.write_bytes(other.read_bytes())
            other.write_bytes(data)
            self.broken[other] = "damaged"
        elif how == "foreign":
            run_plain(self.home / f"other-{seed}", part.first_run + part.runs, seed=4, collect=False)
            donor = self.home / f"other-{seed}" / path.relative_to(self.out)
            path.write_bytes(donor.read_bytes())
        else:
            path = path.with_name(f"part-0{rng.randrange(1000, 9999)}.parquet")
            path.write_bytes(data)
        self.broken[path] = {"delete": "lost", "stray": "foreign"}.get(how, "damaged")

    # What always holds

    @invariant()
    def everything_wrong_is_found(self):
        if not getattr(self, "runs", 0) or not (self.out / "manifest.json").exists():
            return
        found = {problem.path: problem.kind for problem in verify(self.out)}
        wrong = {path: kind for path, kind in found.items() if kind not in ("pending", "missing")}
        assert wrong == self.broken
        if self.reported == self.runs:
            assert wrong == found  # what was reported is never said to be not computed yet

    def teardown(self):
        if hasattr(self, "out"):
            self.clear()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", BatchWarning)
                run_plain(self.out, MOST_RUNS, collect=False)
            assert contents_digest(self.out) == self.digest(MOST_RUNS)
            assert verify(self.out) == []
            shutil.rmtree(self.home)


@pytest.mark.usefixtures("fake_model", "small_parts", "no_flush")
def test_any_order(home, score, soak):
    machine = type("Machine", (Suffering,), {"place": home, "killed": small_batches.Killed(), "counts": {}, "digests": {}})
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=12 * soak, stateful_step_count=12, deadline=None, derandomize=soak == 1, database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
    finally:
        machine.killed.close()
    for what, times in sorted(machine.counts.items()):
        score(f"state machine: {what}", times, times)
    assert {"killed", "lost power", "resumed or extended"} < {*machine.counts}
    assert len(machine.counts) > 6  # most kinds of corruption, too
