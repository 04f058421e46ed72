"""One month of one run seen from both ends: the world it began with, the world it left, the moves between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.actions import Moves
from sim.state import VARIABLES, World, resolve
from sim.variables import politics

Event = dict[str, Any]  # what JSON can hold; ``kind`` says what it is

# what the numbers of state arrays mean, in their order
PHASES = VARIABLES["phase"].levels
RUNGS = VARIABLES["crisis"].levels
DEALS = VARIABLES["deal"].levels
BREAKS = ("not", "test", "cheating", "united_states", "north_korea")
STAGES = VARIABLES["stage"].levels
SETBACKS = ("none", "provocation", "crisis", "sanctions", "epidemic", "seoul")
BORDERS = VARIABLES["border"].levels
OFFICES = politics.OFFICES  # types of government of each nation, by number
BALLOTS = {1: "yes", 0: "abstention", -1: "no"}


@dataclass(frozen=True)
class Turn:
    """A month of the first run of these worlds. ``before`` holds what the scenario decreed at the start of the month."""

    before: World
    after: World
    moves: Moves

    def was(self, path: str) -> float:
        """The number that a path such as ``meeting.china`` names, at the start of the month."""
        return _number(self.before, path)

    def now(self, path: str) -> float:
        """The same at the end of the month."""
        return _number(self.after, path)

    def change(self, path: str) -> tuple[int, int] | None:
        """The step of a ladder before and after; None where it has not moved."""
        steps = int(self.was(path)), int(self.now(path))
        return None if steps[0] == steps[1] else steps

    def began(self, path: str) -> bool:
        """Whether something that stood at nothing no longer does."""
        return self.was(path) == 0 and self.now(path) > 0

    def ended(self, path: str) -> bool:
        """Whether something that was there is gone."""
        return self.was(path) > 0 and self.now(path) == 0

    def did(self, action: str) -> bool:
        """Whether a nation made this move, ``china.food_aid``."""
        return bool(self.moves[action][0])


def _number(world: World, path: str) -> float:
    variable, index = resolve(path)
    return float(world[variable.name][(*index, 0)])
