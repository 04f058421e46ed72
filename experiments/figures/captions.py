"""Captions of figures to be pasted under them in a paper: ``captions.md``, a section for each figure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure

from experiments.language import said
from experiments.writing import write_whole

NAME = "captions.md"
HEADING = "## "


def caption(figure: Figure, stem: str) -> str:
    """Files, question, what marks and bands mean, sample size, seed, version and citation of one figure.

    The figure's label has these, as ``style.dress`` left them.
    """
    question, *lines = str(figure.get_label()).split("\n")
    files = said(f"Figure: {stem}.png, {stem}.svg; data: {stem}.csv")
    notes, made = " ".join(lines[:-2]), "  \n".join(lines[-2:])
    return f"{files}\n\n**{question}** {notes}\n\n{made}"


def write(home: Path, captions: Mapping[str, str]) -> Path:
    """Write the captions of figures; those of other figures that the file has already stay in it."""
    path = home / NAME
    kept = _read(path.read_text("utf-8")) if path.exists() else {}
    every = {**kept, **captions}
    write_whole(path, "\n".join(f"{HEADING}{name}\n\n{text}\n" for name, text in every.items()).encode())
    return path


def _read(text: str) -> dict[str, str]:
    sections = [part.partition("\n") for part in f"\n{text}".split(f"\n{HEADING}")[1:]]
    return {name.strip(): body.strip() for name, _, body in sections}
