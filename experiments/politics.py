"""Council, talks and coercion of Seoul against the record: how often resolutions follow, how talks and tests go together.

Nothing here is put in as it comes out: votes follow from severity, rift and friendship; tests are rarer in talks because
they cost something there; losses follow from what can be hit in Seoul's economy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from experiments.figures.data import wilson
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
FEWEST = 10  # runs with a summit, and without one, below which nothing is said of drivers
CHANCE = "Of some {compared} names compared, those under about three errors are within chance."
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
    row: Row = {f"severity_{wanted}": _share(followed[level == wanted]) for wanted in (5, 4, 3)}
    near = np.stack([
        (severity[max(month - WITHIN, 0) : month + WITHIN] >= SEVERE).any(axis=0) for month in range(len(followed))
    ])  # fmt: skip
    row["severity_3_alone"] = _share(followed[(level == 3) & ~near])
    return row


def _share(cases: Flags) -> float | None:
    """Share of cases; None without any."""
    return float(cases.mean()) if cases.size else None


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
    return {
        "ratio_narrow": _ratio(tests, narrow),
        "ratio_wide": _ratio(tests, narrow | (_since(course["failed_summit"]) & (phase > 0))),
        "agreements": float(course["agreed"].mean()),
        "collapse": _share((course["collapse_cause"][1:] > 0)[in_force]),
        "share_in_talks": float(narrow.mean()),
        "comprehensive_first": float(
            ((deal[1:] == 4) & (deal[:-1] < LEVEL) & (course["confidence"][1:].mean(axis=1) < 0.6)).sum()
        ),
    }


def _ratio(tests: Array, active: Flags) -> float | None:
    """Mean in active months against the others; None without months on a side, or without a test in the others."""
    if not active.any() or not tests[~active].any():
        return None
    return float(tests[active].mean() / tests[~active].mean())


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
    low, middle, high = np.percentile(whole[start : start + 12].mean(axis=0), [5, 50, 95])
    record: Row = {"row": "record 2017", "loss": "0.2 to 0.5", "tourism_and_consumer_goods": "most", "ratio": 50}
    model: Row = {
        "row": "model", "loss": float(middle), "loss_5": float(low), "loss_95": float(high),
        "tourism_and_consumer_goods": float(losses[:, :2].sum() / losses.sum()),
        "ratio": float(whole.sum() / sender.sum()), "half_life": _half_life(added.mean(axis=1)),
    }  # fmt: skip
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


def text(rows: list[Row]) -> str:
    """Any of these tables with aligned columns; a dash where a row has no value; where names were compared, what chance does
    among so many."""
    columns = list(dict.fromkeys(name for row in rows for name in row if name != "compared"))
    wide = max(len(row["row"]) for row in rows) + 2
    heads = [name.replace("_", " ") for name in columns if name != "row"]
    lines = [f"{'row':<{wide}}" + "".join(f"{head:>28}" for head in heads)]
    for row in rows:
        cells = [f"{row['row']:<{wide}}"]
        cells += [f"{_cell(row.get(name)):>28}" for name in columns if name != "row"]
        lines.append("".join(cells))
    lines += [CHANCE.format(compared=row["compared"]) for row in rows if "compared" in row]
    return "\n".join(lines)


def _cell(value: float | str | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, int):
        return f"{value:,}"
    return value if isinstance(value, str) else f"{value:.3g}"
