"""Every file in ``bad`` is refused with the lines it expects; see bad/README.md."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import ScenarioError, load_scenario
from tests.scenario import corpus
from tests.scenario.corpus import BAD, CASES

LINE = re.compile(r"[^\n:]+:[1-9][0-9]*:[1-9][0-9]*: .+")
MOST_SECONDS = 1.0

Score = Callable[[str, int, int], None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bad")
    corpus.unpack(made)
    return made


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_gives_the_expected_lines(
    case: str, folder: Path, filled: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, score: Score
) -> None:
    monkeypatch.chdir(folder)
    expected = filled((BAD / f"{case}.expected").read_text(encoding="utf-8")).splitlines()
    if not expected:
        assert load_scenario(f"{case}.yaml").name == case
        return
    began = time.process_time()
    with pytest.raises(ScenarioError) as caught:
        load_scenario(f"{case}.yaml")
    assert time.process_time() - began < MOST_SECONDS
    assert len(caught.value.lines) == len(expected), caught.value.lines
    for line, beginning in zip(caught.value.lines, expected, strict=True):
        assert LINE.fullmatch(line)
        assert line.isprintable()
        assert len(line) < 250
        assert (f"{case}.yaml:{beginning}" if beginning[0].isdigit() else beginning) in line
    score("bad inputs refused with the expected line", 1, 1)


def test_every_case_has_two_files() -> None:
    assert {path.stem for path in BAD.glob("*.expected")} == set(CASES)
    assert len(CASES) > 100


def test_nothing_of_a_private_file_is_told(folder: Path) -> None:
    for case, secrets in (("private-file", ("user", "somebody", "home")), ("text-at-top", ("secret", "nobody"))):
        with pytest.raises(ScenarioError) as caught:
            load_scenario(folder / f"{case}.yaml")
        assert not any(secret in line.split(": ", 1)[1] for secret in secrets for line in caught.value.lines)


def test_at_most_twenty_problems_are_shown(write: Callable[..., str]) -> None:
    path = write("many", "parameters:\n" + "".join(f"  unknown{number}: 1\n" for number in range(50)))
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert len(caught.value.lines) == 20
    assert str(caught.value) == "\n".join(caught.value.lines)
