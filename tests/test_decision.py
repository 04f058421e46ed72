"""How a nation weighs and chooses: the equations by hand, and simulated choices against the closed form."""

import numpy as np
import pytest
from scipy import stats

from sim import decision
from sim.actions import Action
from sim.base_rates import inclusion, log_priors
from sim.chance import Chance
from sim.decision import Mood, on_offer, pick, present_value, slot_rows, thinking_level
from sim.features import FEATURE_NAMES, GATES, measure
from sim.nations import ACTIONS, CHARACTERS, reference_parameters
from sim.state import Month, World, resolve

NAMES = tuple(CHARACTERS)
MENUS = {nation: character.menu for nation, character in CHARACTERS.items()}
GATED = sorted({(nation, action.gate) for nation, menu in MENUS.items() for action in menu if action.gate})
CHOICES = 200_000
BATCH = 20_000
OPENED = {  # gate -> a date and the paths under which it is open
    "exercise_season": ("2019-08", {}),
    "epidemic": ("2019-06", {"epidemic": 0.5, "border": 2.0}),
    "border_restricted": ("2019-06", {"border": 1.0}),
    "tourists": ("2019-06", {"openness": 1.0}),
    "provoked": ("2019-06", {"provoked": 1.0}),
    "in_contact": ("2019-06", {"phase": 1.0}),
    "at_the_table": ("2019-06", {"phase": 2.0}),
    "triggered": ("2019-06", {"trigger": 4.0}),
    "circulated": ("2019-06", {"circulated": 3.0}),
    "requested": ("2019-06", {"request.russia": 1.0}),
    "aggrieved": ("2019-06", {"grievance": 0.9}),
    "works_pending": ("2019-06", {"exemption_wait": 1.0}),
    "beijing_due": ("2019-06", {"since_meeting.china": 12.0}),
    "moscow_due": ("2019-06", {"since_meeting.russia": 12.0}),
}
ALONG_WITH = {"at_the_table": {"in_contact"}}  # gates that cannot but be open too


def gates(gate="", runs=BATCH):
    """A world in which one gate is open, or none."""
    date, opened = OPENED.get(gate, ("2019-06", {}))
    values = {"epidemic": 0.0, "border": 2.0, "openness": 0.4, "provoked": 0.0, "since_meeting": 0.0, **opened}
    world = World.blank(Month.parse(date), runs, features=FEATURE_NAMES, actions=ACTIONS)
    for path, value in values.items():
        variable, index = resolve(path)
        array = world[variable.name].copy()
        array[index] = value
        world = world.replace(**{variable.name: array})
    wanted = ({gate} if gate else set()) | ALONG_WITH.get(gate, set())
    assert {name for name, is_open in GATES.items() if is_open(world)[0]} == wanted
    return world


def frequencies(menu, score, world, nation):
    """Share of simulated choices that take each action, ``(action,)``."""
    counts, chance, offered = np.zeros(len(menu)), Chance(11, 0, world.runs), on_offer(menu, world)
    for batch in range(CHOICES // world.runs):
        luck = chance.month(Month(2000, 1) + batch)
        counts += pick(menu, np.repeat(score[:, None], world.runs, axis=1), offered, luck, nation).sum(axis=1)
    return counts / CHOICES


# ---- look-ahead, loss aversion, levels -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("discount", "persistence", "horizon", "expected"),
    [
        (0.98, 0.9, 1, 1.0),  # one month counts for itself
        (0.98, 0.0, 24, 1.0),  # what does not last counts once
        (0.5, 1.0, 2, 1.5),  # 1 + 0.5
        (0.9, 0.5, 3, 1.6525),  # 1 + 0.45 + 0.2025
        (0.9, 1.0, 10_000, 10.0),  # 1 / (1 - 0.9)
    ],
)
def test_present_value_by_hand(discount, persistence, horizon, expected):
    assert present_value(discount=np.array([discount]), persistence=persistence, horizon=horizon) == pytest.approx(
        [expected]
    )


def test_present_value_grows_with_patience_persistence_and_horizon():
    def value(discount=0.97, persistence=0.9, horizon=12):
        return present_value(discount=np.array([discount]), persistence=persistence, horizon=horizon)[0]

    assert value(discount=0.96) < value() < value(discount=0.98)
    assert value(persistence=0.8) < value() < value(persistence=0.95)
    assert value(horizon=11) < value() < value(horizon=13)


@pytest.mark.parametrize("depth", [0.5, 1.5, 2.0])
def test_levels_follow_the_poisson_law(depth):
    luck = (np.arange(100_000) + 0.5) / 100_000
    levels = thinking_level(luck, np.full(luck.size, depth))
    wanted = [stats.poisson.pmf(0, depth), stats.poisson.pmf(1, depth), stats.poisson.sf(1, depth)]
    assert [(levels == level).mean() for level in (0, 1, 2)] == pytest.approx(wanted, abs=2e-5)


def mood(level, aversion=2.0):
    """Slopes of gains and losses of the feature ``attention`` when its level stands this far above what is expected."""
    params = {**reference_parameters(), "decision.loss_aversion": np.array([aversion])}
    world = World.blank(Month(2020, 5), 1, features=FEATURE_NAMES, actions=ACTIONS)
    found = Mood.of(world.replace(reference=measure(world) - level), params)
    place = FEATURE_NAMES.index("attention")
    return found.gain[place, 0], found.loss[place, 0]


def test_losses_weigh_more_than_gains():
    # far above expectation a rise is a mere gain and a fall of what one dislikes likewise; far below it is the reverse
    assert mood(1.0) == pytest.approx((1.0, 2.0), abs=1e-6)
    assert mood(-1.0) == pytest.approx((2.0, 1.0), abs=1e-6)
    assert mood(0.0) == pytest.approx((1.5, 1.5))  # at expectation, where perception is blurred, half of each
    assert mood(-1.0, aversion=1.0) == pytest.approx((1.0, 1.0))  # no aversion, no kink


# ---- log-priors ------------------------------------------------------------------------------------------------


def test_chances_of_inclusion_by_hand():
    assert inclusion([1, 1, 1]) == pytest.approx([2 / 3] * 3)
    # first with 1/2, or second: after a slot of weight 1 (1/4) with 2/3, twice: 1/2 + 2 x 1/4 x 2/3 = 5/6
    assert inclusion([2, 1, 1]) == pytest.approx([5 / 6, 7 / 12, 7 / 12])
    assert sum(inclusion([0.3, 5, 0.01])) == pytest.approx(2)


@pytest.mark.parametrize("nation", NAMES)
def test_base_rates_are_met_when_every_gate_is_closed(nation):
    menu = MENUS[nation]
    found = frequencies(menu, log_priors(menu), gates(), nation)
    rates = [0 if action.gate else action.rate for action in menu]
    assert found == pytest.approx(rates, abs=0.005)


@pytest.mark.parametrize(("nation", "gate"), GATED)
def test_a_gated_action_is_chosen_at_its_base_rate_when_its_gate_is_open(nation, gate):
    menu = MENUS[nation]
    found = frequencies(menu, log_priors(menu), gates(gate), nation)
    for action, share in zip(menu, found, strict=True):
        if action.gate == gate:
            assert share == pytest.approx(action.rate, abs=0.005), action.name
        elif action.gate:
            assert share == 0, action.name


def test_every_gate_is_tried():
    assert {gate for _, gate in GATED} == set(GATES) == set(OPENED)


def act(name, slot, rate, **more):
    return Action(name, slot, rate, name, **more)


def test_base_rates_that_are_no_two_actions_a_month_are_refused():
    menu = [act("a", "diplomatic", 0.5), act("b", "economic", 0.5), act("c", "security", 0.5)]
    with pytest.raises(ValueError, match=r"must add up to 2.*0\.5"):
        log_priors(menu)
    gated = [act("d", "diplomatic", 0.1, gate="provoked"), act("e", "security", 0.1, gate="provoked")]
    menu = [act("a", "diplomatic", 0.7), gated[0], act("b", "economic", 0.7), act("c", "security", 0.6), gated[1]]
    with pytest.raises(ValueError, match="a gate serves one slot"):
        log_priors(menu)


# ---- choice ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nation", NAMES)
def test_two_actions_from_different_slots_always_and_never_through_a_closed_gate(nation):
    menu, runs = MENUS[nation], 5_000
    luck = np.random.default_rng(5)
    for gate in ("", *{action.gate for action in menu if action.gate}):
        world = gates(gate, runs)
        dice, score = Chance(1, 0, runs).month(Month(2020, 5)), luck.normal(scale=5, size=(len(menu), runs))
        chosen = pick(menu, score, on_offer(menu, world), dice, nation)
        assert (chosen.sum(axis=0) == 2).all()
        assert np.stack([chosen[rows].sum(axis=0) for rows in slot_rows(menu)]).max() == 1
        for action, picked in zip(menu, chosen, strict=True):
            if action.gate and action.gate not in {gate, *ALONG_WITH.get(gate, ())}:
                assert not picked.any()


def test_the_poorest_slot_goes_without():
    menu = [act("a", "diplomatic", 0.3), act("b", "diplomatic", 0.4), act("c", "economic", 0.7), act("d", "security", 0.6)]
    dice, score = Chance(1, 0, 1).month(Month(2020, 5)), np.array([[50.0], [90.0], [80.0], [70.0]])
    found = pick(menu, score, on_offer(menu, gates(runs=1)), dice, "china")
    assert found.ravel().tolist() == [0, 1, 1, 0]


def test_a_menu_out_of_order_is_refused():
    with pytest.raises(ValueError, match="slot by slot"):
        slot_rows([act("a", "economic", 0.5), act("b", "diplomatic", 0.5)])


def test_a_choice_with_more_luck_for_one_action_moves_only_that_way():
    menu, world = MENUS["china"], gates(runs=2_000)
    dice = Chance(1, 0, 2_000).month(Month(2020, 5))
    low = np.repeat(log_priors(menu)[:, None], 2_000, axis=1)
    high = low.copy()
    high[4] += 0.7
    before, after = (pick(menu, score, on_offer(menu, world), dice, "china") for score in (low, high))
    assert (after[4] >= before[4]).all()
    assert after[4].sum() > before[4].sum()


MENU = MENUS["south_korea"]


def score(level, first=None, second=None, sharpness=2.0, routine=None):
    """Scores of Seoul at one level of thinking, without priors, ``(action,)``."""
    rates = np.array([action.rate for action in MENU])[:, None]
    appeal = [np.zeros((len(MENU), 1)) if given is None else np.asarray(given)[:, None] for given in (first, second)]
    usual = rates if routine is None else rates * np.asarray(routine)[:, None]
    return decision.scores(
        menu=MENU, standard=(appeal[0], appeal[1]), level=np.array([float(level)]), sharpness=np.array([sharpness]),
        priors=np.zeros(len(MENU)), routine=usual, situations={}, params={},
    )[:, 0]  # fmt: skip


def test_replies_count_at_level_two_only():
    first, second = np.random.default_rng(1).normal(size=(2, len(MENU)))
    assert score(1, first, second) == pytest.approx(2 * first)
    assert score(2, first, second) == pytest.approx(2 * second)
    assert score(0, first, second) == pytest.approx(np.zeros(len(MENU)))


def test_habit_counts_at_level_zero_only():
    routine = np.linspace(0.5, 2, len(MENU))
    assert score(0, routine=routine) == pytest.approx(np.log(routine))
    for level in (1, 2):
        assert not score(level, routine=routine).any()
    assert np.isfinite(score(0, routine=np.zeros(len(MENU)))).all()


def test_without_sharpness_appeals_do_not_count():
    appeal = np.random.default_rng(2).normal(size=len(MENU))
    assert score(1, appeal, sharpness=0.0) == pytest.approx(0)


def test_seasons_shift_the_score():
    tests = [action for action in MENUS["north_korea"] if action.seasons]
    values = {"winter": np.ones(1), "spring": np.zeros(1)}
    flat = (np.zeros((len(tests), 1)), np.zeros((len(tests), 1)))
    found = decision.scores(
        menu=tests, standard=flat, level=np.ones(1), sharpness=np.ones(1), priors=np.zeros(len(tests)),
        routine=np.full((len(tests), 1), 0.1), situations=values, params=reference_parameters(),
    )  # fmt: skip
    assert (found == reference_parameters()["decision.winter"]).all()
    assert found.max() < 0
