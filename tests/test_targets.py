"""What cannot be written is told in one line before any work is done; what nobody reads is no error."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from experiments import run_batch
from experiments.cli import main
from experiments.errors import StorageError
from experiments.targets import writable

ROOT = Path(__file__).parent.parent
NOBODY = 65534
BASE = "baseline-2020"


@pytest.fixture(scope="module")
def shut() -> Iterator[Path]:
    """A directory with a small batch in it that may be read and not be written."""
    home = Path(tempfile.mkdtemp())
    run_batch([BASE], runs=30, seed=5, out=home / "batch", settings=["months=4"], trajectories=False)
    for path in (home, *home.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield home
    for path in (home, *(each for each in home.rglob("*") if each.is_dir())):
        path.chmod(0o755)
    shutil.rmtree(home)


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Nobody instead of root, to whom no file is read-only."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    yield
    os.seteuid(before)


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command says that may not write: one line, exit code 4, and nothing else."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    printed = capsys.readouterr()
    assert stopped.value.code == 4, printed.err
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1, printed.err
    return printed.err


def test_nothing_is_changed_where_something_can_be_written(tmp_path: Path) -> None:
    writable(tmp_path / "new" / "newer")
    writable(tmp_path / "new.html", file=True)
    (tmp_path / "old.html").write_text("old")
    writable(tmp_path / "old.html", file=True)
    assert [path.name for path in tmp_path.iterdir()] == ["old.html"]


@pytest.mark.parametrize(
    ("there", "file", "said"),
    [
        ("a.txt", False, "it is a file, not a directory"),
        ("a.txt/deeper", False, "a.txt is a file, not a directory"),
        ("a.txt/deeper.html", True, "a.txt is a file, not a directory"),
        ("folder", True, "it is a directory, not a file"),
        ("x" * 300, False, "File name too long"),
    ],
)
def test_what_is_in_the_way_is_named(there: str, file: bool, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StorageError, match=f"{said}; choose another place with --out"):
        writable(tmp_path / there, file=file)


@pytest.mark.parametrize("arguments", [
    ["run", BASE], ["explain", "nowhere", "--typical"], ["plot", "nowhere"],
    ["ask", "nowhere", "--joint", "tests", "growth"], ["compare", "nowhere", BASE],
    ["discover", "nowhere", "third_summit"], ["export", "nowhere"], ["report", "nowhere"],
    ["branch", "nowhere", "--run", "1", "--month", "2020-08", "--force", "china.food_aid"], ["history"], ["facts"],
    ["patrons"], ["sensitivity", BASE, "--outcome", "tests"], ["backtest"], ["calibrate"], ["describe"],
    ["sweep", BASE, "--vary", "months=2,3", "--runs", "2", "--seed", "1"],
], ids=lambda arguments: arguments[0])  # fmt: skip
def test_every_verb_asks_before_it_works(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = refused([*arguments, "--out", str(ROOT / "README.md" / "deeper")], capsys)
    assert "README.md" in said


@pytest.mark.parametrize(
    "arguments",
    [
        lambda home: ["plot", str(home / "batch")],
        lambda home: ["report", str(home / "batch")],
        lambda home: ["export", str(home / "batch"), "--out", str(home / "out")],
        lambda home: ["export", str(home / "batch"), "--out", str(home / "out.xlsx")],
        lambda home: ["explain", str(home / "batch"), "--typical", "--out", str(home / "told")],
        lambda home: ["discover", str(home / "batch"), "third_summit", "--out", str(home / "told")],
        lambda home: ["batch", BASE, "--runs", "30", "--seed", "5", "--set", "months=4", "--out", str(home / "batch")],
        lambda home: ["sweep", BASE, "--vary", "months=2,3", "--runs", "2", "--seed", "1", "--out", str(home / "out")],
    ],
)
@pytest.mark.usefixtures("unprivileged")
def test_a_directory_that_may_only_be_read(
    arguments: Callable[[Path], list[str]], shut: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "ermission denied" in refused(arguments(shut), capsys)


@pytest.mark.parametrize(("verb", "reader"), [("codebook", "head -n 1"), ("list", "true"), ("--help", "true")])
def test_whoever_reads_may_have_enough(verb: str, reader: str) -> None:
    command = f"{{ {sys.executable} -m experiments {verb}; echo ended with $? >&2; }} | {reader}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, cwd=ROOT, env=environment, check=False, stdin=subprocess.DEVNULL
    )
    assert done.stderr == "ended with 0\n"


def test_a_scenario_that_is_not_there_is_told_before_a_missing_directory(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["sweep", "nothere", "--vary", "months=2,3"])
    assert stopped.value.code == 3
    assert "there is no scenario of this name" in capsys.readouterr().err
