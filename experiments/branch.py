"""A stored run branched: its history kept to a month, the rest run again many times with one move changed and unchanged.

Before the month every continuation is the stored run bit for bit: its parameters, weights and luck. From then on each has
fresh luck of its own, the same in both arms, so that differences between pairs come from the move alone. What is found
holds after this one history, not in general.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import compare
from experiments.batch import Progress
from experiments.conditions import Condition, outcome_of, parse, text_of
from experiments.ensembles import ensemble
from experiments.errors import UsageError, unknown
from experiments.estimates import at_most, error_of_mean, error_of_share, percent_told, wilson
from experiments.replay import Shelf, open_shelf, replayed, restored, stored_row
from experiments.writing import write_whole
from sim import __version__
from sim.chance import Chance
from sim.model import Peninsula
from sim.outcomes import OUTCOMES
from sim.scenario import Instruction, Scenario, ScenarioError, from_document
from sim.scenario.schema import written
from sim.state import Array, Month

FORCED, BANNED = "forced", "banned"
AT_FIRST, IN_ALL = "move in the first month", "move in all months"  # measured beside the outcomes
WIDTH = 110
FEW = 2048  # continuations that are done before one would look at a progress bar


class BranchedLuck(Chance):
    """Luck of R runs with one history: that of a stored run up to a month, their own from it on.

    kept: luck of the stored run, alone; at: the month; fresh: luck of R runs, None to keep that of the stored run.
    """

    def __init__(self, kept: Chance, at: Month, runs: int, fresh: Chance | None) -> None:
        super().__init__(kept.seed, kept.first_run, runs)
        self._kept = kept
        self._at = at
        self._fresh = fresh

    def once(self, stream: str) -> Array:
        """What belongs to the run and to no month is that of the stored run, ``(R,)``."""
        return np.repeat(self._kept.once(stream), self.runs)

    def monthly(self, kind: str, stream: str, date: Month) -> Array:
        """The draw of a stream in a month, ``(R,)``."""
        if self._fresh is not None and date >= self._at:
            return self._fresh.monthly(kind, stream, date)
        return np.repeat(self._kept.monthly(kind, stream, date), self.runs)


def branched(seed: int, first_run: int, runs: int, *, stored: tuple[int, int], at: Month) -> BranchedLuck:
    """Luck of continuations; stored: seed and number of the run that is branched, seed: of what comes after."""
    return BranchedLuck(Chance(*stored), at, runs, Chance(seed, first_run, runs))


@dataclass(frozen=True)
class Asked:
    """A move to change in a stored run: ``china.strict_enforcement``, in some months from one on."""

    run: int
    month: Month
    move: str
    how: str = FORCED
    months: int = 1

    @property
    def label(self) -> str:
        """What is changed, in a few words."""
        return f"{self.how}: {self.move.split('.')[1]}"

    @property
    def instruction(self) -> Instruction:
        """The change as a scenario says it."""
        nation, action = self.move.split(".")
        last = self.month + (self.months - 1)
        if self.how == FORCED:
            return Instruction(nation, force=action, first=self.month, last=last)
        return Instruction(nation, ban=(action,), first=self.month, last=last)


@dataclass(frozen=True)
class Branched:
    """What came of it. rows: as ``experiments.compare`` has them; differs: share of pairs in which an outcome differs."""

    scenario: str
    seed: int
    asked: Asked
    branch_seed: int
    runs: int
    rows: pd.DataFrame
    differs: Mapping[str, float]
    of_itself: float  # share of continuations that make the move in the first month with nothing changed
    made: float  # the same with the change
    made_in_all: float  # months of the period in which the changed continuations make it, mean share
    made_in_all_error: float  # its standard error

    @property
    def base(self) -> str:
        """The unchanged arm, in a few words."""
        return f"run {self.asked.run} unchanged"

    @property
    def title(self) -> str:
        """What the changed arm is compared with, in full."""
        return f"run {self.asked.run} of {self.scenario} from {self.asked.month} on, unchanged"

    def interval(self, share: float) -> tuple[float, float]:
        """95% interval of a share of the continuations."""
        return wilson(share * self.runs, self.runs)

    def told(self, share: float) -> str:
        """A share of the continuations with its interval."""
        low, high = self.interval(share)
        return f"{share:.1%} ({low:.1%} to {high:.1%})"

    def document(self) -> dict[str, Any]:
        """As JSON can hold it."""
        asked = self.asked
        return {
            "scenario": self.scenario, "seed": self.seed, "run": asked.run, "month": str(asked.month), "move": asked.move,
            "change": asked.how, "months": asked.months, "runs": self.runs, "branch_seed": self.branch_seed,
            "chosen_unchanged": self.of_itself, "chosen_unchanged_interval": self.interval(self.of_itself),
            "chosen_changed": self.made, "chosen_changed_interval": self.interval(self.made),
            "chosen_in_all_months": self.made_in_all, "chosen_in_all_months_error": self.made_in_all_error,
            "differs": dict(self.differs),
            "differs_interval": {name: self.interval(share) for name, share in self.differs.items()},
            "differences": json.loads(self.rows.to_json(orient="records")),
        }  # fmt: skip


def branch(directory: Path | str, asked: Asked, *, scenario: str | None = None, runs: int = 500, seed: int | None = None,
           outcomes: tuple[str, ...] = (), progress: Progress | None = None) -> Branched:  # fmt: skip
    """Branch a stored run. seed: of the luck after the month; without one it is derived from run and month.

    Raises UsageError for a run, a month, a move or an outcome that is not there, and for a forced move whose gate is closed
    in every continuation; and what ``experiments.replay`` raises when the replay differs from what is stored.
    """
    shelf = open_shelf(Path(directory), scenario)
    row = stored_row(shelf, asked.run)
    spec = restored(shelf)
    changed = _changed(spec, shelf, asked)
    wanted = parse(outcomes or list(OUTCOMES), list(OUTCOMES))
    replayed(shelf, asked.run, row)
    fresh = derived_seed(shelf, asked) if seed is None else seed
    arms = [_values(arm, shelf, asked, runs, fresh, progress) for arm in (spec, changed)]
    if asked.how == FORCED and not arms[1][AT_FIRST].any():
        raise UsageError(
            f"{asked.move} is not open in {asked.month} after the history of run {asked.run}: its gate is closed in all "
            f"{runs:,} continuations; choose another month"
        )
    return Branched(
        shelf.scenario, shelf.manifest.seed, asked, fresh, runs, _rows(arms, asked, wanted), _differs(arms, wanted),
        of_itself=float(arms[0][AT_FIRST].mean()), made=float(arms[1][AT_FIRST].mean()),
        made_in_all=float(arms[1][IN_ALL].mean()) / asked.months,
        made_in_all_error=np.nan_to_num(error_of_mean(arms[1][IN_ALL])).item() / asked.months,  # none where it is forced
    )  # fmt: skip


def derived_seed(shelf: Shelf, asked: Asked) -> int:
    """The same for every move in a month of a run, so that moves can be compared."""
    text = f"{shelf.manifest.seed}/{shelf.scenario}/{asked.run}/{asked.month}"
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "little")


def _changed(spec: Scenario, shelf: Shelf, asked: Asked) -> Scenario:
    """The scenario with the change; UsageError when it does not fit."""
    names = menus(spec)
    if asked.move not in names:
        raise unknown("move", asked.move, names)
    last = asked.month + (asked.months - 1)
    if not spec.start <= asked.month <= last <= spec.last_month:
        said = f"{asked.month}" if asked.months == 1 else f"{asked.month} to {last}"
        raise UsageError(f"{said} is outside {shelf.scenario}; its months are {spec.start} to {spec.last_month}")
    _check_free(spec, asked)
    document = spec.document()
    try:
        return from_document({**document, "moves": [*document.get("moves", []), written(asked.instruction)]})
    except ScenarioError as error:
        raise UsageError(f"{asked.move} {asked.how}: {error.lines[0].split(': ', 1)[1]}") from error


def _check_free(spec: Scenario, asked: Asked) -> None:
    """UsageError where the scenario itself bans a move that is to be forced, or forces one that is to be banned."""
    change = asked.instruction
    first, last = change.first or spec.start, change.last or spec.last_month
    for own in spec.moves:
        begins, ends = own.first or spec.start, own.last or spec.last_month
        against = change.force in own.ban if change.force else own.force in change.ban
        if own.nation == change.nation and against and begins <= last and first <= ends:
            does, always = "bans" if change.force else "forces", (begins, ends) == (spec.start, spec.last_month)
            when = "in all its months" if always else f"from {begins} to {ends}"
            mended = f"choose another move{'' if always else ', or other months'}"
            raise UsageError(f"the scenario {spec.name} itself {does} {asked.move} {when}; {mended}")


def menus(spec: Scenario) -> tuple[str, ...]:
    """The moves that the nations of a scenario have, ``china.food_aid``."""
    model = Peninsula(spec)
    model.release()
    return model.actions


def _values(
    spec: Scenario, shelf: Shelf, asked: Asked, runs: int, fresh: int, progress: Progress | None
) -> Mapping[str, Array]:
    luck = partial(branched, stored=(shelf.manifest.seed, asked.run), at=asked.month)
    measure = partial(measured, move=asked.move, first=asked.month - spec.start, months=asked.months)
    return ensemble(spec, runs=runs, seed=fresh, measure=measure, luck=luck, progress=progress).values


def measured(model: Peninsula, *, move: str, first: int, months: int) -> dict[str, Array]:
    """All outcomes, and whether and how often a move is made in some months; ``(R,)`` each."""
    made = model.course.chosen[first : first + months, model.actions.index(move)]
    outcomes = {name: outcome.measure(model.course) for name, outcome in OUTCOMES.items()}
    return {**outcomes, AT_FIRST: made[0].astype(np.float64), IN_ALL: made.sum(axis=0, dtype=np.float64)}


def _rows(arms: list[Mapping[str, Array]], asked: Asked, wanted: Sequence[Condition | str]) -> pd.DataFrame:
    rows = [row for each in wanted for row in compare.paired_rows(text_of(each), asked.label, _sides(arms, each))]
    return pd.DataFrame(rows, columns=list(compare.Row._fields))


def _sides(arms: list[Mapping[str, Array]], asked: Condition | str) -> tuple[compare.Values, compare.Values]:
    """What is asked for, in both arms."""
    before, after = (compare.valued(asked, np.asarray(arm[outcome_of(asked)], dtype=np.float64)) for arm in arms)
    return before, after


def _differs(arms: list[Mapping[str, Array]], wanted: Sequence[Condition | str]) -> dict[str, float]:
    """Share of pairs in which an outcome is not the same; two that do not apply are the same."""
    sides = {text_of(each): _sides(arms, each) for each in wanted}
    differ = {name: (before != after) & ~(np.isnan(before) & np.isnan(after)) for name, (before, after) in sides.items()}
    return {name: float(share.mean()) for name, share in differ.items()}


def text(found: Branched) -> str:
    """What came of it, as text of at most 110 columns."""
    asked = found.asked
    period = f"in {asked.month}" if asked.months == 1 else f"from {asked.month} to {asked.month + (asked.months - 1)}"
    head = (
        f"Run {asked.run} of {found.scenario} (seed {found.seed}) to the end of {asked.month + -1}, and {found.runs:,} "
        f"continuations with fresh luck (seed {found.branch_seed}), each once unchanged and once with {asked.move} "
        f"{asked.how} {period}."
    )
    did = f"In {asked.month} {found.told(found.of_itself)} of continuations choose it unforced, "
    did += f"{found.told(found.made)} with the change"
    if asked.how == FORCED and found.made_in_all < 1:
        where = percent_told(1 - found.made_in_all, found.made_in_all_error)
        did += f"; where its gate is closed it is not made, in {where} of months of the period"
    apart = "; ".join(_apart(found)) or f"no outcome in any; up to {at_most(found.runs)} may (95%)"
    parts = [
        *textwrap.wrap(head, WIDTH), *textwrap.wrap(f"{did}.", WIDTH), "",
        *textwrap.wrap(f"Share of continuations in which an outcome differs, with its error: {apart}.", WIDTH), "",
        compare.text(found.rows, found.base), "What is said holds after the history of this one run, not of the scenario.",
    ]  # fmt: skip
    return "\n".join(parts)


def _apart(found: Branched) -> list[str]:
    """Outcomes by the share of continuations in which they differ, largest first, those with the same share together."""
    groups: dict[float, list[str]] = {}
    for name, share in sorted(found.differs.items(), key=lambda item: -item[1]):
        if share:
            groups.setdefault(share, []).append(name)
    errors = {share: error_of_share(share * found.runs, found.runs) for share in groups}
    return [f"{percent_told(share, errors[share])} {', '.join(names)}" for share, names in groups.items()]


def draw(found: Branched, outcomes: tuple[str, ...], out: Path) -> list[Path]:
    """``branch.png`` and ``branch.svg`` in a directory, all rows in ``branch.csv``, and the whole in ``branch.json``."""
    from experiments.figures import differences, style
    from experiments.figures.tables import write_table

    out.mkdir(parents=True, exist_ok=True)
    data, whole = out / "branch.csv", out / "branch.json"
    write_table(found.rows, data)
    write_whole(whole, json.dumps(found.document(), indent=1).encode() + b"\n")
    shown = differences.panels(found.rows, outcomes)
    counted = f"{found.runs:,} continuations"
    footer = style.footer({"seed": found.branch_seed, "version": __version__}, [found.runs], counted=counted)
    with style.house_style():
        figure = differences.page(shown, found.title, footer)
    return [*style.save(figure, out / "branch"), data, whole]
