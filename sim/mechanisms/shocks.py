"""Shocks from outside: pandemic, harvest, oil price, war elsewhere, demand for trade.

Sources: FAO and WFP crop assessments 2014-20 for the spread of harvests; Brent for oil; the pandemic path is a
prior with one episode behind it and supports no claim of accuracy.
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.parameters.tables import HARVEST_MONTH
from sim.state import FLOAT, Array, World, legal


def perceived_risk(*, epidemic: Array, age: Array, turn: Array, decline: Array, wave: Array, extinction: Array) -> Array:
    """Perceived epidemic risk: waves raise it by a share of what is left, after the turn it declines, and below
    ``extinction`` the pandemic is over. Index 0-1; all ``(R,)``."""
    declining = age > turn
    risk = epidemic * np.where(declining, decline, 1) + wave * (1 - epidemic)
    return np.where(declining & (risk < extinction), 0, risk)


def harvest_deviation(
    *, normal: Array, sd: Array, left_tail: Array, flood: Array, input_gap: Array, yield_loss: Array
) -> Array:
    """Harvest against its mean in percent. ``flood`` in percent, ``input_gap`` the share of farm inputs missing."""
    weather = sd * np.where(normal < 0, left_tail, 1) * normal
    return weather - flood - 100 * yield_loss * input_gap


def oil_price_next(*, price: Array, mean: Array, reversion: Array, change: Array) -> Array:
    """Log price pulled to its mean, plus a change in logs; USD a barrel."""
    logs = np.log(price)
    return np.exp(logs + reversion * (np.log(mean) - logs) + change)


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:  # noqa: ARG001 - one signature for all
    """Draw the shocks of the month."""
    wave = dice.happens(params["pandemic.wave_rate"], "shocks/pandemic_wave") * params["pandemic.wave_size"]
    ongoing = (world.pandemic_age > 0) | (world.epidemic > 0)
    epidemic = np.where(ongoing, perceived_risk(
        epidemic=world.epidemic, age=world.pandemic_age, turn=params["pandemic.end"], decline=params["pandemic.decline"],
        wave=wave, extinction=params["pandemic.extinction"]), 0)  # fmt: skip
    age = np.where(epidemic > 0, world.pandemic_age + 1, 0)
    jump = dice.happens(params["oil.jump_rate"], "shocks/oil_jump") * np.sign(dice.normal("shocks/oil_jump_sign"))
    change = params["oil.sd"] * dice.normal("shocks/oil") + params["oil.jump_size"] * jump
    outbreak = dice.happens(params["war.rate"], "shocks/war") * params["war.length"]
    demand = np.array([
        params["demand.persistence"] * world.demand[place] + params["demand.sd"] * dice.normal(f"shocks/demand_{name}")
        for place, name in enumerate(("exports", "imports"))
    ])  # fmt: skip
    return world.replace(
        epidemic=epidemic,
        pandemic_age=age.astype(FLOAT, copy=False),
        harvest=legal("harvest", _harvest(world, params, dice)),
        oil_price=legal("oil_price", oil_price_next(
            price=world.oil_price, mean=params["oil.mean"], reversion=params["oil.reversion"], change=change)),
        war_elsewhere=np.where(world.war_elsewhere > 0, np.maximum(world.war_elsewhere - 1, 0), outbreak),
        demand=legal("demand", demand),
    )  # fmt: skip


def _harvest(world: World, params: Parameters, dice: Dice) -> Array:
    if world.date.month != HARVEST_MONTH:
        return world.harvest
    flood = dice.happens(params["harvest.flood_rate"], "shocks/flood") * params["harvest.flood_loss"]
    return harvest_deviation(
        normal=dice.normal("shocks/harvest"),
        sd=params["harvest.sd"],
        left_tail=params["harvest.left_tail"],
        flood=flood,
        input_gap=np.maximum(1 - world.fertiliser, 0),
        yield_loss=params["harvest.fertiliser"],
    )
