"""Breaches: cheating in secret and found, open violations, who walks out and why, and what trust keeps of it."""

import numpy as np
import pytest
from small_world import Still, doing, drawn, median, world
from varied_world import spread

from sim.chance import Chance
from sim.mechanisms import deals
from sim.mechanisms.deals import BY_TEST, FOUND_OUT, NOT, PYONGYANG, WASHINGTON
from sim.state import Month, logistic

NOBODY = doing()
GRID = 4_000  # runs over which one stream of luck is spread evenly: chances to 1/4,000
NONE, GOODWILL, FREEZE, INTERIM, COMPREHENSIVE = range(5)
SET = {
    "deals.defect": -4.0, "deals.temptation": 2.0, "deals.faith": 3.0, "deals.turnover": 1.5, "deals.reprisal": 1.0,
    "deals.in_secret": 0.4, "deals.detection": 0.06, "deals.detection_inspected": 0.22, "deals.violation": 0.6,
    "deals.pace": 0.1, "deals.undone": 0.02, "trust.kept": 0.1, "trust.broken": 1.5, "trust.test": 0.3,
    "trust.turnover": 0.5, "trust.memory": 0.9, "trust.usual_kept": 1.5, "trust.usual_broken": 4.0,
}  # fmt: skip
PLAIN = {
    "deal": INTERIM, "administration.united_states": 1, "confidence": 0.5, "relief_value": 2.0, "support": 0, "crisis": 1,
    "trust.north_korea": [[1.5], [4.0]], "trust.united_states": [[1.5], [4.0]],
}  # fmt: skip
KEPT = {f"deals/{name}": 0.9999 for name in ("cheating", "pyongyang", "washington", "violation", "detection", "sign")}
DESIGNATED = "united_states.designations"


def given(values=None, runs=1):
    return median({**SET, **(values or {})}, runs)


def after(values, *names, **luck):
    """A month in which nobody breaks anything by luck, unless told otherwise."""
    streams = {**KEPT, **{f"deals/{name}": number for name, number in luck.items()}}
    return deals.step(world({**PLAIN, **values}), doing(*names), given(), Still(at=streams))


def share(values, stream, count, *names):
    """Share of the luck of one stream at which ``count`` holds of the world after a month."""
    luck = Still(GRID, at={**KEPT, **spread(GRID, f"deals/{stream}").at})
    found = deals.step(world({**PLAIN, **values}, runs=GRID), doing(*names, runs=GRID), given(runs=GRID), luck)
    return count(found).mean()


def ended(cause):
    return lambda found: found.collapse_cause == cause


# ---- who stops keeping a deal ---------------------------------------------------------------------------------

PYONGYANGS = [
    ({}, (), -5.5),
    ({"confidence.united_states": 0.9}, (), -6.7),  # it keeps what it expects to be kept
    ({"confidence.north_korea": 0.9}, (), -5.5),
    ({"support.china": 0.4, "support.russia": 0.1}, (), -5.0),  # patrons give a quarter of what the deal would earn
    ({"support.china": 9.0}, (), -3.5),
    ({"turnover.north_korea": 1}, (), -4.0),
    ({"turnover.united_states": 1}, (), -4.0),
    ({"administration.united_states": 2}, (), -5.5),
    ({}, (DESIGNATED,), -5.5),
]
WASHINGTONS = [
    ({}, (), -5.5),
    ({"confidence.north_korea": 0.9}, (), -6.7),
    ({"confidence.united_states": 0.9}, (), -5.5),
    ({"administration.united_states": 2}, (), -3.5),
    ({"support.china": 9.0}, (), -5.5),
    ({"turnover.united_states": 1}, (), -4.0),
    ({"turnover.south_korea": 1}, (), -5.5),
    ({}, (DESIGNATED,), -4.5),
    ({"turnover.united_states": 1, "administration.united_states": 2}, (DESIGNATED,), -1.0),
]


@pytest.mark.parametrize(("values", "names", "logit"), PYONGYANGS)
def test_pyongyang_leaves_or_cheats_by_hand(values, names, logit):
    chance = logistic(np.array(logit))
    assert share(values, "pyongyang", ended(PYONGYANG), *names) == pytest.approx(0.6 * chance, abs=5e-4)
    assert share(values, "cheating", lambda found: found.cheating, *names) == pytest.approx(0.4 * chance, abs=5e-4)


@pytest.mark.parametrize(("values", "names", "logit"), WASHINGTONS)
def test_washington_leaves_by_hand(values, names, logit):
    assert share(values, "washington", ended(WASHINGTON), *names) == pytest.approx(logistic(np.array(logit)), abs=5e-4)


def test_a_change_of_government_shakes_deals_in_every_draw():
    runs = 4_000
    params, luck = drawn(runs), Chance(2, 0, runs).month(Month(2018, 6))

    def broken(values):
        return deals.step(world({**PLAIN, **values}, runs=runs), doing(runs=runs), params, luck).collapse_cause > NOT

    steady, shaken = broken({}), broken({"turnover.united_states": 1})
    assert (steady <= shaken).all()
    assert shaken.mean() > 2 * steady.mean()


# ---- cheating -------------------------------------------------------------------------------------------------


def test_cheating_is_secret_until_it_is_found():
    secret = after({}, cheating=0.0)
    assert (secret.cheating[0], secret.collapse_cause[0], secret.deal[0]) == (1, NOT, INTERIM)
    honest = after({})
    assert (secret.trust == honest.trust).all()  # nobody knows
    assert secret.denuclearisation[0] == 0 < honest.denuclearisation[0]
    later = deals.step(secret, NOBODY, given(), Still(at=KEPT))
    assert (later.cheating[0], later.denuclearisation[0]) == (1, 0)
    found = deals.step(later, NOBODY, given(), Still(at={**KEPT, "deals/detection": 0.0}))
    assert (found.cheating[0], found.collapse_cause[0], found.deal[0]) == (0, FOUND_OUT, NONE)
    assert found.trust[0, 1, 0] > later.trust[0, 1, 0] + 1
    assert found.trust[1, 1, 0] == later.trust[1, 1, 0]


@pytest.mark.parametrize(("deal", "chance"), [(GOODWILL, 0.06), (FREEZE, 0.06), (INTERIM, 0.22), (COMPREHENSIVE, 0.22)])
def test_inspectors_find_more(deal, chance):
    assert share({"deal": deal, "cheating": 1}, "detection", ended(FOUND_OUT)) == pytest.approx(chance, abs=5e-4)
    assert share({"deal": deal, "cheating": 0}, "detection", ended(FOUND_OUT)) == 0


# ---- open violations ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deal", "severity", "chance"),
    [
        (GOODWILL, 4, 0),  # a general text forbids no more than the gravest
        (GOODWILL, 5, 0.6),
        (FREEZE, 3, 0),
        (FREEZE, 4, 0.6),
        (FREEZE, 5, 0.6),
        (COMPREHENSIVE, 4, 0.6),
        (NONE, 5, 0),
    ],
)
def test_a_severe_test_violates_what_forbids_it(deal, severity, chance):
    found = share({"deal": deal, "severity": severity}, "violation", ended(BY_TEST))
    assert found == pytest.approx(chance, abs=5e-4)


def test_war_ends_every_deal():
    for deal in (GOODWILL, FREEZE, INTERIM, COMPREHENSIVE):
        found = after({"deal": deal, "crisis": 5})
        assert (found.deal[0], found.collapse_cause[0]) == (NONE, PYONGYANG)
    assert after({"crisis": 4}).deal[0] == INTERIM
    assert after({"deal": NONE, "crisis": 5}).collapse_cause[0] == NOT


@pytest.mark.parametrize(
    ("values", "luck", "cause"),
    [
        ({"severity": 5}, {"violation": 0.0, "washington": 0.0, "pyongyang": 0.0}, BY_TEST),
        ({"cheating": 1}, {"detection": 0.0, "washington": 0.0, "pyongyang": 0.0}, FOUND_OUT),
        ({}, {"washington": 0.0, "pyongyang": 0.0}, WASHINGTON),
        ({}, {"pyongyang": 0.0}, PYONGYANG),
        ({}, {}, NOT),
    ],
)
def test_the_plainest_cause_is_told(values, luck, cause):
    found = after({"relief.coal": 0.4, "deal_age": 9, **values}, **luck)
    assert found.collapse_cause[0] == cause
    if cause != NOT:
        assert (found.deal[0], found.deal_age[0], found.relief.max()) == (NONE, 0, 0)  # relief snaps back at once


def test_a_deal_that_breaks_is_not_signed_in_the_same_month():
    found = after({"deal": GOODWILL, "summit": 1, "best": FREEZE, "zone": 1}, washington=0.0, sign=0.0)
    assert (found.deal[0], found.agreed[0], found.collapse_cause[0]) == (NONE, 0, WASHINGTON)


# ---- trust ----------------------------------------------------------------------------------------------------


def counts(values, *names, **luck):
    """Promises counted beyond the usual ones: kept and broken by Pyongyang, kept and broken by Washington."""
    return after(values, *names, **luck).trust[..., 0].ravel() - [1.5, 4.0, 1.5, 4.0]


@pytest.mark.parametrize(
    ("values", "luck", "expected"),
    [
        ({"deal": NONE}, {}, (0, 0, 0, 0)),
        ({"deal": COMPREHENSIVE}, {}, (0.1, 0, 0.1, 0)),
        ({"deal": FREEZE}, {}, (0.075, 0, 0.075, 0)),  # 0.1 x (2/4 + 1)/2
        ({"deal": NONE, "moratorium": 1}, {}, (0.05, 0, 0, 0)),
        ({"deal": COMPREHENSIVE, "moratorium": 1}, {}, (0.15, 0, 0.1, 0)),
        ({"deal": NONE, "severity": 5}, {}, (0, 0.3, 0, 0)),
        ({"deal": NONE, "severity": 4}, {}, (0, 0, 0, 0)),
        ({"severity": 5}, {"violation": 0.0}, (0, 1.8, 0, 0)),
        ({"severity": 4}, {"violation": 0.0}, (0, 1.5, 0, 0)),
        ({"cheating": 1}, {"detection": 0.0}, (0, 1.5, 0, 0)),
        ({}, {"pyongyang": 0.0}, (0, 1.5, 0, 0)),
        ({}, {"washington": 0.0}, (0, 0, 0, 1.5)),
        ({"severity": 4}, {"washington": 0.0, "violation": 0.0}, (0, 1.5, 0, 0)),  # one breach is blamed on one side
        ({"deal": NONE, "turnover.united_states": 1}, {}, (0, 0, -0.75, 0)),
        ({"deal": NONE, "turnover.north_korea": 1}, {}, (-0.75, 0, 0, 0)),
    ],
)
def test_trust_counts_what_is_kept_and_what_is_broken(values, luck, expected):
    assert counts(values, **luck) == pytest.approx(expected)


def test_a_deal_signed_this_month_has_not_been_kept_yet():
    fresh = counts({"deal": NONE, "summit": 1, "best": INTERIM, "zone": 1}, sign=0.0)
    assert fresh == pytest.approx([0, 0, 0, 0])


def test_records_fade_to_what_is_expected_of_anybody():
    start = {"deal": NONE, "trust.north_korea": [[9.0], [0.5]], "trust.united_states": [[0.2], [20.0]]}
    once = after(start).trust[..., 0]
    assert once == pytest.approx(np.array([[1.5 + 0.9 * 7.5, 4 - 0.9 * 3.5], [1.5 - 0.9 * 1.3, 4 + 0.9 * 16]]))
    state = world({**PLAIN, **start})
    for _ in range(200):
        state = deals.step(state, NOBODY, given(), Still(at=KEPT))
    assert state.trust[..., 0] == pytest.approx(np.array([[1.5, 4.0], [1.5, 4.0]]), abs=1e-6)
