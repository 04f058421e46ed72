"""The table of state variables, the immutable world, months, paths and sums."""

import re

import numpy as np
import pytest

from sim import state
from sim.month import MONTH
from sim.nations import CHARACTERS
from sim.state import AXES, FLOAT, NATIONS, VARIABLES, Month, World, logistic, resolve, total
from sim.variables.politics import OFFICES

MAY = Month(2020, 5)
STAGES = {stage.name for stage in MONTH if stage.step is not None}


@pytest.mark.parametrize("variable", VARIABLES.values(), ids=VARIABLES)
def test_every_variable_says_what_it_is(variable):
    assert variable.meaning
    assert variable.unit
    assert variable.owner in STAGES
    assert variable.low < variable.high
    assert variable.low <= variable.start <= variable.high
    assert set(variable.axes) <= set(AXES)
    assert variable.name.isidentifier()


@pytest.mark.parametrize("variable", [row for row in VARIABLES.values() if row.whole], ids=lambda row: row.name)
def test_what_counts_in_whole_numbers_has_whole_bounds_and_a_whole_start(variable):
    assert all(float(number).is_integer() for number in (variable.low, variable.high, variable.start))


def test_variables_that_a_scenario_sets_step_by_step_are_whole():
    stepped = {row.name for row in VARIABLES.values() if row.settable and re.fullmatch(r"\d+-\d+|0 or 1", row.unit)}
    assert stepped == {row.name for row in VARIABLES.values() if row.settable and row.whole} - {"summits"}
    assert {"phase", "tier", "crisis", "stage", "deal", "border", "administration", "moratorium"} <= stepped


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("border", ("closed", "partial", "open")),
        ("deal", ("none", *AXES["offer"])),
        ("stage", ("idea", "study", "exempted", "financed", "building", "in operation")),
        ("sequencing", ("step for step", "disarmament first")),
        ("tier", ()),  # known by their numbers
        ("moratorium", ()),
        ("administration", ()),  # each nation has its own
        ("support", ()),  # a colon and commas, and no ladder
    ],
)
def test_levels_are_named_where_the_meaning_lists_them(name, levels):
    assert VARIABLES[name].levels == levels


def test_every_nation_has_a_set_of_weights_for_each_type_of_government_and_the_codebook_names_them():
    assert {nation: len(types) for nation, types in OFFICES.items()} == {
        nation: len(character.administrations) for nation, character in CHARACTERS.items()
    }
    assert list(OFFICES) == list(NATIONS)
    for nation, types in OFFICES.items():
        if len(types) > 1:
            assert f"{nation}: {', '.join(types)}" in VARIABLES["administration"].meaning
    assert max(map(len, OFFICES.values())) - 1 == VARIABLES["administration"].high == VARIABLES["in_office"].high


def test_no_two_variables_mean_the_same():
    meanings = [variable.meaning for variable in VARIABLES.values()]
    assert len(set(meanings)) == len(meanings)


def test_symbols_name_their_place_on_their_axis():
    assert [NATIONS[place] for place in (state.PRK, state.RUS, state.CHN, state.USA, state.KOR)] == list(NATIONS)
    assert [AXES["partner"][place] for place in (state.CHINA, state.RUSSIA, state.OTHERS)] == ["china", "russia", "others"]
    assert [AXES["neighbour"][place] for place in (state.CHINA, state.RUSSIA)] == ["china", "russia"]
    assert [AXES["direction"][place] for place in (state.EXPORTS, state.IMPORTS)] == ["exports", "imports"]
    assert [AXES["host"][place] for place in (state.CHINA, state.RUSSIA, state.SEOUL)] == ["china", "russia", "south_korea"]
    assert state.CLOSED < state.PARTIAL < state.OPEN


def test_every_pair_of_nations_has_one_place_whichever_is_named_first():
    assert len(state.PAIRS) == len(AXES["dyad"]) == 10
    for first, second in state.PAIRS:
        place = state.DYAD[first, second]
        assert place == state.DYAD[second, first]
        assert AXES["dyad"][place] == f"{NATIONS[first]}_{NATIONS[second]}"
    assert sorted({state.DYAD[pair] for pair in state.PAIRS}) == list(range(10))


def test_parties_of_the_council_and_of_deals_are_nations_or_named_allies():
    assert set(AXES["permanent"]) - set(NATIONS) == {"united_kingdom", "france"}
    for axis in ("side", "democracy", "party", "donor", "neighbour", "host"):
        assert set(AXES[axis]) <= set(NATIONS), axis


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2020-05", 0, "2020-05"), ("2020-05", 8, "2021-01"), ("2020-01", -1, "2019-12"), ("2020-05", 120, "2030-05")],
)
def test_months_add_and_subtract(start, months, end):
    first, last = Month.parse(start), Month.parse(end)
    assert first + months == last
    assert last - first == months
    assert str(last) == end


def test_months_are_in_order():
    assert Month(2019, 12) < Month(2020, 1) < Month(2020, 2)


@pytest.mark.parametrize(
    "text", ["2020", "2020-5", "2020-00", "2020-13", "20-05", "2020/05", "2020-05-01", "", "²020-05", "abcd-ef"]
)
def test_what_is_no_month_is_refused_in_one_line(text):
    with pytest.raises(ValueError, match=r"2020-05|01 to 12") as error:
        Month.parse(text)
    assert "\n" not in str(error.value)


def test_a_blank_world_stands_at_its_starts():
    world = World.blank(MAY, 4)
    for name, variable in VARIABLES.items():
        assert world[name].shape == (*(len(world.labels[axis]) for axis in variable.axes), 4)
        assert world[name].dtype == FLOAT
        assert (world[name] == variable.start).all()


def test_a_world_is_changed_by_making_another():
    old = World.blank(MAY, 2)
    new = old.replace(reserves=np.array([1.0, 2.0]))
    assert (old.reserves == 2.5).all()
    assert (new.reserves == [1.0, 2.0]).all()
    assert new.changed(old) == {"reserves"}
    assert new.food is old.food
    assert new.at(MAY + 1).date == MAY + 1
    assert new.at(MAY + 1).changed(new) == frozenset()


def test_arrays_of_a_world_cannot_be_written_to():
    world = World.blank(MAY, 2)
    with pytest.raises(ValueError, match="read-only"):
        world.reserves[0] = 9.0
    mine = np.array([1.0, 2.0])
    new = world.replace(reserves=mine)
    with pytest.raises(ValueError, match="read-only"):
        new.reserves += 1


@pytest.mark.parametrize("array", [np.zeros(3), np.zeros((2, 2)), np.zeros(2, dtype=np.float32), np.zeros(2, dtype=int)])
def test_an_array_of_another_shape_or_kind_is_refused(array):
    with pytest.raises(ValueError, match=r"reserves must stay \(2,\) float64"):
        World.blank(MAY, 2).replace(reserves=array)


def test_what_a_world_has_not_is_said():
    with pytest.raises(AttributeError, match="no array 'reserve'"):
        _ = World.blank(MAY, 1).reserve


def test_sums_run_over_all_axes_but_runs():
    array = np.arange(24.0).reshape(2, 3, 4)
    assert (total(array) == array.sum(axis=(0, 1))).all()
    assert (total(array[0, 0]) == array[0, 0]).all()


def test_a_sum_does_not_depend_on_how_many_runs_there_are():
    array = np.random.default_rng(1).normal(size=(37, 700)) * 10.0 ** np.arange(-18, 19)[:, None]
    whole = total(array)
    assert all((total(array[:, run : run + 1]) == whole[run]).all() for run in range(0, 700, 50))


def test_a_sum_is_a_new_array():
    row = np.ones((1, 3))
    total(row)[:] = 5
    assert (row == 1).all()


def test_the_logistic_curve():
    assert logistic(np.array([0.0, np.log(3), -1e9, 1e9])) == pytest.approx([0.5, 0.75, 0, 1])
    assert logistic(np.array([2.0])) + logistic(np.array([-2.0])) == pytest.approx([1])


@pytest.mark.parametrize(
    ("path", "name", "index"),
    [
        ("reserves", "reserves", ()),
        ("workers", "workers", (slice(None),)),
        ("workers.russia", "workers", (1,)),
        ("openness.china", "openness", (0, slice(None))),
        ("openness.china.imports", "openness", (0, 1)),
        ("past_trade.exports.lag_12", "past_trade", (0, 12)),
        ("affinity.north_korea_russia", "affinity", (0,)),
        ("affinity.united_states_south_korea", "affinity", (9,)),
        ("trust.united_states.kept", "trust", (1, 0)),
        ("administration.south_korea", "administration", (4,)),
        ("contact.south_korea", "contact", (2,)),
        ("stage.rajin_khasan", "stage", (2,)),
    ],
)
def test_paths_name_arrays_and_parts_of_them(path, name, index):
    variable, found = resolve(path)
    assert variable.name == name
    assert found == index
    assert World.blank(MAY, 2)[name][found].shape[-1] == 2


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("reserve", "unknown state variable 'reserve'"),
        ("reserves.china", "too many parts"),
        ("workers.japan", "choose from china, russia"),
        ("openness.china.both", "choose from exports, imports"),
        ("affinity.russia_north_korea", "choose from north_korea_russia"),
        ("", "unknown state variable ''"),
    ],
)
def test_a_wrong_path_is_refused_with_what_would_be_right(path, message):
    with pytest.raises(KeyError, match=message):
        resolve(path)
