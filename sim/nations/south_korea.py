"""South Korea: no war, the alliance, and ties with the North, in tension with one another.

Base rates and weights are priors. The standard set lies between the two administrations.
"""

from sim.actions import Action, Effect

NATION = "south_korea"
HORIZON = 24  # months, at most; elections shorten it [P]
AFTER_ELECTION = 0
ADMINISTRATIONS = ("engagement", "hard_line")  # weight set by type of administration

WEIGHTS = {
    "standard": {
        "trade": 0.04, "capability": -0.13, "livelihood": 0.04, "epidemic": -0.02, "crisis": -0.28, "collapse": -0.08,
        "quiet": 0.09, "alliance": 0.14, "attention": -0.04, "pressure": -0.02, "reputation": 0.02, "currency": -0.02,
        "talks": 0.06, "programmes": 0.10, "seoul_ties": 0.10, "approval_seoul": 0.10,
    },
    "hard_line": {
        "trade": -0.02, "capability": -0.22, "livelihood": 0.02, "epidemic": -0.02, "crisis": -0.16, "collapse": -0.04,
        "quiet": 0.12, "alliance": 0.24, "attention": -0.02, "pressure": 0.08, "reputation": 0.02, "currency": -0.04,
        "talks": 0.01, "programmes": 0.03, "seoul_ties": 0.08, "approval_seoul": 0.10,
    },
    "engagement": {
        "trade": 0.08, "capability": -0.08, "livelihood": 0.12, "epidemic": -0.02, "crisis": -0.32, "collapse": -0.10,
        "quiet": 0.08, "alliance": 0.08, "attention": -0.04, "pressure": -0.06, "reputation": 0.01, "currency": -0.01,
        "talks": 0.10, "programmes": 0.16, "seoul_ties": 0.11, "approval_seoul": 0.10,
    },
}  # fmt: skip

MENU = (
    Action("status_quo", "diplomatic", 0.32, "wait"),
    Action(
        "hotline", "diplomatic", 0.10, "propose talks, a hotline or a summit to the North",
        effects=(Effect("crisis", -0.06, "tension"), Effect("programmes", 0.02, "isolated")), tone={"north_korea": 0.50},
    ),
    Action(
        "military_agreement", "diplomatic", 0.08, "keep the military agreement, ban leaflets",
        effects=(Effect("crisis", -0.04), Effect("crisis", -0.06, "tension"), Effect("programmes", 0.02, "isolated")),
        tone={"north_korea": 0.50},
    ),
    Action(
        "exemption_request", "diplomatic", 0.05, "ask the sanctions committee to exempt works across the border",
        effects=(Effect("programmes", 0.01, "isolated"),), tone={"united_states": -0.10, "north_korea": 0.20},
    ),
    Action(
        "shuttle_mediation", "diplomatic", 0.10, "shuttle between Washington and Pyongyang",
        effects=(Effect("talks", 0.03), Effect("talks", 0.10, "zone")), tone={"north_korea": 0.30, "united_states": 0.30},
    ),
    Action(
        "outreach_to_beijing", "diplomatic", 0.07, "outreach to Beijing: visit, reassurance on missiles",
        effects=(Effect("seoul_ties", 0.02), Effect("seoul_ties", 0.06, "exposed")),
        tone={"china": 0.50, "united_states": -0.20},
    ),
    Action(
        "align_with_washington", "diplomatic", 0.04, "align with Washington: sanctions of its own, a regional strategy",
        effects=(Effect("alliance", 0.10), Effect("seoul_ties", -0.03)),
        tone={"united_states": 0.50, "china": -0.40, "russia": -0.30},
    ),
    Action(
        "accept_request", "diplomatic", 0.25, "give way to a request of Beijing or Moscow", gate="requested",
        effects=(Effect("seoul_ties", 0.02), Effect("seoul_ties", 0.08, "exposed"), Effect("alliance", -0.04),
                 Effect("approval_seoul", -0.03)),
        tone={"united_states": -0.20},
    ),
    Action("no_initiative", "economic", 0.30, "no economic initiative"),
    Action(
        "humanitarian_aid", "economic", 0.12, "rice or quarantine goods",
        effects=(Effect("livelihood", 0.02), Effect("collapse", -0.02, "hardship"), Effect("programmes", 0.02, "isolated")),
        tone={"north_korea": 0.73},
    ),
    Action(
        "rail_survey", "economic", 0.05, "rail and road across the border: survey, design, ground-breaking",
        effects=(Effect("programmes", 0.02, "isolated"),), tone={"north_korea": 0.64},
    ),
    Action(
        "tourism_initiative", "economic", 0.04, "individual tourism, Kumgang, Kaesong",
        effects=(Effect("programmes", 0.02, "isolated"),), tone={"north_korea": 0.50, "united_states": -0.10},
    ),
    Action(
        "northern_policy", "economic", 0.08, "gas, rail, ports and shipbuilding with Moscow",
        effects=(Effect("seoul_ties", 0.02),), tone={"russia": 0.52},
    ),
    Action(
        "make_trade_conditional", "economic", 0.03, "make investment and key goods conditional on restraint",
        effects=(Effect("quiet", 0.01, "lever_russia"), Effect("seoul_ties", -0.02), Effect("seoul_ties", 0.04, "exposed")),
        tone={"china": -0.30, "russia": -0.30},
    ),
    Action(
        "diversify", "economic", 0.06, "spread markets and suppliers",
        effects=(Effect("seoul_ties", 0.01, "exposed"),), tone={"china": -0.10},
    ),
    Action("no_move", "security", 0.50, "no military move"),
    Action(
        "defence_build_up", "security", 0.06, "missile test, procurement",
        effects=(Effect("alliance", 0.05),),
        tone={"north_korea": -0.60},
    ),
    Action(
        "full_exercise", "security", 0.40, "full part in joint exercises", gate="exercise_season",
        effects=(Effect("alliance", 0.12), Effect("crisis", 0.04), Effect("talks", -0.10, "talking")),
        tone={"north_korea": -0.72, "united_states": 0.30},
    ),
    Action(
        "scaled_exercise", "security", 0.45, "scaled joint exercises", gate="exercise_season",
        effects=(Effect("alliance", 0.05), Effect("talks", 0.02)), tone={"north_korea": 0.30},
    ),
    Action(
        "retaliate", "security", 0.30, "counter-fire, loudspeakers", gate="provoked",
        effects=(Effect("crisis", 0.15), Effect("alliance", 0.06), Effect("programmes", -0.03)), tone={"north_korea": -0.70},
    ),
)  # fmt: skip
