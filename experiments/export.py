"""A stored batch as tables to take away: CSV files, or one Excel workbook, each with a codebook and how to cite it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from experiments import readers, summary
from experiments.citation import cited
from experiments.errors import StorageError, UsageError
from experiments.extras import need
from experiments.manifest import Manifest, read_manifest
from experiments.parts import BASE_COLUMNS
from experiments.plain import inert
from experiments.targets import writable
from experiments.writing import whole
from sim.nations import CHARACTERS
from sim.outcomes import OUTCOMES
from sim.parameters import GRADES, PARAMETERS

WORKBOOK = ".xlsx"
SHEET_ROWS = 1_048_575  # of an Excel sheet, without its heading
CAUTION = "Conditional frequencies under stated assumptions, not forecasts."

Tables = dict[str, pd.DataFrame]


def tables(directory: Path | str, scenarios: Sequence[str] = (), *, everything: bool = False) -> Tables:
    """The tables of a batch by name: about, outcomes, summary, scenarios, codebook.

    everything: drawn parameters and counts of moves beside the outcomes. Raises what readers raise.
    """
    manifest = read_manifest(directory)
    names = readers.chosen(manifest, scenarios or None)
    columns = readers.columns_of(Path(directory), manifest, "outcomes", names)
    wanted = [name for name in columns if everything or "." not in name]
    return {
        "about": _about(manifest, names),
        "outcomes": readers.read_outcomes(directory, wanted, names),
        "summary": summary.table(directory, names),
        "scenarios": _scenarios(manifest, names),
        "codebook": _codebook(wanted, manifest),
    }


def citation(manifest: Manifest) -> str:
    """One line that names what one has to know to make these numbers again."""
    digests = {stored.name: stored.digest for stored in manifest.scenarios}
    return f"The Peninsula developers: {cited(manifest.versions['peninsula'], digests, [manifest.runs], manifest.seed)}."


def _about(manifest: Manifest, names: Sequence[str]) -> pd.DataFrame:
    rows = [
        ("what", "outcomes of scenario runs, one row per scenario and run"), ("caution", CAUTION),
        ("how to cite", citation(manifest)), ("command", manifest.command), ("seed", str(manifest.seed)),
        ("runs of each scenario", str(manifest.runs)), ("model", manifest.model),
        *((f"version of {name}", version) for name, version in manifest.versions.items()),
        *((f"question of {name}", manifest.scenario(name).document["question"]) for name in names),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["what", "value"])


def _scenarios(manifest: Manifest, names: Sequence[str]) -> pd.DataFrame:
    """Every value that a scenario sets, one row each."""
    rows: list[dict[str, str]] = []
    for name in names:
        for section, value in manifest.scenario(name).document.items():
            inner = (
                value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else [("", value)]
            )
            rows += [{"scenario": name, "section": section, "key": str(key), "value": _flat(each)} for key, each in inner]
    return pd.DataFrame(rows, columns=["scenario", "section", "key", "value"])


def _flat(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _codebook(columns: Sequence[str], manifest: Manifest) -> pd.DataFrame:
    """What each column of the outcomes means: unit, definition, grade where it is a parameter."""
    base = {
        "scenario": "name of the scenario", "run": "number of the run; run k of two scenarios meets the same luck",
        "status": "ok or failed", "message": "why a run failed", "seed": "seed of the batch",
    }  # fmt: skip
    rows = [{"column": name, "unit": "", "kind": "", "meaning": base.get(name, ""), "source": "", "grade": ""}
            for name in dict.fromkeys(("scenario", *BASE_COLUMNS))]  # fmt: skip
    return pd.DataFrame(rows + [_entry(name, manifest) for name in columns if name not in base])


def _entry(column: str, manifest: Manifest) -> dict[str, str]:
    group, _, name = column.partition(".")
    if column in OUTCOMES:
        outcome = OUTCOMES[column]
        codes = ", ".join(f"{code} {category}" for code, category in enumerate(outcome.categories))
        meaning = f"{outcome.definition} ({codes})" if codes else outcome.definition
        unit = manifest.units.get(column, outcome.unit)
        return _row(column, unit, outcome.kind, meaning, f"history: {outcome.identified}", "")
    if group == "parameters" and name in PARAMETERS:
        known = PARAMETERS[name]
        return _row(column, known.unit, "parameter as drawn", known.meaning, known.source, GRADES[known.grade])
    if group == "moves":
        nation, _, action = name.partition(".")
        lines = {line.name: line.meaning for line in CHARACTERS[nation].menu} if nation in CHARACTERS else {}
        return _row(column, "months", "times chosen", lines.get(action, "an action of a nation's own menu"), "", "")
    if group == "weights":
        return _row(column, "share of all weights", "weight as drawn", f"how much {name} counts", "expert guess", "prior")
    return _row(column, manifest.units.get(column, ""), "number", "", "", "")


def _row(column: str, unit: str, kind: str, meaning: str, source: str, grade: str) -> dict[str, str]:
    return {"column": column, "unit": unit, "kind": kind, "meaning": meaning, "source": source, "grade": grade}


def check(out: Path) -> None:
    """UsageError if ``out`` is neither a directory nor a workbook, StorageError if it cannot be written."""
    if out.suffix and out.suffix != WORKBOOK:
        raise UsageError(
            f"{out.name} is neither a directory nor an Excel file; write a name without a suffix, or one in {WORKBOOK}"
        )
    writable(out, file=out.suffix == WORKBOOK)


def write(found: Tables, out: Path) -> list[Path]:
    """Write tables to ``out``: a workbook if it ends in .xlsx, otherwise a directory of CSV files.

    Raises UsageError for more rows than a sheet holds or a missing library, StorageError when it cannot be written.
    """
    check(out)
    safe = {name: _inert(table) for name, table in found.items()}
    try:
        return [_workbook(safe, out)] if out.suffix == WORKBOOK else _files(safe, out)
    except OSError as error:
        raise StorageError(f"cannot write {error.filename or out}: {error.strerror or error}") from error


def _inert(table: pd.DataFrame) -> pd.DataFrame:
    texts = [name for name in table.columns if table[name].dtype.kind not in "biuf"]
    return table.assign(**{name: table[name].map(inert).astype(object) for name in texts})


def _workbook(found: Tables, out: Path) -> Path:
    need("openpyxl", "excel")
    longest = max(map(len, found.values()))
    if longest > SHEET_ROWS:
        raise UsageError(
            f"a sheet of Excel holds {SHEET_ROWS:,} rows, the batch has {longest:,}; write CSV, or fewer scenarios"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with whole(out) as file, pd.ExcelWriter(file, engine="openpyxl") as writer:
        for name, table in found.items():
            table.to_excel(writer, sheet_name=name, index=False, freeze_panes=(1, 0))
    return out


def _files(found: Tables, out: Path) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    for name, table in found.items():
        with whole(out / f"{name}.csv") as file:
            table.to_csv(file, index=False)
    return [out / f"{name}.csv" for name in found]
