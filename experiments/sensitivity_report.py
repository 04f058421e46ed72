"""A sensitivity analysis as tables to read, as files and as pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from experiments.asked import unit_of
from experiments.plain import plain
from experiments.sensitivity import FEWEST, GROUP, METHODS, ranks
from experiments.study import Study

Row = dict[str, Any]
TOP = 10
# by method: runs that are spent unless something else is said; the number that ranks; the numbers shown, with their heads
RUNS: Mapping[str, int] = MappingProxyType({"sobol": 60_000, "morris": 20_000, "tornado": 40_000, "split": 40_000})
RANKED_BY: Mapping[str, str] = MappingProxyType(
    {"sobol": "total", "morris": "mu_star", "tornado": "change", "split": "total"}
)
SHOWN: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sobol": {"total": "total", "mean": "on the mean", "first": "first order"},
        "morris": {"mu_star": "mu*"},
        "tornado": {"low": "at 5%", "high": "at 95%", "change": "between the two"},
        "split": {"total": "total", "first": "first order"},
    }
)
SAID: Mapping[str, str] = MappingProxyType(
    {
        "sobol": "Shares of the outcome's variance over runs. Total: what stays open if everything else is known, luck as "
        "well; it includes the interaction with luck, so that what merely shifts which decision falls when counts too. On "
        "the mean: the total effect with luck averaged out, by two independent lucks for each row; it may fall below zero "
        "by chance and is left out where too few rows move. First order: what is known of the outcome if this alone is "
        "known. Totals add to more than one where factors interact.",
        "morris": "mu*: mean absolute change of the outcome for a move of one parameter from 5% to 95% of its prior, taken "
        "from steps of two thirds of it; sigma: the spread of that change. All else, luck as well, is the same in both "
        "runs. For screening: what only shifts which decision falls when counts too.",
        "tornado": "Mean change of the outcome when one parameter is put at 5% or 95% of its prior, the rest as drawn, in "
        "the same runs with the same luck.",
        "split": "Shares of the outcome's variance over runs and rival formulations. First order: what is known of the "
        "outcome if this alone is known. Total: what stays open if all else is known. Totals add to more than one and first "
        "orders to less where parts interact. The share of formulations holds for the rivals listed.",
    }
)
ERRORS = (
    "± is half of a 95% interval of the simulation, ? where it would rest on too few pairs. Moved: in how many pairs of "
    f"runs the outcome differs at all; fewer than {FEWEST} are too few, and what moves in none is not shown."
)


def run(method: str, study: Study) -> list[Row]:
    """All rows of a method."""
    return METHODS[method](study)


def by_outcome(method: str, rows: Sequence[Row], top: int | None = None) -> dict[str, list[Row]]:
    """Rows by outcome: the first ``top`` in rank, then groups in their order; for a split, all in theirs."""
    if method == "split":
        return {outcome: [row for row in rows if row["outcome"] == outcome] for outcome in _outcomes(rows)}
    ranked = ranks(rows, RANKED_BY[method])
    groups = [row for row in rows if row["kind"] == GROUP]
    return {
        outcome: [*(row for row in found[:top] if row["moved"]), *(row for row in groups if row["outcome"] == outcome)]
        for outcome, found in ranked.items()
    }


def _outcomes(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(row["outcome"] for row in rows))


def document(method: str, study: Study, rows: Sequence[Row]) -> dict[str, Any]:
    """Everything, for JSON."""
    return {
        "method": method, "scenario": study.spec.name, "settings": list(study.settings), "seed": study.seed,
        "runs": study.spent, "meaning": SAID[method], "notes": study.notes, "rows": list(rows),
    }  # fmt: skip


def text(method: str, study: Study, rows: Sequence[Row], *, as_markdown: bool = False) -> str:
    """Tables of the first ten, outcome by outcome, with what the numbers mean and what they cost."""
    parts = [f"{method} of {study.spec.name}, {study.spent:,} runs, seed {study.seed}"]
    for outcome, found in by_outcome(method, rows, TOP).items():
        shown = [_line(method, row, place) for place, row in enumerate(found, 1)]
        head = f"### {outcome}" if as_markdown else outcome
        parts.append("\n".join([head, *[""] * as_markdown, plain(shown, as_markdown=as_markdown)]))
    lines = [*study.notes, SAID[method], ERRORS]
    parts.append("\n".join(f"- {line}" for line in lines) if as_markdown else "\n".join(lines))
    return "\n\n".join(parts)


def _line(method: str, row: Row, place: int) -> dict[str, Any]:
    ranked = row["kind"] != GROUP
    line: dict[str, Any] = {} if method == "split" else {"rank": place if ranked else None}
    line["factor"] = row["factor"]
    for name, head in SHOWN[method].items():
        line[head] = _with_width(row, name)
    if "sigma" in row:
        line["sigma"] = row["sigma"]
    return {**line, "moved": f"{row['moved']:,} of {row['pairs']:,}"}


def _with_width(row: Row, name: str) -> str | None:
    if row.get(name) is None:
        return None
    return f"{_number(row[name])} ± {_number(row[f'{name}_95']) if row['moved'] >= FEWEST else '?'}"


def _number(value: float) -> str:
    return f"{value + 0.0:.2g}" if abs(value) < 0.995 else f"{value:.3g}"


def save(method: str, study: Study, rows: Sequence[Row], out: Path) -> list[Path]:
    """All rows as CSV and the first ten as a picture; their paths."""
    import pandas as pd

    from experiments.figures import sensitivity, style
    from experiments.figures.tables import write_table
    from sim import __version__

    out.mkdir(parents=True, exist_ok=True)
    table = out / f"sensitivity_{method}.csv"
    write_table(pd.DataFrame([{**row, "unit": unit_of(row["outcome"])} for row in rows]), table)
    found = by_outcome(method, rows, TOP)
    if not found:
        return [table]
    name = study.spec.name
    known = {
        "seed": study.seed,
        "version": __version__,
        "scenarios": [{"name": name}],
        "digests": {name: study.spec.digest()},
    }
    footer = style.footer(known, [study.spent], counted=f"{study.spent:,} runs of {name} in all")
    with style.house_style():
        figure = sensitivity.page(method, found, {outcome: unit_of(outcome) for outcome in found}, footer)
    return [*style.save(figure, table.with_suffix("")), table]
