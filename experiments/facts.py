"""The seven stylised facts as a scored table: what was observed, what the model brings about, and what carries it.

A verdict is computed. A part is reproduced if the middle of the model lies in its band and the observation among 90% of
runs, partly if one of the two holds, and not reproduced if neither does. Without an observation it can be partly reproduced
at best. A fact is reproduced if all its parts are; parts that the model has no variable for count against it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from experiments import plain
from experiments.batch import Progress
from experiments.ensembles import ensemble
from experiments.estimates import error_of_mean, error_of_share, quantiles, told
from experiments.fact_measures import Values
from experiments.fact_parts import FACTS, SETUPS, Carrier, Fact, Part, Setup, pairs, scenarios_of
from sim.state import Array

REPRODUCED, PARTLY, NOT, SILENT, FEW = "reproduced", "partly", "not reproduced", "not modelled", "too few runs"
WIDTH = 110
INNER = 0.9  # of runs that must hold the observation
FEWEST = 20  # runs in which a question arises, below which nothing is said
Row = dict[str, Any]


def table(*, runs: int, seed: int, jobs: int | None = None, progress: Progress | None = None) -> list[Row]:
    """A row for each part of each fact: observed, model, band, verdict, and the middle without what carries it."""
    carriers = [carrier.setup for fact in FACTS for carrier in fact.carriers]
    setups = list(dict.fromkeys([*SETUPS.values(), *carriers]))
    found: dict[Setup, Values] = {}
    for done, setup in enumerate(setups):
        told = None if progress is None else partial(_told, progress, done * runs, len(setups) * runs)
        found[setup] = dict(
            ensemble(setup.load(), runs=runs, seed=seed, measure=setup.measure, jobs=jobs, progress=told).values
        )
    named = {name: found[setup] for name, setup in SETUPS.items()}
    named["pairs"] = pairs(named)
    return [
        {"fact": number, "title": fact.title, "given": fact.given, **_row(part, named), **_without(fact, part, found)}
        for number, fact in enumerate(FACTS, 1)
        for part in fact.parts
    ]


def _told(progress: Progress, before: int, total: int, done: int, _: int) -> None:
    progress(before + done, total)


def _row(part: Part, found: Mapping[str, Values]) -> Row:
    seen = part.seen() if part.seen else None
    row: Row = {
        "part": part.name, "unit": part.unit, "observed": seen.value if seen else None,
        "source": seen.source if seen else "", "scenario": "",
        **dict.fromkeys(("middle", "low", "high", "error", "low_error", "high_error", "n", "yes_no")),
        "band_low": part.band[0] if part.band else None, "band_high": part.band[1] if part.band else None,
        "reason": part.reason,
    }  # fmt: skip
    if part.where:
        setup, name = part.where
        row["scenario"] = scenarios_of(name) if setup == "pairs" else SETUPS[setup].scenario
        row |= summarise(found[setup][name], mean=part.mean)
    row["verdict"] = verdict(row)
    return row


def summarise(values: Array, *, mean: bool) -> Row:
    """Middle (median or mean) of the runs in which the question arises, its error, 90% of runs, and how many they are.

    Where runs say yes or no, the 90% of runs hold the answer unless it is as rare as a run in twenty.
    """
    known = values[np.isfinite(values)]
    if known.size < FEWEST:
        return {"n": int(known.size)}
    edge = (1 - INNER) / 2
    (low, middle, high), (low_error, error, high_error) = quantiles(known, (edge, 0.5, 1 - edge))
    yes_no = mean and bool(np.isin(known, (0, 1)).all())
    if mean:
        middle, error = known.mean(), error_of_mean(known)
    if yes_no:
        low, high = middle > 1 - edge, middle >= edge
        low_error = high_error = 0.0
        error = error_of_share(float(known.sum()), known.size) if known.all() or not known.any() else error
    found = {"middle": middle, "low": low, "high": high, "error": error, "low_error": low_error, "high_error": high_error}
    return {**{name: float(value) for name, value in found.items()}, "n": int(known.size), "yes_no": yes_no}


def verdict(row: Mapping[str, Any]) -> str:
    """What to say of a part."""
    if row["middle"] is None:
        return SILENT if row["n"] is None else FEW
    fits = [row["band_low"] <= row["middle"] <= row["band_high"]]
    fits.append(row["observed"] is not None and row["low"] <= row["observed"] <= row["high"])
    return REPRODUCED if all(fits) else PARTLY if any(fits) else NOT


def overall(rows: Sequence[Row]) -> str:
    """What to say of a fact, from its parts."""
    verdicts = {row["verdict"] for row in rows}
    if len(verdicts) == 1:
        return str(verdicts.pop())
    return PARTLY if verdicts & {REPRODUCED, PARTLY} else NOT


def _without(fact: Fact, part: Part, found: Mapping[Setup, Values]) -> Row:
    """The same measure with what carries it switched off, and the verdict that it would get."""
    carrier = carrier_of(fact, part)
    if carrier is None or part.where is None or part.band is None or part.seen is None:
        return {"without": "", "middle_without": None, "error_without": None, "verdict_without": ""}
    alone = summarise(found[carrier.setup][part.where[1]], mean=part.mean)
    seen, (low, high) = part.seen(), part.band
    blank: Row = {"middle": None, "n": None, "observed": seen.value, "band_low": low, "band_high": high}
    return {
        "without": carrier.says,
        "middle_without": alone.get("middle"),
        "error_without": alone.get("error"),
        "verdict_without": verdict(blank | alone),
    }


def carrier_of(fact: Fact, part: Part) -> Carrier | None:
    """What carries a part, if the fact names it."""
    return next((carrier for carrier in fact.carriers if carrier.part == part.name), None)


def by_fact(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of each fact."""
    return [[row for row in rows if row["fact"] == number] for number in dict.fromkeys(row["fact"] for row in rows)]


def number(value: float | None) -> str:
    """Three digits that count, a dash for nothing."""
    return "-" if value is None else plain.number(value)


def span(row: Mapping[str, Any], low: str, high: str) -> str:
    """Two ends in words, a dash where there are none."""
    return "-" if row[low] is None else f"{number(row[low])} to {number(row[high])}"


def cells(row: Row) -> list[str]:
    """Observed, middle with its error, 90% of runs, band and verdict as text."""
    middle = "-" if row["middle"] is None else told(row["middle"], row["error"])
    runs = "-"
    if row["middle"] is not None and not row["yes_no"]:
        runs = f"{told(row['low'], row['low_error'])} to {told(row['high'], row['high_error'])}"
    return [number(row["observed"]), middle, runs, span(row, "band_low", "band_high"), row["verdict"]]


def _without_told(row: Row) -> str:
    middle = "-" if row["middle_without"] is None else told(row["middle_without"], row["error_without"])
    return f"{middle}, {row['verdict_without']}"


def text(rows: Sequence[Row]) -> str:
    """A heading for each fact, and its parts in two lines: what it is with its verdict, and the numbers in columns."""
    widths = (14, 18, 40, 24)
    heads = ("observed", "model (error)", "90% of runs (errors)", "band")
    lines = ["".join(f"{head:<{width}}" for head, width in zip(("", *heads), (6, *widths), strict=True)).rstrip()]
    for group in by_fact(rows):
        lines += ["", f"{group[0]['fact']}. {group[0]['title']}: {overall(group)}"]
        lines += textwrap.wrap(group[0]["given"], WIDTH, initial_indent="   ", subsequent_indent="   ")
        for row in group:
            *numbers, said = cells(row)
            lines.append(f"   {row['part']}, {row['unit']}: {said}")
            if row["middle"] is not None or row["observed"] is not None:
                shown = "".join(f"{entry:<{width}}" for entry, width in zip(numbers, widths, strict=True))
                lines.append(f"      {shown}".rstrip())
            if row["without"]:
                lines.append(f"      without {row['without']}: {_without_told(row)}")
    return "\n".join([*lines, "", *_notes(rows)])


def _notes(rows: Sequence[Row]) -> list[str]:
    return [
        f"{max(row['n'] or 0 for row in rows):,} runs of each scenario; fewer where a question does not arise in every run.",
        "Model: median of runs, or mean for shares. In brackets: Monte Carlo errors. Reproduced: the middle lies in the",
        "band and the observation among 90% of runs; partly: one of the two; not reproduced: neither. Reasons and",
        "sources: --json.",
    ]


def markdown(rows: Sequence[Row]) -> str:
    """The table for a document, with sources of scenarios and reasons of bands."""
    lines = []
    for group in by_fact(rows):
        lines += [f"### {group[0]['fact']}. {group[0]['title']}: {overall(group)}", "", group[0]["given"], ""]
        lines += ["| part | unit | observed | model (error) | 90% of runs | band | verdict | scenario | why this band |"]
        lines += ["|---|---|---|---|---|---|---|---|---|"]
        for row in group:
            entries = [row["part"], row["unit"], *cells(row), row["scenario"] or "-", row["reason"] or "-"]
            lines.append("| " + " | ".join(entries) + " |")
        lines += [f"\nWithout {row['without']}, {row['part']}: {_without_told(row)}." for row in group if row["without"]]
        lines.append("")
    return "\n".join([*lines, *_notes(rows)])


def draw(rows: list[Row], *, seed: int, out: Path) -> list[Path]:
    """The table as a picture: ``facts.png``, ``facts.svg`` and ``facts.csv`` in a directory."""
    import pandas as pd

    from experiments.figures import facts as figure
    from experiments.figures import style
    from experiments.figures.tables import write_table
    from sim import __version__

    out.mkdir(parents=True, exist_ok=True)
    footer = style.footer({"seed": seed, "version": __version__}, [max(row["n"] or 0 for row in rows)])
    with style.house_style():
        page = figure.page(by_fact(rows), [overall(group) for group in by_fact(rows)], footer)
    return [*style.save(page, out / "facts"), write_table(pd.DataFrame(rows), out / "facts.csv")]
