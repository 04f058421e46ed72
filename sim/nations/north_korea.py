"""North Korea: regime security first, paid for in hard currency, with tests as instrument and as programme.

Preference for direct payoffs over relief: Haggard and Noland 2017. Base rates of tests: CSIS database, January
2012 to April 2020, 0.93 events a month and a test in 47% of months; the other rates and all weights are priors.
"""

from sim.actions import Action, Effect

NATION = "north_korea"
HORIZON = 36  # months of look-ahead [P]
ADMINISTRATIONS = ("standard", "deterrence_first", "economy_first")  # weight set by type of leader

WEIGHTS = {
    "standard": {
        "currency": 0.20, "trade": 0.16, "capability": 0.16, "autonomy": 0.08, "attention": 0.08, "livelihood": 0.06,
        "epidemic": -0.07, "crisis": -0.05, "collapse": -0.05, "alliance": -0.04, "reputation": 0.06, "pressure": -0.02,
        "status": 0.07, "talks": 0.07, "friend_china": 0.05, "friend_russia": 0.05, "programmes": 0.02,
    },
    "deterrence_first": {
        "currency": 0.12, "trade": 0.08, "capability": 0.36, "autonomy": 0.08, "attention": 0.10, "livelihood": 0.03,
        "epidemic": -0.05, "crisis": -0.02, "collapse": -0.04, "alliance": -0.05, "reputation": 0.06, "pressure": -0.01,
        "status": 0.07, "talks": 0.02, "friend_china": 0.03, "friend_russia": 0.05, "programmes": 0.01,
    },
    "economy_first": {
        "currency": 0.24, "trade": 0.26, "capability": 0.08, "autonomy": 0.04, "attention": 0.04, "livelihood": 0.12,
        "epidemic": -0.05, "crisis": -0.07, "collapse": -0.05, "alliance": -0.02, "reputation": 0.02, "pressure": -0.01,
        "status": 0.05, "talks": 0.09, "friend_china": 0.07, "friend_russia": 0.05, "programmes": 0.05,
    },
}  # fmt: skip

CSIS = "CSIS database 2012 to April 2020 for the order of rates, adjusted so that counts agree; effects assumed"

MENU = (
    Action("strategic_patience", "diplomatic", 0.11, "stall for time and rely on itself"),
    Action(
        "message_to_moscow", "diplomatic", 0.15, "leader message to Moscow",
        effects=(Effect("friend_russia", 0.05, "court_russia"), Effect("autonomy", 0.05, "court_russia")),
        tone={"russia": 0.34},
    ),
    Action(
        "message_to_beijing", "diplomatic", 0.17, "leader message to Beijing",
        effects=(Effect("friend_china", 0.05, "court_china"),),
        tone={"china": 0.34},
    ),
    Action(
        "state_media_signal", "diplomatic", 0.06, "state media praise Moscow and Beijing",
        effects=(Effect("friend_russia", 0.01, "court_russia"), Effect("friend_china", 0.01, "court_china")),
        tone={"russia": 0.17, "china": 0.17},
    ),
    Action(
        "opening_to_washington", "diplomatic", 0.08, "letter, offer of talks, moratorium reaffirmed",
        effects=(Effect("talks", 0.05), Effect("talks", 0.30, "zone"), Effect("talks", -0.04, "scarred"),
                 Effect("crisis", -0.10, "tension")),
        tone={"united_states": 0.50},
    ),
    Action(
        "inter_korean_opening", "diplomatic", 0.05, "hotline, reunions, a meeting with Seoul",
        effects=(Effect("programmes", 0.03, "isolated"), Effect("status", 0.03), Effect("crisis", -0.04, "tension")),
        tone={"south_korea": 0.50},
    ),
    Action(
        "visit_to_moscow", "diplomatic", 0.05, "propose a meeting of leaders in Moscow or Vladivostok", gate="moscow_due",
        effects=(Effect("friend_russia", 0.08, "court_russia"), Effect("autonomy", 0.10, "court_russia"),
                 Effect("status", 0.10)),
        tone={"russia": 0.30},
    ),
    Action(
        "visit_to_beijing", "diplomatic", 0.08, "propose a meeting of leaders in Beijing", gate="beijing_due",
        effects=(Effect("friend_china", 0.08, "court_china"), Effect("status", 0.10), Effect("trade", 0.002)),
        tone={"china": 0.30},
    ),
    Action(
        "confidence_step", "diplomatic", 0.08, "dismantle a site, return detainees or remains", gate="in_contact",
        effects=(Effect("talks", 0.10), Effect("talks", 0.30, "zone"), Effect("capability", -0.005)),
        tone={"united_states": 0.80},
    ),
    Action("no_initiative", "economic", 0.07, "no economic initiative"),
    Action(
        "aid_request", "economic", 0.12, "ask Beijing and Moscow for aid",
        effects=(Effect("livelihood", 0.10, "hardship"), Effect("currency", 0.01, "scarcity"),
                 Effect("currency", 0.004, "willing_china"), Effect("currency", 0.001, "willing_russia")),
        tone={"china": 0.17, "russia": 0.17},
    ),
    Action(
        "military_cooperation", "economic", 0.02, "arms and military technology with Moscow",
        effects=(Effect("capability", 0.004, "estranged"), Effect("currency", 0.01, "estranged"),
                 Effect("friend_russia", 0.05, "estranged"), Effect("friend_china", -0.02, "estranged")),
        tone={"russia": 0.30, "united_states": -0.30},
    ),
    Action(
        "labour_dispatch", "economic", 0.06, "send workers on student and tourist visas",
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
    Action("no_move", "security", 0.12, "no military move"),
    Action(
        "coercive_rhetoric", "security", 0.12, "threat with a deadline",
        effects=(Effect("attention", 0.10, "promise"), Effect("reputation", -0.10), Effect("talks", -0.03, "talking")),
        tone={"united_states": -0.58},
    ),
    Action(
        "short_range_test", "security", 0.34, "short-range ballistic missile or rocket artillery", source=CSIS,
        effects=(Effect("attention", 0.30, "promise"), Effect("capability", 0.060, "readiness"),
                 Effect("trade", -0.01, "restraint"), Effect("talks", -0.22, "talking")),
        tone={"united_states": -0.30, "south_korea": -0.72, "china": -0.05, "russia": -0.05},
        seasons=(("spring", "decision.spring"), ("winter", "decision.winter")),
    ),
    Action(
        "medium_range_test", "security", 0.09, "intermediate-range or submarine-launched missile", source=CSIS,
        effects=(Effect("attention", 0.45, "promise"), Effect("capability", 0.060, "readiness"),
                 Effect("reputation", 0.05, "bound"), Effect("trade", -0.015, "restraint"),
                 Effect("talks", -0.40, "talking")),
        tone={"united_states": -0.60, "south_korea": -0.72, "china": -0.20, "russia": -0.10},
        seasons=(("spring", "decision.spring"), ("winter", "decision.winter")),
    ),
    Action(
        "strategic_test", "security", 0.07, "ICBM or space launch", source=CSIS,
        effects=(Effect("attention", 0.60, "promise"), Effect("capability", 0.060, "readiness"),
                 Effect("reputation", 0.07, "bound"), Effect("crisis", 0.20), Effect("trade", -0.02, "passage"),
                 Effect("trade", -0.02, "restraint"), Effect("talks", -0.40, "talking"),
                 Effect("reputation", -0.20, "moratorium")),
        tone={"united_states": -0.90, "south_korea": -0.90, "china": -0.40, "russia": -0.20},
        seasons=(("winter", "decision.winter"),),
    ),
    Action(
        "nuclear_test", "security", 0.04, "nuclear test", source=CSIS,
        effects=(Effect("attention", 0.60, "promise"), Effect("capability", 0.065, "readiness"),
                 Effect("reputation", 0.07, "bound"), Effect("crisis", 0.20), Effect("trade", -0.02, "passage"),
                 Effect("trade", -0.02, "restraint"), Effect("talks", -0.40, "talking"),
                 Effect("reputation", -0.20, "moratorium")),
        tone={"united_states": -0.90, "south_korea": -0.90, "china": -0.80, "russia": -0.50},
    ),
    Action(
        "border_provocation", "security", 0.08, "limited provocation of the South",
        effects=(Effect("attention", 0.12, "promise"), Effect("crisis", 0.20), Effect("programmes", -0.02)),
        tone={"south_korea": -0.80},
    ),
)  # fmt: skip
