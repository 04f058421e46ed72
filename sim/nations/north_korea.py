"""North Korea: regime security first, paid for in hard currency, with tests as instrument and as programme.

Preference for direct payoffs over relief: Haggard and Noland 2017. Base rates of tests: CSIS database, January
2012 to April 2020, 0.93 events a month and a test in 47% of months; the other rates and all weights are priors.
"""

from sim.actions import Action, Effect

NATION = "north_korea"
HORIZON = 36  # months of look-ahead [P]
ELECTIONS = ()

WEIGHTS = {
    "standard": {
        "currency": 0.20, "trade": 0.16, "capability": 0.16, "autonomy": 0.08, "attention": 0.05, "livelihood": 0.06,
        "epidemic": -0.07, "crisis": -0.05, "collapse": -0.05, "alliance": -0.04, "reputation": 0.06, "pressure": -0.02,
    },
    "deterrence_first": {
        "currency": 0.12, "trade": 0.08, "capability": 0.36, "autonomy": 0.08, "attention": 0.10, "livelihood": 0.03,
        "epidemic": -0.05, "crisis": -0.02, "collapse": -0.04, "alliance": -0.05, "reputation": 0.06, "pressure": -0.01,
    },
    "economy_first": {
        "currency": 0.24, "trade": 0.26, "capability": 0.08, "autonomy": 0.04, "attention": 0.04, "livelihood": 0.12,
        "epidemic": -0.05, "crisis": -0.07, "collapse": -0.05, "alliance": -0.02, "reputation": 0.02, "pressure": -0.01,
    },
}  # fmt: skip

CSIS = "CSIS database 2012 to April 2020 for the order of rates, adjusted so that counts agree; effects assumed"

MENU = (
    Action("strategic_patience", "diplomatic", 0.21, "stall and rely on itself"),
    Action("message_to_moscow", "diplomatic", 0.18, "leader message to Moscow", tone={"russia": 0.34}),
    Action("message_to_beijing", "diplomatic", 0.20, "leader message to Beijing", tone={"china": 0.34}),
    Action(
        "opening_to_washington", "diplomatic", 0.07, "letter, offer of talks, moratorium reaffirmed",
        effects=(Effect("attention", -0.05), Effect("crisis", -0.10, "tension"),
                 Effect("reputation", -0.05, "bound")),
        tone={"united_states": 0.50},
    ),
    Action("no_initiative", "economic", 0.14, "no economic initiative"),
    Action(
        "aid_request", "economic", 0.12, "ask Beijing and Moscow for aid",
        effects=(Effect("livelihood", 0.10, "hardship"), Effect("currency", 0.01, "scarcity"), Effect("autonomy", -0.01)),
        tone={"china": 0.17, "russia": 0.17},
    ),
    Action(
        "labour_dispatch", "economic", 0.08, "send workers on student and tourist visas",
        effects=(Effect("currency", 0.005, "openness_russia"),), tone={"russia": 0.3, "china": 0.3},
    ),
    Action(
        "evasion_surge", "economic", 0.15, "ship-to-ship transfers, coal barges",
        effects=(Effect("currency", 0.012, "covered"), Effect("pressure", -0.02, "covered")),
        tone={"united_states": -0.12},
    ),
    Action(
        "cyber_theft", "economic", 0.10, "theft of currency by intrusion",
        effects=(Effect("currency", 0.004), Effect("currency", 0.008, "scarcity")),
        tone={"united_states": -0.20, "south_korea": -0.20},
    ),
    Action(
        "reopen_border", "economic", 0.12, "phased reopening of the border", gate="border_restricted",
        effects=(Effect("trade", 0.03, "closure"), Effect("livelihood", 0.10, "hardship"),
                 Effect("epidemic", 0.15, "epidemic")),
        tone={"china": 0.2, "russia": 0.1},
    ),
    Action(
        "close_border", "economic", 0.10, "emergency quarantine", gate="epidemic",
        effects=(Effect("epidemic", -0.20, "epidemic"), Effect("trade", -0.008, "openness"), Effect("livelihood", -0.05)),
    ),
    Action("no_move", "security", 0.065, "no military move"),
    Action(
        "coercive_rhetoric", "security", 0.12, "threat with a deadline",
        effects=(Effect("attention", 0.10, "novelty"), Effect("crisis", 0.04), Effect("reputation", -0.10)),
        tone={"united_states": -0.58},
    ),
    Action(
        "short_range_test", "security", 0.31, "short-range ballistic missile or rocket artillery", source=CSIS,
        effects=(Effect("attention", 0.30, "novelty"), Effect("capability", 0.060, "readiness"),
                 Effect("crisis", 0.03),
                 Effect("trade", -0.01, "restraint")),
        tone={"united_states": -0.30, "south_korea": -0.72, "china": -0.05, "russia": -0.05},
        seasons=(("spring", "decision.spring"), ("winter", "decision.winter")),
    ),
    Action(
        "medium_range_test", "security", 0.09, "intermediate-range or submarine-launched missile", source=CSIS,
        effects=(Effect("attention", 0.45, "novelty"), Effect("capability", 0.060, "readiness"),
                 Effect("reputation", 0.05, "bound"), Effect("crisis", 0.08), Effect("trade", -0.015, "restraint")),
        tone={"united_states": -0.60, "south_korea": -0.72, "china": -0.20, "russia": -0.10},
        seasons=(("spring", "decision.spring"), ("winter", "decision.winter")),
    ),
    Action(
        "strategic_test", "security", 0.05, "ICBM or space launch", source=CSIS,
        effects=(Effect("attention", 0.60, "novelty"), Effect("capability", 0.045, "readiness"),
                 Effect("reputation", 0.07, "bound"), Effect("crisis", 0.20), Effect("trade", -0.015),
                 Effect("trade", -0.02, "restraint")),
        tone={"united_states": -0.90, "south_korea": -0.90, "china": -0.40, "russia": -0.20},
        seasons=(("winter", "decision.winter"),),
    ),
    Action(
        "nuclear_test", "security", 0.035, "nuclear test", source=CSIS,
        effects=(Effect("attention", 0.60, "novelty"), Effect("capability", 0.050, "readiness"),
                 Effect("reputation", 0.07, "bound"), Effect("crisis", 0.20), Effect("trade", -0.015),
                 Effect("trade", -0.02, "restraint")),
        tone={"united_states": -0.90, "south_korea": -0.90, "china": -0.80, "russia": -0.50},
    ),
    Action(
        "border_provocation", "security", 0.08, "limited provocation of the South",
        effects=(Effect("attention", 0.12, "novelty"), Effect("crisis", 0.20)),
        tone={"south_korea": -0.80},
    ),
)  # fmt: skip
