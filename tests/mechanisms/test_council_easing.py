"""The Council's other business: easing drafts, the drafts of a deal and their snapback, the sanctions committee."""

import numpy as np
import pytest
from small_world import Still, changed, doing, median, world
from varied_world import spread

from sim.chance import Chance
from sim.mechanisms import council
from sim.parameters.political_tables import EASING
from sim.state import AXES, Month

NOBODY = doing()
RUNS = 4_000
USA, BRITAIN, FRANCE, MOSCOW, BEIJING = range(5)  # places on the axis of permanent members
COAL, SEAFOOD, TEXTILES, LABOUR = (AXES["package"].index(name) for name in ("coal", "seafood", "textiles", "labour"))
DRAFT = EASING.values[0]
SET = {
    "council.sits": 1, "council.window": 3, "council.abstention": 0, "council.follow": 0.97,
    "council.elected_tightening": 0.93, "council.elected_easing": 0.35, "council.elected_progress": 0.4,
    "council.easing_base": -4.5, "council.easing_progress": 6.0, "council.easing_engaged": 1.5,
    "council.easing_severe": 2.0, "council.easing_memory": 6, "council.on_the_table": 6, "council.aid_wait": 4,
    "council.aid_approved": 0.85, "council.works_wait": 2, "council.works_approved": 0.15, "council.works_consent": 0.5,
    "council.works_valid": 12,
}  # fmt: skip
CALM = {"tier": 6, "severity": 0, "since_severe": 24, "administration.united_states": 1}
TABLED = "russia.table_easing"


def given(values=None, runs=1):
    return median({**SET, **(values or {})}, runs)


def dice(runs=1, **at_streams):
    """Luck by which a draft passes, unless told otherwise; the committee is asked in vain."""
    usual = {
        "united_states": 0.0, "russia": 0.0, "china": 0.0, "united_kingdom": 0.0, "france": 0.0, "elected": 0.9999999,
        "aid_wait": 0.999, "aid_approved": 0.999, "works": 0.999,
    }  # fmt: skip
    return Still(runs, at={f"council/{name}": luck for name, luck in {**usual, **at_streams}.items()})


def after(values, *names, luck=None, params=None):
    return council.step(world({**CALM, **values}), doing(*names), params or given(), luck or dice())


# ---- easing drafts of Beijing and Moscow ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "logit"),
    [
        ({}, -4.5),
        ({"denuclearisation": 0.5}, -1.5),
        ({"administration.united_states": 0}, -3.0),
        ({"since_severe": 5}, -6.5),
        ({"since_severe": 6}, -4.5),
        ({"denuclearisation": 1, "administration.united_states": 0, "since_severe": 0}, 1.0),
    ],
)
def test_washington_lets_an_easing_pass_by_hand(values, logit):
    found = council.easing_passage(world({**CALM, **values}), given())
    assert found == pytest.approx([1 / (1 + np.exp(-logit))])
    state = world({**CALM, **values, "circulated": 3}, runs=RUNS)
    luck = spread(RUNS, "council/united_states", rest=0.0)
    voted = council.step(state, doing(TABLED, runs=RUNS), given(runs=RUNS), luck).votes[USA]
    assert (voted == 1).mean() == pytest.approx(found[0], abs=5e-4)


@pytest.mark.parametrize("who", ["russia", "china"])
def test_an_adopted_easing_lifts_what_the_draft_names(who):
    found = after({"circulated": 3, "lifted.coal": 0.4, "lifted.seafood": 0.2}, f"{who}.table_easing")
    expected = DRAFT.copy()
    expected[COAL] = max(expected[COAL], 0.4)  # what was lifted before stays lifted
    assert found.lifted[:, 0] == pytest.approx(expected)
    assert (found.draft[0], found.adopted[0], found.votes_for[0], found.tier[0]) == (-1, 1, 15, 6)
    assert found.granted.max() == 0  # it is nobody's promise, and does not snap back
    later = council.step(found, NOBODY, given(), dice())
    assert later.lifted[:, 0] == pytest.approx(expected)


def test_an_easing_draft_has_to_be_circulated_first():
    assert after({"circulated": 0}, TABLED).draft[0] == 0
    assert after({"circulated": 0}, TABLED, "russia.circulate_easing").draft[0] == 0  # not in the same month
    assert after({"circulated": 1}, TABLED).draft[0] == -1


def test_a_no_of_washington_is_a_veto_and_its_allies_go_along():
    found = after({"circulated": 3}, TABLED, luck=dice(united_states=0.9999, france=0.98))
    assert found.votes[:, 0].tolist() == [-1, -1, 0, 1, 1]
    assert (found.adopted[0], found.vetoed[0], found.lifted.max(), found.rebuffed[0]) == (0, 1, 0, 0)


def test_elected_members_come_round_as_disarmament_goes_on():
    for done, share in ((0.0, 0.35), (0.5, 0.55), (1.0, 0.75)):
        state = world({**CALM, "circulated": 3, "denuclearisation": done}, runs=RUNS)
        luck = spread(RUNS, "council/elected", rest=0.0)
        found = council.step(state, doing(TABLED, runs=RUNS), given(runs=RUNS), luck)
        assert found.votes_for.mean() - 5 == pytest.approx(10 * share, abs=0.01)


def test_a_circulated_draft_lies_on_the_table_for_its_months_and_lapses():
    state = after({}, "china.circulate_easing")
    assert state.circulated[0] == 6
    left = []
    for _ in range(8):
        state = council.step(state, NOBODY, given(), dice())
        left.append(state.circulated[0])
    assert left == [5, 4, 3, 2, 1, 0, 0, 0]
    assert council.step(state, doing(TABLED), given(), dice()).draft[0] == 0
    assert after({"circulated": 2}, "russia.circulate_easing").circulated[0] == 6  # shown again


def test_a_vote_takes_the_draft_off_the_table():
    for luck in (0.0, 0.9999):
        assert after({"circulated": 3}, TABLED, luck=dice(united_states=luck)).circulated[0] == 0


def test_a_tightening_goes_before_an_easing():
    both = (TABLED, "united_states.table_tightening")
    found = after({"circulated": 3, "severity": 5, "tier": 3, "rift": 0}, *both)
    assert (found.draft[0], found.circulated[0]) == (1, 2)
    assert found.lifted.max() == 0


# ---- the draft of a deal --------------------------------------------------------------------------------------


def test_a_deal_brings_its_own_draft_which_washington_carries():
    found = after({"deal": 2, "relief.textiles": 0.6}, luck=dice(united_states=0.9999))
    assert (found.draft[0], found.adopted[0], found.votes[USA, 0]) == (-1, 1, 1)
    assert (found.granted[TEXTILES, 0], found.lifted[TEXTILES, 0]) == pytest.approx((0.6, 0.6))
    assert found.granted[COAL, 0] == 0
    again = council.step(found, NOBODY, given(), dice())
    assert (again.draft[0], again.lifted[TEXTILES, 0]) == (0, pytest.approx(0.6))  # nothing more is due


def test_what_the_deal_promises_waits_for_nine_votes():
    found = after({"deal": 2, "relief.textiles": 0.6}, luck=dice(elected=0))
    assert (found.draft[0], found.adopted[0], found.lifted.max(), found.granted.max()) == (-1, 0, 0, 0)


def test_a_deal_adds_to_what_was_lifted_before():
    found = after({"deal": 2, "relief.textiles": 0.5, "lifted.textiles": 0.6})
    assert found.lifted[TEXTILES, 0] == pytest.approx(0.6 + 0.5 * 0.4)


@pytest.mark.parametrize("sits", [0, 1])
def test_what_a_deal_lifted_snaps_back_without_a_vote(sits):
    living = {"deal": 3, "relief.coal": 0.8, "granted.coal": 0.8, "lifted.coal": 0.8}
    off = given({"council.sits": sits})
    assert after(living, params=off).lifted[COAL, 0] == pytest.approx(0.8)
    smaller = after({**living, "relief.coal": 0.3}, params=off)
    assert (smaller.granted[COAL, 0], smaller.lifted[COAL, 0]) == pytest.approx((0.3, 0.3))
    gone = after({**living, "deal": 0, "relief.coal": 0}, params=off)
    assert (gone.draft[0], gone.granted[COAL, 0], gone.lifted[COAL, 0]) == (0, 0, 0)


@pytest.mark.parametrize("relief", [0.5, 1.0])
@pytest.mark.parametrize("own", [0.3, 1.0])
def test_an_easing_of_its_own_outlives_a_deal(own, relief):
    state = world({**CALM, "lifted.textiles": own, "deal": 3, "relief.textiles": relief})
    for month in range(6):
        state = council.step(state, NOBODY, given(), dice())
        assert state.lifted[TEXTILES, 0] == pytest.approx(own + relief * (1 - own))
        assert month == 0 or state.draft[0] == 0  # all that is due has been granted
    gone = council.step(changed(state, {"deal": 0, "relief": 0}), NOBODY, given(), dice())
    assert gone.lifted[TEXTILES, 0] == pytest.approx(own)


# ---- the sanctions committee ----------------------------------------------------------------------------------


def test_humanitarian_goods_wait_for_the_committee():
    waiting = after({}, "united_states.humanitarian_exemption")
    assert (waiting.aid_pending[0], waiting.aid_cleared[0]) == (1, 0)
    cleared = council.step(waiting, NOBODY, given(), dice(aid_wait=0.2, aid_approved=0.84))
    assert (cleared.aid_pending[0], cleared.aid_cleared[0]) == (0, 1)
    refused = council.step(waiting, NOBODY, given(), dice(aid_wait=0.2, aid_approved=0.86))
    assert (refused.aid_pending[0], refused.aid_cleared[0]) == (0, 0)
    assert after({}, luck=dice(aid_wait=0, aid_approved=0)).aid_cleared[0] == 0  # nobody has asked


def test_the_wait_and_the_answer_are_as_likely_as_declared():
    params, chance, start = given(runs=RUNS), Chance(2, 0, RUNS), Month(2019, 1)
    state = council.step(
        world(CALM, runs=RUNS), doing("united_states.humanitarian_exemption", runs=RUNS), params, chance.month(start)
    )
    cleared, waited = state.aid_cleared.copy(), state.aid_pending.copy()
    for month in range(1, 40):
        state = council.step(state, doing(runs=RUNS), params, chance.month(start + month))
        cleared, waited = cleared + state.aid_cleared, waited + state.aid_pending
    assert cleared.mean() == pytest.approx(0.85, abs=0.02)
    # decided with chance 1/4 each month, beginning with the first: three months of waiting after it on average
    assert waited.mean() == pytest.approx(3, abs=0.2)


def works(months, *, consent=False, luck=0.0, **values):
    """The months left of an exemption after this many months of a request."""
    state = after(values, "south_korea.exemption_request", luck=dice(works=luck))
    asked = doing("united_states.consent_exemption") if consent else NOBODY
    for _ in range(months - 1):
        state = council.step(state, asked, given(), dice(works=luck))
    return state


def test_works_across_the_border_wait_for_the_committee():
    assert [works(months).exemption[0] for months in (1, 2, 3, 4, 5)] == [0, 0, 12, 11, 10]
    assert [works(months).exemption_wait[0] for months in (1, 2, 3, 4)] == [1, 2, 0, 0]
    assert works(20).exemption[0] == 0  # it lapses


@pytest.mark.parametrize(
    ("consent", "deal", "luck", "expected"),
    [
        (False, 0, 0.14, 12),
        (False, 0, 0.16, 0),
        (True, 0, 0.64, 11),  # with consent a request need not wait: granted in the second month
        (True, 0, 0.66, 0),
        (False, 2, 0.64, 12),
        (True, 2, 0.66, 0),
    ],
)
def test_washingtons_consent_or_a_deal_opens_the_way(consent, deal, luck, expected):
    found = works(3, consent=consent, luck=luck, deal=deal)
    assert (found.exemption[0], found.exemption_wait[0]) == (expected, 0)


def test_nothing_is_asked_for_what_is_exempt_already():
    assert after({"exemption": 5}, "south_korea.exemption_request").exemption_wait[0] == 0
    assert after({"exemption": 5}).exemption[0] == 4
    assert after({"exemption": 0}).exemption[0] == 0


def test_an_easing_exempts_the_works():
    assert after({"circulated": 3}, TABLED).exemption[0] == 12
    assert after({"circulated": 3}, TABLED, luck=dice(united_states=0.9999)).exemption[0] == 0
