"""Korean particles, whose form hangs on the sound before them: ``서울이(가)`` is 서울이, ``러시아이(가)`` 러시아가."""

from __future__ import annotations

import re

FORMS = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "과(와)": ("과", "와"),
    "으로(로)": ("으로", "로"),
}
PARTICLE = re.compile("|".join(map(re.escape, FORMS)))
LAST = re.compile(r"(\w|%)[^\w%]*$")  # letter, digit or percent sign, before quotes and closing brackets
SYLLABLES, FINALS = range(0xAC00, 0xD7A4), 28
NONE, RIEUL = 0, 8
SPOKEN = {"%": "트", **dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))}


def settled(text: str) -> str:
    """A text with the form of each particle that the sound before it asks for; both forms stay after other letters."""
    return PARTICLE.sub(lambda found: _form(found.group(), text[: found.start()]), text)


def _form(particle: str, before: str) -> str:
    last = LAST.search(before)
    letter = SPOKEN.get(last.group(1), last.group(1)) if last else ""
    if not letter or ord(letter) not in SYLLABLES:
        return particle
    final = (ord(letter) - SYLLABLES.start) % FINALS
    after_consonant, after_vowel = FORMS[particle]
    return after_vowel if final == NONE or (final == RIEUL and after_vowel == "로") else after_consonant
