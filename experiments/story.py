"""The chronicle of one run in plain English: what happened month by month, what each nation chose, and why.

Everything said is in the chronicle (``sim.chronicle``), which ``--json`` prints; nothing is guessed here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from experiments.sentences import CAPITALS, deed, plain, sentence
from sim.features import FEATURES
from sim.outcomes import OUTCOMES
from sim.rules import DEFAULT

Story = dict[str, Any]
WIDTH = 110
WEAK = 0.05  # a term below this is not told; in units of what is at stake in the neutral situation, by convention
NOTHING = "no reason weighed much"
SIDES = (("for it", True), ("against it", False))
THINKING = ("acts by routine", "looks at direct effects", "thinks of replies")
MEANINGS = {feature.name: feature.meaning.split(",")[0].split(":")[0] for feature in FEATURES}
LEGEND = (
    "How to read the reasons: each is what speaks for a move (+) or against it (-) beyond what does so in the neutral "
    "situation, in units of what is at stake there. Odds x2.0: all reasons together double the odds of the move against "
    "one for which nothing speaks; its base rate and luck do the rest. By routine: what was done of late decides."
)


def tell(story: Story, *, why: bool = False) -> str:
    """The story as text: head, months, outcomes."""
    return "\n".join([*head(story), "", *months(story, why=why), "", *outcomes(story)])


def head(story: Story) -> list[str]:
    """Title and question."""
    return [f"{story['title']} (run {story['run']}, seed {story['seed']})", *wrapped(story["question"])]


def months(story: Story, *, why: bool) -> list[str]:
    """A paragraph a month, one line for a month in which nothing happened; how things stand in December and at the end."""
    lines = [*wrapped(LEGEND), ""] if why else []
    for month in story["months"]:
        lines += _month(month, why)
        if month["month"].endswith("-12") or month is story["months"][-1]:
            lines += wrapped(_standing(month), "         ")
    return lines


def outcomes(story: Story) -> list[str]:
    """The outcomes of the run."""
    rows = [f"    {name:<26} {told(value):>12} {OUTCOMES[name].unit}" for name, value in story["outcomes"].items()]
    return ["Outcomes of this run (one draw, not a forecast)", *rows]


def told(value: float | str | None) -> str:
    """A number, a category, or a dash where an outcome does not apply."""
    return "-" if value is None else value if isinstance(value, str) else f"{value:.3g}"


def _month(month: Story, why: bool) -> list[str]:
    label = f"{month['month']}  "
    happened = " ".join(sentence(event) for event in month["events"])
    if why:
        return [*wrapped(label + (happened or "Quiet."), "         "), *_reasoned(month)]
    if not happened:
        return [textwrap.shorten(f"{label}Quiet. {_moves(month)}", WIDTH, placeholder=" ...").replace(" ", "  ", 1)]
    return [*wrapped(label + happened, "         "), *wrapped(_moves(month), "         ", "         ")]


def _moves(month: Story) -> str:
    """The moves of a month, nation by nation."""
    by_nation = [f"{CAPITALS[name]}: {'; '.join(map(_deed, moves))}." for name, moves in _grouped(month)]
    return " ".join(by_nation)


def _deed(move: Story) -> str:
    return move["meaning"] + (" (by the scenario)" if move["by_scenario"] else "")


def _grouped(month: Story) -> list[tuple[str, list[Story]]]:
    groups: dict[str, list[Story]] = {}
    for move in month["moves"]:
        groups.setdefault(move["nation"], []).append(move)
    return list(groups.items())


def _reasoned(month: Story) -> Iterator[str]:
    """The moves of a month with the reasons that weighed, nation by nation."""
    for name, all_moves in _grouped(month):
        if told := [move["meaning"] for move in all_moves if move["by_scenario"]]:
            yield from wrapped(f"{CAPITALS[name]} by the scenario, whatever it weighs: {'; '.join(told)}", "      ", "    ")
        moves = [move for move in all_moves if not move["by_scenario"]]
        if not moves:
            continue
        level, rule = moves[0]["level"], moves[0]["rule"]
        if level is None:
            meanings = "; ".join(move["meaning"] for move in moves)
            yield from wrapped(f"{CAPITALS[name]} {deed(rule)} and weighs no reasons: {meanings}", "      ", "    ")
            continue
        if level == 0:
            yield from wrapped(f"{CAPITALS[name]} {THINKING[0]}: {'; '.join(map(_routine, moves))}", "      ", "    ")
            continue
        yield f"    {CAPITALS[name]} {THINKING[level] if rule == DEFAULT else deed(rule)}"
        for meaning, said in _by_reasons(moves):
            yield from wrapped(f"{meaning}: {said}", "          ", "      - ")


def _by_reasons(moves: list[Story]) -> list[tuple[str, str]]:
    """Moves and their reasons; moves of which the same can be said share a line."""
    groups: dict[str, list[str]] = {}
    for move in moves:
        groups.setdefault(reasons(move), []).append(move["meaning"])
    return [("; ".join(meanings), said) for said, meanings in groups.items()]


def _routine(move: Story) -> str:
    return f"{move['meaning']} (in {move['routine']:.0%} of months of late)"


def reasons(move: Story) -> str:
    """The terms that weighed most, and what all of them did to the odds of the move."""
    parts = [" ".join((side, ", ".join(map(" ".join, terms))) if side else terms[0]) for side, terms in weighed(move)]
    if not parts:
        return NOTHING
    return "; ".join(parts if move["odds"] is None else [odds(move), *parts])


def weighed(move: Story) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sides and their terms that weighed, each with its value: those for the move, those against it, all others together."""
    strong = [term for term in move["why"] if abs(term["value"]) >= WEAK]
    sides = [(side, [_term(term) for term in strong if (term["value"] > 0) == good]) for side, good in SIDES]
    if abs(move["rest"]) >= WEAK:
        sides.append(("", [("the rest", f"{move['rest']:+.2f}")]))
    return [(side, terms) for side, terms in sides if terms]


def odds(move: Story) -> str:
    """What all reasons together did to the odds of a move: ``odds x2.0``."""
    return f"odds {_factor(move['odds'])}"


def _factor(odds: float) -> str:
    """A factor as one reads it."""
    if odds >= 1000:
        return "more than x1000"
    if odds < 0.1:
        return "less than x0.1"
    return f"x{odds:.0f}" if odds >= 10 else f"x{odds:.1f}"


def _term(term: Story) -> tuple[str, str]:
    about = CAPITALS.get(term["about"], "")
    said = {"reciprocity": f"answering {about} in kind", "reply": f"the reply expected of {about}"}
    return said.get(term["kind"]) or MEANINGS[term["about"]], f"{term['value']:+.2f}"


def _standing(month: Story) -> str:
    now = month["standing"]
    deal = "no deal" if now["deal"] == "none" else f"deal: {now['deal']}"
    talks = "no talks" if now["talks"] == "none" else f"talks: {plain(now['talks'])}"
    return (
        f"         [End of {month['month']}: {talks}, {deal}, {now['crisis']}, tier {now['tier']}; trade in the month "
        f"{now['trade_china']:.1f} m USD with China and {now['trade_russia']:.2f} with Russia; reserves "
        f"{now['reserves']:.1f} bn USD; growth {now['growth']:+.1f}% a year]"
    )


def wrapped(text: str, later: str = "", first: str = "") -> list[str]:
    """Lines of at most WIDTH columns."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )
