"""What comes into a scenario by other ways than its file: documents of manifests, tables, and settings of a command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.scenario import Scenario, ScenarioError, from_document, load_scenario, warnings
from tests.scenario.invariants import outcome

HIDDEN = ("\x1b[2J", "\x9b2J", "\u202e", "\x7f", "\u2028", "\ud800", "\0")
HEAD = "title: One\nstart: 2020-05\nmonths: 3\n"


@pytest.fixture
def document(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "one.yaml").write_text(HEAD, encoding="utf-8")
    return load_scenario(tmp_path / "one.yaml").document()


def refused(document: dict[str, Any]) -> str:
    with pytest.raises(ScenarioError) as caught:
        from_document(document)
    (line,) = caught.value.lines
    return line


@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
def test_hidden_characters_of_a_document_are_refused(hidden: str, document: dict[str, Any]) -> None:
    event = {"month": "2020-06", "add": {"crisis": 1}, "why": f"a{hidden}b"}
    for change in ({"title": f"a{hidden}b"}, {"question": hidden}, {"events": [event]}, {"initial": {hidden: 1}}):
        assert "holds a control character, which is not allowed" in refused({**document, **change})


@pytest.mark.parametrize("number", [10**400, -(10**400), 10**5000], ids=["long", "negative", "too long to print"])
def test_numbers_that_nothing_can_hold_are_refused(number: int, document: dict[str, Any]) -> None:
    assert "large" in refused({**document, "months": number})
    assert "large" in refused({**document, "initial": {"reserves": number}})


@pytest.mark.parametrize("source", [*HIDDEN[:5], HIDDEN[-1]], ids=ascii)
def test_hidden_characters_of_a_table_are_refused(source: str, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(HEAD + "initial_from: table.csv\n", encoding="utf-8")
    (tmp_path / "table.csv").write_text(f'path,value,source\nreserves,3,"a{source}b"\n', encoding="utf-8", newline="")
    found = outcome(tmp_path / "one.yaml")
    assert not isinstance(found, Scenario)
    assert "control character" in found[0] or "no CSV" in found[0]


def test_a_table_with_too_many_rows_says_so(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(HEAD + "initial_from: table.csv\n", encoding="utf-8")
    (tmp_path / "table.csv").write_text("path,value\n" + "reserves,3\n" * 5001, encoding="utf-8")
    (line,) = outcome(tmp_path / "one.yaml")
    assert line.endswith("table.csv:5002:1: the table has more than 5000 rows, too many for starting values")


@pytest.mark.parametrize(
    "prior",
    ["{lognormal: [0.5, 1e200]}", "{lognormal: [0.5, 1e-320]}", "{normal: [0.5, 1e299]}", "{beta: [1e-300, 1e-300]}"],
)
def test_distributions_of_any_width_can_be_advised_on(prior: str) -> None:
    scenario = load_scenario("baseline-2020", [f"parameters.labour.take={prior}"])
    assert all(line.startswith("--set:1:12: labour.take is ") for line in warnings(scenario))


def test_a_long_name_is_cut_short() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("a" * 5000)
    assert len(caught.value.lines[0]) < 250
