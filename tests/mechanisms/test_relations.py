"""Conduct toward one another, and the rift of Beijing and Moscow with Washington."""

import numpy as np
import pytest
from small_world import Still, doing, lively, median, world
from varied_world import check_ranges

from sim.actions import Moves
from sim.chance import Chance
from sim.mechanisms import relations
from sim.state import CHINA, KOR, PRK, RUSSIA, Month

NOBODY = doing()
RUNS = 4_000


def test_the_rift_by_hand():
    values = {"rift": 0.5, "usual": 0.25, "reversion": 0.02, "drift": -0.01, "jump": 0.3, "friction": 0.01}
    found = relations.rift_next(**{name: np.array([value]) for name, value in values.items()})
    assert found == pytest.approx([0.795])  # 0.5 - 0.02 x 0.25 - 0.01 + 0.3 + 0.01


def test_the_rift_stays_an_index():
    for rift, normal in ((0.0, -30.0), (1.0, 30.0)):
        found = relations.step(lively({"rift": rift}), NOBODY, median(), Still(normal=normal)).rift
        assert ((found >= 0) & (found <= 1)).all()


def test_the_rift_is_drawn_to_its_usual_level():
    usual = median()["sanctions.rift_usual"]
    for start in (0.0, 0.9):
        state = lively({"rift": start})
        for _ in range(400):
            state = relations.step(state, NOBODY, median(), Still())
        assert state.rift == pytest.approx(np.full((2, 1), usual[0]), abs=0.01)


def test_breaks_are_rare_and_go_one_way():
    params = median({"rift.sd": 0, "rift.reversion": 0}, runs=RUNS)
    state, chance = world(rift=0.2, runs=RUNS), Chance(1, 0, RUNS)
    for month in range(24):
        state = relations.step(state, doing(runs=RUNS), params, chance.month(Month(2019, 1) + month))
    broken = state.rift > 0.2
    assert (state.rift >= 0.2).all()
    assert np.median(state.rift[broken]) == pytest.approx(0.2 + median()["rift.jump_size"][0])
    # 1 - 0.995^24 = 0.113
    assert broken.mean(axis=1) == pytest.approx([0.113, 0.113], abs=0.02)
    # the two neighbours break with Washington each on its own account: 0.113 squared is 0.013
    assert broken.all(axis=0).mean() == pytest.approx(0.013, abs=0.008)


def test_conduct_is_recorded_within_its_scale():
    conduct = np.zeros_like(NOBODY.conduct)
    conduct[PRK, KOR], conduct[KOR, PRK] = -9.0, 0.73
    after = relations.step(lively(), Moves(NOBODY.names, NOBODY.chosen, NOBODY.offered, conduct), median(), Still())
    assert after.conduct[PRK, KOR] == -6
    assert after.conduct[KOR, PRK] == 0.73


def test_friction_is_felt_where_it_arises():
    after = relations.step(lively(), doing("united_states.secondary_russia"), median(), Still()).rift
    before = relations.step(lively(), NOBODY, median(), Still()).rift
    assert after[RUSSIA] - before[RUSSIA] == pytest.approx(median()["rift.patrol"])
    assert after[CHINA] == before[CHINA]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("united_states.missile_deployment", (1, 1)),  # both feel it aimed at them
        ("china.trade_linkage", (-2, 0)),  # peace in trade
        ("china.joint_patrol", (1, 0)),
        ("united_states.secondary_china", (1, 0)),
    ],
)
def test_what_moves_a_rift_by_hand(name, expected):
    params = median({"rift.patrol": 0.02})
    moved, still = (relations.step(lively(), doing(*names), params, Still()).rift[:, 0] for names in ((name,), ()))
    assert moved - still == pytest.approx(0.02 * np.array(expected))


def test_arrays_stay_legal_in_any_world():
    check_ranges("relations")
