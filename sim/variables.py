"""The state arrays: every one once, with its axes, unit, meaning and legal range.

Every array ends in a run axis that is not listed: a variable with axes ``("partner",)`` has shape
``(partner, R)`` for R runs, one with no axes ``(R,)``. Equations do not know how many runs there are.

Symbols: PRK RUS CHN USA KOR index the axis ``nation``; CHINA RUSSIA OTHERS the axis ``partner``, and
CHINA RUSSIA the axis ``neighbour`` (the two neighbours that enforce sanctions and host workers).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NATIONS = ("north_korea", "russia", "china", "united_states", "south_korea")
ISO = MappingProxyType(dict(zip(NATIONS, ("PRK", "RUS", "CHN", "USA", "KOR"), strict=True)))
PRK, RUS, CHN, USA, KOR = range(5)
CHINA, RUSSIA, OTHERS = range(3)
EXPORTS, IMPORTS = range(2)
CLOSED, PARTIAL, OPEN = range(3)

AXES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "nation": NATIONS,
        "target": NATIONS,
        "partner": ("china", "russia", "others"),
        "neighbour": ("china", "russia"),
        "donor": ("china", "russia", "south_korea", "united_states"),
        "direction": ("exports", "imports"),
        "export_group": ("coal", "ores", "textiles", "seafood", "other_banned", "unlisted"),
        "import_group": ("machinery", "textile_inputs", "fuel", "food", "other"),
        "package": (
            "coal",
            "ores",
            "seafood",
            "textiles",
            "other_exports",
            "machinery",
            "oil",
            "labour",
            "joint_ventures",
        ),
        "source": (
            "exports",
            "shadow_exports",
            "labour",
            "cyber",
            "aid",
            "tourism",
            "kaesong",
            "credit",
            "unexplained",
        ),
        "test_class": ("srbm", "irbm", "slbm", "icbm", "nuclear"),
        "lag": tuple(f"lag_{month}" for month in range(13)),
        "feature": (),  # filled by sim.features, in its order
        "action": (),  # filled by the menus, in the order of the nations
    }
)


@dataclass(frozen=True)
class Variable:
    """What one state array is. ``owner`` names the module whose step writes it."""

    name: str
    axes: tuple[str, ...]
    unit: str
    low: float
    high: float
    owner: str
    meaning: str
    start: float = 0.0  # where a scenario says nothing
    settable: bool = False  # may stand under `initial` and in events of a scenario
    recorded: bool = False  # kept month by month in trajectories


def _variables(owner: str, *rows: tuple[object, ...]) -> list[Variable]:
    """Rows of (name, axes, unit, low, high, start, flags, meaning); flags: s settable, r recorded."""
    return [
        Variable(
            name=str(name),
            axes=tuple(str(axes).split()),
            unit=str(unit),
            low=float(low),  # type: ignore[arg-type]
            high=float(high),  # type: ignore[arg-type]
            owner=owner,
            meaning=str(meaning),
            start=float(start),  # type: ignore[arg-type]
            settable="s" in str(flags),
            recorded="r" in str(flags),
        )
        for name, axes, unit, low, high, start, flags, meaning in rows
    ]


INF = float("inf")
VARIABLES: Mapping[str, Variable] = MappingProxyType(
    {
        variable.name: variable
        for variable in [
            *_variables(
                "shocks",
                ("epidemic", "", "index 0-1", 0, 1, 0, "sr", "perceived epidemic risk at the border"),
                ("pandemic_age", "", "months", 0, 600, 0, "s", "months since the pandemic began; 0 without one"),
                ("harvest", "", "%", -60, 40, 0, "sr", "last harvest against its mean"),
                ("oil_price", "", "USD/barrel", 5, 250, 50, "sr", "Brent"),
                ("war_elsewhere", "", "months", 0, 12, 0, "s", "months that a war elsewhere still absorbs attention"),
                ("demand", "direction", "log", -2, 2, 0, "", "common shock to trade demand"),
            ),
            *_variables(
                "sanctions",
                ("tier", "", "1-6", 1, 6, 1, "sr", "legal ladder of Security Council resolutions"),
                ("lifted", "package", "share", 0, 1, 0, "s", "share of a package that has been lifted again"),
                ("import_halt", "export_group", "share", 0, 1, 0, "s", "China's own halt of purchases beyond the tier"),
                ("coverage_exports", "export_group", "share", 0, 1, 0, "s", "legal coverage of exports, phased in"),
                ("coverage_imports", "import_group", "share", 0, 1, 0, "s", "legal coverage of imports, phased in"),
                ("severity_index", "", "index 0-1", 0, 1, 0, "r", "legal severity: exports, imports, oil, labour"),
                ("designations", "", "index 0-1", 0, 1, 0.2, "sr", "unilateral designations by Washington in force"),
                ("secondary_risk", "neighbour", "index 0-1", 0, 1, 0.1, "sr", "risk of secondary sanctions as seen there"),
                ("effort", "neighbour", "logit", -3, 3, 0, "s", "enforcement effort built by own strict and lax choices"),
                ("enforcement", "neighbour", "share", 0, 1, 0.95, "sr", "share of covered official trade that is stopped"),
                ("evasion", "", "share", 0, 0.8, 0.05, "sr", "share of covered exports that moves covertly"),
                ("adaptation", "", "share", 0, 1, 0, "s", "adjustment of the economy to sanctions"),
            ),
            *_variables(
                "border",
                ("border", "", "0-2", 0, 2, 2, "sr", "North Korea's border regime: closed, partial, open"),
                ("openness", "partner direction", "share", 0, 1, 1, "sr", "share of wanted trade the border lets through"),
            ),
            *_variables(
                "trade",
                ("exports", "export_group partner", "m USD/month", 0, INF, 0, "", "official exports of North Korea"),
                (
                    "wanted_imports",
                    "import_group partner",
                    "m USD/month",
                    0,
                    INF,
                    0,
                    "",
                    "imports before the limit of currency",
                ),
                ("coal_sold", "", "m USD", 0, INF, 0, "", "coal sold this year under the cap of tier 3"),
                ("shadow_exports", "", "m USD/month", 0, INF, 0, "r", "covert exports, net of the price haircut"),
                ("wanted_crude", "", "m USD/month", 0, INF, 21, "", "crude oil by pipeline, before the limit of currency"),
            ),
            *_variables(
                "labour",
                ("workers", "neighbour", "thousand", 0, 120, 0, "sr", "North Korean workers abroad by host"),
                ("tolerance", "neighbour", "share", 0, 1, 0.05, "sr", "share of workers tolerated against the ban"),
                ("remittances", "neighbour", "m USD/month", 0, INF, 0, "r", "wages taken by the state, by host"),
                ("host_gain", "neighbour", "m USD/month", 0, INF, 0, "r", "labour cost saved by the host"),
            ),
            *_variables(
                "finance",
                ("reserves", "", "bn USD", 0, 20, 2.5, "sr", "hard-currency reserves"),
                ("inflow", "source", "m USD/month", 0, INF, 0, "r", "hard-currency income by source"),
                ("outflow", "", "m USD/month", 0, INF, 0, "r", "hard currency paid for imports"),
                ("imports", "import_group partner", "m USD/month", 0, INF, 0, "", "official imports of North Korea"),
                (
                    "trade",
                    "partner direction",
                    "m USD/month",
                    0,
                    INF,
                    0,
                    "sr",
                    "official trade by partner, without crude oil",
                ),
                ("crude", "", "m USD/month", 0, INF, 21, "r", "crude oil by pipeline, which customs do not report"),
                (
                    "total_trade",
                    "direction",
                    "m USD/month",
                    0,
                    INF,
                    0,
                    "r",
                    "trade with all partners, with crude oil (KOTRA)",
                ),
                (
                    "past_trade",
                    "direction lag",
                    "m USD/month",
                    0,
                    INF,
                    0,
                    "s",
                    "total trade with crude oil, this month first",
                ),
                ("aid", "donor", "m USD/month", 0, INF, 0, "r", "aid in kind by donor"),
                ("aid_request", "", "0-1", 0, 1, 0, "", "a request for aid that is on the patrons' table"),
                ("tourism", "", "share", 0, 1, 0.5, "s", "Chinese tourism against its 2019 level"),
                ("kaesong", "", "share", 0, 1, 0, "sr", "Kaesong industrial complex at work"),
                (
                    "support",
                    "neighbour",
                    "bn USD/year",
                    0,
                    INF,
                    0,
                    "r",
                    "patron support: aid, tolerated evasion, labour, credit",
                ),
            ),
            *_variables(
                "livelihood",
                ("gdp", "", "index", 0.3, 3, 1, "r", "real output, first month = 1"),
                ("growth", "", "%/year", -60, 60, 0, "r", "growth of output at an annual rate"),
                ("food", "", "months", 0, 18, 6, "sr", "food cover"),
                ("fertiliser", "", "share", 0, 2, 1, "s", "farm inputs imported this season against need"),
                ("shortage", "", "index 0-1", 0, 1, 0, "", "shortfall of food cover to the next harvest"),
                ("hardship", "", "index 0-1", 0, 1, 0, "r", "food and currency distress"),
            ),
            *_variables(
                "weapons",
                ("tests", "test_class", "events/month", 0, 40, 0, "r", "weapon tests this month"),
                ("tests_total", "test_class", "events", 0, 2000, 0, "s", "tests so far of the designs in use"),
                ("capability", "test_class", "index 0-1", 0, 1, 0.3, "sr", "deterrent capability by class"),
                ("severity", "", "0-5", 0, 5, 0, "r", "gravest event of the month"),
                ("since_severe", "", "months", 0, 600, 24, "s", "months since an event of severity 4 or 5"),
                ("salience", "", "index 0-1", 0, 1, 0.1, "sr", "American attention"),
                ("habituation", "", "stock", 0, 20, 0.2, "sr", "how used the audience is to tests"),
                ("readiness", "", "index 0-1", 0, 1, 0.2, "s", "launch crews and ranges prepared by recent tests"),
                ("restraint", "", "index 0-1", 0, 1, 0, "s", "Beijing's private pressure against tests"),
            ),
            *_variables(
                "crisis",
                (
                    "crisis",
                    "",
                    "0-5",
                    0,
                    5,
                    1,
                    "sr",
                    "crisis ladder: calm, rhetoric, show of force, clash, major clash, war",
                ),
                ("incident", "", "0 or 1", 0, 1, 0, "r", "accident or clash at the sea border or the armistice line"),
                ("alliance", "", "index 0-1", 0, 1, 0.2, "", "visible cohesion of the American-Korean alliance"),
                ("exercise", "", "0-1", 0, 1, 0, "r", "joint exercise this month: none, scaled, full"),
                ("deadline", "", "months", 0, 6, 0, "", "months left of a threat North Korea has tied itself to"),
                ("provoked", "", "0 or 1", 0, 1, 0, "", "a limited provocation of last month waits for an answer"),
            ),
            *_variables(
                "relations",
                ("conduct", "nation target", "Goldstein/10", -6, 6, 0, "", "what each did toward each this month"),
                ("rift", "neighbour", "index 0-1", 0, 1, 0.2, "sr", "rift of Beijing and Moscow with Washington"),
            ),
            *_variables(
                "memory",
                (
                    "reply",
                    "nation target",
                    "coefficient",
                    -0.5,
                    1,
                    0.2,
                    "",
                    "answer to one unit of conduct, as its sender learned",
                ),
                ("routine", "action", "share of months", 0, 1, 0.1, "", "how often an action was chosen of late"),
                ("reference", "feature", "feature units", -5, 5, 0, "", "the level of a feature each has come to expect"),
            ),
        ]
    }
)
