"""A batch as CSV files and as a workbook that keep what one has to know beside the numbers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from experiments import export, readers, run_batch
from experiments.cli import main
from experiments.errors import StorageError, UsageError
from experiments.plain import inert

RUNS = 30
NAMES = ("about", "outcomes", "summary", "scenarios", "codebook")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("export") / "batch"
    run_batch(["baseline-2020", "no-pandemic"], runs=RUNS, seed=5, out=out, settings=["months=2"], trajectories=False)
    return out


def test_csv_files_hold_every_run_and_read_back_the_same(stored: Path, tmp_path: Path) -> None:
    main(["export", str(stored), "--out", str(tmp_path / "csv"), "--all"])
    found = {path.stem: pd.read_csv(path) for path in (tmp_path / "csv").glob("*.csv")}
    assert set(found) == set(NAMES)
    kept = readers.read_outcomes(stored)
    assert len(found["outcomes"]) == 2 * RUNS
    assert list(found["outcomes"].columns) == list(kept.columns)
    assert found["outcomes"]["reserves_end"].to_numpy() == pytest.approx(kept["reserves_end"].to_numpy())


def test_every_column_is_in_the_codebook_with_what_it_means(stored: Path) -> None:
    found = export.tables(stored, everything=True)
    book = found["codebook"].set_index("column")
    assert set(found["outcomes"].columns) == set(book.index)
    assert (book["meaning"] != "").all()
    numbers = book.loc[[name for name in book.index if name.startswith("parameters.")]]
    assert (numbers["grade"] != "").all()
    assert (numbers["source"] != "").all()


def test_the_citation_names_what_makes_the_numbers_again(stored: Path) -> None:
    about = export.tables(stored)["about"].set_index("what")["value"]
    assert "baseline-2020 (" in about["how to cite"]
    assert "30 runs of each, seed 5" in about["how to cite"]
    assert about["caution"] == export.CAUTION


def test_what_a_scenario_sets_is_a_row_each(stored: Path) -> None:
    rows = export.tables(stored, ["no-pandemic"])["scenarios"]
    assert set(rows["scenario"]) == {"no-pandemic"}
    assert rows.loc[rows["section"] == "months", "value"].item() == "2"
    assert "epidemic" in set(rows.loc[rows["section"] == "initial", "key"])


def test_a_workbook_has_the_same_tables(stored: Path, tmp_path: Path) -> None:
    main(["export", str(stored), "--out", str(tmp_path / "batch.xlsx")])
    sheets = pd.read_excel(tmp_path / "batch.xlsx", sheet_name=None)
    assert tuple(sheets) == NAMES
    assert len(sheets["outcomes"]) == 2 * RUNS


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_text_that_a_spreadsheet_would_calculate_is_inert(text: str) -> None:
    assert inert(text) == f"'{text}"
    assert inert("Moscow looks away") == "Moscow looks away"
    assert inert(-1.5) == -1.5


def test_a_sheet_that_is_too_long_is_refused(stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "SHEET_ROWS", 10)
    with pytest.raises(UsageError, match="write CSV, or fewer scenarios"):
        export.write(export.tables(stored), tmp_path / "a.xlsx")


def test_a_place_that_cannot_be_written_is_one_line(stored: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot write"):
        export.write(export.tables(stored), tmp_path / "file" / "csv")


@pytest.mark.parametrize("name", ["runs.parquet", "runs.csv", "runs.XLSX"])
def test_another_kind_of_file_is_refused(stored: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="neither a directory nor an Excel file"):
        export.write(export.tables(stored), tmp_path / name)
