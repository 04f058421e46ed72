"""Hard currency: what can be afforded, the books that balance, aid and patron support."""

import numpy as np
import pytest
from small_world import Still, at, changed, check_legal, doing, drawn, live, lively, median, one_each, world
from varied_world import varied

from sim import load_scenario
from sim.chance import Chance
from sim.mechanisms import finance, labour, trade
from sim.model import Peninsula
from sim.parameters import PARAMETERS
from sim.state import AXES, CHINA, EXPORTS, IMPORTS, RUSSIA, Month, total

NOBODY = doing()
RUNS = 1_000
SOURCES = AXES["source"]


def balanced(before, after):
    """Income less what is paid, m USD, against the change of reserves, bn USD."""
    return total(after.inflow) - after.outflow, 1000 * (after.reserves - before.reserves)


def test_what_can_be_afforded_by_hand():
    wanted, reserves, income = (
        np.array([400.0, 100.0, 400.0, 0.0]),
        np.array([2.0, 2.0, 0.0, 0.0]),
        np.array([50.0, 50.0, 100.0, 0.0]),
    )
    share = finance.affordable_share(wanted=wanted, reserves=reserves, income=income, spending_rule=np.full(4, 0.1))
    # (0.1 x 2,000 + 50) / 400 = 0.625; 250 pays for 100 in full; 100 / 400 = 0.25; nothing wanted, no division by it
    assert share == pytest.approx([0.625, 1.0, 0.25, 0.0])


def test_reserves_by_hand():
    after = finance.reserves_next(
        reserves=np.array([2.5, 0.1]), income=np.array([120.0, 0.0]), paid=np.array([320.0, 200.0])
    )
    assert after == pytest.approx([2.3, 0.0])  # 2.5 + (120 - 320) / 1000; never below nothing


def test_a_haul_is_lognormal_about_its_median():
    normal = np.array([-1.0, 0.0, 1.0])
    haul = finance.cyber_haul(normal=normal, size=np.full(3, 30.0), spread=np.ones(3), attempted=np.ones(3))
    assert haul == pytest.approx([30 / np.e, 30, 30 * np.e])
    assert (finance.cyber_haul(normal=normal, size=np.full(3, 30.0), spread=np.ones(3), attempted=np.zeros(3)) == 0).all()


def test_the_books_balance_in_any_world():
    luck, chance = np.random.default_rng(2), Chance(1, 0, RUNS)
    values = {
        "reserves": luck.uniform(0, 6, RUNS),
        "wanted_imports": luck.uniform(0, 60, (5, 3, RUNS)),
        "wanted_crude": luck.uniform(0, 60, RUNS),
        "exports": luck.uniform(0, 20, (6, 3, RUNS)),
        "kaesong": luck.random(RUNS),
    }
    before = lively(values, runs=RUNS)
    moves = doing("north_korea.cyber_theft", "china.food_aid", "south_korea.humanitarian_aid", runs=RUNS)
    after = finance.step(before, moves, drawn(RUNS), chance.month(Month(2018, 5)))
    gained, change = balanced(before, after)
    assert gained == pytest.approx(change, abs=1e-9)
    assert (after.reserves < 0.5).any()  # currency bound in some of them


def test_imports_are_cut_alike_when_currency_is_short():
    poor = finance.step(lively({"reserves": 0, "wanted_imports": 60}), NOBODY, median(), Still())
    share = poor.imports / 60
    assert share.max() == pytest.approx(share.min())
    assert 0 < share.max() < 1
    rich = finance.step(lively({"reserves": 20, "wanted_imports": 60}), NOBODY, median(), Still())
    assert rich.imports == pytest.approx(np.full_like(rich.imports, 60))


def test_the_record_of_trade_adds_up():
    state = lively({"past_trade.exports": np.arange(13.0)[:, None], "reserves": 0.2, "wanted_imports": 60})
    after = finance.step(state, NOBODY, median(), Still())
    for place, partner in enumerate(AXES["partner"]):
        assert at(after, f"trade.{partner}.imports") == pytest.approx(total(after.imports[:, place]))
        assert at(after, f"trade.{partner}.exports") == pytest.approx(total(state.exports[:, place]))
    assert after.past_trade[EXPORTS, 0] == pytest.approx(total(state.exports))
    assert after.past_trade[EXPORTS, 1:, 0] == pytest.approx(np.arange(12.0))  # the oldest month is forgotten
    # what is paid is what is recorded: imports by group, and crude oil, which customs do not report
    assert after.past_trade[IMPORTS, 0] == pytest.approx(after.outflow)


def test_the_books_balance_in_every_month_of_whole_runs():
    model = Peninsula(load_scenario("baseline-2020"), runs=300, seed=3)
    try:
        before = model.world
        for _ in range(15):
            model.step()
            gained, change = balanced(before, model.world)
            assert gained == pytest.approx(change, abs=1e-9)
            assert model.world.trade[:, IMPORTS] == pytest.approx(sum(model.world.imports), abs=1e-9)
            assert model.world.trade[:, EXPORTS] == pytest.approx(sum(model.world.exports), abs=1e-9)
            before = model.world
    finally:
        model.release()


def test_more_workers_never_lower_currency():
    params, chance = drawn(RUNS), Chance(4, 0, RUNS)
    few, many = (lively({"workers": count, "reserves": 0.6, "wanted_imports": 25}, runs=RUNS) for count in (3, 25))
    for month in range(12):
        dice = chance.month(Month(2019, 1) + month)
        none = doing(runs=RUNS)
        few, many = (finance.step(labour.step(state, none, params, dice), none, params, dice) for state in (few, many))
        assert (many.reserves >= few.reserves - 1e-12).all()
        more = total(many.imports) - total(few.imports)
        assert (more >= -1e-9).all()
        # wages are kept, or spent where currency had been short
        assert ((many.reserves > few.reserves + 1e-9) | (more > 1e-6)).all()


def test_more_aid_never_lowers_currency_over_months_without_decisions():
    start, params = lively(runs=RUNS), drawn(RUNS)
    plans = [[doing(*names, runs=RUNS)] * 12 for names in ((), ("china.food_aid", "russia.food_aid"))]
    without, with_aid = (live(start, plan, params, Chance(5, 0, RUNS)) for plan in plans)
    for poorer, richer in zip(without[:6], with_aid[:6], strict=True):
        assert (richer.reserves >= poorer.reserves - 1e-12).all()
    assert (with_aid[-1].reserves > without[-1].reserves).mean() > 0.9


@pytest.mark.parametrize(
    ("path", "values", "source"),
    [
        ("exports", (1, 5), "exports"),
        ("shadow_exports", (1, 20), "shadow_exports"),
        ("remittances", (1, 9), "labour"),
        ("tourism", (0.1, 0.9), "tourism"),
        ("openness.china.exports", (0.1, 0.9), "tourism"),
        ("kaesong", (0, 1), "kaesong"),
        ("kumgang", (0, 1), "kumgang"),
        ("transit_fee", (0, 4), "transit"),
        ("cooperation", (0, 1), "arms"),
        ("aid_cleared", (0, 1), "aid"),
        ("wanted_crude", (5, 25), "credit"),
    ],
)
def test_each_source_has_its_line(path, values, source):
    low, high = (finance.step(lively({path: value}), NOBODY, median(), Still()).inflow[:, 0] for value in values)
    moved = dict(zip(SOURCES, high - low, strict=True))
    assert moved.pop(source) > 0
    assert set(moved.values()) == {0.0}


def test_income_of_a_month_by_hand():
    sizes = {
        "food_aid_china": 10,
        "fungibility": 0.5,
        "kaesong_wages": 9,
        "unexplained": 40,
        "cyber_size": 30,
        "crude_grant": 0.6,
    }
    params = median({f"finance.{name}": size for name, size in sizes.items()})
    state = world(
        {"exports.coal.china": 20, "remittances": 4, "kaesong": 0.5, "wanted_crude": 10, "shadow_exports": 7, "tourism": 0}
    )
    after = finance.step(state, doing("china.food_aid", "north_korea.cyber_theft"), params, Still())
    lines = dict(zip(SOURCES, after.inflow[:, 0], strict=True))
    expected = {"exports": 20, "shadow_exports": 7, "labour": 8, "cyber": 30, "aid": 5, "kaesong": 4.5, "credit": 6}
    assert {name: lines[name] for name in expected} == pytest.approx(expected)
    assert lines["unexplained"] == 40


@pytest.mark.parametrize(("donor", "place"), [("china", CHINA), ("russia", RUSSIA)])
def test_a_grant_that_answers_a_request_is_larger(donor, place):
    moves = doing(f"{donor}.food_aid")
    usual = {"willingness": median()["finance.usual_willingness"]}
    asked, unasked = (
        finance.step(lively({"aid_request": given, **usual}), moves, median(), Still()).aid[place] for given in (1, 0)
    )
    assert unasked == median()[f"finance.food_aid_{donor}"]
    assert asked / unasked == pytest.approx(median()["finance.request_gain"])


@pytest.mark.parametrize(("willing", "share"), [(0.5, 1.0), (0.25, 0.5), (1.0, 2.0), (0.0, 0.0)])
def test_patrons_give_as_they_are_willing(willing, share):
    sizes = {"finance.usual_willingness": 0.5, "finance.food_aid_china": 10, "finance.food_aid_russia": 8,
             "finance.oil_grant": 2}  # fmt: skip
    state = lively({"willingness": willing, "aid_request": 0})
    moves = doing("china.food_aid", "russia.food_aid", "russia.oil_supply")
    # a grant of oil is what it is
    expected = [10 * share, 8 * share + 2, 0, 0]
    assert finance.step(state, moves, median(sizes), Still()).aid[:, 0] == pytest.approx(expected)
    beijing_only = lively({"willingness.china": willing, "willingness.russia": 0, "aid_request": 0})
    assert finance.step(beijing_only, moves, median(sizes), Still()).aid[:, 0] == pytest.approx([10 * share, 2, 0, 0])


def test_a_pledge_makes_good_the_relief_of_an_interim_deal_by_hand():
    params = median({"finance.pledge": 0.5, "finance.pledge_china": 0.75})
    state = lively({"relief_value": 9, "relief_value.interim": 1.2})
    # half of 1.2 bn USD a year is 50 m a month, of which Beijing carries three quarters
    assert finance.step(state, NOBODY, params, Still()).aid[:, 0] == pytest.approx([37.5, 12.5, 0, 0])
    unpledged = finance.step(state, NOBODY, median({"finance.pledge": 0}), Still())
    assert not unpledged.aid.any()


def test_lines_of_projects_and_arms_by_hand():
    params = median({"finance.kumgang_fees": 2, "finance.arms": 20})
    after = finance.step(lively({"kumgang": 0.5, "transit_fee": 3.75, "cooperation": 1}), NOBODY, params, Still())
    lines = dict(zip(SOURCES, after.inflow[:, 0], strict=True))
    assert {name: lines[name] for name in ("kumgang", "transit", "arms")} == {"kumgang": 1, "transit": 3.75, "arms": 20}


def test_washingtons_aid_arrives_when_the_committee_has_cleared_it():
    params = median({"finance.exempted_aid": 4})
    asked = doing("united_states.humanitarian_exemption")
    aid = [finance.step(lively({"aid_cleared": done}), asked, params, Still()).aid[3, 0] for done in (0, 1)]
    assert aid == [0, 4]


@pytest.mark.parametrize(("names", "granted"), [((), 0.6), (("china.crude_supply",), 0.64), (("china.crude_cut",), 0.56)])
def test_what_is_added_in_a_generous_month_is_given_and_what_is_cut_is_taken_from_the_gift(names, granted):
    # 1 - 0.4 / 1.1 = 0.6364; 1 - 0.4 / 0.9 = 0.5556: Pyongyang pays for the same quantity in each
    params = median({"finance.crude_grant": 0.6, "finance.crude_step": 0.1})
    state = lively({"reserves": 9, "wanted_crude": 10})
    after = finance.step(state, doing(*names), params, Still())
    assert after.inflow[SOURCES.index("credit")] == pytest.approx([10 * granted], abs=0.05)


def test_seoul_gives_only_what_pyongyang_accepts():
    moves, stream = doing("south_korea.humanitarian_aid"), "finance/acceptance_seoul"
    accepted, refused = (finance.step(lively(), moves, median(), Still(at={stream: luck})).aid[2, 0] for luck in (0.1, 0.9))
    assert accepted > 0
    assert refused == 0


def test_tourism_suffers_from_crisis_and_comes_back():
    calm, tense = (finance.step(lively({"crisis": rung}), NOBODY, median(), Still()).tourism for rung in (0, 4))
    assert tense < calm
    state = lively({"crisis": 0, "tourism": 0.0})
    for _ in range(200):
        state = finance.step(state, NOBODY, median(), Still())
    assert state.tourism == pytest.approx(median()["finance.tourism_usual"], abs=1e-3)


def test_patron_support_counts_each_gift_once():
    state = lively(
        {"remittances.china": 5, "remittances.russia": 2, "shadow_exports": 9, "trade.china": 30, "trade.russia": 10}
    )
    after = finance.step(state, doing("russia.food_aid"), median(), Still())
    credit = after.inflow[SOURCES.index("credit")]
    assert credit > 0
    # m USD a month: aid, labour, covert sales, and crude oil on credit; nothing twice and nothing lost
    assert total(after.support) == pytest.approx((total(after.aid) + 7 + 9 + credit) * 12 / 1000)
    assert after.support[CHINA] > after.support[RUSSIA] >= (after.aid[RUSSIA] + 2) * 12 / 1000


def test_a_generous_month_of_crude_oil_costs_pyongyang_nothing():
    params = median({"finance.crude_grant": 0.5})
    kept, more = (
        finance.step(trade.step(lively(), doing(*names), params, Still()), doing(*names), params, Still()).reserves
        for names in ((), ("china.crude_supply",))
    )
    assert more >= kept - 1e-12


def test_income_that_no_source_explains_is_a_parameter_and_says_so():
    assert PARAMETERS["finance.unexplained"].grade == "P"
    assert (
        finance.step(lively(), NOBODY, median(), Still()).inflow[SOURCES.index("unexplained")]
        == median()["finance.unexplained"]
    )


def test_arrays_stay_legal_in_any_world():
    state = changed(varied(RUNS, 1), {"reserves": np.linspace(0, 10, RUNS)})  # the books have no upper end
    moves, params = one_each(RUNS, 1), drawn(RUNS)
    check_legal(state, finance.step(state, moves, params, Chance(1, 0, RUNS).month(Month(2017, 8))), "finance")


def test_a_deal_pays_the_aid_it_promises():
    paid = [
        finance.step(lively({"deal": deal}), doing(), median(), Still()).aid[AXES["donor"].index("united_states"), 0]
        for deal in range(5)
    ]
    assert np.array(paid) * 12 / 1000 == pytest.approx([0, 0.10, 0.15, 0.10, 0.30])  # bn USD a year
