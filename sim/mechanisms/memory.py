"""What nations have learned: how others reply, what has become routine, what level of things they expect.

    reply <- reply + gain x surprise x own conduct / (1 + own conduct^2),
    surprise = conduct received - inertia x conduct received before - reply x own conduct before

    promise <- promise + gain x trace x (concession - promise)      what provocation is believed to bring

A normalised least-mean-squares rule in the spirit of Camerer and Ho 1999. Runs before the month's conduct is recorded.
"""

from itertools import permutations

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.features import measure
from sim.parameters import Parameters
from sim.state import PRK, USA, Array, World, legal, total

SEVERE = 4


def reply_next(*, reply: Array, own: Array, received: Array, received_before: Array, inertia: Array, gain: Array) -> Array:
    """Reply coefficient of another nation a month later, kept in its legal range; all ``(R,)``.

    own: what one did toward it before; received: what it does now; received_before: what it did before
    """
    surprise = received - inertia * received_before - reply * own
    return legal("reply", reply + gain * surprise * own / (1 + own**2))


def promise_next(*, promise: Array, trace: Array, concession: Array, gain: Array) -> Array:
    """Belief that provocation brings concessions, 0-1, a month later; ``trace`` is that of the month before, because a move
    of the same month is no answer; nothing is learned without a recent provocation."""
    return legal("promise", promise + gain * trace * (concession - promise))


def routine_next(*, routine: Array, chosen: Array, habit: Array) -> Array:
    """How often an action was chosen of late, 0-1, a month later; ``chosen`` is 0 or 1."""
    return chosen + habit * (routine - chosen)


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:  # noqa: ARG001 - one signature for all
    """Learn from the month; routine forms only where an action was on offer."""
    provoked = np.maximum(total(world.tests) > 0, world.provoked)
    trace = np.maximum(params["memory.trace"] * world.trace, provoked)
    return world.replace(
        reply=_replies(world, moves, params),
        promise=promise_next(
            promise=world.promise,
            trace=world.trace,
            concession=_concession(world, moves, params),
            gain=params["memory.promise_gain"],
        ),
        trace=trace,
        resolve=_resolve(world, params),
        routine=_routine(world, moves, params),
        reference=world.reference + params["decision.expectation"] * (measure(world) - world.reference),
    )


def _routine(world: World, moves: Moves, params: Parameters) -> Array:
    """Routine after the month, action by action, as each fits into the cache of a processor and all of them do not."""
    routine, habit = world.routine.copy(), params["decision.habit"]
    for row, chosen, offered in zip(routine, moves.chosen, moves.offered, strict=True):
        np.copyto(row, routine_next(routine=row, chosen=chosen, habit=habit), where=offered)
    return routine


def _concession(world: World, moves: Moves, params: Parameters) -> Array:
    """What Washington gave this month, 0-1: friendly moves, a summit, a deal."""
    friendly = np.maximum(moves.conduct[USA, PRK], 0) / params["memory.concession"]
    given = np.maximum(friendly, np.maximum(world.summit, world.agreed))
    return params["memory.rewarded"] * np.minimum(given, 1)


def _resolve(world: World, params: Parameters) -> Array:
    """Signs of resolve and of restraint that Washington has counted, ``(sign, R)``: severe tests, a bluff, a moratorium."""
    kept = 1 + params["memory.signs"] * (world.resolve - 1)
    tested = np.where(world.severity >= SEVERE, world.severity / 5, 0) - params["memory.bluff"] * world.bluff
    return legal("resolve", kept + np.array([tested, params["memory.restraint"] * world.moratorium]))


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
