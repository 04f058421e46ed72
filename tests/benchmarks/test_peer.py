"""The peer is honest: two actions from different slots, at the base rates while nothing moves, and none kept alive."""

import gc
import weakref
from collections import Counter

import pytest

from sim.nations import CHARACTERS
from tests.benchmarks import peer

FIRST_MONTHS = 1500  # models of which only the first month, the neutral one, is looked at
JUNE = 5  # months after January; no season of tests and no exercises
TOLERANCE = 0.055  # more than four standard errors of a frequency over so many


def test_two_actions_from_different_slots_every_month():
    model = peer.PeerModel(run=3)
    while model.running:
        model.step()
        for nation in model.nations:
            first, second = nation.chosen
            assert first.slot != second.slot
            assert first in nation.menu
            assert second in nation.menu
    assert model.month == peer.MONTHS


def test_base_rates_in_the_neutral_month(monkeypatch):
    monkeypatch.setattr(peer, "gate_open", lambda *_: False)
    chosen = Counter()
    for run in range(FIRST_MONTHS):
        model = peer.PeerModel(run=run)
        model.month = JUNE
        model.step()
        chosen.update((nation.name, action.name) for nation in model.nations for action in nation.chosen)
        model.remove_all_agents()
    for name, character in CHARACTERS.items():
        for action in character.menu:
            expected = 0.0 if action.gate else action.rate
            assert chosen[name, action.name] / FIRST_MONTHS == pytest.approx(expected, abs=TOLERANCE), (name, action.name)


def test_features_move_and_stay_bounded():
    model = peer.PeerModel(run=1)
    while model.running:
        model.step()
        assert all(-1 <= value <= 1 for value in model.features.values())
    assert any(abs(value) > 0.05 for value in model.features.values())


def test_a_finished_run_is_let_go():
    model = peer.PeerModel(run=2)
    while model.running:
        model.step()
    watched = weakref.ref(model)
    del model
    gc.collect()
    assert watched() is None
