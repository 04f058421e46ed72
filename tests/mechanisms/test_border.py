"""The border: regimes, and the traffic each lets through."""

import numpy as np
import pytest
from small_world import Still, doing, drawn, lively, median, world

from sim.chance import Chance
from sim.mechanisms import border
from sim.state import CHINA, CLOSED, EXPORTS, IMPORTS, OPEN, PARTIAL, RUSSIA, Month

NOBODY = doing()
RUNS = 4_000


def regime(state, luck, *, shut=0.1, loosen=0.3, free=0.2):
    one = np.ones(1)
    return border.regime_next(border=state * one, luck=luck * one, shut=shut * one, loosen=loosen * one, free=free * one)[0]


@pytest.mark.parametrize(
    ("state", "luck", "expected"),
    [
        (CLOSED, 0.05, CLOSED),  # what is closed cannot be closed
        (CLOSED, 0.69, CLOSED),
        (CLOSED, 0.71, PARTIAL),  # the upper 30% of luck loosen
        (PARTIAL, 0.09, CLOSED),  # the lower 10% close
        (PARTIAL, 0.11, PARTIAL),
        (PARTIAL, 0.79, PARTIAL),
        (PARTIAL, 0.81, OPEN),
        (OPEN, 0.09, CLOSED),
        (OPEN, 0.99, OPEN),  # no further than open
    ],
)
def test_regimes_by_hand(state, luck, expected):
    assert regime(state, luck) == expected


def test_regimes_change_as_often_as_their_chances_say():
    luck = (np.arange(RUNS) + 0.5) / RUNS
    state, chance = np.full(RUNS, float(PARTIAL)), np.full(RUNS, 0.1)
    after = border.regime_next(border=state, luck=luck, shut=chance, loosen=5 * chance, free=2 * chance)
    assert [(after == regime).mean() for regime in (CLOSED, PARTIAL, OPEN)] == pytest.approx([0.1, 0.7, 0.2], abs=1e-3)


def test_traffic_by_hand():
    # 0.2 + 0.45 x (1.0 - 0.2) + 0.02 = 0.58
    found = border.traffic(
        openness=np.array([0.2]), target=np.array([1.0]), speed=np.array([0.45]), irregular=np.array([0.02])
    )
    assert found == pytest.approx([0.58])


def later(state, months, params=None, dice=None):
    """The world some months later, in luck that changes no regime."""
    for _ in range(months):
        state = border.step(state, NOBODY, params or median(), dice or Still())
    return state


@pytest.mark.parametrize(("state", "target"), [(CLOSED, None), (OPEN, 1.0)])
def test_traffic_comes_to_what_the_regime_lets_through(state, target):
    after = later(lively({"border": state, "epidemic": 0, "openness": 0.5}), 40)
    assert after.border == state
    assert after.openness == pytest.approx(np.full((3, 2, 1), target or median()["border.closed_flow"][0]), abs=1e-6)


def test_under_a_partial_opening_russia_differs_by_direction():
    after = later(lively({"border": PARTIAL, "openness": 0.5}), 40).openness[:, :, 0]
    params = median()
    assert after[CHINA] == pytest.approx([params["border.partial_china"][0]] * 2)
    assert after[RUSSIA, EXPORTS] == pytest.approx(params["border.partial_russia_exports"][0])
    assert after[RUSSIA, IMPORTS] == pytest.approx(params["border.partial_russia_imports"][0])
    assert after[RUSSIA, IMPORTS] > after[CHINA, IMPORTS] > after[RUSSIA, EXPORTS]


def test_only_a_restricted_border_is_irregular():
    for state, moved in ((CLOSED, False), (PARTIAL, True), (OPEN, False)):
        start = lively({"border": state, "epidemic": 0, "openness": 0.5})
        calm, rough = (border.step(start, NOBODY, median(), Still(normal=normal)).openness for normal in (0.0, 1.0))
        assert (rough > calm).all() if moved else (rough == calm).all(), state


def test_openness_stays_a_share_in_the_roughest_luck():
    for normal in (-40.0, 40.0):
        openness = border.step(lively(), NOBODY, median(), Still(normal=normal)).openness
        assert ((openness >= 0) & (openness <= 1)).all()


def test_nobody_closes_an_open_border_without_an_epidemic():
    start = world({"border": OPEN, "epidemic": 0}, runs=RUNS)
    moves = doing("north_korea.close_border", runs=RUNS)
    assert (border.step(start, moves, drawn(RUNS), Chance(1, 0, RUNS).month(Month(2020, 1))).border == OPEN).all()


def share(values, target, names=()):
    """Share of runs in which the border stands in a regime after a month."""
    after = border.step(
        lively(values, runs=RUNS), doing(*names, runs=RUNS), drawn(RUNS), Chance(2, 0, RUNS).month(Month(2021, 1))
    )
    return (after.border == target).mean()


@pytest.mark.parametrize(
    ("path", "values", "state", "target", "sign"),
    [
        ("epidemic", (0.1, 0.9), OPEN, CLOSED, 1),
        ("epidemic", (0.1, 0.9), PARTIAL, OPEN, -1),
        ("epidemic", (0.1, 0.9), CLOSED, PARTIAL, -1),
        ("shortage", (0, 1), CLOSED, PARTIAL, 1),  # hunger opens
        ("reserves", (0, 9), CLOSED, PARTIAL, -1),  # and so do empty coffers
        ("reserves", (0, 9), PARTIAL, OPEN, -1),
    ],
)
def test_direction(path, values, state, target, sign):
    low, high = (share({"border": state, path: value}, target) for value in values)
    assert np.sign(high - low) == sign


def test_the_chance_of_closing_by_hand():
    params = median(runs=RUNS)
    start = lively({"border": OPEN, "epidemic": 0.9}, runs=RUNS)
    after = border.step(start, doing(runs=RUNS), params, Chance(3, 0, RUNS).month(Month(2020, 1)))
    # logistic(-5.5 + 4.8 x 0.9) = logistic(-1.18) = 0.235; standard error of 4,000 runs 0.007
    assert (after.border == CLOSED).mean() == pytest.approx(0.235, abs=0.03)
