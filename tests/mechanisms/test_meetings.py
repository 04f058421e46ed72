"""Leaders' meetings: who comes, what keeps them apart, contacts, recognition, the glow of a visit, arms for friendship."""

import numpy as np
import pytest
from small_world import Still, doing, drawn, median, world
from varied_world import busy, check_ranges, months_of, spread, varied

from sim.chance import Chance
from sim.mechanisms import meetings
from sim.state import CHINA, RUSSIA, SEOUL, Month, logistic

NOBODY = doing()
GRID = 4_000  # runs over which one stream of luck is spread evenly: chances to 1/4,000
SET = {
    "meetings.base_china": -0.2, "meetings.base_russia": -1.6, "meetings.base_south_korea": -1.3, "meetings.warmth": 1.5,
    "meetings.both": 1.5, "meetings.epidemic": 3.0, "meetings.pause": 2, "meetings.recognition": 0.25,
    "meetings.recognition_washington": 0.7, "meetings.status_memory": 0.9, "meetings.glow_memory": 0.89,
    "meetings.arms": -2.6, "meetings.arms_rift": 3.5, "meetings.arms_exchange": 1.0, "meetings.arms_fear": 1.5,
}  # fmt: skip
BASES = {"china": -0.2, "russia": -1.6, "south_korea": -1.3}
PLACES = {"china": CHINA, "russia": RUSSIA, "south_korea": SEOUL}
OWN = {name: pair[0] for name, pair in meetings.PROPOSALS.items()}
OTHER = {name: pair[1] for name, pair in meetings.PROPOSALS.items()}
HOSTS = pytest.mark.parametrize("host", PLACES)


def given(runs=1, **changes):
    return median({**SET, **{f"meetings.{name}": value for name, value in changes.items()}}, runs)


def after(values, *names, luck=0.9999, params=None):
    return meetings.step(world(values), doing(*names), params or given(), Still(uniform=luck))


def chance(host, values, *names):
    """Share of luck by which a leaders' meeting comes about there; nowhere else does it."""
    luck = spread(GRID, f"meetings/{host}", rest=0.9999)
    found = meetings.step(world(values, runs=GRID), doing(*names, runs=GRID), given(GRID), luck).meeting
    assert found.sum() == found[PLACES[host]].sum()
    return found[PLACES[host]].mean()


# ---- equations by hand ----------------------------------------------------------------------------------------


def test_acceptance_by_hand():
    found = meetings.acceptance(
        base=np.full(4, -0.2), warmth=np.full(4, 1.5), affinity=np.array([0.0, 0.6, 0.6, 0.6]),
        both=np.array([0.0, 0, 1.5, 1.5]), epidemic=np.array([0.0, 0, 0, 3.0]),
    )  # fmt: skip
    # the logistic of -0.2, 0.7, 2.2 and -0.8
    assert found == pytest.approx([0.45017, 0.66819, 0.90025, 0.31003], abs=1e-5)


def test_a_twelve_month_count_fades_by_a_twelfth():
    assert meetings.fading(stock=np.array([2.4]), months=12) == pytest.approx([2.2])
    # what is added every month ends at twelve times that
    stock = np.zeros(1)
    for _ in range(200):
        stock = meetings.fading(stock=stock, months=12) + 0.25
    assert stock == pytest.approx([3.0], abs=1e-4)


# ---- who meets whom -------------------------------------------------------------------------------------------


@HOSTS
@pytest.mark.parametrize(
    ("names", "epidemic", "affinity", "added"),
    [
        ("own", 0, 0, 0),
        ("other", 0, 0, 0),
        ("both", 0, 0, 1.5),
        ("both", 1, 0, -1.5),
        ("own", 0, 0.5, 0.75),
        ("own", 0.5, 0, -1.5),
    ],
)
def test_a_proposed_meeting_comes_about_by_hand(host, names, epidemic, affinity, added):
    chosen = {"own": (OWN[host],), "other": (OTHER[host],), "both": (OWN[host], OTHER[host])}[names]
    found = chance(host, {f"affinity.north_korea_{host}": affinity, "epidemic": epidemic}, *chosen)
    assert found == pytest.approx(logistic(np.array(BASES[host] + added)), abs=5e-4)


@HOSTS
def test_nobody_meets_unless_somebody_proposes(host):
    others = [name for other in PLACES if other != host for name in (OWN[other], OTHER[other])]
    assert after({}, *others, luck=0.0).meeting[PLACES[host], 0] == 0
    assert after({}, OWN[host], luck=0.0).meeting[:, 0].tolist() == [float(name == host) for name in PLACES]


@HOSTS
def test_two_meetings_in_one_capital_are_a_pause_apart(host):
    state, held = world({"since_meeting": 60}), []
    for _ in range(7):
        state = meetings.step(state, doing(OWN[host], OTHER[host]), given(pause=3), Still(uniform=0.0))
        held.append(state.meeting[PLACES[host], 0])
    # as from March to May with a pause of two: three months later, and not before
    assert held == [1, 0, 0, 1, 0, 0, 1]


def test_a_pause_in_one_capital_is_none_in_another():
    found = after({"since_meeting": 60, "since_meeting.china": 0}, OWN["china"], OWN["russia"], luck=0.0)
    assert found.meeting[:, 0].tolist() == [0, 1, 0]
    assert found.since_meeting[:, 0].tolist() == [1, 0, 61]


@HOSTS
def test_epidemics_and_enmity_keep_leaders_apart_in_every_draw(host):
    runs = 1_000
    params, moves, luck = drawn(runs), doing(OWN[host], OTHER[host], runs=runs), Chance(6, 0, runs).month(Month(2019, 6))

    def met(values):
        return meetings.step(world(values, runs=runs), moves, params, luck).meeting[PLACES[host]]

    dyad = f"affinity.north_korea_{host}"
    well, ill = met({dyad: 0.5}), met({dyad: 0.5, "epidemic": 1})
    warm, cold = met({dyad: 0.9}), met({dyad: -0.9})
    assert (ill <= well).all()
    assert (cold <= warm).all()
    assert ill.mean() < well.mean() / 2
    assert cold.mean() < warm.mean()


# ---- contacts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "added"),
    [
        ((), (0, 0, 0)),
        (("china.senior_visit",), (1 / 2, 0, 0)),
        (("russia.strategic_dialogue",), (0, 1 / 2, 0)),
        (("russia.military_exchange",), (0, 1 / 2, 0)),
        (("russia.strategic_dialogue", "russia.military_exchange"), (0, 1, 0)),
        (("south_korea.humanitarian_aid",), (0, 0, 1 / 2)),
        (("north_korea.message_to_beijing",), (1 / 4, 0, 0)),
        (("north_korea.message_to_beijing", "china.message_to_pyongyang"), (1 / 2, 0, 0)),
        (("north_korea.message_to_moscow",), (0, 1 / 4, 0)),
        (("russia.message_to_pyongyang",), (0, 1 / 4, 0)),
        (("south_korea.hotline",), (0, 0, 1 / 4)),
        (("north_korea.inter_korean_opening",), (0, 0, 1 / 4)),
        (("north_korea.state_media_signal",), (1 / 8, 1 / 8, 0)),
        (("united_states.leader_letter",), (0, 0, 0)),
    ],
)
def test_contacts_are_counted_by_their_weight(names, added):
    found = after({"contact": 1.2}, *names).contact[:, 0]
    assert found == pytest.approx(np.full(3, 1.1) + added)


@HOSTS
def test_a_meeting_counts_one_contact(host):
    chosen = {"china": "china.summit_offer", "russia": "russia.summit_offer", "south_korea": "south_korea.hotline"}[host]
    held, missed = (after({"contact": 1.2}, chosen, luck=luck).contact[PLACES[host], 0] for luck in (0.0, 0.9999))
    assert held - missed == pytest.approx(1)


# ---- what a meeting leaves ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "names", "expected"),
    [
        ({}, (), 0.36),  # 0.9 x 0.4
        ({}, (OWN["china"],), 0.36 + 0.25 * 0.64),
        ({}, (OWN["russia"],), 0.36 + 0.25 * 0.64),
        ({}, (OWN["south_korea"],), 0.36 + 0.25 * 0.64),
        ({}, (OWN["china"], OWN["russia"]), 0.36 + 0.25 * 0.64),  # one month is one occasion
        ({"summit": 1}, (), 0.36 + 0.7 * 0.64),
        ({"summit": 1}, (OWN["china"],), 0.36 + 0.7 * 0.64),
        ({"status": 1, "summit": 1}, (), 0.9 + 0.7 * 0.1),
    ],
)
def test_recognition_by_hand(values, names, expected):
    assert after({"status": 0.4, **values}, *names, luck=0.0).status == pytest.approx([expected])


def test_a_visit_glows_over_the_trade_of_its_host_and_fades():
    state = after({}, OWN["china"], OWN["south_korea"], luck=0.0)
    assert state.visit_glow[:, 0].tolist() == [1, 0]
    for _ in range(6):
        state = meetings.step(state, NOBODY, given(), Still(uniform=0.9999))
    assert state.visit_glow[CHINA, 0] == pytest.approx(0.497, abs=1e-3)  # 0.89^6: half in six months
    again = after({"visit_glow.china": 0.5}, OWN["china"], luck=0.0).visit_glow[CHINA, 0]
    assert again == pytest.approx(1.0)  # 0.445 + 0.555: it renews, and does not add up


# ---- arms for friendship --------------------------------------------------------------------------------------

ASKED = "north_korea.military_cooperation"


@pytest.mark.parametrize(
    ("values", "names", "logit"),
    [
        ({}, (), -2.6),
        ({"rift.russia": 0.4}, (), -1.2),
        ({"rift.china": 0.9}, (), -2.6),
        ({"rift.russia": 0.9}, (), 0.55),
        ({"rift.russia": 0.4}, ("russia.military_exchange",), -0.2),
        ({"rift.russia": 0.4, "secondary_risk.russia": 0.6}, (), -2.1),
        ({"rift.russia": 0.4, "secondary_risk.china": 0.6}, (), -1.2),
    ],
)
def test_moscow_agrees_to_cooperation_by_hand(values, names, logit):
    state = world({"rift": 0, "secondary_risk": 0, **values}, runs=GRID)
    luck = spread(GRID, "meetings/arms")
    found = meetings.step(state, doing(ASKED, *names, runs=GRID), given(GRID), luck).cooperation
    assert found.mean() == pytest.approx(logistic(np.array(logit)), abs=5e-4)


def test_moscow_offers_nothing_unasked():
    found = after({"rift": 1, "secondary_risk": 0}, "russia.military_exchange", "russia.strategic_dialogue", luck=0.0)
    assert found.cooperation[0] == 0


# ---- as a whole -----------------------------------------------------------------------------------------------


def test_what_comes_out_keeps_to_its_ranges():
    check_ranges("meetings")


def test_meetings_rest_on_proposals_and_pauses_in_any_world():
    for _, found in months_of("meetings"):
        assert ((found.since_meeting == 0) == (found.meeting > 0)).all()
        assert set(np.unique(found.meeting)) <= {0, 1}
    runs = 400
    state, moves, params = varied(runs, 9), busy(runs, 9), drawn(runs, 9)
    found = meetings.step(state, moves, params, Still(runs, uniform=0.0))
    for host, place in PLACES.items():
        proposed = np.maximum(moves[OWN[host]], moves[OTHER[host]]) > 0
        rested = state.since_meeting[place] + 1 >= params["meetings.pause"]
        assert (found.meeting[place] == (proposed & rested)).all()  # the best of luck leaves nothing else to want
