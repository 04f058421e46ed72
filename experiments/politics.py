"""Council, talks and coercion of Seoul against the record: how often resolutions follow, how talks and tests go together.

Nothing here is put in as it comes out: votes follow from severity, rift and friendship; tests are rarer in talks because
they cost something there; losses follow from what can be hit in Seoul's economy.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from experiments.estimates import error_of_share, quantiles, ratio, told, wilson
from sim.model import Peninsula, simulate_block
from sim.outcomes import Course
from sim.scenario import load_scenario
from sim.state import Array, Flags, Month, total

Row = dict[str, Any]
WITHIN = 3  # months in which a resolution counts as an answer; 85 days in the record
AFTERMATH = 6  # months after a failed summit that the wide coding still calls talks, while contacts go on
LEVEL, SEVERE = 2, 4
# Adoption within 85 days of the trigger month, 2006 to 2017: answered, months [C]
COUNCIL_RECORD = {5: (11, 13), 4: (3, 6), 3: (2, 25)}
# CSIS database 2012 to April 2020 [C]: ratio of tests in talks, narrow (to April 2019) and wide (to October 2019)
TALKS_RECORD = {"narrow": 0.08, "wide": 0.65, "agreements": "0.015 to 0.021", "collapse": "0.011 to 0.05"}
WITHOUT = {
    "model": (),
    "without the moratorium's price": ("parameters.talks.moratorium_price=0",),
    "without any price of tests in talks": ("parameters.talks.moratorium_price=0", "parameters.talks.price=0"),
}
BLOCK = 1000  # runs simulated together
DRIVERS = 10
RESAMPLES = 200  # for errors that have no formula
WIDTH = 110
FEWEST = 10  # runs with a summit, and without one, below which nothing is said of drivers
CHANCE = "Of some {compared} names compared, those under about three errors are within chance."
UNSEEN = ("compared", "high", "error")  # columns that are told with others
NARROWEST = 16  # column of names
CRISIS_OF_2017 = Month(2017, 3)


def course_of(name: str, settings: Sequence[str], *, runs: int, seed: int) -> Course:
    """The recorded months of a scenario."""
    scenario = load_scenario(name, list(settings))
    model = Peninsula(scenario, runs=runs, seed=seed)
    try:
        for _ in range(scenario.months):
            model.step()
        return model.course
    finally:
        model.release()


def council(*, runs: int, seed: int) -> list[Row]:
    """Resolutions after events by severity, January 2012 to December 2017, beside the record; then by the rift."""
    rows = [
        {"row": "record 2006 to 2017", **{f"severity_{s}": hit / n for s, (hit, n) in COUNCIL_RECORD.items()}},
        {"row": "model 2012 to 2017", **_answers(course_of("council-2012", ["months=72"], runs=runs, seed=seed))},
    ]
    for rift in (0.1, 0.3, 0.5, 0.7, 0.9):
        settings = ["months=36", f"initial.rift={rift}", f"parameters.sanctions.rift_usual={rift}"]
        answers = _answers(course_of("baseline-2020", settings, runs=runs, seed=seed))
        rows.append({"row": f"model from 2020, rift {rift:g}", **answers})
    return rows


def _answers(course: Course) -> Row:
    """Share of months with an event of each severity that a resolution followed; those of 3 also when no severe event was
    within three months, because such a resolution answered the severe one."""
    severity = course["severity"]
    adopted = (course["adopted"] > 0) & (course["draft"] > 0)
    followed = np.stack([adopted[month : month + WITHIN].any(axis=0) for month in range(len(severity) - WITHIN)])
    level = np.floor(severity[: len(followed)])
    row: Row = {}
    for wanted in (5, 4, 3):
        row |= _share(f"severity_{wanted}", followed, level == wanted)
    near = np.stack([
        (severity[max(month - WITHIN, 0) : month + WITHIN] >= SEVERE).any(axis=0) for month in range(len(followed))
    ])  # fmt: skip
    return row | _share("severity_3_alone", followed, (level == 3) & ~near)


def _share(name: str, cases: Flags, where: Flags) -> Row:
    """Share of cases among months ``(months, R)`` in question, with its error over runs; None without any. Where it is
    nothing or all, the error is that of the share of runs in which it is so."""
    value, error = ratio((cases & where).sum(axis=0), where.sum(axis=0))
    if value in (0, 1):
        runs = int(where.any(axis=0).sum())
        error = error_of_share(value * runs, runs)
    return _known(name, value, error)


def _known(name: str, value: float, error: float) -> Row:
    return {name: None if np.isnan(value) else value, f"{name}_error": None if np.isnan(error) else error}


def talks(*, runs: int, seed: int) -> list[Row]:
    """Tests in talks against outside, agreements and their hazard, 2012 to April 2020, with and without prices of tests."""
    return [
        {"row": "record", "ratio_narrow": TALKS_RECORD["narrow"], "ratio_wide": TALKS_RECORD["wide"],
         "agreements": TALKS_RECORD["agreements"], "collapse": TALKS_RECORD["collapse"]},
        *({"row": name, **_talks(course_of("history-2012", settings, runs=runs, seed=seed))}
          for name, settings in WITHOUT.items()),
    ]  # fmt: skip


def _talks(course: Course) -> Row:
    phase, deal = course["phase"], course["deal"]
    tests = np.stack([total(month) for month in course["tests"]])
    narrow = phase >= LEVEL
    in_force = deal[:-1] > 0
    untrusted = (deal[1:] == 4) & (deal[:-1] < LEVEL) & (course["confidence"][1:].mean(axis=1) < 0.6)
    jumps, runs = int(untrusted.any(axis=0).sum()), deal.shape[1]
    always = np.ones(phase.shape, dtype=bool)
    return {
        **_ratio("ratio_narrow", tests, narrow),
        **_ratio("ratio_wide", tests, narrow | (_since(course["failed_summit"]) & (phase > 0))),
        **_share("agreements", course["agreed"] > 0, always),
        **_share("collapse", course["collapse_cause"][1:] > 0, in_force),
        **_share("share_in_talks", narrow, always),
        **_known("comprehensive_first", jumps / runs, error_of_share(jumps, runs)),
    }


def _ratio(name: str, tests: Array, active: Flags) -> Row:
    """Mean in active months against the others, with its error over runs by linearisation; None without months on a side,
    or without a test in the others."""
    inside, outside = (tests * active).sum(axis=0), (tests * ~active).sum(axis=0)
    months, others = active.sum(axis=0), (~active).sum(axis=0)
    if not months.any() or not outside.any():
        return _known(name, np.nan, np.nan)
    value = float(inside.sum() / months.sum() / (outside.sum() / others.sum()))
    parts = others / others.sum() - months / months.sum() - outside / outside.sum()
    if not inside.any():
        return _known(name, value, np.nan)
    error = value * float(np.std(parts + inside / inside.sum()) * np.sqrt(tests.shape[1]))
    return _known(name, value, error)


def _since(failed: Array) -> Flags:
    """Months in the aftermath of a failed summit."""
    after = np.zeros(failed.shape, dtype=bool)
    for lag in range(1, AFTERMATH + 1):
        after[lag:] |= failed[:-lag] > 0
    return after


def coercion(*, runs: int, seed: int) -> list[Row]:
    """Seoul's loss in the twelve months from March 2017, its sectors and the ratio to Beijing's; and how long what the
    deployment added to it lasts, against the same runs without a deployment."""
    course = course_of("thaad-2016", [], runs=runs, seed=seed)
    start = CRISIS_OF_2017 - course.start
    losses, sender = course["sector_loss"], course["sender_loss"]
    whole = losses.sum(axis=1)
    added = whole - course_of("history-2016", [], runs=runs, seed=seed)["sector_loss"].sum(axis=1)
    levels, errors = quantiles(whole[start : start + 12].mean(axis=0), (0.5, 0.05, 0.95))
    record: Row = {"row": "record 2017", "loss": "0.2 to 0.5", "tourism_and_consumer_goods": "most", "ratio": 50}
    model: Row = {"row": "model"}
    for name, level, error in zip(("loss", "loss_5", "loss_95"), levels.tolist(), errors.tolist(), strict=True):
        model |= _known(name, level, error)
    by_run = losses.sum(axis=0)
    model |= _known("tourism_and_consumer_goods", *ratio(by_run[:2].sum(axis=0), by_run.sum(axis=0)))
    model |= _known("ratio", *ratio(whole.sum(axis=0), sender.sum(axis=0)))
    model |= _known("half_life", _half_life(added.mean(axis=1)), _error_of_half_life(added, seed))
    return [{**record, "half_life": "6 to 9"}, model]


def summit(*, runs: int, seed: int) -> list[Row]:
    """Chance of a third summit by the end of 2020 with its interval; then what is drawn higher or lower in runs that have
    one, in standard deviations, largest first of all that are compared; nothing where runs on a side are too few."""
    scenario = load_scenario("baseline-2020", ["months=8"])
    blocks = [
        simulate_block(scenario, seed=seed, first_run=first, runs=min(BLOCK, runs - first), trajectories=False)
        for first in range(0, runs, BLOCK)
    ]
    held = np.concatenate([block.outcomes["third_summit"] for block in blocks]) > 0
    low, high = wilson(int(held.sum()), runs)
    chance: Row = {"row": "third summit by end-2020", "value": float(held.mean()), "low": low, "high": high}
    having, lacking = int(held.sum()), int((~held).sum())
    if min(having, lacking) < FEWEST:
        return [chance, {"row": "too few summits to name drivers", "with": having, "without": lacking}]
    drivers: list[Row] = []
    for name in blocks[0].parameters:
        drawn = np.concatenate([block.parameters[name] for block in blocks])
        if np.ptp(drawn) > 0:
            gap = float((drawn[held].mean() - drawn[~held].mean()) / drawn.std())
            drivers.append({"row": name, "value": gap, "error": float(np.sqrt(1 / having + 1 / lacking))})
    drivers.sort(key=lambda row: -abs(row["value"]))
    return [{**chance, "compared": len(drivers)}, *drivers[:DRIVERS]]


def _half_life(mean: Array) -> float:
    """Months from the peak of a mean course to half of it."""
    peak = int(mean.argmax())
    return float(np.argmax(mean[peak:] <= mean[peak] / 2))


def _error_of_half_life(added: Array, seed: int) -> float:
    """Standard deviation of the half-life over courses of runs drawn with replacement; added: ``(months, R)``."""
    rng, runs = np.random.default_rng(seed), added.shape[1]
    drawn = (added[:, rng.integers(runs, size=runs)].mean(axis=1) for _ in range(RESAMPLES))
    return float(np.std([_half_life(mean) for mean in drawn]))


def text(rows: list[Row]) -> str:
    """Any of these tables with aligned columns; a dash where a row has no value; where names were compared, what chance does
    among so many."""
    columns = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in UNSEEN]
    columns = [name for name in columns if not name.endswith("_error")]
    heads = ["95% interval" if name == "low" else name.replace("_", " ") for name in columns]
    cells = [[_cell(row, name) for name in columns] for row in rows]
    widths = [max(map(len, column)) + 2 for column in zip(heads, *cells, strict=True)]
    if sum(widths) > WIDTH:
        widths = [max(map(len, [*head.split(), *column])) + 2 for head, *column in zip(heads, *cells, strict=True)]
        widths[0] = max(WIDTH - sum(widths[1:]), NARROWEST)
    lines = [line for row in (heads, *cells) for line in _lines(row, widths)]
    lines += [CHANCE.format(compared=row["compared"]) for row in rows if "compared" in row]
    return "\n".join(lines)


def _lines(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    """A row of a table, over as many lines as its fullest cell needs."""
    parts = [textwrap.wrap(cell, width - 2, break_long_words=False) for cell, width in zip(cells, widths, strict=True)]
    table = []
    for number in range(max(map(len, parts))):
        first, *rest = (part[number] if number < len(part) else "" for part in parts)
        table.append(
            f"{first:<{widths[0]}}" + "".join(f"{cell:>{width}}" for cell, width in zip(rest, widths[1:], strict=True))
        )
    return table


def _cell(row: Row, name: str) -> str:
    value, error = row.get(name), row.get("error" if name == "value" else f"{name}_error")
    if value is None:
        return "-"
    if name == "low":
        return f"{value:.2g} to {row['high']:.2g}"
    if error is not None:
        return told(value, error)
    if isinstance(value, int):
        return f"{value:,}"
    return value if isinstance(value, str) else f"{value:.3g}"
