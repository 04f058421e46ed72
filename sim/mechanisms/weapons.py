"""Weapon tests: events by class, success that improves by learning, salience with habituation, capability.

    success(n)  = mature - (mature - first) exp(-n / n0)
    impact      = severity/5 x exp(-k H) x novelty            attention an event earns
    salience   <- rho_S salience + impact (1 - salience);  H <- rho_H H + step x severity/5

Sources: CSIS and NTI/CNS databases; Thompson and Spencer 1966 (habituation); Pyun and Huh 2016, Kim and Roland
2014 (markets shrug); Hess 2017 (a recent provocation predicts the next: readiness).
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.parameters.tables import TEST_SEVERITY
from sim.state import AXES, FLOAT, Array, World, legal, total

CLASSES = AXES["test_class"]
SEVERE = 4  # severity from which an event is severe
FORGOTTEN = 24  # months after which a severe event is news again: "the first in two years" [P]
MOST_EXTRA = 6  # events; further ones have a chance below 1 in 1,000


def success_chance(*, trials: Array, first: Array, mature: Array, learning: Array) -> Array:
    """Chance that a test succeeds after so many trials."""
    return mature - (mature - first) * np.exp(-trials / learning)


def impact(*, severity: Array, habituation: Array, sensitivity: Array, novelty: Array) -> Array:
    """Attention earned by an event, before saturation; severity 0-5."""
    return severity / 5 * np.exp(-sensitivity * habituation) * novelty


def capability_gain(*, capability: Array, gain: Array, success: Array, failure: Array, events: Array) -> Array:
    """Capability added by tests of one class; later tests add less, a failure adds ``failure`` of a success."""
    lesson = np.minimum(gain * (failure + (1 - failure) * success), 1)
    return (1 - (1 - lesson) ** events) * (1 - capability)


def extra_events(luck: Array, mean: Array) -> Array:
    """Poisson number of further events by inverse distribution function, so that luck stays paired."""
    term = np.exp(-mean)
    below, count = term.copy(), np.zeros_like(luck)
    for number in range(1, MOST_EXTRA + 1):
        count += luck >= below
        term = term * mean / number
        below = below + term
    return count


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:
    """Tests of the month and what they change."""
    tests = _events(moves, params, dice)
    limited = params["crisis.provocation_severity"] * moves["north_korea.border_provocation"]
    severities = TEST_SEVERITY.values[0][:, None] * (tests > 0)
    severity = np.maximum(severities.max(axis=0), limited)
    severe = severity >= SEVERE
    any_test = total(tests) > 0
    deeds = moves["china.strict_enforcement"] + moves["china.support_tightening"] + moves["china.crude_cut"]
    pressed = params["restraint.step"] * (moves["china.restraint_message"] + deeds / 2)
    pressed = pressed + params["restraint.lever"] * world.counter.max(axis=0)  # Seoul's lever works through Beijing
    salience, habituation = _attention(world, moves, params, tests, limited)
    kept = params["readiness.decay"] * world.readiness
    return world.replace(
        tests=tests,
        tests_total=legal("tests_total", world.tests_total + tests),
        capability=_capability(world, moves, params, dice, tests),
        severity=severity,
        since_severe=legal("since_severe", np.where(severe, 0, world.since_severe + 1)),
        salience=salience,
        habituation=habituation,
        readiness=np.where(any_test, kept + params["readiness.step"] * (1 - kept), kept),
        restraint=legal("restraint", params["restraint.decay"] * world.restraint + pressed),
    )


def _events(moves: Moves, params: Parameters, dice: Dice) -> Array:
    """Events by class, ``(class, R)``: an action may release more than one."""
    short = moves["north_korea.short_range_test"]
    medium = moves["north_korea.medium_range_test"]
    strategic = moves["north_korea.strategic_test"]
    at_sea = dice.uniform("weapons/at_sea") < params["tests.submarine_share"]
    several = medium * (1 + extra_events(dice.uniform("weapons/extra_medium"), params["tests.extra_medium"]))
    return np.array([
        short * (1 + extra_events(dice.uniform("weapons/extra_short"), params["tests.extra_short"])),
        np.where(at_sea, 0, several),
        np.where(at_sea, several, 0),
        strategic * (1 + extra_events(dice.uniform("weapons/extra_strategic"), params["tests.extra_strategic"])),
        moves["north_korea.nuclear_test"],
    ])  # fmt: skip


def _capability(world: World, moves: Moves, params: Parameters, dice: Dice, tests: Array) -> Array:
    rows = []
    for place, name in enumerate(CLASSES):
        chance = success_chance(
            trials=world.tests_total[place], first=params[f"success.{name}"], mature=params["success.mature"],
            learning=params["success.learning"],
        )  # fmt: skip
        gain = capability_gain(
            capability=world.capability[place],
            gain=params[f"capability.{name}"] * (1 + params["readiness.lesson"] * world.readiness),
            success=(dice.uniform(f"weapons/success_{name}") < chance).astype(FLOAT),
            failure=params["capability.failure"],
            events=tests[place],
        )
        rows.append(world.capability[place] + gain)
    lost = params["capability.dismantled"] * world.denuclearisation * (world.deal > 0) * (1 - world.cheating)
    lost = np.minimum(lost + params["capability.site"] * moves["north_korea.confidence_step"], 1)
    learned = params["capability.cooperation"] * world.cooperation
    grown = np.array(rows) * (1 - lost)
    return grown + learned * (1 - grown)


def _attention(world: World, moves: Moves, params: Parameters, tests: Array, limited: Array) -> tuple[Array, Array]:
    """Salience and habituation after the events of the month."""
    spared = np.where(world.war_elsewhere > 0, params["war.attention"], 1)
    salience = params["salience.memory"] * world.salience
    habituation = params["salience.forgetting"] * world.habituation
    first_in_years = world.since_severe >= FORGOTTEN
    events = [(TEST_SEVERITY.values[0, place], tests[place]) for place in range(len(CLASSES))]
    for severity, count in [*events, (limited, (limited > 0).astype(FLOAT))]:
        fresh = 1 + params["salience.novelty"] * (first_in_years & (np.asarray(severity) >= SEVERE))
        earned = impact(
            severity=np.minimum(count, 1) * severity, habituation=world.habituation,
            sensitivity=params["salience.habituation"], novelty=fresh,
        )  # fmt: skip
        salience = salience + np.minimum(earned * spared, 1) * (1 - salience)
        habituation = habituation + params["salience.habit_step"] * severity / 5 * count
    threat = params["salience.rhetoric"] * moves["north_korea.coercive_rhetoric"] * spared
    return salience + threat * (1 - salience), legal("habituation", habituation)
