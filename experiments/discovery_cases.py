"""What discovery works on: the runs of a stored batch, whether an event happened in each, and what may go with it.

Features are drawn parameters and weights, what the scenarios set differently, and, only when asked for, other outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments import definitions, questions, readers
from experiments.conditions import condition
from experiments.errors import UsageError, unknown
from experiments.manifest import Stored, read_manifest
from experiments.parts import OUTCOMES as TABLE
from sim.features import FEATURES
from sim.outcomes import OUTCOMES
from sim.parameters import GRADES, PARAMETERS
from sim.state import VARIABLES

Flags = NDArray[np.bool_]
DRAWN = ("parameters", "weights")
SCENARIO = "scenario"
EVERY = "outcomes"
NOT_SET = "as it stands"
TOLD = ("name", "title", "question", "extends", "record", "source", "sd")  # of a scenario, nothing that is set
MEANINGS: Mapping[str, str] = MappingProxyType({feature.name: feature.meaning for feature in FEATURES})
CAUTION = (
    "Outcomes stand among the conditions: they come about in the same run, some of them after the event or by it. What is "
    "said of them is no cause."
)


@dataclass(frozen=True)
class Feature:
    """Something that may go with the event. ``levels``: names of its categories by code; none for a number."""

    name: str
    meaning: str
    unit: str = ""
    grade: str = ""
    prior: str = ""
    levels: tuple[str, ...] = ()
    switch: bool = False  # set by the scenario, not drawn


@dataclass(frozen=True)
class Cases:
    """Rows of runs: ``values`` of the features, whether the event ``happened``, and the ``unit`` that is drawn anew.

    Rows of a unit share luck or a scenario, so a unit is fitted or held out as a whole.
    """

    event: str
    values: pd.DataFrame
    features: Mapping[str, Feature]
    happened: Flags
    unit: NDArray[np.int64]
    scenarios: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """What is asked of a batch: texts of conditions that make up the event, scenarios, outcomes among the conditions."""

    event: Sequence[str]
    scenarios: Sequence[str] = ()
    among: Sequence[str] = ()
    own: Sequence[definitions.Definition] = ()


def load(directory: Path | str, asked: Asked) -> Cases:
    """The cases of a stored batch.

    Raises UsageError for an event that is none, an unknown scenario or outcome; and what readers raise.
    """
    manifest = read_manifest(directory)
    names = readers.chosen(manifest, list(dict.fromkeys(asked.scenarios)))
    outcomes = questions.load(directory, asked.own)
    outcomes = outcomes[outcomes[SCENARIO].isin(names)].reset_index(drop=True)
    begun = set(outcomes[SCENARIO])
    if absent := [name for name in names if name not in begun]:
        raise UsageError(
            f"no run of {', '.join(absent)} has come to its end; go on with the batch, or name the others with --scenario"
        )
    known = [name for name in outcomes.columns if name not in (SCENARIO, "run")]
    conditions = [condition(text, known, outcomes) for text in asked.event]
    happened = np.logical_and.reduce([each.holds(outcomes) for each in conditions])
    stored = readers.columns_of(Path(directory), manifest, TABLE, names)
    wanted = [name for name in stored if name.partition(".")[0] in DRAWN]
    drawn = readers.read_outcomes(directory, ["status", *wanted], names)
    drawn = drawn[drawn["status"] == "ok"].reset_index(drop=True)
    scenario, run = (outcomes[name].astype(str).to_numpy() for name in (SCENARIO, "run"))
    points = len(names) > len(np.unique(run))
    unit = np.unique(scenario if points else run, return_inverse=True)[1].astype(np.int64)
    notes: list[str] = []
    values = _varying(drawn[wanted], scenario, run, notes, points=points)
    features = {str(name): _drawn(str(name)) for name in values}
    switches, settings = _switches([manifest.scenario(name) for name in names])
    features |= {feature.name: feature for feature in switches}
    others = _others(asked.among, outcomes, {each.outcome for each in conditions}, notes)
    features |= {str(name): _outcome(str(name), manifest.units.get(str(name), "")) for name in others}
    places = np.array([names.index(name) for name in scenario])
    values = pd.concat([values, settings.iloc[places].reset_index(drop=True), others], axis="columns")
    text = " and ".join(each.text for each in conditions)
    return Cases(text, values, features, happened, unit, tuple(names), notes)


def _varying(
    drawn: pd.DataFrame, scenario: NDArray[Any], run: NDArray[Any], notes: list[str], *, points: bool
) -> pd.DataFrame:
    """Columns that vary over runs and are the same in every scenario of a run.

    What a scenario sets, or draws from a prior or weight set of its own, is left to the switches. ``points``: many scenarios
    of few runs, of which draws are too few to tell anything.
    """
    if points:
        notes.append("There are more scenarios than runs of each: scenarios are fitted or held out, and draws are left out.")
        return drawn.iloc[:, :0]
    table = drawn.to_numpy()
    missing = np.isnan(table).any(axis=0)
    first, same = np.unique(run, return_index=True, return_inverse=True)[1:]
    differs = ~missing & (table != table[first[same]]).any(axis=0)
    within = np.any([np.ptp(table[scenario == name], axis=0) > 0 for name in np.unique(scenario)], axis=0)
    if clouded := int((differs & within).sum()):
        notes.append(
            f"{clouded} parameters and weights are drawn differently by scenario and left out: the scenario stands for "
            "them. With --scenario NAME they count."
        )
    if missing.any():
        notes.append(f"{int(missing.sum())} parameters and weights exist in some scenarios only and are left out.")
    return drawn[[name for name, kept in zip(drawn, ~missing & ~differs & within, strict=True) if kept]]


def _switches(scenarios: Sequence[Stored]) -> tuple[list[Feature], pd.DataFrame]:
    """What scenarios set differently, as features and as a table by scenario.

    In a sweep, where single values tell scenarios apart, one feature for each of them. Otherwise the name of the scenario,
    and numbers of which three or more are set.
    """
    names = [scenario.name for scenario in scenarios]
    leaves = [dict(_leaves(scenario.document)) for scenario in scenarios]
    different: dict[tuple[int, ...], tuple[str, list[Any]]] = {}  # by how a key divides the scenarios
    single = True
    for key in dict.fromkeys(key for each in leaves for key in each):
        found = [each.get(key, NOT_SET) for each in leaves]
        shown = [str(value) for value in found]
        if len(set(shown)) > 1:
            division = tuple(shown.index(text) for text in shown)
            single &= division not in different and not any(isinstance(value, list) for value in found)
            different.setdefault(division, (key, found))
    swept = single and len(set(zip(*different, strict=True))) == len(names)
    features, columns = [], {}
    if len(names) > 1 and not swept:
        columns[SCENARIO] = list(range(len(names)))
        features.append(Feature(SCENARIO, "the scenario that was run", levels=tuple(names), switch=True))
    for key, found in different.values():
        numeric = all(isinstance(value, int | float) for value in found)
        if swept or (numeric and len(set(found)) > 2):
            levels = () if numeric else tuple(sorted({str(value) for value in found}))
            columns[key] = found if numeric else [levels.index(str(value)) for value in found]
            features.append(_set_by_scenario(key, levels))
    return features, pd.DataFrame(columns, index=names, dtype=np.float64)


def _leaves(document: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Keys of a stored document with what stands there; lists are not taken apart."""
    if not isinstance(document, Mapping):
        yield path.removesuffix(".value"), document
        return
    for key, value in document.items():
        if key not in TOLD:
            yield from _leaves(value, f"{path}.{key}" if path else str(key))


def _others(among: Sequence[str], outcomes: pd.DataFrame, asked: set[str], notes: list[str]) -> pd.DataFrame:
    """Outcomes that are to be among the conditions, but for those of the event itself and those without a value."""
    known = [name for name in outcomes.columns if name not in (SCENARIO, "run")]
    for name in among:
        if name != EVERY and name not in known:
            raise unknown("outcome", name, [*known, EVERY])
        if name in asked:
            raise UsageError(f"{name} makes up the event and cannot be a condition of it; leave it out of --among")
    wanted = [name for name in known if name not in asked] if EVERY in among else list(dict.fromkeys(among))
    found = outcomes[wanted]
    holes = [name for name in wanted if found[name].isna().any()]
    if wanted:
        notes.append(CAUTION)
    if holes:
        notes.append(f"Left out, as they have no value in some runs: {', '.join(holes)}.")
    found = found.drop(columns=holes).astype(np.float64)
    return found.loc[:, found.nunique() > 1]


def _drawn(name: str) -> Feature:
    kind, _, rest = name.partition(".")
    if kind == "parameters":
        known = PARAMETERS[rest]
        return Feature(name, known.meaning, known.unit, GRADES[known.grade], str(known.prior))
    nation, _, last = rest.partition(".")
    chosen, _, feature = last.rpartition(".")
    which = f" in its set {chosen}" if chosen else ""
    said = f"weight that {nation}{which} puts on {feature}: {MEANINGS.get(feature, feature)}"
    return Feature(name, said, "share", GRADES["P"])


def _outcome(name: str, unit: str) -> Feature:
    known = OUTCOMES.get(name)
    if known is None:
        return Feature(name, "an outcome of one's own", unit)
    return Feature(name, f"outcome: {known.definition}", known.unit, levels=tuple(known.categories))


def _set_by_scenario(key: str, levels: tuple[str, ...]) -> Feature:
    kind, _, rest = key.partition(".")
    if kind == "parameters" and rest in PARAMETERS:
        known = PARAMETERS[rest]
        return Feature(key, f"set by the scenario: {known.meaning}", known.unit, levels=levels, switch=True)
    variable = VARIABLES.get(rest.partition(".")[0]) if kind == "initial" else None
    if variable is None:
        return Feature(key, "set by the scenario", levels=levels, switch=True)
    return Feature(key, f"set by the scenario: {variable.meaning}, at the start", variable.unit, levels=levels, switch=True)
