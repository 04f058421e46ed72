"""How to cite numbers and figures: version, scenarios with the beginnings of their digests, runs, seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

SHOWN = 3  # scenarios named under a figure
LETTERS = 8  # of a digest


def cited(version: str, digests: Mapping[str, str], runs: Iterable[int], seed: int, *, shown: int | None = None) -> str:
    """``Peninsula 0.4.0, baseline-2020 (1a2b3c4d), 1,000 runs, seed 1``: what one has to know to make the numbers again.

    digests: of scenarios by name, empty where unknown; runs: the numbers of runs that occur; shown: how many scenarios are
    named, by default all.
    """
    names = [f"{name} ({digest[:LETTERS]})" if digest else name for name, digest in digests.items()]
    left = len(names) - (shown or len(names))
    named = ", ".join(names[:shown]) + (f" and {left} more" if left > 0 else "")
    counts = sorted(set(runs))
    counted = " to ".join(f"{number:,}" for number in dict.fromkeys(counts[:: max(1, len(counts) - 1)])) or "no"
    said = "1 run" if counts == [1] else f"{counted} runs"
    return f"Peninsula {version}, {named}, {said}{' of each' if len(names) > 1 else ''}, seed {seed}"
