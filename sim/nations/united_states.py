"""The United States: homeland threat and norm, elections, alliance. Fragmented administration, so a blunt choice.

Base rates and weights are priors. Elections are the scheduled presidential ones.
"""

from sim.actions import Action, Effect

NATION = "united_states"
HORIZON = 24  # months, at most; elections shorten it [P]
AFTER_ELECTION = 6  # months of look-ahead beyond an election [P]
ADMINISTRATIONS = ("leader_driven", "standard", "maximum_pressure")  # weight set by type; standard: conventional, phased

WEIGHTS = {
    "standard": {
        "currency": -0.05, "trade": -0.04, "capability": -0.18, "attention": -0.06, "crisis": -0.14, "rivalry": -0.08,
        "quiet": 0.16, "pressure": 0.14, "alliance": 0.10, "collapse": -0.01, "talks": 0.06, "approval_washington": 0.12,
        "status": 0.01,
    },
    "leader_driven": {
        "currency": -0.04, "trade": -0.03, "capability": -0.16, "attention": -0.06, "crisis": -0.14, "rivalry": -0.06,
        "quiet": 0.16, "pressure": 0.10, "alliance": 0.04, "collapse": -0.01, "talks": 0.16, "approval_washington": 0.18,
        "status": 0.06,
    },
    "maximum_pressure": {
        "currency": -0.12, "trade": -0.08, "capability": -0.18, "attention": -0.02, "crisis": -0.06, "rivalry": -0.06,
        "quiet": 0.12, "pressure": 0.26, "alliance": 0.08, "collapse": 0.02, "talks": -0.02, "approval_washington": 0.12,
        "status": -0.04,
    },
    "engagement": {
        "currency": -0.02, "trade": 0.02, "capability": -0.16, "attention": -0.10, "crisis": -0.22, "rivalry": -0.08,
        "quiet": 0.20, "pressure": 0.04, "alliance": 0.08, "collapse": -0.06, "talks": 0.16, "approval_washington": 0.10,
        "status": 0.02,
    },
}  # fmt: skip

MENU = (
    Action("strategic_patience", "diplomatic", 0.31, "wait"),
    Action(
        "leader_letter", "diplomatic", 0.10, "letter, personal diplomacy",
        effects=(Effect("talks", 0.04), Effect("talks", 0.10, "zone"), Effect("crisis", -0.04, "tension")),
        tone={"north_korea": 0.34},
    ),
    Action(
        "talks_offer", "diplomatic", 0.08, "working talks without preconditions",
        effects=(Effect("talks", 0.04), Effect("talks", 0.10, "zone"), Effect("crisis", -0.04, "tension")),
        tone={"north_korea": 0.50},
    ),
    Action(
        "positive_signal", "diplomatic", 0.05, "a positive word in public",
        effects=(Effect("talks", 0.02), Effect("talks", 0.06, "zone")), tone={"north_korea": 0.25},
    ),
    Action(
        "phased_offer", "diplomatic", 0.02, "relief step by step, with snapback",
        effects=(Effect("talks", 0.06), Effect("talks", 0.10, "zone"), Effect("approval_washington", -0.05)),
        tone={"north_korea": 0.85},
    ),
    Action(
        "security_assurance", "diplomatic", 0.01, "declaration of the end of war, assurances",
        effects=(Effect("crisis", -0.04, "tension"), Effect("alliance", -0.05), Effect("approval_washington", -0.05)),
        tone={"north_korea": 0.80},
    ),
    Action(
        "hard_line", "diplomatic", 0.12, "hard-line statement, censure",
        effects=(Effect("alliance", 0.02), Effect("talks", -0.02), Effect("talks", -0.10, "zone")),
        tone={"north_korea": -0.50},
    ),
    Action(
        "press_seoul", "diplomatic", 0.05, "press Seoul on costs and on its programmes",
        effects=(Effect("alliance", -0.03),), tone={"south_korea": -0.40},
    ),
    Action(
        "summit_offer", "diplomatic", 0.10, "offer a summit", gate="at_the_table",
        effects=(Effect("talks", 0.05), Effect("talks", 0.30, "zone"), Effect("talks", -0.05, "scarred"),
                 Effect("status", 0.05), Effect("approval_washington", 0.02)),
        tone={"north_korea": 0.70},
    ),
    Action(
        "table_tightening", "diplomatic", 0.60, "table a new resolution in the Council", gate="triggered",
        effects=(Effect("pressure", 0.06, "passage"), Effect("approval_washington", -0.10, "resistance")),
        tone={"north_korea": -0.80},
    ),
    Action(
        "consent_exemption", "diplomatic", 0.30, "consent to Seoul's works across the border", gate="works_pending",
        effects=(Effect("programmes", 0.02),), tone={"south_korea": 0.50},
    ),
    Action("no_initiative", "economic", 0.40, "no economic measure"),
    Action(
        "designations", "economic", 0.15, "maximum-pressure designations",
        effects=(Effect("pressure", 0.03), Effect("pressure", 0.03, "covert"), Effect("pressure", 0.02, "rebuffed"),
                 Effect("currency", -0.005), Effect("talks", -0.10, "zone")),
        tone={"north_korea": -0.80},
    ),
    Action(
        "secondary_china", "economic", 0.03, "secondary sanctions on Chinese firms and banks",
        effects=(Effect("pressure", 0.04), Effect("rivalry", 0.01)), tone={"china": -0.80, "north_korea": -0.40},
    ),
    Action(
        "secondary_russia", "economic", 0.02, "secondary sanctions on Russian firms",
        effects=(Effect("pressure", 0.02), Effect("rivalry", 0.01)), tone={"russia": -0.80, "north_korea": -0.40},
    ),
    Action(
        "humanitarian_exemption", "economic", 0.06, "let aid agencies through",
        effects=(Effect("collapse", -0.01, "hardship"),),
        tone={"north_korea": 0.60},
    ),
    Action("no_move", "security", 0.53, "no military signal"),
    Action(
        "missile_deployment", "security", 0.01, "missile defence or missiles in the theatre",
        effects=(Effect("alliance", 0.10), Effect("rivalry", 0.02), Effect("crisis", 0.02)),
        tone={"china": -0.70, "russia": -0.70, "north_korea": -0.60},
    ),
    Action(
        "show_of_force", "security", 0.06, "bombers, carriers",
        effects=(Effect("alliance", 0.05), Effect("crisis", 0.08)),
        tone={"north_korea": -0.72},
    ),
    Action(
        "full_exercise", "security", 0.40, "full joint exercise", gate="exercise_season",
        effects=(Effect("alliance", 0.12), Effect("crisis", 0.04), Effect("talks", -0.10, "talking")),
        tone={"north_korea": -0.72, "south_korea": 0.30},
    ),
    Action(
        "scaled_exercise", "security", 0.45, "scaled or postponed exercise", gate="exercise_season",
        effects=(Effect("alliance", 0.05), Effect("talks", 0.02)), tone={"north_korea": 0.20},
    ),
)  # fmt: skip
