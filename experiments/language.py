"""Texts in other languages: tables for each (``languages/ko/*.csv``: English, translation), and how they are read.

A text is looked up whole, then by pattern, then line by line and sentence by sentence; what the table lacks stays as it is.
In a pattern ``{}`` is any text, translated in its turn; ``{word}`` one that the table has; ``{number}`` digits; ``{value}``
a number with a sign or in percent; ``{year}`` and ``{month}`` those of YYYY-MM. Code that draws or tells says
everything in English and knows nothing of this.
"""

from __future__ import annotations

import csv
import re
import textwrap
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from experiments.errors import unknown
from experiments.particles import settled

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

HOME = Path(__file__).with_name("languages")
ENGLISH = "en"
LANGUAGES = (ENGLISH, *sorted(path.name for path in HOME.iterdir() if path.is_dir()))
WIDE = 1.7  # width of a Hangul letter in Latin ones
LEADING = 1.4  # of lines with Hangul, which fills the whole height of its line
KINDS = {
    "": "(.+?)", "word": "(.+?)", "number": r"([\d,.]+)", "value": r"([-+]?[\d,.]*\d%?)",
    "year": r"(\d{4})", "month": r"0?(\d{1,2})",
}  # fmt: skip
PLACE = re.compile(r"\{(\w*)\}")
SENTENCE = re.compile(r"(?<=[.?]) (?=[A-Z0-9])")
SEPARATOR = " · "
LONGEST = 400  # letters of a text that is looked up by pattern; longer ones are looked up whole and by sentence

_spoken: ContextVar[tuple[str, frozenset[str]]] = ContextVar("spoken", default=(ENGLISH, frozenset()))


@contextmanager
def speaking(language: str | None = None, keep: Collection[str] = ()) -> Iterator[None]:
    """Figures are labelled in this language, by default the one around; ``keep``: names that stay as they are."""
    now, kept = _spoken.get()
    token = _spoken.set((checked(language or now), kept | frozenset(keep)))
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """The language in which figures are labelled here."""
    return _spoken.get()[0]


def checked(language: str) -> str:
    """The language; UsageError if there is no table for it."""
    if language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES)
    return language


def translated(text: str, language: str) -> str:
    """A text in a language, or as it is where its table lacks it. UsageError for a language without a table."""
    return text if checked(language) == ENGLISH else _translated(text, language)


def said(text: str) -> str:
    """A text in the language spoken here; names to keep stay as they are."""
    language, kept = _spoken.get()
    return text if text in kept else translated(text, language)


def label(figure: Figure) -> None:
    """Translate all texts of a figure into the language spoken here; to be called before its layout is settled."""
    from matplotlib.text import Text
    from matplotlib.ticker import FixedFormatter, FuncFormatter

    if spoken() == ENGLISH:
        return
    for text in figure.findobj(Text):
        if isinstance(text, Text) and text.get_text():
            text.set_text(said(text.get_text()))
            if "\n" in text.get_text() and any(map(_wide, text.get_text())):
                text.set_linespacing(LEADING)
    for axis in {axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)}:
        formatter = axis.get_major_formatter()
        if isinstance(formatter, FixedFormatter):
            axis.set_major_formatter(FixedFormatter([said(each) for each in formatter.seq]))
        elif isinstance(formatter, FuncFormatter):
            axis.set_major_formatter(FuncFormatter(_Translated(formatter, *_spoken.get())))


class _Translated:
    """A formatter of ticks whose labels are translated; it is asked for them after the language is no longer spoken."""

    def __init__(self, formatter: FuncFormatter, language: str, kept: frozenset[str]) -> None:
        self.formatter, self.language, self.kept = formatter, language, kept

    def __call__(self, value: float, place: int | None = None) -> str:
        text = str(self.formatter(value, place))
        return text if text in self.kept else translated(text, self.language)


@cache
def table(language: str) -> dict[str, str]:
    """English and translated texts as they stand in the tables of a language."""
    found = {}
    for path in sorted((HOME / language).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found.update({row["English"]: row["translation"] for row in csv.DictReader(file)})
    return found


@cache
def _patterns(language: str) -> list[tuple[re.Pattern[str], tuple[str, ...], str]]:
    """Patterns, kinds of their places, and translations; those with most letters of their own first."""
    found = []
    for english, translation in table(language).items():
        literals = PLACE.split(english)[::2]
        if len(literals) > 1:
            kinds = tuple(PLACE.findall(english))
            parts = [re.escape(literals[0])]
            parts += [KINDS[kind] + re.escape(after) for kind, after in zip(kinds, literals[1:], strict=True)]
            found.append((sum(map(len, literals)), re.compile("".join(parts)), kinds, translation))
    return [(pattern, kinds, said) for _, pattern, kinds, said in sorted(found, key=lambda each: -each[0])]


@lru_cache(4096)
def _translated(text: str, language: str) -> str:
    one_line = " ".join(text.split())
    whole = _whole(one_line, language)
    if whole is not None:
        return whole if "\n" not in text else wrapped(whole, max(map(len, text.split("\n"))))
    for separator in ("\n", SEPARATOR):
        if separator in text:
            return separator.join(_translated(part, language) for part in text.split(separator))
    parts = SENTENCE.split(text)
    return " ".join(_translated(part, language) for part in parts) if len(parts) > 1 else text


def _whole(text: str, language: str) -> str | None:
    """The translation of a text as one entry or pattern of the table; None without one."""
    for entry in (text, text[:1].upper() + text[1:]):  # a name within a sentence, and as it begins one
        if entry in table(language):
            return table(language)[entry]
    for pattern, kinds, translation in _patterns(language) if len(text) <= LONGEST else ():
        match = pattern.fullmatch(text)
        if match is None:
            continue
        known = (_whole(part, language) for part, kind in zip(match.groups(), kinds, strict=True) if kind == "word")
        if all(word is not None for word in known):
            return settled(translation.format(*(_translated(part, language) for part in match.groups())))
    return None


def wrapped(text: str, width: int) -> str:
    """A text broken at spaces into lines of at most ``width`` Latin letters' room."""
    if not any(map(_wide, text)):
        return textwrap.fill(text, width)
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and room(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def room(text: str) -> float:
    """The room of a text, in Latin letters."""
    return sum(WIDE if _wide(letter) else 1 for letter in text)


def _wide(letter: str) -> bool:
    return east_asian_width(letter) in "WF"
