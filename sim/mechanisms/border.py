"""North Korea's border: a regime (closed, partial, open) and the traffic it lets through by partner and direction.

    P(closed -> partial) = L(open_up + food + currency - fear epidemic + decree)
    P(partial -> open)   = L(open_fully + currency - fear epidemic + decree)
    P(-> closed)         = L(shut + fear epidemic + decree), only while there is an epidemic

Russia differs by direction: grain, fuel and medicine came in bulk in 2020 while exports to Russia stopped. One
episode stands behind these numbers and has been looked at: no accuracy is claimed for 2020-21.
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.state import AXES, CLOSED, FLOAT, OPEN, PARTIAL, Array, World, legal, logistic


def regime_next(*, border: Array, luck: Array, shut: Array, loosen: Array, free: Array) -> Array:
    """The regime a month later. shut, loosen, free: chances of closing, of closed to partial, of partial to open."""
    up = np.where(border == CLOSED, loosen, np.where(border == PARTIAL, free, 0))
    closing = (luck < shut) & (border > CLOSED)
    opening = luck > 1 - up  # the other end of the same luck, so that the two never happen together
    return np.where(closing, CLOSED, np.where(opening, border + 1, border)).astype(FLOAT, copy=False)


def traffic(*, openness: Array, target: Array, speed: Array, irregular: Array) -> Array:
    """Openness a month later, drawn to the target of the regime; share 0-1."""
    return openness + speed * (target - openness) + irregular


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:
    """Move the regime, then the traffic."""
    push = params["border.currency_push"] * np.exp(-world.reserves / params["hardship.reserve_scale"])
    fear = params["border.fear_of_opening"] * world.epidemic
    decree = params["border.decree"] * moves["north_korea.reopen_border"]
    food = params["border.food_push"] * world.shortage
    shut = logistic(params["border.shut"] + params["border.fear_to_shut"] * world.epidemic
                  + params["border.decree"] * moves["north_korea.close_border"])  # fmt: skip
    border = regime_next(
        border=world.border,
        luck=dice.uniform("border/regime"),
        shut=np.where(world.epidemic > 0, shut, 0),
        loosen=logistic(params["border.open_up"] + food + push - fear + decree),
        free=logistic(params["border.open_fully"] + push - fear + decree),
    )
    openness = np.empty_like(world.openness)
    for place, partner in enumerate(AXES["partner"]):
        irregular = params["border.noise"] * dice.normal(f"border/traffic_{partner}") * (border == PARTIAL)
        for way, partial in enumerate(_partial(partner, params)):
            target = np.where(border == OPEN, 1, np.where(border == PARTIAL, partial, params["border.closed_flow"]))
            openness[place, way] = traffic(
                openness=world.openness[place, way], target=target, speed=params["border.speed"], irregular=irregular
            )
    return world.replace(border=border, openness=legal("openness", openness))


def _partial(partner: str, params: Parameters) -> tuple[Array, Array]:
    """Traffic under a partial opening, exports and imports."""
    if partner == "russia":
        return params["border.partial_russia_exports"], params["border.partial_russia_imports"]
    share = params[f"border.partial_{partner}"]
    return share, share
