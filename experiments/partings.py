"""Where two scenarios part: in each run the first month in which some nation chooses otherwise, and what it chooses.

The two are stepped month by month under the same luck, so that the first difference is found in every run. A decision of
that month is a cause or a symptom of what the scenarios change, never of chance.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.errors import UsageError
from experiments.estimates import error_of_share, percent_told
from experiments.manifest import read_manifest
from experiments.sentences import CAPITALS, plain
from sim.model import Peninsula
from sim.nations import CHARACTERS
from sim.scenario import Scenario, from_document
from sim.state import Array, Month

BLOCK = 1024
SHOWN = 8
WIDTH = 110
NEVER = -1


@dataclass(frozen=True)
class Partings:
    """Where a scenario parts from its base, in ``runs`` runs.

    month: months from the start to the first difference, ``NEVER`` where the runs do not part, ``(runs,)``
    instead: by action, 1 in the runs in which the scenario chooses it in that month and the base does not, ``(runs,)``
    left: by action, 1 in the runs in which the base chooses it in that month and the scenario does not, ``(runs,)``
    """

    start: Month
    runs: int
    month: Array
    instead: dict[str, Array]
    left: dict[str, Array]


def partings(base: Scenario, other: Scenario, *, runs: int, seed: int) -> Partings:
    """Step both scenarios together and note where each run parts.

    Raises UsageError when they do not start in the same month, or their menus differ.
    """
    if base.start != other.start:
        raise UsageError(
            f"{base.name} starts in {base.start} and {other.name} in {other.start}; runs part from a common start, and "
            "--partings 0 leaves that out"
        )
    blocks = [_block(base, other, seed, first, min(BLOCK, runs - first)) for first in range(0, runs, BLOCK)]
    month = np.concatenate([block.month for block in blocks])
    joined = [
        {name: np.concatenate([getattr(block, side)[name] for block in blocks]) for name in getattr(blocks[0], side)}
        for side in ("instead", "left")
    ]
    return Partings(base.start, runs, month, *joined)


def _block(base: Scenario, other: Scenario, seed: int, first_run: int, runs: int) -> Partings:
    models = [Peninsula(spec, runs=runs, seed=seed, first_run=first_run) for spec in (base, other)]
    try:
        names = models[0].actions
        if models[1].actions != names:
            raise UsageError(f"{base.name} and {other.name} have other menus; --partings 0 leaves the first decision out")
        month = np.full(runs, NEVER, dtype=np.float64)
        instead, left = np.zeros((len(names), runs)), np.zeros((len(names), runs))
        for passed in range(min(base.months, other.months)):
            for model in models:
                model.step()
            before, after = (model.moves.chosen for model in models)
            now = (month == NEVER) & (before != after).any(axis=0)
            month[now] = passed
            instead[:, now] = ((after > before) & now)[:, now]
            left[:, now] = ((before > after) & now)[:, now]
            if (month != NEVER).all():
                break
        return Partings(base.start, runs, month, dict(zip(names, instead, strict=True)), dict(zip(names, left, strict=True)))
    finally:
        for model in models:
            model.release()


def stored(directory: Path | str, base: str, scenario: str, runs: int) -> list[dict[str, Any]]:
    """Rows for two scenarios of a stored batch, replayed in its first ``runs`` runs, or in all there are."""
    manifest = read_manifest(directory)
    specs = [from_document(dict(manifest.scenario(name).document)) for name in (base, scenario)]
    return rows(partings(*specs, runs=min(runs, manifest.runs), seed=manifest.seed), scenario)


def rows(found: Partings, scenario: str) -> list[dict[str, Any]]:
    """First all runs that part, then the decisions at which most of them do: share of runs, median month, and the action
    it stands for most often."""
    parted = found.month != NEVER
    whole = {
        "scenario": scenario, "decision": "", "nation": "", "runs": found.runs, "share": float(parted.mean()),
        **_months(found, parted), "for": "",
    }  # fmt: skip
    each = sorted(found.instead, key=lambda name: (-found.instead[name].sum(), name))
    return [whole, *(_decision(found, scenario, name) for name in each if found.instead[name].any())]


def _decision(found: Partings, scenario: str, name: str) -> dict[str, Any]:
    nation = name.split(".")[0]
    here = found.instead[name] > 0
    given_up = {other: float(left[here].sum()) for other, left in found.left.items() if other.startswith(f"{nation}.")}
    most = max(given_up, key=lambda other: given_up[other])
    return {
        "scenario": scenario, "decision": name, "nation": nation, "runs": found.runs, "share": float(here.mean()),
        **_months(found, here), "for": most if given_up[most] else "",
    }  # fmt: skip


def _months(found: Partings, here: Any) -> dict[str, Any]:
    if not here.any():
        return {"median_month": None, "date": None}
    middle = int(np.median(found.month[here]))
    return {"median_month": middle + 1, "date": str(found.start + middle)}


def text(table: list[dict[str, Any]], base: str) -> str:
    """Where a scenario parts from its base, in words."""
    whole, *decisions = table
    if not whole["share"]:
        return f"{whole['scenario']} and {base}: the same choices in every month of all {whole['runs']:,} runs"
    lines = textwrap.wrap(
        f"{whole['scenario']} parts from {base} in {_sure(whole)} of {whole['runs']:,} runs, in the median in month "
        f"{whole['median_month']} ({whole['date']}); at first, by share of runs with its Monte Carlo error:",
        WIDTH,
    )
    return "\n".join([*lines, *(line for row in decisions[:SHOWN] for line in _told(row))])


def _told(row: dict[str, Any]) -> Iterator[str]:
    told = f"{_sure(row):>14}  {sentence(row)}"
    yield from textwrap.wrap(told, WIDTH, initial_indent="  ", subsequent_indent=" " * 18)


def _sure(row: Mapping[str, Any]) -> str:
    return percent_told(row["share"], error_of_share(row["share"] * row["runs"], row["runs"]))


def sentence(row: Mapping[str, Any]) -> str:
    """One decision of a table of ``rows`` in words, without its share of runs."""
    nation, action = row["decision"].split(".")
    known = (line.meaning for line in CHARACTERS[nation].menu if line.name == action)
    meaning = next(known, "an action of a menu of its own")
    instead = f" instead of {plain(row['for'].split('.')[1])}" if row["for"] else ""
    return f"{CAPITALS[nation]} chooses {plain(action)}{instead}: {meaning} (month {row['median_month']})"
