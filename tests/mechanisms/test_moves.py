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
    ("united_states.humanitarian_exemption", "finance", "aid.united_states", 1, {}),
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
    without, with_it = (
        total(at(STEPS[stage](state, doing(*names, runs=RUNS), params, dice), path).reshape(-1, RUNS))
        for names in ((), (action,))
    )
    difference = np.sign(np.round(with_it - without, 12))
    # the same luck, so that no run goes the wrong way, and some go the right way
    assert set(np.unique(difference)) <= {0, sign}
    assert (difference == sign).any()


def test_the_table_is_complete(read):
    told = {(stage, action) for action, stage, _, sign, _ in EFFECTS if sign}
    assert told == {(stage, action) for stage, actions in read.items() for action in actions}


def test_what_no_mechanism_reads_is_waiting_or_words(read):
    """An action without an effect of its own still counts by its tone, or is the option to do nothing."""
    silent = set(ACTIONS) - set().union(*read.values())
    waiting = {f"{nation}.no_initiative" for nation in NATIONS} | {f"{nation}.no_move" for nation in NATIONS}
    waiting |= {f"{nation}.strategic_patience" for nation in ("north_korea", "united_states")}
    waiting |= {f"{nation}.status_quo" for nation in ("russia", "china", "south_korea")}
    words = {f"north_korea.message_to_{capital}" for capital in ("moscow", "beijing")}
    words |= {f"{nation}.message_to_pyongyang" for nation in ("russia", "china")}
    assert silent == waiting | words


def test_an_empty_month_moves_nobody():
    none = doing(runs=3)
    assert not none.chosen.any()
    assert not none.conduct.any()
    assert none["china.food_aid"].shape == (3,)
    with pytest.raises(KeyError):
        none["china.no_such_thing"]
