"""What nations have learned: how others reply, what has become routine, what level of things they expect.

    reply <- reply + gain x surprise x own conduct / (1 + own conduct^2),
    surprise = conduct received - inertia x conduct received before - reply x own conduct before

A normalised least-mean-squares rule in the spirit of Camerer and Ho 1999. Runs before the month's conduct is recorded.
"""

from sim.actions import Moves
from sim.chance import Dice
from sim.features import measure
from sim.parameters import Parameters
from sim.state import Array, World, legal


def reply_next(*, reply: Array, own: Array, received: Array, received_before: Array, inertia: Array, gain: Array) -> Array:
    """Reply coefficients a month later, kept in its legal range. All ``(nation, target, R)``: reply[j, i] is how j answers
    i; ``own`` is what i did toward j, read as own[j, i]."""
    surprise = received - inertia * received_before - reply * own
    return legal("reply", reply + gain * surprise * own / (1 + own**2))


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:  # noqa: ARG001 - one signature for all
    """Learn from the month."""
    before = world.conduct
    return world.replace(
        reply=reply_next(
            reply=world.reply, own=before.transpose(1, 0, 2), received=moves.conduct, received_before=before,
            inertia=params["decision.inertia"], gain=params["decision.reply_gain"]),
        routine=moves.chosen + params["decision.habit"] * (world.routine - moves.chosen),
        reference=world.reference + params["decision.expectation"] * (measure(world) - world.reference),
    )  # fmt: skip
