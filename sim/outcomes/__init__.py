"""Outcome measures: from the course of the runs to one value per run, each with unit, definition and question.

How far history identifies a measure is said with it. Outcomes are conditional frequencies under stated assumptions.
A measure that has no value in a run (the month of a summit that never came) is NaN there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sim.outcomes import economy, politics
from sim.outcomes.course import Course, Outcome, first_month, last_year, longest_spell, mean

__all__ = ["OUTCOMES", "Course", "Outcome", "first_month", "last_year", "longest_spell", "mean"]

OUTCOMES: Mapping[str, Outcome] = MappingProxyType(
    {outcome.name: outcome for outcome in (*economy.OUTCOMES, *politics.OUTCOMES)}
)
