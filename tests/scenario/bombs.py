"""Small files that ask for a great deal of memory or time, and what must be said of each instead."""

from __future__ import annotations

from sim.scenario.reader import LONGEST_WORD, MOST_BYTES, MOST_NODES

ROOM = MOST_BYTES - 1024
HEAD = "title: A bomb\nstart: 2020-05\nmonths: 20\n"
TOO_MANY = f"holds more than {MOST_NODES} keys and values"
TOO_DEEP = "nested more than 12 deep"
TOO_LONG = f"a word of more than {LONGEST_WORD} characters"
NOT_ALLOWED = "anchors and aliases"
LAUGHS = ["a0: &a0 [x, x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9))]
MERGED = ["a0: &a0 {b: 1}", *(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 40))]
PARENTS = ", ".join(f"a{number}" for number in range(4_000))
UNKNOWN = "".join(f"  trade{number}{'x' * 60}: 1\n" for number in range(2_000))


def filled(piece: str) -> str:
    """A piece again and again, up to the largest size."""
    return piece * (ROOM // len(piece.encode("utf-8", "surrogatepass")))


BOMBS: dict[str, tuple[str, str]] = {
    "too large": ("#" + "x" * MOST_BYTES, "1:1: the file is larger than 256 KiB"),
    "billion laughs": ("\n".join(LAUGHS), NOT_ALLOWED),
    "quadratic aliases": (f"a: &a {'x' * 10_000}\nb: [{'*a, ' * 20_000}]", NOT_ALLOWED),
    "an alias of itself": ("&a [*a, *a]", NOT_ALLOWED),
    "merge keys": ("\n".join(MERGED), NOT_ALLOWED),
    "many keys": ("".join(f"k{number}: 1\n" for number in range(MOST_NODES)), TOO_MANY),
    "many values": (f"events: [{filled('1,')}]", TOO_MANY),
    "many texts": (f"events: [{filled(chr(34) * 2 + ',')}]", TOO_MANY),
    "many pairs": (f"[{filled('a: b, ')}", TOO_MANY),
    "one key again and again": (filled("title: a\n"), TOO_MANY),
    "open brackets": (filled("["), TOO_DEEP),
    "open braces": (filled("{a: "), TOO_DEEP),
    "lists in lists": (filled("- "), TOO_DEEP),
    "keys of keys": (filled("? "), TOO_DEEP),
    "a ladder of indents": ("".join(f"{' ' * depth}a:\n" for depth in range(700)), TOO_DEEP),
    "documents": (filled("---\n"), "a second document begins here"),
    "ends of documents": (f"{HEAD}{filled('...' + chr(10))}", "a second document begins here"),
    "ampersands": (filled("&"), TOO_LONG),
    "anchors": (filled("&a "), NOT_ALLOWED),
    "a long tag": (f"title: !{filled('a')}", TOO_LONG),
    "exclamation marks": (filled("!"), TOO_LONG),
    "a long word": (f"{HEAD}question: {filled('a')}", TOO_LONG),
    "a long number": (f"title: A\nstart: 2020-05\nmonths: {'9' * (LONGEST_WORD - 1)}", "is text; expected a whole number"),
    "a long exponent": (f"title: A\nstart: 2020-05\nmonths: 1e{'9' * 57}", "months is not finite"),
    "a long key": (f"{'k' * (LONGEST_WORD - 1)}: 1\n{HEAD}", "this is not YAML: a colon that does not belong here"),
    "a long text": (f"{HEAD}question: {filled('a ')}", "characters; expected text of 1 to 2000 characters"),
    "a text in quotes": (f'{HEAD}question: "{filled("a ")}"', "characters; expected text of 1 to 2000 characters"),
    "escapes": (f'{HEAD}question: "{filled(chr(92) + "x41")}"', TOO_LONG),
    "a text of many lines": (f"{HEAD}question: |\n{filled('  a' + chr(10))}", "characters; expected text of 1 to 2000"),
    "a folded text": (f"{HEAD}question: >\n{filled('  a' + chr(10) * 2)}", "characters; expected text of 1 to 2000"),
    "blank lines": (filled("\n"), "the file is empty"),
    "comments": (filled("#\n"), "the file is empty"),
    "pipes": (filled("|\n"), "the file is text at top"),
    "a long condition": (f"{HEAD}events: [{{when: '{filled('crisis >= 1 and ')}', set: {{crisis: 1}}}}]", "when has"),
    "many signs": (f"{HEAD}events: [{{when: '{'<>' * 900}', set: {{crisis: 1}}}}]", "is not a state variable"),
    "many parents": (f"{HEAD}extends: [{PARENTS}]", "extends names 4000 scenarios"),
    "unknown names": (f"{HEAD}initial:\n{UNKNOWN}", "is not a state variable"),
}
