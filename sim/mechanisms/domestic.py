"""Domestic politics: patronage, stability and succession in Pyongyang; approval, elections and administrations elsewhere.

    elite    <- memory elite + (1 - memory) (0.6 currency cover + 0.2 output + 0.2 status)
    P(exit)   = natural + irregular exp(2 (0.5 - stability) + 0.5 [war scare])          per month
    approval <- usual + 0.9 (approval - usual) + rally + warmth - coercion + noise
    P(change) = L((50 - approval) / 6) at an election; who comes in takes office after the usual wait

Sources: Bueno de Mesquita et al. 2003; Escriba-Folch and Wright 2010; Mueller 1970; dates by law. Rates are priors.
"""

import numpy as np

from sim.actions import Moves
from sim.calendar import takes_office_in, votes_in
from sim.chance import Dice
from sim.parameters import Parameters
from sim.state import AXES, FLOAT, KOR, PRK, SEOUL, USA, Array, World, legal, logistic, total

DEMOCRACIES = {"united_states": USA, "south_korea": KOR}
CLASH, WAR = 3, 5
POINTS = 6  # approval points over which the chance of a change moves by one log odd [P]
HIGH_TYPE = 2


def cover(*, reserves: Array, scale: Array) -> Array:
    """How far hard currency covers patronage, 0-1; bn USD."""
    return reserves / (reserves + scale)


def exit_hazard(*, natural: Array, irregular: Array, stability: Array, scare: Array) -> Array:
    """Monthly chance that the leader of North Korea goes."""
    return natural + irregular * np.exp(2 * (1 / 2 - stability) + scare / 2)


def approval_next(*, approval: Array, usual: Array, memory: Array, news: Array) -> Array:
    """Approval a month later, %."""
    return legal("approval", usual + memory * (approval - usual) + news)


def change_chance(*, approval: Array) -> Array:
    """Chance that the party in office loses an election."""
    return logistic((50 - approval) / POINTS)


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:
    """Patronage, succession, approval, elections and changes of administration."""
    elite = _elite(world, params)
    stability = params["domestic.elite_weight"] * elite + (1 - params["domestic.elite_weight"]) * (1 - world.hardship)
    hazard = exit_hazard(
        natural=params["domestic.exit_natural"], irregular=params["domestic.exit_irregular"], stability=stability,
        scare=(world.crisis >= CLASH).astype(FLOAT),
    )  # fmt: skip
    leader_exit = dice.happens(hazard, "domestic/exit")
    administration = world.administration.copy()
    successor = np.floor(dice.uniform("domestic/successor") * (HIGH_TYPE + 1))
    administration[PRK] = np.where(leader_exit > 0, successor, administration[PRK])
    incoming = world.incoming.copy()
    for place, (name, nation) in enumerate(DEMOCRACIES.items()):
        if votes_in(name, world.date):
            incoming[place] = _elected(world, params, dice, name, place)
        if takes_office_in(name, world.date):
            administration[nation] = np.where(incoming[place] >= 0, incoming[place], administration[nation])
            incoming[place] = -1
    turnover = (administration != world.in_office).astype(FLOAT)  # also where a scenario changed it
    turnover[PRK] = np.maximum(turnover[PRK], leader_exit)
    return world.replace(
        elite=elite,
        stability=legal("stability", stability),
        leader_exit=leader_exit,
        approval=_approval(world, moves, params, dice),
        incoming=incoming,
        administration=administration,
        in_office=administration.copy(),
        turnover=turnover,
    )


def _elite(world: World, params: Parameters) -> Array:
    fed = (
        params["domestic.currency"] * cover(reserves=world.reserves, scale=params["domestic.cover_scale"])
        + params["domestic.output"] * np.minimum(world.gdp, 1)
        + (1 - params["domestic.currency"] - params["domestic.output"]) * world.status
    )
    return legal("elite", world.elite + params["domestic.elite_speed"] * (fed - world.elite))


def _elected(world: World, params: Parameters, dice: Dice, name: str, place: int) -> Array:
    """The administration an election brings in, -1 where the one in office stays."""
    changes = dice.uniform(f"domestic/election_{name}") < change_chance(approval=world.approval[place])
    changes = changes & (params["domestic.elections"] > 0)
    if name == "south_korea":
        other = 1 - np.minimum(world.administration[KOR], 1)
    else:
        luck = dice.uniform("domestic/president")
        conventional, pressure = params["domestic.conventional"], params["domestic.pressure"]
        other = np.where(luck < conventional, 1, np.where(luck < conventional + pressure, 2, 0))
    return np.where(changes, other, -1).astype(FLOAT)


def _approval(world: World, moves: Moves, params: Parameters, dice: Dice) -> Array:
    """Approval in Washington and Seoul, ``(democracy, R)``."""
    rally = (world.crisis >= CLASH).astype(FLOAT)
    broke = np.maximum(world.collapse_cause > 0, world.failed_summit)
    rebuffed = (world.draft > 0) & (world.adopted == 0)
    washington = (
        params["approval.rally"] * rally
        + params["approval.summit"] * np.maximum(world.summit, world.agreed)
        - params["approval.collapse"] * np.maximum(broke, rebuffed)
        - params["approval.concession"] * np.maximum(moves["united_states.phased_offer"],
                                                     moves["united_states.security_assurance"])
    )  # fmt: skip
    seoul = (
        params["approval.korean_summit"] * world.meeting[SEOUL]
        - params["approval.collapse"] * (world.setback > 0)
        - params["approval.coercion"] * total(world.sector_loss)
        - params["approval.request"] * np.maximum(world.accepted[0], world.accepted[1])
    )
    rows = []
    for place, (name, news) in enumerate(zip(DEMOCRACIES, (washington, seoul), strict=True)):
        noise = params["approval.noise"] * dice.normal(f"domestic/approval_{name}")
        rows.append(approval_next(
            approval=world.approval[place], usual=params[f"approval.usual_{name}"], memory=params["approval.memory"],
            news=news + noise))  # fmt: skip
    return np.array(rows)


if AXES["democracy"] != tuple(DEMOCRACIES):
    raise ValueError("the democracies must stand in the order of their axis")
