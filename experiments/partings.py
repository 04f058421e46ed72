"""Where two scenarios part: in each run the first month in which some nation chooses otherwise, and what it chooses.

The two are stepped month by month under the same luck, so that the first difference is found in every run. A decision of
that month is a cause or a symptom of what the scenarios change, never of chance.
"""

from __future__ import annotations

import calendar
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.errors import UsageError
from experiments.estimates import NORMAL_95, at_most, error_of_share, percent_told
from experiments.manifest import read_manifest
from experiments.plain import counted
from experiments.replay import kept_scenario
from experiments.sentences import CAPITALS, plain
from sim.model import Peninsula
from sim.nations import CHARACTERS
from sim.scenario import Scenario
from sim.state import Array, Flags, Month

RUNS = 500  # in which it is looked for, unless another number is asked for
BLOCK = 1024
SHOWN = 8
WIDTH = 110
NEVER = -1
NOTHING_DONE = ("no_initiative", "no_move")  # actions of which the meaning says which kind of move is not made


@dataclass(frozen=True)
class Partings:
    """Where a scenario parts from its base, in ``runs`` runs.

    month: months from the start to the first difference, ``NEVER`` where the runs do not part, ``(runs,)``
    instead: by action, 1 in the runs in which the scenario chooses it in that month and the base does not, ``(runs,)``
    left: by action, 1 in the runs in which the base chooses it in that month and the scenario does not, ``(runs,)``
    """

    start: Month
    months: int  # that both scenarios have
    runs: int
    month: Array
    instead: Mapping[str, Array]
    left: Mapping[str, Array]


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
    return Partings(base.start, blocks[0].months, runs, month, *joined)


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
        gained, lost = (dict(zip(names, side, strict=True)) for side in (instead, left))
        return Partings(base.start, min(base.months, other.months), runs, month, gained, lost)
    finally:
        for model in models:
            model.release()


def stored(directory: Path | str, base: str, scenario: str, runs: int) -> list[dict[str, Any]]:
    """Rows for two scenarios of a stored batch, replayed in its first ``runs`` runs, or in all there are."""
    manifest = read_manifest(directory)
    specs = [kept_scenario(directory, manifest, name) for name in (base, scenario)]
    return rows(partings(*specs, runs=min(runs, manifest.runs), seed=manifest.seed), scenario)


def rows(found: Partings, scenario: str) -> list[dict[str, Any]]:
    """First all runs that part, then the decisions at which most of them do: share of runs, median month, the action it most
    often stands for, and in what share of its runs it does."""
    parted = found.month != NEVER
    whole = {
        "scenario": scenario, "months": found.months, "decision": "", "nation": "", "runs": found.runs,
        "share": float(parted.mean()),
        **_months(found, parted), "for": "", "for_share": 0.0,
    }  # fmt: skip
    each = sorted(found.instead, key=lambda name: (-found.instead[name].sum(), name))
    return [whole, *(_decision(found, scenario, name) for name in each if found.instead[name].any())]


def _decision(found: Partings, scenario: str, name: str) -> dict[str, Any]:
    nation = name.split(".")[0]
    here = found.instead[name] > 0
    given_up = _given_up(found, name, here)
    most = max(given_up, key=lambda other: given_up[other])
    return {
        "scenario": scenario, "months": found.months, "decision": name, "nation": nation, "runs": found.runs,
        "share": float(here.mean()),
        **_months(found, here), "for": most if given_up[most] else "", "for_share": given_up[most] / float(here.sum()),
    }  # fmt: skip


def _given_up(found: Partings, name: str, here: Flags) -> dict[str, float]:
    """In how many of the runs ``here`` the nation gives up each other action for this one: of the same kind if it gives up
    such a one, else any. (It makes two moves a month, of different kinds.)"""
    nation, action = name.split(".")
    kinds = {f"{nation}.{line.name}": line.slot for line in CHARACTERS[nation].menu}
    left = {other: gone[here] > 0 for other, gone in found.left.items() if other.startswith(f"{nation}.")}
    alike = {other for other in left if other in kinds and kinds[other] == kinds.get(f"{nation}.{action}")}
    none_alike = ~np.any([np.zeros(int(here.sum()), bool), *(left[other] for other in alike)], axis=0)
    return {other: float((gone if other in alike else gone & none_alike).sum()) for other, gone in left.items()}


def _months(found: Partings, here: Any) -> dict[str, Any]:
    if not here.any():
        return {"median_month": None, "month_low": None, "month_high": None, "date": None}
    reach = NORMAL_95 * 0.5 / np.sqrt(here.sum())
    levels = np.clip([0.5 - reach, 0.5, 0.5 + reach], 0, 1)
    low, middle, high = (int(month) for month in np.quantile(found.month[here], levels, method="inverted_cdf"))
    return {
        "median_month": middle + 1, "month_low": low + 1, "month_high": high + 1, "date": str(found.start + middle)
    }  # fmt: skip


def text(table: list[dict[str, Any]], base: str) -> str:
    """Where a scenario parts from its base, in words."""
    whole, *decisions = table
    if not whole["share"]:
        return f"{whole['scenario']} and {base}: {same(whole)}"
    lines = textwrap.wrap(
        f"{whole['scenario']} parts from {base} in {_sure(whole)} of {counted(whole['runs'])}, in the median {when(whole)}. "
        "What nations do otherwise in that first month, by share of runs with its Monte Carlo error, and the median month "
        "with its 95% interval:",
        WIDTH,
    )
    return "\n".join([*lines, *(line for row in decisions[:SHOWN] for line in _told(row))])


def same(whole: Mapping[str, Any]) -> str:
    """That no run parts, with what that leaves open."""
    return (
        f"the same choices in all {whole['months']} months that both have, in {counted(whole['runs'])}; "
        f"up to {at_most(whole['runs'])} of runs may part (95%)"
    )


def _told(row: dict[str, Any]) -> Iterator[str]:
    told = f"{_sure(row):>14}  {sentence(row)}"
    yield from textwrap.wrap(told, WIDTH, initial_indent="  ", subsequent_indent=" " * 18)


def _sure(row: Mapping[str, Any]) -> str:
    return percent_told(row["share"], error_of_share(row["share"] * row["runs"], row["runs"]))


def sentence(row: Mapping[str, Any]) -> str:
    """One decision of a table of ``rows`` in words, without its share of runs: who does what instead of what, and when."""
    nation, action = row["decision"].split(".")
    often = ", most often" if row["for_share"] < 1 else ""
    given_up = row["for"] and row["for"].split(".")[1] not in NOTHING_DONE
    if action in NOTHING_DONE and given_up:
        nothing = f"does nothing further ({_named(row['decision'])})"
        return f"{CAPITALS[nation]} {nothing}{often} in place of {_named(row['for'])}, {when(row)}"
    instead = f"{often} instead of {_named(row['for'])}" if given_up else ""
    return f"{CAPITALS[nation]} chooses {_named(row['decision'])}{instead}, {when(row)}"


def _named(move: str) -> str:
    """A move with what it means; the meaning alone where the name says nothing of what is not done."""
    nation, action = move.split(".")
    meaning = next((line.meaning for line in CHARACTERS[nation].menu if line.name == action), "of a menu of its own")
    return meaning if action in NOTHING_DONE else f"{plain(action)} ({meaning})"


def when(row: Mapping[str, Any]) -> str:
    """The median month of a row with its 95% interval: ``in July 2020 (month 3, 2 to 5)``."""
    date, (middle, low, high) = Month.parse(row["date"]), (row[name] for name in ("median_month", "month_low", "month_high"))
    return f"in {calendar.month_name[date.month]} {date.year} (month {middle}, {low} to {high})"
