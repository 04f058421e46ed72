"""The five nations: menus, weights, horizons, and how they choose in the model."""

import numpy as np
import pytest

from sim.actions import SLOTS, Action, Effect
from sim.chance import Chance
from sim.features import FEATURE_NAMES, measure
from sim.nations import (
    ACTIONS,
    CHARACTERS,
    NEUTRAL,
    WEIGHT_SETS,
    draw_weights,
    horizon,
    neutral_world,
)
from sim.state import NATIONS, VARIABLES, Month

NAMES = tuple(CHARACTERS)
SETS = [(nation, name) for nation, sets in WEIGHT_SETS.items() for name in sets]
RUNS = 2_000
QUIET = Month(2013, 6)  # no season, no exercise, and no election within the longest look-ahead


# ---- what is declared ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nation", NAMES)
def test_a_menu_is_in_order_and_lets_a_nation_do_nothing(nation):
    menu = CHARACTERS[nation].menu
    assert len({action.name for action in menu}) == len(menu)
    assert [action.slot for action in menu] == sorted((action.slot for action in menu), key=SLOTS.index)
    for slot in SLOTS:
        assert any(action.slot == slot and not (action.gate or action.effects or action.tone) for action in menu)
    for action in menu:
        assert action.meaning
        assert action.source
        assert nation not in action.tone
    assert tuple(f"{nation}.{action.name}" for action in menu) == tuple(
        name for name in ACTIONS if name.split(".")[0] == nation
    )


@pytest.mark.parametrize(("nation", "name"), SETS)
def test_weights_name_features_and_are_scaled_alike(nation, name):
    weights = WEIGHT_SETS[nation][name]
    assert set(weights) <= set(FEATURE_NAMES)
    assert set(weights) == set(WEIGHT_SETS[nation]["standard"])
    assert 0.9 < sum(abs(weight) for weight in weights.values()) < 1.5  # draws are scaled to one
    assert all(weights.values())


def test_rival_weight_sets_exist_for_every_nation():
    assert tuple(WEIGHT_SETS) == NATIONS
    for nation, sets in WEIGHT_SETS.items():
        assert "standard" in sets, nation
        assert len(sets) >= 3, nation


@pytest.mark.parametrize(
    ("nation", "administrations"),
    [
        ("north_korea", ("standard", "deterrence_first", "economy_first")),
        ("russia", ("standard",)),
        ("china", ("standard",)),
        ("united_states", ("leader_driven", "standard", "maximum_pressure")),
        ("south_korea", ("engagement", "hard_line")),
    ],
)
def test_every_type_of_administration_has_a_weight_set_of_its_own(nation, administrations):
    character = CHARACTERS[nation]
    assert character.administrations == administrations
    assert set(administrations) <= set(character.weight_sets)
    # the mechanisms know the types by number: 0 engages, the last presses
    assert len(administrations) - 1 <= VARIABLES["administration"].high


def test_what_nobody_likes_and_what_everybody_fears():
    for nation, name in SETS:
        weights = WEIGHT_SETS[nation][name]
        assert weights["crisis"] < 0, (nation, name)
        assert weights["capability"] * (1 if nation == "north_korea" else -1) > 0, (nation, name)


def test_the_neutral_situation_is_legal_and_expected():
    world = neutral_world(2)
    for name in NEUTRAL:
        assert ((world[name] >= VARIABLES[name].low) & (world[name] <= VARIABLES[name].high)).all(), name
    assert (world.reference == measure(world)).all()
    assert not world.conduct.any()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"slot": "naval"}, "unknown slot"),
        ({"rate": 0.0}, "base rate must lie between 0 and 1"),
        ({"rate": 1.0}, "base rate must lie between 0 and 1"),
        ({"gate": "sesame"}, "unknown gate"),
        ({"tone": {"japan": 1.0}}, "unknown nation in tone: japan"),
    ],
)
def test_a_wrong_menu_line_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        Action(**{"name": "x", "slot": "economic", "rate": 0.5, "meaning": "x", **wrong})


@pytest.mark.parametrize(
    ("words", "message"), [(("happiness", 1.0), "unknown feature"), (("crisis", 1.0, "full_moon"), "unknown situation")]
)
def test_an_effect_on_nothing_is_refused(words, message):
    with pytest.raises(ValueError, match=message):
        Effect(*words)


# ---- weights and horizons --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("nation", "name"), SETS)
def test_drawn_weights_keep_signs_add_to_one_and_centre_on_the_set(nation, name):
    weights = WEIGHT_SETS[nation][name]
    drawn = draw_weights(Chance(1, 0, RUNS), nation, weights, np.full(RUNS, 40.0))
    scale = sum(abs(weight) for weight in weights.values())
    assert sum(np.abs(values) for values in drawn.values()) == pytest.approx(np.ones(RUNS))
    for feature, weight in weights.items():
        assert (np.sign(drawn[feature]) == np.sign(weight)).all()
        # spread of a Dirichlet weight p at concentration 40: sqrt(p (1 - p) / 41)
        share = abs(weight) / scale
        assert drawn[feature].mean() == pytest.approx(weight / scale, abs=4 * np.sqrt(share * (1 - share) / 41 / RUNS))


def test_certainty_gives_the_weights_themselves():
    weights = {"crisis": -0.3, "trade": 0.1}
    drawn = draw_weights(Chance(1, 0, 50), "china", weights, np.full(50, 1e6))
    assert drawn["crisis"] == pytest.approx(np.full(50, -0.75), abs=0.005)
    assert drawn["trade"] == pytest.approx(np.full(50, 0.25), abs=0.005)


def test_a_changed_set_keeps_the_pairing():
    before, after = (
        draw_weights(Chance(1, 0, RUNS), "china", {"crisis": -0.3, "trade": trade, "quiet": 0.2}, np.full(RUNS, 40.0))
        for trade in (0.1, 0.3)
    )
    assert (after["trade"] > before["trade"]).all()
    assert np.corrcoef(before["crisis"], after["crisis"])[0, 1] > 0.9


@pytest.mark.parametrize(
    ("nation", "date", "months"),
    [
        ("north_korea", "2020-05", 36),
        ("china", "2020-11", 36),
        ("russia", "2020-05", 24),
        ("united_states", "2019-01", 24),  # 22 months to the election and 6 beyond, at most 24
        ("united_states", "2020-05", 12),  # 6 and 6
        ("united_states", "2020-11", 6),
        ("united_states", "2020-12", 24),
        ("south_korea", "2020-05", 22),  # to March 2022
        ("south_korea", "2022-02", 1),
        ("south_korea", "2022-03", 1),  # never below one month
        ("south_korea", "2022-04", 24),
        ("south_korea", "2017-04", 1),  # the early election
        ("united_states", "2070-01", 24),  # beyond the calendar
    ],
)
def test_an_election_cuts_the_horizon_short(nation, date, months):
    assert horizon(CHARACTERS[nation], Month.parse(date)) == months


def test_the_horizon_shortens_month_by_month_before_an_election():
    left = [horizon(CHARACTERS["united_states"], Month(2019, 11) + month) for month in range(13)]
    assert left == sorted(left, reverse=True)
    assert left[0] - left[-1] == 12
