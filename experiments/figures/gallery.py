"""Every figure by name, with the question it answers, what it needs, and how it is summarised and drawn."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from experiments import menus, pool
from experiments.batch import processors
from experiments.errors import BatchWarning, PeninsulaError, StorageError, UsageError, WorkersFailed, unknown
from experiments.figures import (
    against_history,
    captions,
    fans,
    fonts,
    heat,
    moves,
    outcomes,
    politics,
    provocations,
    ranked,
    series,
    style,
    survival,
    sweep,
)
from experiments.figures.catalogue import ALL_PARTNERS, FANS, FLOWS, NOTES, PAGE, TESTS, THEMES, TOTALS
from experiments.figures.data import (
    Batch,
    Stored,
    finished_runs,
    held,
    measures,
    open_batch,
    summarise_moves,
    summarise_outcomes,
)
from experiments.figures.fans import Strip
from experiments.figures.figure import Figure, finished, footer
from experiments.figures.tables import as_csv
from experiments.language import ENGLISH, checked
from experiments.signals import Stop
from experiments.targets import writable
from experiments.writing import write_whole
from sim.nations import CHARACTERS

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["FIGURES", "Figure", "draw_all", "draw_each"]

Drawn = tuple[dict[str, bytes], str]  # files of a figure by their ending, and its caption
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
        return summarise_outcomes(finished_runs(batch, columns), measures(), columns)

    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        said = style.footer(batch.manifest, data["runs"].dropna())
        return outcomes.page(data, finished(batch, data), measures(), question, said)

    return Figure(name, question, "outcomes", wanted, summarise, picture, family="outcomes")


def _fan(name: str, question: str, strips: Sequence[Strip]) -> Figure:
    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        return fans.chart(data, finished(batch, data), strips, question, NOTES.get(name, ""), footer(batch, data))

    return Figure(name, question, "trajectories", tuple(strip.column for strip in strips), series.fan, picture)


def _actions(nation: str) -> Figure:
    question = f"What does {style.readable(nation)} do?"

    def summarise(batch: Batch, columns: Sequence[str]) -> pd.DataFrame:
        months = {str(document["name"]): int(document["months"]) for document in batch.manifest["scenarios"]}
        return summarise_moves(batch.outcomes(columns), months)

    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        slots = menus.slots(batch.manifest["scenarios"], nation, list(dict.fromkeys(data["action"])))
        return moves.sheet(data, finished(batch, data), slots, question, footer(batch, data))

    prefix = f"moves.{nation}."
    wanted = tuple(f"{prefix}{line.name}" for line in CHARACTERS[nation].menu)
    return Figure(f"actions_{nation}", question, "outcomes", wanted, summarise, picture, family="actions", begins=prefix)


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

    return Figure(
        "observed", question, "trajectories", flows, summarise, picture, applies=series.comparable,
        asks="months of which something is known",
    )  # fmt: skip


FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        figure.name: figure
        for figure in (
            *_outcome_pages(),
            *(_fan(name, *parts) for name, parts in FANS.items()),
            _tests(),
            *politics.figures(),
            *(figure for module in (survival, heat, ranked, sweep) for figure in module.figures()),
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
            known = [*FIGURES, *(figure.family for figure in FIGURES.values())]
            raise unknown("figure", name, known)
        drawable = [figure for figure in pages if figure.columns(batch)]
        if not drawable:
            raise UsageError(f"figure {name!r} cannot be drawn: it needs {pages[0].lacks(batch)}")
        found |= {figure.name: figure for figure in drawable}
    return list(found.values())


def draw_all(
    batch: Batch | Path | str, names: Iterable[str] | None = None, out: Path | str | None = None, *, language: str = ENGLISH
) -> list[Path]:
    """Draw figures of a batch, or of the one stored in a directory, as PNG and SVG with their data as CSV beside them.

    names: of figures or families (see ``FIGURES``), by default all that the batch has data for.
    out: a directory, by default ``figures`` in the batch's own, in another language ``figures/LANGUAGE``; a batch in memory
    needs one. Captions to paste are in its ``captions.md``. language: of labels and captions, see ``language.LANGUAGES``.
    The same batch gives the same bytes. Raises UsageError, StorageError, StoredDataDamaged.
    """
    return [path for paths in draw_each(batch, names, out, language=language) for path in paths]


def draw_each(
    batch: Batch | Path | str, names: Iterable[str] | None = None, out: Path | str | None = None, *, language: str = ENGLISH
) -> Iterator[list[Path]]:
    """As ``draw_all``, but figure by figure; many figures of a stored batch are drawn by several processes."""
    if isinstance(batch, Path | str):
        home = Path(batch) / "figures" / ("" if language == ENGLISH else language) if out is None else Path(out)
        opened: Batch = open_batch(batch)
    elif out is None:
        raise UsageError("a batch in memory has no directory of its own; say where the figures should go (out)")
    else:
        home, opened = Path(out), batch
    figures = chosen(names, opened)
    fonts.families(checked(language))  # so that what is missing is said at once
    workers = min(processors(), len(figures) // FIGURES_PER_WORKER)
    writable(home)
    try:
        home.mkdir(parents=True, exist_ok=True)
        if isinstance(opened, Stored) and workers > 1:
            drawn = _in_order(_shared(figures, opened, language, workers))
        else:
            drawn = (_draw(figure, figure.data(opened), opened, language) for figure in figures)
        yield from _kept(home, figures, drawn)
    except OSError as error:
        raise StorageError(f"cannot write figures in {home}: {error.strerror or error}") from error


class _Summary(NamedTuple):
    """What a worker needs to draw the figure with this place among those asked for."""

    place: int
    figure: str
    data: pd.DataFrame


@dataclass(frozen=True)
class _Drawing:
    """The work of a process that draws and writes nothing; an error that is not a bug comes back as its answer."""

    batch: Stored
    language: str

    def __call__(self, summary: _Summary) -> Drawn | OSError | PeninsulaError:
        try:
            return _draw(FIGURES[summary.figure], summary.data, self.batch, self.language)
        except (OSError, PeninsulaError) as error:
            return error


def _shared(figures: Sequence[Figure], batch: Stored, language: str, workers: int) -> Iterator[tuple[int, Drawn]]:
    """Figures with their places, drawn by workers from what is summarised here; outcomes are read once for all of them.

    What a worker died of is drawn here at the end, and so is all that is left if none can be started.
    """
    reading = held(batch, _outcomes_of(figures, batch))
    left = dict(enumerate(figures))
    summaries = (_Summary(place, figure.name, figure.data(reading)) for place, figure in enumerate(figures))
    work = _Drawing(batch, language)
    try:
        with closing(pool.answers(work, summaries, workers, Stop(), lambda _: ())) as answers:
            for summary, answer in answers:
                if isinstance(answer, Exception):
                    raise answer
                if answer is not None:
                    del left[summary.place]
                    yield summary.place, answer
    except WorkersFailed as error:
        warnings.warn(f"figures are drawn by this process alone: {error}", BatchWarning, stacklevel=2)
    for place, figure in left.items():
        yield place, _draw(figure, figure.data(reading), batch, language)


def _in_order(found: Iterable[tuple[int, Drawn]]) -> Iterator[Drawn]:
    """What comes with its place, in the order of places."""
    early: dict[int, Drawn] = {}
    place = 0
    for at, drawn in found:
        early[at] = drawn
        while place in early:
            yield early.pop(place)
            place += 1


def _outcomes_of(figures: Iterable[Figure], batch: Batch) -> list[str]:
    """The columns of outcomes that figures read."""
    here = set(batch.columns("outcomes"))
    named = [name for figure in figures if figure.needs == "outcomes" for name in figure.columns(batch)]
    return [name for name in dict.fromkeys(["status", *named]) if name in here]


def _kept(home: Path, figures: Iterable[Figure], drawn: Iterable[Drawn]) -> Iterator[list[Path]]:
    """Files of each figure, written as it is drawn; at the end its caption is beside them."""
    found: dict[str, str] = {}
    for figure, (files, caption) in zip(figures, drawn, strict=True):
        for ending, data in files.items():
            write_whole(home / f"{figure.name}.{ending}", data)
        found[figure.name] = caption
        yield [home / f"{figure.name}.{ending}" for ending in files]
    captions.write(home, found)


def _draw(figure: Figure, data: pd.DataFrame, batch: Batch, language: str) -> Drawn:
    with style.house_style(language):
        drawn = figure.draw(batch, data)
        return {**style.rendered(drawn), "csv": as_csv(data)}, captions.caption(drawn, figure.name)
