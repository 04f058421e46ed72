"""Every figure by name, with the question it answers, what it needs, and how it is summarised and drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from experiments.batch import processors
from experiments.errors import StorageError, UsageError, unknown
from experiments.figures import against_history, fans, moves, outcomes, politics, provocations, series, style
from experiments.figures.catalogue import ALL_PARTNERS, FANS, FLOWS, NOTES, PAGE, TESTS, THEMES, TOTALS
from experiments.figures.data import (
    Batch,
    measures,
    open_batch,
    summarise_moves,
    summarise_outcomes,
    write_table,
)
from experiments.figures.fans import Strip
from experiments.figures.figure import Figure, finished, footer
from sim.actions import SLOTS
from sim.nations import CHARACTERS

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["FIGURES", "Figure", "draw_all", "draw_each"]

FIGURES_PER_WORKER = 4  # below this, starting a process takes longer than it saves


def _outcome_pages() -> Iterator[Figure]:
    """Pages of outcomes by theme; what no theme names goes on further pages."""
    known = measures()
    named = {name for _, names in THEMES.values() for name in names}
    pages = {f"outcomes_{theme}": page for theme, page in THEMES.items()}
    rest = [name for name in known if name not in named]
    for number, start in enumerate(range(0, len(rest), PAGE), 1):
        pages[f"outcomes_more_{number}"] = ("What else comes out?", tuple(rest[start : start + PAGE]))
    for name, (question, names) in pages.items():
        wanted = tuple(outcome for outcome in names if outcome in known)
        if wanted:
            yield _outcome_page(name, question, wanted)


def _outcome_page(name: str, question: str, wanted: tuple[str, ...]) -> Figure:
    def summarise(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
        frame = batch.outcomes([*columns, "status"] if "status" in batch.columns("outcomes") else columns)
        if "status" in frame:
            frame = frame[frame["status"] != "failed"]
        return summarise_outcomes(frame, measures(), columns)

    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        said = style.footer(batch.manifest, data["runs"].dropna())
        return outcomes.page(data, finished(batch, data), measures(), question, said)

    return Figure(name, question, "outcomes", wanted, summarise, picture, family="outcomes")


def _fan(name: str, question: str, strips: Sequence[Strip]) -> Figure:
    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        return fans.chart(data, finished(batch, data), strips, question, NOTES.get(name, ""), footer(batch, data))

    return Figure(name, question, "trajectories", tuple(strip.column for strip in strips), series.fan, picture)


def _actions(nation: str) -> Figure:
    menu = CHARACTERS[nation].menu
    slots = {slot: [line.name for line in menu if line.slot == slot] for slot in SLOTS}
    question = f"What does {style.readable(nation)} do?"

    def summarise(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
        months = {str(document["name"]): int(document["months"]) for document in batch.manifest["scenarios"]}
        return summarise_moves(batch.outcomes(columns), months)

    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        return moves.sheet(data, finished(batch, data), slots, question, footer(batch, data))

    wanted = tuple(f"moves.{nation}.{line.name}" for line in menu)
    return Figure(f"actions_{nation}", question, "outcomes", wanted, summarise, picture, family="actions")


def _tests() -> Figure:
    question = "How often does North Korea test weapons?"

    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        return provocations.sheet(data, finished(batch, data), question, footer(batch, data))

    return Figure("tests", question, "trajectories", TESTS, series.tests_by_month, picture, every=True)


def _observed() -> Figure:
    question = "Does simulated trade agree with what was observed?"
    flows = tuple(strip.column for strip in (*FLOWS, *ALL_PARTNERS))

    def summarise(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
        parts = {strip.column: [name for name in flows if name.startswith(strip.column)] for strip in TOTALS}
        return series.years(batch, {total: names for total, names in parts.items() if set(names) <= set(columns)})

    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        strips = [strip for strip in TOTALS if (data["variable"] == strip.column).any()]
        return against_history.sheet(data, finished(batch, data), strips, question, footer(batch, data))

    return Figure("observed", question, "trajectories", flows, summarise, picture, applies=series.comparable)


FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        figure.name: figure
        for figure in (
            *_outcome_pages(),
            *(_fan(name, *parts) for name, parts in FANS.items()),
            _tests(),
            *politics.figures(),
            *(_actions(nation) for nation in CHARACTERS),
            _observed(),
        )
    }
)


def chosen(names: Iterable[str] | None, batch: Batch) -> list[Figure]:
    """The figures of these names or families; without names, all that the batch has data for.

    UsageError for a name that does not exist, or if nothing of a family can be drawn.
    """
    if names is None:
        return [figure for figure in FIGURES.values() if figure.columns(batch)]
    found: dict[str, Figure] = {}
    for name in names:
        pages = [figure for figure in FIGURES.values() if name in (figure.name, figure.family)]
        if not pages:
            raise unknown("figure", name, [*FIGURES, *(figure.family for figure in FIGURES.values())])
        drawable = [figure for figure in pages if figure.columns(batch)]
        if not drawable:
            raise UsageError(f"figure {name!r} cannot be drawn: it needs {pages[0].lacks(batch)}")
        found |= {figure.name: figure for figure in drawable}
    return list(found.values())


def draw_all(batch: Batch | Path | str, names: Iterable[str] | None = None, out: Path | str | None = None) -> list[Path]:
    """Draw figures of a batch, or of the one stored in a directory, as PNG and SVG with their data as CSV beside them.

    names: of figures or families (see ``FIGURES``), by default all that the batch has data for.
    out: a directory, by default ``figures`` in the batch's own; a batch in memory needs one.
    The same batch gives the same bytes. Raises UsageError, StorageError, StoredDataDamaged.
    """
    return [path for paths in draw_each(batch, names, out) for path in paths]


def draw_each(
    batch: Batch | Path | str, names: Iterable[str] | None = None, out: Path | str | None = None
) -> Iterator[list[Path]]:
    """As ``draw_all``, but figure by figure; many figures of a stored batch are drawn by several processes."""
    if isinstance(batch, Path | str):
        home = Path(batch) / "figures" if out is None else Path(out)
        opened: Batch = open_batch(batch)
    elif out is None:
        raise UsageError("a batch in memory has no directory of its own; say where the figures should go (out)")
    else:
        home, opened = Path(out), batch
    figures = chosen(names, opened)
    workers = min(processors(), len(figures) // FIGURES_PER_WORKER)
    try:
        home.mkdir(parents=True, exist_ok=True)
        if isinstance(batch, Path | str) and workers > 1:
            with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
                yield from pool.map(partial(_draw_stored, Path(batch), home), [figure.name for figure in figures])
        else:
            for figure in figures:
                yield _draw(figure, opened, home)
    except OSError as error:
        raise StorageError(f"cannot write figures in {home}: {error.strerror or error}") from error


def _draw_stored(directory: Path, home: Path, name: str) -> list[Path]:
    return _draw(FIGURES[name], open_batch(directory), home)


def _draw(figure: Figure, batch: Batch, home: Path) -> list[Path]:
    data = figure.data(batch)
    return [*style.save(figure.draw(batch, data), home / figure.name), write_table(data, home / f"{figure.name}.csv")]
