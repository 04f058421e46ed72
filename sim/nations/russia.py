"""Russia: recognition as a great power, the far east, and rivalry with Washington; little trade is at stake.

Base rates and weights are priors; trade of 48 m USD in 2019 (verified) is why trade weighs little.
"""

from sim.actions import Action, Effect

NATION = "russia"
HORIZON = 24  # months of look-ahead [P]
ADMINISTRATIONS = ("standard",)

WEIGHTS = {
    "standard": {
        "trade": 0.05, "capability": -0.04, "autonomy": 0.03, "epidemic": -0.02, "crisis": -0.12, "collapse": -0.07,
        "rivalry": 0.15, "far_east": 0.20, "quiet": 0.06, "exposure_russia": -0.07, "alliance": -0.05, "pressure": -0.06,
        "friend_russia": 0.08, "seoul_ties": 0.07, "programmes": 0.02, "talks": 0.03, "status": 0.02,
    },
    "spoiler": {
        "trade": 0.03, "capability": -0.01, "autonomy": 0.05, "epidemic": -0.01, "crisis": -0.06, "collapse": -0.06,
        "rivalry": 0.36, "far_east": 0.14, "quiet": 0.02, "exposure_russia": -0.03, "alliance": -0.10, "pressure": -0.13,
        "friend_russia": 0.14, "seoul_ties": 0.02, "programmes": 0.01, "talks": 0.01, "status": 0.02,
    },
    "norm_keeper": {
        "trade": 0.05, "capability": -0.12, "autonomy": 0.02, "epidemic": -0.02, "crisis": -0.18, "collapse": -0.08,
        "rivalry": 0.05, "far_east": 0.16, "quiet": 0.18, "exposure_russia": -0.10, "alliance": -0.03, "pressure": 0.01,
        "friend_russia": 0.04, "seoul_ties": 0.10, "programmes": 0.03, "talks": 0.06, "status": 0.02,
    },
}  # fmt: skip

MENU = (
    Action("status_quo", "diplomatic", 0.41, "status-quo diplomacy"),
    Action(
        "message_to_pyongyang", "diplomatic", 0.20, "leader message, commemoration of shared history",
        effects=(Effect("friend_russia", 0.02),), tone={"north_korea": 0.34},
    ),
    Action(
        "strategic_dialogue", "diplomatic", 0.10, "strategic dialogue or high-level visit",
        effects=(Effect("friend_russia", 0.02),), tone={"north_korea": 0.28},
    ),
    Action(
        "mediation", "diplomatic", 0.06, "a phased road map: action for action",
        effects=(Effect("talks", 0.03), Effect("talks", 0.08, "zone")), tone={"north_korea": 0.30, "united_states": 0.30},
    ),
    Action(
        "circulate_easing", "diplomatic", 0.03, "circulate an easing draft in the Council",
        effects=(Effect("friend_russia", 0.03), Effect("pressure", -0.02, "relief_in_reach")),
        tone={"north_korea": 0.60, "united_states": -0.30},
    ),
    Action(
        "summit_offer", "diplomatic", 0.04, "invite Pyongyang's leader", gate="moscow_due",
        effects=(Effect("friend_russia", 0.04), Effect("status", 0.10)), tone={"north_korea": 0.50},
    ),
    Action(
        "table_easing", "diplomatic", 0.05, "put the easing draft to the vote", gate="circulated",
        effects=(Effect("pressure", -0.20, "relief_in_reach"), Effect("friend_russia", 0.03)),
        tone={"north_korea": 0.60, "united_states": -0.40},
    ),
    Action(
        "support_tightening", "diplomatic", 0.20, "come out for a new resolution", gate="triggered",
        effects=(Effect("pressure", 0.02, "passage"), Effect("friend_russia", -0.05)),
        tone={"north_korea": -0.80, "united_states": 0.30},
    ),
    Action(
        "shield", "diplomatic", 0.15, "come out against a new resolution", gate="triggered",
        effects=(Effect("pressure", -0.02), Effect("friend_russia", 0.04)),
        tone={"north_korea": 0.50, "united_states": -0.40},
    ),
    Action("no_initiative", "economic", 0.06, "no economic initiative"),
    Action(
        "food_aid", "economic", 0.10, "wheat or medicine in kind",
        effects=(Effect("collapse", -0.03, "hardship"), Effect("collapse", -0.02, "asked")),
        tone={"north_korea": 0.73},
    ),
    Action(
        "oil_supply", "economic", 0.25, "refined oil within the cap",
        effects=(Effect("collapse", -0.01, "scarcity"),), tone={"north_korea": 0.50},
    ),
    Action(
        "lax_enforcement", "economic", 0.12, "tolerate remaining workers and ships",
        effects=(Effect("far_east", 0.008, "vacant"), Effect("pressure", -0.02), Effect("exposure_russia", 0.02)),
        tone={"north_korea": 0.50, "united_states": -0.20},
    ),
    Action(
        "strict_enforcement", "economic", 0.10, "expulsions, inspections",
        effects=(Effect("far_east", -0.01), Effect("pressure", 0.02), Effect("exposure_russia", -0.02)),
        tone={"north_korea": -0.40, "united_states": 0.30},
    ),
    Action(
        "rail_gas_promotion", "economic", 0.06, "promote gas and rail through the North to Seoul",
        effects=(Effect("far_east", 0.02, "ready"), Effect("seoul_ties", 0.02)),
        tone={"south_korea": 0.52, "north_korea": 0.30},
    ),
    Action(
        "invest_rajin", "economic", 0.03, "invest in Rajin and the line to Khasan",
        effects=(Effect("far_east", 0.02, "ready"), Effect("friend_russia", 0.02)), tone={"north_korea": 0.64},
    ),
    Action(
        "inducement_to_seoul", "economic", 0.05, "energy and investment for Seoul, linked to a request",
        effects=(Effect("seoul_ties", 0.02), Effect("alliance", -0.01)), tone={"south_korea": 0.50},
    ),
    Action("no_move", "security", 0.34, "no military signal"),
    Action(
        "military_exchange", "security", 0.03, "military delegation or exchange with Pyongyang",
        effects=(Effect("friend_russia", 0.03),), tone={"north_korea": 0.40, "united_states": -0.20},
    ),
    Action(
        "joint_patrol", "security", 0.06, "patrol with China, protest against missile plans",
        effects=(Effect("rivalry", 0.01), Effect("crisis", 0.02)),
        tone={"united_states": -0.72, "south_korea": -0.50, "china": 0.40},
    ),
)  # fmt: skip
