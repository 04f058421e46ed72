"""Figures of a report: those of the batch, and those that other verbs have left in directories, as inert images."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.errors import StorageError, UsageError
from experiments.language import speaking
from experiments.story import Story

if TYPE_CHECKING:
    import pandas as pd

ALWAYS = (
    "trade", "sanctions", "tests", "talks", "third_summit", "crisis", "leverage", "equidistance", "programmes", "observed",
)  # fmt: skip
ABOUT = {  # outcomes that the usual figures and some others show the course of
    "trade": ("trade_recovery", "russia_exports_level", "russia_imports_level"),
    "reserves": ("reserves_end",),
    "growth": ("growth",),
    "workers": ("workers_end", "labour_revenue"),
    "capability": ("capability_gain",),
    "sanctions": ("sanctions_status", "sanctions_change", "council_adopted", "council_vetoed", "council_eased"),
    "tests": ("tests", "tests_severe", "quiet_spell"),
    "talks": ("deal", "deal_months", "deal_broken", "stalemate", "third_summit"),
    "third_summit": ("third_summit", "third_summit_month"),
    "crisis": ("crisis_peak", "crisis_months"),
    "leverage": ("leverage", "leverage_threat", "leverage_patrons", "leverage_clock"),
    "equidistance": (
        "equidistance", "equidistance_end", "equidistance_trade", "equidistance_contact", "equidistance_affinity",
    ),
    "programmes": ("programmes_alive", "first_setback_month"),
    "observed": ("trade_recovery", "russia_exports_level", "russia_imports_level"),
}  # fmt: skip
BESIDE = {  # directories of a batch where verbs may have left figures, and what these show
    "backtest": "The model begun at past dates and judged by what came, beside simple rules.",
    "sensitivity": "How much of the variance of outcomes goes with each uncertain number.",
    "discovery": "Conditions under which an outcome comes about more often, found in one half of the runs and measured in "
    "the other. They go with the outcome; they need not bring it about.",
    "calibration": "What the record of 2012 to April 2020 says of uncertain numbers.",
}


@dataclass(frozen=True)
class Picture:
    """A figure: its name, what it shows, and the image as a data address, in which scripts do not run."""

    name: str
    question: str
    source: str


def wanted(directory: Path, names: Sequence[str], key: Sequence[str], asked: Sequence[str]) -> list[str]:
    """Figures of a batch: those of these names (``all`` for all of them); without names the pages and courses of the
    outcomes that are asked for, or the usual ones and the pages of the key outcomes.

    Raises UsageError for a name that does not exist or a figure that cannot be drawn.
    """
    from experiments.figures import open_batch
    from experiments.figures.catalogue import THEMES
    from experiments.figures.gallery import FIGURES, chosen

    batch = open_batch(directory)
    courses = [name for name, about in ABOUT.items() if set(about) & set(asked)] if asked else ALWAYS
    pages = [f"outcomes_{theme}" for theme, (_, members) in THEMES.items() if set(members) & set(asked or key)]
    usual = [name for name in (*pages, *courses) if name in FIGURES and FIGURES[name].columns(batch)]
    return [figure.name for figure in chosen(None if "all" in names else names or usual, batch)]


def of_batch(directory: Path, names: Sequence[str], language: str) -> list[Picture]:
    """Figures of a batch, drawn."""
    from experiments.figures.gallery import FIGURES, draw_each

    with tempfile.TemporaryDirectory(prefix="peninsula-") as place:
        drawn = list(draw_each(directory, names, place, language=language)) if names else []
        return [_picture(paths, FIGURES[name].question) for name, paths in zip(names, drawn, strict=True)]


def of_comparison(directory: Path, rows: pd.DataFrame, base: str, language: str) -> Picture | None:
    """The figure of differences from the base, of the outcomes and categories that differ in some run; None without any."""
    from experiments import compare

    differs = rows["difference"].fillna(0) != 0
    rows = rows[differs.groupby([rows["outcome"], rows["category"]]).transform("any")]
    if rows.empty:
        return None
    outcomes = list(dict.fromkeys(rows["outcome"]))
    with tempfile.TemporaryDirectory(prefix="peninsula-") as place, speaking(language, [base, *rows["scenario"]]):
        return _picture(compare.draw(directory, rows, base, outcomes, Path(place)), f"What changes against {base}?")


def of_sweep(directory: Path, outcomes: Sequence[str], language: str) -> list[Picture]:
    """The figures of outcomes of a sweep against what is varied."""
    from experiments.figures import open_batch, sweep

    names = [str(document["name"]) for document in open_batch(directory).manifest["scenarios"]]
    found = []
    with tempfile.TemporaryDirectory(prefix="peninsula-") as place, speaking(language, names):
        for outcome in outcomes:
            paths = sweep.draw(directory, [outcome], Path(place))
            found.append(_picture(paths, f"{sweep.named(outcome)}: how does it change over the points?"))
    return found


def of_run(story: Story, title: str, language: str) -> Picture:
    """The timeline of a run."""
    from experiments.figures.timeline import write

    with tempfile.TemporaryDirectory(prefix="peninsula-") as place, speaking(language, [story["scenario"]]):
        return _picture(write(story, Path(place) / "timeline.png"), title)


def found(directory: Path, more: Sequence[Path]) -> list[tuple[str, list[Picture]]]:
    """Figures that other verbs have written, by directory: in those named, and in the usual ones of the batch."""
    for place in more:
        if not place.is_dir():
            raise UsageError(f"{place} is not a directory; --with takes what --out of another verb was given")
    usual = [directory / name for name in BESIDE if (directory / name).is_dir()]
    pages = {place: sorted(place.glob("*.svg")) for place in dict.fromkeys([*usual, *more])}
    for place in more:
        if not pages[place]:
            raise UsageError(f"{place} holds no figure; make some with a verb's --out {place}")
    return [
        (place.name, [Picture(path.stem, "", _address(path)) for path in paths]) for place, paths in pages.items() if paths
    ]


def _picture(paths: Iterable[Path], question: str) -> Picture:
    """The figure of which these are the files."""
    path = next(path for path in paths if path.suffix == ".svg")
    return Picture(path.stem, question, _address(path))


def _address(path: Path) -> str:
    try:
        return f"data:image/svg+xml;base64,{base64.b64encode(path.read_bytes()).decode()}"
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror or error}") from error
