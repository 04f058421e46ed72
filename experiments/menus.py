"""What the nations of stored scenarios can do, and what they did month by month, recomputed from what a batch keeps.

Moves are stored as counts of months. The month of each is found by stepping the scenario again under the same luck, which
gives the same moves bit for bit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.actions import SLOTS, Action
from sim.nations import CHARACTERS
from sim.plugins import PluginError, character_of

Document = Mapping[str, Any]
ELSEWHERE = "menus not at hand"  # heading of actions whose menu is in a package that is not installed
BLOCK = 1024  # runs that are stepped together
KEPT = 32  # scenarios of which the shares by month are kept, so that a page for each nation replays them once


def menu(document: Document, nation: str) -> tuple[Action, ...]:
    """The menu of a nation in a scenario: its own, or that of the character which the scenario names; empty where no
    installed package offers that character."""
    named = (document.get("nations") or {}).get(nation, {}).get("character")
    try:
        return (character_of(nation, named) if named else CHARACTERS[nation]).menu
    except PluginError:
        return ()


def slots(documents: Sequence[Document], nation: str, actions: Sequence[str]) -> dict[str, list[str]]:
    """These actions by slot, in the order of the menus of all scenarios; last those that are on no menu at hand."""
    lines = {line.name: line.slot for document in documents for line in menu(document, nation)}
    known = {slot: [name for name in lines if lines[name] == slot and name in actions] for slot in SLOTS}
    return {**known, ELSEWHERE: [name for name in actions if name not in lines]}


@dataclass(frozen=True)
class Monthly:
    """Moves of some runs of a scenario, month by month.

    months: ``YYYY-MM``; actions: ``china.food_aid``; chosen: in how many of the runs, ``(months, action)``;
    totals: in how many months of each run, ``(action, R)``
    """

    months: tuple[str, ...]
    actions: tuple[str, ...]
    chosen: NDArray[np.int64]
    totals: NDArray[np.int64]


def monthly(document: Document, *, seed: int, runs: Sequence[int]) -> Monthly:
    """What the nations did in these runs of a stored scenario, which is stepped again under the same luck.

    Raises ScenarioError when the scenario does not fit this version of the model.
    """
    return _monthly(json.dumps(document, sort_keys=True), seed, tuple(_spans(runs)))


def _spans(runs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs in their order as stretches without a gap: first run and how many, at most ``BLOCK``."""
    numbers = np.asarray(runs)
    for stretch in np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1):
        for first in range(0, len(stretch), BLOCK):
            yield int(stretch[first]), min(BLOCK, len(stretch) - first)


@lru_cache(maxsize=KEPT)
def _monthly(document: str, seed: int, spans: tuple[tuple[int, int], ...]) -> Monthly:
    from sim.model import Peninsula  # mesa takes a second to import, and menus are read without it
    from sim.scenario import from_document

    spec = from_document(json.loads(document))
    parts = []
    for first, runs in spans:
        model = Peninsula(spec, runs=runs, seed=seed, first_run=first)
        try:
            actions, chosen = model.actions, np.empty((spec.months, len(model.actions), runs), bool)
            for month in range(spec.months):
                model.step()
                chosen[month] = model.moves.chosen > 0
        finally:
            model.release()
        parts.append((chosen.sum(axis=2), chosen.sum(axis=0)))
    months = tuple(str(spec.start + month) for month in range(spec.months))
    return Monthly(months, actions, np.sum([counts for counts, _ in parts], axis=0), np.hstack([part for _, part in parts]))
