"""What happened: the reference facts of 2006 to 2021 that the model is compared with.

``observed("trade.russia.exports")`` gives observations in the names and units of the model's trajectories; the tables
themselves are read by ``trade_annual`` and the others. See the README in this folder for sources and caveats.
"""

from sim.history.frozen import Hindsight, frozen
from sim.history.observations import COLUMNS, Observation, annual, observed
from sim.history.starting import Starting, starting_points, starting_values
from sim.history.tables import (
    EconomyYear,
    Provocations,
    SanctionStep,
    TradePeriod,
    TradeYear,
    WorkersFigure,
    economy_annual,
    provocations_monthly,
    sanctions,
    trade_annual,
    trade_monthly,
    workers,
)
from sim.history.tables_politics import (
    Contact,
    Leader,
    OtherFlow,
    ProjectStep,
    SeoulTrade,
    Votes,
    dependence,
    diplomacy,
    leaders,
    other_flows,
    projects,
    unga,
)

__all__ = [
    "COLUMNS",
    "Contact",
    "EconomyYear",
    "Hindsight",
    "Leader",
    "Observation",
    "OtherFlow",
    "ProjectStep",
    "Provocations",
    "SanctionStep",
    "SeoulTrade",
    "Starting",
    "TradePeriod",
    "TradeYear",
    "Votes",
    "WorkersFigure",
    "annual",
    "dependence",
    "diplomacy",
    "economy_annual",
    "frozen",
    "leaders",
    "observed",
    "other_flows",
    "projects",
    "provocations_monthly",
    "sanctions",
    "starting_points",
    "starting_values",
    "trade_annual",
    "trade_monthly",
    "unga",
    "workers",
]
