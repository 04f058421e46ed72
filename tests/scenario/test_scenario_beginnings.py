"""Starting values that a scenario does not write out: from history, or from a table of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.history import starting_values
from sim.scenario import Initial, ScenarioError, from_document, load_scenario
from sim.state import Month

HEAD = "title: A try\nstart: 2014-07\nmonths: 20\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder: Path, rows: str, more: str = "") -> str:
    (folder / "mine.csv").write_text(rows, encoding="utf-8")
    (folder / "try.yaml").write_text(f"{HEAD}initial_from: mine.csv\n{more}", encoding="utf-8")
    return "try.yaml"


def refused(path: str, *settings: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, settings)
    return list(caught.value.lines)


class TestHistory:
    def test_what_was_known_before_the_start_is_filled_in(self, folder: Path) -> None:
        (folder / "try.yaml").write_text(HEAD + "initial_from: history\ninitial: {reserves: 9}\n")
        scenario = load_scenario("try.yaml")
        known = starting_values(Month(2014, 7))
        assert set(scenario.initial) == set(known) | {"reserves"}
        assert scenario.initial["reserves"] == Initial(9.0)
        path = next(path for path in known if path != "reserves")
        assert scenario.initial[path].value == known[path].value
        assert scenario.provenance[f"initial.{path}"].line == 4
        assert scenario.provenance["initial.reserves"].line == 5

    def test_the_start_may_be_set_from_outside(self) -> None:
        before, after = (load_scenario("from-history", [f"start={start}"]) for start in ("2013-01", "2019-01"))
        assert before.initial["tier"].value < after.initial["tier"].value

    def test_a_part_that_a_file_sets_stays_on_top_of_the_whole(self, folder: Path) -> None:
        (folder / "try.yaml").write_text(HEAD + "initial_from: history\ninitial: {trade.china.exports: 1}\n")
        assert load_scenario("try.yaml").initial["trade.china.exports"] == Initial(1.0)

    def test_null_takes_it_back(self) -> None:
        assert not load_scenario("from-history", ["initial_from=null"]).initial

    def test_a_stored_document_needs_no_history(self) -> None:
        scenario = load_scenario("from-history")
        again = from_document(scenario.document())
        assert again.initial == scenario.initial
        assert again.digest() == scenario.digest()


class TestTable:
    def test_rows_are_starting_values_at_their_lines(self, folder: Path) -> None:
        path = written(folder, "path,value,sd,source\nreserves,3.5,0.5,my estimate\ntrade.china.exports,12,,\n")
        scenario = load_scenario(path)
        assert scenario.initial == {"reserves": Initial(3.5, 0.5, "my estimate"), "trade.china.exports": Initial(12.0)}
        assert (scenario.provenance["initial.reserves"].file, scenario.provenance["initial.reserves"].line) == (
            "mine.csv",
            2,
        )

    def test_what_the_scenario_sets_wins(self, folder: Path) -> None:
        assert load_scenario(written(folder, "path,value\nreserves,3\n", "initial: {reserves: 4}\n")).initial == {
            "reserves": Initial(4.0)
        }

    def test_a_setting_may_name_any_path(self, folder: Path) -> None:
        (folder / "elsewhere").mkdir()
        (folder / "elsewhere" / "table.csv").write_text("path,value\nreserves,3\n")
        scenario = load_scenario("baseline-2020", ["initial_from=elsewhere/table.csv", "initial.reserves=null"])
        assert scenario.initial["reserves"] == Initial(3.0)  # what the parent says is taken back

    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            ("value,path,colour\n", "mine.csv:1:1: the first line must name the columns path and value"),
            ("", "mine.csv:1:1: the first line must name the columns path and value"),
            ("path,value\nreservs,3\n", "mine.csv:2:1: 'reservs' is not a state variable; did you mean 'reserves'?"),
            ("path,value\nreserves,much\n", "mine.csv:2:1: reserves: 'much' is text"),
            ("path,value\nreserves,99\n", "mine.csv:2:1: reserves is 99; expected a number from"),
            ("path,value\nreserves\n", "mine.csv:2:1: the row has 1 cells; expected 2"),
            ("path,value\nreserves,\n", "mine.csv:2:1: reserves has no value"),
            ("path,value\nreserves,3\nreserves,4\n", "mine.csv:3:1: 'reserves' is given twice, first in line 2"),
            ('path,value\n"reserves,3\n', "mine.csv:1:1: the file is no CSV in UTF-8"),
        ],
    )
    def test_a_mistake_in_it_is_told_with_its_line(self, folder: Path, rows: str, said: str) -> None:
        (line,) = refused(written(folder, rows))
        assert line.startswith(said)

    def test_a_link_is_not_followed(self, folder: Path) -> None:
        path = written(folder, "path,value\n")
        (folder / "mine.csv").rename(folder / "other.csv")
        (folder / "mine.csv").symlink_to(folder / "other.csv")
        assert "is a link; expected a file" in refused(path)[0]
