"""Trade: what is offered and wanted by group and partner, what law and border let pass, what finds another way.

    offered   = base of 2016 x capacity x season x demand shock x price against a sole buyer
    sold      = offered x openness x (1 - coverage x enforcement)
    wanted    = base x demand x season x CES share of the partner at prices with a risk premium
    diverted  = the blocked part, times diversion, within the spare capacity of the others: rationing, not price

Symbols: g group, p partner. Basis: KOTRA totals without inter-Korean trade; crude oil by pipeline is a line of its
own, because Chinese customs do not report it. Sources: Armington 1969; Bajzik et al. 2020; KOTRA and customs.
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.parameters.tables import CAPPED_TIER, EXPORT_SEASON, EXPORTS_2016, IMPORT_SEASON, IMPORTS_2016, in_force
from sim.state import AXES, CHINA, EXPORTS, IMPORTS, RUSSIA, Array, World, total

COAL = AXES["export_group"].index("coal")
UNLISTED = AXES["export_group"].index("unlisted")
TEXTILES = AXES["export_group"].index("textiles")
TEXTILE_INPUTS = AXES["import_group"].index("textile_inputs")
FUEL = AXES["import_group"].index("fuel")
OTHER = AXES["import_group"].index("other")
OIL_BASE = 50.0  # USD a barrel in 2016-17 [V], at which the base figures stand
PARTNERS = AXES["partner"]


def pass_rate(*, openness: Array, coverage: Array, enforcement: Array) -> Array:
    """What border and law let pass, share ``(g, p, R)``; openness and enforcement ``(p, R)``, coverage ``(g, R)``."""
    return openness[None] * (1 - coverage[:, None] * enforcement[None])


def diverted(*, flow: Array, sold: Array, rate: Array, diversion: Array, spare: Array) -> Array:
    """What each partner takes of the part blocked with the *others*, ``(g, p, R)``: a share ``diversion`` of it, split by
    usual flow, as far as spare capacity (a share of its own usual flow) goes and its own border and law let pass."""
    others = np.maximum(_over_partners(flow) - flow, 1e-12)
    asked = np.maximum(flow - sold, 0) / others  # of each unit of the others' usual flow, by the partner that blocks
    return flow * rate * np.minimum(diversion * (_over_partners(asked) - asked), spare)


def partner_shares(*, base: Array, price: Array, elasticity: Array) -> Array:
    """CES shares of the partners in each group, ``(g, p, R)``; base ``(g, p)`` adds to one over partners."""
    weight = base[:, :, None] * price ** (1 - elasticity)
    return weight / _over_partners(weight)


def sole_buyer_price(*, share: Array, monopsony: Array) -> Array:
    """Price against the world price when China takes this share of exports."""
    return 1 - monopsony * share**2


def within_cap(*, flow: Array, sold: Array, cap: Array) -> Array:
    """A flow by partner ``(p, R)`` cut to what a yearly cap leaves after what is sold; m USD."""
    return flow * np.minimum(1, np.maximum(cap - sold, 0) / np.maximum(total(flow), 1e-9))


def lumpiness(*, flow: Array, lump: Array, noise: Array, normal: Array) -> Array:
    """Mean-preserving factor of a flow that arrives in consignments of size ``lump``; small flows vary most."""
    variance = np.minimum(np.log1p(lump / np.maximum(flow, 1e-3)), 2) + noise**2
    return np.exp(np.sqrt(variance) * normal - variance / 2)


def _over_partners(flow: Array) -> Array:
    return (flow[:, 0] + flow[:, 1] + flow[:, 2])[:, None]


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:
    """Exports sold, imports wanted, covert exports and crude oil of the month."""
    enforcement = np.array([*world.enforcement, params["sanctions.enforcement_others"]])
    offered = _offered(world, params)
    sold = _through(offered, EXPORTS, world, params, enforcement)
    sold = _lumpy(sold, "exports", params, dice)
    capped = world.tier == CAPPED_TIER
    sold_before = np.where(capped & (world.date.month > 1), world.coal_sold, 0)
    under_cap = within_cap(flow=sold[COAL], sold=sold_before, cap=params["sanctions.coal_cap"])
    sold[COAL] = np.where(capped, under_cap, sold[COAL])
    wanted = _wanted(world, params, enforcement, sold[TEXTILES].sum(axis=0), offered[TEXTILES].sum(axis=0))
    covert = offered.sum(axis=1) * world.coverage_exports
    haircut = params["sanctions.haircut"] + params["sanctions.haircut_risk"] * world.enforcement[CHINA]
    floor = params["trade.sea_floor"]
    at_sea = world.evasion * (1 - haircut) * (floor + (1 - floor) * world.openness[CHINA, EXPORTS])
    generous = 1 + params["finance.crude_step"] * (moves["china.crude_supply"] - moves["china.crude_cut"])
    return world.replace(
        exports=sold,
        coal_sold=np.where(capped, sold_before + total(sold[COAL]), 0),
        wanted_imports=_lumpy(wanted, "imports", params, dice),
        shadow_exports=at_sea * covert.sum(axis=0),
        wanted_crude=params["trade.crude"] * _fuel_price(world, params) * generous,
    )  # fmt: skip


def _offered(world: World, params: Parameters) -> Array:
    """Exports on offer by group and partner, ``(g, p, R)``, m USD a month."""
    before = world.trade[:, EXPORTS]
    usual = EXPORTS_2016.values.sum(axis=0)
    monopsony = params["trade.monopsony"]
    share = before[CHINA] / np.maximum(before[CHINA] + before[RUSSIA] + before[2], 1e-9)
    price = sole_buyer_price(share=share, monopsony=monopsony) / sole_buyer_price(
        share=np.full_like(share, usual[CHINA] / usual.sum()), monopsony=monopsony
    )
    season = EXPORT_SEASON.values[:, world.date.month - 1][:, None]
    level = params["trade.export_capacity"] * np.exp(world.demand[EXPORTS]) * price * season
    closed_ventures = in_force("joint_ventures", tier=world.tier, lifted=world.lifted)
    chill = 1 - params["sanctions.overcompliance"] * world.secondary_risk[CHINA] * closed_ventures
    level[UNLISTED] *= chill * (1 + params["sanctions.adaptation_gain"] * world.adaptation)
    return EXPORTS_2016.values[:, :, None] / 12 * level[:, None] * _glow(world, params)


def _wanted(world: World, params: Parameters, enforcement: Array, textiles: Array, textiles_on_offer: Array) -> Array:
    """Imports wanted and let through, before the limit of currency, ``(g, p, R)``, m USD a month."""
    base = IMPORTS_2016.values
    season = IMPORT_SEASON.values[:, world.date.month - 1][:, None]
    level = params["trade.import_demand"] * np.exp(world.demand[IMPORTS]) * season * base.sum(axis=1)[:, None] / 12
    level[FUEL] *= _fuel_price(world, params)
    idle = 1 - textiles / np.maximum(textiles_on_offer, 1e-9)
    level[TEXTILE_INPUTS] *= 1 - params["trade.processing"] * idle
    listed = level * world.coverage_imports * world.enforcement[CHINA]
    replaced = params["trade.regrouping"] + params["trade.regrouping_late"] * world.adaptation
    level[OTHER] += np.minimum(replaced, 1) * (listed.sum(axis=0) - listed[FUEL])
    price = 1 + params["trade.risk_premium"] * world.coverage_imports[:, None] * enforcement[None]
    shares = partner_shares(base=base / base.sum(axis=1)[:, None], price=price, elasticity=params["trade.elasticity"])
    wanted = level[:, None] * shares * _glow(world, params)
    return _through(wanted, IMPORTS, world, params, enforcement)


def _glow(world: World, params: Parameters) -> Array:
    """What leaders' meetings still add to trade with each partner, a ratio ``(partner, R)``."""
    gain = 1 + params["meetings.glow_trade"] * world.visit_glow
    return np.concatenate([gain, np.ones((1, world.runs), dtype=gain.dtype)])


def _fuel_price(world: World, params: Parameters) -> Array:
    return (world.oil_price / OIL_BASE) ** params["trade.oil_pass_through"]


def _through(flow: Array, direction: int, world: World, params: Parameters, enforcement: Array) -> Array:
    """What border and law let through, with what finds another partner; ``(g, p, R)``."""
    coverage = world.coverage_exports if direction == EXPORTS else world.coverage_imports
    rate = pass_rate(openness=world.openness[:, direction], coverage=coverage, enforcement=enforcement)
    sold = flow * rate
    return sold + diverted(
        flow=flow, sold=sold, rate=rate, diversion=params["trade.diversion"], spare=params["trade.spare_capacity"]
    )


def _lumpy(flow: Array, direction: str, params: Parameters, dice: Dice) -> Array:
    """A flow with the irregularity of its consignments, one draw per partner."""
    factors = [
        lumpiness(flow=flow[:, place].sum(axis=0), lump=params["trade.lump"], noise=params["trade.noise"],
                  normal=dice.normal(f"trade/{direction}_{partner}"))
        for place, partner in enumerate(PARTNERS)
    ]  # fmt: skip
    return flow * np.array(factors)[None]
