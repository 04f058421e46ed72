"""Nothing is dead: everything happens somewhere, every parameter moves something, every action is chosen and counts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest

from sim.actions import Moves
from sim.model import Peninsula, simulate_block
from sim.month import MONTH
from sim.nations import ACTIONS, CHARACTERS
from sim.parameters import PARAMETERS, Parameters
from sim.recording import RECORDED
from sim.scenario import Scenario, load_scenario
from sim.schedule import Schedule
from sim.state import VARIABLES
from tests.copies import copied

STEPS = [stage for stage in MONTH if stage.step is not None]
FEW = 16  # runs in which a parameter is moved


def watched(settings: Scenario) -> dict[str, np.ndarray]:
    block = simulate_block(settings, seed=13, first_run=0, runs=24, trajectories=True)
    return {**block.outcomes, **block.trajectories}


@cache
def eventful() -> Scenario:
    """Four years without an epidemic, in which trust is high, everybody is in a hurry, and nothing lasts: talks,
    summits, deals and their end, votes, requests and answers, works across the border, elections and successions."""
    return load_scenario(
        "baseline-2020",
        [
            "months=48", "initial.epidemic=0", "initial.border=2", "initial.openness=1", "initial.phase=2",
            "initial.trust.north_korea=[9, 2]", "initial.trust.united_states=[9, 2]", "initial.coercion=0.6",
            "parameters.talks.accept_washington=1", "parameters.talks.accept_pyongyang=1",
            "parameters.council.easing_base=0", "parameters.council.works_approved=0.7",
            "parameters.domestic.exit_natural=0.02", "parameters.deals.defect=-4",
            "parameters.crisis.retaliation=2", "parameters.programmes.clash=1", "parameters.deals.in_secret=0.6",
            "parameters.deals.detection=0.3", "parameters.deals.detection_inspected=0.3",
            "parameters.projects.study=0.5", "parameters.projects.exempted=0.5", "parameters.projects.started=0.5",
            "parameters.projects.financed=0.7", "initial.stage=[3, 2, 3]", "initial.programme=0.5", "initial.exemption=24",
            "initial.kumgang=1", "parameters.finance.pledge=0.2", "parameters.talks.to_level=-1",
        ],
    )  # fmt: skip


@cache
def stages() -> tuple[Scenario, ...]:
    """Scenarios in which, between them, everything happens: bans, capped coal and tests; politics of all kinds; a
    pandemic with its end; pressure by sector after a deployment; sanctions that are lifted; a nation that satisfices."""
    long = load_scenario("history-2016", ["months=36", "initial.reserves=1.2", "parameters.council.sits=1"])
    pandemic = load_scenario(
        "baseline-2020",
        [
            "months=30", "parameters.pandemic.end=8", "parameters.pandemic.wave_rate=0.2", "initial.reserves=0.5",
            "initial.phase=2", "parameters.talks.accept_washington=1", "parameters.talks.accept_pyongyang=1",
            "parameters.council.by_rift=0.5",
        ],
    )  # fmt: skip
    lifted = load_scenario("sanctions-lifted", ["months=6"])
    satisfied = load_scenario("baseline-2020", ["months=6", "nations.russia.rule=satisficing"])
    return long, eventful(), pandemic, lifted, satisfied


def test_every_array_has_one_owner_and_the_owner_moves_it():
    owners = {variable.owner for variable in VARIABLES.values()}
    assert owners == {stage.name for stage in STEPS}
    moved = set()
    for scenario in stages()[:2]:
        model = Peninsula(scenario, runs=60, seed=5)
        for _ in range(36):
            before = model.world
            model.step()
            # what the scenario's own events changed is not the work of a stage
            date = model.world.date
            given = Schedule(scenario, model.runs).begin(before.at(date), model.chance.month(date))
            written = model.world.changed(given)
            moved |= {name for name in written - moved if not np.array_equal(model.world[name], given[name])}
    settled_by_scenarios = {"import_halt"}  # a halt of purchases by decree
    assert set(VARIABLES) - moved == settled_by_scenarios


HAPPENINGS = {  # recorded variable -> the values it must take somewhere
    "summit": {1}, "failed_summit": {1}, "agreed": {1}, "phase": {0, 1, 2, 3, 4}, "sequencing": {0, 1},
    "moratorium": {0, 1}, "meeting.china": {1}, "meeting.russia": {1}, "meeting.south_korea": {1}, "cooperation": {1},
    "accepted.china": {1}, "accepted.russia": {1}, "refused.china": {1}, "refused.russia": {1},
    "draft": {-1, 0, 1}, "adopted": {1}, "vetoed": {1}, "votes.china": {-1, 0, 1}, "votes.russia": {-1, 0, 1},
    "votes.united_states": {-1, 1}, "aid_cleared": {1}, "deal": {0, 1, 2}, "collapse_cause": {1, 2, 3, 4},
    "stage.gas": {3, 4}, "stage.rail": {1, 2, 3}, "stage.rajin_khasan": {4, 5}, "setback": {1, 2, 3, 5}, "leader_exit": {1},
    "turnover.north_korea": {1}, "turnover.united_states": {1}, "turnover.south_korea": {1},
    "administration.north_korea": {0, 1, 2}, "administration.united_states": {0, 1, 2},
    "administration.south_korea": {0, 1}, "triangle.south": {1, 2}, "crisis": {0, 1, 2, 3}, "best": {1, 2, 3, 4},
}  # fmt: skip


@pytest.mark.parametrize("name", list(HAPPENINGS))
def test_everything_happens_somewhere(name):
    seen = {int(value) for place in range(len(stages())) for value in np.unique(as_it_is(place)[name])}
    assert HAPPENINGS[name] <= seen


@cache
def as_it_is(place: int) -> dict[str, np.ndarray]:
    return watched(stages()[place])


def extremes(name: str) -> tuple[float, float]:
    """A value well above and one well below the centre of a prior, both legal."""
    row = PARAMETERS[name]
    reach = max(abs(row.prior.centre), 1)
    return min(row.high, row.prior.centre + reach), max(row.low, row.prior.centre - reach)


def moving(scenario: Scenario, moved: Sequence[tuple[str, float]]) -> tuple[set[str], set[str]]:
    """Which parameters move a recorded variable of the same runs when they take these values, and which of them lead to
    something that is no number."""
    copies = len(moved) + 1  # the first is left as it is

    def change(drawn: Parameters) -> Parameters:
        changed = dict(drawn)
        for copy, (name, value) in enumerate(moved, 1):
            changed[name] = changed[name].copy()
            changed[name][copy * FEW : (copy + 1) * FEW] = value
        return changed

    model = copied(scenario, runs=FEW, copies=copies, seed=13, parameters=change)
    differs, broken = np.zeros(copies, bool), np.zeros(copies, bool)
    with np.errstate(all="ignore"):
        for _ in range(scenario.months):
            model.step()
            for variable in RECORDED:
                array = model.world[variable.name].reshape(-1, copies, FEW)
                differs |= (array != array[:, :1]).any(axis=(0, 2))
                broken |= ~np.isfinite(array).all(axis=(0, 2))
    model.release()
    names = [name for name, _ in moved]
    return ({name for name, so in zip(names, differs[1:], strict=True) if so},
            {name for name, so in zip(names, broken[1:], strict=True) if so})  # fmt: skip


@cache
def moved_parameters() -> tuple[set[str], set[str]]:
    """Parameters that move something in one stage or another; those that break something on the way."""
    found, broken = set[str](), set[str]()
    for scenario in stages():
        for side in range(2):
            left = [(name, extremes(name)[side]) for name in PARAMETERS if name not in found]
            moves, breaks = moving(scenario, left)
            found |= moves
            broken |= breaks
    return found, broken


@pytest.mark.parametrize("name", list(PARAMETERS))
def test_every_parameter_moves_something(name):
    assert name in moved_parameters()[0], "no recorded variable, and hence no outcome, depends on it"


def test_legal_values_far_from_the_centre_lead_to_numbers():
    assert moved_parameters()[1] == set()


def test_every_action_is_chosen_somewhere():
    counts = np.zeros(len(ACTIONS))
    for scenario in (load_scenario("history-2016"), load_scenario("baseline-2020"), eventful()):
        block = simulate_block(scenario, seed=1, first_run=0, runs=100, trajectories=False)
        counts += [block.moves[f"moves.{action}"].sum() for action in ACTIONS]
    assert dict(zip(ACTIONS, counts, strict=True)) == {
        action: count for action, count in zip(ACTIONS, counts, strict=True) if count
    }


def test_every_action_has_a_consequence_in_a_mechanism_or_in_conduct():
    read = set()

    class Watching(Moves):
        def __getitem__(self, name):
            read.add(name)
            return super().__getitem__(name)

    model = Peninsula("baseline-2020", runs=40, seed=7)
    for _ in range(7):
        model.step()
    moves = Watching(model.moves.names, model.moves.chosen, model.moves.offered, model.moves.conduct)
    for stage in STEPS:
        stage.step(model.world, moves, model.params, model.chance.month(model.world.date))
    doing_nothing = {"strategic_patience", "status_quo", "no_initiative", "no_move"}
    for nation, character in CHARACTERS.items():
        for action in character.menu:
            assert action.name in doing_nothing or action.tone or f"{nation}.{action.name}" in read, (nation, action.name)
    assert read <= set(ACTIONS)


def test_nations_may_be_given_and_a_null_menu_line_expects_nothing():
    for character in CHARACTERS.values():
        for action in character.menu:
            if action.name in ("status_quo", "no_initiative", "no_move", "strategic_patience"):
                assert not action.effects
                assert not action.tone
