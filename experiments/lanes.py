"""What happened in one run as dated events in lanes by theme, each with its few words and its whole sentence.

Events and how things stand come from the chronicle of the run (``sim.chronicle``); nothing is guessed here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from experiments.sentences import CAPITALS, plain, sentence
from experiments.story import Story
from sim.chronicle import Event

BLANK: Mapping[str, Any] = MappingProxyType({"label": "", "sentence": "", "hollow": False})  # where nothing else is said
LONGEST = 34  # letters of few words
TESTS, STANDING = "Tests", "standing"
FAILURES = ("summit_called_off", "summit_failed", "deal_broken", "snapback", "bluff", "coercion_over", "gate_closed")


@dataclass(frozen=True)
class Lane:
    """Kinds of events that stand together, each with its few words."""

    title: str
    words: Mapping[str, Callable[[Event], str]]


def _brief(text: str) -> str:
    return textwrap.shorten(text, LONGEST, placeholder=" …")


def _of(key: str, says: str) -> Callable[[Event], str]:
    return lambda event: says.format(plain(str(event[key])))


def _capital(event: Event) -> str:
    return CAPITALS[event.get("by") or event.get("host") or event["nation"]]


def _draft(event: Event) -> str:
    kind = "tighten" if event["direction"] == "tightening" else "ease"
    end = "veto" if event["vetoed_by"] else "adopted" if event["adopted"] else "fails"
    tier = f", tier {event['tier']}" if event["tier"] else ""
    return f"{kind}: {end}{tier}"


def _project(event: Event) -> str:
    name = {"gas": "pipeline", "rail": "railway", "rajin_khasan": "Rajin"}[event["project"]]
    return f"{name}: {event['to']}"


def _programmes(event: Event) -> str:
    names = ", ".join(plain(name) for name in event["programmes"]) or "no programme"
    return f"alive: {names}" if event["state"] == "alive" else f"{event['cause'].replace('seoul', 'Seoul')} ends {names}"


LANES = (
    Lane("Talks and summits", {
        "summit": _of("number", "summit {}"),
        "summit_called_off": lambda _: "called off",
        "summit_failed": lambda _: "no deal",
        "talks": lambda event: "no talks" if event["to"] == "none" else event["to"],
        "demand": _of("to", "{}"),
        "moratorium": lambda event: "moratorium" if event["declared"] else "moratorium over",
        "meeting": lambda event: f"meets {_capital(event)}",
        "military_cooperation": lambda _: "arms with Moscow",
    }),
    Lane("Deals", {
        "deal_signed": _of("deal", "{} deal"),
        "cheating": lambda _: "cheating begins",
        "deal_broken": lambda event: f"broken: {CAPITALS.get(event['cause'], event['cause'])}",
        "snapback": lambda _: "snapback",
    }),
    Lane("Council", {
        "draft": _draft,
        "draft_circulated": lambda _: "easing circulated",
        "exemption": _of("for", "exempt: {}"),
    }),
    Lane("Crises", {
        "crisis": _of("to", "{}"),
        "incident": lambda _: "incident",
        "bluff": lambda _: "bluff",
    }),
    Lane("Seoul and projects", {
        "request": lambda event: f"{_capital(event)} asks",
        "request_answered": lambda event: f"{_capital(event)}: {event['answer']}",
        "coercion": lambda _: "pressure of Beijing",
        "coercion_over": lambda _: "pressure fades",
        "project": _project,
        "enclave": lambda event: f"{event['place'].title()} {'opens' if event['opens'] else 'closes'}",
        "programmes": _programmes,
    }),
    Lane("Governments", {
        "election": lambda event: f"{_capital(event)} votes",
        "administration": lambda event: f"{_capital(event)}: {event['type']}",
        "leader_exit": lambda _: "leader gone",
    }),
    Lane("Conditions", {
        "decree": lambda event: _brief(event["why"].rstrip(".") or "by the scenario"),
        "instruction": lambda event: f"{_capital(event)} bound",
        "gate_closed": lambda event: f"{_capital(event)}: not open",
        "pandemic": _of("state", "pandemic {}"),
        "war_elsewhere": _of("state", "war elsewhere {}"),
        "harvest": lambda event: f"harvest {event['deviation']:+.0f}%",
        "border": _of("to", "border {}"),
        "trade": _of("state", "trade {}"),
        "reserves": _of("state", "reserves {}"),
    }),
)  # fmt: skip


def _fails(event: Event) -> bool:
    """Whether something ends, falls back or is refused: such events are hollow.

    A summit may be scheduled while a deal is carried out; the ladder of talks calls that a step down, but it is no failure.
    """
    if event["kind"] in FAILURES:
        return True
    if event["kind"] == "talks" and event["to"] == "summit scheduled":
        return False
    signs = {"direction": "down", "declared": False, "opens": False, "answer": "refused", "adopted": False}
    ends = event.get("state") in ("ends", "dead", "collapses")
    return ends or any(key in event and event[key] == sign for key, sign in signs.items())


def events(story: Story) -> pd.DataFrame:
    """The table that is drawn: an event, or how things stand at the end of a month, in each row.

    Columns: month, lane, kind, label (few words), sentence, hollow, value (of tests: how many; of ``standing``: the tier, m
    USD in the month, or % a year).
    """
    rows: list[dict[str, Any]] = []
    homes = {kind: lane for lane in LANES for kind in lane.words}
    for month in story["months"]:
        for event in month["events"]:
            base = {"month": month["month"], "kind": event["kind"], "sentence": sentence(event)}
            if event["kind"] == "tests":
                rows += [{**base, "lane": TESTS, "label": kind, "value": n} for kind, n in event["counts"].items()]
                continue
            lane = homes[event["kind"]]
            rows.append({**base, "lane": lane.title, "label": lane.words[event["kind"]](event), "hollow": _fails(event)})
        now = month["standing"]
        values = {"tier": now["tier"], "trade": now["trade_china"] + now["trade_russia"], "growth": now["growth"]}
        rows += [{"month": month["month"], "lane": STANDING, "kind": kind, "value": v} for kind, v in values.items()]
    names = ["month", "lane", "kind", "label", "sentence", "hollow", "value"]
    return pd.DataFrame([{**BLANK, **row} for row in rows], columns=names)
