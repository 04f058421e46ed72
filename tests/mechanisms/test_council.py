"""The Security Council: what waits, votes, vetoes and abstentions, easing, a deal's own draft."""

import numpy as np
import pytest
from scipy import stats
from small_world import Still, changed, doing, drawn, median, world
from varied_world import check_ranges, months_of, spread

from sim.chance import Chance
from sim.mechanisms import council
from sim.state import AXES, CHINA, RUSSIA, Month, total

NOBODY = doing()
RUNS = 4_000
USA, BRITAIN, FRANCE, MOSCOW, BEIJING = range(5)  # places on the axis of permanent members
SET = {
    "council.sits": 1, "council.window": 3, "council.ban_share": 0.5, "council.base_russia": -3.0,
    "council.base_china": -2.8, "council.gravest": 6.0, "council.severe": 2.25, "council.by_rift": 1,
    "council.rift_russia": 6.5, "council.rift_china": 4.5, "council.saturation": 4.0, "council.amity": 1.0,
    "council.fear": 0.8, "council.border_fear": 1.5, "council.stance": 1.5, "council.abstention": 0.35,
    "council.follow": 0.97, "council.elected_tightening": 0.93, "council.elected_easing": 0.35,
    "council.elected_progress": 0.4, "council.easing_base": -4.5, "council.easing_progress": 6.0,
    "council.easing_engaged": 1.5, "council.easing_severe": 2.0, "council.easing_memory": 6, "council.memory": 0.7,
    "council.on_the_table": 6,
}  # fmt: skip
FRIENDS = {f"affinity.north_korea_{name}": usual for name, usual in council.USUAL.items()}  # friendship as usual
QUIET = {**FRIENDS, "tier": 3, "rift": 0.1, "secondary_risk": 0, "hardship": 0, "since_severe": 24}
TESTED = {**QUIET, "severity": 5}
TABLED = "united_states.table_tightening"


def given(values=None, runs=1):
    return median({**SET, **(values or {})}, runs)


def dice(runs=1, **at_streams):
    """Luck by which all vote as Washington does, unless told otherwise."""
    usual = {"russia": 0.0, "china": 0.0, "united_states": 0.0, "united_kingdom": 0.0, "france": 0.0, "elected": 0.999}
    return Still(runs, at={f"council/{name}": luck for name, luck in {**usual, **at_streams}.items()})


def after(values, *names, luck=None, params=None):
    return council.step(world(values), doing(*names), params or given(), luck or dice())


# ---- what waits -----------------------------------------------------------------------------------------------


def test_what_waits_by_hand():
    trigger, age = council.waiting(
        trigger=np.array([0.0, 5, 4, 5, 5, 0]), age=np.array([0.0, 0, 1, 2, 1, 0]), severity=np.array([5.0, 0, 5, 0, 3, 0]),
        window=np.full(6, 3.0),
    )  # fmt: skip
    # a new event; one that waits; a graver one takes its place; one that lapses; a smaller one does not; nothing
    assert trigger.tolist() == [5, 5, 5, 0, 5, 0]
    assert age.tolist() == [0, 1, 0, 0, 2, 0]


def test_an_event_is_not_lost_when_an_older_graver_one_lapses():
    trigger, age = council.waiting(
        trigger=np.array([5.0]), age=np.array([2.0]), severity=np.array([4.0]), window=np.array([3.0])
    )
    assert (trigger[0], age[0]) == (4, 0)


@pytest.mark.parametrize("window", [1, 3, 6])
def test_an_event_can_be_answered_for_as_many_months_as_the_window(window):
    state, answered, params = world(TESTED), 0, given({"council.window": window})
    for _ in range(10):
        answered += council.step(state, doing(TABLED), params, dice()).draft[0] == 1
        state = changed(council.step(state, NOBODY, params, dice()), {"severity": 0})
    assert answered == window


# ---- equations by hand ----------------------------------------------------------------------------------------


def test_rift_and_saturation_are_rival_formulations():
    by_rift = np.array([1.0, 0.0, 0.5])
    found = council.strain(
        rift=np.full(3, 0.4), by_rift=by_rift, rift_weight=np.full(3, 5.0), saturated=np.ones(3),
        saturation_weight=np.full(3, 3.0),
    )  # fmt: skip
    assert found == pytest.approx([2.0, 3.0, 2.5])  # 0.4 x 5; 1 x 3; half of each


def test_votes_by_hand():
    votes = council.vote(
        logit=np.array([2, 2, 2, -0.5, -0.5, -0.5, -3.0]), luck=np.array([0.88, 0.89, 0.89, 0.37, 0.38, 0.38, 0.05]),
        abstain=np.array([0.9, 0.9, 0.34, 0.9, 0.34, 0.36, 0.0]), abstention=np.full(7, 0.35),
    )  # fmt: skip
    # L(2) = 0.8808, L(-0.5) = 0.3775, L(-3) = 0.0474; a narrow no becomes an abstention, a firm one never
    assert votes.tolist() == [1, -1, 0, 1, 0, -1, -1]


@pytest.mark.parametrize("share", [0.0, 0.35, 0.75, 0.93, 1.0])
def test_elected_members_follow_the_binomial_law(share):
    luck = (np.arange(100_000) + 0.5) / 100_000
    votes = council.elected_votes(luck=luck, share=np.full(luck.size, share))
    for number in range(11):
        assert (votes == number).mean() == pytest.approx(stats.binom.pmf(number, 10, share), abs=2e-5)
    assert (np.diff(votes) >= 0).all()  # more luck, never fewer votes


def test_the_tally_by_hand():
    permanent = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, 1, -1, 1], [1, 1, 1, 0, 0], [1, 1, 1, 0, 0.0]]).T
    in_favour, adopted, vetoed = council.tally(votes=permanent, elected=np.array([4.0, 3, 10, 6, 5]))
    assert in_favour.tolist() == [9, 8, 14, 9, 8]
    # nine of fifteen; eight are not enough; one permanent no outweighs fourteen; abstentions do not stop it
    assert adopted.tolist() == [1, 0, 0, 1, 0]
    assert vetoed.tolist() == [0, 0, 1, 0, 0]


# ---- the chance of no veto ------------------------------------------------------------------------------------


def passage(values=None, **params):
    """Chance of no veto after severity 4 and 5, as sponsors see it, without abstentions."""
    changes = {f"council.{name}": value for name, value in params.items()}
    return council.passage(world({**QUIET, **(values or {})}), given({"council.abstention": 0, **changes}))[:, 0]


def test_passage_by_hand():
    found = passage({"rift.russia": 0.2, "rift.china": 0.1, "secondary_risk": 0.5, "hardship": 0.2})
    # Moscow: -3 + 6 - 1.3 + 0.4 = 2.1; Beijing: -2.8 + 6 - 0.45 + 0.4 - 0.3 = 2.85; L(2.1) L(2.85) = 0.89090 x 0.94535
    assert found[1] == pytest.approx(0.89090 * 0.94535, abs=1e-4)
    # with 2.25 for 6: -1.65 and -0.9: 0.16111 x 0.28905
    assert found[0] == pytest.approx(0.16111 * 0.28905, abs=1e-4)


def test_passage_by_saturation_by_hand():
    # -3 + 6 - 4 = -1 and -2.8 + 6 - 4 = -0.8: 0.26894 x 0.31003; below the top of the ladder 3 and 3.2
    assert passage({"tier": 6}, by_rift=0)[1] == pytest.approx(0.26894 * 0.31003, abs=1e-4)
    assert passage({"tier": 5}, by_rift=0)[1] == pytest.approx(0.95257 * 0.96083, abs=1e-4)


@pytest.mark.parametrize(
    ("moscow", "beijing", "fear", "expected"),
    [(0, 0, 0, 0.92), (0.15, 0.05, 0, 0.84), (0.2, 0.05, 0.3, 0.84), (0.3, 0.35, 0, 0.62), (0.9, 0.6, 0, 0.03)],
    ids=["2009", "2017", "2017 with fear of secondary sanctions", "2020", "open confrontation"],
)
def test_a_nuclear_test_brings_a_resolution_while_the_great_powers_agree(moscow, beijing, fear, expected):
    found = passage({"rift.russia": moscow, "rift.china": beijing, "secondary_risk": fear})
    assert found[1] == pytest.approx(expected, abs=0.01)


def test_smaller_events_bring_a_resolution_rarely_or_never():
    then = {"rift.russia": 0.15, "rift.china": 0.05}
    assert passage(then)[0] == pytest.approx(0.05, abs=0.01)
    assert passage(then, severe=0)[0] < 0.005  # an event that adds nothing, as one of severity 3


@pytest.mark.parametrize(
    ("path", "values", "by_rift", "sign"),
    [
        ("rift.russia", (0.1, 0.8), 1, -1),
        ("rift.china", (0.1, 0.8), 1, -1),
        ("rift", (0.1, 0.8), 0, 0),
        ("tier", (5, 6), 1, 0),
        ("tier", (5, 6), 0, -1),
        ("tier", (2, 5), 0, 0),  # there is something left to ban
        ("secondary_risk.russia", (0.1, 0.8), 1, 1),
        ("secondary_risk.china", (0.1, 0.8), 1, 1),
        ("hardship", (0.1, 0.8), 1, -1),
        ("affinity.north_korea_russia", (0.1, 0.8), 1, -1),
        ("affinity.north_korea_china", (0.1, 0.8), 1, -1),
        ("affinity.russia_china", (0.1, 0.8), 1, 0),
    ],
)
def test_direction_of_passage(path, values, by_rift, sign):
    low, high = (passage({path: value}, by_rift=by_rift) for value in values)
    assert set(np.sign(high - low)) == {sign}


@pytest.mark.parametrize("abstention", [0, 0.35, 1])
@pytest.mark.parametrize(("severity", "row"), [(4, 0), (5, 1)])
def test_sponsors_see_the_chance_that_comes_out(abstention, severity, row):
    params = given({"council.abstention": abstention}, RUNS)
    state = world({**QUIET, "severity": severity, "rift.russia": 0.3, "rift.china": 0.2}, runs=RUNS)
    found = council.step(state, doing(TABLED, runs=RUNS), params, Chance(3, 0, RUNS).month(Month(2017, 9)))
    # standard error of a share of 4,000 runs: at most 0.008
    assert 1 - found.vetoed.mean() == pytest.approx(found.passage[row, 0], abs=0.03)


@pytest.mark.parametrize(("name", "place"), [("russia", MOSCOW), ("china", BEIJING)])
def test_a_stance_moves_the_own_vote_and_no_other(name, place):
    state = world({**TESTED, "rift": 0.4}, runs=RUNS)
    luck = Chance(5, 0, RUNS).month(Month(2017, 9))
    against, silent, for_it = (
        council.step(state, doing(TABLED, *stance, runs=RUNS), given(runs=RUNS), luck).votes
        for stance in ((f"{name}.shield",), (), (f"{name}.support_tightening",))
    )
    assert (against <= silent).all()
    assert (silent <= for_it).all()
    assert against[place].mean() < silent[place].mean() < for_it[place].mean()
    others = [other for other in range(5) if other != place]
    assert (against[others] == for_it[others]).all()


# ---- a tightening ---------------------------------------------------------------------------------------------


def test_an_adopted_tightening_climbs_the_ladder_or_names_persons():
    banned = after(TESTED, TABLED, luck=dice(ban=0.4))
    listed = after(TESTED, TABLED, luck=dice(ban=0.6))
    for found in (banned, listed):
        assert (found.draft[0], found.adopted[0], found.vetoed[0], found.votes_for[0]) == (1, 1, 0, 15)
        assert found.trigger[0] == 0  # it has been answered
        assert found.rebuffed[0] == 0
    assert (banned.tier[0], banned.listing[0]) == (4, 0)
    assert (listed.tier[0], listed.listing[0]) == (3, 1)
    assert after({**TESTED, "tier": 7}, TABLED, luck=dice(ban=0)).tier[0] == 7


@pytest.mark.parametrize(("name", "place"), [("russia", MOSCOW), ("china", BEIJING)])
def test_a_single_permanent_no_is_a_veto(name, place):
    found = after({**TESTED, "rift": 1}, TABLED, luck=dice(**{name: 0.9999, "ban": 0}))
    assert found.votes[:, 0].tolist() == [-1 if member == place else 1 for member in range(5)]
    assert (found.votes_for[0], found.vetoed[0], found.adopted[0], found.tier[0]) == (14, 1, 0, 3)
    assert found.trigger[0] == 0
    assert found.rebuffed[0] == 1
    later = council.step(changed(found, {"severity": 0}), NOBODY, given(), dice())
    assert later.rebuffed[0] == pytest.approx(0.7)
    assert (later.draft[0], later.vetoed[0], later.votes_for[0], np.abs(later.votes).max()) == (0, 0, 0, 0)


def test_a_narrow_no_can_become_an_abstention_that_stops_nothing():
    for abstain, vote, adopted in ((0.34, 0, 1), (0.36, -1, 0)):
        found = after(TESTED, TABLED, luck=dice(china=0.9999, abstain_china=abstain))
        assert (found.votes[BEIJING, 0], found.adopted[0]) == (vote, adopted)


def test_london_and_paris_follow_washington_or_abstain():
    found = after(TESTED, TABLED, luck=dice(united_kingdom=0.96, france=0.98))
    assert found.votes[[USA, BRITAIN, FRANCE], 0].tolist() == [1, 1, 0]
    assert found.adopted[0] == 1


def test_nine_votes_are_needed():
    found = after(TESTED, TABLED, luck=dice(elected=0))
    assert (found.votes_for[0], found.adopted[0], found.vetoed[0], found.rebuffed[0]) == (5, 0, 0, 1)


@pytest.mark.parametrize(("severity", "draft"), [(0, 0), (3, 0), (4, 1), (5, 1)])
def test_only_severe_events_are_put_to_the_vote(severity, draft):
    assert after({**QUIET, "severity": severity}, TABLED).draft[0] == draft


def test_an_event_that_waits_can_be_answered_later():
    assert after({**QUIET, "severity": 0, "trigger": 5, "trigger_age": 1}, TABLED).adopted[0] == 1
    assert after({**QUIET, "severity": 0, "trigger": 5, "trigger_age": 2}, TABLED).draft[0] == 0


def test_a_council_that_does_not_sit_decides_nothing():
    off = given({"council.sits": 0})
    given_up = {**TESTED, "circulated": 3, "relief.coal": 0.5}
    found = after(given_up, TABLED, "russia.table_easing", params=off, luck=dice(ban=0))
    assert (found.draft[0], found.adopted[0], found.tier[0], total(found.granted)[0]) == (0, 0, 3, 0)
    assert found.passage.min() > 0  # sponsors see what would be, for a scenario may give the resolutions itself


def test_gravity_helps_in_every_draw():
    found = council.passage(world(TESTED, runs=RUNS), drawn(RUNS))
    assert (found[0] < found[1]).all()


# ---- as a whole -----------------------------------------------------------------------------------------------


def test_what_comes_out_keeps_to_its_ranges():
    check_ranges("council")


def test_the_books_of_the_vote_agree_in_any_world():
    for _, found in months_of("council"):
        put = found.draft != 0
        in_favour = (found.votes > 0).sum(axis=0)
        assert ((found.votes_for >= in_favour) & (found.votes_for <= in_favour + 10)).all()
        assert (found.adopted[put] == ((found.votes_for >= 9) & (found.votes.min(axis=0) >= 0))[put]).all()
        assert not (found.adopted * found.vetoed).any()
        assert not found.adopted[~put].any()
        assert (found.granted <= found.lifted + 1e-12).all()


def test_moscow_and_beijing_are_told_apart():
    assert AXES["permanent"] == ("united_states", "united_kingdom", "france", "russia", "china")
    assert (council.VETO_HOLDERS["russia"][0], council.VETO_HOLDERS["china"][0]) == (RUSSIA, CHINA)
    # Moscow -3 + 6 - 6.5 = -3.5 against Beijing 3.2 - 0.45 = 2.75: 0.02931 x 0.93991
    assert passage({"rift.russia": 1, "rift.china": 0.1})[1] == pytest.approx(0.02931 * 0.93991, abs=1e-4)


def test_votes_are_cast_with_the_chance_of_the_equation():
    state = world({**TESTED, "rift.russia": 0.3}, runs=RUNS)
    luck = spread(RUNS, "council/russia", rest=0.9)
    found = council.step(state, doing(TABLED, runs=RUNS), given({"council.abstention": 0}, RUNS), luck)
    # Moscow: -3 + 6 - 1.95 = 1.05; L(1.05) = 0.74077
    assert (found.votes[MOSCOW] == 1).mean() == pytest.approx(0.74077, abs=5e-4)
