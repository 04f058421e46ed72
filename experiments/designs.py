"""Designs of experiments on luck: runs that take some of their luck from other runs, or have it set.

    design = Design(2, {"": [0, 0], "choice/": [0, 1]}, {"parameter/oil.sd": (1, [0.95])})
    ensemble(scenario, runs=design.rows, seed=1, measure=..., luck=design)

Row 0 is run 0. Row 1 is run 0 with the decisions' luck of run 1 and one parameter at its 95% quantile. Rows of a design
take the place of runs, so that a row is the same in any block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.extras import need
from sim.chance import RUN_BLOCK, Chance, Draw, luck_of_block
from sim.state import FLOAT, Array

Numbers = NDArray[np.int64]
ALL = ""  # the beginning of every stream


@dataclass(frozen=True)
class Design:
    """Whose luck each row has; called with (seed, first row, rows) it is the luck of an ensemble.

    numbers: run numbers ``(rows,)`` by the beginning of stream names, of which the longest that fits counts; "" for all.
    levels: by stream, a first row and the levels in [0, 1) that rows from there on have in place of a draw.
    """

    rows: int
    numbers: Mapping[str, Numbers]
    levels: Mapping[str, tuple[int, Array]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if ALL not in self.numbers or any(len(numbers) != self.rows for numbers in self.numbers.values()):
            raise ValueError(f"a design of {self.rows} rows needs as many run numbers, and some for all streams")

    def __call__(self, seed: int, first_run: int, runs: int) -> Chance:
        """The luck of some rows."""
        return DesignChance(self, seed, first_run, runs)

    def numbers_of(self, stream: str) -> Numbers:
        """The runs whose luck the rows have in a stream, ``(rows,)``."""
        return self.numbers[max((start for start in self.numbers if stream.startswith(start)), key=len)]

    def part(self, rows: Numbers) -> Design:
        """A design of some of the rows, in their order; every level must be set in all rows or in none."""
        numbers = {start: each[rows] for start, each in self.numbers.items()}
        return Design(len(rows), numbers, {name: (0, levels[rows]) for name, (_, levels) in self.levels.items()})


class DesignChance(Chance):
    """Luck of the rows ``first_run`` to ``first_run + runs - 1`` of a design."""

    def __init__(self, design: Design, seed: int, first_run: int = 0, runs: int = 1) -> None:
        super().__init__(seed, first_run, runs)
        self.design = design

    def once(self, stream: str) -> Array:
        """One level per row, ``(R,)``: drawn, or as the design has it."""
        luck = super().once(stream)
        if stream not in self.design.levels:
            return luck
        start, levels = self.design.levels[stream]
        first, last = max(start, self.first_run), min(start + len(levels), self.first_run + self.runs)
        if first < last:
            luck = luck.copy()
            luck[first - self.first_run : last - self.first_run] = levels[first - start : last - start]
            luck.flags.writeable = False
        return luck

    def _blocks(self, stream: str, month_block: int | None, shape: tuple[int, ...], draw: Draw) -> Array:
        numbers = self.design.numbers_of(stream)[self.first_run : self.first_run + self.runs]
        blocks, places = np.unique(numbers // RUN_BLOCK, return_inverse=True)
        drawn = [luck_of_block(self.seed, stream, int(block), month_block, shape, draw) for block in blocks]
        luck = np.concatenate(drawn, axis=-1)[..., places * RUN_BLOCK + numbers % RUN_BLOCK].astype(FLOAT, copy=False)
        luck.flags.writeable = False
        return luck


@dataclass(frozen=True)
class Factor:
    """Something that varies. It is swapped between runs in the streams that begin with one of ``streams``; with ``level``
    its one stream is set to levels of the design instead; with neither it is a column that the caller reads."""

    name: str
    streams: tuple[str, ...] = ()
    level: bool = False


@dataclass(frozen=True)
class PickFreeze:
    """A design of N base rows and D factors, ``N * (D + 2)`` rows, in the order of SALib.

    Each base row A is followed by rows in which one factor is another base row's, and by that row, B.
    columns: what SALib drew for each factor, ``(rows, D)``.
    """

    factors: tuple[Factor, ...]
    base: int
    columns: Array
    design: Design

    @property
    def steps(self) -> int:
        """Rows of a base row."""
        return len(self.factors) + 2


def pick_freeze(factors: Sequence[Factor], base: int, seed: int) -> PickFreeze:
    """The design of Saltelli and others 2010 (SALib, scrambled Sobol sequence); base: N, a power of two.

    A of base row i has the luck of run i, B that of run N + i.
    """
    count = len(factors)
    problem = {"num_vars": count, "names": [factor.name for factor in factors], "bounds": [[0, 1]] * count}
    columns = need("SALib.sample.sobol").sample(problem, base, calc_second_order=False, seed=seed)
    which, step = np.divmod(np.arange(base * (count + 2)), count + 2)
    numbers: dict[str, Numbers] = {ALL: which}
    levels = {}
    for place, factor in enumerate(factors):
        taken = which + base * ((step == place + 1) | (step == count + 1))
        if factor.level:
            levels[factor.streams[0]] = 0, np.ascontiguousarray(columns[:, place])
        else:
            numbers |= dict.fromkeys(factor.streams, taken)
    return PickFreeze(tuple(factors), base, columns, Design(len(which), numbers, levels))


def with_other_luck(made: PickFreeze, streams: Sequence[str]) -> Design:
    """The same rows with the luck of runs from 2 N on in some streams: a second sight of the same factors."""
    moved = {start: numbers + 2 * made.base * (start in streams) for start, numbers in made.design.numbers.items()}
    return Design(made.design.rows, moved, made.design.levels)


def trajectories(
    streams: Sequence[str], count: int, seed: int, ends: tuple[float, float]
) -> tuple[Design, Array, dict[str, Any]]:
    """Morris's design: paths on which one stream's level is moved at a time, between ``ends``, on four levels.

    All rows of path t have the rest of their luck from run t. Returns the design, and what SALib wants for the analysis:
    the table of levels and the problem.
    """
    problem = {"num_vars": len(streams), "names": list(streams), "bounds": [list(ends)] * len(streams)}
    table = need("SALib.sample.morris").sample(problem, count, num_levels=4, seed=seed)
    path = np.arange(len(table)) // (len(streams) + 1)
    levels = {name: (0, np.ascontiguousarray(table[:, place])) for place, name in enumerate(streams)}
    return Design(len(table), {ALL: path}, levels), table, problem


def one_at_a_time(streams: Sequence[str], base: int, ends: tuple[float, float]) -> Design:
    """``(2 D + 1) N`` rows: N runs as drawn, then for each stream the same runs with its level at the low end, and at the
    high end."""
    numbers = np.tile(np.arange(base), 2 * len(streams) + 1)
    both = np.repeat(np.array(ends, dtype=FLOAT), base)
    return Design(len(numbers), {ALL: numbers}, {name: (base * (2 * place + 1), both) for place, name in enumerate(streams)})
