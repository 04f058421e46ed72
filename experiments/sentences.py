"""One sentence for every kind of event in a chronicle, built from what was recorded of it and from nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sim.chronicle import Event

CAPITALS = {
    "north_korea": "Pyongyang", "russia": "Moscow", "china": "Beijing", "united_states": "Washington",
    "south_korea": "Seoul", "deal": "the deal in force",
}  # fmt: skip
PLACES = ("beijing", "china", "korea", "moscow", "pyongyang", "russia", "seoul", "washington")
WEAPONS = {
    "srbm": "short-range missile", "irbm": "intermediate-range missile", "slbm": "submarine-launched missile",
    "icbm": "ICBM or space rocket", "nuclear": "nuclear device",
}  # fmt: skip
PROJECTS = {"gas": "The gas pipeline", "rail": "The railway", "rajin_khasan": "Rajin-Khasan"}
SPOILERS = {"war": ": it is war", "new government": ": a government has changed", "severe test": " after a severe test"}
BREAKERS = {
    "test": "a severe test has broken it", "cheating": "cheating has been found", "united_states": "Washington withdraws",
    "north_korea": "Pyongyang withdraws",
}  # fmt: skip
PROGRAMMES = {
    "liaison": "the liaison office", "humanitarian": "humanitarian aid", "rail": "the rail link",
    "kumgang": "the Kumgang tours project", "military_agreement": "the military agreement",
}  # fmt: skip
KILLERS = {
    "provocation": "a provocation", "crisis": "a clash", "sanctions": "sanctions", "epidemic": "the epidemic",
    "seoul": "Seoul's own government",
}  # fmt: skip

DEEDS = {  # what a nation does whose rule of decision is another than the usual one
    "best_reply": "takes its best reply", "satisficing": "takes what is good enough", "tit_for_tat": "answers in kind",
    "inertia": "does what it did of late", "base_rates": "acts at base rates", "random": "acts at random",
}  # fmt: skip


def sentence(event: Event) -> str:
    """The event as one sentence with its full stop."""
    return f"{SENTENCES[event['kind']](event)}."


def deed(rule: str) -> str:
    """How a nation decides under a rule, the name of the rule where it comes from another package."""
    return DEEDS.get(rule, f"follows the rule {rule}")


def plain(name: str) -> str:
    """A name as one reads it: ``message to Moscow``."""
    return " ".join(word.title() if word in PLACES else word for word in name.split("_"))


def listed(names: Iterable[str]) -> str:
    """``a, b and c``."""
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _decree(event: Event) -> str:
    changes = [f"{path} = {value:g}" for path, value in event["set"].items()]
    changes += [f"{path} {value:+g}" for path, value in event["add"].items()]
    since = f", since {event['when']}" if "when" in event else ""
    return f"By the scenario{since}: {', '.join(changes)}{_because(event)}"


def _because(event: Event) -> str:
    return f" ({event['why'].rstrip('.')})" if event["why"] else ""


def _instruction(event: Event) -> str:
    moves = "; ".join(event["meanings"])
    must = "must choose" if event["forced"] else "may not choose"
    return f"By the scenario {CAPITALS[event['nation']]} {must}, to the end of {event['until']}: {moves}{_because(event)}"


def _gate_closed(event: Event) -> str:
    return f"What the scenario asks of {CAPITALS[event['nation']]} is not open to it this month: {event['meaning']}"


def _harvest(event: Event) -> str:
    return f"The harvest is {abs(event['deviation']):.0f}% {'above' if event['deviation'] > 0 else 'below'} its mean"


def _war_elsewhere(event: Event) -> str:
    begins = event["state"] == "begins"
    return "A war elsewhere draws attention away" if begins else "The war elsewhere no longer draws attention away"


def _called_off(event: Event) -> str:
    return f"The scheduled summit is called off{SPOILERS.get(event['cause'], '; no single cause is recorded')}"


def _talks(event: Event) -> str:
    if event["to"] == "summit scheduled":
        return f"Pyongyang and Washington schedule a summit; until now: {_phase(event['from'])}"
    return f"Talks with Washington move {event['direction']} from {_phase(event['from'])} to {_phase(event['to'])}"


def _phase(name: str) -> str:
    return {"none": "no talks", "summit scheduled": "a scheduled summit"}.get(name, name)


def _demand(event: Event) -> str:
    if event["to"] == "step by step":
        return "Washington no longer asks for disarmament first: relief may go step by step"
    return "Washington asks for disarmament first"


def _moratorium(event: Event) -> str:
    moratorium = "moratorium on ICBM and nuclear tests"
    return f"Pyongyang declares a {moratorium}" if event["declared"] else f"Pyongyang's {moratorium} is over"


def _answered(event: Event) -> str:
    did = "gives way to" if event["answer"] == "accepted" else "refuses"
    return f"Seoul {did} a request of {CAPITALS[event['by']]}"


def _coercion(event: Event) -> str:
    worst = max(event["sectors"], key=event["sectors"].__getitem__)
    return f"Beijing's pressure costs Seoul {event['loss']:.2f}% of GDP a year, most of it in {plain(worst)}"


def _draft(event: Event) -> str:
    sponsors = listed(CAPITALS[name] for name in event["by"])
    brought = f"brought by {sponsors}" if event["by"] == ["deal"] else f"tabled by {sponsors}"
    draft = f"The Security Council votes on a draft {event['direction']} sanctions"
    return f"{draft}, {brought}: {_result(event)} ({_votes(event)})"


def _result(event: Event) -> str:
    votes = f"{event['votes_for']} of 15 votes"
    if event["vetoed_by"]:
        return f"{votes} in favour, vetoed by {listed(_member(name) for name in event['vetoed_by'])}"
    if not event["adopted"]:
        return f"it fails with {votes}, nine are needed"
    if event["tier"]:
        return f"adopted with {votes}, the legal ladder rises to tier {event['tier']}"
    return f"adopted with {votes}" + (", it names persons and firms and bans no goods" if event["listing"] else "")


def _votes(event: Event) -> str:
    by_ballot = [
        (ballot, [_member(name) for name, given in event["votes"].items() if given == ballot])
        for ballot in ("yes", "no", "abstention")
    ]
    return "; ".join(f"{ballot}: {', '.join(names)}" for ballot, names in by_ballot if names)


def _member(name: str) -> str:
    return plain(name).title()


def _exemption(event: Event) -> str:
    lasting = f" for {event['months']} months" if event["months"] else ""
    return f"The sanctions committee exempts {event['for']}{lasting}"


def _tests(event: Event) -> str:
    counts = [f"{count} {WEAPONS[name]}{'s' * (count > 1)}" for name, count in event["counts"].items()]
    return f"North Korea tests {listed(counts)}"


def _crisis(event: Event) -> str:
    if event["direction"] == "up":
        return f"The crisis ladder rises from {event['from']} to {event['to']}"
    return f"The crisis ladder falls back from {event['from']} to {event['to']}"


def _broken(event: Event) -> str:
    return f"The {event['deal']} deal is over: {BREAKERS[event['cause']]}"


def _project(event: Event) -> str:
    moves = "moves on" if event["direction"] == "up" else "falls back"
    return f"{PROJECTS[event['project']]} {moves} from {event['from']} to {event['to']}"


def _programmes(event: Event) -> str:
    names = listed(PROGRAMMES[name] for name in event["programmes"]) if event["programmes"] else ""
    if not names:
        return f"Programmes of Seoul suffer because of {KILLERS[event['cause']]}"
    if event["state"] == "alive":
        return f"Programmes of Seoul revive: {names}"
    return f"Programmes of Seoul end because of {KILLERS[event['cause']]}: {names}"


def _election(event: Event) -> str:
    country = "The United States elect" if event["nation"] == "united_states" else "South Korea elects"
    if not event["winner"]:
        return f"{country} a president: the party in office stays"
    return f"{country} a president: a government of the type '{event['winner']}' is voted in"


def _administration(event: Event) -> str:
    return f"A government of the type '{event['type']}' takes office in {CAPITALS[event['nation']]}"


def _trade(event: Event) -> str:
    if event["state"] == "collapses":
        return f"Trade with China and Russia has collapsed to {event['value']:.1f} m USD, a tenth of 2019 or less"
    return f"Trade with China and Russia is back at {event['value']:.1f} m USD, a quarter of 2019 or more"


def _reserves(event: Event) -> str:
    how = "are nearly spent" if event["state"] == "collapses" else "have recovered"
    return f"Hard-currency reserves {how}: {event['value']:.2f} bn USD"


SENTENCES: Mapping[str, Callable[[Any], str]] = {
    "decree": _decree,
    "instruction": _instruction,
    "gate_closed": _gate_closed,
    "pandemic": lambda event: "A pandemic begins" if event["state"] == "begins" else "The pandemic is over",
    "war_elsewhere": _war_elsewhere,
    "harvest": _harvest,
    "summit": lambda event: f"The leaders of Pyongyang and Washington meet, their formal summit number {event['number']}",
    "summit_called_off": _called_off,
    "summit_failed": lambda _: "The summit ends without a new deal",
    "talks": _talks,
    "demand": _demand,
    "moratorium": _moratorium,
    "meeting": lambda event: f"The leaders of Pyongyang and {CAPITALS[event['host']]} meet",
    "military_cooperation": lambda _: "Moscow agrees to military-technical cooperation with Pyongyang",
    "request": lambda event: f"{CAPITALS[event['by']]} puts a request to Seoul",
    "request_answered": _answered,
    "coercion": _coercion,
    "coercion_over": lambda _: "Beijing's pressure on Seoul has faded",
    "draft_circulated": lambda event: f"An easing draft is circulated by {listed(CAPITALS[name] for name in event['by'])}",
    "draft": _draft,
    "exemption": _exemption,
    "tests": _tests,
    "incident": lambda _: "There is an incident at the sea border or the armistice line",
    "crisis": _crisis,
    "bluff": lambda _: "A threat of North Korea runs out without the test it promised",
    "deal_signed": lambda event: f"Pyongyang and Washington sign a deal: {event['deal']}",
    "cheating": lambda _: "Pyongyang begins to cheat on the deal in secret",
    "deal_broken": _broken,
    "snapback": lambda event: f"Sanctions snap back on {', '.join(plain(name) for name in event['packages'])}",
    "border": lambda event: f"North Korea's border, {event['from']} until now, is {event['to']}",
    "project": _project,
    "enclave": lambda event: f"The {event['place'].title()} zone {'opens' if event['opens'] else 'is closed'}",
    "programmes": _programmes,
    "election": _election,
    "administration": _administration,
    "leader_exit": lambda event: f"North Korea's leader is gone; a successor of the type '{event['successor']}' follows",
    "trade": _trade,
    "reserves": _reserves,
}
