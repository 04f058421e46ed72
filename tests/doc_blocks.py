"""What a page of documentation shows: its fenced blocks, their commands, and how commands are cut short.

A block says by its kind what ``tests/doc_pages.py`` does with it, in the order of the page and in a scratch directory:

console    lines after ``$`` are commands; other lines are what the command prints, and must be in what it prints
sh, bash   every line is a command
python     a script that runs by itself; with ``>>>`` a doctest; with a file name as first comment, a file that is written
yaml       a scenario, which ``peninsula check`` must accept, outcomes of one's own, or a situation; its first comment names
           the file that is written
toml       ``# pyproject.toml``: a package, which ``pip install .`` makes known to what follows
text       printed output, not run

Steps that change the model itself begin with ``# in FILE, after: TEXT`` (or ``before:``, ``instead of:``), where TEXT stands
in one line of FILE only. A page with such a step, or with a file under sim, experiments or tests, works on a copy of the
checkout, and its commands run in processes of their own.

A command may say ``# exit code 3``. To keep this short, numbers of runs are cut (``CUTS``, ``LEAST``), a few long verbs do
less (``SHORT``), and commands that set up an environment are looked up instead of run (``NOT_RUN``). A block or command of
an unknown kind fails.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile

import click

from experiments.cli import peninsula

CUTS: Mapping[str, int] = {"--runs": 30, "--ceiling": 60, "--partings": 10, "--jobs": 1}
DISCOVERY = 3000  # runs of all scenarios of a batch on a page that looks for conditions: these take forty cases
LEAST: Mapping[str, int] = {"sensitivity": 800}  # runs without which a verb does not start, where its option does not say
SHORT: Mapping[str, str] = {  # what is added where the command does not say it
    "plot": "reserves outcomes_talks",  # all of them are drawn by tests/figures
    "report": "--figure reserves",  # whole reports: tests/experiments/test_report.py
    "sensitivity": "--method morris",  # indices take 10,000 runs: tests/experiments/test_sensitivity.py
    "backtest": "--from 2016-01 --months 6",  # all cut-offs: tests/experiments/test_backtest.py
}
NOT_RUN: Mapping[str, str] = {
    "make": "sets up an environment of its own; the target must stand in the Makefile",
    "python -m venv": "sets up an environment",
    "pip install": "needs a network; its extras must stand in pyproject.toml",
    "git clone": "needs a network",
    "python -m pytest --numprocesses": "is the suite that runs this",
    "peninsula rows": "takes half a minute however few the runs; its line is parsed, and tests/test_rows.py runs it",
    "peninsula facts": "takes half a minute however few the runs; its line is parsed, and tests/test_facts.py runs it",
    "peninsula calibrate": "takes half a minute however few the runs; tests/experiments/test_calibration.py runs it",
}
UNFENCED = re.compile(r"^ {4,}(\$ |>>> |peninsula |python |pip |make )")
OPENING = re.compile(r"^( *)```(.*)$")
STEP = re.compile(r"^# in (?P<file>\S+), (?P<how>after|before|instead of): (?P<anchor>.+)$")
FILE = re.compile(r"^# (?P<file>[\w./-]+\.(?:py|ya?ml|toml))(?::? .*)?$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind, its text, and the line of the page at which it starts."""

    kind: str
    text: str
    line: int

    @property
    def head(self) -> str:
        """The first line."""
        return self.text.split("\n", 1)[0]

    @property
    def file(self) -> str:
        """The name of the file that the block is; empty if it is none."""
        found = FILE.match(self.head)
        return found["file"] if found else ""


@dataclass(frozen=True)
class Command:
    """A command line, the exit code it says it has, and the lines that it is said to print."""

    line: str
    printed: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        said = re.search(r"# exit code (\d+)", self.line)
        return int(said[1]) if said else 0

    @property
    def words(self) -> list[str]:
        return shlex.split(self.line, comments=True)


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page; ValueError for one that says no kind or does not end, and commands without a fence."""
    found: list[Block] = []
    inside: list[str] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        fence = OPENING.match(line)
        if inside is None and fence:
            indent, kind, start, inside = len(fence[1]), fence[2].strip(), number, []
            if not kind:
                raise ValueError(f"line {number}: a block that says no kind; output is text")
        elif inside is not None and fence:
            found.append(Block(kind, "\n".join(inside) + "\n", start))
            inside = None
        elif inside is not None:
            inside.append(line[indent:])
        elif UNFENCED.match(line):
            raise ValueError(f"line {number}: a command without a fence; put it between ```sh and ```")
    if inside is not None:
        raise ValueError(f"line {start}: a block that does not end")
    return found


def commands(block: Block) -> list[Command]:
    """The commands of a block."""
    lines = re.sub(r"\\\n\s*", "", block.text).split("\n")
    if block.kind != "console":
        return [Command(line.strip()) for line in lines if line.strip() and not line.lstrip().startswith("#")]
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.strip():
            if not found:
                raise ValueError(f"line {block.line}: output before any command; commands start with $")
            found[-1][1].append(line)
    return [Command(line, tuple(printed)) for line, printed in found]


def cut(words: list[str], batch: int = 0) -> list[str]:
    """A command with small numbers of runs, no smaller than the verb allows; runs picked by number stay within them.

    batch: runs of all scenarios to which a batch is cut, if not to those of ``CUTS``.
    """
    if words[1] == "sensitivity":
        words = ["morris" if word == "sobol" else word for word in words]
    verb = peninsula.commands[words[1]]
    options = {name: option for option in verb.params if isinstance(option, click.Option) for name in option.opts}
    words = [part for word in words for part in (word.split("=", 1) if word.split("=", 1)[0] in CUTS else [word])]
    for name, most in CUTS.items():
        if name not in options:
            continue
        least = max(most, getattr(options[name].type, "min", None) or 0, LEAST.get(words[1], 0) * (name == "--runs"))
        if batch and (words[1], name) == ("batch", "--runs"):
            least = batch // len(list(takewhile(lambda word: not word.startswith("-"), words[2:])))
        if name in words:
            place = words.index(name) + 1
            words[place] = str(min(int(words[place]), least))
        elif words[1] != "sweep" and (name != "--ceiling" or "--until" in words):  # a stored sweep takes none
            words += [name, str(least)]
    if "--run" in words:
        place = words.index("--run") + 1
        words[place] = str(int(words[place]) % CUTS["--runs"])
    added = SHORT.get(words[1], "").split()
    named = words[1] == "plot" and verb.make_context("plot", words[2:]).params["figures"]
    return words if named or set(added) & set(words) else words + added
