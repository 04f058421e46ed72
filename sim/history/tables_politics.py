"""Reference tables of politics: diplomacy, leaders, projects, votes in the General Assembly, Seoul's trade, other flows.

Confidence as in ``sim.history.tables``; every reader takes ``before``: only what had ended before that month.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.history.frozen import known
from sim.history.reading import OfDay, OfYear, rows
from sim.state import Month

_MONTH = len("2018-06")


@dataclass(frozen=True)
class Contact(OfDay):
    """A meeting, message, or turn in relations; ``nations`` are parties, joined by semicolons; ``outcome`` is a coding."""

    date: str
    kind: str  # summit, high-level meeting, working-level talks, leader message, institution, communication, border
    participants: str
    nations: str
    place: str
    outcome: str
    note: str
    unit: str
    source: str
    confidence: str

    @property
    def parties(self) -> tuple[str, ...]:
        """The nations that took part."""
        return tuple(self.nations.split(";"))


@dataclass(frozen=True)
class Leader:
    """Who governed, and on what course, until the next row of the nation; an end would tell what came later.

    ``administration`` is a coding of this project, by the levels that each nation has.
    """

    nation: str
    leader: str
    office: str
    start: str
    orientation: str
    administration: int
    unit: str
    source: str
    confidence: str

    @property
    def last_month(self) -> Month:
        """The month in which the term or the course began."""
        return Month.parse(self.start[:_MONTH])


@dataclass(frozen=True)
class ProjectStep(OfDay):
    """A change in the status of a project across the border; revenue is a year's to Pyongyang, where it was estimated."""

    project: str
    date: str
    status: str
    capacity: str
    revenue_low: float | None
    revenue_high: float | None
    unit: str
    note: str
    source: str
    confidence: str


@dataclass(frozen=True)
class Votes(OfYear):
    """How two nations voted in the General Assembly in a year: agreement, or distance of ideal points."""

    year: int
    first: str
    second: str
    measure: str  # agreement, distance, distance_final (votes on final passage)
    value: float
    unit: str
    source: str
    confidence: str


@dataclass(frozen=True)
class SeoulTrade(OfYear):
    """Seoul's trade with a partner in a year, and what share of each side's trade it is."""

    year: int
    partner: str
    measure: str
    value: float
    unit: str
    source: str
    confidence: str


@dataclass(frozen=True)
class OtherFlow(OfYear):
    """A flow that trade statistics do not hold, between ``low`` and ``high``."""

    year: int
    flow: str
    low: float
    high: float
    unit: str
    note: str
    source: str
    confidence: str


def diplomacy(before: Month | None = None) -> tuple[Contact, ...]:
    """Meetings of leaders since 2006; other contacts from 2018 on, and a few turns before."""
    return known(rows(Contact, "diplomacy"), before)


def leaders(before: Month | None = None) -> tuple[Leader, ...]:
    """Leaders of the five nations since 2006, and turns of course under one leader."""
    return known(rows(Leader, "leaders"), before)


def projects(before: Month | None = None) -> tuple[ProjectStep, ...]:
    """Pipeline, railways, Rajin-Khasan, Kaesong and Kumgang: changes of status."""
    return known(rows(ProjectStep, "projects"), before)


def unga(before: Month | None = None) -> tuple[Votes, ...]:
    """Votes of ten pairs in the General Assembly, by year."""
    return known(rows(Votes, "unga"), before)


def dependence(before: Month | None = None) -> tuple[SeoulTrade, ...]:
    """Trade of South Korea with China, Russia and the United States, by year."""
    return known(rows(SeoulTrade, "dependence"), before)


def other_flows(before: Month | None = None) -> tuple[OtherFlow, ...]:
    """Cyber theft, petroleum, unreported crude oil."""
    return known(rows(OtherFlow, "other_flows"), before)
