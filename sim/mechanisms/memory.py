"""What nations have learned: how others reply, what has become routine, what level of things they expect.

    reply <- reply + gain x surprise x own conduct / (1 + own conduct^2),
    surprise = conduct received - inertia x conduct received before - reply x own conduct before

A normalised least-mean-squares rule in the spirit of Camerer and Ho 1999. Runs before the month's conduct is recorded.
"""

from itertools import permutations

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.features import measure
from sim.parameters import Parameters
from sim.state import Array, World, legal


def reply_next(*, reply: Array, own: Array, received: Array, received_before: Array, inertia: Array, gain: Array) -> Array:
    """Reply coefficient of another nation a month later, kept in its legal range; all ``(R,)``.

    own: what one did toward it before; received: what it does now; received_before: what it did before
    """
    surprise = received - inertia * received_before - reply * own
    return legal("reply", reply + gain * surprise * own / (1 + own**2))


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:  # noqa: ARG001 - one signature for all
    """Learn from the month; routine forms only where an action was on offer."""
    habit = params["decision.habit"]
    return world.replace(
        reply=_replies(world, moves, params),
        routine=np.where(moves.offered, moves.chosen + habit * (world.routine - moves.chosen), world.routine),
        reference=world.reference + params["decision.expectation"] * (measure(world) - world.reference),
    )


def _replies(world: World, moves: Moves, params: Parameters) -> Array:
    """Reply coefficients after the month, dyad by dyad."""
    reply, before = world.reply.copy(), world.conduct
    for own, other in permutations(range(len(before)), 2):
        reply[other, own] = reply_next(
            reply=reply[other, own],
            own=before[own, other],
            received=moves.conduct[other, own],
            received_before=before[other, own],
            inertia=params["decision.inertia"],
            gain=params["decision.reply_gain"],
        )
    return reply
