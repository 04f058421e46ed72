"""Leverage: exit costs, the worth of promises, surplus and shares, and what patrons, threat and the clock do to them."""

import numpy as np
import pytest
from small_world import Still, doing, median, world
from varied_world import check_ranges, months_of

from sim.mechanisms import leverage
from sim.parameters.political_tables import ASKED, ASSURED, PAID, TERMS, WORTH
from sim.parameters.tables import LADDER
from sim.state import total

NOBODY = doing()
RUNS = 1_000
GOODWILL, FREEZE, INTERIM, COMPREHENSIVE = range(4)
FAR, HALFWAY, VOTE = "2019-05", "2020-05", "2020-11"  # 18, 6 and 0 months before an election
SET = {
    "leverage.impatience_north": 0.01, "leverage.impatience": 0.01, "leverage.impatience_campaign": 0.05,
    "leverage.hazard": 0.03, "leverage.support_lapses": 0.5, "leverage.threat_weight": 0.3,
    "leverage.programme_value": 6.0, "leverage.norm_value": 9.0, "leverage.verified": 0.8, "leverage.lever_lost": 0.3,
    "leverage.alliance_cost": 2.0, "leverage.home_cost": 0.2, "leverage.security": 1.0, "leverage.wait": 18,
    "leverage.exposure": 0.4, "leverage.gradualism": 0.3, "leverage.border": 0.4, "leverage.slope": 2.0,
    "leverage.pivot": 0.5, "leverage.russia_elsewhere": 0.0, "decision.discount.north_korea": 0.985,
    "trade.elasticity": 3.8,
}  # fmt: skip
# a freeze in full force of the law is the best that trust carries: 0.3 x (1/3)/(2/3) = 0.15 of the programme
PLAIN = {
    "tier": 6, "openness": 1, "sequencing": 0, "trust.north_korea": [[2.0], [4.0]], "trust.united_states": [[2.0], [4.0]],
    "capability": 0.5, "salience": 0.4, "resolve": 2.0, "support": 0.1, "administration.united_states": 1,
}  # fmt: skip
NORTH_FACTOR, FAR_FACTOR = 1 / (12 * 0.04), 1 / (12 * 0.04)


def given(values=None, runs=1):
    return median({**SET, **(values or {})}, runs)


def after(values=None, *, date=FAR, runs=1, params=None, **changes):
    changes = {f"leverage.{name}": value for name, value in changes.items()}
    start = world({**PLAIN, **(values or {})}, date=date, runs=runs)
    return leverage.step(start, doing(runs=runs), given(changes, runs) if params is None else params, Still(runs))


# ---- equations by hand ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.952, (0.87, 0.66, 0.52)),  # North Korea's imports, from China
        (0.015, (0.010, 0.005, 0.004)),  # from Russia
        (0.253, (0.18, 0.10, 0.07)),  # South Korea's exports, to China
        (0.084, (0.057, 0.031, 0.021)),  # China's imports, from South Korea
        (0.039, (0.026, 0.014, 0.010)),  # Russia's exports, to South Korea
        (0.021, (0.014, 0.008, 0.005)),  # South Korea's trade, with Russia
    ],
)
def test_exit_costs_by_hand(share, expected):
    found = leverage.exit_cost(share=np.full(3, share), replaceable=np.zeros(3), elasticity=np.array([2.5, 3.8, 5.1]))
    assert found == pytest.approx(expected, abs=0.0051)


def test_exit_costs_grow_with_the_share_and_fall_with_what_others_can_replace():
    luck = np.random.default_rng(1)
    share, replaceable, elasticity = luck.random(RUNS), luck.random(RUNS), luck.uniform(2, 6, RUNS)

    def cost(**other):
        return leverage.exit_cost(**{"share": share, "replaceable": replaceable, "elasticity": elasticity, **other})

    assert ((cost() >= 0) & (cost() <= share * (1 - replaceable) + 1e-12)).all()
    assert (cost(share=share / 2) <= cost()).all()
    assert (cost(replaceable=replaceable / 2) >= cost()).all()
    assert (cost(elasticity=elasticity + 1) <= cost()).all()
    assert cost(replaceable=np.ones(RUNS)).max() == 0


def test_annuities_by_hand():
    found = leverage.annuity(rate=np.array([0.01, 0.05]), hazard=np.full(2, 0.03))
    assert found == pytest.approx([1 / 0.48, 1 / 0.96])  # years: 2.083 and 1.042


def test_the_worth_of_a_promise_by_hand():
    demand, trust = np.array([1.0, 0, 0.5, 1, 0]), np.array([0.3, 0.3, 0.3, 1, 1])
    found = leverage.belief(demand=demand, trust=trust, wait=np.full(5, 0.76), exposure=np.full(5, 0.4))
    # 0.3 x 0.76; 1 - 0.4 x 0.7; half of each; with full trust only the wait is left
    assert found == pytest.approx([0.228, 0.72, 0.474, 0.76, 1.0])


def test_disarmament_first_devalues_relief_to_between_a_seventh_and_a_third():
    wait = np.full(2, 0.985**18)
    found = leverage.belief(demand=np.ones(2), trust=np.array([0.2, 0.4]), wait=wait, exposure=np.zeros(2))
    assert found == pytest.approx([0.15, 0.305], abs=0.005)


def test_the_step_that_trust_carries_by_hand():
    found = leverage.step_limit(trust=np.array([0.0, 1 / 3, 0.5, 0.75]), scale=np.full(4, 0.3))
    assert found == pytest.approx([0, 0.15, 0.3, 0.9])


# ---- the example of Hanoi: relief 2.3, Pyongyang's cost 1.6; worth 1.9 to Washington, its cost 1.2 ------------------

REPLACED = np.array([0.0, 0.2, 0.4, 0.6])  # share of the relief that patrons supply already


def hanoi(replaced=REPLACED):
    factor_north, factor_washington = (
        leverage.annuity(rate=np.full(replaced.size, rate), hazard=np.full(replaced.size, 0.03)) for rate in (0.01, 0.05)
    )
    north, alpha = 2.3 - 1.6 - 2.3 * replaced, np.full(replaced.size, 0.5)
    surplus, gain = leverage.shares_of_gain(
        north=north, washington=np.full(replaced.size, 1.9 - 1.2), factor_north=factor_north,
        factor_washington=factor_washington, alpha=alpha,
    )  # fmt: skip
    return surplus, gain, alpha * surplus - factor_north * north  # the side payment that makes up Pyongyang's share


def test_patrons_shrink_the_surplus_and_raise_the_price():
    surplus, gain, payment = hanoi()
    assert surplus == pytest.approx([2.20, 1.24, 0.27, -0.69], abs=0.015)
    assert payment == pytest.approx([-0.37, 0.12, 0.60, 1.08], abs=0.015)
    assert gain == pytest.approx(0.5 * np.maximum(surplus, 0) * 0.48)
    assert gain[-1] == 0  # without a surplus nothing is shared


def test_agreement_fails_when_patrons_replace_near_half():
    replaced = np.linspace(0, 1, 1_001)
    surplus, _, _ = hanoi(replaced)
    assert replaced[surplus > 0].max() == pytest.approx(0.45, abs=0.01)


# ---- patrons, threat, clock, decomposed -----------------------------------------------------------------------


def surplus(state, offer=FREEZE):
    return state.surplus[offer, 0]


def test_a_surplus_by_hand():
    found = after()
    full, freeze, interim = WORTH.values[0] * LADDER.values[5], TERMS[FREEZE], TERMS[INTERIM]
    relief, most = (freeze * full).sum(), (interim * WORTH.values[0]).sum()
    assert found.relief_value[:, 0] == pytest.approx((TERMS * full).sum(axis=1))
    asked, assured, paid = ASKED[FREEZE, 0], ASSURED[FREEZE, 0], PAID[FREEZE, 0]
    # trust of one third, phased: 1 - 0.4 x 2/3 of the relief is believed; half of 0.2 support lapses
    north = (1 - 0.4 * 2 / 3) * relief + paid + 1.0 * assured - 6.0 * asked - 0.5 * 0.2
    threat = 0.5 * (0.4 + 0.5) / 2
    washington = 9.0 * 0.8 * asked - 0.3 * (relief + paid) - 2.0 * assured + 0.3 * most * threat * asked / ASKED[INTERIM, 0]
    assert surplus(found) == pytest.approx((north + washington) / 0.48)
    assert found.best[0] == FREEZE + 1
    assert found.gain[0] == pytest.approx(0.5 * surplus(found) * 0.48)
    assert found.leverage[0] == pytest.approx(found.gain[0] + 0.5 * 0.2)
    assert found.zone[0] == pytest.approx(1 / (1 + np.exp(-2 * (surplus(found) - 0.5))))


def test_patron_support_raises_the_payoff_by_one_less_alpha_and_lowers_the_surplus_one_for_one():
    runs = 41
    held = np.linspace(0, 0.4, runs)  # for each of two patrons, bn USD a year
    found = after({"support": held}, runs=runs)
    assert (found.best == FREEZE + 1).all()
    assert (found.surplus[FREEZE] > 0).all()
    lapsing, alpha = 0.5, 0.01 / (0.01 + 0.01)  # u', the part of support that a deal puts at risk
    both = np.gradient(2 * held)
    assert np.gradient(found.leverage) / both == pytest.approx((1 - alpha) * lapsing)
    assert np.gradient(found.surplus[FREEZE]) / both == pytest.approx(-lapsing * NORTH_FACTOR)
    assert np.gradient(found.gain) / both == pytest.approx(-alpha * lapsing)
    assert (np.diff(found.zone) < 0).all()  # a deal becomes less likely


def test_an_impatient_washington_leaves_less_to_patrons():
    slopes = []
    for date in (FAR, HALFWAY, VOTE):
        low, high = (after({"support": held}, date=date).leverage[0] for held in (0.1, 0.2))
        slopes.append((high - low) / (0.2 * 0.5))
    # alpha: 0.01/0.02, 0.03/0.04, 0.05/0.06
    assert slopes == pytest.approx([1 / 2, 1 / 4, 1 / 6])


def test_threat_raises_the_share_and_the_surplus():
    runs = 41
    found = after({"salience": np.linspace(0, 1, runs)}, runs=runs)
    assert found.threat == pytest.approx(0.5 * (np.linspace(0, 1, runs) + 0.5) / 2)
    removed = ASKED[FREEZE, 0] / ASKED[INTERIM, 0]  # of the threat, by a freeze
    step = np.gradient(found.threat) * 0.3 * (TERMS[INTERIM] * WORTH.values[0]).sum() * removed
    assert np.gradient(found.surplus[FREEZE]) / step == pytest.approx(FAR_FACTOR)
    assert np.gradient(found.leverage) / step == pytest.approx(0.5 * FAR_FACTOR / NORTH_FACTOR)  # alpha
    assert (np.diff(found.zone) > 0).all()


def test_outside_its_range_nothing_moves():
    enough, more = (after({"support": held}) for held in (1.3, 1.9))  # lapsing: all the relief that a freeze brings
    assert surplus(enough) == pytest.approx(surplus(more))
    assert enough.surplus[GOODWILL] == after({"support": 0}).surplus[GOODWILL]  # no relief, so no support lapses
    for date in ("2019-11", FAR, "2018-06"):  # twelve months and more before an election
        assert after(date=date).leverage_clock[0] == 0
        assert after(date=date).impatience[0] == pytest.approx(0.01)
    assert after({"support": 0}).leverage_patrons[0] == 0
    assert after({"capability": 0}).leverage_threat[0] == 0


@pytest.mark.parametrize("date", [FAR, HALFWAY, VOTE])
def test_parts_of_leverage_are_what_vanishes_without_them(date):
    full, alone, calm = (after(values, date=date) for values in ({}, {"support": 0}, {"capability": 0}))
    unhurried = after(date=date, impatience_campaign=0.01)
    assert {found.best[0] for found in (full, alone, calm, unhurried)} == {FREEZE + 1}
    assert full.leverage_patrons[0] == pytest.approx(full.leverage[0] - alone.leverage[0])
    assert full.leverage_threat[0] == pytest.approx(full.leverage[0] - calm.leverage[0])
    assert full.leverage_clock[0] == pytest.approx(full.leverage[0] - unhurried.leverage[0])
    assert full.leverage_patrons[0] > 0
    assert full.leverage_threat[0] > 0


def test_the_clock_runs_down_to_an_election():
    found = [after(date=date).impatience[0] for date in (FAR, HALFWAY, "2020-08", VOTE, "2020-12")]
    assert found == pytest.approx([0.01, 0.03, 0.04, 0.05, 0.01])


# ---- as a whole -----------------------------------------------------------------------------------------------


def test_what_comes_out_keeps_to_its_ranges():
    check_ranges("leverage")


def test_leverage_holds_together_in_any_world():
    for before, found in months_of("leverage"):
        assert (found.leverage >= found.gain - 1e-9).all()
        assert (found.leverage_patrons >= -1e-9).all()
        assert (found.leverage_threat >= -1e-9).all()
        assert ((found.best == 0) == (found.zone == 0)).all()
        assert (found.best > before.deal)[found.best > 0].all()
        assert found.leverage_patrons[total(before.support) == 0].max(initial=0) == 0


def test_a_table_of_packages_asks_more_for_more():
    for column in (ASKED[:, 0], ASSURED[:, 0], (TERMS * WORTH.values).sum(axis=1)):
        assert (np.diff(column) > 0).all()
    assert (PAID >= 0).all()
    assert (np.diff(TERMS, axis=0) >= 0).all()
