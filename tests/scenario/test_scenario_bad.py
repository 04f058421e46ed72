"""Every file in ``bad`` is refused with the lines it expects; see bad/README.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import ScenarioError, load_scenario

BAD = Path(__file__).parent / "bad"
CASES = sorted(path.stem for path in BAD.glob("*.yaml"))
LINE = re.compile(r"[^\n:]+:[1-9][0-9]*:[1-9][0-9]*: .+")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, names: dict[str, str]) -> Path:
    made = tmp_path_factory.mktemp("bad")
    for path in BAD.glob("*.yaml"):
        data = path.read_bytes()
        for token, name in names.items():
            data = data.replace(f"@{token}@".encode(), name.encode())
        (made / path.name).write_bytes(data)
    return made


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_gives_the_expected_lines(
    case: str, folder: Path, filled: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    expected = filled((BAD / f"{case}.expected").read_text(encoding="utf-8")).splitlines()
    if not expected:
        assert load_scenario(f"{case}.yaml").name == case
        return
    with pytest.raises(ScenarioError) as caught:
        load_scenario(f"{case}.yaml")
    assert len(caught.value.lines) == len(expected), caught.value.lines
    for line, beginning in zip(caught.value.lines, expected, strict=True):
        assert LINE.fullmatch(line)
        assert line.isprintable()
        assert len(line) < 250
        assert (f"{case}.yaml:{beginning}" if beginning[0].isdigit() else beginning) in line


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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#" + "x" * 256 * 1024, "1:1: the file is larger than 256 KiB"),
        ("".join(f"k{number}: 1\n" for number in range(3000)), "the file holds more than 5000 keys and values"),
        ("[" * 200_000, "nested more than 12 deep"),
        ("{a: " * 60_000, "nested more than 12 deep"),
        ("- " * 100_000, "nested more than 12 deep"),
        ("? " * 100_000, "nested more than 12 deep"),
        ("title: a\n" * 20_000, "the file holds more than 5000 keys and values"),
        ("---\n" * 50_000, "a second document begins here"),
        ("&" * 200_000, "anchors and aliases"),
    ],
)
def test_bombs_are_refused_before_they_grow(text: str, message: str, write: Callable[..., str]) -> None:
    with pytest.raises(ScenarioError, match=message):
        load_scenario(write("bomb", text, whole=True))
