"""Looking at processes from outside, for tests that kill some and wait for others."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def alive(pid: int | str) -> bool:
    """Whether a process is there and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(condition: Callable[[], object], seconds: float = 120) -> None:
    """Until something holds, at most so long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)
