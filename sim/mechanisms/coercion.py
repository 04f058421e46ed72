"""Requests to Seoul by Beijing and Moscow, coercion by sector, and Seoul's counter-lever.

    K      <- kept K + step [Beijing coerces] (1 - counter) - eased [Beijing courts, Seoul reaches out, accepts]
    loss_s  = K size_s exposed_s (1 - hedge)      % of Seoul's GDP a year;   Beijing's loss = sum_s loss_s borne_s GDP ratio
    counter <- kept counter + step [Seoul makes trade conditional] D_j,KOR / (D_j,KOR + half), also by sector

Coercion works on sectors that can be turned away at little cost to the sender, so that the ratio of costs is an output.
Sources: THAAD 2016-17 (HRI, National Assembly Budget Office, Bank of Korea); Norris 2016; Farrell and Newman 2019.
Moscow has no such lever: its requests come with an inducement only.
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.parameters.political_tables import OUTPUT, SECTORS
from sim.state import AXES, CHINA, CHN, FLOAT, KOR, RUS, Array, World, legal, total

SIZE, EXPOSED, BORNE = (SECTORS.values[:, place][:, None] for place in range(3))  # each (sector, 1)
SCALE = float(OUTPUT.values[0, KOR] / OUTPUT.values[0, CHN])  # a unit of Seoul's GDP as a share of Beijing's
PRESSED = 2  # a request that comes with coercion
NATION = {"china": CHN, "russia": RUS}


def coercion_next(*, coercion: Array, memory: Array, pressed: Array, eased: Array) -> Array:
    """Pressure a month later, index; it fades by itself."""
    return legal("coercion", memory * coercion + pressed - eased)


def loss_by_sector(*, coercion: Array, bite: Array, hedge: Array) -> Array:
    """What the pressure costs Seoul, % of GDP a year, ``(sector, R)``; ``bite`` scales all sectors alike."""
    return SIZE * EXPOSED * np.minimum(bite * coercion, 1) * (1 - hedge)


def cost_to_sender(*, losses: Array) -> Array:
    """What the same pressure costs Beijing, % of its GDP a year; losses ``(sector, R)``."""
    return total(losses * BORNE) * SCALE


def strength(*, dependence: Array, half: Array) -> Array:
    """How credible a lever is that rests on the other's dependence, 0-1; ``half`` is where it is one half."""
    return dependence / (dependence + half)


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:  # noqa: ARG001 - one signature for all
    """Answers to waiting requests, new requests, pressure and what it costs, the counter-lever."""
    yes = moves["south_korea.accept_request"]
    asked_before = (world.request > 0).astype(FLOAT)
    accepted, refused = asked_before * yes, asked_before * (1 - yes)
    asked = np.array([moves[f"{name}.inducement_to_seoul"] for name in AXES["neighbour"]])
    asked[CHINA] = np.maximum(asked[CHINA], PRESSED * moves["china.coerce_seoul"])
    counter = _counter(world, moves, params)
    pressed = params["coercion.step"] * moves["china.coerce_seoul"] * (1 - counter[CHINA])
    eased = params["coercion.eased"] * np.maximum(
        np.maximum(moves["china.inducement_to_seoul"], moves["south_korea.outreach_to_beijing"]), accepted[CHINA]
    )
    coercion = coercion_next(coercion=world.coercion, memory=params["coercion.memory"], pressed=pressed, eased=eased)
    shed = params["coercion.hedge_memory"] * world.hedge + params["coercion.hedge_step"] * moves["south_korea.diversify"]
    hedge = legal("hedge", shed)
    losses = loss_by_sector(coercion=coercion, bite=params["coercion.bite"], hedge=hedge)
    return world.replace(
        request=asked,
        accepted=accepted,
        refused=refused,
        grievance=_grievance(world, moves, params, accepted, refused),
        coercion=coercion,
        sector_loss=losses,
        sender_loss=cost_to_sender(losses=losses),
        counter=counter,
        hedge=hedge,
    )


def _counter(world: World, moves: Moves, params: Parameters) -> Array:
    """Seoul's counter-lever on each neighbour: it rests on the neighbour's dependence on Seoul."""
    rows = []
    for place, name in enumerate(AXES["neighbour"]):
        credible = strength(dependence=world.dependence[NATION[name], KOR], half=params["coercion.half"])
        kept = params["coercion.counter_memory"] * world.counter[place]
        used = params["coercion.counter_step"] * credible * moves["south_korea.make_trade_conditional"]
        rows.append(kept + used * (1 - kept))
    return np.array(rows)


def _grievance(world: World, moves: Moves, params: Parameters, accepted: Array, refused: Array) -> Array:
    """Beijing's grievance: an American deployment in the theatre, a refusal, an alignment; soothed by outreach."""
    given = params["coercion.deployment"] * moves["united_states.missile_deployment"]
    offended = refused[CHINA] * (world.request[CHINA] < PRESSED)  # who coerces is not offended by a refusal
    given = np.maximum(given, params["coercion.refusal"] * offended)
    given = np.maximum(given, params["coercion.aligned"] * moves["south_korea.align_with_washington"])
    soothed = params["coercion.soothed"] * np.maximum(accepted[CHINA], moves["south_korea.outreach_to_beijing"])
    kept = params["coercion.grievance_memory"] * world.grievance
    return legal("grievance", (kept + given * (1 - kept)) * (1 - soothed)).astype(FLOAT)
