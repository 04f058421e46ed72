"""The terms of talks: the moratorium that Pyongyang declares, the sequence that Washington demands; talks in any world."""

import numpy as np
import pytest
from small_world import Still, doing, median, world
from varied_world import check_ranges, months_of

from sim.mechanisms import talks
from sim.mechanisms.talks import CONTACTS, IMPLEMENTING, LEVEL, NONE, SCHEDULED

OPENING, STEP = "north_korea.opening_to_washington", "north_korea.confidence_step"
THREAT = "north_korea.coercive_rhetoric"
HARD, STEPS = "united_states.hard_line", "united_states.phased_offer"
LEADER_DRIVEN, CONVENTIONAL, PRESSURE = range(3)


def after(values, *names, hardening=0.5):
    """A month in which talks neither rise nor fall by luck."""
    luck = Still(uniform=0.9999, at={"talks/hardening": hardening})
    return talks.step(world(values), doing(*names), median({"talks.open": 1, "talks.hardening": 0.15}), luck)


@pytest.mark.parametrize(
    ("values", "names", "before", "expected"),
    [
        ({"phase": NONE}, (), 0, 0),
        ({"phase": NONE}, (), 1, 1),  # it holds until it is broken
        ({"phase": NONE}, (STEP,), 0, 1),
        ({"phase": NONE}, (OPENING,), 0, 0),  # an opening declares nothing before there are contacts
        ({"phase": CONTACTS}, (OPENING,), 0, 1),
        ({"phase": IMPLEMENTING, "deal": 1}, (), 0, 0),
        ({"phase": IMPLEMENTING, "deal": 2}, (), 0, 1),  # a freeze contains one
        ({"phase": LEVEL, "severity": 5}, (), 1, 0),
        ({"phase": LEVEL, "severity": 4}, (), 1, 1),
        ({"phase": LEVEL, "severity": 3}, (), 1, 1),
        ({"phase": NONE}, (THREAT,), 1, 0),  # talks have lapsed
        ({"phase": LEVEL}, (THREAT,), 1, 1),
        ({"phase": LEVEL, "severity": 5}, (STEP,), 1, 0),  # a breach outweighs a declaration
        ({"phase": IMPLEMENTING, "deal": 2, "severity": 5}, (), 1, 0),
    ],
)
def test_a_moratorium_is_declared_and_broken(values, names, before, expected):
    assert after({**values, "moratorium": before}, *names).moratorium[0] == expected


@pytest.mark.parametrize(
    ("before", "names", "hardening", "expected"),
    [
        (1, (), 0.5, 1),
        (0, (), 0.0, 0),
        (1, (STEPS,), 0.5, 0),
        (0, (HARD,), 0.14, 1),
        (0, (HARD,), 0.16, 0),
        (1, (HARD,), 0.14, 1),
        (1, (HARD, STEPS), 0.0, 0),  # what is offered counts
    ],
)
def test_the_demand_moves_with_what_washington_does(before, names, hardening, expected):
    assert after({"sequencing": before}, *names, hardening=hardening).sequencing[0] == expected


@pytest.mark.parametrize(("kind", "expected"), [(LEADER_DRIVEN, 1), (CONVENTIONAL, 0), (PRESSURE, 1)])
@pytest.mark.parametrize("before", [0, 1])
def test_a_new_administration_brings_its_own_demand(kind, expected, before):
    arrived = {"administration.united_states": kind, "turnover.united_states": 1, "sequencing": before}
    assert after(arrived).sequencing[0] == expected
    assert after({**arrived, "turnover.united_states": 0}).sequencing[0] == before
    elsewhere = {**arrived, "turnover.united_states": 0, "turnover.south_korea": 1}
    assert after(elsewhere).sequencing[0] == before


def test_talks_keep_to_their_ranges():
    check_ranges("talks")


def test_talks_climb_one_phase_a_month_in_any_world():
    for before, found in months_of("talks"):
        free = (before.deal == 0) & (before.phase < IMPLEMENTING) & (before.failed_summit == 0)
        assert (found.phase - before.phase)[free].max() <= 1
        assert not ((found.phase == IMPLEMENTING) & (before.deal == 0)).any()
        assert (found.phase[found.summit > 0] == SCHEDULED).all()
        assert (before.phase[found.summit > 0] == SCHEDULED).all()
        assert ((found.since_failure == 0) == (before.failed_summit > 0)).all()
        assert set(np.unique(found.sequencing)) <= {0, 1}
