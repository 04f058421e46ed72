"""What the figures show: outcomes by theme, and the variables of fan charts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from experiments.figures.fans import Strip
from experiments.figures.style import readable
from sim.state import AXES, NATIONS, PAIRS

PAGE = 6  # panels

THEMES: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "trade": (
            "What comes of trade and of the patrons' support?",
            (
                "trade_recovery",
                "russia_exports_level",
                "russia_imports_level",
                "patron_support_china",
                "patron_support_russia",
            ),
        ),
        "sanctions": (
            "What comes of sanctions?",
            ("sanctions_status", "sanctions_change", "council_adopted", "council_vetoed", "council_eased"),
        ),
        "talks": (
            "Is there a third summit, a deal, or a stalemate?",
            ("third_summit", "third_summit_month", "deal", "deal_months", "deal_broken", "stalemate"),
        ),
        "weapons": (
            "How much does North Korea test, and how dangerous does it become?",
            ("tests", "tests_severe", "quiet_spell", "capability_gain", "crisis_peak", "crisis_months"),
        ),
        "economy": (
            "How do workers, output and currency fare?",
            ("workers_end", "labour_revenue", "growth", "reserves_end", "stability_min"),
        ),
        "leverage": (
            "Who has leverage, and where does it come from?",
            ("leverage", "leverage_threat", "leverage_patrons", "leverage_clock"),
        ),
        "alignment": (
            "How does Pyongyang stand between Beijing and Moscow?",
            ("equidistance", "equidistance_end", "equidistance_trade", "equidistance_contact", "equidistance_affinity"),
        ),
        "seoul": (
            "How does Seoul answer its neighbours, what does it cost, and where does it stand?",
            (
                "requests_accepted",
                "requests_refused",
                "coercion_loss",
                "counter_lever",
                "seoul_equidistance",
                "seoul_equidistance_powers",
            ),
        ),
        "programmes": (
            "What comes of programmes and projects across the border?",
            ("programmes_alive", "first_setback_month", "gas_stage", "rail_stage"),
        ),
    }
)
FLOWS = (
    Strip("trade.china.exports", "Exports to China", 0.1),
    Strip("trade.china.imports", "Imports from China", 1.0),
    Strip("trade.russia.exports", "Exports to Russia", 0.001),
    Strip("trade.russia.imports", "Imports from Russia", 0.01),
)
ALL_PARTNERS = (
    Strip("total_trade.exports", "All exports (KOTRA)", 1.0),
    Strip("total_trade.imports", "All imports, with crude oil (KOTRA)", 10.0),
)
TOTALS = (
    *FLOWS[:2],
    Strip("trade.china", "Both directions, China", 1.0),
    *FLOWS[2:],
    Strip("trade.russia", "Both directions, Russia", 0.01),
    *ALL_PARTNERS,
)
CLASSES = AXES["test_class"]
TESTS = tuple(f"tests.{kind}" for kind in CLASSES)
FANS: Mapping[str, tuple[str, tuple[Strip, ...]]] = MappingProxyType(
    {
        "trade": ("How does official trade with China and Russia run?", FLOWS),
        "openness": (
            "How far does North Korea's border let trade through?",
            tuple(
                Strip(f"openness.{partner}.{way}", f"{partner.title()}, {way}", top=1.05)
                for partner in ("china", "russia")
                for way in ("exports", "imports")
            ),
        ),
        "reserves": ("How long do reserves of hard currency last?", (Strip("reserves", "Reserves of hard currency"),)),
        "growth": ("Does North Korea's economy grow?", (Strip("growth", "Growth of output"),)),
        "workers": (
            "How many North Korean workers are abroad?",
            (Strip("workers.russia", "Workers in Russia"), Strip("workers.china", "Workers in China")),
        ),
        "capability": (
            "How far does each class of weapons get?",
            tuple(
                Strip(f"capability.{kind}", kind.upper() if kind != "nuclear" else "Nuclear", top=1.05) for kind in CLASSES
            ),
        ),
        "enforcement": (
            "How strictly do neighbours enforce sanctions?",
            tuple(Strip(f"enforcement.{who}", f"Enforcement by {who.title()}", top=1.05) for who in ("china", "russia")),
        ),
        "sanctions": ("How severe are sanctions in law?", (Strip("severity_index", "Legal severity", top=1.05),)),
        "leverage": (
            "How much could Pyongyang win at the table, and what does it owe that to?",
            (
                Strip("leverage", "Leverage"),
                Strip("leverage_threat", "Part owed to the threat"),
                Strip("leverage_patrons", "Part owed to patrons"),
                Strip("leverage_clock", "Part owed to the clock"),
            ),
        ),
        "equidistance": (
            "How evenly does Pyongyang stand between Beijing and Moscow?",
            tuple(
                Strip(f"equidistance.{part}", f"Balance of {part}" if part != "composite" else "Composite", top=1.05)
                for part in AXES["balance"]
            ),
        ),
        "affinity": (
            "Who is friendly with whom?",
            tuple(
                Strip(f"affinity.{dyad}", f"{readable(NATIONS[one])} and {readable(NATIONS[other])}", alike=True)
                for dyad, (one, other) in zip(AXES["dyad"], PAIRS, strict=True)
            ),
        ),
    }
)
NOTES: Mapping[str, str] = MappingProxyType(
    {
        "leverage": (
            "Leverage: Pyongyang's yearly payoff in bargaining over disagreement without patrons. A part is what vanishes "
            "without the threat, the patrons, or Washington's election clock; parts need not add up. Scales differ."
        ),
        "equidistance": (
            "1: Beijing and Moscow weigh alike, 0: one of them has it all. The composite takes the square root of trade, "
            "and contact and affinity as they are."
        ),
        "affinity": "Above zero friendly, below hostile. Each axis lies about its own level, and all have the same length.",
    }
)
