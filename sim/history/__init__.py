"""What happened: the reference facts of 2006 to 2021 that the model is compared with.

``observed("trade.russia.exports")`` gives observations in the names and units of the model's trajectories; the tables
themselves are read by ``trade_annual`` and the others. See the README in this folder for sources and caveats.
"""

from sim.history.observations import COLUMNS, Observation, annual, observed
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

__all__ = [
    "COLUMNS",
    "EconomyYear",
    "Observation",
    "Provocations",
    "SanctionStep",
    "TradePeriod",
    "TradeYear",
    "WorkersFigure",
    "annual",
    "economy_annual",
    "observed",
    "provocations_monthly",
    "sanctions",
    "trade_annual",
    "trade_monthly",
    "workers",
]
