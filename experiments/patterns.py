"""Weapon tests of January 2012 to April 2020 as a pattern: what was put in, and what came out.

Counts are put in: base rates enter as log-priors. Clustering comes from one mechanism, readiness (a month of tests leaves
crews and ranges ready), and from how much nations weigh it. The same moments with readiness held at its neutral level,
with flat base rates and with shuffled weights show which part of the pattern rests on which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from experiments.estimates import error_of_mean
from experiments.plain import or_dash
from sim.actions import Effect
from sim.model import Peninsula
from sim.nations import CHARACTERS, NEUTRAL, Character
from sim.scenario import load_scenario
from sim.state import Array, total

SCENARIO = "history-2012"
# CSIS Beyond Parallel, 540 records, computed; tests are missile and nuclear events
RECORD = {
    "mean": 0.93,
    "variance_to_mean": 1.85,
    "any": 0.47,
    "any_after_any": 0.74,
    "any_after_none": 0.25,
    "severity_5": 0.09,
    "severity_4": 0.07,
}
Row = dict[str, float | str | None]


def moments(tests: Array, severity: Array) -> dict[str, float]:
    """Moments of monthly counts ``(months, R)``, each within runs and then averaged over runs; severity likewise. Each has
    its Monte Carlo error under ``<name>_error``.

    The two conditional shares leave out runs in which their condition never holds.
    """
    active = tests > 0
    after_any, after_none = _share_after(active, state=True), _share_after(active, state=False)
    mean = tests.mean(axis=0)
    within = {
        "mean": mean,
        "variance_to_mean": tests.var(axis=0)[mean > 0] / mean[mean > 0],
        "any": active.mean(axis=0),
        "any_after_any": after_any,
        "any_after_none": after_none,
        "difference": after_any - after_none,
        "severity_5": (severity >= 5).mean(axis=0),
        "severity_4": ((severity >= 4) & (severity < 5)).mean(axis=0),
    }
    known = {name: values[~np.isnan(values)] for name, values in within.items()}
    errors = {f"{name}_error": error_of_mean(values) for name, values in known.items()}
    return {name: float(values.mean()) for name, values in known.items()} | errors


def _share_after(active: np.ndarray, *, state: bool) -> Array:
    before = active[:-1] == state
    cases = before.sum(axis=0)
    return np.where(cases > 0, (active[1:] & before).sum(axis=0) / np.maximum(cases, 1), np.nan)


def flat(character: Character) -> Character:
    """The same nation with equal base rates for all actions of a slot and gate."""
    menu = []
    for action in character.menu:
        alike = [other.rate for other in character.menu if (other.slot, other.gate) == (action.slot, action.gate)]
        menu.append(replace(action, rate=sum(alike) / len(alike)))
    return replace(character, menu=tuple(menu))


def shuffled(character: Character, rng: np.random.Generator) -> Character:
    """The same nation with its standard weights dealt out anew among the features it cares about."""
    standard = character.weight_sets["standard"]
    dealt = dict(zip(standard, rng.permutation(list(standard.values())).tolist(), strict=True))
    return replace(character, weight_sets=MappingProxyType({**character.weight_sets, "standard": dealt}))


def unready(character: Character) -> Character:
    """The same nation, for which the worth of a test does not depend on readiness: held at its neutral level."""
    level = NEUTRAL["readiness"]
    menu = []
    for action in character.menu:
        effects = [
            Effect(effect.feature, effect.size * float(level)) if effect.given == "readiness" else effect  # type: ignore[arg-type]
            for effect in action.effects
        ]
        menu.append(replace(action, effects=tuple(effects)))
    return replace(character, menu=tuple(menu))


def table(*, runs: int, seed: int, shuffles: int) -> list[Row]:
    """Rows of moments: the record, the model, readiness held, flat base rates, shuffled weights."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = [{"row": "record, CSIS", **RECORD, "difference": RECORD["any_after_any"] - RECORD["any_after_none"]}]
    rows.append({"row": "model", **_simulated(CHARACTERS, runs, seed)})
    rows.append({"row": "readiness held", **_simulated({name: unready(c) for name, c in CHARACTERS.items()}, runs, seed)})
    rows.append({"row": "flat base rates", **_simulated({name: flat(c) for name, c in CHARACTERS.items()}, runs, seed)})
    for number in range(1, shuffles + 1):
        dealt = {name: shuffled(character, rng) for name, character in CHARACTERS.items()}
        rows.append({"row": f"shuffled weights {number}", **_simulated(dealt, runs, seed)})
    return rows


def _simulated(characters: Mapping[str, Character], runs: int, seed: int) -> dict[str, float]:
    scenario = load_scenario(SCENARIO)
    model = Peninsula(scenario, runs=runs, seed=seed, characters=characters)
    try:
        for _ in range(scenario.months):
            model.step()
        tests = np.stack([total(month) for month in model.course["tests"]])
        return moments(tests, model.course["severity"])
    finally:
        model.release()


def text(rows: list[Row]) -> str:
    """The table with aligned columns."""
    columns = [
        "mean",
        "variance_to_mean",
        "any",
        "any_after_any",
        "any_after_none",
        "difference",
        "severity_5",
        "severity_4",
    ]
    heads = ["mean", "var/mean", "P(any)", "P(any|any)", "P(any|0)", "difference", "P(sev 5)", "P(sev 4)"]
    lines = ["Weapon tests a month, January 2012 to April 2020", f"{'':<20}" + "".join(f"{head:>11}" for head in heads)]
    for row in rows:
        lines.append(f"{row['row']:<20}" + "".join(f"{row[column]:>11.2f}" for column in columns))
        if f"{columns[0]}_error" in row:
            lines.append(
                f"{'  Monte Carlo error':<20}"
                + "".join(f"{or_dash(row[f'{column}_error'], '.3f'):>11}" for column in columns)
            )
    lines.append("Shares after a month are taken within runs. Counts are put in as base rates; clustering comes in through")
    lines.append("readiness.")
    return "\n".join(lines)
