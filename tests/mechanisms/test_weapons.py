"""Weapon tests: how many, how often they succeed, what they earn, what they teach."""

import numpy as np
import pytest
from scipy import stats
from small_world import Still, at, doing, drawn, live, lively, median, world
from varied_world import check_ranges

from sim.chance import Chance
from sim.mechanisms import weapons
from sim.state import AXES, Month, total

NOBODY = doing()
RUNS = 2_000
SRBM, IRBM, SLBM, ICBM, NUCLEAR = range(5)


@pytest.mark.parametrize("mean", [0.1, 0.6, 1.0, 1.5])
def test_further_events_follow_the_poisson_law(mean):
    luck = (np.arange(200_000) + 0.5) / 200_000
    counts = weapons.extra_events(luck, np.full(luck.size, mean))
    for number in range(weapons.MOST_EXTRA):
        assert (counts == number).mean() == pytest.approx(stats.poisson.pmf(number, mean), abs=2e-5)
    assert counts.max() <= weapons.MOST_EXTRA
    assert (np.diff(counts) >= 0).all()  # more luck, never fewer events


def test_success_by_hand_and_at_its_ends():
    def chance(trials):
        return weapons.success_chance(trials=np.array([float(trials)]), first=np.array([0.35]), mature=np.array([0.97]),
                                      learning=np.array([6.0]))[0]  # fmt: skip

    assert chance(0) == pytest.approx(0.35)
    # 0.97 - 0.62 x exp(-1) = 0.97 - 0.22808 = 0.74192
    assert chance(6) == pytest.approx(0.74192, abs=1e-5)
    assert chance(500) == pytest.approx(0.97)
    assert (np.diff([chance(trials) for trials in range(40)]) > 0).all()


def test_impact_by_hand():
    severity, habituation, novelty = np.array([5.0, 3.0, 5.0]), np.array([0.0, 0.0, 1.0]), np.array([1.0, 1.0, 1.5])
    found = weapons.impact(severity=severity, habituation=habituation, sensitivity=np.full(3, 0.8), novelty=novelty)
    # 5/5; 3/5; exp(-0.8) x 1.5 = 0.44933 x 1.5 = 0.67399
    assert found == pytest.approx([1.0, 0.6, 0.67399], abs=1e-5)


def test_several_events_within_half_a_year_leave_half_to_two_thirds_of_the_attention():
    params = drawn(RUNS)
    # one severe event adds 0.25 to habituation, of which 0.92^3 is left after three months
    left = params["salience.habit_step"] * params["salience.forgetting"] ** 3
    kept = np.exp(-params["salience.habituation"] * left)
    assert ((kept > 0.75) & (kept < 0.95)).all()
    # after four, as in March 2020, the next keeps the 50 to 70% of the record
    several = np.exp(
        -params["salience.habituation"] * 4 * params["salience.habit_step"] * params["salience.forgetting"] ** 3
    )
    assert 0.45 < np.median(several) < 0.70


def gain(capability, success, events, size=0.1, failure=0.4):
    values = {"capability": capability, "gain": size, "success": success, "failure": failure, "events": events}
    return weapons.capability_gain(**{name: np.array([float(value)]) for name, value in values.items()})[0]


@pytest.mark.parametrize(
    ("capability", "success", "events", "expected"),
    [
        (0.0, 1, 1, 0.1),
        (0.0, 0, 1, 0.04),  # a failure teaches 0.4 of a success
        (0.5, 1, 1, 0.05),  # half is known already
        (0.5, 1, 2, 0.095),  # (1 - 0.9 squared) x 0.5
        (1.0, 1, 3, 0.0),
        (0.3, 1, 0, 0.0),
    ],
)
def test_capability_by_hand(capability, success, events, expected):
    assert gain(capability, success, events) == pytest.approx(expected)


def test_capability_never_exceeds_one():
    luck = np.random.default_rng(1)
    values = {name: luck.random(RUNS) for name in ("capability", "gain", "success", "failure")}
    added = weapons.capability_gain(**values, events=luck.integers(0, 8, RUNS).astype(float))
    assert (added >= 0).all()
    assert (values["capability"] + added <= 1 + 1e-12).all()
    tests = ("north_korea.short_range_test", "north_korea.strategic_test", "north_korea.nuclear_test")
    months = live(lively(runs=200), [doing(*tests, runs=200)] * 120, drawn(200), Chance(1, 0, 200))
    assert (months[-1].capability <= 1).all()
    assert (months[-1].capability[[SRBM, ICBM, NUCLEAR]] > 0.9).all()


def step(values=None, *names, dice=None):
    return weapons.step(lively(values), doing(*names), median(), dice or Still())


@pytest.mark.parametrize(
    ("action", "test_class", "severity"),
    [
        ("short_range_test", SRBM, 3),
        ("medium_range_test", IRBM, 4),
        ("strategic_test", ICBM, 5),
        ("nuclear_test", NUCLEAR, 5),
    ],
)
def test_each_test_has_its_class_and_severity(action, test_class, severity):
    after = step(None, f"north_korea.{action}")
    assert after.tests[test_class] >= 1
    assert total(after.tests) == after.tests[test_class]
    assert after.severity == severity
    assert after.since_severe == (0 if severity >= 4 else 7)
    assert after.tests_total == pytest.approx(5 + after.tests)


def test_a_medium_range_test_is_from_land_or_from_the_sea():
    land, sea = (
        step(None, "north_korea.medium_range_test", dice=Still(at={"weapons/at_sea": luck})).tests for luck in (0.9, 0.1)
    )
    assert land[IRBM] > 0 == land[SLBM]
    assert sea[SLBM] > 0 == sea[IRBM]


def test_two_events_in_an_active_month_of_short_range_tests():
    runs = 4_000
    after = weapons.step(
        lively(runs=runs),
        doing("north_korea.short_range_test", runs=runs),
        drawn(runs),
        Chance(2, 0, runs).month(Month(2019, 7)),
    )
    assert after.tests[SRBM].mean() == pytest.approx(2.0, abs=0.25)


def test_months_of_medium_range_tests_hold_one_event_and_a_half():
    runs = 4_000
    moves = doing("north_korea.medium_range_test", runs=runs)
    after = weapons.step(lively(runs=runs), moves, drawn(runs), Chance(2, 0, runs).month(Month(2016, 6)))
    assert total(after.tests).mean() == pytest.approx(1.6, abs=0.1)  # one and 0.4 to 0.8 more


def test_attention_and_readiness_by_hand():
    params = median()
    before, after = lively(), step(None, "north_korea.nuclear_test")
    left = params["salience.memory"] * before.salience
    earned = np.exp(-params["salience.habituation"] * before.habituation)
    assert after.salience == pytest.approx(left + earned * (1 - left))
    kept = params["readiness.decay"] * before.readiness
    assert after.readiness == pytest.approx(kept + params["readiness.step"] * (1 - kept))
    spoken = step({"war_elsewhere": 3}, "north_korea.coercive_rhetoric").salience
    assert spoken == pytest.approx(left + params["salience.rhetoric"] * params["war.attention"] * (1 - left))


def test_a_month_without_a_test_fades():
    before, after = lively(), step()
    assert not after.tests.any()
    assert after.severity == 0
    assert (after.capability == before.capability).all()
    for name in ("salience", "habituation", "readiness", "restraint"):
        assert 0 < after[name] < before[name], name


def test_the_second_similar_test_within_three_months_earns_less_attention():
    params, chance = drawn(RUNS), Chance(3, 0, RUNS)
    icbm, none = doing("north_korea.strategic_test", runs=RUNS), doing(runs=RUNS)
    plan = [icbm, none, none, icbm]
    months = [lively(runs=RUNS), *live(lively(runs=RUNS), plan, params, chance)]
    earned = [months[i + 1].salience - params["salience.memory"] * months[i].salience for i in (0, 3)]
    # attention saturates: count what an event adds of what is left to add
    shares = [
        gained / (1 - params["salience.memory"] * months[i].salience) for gained, i in zip(earned, (0, 3), strict=True)
    ]
    assert (shares[1] < shares[0]).all()
    assert ((shares[1] / shares[0]) > 0.5).mean() > 0.95


def test_the_first_severe_event_in_two_years_is_news():
    old, recent = (step({"since_severe": months}, "north_korea.strategic_test").salience for months in (30, 6))
    assert old > recent
    short = [step({"since_severe": months}, "north_korea.short_range_test").salience for months in (30, 6)]
    assert short[0] == short[1]  # a short-range test is never news of that kind


def test_a_war_elsewhere_takes_attention_away():
    spared, absorbed = (step({"war_elsewhere": months}, "north_korea.strategic_test").salience for months in (0, 3))
    assert absorbed < spared


@pytest.mark.parametrize(("habituation", "sign"), [((0.0, 2.0), -1)])
def test_habituation_lowers_what_a_test_earns(habituation, sign):
    low, high = (at(step({"habituation": level}, "north_korea.nuclear_test"), "salience")[0] for level in habituation)
    assert np.sign(high - low) == sign


def test_ready_crews_learn_more():
    params = median({"readiness.lesson": 1.0})
    gained = [
        (weapons.step(lively({"readiness": ready}), doing("north_korea.nuclear_test"), params, Still()).capability - 0.4)[
            NUCLEAR
        ]
        for ready in (0.0, 0.5)
    ]
    assert gained[1] / gained[0] == pytest.approx(1.5)


def test_capability_stays_in_its_range_for_every_legal_lesson():
    params = median({"capability.icbm": 1.0, "readiness.lesson": 1.5})
    after = weapons.step(lively({"readiness": 0.9}), doing("north_korea.strategic_test"), params, Still())
    assert after.capability.max() <= 1


def test_success_is_learned_over_a_programme():
    """Intermediate-range missiles: a third succeed at first, nearly all after twenty."""
    runs = 4_000
    params, dice = median({"capability.failure": 0}, runs=runs), Chance(4, 0, runs).month(Month(2016, 4))
    moves = doing("north_korea.medium_range_test", runs=runs)
    shares = []
    for trials in (0, 20):
        before = world(tests_total=trials, runs=runs)
        after = weapons.step(before, moves, params, dice)
        tested = after.tests[IRBM] > 0
        shares.append((after.capability > before.capability)[IRBM][tested].mean())
    assert shares == pytest.approx([0.35, 0.93], abs=0.04)
    assert AXES["test_class"][IRBM] == "irbm"


# ---- dismantling, cooperation, Seoul's lever ------------------------------------------------------------------

DISARMED = {"capability.dismantled": 0.1, "capability.site": 0.05, "capability.cooperation": 0.02}


@pytest.mark.parametrize(
    ("values", "names", "expected"),
    [
        ({}, (), 0.4),
        ({"deal": 2, "denuclearisation": 0.5}, (), 0.4 * 0.95),  # 0.1 x 0.5 is taken apart
        ({"deal": 0, "denuclearisation": 0.5}, (), 0.4),  # nothing is, without a deal
        ({"deal": 2, "denuclearisation": 0.5, "cheating": 1}, (), 0.4),
        ({}, ("north_korea.confidence_step",), 0.4 * 0.95),  # a site is blown up
        ({"deal": 4, "denuclearisation": 1}, ("north_korea.confidence_step",), 0.4 * 0.85),
        ({"cooperation": 1}, (), 0.4 + 0.02 * 0.6),
        ({"cooperation": 1, "deal": 2, "denuclearisation": 0.5}, (), 0.38 + 0.02 * 0.62),
    ],
)
def test_what_is_taken_apart_and_what_is_learned_from_moscow_by_hand(values, names, expected):
    after = weapons.step(lively({"capability": 0.4, **values}), doing(*names), median(DISARMED), Still())
    assert after.capability[:, 0] == pytest.approx([expected] * 5)


def test_a_deal_kept_for_years_takes_capability_apart_and_never_below_nothing():
    state, course = lively({"deal": 4, "denuclearisation": 1}), []
    for _ in range(120):
        state = weapons.step(state, NOBODY, median({"capability.dismantled": 0.05}), Still())
        course.append(state.capability[NUCLEAR, 0])
    assert (np.diff(course) < 0).all()
    assert 0 < course[-1] < 0.01


@pytest.mark.parametrize(("china", "russia", "lever"), [(0.4, 0.1, 0.4), (0.1, 0.4, 0.4), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)])
def test_seouls_lever_works_as_restraint_by_hand(china, russia, lever):
    params = median({"restraint.step": 0.3, "restraint.decay": 0.7, "restraint.lever": 0.15})
    state = lively({"restraint": 0.2, "counter.china": china, "counter.russia": russia})
    alone, warned = (
        weapons.step(state, doing(*names), params, Still()).restraint for names in ((), ("china.restraint_message",))
    )
    assert alone == pytest.approx([0.14 + 0.15 * lever])
    assert warned == pytest.approx([0.14 + 0.15 * lever + 0.3])


def test_arrays_stay_legal_in_any_world():
    check_ranges("weapons")
