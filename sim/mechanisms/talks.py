"""Talks between Pyongyang and Washington: phases up and down, acceptances by both, summits, the scar of a failed one.

    P(none -> contacts)  = L(contact + opening_US + opening_NK + mediation)
    P(contacts -> level) = L(level + opening_US + opening_NK + mediation - epidemic - exercise)
    P(level -> summit)   = L(acceptance of Washington) x L(acceptance of Pyongyang)
    P(down)              = neglect + severe test + new sanctions + hard line + change of administration

A scheduled summit is held the month after, if nothing comes between. A freeze or more in force means phase 4. Sources:
CRS R45033 and the record of 1994 to 2019; Osgood 1962; Putnam 1988. Levels are priors that leave
mid-2020 rare; they are not fitted to it.
"""

import numpy as np

from sim.actions import Moves
from sim.calendar import months_to_election
from sim.chance import Dice
from sim.parameters import Parameters
from sim.state import (
    CHN,
    CONVENTIONAL,
    DYAD,
    FLOAT,
    LEADER_DRIVEN,
    PRESSURE,
    PRK,
    RUS,
    USA,
    Array,
    Flags,
    World,
    legal,
    logistic,
)

NONE, CONTACTS, LEVEL, SCHEDULED, IMPLEMENTING = range(5)
SEVERE, GRAVEST = 4, 5
FREEZE = 2  # the deal from which there is something to implement
CAMPAIGN = (2, 6)  # months before an election in which a summit flatters


def scar(*, since_failure: Array, fading: Array) -> Array:
    """What is left of the disappointment of a failed summit, 0-1; months."""
    return np.exp(-since_failure / fading)


def phase_next(*, phase: Array, rise: Array, fall: Array, up: Array, down: Array) -> Array:
    """The phase a month later. up, down: chances; rise, fall: luck of each. Falling wins over rising."""
    lower = (fall < down) & (phase > NONE)
    higher = (rise < up) & ~lower
    return (phase + higher - lower).astype(FLOAT)


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:
    """The phase of the month, whether a summit is held, and the moratorium."""
    start = _after_what_happened(world)
    opening = _openings(moves, params)
    up = np.where(start == NONE, _to_contacts(moves, params, opening), 0)
    up = np.where(start == CONTACTS, _to_level(world, moves, params, opening), up)
    ready = (start == LEVEL) | (start == IMPLEMENTING)
    summit_next = ready & (dice.uniform("talks/summit") < _to_summit(world, moves, params))
    down = _down(world, moves, params)
    down = np.where((start == SCHEDULED) | (start == IMPLEMENTING), 0, down)
    phase = phase_next(phase=start, rise=dice.uniform("talks/up"), fall=dice.uniform("talks/down"), up=up, down=down)
    open_talks = params["talks.open"] > 0
    held = (start == SCHEDULED) & (dice.uniform("talks/held") < _held(world, params)) & open_talks
    called_off = (start == SCHEDULED) & ~held
    phase = np.where(summit_next & (phase == start), SCHEDULED, np.where(called_off, LEVEL, phase))
    phase = np.where(open_talks, phase, NONE)
    moratorium, broke = _moratorium(world, moves, phase)
    return world.replace(
        phase=phase,
        idle=legal("idle", np.where((phase > world.phase) | held, 0, world.idle + 1)),
        since_failure=legal("since_failure", np.where(world.failed_summit > 0, 0, world.since_failure + 1)),
        summit=held.astype(FLOAT),
        summits=legal("summits", world.summits + held),
        sequencing=_sequencing(world, moves, params, dice),
        moratorium=moratorium,
        broken_word=np.where(broke | (world.bluff > 0), 1, params["talks.word_memory"] * world.broken_word),
    )


def _after_what_happened(world: World) -> Array:
    """The phase at which the month begins: a freeze or more is implemented, a failed summit leaves contacts, a new
    administration costs a phase, war ends it all."""
    binding = world.deal >= FREEZE
    phase = np.where(binding & (world.phase != SCHEDULED), IMPLEMENTING, world.phase)
    ended = ~binding & (world.phase == IMPLEMENTING)
    over = (world.phase == SCHEDULED) & (world.summit > 0)  # the summit has been held
    phase = np.where(over, np.where(binding, IMPLEMENTING, LEVEL), phase)
    phase = np.where(ended | (world.failed_summit > 0), CONTACTS, phase)
    new = np.maximum(world.turnover[PRK], world.turnover[USA])
    phase = np.where((phase > NONE) & (phase < IMPLEMENTING), np.maximum(phase - new, NONE), phase)
    return np.where(world.crisis >= 5, NONE, phase).astype(FLOAT)


def _openings(moves: Moves, params: Parameters) -> Array:
    """Openings of both sides in log odds: what each offered this month, and what others did to bring them together."""
    signal = params["talks.signal"] * moves["united_states.positive_signal"]
    washington = np.maximum(moves["united_states.leader_letter"], moves["united_states.talks_offer"])
    washington = np.maximum(washington, moves["united_states.phased_offer"])
    pyongyang = np.maximum(moves["north_korea.opening_to_washington"], moves["north_korea.confidence_step"])
    calm = moves["united_states.scaled_exercise"] + moves["south_korea.scaled_exercise"]
    return (
        params["talks.opening"] * (np.maximum(washington, signal) + pyongyang)
        + params["talks.mediation"] * _mediation(moves)
        + params["talks.calm"] * calm / 2
    )


def _mediation(moves: Moves) -> Array:
    return moves["russia.mediation"] + moves["china.mediation"] + moves["south_korea.shuttle_mediation"]


def _to_contacts(moves: Moves, params: Parameters, opening: Array) -> Array:
    words = params["talks.hard_words"] * moves["united_states.hard_line"]
    return logistic(params["talks.to_contacts"] + opening - words)


def _to_level(world: World, moves: Moves, params: Parameters, opening: Array) -> Array:
    exercise = np.maximum(moves["united_states.full_exercise"], moves["south_korea.full_exercise"])
    return logistic(
        params["talks.to_level"] + opening - params["talks.epidemic"] * world.epidemic - params["talks.exercise"] * exercise
    )


def _to_summit(world: World, moves: Moves, params: Parameters) -> Array:
    """Chance that both accept a summit this month."""
    pain = params["talks.scar"] * scar(since_failure=world.since_failure, fading=params["talks.scar_fading"])
    epidemic = params["talks.epidemic"] * world.epidemic
    tested = params["talks.tested"] * (world.since_severe < 3)
    campaign = CAMPAIGN[0] <= months_to_election("united_states", world.date) <= CAMPAIGN[1]
    flattery = params["talks.flattery"] * np.clip((50 - world.approval[0]) / 12, 0, 1) * campaign
    washington = (
        params["talks.accept_washington"]
        + params["talks.leader_driven"] * (world.administration[USA] == LEADER_DRIVEN)
        - params["talks.leader_driven"] / 2 * (world.administration[USA] == PRESSURE)
        + params["talks.offer"] * moves["united_states.summit_offer"]
        + flattery - epidemic - tested - pain
    )  # fmt: skip
    endorsed = (world.affinity[DYAD[PRK, CHN]] + world.affinity[DYAD[PRK, RUS]]) / 2
    pyongyang = (
        params["talks.accept_pyongyang"]
        + params["talks.relief"] * world.zone
        + params["talks.recognition"] * (1 - world.status)
        + params["talks.endorsement"] * endorsed
        + params["talks.mediation"] * np.maximum(moves["russia.mediation"], moves["china.mediation"])
        + params["talks.offer"] * moves["north_korea.opening_to_washington"] / 2
        - epidemic - pain
    )  # fmt: skip
    return logistic(washington) * logistic(pyongyang)


def _held(world: World, params: Parameters) -> Array:
    """Chance that a scheduled summit takes place; a change of administration has cost the appointment before."""
    spoiled = world.severity >= SEVERE
    return params["talks.held"] * (1 - params["talks.held_epidemic"] * world.epidemic) * ~spoiled


def _down(world: World, moves: Moves, params: Parameters) -> Array:
    """Chance that talks fall back a phase."""
    return (
        params["talks.decay"]
        + params["talks.down_severe"] * (world.severity >= SEVERE)
        + params["talks.down_sanctions"] * ((world.adopted > 0) & (world.draft > 0))
        + params["talks.down_idle"] * (world.idle >= 3)
        + params["talks.down_hard_line"] * moves["united_states.hard_line"]
    )


def _sequencing(world: World, moves: Moves, params: Parameters, dice: Dice) -> Array:
    """What Washington demands: an offer of steps opens the second way, a hard line and a new pressure administration
    close it; a conventional administration comes in with steps."""
    hardens = dice.happens(params["talks.hardening"], "talks/hardening") * moves["united_states.hard_line"]
    sequencing = np.where(hardens > 0, 1, world.sequencing)
    sequencing = np.where(moves["united_states.phased_offer"] > 0, 0, sequencing)
    arrived = world.turnover[USA] > 0
    by_type = (world.administration[USA] != CONVENTIONAL).astype(FLOAT)
    return np.where(arrived, by_type, sequencing)


def _moratorium(world: World, moves: Moves, phase: Array) -> tuple[Array, Flags]:
    """The moratorium, and whether a test broke it.

    It is declared in talks or under a deal that freezes, and ends with a test of the gravest kind, or with a threat after
    talks have lapsed.
    """
    declared = (moves["north_korea.confidence_step"] > 0) | (
        (moves["north_korea.opening_to_washington"] > 0) & (phase >= CONTACTS)
    )
    declared = declared | (world.deal >= 2)
    broken = (world.severity >= GRAVEST) | ((moves["north_korea.coercive_rhetoric"] > 0) & (phase == NONE))
    kept = np.where(broken, 0, np.where(declared, 1, world.moratorium)).astype(FLOAT)
    return kept, (world.severity >= GRAVEST) & (world.moratorium > 0)
