"""Output, food and hardship.

    growth = trend + b_x 12 dX/Y + b_m 12 dM/Y + b_h harvest + noise      (%/year; dX, dM against the same month a year ago)

The slopes come from a regression on Bank of Korea growth (n = 11, R2 0.74). The Bank builds its estimates partly
from trade, so this maps to the published series and is no independent proof. Inter-Korean trade is left out, as in
the regression: Kaesong was an enclave of which wages alone reached the North.
"""

import math

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.parameters.tables import HARVEST_MONTH, IMPORT_SEASON, IMPORTS_2016
from sim.state import AXES, EXPORTS, IMPORTS, Array, World, legal, total

FOOD = AXES["import_group"].index("food")
SOWING = range(2, 6)


def growth_rate(
    *, exports_change: Array, imports_change: Array, harvest: Array, noise: Array, trend: Array, by_exports: Array,
    by_imports: Array, by_harvest: Array
) -> Array:  # fmt: skip
    """Growth in %/year. Changes are percent of yearly output at an annual rate; harvest in %."""
    return trend + by_exports * exports_change + by_imports * imports_change + by_harvest * harvest + noise


def months_to_harvest(month: int) -> int:
    """Months until the next harvest comes in; 0 in the month of the harvest, 11 in the month after."""
    return (HARVEST_MONTH - month) % 12


def shortage(*, food: Array, months_left: int, scale: Array) -> Array:
    """Shortfall of food cover to the next harvest, index 0-1."""
    return np.clip((months_left - food) / scale, 0, 1)


def food_next(*, food: Array, eaten: Array, brought: Array, harvested: Array) -> Array:
    """Food cover a month later, months of need."""
    return food - eaten + brought + harvested


def distress(*, shortage: Array, reserves: Array, food_share: Array, reserve_scale: Array) -> Array:
    """Hardship from food and currency, index 0-1; reserves in bn USD."""
    return food_share * shortage + (1 - food_share) * np.exp(-reserves / reserve_scale)


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:  # noqa: ARG001 - one signature for all
    """Growth, food and hardship of the month."""
    to_percent = 12 * 100 / params["growth.output"]
    change = (world.past_trade[:, 0] - world.past_trade[:, 12]) * to_percent
    growth = growth_rate(
        exports_change=change[EXPORTS], imports_change=change[IMPORTS], harvest=world.harvest,
        noise=params["growth.noise"] * math.sqrt(12) * dice.normal("livelihood/growth"), trend=params["growth.trend"],
        by_exports=params["growth.exports"], by_imports=params["growth.imports"], by_harvest=params["growth.harvest"],
    )  # fmt: skip
    growth = legal("growth", growth)
    date = world.date
    bought = total(world.imports[FOOD])
    short = shortage(food=world.food, months_left=months_to_harvest(date.month), scale=params["food.lean_scale"])
    good_year = params["food.harvest_cover"] * (1 + world.harvest / 100)
    food = food_next(
        food=world.food,
        eaten=1 - params["food.belt"] * short,
        brought=params["food.import_cover"] * (bought + total(world.aid)),
        harvested=good_year if date.month == HARVEST_MONTH else np.zeros_like(world.food),
    )
    return world.replace(
        growth=growth,
        gdp=legal("gdp", world.gdp * (1 + growth / 1200)),
        food=legal("food", food),
        fertiliser=_fertiliser(world, bought),
        shortage=short,
        hardship=distress(
            shortage=short, reserves=world.reserves, food_share=params["hardship.food_share"],
            reserve_scale=params["hardship.reserve_scale"]),
    )  # fmt: skip


def _fertiliser(world: World, bought: Array) -> Array:
    """Farm inputs of this sowing season against need: a running mean from February to May, forgotten after the harvest."""
    month = world.date.month
    if month == HARVEST_MONTH + 1:
        return np.ones_like(world.food)
    if month not in SOWING:
        return world.fertiliser
    need = _sowing_need(month)
    seen = month - SOWING.start
    return legal("fertiliser", (world.fertiliser * seen + bought / need) / (seen + 1))


def _sowing_need(month: int) -> float:
    return float(IMPORTS_2016.values[FOOD].sum() / 12 * IMPORT_SEASON.values[FOOD, month - 1])
