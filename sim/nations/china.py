"""China: no war, no chaos, no nuclear weapons, in that order; a buffer, and exposure of its banks.

Base rates and weights are priors. The ordering follows Haggard and Noland 2017 and official statements.
"""

from sim.actions import Action, Effect

NATION = "china"
HORIZON = 36  # months of look-ahead [P]
ELECTIONS = ()

WEIGHTS = {
    "standard": {
        "trade": 0.06, "capability": -0.07, "autonomy": -0.05, "attention": -0.03, "livelihood": 0.03, "epidemic": -0.03,
        "crisis": -0.16, "collapse": -0.15, "rivalry": 0.10, "quiet": 0.08, "exposure_china": -0.08, "alliance": -0.07,
        "pressure": -0.02,
    },
    "buffer_first": {
        "trade": 0.08, "capability": -0.02, "autonomy": -0.07, "attention": -0.02, "livelihood": 0.05, "epidemic": -0.03,
        "crisis": -0.12, "collapse": -0.26, "rivalry": 0.15, "quiet": 0.03, "exposure_china": -0.04, "alliance": -0.08,
        "pressure": -0.05,
    },
    "partner_of_washington": {
        "trade": 0.03, "capability": -0.14, "autonomy": -0.03, "attention": -0.04, "livelihood": 0.02, "epidemic": -0.03,
        "crisis": -0.18, "collapse": -0.08, "rivalry": -0.05, "quiet": 0.16, "exposure_china": -0.16, "alliance": -0.04,
        "pressure": 0.06,
    },
}  # fmt: skip

MENU = (
    Action("status_quo", "diplomatic", 0.46, "status-quo diplomacy"),
    Action("message_to_pyongyang", "diplomatic", 0.25, "leader message", tone={"north_korea": 0.34}),
    Action(
        "restraint_message", "diplomatic", 0.08, "private warning against tests",
        effects=(Effect("quiet", 0.02), Effect("quiet", 0.03, "outrage"), Effect("crisis", -0.02, "tension")),
        tone={"north_korea": -0.30, "united_states": 0.30},
    ),
    Action("no_initiative", "economic", 0.22, "no economic initiative"),
    Action(
        "food_aid", "economic", 0.15, "food, fertiliser or medicine in kind",
        effects=(Effect("collapse", -0.02, "hardship"), Effect("collapse", -0.01, "asked"), Effect("livelihood", 0.04)),
        tone={"north_korea": 0.73},
    ),
    Action(
        "crude_supply", "economic", 0.06, "more crude oil through the pipeline",
        effects=(Effect("collapse", -0.01, "scarcity"),), tone={"north_korea": 0.40},
    ),
    Action(
        "lax_enforcement", "economic", 0.12, "look away from border trade and ships",
        effects=(Effect("collapse", -0.015, "hardship"), Effect("trade", 0.03, "covert"), Effect("pressure", -0.03),
                 Effect("exposure_china", 0.02)),
        tone={"north_korea": 0.50, "united_states": -0.30},
    ),
    Action(
        "strict_enforcement", "economic", 0.10, "customs and bank controls",
        effects=(Effect("pressure", 0.03), Effect("exposure_china", -0.02), Effect("quiet", 0.03, "outrage"),
                 Effect("collapse", 0.01, "hardship")),
        tone={"north_korea": -0.56, "united_states": 0.40},
    ),
    Action(
        "tourism", "economic", 0.04, "tourism and border-zone facilities", gate="tourists",
        effects=(Effect("collapse", -0.01, "scarcity"),), tone={"north_korea": 0.50},
    ),
    Action("no_move", "security", 0.50, "no military signal"),
    Action(
        "joint_patrol", "security", 0.06, "patrol with Russia, military signal",
        effects=(Effect("rivalry", 0.01), Effect("crisis", 0.02)),
        tone={"united_states": -0.72, "south_korea": -0.50},
    ),
)  # fmt: skip
