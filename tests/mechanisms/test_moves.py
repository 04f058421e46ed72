"""What actions do: every action that a mechanism reads moves the array it should, in the right direction."""

import numpy as np
import pytest
from small_world import at, changed, doing, drawn, lively

from sim.actions import Moves
from sim.chance import Chance
from sim.month import MONTH
from sim.nations import ACTIONS
from sim.state import NATIONS, Month, total

RUNS = 2_000
STEPS = {stage.name: stage.step for stage in MONTH if stage.step is not None}

LEVEL = {"phase": 2, "epidemic": 0, "since_failure": 600}  # working level, and nothing that stands against a summit
TESTED = {"severity": 5}  # a test that waits for the Council's answer
BESIDE = {  # votes count only when something is put to the vote
    f"{nation}.{stance}": "united_states.table_tightening"
    for nation in ("china", "russia")
    for stance in ("support_tightening", "shield")
}
# (action, stage, path, direction, what differs from the lively world)
EFFECTS = [
    ("north_korea.short_range_test", "weapons", "tests.srbm", 1, {}),
    ("north_korea.short_range_test", "weapons", "capability.srbm", 1, {}),
    ("north_korea.short_range_test", "weapons", "salience", 1, {}),
    ("north_korea.short_range_test", "weapons", "habituation", 1, {}),
    ("north_korea.short_range_test", "weapons", "readiness", 1, {}),
    ("north_korea.medium_range_test", "weapons", "tests", 1, {}),
    ("north_korea.medium_range_test", "weapons", "severity", 1, {}),
    ("north_korea.medium_range_test", "weapons", "capability", 1, {}),
    ("north_korea.strategic_test", "weapons", "tests.icbm", 1, {}),
    ("north_korea.strategic_test", "weapons", "capability.icbm", 1, {}),
    ("north_korea.strategic_test", "weapons", "since_severe", -1, {}),
    ("north_korea.nuclear_test", "weapons", "tests.nuclear", 1, {}),
    ("north_korea.nuclear_test", "weapons", "capability.nuclear", 1, {}),
    ("north_korea.nuclear_test", "weapons", "salience", 1, {}),
    ("north_korea.coercive_rhetoric", "weapons", "salience", 1, {}),
    ("north_korea.coercive_rhetoric", "crisis", "deadline", 1, {}),
    ("north_korea.border_provocation", "weapons", "severity", 1, {}),
    ("north_korea.border_provocation", "weapons", "salience", 1, {}),
    ("north_korea.border_provocation", "weapons", "tests", 0, {}),
    ("north_korea.border_provocation", "crisis", "crisis", 1, {}),
    ("north_korea.border_provocation", "crisis", "provoked", 1, {}),
    ("china.restraint_message", "weapons", "restraint", 1, {}),
    ("china.strict_enforcement", "weapons", "restraint", 1, {}),
    ("china.support_tightening", "weapons", "restraint", 1, {}),
    ("china.crude_cut", "weapons", "restraint", 1, {}),
    ("north_korea.opening_to_washington", "crisis", "crisis", -1, {}),
    ("united_states.leader_letter", "crisis", "crisis", -1, {}),
    ("south_korea.hotline", "crisis", "crisis", -1, {}),
    ("south_korea.military_agreement", "crisis", "crisis", -1, {}),
    ("south_korea.military_agreement", "crisis", "incident", -1, {}),
    ("south_korea.retaliate", "crisis", "crisis", 1, {}),
    ("united_states.show_of_force", "crisis", "crisis", 1, {}),
    ("china.joint_patrol", "crisis", "crisis", 1, {}),
    ("russia.joint_patrol", "crisis", "crisis", 1, {}),
    ("united_states.full_exercise", "crisis", "exercise", 1, {}),
    ("united_states.scaled_exercise", "crisis", "exercise", 1, {}),
    ("south_korea.full_exercise", "crisis", "exercise", 1, {}),
    ("south_korea.scaled_exercise", "crisis", "exercise", 1, {}),
    ("united_states.designations", "sanctions", "designations", 1, {}),
    ("united_states.designations", "sanctions", "secondary_risk", 1, {}),
    ("united_states.designations", "sanctions", "evasion", -1, {}),
    ("united_states.secondary_china", "sanctions", "secondary_risk.china", 1, {}),
    ("united_states.secondary_china", "sanctions", "secondary_risk.russia", 0, {}),
    ("united_states.secondary_china", "sanctions", "enforcement.china", 1, {}),
    ("united_states.secondary_china", "relations", "rift.china", 1, {}),
    ("united_states.secondary_russia", "sanctions", "secondary_risk.russia", 1, {}),
    ("united_states.secondary_russia", "sanctions", "enforcement.russia", 1, {}),
    ("united_states.secondary_russia", "relations", "rift.russia", 1, {}),
    ("china.strict_enforcement", "sanctions", "enforcement.china", 1, {}),
    ("china.strict_enforcement", "sanctions", "enforcement.russia", 0, {}),
    ("china.strict_enforcement", "sanctions", "evasion", -1, {}),
    ("china.strict_enforcement", "labour", "workers.china", -1, {}),
    ("china.strict_enforcement", "labour", "tolerance.china", -1, {}),
    ("china.lax_enforcement", "sanctions", "enforcement.china", -1, {}),
    ("china.lax_enforcement", "sanctions", "effort.china", -1, {}),
    ("china.lax_enforcement", "sanctions", "evasion", 1, {}),
    ("china.lax_enforcement", "labour", "tolerance.china", 1, {}),
    ("russia.strict_enforcement", "sanctions", "enforcement.russia", 1, {}),
    ("russia.strict_enforcement", "sanctions", "evasion", -1, {}),
    ("russia.strict_enforcement", "labour", "workers.russia", -1, {}),
    ("russia.lax_enforcement", "sanctions", "enforcement.russia", -1, {}),
    ("russia.lax_enforcement", "labour", "workers.russia", 1, {"workers.russia": 2}),
    ("north_korea.evasion_surge", "sanctions", "evasion", 1, {}),
    ("north_korea.reopen_border", "border", "border", 1, {}),
    ("north_korea.reopen_border", "border", "border", 1, {"border": 0}),
    ("north_korea.reopen_border", "border", "openness", 1, {"openness": 0.1}),
    ("north_korea.close_border", "border", "border", -1, {}),
    ("north_korea.close_border", "border", "openness", -1, {"openness": 1}),
    ("china.crude_supply", "trade", "wanted_crude", 1, {}),
    ("china.crude_supply", "finance", "inflow.credit", 1, {}),
    ("north_korea.labour_dispatch", "labour", "workers.russia", 1, {}),
    ("north_korea.labour_dispatch", "labour", "workers.china", 1, {}),
    ("north_korea.labour_dispatch", "labour", "workers", 0, {"openness": 0}),
    ("north_korea.aid_request", "finance", "aid_request", 1, {}),
    ("north_korea.cyber_theft", "finance", "inflow.cyber", 1, {}),
    ("north_korea.cyber_theft", "finance", "reserves", 1, {"reserves": 9}),
    ("china.food_aid", "finance", "aid.china", 1, {}),
    ("china.food_aid", "finance", "support.china", 1, {}),
    ("china.tourism", "finance", "tourism", 1, {}),
    ("china.tourism", "finance", "inflow.tourism", 1, {}),
    ("russia.food_aid", "finance", "aid.russia", 1, {}),
    ("russia.oil_supply", "finance", "aid.russia", 1, {}),
    ("russia.oil_supply", "finance", "support.russia", 1, {}),
    ("south_korea.humanitarian_aid", "finance", "aid.south_korea", 1, {}),
    ("china.joint_patrol", "relations", "rift.china", 1, {}),
    ("china.joint_patrol", "relations", "rift.russia", 0, {}),
    ("russia.joint_patrol", "relations", "rift.russia", 1, {}),
    ("united_states.full_exercise", "crisis", "alliance", 1, {}),
    ("united_states.scaled_exercise", "crisis", "alliance", 1, {}),
    ("united_states.show_of_force", "crisis", "alliance", 1, {}),
    ("south_korea.full_exercise", "crisis", "alliance", 1, {}),
    ("south_korea.retaliate", "crisis", "alliance", 1, {}),
    ("united_states.hard_line", "crisis", "alliance", 1, {}),
    ("south_korea.defence_build_up", "crisis", "alliance", 1, {}),
    ("south_korea.accept_request", "crisis", "alliance", -1, {}),
    ("south_korea.align_with_washington", "crisis", "alliance", 1, {}),
    ("united_states.missile_deployment", "crisis", "alliance", 1, {}),
    ("united_states.missile_deployment", "crisis", "crisis", 1, {}),
    ("united_states.missile_deployment", "relations", "rift", 1, {}),
    ("united_states.press_seoul", "crisis", "alliance", -1, {}),
    ("united_states.security_assurance", "crisis", "alliance", -1, {}),
    ("north_korea.confidence_step", "weapons", "capability", -1, {}),
    ("china.crude_cut", "trade", "wanted_crude", -1, {}),
    ("china.crude_cut", "finance", "inflow.credit", -1, {}),
    ("china.trade_linkage", "sanctions", "enforcement.china", 1, {}),
    ("china.trade_linkage", "sanctions", "enforcement.russia", 0, {}),
    ("china.trade_linkage", "relations", "rift.china", -1, {}),
    ("china.trade_linkage", "relations", "rift.russia", 0, {}),
    ("north_korea.opening_to_washington", "talks", "phase", 1, {}),
    ("north_korea.opening_to_washington", "talks", "phase", 1, LEVEL),
    ("north_korea.opening_to_washington", "talks", "moratorium", 1, {}),
    ("north_korea.confidence_step", "talks", "phase", 1, {}),
    ("north_korea.confidence_step", "talks", "moratorium", 1, {}),
    ("north_korea.coercive_rhetoric", "talks", "moratorium", -1, {"phase": 0, "moratorium": 1}),
    ("north_korea.coercive_rhetoric", "talks", "moratorium", 0, {"phase": 4, "deal": 2, "moratorium": 1}),
    ("united_states.leader_letter", "talks", "phase", 1, {"phase": 0}),
    ("united_states.talks_offer", "talks", "phase", 1, {"phase": 0}),
    ("united_states.phased_offer", "talks", "phase", 1, {"phase": 0}),
    ("united_states.phased_offer", "talks", "sequencing", -1, {}),
    ("united_states.positive_signal", "talks", "phase", 1, {"phase": 0}),
    ("united_states.summit_offer", "talks", "phase", 1, LEVEL),
    ("united_states.summit_offer", "talks", "phase", 0, {}),
    ("united_states.hard_line", "talks", "phase", -1, {}),
    ("united_states.hard_line", "talks", "sequencing", 1, {"sequencing": 0}),
    ("united_states.full_exercise", "talks", "phase", -1, {}),
    ("united_states.scaled_exercise", "talks", "phase", 1, {}),
    ("south_korea.full_exercise", "talks", "phase", -1, {}),
    ("south_korea.scaled_exercise", "talks", "phase", 1, {}),
    ("south_korea.shuttle_mediation", "talks", "phase", 1, {}),
    ("russia.mediation", "talks", "phase", 1, {}),
    ("russia.mediation", "talks", "phase", 1, LEVEL),
    ("china.mediation", "talks", "phase", 1, {}),
    ("north_korea.visit_to_beijing", "meetings", "meeting.china", 1, {}),
    ("china.summit_offer", "meetings", "meeting.china", 1, {}),
    ("china.summit_offer", "meetings", "meeting.russia", 0, {}),
    ("north_korea.visit_to_moscow", "meetings", "meeting.russia", 1, {}),
    ("russia.summit_offer", "meetings", "meeting.russia", 1, {}),
    ("north_korea.inter_korean_opening", "meetings", "meeting.south_korea", 1, {}),
    ("south_korea.hotline", "meetings", "meeting.south_korea", 1, {}),
    ("south_korea.humanitarian_aid", "meetings", "contact.south_korea", 1, {}),
    ("china.senior_visit", "meetings", "contact.china", 1, {}),
    ("russia.strategic_dialogue", "meetings", "contact.russia", 1, {}),
    ("russia.military_exchange", "meetings", "contact.russia", 1, {}),
    ("north_korea.message_to_beijing", "meetings", "contact.china", 1, {}),
    ("china.message_to_pyongyang", "meetings", "contact.china", 1, {}),
    ("north_korea.message_to_moscow", "meetings", "contact.russia", 1, {}),
    ("russia.message_to_pyongyang", "meetings", "contact.russia", 1, {}),
    ("north_korea.state_media_signal", "meetings", "contact.russia", 1, {}),
    ("north_korea.state_media_signal", "meetings", "contact.south_korea", 0, {}),
    ("north_korea.military_cooperation", "meetings", "cooperation", 1, {}),
    ("china.coerce_seoul", "coercion", "coercion", 1, {}),
    ("china.coerce_seoul", "coercion", "sector_loss", 1, {}),
    ("china.coerce_seoul", "coercion", "sender_loss", 1, {}),
    ("china.coerce_seoul", "coercion", "request.china", 1, {}),
    ("china.inducement_to_seoul", "coercion", "request.china", 1, {}),
    ("china.inducement_to_seoul", "coercion", "coercion", -1, {}),
    ("russia.inducement_to_seoul", "coercion", "request.russia", 1, {}),
    ("russia.inducement_to_seoul", "coercion", "coercion", 0, {}),
    ("south_korea.accept_request", "coercion", "accepted", 1, {"request": 1}),
    ("south_korea.accept_request", "coercion", "refused", -1, {"request": 1}),
    ("south_korea.accept_request", "coercion", "coercion", -1, {"request": 1}),
    ("south_korea.accept_request", "coercion", "grievance", -1, {"request": 1}),
    ("south_korea.align_with_washington", "coercion", "grievance", 1, {}),
    ("south_korea.diversify", "coercion", "hedge", 1, {}),
    ("south_korea.diversify", "coercion", "sector_loss", 0, {"coercion": 0}),
    ("south_korea.make_trade_conditional", "coercion", "counter", 1, {}),
    ("south_korea.outreach_to_beijing", "coercion", "coercion", -1, {}),
    ("south_korea.outreach_to_beijing", "coercion", "grievance", -1, {}),
    ("united_states.missile_deployment", "coercion", "grievance", 1, {}),
    ("united_states.table_tightening", "council", "draft", 1, TESTED),
    ("united_states.table_tightening", "council", "draft", 0, {"severity": 3}),
    ("china.support_tightening", "council", "votes.china", 1, TESTED),
    ("russia.support_tightening", "council", "votes.russia", 1, TESTED),
    ("china.shield", "council", "votes.china", -1, TESTED),
    ("china.shield", "council", "adopted", -1, TESTED),
    ("russia.shield", "council", "votes.russia", -1, TESTED),
    ("china.circulate_easing", "council", "circulated", 1, {}),
    ("russia.circulate_easing", "council", "circulated", 1, {}),
    ("china.table_easing", "council", "draft", -1, {"circulated": 3}),
    ("russia.table_easing", "council", "draft", -1, {"circulated": 3}),
    ("russia.table_easing", "council", "draft", 0, {}),
    ("south_korea.exemption_request", "council", "exemption_wait", 1, {}),
    ("united_states.consent_exemption", "council", "exemption", 1, {"exemption_wait": 24}),
    ("united_states.humanitarian_exemption", "council", "aid_pending", 1, {}),
    ("united_states.humanitarian_exemption", "council", "aid_cleared", 1, {}),
    ("united_states.designations", "deals", "deal", -1, {"deal": 2}),
    ("north_korea.inter_korean_opening", "projects", "consent.north_korea", 1, {}),
    ("north_korea.visit_to_moscow", "projects", "consent.north_korea", 1, {}),
    ("russia.rail_gas_promotion", "projects", "consent.russia", 1, {}),
    ("russia.invest_rajin", "projects", "consent.russia", 1, {}),
    ("south_korea.northern_policy", "projects", "consent.south_korea", 1, {}),
    ("south_korea.rail_survey", "projects", "consent.south_korea", 1, {}),
    ("south_korea.rail_survey", "projects", "programme.rail", 1, {}),
    ("south_korea.hotline", "projects", "programme.liaison", 1, {}),
    ("south_korea.humanitarian_aid", "projects", "programme.humanitarian", 1, {}),
    ("south_korea.tourism_initiative", "projects", "programme.kumgang", 1, {}),
    ("south_korea.military_agreement", "projects", "programme.military_agreement", 1, {}),
    ("south_korea.retaliate", "projects", "programme", -1, {}),
    ("north_korea.border_provocation", "projects", "programme", -1, {}),
    ("united_states.phased_offer", "domestic", "approval.united_states", -1, {}),
    ("united_states.security_assurance", "domestic", "approval.united_states", -1, {}),
    ("united_states.security_assurance", "domestic", "approval.south_korea", 0, {}),
]  # fmt: skip


class Watched(Moves):
    """Moves that remember which actions were asked for by name."""

    def __getitem__(self, name):
        self.conduct_read.add(name)
        return super().__getitem__(name)


@pytest.fixture(scope="module")
def params():
    return drawn(RUNS)


@pytest.fixture(scope="module")
def read(params):
    """Which actions each stage reads."""
    state, dice, none = lively(runs=RUNS), Chance(1, 0, RUNS).month(Month(2019, 5)), doing(runs=RUNS)
    found = {}
    for stage, step in STEPS.items():
        moves = Watched(none.names, none.chosen, none.offered, none.conduct)
        object.__setattr__(moves, "conduct_read", set())
        step(state, moves, params, dice)
        found[stage] = moves.conduct_read
    return found


@pytest.mark.parametrize(
    ("action", "stage", "path", "sign", "given"), EFFECTS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_an_action_moves_what_it_should(action, stage, path, sign, given, params):
    state = changed(lively(runs=RUNS), given)
    dice = Chance(1, 0, RUNS).month(Month(2019, 5))
    beside = [BESIDE[action]] if action in BESIDE else []
    without, with_it = (
        total(at(STEPS[stage](state, doing(*beside, *names, runs=RUNS), params, dice), path).reshape(-1, RUNS))
        for names in ((), (action,))
    )
    difference = np.sign(np.round(with_it - without, 12))
    # the same luck, so that no run goes the wrong way, and some go the right way
    assert set(np.unique(difference)) <= {0, sign}
    assert (difference == sign).any()


def test_the_table_is_complete(read):
    told = {(stage, action) for action, stage, _, sign, _ in EFFECTS if sign}
    assert told == {(stage, action) for stage, actions in read.items() for action in actions}


def test_what_no_mechanism_reads_is_waiting(read):
    """Whatever a nation can do has an effect of its own, but for the options to do nothing."""
    silent = set(ACTIONS) - set().union(*read.values())
    waiting = {f"{nation}.no_initiative" for nation in NATIONS} | {f"{nation}.no_move" for nation in NATIONS}
    waiting |= {f"{nation}.strategic_patience" for nation in ("north_korea", "united_states")}
    waiting |= {f"{nation}.status_quo" for nation in ("russia", "china", "south_korea")}
    assert silent == waiting


def test_an_empty_month_moves_nobody():
    none = doing(runs=3)
    assert not none.chosen.any()
    assert not none.conduct.any()
    assert none["china.food_aid"].shape == (3,)
    with pytest.raises(KeyError):
        none["china.no_such_thing"]
