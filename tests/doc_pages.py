"""A page of documentation at work: every block of it, in order, in a scratch directory (``tests/doc_blocks.py``)."""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shutil
import subprocess
import sys
import tomllib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from experiments import definitions
from experiments.cli import main, peninsula
from tests.doc_blocks import DISCOVERY, NOT_RUN, STEP, Block, Command, commands, cut
from tests.test_situations import read as read_situation

ROOT = Path(__file__).parent.parent
COPIED = ("sim", "experiments", "scenarios", "tests", "pyproject.toml", "README.md")
OWN = ("sim/", "experiments/", "tests/")


def small(text: str) -> str:
    """Text with single blanks, for comparing what is printed."""
    return " ".join(text.split())


@dataclass
class Page:
    """A page at work in its scratch directory."""

    name: str
    blocks: list[Block]
    home: Path
    patch: pytest.MonkeyPatch

    def __post_init__(self) -> None:
        self.patch.chdir(self.home)
        self.copied = any(STEP.match(block.head) or block.file.startswith(OWN) for block in self.blocks)
        self.batch = DISCOVERY if any("peninsula discover" in block.text for block in self.blocks) else 0
        if self.copied:
            for name in COPIED:
                source, target = ROOT / name, self.home / name
                ignored = shutil.ignore_patterns("__pycache__", ".*")
                shutil.copytree(source, target, ignore=ignored) if source.is_dir() else shutil.copy(source, target)

    def run(self) -> None:
        """Every block in order; AssertionError says page, line and what went wrong."""
        for block in self.blocks:
            try:
                kind = KINDS.get(block.kind)
                assert kind, f"a block of the unknown kind {block.kind!r}; choose from {', '.join(KINDS)}"
                kind(self, block)
            except Exception as error:
                raise AssertionError(f"{self.name}:{block.line}: {error or type(error).__name__}") from error

    # ---- files ----------------------------------------------------------------------------------------------

    def write(self, block: Block, name: str = "") -> Path:
        """The block as a file of the scratch directory."""
        path = self.home / (block.file or name)
        assert path.resolve().is_relative_to(self.home.resolve()), f"{path} lies outside the scratch directory"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        return path

    def change(self, block: Block, step: re.Match[str]) -> None:
        """A step that changes a file of the copy."""
        path, added = self.home / step["file"], block.text.split("\n", 1)[1].rstrip("\n").split("\n")
        lines = path.read_text(encoding="utf-8").split("\n")
        places = [place for place, line in enumerate(lines) if step["anchor"].strip() in line]
        assert len(places) == 1, f"{step['anchor']!r} stands in {len(places)} lines of {step['file']}; expected one"
        first = places[0] + (step["how"] == "after")
        lines[first : first + (step["how"] == "instead of")] = added
        path.write_text("\n".join(lines), encoding="utf-8")

    def python(self, block: Block) -> None:
        """A step, a file, a doctest or a script."""
        if step := STEP.match(block.head):
            self.change(block, step)
        elif block.file:
            compile(self.write(block).read_text(encoding="utf-8"), block.file, "exec")
        elif block.text.startswith(">>>"):
            test = doctest.DocTestParser().get_doctest(block.text, {}, self.name, self.name, block.line)
            failed = doctest.DocTestRunner(verbose=False).run(test, clear_globs=False).failed
            assert not failed, f"{failed} examples print something else"
        elif self.copied:
            self.process([sys.executable, "-c", block.text], "the script")
        else:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(block.text, f"{self.name}:{block.line}", "exec"), {"__name__": "__main__"})

    def yaml(self, block: Block) -> None:
        """A scenario, outcomes of one's own, or a situation; wrong on purpose where the file's comment says so."""
        path = self.write(block, f"line-{block.line}.yaml")
        document = YAML(typ="safe").load(block.text)
        assert isinstance(document, dict), "expected a map"
        if {"given", "expect"} <= set(document):
            read_situation(path)
        elif all(isinstance(said, dict) and {"of", "take"} <= set(said) for said in document.values()):
            definitions.read(path)
        elif {"title", "extends"} & set(document):
            wrong = "wrong on purpose" in block.head
            self.peninsula(Command(f"peninsula check {path.name}{' # exit code 3' * wrong}"))
        else:
            raise ValueError("neither a scenario (title, extends), nor outcomes (of, take), nor a situation (given, expect)")

    def toml(self, block: Block) -> None:
        """The description of a package."""
        assert block.file, "expected a file name as first comment"
        tomllib.loads(self.write(block).read_text())

    # ---- commands -------------------------------------------------------------------------------------------

    def commands(self, block: Block) -> None:
        """Every command of a block; what it is said to print must be there."""
        for command in commands(block):
            words = [word.removeprefix(".venv/bin/") for word in command.words]
            if words[0] == "peninsula" and " ".join(words[:2]) not in NOT_RUN:
                self.peninsula(command)
            elif words[:3] == ["pip", "install", "."] and (self.home / "pyproject.toml").exists() and not self.copied:
                self.install()
            elif " ".join(words[:3]) == "python -m pytest" and self.copied:
                self.process([sys.executable, *words[1:], "-p", "no:cacheprovider"], command.line)
            else:
                look_up(words)

    def peninsula(self, command: Command) -> None:
        """A command of the model; in this process unless the page has changed the model."""
        words = command.words
        words[0] = words[0].removeprefix(".venv/bin/")
        place = words.index(">") if ">" in words else len(words)
        target = words[place + 1 :]
        arguments = words[1:place] if len(words) < 2 or words[1].startswith("-") else cut(words[:place], self.batch)[1:]
        if self.copied:
            out = self.process([sys.executable, "-m", "experiments", *arguments], command.line, command.exit_code)
        else:
            out = here(arguments, command)
        if target:
            (self.home / target[0]).write_text(out, encoding="utf-8")
        seen = small(out)
        for line in command.printed:
            for part in re.split(r"\.\.\.|…", line):
                assert small(part) in seen, f"{command.line!r} does not print {small(part)!r}"

    def process(self, words: list[str], said: str, exit_code: int = 0) -> str:
        """Run a process in the copy; what it printed."""
        environment = {**os.environ, "PYTHONPATH": str(self.home), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(words, cwd=self.home, env=environment, capture_output=True, text=True, check=False)
        tail = "\n".join((done.stdout + done.stderr).split("\n")[-25:])
        assert done.returncode == exit_code, f"{said}: exit code {done.returncode}\n{tail}"
        return done.stdout + done.stderr

    def install(self) -> None:
        """The package that the page has written, as ``pip install .`` would make it known, without pip."""
        project = tomllib.loads((self.home / "pyproject.toml").read_text())["project"]
        info = self.home / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        info.mkdir()
        head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        (info / "METADATA").write_text(head)
        lines = [
            line
            for group, points in project["entry-points"].items()
            for line in (f"[{group}]", *(f"{name} = {value}" for name, value in points.items()))
        ]
        (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
        self.patch.syspath_prepend(str(self.home))
        for module in self.home.glob("*.py"):
            self.patch.delitem(sys.modules, module.stem, raising=False)


KINDS: Mapping[str, Callable[[Page, Block], None]] = {
    "console": Page.commands, "sh": Page.commands, "bash": Page.commands, "python": Page.python, "yaml": Page.yaml,
    "toml": Page.toml, "text": lambda _page, _block: None,
}  # fmt: skip


def here(arguments: list[str], command: Command) -> str:
    """Run a command in this process; what it printed on both streams."""
    printed = io.StringIO()
    code = 0
    with warnings.catch_warnings(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        warnings.simplefilter("always", UserWarning)  # a user sees them as a line; the page goes on
        try:
            main(arguments)
        except SystemExit as stop:
            code = int(stop.code or 0)
    tail = "\n".join(printed.getvalue().split("\n")[-25:])
    assert code == command.exit_code, f"{command.line}: exit code {code}\n{tail}"
    return printed.getvalue()


def look_up(words: list[str]) -> None:
    """A command that is not run: what it names must be there."""
    line = re.sub(r"^python3(?:\.\d+)? ", "python ", " ".join(words)).replace("python -m pip", "pip")
    assert any(line.startswith(known) for known in NOT_RUN), f"a command the runner does not know: {line}"
    if words[0] == "peninsula":
        peninsula.commands[words[1]].make_context(words[1], words[2:])
    if words[0] == "make":
        for target in words[1:]:
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE), f"no target {target}"
    if line.startswith("pip install"):
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
        for said in re.findall(r"\[([\w,-]+)\]", line):
            assert set(said.split(",")) <= set(extras), f"no extra {said}"
        for name in re.findall(r"(?:--constraint|-c|-r) (\S+)", line):
            assert (ROOT / name).exists(), f"no file {name}"
