"""How well the model does against history, scored beside simple baselines from the same cut-offs.

At a cut-off the world is frozen: starting values, posteriors and baselines may read nothing of that month or later, and the
scenario may script nothing. What was observed is read only afterwards, to score. Results are published whichever way they
fall.
"""

from experiments.backtest.cutoffs import CUTOFFS, Cutoff
from experiments.backtest.scoreboard import Backtest, backtest

__all__ = ["CUTOFFS", "Backtest", "Cutoff", "backtest"]
