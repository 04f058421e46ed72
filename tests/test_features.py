"""Features, situations and gates: hand values, direction, and their scale."""

import numpy as np
import pytest

from sim.features import FEATURE_NAMES, FEATURES, GATES, SITUATIONS, measure
from sim.nations import ACTIONS, CHARACTERS, neutral_world, reference_parameters
from sim.state import Month, World, resolve

PARAMS = {
    **reference_parameters(),
    **{
        name: np.array([value])
        for name, value in {
            "salience.habituation": 0.5, "memory.promise_usual": 0.4, "labour.capacity_russia": 36.0,
            "talks.price": 0.8, "talks.moratorium_price": 0.6, "talks.scar_fading": 12.0, "coercion.half": 0.05,
        }.items()
    },
}  # fmt: skip


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
        ("autonomy", {"equidistance": 0.9, "equidistance.composite": 0.3}, 0.3),
        ("attention", {"salience": 0.7}, 0.7),
        ("livelihood", {"food": 3}, 0.5),
        ("livelihood", {"food": 12}, 1.0),
        ("epidemic", {"epidemic": 0.5, "openness.china.imports": 0.4}, 0.2),
        ("crisis", {"crisis": 2}, 0.4),
        ("collapse", {"hardship": 0.3}, 0.3),
        ("rivalry", {"rift.china": 0.2, "rift.russia": 0.6}, 0.4),
        ("far_east", {"workers.russia": 17.5}, 0.5),
        ("far_east", {"workers.russia": 35, "stage.gas": 1, "stage.rail": 2}, 1.2),  # three stages of fifteen
        ("quiet", {"since_severe": 6}, 1 - np.exp(-1)),
        ("pressure", {"severity_index": 0.8, "enforcement.china": 0.9, "enforcement.russia": 0.7, "evasion": 0.25}, 0.48),
        ("exposure_china", {"secondary_risk.china": 0.6}, 0.6),
        ("exposure_russia", {"secondary_risk.russia": 0.1}, 0.1),
        ("alliance", {"alliance": 0.5}, 0.5),
        ("status", {"status": 0.35}, 0.35),
        ("talks", {"phase": 3}, 0.75),
        ("friend_china", {"affinity": 0.1, "affinity.north_korea_china": 0.6}, 0.6),
        ("friend_russia", {"affinity": 0.1, "affinity.north_korea_russia": -0.2}, -0.2),
        # half of 0.4 and of -0.2, less two losses of 0.1% of output
        (
            "seoul_ties",
            {
                "affinity.russia_south_korea": 0.4,
                "affinity.china_south_korea": -0.2,
                "sector_loss.tourism": 0.1,
                "sector_loss.goods": 0.1,
            },
            -0.1,
        ),
        ("programmes", {"programme": 0, "programme.liaison": 0.8, "programme.rail": 0.2}, 0.2),  # a fifth of the sum
        ("approval_washington", {"approval.united_states": 40, "approval.south_korea": 90}, -0.5),
        ("approval_seoul", {"approval.south_korea": 65, "approval.united_states": 10}, 0.75),
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
        ("vacant", {"workers.russia": 18}, 0.5),  # half of 36 thousand places
        ("vacant", {"workers.russia": 90}, 0.0),
        ("covert", {"evasion": 0.3}, 0.3),
        ("zone", {"zone": 0.4}, 0.4),
        ("talking", {"phase": 3}, 0.6),  # 0.8 x 3/4
        ("talking", {"phase": 0}, 0.0),
        ("moratorium", {"moratorium": 1}, 0.6),
        ("moratorium", {"moratorium": 0}, 0.0),
        ("scarred", {"since_failure": 12}, np.exp(-1)),
        ("scarred", {"since_failure": 600}, 0.0),
        ("passage", {"passage.severity_4": 0.2, "passage.severity_5": 0.7, "trigger": 4}, 0.2),
        ("passage", {"passage.severity_4": 0.2, "passage.severity_5": 0.7, "trigger": 4, "severity": 5}, 0.7),
        ("resistance", {"passage.severity_4": 0.2, "passage.severity_5": 0.7, "trigger": 5}, 0.3),
        ("relief_in_reach", {"easing_passage": 0.15}, 0.15),
        ("rebuffed", {"rebuffed": 0.5}, 0.5),
        ("court_china", {"courtship.china": 0.3, "courtship.russia": 0.7}, 0.3),
        ("court_russia", {"courtship.china": 0.3, "courtship.russia": 0.7}, 0.7),
        ("willing_china", {"willingness.china": 0.6}, 0.6),
        ("willing_russia", {"willingness.russia": 0.4}, 0.4),
        ("promise", {"habituation": 0, "promise": 0.4}, 1.0),  # what is usual, and new
        ("promise", {"habituation": 2, "promise": 0.4}, np.exp(-1)),  # used to
        ("promise", {"habituation": 0, "promise": 0.0}, 0.0),  # and never paid
        ("aggrieved", {"grievance": 0.35}, 0.35),
        ("exposed", {"coercion": 0.3, "grievance": 0.2}, 0.5),
        ("exposed", {"coercion": 2, "grievance": 0.5}, 1.0),
        ("lever_russia", {"dependence.russia.south_korea": 0.05}, 0.5),  # as much as the half
        ("lever_russia", {"dependence.russia.south_korea": 0, "dependence.south_korea.russia": 0.9}, 0.0),
        ("isolated", {"programme": 0.25}, 0.75),
        ("ready", {"consent.north_korea": 0.9, "consent.russia": 0.2, "consent.south_korea": 0.5}, 0.2),
        ("estranged", {"rift.russia": 0.55, "rift.china": 0.1}, 0.55),
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
        ("in_contact", {"phase": 0}, {"phase": 1}),
        ("at_the_table", {"phase": 1}, {"phase": 2}),
        ("at_the_table", {"phase": 3}, {"phase": 4}),  # a summit that is scheduled need not be offered
        ("triggered", {"trigger": 3, "severity": 3}, {"trigger": 4}),
        ("triggered", {}, {"severity": 5}),  # last month's event has not been put on the table yet
        ("circulated", {"circulated": 0}, {"circulated": 1}),
        ("requested", {"request": 0}, {"request.china": 1}),
        ("requested", {"request": 0}, {"request.russia": 1}),
        ("aggrieved", {"grievance": 0.1}, {"grievance": 0.5}),
        ("works_pending", {"exemption_wait": 0}, {"exemption_wait": 1}),
        ("beijing_due", {"since_meeting.china": 2}, {"since_meeting.china": 3}),
        ("beijing_due", {"since_meeting.china": 12, "epidemic": 0.8}, {"since_meeting.china": 12, "epidemic": 0.3}),
        ("moscow_due", {"since_meeting.russia": 2}, {"since_meeting.russia": 3, "since_meeting.china": 0}),
    ],
)
def test_gates(gate, closed, opened):
    shut, free = (world(date=given) if isinstance(given, str) else world(given) for given in (closed, opened))
    assert GATES[gate](shut) == [0]
    assert GATES[gate](free) == [1]


def test_every_gate_is_shut_and_opened_here():
    assert {case[0] for mark in test_gates.pytestmark for case in mark.args[1]} == set(GATES)


def test_every_situation_serves_an_action():
    used = {effect.given for character in CHARACTERS.values() for action in character.menu for effect in action.effects}
    used |= {season for character in CHARACTERS.values() for action in character.menu for season, _ in action.seasons}
    assert used - {""} == set(SITUATIONS)


def test_every_gate_serves_an_action():
    used = {action.gate for character in CHARACTERS.values() for action in character.menu if action.gate}
    assert used == set(GATES)
