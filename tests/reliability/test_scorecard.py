"""The scorecard adds up what the tests say, and calls nothing good that did not hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Score
from tests.reliability import scorecard

HEAD = {"step": "tests", "command": "python -m pytest", "soak": 1, "exit": 0, "seconds": 1234, "versions": "peninsula 9"}


def line(what: str, tried: int, held: int, test: str = "tests/a.py::test_it[1]", **more: str) -> dict[str, object]:
    return {"step": "tests", "what": what, "tried": tried, "held": held, "test": test, **more}


def test_what_several_tests_tried_is_one_row() -> None:
    said = [
        HEAD,
        line("kill -9", 5, 5),
        line("kill -9", 1200, 1200, "tests/b.py::test_it"),
        line("bit flips", 7, 7, remark="all"),
    ]
    text, good = scorecard.page(said)
    assert good
    assert "| kill -9 | 1,205 | 1,205 | `tests/a.py`, `tests/b.py` |" in text
    assert "| bit flips | 7 | 7 | `tests/a.py`; all |" in text
    assert "`python -m pytest`: everything held, 1,234 s." in text
    assert "Nothing lost, nothing wrong, nothing silent" in text
    assert text.count("Not measured for this page") == len(scorecard.STEPS) - 1


@pytest.mark.parametrize(
    "said", [[HEAD, line("kill -9", 5, 4)], [{**HEAD, "exit": 1}, line("kill -9", 5, 5)], [{**HEAD, "exit": 1}]]
)
def test_what_did_not_hold_is_in_bold(said: list[dict[str, object]]) -> None:
    text, good = scorecard.page(said)
    assert not good
    assert "**Something did not hold, or nothing was tried**" in text
    assert "Nothing lost" not in text
    assert "**4**" in text or "**it ended with 1" in text


def test_the_fixture_writes_what_the_scorecard_reads(
    score: Score, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("PENINSULA_SCORE", str(tmp_path / "score"))
    score("kill -9", 3, 2)
    score("kill -9", 1, 1)
    monkeypatch.delenv("PENINSULA_SCORE")
    score("kill -9", 9, 9)
    said = [json.loads(each) for each in (tmp_path / "score").read_text().splitlines()]
    (row,) = scorecard.summed(said)
    assert (row["what"], row["tried"], row["held"]) == ("kill -9", 4, 3)
    assert row["places"] == {request.node.nodeid.split("::")[0]}


def test_every_step_names_what_is_there() -> None:
    for step in scorecard.STEPS:
        paths = [word for word in scorecard.command(step, 1) if word.startswith("tests/")]
        assert paths
        assert all((scorecard.ROOT / path).exists() for path in paths)


def test_a_card_without_measures_calls_nothing_good() -> None:
    text, good = scorecard.page([])
    assert not good
    assert "Nothing lost" not in text
