"""How many runs common luck saves: paired runs against independent ones and against one shared stream of luck.

    python tests/benchmarks/pairing.py [RUNS]

For pairs of scenarios and outcomes: how many times as many independent runs would be needed for the same error of the
difference, with luck that belongs to decisions (the model's own) and with one stream that all decisions draw from in turn.
"""

from __future__ import annotations

import sys

import click
import numpy as np

from experiments.compare import gain_of
from experiments.ensembles import ensemble
from experiments.estimates import told
from sim.chance import Chance, Draw
from sim.model import Peninsula
from sim.outcomes import OUTCOMES
from sim.scenario import load_scenario
from sim.state import Array

PAIRS = (
    ("baseline-2020", "third-summit-push"),
    ("baseline-2020", "lax-neighbours"),
    ("baseline-2020", "no-pandemic"),
    ("baseline-2020", "moscow-courts-harder"),
    ("patrons-0", "patrons-40"),
)
NAMES = ("third_summit", "trade_recovery", "tests", "equidistance")


class OneStream(Chance):
    """Luck without names: each draw takes the next numbers of one stream, whoever asks for them."""

    def __init__(self, seed: int, first_run: int, runs: int) -> None:
        super().__init__(seed, first_run, runs)
        self._asked = 0

    def _blocks(self, stream: str, month_block: int | None, shape: tuple[int, ...], draw: Draw) -> Array:  # noqa: ARG002
        self._asked += 1
        return super()._blocks(str(self._asked), None, shape, draw)


def measure(model: Peninsula) -> dict[str, Array]:
    """The outcomes that are compared."""
    return {name: OUTCOMES[name].measure(model.course) for name in NAMES}


def main(runs: int) -> None:
    """Print a row for each pair and outcome."""
    click.echo(f"{runs:,} runs of each scenario, seed 1; gain over independent runs (Monte Carlo error)")
    click.echo(f"{'base':<16}{'scenario':<24}{'outcome':<16}{'own streams':>14}{'one stream':>14}")
    for pair in PAIRS:
        found = {}
        for luck in (Chance, OneStream):
            values = [ensemble(load_scenario(name), runs=runs, seed=1, measure=measure, luck=luck).values for name in pair]
            found[luck] = {name: gain_of(*(each[name] for each in values)) for name in NAMES}
        for name in NAMES:
            cells = "".join(f"{told(*found[luck][name]):>14}" for luck in (Chance, OneStream))
            click.echo(f"{pair[0]:<16}{pair[1]:<24}{name:<16}{cells}")


if __name__ == "__main__":
    np.seterr(all="ignore")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
