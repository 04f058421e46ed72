"""Two outcomes of every run as a picture, with the runs beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from experiments.errors import unknown
from experiments.manifest import read_manifest


def draw(
    directory: Path | str, frame: pd.DataFrame, names: tuple[str, str], own: Mapping[str, str], out: Path
) -> list[Path]:
    """``joint-A-B.png`` and ``.svg``, and the values of each run as ``.csv``; own: units of outcomes of one's own.

    Raises UsageError for an unknown outcome.
    """
    from experiments.figures import joint, open_batch, style
    from experiments.figures.tables import write_table

    known = [name for name in frame.columns if name not in ("scenario", "run")]
    for name in names:
        if name not in known:
            raise unknown("outcome", name, known)
    manifest = read_manifest(directory)
    out.mkdir(parents=True, exist_ok=True)
    stem = out / f"joint-{names[0]}-{names[1]}"
    counts = frame.dropna(subset=list(names)).groupby("scenario", observed=True).size()
    footer = style.footer(open_batch(directory).manifest, counts)
    with style.house_style():
        figure = joint.page(frame, names, {**manifest.units, **own}, footer)
    return [*style.save(figure, stem), write_table(frame[["scenario", "run", *names]], stem.with_suffix(".csv"))]
