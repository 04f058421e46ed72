"""Locks, two writers, directories that vanish, clocks that lie, and a real disk that fills."""

import errno
import fcntl
import json
import os
import shutil
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from subprocess import PIPE

import pytest
from batch_fakes import run_plain

from experiments import run_batch, store, verify
from experiments.errors import BatchLocked, BatchWarning, StorageError, UsageError
from experiments.store import contents_digest, open_store
from experiments.writing import whole, write_whole

pytestmark = pytest.mark.usefixtures("fake_model")
HERE = Path(__file__).parent
ELSEWHERE = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent / "experiments"), str(HERE.parents[1])])}


# Locks


def test_a_stale_lock_needs_no_hand(tmp_path, undisturbed, score):
    """A lock file that a killed process left, whatever is in it."""
    left = (b"process 1 on nowhere\n", b"", b"\xff\0" * 1000)
    held = 0
    for place, text in enumerate(left):
        out = tmp_path / str(place)
        out.mkdir()
        (out / ".lock").write_bytes(text)
        run_plain(out)
        held += contents_digest(out) == undisturbed
    score("a stale lock", len(left), held)
    assert held == len(left)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL])
def test_a_file_system_without_locks_is_refused_with_a_hint(tmp_path, monkeypatch, number, score):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StorageError, match=r"^cannot lock .*; use a directory on a file system that has locks") as caught:
        run_plain(tmp_path / "batch", progress=pytest.fail)
    score("a file system without locks: refused before any run", 1, int(caught.value.exit_code == 4))
    assert caught.value.exit_code == 4
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "batch").rglob("*.parquet"))


RACE = """
import sys
import batch_fakes
from experiments import store
from experiments.errors import BatchLocked
store.NAMED = 0.5
batch_fakes.install(setattr)
print("ready", flush=True)
for line in sys.stdin:
    out, runs = line.split()
    try:
        batch_fakes.run_plain(out, int(runs), collect=False, progress=lambda *_: None)
        print("ran", flush=True)
    except BatchLocked as error:
        print(error, flush=True)
"""


@pytest.fixture
def racers():
    """Two processes that run a batch for each line they are told."""
    command = [sys.executable, "-c", RACE]
    found = [subprocess.Popen(command, env=ELSEWHERE, stdin=PIPE, stdout=PIPE, text=True) for _ in range(2)]
    yield found
    for racer in found:
        racer.kill()
        racer.communicate()


def test_two_processes_that_race(tmp_path, racers, score, soak):
    """Each time at least one runs, one that does not names the other, and what is stored is whole."""
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    times, held, refused = 20 * soak, 0, 0
    run_plain(tmp_path / "whole", 300)
    digest = contents_digest(tmp_path / "whole")
    for number in range(times):
        out = tmp_path / str(number)
        for racer in racers:
            racer.stdin.write(f"{out} 300\n")
            racer.stdin.flush()
        said = [racer.stdout.readline().strip() for racer in racers]
        other = [f"is being written by another process (process {racer.pid} on " for racer in racers[::-1]]
        right = "ran" in said and all(text == "ran" or name in text for text, name in zip(said, other, strict=True))
        held += right and contents_digest(out) == digest and verify(out) == []
        refused += sum(text != "ran" for text in said)
    score("two processes racing for one directory", times, held)
    assert held == times
    assert refused


def test_whoever_has_just_got_the_lock_is_named(tmp_path, monkeypatch):
    """And not whoever had it before: the name is written a moment after the lock is had."""
    monkeypatch.setattr(store, "NAMED", 2)
    with (tmp_path / ".lock").open("w+") as file:
        file.write("process 1 on nowhere")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        late = threading.Timer(0.03, lambda: os.pwrite(file.fileno(), b"process 2 on nowhere", 0))
        late.start()
        with pytest.raises(BatchLocked, match="process 2 on nowhere"):
            run_plain(tmp_path, 20)
        late.join()


def test_a_reader_needs_no_lock(tmp_path):
    run_plain(tmp_path, 20)
    with open_store(tmp_path, lambda stored: stored):
        assert verify(tmp_path) == []
        with pytest.raises(BatchLocked):
            run_plain(tmp_path, 20)


# Directories that vanish, clocks that lie


@pytest.mark.parametrize("how", ["removed", "replaced", "the scenario's directory removed", "moved away"])
def test_a_directory_that_vanishes_while_it_is_written(tmp_path, undisturbed, how, score):
    out = tmp_path / "batch"

    def vanish(done, _total):
        if done != 1024:
            return
        if how == "moved away":
            out.rename(tmp_path / "moved")
        elif how.startswith("the scenario"):
            shutil.rmtree(out / "outcomes" / "scenario=plain")
        else:
            shutil.rmtree(out)
            if how == "replaced":
                run_plain(out, 20)

    with pytest.raises(StorageError, match=r"^cannot write [^\n]*: (it was removed or replaced|No such file)") as caught:
        run_plain(out, block=512, progress=vanish)
    assert caught.value.exit_code == 4
    if how == "replaced":
        assert verify(out) == []  # nothing was mixed into the batch that took the place
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BatchWarning)  # a part that was removed is named
        run_plain(tmp_path / "moved" if how == "moved away" else out)
    same = contents_digest(tmp_path / "moved" if how == "moved away" else out) == undisturbed
    score("a directory that vanishes while it is written", 1, int(same))
    assert same


def test_clocks_that_lie(tmp_path, undisturbed, monkeypatch, score):
    """Nothing depends on the time: neither on that of the machine, set back in mid-batch, nor on that of files."""
    out = tmp_path / "batch"
    run_plain(out, 1200)
    times = iter(range(2**31, 0, -(10**6)))
    monkeypatch.setattr("time.time", lambda: next(times))
    for path in (path for path in out.rglob("*") if path.is_file()):
        os.utime(path, (2**33, 2**33) if path.name.endswith("0.parquet") else (0, 0))
    run_plain(out)
    same = contents_digest(out) == undisturbed and verify(out) == []
    score("clocks set back, files from the future and from 1970", 1, int(same))
    assert same


# What is written by other commands


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    path = tmp_path / "table.csv"
    write_whole(path, b"old")
    writer = whole(path)
    writer.__enter__().write(b"half of the n")
    assert not writer.__exit__(KeyError, KeyError(), None)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"table.csv": b"old"}
    with whole(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"table.csv": b"new"}


@pytest.mark.parametrize("place", [os.devnull, "."])
def test_a_device_or_a_directory_is_not_replaced(tmp_path, place):
    target = Path(place) if place == os.devnull else tmp_path
    with pytest.raises(StorageError, match=f"^cannot write {target}: it is not a file$"):
        write_whole(target, b"data")
    assert Path(os.devnull).is_char_device()


def test_a_refused_request_leaves_nothing(tmp_path):
    with pytest.raises(UsageError):
        run_batch((), runs=3, out=tmp_path / "batch")
    assert not (tmp_path / "batch").exists()


# A real disk

FILLED = """
import json, os, subprocess, sys
from pathlib import Path
import batch_fakes
from experiments import verify
from experiments.errors import StorageError
from experiments.store import contents_digest
place, tests = Path(sys.argv[1]), Path(sys.argv[2])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", place], check=True)
batch_fakes.install(setattr)
found, out, ballast = [], place / "batch", place / "ballast"
free = os.statvfs(place).f_bavail * os.statvfs(place).f_bsize
for left in json.loads(sys.argv[3]):
    ballast.write_bytes(bytes(free - left))
    program = left == 100_000
    error = ""
    if program:
        command = [sys.executable, tests / "batch_fakes.py", out, str(batch_fakes.RUNS), "1"]
        done = subprocess.run(command, capture_output=True, text=True)
        error, code = done.stderr, done.returncode
    else:
        try:
            batch_fakes.run_plain(out, collect=False)
        except StorageError as refused:
            error, code = f"{refused}\\n", refused.exit_code
    kinds = sorted({problem.kind for problem in verify(out)}) if (out / "manifest.json").exists() else []
    left_behind = [path.name for path in place.rglob("*.tmp")]
    ballast.unlink()
    batch_fakes.run_plain(out, collect=False)
    found.append([error, code, kinds, left_behind, contents_digest(out), len(verify(out))])
    subprocess.run(["rm", "-r", out], check=True)
subprocess.run(["mount", "-o", "remount,ro", place], check=True)
try:
    batch_fakes.run_plain(out, progress=lambda *_: sys.exit("a run on a disk that cannot be written"))
except StorageError as refused:
    found.append([str(refused), refused.exit_code])
subprocess.run(["umount", place], check=True)
print(json.dumps(found))
"""
LEFT = (0, 4096, 8192, 20_000, 40_000, 60_000, 80_000, 100_000, 120_000)  # bytes


def namespace():
    """A command before a command that may mount, empty without one."""
    for command in (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"]):
        if shutil.which("unshare") and subprocess.run([*command, "true"], check=False, capture_output=True).returncode == 0:
            return command
    return []


def test_a_small_disk_that_fills(tmp_path, undisturbed, score):
    command = namespace()
    if not command:
        score("a small disk that fills (a tmpfs): not tried, as this machine lets nobody mount one", 0, 0)
        pytest.skip("this machine lets nobody mount a tmpfs, not even in a namespace of its own")
    tests = HERE.parent / "experiments"
    done = subprocess.run(
        [*command, sys.executable, "-c", FILLED, str(tmp_path), str(tests), json.dumps(LEFT)], check=False, env=ELSEWHERE,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *filled, read_only = json.loads(done.stdout)
    held = 0
    for error, code, kinds, left_behind, digest, problems in filled:
        assert (code, error.count("\n"), left_behind, problems) == (4, 1, [], 0)
        assert error.startswith("cannot ")
        assert error.endswith(": No space left on device\n")
        assert kinds in ([], ["pending"])
        held += digest == undisturbed
    score("a small disk that fills (a tmpfs)", len(filled), held)
    score("a disk that may only be read: refused before any run", 1, int(read_only[1] == 4))
    assert held == len(LEFT)
    assert read_only[1] == 4
    assert read_only[0].endswith(": Read-only file system")
