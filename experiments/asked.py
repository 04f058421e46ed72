"""Outcomes as experiments ask for them: by name, or a condition on one as a share of runs (``deal == freeze``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.conditions import condition, parse
from experiments.errors import UsageError
from sim.model import Peninsula
from sim.outcomes import OUTCOMES
from sim.state import FLOAT, Array


@dataclass(frozen=True)
class Asked:
    """A picklable measure of an ensemble: the outcomes asked for, ``(R,)`` each, by the text that asks for them."""

    outcomes: tuple[str, ...]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Asked:
        """Outcomes from their texts; UsageError for one that does not exist or has no order."""
        for text in texts:
            if text in OUTCOMES and OUTCOMES[text].kind == "category":
                example = f"{text}=={OUTCOMES[text].categories[-1]}"
                raise UsageError(f"{text} is a category and has no variance; ask for a share of runs, such as '{example}'")
        parse(texts, list(OUTCOMES))
        return cls(tuple(dict.fromkeys(texts)))

    def __call__(self, model: Peninsula) -> Mapping[str, Array]:
        """What is asked for, in a block of finished runs."""
        return {text: _measured(text, model) for text in self.outcomes}


def _measured(text: str, model: Peninsula) -> Array:
    if text in OUTCOMES:
        return OUTCOMES[text].measure(model.course)
    asked = condition(text, list(OUTCOMES))
    return asked.holds({asked.outcome: OUTCOMES[asked.outcome].measure(model.course)}).astype(FLOAT)


def unit_of(text: str) -> str:
    """The unit of an outcome asked for."""
    return OUTCOMES[text].unit if text in OUTCOMES else "share of runs"


def unfit(text: str, values: Array) -> str:
    """Why nothing can be said of what moves an outcome, in one line; nothing when it varies and has a value in all runs."""
    missing = float(np.isnan(values).mean())
    if missing:
        return f"{text} has no value in {100 * missing:.3g}% of {len(values):,} runs; ask for something that has one in each"
    if np.ptp(values) == 0:
        return f"{text} is {values[0]:g} in all {len(values):,} runs; there is nothing to explain"
    return ""
