"""The systems that the model must be able to speak of, row by row: does each one move what it should move?

A row has cases. Each runs the scenario that asks the question, measures the outcome that answers it, and runs it again under
the same luck with the row's mechanism switched off. What the switch changes must have the stated sign by more than three
Monte Carlo errors, or the mechanism carries nothing there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from experiments.estimates import error_of_mean
from experiments.plain import or_dash
from sim.model import Block, simulate_block
from sim.outcomes import OUTCOMES
from sim.recording import units
from sim.scenario import load_scenario
from sim.state import Array

BLOCK = 500  # runs simulated together, by convention
ERRORS = 3  # Monte Carlo errors that a switch must move its outcome by
INTERVAL = 1.96  # errors on either side of a mean in the table: 95%
NO_TALKS = ("parameters.talks.open=0",)
NO_MEDIATION = ("parameters.talks.mediation=0", "parameters.talks.endorsement=0")
NO_RIFT = ("parameters.council.rift_russia=0", "parameters.council.rift_china=0")
NO_SANCTIONS = ("initial.tier=1", "initial.coverage_exports=0", "initial.coverage_imports=0")
NO_PANDEMIC = ("initial.epidemic=0", "initial.pandemic_age=0")
OPEN_BORDER = (*NO_PANDEMIC, "initial.border=2", "initial.openness=1")
STRICT = ("parameters.sanctions.enforcement_china=0.99", "parameters.sanctions.enforcement_russia=0.99")
NO_BLOWS = ("parameters.programmes.struck=0", "parameters.programmes.clash=0", "parameters.programmes.tested=0")
USUAL_REWARD = ("parameters.memory.rewarded=1", "initial.promise=0.3")
HIGHER, LOWER = 1, -1


@dataclass(frozen=True)
class Case:
    """A scenario, the outcome that answers it, and a switch that must move it."""

    scenario: str
    outcome: str  # an outcome, or a recorded variable summed over what its path leaves open, mean over months
    switch: str  # what is switched off, or exchanged, in words
    off: tuple[str, ...]  # settings that do so
    moves: int  # HIGHER or LOWER: where the outcome must go
    spread: bool = False  # take the spread over months within a run instead of the mean


@dataclass(frozen=True)
class Row:
    """One system, the mechanisms that hold it, and the cases that show them at work."""

    name: str
    says: str
    mechanisms: tuple[str, ...]
    cases: tuple[Case, ...]


ROWS: tuple[Row, ...] = (
    Row("S1", "stalemate, and a third summit that positive signals bring nearer", ("talks", "domestic"), (
        Case("third-summit-push", "third_summit", "talks", NO_TALKS, LOWER),
        Case("third-summit-push", "stalemate", "the effect of openings", ("parameters.talks.opening=0",), HIGHER),
    )),
    Row("S2", "provocations wear off; where they do not pay, diplomacy takes their place", ("weapons", "memory"), (
        Case("provocation-never-pays", "salience", "habituation", ("parameters.salience.habituation=0",), HIGHER),
        Case("provocation-never-pays", "tests", "the lesson that nothing is gained", USUAL_REWARD, HIGHER),
        Case("provocation-never-pays", "contact", "the lesson that nothing is gained", USUAL_REWARD, LOWER),
    )),
    Row("S3", "patrons as leverage: support in the bargain, and help on the way to it", ("leverage", "talks", "finance"), (
        Case("patrons-40", "leverage", "the pledge of the patrons", ("parameters.finance.pledge=0",), LOWER),
        Case("patrons-40", "surplus.interim", "the pledge of the patrons", ("parameters.finance.pledge=0",), HIGHER),
        Case("patrons-40", "summit", "mediation and endorsement", NO_MEDIATION, LOWER),
    )),
    Row("S4", "messages, words, visits and exchanges build friendship", ("alignment", "meetings"), (
        Case("moscow-courts-harder", "affinity.north_korea_russia", "what conduct does to affinity",
             ("parameters.alignment.gain=0",), LOWER),
        Case("great-power-confrontation", "cooperation", "Moscow's consent to arms",
             ("parameters.meetings.arms=-10", "parameters.meetings.arms_rift=0"), LOWER),
    )),
    Row("S5", "shared history binds Pyongyang and Moscow", ("alignment",), (
        Case("baseline-2020", "affinity.north_korea_russia", "the shared history in the anchor",
             ("initial.anchor.north_korea_russia=0.1",), LOWER),
    )),
    Row("S6", "equidistance: a tightrope walked to draw support from both", ("alignment", "finance"), (
        Case("patron-rivalry", "patron_support_russia", "bidding", ("parameters.alignment.bidding=0",), LOWER),
        Case("patron-rivalry", "contact.russia", "Pyongyang's portfolio", ("parameters.alignment.portfolio=0",), LOWER),
    )),
    Row("S7", "trade with Russia collapses with the border, and is lumpy before", ("border", "trade"), (
        Case("baseline-2020", "russia_exports_level", "the closed border", OPEN_BORDER, HIGHER),
        Case("no-pandemic", "trade.russia.exports", "consignments", ("parameters.trade.lump=0",), LOWER, spread=True),
    )),
    Row("S8", "China first, Russia second: dependence by what a partner is hard to replace with", ("leverage", "trade"), (
        Case("baseline-2020", "dependence.north_korea.china", "scarcity of substitutes",
             ("parameters.trade.elasticity=12",), LOWER),
    )),
    Row("S9", "workers in Russia earn currency for one side and save labour cost for the other", ("labour",), (
        Case("russia-labour-gate", "labour_revenue", "Moscow's tolerance", ("parameters.labour.tolerated_share=0",), LOWER),
        Case("russia-labour-gate", "host_gain.russia", "Moscow's tolerance",
             ("parameters.labour.tolerated_share=0",), LOWER),
    )),
    Row("S10", "disarmament first against relief step by step", ("leverage", "deals"), (
        Case("phased-deal-offered", "leverage", "the phased demand", ("initial.sequencing=1",), LOWER),
        Case("patrons-0", "deal", "the phased demand", ("initial.sequencing=1",), LOWER),
    )),
    Row("S11", "vetoes, abstentions, and easing along the path that Washington opens", ("council",), (
        Case("easing-draft", "sanctions_change", "Washington's refusal", ("parameters.council.easing_base=4",), LOWER),
        Case("patrons-0", "sanctions_change", "the Council", ("parameters.council.sits=0",), HIGHER),
        Case("great-power-confrontation", "council_adopted", "the rift in the votes", NO_RIFT, HIGHER),
    )),
    Row("S12", "sanctions bite, are enforced and evaded", ("sanctions", "trade"), (
        Case("no-pandemic", "trade_recovery", "sanctions", NO_SANCTIONS, HIGHER),
        Case("lax-neighbours", "trade_recovery", "lax customs", STRICT, LOWER),
        Case("no-pandemic", "shadow_exports", "evasion", ("parameters.sanctions.evasion_ceiling=0",), LOWER),
    )),
    Row("S13", "gas and rail through the North need the consent of three and an exemption", ("projects", "council"), (
        Case("gas-and-rail", "gas_stage", "consent", ("parameters.projects.consent=0",), LOWER),
        Case("gas-and-rail", "rail_stage", "the exemption", ("events=[]",), LOWER),
    )),
    Row("S14", "requests to Seoul, with inducement or coercion, at a cost", ("coercion",), (
        Case("requests-to-seoul", "coercion_loss", "coercion", ("parameters.coercion.step=0",), LOWER),
        Case("requests-to-seoul", "requests_accepted", "coercion", ("parameters.coercion.step=0",), LOWER),
    )),
    Row("S15", "Beijing and Moscow depend on Seoul too, and Seoul can use it", ("coercion", "leverage"), (
        Case("requests-to-seoul", "coercion_loss", "the counter-lever", ("parameters.coercion.counter_step=0",), HIGHER),
    )),
    Row("S16", "Seoul's own equidistance and its track to the North", ("alignment", "projects"), (
        Case("seoul-hard-line", "seoul_equidistance", "what conduct does to affinity",
             ("parameters.alignment.gain=0",), HIGHER),
        Case("seoul-equidistance", "programmes_alive", "Seoul's effort", ("parameters.programmes.step=0",), LOWER),
    )),
    Row("S17", "programmes across the border are set back", ("projects",), (
        Case("seoul-hard-line", "programmes_alive", "blows to programmes", NO_BLOWS, HIGHER),
    )),
    Row("S18", "the pandemic as a shock to trade, labour and diplomacy", ("shocks", "border"), (
        Case("baseline-2020", "trade_recovery", "the pandemic", NO_PANDEMIC, HIGHER),
        Case("baseline-2020", "workers_end", "the pandemic", NO_PANDEMIC, HIGHER),
        Case("baseline-2020", "third_summit", "the pandemic", NO_PANDEMIC, HIGHER),
    )),
)  # fmt: skip


def measured(case: Case, block: Block) -> Array:
    """What the case asks for, one value per run."""
    if case.outcome in OUTCOMES:
        return block.outcomes[case.outcome].astype(float)
    columns = [name for name in block.trajectories if _names(case.outcome, name)]
    if not columns:
        raise ValueError(f"{case.outcome!r} is neither an outcome nor a recorded variable; see peninsula codebook")
    series = sum(block.trajectories[name] for name in columns)
    return np.asarray(np.std(series, axis=0) if case.spread else np.mean(series, axis=0))


def _names(path: str, column: str) -> bool:
    return column == path or fnmatchcase(column, f"{path}.*")


def unit(case: Case) -> str:
    """Unit of the outcome of a case."""
    if case.outcome in OUTCOMES:
        return OUTCOMES[case.outcome].unit
    return next(label for column, label in units().items() if _names(case.outcome, column))


class Trials:
    """Runs of scenarios under settings, each simulated once for all the cases that ask for it."""

    def __init__(self, *, runs: int, seed: int, rows: Iterable[Row]) -> None:
        self.runs, self.seed = runs, seed
        self._cases = [case for row in rows for case in row.cases]
        self._known: dict[tuple[str, tuple[str, ...]], dict[tuple[str, bool], Array]] = {}

    def values(self, case: Case, *, off: bool) -> Array:
        """The outcome of a case in every run, with its mechanism on or off."""
        key = (case.scenario, case.off if off else ())
        if key not in self._known:
            self._known[key] = self._simulate(*key)
        return self._known[key][case.outcome, case.spread]

    def _simulate(self, scenario: str, settings: Sequence[str]) -> dict[tuple[str, bool], Array]:
        """All that any case asks of this scenario, block by block, so that memory stays small."""
        asked = {(case.outcome, case.spread): case for case in self._cases if case.scenario == scenario}
        resolved = load_scenario(scenario, list(settings))
        parts: dict[tuple[str, bool], list[Array]] = {name: [] for name in asked}
        for first in range(0, self.runs, BLOCK):
            runs = min(BLOCK, self.runs - first)
            block = simulate_block(resolved, seed=self.seed, first_run=first, runs=runs, trajectories=True)
            for name, case in asked.items():
                parts[name].append(measured(case, block))
        return {name: np.concatenate(values) for name, values in parts.items()}


def answer(case: Case, trials: Trials) -> dict[str, Any]:
    """The measured answer with its interval, what the switch changes with its Monte Carlo error, and whether that holds."""
    on, off = trials.values(case, off=False), trials.values(case, off=True)
    change = off - on
    mean, error = float(on.mean()), error_of_mean(on)
    difference, difference_error = float(change.mean()), error_of_mean(change)
    surely = ERRORS * float(np.nan_to_num(difference_error))  # of a change that is the same in every run
    return {
        "scenario": case.scenario,
        "outcome": f"spread of {case.outcome}" if case.spread else case.outcome,
        "unit": unit(case),
        "mean": mean,
        "low": mean - INTERVAL * error,
        "high": mean + INTERVAL * error,
        "switch": case.switch,
        "settings": " ".join(case.off),
        "expected": "higher" if case.moves == HIGHER else "lower",
        "difference": difference,
        "difference_error": difference_error,
        "holds": case.moves * difference > surely,
    }


def table(*, runs: int, seed: int) -> list[dict[str, Any]]:
    """An entry for each case of each row."""
    trials = Trials(runs=runs, seed=seed, rows=ROWS)
    return [
        {"row": row.name, "says": row.says, "mechanisms": [f"sim/mechanisms/{name}.py" for name in row.mechanisms],
         "runs": runs, **answer(case, trials)}
        for row in ROWS for case in row.cases
    ]  # fmt: skip


def text(entries: Sequence[dict[str, Any]]) -> str:
    """The table for reading: each row with its cases."""
    lines: list[str] = []
    for place, entry in enumerate(entries):
        if place == 0 or entry["row"] != entries[place - 1]["row"]:
            lines += [f"{entry['row']:<4} {entry['says']}", f"     {', '.join(entry['mechanisms'])}"]
        lines += [
            f"     {entry['scenario']}: {entry['outcome']} {_answered(entry)} {entry['unit']}",
            f"         without {entry['switch']}: {_changed(entry)}, {_verdict(entry)}   [{entry['settings']}]",
        ]
    held = sum(entry["holds"] for entry in entries)
    lines.append(f"{entries[0]['runs']} runs a case, same luck on both sides; 95% intervals of means; Monte Carlo errors.")
    lines.append(f"{held} of {len(entries)} switches move their outcome as expected by more than {ERRORS} errors.")
    return "\n".join(lines)


def markdown(entries: Sequence[dict[str, Any]]) -> str:
    """The table as it stands in the documentation."""
    heads = ("row", "what it says", "mechanism", "scenario", "outcome", "answer (95%)", "switched off", "change (error)")
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for entry in entries:
        files = ", ".join(f"`{path.removeprefix('sim/mechanisms/')}`" for path in entry["mechanisms"])
        change = _changed(entry) if entry["holds"] else f"{_changed(entry)}, {_verdict(entry)}"
        cells = (entry["row"], entry["says"], files, f"`{entry['scenario']}`", f"`{entry['outcome']}`, {entry['unit']}",
                 _answered(entry), entry["switch"], change)  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _answered(entry: dict[str, Any]) -> str:
    known = entry["low"] == entry["low"]
    return f"{entry['mean']:.3g} ({entry['low']:.3g} to {entry['high']:.3g})" if known else f"{entry['mean']:.3g}"


def _changed(entry: dict[str, Any]) -> str:
    return f"{entry['difference']:+.3g} ({or_dash(entry['difference_error'], '.2g')})"


def _verdict(entry: dict[str, Any]) -> str:
    """Whether the change has its sign; undecided where the sign is right and the runs are too few."""
    if entry["holds"]:
        return "as expected"
    wanted = HIGHER if entry["expected"] == "higher" else LOWER
    if wanted * entry["difference"] > 0:
        return f"undecided: {entry['expected']}, by less than {ERRORS} errors"
    return f"EXPECTED {entry['expected'].upper()}"
