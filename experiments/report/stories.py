"""Typical and tail runs of a batch told as stories: what happened, decisions with strong reasons, where the run lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from experiments.errors import PeninsulaError, UsageError, unknown
from experiments.explain import explain, where
from experiments.report import pictures
from experiments.report.scenarios import plain_title
from experiments.sentences import CAPITALS, sentence
from experiments.story import Story, odds, told, weighed
from sim.outcomes import OUTCOMES

TAILS = 2
LOW = ("reserves_end", "stability_min")  # outcomes whose question is about their low end
DECISIONS = 6
CLEAR_ODDS = 1.5  # a decision whose odds are this many times what they usually are, or as many times less


@dataclass(frozen=True)
class Month:
    """A month in which something happened."""

    date: str
    happened: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """A move for which reasons weighed heavily."""

    date: str
    nation: str
    what: str
    odds: str
    weighed: tuple[tuple[str, list[tuple[str, str]]], ...]  # sides, terms, values


@dataclass(frozen=True)
class Told:
    """The story of one run, or why it cannot be told (``trouble``)."""

    title: str
    command: str
    months: tuple[Month, ...] = ()
    decisions: tuple[Decision, ...] = ()
    quiet: int = 0
    outcomes: tuple[tuple[str, str, str, str], ...] = ()
    timeline: pictures.Picture | None = None
    trouble: str = ""


@dataclass(frozen=True)
class Wanted:
    """A run that is to be told: the typical one of a scenario, or the one with the highest or lowest value of an outcome."""

    scenario: str
    tail: str = ""
    low: bool = False

    @property
    def title(self) -> str:
        """What the run is an example of."""
        if not self.tail:
            return f"A typical run of {self.scenario}"
        if self.tail in OUTCOMES and OUTCOMES[self.tail].kind == "share":
            return f"A run of {self.scenario} in which {self.tail} {'did not come' if self.low else 'came'} about"
        return f"The run of {self.scenario} with the {'lowest' if self.low else 'highest'} {self.tail}"

    def command(self, directory: str) -> str:
        """How to tell the run in full."""
        chosen = f"--tail {self.tail}{' --low' * self.low}" if self.tail else "--typical"
        return f"peninsula explain {directory} --scenario {self.scenario} {chosen}"


def wanted(table: pd.DataFrame, names: Sequence[str], scenario: str, tails: Sequence[str] = ()) -> list[Wanted]:
    """The typical run of a scenario, and the runs at the ends of outcomes that are asked for (``reserves_end:low``), else of
    the first headline outcomes that vary, at the end that their question is about; in the scenario, or where the outcome is
    highest if it does not vary there. table: rows as of ``summary.table``. UsageError for a strange tail."""
    varies = (table["error"] > 0) & ((table["kind"] == "number") | table["value"].between(0, 1, inclusive="neither"))
    numeric = table[(table["category"] == "") & varies]
    vary = list(dict.fromkeys(numeric["outcome"]))
    ends = [_end(tail, vary) for tail in tails] or [(name, name in LOW) for name in names if name in vary][:TAILS]
    chosen = [Wanted(scenario)]
    for name, low in ends:
        mine = numeric[numeric["outcome"] == name].sort_values("value", ascending=False, kind="stable")["scenario"]
        chosen.append(Wanted(scenario if scenario in set(mine) else str(mine.iloc[0]), name, low))
    return chosen


def _end(tail: str, known: Sequence[str]) -> tuple[str, bool]:
    """Outcome and whether its low end is meant, from ``reserves_end``, ``reserves_end:high`` or ``reserves_end:low``."""
    name, _, end = tail.partition(":")
    if name not in known and name not in OUTCOMES:
        raise unknown("outcome", name, OUTCOMES)
    if name not in known:
        raise UsageError(f"{name} is the same in every run, or a category; --tail tells the end of one that varies")
    if end not in ("", "high", "low"):
        raise UsageError(f"{tail!r} names no end of {name}; write {name}:low or {name}:high")
    return name, end == "low"


def tell(directory: Path, chosen: Wanted, names: Sequence[str], language: str) -> Told:
    """The story of a run, with its timeline; if it cannot be replayed as stored, the reason in its place."""
    command = chosen.command(str(directory))
    try:
        story = explain(
            directory, scenario=chosen.scenario, typical=not chosen.tail, tail=chosen.tail or None, low=chosen.low
        )
    except PeninsulaError as error:
        return Told(chosen.title, command, trouble=str(error))
    months = tuple(_months(story))
    return Told(
        title=f"{chosen.title} (run {story['run']:,})",
        command=command,
        months=months,
        decisions=tuple(_decisions(story)),
        quiet=len(story["months"]) - len(months),
        outcomes=tuple(_places(story, names)),
        timeline=pictures.of_run({**story, "title": plain_title(story["title"])}, chosen.title, language),
    )


def _months(story: Story) -> Iterator[Month]:
    for month in story["months"]:
        if month["events"]:
            yield Month(month["month"], tuple(sentence(event) for event in month["events"]))


def _decisions(story: Story) -> Iterator[Decision]:
    """The moves whose reasons changed their odds most, in the order of time; of moves that recur the first."""
    first: dict[tuple[str, str], tuple[float, int, Decision]] = {}
    for place, month in enumerate(story["months"]):
        for move in month["moves"]:
            factor = move.get("odds")
            if move["by_scenario"] or not factor or factor < CLEAR_ODDS or not weighed(move):
                continue
            key = move["nation"], move["action"]
            said = Decision(month["month"], CAPITALS[move["nation"]], move["meaning"], odds(move), tuple(weighed(move)))
            first.setdefault(key, (float(factor), place, said))
    strongest = sorted(first.values(), key=lambda each: -each[0])[:DECISIONS]
    yield from (said for _, _, said in sorted(strongest, key=lambda each: each[1]))


def _places(story: Story, names: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
    """Headline outcomes of the run: name, value, its unit, and where it lies in the batch."""
    for name in (name for name in names if name in story["place"]):
        place, value, known = story["place"][name], story["outcomes"].get(name), OUTCOMES.get(name)
        unit = known.unit if known and "percentile" in place else ""
        if not place["applies"]:
            said = "–"
        elif known and known.kind == "share" and not unit:
            said = "came about" if value else "did not come about"
        else:
            said = told(value)
        yield name, said, unit, where(place)
