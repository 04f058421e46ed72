"""What a nation brings to its choice: reasons by hand, conduct answered in kind, and the values of who governs."""

import numpy as np
import pytest

from sim import decision
from sim.actions import Action, Effect
from sim.decision import Desk, Mood
from sim.nations import CHARACTERS, neutral_world, reference_parameters
from sim.state import NATIONS

MENUS = {nation: character.menu for nation, character in CHARACTERS.items()}


def act(name, slot, rate, **more):
    return Action(name, slot, rate, name, **more)


# ---- reasons ---------------------------------------------------------------------------------------------------


def desk(nation="china", conduct=None, reply=None, spread=1.0, missed=0.0):
    """A desk in the neutral situation, in which the levels of all features fall short of expectation by ``missed``."""
    world = neutral_world(1)
    world = world.replace(reference=world.reference + missed)
    arrays = {"conduct": world.conduct.copy(), "reply": world.reply.copy()}
    for name, given in (("conduct", conduct), ("reply", reply)):
        for (actor, target), value in (given or {}).items():
            arrays[name][NATIONS.index(actor), NATIONS.index(target)] = value
    world, params = world.replace(**arrays), reference_parameters()
    stakes = {name: np.array([weight]) for name, weight in CHARACTERS[nation].weight_sets["standard"].items()}
    return Desk.of(nation, world, Mood.of(world, params), [stakes], params, spread)


def reciprocity(conduct):
    """What China's answer in kind adds to aid for, and to pressure on, North Korea."""
    menu = {action.name: action for action in MENUS["china"]}
    situations = decision.observe(MENUS["china"], neutral_world(1), reference_parameters())
    found = desk(conduct={("north_korea", "china"): conduct})
    lines = [found.terms(menu[name], situations) for name in ("food_aid", "strict_enforcement")]
    terms = [{(term.kind, term.about): term.value[0] for term in line} for line in lines]
    return [each["reciprocity", "north_korea"] for each in terms]


def test_conduct_is_answered_in_kind():
    assert reciprocity(0.0) == pytest.approx([0, 0])
    aid, pressure = reciprocity(1.0)
    assert aid > 0 > pressure
    assert reciprocity(-1.0) == pytest.approx([-aid, -pressure])
    # inclination 0.225 at the median, tone of aid 0.73
    assert aid == pytest.approx(0.225 * 0.73, rel=1e-6)


def test_a_friendly_answer_is_foreseen_where_friendliness_is_returned():
    action = next(action for action in MENUS["north_korea"] if action.name == "message_to_beijing")
    values = []
    for reply in (-0.5, 0.0, 0.5):
        (term,) = desk("north_korea", reply={("china", "north_korea"): reply}).replies(action)
        values.append(term.value[0])
    assert values[0] < values[1] == 0 < values[2]
    valued = desk("north_korea").values
    worth = sum(valued[feature][0] * size for feature, size in decision.FRIENDLY["china"].items() if feature in valued)
    assert values[2] == pytest.approx(0.985 * 0.5 * worth * 0.34)  # patience, reply, worth, tone


def test_what_falls_short_of_expectation_is_valued_as_a_loss():
    weights = CHARACTERS["china"].weight_sets["standard"]
    for missed, gain, loss in ((1.0, 2.0, 1.0), (-1.0, 1.0, 2.0)):
        values = desk(missed=missed).values
        assert values["trade"] == pytest.approx([gain * weights["trade"]], rel=1e-6)  # more of it is welcome
        assert values["crisis"] == pytest.approx([loss * weights["crisis"]], rel=1e-6)  # less of it is


def test_effects_count_by_weight_size_and_situation():
    effects = (Effect("crisis", 0.5), Effect("quiet", 0.2, "outrage"), Effect("far_east", 9.0))
    action = act("try", "economic", 0.5, effects=effects)
    found = {term.about: term.value[0] for term in desk().terms(action, {"outrage": np.array([0.5])})}
    values = desk().values
    assert found["crisis"] == pytest.approx(0.5 * values["crisis"][0])
    assert found["quiet"] == pytest.approx(0.2 * 0.5 * values["quiet"][0])
    assert "far_east" not in found  # China does not care
    assert found["crisis"] < 0 < found["quiet"]


# ---- administrations -------------------------------------------------------------------------------------------

OFFICES = [{"crisis": -1.0, "quiet": 0.5}, {"crisis": -0.2, "pressure": 0.4}, {"crisis": -0.6, "pressure": 0.9}]


def governed(offices, stakes=OFFICES, nation="united_states"):
    """Values of a nation in runs with these types of administration; expectation is far below every level."""
    world = neutral_world(len(offices))
    office = world.administration.copy()
    office[NATIONS.index(nation)] = offices
    world = world.replace(administration=office, reference=world.reference - 9)
    params = {name: np.repeat(value, len(offices)) for name, value in reference_parameters().items()}
    each = [{name: np.full(len(offices), stake) for name, stake in values.items()} for values in stakes]
    return Desk.of(nation, world, Mood.of(world, params), each, params, 1.0).values


def test_every_run_has_the_values_of_the_administration_it_has():
    found = governed([0, 1, 2, 1])
    # a gain counts once; less of what is disliked, above expectation, counts twice
    assert found["crisis"] == pytest.approx([-2.0, -0.4, -1.2, -0.4])
    assert found["quiet"] == pytest.approx([0.5, 0, 0, 0])  # the others do not care
    assert found["pressure"] == pytest.approx([0, 0.4, 0.9, 0.4])


@pytest.mark.parametrize("office", [0, 1, 2])
def test_where_all_runs_have_one_administration_its_values_hold_and_no_others(office):
    found = governed([office] * 3)
    assert set(found) == set(OFFICES[office])
    for name, stake in OFFICES[office].items():
        assert found[name] == pytest.approx(np.full(3, stake * (2 if stake < 0 else 1)))


def test_one_set_of_values_holds_whoever_governs():
    found = governed([0, 1, 2], stakes=OFFICES[:1])
    assert set(found) == set(OFFICES[0])
    assert found["quiet"] == pytest.approx([0.5] * 3)


def test_a_run_is_weighed_alike_whoever_governs_in_other_runs():
    mixed, alone = governed([2, 0, 1]), governed([2])
    for name, values in alone.items():
        assert mixed[name][0] == values[0]


def test_another_nation_s_administration_does_not_count():
    world = neutral_world(2)
    office = world.administration.copy()
    office[NATIONS.index("south_korea")] = [0, 1]
    world = world.replace(administration=office)
    params = {name: np.repeat(value, 2) for name, value in reference_parameters().items()}
    each = [{"crisis": np.full(2, stake)} for stake in (-1.0, -0.1, -0.5)]
    values = Desk.of("united_states", world, Mood.of(world, params), each, params, 1.0).values
    assert values["crisis"][0] == values["crisis"][1]
