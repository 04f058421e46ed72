"""Figures of the politics: talks and deals, the Council, projects and programmes, the crisis ladder, dependence."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.figure
import pandas as pd

from experiments.figures import curves, dots, network, shares, stacks
from experiments.figures.curves import Curve
from experiments.figures.data import Batch
from experiments.figures.dots import Panel
from experiments.figures.figure import Figure, finished, footer
from experiments.figures.style import readable
from sim.outcomes.economy import STATUS_STEP
from sim.outcomes.politics import ALIVE
from sim.state import AXES, NATIONS

LADDERS = {
    "talks": ("phase", "How far do talks between Pyongyang and Washington get?", True),
    "deals": ("deal", "Which deal is in force, and how large does it get?", False),
    "crisis": ("crisis", "How high does the crisis ladder get?", True),
}
COUNCIL = (
    Curve("status", "eased", "Sanctions eased since the start"),
    Curve("status", "tightened", "Sanctions tightened since the start"),
    None,
    *(Curve("tightening", end, f"Draft to tighten {end} in the month") for end in ("tabled", "adopted", "vetoed")),
    *(Curve("easing", end, f"Draft to ease {end} in the month") for end in ("tabled", "adopted", "vetoed")),
)
COUNCIL_NOTE = (
    f"Eased, tightened: legal severity has moved by more than {STATUS_STEP}. A month has one draft at most, so that shares "
    "are drafts a month; a draft that is neither adopted nor vetoed lacked nine votes."
)
VOTES_NOTE = "All drafts of a scenario together; intervals count each run with a draft once, however many drafts it has."
PROGRAMMES_NOTE = (
    f"Alive: above {ALIVE}. Setbacks: runs in which at least one programme died of the cause; that axis is even up to 1%, "
    "then in tenfold steps."
)


def figures() -> Iterator[Figure]:
    """All of them, in the order in which they are drawn."""
    yield _ladder("talks")
    yield _third_summit()
    yield _ladder("deals")
    yield _council()
    yield _votes()
    yield _stages()
    yield _programmes()
    yield _ladder("crisis")
    yield _dependence()


def _ladder(name: str) -> Figure:
    column, question, whole = LADDERS[name]

    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        levels = shares.ladder(column)
        return stacks.sheet(data, finished(batch, data), levels, question, footer(batch, data), whole=whole)

    return Figure(name, question, "trajectories", (column,), shares.levels, picture)


def _third_summit() -> Figure:
    question = "By which month has a third summit been held?"
    panel = Curve("third_summit", "third summit", "Runs with a third summit of Pyongyang and Washington up to the month")

    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        return curves.sheet(data, finished(batch, data), [panel], (question, "", footer(batch, data)))

    wanted = ("summit", "summits")
    return Figure("third_summit", question, "trajectories", wanted, shares.third_summit, picture, every=True)


def _council() -> Figure:
    question = "Do sanctions ease or tighten, and what becomes of drafts in the Council?"

    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        return curves.sheet(data, finished(batch, data), COUNCIL, (question, COUNCIL_NOTE, footer(batch, data)))

    wanted = ("severity_index", "draft", "adopted", "vetoed")
    return Figure("council", question, "trajectories", wanted, shares.council, picture, every=True)


def _votes() -> Figure:
    question = "How do the permanent members of the Council vote?"
    panels = [[Panel(kind, vote, f"Drafts to {verb}: {vote}") for vote in shares.VOTES]
              for kind, verb in (("tightening", "tighten"), ("easing", "ease"))]  # fmt: skip

    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        counted = f"{_range(data, 'tightening')} drafts to tighten and {_range(data, 'easing')} to ease in a scenario."
        note = f"{VOTES_NOTE} {counted}"
        words = (question, "share of votes (%)", note, footer(batch, data))
        return dots.sheet(data, finished(batch, data), panels, AXES["permanent"], words, even=True)

    wanted = ("draft", *(f"votes.{member}" for member in AXES["permanent"]))
    return Figure("votes", question, "trajectories", wanted, shares.votes, picture, every=True)


def _range(data: pd.DataFrame, kind: str) -> str:
    """Numbers of drafts of all scenarios, ``410`` or ``80 to 410``."""
    counts = sorted({int(number) for number in data.loc[data["variable"] == kind, "drafts"]})
    return f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,}"


def _stages() -> Figure:
    question = "How far do projects across the border get?"
    wanted = tuple(f"stage.{project}" for project in AXES["project"])
    panels = [[Panel(column, part, f"{_project(column)}: {said}") for column in wanted]
              for part, said in (("end", "at the end"), ("highest", "highest stage reached"))]  # fmt: skip

    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        words = (question, "share of runs (%)", "", footer(batch, data))
        return dots.sheet(data, finished(batch, data), panels, shares.ladder("stage")[::-1], words)

    return Figure("stages", question, "trajectories", wanted, shares.stages, picture, every=True)


def _project(column: str) -> str:
    return {"gas": "Gas pipeline", "rail": "Railway", "rajin_khasan": "Rajin-Khasan"}[column.split(".")[1]]


def _programmes() -> Figure:
    question = "Which of Seoul's programmes survive, and what sets them back?"
    panels = [Curve("programme", name, f"{readable(name)}: alive", whole=True) for name in AXES["programme"]]

    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        words = (question, PROGRAMMES_NOTE, footer(batch, data))
        causes = ("Causes of setbacks", shares.ladder("setback")[1:])
        return curves.sheet(data, finished(batch, data), panels, words, dots=causes)

    wanted = (*(f"programme.{name}" for name in AXES["programme"]), "setback")
    return Figure("programmes", question, "trajectories", wanted, shares.programmes, picture, every=True)


def _dependence() -> Figure:
    question = "Who depends on whom?"

    def picture(data: pd.DataFrame, batch: Batch) -> matplotlib.figure.Figure:
        return network.sheet(data, finished(batch, data), question, footer(batch, data))

    wanted = tuple(f"dependence.{nation}.{target}" for nation in NATIONS for target in NATIONS if nation != target)
    return Figure("dependence", question, "trajectories", wanted, shares.dependence, picture, every=True)
