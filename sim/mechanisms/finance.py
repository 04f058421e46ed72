"""Hard currency: income by source, imports as far as currency reaches, reserves, aid and patron support.

    affordable = spending rule x reserves + income of the month
    reserves next = reserves + income - paid        (bn USD; kept exactly)

What no source explains has a line of its own: known income falls short of the deficits (Bank of Korea 2020).
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.parameters.political_tables import PAID, under_deal
from sim.state import AXES, CHINA, EXPORTS, FLOAT, IMPORTS, RUSSIA, Array, World, legal, total

SOURCES = AXES["source"]
INTERIM = AXES["offer"].index("interim")  # whose relief a pledge of the patrons would replace


def affordable_share(*, wanted: Array, reserves: Array, income: Array, spending_rule: Array) -> Array:
    """Share of wanted imports that currency can pay. wanted, income in m USD a month; reserves in bn USD."""
    limit = spending_rule * reserves * 1000 + income
    return np.minimum(1, limit / np.maximum(wanted, 1e-9))


def reserves_next(*, reserves: Array, income: Array, paid: Array) -> Array:
    """Reserves a month later, bn USD; income and paid in m USD."""
    return np.maximum(reserves + (income - paid) / 1000, 0)


def cyber_haul(*, normal: Array, size: Array, spread: Array, attempted: Array) -> Array:
    """Lognormal haul of a theft, m USD."""
    return attempted * size * np.exp(spread * normal)


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:
    """Count income, pay for imports, settle the reserves."""
    aid = _aid(world, moves, params, dice)
    tourism = _tourism(world, moves, params)
    inflow = _inflow(world, moves, params, dice, aid, tourism)
    generous = 1 + params["finance.crude_step"] * (moves["china.crude_supply"] - moves["china.crude_cut"])
    # what is added in a generous month is given whole
    grant = np.maximum(1 - (1 - params["finance.crude_grant"]) / generous, 0)
    wanted = total(world.wanted_imports)
    share = affordable_share(
        wanted=wanted + (1 - grant) * world.wanted_crude,  # the rest of the crude comes on credit, with its delivery
        reserves=world.reserves,
        income=total(inflow),
        spending_rule=params["finance.spending_rule"],
    )
    crude = world.wanted_crude * share
    inflow[SOURCES.index("credit")] = grant * crude
    paid = wanted * share + crude
    imports = world.wanted_imports * share
    trade = np.stack([_by_partner(world.exports), _by_partner(imports)], axis=1)
    totals = np.array([total(world.exports), total(imports) + crude])
    return world.replace(
        imports=imports,
        inflow=inflow,
        outflow=paid,
        reserves=reserves_next(reserves=world.reserves, income=total(inflow), paid=paid),
        trade=trade,
        crude=crude,
        total_trade=totals,
        past_trade=np.concatenate([totals[:, None], world.past_trade[:, :-1]], axis=1),
        aid=aid,
        aid_request=moves["north_korea.aid_request"].astype(FLOAT),
        tourism=tourism,
        support=_support(world, aid, inflow),
    )


def _by_partner(flow: Array) -> Array:
    return np.array([total(flow[:, place]) for place in range(len(AXES["partner"]))])


def _aid(world: World, moves: Moves, params: Parameters, dice: Dice) -> Array:
    """Aid in kind by donor, m USD; a request that is on the table makes the answer larger."""
    asked = 1 + (params["finance.request_gain"] - 1) * world.aid_request
    answer = asked * world.willingness / params["finance.usual_willingness"]  # of the patrons
    pledged = params["finance.pledge"] * world.relief_value[INTERIM] * 1000 / 12
    accepted = dice.happens(params["finance.acceptance_seoul"], "finance/acceptance_seoul")
    return np.array([
        params["finance.food_aid_china"] * moves["china.food_aid"] * answer[CHINA]
        + pledged * params["finance.pledge_china"],
        params["finance.food_aid_russia"] * moves["russia.food_aid"] * answer[RUSSIA]
        + params["finance.oil_grant"] * moves["russia.oil_supply"] + pledged * (1 - params["finance.pledge_china"]),
        params["finance.food_aid_seoul"] * moves["south_korea.humanitarian_aid"] * accepted,
        params["finance.exempted_aid"] * world.aid_cleared + _agreed_aid(world),
    ])  # fmt: skip


def _agreed_aid(world: World) -> Array:
    """Aid that the deal in force provides, m USD a month; counted as Washington's."""
    return under_deal(PAID, world.deal) * 1000 / 12


def _tourism(world: World, moves: Moves, params: Parameters) -> Array:
    """Chinese tourism against 2019; it also suffers when the crisis ladder is climbed."""
    usual = params["finance.tourism_usual"] * (1 - world.crisis / 5)
    drift = params["finance.tourism_return"] * (usual - world.tourism)
    return legal("tourism", world.tourism + drift + params["finance.tourism_step"] * moves["china.tourism"])


def _inflow(world: World, moves: Moves, params: Parameters, dice: Dice, aid: Array, tourism: Array) -> Array:
    """Income by source in the order of the axis ``source``, m USD a month."""
    by_source = {
        "exports": total(world.exports),
        "shadow_exports": world.shadow_exports,
        "labour": total(world.remittances),
        "cyber": cyber_haul(
            normal=dice.normal("finance/cyber"), size=params["finance.cyber_size"], spread=params["finance.cyber_spread"],
            attempted=moves["north_korea.cyber_theft"]),
        "aid": params["finance.fungibility"] * total(aid),
        "tourism": params["finance.tourism"] * tourism * world.openness[CHINA, EXPORTS],
        "kaesong": params["finance.kaesong_wages"] * world.kaesong,
        "kumgang": params["finance.kumgang_fees"] * world.kumgang,
        "transit": world.transit_fee,
        "arms": params["finance.arms"] * world.cooperation,
        "credit": np.zeros_like(world.reserves),  # settled with the delivery
        "unexplained": params["finance.unexplained"],
    }  # fmt: skip
    return np.array([by_source[source] for source in SOURCES])


def _support(world: World, aid: Array, inflow: Array) -> Array:
    """What each patron gives or lets pass: aid, labour, covert sales (gross, by its share of trade) and, for China,
    crude on credit; bn USD a year."""
    labour, shadow = world.remittances, inflow[SOURCES.index("shadow_exports")]
    trade = world.trade[:, EXPORTS] + world.trade[:, IMPORTS]
    buyers = trade[CHINA] / np.maximum(trade[CHINA] + trade[RUSSIA], 1e-9)
    china = aid[CHINA] + labour[CHINA] + shadow * buyers + inflow[SOURCES.index("credit")]
    russia = aid[RUSSIA] + labour[RUSSIA] + shadow * (1 - buyers)
    return np.array([china, russia]) * 12 / 1000
