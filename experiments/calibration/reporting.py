"""A calibration as tables to read, as files and as pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments import estimates
from experiments.batch import Progress
from experiments.calibration import calibrate
from experiments.calibration.calibrate import Calibration, Reference
from experiments.errors import StorageError
from experiments.plain import plain
from experiments.writing import write_whole
from sim.parameters import posteriors
from sim.state import Month

Row = dict[str, Any]
SHOWN = 12  # parameters that are not told, of those printed
CASES = 200
NOTE = (
    "R2: share of a parameter's variance, on normal scores, that moments explain out of sample; contraction: 1 - posterior "
    "spread / prior spread. What is not identified keeps its prior. In brackets: Monte Carlo errors, from bootstrap samples "
    "of the accepted runs; how moments were learned to tell parameters is taken as it is."
)


@dataclass(frozen=True)
class Results:
    """A reference table and what was fitted from it, by cut-off."""

    table: Reference
    found: Mapping[Month, Calibration]


def run(given: Sequence[str], *, runs: int, seed: int, jobs: int | None, progress: Progress | None) -> Results:
    """A reference table, and a calibration for each cut-off."""
    chosen = calibrate.untils(given)
    table = calibrate.reference(chosen, runs=runs, seed=seed, jobs=jobs, progress=progress)
    return Results(table, {until: calibrate.calibrate(table, until) for until in chosen})


def tables(results: Results, *, check: bool) -> dict[str, Any]:
    """What was fitted by cut-off, and the check of the last one if asked for."""
    found: dict[str, Any] = {"runs": results.table.runs, "seed": results.table.seed}
    found["parameters"] = {str(until): calibrate.summary(results.table, each) for until, each in results.found.items()}
    if check:
        found["check"] = checked(results)
    return found


def checked(results: Results) -> list[Row]:
    """The calibrator tried on runs whose parameters are known."""
    last = results.found[max(results.found)]
    return calibrate.check(results.table, last, CASES, results.table.seed)


def text(results: Results, *, check: bool, as_markdown: bool = False) -> str:
    """Tables by cut-off, told parameters first."""
    level = "### " if as_markdown else ""
    parts = []
    for until, each in results.found.items():
        rows = calibrate.summary(results.table, each)
        told = [_with_errors(row) for row in rows if row["identified"] == "yes"]
        others = [row for row in rows if row["identified"] == "no"]
        spent = f"{len(each.names)} moments, {results.table.runs:,} runs, seed {results.table.seed}"
        title = f"{level}January 2012 to {until + -1}: {spent}"
        parts.append(f"{title}\n\n{plain(told, as_markdown=as_markdown)}")
        nearest = ", ".join(f"{row['name']} ({row['r2']:.2f})" for row in others[:SHOWN])
        parts.append(f"Not identified: {len(others)} others, of which nearest (R2): {nearest}.")
    if check:
        title = f"{level}The calibrator on {CASES} runs whose parameters are known"
        parts.append(f"{title}\n\n{plain(checked(results), as_markdown=as_markdown)}")
    return "\n\n".join([*parts, NOTE])


def _with_errors(row: Row) -> Row:
    """A row of a summary with errors in brackets in place of columns of their own."""
    errors = {name: row[f"{name} error"] for name in row if f"{name} error" in row}
    kept = {name: value for name, value in row.items() if not name.endswith(" error")}
    return {name: estimates.told(value, errors[name]) if name in errors else value for name, value in kept.items()}


def save(results: Results, out: Path, *, jobs: int | None) -> list[Path]:
    """Posterior tables, summaries and figures of every cut-off. StorageError when they cannot be written."""
    import pandas as pd

    from experiments.figures import calibration as figures
    from experiments.figures import style
    from experiments.figures.tables import write_table
    from sim import __version__

    paths: list[Path] = []
    footer = style.footer({"seed": results.table.seed, "version": __version__}, [results.table.runs])
    try:
        out.mkdir(parents=True, exist_ok=True)
        for until, each in results.found.items():
            name = calibrate.name_of(until)
            posterior = out / f"{name}.csv"
            write_whole(posterior, posteriors.table(calibrate.fitted(results.table, each)).encode())
            runs = min(results.table.runs, calibrate.FEWEST_RUNS)
            after = calibrate.predictive(until, posterior, runs=runs, seed=results.table.seed, jobs=jobs)
            pages = {
                "parameters": (pd.DataFrame(calibrate.summary(results.table, each)), figures.parameter_page),
                "moments": (pd.DataFrame(calibrate.fit_of_moments(each, after)), figures.moment_page),
            }
            paths.append(posterior)
            for what, (rows, page) in pages.items():
                with style.house_style():
                    figure = page(rows, str(until + -1), footer)
                paths += [*style.save(figure, out / f"{name}-{what}"), write_table(rows, out / f"{name}-{what}.csv")]
    except OSError as error:
        raise StorageError(f"cannot write {error.filename or out}: {error.strerror or error}") from error
    return paths
