"""Deaths of workers, and the run that kills whoever simulates it: the same for worker processes and for a cluster."""

from __future__ import annotations

from collections import Counter

from experiments.work import Piece, Task

DEATHS_OF_A_BLOCK = 2
DEATHS_OF_A_RUN = 3
KILLED = "WorkerKilled: the process that simulated this run died each time"

Result = tuple[Task, list[Piece]]


class Graves:
    """Deaths of the workers that simulated a task, and what is tried next."""

    def __init__(self) -> None:
        self._deaths: Counter[Task] = Counter()

    def bury(self, task: Task) -> tuple[Task, ...]:
        """What to do after one death more: the task again, or its halves; nothing if the run kills whoever simulates it."""
        self._deaths[task] += 1
        if task.runs == 1:
            return (task,) if self._deaths[task] < DEATHS_OF_A_RUN else ()
        if self._deaths[task] < DEATHS_OF_A_BLOCK:
            return (task,)
        halves = task.halves()
        self._deaths.update(halves)  # each has one death already, so that the next one halves it again
        return halves

    def holds(self, task: Task) -> bool:
        """Whether a worker has died of this very task, or of the last block with it."""
        return self._deaths[task] > 0


def given_up(task: Task) -> Result:
    """The result of a run that kills whoever simulates it."""
    return task, [Piece(task.first_run, 1, message=KILLED)]
