"""A planted bug is data: what it would do to a user, a text in a file of the project and what to put in its place.

Bugs stand in ``bugs/*.toml``, one table each: harm, file, old, new (texts, or lists of texts for a change in several
places) and tests: the node ids of the fewest tests that notice it, fast.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).parent / "bugs"
KEYS = {"harm", "file", "old", "new", "tests"}


class DoesNotApply(Exception):  # noqa: N818  # always told with the name of the bug
    """The text that a bug changes is not there, or is there more than once, or what comes of it is no program."""


@dataclass(frozen=True)
class Bug:
    """One bug; ``changes`` are pairs of an old and a new text in ``file``, a path from the root of the project."""

    name: str
    harm: str
    file: str
    changes: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]

    def planted(self, root: Path = ROOT) -> str:
        """The text of the file with the bug in it; DoesNotApply says why there is none."""
        text = whole = (root / self.file).read_text("utf-8")
        for old, _ in self.changes:
            if (times := whole.count(old)) != 1:
                raise DoesNotApply(f"{self.file} has {times} times, not once: {old!r}")
        for old, new in sorted(self.changes, key=lambda change: -whole.index(change[0])):  # places before it stay
            text = text[: whole.index(old)] + new + text[whole.index(old) + len(old) :]
        if self.file.endswith(".py"):
            try:
                compile(text, self.file, "exec")
            except SyntaxError as error:
                raise DoesNotApply(f"{self.file} is no program with it: {error}") from error
        return text


def all_bugs() -> list[Bug]:
    """Every planted bug, in the order of files and of the tables in them; ValueError for a table that is no bug."""
    return [bug for path in sorted(DATA.glob("*.toml")) for bug in _read(path)]


def _read(path: Path) -> Iterator[Bug]:
    for name, said in tomllib.loads(path.read_text("utf-8")).items():
        if set(said) != KEYS:
            raise ValueError(f"{path.name}: {name} needs exactly the keys {', '.join(sorted(KEYS))}")
        old, new = ([value] if isinstance(value, str) else value for value in (said["old"], said["new"]))
        yield Bug(name, said["harm"], said["file"], tuple(zip(old, new, strict=True)), tuple(said["tests"]))


def missing_test(node: str, root: Path = ROOT) -> str:
    """What of a node id such as ``tests/test_x.py::test_y[case]`` does not exist; empty if all of it does."""
    file, _, name = node.partition("[")[0].partition("::")
    if not (root / file).is_file():
        return f"there is no {file}"
    return "" if not name or name in _tests_in(root / file) else f"there is no {name} in {file}"


@cache
def _tests_in(path: Path) -> frozenset[str]:
    """Names of the tests in a file, those of classes as ``TestX::test_y``."""
    body = ast.parse(path.read_text("utf-8")).body
    classes = [each for each in body if isinstance(each, ast.ClassDef)]
    plain = {each.name for each in [*body, *classes] if isinstance(each, ast.FunctionDef | ast.ClassDef)}
    inner = {f"{one.name}::{each.name}" for one in classes for each in one.body if isinstance(each, ast.FunctionDef)}
    return frozenset(plain | inner)
