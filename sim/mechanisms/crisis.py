"""The crisis ladder, incidents, exercises and deadlines.

    P(up) = L(up + momentum Q - brink (Q - 2)+ + severe [5] + force [show of force] + incident [incident]
              + retaliation - restraint [agreement kept, or talk])

Rungs: 0 calm, 1 rhetoric, 2 show of force, 3 limited clash, 4 major clash, 5 war. Known months at 3 and more: two
in 2010, one each in 2013, 2015, 2017; Schelling 1960, 1966 on brinkmanship. All slopes are priors.
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.parameters.political_tables import ASSURED, under_deal
from sim.state import AXES, FLOAT, Array, World, legal, logistic

LIAISON = AXES["programme"].index("liaison")
SEVERE = 4  # severity that honours a threat


def climb(*, crisis: Array, up: Array, down: Array, luck: Array) -> Array:
    """The rung a month later: up with chance ``up``, else down with chance ``down``; the ends of one draw of luck."""
    higher = luck > 1 - up
    lower = ~higher & (luck < down)
    return legal("crisis", crisis + higher - lower)


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:
    """Incidents, exercises and the ladder of the month."""
    kept = moves["south_korea.military_agreement"]
    incident = dice.happens(params["crisis.incidents"] * (1 - kept / 2), "crisis/incident")
    exercise = _exercise(moves) * (1 - under_deal(ASSURED, world.deal))  # a deal gives up its share
    provoked = moves["north_korea.border_provocation"]
    force = np.maximum(moves["united_states.show_of_force"], (exercise >= 1).astype(FLOAT))
    force = np.maximum(force, np.maximum(moves["china.joint_patrol"], moves["russia.joint_patrol"]))
    force = np.maximum(force, moves["united_states.missile_deployment"])
    talkative = np.maximum(moves["south_korea.hotline"], moves["united_states.leader_letter"])
    talkative = np.maximum(talkative, moves["north_korea.opening_to_washington"])
    logit = (
        params["crisis.up"]
        + params["crisis.momentum"] * world.crisis
        - params["crisis.brink"] * np.maximum(world.crisis - 2, 0)
        + params["crisis.severe"] * (world.severity >= 5)
        + params["crisis.force"] * force
        + params["crisis.incident"] * np.maximum(incident, provoked)
        + params["crisis.retaliation"] * moves["south_korea.retaliate"]
        - params["crisis.restraint"] * np.maximum(kept, talkative)
        - params["crisis.talks"] * world.phase / 4
        - params["crisis.hotline"] * world.programme[LIAISON]
    )
    luck = dice.uniform("crisis/ladder")
    return world.replace(
        crisis=climb(crisis=world.crisis, up=logistic(logit), down=params["crisis.down"], luck=luck),
        incident=incident,
        exercise=exercise,
        alliance=_alliance(world, moves, params, exercise),
        deadline=_deadline(world, moves, params),
        bluff=((world.deadline == 1) & (world.severity < SEVERE)).astype(FLOAT),
        provoked=provoked.astype(FLOAT),
    )


def _alliance(world: World, moves: Moves, params: Parameters, exercise: Array) -> Array:
    """Cohesion as others see it: exercises count most, statements, procurement and shows of force less."""
    words = moves["united_states.hard_line"] + moves["south_korea.defence_build_up"] + moves["south_korea.retaliate"]
    words = words + 2 * moves["south_korea.align_with_washington"] + 2 * moves["united_states.missile_deployment"]
    doubts = moves["united_states.press_seoul"] + moves["south_korea.accept_request"]
    doubts = doubts + moves["united_states.security_assurance"]
    shown = exercise + moves["united_states.show_of_force"] / 2 + (words - doubts) / 4
    return legal("alliance", params["alliance.memory"] * world.alliance + params["alliance.step"] * shown)


def _exercise(moves: Moves) -> Array:
    """Joint exercise of the month: the mean of what the two allies chose, full 1, scaled one half."""
    full = moves["united_states.full_exercise"] + moves["south_korea.full_exercise"]
    scaled = moves["united_states.scaled_exercise"] + moves["south_korea.scaled_exercise"]
    return full / 2 + scaled / 4


def _deadline(world: World, moves: Moves, params: Parameters) -> Array:
    """A threat sets a deadline; a severe event honours it; otherwise it runs out."""
    running = np.maximum(world.deadline - 1, 0)
    running = np.where(world.severity >= SEVERE, 0, running)
    return np.where(moves["north_korea.coercive_rhetoric"] > 0, np.round(params["crisis.deadline"]), running)
