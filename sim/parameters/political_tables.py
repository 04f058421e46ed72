"""Tables of the politics: packages of a deal, an easing draft, anchors of affinity, sectors, projects, trade shares."""

from __future__ import annotations

import numpy as np

from sim.parameters.tables import declare
from sim.state import AXES, NATIONS, PAIRS, Array

DYAD_NAMES = AXES["dyad"]

# What each package asks and gives. disarmament: share of the programme; security: exercises and assurances, 0-1; aid in
# bn USD a year; the rest: share of each package of sanctions that is lifted
OFFERS = declare(
    "offers", AXES["offer"], ("disarmament", "security", "aid", *AXES["package"]), "share; aid in bn USD/year",
    "what each package of a deal asks and gives",
    "Agreed Framework, 2005 and 2007 plans, Leap Day, Singapore and Hanoi positions as reported; shares assumed", "P",
    {
        "goodwill": (0.02, 0.05, 0.10, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        "freeze": (0.10, 0.10, 0.15, 0.0, 0.0, 1.0, 1.0, 0.25, 0.0, 0.0, 1.0, 0.0, 0.0),
        "interim": (0.25, 0.20, 0.10, 1.0, 0.0, 1.0, 1.0, 0.25, 0.0, 0.5, 1.0, 0.5, 0.0),
        "comprehensive": (0.80, 0.50, 0.30, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    },
)  # fmt: skip

ASKED, ASSURED, PAID = (OFFERS.values[:, place][:, None] for place in range(3))  # each (offer, 1)
TERMS = OFFERS.values[:, 3:]  # shares lifted, (offer, package)

WORTH = declare(
    "worth_of_relief", ("worth",), AXES["package"], "bn USD/year", "what lifting each package would earn Pyongyang",
    "exports of 2016 by group (KOTRA; split approximate); machinery, oil, labour and ventures by order of magnitude", "K",
    {"worth": (1.19, 0.30, 0.19, 0.75, 0.11, 0.25, 0.15, 0.25, 0.10, 0.28)},
)  # fmt: skip


def under_deal(terms: Array, deal: Array) -> Array:
    """Terms ``(offer, ...)`` of the deal in force (1 to 4), nothing without one (0): ``(R,)`` for ``(offer, 1)``, else
    ``(term, R)``."""
    chosen = terms[np.maximum(deal, 1).astype(int) - 1].T
    return np.where(deal > 0, chosen[0] if len(chosen) == 1 else chosen, 0)


INTERIM_RELIEF = float((TERMS[AXES["offer"].index("interim")] * WORTH.values[0]).sum())  # bn USD a year, in full

EASING = declare(
    "easing_draft", ("share",), AXES["package"], "share lifted", "the draft of Beijing and Moscow",
    "drafts of December 2019 and November 2021 as reported: textiles, seafood, statues, labour; rail and road exempt", "V",
    {"share": (0.0, 0.0, 1.0, 1.0, 0.25, 0.0, 0.0, 1.0, 0.0, 0.0)},
)  # fmt: skip

# 0.35 votes in the General Assembly, 0.35 treaty or alliance, 0.30 record of events; the order of nations of the axis
ANCHORS = declare(
    "anchors", ("affinity",), DYAD_NAMES, "index -1 to 1", "structural level of affinity, 2019",
    "blend of UN ideal points (computed), treaties and shared history (known), record of events (assumed)", "P",
    {"affinity": (0.40, 0.55, -0.60, -0.25, 0.60, -0.50, 0.25, -0.45, 0.10, 0.75)},
)  # fmt: skip

# size: what is spent or sold there, % of Seoul's GDP; exposed: share that Beijing can turn away at little cost to
# itself; borne: what a unit lost by Seoul costs Beijing, unit for unit
SECTORS = declare(
    "sectors", AXES["sector"], ("size", "exposed", "borne"), "size in % of GDP; shares",
    "what Beijing can hit in Seoul's economy",
    "8 m Chinese visitors of 2016 and their spending, about 1.1% of GDP (known); visitors fell by 60% (verified); retail "
    "and cosmetics, content: order of magnitude; goods trade saw little change (verified); Chinese loss 1.1 tn of 8.5 tn "
    "won (HRI, verified)", "K",
    {
        "tourism": (1.00, 0.60, 0.12),
        "consumer_goods": (0.35, 0.35, 0.20),
        "content": (0.10, 0.50, 0.05),
        "goods": (8.00, 0.01, 1.00),
    },
)  # fmt: skip

PROJECTS = declare(
    "projects", AXES["project"], ("capital", "benefit", "build"), "bn USD; bn USD/year; months",
    "cost, joint yearly benefit and months of building",
    "gas: 2.5 bn (KOGAS) to 6 bn (envoy), fee 100 m (2011) to 195 m USD a year (2018); rail 2 to 3.3 bn (ministry, 2002); "
    "Rajin-Khasan 0.16 to 0.3 bn; benefits computed from fees or assumed", "V",
    {"gas": (2.5, 0.45, 36.0), "rail": (2.6, 0.30, 24.0), "rajin_khasan": (0.25, 0.04, 12.0)},
)  # fmt: skip

# Share of the row's trade (exports and imports) that the column takes or supplies; 0 where trade is negligible
SHARES = declare(
    "trade_shares", NATIONS, NATIONS, "share of trade", "trade among the five in 2019; North Korea's own is the model's",
    "Korean customs and partner totals 2019 (bilateral trade known, shares computed); RUS-CHN 16.6%, CHN-USA 11.8%", "K",
    {
        "north_korea": (0.0, 0.0, 0.0, 0.0, 0.0),
        "russia": (0.0001, 0.0, 0.166, 0.039, 0.034),
        "china": (0.0006, 0.024, 0.0, 0.118, 0.053),
        "united_states": (0.0, 0.007, 0.135, 0.0, 0.032),
        "south_korea": (0.0, 0.021, 0.233, 0.129, 0.0),
    },
)  # fmt: skip

OPENNESS = declare(
    "trade_openness", ("openness",), NATIONS, "trade/GDP", "trade against output, 2019; a budget share of exit costs",
    "World Bank 2019 (known); North Korea 3.2 of about 29 bn USD", "K",
    {"openness": (0.11, 0.40, 0.32, 0.20, 0.63)},
)  # fmt: skip

# Output of each in trillion USD, 2019, to compare costs
OUTPUT = declare(
    "output", ("output",), NATIONS, "tn USD", "output in 2019", "World Bank 2019 (known); North Korea by convention", "K",
    {"output": (0.03, 1.69, 14.3, 21.4, 1.65)},
)  # fmt: skip

POLITICAL_TABLES = (OFFERS, WORTH, EASING, ANCHORS, SECTORS, PROJECTS, SHARES, OPENNESS, OUTPUT)

if len(PAIRS) != len(DYAD_NAMES):
    raise ValueError("every pair of nations must have a place on the axis dyad")
