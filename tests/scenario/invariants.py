"""What must hold of any scenario file, whatever stands in it: it loads to something that can be stored and shown, or it is
refused in well-formed lines."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from sim.scenario import Scenario, ScenarioError, from_document, load_scenario, show_lines
from sim.scenario.problems import MOST_PROBLEMS, is_hidden
from sim.scenario.reader import MOST_NODES

LINE = re.compile(r"[^\n:]+:[1-9][0-9]*:[1-9][0-9]*: [^\n]+")
LONGEST_LINE = 400

Refusal = tuple[str, ...]


def harmless(line: str) -> bool:
    """Whether a line moves no cursor, reorders no text and is one line."""
    return not any(is_hidden(character) for character in line)


def outcome(path: Path | str, settings: tuple[str, ...] = ()) -> Scenario | Refusal:
    """A file as a scenario, or the lines that refuse it; what must hold of either is checked."""
    try:
        scenario = load_scenario(path, settings)
    except ScenarioError as error:
        well_formed(error.lines)
        return error.lines
    stored(scenario)
    return scenario


def well_formed(lines: Refusal) -> None:
    """Check the lines of a refusal."""
    assert 1 <= len(lines) <= MOST_PROBLEMS, lines
    assert len(set(lines)) == len(lines), lines
    for line in lines:
        assert LINE.fullmatch(line), line
        assert harmless(line), line
        assert len(line) < LONGEST_LINE, line


def stored(scenario: Scenario) -> None:
    """Check that a scenario comes back from its document, as JSON holds it, and that nothing hidden is shown of it."""
    text = json.dumps(scenario.document(), allow_nan=False)
    again = from_document(json.loads(text))
    assert again == scenario
    assert again.digest() == scenario.digest()
    assert all(harmless(line) for line in show_lines(scenario))


def shown_again(scenario: Scenario, path: Path) -> None:
    """Check that what is shown of a scenario loads to the same values; written to a path.

    What several files say may be more than one file can hold, which is then all that is wrong with it.
    """
    path.write_text("\n".join(show_lines(scenario)), encoding="utf-8")
    again = outcome(path)
    if isinstance(again, tuple):
        assert any(f"more than {MOST_NODES} keys" in line or "larger than" in line for line in again), again
        return
    assert replace(again, name=scenario.name, extends=scenario.extends) == scenario
    assert again.digest() == scenario.digest()
