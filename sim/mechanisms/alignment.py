"""Alignment: affinity of the ten pairs, patrons' willingness, Pyongyang's portfolio, equidistance, triangles.

    A    <- anchor + kept (A - anchor) + eta (G_ij + G_ji)/2 (1 - sign(G) (A - anchor)) + noise
    Sup_j = base + s1 A_j + s2 (A_k - A_j)+ rivalry + s3 buffer - s4 entrapment - s5 secondary risk
    E     = 1 - |x_C - x_R| / (x_C + x_R);  composite 0.35 sqrt(E_trade) + 0.35 E_contact + 0.30 E_affinity

G is conduct on the Goldstein scale beyond what has become usual between the two; the anchor holds votes, treaties and
shared history, and drifts. Sources: Goldstein 1992; Crescenzi and Enterline 2001; Snyder 1997; Altfeld 1984; Dittmer
1981. In 2020 bidding between patrons (s2) is small, because Beijing and Moscow are close.
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.parameters.political_tables import ANCHORS, INTERIM_RELIEF
from sim.state import (
    AXES,
    CHINA,
    CHN,
    DYAD,
    FLOAT,
    KOR,
    NATIONS,
    PAIRS,
    PRK,
    RUS,
    RUSSIA,
    SEOUL,
    USA,
    Array,
    World,
    legal,
    logistic,
)  # fmt: skip

PATRONS = {"china": (CHINA, CHN), "russia": (RUSSIA, RUS)}
BY_TRADE = 0.35  # weights of the composite, by convention; the rest is affinity
BY_CONTACT = 0.35
CLOSE = float(ANCHORS.values[0, DYAD[RUS, CHN]])  # affinity of Beijing and Moscow in 2019
INTERIM = AXES["offer"].index("interim")
NORTH_TRIANGLE, SOUTH_TRIANGLE = (PRK, RUS, CHN), (KOR, CHN, USA)


def affinity_next(*, affinity: Array, anchor: Array, kept: Array, gain: Array, conduct: Array, noise: Array) -> Array:
    """Affinity a month later, -1 to 1. ``conduct``: mean of both directions beyond the usual; same shapes."""
    room = np.maximum(1 - np.sign(conduct) * (affinity - anchor), 0)
    return legal("affinity", anchor + kept * (affinity - anchor) + gain * conduct * room + noise)


def support_wanted(*, base: Array, by_affinity: Array, affinity: Array, bidding: Array, other: Array, buffer: Array,
                   entrapment: Array, exposure: Array) -> Array:  # fmt: skip
    """Willingness of a patron to support Pyongyang, 0-1; ``other`` is the affinity of the other patron."""
    bid = bidding * np.maximum(other - affinity, 0)
    return np.clip(base + by_affinity * affinity + bid + buffer - entrapment - exposure, 0, 1)


def evenness(*, first: Array, second: Array) -> Array:
    """1 when both are equal, 0 when one has it all; both not negative."""
    whole = first + second
    return np.where(whole > 0, 1 - np.abs(first - second) / np.maximum(whole, 1e-9), 0)


def triangle_type(*, first: Array, second: Array, third: Array) -> Array:
    """Dittmer's type from three affinities: 0 unit veto, 1 marriage, 2 pivot, 3 menage a trois (friendly pairs)."""
    return (first > 0).astype(FLOAT) + (second > 0) + (third > 0)


def equidistance(world: World, patron_trade: Array) -> Array:
    """Balance of Pyongyang between Beijing and Moscow in trade, contact and affinity, and together; ``(balance, R)``."""
    trade = evenness(first=patron_trade[CHINA], second=patron_trade[RUSSIA])
    contact = evenness(first=world.contact[CHINA], second=world.contact[RUSSIA])
    warmth = [(1 + world.affinity[DYAD[PRK, nation]]) / 2 for nation in (CHN, RUS)]
    affinity = evenness(first=warmth[0], second=warmth[1])
    together = BY_TRADE * np.sqrt(trade) + BY_CONTACT * contact + (1 - BY_TRADE - BY_CONTACT) * affinity
    return np.array([trade, contact, affinity, together])


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:
    """Move affinities and what hangs on them."""
    beyond = moves.conduct - world.usual_conduct
    affinity = np.array([_pair(world, beyond, params, dice, pair) for pair in PAIRS])
    anchor = world.anchor + params["alignment.anchor_drift"] * (affinity - world.anchor)
    patron_trade = world.patron_trade + (flows(world) - world.patron_trade) / 12
    after = world.replace(affinity=affinity)
    willingness = np.array([_willing(after, params, name) for name in PATRONS])
    return after.replace(
        anchor=anchor,
        usual_conduct=world.usual_conduct + params["alignment.usual_speed"] * (moves.conduct - world.usual_conduct),
        willingness=willingness,
        courtship=_courtship(after, params),
        patron_trade=patron_trade,
        equidistance=equidistance(after, patron_trade),
        seoul_equidistance=_seoul(affinity),
        triangle=np.array([_triangle(affinity, corners) for corners in (NORTH_TRIANGLE, SOUTH_TRIANGLE)]),
    )


def flows(world: World) -> Array:
    """Trade with Beijing and with Moscow this month, ``(neighbour, R)``; m USD."""
    return world.trade[:2, 0] + world.trade[:2, 1]


def _pair(world: World, beyond: Array, params: Parameters, dice: Dice, pair: tuple[int, int]) -> Array:
    """Affinity of one pair after the month's conduct, of which ``beyond`` is what goes beyond the usual."""
    first, second = pair
    conduct = (beyond[first, second] + beyond[second, first]) / 2 + _occasions(world, params, pair)
    place = DYAD[pair]
    return affinity_next(
        affinity=world.affinity[place], anchor=world.anchor[place], kept=params["alignment.kept"],
        gain=params["alignment.gain"], conduct=conduct,
        noise=params["alignment.noise"] * dice.normal(f"alignment/{NATIONS[first]}_{NATIONS[second]}"),
    )  # fmt: skip


def _occasions(world: World, params: Parameters, pair: tuple[int, int]) -> Array:
    """What came about between two nations beyond their own moves: meetings, summits, cooperation, answers, broken deals."""
    meeting = params["alignment.meeting"]
    if pair == (PRK, RUS):
        own = meeting * world.meeting[RUSSIA] + params["alignment.cooperation"] * world.cooperation
        return own + _pledged(world, params) * (1 - params["finance.pledge_china"])
    if pair == (PRK, CHN):
        own = meeting * world.meeting[CHINA] - params["alignment.cooperation"] * world.cooperation / 2
        return own + _pledged(world, params) * params["finance.pledge_china"]
    if pair == (PRK, KOR):
        return meeting * world.meeting[SEOUL] - params["alignment.rupture"] * (world.setback > 0)
    if pair == (PRK, USA):
        broke = np.maximum(world.collapse_cause > 0, world.failed_summit)
        return meeting * (world.summit + world.agreed) - params["alignment.rupture"] * broke
    if pair in ((RUS, KOR), (CHN, KOR)):
        place = RUSSIA if pair == (RUS, KOR) else CHINA
        answer = params["alignment.answer"] * (world.accepted[place] - world.refused[place])
        return answer - params["alignment.coercion"] * world.coercion * (place == CHINA)
    return np.zeros(world.runs, FLOAT)


def _pledged(world: World, params: Parameters) -> Array:
    """What both patrons' pledge amounts to as conduct: it counts as far as it is delivered."""
    delivered = params["finance.pledge"] * world.relief_value[INTERIM] / INTERIM_RELIEF
    return params["alignment.pledge"] * delivered


def _willing(world: World, params: Parameters, name: str) -> Array:
    place, _ = PATRONS[name]
    affinity = {other: world.affinity[DYAD[PRK, own]] for other, (_, own) in PATRONS.items()}
    rival = next(other for other in PATRONS if other != name)
    bound = params["alignment.treaty"] if name == "china" else params["alignment.no_treaty"]
    return support_wanted(
        base=params["alignment.support_base"],
        by_affinity=params["alignment.support_affinity"],
        affinity=affinity[name],
        bidding=params["alignment.bidding"] * _rivalry(world),
        other=affinity[rival],
        buffer=params["alignment.buffer"] * np.maximum(world.rift[place], world.hardship),
        entrapment=params["alignment.entrapment"] * bound * world.crisis / 5,
        exposure=params["alignment.exposure"] * world.secondary_risk[place],
    )


def _rivalry(world: World) -> Array:
    """How far Beijing and Moscow are rivals: 1 at their closeness of 2019, up to 2 as they part, 0 in full friendship."""
    return np.clip((1 - world.affinity[DYAD[RUS, CHN]]) / (1 - CLOSE), 0, 2)


def _courtship(world: World, params: Parameters) -> Array:
    """Return on courting each patron, 0-1: what more friendship earns there, and the autonomy it costs or restores.

    That a lagging patron which bids is courted is posited: Pyongyang goes where a bid waits to be collected.
    """
    room = {name: 1 - world.affinity[DYAD[PRK, nation]] for name, (_, nation) in PATRONS.items()}
    gap = world.affinity[DYAD[PRK, CHN]] - world.affinity[DYAD[PRK, RUS]]
    bid = params["alignment.bidding"] * _rivalry(world)
    tilt = params["alignment.autonomy"] * world.dependence[PRK, CHN] + bid * gap
    edge = params["alignment.support_affinity"] * (room["russia"] - room["china"]) + tilt
    chance = logistic(params["alignment.portfolio"] * edge)
    return np.array([1 - chance, chance])


def _seoul(affinity: Array) -> Array:
    """Seoul's balance between Moscow and Pyongyang, and between Beijing and Washington; ``(seoul_pair, R)``."""
    warmth = {nation: (1 + affinity[DYAD[KOR, nation]]) / 2 for nation in (RUS, PRK, CHN, USA)}
    return np.array([
        evenness(first=warmth[RUS], second=warmth[PRK]), evenness(first=warmth[CHN], second=warmth[USA])
    ])  # fmt: skip


def _triangle(affinity: Array, corners: tuple[int, int, int]) -> Array:
    first, second, third = corners
    return triangle_type(
        first=affinity[DYAD[first, second]], second=affinity[DYAD[second, third]], third=affinity[DYAD[first, third]]
    )


if AXES["neighbour"] != tuple(PATRONS):
    raise ValueError("the patrons must stand in the order of the axis neighbour")
