"""How the five nations choose in the model: base rates, what they care for, who governs."""

import numpy as np
import pytest

from sim import load_scenario
from sim.decision import Mood
from sim.model import Peninsula
from sim.nations import CHARACTERS, WEIGHT_SETS, neutral_world, usual_conduct
from sim.state import NATIONS, Month

NAMES = tuple(CHARACTERS)
SETS = [(nation, name) for nation, sets in WEIGHT_SETS.items() for name in sets]
RUNS = 2_000
QUIET = Month(2013, 6)  # no season, no exercise, and no election within the longest look-ahead


@pytest.fixture(scope="module")
def model():
    """A model of the baseline with settings, made once; agents are let go of at the end."""
    made = {}

    def make(*settings, runs=RUNS):
        if (settings, runs) not in made:
            made[settings, runs] = Peninsula(load_scenario("baseline-2020", settings=list(settings)), runs=runs, seed=0)
        return made[settings, runs]

    yield make
    for each in made.values():
        each.release()


def neutral(runs=RUNS, **values):
    """The neutral situation in a quiet month; routine as often as base rates say, and every gate closed."""
    world = neutral_world(runs).at(QUIET)
    openness = world.openness.copy()
    openness[0, 0] = 0.5
    values = {"since_meeting": 0.0, **values}
    rates = np.array([action.rate for character in CHARACTERS.values() for action in character.menu])
    arrays = {name: np.broadcast_to(value, world[name].shape).astype(float).copy() for name, value in values.items()}
    return world.replace(openness=openness, routine=np.repeat(rates[:, None], runs, axis=1), **arrays)


def shares(model, nation, world, months=20):
    """Share of months and runs in which each action is chosen in this world, ``{action: share}``."""
    agent, mood = model.nations[nation], Mood.of(world, model.params)
    counts = sum(
        agent.choose(world, mood, model.chance.month(Month(2000, 1) + month)).mean(axis=1) for month in range(months)
    )
    return dict(zip((action.name for action in agent.menu), counts / months, strict=True))


# ---- choices in the model --------------------------------------------------------------------------------------


@pytest.mark.parametrize("nation", NAMES)
def test_base_rates_are_met_in_the_neutral_situation(model, nation):
    found = shares(model(f"nations.{nation}.weight_set=standard"), nation, neutral())
    for action in CHARACTERS[nation].menu:
        assert found[action.name] == pytest.approx(0 if action.gate else action.rate, abs=0.012), action.name


@pytest.mark.parametrize("nation", NAMES)
def test_without_sharpness_base_rates_hold_whatever_the_situation(model, nation):
    wild = neutral(severity=3.0, crisis=4.0, hardship=0.9, reserves=0.1, conduct=-2.0, salience=0.9, food=0.5)
    thoughtful = "parameters.decision.depth=10"  # hardly anyone follows routine
    blunt = shares(model(thoughtful, f"parameters.decision.sharpness.{nation}=0"), nation, wild)
    sharp = shares(model(thoughtful), nation, wild)
    for action in CHARACTERS[nation].menu:
        assert blunt[action.name] == pytest.approx(0 if action.gate else action.rate, abs=0.012), action.name
    assert max(abs(sharp[name] - blunt[name]) for name in blunt) > 0.03


@pytest.mark.parametrize(
    ("nation", "feature", "weight", "actions"),
    [
        ("north_korea", "capability", 0.9, ("short_range_test", "medium_range_test", "strategic_test", "nuclear_test")),
        ("north_korea", "currency", 0.9, ("cyber_theft", "evasion_surge")),
        ("russia", "rivalry", 0.9, ("joint_patrol",)),
        ("russia", "exposure_russia", -0.9, ("strict_enforcement",)),
        ("china", "collapse", -0.9, ("food_aid",)),
        ("china", "exposure_china", -0.9, ("strict_enforcement",)),
        ("united_states", "pressure", 0.9, ("designations", "secondary_china", "secondary_russia")),
        ("united_states", "alliance", 0.9, ("show_of_force", "hard_line")),
        ("south_korea", "crisis", -0.9, ("hotline", "military_agreement")),
        ("south_korea", "livelihood", 0.9, ("humanitarian_aid",)),
        ("south_korea", "seoul_ties", 0.9, ("outreach_to_beijing", "northern_policy")),
        ("united_states", "talks", 0.9, ("leader_letter", "talks_offer", "phased_offer")),
        ("north_korea", "talks", 0.9, ("opening_to_washington",)),
        ("north_korea", "friend_russia", 0.9, ("message_to_moscow",)),
        ("china", "friend_china", 0.9, ("message_to_pyongyang", "senior_visit", "circulate_easing")),
        ("russia", "friend_russia", 0.9, ("military_exchange", "message_to_pyongyang")),
    ],
)
def test_caring_more_for_something_raises_what_serves_it(model, nation, feature, weight, actions):
    world = neutral(readiness=0.8, hardship=0.6, crisis=2.0, zone=0.5)
    usual, keen = (
        shares(model(*given), nation, world) for given in ((), (f"nations.{nation}.weights={{{feature}: {weight}}}",))
    )
    assert sum(keen[action] for action in actions) > sum(usual[action] for action in actions) + 0.005


@pytest.mark.parametrize(("nation", "name"), SETS)
def test_a_weight_set_that_a_scenario_names_holds_whoever_governs(model, nation, name):
    named, usual = model(f"nations.{nation}.weight_set={name}").nations, model().nations
    (weights,) = named[nation].weights
    wanted = WEIGHT_SETS[nation][name]
    scale = sum(abs(weight) for weight in wanted.values())
    assert set(weights) == set(wanted)
    for feature, weight in wanted.items():
        assert weights[feature].mean() == pytest.approx(weight / scale, abs=0.01)
    other = NAMES[(NAMES.index(nation) + 1) % 5]
    for own, before in zip(named[other].weights, usual[other].weights, strict=True):
        assert all((own[feature] == before[feature]).all() for feature in before)


@pytest.mark.parametrize("nation", NAMES)
def test_without_a_named_set_each_administration_has_its_own(model, nation):
    character, found = CHARACTERS[nation], model().nations[nation].weights
    assert len(found) == len(character.administrations)
    for name, weights in zip(character.administrations, found, strict=True):
        named = model(f"nations.{nation}.weight_set={name}").nations[nation].weights[0]
        assert all((weights[feature] == named[feature]).all() for feature in named)  # the same luck


def test_single_weights_that_a_scenario_changes_hold_in_every_administration(model):
    changed = model("nations.united_states.weights={talks: 0.9}").nations["united_states"].weights
    assert len(changed) == len(CHARACTERS["united_states"].administrations)
    for weights in changed:
        assert weights["talks"].mean() > 0.3


@pytest.mark.parametrize(("nation", "office"), [("united_states", 2), ("south_korea", 1), ("north_korea", 1)])
def test_a_nation_chooses_by_the_weights_of_who_governs(model, nation, office):
    named = CHARACTERS[nation].administrations[office]
    governed = neutral().administration.copy()
    governed[NATIONS.index(nation)] = office
    world = neutral(crisis=2.0, readiness=0.8, zone=0.4).replace(administration=governed)
    by_office, by_name = model().nations[nation], model(f"nations.{nation}.weight_set={named}").nations[nation]
    mood, dice = Mood.of(world, model().params), model().chance.month(QUIET)
    np.testing.assert_array_equal(by_office.choose(world, mood, dice), by_name.choose(world, mood, dice))


def test_conduct_at_base_rates_is_what_has_become_usual():
    usual = usual_conduct(CHARACTERS)
    assert usual.shape == (5, 5, 1)
    assert not np.diagonal(usual[..., 0]).any()
    own, other = NATIONS.index("russia"), NATIONS.index("united_states")
    menu = [action for action in CHARACTERS["russia"].menu if not action.gate]
    assert usual[own, other, 0] == pytest.approx(sum(action.rate * action.tone.get("united_states", 0) for action in menu))


def test_reasons_add_up_to_the_appeal_that_was_used(model):
    made = model(runs=20)
    for _ in range(3):
        made.step()
    kinds = set()
    for nation in made.nations.values():
        for place, action in enumerate(nation.menu):
            terms = nation.reasons(action.name, made.seen)
            kinds |= {term.kind for term in terms}
            whole = sum((term.value for term in terms), start=np.zeros(20))
            assert whole == pytest.approx(nation.weighing.second[place], abs=1e-12)
            plain = sum((term.value for term in nation.reasons(action.name, made.seen, 1)), start=np.zeros(20))
            assert plain == pytest.approx(nation.weighing.first[place], abs=1e-12)
            assert nation.reasons(action.name, made.seen, 0) == []
    assert kinds == {"feature", "reciprocity", "reply"}


def test_the_order_of_choosing_does_not_matter(model):
    made, world = model(runs=50), neutral(runs=50)
    mood, dice = Mood.of(world, made.params), made.chance.month(QUIET)
    forward = {name: made.nations[name].choose(world, mood, dice) for name in NAMES}
    backward = {name: made.nations[name].choose(world, mood, dice) for name in reversed(NAMES)}
    assert all((forward[name] == backward[name]).all() for name in NAMES)


def test_hostility_received_makes_friendly_words_rarer(model):
    made = model()
    conduct = neutral().conduct.copy()
    conduct[NATIONS.index("united_states"), NATIONS.index("north_korea")] = -2
    usual, harsh = shares(made, "north_korea", neutral()), shares(made, "north_korea", neutral().replace(conduct=conduct))
    assert harsh["opening_to_washington"] < usual["opening_to_washington"]
    assert harsh["coercive_rhetoric"] > usual["coercive_rhetoric"]
