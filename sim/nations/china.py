"""China: no war, no chaos, no nuclear weapons, in that order; a buffer, and exposure of its banks.

Base rates and weights are priors. The ordering follows Haggard and Noland 2017 and official statements.
"""

from sim.actions import Action, Effect

NATION = "china"
HORIZON = 36  # months of look-ahead [P]
ADMINISTRATIONS = ("standard",)

WEIGHTS = {
    "standard": {
        "trade": 0.06, "capability": -0.07, "autonomy": -0.05, "attention": -0.03, "livelihood": 0.03, "epidemic": -0.03,
        "crisis": -0.16, "collapse": -0.15, "rivalry": 0.10, "quiet": 0.08, "exposure_china": -0.08, "alliance": -0.07,
        "pressure": -0.02, "friend_china": 0.07, "seoul_ties": 0.06, "talks": 0.03, "programmes": 0.02,
    },
    "buffer_first": {
        "trade": 0.08, "capability": -0.02, "autonomy": -0.07, "attention": -0.02, "livelihood": 0.05, "epidemic": -0.03,
        "crisis": -0.12, "collapse": -0.26, "rivalry": 0.15, "quiet": 0.03, "exposure_china": -0.04, "alliance": -0.08,
        "pressure": -0.05, "friend_china": 0.10, "seoul_ties": 0.04, "talks": 0.03, "programmes": 0.02,
    },
    "partner_of_washington": {
        "trade": 0.03, "capability": -0.14, "autonomy": -0.03, "attention": -0.04, "livelihood": 0.02, "epidemic": -0.03,
        "crisis": -0.18, "collapse": -0.08, "rivalry": -0.05, "quiet": 0.16, "exposure_china": -0.16, "alliance": -0.04,
        "pressure": 0.06, "friend_china": 0.03, "seoul_ties": 0.08, "talks": 0.06, "programmes": 0.02,
    },
}  # fmt: skip

MENU = (
    Action("status_quo", "diplomatic", 0.29, "status-quo diplomacy"),
    Action(
        "message_to_pyongyang", "diplomatic", 0.25, "leader message",
        effects=(Effect("friend_china", 0.02),), tone={"north_korea": 0.34},
    ),
    Action(
        "senior_visit", "diplomatic", 0.08, "senior visit or strategic dialogue",
        effects=(Effect("friend_china", 0.02),), tone={"north_korea": 0.28},
    ),
    Action(
        "mediation", "diplomatic", 0.06, "dual track: suspension for suspension",
        effects=(Effect("talks", 0.03), Effect("talks", 0.08, "zone")), tone={"north_korea": 0.30, "united_states": 0.30},
    ),
    Action(
        "circulate_easing", "diplomatic", 0.03, "circulate an easing draft in the Council",
        effects=(Effect("friend_china", 0.03), Effect("pressure", -0.02, "relief_in_reach")),
        tone={"north_korea": 0.60, "united_states": -0.30},
    ),
    Action(
        "restraint_message", "diplomatic", 0.08, "private warning against tests",
        effects=(Effect("quiet", 0.02), Effect("quiet", 0.03, "outrage"), Effect("crisis", -0.02, "tension")),
        tone={"north_korea": -0.30, "united_states": 0.30},
    ),
    Action(
        "summit_offer", "diplomatic", 0.06, "invite Pyongyang's leader", gate="beijing_due",
        effects=(Effect("friend_china", 0.04),), tone={"north_korea": 0.50},
    ),
    Action(
        "table_easing", "diplomatic", 0.05, "put the easing draft to the vote", gate="circulated",
        effects=(Effect("pressure", -0.20, "relief_in_reach"), Effect("friend_china", 0.03)),
        tone={"north_korea": 0.60, "united_states": -0.40},
    ),
    Action(
        "support_tightening", "diplomatic", 0.25, "come out for a new resolution", gate="triggered",
        effects=(Effect("quiet", 0.03, "outrage"), Effect("pressure", 0.02, "passage"), Effect("friend_china", -0.05)),
        tone={"north_korea": -0.50, "united_states": 0.40},
    ),
    Action(
        "shield", "diplomatic", 0.12, "come out against a new resolution", gate="triggered",
        effects=(Effect("pressure", -0.02), Effect("friend_china", 0.04), Effect("collapse", -0.01, "hardship")),
        tone={"north_korea": 0.50, "united_states": -0.40},
    ),
    Action("no_initiative", "economic", 0.12, "no economic initiative"),
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
        "crude_cut", "economic", 0.02, "hold back crude oil, as a warning",
        effects=(Effect("quiet", 0.03, "outrage"), Effect("collapse", 0.01, "scarcity")), tone={"north_korea": -0.40},
    ),
    Action(
        "inducement_to_seoul", "economic", 0.05, "a leader's visit or tourism for Seoul, linked to a request",
        effects=(Effect("seoul_ties", 0.02), Effect("seoul_ties", 0.05, "aggrieved"), Effect("alliance", -0.01)),
        tone={"south_korea": 0.60},
    ),
    Action(
        "trade_linkage", "economic", 0.03, "enforcement in exchange for peace in trade with Washington",
        effects=(Effect("rivalry", -0.03), Effect("pressure", 0.01), Effect("exposure_china", -0.01)),
        tone={"united_states": 0.50, "north_korea": -0.20},
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
    Action(
        "coerce_seoul", "economic", 0.30, "economic coercion of Seoul", gate="aggrieved",
        effects=(Effect("alliance", -0.10, "aggrieved"), Effect("seoul_ties", -0.05)), tone={"south_korea": -0.70},
    ),
    Action("no_move", "security", 0.50, "no military signal"),
    Action(
        "joint_patrol", "security", 0.06, "patrol with Russia, military signal",
        effects=(Effect("rivalry", 0.01), Effect("crisis", 0.02)),
        tone={"united_states": -0.72, "south_korea": -0.50, "russia": 0.40},
    ),
)  # fmt: skip
