"""A stored run explained: replayed alone, compared with what is stored bit for bit, told, and placed in its batch.

``typical`` is the run with the smallest mean absolute rank distance from the middle: every numeric outcome that applies in
all runs ranks the runs from 0 to 1 (ties share a rank), and the distance of a rank from 1/2 is averaged over outcomes.
A tail that is a condition chooses the most typical of the runs that meet it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from pkgutil import resolve_name

import numpy as np
from numpy.typing import NDArray

from experiments import manifest as manifests
from experiments import story, summary
from experiments.conditions import compares, condition
from experiments.errors import UsageError, quoted, unknown
from experiments.estimates import wilson
from experiments.plain import counted
from experiments.replay import Row, RunFailed, Shelf, Values, differs, open_shelf, replayed, restored, stored_row
from sim.chronicle import chronicle

Story = story.Story
WHICH = "say which run: --run K, --typical, or --tail OUTCOME with or without --low"
TYPICAL = "--typical, the smallest mean distance of its ranks from the middle over all numeric outcomes"


def explain(directory: Path | str, *, scenario: str | None = None, run: int | None = None, typical: bool = False,
            tail: str | None = None, low: bool = False) -> Story:  # fmt: skip
    """The story of a stored run with its place in the batch. Exactly one of ``run``, ``typical`` and ``tail`` chooses it.

    Raises UsageError, StorageError, RunFailed, and StoredDataDamaged if the replay differs from what is stored.
    """
    _check_which({"--run": run is not None, "--typical": typical, "--tail": tail is not None}, low)
    return explain_from(open_shelf(Path(directory), scenario), run=run, tail=tail, low=low)


def _check_which(ways: Mapping[str, bool], low: bool) -> None:
    """UsageError unless a run is chosen in one way, and ``--low`` only beside ``--tail``."""
    given = [way for way, said in ways.items() if said]
    if not given:
        raise UsageError(WHICH)
    if len(given) > 1:
        were = "were both given" if len(given) == 2 else "were all given"
        raise UsageError(f"{' and '.join(given)} {were}; keep one")
    if low and not ways["--tail"]:
        raise UsageError(f"--low belongs to --tail OUTCOME; leave out --low or {given[0]}")


def explain_from(shelf: Shelf, *, run: int | None = None, tail: str | None = None, low: bool = False) -> Story:
    """As ``explain``, of a shelf that is open, for several stories of a scenario; typical without ``run`` and ``tail``."""
    number, chosen_by = _choose(shelf, run, tail, low)
    row = stored_row(shelf, number)
    spec = restored(shelf)
    compared = replayed(shelf, number, row)
    told = chronicle(spec, seed=shelf.manifest.seed, run=number)
    _same_story(told, row, shelf)
    return {
        **told,
        "batch": {"directory": str(shelf.directory), "runs": shelf.manifest.runs, "chosen_by": chosen_by},
        "replay": {"compared": compared, "same_source": shelf.manifest.model == manifests.model_digest()},
        "place": placed(shelf, row),
    }


def _choose(shelf: Shelf, run: int | None, tail: str | None, low: bool) -> tuple[int, str]:
    """The number of a run, and how it was chosen."""
    if run is not None:
        return run, "--run"
    if tail is not None:
        if compares(tail):
            return _where(shelf, tail, low)
        return at_the_tail(shelf, tail, low), f"--tail, the {'lowest' if low else 'highest'} {tail}"
    return most_typical(shelf), TYPICAL


def _where(shelf: Shelf, tail: str, low: bool) -> tuple[int, str]:
    """The most typical of the runs that meet a condition."""
    if low:
        raise UsageError("--low belongs to --tail with an outcome and not with a condition; leave it out")
    asked = condition(tail, shelf.names())
    met = asked.holds({asked.outcome: shelf.outcome(asked.outcome)})
    if not met.any():
        raise UsageError(f"no run of {shelf.scenario} meets {quoted(tail)}; ask for what happens in some")
    return most_typical(shelf, met), f"--tail, the most typical of {counted(int(met.sum()))} with {tail}"


def _same_story(told: Story, row: Row, shelf: Shelf) -> None:
    """The story must be that of the stored run: the same outcomes and the same number of every move that it tells."""
    values = {name: labelled(name, float(row[name][0].as_py())) for name in told["outcomes"]}
    counts: dict[str, int] = {}
    for month in told["months"]:
        for move in month["moves"]:
            key = f"moves.{move['nation']}.{move['action']}"
            counts[key] = counts.get(key, 0) + 1
    wrong = [f"outcome {name} as told" for name, value in told["outcomes"].items() if value != values[name]]
    wrong += [f"{key} as told" for key, count in counts.items() if row[key][0].as_py() != count]
    if wrong:
        raise differs(shelf, told["run"], wrong)


# ---- the place of a run in its batch ---------------------------------------------------------------------------


def labelled(name: str, value: float) -> float | str | None:
    """The value of an outcome as a chronicle has it: a number, a category, or None where it does not apply."""
    if np.isnan(value):
        return None
    categories = resolve_name(summary.CODEBOOK)[name].categories
    return categories[int(value)] if categories else value


def placed(shelf: Shelf, row: Row) -> Story:
    """By outcome: for numbers the percentile among the runs to which it applies (half of its ties count as below), for
    events and categories the share of runs alike; where it does not apply, the share of runs to which it does not either.
    Each with its 95% interval, ``low`` to ``high``."""
    codebook = resolve_name(summary.CODEBOOK)
    found: Story = {}
    for name in shelf.names():
        value, values = float(row[name][0].as_py()), shelf.outcome(name)
        valid = values[~np.isnan(values)]
        kind = codebook[name].kind if name in codebook else "number"
        event = kind == "share" and bool(np.isin(valid, (0.0, 1.0)).all())
        if np.isnan(value):
            found[name] = {**_alike(np.isnan(values)), "applies": False}
        elif kind == "category" or event:
            found[name] = {**_alike(values == value), "applies": True}
        else:
            rank, n = percent_rank(valid, value), len(valid)
            low, high = wilson(rank * n, n)
            found[name] = {"percentile": 100 * rank, "low": 100 * low, "high": 100 * high, "of": n, "applies": True}
    return found


def _alike(same: NDArray[np.bool_]) -> Story:
    low, high = wilson(int(same.sum()), same.size)
    return {"alike": float(same.mean()), "low": low, "high": high}


def percent_rank(values: Values, value: float) -> float:
    """Share of values below, half of the equal ones included, 0-1."""
    return float(((values < value).sum() + (values == value).sum() / 2) / len(values))


def most_typical(shelf: Shelf, among: NDArray[np.bool_] | None = None) -> int:
    """The run with the smallest mean absolute rank distance from the middle; of equal ones the first.

    ``among``: runs to choose from, of those that did not fail; their ranks are still those among all.
    """
    runs = _some(shelf)
    distance, counted = np.zeros(len(runs)), 0
    codebook = resolve_name(summary.CODEBOOK)
    for name in shelf.names():
        values = shelf.outcome(name)
        if (name in codebook and codebook[name].kind == "category") or np.isnan(values).any():
            continue
        ordered = np.sort(values)
        below, up_to = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
        distance += np.abs((below + up_to) / 2 / len(values) - 0.5)
        counted += 1
    if not counted:
        raise UsageError(f"no numeric outcome applies in every run of {shelf.scenario}; choose with --run or --tail")
    return int(runs[np.argmin(distance if among is None else np.where(among, distance, np.inf))])


def at_the_tail(shelf: Shelf, outcome: str, low: bool) -> int:
    """The run with the highest or lowest value; of equal ones the first. Categories count in their order."""
    if outcome not in shelf.names():
        raise unknown("outcome", outcome, shelf.names())
    known = resolve_name(summary.CODEBOOK).get(outcome)
    if known is not None and known.kind == "category" and not known.ordered:
        example = f"--tail '{outcome}=={known.categories[-1]}'"
        raise UsageError(f"the categories of {outcome} have no order, so none is the highest; choose one, such as {example}")
    runs, values = _some(shelf), shelf.outcome(outcome)
    if np.isnan(values).all():
        raise UsageError(f"{outcome} applies to no run of {shelf.scenario}")
    return int(runs[np.nanargmin(values) if low else np.nanargmax(values)])


def _some(shelf: Shelf) -> NDArray[np.int64]:
    runs = shelf.good()
    if not len(runs):
        raise RunFailed(f"every run of {shelf.scenario} failed; there is nothing to choose from")
    return runs


# ---- text ------------------------------------------------------------------------------------------------------


def tell(explained: Story) -> str:
    """The story with the reasons of every move, and the place of the run in its batch."""
    batch, replay = explained["batch"], explained["replay"]
    columns = sum(replay["compared"].values())
    source = "" if replay["same_source"] else "; the source of the model has changed since, and this run has not"
    runs = counted(batch["runs"])
    chosen = f"Chosen by {batch['chosen_by']}. Replayed: the same bit for bit in all {columns} stored columns{source}."
    return "\n".join([
        *story.head(explained),
        *story.wrapped(chosen),
        "",
        *story.months(explained, why=True),
        "",
        f"Outcomes of this run (one draw, not a forecast), and where they lie among {runs} of the scenario;",
        "a percentile is the share of runs below, with half of those that are equal; in brackets 95% intervals",
        *(_line(name, explained["outcomes"][name], place) for name, place in explained["place"].items()),
    ])  # fmt: skip


def _line(name: str, value: float | str | None, place: Story) -> str:
    unit = resolve_name(summary.CODEBOOK)[name].unit if "percentile" in place else ""
    return f"    {name:<26} {story.told(value):>12}  {where(place):<26} {unit}".rstrip()


def where(place: Story) -> str:
    """Where an outcome of a run lies, as ``placed`` has it, in words with its 95% interval; the ends by name."""
    if "percentile" in place:
        below, n = place["percentile"] / 100 * place["of"], place["of"]
        for end, rank in (("lowest", 0.5), ("highest", n - 0.5)):  # half of itself counts as below
            if n > 1 and math.isclose(below, rank, abs_tol=1e-6):
                return f"the {end} of all {n:,} runs"
        rounded = 1 if round(place["percentile"]) in (0, 100) else 0
        middle, low, high = (f"{place[name]:.{rounded}f}" for name in ("percentile", "low", "high"))
        return f"percentile {middle} ({low} to {high})"
    said = "so" if place["applies"] else "does not apply, as"
    return f"{said} in {place['alike']:.1%} of runs ({place['low']:.1%} to {place['high']:.1%})"
