"""Trade: the equations by hand, what is conserved, and what a month sells and wants."""

import numpy as np
import pytest
from small_world import Still, at, changed, doing, drawn, lively, median, world

from sim.chance import Chance
from sim.mechanisms import trade
from sim.parameters.tables import EXPORTS_2016, IMPORTS_2016
from sim.state import AXES, CHINA, EXPORTS, OTHERS, RUSSIA, Month, total

RUNS = 2_000
COAL = AXES["export_group"].index("coal")
MACHINERY, FUEL, OTHER = (AXES["import_group"].index(name) for name in ("machinery", "fuel", "other"))
NOBODY = doing()
USUAL = {"trade.china.exports": 219.8, "trade.russia.exports": 0.73, "trade.others.exports": 14.5}  # 2016, m USD a month


def flows(seed=1, groups=6, runs=RUNS):
    """Random flows ``(g, p, R)`` over several orders of size, and rates at which they pass."""
    luck = np.random.default_rng(seed)
    return 10 ** luck.uniform(-2, 2, (groups, 3, runs)), luck.random((groups, 3, runs))


def test_what_passes_by_hand():
    # 0.5 x (1 - 0.8 x 0.9) = 0.5 x 0.28 = 0.14
    rate = trade.pass_rate(openness=np.full((3, 1), 0.5), coverage=np.full((1, 1), 0.8), enforcement=np.full((3, 1), 0.9))
    assert rate == pytest.approx(np.full((1, 3, 1), 0.14))


@pytest.mark.parametrize(
    ("openness", "coverage", "enforcement", "expected"),
    [(0, 0, 0, 0), (1, 0, 1, 1), (1, 1, 0, 1), (1, 1, 1, 0), (0.3, 1, 0.5, 0.15)],
)
def test_limits_of_what_passes(openness, coverage, enforcement, expected):
    one = np.ones((3, 1))
    rate = trade.pass_rate(openness=openness * one, coverage=coverage * np.ones((2, 1)), enforcement=enforcement * one)
    assert rate == pytest.approx(np.full((2, 3, 1), expected))


def test_diverted_by_hand():
    flow = np.array([90.0, 9.0, 1.0]).reshape(1, 3, 1)
    rate = np.array([0.0, 1.0, 0.5]).reshape(1, 3, 1)
    found = trade.diverted(flow=flow, sold=flow * rate, rate=rate, diversion=np.array([0.1]), spare=np.array([0.05]))
    # China blocks 90: a tenth, 9, looks for Russia and others by their size, 8.1 and 0.9. Others block 0.5: Russia is
    # asked for 0.05 x 9/99 more. Room: Russia 0.05 x 9 = 0.45, others 0.05, half of which passes. China lets nothing pass.
    assert found.ravel() == pytest.approx([0.0, 0.45, 0.025])


def test_diversion_never_exceeds_what_is_blocked_nor_the_room_there_is():
    flow, rate = flows()
    luck = np.random.default_rng(2)
    diversion, spare = luck.random(RUNS), luck.uniform(0, 5, RUNS)
    sold = flow * rate
    found = trade.diverted(flow=flow, sold=sold, rate=rate, diversion=diversion, spare=spare)
    blocked = (flow - sold).sum(axis=1)
    assert (found >= 0).all()
    assert (found.sum(axis=1) <= diversion * blocked + 1e-9).all()
    assert (found <= spare * flow + 1e-12).all()
    assert ((sold + found).sum(axis=1) <= flow.sum(axis=1) + 1e-9).all()


def test_nothing_blocked_nothing_diverted():
    flow, _ = flows()
    one = np.ones(RUNS)
    assert trade.diverted(flow=flow, sold=flow, rate=np.ones_like(flow), diversion=one, spare=one).max() <= 1e-12


def test_shares_of_partners_by_hand():
    base, price = np.array([[0.5, 0.5, 0.0]]), np.array([1.1, 1.0, 1.0]).reshape(1, 3, 1)
    # 1.1^(1 - 3.8) = 0.76576; 0.76576 / 1.76576 = 0.43367
    assert trade.partner_shares(base=base, price=price, elasticity=np.array([3.8])).ravel() == pytest.approx(
        [0.43367, 0.56633, 0], abs=1e-5
    )


def test_shares_add_to_one_and_a_dearer_partner_loses():
    base = IMPORTS_2016.values / IMPORTS_2016.values.sum(axis=1)[:, None]
    price = np.random.default_rng(3).uniform(1, 1.5, (5, 3, RUNS))
    elasticity = np.full(RUNS, 3.8)
    shares = trade.partner_shares(base=base, price=price, elasticity=elasticity)
    assert shares.sum(axis=1) == pytest.approx(1)
    dearer = price.copy()
    dearer[:, CHINA] *= 1.1
    moved = trade.partner_shares(base=base, price=dearer, elasticity=elasticity)
    assert (moved[:, CHINA] < shares[:, CHINA]).all()
    assert (moved[:, RUSSIA] > shares[:, RUSSIA]).all()
    same = trade.partner_shares(base=base, price=np.ones((5, 3, RUNS)), elasticity=elasticity)
    assert same == pytest.approx(np.repeat(base[:, :, None], RUNS, axis=2))


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (1.0, 0.7), (0.9, 0.757)])  # 1 - 0.3 x 0.81 = 0.757
def test_price_against_a_sole_buyer(share, expected):
    assert trade.sole_buyer_price(share=np.array([share]), monopsony=np.array([0.3])) == pytest.approx([expected])


def test_a_cap_is_never_exceeded_and_binds_only_when_it_must():
    luck = np.random.default_rng(4)
    flow, sold, cap = luck.uniform(0, 60, (3, RUNS)), luck.uniform(0, 500, RUNS), np.full(RUNS, 401.0)
    cut = trade.within_cap(flow=flow, sold=sold, cap=cap)
    assert (total(cut) <= np.maximum(cap - sold, 0) + 1e-9).all()
    assert (cut <= flow).all()
    free = total(flow) < cap - sold
    assert free.any()
    assert (cut[:, free] == flow[:, free]).all()
    assert (cut[:, sold > cap] == 0).all()


def test_consignments_keep_the_mean_and_small_flows_vary_most():
    points, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    spreads = []
    for flow in (1e-4, 0.05, 0.5, 5.0, 200.0):
        same = np.full_like(points, flow)
        factor = trade.lumpiness(flow=same, lump=np.full_like(points, 0.3), noise=np.full_like(points, 0.06), normal=points)
        assert (weights * factor).sum() == pytest.approx(1, abs=1e-9)
        spreads.append((weights * (factor - 1) ** 2).sum())
    assert spreads == sorted(spreads, reverse=True)
    # 200 m USD: variance of the log about 0.3 / 200 + 0.06^2 = 0.0051
    assert spreads[-1] == pytest.approx(0.0051, rel=0.01)


def test_a_larger_flow_never_arrives_smaller_under_the_same_luck():
    flow = np.geomspace(1e-4, 300, 400)
    for normal in (-4.0, -1.0, 0.0, 1.0, 3.5):
        arrived = flow * trade.lumpiness(
            flow=flow, lump=np.full(400, 0.3), noise=np.full(400, 0.06), normal=np.full(400, normal)
        )
        assert (np.diff(arrived) > 0).all()


def test_a_year_without_bans_sells_the_exports_of_2016():
    params = median({"trade.lump": 0, "trade.noise": 0})
    months = [trade.step(world(USUAL, date=f"2016-{month:02d}"), NOBODY, params, Still()) for month in range(1, 13)]
    assert sum(total(month.exports)[0] for month in months) == pytest.approx(EXPORTS_2016.values.sum(), rel=0.002)
    # fuel costs the same at 50 USD a barrel, where the blank world stands
    assert sum(total(month.wanted_imports)[0] for month in months) == pytest.approx(IMPORTS_2016.values.sum(), rel=0.002)


def test_coal_is_sold_in_winter():
    params = median({"trade.lump": 0, "trade.noise": 0})
    winter, summer = (
        at(trade.step(world(USUAL, date=f"2016-{month}"), NOBODY, params, Still()), "exports.coal") for month in ("01", "07")
    )
    assert winter.sum() / summer.sum() == pytest.approx(1.15 / 0.85)


def test_the_coal_cap_holds_over_a_year_and_starts_anew_in_january():
    params = median({"trade.lump": 0, "trade.noise": 0})
    state, sold = world({**USUAL, "tier": 3}, date="2017-01"), 0.0
    for month in range(1, 13):
        state = trade.step(state.at(Month(2017, month)), NOBODY, params, Still())
        sold += total(state.exports[COAL])[0]
        assert sold <= 401 + 1e-9
        assert state.coal_sold == pytest.approx([sold])
    assert sold == pytest.approx(401)
    assert total(trade.step(state.at(Month(2018, 1)), NOBODY, params, Still()).exports[COAL])[0] > 50


def test_tighter_enforcement_never_raises_exports():
    luck, chance, params = np.random.default_rng(5), Chance(3, 0, RUNS), drawn(RUNS)
    values = {"coverage_exports": luck.random((6, RUNS)), "openness": luck.random((3, 2, RUNS))}
    values |= {"trade": luck.uniform(0, 50, (3, 2, RUNS)), "secondary_risk": luck.random((2, RUNS))}
    loose = luck.random((2, RUNS))
    tight = loose + (1 - loose) * luck.random((2, RUNS))
    sold = [
        total(
            trade.step(
                world({**values, "enforcement": level}, runs=RUNS), NOBODY, params, chance.month(Month(2018, 4))
            ).exports
        )
        for level in (loose, tight)
    ]
    assert (sold[1] <= sold[0] + 1e-9).all()
    assert (sold[1] < sold[0]).mean() > 0.99


@pytest.mark.parametrize(
    ("path", "values", "array", "sign"),
    [
        ("openness.china.exports", (0.2, 0.8), "exports", 1),
        ("openness.china.imports", (0.2, 0.8), "wanted_imports", 1),
        ("coverage_exports.coal", (0.2, 0.8), "exports", -1),
        ("coverage_imports.machinery", (0.2, 0.8), "wanted_imports.machinery", -1),
        ("coverage_imports.machinery", (0.2, 0.8), "wanted_imports.other", 1),  # regrouped into lawful goods
        ("coverage_imports.fuel", (0.2, 0.8), "wanted_imports.fuel", -1),
        ("trade.others.exports", (0, 200), "exports.coal.china", 1),  # China is less and less the only buyer
        ("demand.exports", (-0.2, 0.2), "exports", 1),
        ("demand.imports", (-0.2, 0.2), "wanted_imports", 1),
        ("oil_price", (40, 90), "wanted_imports.fuel", 1),
        ("oil_price", (40, 90), "wanted_crude", 1),
        ("adaptation", (0, 1), "exports.unlisted", 1),
        ("adaptation", (0, 1), "wanted_imports.other", 1),
        ("secondary_risk.china", (0.1, 0.8), "exports.unlisted", -1),
        ("coverage_exports.textiles", (0.1, 0.9), "wanted_imports.textile_inputs", -1),
        ("evasion", (0.1, 0.5), "shadow_exports", 1),
        ("coverage_exports.coal", (0.2, 0.8), "shadow_exports", 1),
        ("enforcement.china", (0.5, 0.99), "shadow_exports", -1),  # the haircut grows with watchful customs
        ("openness.china.exports", (0.0, 1.0), "shadow_exports", 1),
    ],
)
def test_direction(path, values, array, sign):
    low, high = (
        total(np.atleast_2d(at(trade.step(lively({path: v}), NOBODY, median(), Still()), array)).reshape(-1, 1))
        for v in values
    )
    assert np.sign(high - low) == sign


def test_blocked_machinery_is_replaced_by_lawful_goods_and_blocked_fuel_is_not():
    params = median({"trade.lump": 0, "trade.noise": 0, "trade.diversion": 0, "sanctions.enforcement_others": 0.8})
    replaced = params["trade.regrouping"] + 0.5 * params["trade.regrouping_late"]
    free = world({**USUAL, "enforcement": 0.8, "adaptation": 0.5})
    listed = changed(free, {"coverage_imports.machinery": 0.5, "coverage_imports.fuel": 0.5})
    before, after = (trade.step(state, NOBODY, params, Still()).wanted_imports.sum(axis=1) for state in (free, listed))
    # half is covered and four fifths of that is stopped
    assert after[MACHINERY] == pytest.approx(0.6 * before[MACHINERY])
    assert after[FUEL] == pytest.approx(0.6 * before[FUEL])
    assert after[OTHER] - before[OTHER] == pytest.approx(replaced * 0.4 * before[MACHINERY])


def test_listed_goods_are_bought_where_they_are_watched_least():
    params = median({"trade.lump": 0, "trade.noise": 0, "trade.diversion": 0, "trade.risk_premium": 0.4})
    state = world({**USUAL, "coverage_imports.machinery": 0.5, "enforcement.china": 0.9, "enforcement.russia": 0.0})
    bought = trade.step(state, NOBODY, params, Still()).wanted_imports[MACHINERY, :, 0]
    base = IMPORTS_2016.values[MACHINERY]
    # China asks 1 + 0.4 x 0.5 x 0.9 = 1.18 of the price and lets 0.55 pass; Russia asks and stops nothing
    expected = base[RUSSIA] / base[CHINA] / 1.18 ** (1 - params["trade.elasticity"][0]) / 0.55
    assert bought[RUSSIA] / bought[CHINA] == pytest.approx(expected)


def test_irregular_months_carry_more_or_less():
    state = world(USUAL)
    lean, usual, fat = (trade.step(state, NOBODY, median(), Still(normal=normal)) for normal in (-1.0, 0.0, 1.0))
    for name in ("exports", "wanted_imports"):
        assert total(lean[name]) < total(usual[name]) < total(fat[name])


def test_covert_trade_goes_on_behind_a_closed_border():
    shut, free = ({"openness.china.exports": share} for share in (0, 1))
    covert = [trade.step(lively(values), NOBODY, median(), Still()).shadow_exports for values in (shut, free)]
    assert covert[0] / covert[1] == pytest.approx(median()["trade.sea_floor"])
    assert trade.step(lively({"coverage_exports": 0}), NOBODY, median(), Still()).shadow_exports == 0


def test_fear_chills_lawful_exports_as_far_as_joint_ventures_are_banned():
    sold = {
        (tier, risk): at(
            trade.step(lively({"tier": tier, "secondary_risk": risk}), NOBODY, median(), Still()), "exports.unlisted.china"
        )[0]
        for tier in (4, 5)
        for risk in (0.0, 1.0)
    }
    assert sold[4, 0.0] == sold[5, 0.0]
    # overcompliance 0.7 per unit of fear, at the median; tier 4 covers a fifth of joint ventures, tier 5 all
    assert sold[4, 1.0] / sold[4, 0.0] == pytest.approx(1 - 0.7 * 0.2, rel=0.02)
    assert sold[5, 1.0] / sold[5, 0.0] == pytest.approx(0.3, rel=0.02)


def test_a_closed_partner_sells_nothing_and_russia_does_not_replace_china():
    shut = trade.step(world({**USUAL, "openness.china": 0}), NOBODY, median(), Still())
    usual = trade.step(world(USUAL), NOBODY, median(), Still())
    assert total(shut.exports[:, CHINA]) == 0
    gained = total(shut.exports[:, RUSSIA]) - total(usual.exports[:, RUSSIA])
    lost = total(usual.exports[:, CHINA])
    assert 0 < gained[0] < 0.01 * lost[0]
    assert total(shut.exports[:, OTHERS]) >= total(usual.exports[:, OTHERS])
    assert usual.trade[CHINA, EXPORTS] == pytest.approx(219.8)  # the step itself leaves last month's record alone


@pytest.mark.parametrize("host", [CHINA, RUSSIA])
@pytest.mark.parametrize(("glow", "gain"), [(0.0, 1.0), (0.5, 1.04), (1.0, 1.08)])
def test_a_visit_adds_to_trade_with_its_host(host, glow, gain):
    params = median({"meetings.glow_trade": 0.08, "trade.lump": 0, "trade.noise": 0, "trade.diversion": 0})
    base, after = (
        trade.step(
            lively({"visit_glow": 0, f"visit_glow.{AXES['neighbour'][host]}": level, "coverage_exports": 0}),
            NOBODY,
            params,
            Still(),
        )
        for level in (0, glow)
    )
    for name in ("exports", "wanted_imports"):
        expected = base[name].copy()
        expected[:, host] *= gain
        assert after[name] == pytest.approx(expected)


def test_crude_oil_cut_and_given_by_hand():
    params = median({"finance.crude_step": 0.1, "trade.crude": 20, "trade.oil_pass_through": 0})
    table = {(): 20, ("china.crude_cut",): 18, ("china.crude_supply",): 22, ("china.crude_cut", "china.crude_supply"): 20}
    for names, wanted in table.items():
        assert trade.step(lively(), doing(*names), params, Still()).wanted_crude == pytest.approx([wanted]), names
