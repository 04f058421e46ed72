"""What not to conclude from the model: one page for an analyst, which reports carry with them."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).with_name("limits.md")


def limits() -> list[tuple[str, str]]:
    """Each limit as a claim and what follows from it."""
    paragraphs = [" ".join(text.split()) for text in PAGE.read_text(encoding="utf-8").split("\n\n")]
    return [
        (claim, rest.strip())
        for text in paragraphs
        if text.startswith("**")
        for claim, _, rest in [text[2:].partition("**")]
    ]
