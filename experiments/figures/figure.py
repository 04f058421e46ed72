"""What one figure is: its name and question, what it needs, how it is summarised and drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING

import pandas as pd

from experiments.errors import UsageError
from experiments.figures import style
from experiments.figures.data import Batch, Kind, scenario_names

if TYPE_CHECKING:
    import matplotlib.figure

Test = Callable[[Batch], bool]
Picture = Callable[[pd.DataFrame, Batch], "matplotlib.figure.Figure"]


@dataclass(frozen=True)
class Figure:
    """One figure. ``family`` is the name under which its pages are asked for together; ``wants``: the columns it reads."""

    name: str
    question: str
    needs: Kind
    wants: tuple[str, ...]
    summarise: Callable[[Batch, Sequence[str]], pd.DataFrame]
    picture: Picture
    every: bool = False  # whether it needs every column it wants, or any of them
    applies: Test = lambda _batch: True
    family: str = ""  # its name, if nothing else is said
    begins: str = ""  # columns that begin so are read as well
    asks: str = ""  # what ``applies`` asks of a batch, in words

    def __post_init__(self) -> None:
        object.__setattr__(self, "family", self.family or self.name)

    def columns(self, batch: Batch) -> list[str]:
        """Those of the wanted columns that the batch has; none if it cannot be drawn."""
        found = self._found(batch)
        return found if found and self.applies(batch) else []

    def _found(self, batch: Batch) -> list[str]:
        """The wanted columns that the batch has; none if they are too few."""
        present = set(batch.columns(self.needs))
        found = [name for name in self.wants if name in present]
        if self.begins:
            found += [name for name in batch.columns(self.needs) if name.startswith(self.begins) and name not in found]
        return found if not self.every or len(found) == len(self.wants) else []

    def lacks(self, batch: Batch) -> str:
        """What the batch does not have, in words."""
        if not batch.columns(self.needs):
            return f"{self.needs}, which this batch does not hold"
        if self._found(batch):
            return self.asks
        return f"{', '.join(self.wants[:3])}{', ...' if len(self.wants) > 3 else ''}"

    def data(self, batch: Batch) -> pd.DataFrame:
        """The tidy table that is drawn, and saved beside the figure. UsageError if the batch lacks what it needs."""
        columns = self.columns(batch)
        if not columns:
            raise UsageError(f"figure {self.name!r} cannot be drawn: it needs {self.lacks(batch)}")
        return self.summarise(batch, columns)

    def draw(
        self, batch: Batch, data: pd.DataFrame | None = None, *, language: str | None = None
    ) -> matplotlib.figure.Figure:
        """The figure; ``data`` spares summarising twice. language: see ``style.house_style``."""
        with style.house_style(language, scenario_names(batch)):
            return self.picture(self.data(batch) if data is None else data, batch)


def once(test: Test) -> Test:
    """A test that is asked of a batch once; the batch keeps the answer, which pages of a family share."""

    key = f"{test.__module__}.{test.__qualname__}"

    @wraps(test)
    def remembered(batch: Batch) -> bool:
        known = vars(batch).setdefault("answers", {})
        if key not in known:
            known[key] = test(batch)
        return bool(known[key])

    return remembered


def footer(batch: Batch, data: pd.DataFrame) -> str:
    """Number of runs that count, seed, version, and what the frequencies are."""
    return style.footer(batch.manifest, data["n"].dropna())


def finished(batch: Batch, data: pd.DataFrame) -> list[str]:
    """Scenarios of which some run has come to its end; UsageError without any."""
    present = set(data.loc[data["runs" if "runs" in data else "n"] > 0, "scenario"])
    names = [name for name in scenario_names(batch) if name in present]
    if not names:
        raise UsageError("no run of this batch has come to its end; there is nothing to draw")
    return names
