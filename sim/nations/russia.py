"""Russia: recognition as a great power, the far east, and rivalry with Washington; little trade is at stake.

Base rates and weights are priors; trade of 48 m USD in 2019 (verified) is why trade weighs little.
"""

from sim.actions import Action, Effect

NATION = "russia"
HORIZON = 24  # months of look-ahead [P]
ELECTIONS = ()

WEIGHTS = {
    "standard": {
        "trade": 0.05, "capability": -0.04, "autonomy": 0.03, "epidemic": -0.02, "crisis": -0.12, "collapse": -0.07,
        "rivalry": 0.15, "far_east": 0.20, "quiet": 0.06, "exposure_russia": -0.07, "alliance": -0.05, "pressure": -0.06,
    },
    "spoiler": {
        "trade": 0.03, "capability": -0.01, "autonomy": 0.05, "epidemic": -0.01, "crisis": -0.06, "collapse": -0.06,
        "rivalry": 0.36, "far_east": 0.14, "quiet": 0.02, "exposure_russia": -0.03, "alliance": -0.10, "pressure": -0.13,
    },
    "norm_keeper": {
        "trade": 0.05, "capability": -0.12, "autonomy": 0.02, "epidemic": -0.02, "crisis": -0.18, "collapse": -0.08,
        "rivalry": 0.05, "far_east": 0.16, "quiet": 0.18, "exposure_russia": -0.10, "alliance": -0.03, "pressure": 0.01,
    },
}  # fmt: skip

MENU = (
    Action("status_quo", "diplomatic", 0.60, "status-quo diplomacy"),
    Action("message_to_pyongyang", "diplomatic", 0.20, "leader message, commemoration of shared history",
           tone={"north_korea": 0.34}),
    Action("no_initiative", "economic", 0.20, "no economic initiative"),
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
        effects=(Effect("far_east", -0.01), Effect("pressure", 0.02), Effect("exposure_russia", -0.02),
                 Effect("quiet", 0.02, "outrage")),
        tone={"north_korea": -0.40, "united_states": 0.30},
    ),
    Action("no_move", "security", 0.37, "no military signal"),
    Action(
        "joint_patrol", "security", 0.06, "patrol with China, protest against missile plans",
        effects=(Effect("rivalry", 0.01), Effect("crisis", 0.02)),
        tone={"united_states": -0.72, "south_korea": -0.50},
    ),
)  # fmt: skip
