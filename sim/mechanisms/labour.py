"""Workers abroad: places a host offers, what the ban leaves of them, wages, the state's take, the host's gain.

    L*     = capacity x (1 - ban x (1 - tolerated))
    L next = L + inflow (L* - L)+ x openness - outflow (L - L*)+ x mobility + dispatch - expelled

Resolution 2375 stopped new permits, 2397 ordered repatriation by 22 December 2019. Stocks: Russian permits 2015-20.
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.parameters.tables import in_force
from sim.state import AXES, EXPORTS, IMPORTS, Array, World, legal


def places(*, capacity: Array, ban: Array, tolerated: Array) -> Array:
    """Workers a host has places for under a ban; thousand."""
    return capacity * (1 - ban * (1 - tolerated))


def stock_next(*, workers: Array, wanted: Array, inflow: Array, outflow: Array, roads: Array, stranded: Array) -> Array:
    """Workers a month later; ``roads`` is the openness of the border, without which few leave or come; thousand."""
    gap = wanted - workers
    leaving = stranded + (1 - stranded) * roads
    return workers + np.where(gap > 0, inflow * roads, outflow * leaving) * gap


def income(*, workers: Array, wage: Array, share: Array | float) -> Array:
    """Thousand workers at a monthly wage in USD, times a share: m USD a month."""
    return workers * wage * share / 1000


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:  # noqa: ARG001 - one signature for all
    """Move the stocks and count the money."""
    ban = in_force("labour", tier=world.tier, lifted=world.lifted)
    workers, tolerances = [], []
    usual = {"china": params["labour.tolerated_share_china"], "russia": params["labour.tolerated_share"]}
    for place, host in enumerate(AXES["neighbour"]):
        turn = moves[f"{host}.lax_enforcement"] - moves[f"{host}.strict_enforcement"]
        tolerance = world.tolerance[place] + params["labour.tolerance_return"] * (usual[host] - world.tolerance[place])
        tolerance = legal("tolerance", tolerance + params["labour.tolerance_step"] * turn)
        roads = (world.openness[place, EXPORTS] + world.openness[place, IMPORTS]) / 2
        if host == "russia":
            roads = np.maximum(roads, params["labour.route_russia"])
        stock = stock_next(
            workers=world.workers[place],
            wanted=places(capacity=params[f"labour.capacity_{host}"], ban=ban, tolerated=tolerance),
            inflow=params["labour.inflow"],
            outflow=params["labour.outflow"],
            roads=roads,
            stranded=params["labour.stranded"],
        )
        room = np.maximum(1 - world.workers[place] / params[f"labour.capacity_{host}"], 0)
        sent = params["labour.dispatch"] * roads * room * moves["north_korea.labour_dispatch"]
        expelled = params["labour.expulsion"] * ban * moves[f"{host}.strict_enforcement"]
        workers.append(legal("workers", stock * (1 - expelled) + sent))
        tolerances.append(tolerance)
    stocks = np.array(workers)
    return world.replace(
        workers=stocks,
        tolerance=np.array(tolerances),
        remittances=income(workers=stocks, wage=params["labour.wage"], share=params["labour.take"]),
        host_gain=income(workers=stocks, wage=params["labour.host_saving"], share=1.0),
    )
