"""The verb ``history``: what there is, a table, starting values, pictures, and mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from experiments import history as record
from experiments.cli import main
from sim.history import COLUMNS, starting_values
from sim.state import Month


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    main(["history", *arguments])
    return capsys.readouterr().out


def test_every_table_and_column_is_listed_with_units_and_grades(capsys: pytest.CaptureFixture[str]) -> None:
    (rows,) = json.loads(printed(capsys, "--json")).values()
    assert {row["name"] for row in rows} == {*record.TABLES, *COLUMNS}
    assert all(row["units"] and row["grades"] and row["from"] <= row["to"] <= "2021-12" for row in rows)


@pytest.mark.parametrize("name", [*record.TABLES, *COLUMNS])
def test_each_can_be_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(printed(capsys, name, "--json"))[name]
    assert len(found) == len(record.rows(name))
    assert printed(capsys, name).startswith(name)


def test_starting_values_are_told_with_source_and_grade(capsys: pytest.CaptureFixture[str]) -> None:
    (rows,) = json.loads(printed(capsys, "--start", "2014-07", "--json")).values()
    assert {row["path"] for row in rows} == set(starting_values(Month(2014, 7)))
    assert all(row["source"] and row["grade"] in "VCKP" for row in rows)


def test_the_record_is_drawn_with_its_data(tmp_path: Path) -> None:
    main(["history", "--out", str(tmp_path)])
    for name in ("trade", "tests", "economy", "votes", "diplomacy"):
        assert (tmp_path / f"history_{name}.png").stat().st_size > 10_000
        assert "source" in pd.read_csv(tmp_path / f"history_{name}.csv").columns


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sanktions"], "no table or column of history 'sanktions'; did you mean 'sanctions'?"),
        (["--start", "2011-12"], "starting values are known from 2012-01 to 2021-12, not for 2011-12"),
        (["--start", "then"], "'then' is not a month"),
    ],
)
def test_a_mistake_is_one_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["history", *arguments])
    assert stop.value.code == 2
    assert said in capsys.readouterr().err


def test_the_codebook_has_every_column_with_span_and_grades() -> None:
    found = {row["name"]: row for row in record.columns()}
    assert set(COLUMNS) <= set(found)
    assert all(row["rows"] and row["grades"] and row["sources"] and row["to"] <= "2021-12" for row in found.values())
    assert found["trade_annual.value"]["units"] == "m USD/year"
    assert found["trade_annual.partner"]["units"] == "-"
    assert found["projects.revenue_low"]["rows"] < found["projects.status"]["rows"]
    assert not [name for name in found if name.endswith((".source", ".confidence", ".unit"))]
