"""Letters that a reader's machine may lack, carried in the page: a font cut down to those that the page uses."""

from __future__ import annotations

import base64
import io

from experiments.language import ENGLISH

FIRST = "\u1100"  # Hangul begins here; letters before it are in every system's fonts
NOTES = ("TSI0", "TSI1", "TSI2", "TSI3", "TSI5")  # tables in which type designers keep theirs
KINDS = (".ttf", ".otf")  # files that hold one font
FACE = (  # a browser keeps the boxes of words laid out in another family, so it stands first; its range passes Latin by
    '@font-face {{ font-family: "Page letters"; src: url(data:font/woff;base64,{}) format("woff"); '
    "font-display: block; unicode-range: U+1100-FFFF; }}\n"
)


def face(text: str, language: str) -> str:
    """A style rule with the letters of a text, empty in English or where the font is a collection of several.

    Raises UsageError if there is no font with the letters of the language.
    """
    letters = sorted({letter for letter in text if letter >= FIRST})
    if language == ENGLISH or not letters:
        return ""
    from matplotlib.font_manager import findfont

    from experiments.figures.fonts import families

    path = findfont(families(language)[0])
    return FACE.format(base64.b64encode(_cut(path, letters)).decode()) if path.endswith(KINDS) else ""


def _cut(path: str, letters: list[str]) -> bytes:
    """A font with these letters alone, as WOFF."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    with TTFont(path, recalcTimestamp=False) as font:
        options = Options(layout_features=[], hinting=False)
        options.drop_tables += NOTES
        cutter = Subsetter(options)
        cutter.populate(unicodes=map(ord, letters))
        cutter.subset(font)
        font.flavor = "woff"
        made = io.BytesIO()
        font.save(made, reorderTables=False)
        return made.getvalue()
