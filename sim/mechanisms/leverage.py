"""Leverage: dependence as exit cost, and bargaining over packages with disagreement points.

    E_ij   = 1 - (1 - s_ij (1 - psi_ij))^(1/(eps - 1)),  D_ij = theta_i E_ij          exit cost, dependence
    v_NK   = belief relief + aid + security - disarmament value - lapsing patron support    bn USD a year
    v_US   = disarmament norm + threat removed - lever lost - alliance and domestic cost
    S      = F_NK v_NK + F_US v_US,  F_i = 1 / (12 (r_i + hazard)),  alpha = r_US / (r_US + r_NK)
    gain   = alpha S+ / F_NK;  leverage = gain + support held: the payoff over disagreement without patrons

Patron support is an inside option: it enters the disagreement point only, so it raises Pyongyang's payoff by (1 - alpha)
and lowers the surplus one for one. Sources: Hirschman 1945; Emerson 1962; Feenstra 1994 and Arkolakis et al. 2012 (exit
cost); Rubinstein 1982; Binmore, Rubinstein and Wolinsky 1986; Muthoo 1999; Watson 1999 (gradualism).
"""

import numpy as np

from sim.actions import Moves
from sim.calendar import months_to_election
from sim.chance import Dice
from sim.parameters import Parameters
from sim.parameters.political_tables import ASKED, ASSURED, INTERIM_RELIEF, OPENNESS, PAID, SHARES, TERMS, WORTH, under_deal
from sim.parameters.tables import LADDER
from sim.state import (
    AXES,
    CHINA,
    CHN,
    EXPORTS,
    FLOAT,
    IMPORTS,
    KOR,
    LEADER_DRIVEN,
    PRESSURE,
    PRK,
    RUS,
    RUSSIA,
    USA,
    Array,
    Flags,
    World,
    logistic,
    total,
)  # fmt: skip

OFFER = {name: place for place, name in enumerate(AXES["offer"])}
FREEZE = 2  # the deal from which a larger one may grow
ALONE = 0.7  # trust beyond which the comprehensive package needs no earlier step [P]
CAMPAIGN = 12  # months before an election over which Washington's patience wears thin [P]
# who trades with whom: pairs of a nation and a partner, with Pyongyang's two, whose shares are the model's
TRADING = tuple(np.array([*zip(*np.nonzero(SHARES.values), strict=True), (PRK, CHN), (PRK, RUS)]).T)
NO_DEAL = -1e9  # stands for a package that is out of reach


def exit_cost(*, share: Array, replaceable: Array, elasticity: Array) -> Array:
    """Cost of losing a partner with this share of a flow, index 0-1; ``replaceable`` is what others could take over."""
    return 1 - (1 - share * (1 - replaceable)) ** (1 / (elasticity - 1))


def annuity(*, rate: Array, hazard: Array) -> Array:
    """Present value in years of a flow that is discounted and may break off; rates a month."""
    return 1 / (12 * (rate + hazard))


def belief(*, demand: Array, trust: Array, wait: Array, exposure: Array) -> Array:
    """What a unit of promised relief is worth to Pyongyang: relief after disarmament is trusted and waited for, relief
    step by step is exposed to a breach for one step only."""
    return demand * trust * wait + (1 - demand) * (1 - exposure * (1 - trust))


def step_limit(*, trust: Array, scale: Array) -> Array:
    """Largest step of disarmament that trust carries: without enforcement, partners start small."""
    return scale * trust / (1 - trust)


def shares_of_gain(*, north: Array, washington: Array, factor_north: Array, factor_washington: Array,
                   alpha: Array) -> tuple[Array, Array]:  # fmt: skip
    """Surplus (present value) and Pyongyang's gain over disagreement (a year), from both sides' yearly gains."""
    surplus = factor_north * north + factor_washington * washington
    return surplus, alpha * np.maximum(surplus, 0) / factor_north


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:  # noqa: ARG001 - one signature for all
    """Value the packages, choose the best, and take leverage apart."""
    confidence = world.trust[:, 0] / (world.trust[:, 0] + world.trust[:, 1])
    threat, impatience = _threat(world), _impatience(world, params)
    relief = _relief(world, params)
    held = params["leverage.support_lapses"] * total(world.support)  # support that a deal puts at risk
    parts = {
        "lapsing": np.minimum(held, relief),
        "north": _north(world, params, relief, confidence[1]),
        "washington": _washington(world, params, relief),
        "fear": params["leverage.threat_weight"] * INTERIM_RELIEF * threat * _removed(world),
    }
    surplus, gain = _bargain(parts, params, rate=impatience)
    best, value = _best(world, params, surplus, (confidence[0] + confidence[1]) / 2)
    parts = {name: _pick(rows, best) for name, rows in parts.items()}  # what follows is about the best package
    nothing, usual = np.zeros(world.runs, FLOAT), params["leverage.impatience"]
    reached = value > NO_DEAL
    full = held + _gain(parts, params, reached, rate=impatience)
    calm = held + _gain({**parts, "fear": nothing}, params, reached, rate=impatience)
    alone = _gain({**parts, "lapsing": nothing}, params, reached, rate=impatience)
    unhurried = held + _gain(parts, params, reached, rate=usual)
    chance = logistic(params["leverage.slope"] * (_pick(surplus, best) - params["leverage.pivot"]))
    return world.replace(
        confidence=confidence,
        threat=threat,
        impatience=impatience,
        relief_value=relief,
        surplus=surplus,
        best=np.where(reached, best, 0).astype(FLOAT),
        zone=np.where(reached, chance, 0),
        gain=np.where(reached, _pick(gain, best), 0),
        leverage=full,
        leverage_threat=full - calm,
        leverage_patrons=full - alone,
        leverage_clock=full - unhurried,
        dependence=_dependence(world, params),
    )


def _bargain(parts: dict[str, Array], params: Parameters, *, rate: Array) -> tuple[Array, Array]:
    """Surplus and Pyongyang's gain when Washington discounts at this rate."""
    own, hazard = params["leverage.impatience_north"], params["leverage.hazard"]
    return shares_of_gain(
        north=parts["north"] - parts["lapsing"],
        washington=parts["washington"] + parts["fear"],
        factor_north=annuity(rate=own, hazard=hazard),
        factor_washington=annuity(rate=rate, hazard=hazard),
        alpha=rate / (rate + own),
    )


def _gain(parts: dict[str, Array], params: Parameters, reached: Flags, *, rate: Array) -> Array:
    """Pyongyang's yearly gain from the best package, nothing where no package is within reach."""
    _, gain = _bargain(parts, params, rate=rate)
    return gain * reached


def _removed(world: World) -> Array:
    """Share of the threat that each package removes, ``(offer, R)``: all of it from an interim deal on."""
    return np.minimum(np.maximum(ASKED - world.denuclearisation, 0) / ASKED[OFFER["interim"]], 1)


def _pick(rows: Array, best: Array) -> Array:
    """The row of the package numbered ``best`` (1 to 4) in each run, ``(R,)``."""
    return np.take_along_axis(rows, best[None].astype(int) - 1, axis=0)[0]


def _threat(world: World) -> Array:
    """Threat in Washington's eyes: capability by attention and believed resolve, in equal parts."""
    capability = total(world.capability) / len(world.capability)
    resolve = world.resolve[0] / (world.resolve[0] + world.resolve[1])
    return capability * (world.salience + resolve) / 2


def _impatience(world: World, params: Parameters) -> Array:
    """Washington's monthly discount rate: it rises over the last year before an election."""
    near = max(0.0, 1 - months_to_election("united_states", world.date) / CAMPAIGN)
    return params["leverage.impatience"] + near * (params["leverage.impatience_campaign"] - params["leverage.impatience"])


def _relief(world: World, params: Parameters) -> Array:
    """What the relief of each package would add, bn USD a year, ``(offer, R)``: law in force, less behind a shut border."""
    law = LADDER.values[world.tier.astype(int) - 1].T * (1 - world.lifted + world.granted)
    earned = law * WORTH.values[0][:, None]
    border = 1 - params["leverage.border"] * (1 - world.openness[CHINA, EXPORTS])
    had = under_deal(TERMS, world.deal)  # promised already
    return np.array([total(np.maximum(terms[:, None] - had, 0) * earned) for terms in TERMS]) * border


def _north(world: World, params: Parameters, relief: Array, trust: Array) -> Array:
    """Pyongyang's yearly gain of each package, before the support that lapses; bn USD, ``(offer, R)``."""
    wait = params["decision.discount.north_korea"] ** params["leverage.wait"]
    believed = belief(demand=world.sequencing, trust=trust, wait=wait, exposure=params["leverage.exposure"])
    asked = np.maximum(ASKED - world.denuclearisation, 0)
    gains = believed * relief + _added(PAID, world) + params["leverage.security"] * _added(ASSURED, world)
    return gains - params["leverage.programme_value"] * asked


def _added(terms: Array, world: World) -> Array:
    """What each package adds to the deal in force; terms ``(offer, 1)``, result ``(offer, R)``."""
    return np.maximum(terms - under_deal(terms, world.deal), 0)


def _washington(world: World, params: Parameters, relief: Array) -> Array:
    """Washington's yearly gain of each package, before the threat it removes; bn USD equivalent, ``(offer, R)``."""
    asked = np.maximum(ASKED - world.denuclearisation, 0)
    at_home = np.where(world.administration[USA] == LEADER_DRIVEN, -1, np.where(world.administration[USA] == PRESSURE, 1, 0))
    cost = params["leverage.lever_lost"] * (relief + _added(PAID, world))
    cost = cost + params["leverage.alliance_cost"] * _added(ASSURED, world)
    norm = params["leverage.norm_value"] * params["leverage.verified"] * asked
    return norm - cost - params["leverage.home_cost"] * at_home


def _best(world: World, params: Parameters, surplus: Array, trust: Array) -> tuple[Array, Array]:
    """The feasible package with the largest surplus, 1 to 4, else the least infeasible; and its surplus or NO_DEAL."""
    limit = step_limit(trust=np.minimum(trust, 1 - 1e-3), scale=params["leverage.gradualism"])
    asked = np.maximum(ASKED - world.denuclearisation, 0)
    grown = np.arange(1, len(OFFER) + 1)[:, None] > world.deal  # a deal in force can only grow
    feasible = (surplus > 0) & (asked <= limit) & grown
    feasible[OFFER["comprehensive"]] &= (world.deal >= FREEZE) | (trust > ALONE)
    value = np.where(feasible, surplus, NO_DEAL)
    best = np.where(feasible.any(axis=0), value.argmax(axis=0), surplus.argmax(axis=0))
    return best + 1, value.max(axis=0)


def _dependence(world: World, params: Parameters) -> Array:
    """Dependence of each nation on each other one, ``(nation, target, R)``: exit cost by trade openness."""
    shares = np.broadcast_to(SHARES.values[:, :, None], world.dependence.shape).copy()
    flows = world.trade[:, EXPORTS] + world.trade[:, IMPORTS]
    everything = np.maximum(total(flows), 1e-9)
    shares[PRK, CHN], shares[PRK, RUS] = flows[CHINA] / everything, flows[RUSSIA] / everything
    replaceable = np.zeros_like(shares)
    replaceable[RUS, KOR] = params["leverage.russia_elsewhere"]
    replaceable[KOR, CHN] = world.hedge
    cost = np.zeros_like(shares)  # nothing where there is no trade to lose
    cost[TRADING] = exit_cost(share=shares[TRADING], replaceable=replaceable[TRADING], elasticity=params["trade.elasticity"])
    return OPENNESS.values[0][:, None, None] * cost
