"""Whether tests halt by themselves: from January 2016, with no scripted talks or resolutions.

The record has one such halt, from December 2017 on. The same with flat base rates and with shuffled weights shows what it
rests on, and what counts and clustering rest on.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from experiments.estimates import wilson
from experiments.patterns import Row, flat, moments, shuffled
from sim.history import observed
from sim.model import Peninsula
from sim.nations import CHARACTERS, Character
from sim.scenario import load_scenario
from sim.state import Array, Flags, Month, total

START = Month(2016, 1)
WITHIN = 36  # months in which a halt may begin
LONG = 12  # months without a test that make a halt
KEPT = ("mean", "variance_to_mean", "any", "difference")  # moments of tests that stand beside the halts


def begins(active: Flags) -> Flags:
    """Whether twelve months without a test begin within the first 36, ``(R,)``; active: ``(months, R)``."""
    quiet = np.stack([~active[first : first + LONG].any(axis=0) for first in range(WITHIN)])
    return np.asarray(quiet.any(axis=0))


def table(*, runs: int, seed: int, shuffles: int) -> list[Row]:
    """Share of runs with a halt, and moments of tests: the record, the model, and the model with other rates and weights."""
    rng = np.random.default_rng(seed)
    variants: dict[str, Mapping[str, Character]] = {"model": CHARACTERS}
    variants["flat base rates"] = {name: flat(each) for name, each in CHARACTERS.items()}
    for number in range(1, shuffles + 1):
        variants[f"shuffled weights {number}"] = {name: shuffled(each, rng) for name, each in CHARACTERS.items()}
    return [_record(), *({"row": name, **_simulated(each, runs, seed)} for name, each in variants.items())]


def _record() -> Row:
    """The record of the same 48 months."""
    days = {each.month: each.value for each in observed("tests")}
    tests = np.array([[days[START + month]] for month in range(WITHIN + LONG)])
    said = moments(tests, np.zeros_like(tests))
    return {
        "row": "record",
        "halts": float(begins(tests > 0).mean()),
        "low": None,
        "high": None,
        **{name: said[name] for name in KEPT},
    }


def _simulated(characters: Mapping[str, Character], runs: int, seed: int) -> Row:
    scenario = load_scenario("from-history", [f"start={START}", f"months={WITHIN + LONG}"])
    model = Peninsula(scenario, runs=runs, seed=seed, characters=characters)
    try:
        for _ in range(scenario.months):
            model.step()
        tests: Array = np.stack([total(month) for month in model.course["tests"]])
        halted = begins(tests > 0)
        low, high = wilson(int(halted.sum()), runs)
        said = moments(tests, model.course["severity"])
        return {"halts": float(halted.mean()), "low": low, "high": high, **_kept(said)}
    finally:
        model.release()


def _kept(said: Mapping[str, float]) -> dict[str, float | str | None]:
    return {name: said[name] for kept in KEPT for name in (kept, f"{kept}_error")}
