"""State of weapons, the crisis ladder, conduct and what nations have learned."""

from sim.variables.rows import Variable, variables

VARIABLES: tuple[Variable, ...] = (
    *variables(
        "weapons",
        ("tests", "test_class", "events/month", 0, 40, 0, "r", "weapon tests this month"),
        ("tests_total", "test_class", "events", 0, 2000, 0, "s", "tests so far of the designs in use"),
        ("capability", "test_class", "index 0-1", 0, 1, 0.3, "sr", "deterrent capability by class"),
        ("severity", "", "0-5", 0, 5, 0, "rw", "gravest event of the month"),
        ("since_severe", "", "months", 0, 600, 24, "s", "months since an event of severity 4 or 5"),
        ("salience", "", "index 0-1", 0, 1, 0.1, "sr", "American attention"),
        ("habituation", "", "stock", 0, 20, 0.2, "sr", "how used the audience is to tests"),
        ("readiness", "", "index 0-1", 0, 1, 0.2, "s", "launch crews and ranges prepared by recent tests"),
        ("restraint", "", "index 0-1", 0, 1, 0, "s", "Beijing's private pressure against tests"),
    ),
    *variables(
        "crisis",
        ("crisis", "", "0-5", 0, 5, 1, "srw", "ladder: calm, rhetoric, show of force, limited clash, major clash, war"),
        ("incident", "", "0 or 1", 0, 1, 0, "r", "accident or clash at the sea border or the armistice line"),
        ("alliance", "", "index 0-1", 0, 1, 0.2, "", "visible cohesion of the American-Korean alliance"),
        ("exercise", "", "0-1", 0, 1, 0, "r", "joint exercise this month: none, scaled, full"),
        ("deadline", "", "months", 0, 6, 0, "", "months left of a threat North Korea has tied itself to"),
        ("bluff", "", "0 or 1", 0, 1, 0, "", "a threat ran out this month without the test it promised"),
        ("provoked", "", "0 or 1", 0, 1, 0, "", "a limited provocation of last month waits for an answer"),
    ),
    *variables(
        "relations",
        ("conduct", "nation target", "Goldstein/10", -6, 6, 0, "", "what each did toward each this month"),
        ("rift", "neighbour", "index 0-1", 0, 1, 0.2, "sr", "rift of Beijing and Moscow with Washington"),
    ),
    *variables(
        "memory",
        ("reply", "nation target", "coefficient", -0.5, 1, 0.2, "s", "answer to one unit of conduct, as its sender learned"),
        ("promise", "", "index 0-1", 0, 1, 0.5, "sr", "Pyongyang's belief that provocation brings concessions"),
        ("trace", "", "index 0-1", 0, 1, 0, "", "recent provocations that a concession may still reward"),
        ("resolve", "sign", "count", 0.1, 200, 1.5, "s", "signs of resolve and of restraint that Washington has counted"),
        ("routine", "action", "share of months", 0, 1, 0.1, "", "how often an action was chosen of late"),
        ("reference", "feature", "feature units", -5, 5, 0, "", "the level of a feature each has come to expect"),
    ),
)  # fmt: skip
