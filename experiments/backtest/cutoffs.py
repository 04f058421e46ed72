"""The cut-offs, and the scenarios that may be run from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from experiments.errors import UsageError
from sim.history import frozen
from sim.parameters import posteriors
from sim.scenario import Scenario, load_scenario
from sim.state import NATIONS, Month

SCENARIO = "from-history"
END = Month(2022, 1)  # nothing is observed from here on
MONTHS = 24


@dataclass(frozen=True)
class Cutoff:
    """A month from which the world is not known, and the months that are scored from it."""

    start: Month
    months: int

    @classmethod
    def at(cls, start: Month, months: int = MONTHS) -> Cutoff:
        """A cut-off whose months end with the record; UsageError when nothing is left to score."""
        kept = min(months, END - start)
        if kept < 1:
            raise UsageError(f"nothing is observed from {start} on; the record ends in 2021-12")
        return cls(start, kept)

    def __str__(self) -> str:
        return str(self.start)


CUTOFFS: tuple[Cutoff, ...] = tuple(
    Cutoff.at(Month(year, month)) for year, month in ((2012, 1), (2014, 1), (2016, 1), (2018, 1), (2020, 5))
)

# Variants of the model that are run from every cut-off: what each changes in the scenario
MODEL, CALIBRATED, RANDOM, ALONE = "model (prior)", "model (calibrated)", "random agents", "agents alone"
VARIANTS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        MODEL: (),
        RANDOM: tuple(f"nations.{nation}.rule=random" for nation in NATIONS),
        # nobody answers conduct, expects an answer, or learns one
        ALONE: ("initial.reply=0", "parameters.decision.reply_gain=0", "parameters.decision.reciprocity=0"),
    }
)


def world(cutoff: Cutoff, settings: Sequence[str] = (), scenario: str | Path = SCENARIO) -> Scenario:
    """The scenario from a cut-off, made while the world is frozen there.

    Raises UsageError when the scenario scripts events, which are hindsight from the cut-off on.
    """
    with frozen(cutoff.start):
        made = load_scenario(scenario, [f"start={cutoff.start}", f"months={cutoff.months}", *settings])
    if made.events:
        raise UsageError(f"{made.name} scripts events after the cut-off {cutoff}; a backtest may know of none")
    return made


def posterior(cutoff: Cutoff) -> str | None:
    """The shipped posterior that used all data before a cut-off and none from it on; None where there is none."""
    name = f"to-{cutoff.start + -1}"
    return name if name in posteriors.names() else None


def _refuse_hindsight(name: str, cutoff: Cutoff) -> None:
    """UsageError for a posterior that was fitted to months of the cut-off or later. Only names say up to when: a table
    beside the scenario does not, and is refused too."""
    last = name.removeprefix("to-")
    if name not in posteriors.names():
        if name.endswith(".csv"):
            raise UsageError(f"nothing says up to when {name} was fitted; a backtest takes shipped posteriors (to-YYYY-MM)")
        return  # the scenario says that there is none
    if Month.parse(last) >= cutoff.start:
        raise UsageError(f"posterior {name} was fitted to months after the cut-off {cutoff}; name an earlier one, or none")


def variants(cutoff: Cutoff, chosen: str | None = None) -> dict[str, Scenario]:
    """Every variant of the model from a cut-off, the calibrated one where a posterior is named or shipped for it."""
    found = {name: world(cutoff, settings) for name, settings in VARIANTS.items()}
    name = chosen or posterior(cutoff)
    if name and name != "none":
        _refuse_hindsight(name, cutoff)
        found[CALIBRATED] = world(cutoff, [f"parameters.posterior={name}"])
    return found
