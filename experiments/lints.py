"""What in a stored batch deserves a second look before its numbers are used.

Five kinds, and failed runs: a scenario that changes nothing, replicates that are alike, an outcome that is the same in all
runs, a probability that is nothing or one in all runs or a variable that sits at its bound, a parameter outside its
documented range. Each is legal, and each is more often a slip than a finding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from experiments.estimates import wilson
from experiments.lint_sights import Sight
from experiments.manifest import read_manifest
from sim.outcomes import OUTCOMES as KNOWN
from sim.scenario import difference
from sim.scenario.advice import ranges

NOTHING, ALIKE, CONSTANT, SATURATED, RANGE, FAILED = "no change", "alike runs", "constant", "saturated", "range", "failed"
KINDS = (FAILED, NOTHING, ALIKE, CONSTANT, SATURATED, RANGE)
QUICK = (NOTHING, ALIKE, RANGE)  # what a batch says at its end
QUICK_RUNS = 1000  # of each scenario that it looks at, so that the end of a large batch does not wait
SITS = 0.99  # share of run-months from which a variable is said to sit at its bound
SHOWN = 6  # names in a line; all are in the list of outcomes
NO_REMARK = "nothing to remark"


@dataclass(frozen=True)
class Remark:
    """One finding. outcomes: outcomes, state variables or keys it is about; meaning and advice: a sentence each."""

    kind: str
    scenario: str
    outcomes: tuple[str, ...]
    meaning: str
    advice: str

    @property
    def about(self) -> str:
        """The first names of what it is about, and how many more there are."""
        shown, more = ", ".join(self.outcomes[:SHOWN]), len(self.outcomes) - SHOWN
        return f"{shown} and {more} more" if more > 0 else shown

    def __str__(self) -> str:
        about = f": {self.about}" if self.outcomes else ""
        return f"{self.kind}, {self.scenario}{about}: {self.meaning}; {self.advice}"


def remarks(directory: Path | str, kinds: Collection[str] = KINDS, runs: int | None = None) -> list[Remark]:
    """What is to be remarked of a stored batch, by scenario in the order in which they are stored.

    kinds: those looked for; runs: the first so many of each scenario, all without. Raises what readers raise.
    """
    manifest = read_manifest(directory)
    looked = manifest.runs if runs is None else min(runs, manifest.runs)
    sights = [Sight(Path(directory), manifest, stored, looked) for stored in manifest.scenarios]
    found = [
        remark for sight in sights for kind in KINDS if kind in kinds and kind in LOOKS for remark in LOOKS[kind](sight)
    ]
    if NOTHING in kinds:
        found += _no_change(sights)
    place = {stored.name: number for number, stored in enumerate(manifest.scenarios)}
    return sorted(found, key=lambda remark: (place[remark.scenario], KINDS.index(remark.kind)))


def shared(found: Sequence[Remark]) -> list[Remark]:
    """The remarks, those of which the same is to be said of several scenarios as one with their names."""
    alike: dict[Remark, list[str]] = {}
    for remark in found:
        alike.setdefault(replace(remark, scenario=""), []).append(remark.scenario)
    return [replace(remark, scenario=", ".join(scenarios)) for remark, scenarios in alike.items()]


def text(found: Sequence[Remark]) -> str:
    """A line for each, or one that there is none."""
    return "\n".join(map(str, shared(found))) or NO_REMARK


def _failed(sight: Sight) -> Iterator[Remark]:
    good, message = sight.status
    count = int((~good).sum())
    if count:
        low, high = wilson(count, good.size)
        meaning = f"{count:,} of {good.size:,} runs failed ({low:.2%} to {high:.2%}) and are left out; the first: {message}"
        yield Remark(
            FAILED, sight.name, (), meaning, "numbers hold for the rest alone; see whether failures go with a cause"
        )


def _alike(sight: Sight) -> Iterator[Remark]:
    """Runs of a scenario that have the same outcomes as another run of it."""
    good, _ = sight.status
    hashes = sight.seen[0][good]
    if hashes.size <= 1:
        return
    different = np.unique(hashes).size
    if different == 1:
        meaning = f"all {hashes.size:,} runs have the same outcomes: no luck is at work, and no number has an error"
        yield Remark(ALIKE, sight.name, (), meaning, "look for priors that are all fixed or for a plug-in without dice")
    elif different < hashes.size:
        repeats = hashes.size - different
        low, high = wilson(repeats, hashes.size)
        meaning = f"{repeats:,} of {hashes.size:,} runs ({low:.2%} to {high:.2%}) repeat the outcomes of an earlier run"
        yield Remark(ALIKE, sight.name, (), meaning, "errors count them as independent; see why luck does not reach them")


def _constant(sight: Sight) -> Iterator[Remark]:
    """Outcomes with one value, or with none, in all runs; shares of yes and no are told as saturated."""
    span = sight.seen[1]
    runs = int(sight.status[0].sum())
    if runs <= 1:
        return
    same = {
        name: _labelled(name, low)
        for name, (low, high, n, yes_no) in span.items()
        if n > 1 and low == high and not (yes_no and _is_share(name))
    }
    if same:
        told = ", ".join(f"{name} {value}" for name, value in list(same.items())[:SHOWN])
        meaning = f"the same in all runs that have a value ({told})"
        yield Remark(
            CONSTANT, sight.name, tuple(same), meaning, "a figure of it shows nothing; is the period too short for it?"
        )
    none = tuple(name for name, (_, _, n, _) in span.items() if not n)
    if none:
        meaning = f"no value in any of {runs:,} runs: what it asks about did not arise"
        yield Remark(CONSTANT, sight.name, none, meaning, "leave it out, or ask for the event before asking for its date")


def _is_share(name: str) -> bool:
    return name not in KNOWN or KNOWN[name].kind == "share"


def _labelled(name: str, value: float) -> str:
    categories = KNOWN[name].categories if name in KNOWN else ()
    return categories[int(value)] if categories else f"{value:g}"


def _saturated(sight: Sight) -> Iterator[Remark]:
    """Yes-or-no outcomes without a single no or yes, and variables that sit at a bound."""
    groups: dict[tuple[float, int], list[str]] = {}
    for name, (low, high, n, yes_no) in sight.seen[1].items():
        if n > 1 and low == high and yes_no and _is_share(name):
            groups.setdefault((low, n), []).append(name)
    for (value, n), names in groups.items():
        low, high = wilson(value * n, n)
        said = f"yes in all {n:,} runs: its probability is {low:.2%} or more" if value else (
            f"yes in none of {n:,} runs: its probability is up to {high:.2%}")  # fmt: skip
        advice = "not certain but beyond these runs; more runs narrow the bound, a longer period may bring it about"
        yield Remark(SATURATED, sight.name, tuple(names), f"{said} (95%)", advice)
    sits: dict[str, list[str]] = {"lowest": [], "highest": []}
    for name, variable, values in sight.states():
        known = values[~np.isnan(values)]
        for end, at in (("lowest", known <= np.float32(variable.low)), ("highest", known >= np.float32(variable.high))):
            if known.size and at.mean() > SITS:
                sits[end].append(name)
    for end, names in sits.items():
        if names:
            meaning = f"at the {end} value of its range in more than {SITS:.0%} of run-months"
            advice = f"what would {'lower' if end == 'lowest' else 'raise'} it cannot show; is it meant to stand there?"
            yield Remark(SATURATED, sight.name, tuple(names), meaning, advice)


def _range(sight: Sight) -> Iterator[Remark]:
    """Parameters as the stored document sets them."""
    if isinstance(sight.scenario, str):
        advice = "results stand as they were computed; restore the version that ran the batch, or run it again"
        yield Remark(RANGE, sight.name, (), f"this version refuses the stored scenario ({sight.scenario})", advice)
        return
    for line in ranges(sight.scenario):
        name, said = line.split(" is ", 1)
        advice = "results rest on a value beyond what is documented; say so where you report them, or change it"
        yield Remark(RANGE, sight.name, (name,), f"it is {said}", advice)


LOOKS = {FAILED: _failed, ALIKE: _alike, CONSTANT: _constant, SATURATED: _saturated, RANGE: _range}


# ---- scenarios that change nothing ----------------------------------------------------------------------------


def _no_change(sights: Sequence[Sight]) -> Iterator[Remark]:
    """Scenarios with the outcomes of their parent in every run, or of an earlier scenario where no parent is stored."""
    groups: dict[bytes, list[Sight]] = {}
    for sight in sights:
        if sight.seen[0].any():
            groups.setdefault(sha256(sight.seen[0].tobytes()).digest(), []).append(sight)
    for alike in (group for group in groups.values() if len(group) > 1):
        names = [sight.name for sight in alike]
        for place, sight in enumerate(alike):
            parents = [name for name in sight.stored.document.get("extends", ()) if name in names]
            children = any(sight.name in other.stored.document.get("extends", ()) for other in alike[:place])
            if parents or (place and not children):
                yield _as_another(sight, alike[names.index(parents[0] if parents else names[0])])


def _as_another(sight: Sight, other: Sight) -> Remark:
    runs = int(sight.status[0].sum())
    if sight.stored.digest == other.stored.digest:
        meaning = f"it is {other.name} under another name, and has its outcomes in all {runs:,} runs"
        return Remark(NOTHING, sight.name, (), meaning, "leave one of the two out, or check that the change was saved")
    low = wilson(0, runs)[1]
    meaning = f"under the same luck all {runs:,} runs have the outcomes of {other.name}: none of these keys moved one"
    advice = f"at most {low:.2%} of runs would differ (95%); is a key out of reach, too small, or too late?"
    return Remark(NOTHING, sight.name, _keys(sight, other), meaning, advice)


def _keys(sight: Sight, other: Sight) -> tuple[str, ...]:
    """What one scenario sets differently from another."""
    if isinstance(sight.scenario, str) or isinstance(other.scenario, str):
        return ()
    plain = [replace(each, name="", title="", question="") for each in (other.scenario, sight.scenario)]
    return tuple(change.key for change in difference(plain[0], plain[1]))
