"""What happened on the ground: the pandemic, the border, tests, the crisis ladder, projects, governments.

Each function reads the arrays in which the mechanisms recorded it, and names a cause only where the mechanism leaves one.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.calendar import votes_in
from sim.chronicle.turn import BORDERS, OFFICES, RUNGS, SETBACKS, STAGES, Event, Turn
from sim.parameters.tables import HARVEST_MONTH
from sim.state import AXES

ALIVE = 0.1  # a programme above this is alive, as in the outcomes
REVIVED = 0.15  # from which it is told to revive, so that what drifts about the line is not told each time
BLOW = 0.02  # loss in a month from which a programme that ends is named
POOR = 10  # % below or above its mean from which a harvest is told, by convention
PRESIDENTS = AXES["democracy"]


def shocks(turn: Turn) -> Iterator[Event]:
    """The pandemic, a war elsewhere, the harvest."""
    for path, kind in (("epidemic", "pandemic"), ("war_elsewhere", "war_elsewhere")):
        if turn.began(path):
            yield {"kind": kind, "state": "begins"}
        if turn.ended(path):
            yield {"kind": kind, "state": "ends"}
    harvest = turn.now("harvest")
    if turn.after.date.month == HARVEST_MONTH and abs(harvest) >= POOR:
        yield {"kind": "harvest", "deviation": harvest}


def tests(turn: Turn) -> Iterator[Event]:
    """Weapon tests of the month, by class."""
    counts = {name: int(turn.now(f"tests.{name}")) for name in AXES["test_class"]}
    if any(counts.values()):
        yield {"kind": "tests", "counts": {name: count for name, count in counts.items() if count}}


def crisis(turn: Turn) -> Iterator[Event]:
    """Incidents, the ladder, a threat that ran out."""
    if turn.now("incident"):
        yield {"kind": "incident"}
    moved = turn.change("crisis")
    if moved:
        way = "up" if moved[1] > moved[0] else "down"
        yield {"kind": "crisis", "from": RUNGS[moved[0]], "to": RUNGS[moved[1]], "direction": way}
    if turn.now("bluff"):
        yield {"kind": "bluff"}


def border(turn: Turn) -> Iterator[Event]:
    """North Korea's border regime."""
    moved = turn.change("border")
    if moved:
        yield {"kind": "border", "from": BORDERS[moved[0]], "to": BORDERS[moved[1]]}


def projects(turn: Turn) -> Iterator[Event]:
    """Stages of projects, Kaesong and Kumgang, Seoul's programmes and the cause of a setback."""
    for name in AXES["project"]:
        moved = turn.change(f"stage.{name}")
        if moved:
            way = "up" if moved[1] > moved[0] else "down"
            yield {"kind": "project", "project": name, "from": STAGES[moved[0]], "to": STAGES[moved[1]], "direction": way}
    for name in ("kaesong", "kumgang"):
        if turn.began(name) or turn.ended(name):
            yield {"kind": "enclave", "place": name, "opens": turn.began(name)}
    known = [(name, turn.was(f"programme.{name}"), turn.now(f"programme.{name}")) for name in AXES["programme"]]
    fallen = [name for name, was, now in known if was > ALIVE >= now and was - now >= BLOW]
    risen = [name for name, was, now in known if was <= REVIVED < now]
    if risen:
        yield {"kind": "programmes", "state": "alive", "programmes": risen, "cause": ""}
    if turn.now("setback"):
        yield {"kind": "programmes", "state": "dead", "programmes": fallen, "cause": SETBACKS[int(turn.now("setback"))]}


def governments(turn: Turn) -> Iterator[Event]:
    """Elections, administrations that take office, and a leader's exit in Pyongyang."""
    for nation in PRESIDENTS:
        if votes_in(nation, turn.after.date):
            incoming = int(turn.now(f"incoming.{nation}"))
            at_once = turn.now(f"turnover.{nation}") > 0
            winner = OFFICES[nation][incoming] if incoming >= 0 else _office(turn, nation) if at_once else ""
            yield {"kind": "election", "nation": nation, "winner": winner}
        if turn.now(f"turnover.{nation}"):
            yield {"kind": "administration", "nation": nation, "type": _office(turn, nation)}
    if turn.now("leader_exit"):
        yield {"kind": "leader_exit", "successor": _office(turn, "north_korea")}


def _office(turn: Turn, nation: str) -> str:
    """The type of government that a nation has at the end of the month."""
    return OFFICES[nation][int(turn.now(f"administration.{nation}"))]
