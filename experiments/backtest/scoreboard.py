"""The scoreboard: every entrant scored on every series from every cut-off, and the model's skill beside each baseline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from experiments.backtest import baselines, scores, targets
from experiments.backtest.cutoffs import CALIBRATED, CUTOFFS, MODEL, Cutoff, variants
from experiments.backtest.entries import Entry, growth_entries, meeting_entries, test_entries, trade_entries, trigger_entries
from experiments.batch import Progress
from experiments.ensembles import Ensemble, ensemble, part_of
from sim.history import frozen
from sim.state import Array

OWN = (MODEL, CALIBRATED)
TRADE = "all trade"
Row = dict[str, Any]


@dataclass(frozen=True)
class Backtest:
    """Entries by cut-off, and what figures need: the ensembles of each variant."""

    runs: int
    seed: int
    cutoffs: tuple[Cutoff, ...]
    entries: tuple[Entry, ...]
    ensembles: Mapping[tuple[Cutoff, str], Ensemble] = field(repr=False)


def backtest(
    cutoffs: Iterable[Cutoff] = CUTOFFS,
    *,
    runs: int,
    seed: int,
    posterior: str | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Run every variant of the model from every cut-off and score it beside the baselines.

    posterior: one to use from every cut-off, ``none`` for none; by default the shipped one that ends before each.
    Raises Hindsight when something reads beyond a cut-off, and what ``ensemble`` raises.
    """
    cutoffs = tuple(cutoffs)
    entries: list[Entry] = []
    made: dict[tuple[Cutoff, str], Ensemble] = {}
    worlds = {cutoff: variants(cutoff, posterior) for cutoff in cutoffs}
    whole, done = runs * sum(map(len, worlds.values())), 0
    for cutoff, scenarios in worlds.items():
        for name, scenario in scenarios.items():
            shown = part_of(progress, done, whole)
            made[cutoff, name] = ensemble(scenario, runs=runs, seed=seed, measure=targets.measure, jobs=jobs, progress=shown)
            done += runs
        entries += _scored(cutoff, {name: made[cutoff, name] for name in scenarios}, seed)
    return Backtest(runs, seed, cutoffs, tuple(entries), made)


def _scored(cutoff: Cutoff, ensembles: Mapping[str, Ensemble], seed: int) -> list[Entry]:
    """All entries of a cut-off; baselines are made while the world is frozen, and scored after."""
    rng = np.random.default_rng(seed)
    with frozen(cutoff.start):
        simple = baselines.tests(cutoff, rng)
    entries = list(test_entries(cutoff, ensembles, simple))
    for column in targets.TRADE:
        entries += trade_entries(column, cutoff, ensembles, rng)
    entries += growth_entries(cutoff, ensembles)
    entries += trigger_entries(cutoff, ensembles)
    entries += meeting_entries(cutoff, ensembles)
    return entries


# ---- tables ---------------------------------------------------------------------------------------------------


def table(found: Backtest) -> list[Row]:
    """Mean score by series, score and entrant: over all cut-offs, and from each."""
    rows: list[Row] = []
    for series, score in _distinct((entry.series, entry.score) for entry in found.entries):
        mine = [entry for entry in found.entries if (entry.series, entry.score) == (series, score)]
        for entrant in _distinct(entry.entrant for entry in mine):
            losses = {entry.cutoff: entry.losses for entry in mine if entry.entrant == entrant}
            row: Row = {"series": series, "score": score, "unit": mine[0].unit, "entrant": entrant}
            row |= {"items": sum(map(len, losses.values())), "mean": float(np.concatenate(list(losses.values())).mean())}
            row |= {str(cutoff): float(losses[cutoff].mean()) if cutoff in losses else None for cutoff in found.cutoffs}
            rows.append(row)
    return rows


def skills(found: Backtest) -> list[Row]:
    """Skill of the model beside every other entrant, by series and score, over the cut-offs that both have."""
    rows: list[Row] = []
    for series, score in _distinct((entry.series, entry.score) for entry in found.entries):
        if score not in scores.RANKED:
            continue
        mine = [entry for entry in found.entries if (entry.series, entry.score) == (series, score)]
        losses = {(entry.entrant, entry.cutoff): entry.losses for entry in mine}
        others = _distinct(entrant for entrant, _ in losses if entrant not in OWN)
        for own in OWN:
            rows += [row for other in others for row in _skill(series, score, own, other, losses, found.cutoffs)]
    return rows


def _skill(series: str, score: str, own: str, other: str, losses: Mapping[tuple[str, Cutoff], Array],
           cutoffs: Sequence[Cutoff]) -> list[Row]:  # fmt: skip
    both = [cutoff for cutoff in cutoffs if (own, cutoff) in losses and (other, cutoff) in losses]
    rows = []
    for label, chosen in (("all", both), *((str(cutoff), [cutoff]) for cutoff in both)):
        if not chosen or (label == "all" and len(both) < len(("one", "another"))):
            continue
        mine, theirs = ([losses[name, cutoff] for cutoff in chosen] for name in (own, other))
        if not np.concatenate(theirs).any():
            continue  # a perfect baseline: skill is not defined
        skill = scores.skill(mine, theirs)
        rows.append({
            "series": series, "score": score, "entrant": own, "baseline": other, "cut-off": label, "items": skill.items,
            "skill": skill.value, "low": skill.low, "high": skill.high, "verdict": skill.verdict,
        })  # fmt: skip
    return rows


def coverage(found: Backtest) -> list[Row]:
    """Share of observed periods inside the central bands of an entrant's ensemble, by series; and over all trade."""
    rows: list[Row] = []
    chosen = [entry for entry in found.entries if entry.score.startswith("inside")]
    for score, entrant in _distinct((entry.score, entry.entrant) for entry in chosen):
        mine = [entry for entry in chosen if (entry.score, entry.entrant) == (score, entrant)]
        for series in (*_distinct(entry.series for entry in mine), TRADE):
            hits = [
                entry.losses for entry in mine if entry.series == series or (series == TRADE and "trade" in entry.series)
            ]
            if hits:
                inside = np.concatenate(hits)
                row = {"series": series, "band": score, "entrant": entrant}
                rows.append({**row, "items": len(inside), "share": float(inside.mean())})
    return rows


def _distinct(items: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(items))
