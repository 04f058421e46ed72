"""Outcome measures, each on a course of which the answer is known."""

import numpy as np
import pytest

from sim.actions import Moves
from sim.features import FEATURE_NAMES
from sim.nations import ACTIONS
from sim.outcomes import OUTCOMES, Course, first_month, last_year, longest_spell, mean
from sim.outcomes.economy import RUSSIA_2019, TRADE_2019
from sim.state import AXES, VARIABLES, Month, World, resolve

START = Month(2020, 5)
RECORDED = tuple(name for name, variable in VARIABLES.items() if variable.recorded)


def course(months, *, runs=2, chosen=()):
    """A course from paths to values: a list gives one value per month, a number stands in every month.

    The last run is a blank world throughout, so that runs cannot be mixed up unnoticed."""
    length = max([len(values) for values in months.values() if isinstance(values, list)] + [len(chosen), 1])
    found = Course.empty(START, RECORDED)
    world = World.blank(START, runs, features=FEATURE_NAMES, actions=ACTIONS)
    for month in range(length):
        arrays = {}
        for path, values in months.items():
            variable, index = resolve(path)
            array = arrays.setdefault(variable.name, world[variable.name].copy())
            array[(*index, *(slice(None),) * (array.ndim - 1 - len(index)), 0)] = (
                values[month] if isinstance(values, list) else values
            )
        moves = Moves.none(ACTIONS, runs)
        for name in chosen[month] if chosen else ():
            moves.chosen[ACTIONS.index(name), 0] = 1
        found.record(world.replace(**arrays), moves)
    return found


def measured(name, months):
    value = OUTCOMES[name].measure(course(months))
    assert value.shape == (2,)
    return value[0]


NO_VALUE = float("nan")
YEARS = [0.0] * 8 + [1.0] * 12  # the first eight months of twenty are outside the last year

KNOWN = [
    # all of 2019's trade with China and Russia, and none of others'
    ("trade_recovery", {"trade.china": TRADE_2019 / 4, "trade.russia": TRADE_2019 / 4, "trade.others": 99.0}, 1.0),
    ("trade_recovery", {"trade.china.imports": [TRADE_2019 * share for share in YEARS]}, 1.0),
    ("trade_recovery", {"trade.china.imports": [TRADE_2019 * (1 - share) for share in YEARS]}, 0.0),
    ("trade_recovery", {"trade.china.imports": [TRADE_2019, 0.0, 0.0, 0.0]}, 0.25),  # fewer than twelve months: all of them
    ("russia_exports_level", {"trade.russia.exports": RUSSIA_2019[0] / 2, "trade.russia.imports": 50.0}, 0.5),
    ("russia_imports_level", {"trade.russia.imports": RUSSIA_2019[1] * 2, "trade.russia.exports": 50.0}, 2.0),
    ("sanctions_change", {"severity_index": [0.8, 0.9, 0.3]}, -0.5),
    ("sanctions_status", {"severity_index": [0.8, 0.8, 0.76]}, 0),  # eased
    ("sanctions_status", {"severity_index": [0.8, 0.5, 0.78]}, 1),  # unchanged: only the ends count
    ("sanctions_status", {"severity_index": [0.5, 0.54]}, 2),  # tightened
    ("tests", {"tests.srbm": [1, 0, 2], "tests.nuclear": [0, 1, 0]}, 4),
    (
        "tests_severe",
        {"tests.srbm": [9, 9], "tests.irbm": [1, 0], "tests.slbm": [0, 1], "tests.icbm": [0, 2], "tests.nuclear": [1, 0]},
        5,
    ),
    ("quiet_spell", {"tests.srbm": [1, 0, 0, 1, 0, 0, 0, 0, 1, 0]}, 4),
    ("quiet_spell", {"tests.icbm": [0, 0, 0]}, 3),
    ("quiet_spell", {"tests.slbm": [1, 2, 1]}, 0),
    ("capability_gain", {"capability.srbm": [0.3, 0.4, 0.5], "capability.icbm": [0.3, 0.3, 0.4]}, 0.3),
    ("patron_support_china", {"support.china": [0.2, 0.4], "support.russia": 9.0}, 0.3),
    ("patron_support_russia", {"support.russia": [0.0, 0.1], "support.china": 9.0}, 0.05),
    ("workers_end", {"workers.russia": [30.0, 12.0], "workers.china": 50.0}, 12.0),
    ("labour_revenue", {"remittances.china": [3.0, 5.0], "remittances.russia": [1.0, 1.0]}, 60.0),  # 5 a month on average
    ("crisis_peak", {"crisis": [1, 4, 2]}, 4),
    ("crisis_months", {"crisis": [1, 3, 2, 5, 3]}, 3),
    ("growth", {"growth": [-4.0, 1.0]}, -1.5),
    ("reserves_end", {"reserves": [2.5, 0.4]}, 0.4),
    # two were held before the run: the next is the third
    ("third_summit", {"summit": [0, 1, 0], "summits": [2, 3, 3]}, 1),
    ("third_summit", {"summit": [0, 1, 0], "summits": [1, 2, 2]}, 0),  # a second is no third
    ("third_summit", {"summit": [0, 0, 0], "summits": [3, 3, 3]}, 0),  # held before the run
    ("third_summit", {"summit": [1, 0, 1], "summits": [4, 4, 5]}, 1),  # a later one counts as well
    ("third_summit_month", {"summit": [0, 1, 0, 1], "summits": [2, 3, 3, 4]}, 2),
    ("third_summit_month", {"summit": [1, 0, 0, 1], "summits": [2, 2, 2, 3]}, 4),
    ("third_summit_month", {"summit": [0, 1], "summits": [1, 2]}, NO_VALUE),
    ("deal", {"deal": [0, 2, 1, 0]}, 2),
    ("deal", {"deal": [0, 0]}, 0),
    ("deal", {"deal": [4, 0]}, 4),
    ("deal_months", {"deal": [0, 2, 1, 0, 1]}, 3),
    # still: below working level, no deal, nothing severe; each of the others is missing in one month of the four
    ("stalemate", {"phase": [1, 2, 1, 1], "deal": [0, 0, 1, 0], "severity": [3, 3, 0, 4]}, 0.25),
    ("stalemate", {"phase": 0, "severity": [0, 3]}, 1.0),
    ("council_adopted", {"adopted": [1, 0, 1], "draft": [1, 1, -1], "vetoed": [0, 1, 0]}, 1),
    ("council_vetoed", {"vetoed": [1, 0, 1, 1], "draft": [1, 1, -1, 1]}, 2),
    ("council_eased", {"adopted": [1, 0, 1], "draft": [1, -1, -1]}, 1),
    ("deal_broken", {"collapse_cause": [0, 3, 0, 1]}, 3),
    ("deal_broken", {"collapse_cause": 0}, 0),
    ("equidistance_end", {"equidistance.composite": [0.4, 0.6], "equidistance.trade": 0.1}, 0.6),
    ("counter_lever", {"counter.china": [0.2, 0.4], "counter.russia": [0.6, 0.0]}, 0.5),
    ("leverage", {"leverage": [0.5, 1.5, 1.0]}, 1.0),
    ("leverage_threat", {"leverage_threat": [0.2, -0.4]}, -0.1),
    ("leverage_patrons", {"leverage_patrons": [0.2, 0.4], "leverage": 9.0}, 0.3),
    ("leverage_clock", {"leverage_clock": [0.0, 0.1]}, 0.05),
    ("equidistance", {"equidistance.composite": [0.4, 0.6], "equidistance.trade": 0.1}, 0.5),
    ("equidistance_trade", {"equidistance.trade": [0.02, 0.04], "equidistance.composite": 0.9}, 0.03),
    ("equidistance_contact", {"equidistance.contact": [0.3, 0.5]}, 0.4),
    ("equidistance_affinity", {"equidistance.affinity": [0.9, 0.7]}, 0.8),
    ("seoul_equidistance", {"seoul_equidistance.russia_north_korea": [0.6, 0.8]}, 0.7),
    ("seoul_equidistance_powers", {"seoul_equidistance.china_united_states": [0.3, 0.5]}, 0.4),
    # at the end, and above a tenth; what lived before does not count
    (
        "programmes_alive",
        {"programme": [1.0, 0.0], "programme.liaison": [0.9, 0.5], "programme.rail": [0.0, 0.11]},
        2,
    ),
    ("programmes_alive", {"programme": 0.1}, 0),
    ("first_setback_month", {"setback": [0, 0, 3, 1]}, 3),
    ("first_setback_month", {"setback": [5, 0]}, 1),
    ("first_setback_month", {"setback": [0, 0, 0]}, NO_VALUE),
    # 0.6 and 0.3% a year in one sector, 0.3% in another, for a month each: 1.2 / 12
    ("coercion_loss", {"sector_loss": 0.0, "sector_loss.tourism": [0.6, 0.3], "sector_loss.goods": [0.0, 0.3]}, 0.1),
    ("requests_accepted", {"accepted.china": [1, 0, 1], "accepted.russia": [0, 0, 1], "refused": 1}, 3),
    ("requests_refused", {"refused.china": [1, 0], "refused.russia": [1, 0], "accepted": 1}, 2),
    ("gas_stage", {"stage.gas": [1, 3, 2], "stage.rail": 5}, 3),
    ("rail_stage", {"stage.rail": [0, 1, 1], "stage.gas": 4}, 1),
    ("stability_min", {"stability": [0.7, 0.2, 0.5]}, 0.2),
]


@pytest.mark.parametrize(("name", "months", "value"), KNOWN)
def test_outcomes_of_known_courses(name, months, value):
    assert measured(name, months) == pytest.approx(value, nan_ok=True)


def test_every_outcome_has_a_known_course():
    assert {name for name, _, _ in KNOWN} == set(OUTCOMES)


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
def test_every_outcome_says_what_it_is(outcome):
    assert outcome.unit
    assert outcome.definition
    assert outcome.question.endswith("?")
    assert outcome.identified
    assert outcome.kind in ("number", "category", "share")
    assert bool(outcome.categories) == (outcome.kind == "category")


EVENTFUL = {
    "trade": 50.0, "crisis": 4, "reserves": 7.0, "tests.icbm": [1, 0, 1], "severity_index": [0, 0.9, 0.5],
    "summit": [0, 1, 0], "summits": [2, 3, 3], "deal": [0, 3, 0], "phase": [2, 3, 4], "setback": [0, 1, 0],
    "sector_loss": 0.2, "accepted": [1, 0, 0], "programme": 0.6, "stage": [1, 2, 2],
}  # fmt: skip


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
def test_every_outcome_is_one_value_per_run_and_keeps_runs_apart(outcome):
    values = outcome.measure(course(EVENTFUL, runs=3))
    assert values.shape == (3,)
    assert np.isfinite(values[0])
    np.testing.assert_array_equal(values[1], values[2])
    # only an outcome that says so may have no value, and only where nothing happened
    assert np.isnan(values[1]) == ("no value" in outcome.definition)


def test_who_says_no_value_says_when():
    without = {name for name, outcome in OUTCOMES.items() if "no value" in outcome.definition}
    assert without == {name for name, _, value in KNOWN if np.isnan(value)}
    for name in without:
        assert "no value where none" in OUTCOMES[name].definition


CATEGORIES = {  # what brings about each category in turn, in the order of the labels
    "sanctions_status": [{"severity_index": [0.5, 0.5 + step]} for step in (-0.4, 0.0, 0.4)],
    "deal": [{"deal": [0, deal]} for deal in range(5)],
    "deal_broken": [{"collapse_cause": [0, cause]} for cause in range(5)],
}


@pytest.mark.parametrize("name", [name for name, outcome in OUTCOMES.items() if outcome.kind == "category"])
def test_a_category_is_the_index_of_its_label(name):
    seen = [measured(name, months) for months in CATEGORIES[name]]
    assert seen == list(range(len(OUTCOMES[name].categories)))


def test_categories_are_named_in_the_order_of_their_numbers():
    assert OUTCOMES["sanctions_status"].categories == ("eased", "unchanged", "tightened")
    assert OUTCOMES["deal"].categories == ("none", "goodwill", "freeze", "interim", "comprehensive")


@pytest.mark.parametrize("name", [name for name, outcome in OUTCOMES.items() if outcome.kind == "share"])
def test_a_share_of_runs_is_one_or_nothing_in_each_run(name):
    assert set(OUTCOMES[name].measure(course(EVENTFUL, runs=3))) == {0.0, 1.0}


def test_the_last_year_is_twelve_months_or_all():
    assert last_year(np.arange(20.0)[:, None]) == pytest.approx([13.5])  # 8 to 19
    assert last_year(np.arange(4.0)[:, None]) == pytest.approx([1.5])


def test_spells_by_hand():
    quiet = np.array(
        [[1, 1, 0, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 1], [0, 1, 0, 1, 0, 1, 1]], dtype=bool
    ).T
    assert (longest_spell(quiet) == [3, 0, 7, 2]).all()


def test_first_months_by_hand():
    happened = np.array([[0, 0, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]], dtype=bool).T
    np.testing.assert_array_equal(first_month(happened), [3, 1, np.nan])


def test_means_over_months_do_not_depend_on_how_many_runs_there_are():
    series = np.random.default_rng(1).normal(size=(37, 2, 700)) * 10.0 ** np.arange(-18, 19)[:, None, None]
    whole = mean(series)
    assert whole.shape == (2, 700)
    assert whole == pytest.approx(series.mean(axis=0), rel=1e-9)
    assert all((mean(series[..., run : run + 1])[:, 0] == whole[:, run]).all() for run in range(0, 700, 50))


def test_a_course_keeps_what_was_recorded_and_chosen():
    found = course(
        {"reserves": [1.0, 2.0, 3.0], "tests.icbm": [1, 0, 0]}, chosen=[["china.food_aid"], [], ["china.food_aid"]]
    )
    assert (found["reserves"][:, 0] == [1, 2, 3]).all()
    assert found["trade"].shape == (3, len(AXES["partner"]), 2, 2)
    assert found.chosen.shape == (3, len(ACTIONS), 2)
    counts = found.move_counts()
    assert counts[ACTIONS.index("china.food_aid")].tolist() == [2, 0]
    assert counts.sum() == 2


def test_a_month_added_later_is_seen():
    found = course({"reserves": [1.0]})
    assert len(found["reserves"]) == 1
    found.record(World.blank(START + 1, 2, features=FEATURE_NAMES, actions=ACTIONS), Moves.none(ACTIONS, 2))
    assert len(found["reserves"]) == 2
    with pytest.raises(KeyError):
        found["reply"]  # not a recorded variable
