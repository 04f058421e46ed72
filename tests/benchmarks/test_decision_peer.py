"""The C version of the decision stage chooses what ``sim.decision`` chooses."""

import numpy as np
import pytest

from tests.benchmarks import decision_peer

RUNS = 300  # not a multiple of the strips of the C loops
ALLOWED = 2  # of 1,500 choices: a last digit of a logarithm may turn one


@pytest.mark.skipif(decision_peer.compiler() is None, reason="there is no C compiler here")
def test_both_choose_the_same(tmp_path):
    decide = decision_peer.compiled(tmp_path)
    found = decision_peer.cases("baseline-2020", RUNS, months=10)  # into a season of tests
    assert len(found) == 5
    assert decision_peer.differing(found, decide) <= ALLOWED
    for case in found:
        chosen = decide(case)
        assert np.isin(chosen, (0.0, 1.0)).all()
        assert (chosen.sum(axis=0) == 2).all()
        assert (chosen <= case.offered).all()
        assert len(set(map(tuple, chosen.T))) > 10  # runs do choose differently
