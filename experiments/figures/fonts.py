"""Fonts that have the letters of a language."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from functools import cache
from pathlib import Path

from matplotlib.font_manager import FontEntry, fontManager

from experiments.errors import UsageError
from experiments.language import ENGLISH

BASE = "DejaVu Sans"  # comes with matplotlib; also for the signs that other fonts lack
PACKAGE = "koreanize_matplotlib"  # only its fonts are used; importing it would change the settings of matplotlib
PACKAGED = {"NanumGothic.ttf": 400, "NanumGothicBold.ttf": 700}  # files and their weights
NAME = f"NanumGothic of {PACKAGE}"  # so that no other version of the font is taken for it
NORMAL = FontEntry(name=NAME, style="normal", variant="normal", stretch="normal", size="scalable")
INSTALLED = ("Noto Sans CJK KR", "Noto Sans KR", "NanumGothic", "Malgun Gothic", "Apple SD Gothic Neo", "AppleGothic")
MISSING = (
    "no font with Hangul was found; python -m pip install 'peninsula[korean]', or install Noto Sans CJK KR or NanumGothic"
)


def families(language: str) -> list[str]:
    """Families in the order in which a letter is looked for. UsageError if none has the letters of the language.

    The font of the package comes first, so that figures have the same bytes everywhere, then one of the system.
    """
    return [BASE] if language == ENGLISH else [_hangul(), BASE]


@cache
def _hangul() -> str:
    packaged = _packaged()
    for path in packaged:
        fontManager.ttflist.append(replace(NORMAL, fname=str(path), weight=PACKAGED[path.name]))
    if packaged:
        return NAME
    known = set(fontManager.get_font_names())
    for family in INSTALLED:
        if family in known:
            return family
    raise UsageError(MISSING)


def _packaged() -> list[Path]:
    """Files of the package's fonts; none if it is not installed whole."""
    spec = importlib.util.find_spec(PACKAGE)
    places = [Path(place) / "fonts" for place in (spec.submodule_search_locations or ())] if spec else []
    files = [place / name for place in places for name in PACKAGED]
    return files if all(path.is_file() for path in files) else []
