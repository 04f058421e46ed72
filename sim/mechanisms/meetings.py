"""Meetings of Pyongyang's leader with Beijing, Moscow and Seoul, contacts, recognition, and arms for friendship.

    P(meeting) = L(base + warmth A_ij + both proposed - epidemic), where one side proposes and the other accepts
    contact   <- 11/12 contact + meetings + dialogues and visits / 2 + messages / 4 + words / 8

Sources: leaders' meetings of 2018-19 (five with Xi, one with Putin, three with Moon); Nitsch 2007 (a visit goes with 8 to
10% more exports, short-lived).
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.state import AXES, CHINA, CHN, DYAD, FLOAT, KOR, PRK, RUS, RUSSIA, SEOUL, Array, World, legal, logistic

HOSTS = {"china": (CHINA, CHN), "russia": (RUSSIA, RUS), "south_korea": (SEOUL, KOR)}
# who proposes a meeting: Pyongyang's move, the other's move
PROPOSALS = {
    "china": ("north_korea.visit_to_beijing", "china.summit_offer"),
    "russia": ("north_korea.visit_to_moscow", "russia.summit_offer"),
    "south_korea": ("north_korea.inter_korean_opening", "south_korea.hotline"),
}
HALF_CONTACTS = {"china": ("china.senior_visit",), "russia": ("russia.strategic_dialogue", "russia.military_exchange"),
                 "south_korea": ("south_korea.humanitarian_aid",)}  # fmt: skip
MESSAGES = {
    "china": ("north_korea.message_to_beijing", "china.message_to_pyongyang"),
    "russia": ("north_korea.message_to_moscow", "russia.message_to_pyongyang"),
    "south_korea": ("south_korea.hotline", "north_korea.inter_korean_opening"),
}


def acceptance(*, base: Array, warmth: Array, affinity: Array, both: Array, epidemic: Array) -> Array:
    """Chance that a proposed meeting comes about; log odds add up."""
    return logistic(base + warmth * affinity + both - epidemic)


def fading(*, stock: Array, months: float) -> Array:
    """A twelve-month count kept as a stock that loses one part in ``months``."""
    return stock * (1 - 1 / months)


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:
    """Who meets whom, what contact is kept, what recognition and cooperation come of it."""
    meetings = np.array([_meeting(world, moves, params, dice, host) for host in HOSTS])
    contact = np.array([_contact(world, moves, meetings, host) for host in HOSTS])
    seen = params["meetings.recognition"] * np.maximum(meetings[CHINA], np.maximum(meetings[RUSSIA], meetings[SEOUL]))
    status = params["meetings.status_memory"] * world.status
    gained = np.maximum(seen, params["meetings.recognition_washington"] * world.summit)
    glow = params["meetings.glow_memory"] * world.visit_glow
    return world.replace(
        meeting=meetings,
        since_meeting=legal("since_meeting", np.where(meetings > 0, 0, world.since_meeting + 1)),
        contact=legal("contact", contact),
        visit_glow=glow + (1 - glow) * meetings[: len(glow)],
        status=legal("status", status + gained * (1 - status)),
        cooperation=_cooperation(world, moves, params, dice),
    )


def _meeting(world: World, moves: Moves, params: Parameters, dice: Dice, host: str) -> Array:
    place, nation = HOSTS[host]
    own, other = (moves[name] for name in PROPOSALS[host])
    proposed = np.maximum(own, other)
    chance = acceptance(
        base=params[f"meetings.base_{host}"],
        warmth=params["meetings.warmth"],
        affinity=world.affinity[DYAD[PRK, nation]],
        both=params["meetings.both"] * own * other,
        epidemic=params["meetings.epidemic"] * world.epidemic,
    )
    rested = world.since_meeting[place] + 1 >= params["meetings.pause"]
    return dice.happens(proposed * rested * chance, f"meetings/{host}")


def _contact(world: World, moves: Moves, meetings: Array, host: str) -> Array:
    """Contacts of the last twelve months: a meeting counts one, a dialogue half, a message a quarter, praise an eighth."""
    place, _ = HOSTS[host]
    half = sum(moves[name] for name in HALF_CONTACTS[host])
    quarter = sum(moves[name] for name in MESSAGES[host])
    words = moves["north_korea.state_media_signal"] if host in AXES["neighbour"] else 0
    return fading(stock=world.contact[place], months=12) + meetings[place] + half / 2 + quarter / 4 + words / 4 / 2


def _cooperation(world: World, moves: Moves, params: Parameters, dice: Dice) -> Array:
    """Military-technical cooperation: Pyongyang asks, Moscow agrees the more the wider its rift with Washington."""
    chance = logistic(
        params["meetings.arms"]
        + params["meetings.arms_rift"] * world.rift[RUSSIA]
        + params["meetings.arms_exchange"] * moves["russia.military_exchange"]
        - params["meetings.arms_fear"] * world.secondary_risk[RUSSIA]
    )
    agreed = dice.uniform("meetings/arms") < chance
    return (moves["north_korea.military_cooperation"] * agreed).astype(FLOAT)
