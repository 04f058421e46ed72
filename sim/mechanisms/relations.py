"""What each did toward each, and the rift of Beijing and Moscow with Washington.

Conduct is the sum of Goldstein weights of the month's actions divided by ten (CAMEO; Goldstein 1992). The rift is
a drift with rare jumps, moved a little by joint patrols and secondary sanctions; levels are priors.
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.state import AXES, Array, World, legal


def rift_next(*, rift: Array, usual: Array, reversion: Array, drift: Array, jump: Array, friction: Array) -> Array:
    """Rift a month later, index 0-1; it is drawn back to its usual level."""
    return legal("rift", rift + reversion * (usual - rift) + drift + jump + friction)


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:
    """Record conduct, move the rift."""
    rifts = []
    for place, name in enumerate(AXES["neighbour"]):
        broken = dice.happens(params["rift.jump_rate"], f"relations/break_{name}")
        friction = moves[f"{name}.joint_patrol"] + moves[f"united_states.secondary_{name}"]
        friction = friction + moves["united_states.missile_deployment"]
        if name == "china":
            friction = friction - 2 * moves["china.trade_linkage"]
        rifts.append(rift_next(
            rift=world.rift[place],
            usual=params["sanctions.rift_usual"],
            reversion=params["rift.reversion"],
            drift=params["rift.sd"] * dice.normal(f"relations/drift_{name}"),
            jump=broken * params["rift.jump_size"],
            friction=params["rift.patrol"] * friction,
        ))  # fmt: skip
    return world.replace(conduct=legal("conduct", moves.conduct), rift=np.array(rifts))
