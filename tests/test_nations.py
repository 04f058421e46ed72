"""The five nations: menus, weights, horizons, and how they choose in the model."""

import numpy as np
import pytest

from sim import load_scenario
from sim.actions import SLOTS, Action, Effect
from sim.chance import Chance
from sim.decision import Mood
from sim.features import FEATURE_NAMES, measure
from sim.model import Peninsula
from sim.nations import ACTIONS, CHARACTERS, NEUTRAL, WEIGHT_SETS, draw_weights, horizon, neutral_world
from sim.state import NATIONS, VARIABLES, Month

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
    assert 0.9 < sum(abs(weight) for weight in weights.values()) < 1.1
    assert all(weights.values())


def test_rival_weight_sets_exist_for_every_nation():
    assert {nation: len(sets) for nation, sets in WEIGHT_SETS.items()} == dict.fromkeys(NATIONS, 3)


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


# ---- choices in the model --------------------------------------------------------------------------------------


@pytest.mark.parametrize("nation", NAMES)
def test_base_rates_are_met_in_the_neutral_situation(model, nation):
    found = shares(model(), nation, neutral())
    for action in CHARACTERS[nation].menu:
        assert found[action.name] == pytest.approx(0 if action.gate else action.rate, abs=0.012), action.name


@pytest.mark.parametrize("nation", NAMES)
def test_without_sharpness_base_rates_hold_whatever_the_situation(model, nation):
    wild = neutral(severity=5.0, crisis=4.0, hardship=0.9, reserves=0.1, conduct=-2.0, salience=0.9, food=0.5)
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
    ],
)
def test_caring_more_for_something_raises_what_serves_it(model, nation, feature, weight, actions):
    world = neutral(readiness=0.8, hardship=0.6, crisis=2.0)
    usual, keen = (
        shares(model(*given), nation, world) for given in ((), (f"nations.{nation}.weights={{{feature}: {weight}}}",))
    )
    assert sum(keen[action] for action in actions) > sum(usual[action] for action in actions) + 0.005


@pytest.mark.parametrize(("nation", "name"), [pair for pair in SETS if pair[1] != "standard"])
def test_a_rival_weight_set_is_loaded(model, nation, name):
    rival = model(f"nations.{nation}.weight_set={name}").nations
    usual = model().nations
    wanted = WEIGHT_SETS[nation][name]
    scale = sum(abs(weight) for weight in wanted.values())
    for feature, weight in wanted.items():
        assert rival[nation].weights[feature].mean() == pytest.approx(weight / scale, abs=0.01)
    assert any((rival[nation].weights[feature] != usual[nation].weights[feature]).any() for feature in wanted)
    other = NAMES[(NAMES.index(nation) + 1) % 5]
    assert all((rival[other].weights[feature] == usual[other].weights[feature]).all() for feature in usual[other].weights)


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
