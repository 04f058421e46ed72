"""Packages of a deal: what relief is worth, which package is within reach, and who depends on whom."""

import numpy as np
import pytest
from small_world import Still, at, doing, drawn, median, world

from sim.mechanisms import leverage
from sim.parameters.political_tables import OPENNESS, SHARES, TERMS, WORTH
from sim.parameters.tables import LADDER
from sim.state import AXES, CHN, EXPORTS, KOR, PRK, RUS, USA

NOBODY = doing()
RUNS = 1_000
NONE, GOODWILL, FREEZE, INTERIM, COMPREHENSIVE = range(5)
TEXTILES = AXES["package"].index("textiles")
SET = {
    "leverage.gradualism": 0.3, "leverage.programme_value": 4.0, "leverage.norm_value": 12.0, "leverage.verified": 0.9,
    "leverage.lever_lost": 0.2, "leverage.home_cost": 0.2, "leverage.border": 0.4, "leverage.russia_elsewhere": 0.0,
    "leverage.slope": 2.0, "leverage.pivot": 0.5, "leverage.impatience": 0.01, "leverage.hazard": 0.03,
    "trade.elasticity": 3.8,
}  # fmt: skip
GAINFUL = {"tier": 6, "openness": 1, "sequencing": 0, "support": 0, "administration.united_states": 1}  # all would pay


def trusting(share, count=10.0):
    """Counts of promises by which both sides are trusted to this share."""
    kept = {side: [[share * count], [(1 - share) * count]] for side in AXES["side"]}
    return {f"trust.{side}": counts for side, counts in kept.items()}


def after(values=None, params=None, **changes):
    changes = {f"leverage.{name}": value for name, value in changes.items()}
    state = world({**GAINFUL, **(values or {})}, date="2019-05")
    return leverage.step(state, NOBODY, params or median({**SET, **changes}), Still())


# ---- which package is within reach ----------------------------------------------------------------------------


def test_worth_having_is_not_enough():
    found = after(trusting(0.5))
    assert (found.surplus > 0).all()
    assert found.surplus[:, 0].argmax() + 1 == COMPREHENSIVE
    assert found.best[0] == INTERIM


@pytest.mark.parametrize(
    ("trust", "deal", "best"),
    [
        (0.05, NONE, NONE),  # 0.3 x 0.05/0.95 = 0.016 of the programme, less than goodwill asks
        (0.10, NONE, GOODWILL),
        (0.30, NONE, FREEZE),
        (0.45, NONE, FREEZE),  # 0.3 x 0.45/0.55 = 0.245, just short of an interim deal
        (0.50, NONE, INTERIM),
        (0.69, NONE, INTERIM),
        (0.69, GOODWILL, INTERIM),
        (0.75, NONE, COMPREHENSIVE),  # trust stands in for earlier steps
        (0.30, FREEZE, NONE),  # nothing larger is within reach
        (0.50, FREEZE, INTERIM),
        (0.90, COMPREHENSIVE, NONE),
    ],
)
def test_trust_carries_small_steps_before_large_ones(trust, deal, best):
    found = after({**trusting(trust), "deal": deal})
    assert found.best[0] == best
    assert (found.zone[0] > 0) == (found.gain[0] > 0) == (best > NONE)
    assert found.confidence[:, 0] == pytest.approx([trust, trust])


@pytest.mark.parametrize(("deal", "best"), [(GOODWILL, INTERIM), (FREEZE, COMPREHENSIVE), (INTERIM, COMPREHENSIVE)])
def test_the_comprehensive_package_grows_from_a_freeze(deal, best):
    # 0.6 of the programme is done, so that trust of 0.45 carries the rest: 0.3 x 0.45/0.55 = 0.245
    done = {**trusting(0.45), "deal": deal, "denuclearisation": 0.6}
    assert after(done).best[0] == best


def test_no_comprehensive_package_without_earlier_steps_unless_trust_is_high():
    luck = np.random.default_rng(5)
    state = world({"tier": 6, "sequencing": luck.integers(0, 2, RUNS), "deal": luck.integers(0, 2, RUNS)}, runs=RUNS)
    trust = luck.uniform(0.1, 0.95, (2, RUNS))
    state = state.replace(trust=np.stack([trust, 1 - trust], axis=1) * 10)
    params = {**drawn(RUNS), "leverage.norm_value": np.full(RUNS, 30.0), "leverage.gradualism": np.full(RUNS, 2.0)}
    best = leverage.step(state, doing(runs=RUNS), params, Still(RUNS)).best
    assert (best[trust.mean(axis=0) <= leverage.ALONE] != COMPREHENSIVE).all()
    assert (best == COMPREHENSIVE).any()


def test_where_nothing_is_to_be_gained_there_is_no_zone():
    found = after(trusting(0.5), programme_value=40, norm_value=1)
    assert (found.surplus < 0).all()
    assert (found.best[0], found.zone[0], found.gain[0], found.leverage[0]) == (0, 0, 0, 0)
    kept = after({**trusting(0.5), "support": 0.2}, programme_value=40, norm_value=1, support_lapses=0.5)
    assert kept.leverage[0] == pytest.approx(0.2)  # half of twice 0.2: what patrons give against no patrons


@pytest.mark.parametrize(
    ("path", "values", "sign"),
    [
        ("sequencing", (0, 1), -1),
        ("denuclearisation", (0, 0.1), -1),  # less is left to be had
        ("openness", (0.1, 1), 1),
        ("tier", (4, 6), 1),
        ("lifted", (0, 0.5), -1),
        ("administration.united_states", (0, 1), -1),
        ("administration.united_states", (1, 2), -1),
        ("administration.south_korea", (0, 1), 0),
        ("salience", (0.1, 0.9), 1),
        ("resolve.resolve", (1, 9), 1),
        ("resolve.restraint", (1, 9), -1),
        ("support.china", (0.1, 0.3), -1),
        ("support.russia", (0.1, 0.3), -1),
    ],
)
def test_direction_of_the_surplus(path, values, sign):
    low, high = (after({**trusting(0.5), path: value}).surplus[INTERIM - 1, 0] for value in values)
    assert np.sign(high - low) == sign


def test_what_a_deal_costs_a_president_at_home_by_hand():
    by_type = [after({**trusting(0.5), "administration.united_states": kind}).surplus[:, 0] for kind in range(3)]
    for easier, harder in ((0, 1), (1, 2)):
        assert by_type[easier] - by_type[harder] == pytest.approx(np.full(4, 0.2 / 0.48))  # for any package


def test_the_word_of_washington_is_what_pyongyang_counts_on():
    base = {**trusting(0.5), "trust.north_korea": [[5.0], [5.0]]}
    low, high = (after({**base, "trust.united_states": [[kept], [5.0]]}).surplus[:, 0] for kept in (2.0, 9.0))
    assert (high[1:] > low[1:]).all()
    assert high[0] == low[0]  # goodwill promises no relief


# ---- what relief is worth -------------------------------------------------------------------------------------


@pytest.mark.parametrize("tier", [1, 3, 4, 6, 7])
def test_relief_is_worth_what_the_law_withholds(tier):
    withheld = LADDER.values[tier - 1] * WORTH.values[0]
    assert after({"tier": tier}).relief_value[:, 0] == pytest.approx((TERMS * withheld).sum(axis=1))
    assert (after({"tier": 1}).relief_value == 0).all()


def test_what_is_lifted_already_cannot_be_offered_but_what_a_deal_lifted_can():
    full, worth = after().relief_value[:, 0], WORTH.values[0, TEXTILES]
    lifted = after({"lifted.textiles": 0.5}).relief_value[:, 0]
    assert full - lifted == pytest.approx(0.5 * worth * TERMS[:, TEXTILES])
    under_a_deal = after({"lifted.textiles": 0.5, "granted.textiles": 0.5}).relief_value[:, 0]
    assert under_a_deal == pytest.approx(full)


def test_relief_is_worth_less_behind_a_shut_border():
    full = after().relief_value
    shut = after({f"openness.china.{AXES['direction'][EXPORTS]}": 0}).relief_value
    assert shut == pytest.approx(0.6 * full)
    assert after({"openness.russia": 0}).relief_value == pytest.approx(full)


# ---- who depends on whom --------------------------------------------------------------------------------------

TRADE = {"trade.china": 95.0, "trade.russia": 1.5, "trade.others": 3.5}


def depends(who, on, values=None, **changes):
    return after({**TRADE, **(values or {})}, **changes).dependence[who, on, 0]


def cost(share, openness):
    return openness * (1 - (1 - share) ** (1 / 2.8))


def test_dependence_by_hand():
    openness, shares = OPENNESS.values[0], SHARES.values
    assert depends(PRK, CHN) == pytest.approx(cost(0.95, openness[PRK]))
    assert depends(PRK, RUS) == pytest.approx(cost(0.015, openness[PRK]))
    assert depends(KOR, CHN) == pytest.approx(cost(shares[KOR, CHN], openness[KOR]))
    assert depends(KOR, CHN, {"hedge": 0.3}) == pytest.approx(cost(0.7 * shares[KOR, CHN], openness[KOR]))
    assert depends(RUS, KOR, russia_elsewhere=0.5) == pytest.approx(cost(0.5 * shares[RUS, KOR], openness[RUS]))
    assert depends(PRK, USA) == depends(USA, PRK) == 0


def test_seoul_depends_on_beijing_more_than_beijing_on_seoul_and_moscow_on_seoul_most_of_the_three():
    assert depends(KOR, CHN) > 3 * depends(CHN, KOR)
    assert depends(RUS, KOR) > depends(KOR, RUS)  # the lever that is usable
    assert depends(RUS, KOR, {"hedge": 0.5}) == depends(RUS, KOR)


def test_a_country_without_trade_depends_on_nobody():
    assert depends(PRK, CHN, {"trade": 0}) == 0
    found = after(TRADE).dependence
    assert (np.diagonal(found[..., 0]) == 0).all()
    assert at(after(TRADE), "dependence.north_korea.china")[0] == found[PRK, CHN, 0]
