"""Losses of every entrant, series by series, from one cut-off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from experiments.backtest import baselines, scores, targets
from experiments.backtest.cutoffs import Cutoff
from experiments.backtest.targets import QUARTER, YEAR
from experiments.ensembles import Ensemble
from sim.history import frozen
from sim.state import Array, Flags

EVENTS = "events"


@dataclass(frozen=True)
class Entry:
    """Losses (or hits, for bands and directions) of an entrant, one for each item, ``(items,)``.

    said: probabilities given, where the items are yes or no; happened: what was observed
    """

    cutoff: Cutoff
    series: str
    score: str
    unit: str
    entrant: str
    losses: Array
    said: Array | None = None
    happened: Flags | None = None


def test_entries(cutoff: Cutoff, ensembles: Mapping[str, Ensemble], simple: Mapping[str, Array]) -> Iterator[Entry]:
    """Any test and number of days with a test, by month and by quarter."""
    own = {name: targets.series(each, "tests", cutoff.months) for name, each in ensembles.items()}
    seen = targets.tests(cutoff)
    for label, length in (("month", 1), ("quarter", QUARTER)):
        outcome = _summed(seen[:, None], length)[:, 0]
        for name, paths in {**own, **simple}.items():
            counts = _summed(paths, length)
            said = scores.chance(counts > 0, baselines.cases(name, cutoff, length))
            if name == baselines.SURE:  # at its word
                said = (counts[:, 0] > 0).astype(np.float64)
            yield from _any(cutoff, f"any test in a {label}", name, said, outcome > 0)
            if name not in baselines.NO_COUNTS:
                yield Entry(cutoff, f"tests in a {label}", "CRPS", EVENTS, name, scores.crps(counts, outcome))


def _summed(months: Array, length: int) -> Array:
    """Sums over consecutive months, ``(periods, members)``; months left over at the end do not count."""
    kept = len(months) // length * length
    return months[:kept].reshape(-1, length, months.shape[1]).sum(axis=1)


def _any(cutoff: Cutoff, series: str, entrant: str, said: Array, outcome: Flags) -> Iterator[Entry]:
    if entrant == baselines.HALF:
        said = np.full(len(said), 0.5)
    yield Entry(cutoff, series, "Brier", "", entrant, scores.brier(said, outcome), said, outcome)
    if entrant != baselines.SURE:  # which the log score would send to infinity
        yield Entry(cutoff, series, "log", "nats", entrant, scores.log(said, outcome), said, outcome)


def trade_entries(column: str, cutoff: Cutoff, ensembles: Mapping[str, Ensemble], rng: np.random.Generator) -> list[Entry]:
    """Trade over each observed period: CRPS, direction against the last value, coverage of central bands."""
    periods = targets.periods(column, cutoff)
    if not periods:
        return []
    seen = np.array([period.value for period in periods])
    with frozen(cutoff.start):
        last = baselines.last_trade(column, cutoff)
        simple = [baselines.trade(column, cutoff, period, rng) for period in periods]
    entries = []
    members = {name: [samples[name] for samples in simple] for name in simple[0]}
    for name, each in ensembles.items():
        months = targets.series(each, column, cutoff.months)
        members[name] = [targets.over(months, period) for period in periods]
    for name, samples in members.items():
        ensemble = np.stack(samples)
        entries.append(Entry(cutoff, column, "CRPS", "m USD/month", name, scores.crps(ensemble, seen)))
        entries += _bands(cutoff, column, name, ensemble, seen)
        middle = np.median(ensemble, axis=1)
        if name != baselines.WALK and not np.isclose(middle, last).any():  # who says that nothing changes gives no direction
            right = (middle > last) == (seen > last)
            entries.append(Entry(cutoff, column, "direction", "share right", name, right.astype(np.float64)))
    return entries


def _bands(cutoff: Cutoff, series: str, name: str, members: Array, seen: Array) -> list[Entry]:
    if members.shape[1] < scores.FEWEST:
        return []
    return [
        Entry(cutoff, series, f"inside {band}%", "share", name, scores.inside(members, seen, band)) for band in scores.BANDS
    ]


def growth_entries(cutoff: Cutoff, ensembles: Mapping[str, Ensemble]) -> list[Entry]:
    """Growth of whole years after the cut-off."""
    periods = [period for period in targets.periods("growth", cutoff) if period.months == YEAR]
    if not periods:
        return []
    seen = np.array([period.value for period in periods])
    with frozen(cutoff.start):
        simple = baselines.growth(cutoff)
    members = {name: np.stack([samples] * len(periods)) for name, samples in simple.items()}
    for name, each in ensembles.items():
        months = targets.series(each, "growth", cutoff.months)
        members[name] = np.stack([targets.over(months, period) for period in periods])
    entries = [Entry(cutoff, "growth", "CRPS", "%/year", name, scores.crps(each, seen)) for name, each in members.items()]
    return entries + [band for name, each in members.items() for band in _bands(cutoff, "growth", name, each, seen)]


def trigger_entries(cutoff: Cutoff, ensembles: Mapping[str, Ensemble]) -> list[Entry]:
    """Whether the Council adopts a resolution within three months, given an event of severity 4 or 5."""
    end = cutoff.start + (cutoff.months - targets.WITHIN)
    seen = targets.triggers(cutoff.start, end)
    if not seen:
        return []
    outcome = np.array([followed for _, _, followed in seen])
    with frozen(cutoff.start):
        simple = {level: baselines.adoption(cutoff, level) for level in targets.LEVELS}
    said: dict[str, list[float]] = {}
    for _, level, _ in seen:
        for name, each in ensembles.items():
            events, answered = (each.values[f"{what}.{level}"].sum() for what in ("events", "answered"))
            said.setdefault(name, []).append(float((answered + 0.5) / (events + 1)))
        for name, probability in simple[level].items():
            said.setdefault(name, []).append(probability)
    return _brier(cutoff, "resolution after an event", said, outcome)


def meeting_entries(cutoff: Cutoff, ensembles: Mapping[str, Ensemble]) -> list[Entry]:
    """Whether Pyongyang's leader meets that of each of four nations within twelve months."""
    if cutoff.months < YEAR:
        return []
    said: dict[str, list[float]] = {}
    outcome = []
    for nation in targets.LEADERS:
        outcome.append(targets.monthly(f"meetings.{nation}", cutoff.start, YEAR).any())
        with frozen(cutoff.start):
            simple = baselines.meeting(nation, cutoff)
        for name, each in ensembles.items():
            met = targets.series(each, f"meetings.{nation}", YEAR).max(axis=0) > 0
            said.setdefault(name, []).append(float(scores.chance(met)))
        for name, probability in simple.items():
            said.setdefault(name, []).append(probability)
    return _brier(cutoff, "leaders' meeting within a year", said, np.array(outcome))


def _brier(cutoff: Cutoff, series: str, said: Mapping[str, list[float]], outcome: Flags) -> list[Entry]:
    """Entries of the entrants that say something of every item."""
    return [
        Entry(cutoff, series, "Brier", "", name, scores.brier(np.array(given), outcome), np.array(given), outcome)
        for name, given in said.items()
        if len(given) == len(outcome)
    ]
