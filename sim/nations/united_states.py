"""The United States: homeland threat and norm, elections, alliance. Fragmented administration, so a blunt choice.

Base rates and weights are priors. Elections are the scheduled presidential ones.
"""

from sim.actions import Action, Effect
from sim.state import Month

NATION = "united_states"
HORIZON = 24  # months, at most; elections shorten it [P]
AFTER_ELECTION = 6  # months of look-ahead beyond an election [P]
ELECTIONS = tuple((Month(year - 4, 12), Month(year, 11)) for year in range(2008, 2061, 4))  # (expected from, held)

WEIGHTS = {
    "standard": {
        "currency": -0.05, "trade": -0.04, "capability": -0.18, "attention": -0.06, "crisis": -0.14, "rivalry": -0.08,
        "quiet": 0.16, "pressure": 0.14, "alliance": 0.10, "collapse": -0.01,
    },
    "maximum_pressure": {
        "currency": -0.12, "trade": -0.08, "capability": -0.18, "attention": -0.02, "crisis": -0.06, "rivalry": -0.06,
        "quiet": 0.12, "pressure": 0.26, "alliance": 0.08, "collapse": 0.02,
    },
    "engagement": {
        "currency": -0.02, "trade": 0.02, "capability": -0.16, "attention": -0.10, "crisis": -0.22, "rivalry": -0.08,
        "quiet": 0.20, "pressure": 0.04, "alliance": 0.08, "collapse": -0.06,
    },
}  # fmt: skip

MENU = (
    Action("strategic_patience", "diplomatic", 0.52, "wait"),
    Action(
        "leader_letter", "diplomatic", 0.10, "letter, personal diplomacy",
        effects=(Effect("quiet", 0.03), Effect("crisis", -0.04, "tension"), Effect("attention", -0.02)),
        tone={"north_korea": 0.34},
    ),
    Action(
        "hard_line", "diplomatic", 0.12, "hard-line statement, censure",
        effects=(Effect("pressure", 0.005), Effect("alliance", 0.02), Effect("crisis", 0.02)), tone={"north_korea": -0.50},
    ),
    Action("no_initiative", "economic", 0.40, "no economic measure"),
    Action(
        "designations", "economic", 0.15, "maximum-pressure designations",
        effects=(Effect("pressure", 0.03), Effect("pressure", 0.03, "covert"), Effect("currency", -0.005),
                 Effect("capability", -0.004, "outrage")),
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
        effects=(Effect("quiet", 0.01), Effect("pressure", -0.005), Effect("collapse", -0.01, "hardship")),
        tone={"north_korea": 0.60},
    ),
    Action("no_move", "security", 0.54, "no military signal"),
    Action(
        "show_of_force", "security", 0.06, "bombers, carriers",
        effects=(Effect("alliance", 0.05), Effect("quiet", 0.02, "outrage"), Effect("crisis", 0.08)),
        tone={"north_korea": -0.72},
    ),
    Action(
        "full_exercise", "security", 0.40, "full joint exercise", gate="exercise_season",
        effects=(Effect("alliance", 0.12), Effect("crisis", 0.04)), tone={"north_korea": -0.72, "south_korea": 0.30},
    ),
    Action(
        "scaled_exercise", "security", 0.45, "scaled or postponed exercise", gate="exercise_season",
        effects=(Effect("alliance", 0.05), Effect("quiet", 0.02)), tone={"north_korea": 0.20},
    ),
)  # fmt: skip
