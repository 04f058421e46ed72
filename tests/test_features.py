"""Features, situations and gates: hand values, direction, and their scale."""

import numpy as np
import pytest

from sim.features import FEATURE_NAMES, FEATURES, GATES, SITUATIONS, measure
from sim.nations import ACTIONS, CHARACTERS, neutral_world, reference_parameters
from sim.state import Month, World, resolve

PARAMS = reference_parameters()


def world(values=None, date="2016-06"):
    blank = World.blank(Month.parse(date), 1, features=FEATURE_NAMES, actions=ACTIONS)
    for path, value in (values or {}).items():
        variable, index = resolve(path)
        array = blank[variable.name].copy()
        array[index] = value
        blank = blank.replace(**{variable.name: array})
    return blank


def level(feature, values):
    return measure(world(values))[FEATURE_NAMES.index(feature), 0]


@pytest.mark.parametrize(
    ("feature", "values", "expected"),
    [
        ("currency", {"reserves": 2.5}, 0.5),  # 2.5 / (2.5 + 2.5)
        ("currency", {"reserves": 0}, 0.0),
        ("trade", {"trade": 87.5}, 1.0),  # six flows of 87.5 are the 525 m USD a month of 2016
        ("capability", {"capability": 0.4}, 0.4),
        ("autonomy", {"trade.china": 48, "trade.russia": 2}, 0.2),  # square root of 4 / 100
        ("autonomy", {"trade": 0}, 0.0),
        ("attention", {"salience": 0.7}, 0.7),
        ("livelihood", {"food": 3}, 0.5),
        ("livelihood", {"food": 12}, 1.0),
        ("epidemic", {"epidemic": 0.5, "openness.china.imports": 0.4}, 0.2),
        ("crisis", {"crisis": 2}, 0.4),
        ("collapse", {"hardship": 0.3}, 0.3),
        ("rivalry", {"rift.china": 0.2, "rift.russia": 0.6}, 0.4),
        ("far_east", {"workers.russia": 17.5}, 0.5),
        ("quiet", {"since_severe": 6}, 1 - np.exp(-1)),
        ("pressure", {"severity_index": 0.8, "enforcement.china": 0.9, "enforcement.russia": 0.7, "evasion": 0.25}, 0.48),
        ("exposure_china", {"secondary_risk.china": 0.6}, 0.6),
        ("exposure_russia", {"secondary_risk.russia": 0.1}, 0.1),
        ("alliance", {"alliance": 0.5}, 0.5),
        ("reputation", {"deadline": 3}, -0.5),
    ],
)
def test_features_by_hand(feature, values, expected):
    assert level(feature, values) == pytest.approx(expected)


def test_every_feature_has_a_hand_value_a_meaning_and_a_persistence():
    tested = {case[0] for mark in test_features_by_hand.pytestmark for case in mark.args[1]}
    assert tested == set(FEATURE_NAMES)
    for feature in FEATURES:
        assert feature.meaning
        assert 0 < feature.persistence <= 1
    assert len(set(FEATURE_NAMES)) == len(FEATURES)


def test_every_feature_matters_to_somebody():
    weighed = {name for character in CHARACTERS.values() for weights in character.weight_sets.values() for name in weights}
    assert weighed == set(FEATURE_NAMES)


def test_features_keep_to_their_scale_in_the_neutral_situation():
    levels = measure(neutral_world(3))
    assert levels.shape == (len(FEATURES), 3)
    assert (np.abs(levels) <= 1.05).all()


@pytest.mark.parametrize(
    ("situation", "values", "expected"),
    [
        ("novelty", {"habituation": 0}, 1.0),
        ("readiness", {"readiness": 0.3}, 0.3),
        ("covered", {"coverage_exports.coal": 1}, 1 / 6),
        ("scarcity", {"reserves": 2.5}, np.exp(-1)),
        ("hardship", {"hardship": 0.4}, 0.4),
        ("closure", {"openness.china.imports": 0.1}, 0.9),
        ("epidemic", {"epidemic": 0.4}, 0.4),
        ("openness", {"openness.china.exports": 0.3}, 0.3),
        ("openness_russia", {"openness.russia.exports": 0.1, "openness.russia.imports": 0.9}, 0.5),
        ("bound", {"deadline": 2}, 1.0),
        ("restraint", {"restraint": 0.2}, 0.2),
        ("tension", {"crisis": 5}, 1.0),
        ("outrage", {"severity": 5}, 1.0),
        ("asked", {"aid_request": 1}, 1.0),
        ("vacant", {"workers.russia": 18}, 0.5),  # half of the 36 thousand places of the median
        ("vacant", {"workers.russia": 90}, 0.0),
        ("covert", {"evasion": 0.3}, 0.3),
        ("spring", {}, 0.0),
        ("winter", {}, 0.0),
    ],
)
def test_situations_by_hand(situation, values, expected):
    assert SITUATIONS[situation](world(values), PARAMS) == pytest.approx([expected])


def test_every_situation_has_a_hand_value_and_stays_between_nothing_and_one():
    tested = {case[0] for mark in test_situations_by_hand.pytestmark for case in mark.args[1]}
    assert tested == set(SITUATIONS)
    for situation in SITUATIONS.values():
        assert 0 <= situation(neutral_world(1), PARAMS)[0] <= 1


@pytest.mark.parametrize(("name", "months"), [("spring", {3, 4}), ("winter", {11, 12, 1})])
def test_seasons(name, months):
    found = {month for month in range(1, 13) if SITUATIONS[name](world(date=f"2019-{month:02d}"), PARAMS)[0]}
    assert found == months


@pytest.mark.parametrize(
    ("gate", "closed", "opened"),
    [
        ("exercise_season", "2019-05", "2019-08"),
        ("epidemic", {"epidemic": 0.5, "border": 0}, {"epidemic": 0.5, "border": 1}),
        ("epidemic", {"epidemic": 0}, {"epidemic": 0.01}),
        ("border_restricted", {"border": 2}, {"border": 1}),
        ("tourists", {"openness.china.exports": 0.4}, {"openness.china.exports": 0.6}),
        ("provoked", {"provoked": 0}, {"provoked": 1}),
    ],
)
def test_gates(gate, closed, opened):
    shut, free = (world(date=given) if isinstance(given, str) else world(given) for given in (closed, opened))
    assert GATES[gate](shut) == [0]
    assert GATES[gate](free) == [1]


def test_every_gate_serves_an_action():
    used = {action.gate for character in CHARACTERS.values() for action in character.menu if action.gate}
    assert used == set(GATES)
