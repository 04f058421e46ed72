"""Every command line in ``bad_commands`` ends with the expected code and lines, and does no harm; see its README.md."""

from __future__ import annotations

import csv
import importlib
import os
import shlex
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.cli import main
from tests.cells import is_number
from tests.scenario.invariants import LONGEST_LINE, harmless

HOME = Path(__file__).parent / "bad_commands"
CASES = sorted(path.stem for path in HOME.glob("*.case"))
TOKENS = {"@ESC@": "\x1b", "@OVERRIDE@": "\u202e", "@SURROGATE@": "\udc80", "@LONG@": "9" * 5000}
CANARY = "canary7391"  # what files that begin with "secret" hold
MOST_SECONDS = 2.0  # of processing; a user waits less than one, and the machine may be shared
ACTIVE = ("=", "+", "-", "@")
OUTPUTS = {"out", "tables"}  # where commands may write

Score = Callable[[str, int, int], None]
Run = Callable[[str], tuple[int, str, str, float]]


def filled(text: str) -> str:
    for token, meant in TOKENS.items():
        text = text.replace(token, meant)
    return text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that README.md describes."""
    home = tmp_path_factory.mktemp("commands")
    made = home / "in"
    made.mkdir()
    for path in (HOME / "files").iterdir():
        (made / path.name).write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
    (made / "folder.yaml").mkdir()
    os.mkfifo(made / "pipe.yaml")
    (made / "loop.yaml").symlink_to("loop.yaml")
    shutil.copy(made / "one.yaml", made / "Name_1.yaml")
    shutil.copy(made / "one.yaml", home / "outside.yaml")
    (made / "linked.yaml").symlink_to("../outside.yaml")
    (made / "extends-link-out.yaml").write_text("title: A\nextends: linked\n", encoding="utf-8")
    (made / "foreign").mkdir()
    (made / "foreign" / "manifest.json").write_text(f'{{"{CANARY}": 1}}', encoding="utf-8")
    importlib.import_module("experiments.figures.gallery")  # what is imported once is no part of what a command takes
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.chdir(made)
        main(
            ["batch", "one.yaml", "hostile.yaml", "--runs", "4", "--seed", "1", "--jobs", "1", "--quiet", "--out", "stored"]
        )
    return made


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in the directory: its exit code, output, errors and seconds of processing."""

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a command ran a program or opened a connection")

    for place, name in ((os, "system"), (os, "execv"), (subprocess, "Popen"), (socket.socket, "connect")):
        monkeypatch.setattr(place, name, forbidden)
    monkeypatch.chdir(folder)

    def call(line: str) -> tuple[int, str, str, float]:
        arguments = [filled(argument) for argument in shlex.split(line)]
        code = 0
        began = time.process_time()
        with warnings.catch_warnings():
            try:
                main(arguments)
            except SystemExit as stop:
                code = int(stop.code or 0)
        return code, *capsys.readouterr(), time.process_time() - began

    return call


def read(case: str) -> tuple[str, int, list[str], list[str]]:
    """Command, exit code, beginnings of lines on standard error, and on standard output."""
    text = (HOME / f"{case}.case").read_text(encoding="utf-8")
    command, code, *said = (line for line in text.splitlines() if line and not line.startswith("#"))
    assert command.startswith("$ peninsula ")
    assert code.startswith("exit ")
    shown = [line[2:] for line in said if line.startswith("> ")]
    errors = [filled(line) for line in said if not line.startswith("> ")]
    return command.removeprefix("$ peninsula "), int(code.removeprefix("exit ")), errors, shown


def told(errors: str) -> list[str]:
    return [line for line in errors.splitlines() if line]


def there(folder: Path) -> set[str]:
    """What stands in the directory and beside it."""
    return {path.name for home in (folder, folder.parent) for path in home.iterdir()}


def fault(case: str, folder: Path, run: Run) -> str:
    """What is wrong with what comes of a case, if anything."""
    command, expected, beginnings, shown = read(case)
    before = there(folder)
    code, output, errors, seconds = run(command)
    lines, rest = told(errors), iter(output.splitlines())
    fits = len(lines) == len(beginnings) and all(map(str.startswith, lines, beginnings))
    checks = {
        f"it ends with {code}": code == expected,
        f"it says {lines}": fits,
        f"it prints {output!r}": all(any(line.startswith(text) for line in rest) for text in shown)
        and (not code or not output),
        "it prints hidden characters": all(harmless(line) for line in (*lines, *output.splitlines())),
        "it prints long lines": all(len(line) < LONGEST_LINE for line in lines),
        "it tells what a secret file holds": CANARY not in output + errors,
        f"it leaves {there(folder) - before}": there(folder) - before <= (OUTPUTS if code == 0 else set()),
        f"it takes {seconds:.2f} s": seconds < MOST_SECONDS or code == 0,
    }
    for name in OUTPUTS:
        shutil.rmtree(folder / name, ignore_errors=True)
    return next((said for said, holds in checks.items() if not holds), "")


def test_every_command_ends_as_expected(folder: Path, run: Run, score: Score) -> None:
    faults = {case: fault(case, folder, run) for case in CASES}
    score("bad commands refused with the expected line", len(CASES), sum(not said for said in faults.values()))
    faulty = {case: said for case, said in faults.items() if said}
    assert not faulty, "\n".join(f"{case}: {said}" for case, said in faulty.items())
    assert len(CASES) > 100


def test_no_cell_of_an_exported_table_is_a_formula(folder: Path, run: Run) -> None:
    assert run("export stored --out tables --all")[0] == 0
    cells = []
    for path in (folder / "tables").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells += [cell for row in csv.reader(file) for cell in row if cell.lstrip()[:1] in ACTIVE]
    texts = [cell for cell in cells if not is_number(cell)]
    assert not texts
    said = (folder / "tables" / "scenarios.csv").read_text(encoding="utf-8")
    assert "'=cmd|" in said
