"""What is wrong with a scenario and where: places, one-line problems, and the error that carries them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MOST_PROBLEMS = 20
LONGEST_QUOTE = 40
HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # control, format and surrogate characters, separators of lines and paragraphs


def is_hidden(character: str) -> bool:
    """Whether a character could move the cursor, reorder text or break a line."""
    return not character.isprintable() and unicodedata.category(character) in HIDDEN


def holds_hidden(text: str) -> bool:
    """Whether a text holds a hidden character other than the end of a line."""
    return any(is_hidden(character) and character != "\n" for character in text)


def printable(text: str) -> str:
    """The text with every hidden character written as an escape, so that a terminal cannot be moved by it."""
    return "".join(character.encode("unicode_escape").decode() if is_hidden(character) else character for character in text)


def quoted(text: str) -> str:
    """The text in quotes, printable and cut short."""
    short = text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 3] + "..."
    return f"'{printable(short)}'"


def shown(path: Path) -> str:
    """The path as messages print it: relative to the working directory when under it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):  # elsewhere, or the working directory is gone
        return str(path)


@dataclass(frozen=True, order=True)
class Place:
    """A place in a file, counted from 1; for settings the file is ``--set`` and the line is their number."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{printable(self.file)}:{self.line}:{self.column}"


class Refused(Exception):  # noqa: N818  # one problem on its way to the list of problems, never seen by a caller
    """One problem at one place."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class ScenarioError(Exception):
    """A scenario that cannot be used. ``lines`` holds up to 20 lines, ``file:line:column: what is wrong``."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__(lines)
        self.lines = lines

    def __str__(self) -> str:
        return "\n".join(self.lines)


class Problems:
    """The problems found so far. It raises ScenarioError by itself when there are as many as are ever shown."""

    def __init__(self) -> None:
        self._found: list[Refused] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, *problems: Refused) -> None:
        """Keep problems; ScenarioError when the list is full."""
        for problem in problems:
            self._found.append(problem)
            if len(self._found) >= MOST_PROBLEMS:
                raise self.error()

    @contextmanager
    def collected(self) -> Iterator[None]:
        """A block whose refusal is kept, so that reading goes on behind it."""
        try:
            yield
        except Refused as problem:
            self.add(problem)

    def error(self) -> ScenarioError:
        """The problems in order: files as they were read, lines from top to bottom."""
        files = list(dict.fromkeys(problem.place.file for problem in self._found))
        self._found.sort(key=lambda problem: (files.index(problem.place.file), problem.place))
        return ScenarioError(tuple(dict.fromkeys(str(problem) for problem in self._found)))

    def raise_if_any(self) -> None:
        """ScenarioError when anything is wrong so far."""
        if self._found:
            raise self.error()
