"""Ladders are climbed rung by rung, and each nation has the types of government that it has weights for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.chance import Chance
from sim.decision import Mood, _in_office
from sim.features import FEATURE_NAMES
from sim.nations import CHARACTERS
from sim.scenario import ScenarioError, load_scenario
from sim.scenario.vocabulary import paths, variable_at
from sim.schedule import Schedule
from sim.state import NATIONS, World, resolve

Write = Callable[..., str]
WHOLE = tuple(path for path in paths() if variable_at(path)[0].whole and not variable_at(path)[1])
STEPPED = tuple(path for path in WHOLE if path.split(".")[0] not in ("administration", "in_office"))


def line(write: Write, text: str) -> str:
    """The one line with which a scenario is refused, without its place."""
    with pytest.raises(ScenarioError) as caught:
        load_scenario(write("one", text))
    (only,) = caught.value.lines
    return only.split(": ", 1)[1]


@pytest.mark.parametrize("path", WHOLE)
def test_levels_are_set_whole(path: str, write: Write) -> None:
    low = variable_at(path)[0].low
    assert line(write, f"initial: {{{path}: {low + 0.5}}}\n").startswith(f"{path} is {low + 0.5}; expected ")
    set_between = f"events: [{{month: 2020-06, set: {{{path}: {low + 0.5}}}}}]\n"
    assert line(write, set_between).startswith(f"{path} to set is {low + 0.5}; expected ")
    for written in (f"{low:g}", f"{low:.1f}", f"{{value: {low:g}, sd: 0}}"):
        assert load_scenario(write("one", f"initial: {{{path}: {written}}}\n")).initial[path].value == low


@pytest.mark.parametrize("path", WHOLE)
def test_levels_have_no_spread(path: str, write: Write) -> None:
    message = line(write, f"initial: {{{path}: {{value: {variable_at(path)[0].low:g}, sd: 0.3}}}}\n")
    assert message == f"{path} counts in whole numbers and cannot be spread; leave out sd"


@pytest.mark.parametrize("path", STEPPED)
def test_steps_of_events_keep_levels_whole_and_on_the_ladder(path: str, write: Write) -> None:
    assert "expected a whole number" in line(write, f"events: [{{month: 2020-06, add: {{{path}: 0.5}}}}]\n")
    scenario = load_scenario(write("one", f"events: [{{month: 2020-06, add: {{{path}: 1}}}}]\n"))
    variable, index = resolve(path)
    world = World.blank(scenario.events[0].month, 3)
    levels = world[variable.name].copy()
    levels[index] = variable.low, variable.high - 1, variable.high
    world = world.replace(**{variable.name: levels})
    after = Schedule(scenario, 3).begin(world, Chance(1, 0, 3).month(world.date))[variable.name][index]
    assert after.tolist() == [variable.low + 1, variable.high, variable.high]


@pytest.mark.parametrize("array", ["administration", "in_office"])
@pytest.mark.parametrize("nation", NATIONS)
def test_a_nation_has_the_types_it_has_weights_for(nation: str, array: str, write: Write) -> None:
    count = len(CHARACTERS[nation].administrations)
    path = f"{array}.{nation}"
    for number in range(count):
        scenario = load_scenario(write("one", f"initial: {{{path}: {number}}}\n"))
        assert scenario.initial[path].value == number
    assert line(write, f"initial: {{{path}: {count}}}\n").startswith(f"{path} is {count}; expected 0 ")
    event = f"events: [{{month: 2020-06, set: {{{path}: {count}}}}}]\n"
    assert line(write, event).startswith(f"{path} to set is {count}; expected 0 ")
    assert line(write, f"events: [{{month: 2020-06, add: {{{path}: 1}}}}]\n") == (
        f"{path} is a type, to which nothing can be added; set it instead"
    )


def test_types_of_all_nations_may_stand_in_a_list(write: Write) -> None:
    scenario = load_scenario(write("one", "initial: {administration: [2, 0, 0, 2, 1], in_office: 0}\n"))
    assert scenario.initial["administration"].value == (2, 0, 0, 2, 1)
    assert line(write, "initial: {administration: [0, 0, 0, 0, 2]}\n") == (
        "administration.south_korea is 2; expected 0 engagement or 1 hard line"
    )


def test_what_cannot_be_set_is_not_met_with_a_guess(write: Write) -> None:
    for path in ("incoming", "incoming.united_states", "turnover.south_korea", "severity"):
        assert line(write, f"initial: {{{path}: 0}}\n") == f"{path.split('.')[0]} follows from the model and cannot be set"
    assert line(write, "initial: {administratoin.united_states: 0}\n").endswith(
        "did you mean 'administration.united_states'?"
    )


class TestWeights:
    """What a nation weighs when runs have types that no set of weights belongs to."""

    EVEN = Mood(gain=np.ones((len(FEATURE_NAMES), 3)), loss=np.ones((len(FEATURE_NAMES), 3)))
    VALUES = tuple({"trade": np.full(3, float(number))} for number in range(2))

    @pytest.mark.parametrize("strange", [0.5, 2.0, -1.0, np.nan])
    def test_a_type_without_weights_is_an_error(self, strange: float) -> None:
        with pytest.raises(ValueError, match=f"administration {strange:g}; expected 0 to 1"):
            _in_office(self.VALUES, np.array([0.0, strange, 1.0]), self.EVEN)
        with pytest.raises(ValueError, match=f"administration {strange:g}; expected 0 to 1"):
            _in_office(self.VALUES, np.full(3, strange), self.EVEN)

    def test_types_with_weights_have_them(self) -> None:
        assert _in_office(self.VALUES, np.array([0.0, 1.0, 1.0]), self.EVEN)["trade"].tolist() == [0, 1, 1]

    def test_a_single_set_holds_whoever_governs(self) -> None:
        assert _in_office(self.VALUES[1:], np.array([0.0, 0.5, 7.0]), self.EVEN)["trade"].tolist() == [1, 1, 1]
