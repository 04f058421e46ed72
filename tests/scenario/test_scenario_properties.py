"""Whatever stands in a file, it loads or it is refused in well-formed lines."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario import Scenario, ScenarioError, load_scenario
from tests.scenario.invariants import harmless, outcome

EXAMPLES = 100 * int(os.environ.get("PENINSULA_SOAK", "1"))
WORDS = [
    "null", "~", "true", "NO", "0", "-1", "1e999", ".nan", "-.inf", "012", "0x1f", "1_000", "0,4", '"0.4"', "''",
    "2020-05", "2020-13", "2020-05-01", "[]", "{}", "[1, 2]", "{uniform: [1, 0]}", "{beta: [0, 0]}", "{normal: [0, -1]}",
    "&a 1", "*a", "!!python/name:os.system x", "|", ">", "---", "...", "- ", "? ", ": ", ", ", "}", "]", "%YAML 1.1", "<<",
    "\t", "\0", "\x1b[2J", "\u202e", "\x85", "\ufeff", "\ufffe", "\n", "\r", "  ", "#", "'", '"',
    '"\\ud800"', '"\\UFFFFFFFF"', '"\\x07"', "$HOME", "${PATH}", "{{1+1}}", "../x", "try", "~/x", "9" * 400, "x" * 3000,
]  # fmt: skip
TEXT = (
    "title: A try\nquestion: Why?\nextends: []\nstart: 2020-05\nmonths: 20\n"
    "parameters:\n  @PARAMETER@: {uniform: [@INSIDE@, @INSIDE@]}\n"
    "nations:\n  @NATION@: {sharpness: 2, weight_set: standard, weights: {@FEATURE@: 0.5}}\n"
    "initial:\n  @VARIABLE@: {value: @MIDDLE@, sd: 0.1, source: guess}\n"
    "events:\n  - {month: 2020-06, set: {@VARIABLE@: @MIDDLE@}, probability: 0.5, why: a, source: b}\n"
    "record:\n  - {month: 2020-02, variable: @VARIABLE@, value: @MIDDLE@, source: b}\n"
)
TOKEN = re.compile(r"[\w.-]+|[^\w\s]|\s+")
quietly = settings(
    derandomize=True, deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def valid(filled: Callable[[str], str]) -> str:
    return filled(TEXT)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("properties") / "try.yaml"


def check(path: Path, data: bytes, given_settings: tuple[str, ...] = ()) -> Scenario | None:
    """Load the data: a scenario that can be stored and shown, or None and well-formed lines."""
    path.write_bytes(data)
    found = outcome(path, given_settings)
    return found if isinstance(found, Scenario) else None


def test_the_valid_scenario_is_valid(valid: str, path: Path) -> None:
    assert check(path, valid.encode()) is not None


@quietly
@given(changes=st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(WORDS)), min_size=1, max_size=4))
def test_tokens_are_replaced(changes: list[tuple[int, str]], valid: str, path: Path) -> None:
    tokens = TOKEN.findall(valid)
    for place, word in changes:
        tokens[place % len(tokens)] = word
    check(path, "".join(tokens).encode())


@quietly
@given(
    changes=st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 5), st.text(max_size=5) | st.sampled_from(WORDS)),
        min_size=1,
        max_size=4,
    )
)
def test_characters_are_replaced(changes: list[tuple[int, int, str]], valid: str, path: Path) -> None:
    text = valid
    for place, length, inserted in changes:
        at = place % len(text)
        text = text[:at] + inserted + text[at + length :]
    check(path, text.encode("utf-8", "surrogatepass"))


@quietly
@given(order=st.permutations(range(14)), kept=st.integers(1, 14))
def test_lines_are_shuffled_and_lost(order: list[int], kept: int, valid: str, path: Path) -> None:
    lines = valid.splitlines(keepends=True)
    check(path, "".join(lines[number] for number in order[:kept] if number < len(lines)).encode())


@quietly
@given(data=st.binary(max_size=200))
def test_any_bytes(data: bytes, path: Path) -> None:
    assert check(path, data) is None


@quietly
@given(
    key=st.sampled_from(
        ["months", "start", "title", "initial.reserves", "nations.russia.sharpness", "events+", "parameters.x", "", "."]
    ),
    value=st.text(max_size=10) | st.sampled_from(WORDS),
)
def test_any_setting(key: str, value: str, valid: str, path: Path) -> None:
    check(path, valid.encode(), (f"{key}={value}",))


@quietly
@given(name=st.text(max_size=12))
def test_any_name(name: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(f"{name}!")
    assert all(harmless(line) for line in caught.value.lines)
