"""Named streams of luck. Run k meets the same luck however it is run, and in every scenario.

A stream belongs to one decision or one shock. Its draws are keyed by (seed, stream name, block of 512 run
numbers, block of 12 months) and drawn whole, so that a longer horizon or a larger batch only appends, and
adding a stream moves no other. The generator is Philox, which is counter-based: any block can be drawn alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from types import MappingProxyType

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

from sim.state import FLOAT, Array, Month

RUN_BLOCK = 512
MONTH_BLOCK = 12
ORIGIN = Month(2000, 1)  # months of luck are counted from here, so that two start months share their luck

Draw = Callable[[np.random.Generator, tuple[int, ...]], Array]

DECISIONS, EXOGENOUS = "decisions", "exogenous"
CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "parameter": "parameters", "weights": "weights", "initial": "initial values",
        "choice": DECISIONS, "level": DECISIONS,
    }
)  # fmt: skip


def stream_class(stream: str) -> str:
    """What a stream decides: parameters, weights, initial values, decisions of nations, or what is exogenous to these.

    The last are shocks and how things turn out that were decided: votes, signatures, elections, launches.
    """
    return CLASSES.get(stream.partition("/")[0], EXOGENOUS)


class _Key(ISeedSequence):
    """A key of Philox, 128 bits. Handed over as a seed: with ``Philox(key=...)`` numpy asks the system for luck first, which
    it then throws away and which takes twice as long as all the rest."""

    def __init__(self, digest: bytes) -> None:
        self._words = np.frombuffer(digest, dtype="<u8").astype(np.uint64)

    def generate_state(self, n_words: int, dtype: object = np.uint64) -> NDArray[np.uint64]:  # noqa: ARG002
        """The two words of the key, which is all that Philox asks for."""
        return self._words


def _generator(seed: int, stream: str, run_block: int, month_block: int | None) -> np.random.Generator:
    text = f"{seed}/{stream}/{run_block}/{month_block}".encode()
    return np.random.Generator(np.random.Philox(_Key(blake2b(text, digest_size=16).digest())))  # type: ignore[arg-type]


def luck_of_block(
    seed: int, stream: str, run_block: int, month_block: int | None, shape: tuple[int, ...], draw: Draw
) -> Array:
    """The luck of all runs of a block: ``(*shape, RUN_BLOCK)``."""
    return draw(_generator(seed, stream, run_block, month_block), (*shape, RUN_BLOCK))


def _uniform(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return generator.random(shape)


def _normal(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return generator.standard_normal(shape)


def _gumbel(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    luck = generator.standard_exponential(shape)
    np.maximum(luck, 5e-324, out=luck)  # the smallest positive double: a draw of exactly zero is possible
    return np.negative(np.log(luck, out=luck), out=luck)


class Chance:
    """Luck of the runs ``first_run`` to ``first_run + runs - 1`` under one seed."""

    def __init__(self, seed: int, first_run: int = 0, runs: int = 1) -> None:
        self.seed = seed
        self.first_run = first_run
        self.runs = runs
        self._drawn: dict[tuple[str, str], tuple[int, Array]] = {}

    def once(self, stream: str) -> Array:
        """One uniform draw per run, ``(R,)``, that belongs to the run and not to a month."""
        return self._blocks(stream, None, (), _uniform)

    def month(self, date: Month) -> Dice:
        """The luck of one month."""
        return Dice(self, date)

    def monthly(self, kind: str, stream: str, date: Month) -> Array:
        """The draw of a stream in a month, ``(R,)``; kind is uniform, normal or gumbel."""
        block, place = divmod(date - ORIGIN, MONTH_BLOCK)
        drawn = self._drawn.get((kind, stream))
        if drawn is None or drawn[0] != block:
            drawn = block, self._blocks(stream, block, (MONTH_BLOCK,), _DRAWS[kind])
            self._drawn[kind, stream] = drawn
        return drawn[1][place]

    def _blocks(self, stream: str, month_block: int | None, shape: tuple[int, ...], draw: Draw) -> Array:
        first, last = self.first_run, self.first_run + self.runs
        luck = np.empty((*shape, self.runs), dtype=FLOAT)
        for run_block in range(first // RUN_BLOCK, (last - 1) // RUN_BLOCK + 1):
            start = run_block * RUN_BLOCK
            drawn = luck_of_block(self.seed, stream, run_block, month_block, shape, draw)
            wanted = slice(max(start, first), min(start + RUN_BLOCK, last))  # numbers of runs
            luck[..., wanted.start - first : wanted.stop - first] = drawn[..., wanted.start - start : wanted.stop - start]
        luck.flags.writeable = False
        return luck


_DRAWS: dict[str, Draw] = {"uniform": _uniform, "normal": _normal, "gumbel": _gumbel}


class Dice:
    """The luck of one month: each stream gives one draw per run."""

    __slots__ = ("_chance", "_date")

    def __init__(self, chance: Chance, date: Month) -> None:
        self._chance = chance
        self._date = date

    def uniform(self, stream: str) -> Array:
        """Uniform on [0, 1), ``(R,)``."""
        return self._chance.monthly("uniform", stream, self._date)

    def normal(self, stream: str) -> Array:
        """Standard normal, ``(R,)``."""
        return self._chance.monthly("normal", stream, self._date)

    def gumbel(self, stream: str) -> Array:
        """Standard Gumbel, ``(R,)``."""
        return self._chance.monthly("gumbel", stream, self._date)

    def happens(self, probability: Array | float, stream: str) -> Array:
        """1.0 in the runs in which an event of this probability happens, else 0.0; ``(R,)``."""
        return (self.uniform(stream) < probability).astype(FLOAT)
