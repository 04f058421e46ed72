"""The axes of the state arrays and the symbols that index them.

Symbols: PRK RUS CHN USA KOR index the axis ``nation``; CHINA RUSSIA OTHERS the axis ``partner``, and
CHINA RUSSIA the axes ``neighbour`` (the two that enforce sanctions, host workers and act as patrons) and ``host``
(with SEOUL, the capitals that Pyongyang's leader meets in). DYAD[PRK, RUS] is a place on the axis ``dyad``.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from types import MappingProxyType

NATIONS = ("north_korea", "russia", "china", "united_states", "south_korea")
ISO = MappingProxyType(dict(zip(NATIONS, ("PRK", "RUS", "CHN", "USA", "KOR"), strict=True)))
PRK, RUS, CHN, USA, KOR = range(5)
CHINA, RUSSIA, OTHERS = range(3)
SEOUL = 2
EXPORTS, IMPORTS = range(2)
CLOSED, PARTIAL, OPEN = range(3)
LEADER_DRIVEN, CONVENTIONAL, PRESSURE = range(3)  # administrations in Washington
ENGAGEMENT, HARD_LINE = range(2)  # administrations in Seoul
PAIRS = tuple(combinations(range(5), 2))
DYAD: Mapping[tuple[int, int], int] = MappingProxyType(
    {**{pair: place for place, pair in enumerate(PAIRS)}, **{pair[::-1]: place for place, pair in enumerate(PAIRS)}}
)

AXES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "nation": NATIONS,
        "target": NATIONS,
        "dyad": tuple(f"{NATIONS[first]}_{NATIONS[second]}" for first, second in PAIRS),
        "partner": ("china", "russia", "others"),
        "neighbour": ("china", "russia"),
        "host": ("china", "russia", "south_korea"),
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
            "remaining_exports",
        ),
        "source": (
            "exports",
            "shadow_exports",
            "labour",
            "cyber",
            "aid",
            "tourism",
            "kaesong",
            "kumgang",
            "transit",
            "arms",
            "credit",
            "unexplained",
        ),
        "test_class": ("srbm", "irbm", "slbm", "icbm", "nuclear"),
        "permanent": ("united_states", "united_kingdom", "france", "russia", "china"),
        "gravity": ("severity_4", "severity_5"),
        "side": ("north_korea", "united_states"),
        "count": ("kept", "broken"),
        "sign": ("resolve", "restraint"),
        "offer": ("goodwill", "freeze", "interim", "comprehensive"),
        "balance": ("trade", "contact", "affinity", "composite"),
        "seoul_pair": ("russia_north_korea", "china_united_states"),
        "triangle": ("north", "south"),
        "sector": ("tourism", "consumer_goods", "content", "goods"),
        "project": ("gas", "rail", "rajin_khasan"),
        "party": ("north_korea", "russia", "south_korea"),
        "programme": ("liaison", "humanitarian", "rail", "kumgang", "military_agreement"),
        "democracy": ("united_states", "south_korea"),
        "lag": tuple(f"lag_{month}" for month in range(13)),
        "feature": (),  # filled by sim.features, in its order
        "action": (),  # filled by the menus, in the order of the nations
    }
)
