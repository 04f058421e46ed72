"""Deals: what is signed and where, what is carried out and when relief comes, what breaks a deal."""

import numpy as np
import pytest
from small_world import Still, doing, drawn, median, world
from varied_world import busy, check_ranges, months_of, spread, varied

from sim.chance import Chance
from sim.mechanisms import council, deals, leverage
from sim.parameters.political_tables import ASKED, TERMS
from sim.state import Month, logistic

NOBODY = doing()
GRID = 4_000  # runs over which one stream of luck is spread evenly: chances to 1/4,000
NONE, GOODWILL, FREEZE, INTERIM, COMPREHENSIVE = range(5)
NO_TALKS, CONTACTS, LEVEL, SCHEDULED, IMPLEMENTING = range(5)
SET = {
    "deals.ratification": 0.7, "deals.engaged": 0.8, "deals.popularity": 0.3, "deals.working": 0.2, "deals.words": 0.5,
    "deals.defect": -4.0, "deals.temptation": 2.0, "deals.faith": 3.0, "deals.turnover": 1.5, "deals.reprisal": 1.0,
    "deals.in_secret": 0.5, "deals.detection": 0.06, "deals.detection_inspected": 0.22, "deals.violation": 0.6,
    "deals.pace": 0.1, "deals.undone": 0.02, "council.sits": 1,
}  # fmt: skip
PLAIN = {"administration.united_states": 1, "approval": 55, "confidence": 0.4, "relief_value": 1.0, "support": 0,
         "surplus": 1.0}  # fmt: skip
TABLE = {"phase": LEVEL, "best": FREEZE, "zone": 1}
SUMMIT = {"phase": SCHEDULED, "summit": 1, "best": INTERIM, "zone": 1}
KEPT = {"deals/cheating": 0.9999, "deals/pyongyang": 0.9999, "deals/washington": 0.9999, "deals/violation": 0.9999,
        "deals/detection": 0.9999, "deals/sign": 0.9999, "deals/words": 0.9999}  # fmt: skip


def given(values=None, runs=1):
    return median({**SET, **(values or {})}, runs)


def after(values, *names, params=None, **luck):
    """A month in which nobody signs or breaks anything by luck, unless told otherwise."""
    streams = {**KEPT, **{f"deals/{name}": number for name, number in luck.items()}}
    return deals.step(world({**PLAIN, **values}), doing(*names), params or given(), Still(at=streams))


def share(values, stream, count, *names, **changes):
    """Share of the luck of one stream at which ``count`` holds of the world after a month."""
    luck = Still(GRID, at={**KEPT, **spread(GRID, f"deals/{stream}").at})
    params = given({f"deals.{name}": value for name, value in changes.items()}, GRID)
    return count(deals.step(world({**PLAIN, **values}, runs=GRID), doing(*names, runs=GRID), params, luck)).mean()


# ---- equations by hand ----------------------------------------------------------------------------------------


def test_defection_by_hand():
    found = deals.defection(
        base=np.full(4, -4.0), temptation=np.array([0, 2.0, 0, 2.0]), trust=np.array([0, 0.5, 0.5, 0.5]),
        faith=np.full(4, 3.0), shaken=np.array([0, 0, 0, 1.5]),
    )  # fmt: skip
    # the logistic of -4, -3.5, -5.5 and -2
    assert found == pytest.approx([0.01799, 0.02931, 0.00407, 0.11920], abs=1e-5)


def test_relief_that_is_due_by_hand():
    found = deals.relief_due(
        done=np.array([0.05, 0.10, 0.05, 0.089, 0.091, 0.2, 0.0]), asked=np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.0]),
        demand=np.array([0.0, 0, 1, 1, 1, 1, 0]),
    )  # fmt: skip
    # step for step, half and all; disarmament first, nothing until it is nearly complete; nothing asked, nothing done
    assert found == pytest.approx([0.5, 1, 0, 0, 1, 1, 0])


def test_counts_of_promises_by_hand():
    found = deals.counted(
        counts=np.array([[3.5], [8.0]]), kept=np.array([0.1]), broken=np.array([1.5]), usual=np.array([[1.5], [4.0]]),
        memory=np.array([0.9]), shock=np.array([0.5]),
    )  # fmt: skip
    # (1.5 + 0.9 x 2) x 0.5 + 0.1 = 1.75; 4 + 0.9 x 4 + 1.5 = 9.1
    assert found.ravel() == pytest.approx([1.75, 9.1])


# ---- signing --------------------------------------------------------------------------------------------------


def agreed(found):
    return found.agreed


def test_signing_needs_a_zone():
    for start in (TABLE, SUMMIT):
        found = after({**start, "zone": 0}, sign=0.0)
        assert (found.deal[0], found.agreed[0]) == (NONE, 0)
        assert after(start, sign=0.0).deal[0] == start["best"]


@pytest.mark.parametrize(
    ("values", "logit"),
    [
        ({}, 0.7),
        ({"administration.united_states": 0}, 1.5),
        ({"administration.united_states": 2}, -0.1),
        ({"approval.united_states": 40}, 0.4),
        ({"approval.united_states": 70}, 0.7),
        ({"approval.south_korea": 20}, 0.7),
    ],
)
@pytest.mark.parametrize("zone", [0.5, 1.0])
def test_what_a_summit_signs_survives_at_home_by_hand(values, logit, zone):
    expected = zone * logistic(np.array(logit))
    assert share({**SUMMIT, **values, "zone": zone}, "sign", agreed) == pytest.approx(expected, abs=5e-4)
    at_the_table = share({**TABLE, **values, "zone": zone}, "sign", agreed)
    assert at_the_table == pytest.approx(0.2 * expected, abs=5e-4)  # and at working level, now and then


@pytest.mark.parametrize(
    ("phase", "best", "deal", "signed"),
    [
        (LEVEL, GOODWILL, NONE, GOODWILL),
        (LEVEL, FREEZE, NONE, FREEZE),
        (LEVEL, INTERIM, NONE, FREEZE),  # leaders have to meet for more
        (LEVEL, COMPREHENSIVE, NONE, FREEZE),
        (IMPLEMENTING, FREEZE, GOODWILL, FREEZE),
        (IMPLEMENTING, INTERIM, FREEZE, FREEZE),
        (IMPLEMENTING, FREEZE, FREEZE, FREEZE),
        (CONTACTS, FREEZE, NONE, NONE),
        (NO_TALKS, GOODWILL, NONE, NONE),
        (SCHEDULED, FREEZE, NONE, NONE),  # it waits for the summit
    ],
)
def test_working_level_reaches_no_further_than_a_freeze(phase, best, deal, signed):
    found = after({"phase": phase, "best": best, "deal": deal, "zone": 1}, sign=0.0)
    assert found.deal[0] == signed
    assert found.agreed[0] == (signed != deal)
    assert found.failed_summit[0] == 0


@pytest.mark.parametrize("best", [GOODWILL, FREEZE, INTERIM, COMPREHENSIVE])
def test_a_summit_signs_the_best_package(best):
    found = after({**SUMMIT, "best": best, "deal": NONE}, sign=0.0)
    assert (found.deal[0], found.agreed[0], found.deal_age[0], found.failed_summit[0]) == (best, 1, 0, 0)


@pytest.mark.parametrize(
    ("deal", "words", "left", "failed"),
    [(NONE, 0.49, GOODWILL, 0), (NONE, 0.51, NONE, 1), (GOODWILL, 0.0, GOODWILL, 1), (FREEZE, 0.0, FREEZE, 1)],
)
def test_a_summit_without_a_deal_ends_in_words_or_in_nothing(deal, words, left, failed):
    found = after({**SUMMIT, "deal": deal, "zone": 0}, words=words)
    assert (found.deal[0], found.failed_summit[0]) == (left, failed)
    assert found.agreed[0] == (left > deal)
    assert after({"phase": LEVEL, "zone": 0}, words=0.0).failed_summit[0] == 0  # no summit, no failure


def test_no_comprehensive_deal_without_earlier_steps_unless_trust_is_high():
    runs = 2_000
    luck = np.random.default_rng(8)
    trust = luck.uniform(0.1, 0.95, (2, runs))
    state = world({**PLAIN, "tier": 6, "summit": 1, "phase": SCHEDULED, "deal": luck.integers(0, 2, runs)}, runs=runs)
    state = state.replace(trust=np.stack([trust, 1 - trust], axis=1) * 10)
    params = {**drawn(runs), "leverage.norm_value": np.full(runs, 30.0), "leverage.gradualism": np.full(runs, 2.0)}
    dice = Still(runs, at={**KEPT, "deals/sign": 0.0})
    deal = deals.step(leverage.step(state, doing(runs=runs), params, dice), doing(runs=runs), params, dice).deal
    assert (deal[trust.mean(axis=0) <= leverage.ALONE] < COMPREHENSIVE).all()
    assert (deal == COMPREHENSIVE).any()


# ---- carrying out ---------------------------------------------------------------------------------------------


def course(months, values, **more):
    """Worlds of the months of a deal that nobody breaks."""
    state, found = world({**PLAIN, **values}), []
    for _ in range(months):
        state = deals.step(state, NOBODY, given(**more), Still(at=KEPT))
        found.append(state)
    return found


@pytest.mark.parametrize("deal", [GOODWILL, FREEZE, INTERIM, COMPREHENSIVE])
def test_disarmament_goes_on_to_what_the_deal_asks(deal):
    found = course(120, {"deal": deal})
    asked = ASKED[deal - 1, 0]
    # a tenth of what is left each month
    assert [state.denuclearisation[0] for state in found[:3]] == pytest.approx([0.1 * asked, 0.19 * asked, 0.271 * asked])
    assert found[-1].denuclearisation[0] == pytest.approx(asked, rel=1e-3)
    assert [state.deal_age[0] for state in found[:3]] == [1, 2, 3]


def test_phased_relief_follows_disarmament_quarter_by_quarter():
    for state in course(30, {"deal": INTERIM, "sequencing": 0}):
        done = state.denuclearisation[0] / ASKED[INTERIM - 1, 0]
        due = 1 if done >= deals.NEARLY else int(4 * done) / 4
        assert state.relief[:, 0] == pytest.approx(due * TERMS[INTERIM - 1])


def test_relief_after_disarmament_waits_for_it():
    found = course(40, {"deal": INTERIM, "sequencing": 1})
    done = np.array([state.denuclearisation[0] / ASKED[INTERIM - 1, 0] for state in found])
    paid = np.array([state.relief[:, 0].max() for state in found])
    assert (paid[done < deals.NEARLY] == 0).all()
    assert found[-1].relief[:, 0] == pytest.approx(TERMS[INTERIM - 1])
    # a tenth of what is left a month: 1 - 0.9^n reaches 0.9 in the 22nd
    assert int((paid == 0).sum()) == 21


@pytest.mark.parametrize("sequencing", [0, 1])
def test_a_larger_deal_does_not_take_back_what_a_smaller_one_has_earned(sequencing):
    done = {"deal": FREEZE, "denuclearisation": ASKED[FREEZE - 1, 0], "sequencing": sequencing}
    before = course(1, done)[0].relief
    grown = after({**SUMMIT, **done, "relief": before}, sign=0.0)
    assert grown.deal[0] == INTERIM
    assert (grown.relief >= before - 1e-12).all()


def test_steps_are_undone_slowly_without_a_deal():
    found = after({"deal": NONE, "denuclearisation": 0.5})
    assert found.denuclearisation == pytest.approx([0.49])
    assert found.relief.max() == found.deal_age[0] == 0


def test_relief_reaches_the_law_by_the_council_and_snaps_back_with_the_deal():
    luck = Still(at={**KEPT, **dict.fromkeys(("council/united_kingdom", "council/france"), 0.0), "council/elected": 0.9999})
    state = world({**PLAIN, "tier": 6, "deal": FREEZE, "sequencing": 0})
    lifted = []
    for month in range(26):
        broken = Still(at={**luck.at, "deals/washington": 0.0}) if month == 23 else luck
        state = council.step(state, NOBODY, given(), broken)
        state = deals.step(state, NOBODY, given(), broken)
        lifted.append(state.lifted.max())
    assert lifted[0] == 0  # what is due this month is voted on in the next
    assert list(dict.fromkeys(lifted[:24])) == [0, 0.25, 0.5, 0.75, 1]
    assert lifted[24:] == [0, 0]


# ---- as a whole -----------------------------------------------------------------------------------------------


def test_what_comes_out_keeps_to_its_ranges():
    check_ranges("deals")


def test_deals_hold_together_in_any_world():
    for before, found in months_of("deals"):
        assert not found.relief[:, found.deal == 0].any()
        assert not (found.deal_age * (found.deal == 0)).any()
        assert not (found.cheating * (found.deal == 0)).any()
        assert (found.deal[found.collapse_cause > 0] == 0).all()
        assert (found.deal[(found.collapse_cause == 0)] >= before.deal[found.collapse_cause == 0]).all()
        assert not (found.agreed * found.failed_summit).any()
        assert (found.failed_summit <= before.summit).all()
        assert (found.deal[found.agreed > 0] > before.deal[found.agreed > 0]).all()


def test_without_a_deal_nothing_breaks():
    runs = 400
    state = varied(runs, 3).replace(deal=np.zeros(runs))
    found = deals.step(state, busy(runs, 3), drawn(runs, 3), Chance(3, 0, runs).month(Month(2018, 6)))
    assert not found.collapse_cause.any()
