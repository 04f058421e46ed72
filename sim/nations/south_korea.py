"""South Korea: no war, the alliance, and ties with the North, in tension with one another.

Base rates and weights are priors. Elections are the presidential ones; that of 2017 was early.
"""

from sim.actions import Action, Effect
from sim.state import Month

NATION = "south_korea"
HORIZON = 24  # months, at most; elections shorten it [P]
AFTER_ELECTION = 0
# (expected from, held); nobody expected the election of May 2017 before the impeachment of December 2016
ELECTIONS = (
    (Month(2008, 1), Month(2012, 12)),
    (Month(2016, 12), Month(2017, 5)),
    *((Month(year - 5, 6), Month(year, 3)) for year in range(2022, 2061, 5)),
)

WEIGHTS = {
    "standard": {
        "trade": 0.04, "capability": -0.13, "livelihood": 0.04, "epidemic": -0.02, "crisis": -0.28, "collapse": -0.08,
        "quiet": 0.09, "alliance": 0.14, "attention": -0.04, "pressure": -0.02, "reputation": 0.02, "currency": -0.02,
    },
    "hard_line": {
        "trade": -0.02, "capability": -0.22, "livelihood": 0.02, "epidemic": -0.02, "crisis": -0.16, "collapse": -0.04,
        "quiet": 0.12, "alliance": 0.24, "attention": -0.02, "pressure": 0.08, "reputation": 0.02, "currency": -0.04,
    },
    "engagement": {
        "trade": 0.08, "capability": -0.08, "livelihood": 0.12, "epidemic": -0.02, "crisis": -0.32, "collapse": -0.10,
        "quiet": 0.08, "alliance": 0.08, "attention": -0.04, "pressure": -0.06, "reputation": 0.01, "currency": -0.01,
    },
}  # fmt: skip

MENU = (
    Action("status_quo", "diplomatic", 0.58, "wait"),
    Action(
        "hotline", "diplomatic", 0.10, "propose talks, a hotline or a summit to the North",
        effects=(Effect("crisis", -0.06, "tension"), Effect("quiet", 0.01)), tone={"north_korea": 0.50},
    ),
    Action(
        "military_agreement", "diplomatic", 0.08, "keep the military agreement, ban leaflets",
        effects=(Effect("crisis", -0.04), Effect("crisis", -0.06, "tension")), tone={"north_korea": 0.50},
    ),
    Action("no_initiative", "economic", 0.56, "no economic initiative"),
    Action(
        "humanitarian_aid", "economic", 0.12, "rice or quarantine goods",
        effects=(Effect("livelihood", 0.02), Effect("collapse", -0.02, "hardship")), tone={"north_korea": 0.73},
    ),
    Action("no_move", "security", 0.50, "no military move"),
    Action(
        "defence_build_up", "security", 0.06, "missile test, procurement",
        effects=(Effect("alliance", 0.05), Effect("crisis", 0.02), Effect("quiet", 0.03, "outrage")),
        tone={"north_korea": -0.60},
    ),
    Action(
        "full_exercise", "security", 0.40, "full part in joint exercises", gate="exercise_season",
        effects=(Effect("alliance", 0.12), Effect("crisis", 0.04)), tone={"north_korea": -0.72, "united_states": 0.30},
    ),
    Action(
        "scaled_exercise", "security", 0.45, "scaled joint exercises", gate="exercise_season",
        effects=(Effect("alliance", 0.05), Effect("crisis", -0.01)), tone={"north_korea": 0.30},
    ),
    Action(
        "retaliate", "security", 0.30, "counter-fire, loudspeakers", gate="provoked",
        effects=(Effect("crisis", 0.15), Effect("reputation", 0.05), Effect("alliance", 0.06)), tone={"north_korea": -0.70},
    ),
)  # fmt: skip
