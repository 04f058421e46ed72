"""What all tests share: the score of what the project was made to suffer, and how long to go on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

Score = Callable[[str, int, int], None]


@pytest.fixture
def score(request: pytest.FixtureRequest) -> Score:
    """score(what, tried, held) adds to the file that PENINSULA_SCORE names, of which RELIABILITY.md is made."""

    def add(what: str, tried: int, held: int) -> None:
        target = os.environ.get("PENINSULA_SCORE")
        if target:
            line = {"what": what, "tried": int(tried), "held": int(held), "test": request.node.nodeid}
            with Path(target).open("a") as file:  # one short line: workers may add at once
                file.write(json.dumps(line) + "\n")

    return add


@pytest.fixture(scope="session")
def soak() -> int:
    """How many times longer than in every commit the tests shall go on that can go on for ever (make soak)."""
    return int(os.environ.get("PENINSULA_SOAK", "1"))
