"""What happened at the table: talks, summits, meetings, votes in the Council, deals, requests to Seoul.

Each function reads the arrays in which the mechanisms recorded it, and names a cause only where the mechanism leaves one.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.chronicle.turn import BALLOTS, BREAKS, DEALS, PHASES, Event, Turn
from sim.state import AXES, PRK, USA, total

SCHEDULED = PHASES.index("summit scheduled")
SEVERE, WAR = 4, 5
FELT = 0.02  # % of GDP a year: a loss of Seoul below it is not told, by convention


def talks(turn: Turn) -> Iterator[Event]:
    """Phases, summits held and called off, Washington's demand, the moratorium."""
    if turn.now("summit"):
        yield {"kind": "summit", "number": int(turn.now("summits"))}
    elif turn.was("phase") == SCHEDULED and not turn.was("summit"):
        yield {"kind": "summit_called_off", "cause": _spoiler(turn)}
    if turn.now("failed_summit"):
        yield {"kind": "summit_failed"}
    moved = turn.change("phase")
    if moved:
        way = "up" if moved[1] > moved[0] else "down"
        yield {"kind": "talks", "from": PHASES[moved[0]], "to": PHASES[moved[1]], "direction": way}
    demand = turn.change("sequencing")
    if demand:
        yield {"kind": "demand", "to": "disarmament first" if demand[1] else "step by step"}
    if turn.began("moratorium"):
        yield {"kind": "moratorium", "declared": True}
    if turn.ended("moratorium"):
        yield {"kind": "moratorium", "declared": False}


def _spoiler(turn: Turn) -> str:
    """What made a scheduled summit impossible; empty where only chance did."""
    if turn.was("crisis") >= WAR:
        return "war"
    if turn.before.turnover[[PRK, USA], 0].any():
        return "new government"
    return "severe test" if turn.was("severity") >= SEVERE else ""


def meetings(turn: Turn) -> Iterator[Event]:
    """Meetings of Pyongyang's leader, and arms for friendship."""
    for host in AXES["host"]:
        if turn.now(f"meeting.{host}"):
            yield {"kind": "meeting", "host": host}
    if turn.now("cooperation"):
        yield {"kind": "military_cooperation"}


def council(turn: Turn) -> Iterator[Event]:
    """Drafts with votes by name, drafts circulated, and what the sanctions committee lets through."""
    sponsors = [name for name in AXES["neighbour"] if turn.did(f"{name}.circulate_easing")]
    if sponsors:
        yield {"kind": "draft_circulated", "by": sponsors}
    if turn.now("draft"):
        yield _vote(turn)
    if turn.now("exemption") > turn.was("exemption"):
        yield {"kind": "exemption", "for": "works across the border", "months": int(turn.now("exemption"))}
    if turn.now("aid_cleared"):
        yield {"kind": "exemption", "for": "humanitarian goods", "months": 0}


def _vote(turn: Turn) -> Event:
    votes = {member: BALLOTS[int(turn.now(f"votes.{member}"))] for member in AXES["permanent"]}
    tightening = turn.now("draft") > 0
    promised = bool((turn.before.relief > turn.before.granted)[:, 0].any())
    sponsors = [name for name in ("russia", "china") if turn.did(f"{name}.table_easing")]
    adopted = bool(turn.now("adopted"))
    return {
        "kind": "draft",
        "direction": "tightening" if tightening else "easing",
        "by": ["united_states"] if tightening else ["deal"] if promised else sponsors,
        "votes": votes,
        "votes_for": int(turn.now("votes_for")),
        "adopted": adopted,
        "vetoed_by": [member for member, ballot in votes.items() if ballot == "no"],
        "tier": int(turn.now("tier")) if adopted and turn.now("tier") > turn.was("tier") else None,
        "listing": bool(turn.now("listing")),
    }


def deals(turn: Turn) -> Iterator[Event]:
    """Deals signed, cheated on in secret, broken and why, and sanctions that come back with a broken deal."""
    if turn.now("agreed"):
        yield {"kind": "deal_signed", "deal": DEALS[int(turn.now("deal"))]}
    if turn.now("cheating") > turn.was("cheating"):
        yield {"kind": "cheating"}
    cause = int(turn.now("collapse_cause"))
    if cause:
        yield {"kind": "deal_broken", "deal": DEALS[int(turn.was("deal"))], "cause": BREAKS[cause]}
    back = [
        name
        for name, before, after in zip(AXES["package"], turn.before.granted[:, 0], turn.after.granted[:, 0], strict=True)
        if after < before
    ]
    if back:
        yield {"kind": "snapback", "packages": back}


def seoul(turn: Turn) -> Iterator[Event]:
    """Requests to Seoul, its answers, and what pressure costs it."""
    for place in AXES["neighbour"]:
        if turn.now(f"request.{place}"):
            yield {"kind": "request", "by": place}
        for answer in ("accepted", "refused"):
            if turn.now(f"{answer}.{place}"):
                yield {"kind": "request_answered", "by": place, "answer": answer}
    before, after = (float(total(world.sector_loss)[0]) for world in (turn.before, turn.after))
    if turn.did("china.coerce_seoul") and after >= FELT:
        yield {"kind": "coercion", "loss": after, "sectors": _sectors(turn)}
    elif before >= FELT > after:
        yield {"kind": "coercion_over"}


def _sectors(turn: Turn) -> dict[str, float]:
    """Seoul's loss by sector, % of GDP a year."""
    return {name: float(loss) for name, loss in zip(AXES["sector"], turn.after.sector_loss[:, 0], strict=True)}
