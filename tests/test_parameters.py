"""Parameters: every number has its papers; quantiles are right; bad numbers are refused; draws are paired."""

import numpy as np
import pytest
from scipy import stats

from experiments.codebook import rows as codebook
from sim.chance import Chance
from sim.parameters import FAMILIES, GRADES, PARAMETERS, Distribution, draw
from sim.parameters.political_tables import (
    ANCHORS,
    ASKED,
    ASSURED,
    EASING,
    OFFERS,
    OPENNESS,
    OUTPUT,
    PAID,
    POLITICAL_TABLES,
    PROJECTS,
    SECTORS,
    SHARES,
    TERMS,
    WORTH,
)
from sim.parameters.tables import (
    EXPORT_SEASON,
    EXPORTS_2016,
    IMPORT_SEASON,
    IMPORTS_2016,
    LADDER,
    SEVERITY,
    TABLES,
    TEST_SEVERITY,
)
from sim.state import AXES, NATIONS, OTHERS, VARIABLES

LUCK = np.array([1e-6, 0.01, 0.1, 0.25, 0.5, 0.731, 0.9, 0.99, 1 - 1e-9])
# Priors of which more than 1% lies outside the legal range on one side: customs that are nearly perfect, where a share
# of one has no finite odds. What lies above is moved to the end of the range.
CUT = {"sanctions.enforcement_china", "sanctions.enforcement_others"}


@pytest.mark.parametrize("row", PARAMETERS.values(), ids=PARAMETERS)
def test_every_parameter_has_its_papers(row):
    assert row.unit.strip()
    assert row.meaning.strip()
    assert row.source.strip()
    assert row.grade in GRADES
    assert row.low < row.high
    assert row.name == row.name.lower()
    assert len(row.name.split(".")) >= 2


@pytest.mark.parametrize("row", PARAMETERS.values(), ids=PARAMETERS)
def test_the_central_98_percent_of_a_prior_are_legal(row):
    low, high = row.prior.quantile(np.array([0.01, 0.99]))
    inside = row.low <= low and high <= row.high
    assert inside != (row.name in CUT)
    assert row.low <= row.prior.centre <= row.high


def test_names_and_meanings_are_not_used_twice():
    assert list(PARAMETERS) == [row.name for row in PARAMETERS.values()]
    section = [(row.name.split(".")[0], row.meaning) for row in PARAMETERS.values()]
    twice = {pair for pair in section if section.count(pair) > 1}
    assert {meaning for _, meaning in twice} <= {"sharpness of choice", "monthly discount factor"}  # one for each nation


def test_what_is_assumed_is_never_called_verified():
    for row in PARAMETERS.values():
        if row.source == "assumed":
            assert row.grade == "P", row.name


LAWS = [
    ("quantiles", (0.0, 1.0, 2.0), stats.uniform(0.0, 2.0)),
    ("fixed", (0.3,), None),
    ("uniform", (0.2, 0.7), stats.uniform(0.2, 0.5)),
    ("uniform", (-3.0, 5.0), stats.uniform(-3, 8)),
    ("triangular", (2.5, 3.8, 5.1), stats.triang(0.5, 2.5, 2.6)),
    ("triangular", (17.0, 21.0, 28.0), stats.triang(4 / 11, 17, 11)),
    ("triangular", (1.0, 1.0, 2.0), stats.triang(0.0, 1, 1)),
    ("triangular", (1.0, 2.0, 2.0), stats.triang(1.0, 1, 1)),
    ("normal", (0.71, 0.28), stats.norm(0.71, 0.28)),
    ("lognormal", (2.2, 0.25), stats.lognorm(0.25, scale=2.2)),
    ("beta", (14.0, 6.0), stats.beta(14, 6)),
    ("beta", (1.0, 60.0), stats.beta(1, 60)),
    ("beta", (0.5, 0.5), stats.beta(0.5, 0.5)),
]


@pytest.mark.parametrize(("family", "numbers", "law"), LAWS)
def test_quantiles_against_scipy(family, numbers, law):
    found = Distribution(family, numbers).quantile(LUCK)
    expected = np.full(LUCK.shape, numbers[0]) if law is None else law.ppf(LUCK)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert (np.diff(found) >= 0).all()


def test_every_family_is_checked_against_scipy():
    assert {family for family, _, _ in LAWS} == set(FAMILIES)


@pytest.mark.parametrize(("family", "numbers", "law"), LAWS)
def test_the_ends_of_luck_give_finite_numbers(family, numbers, law):
    ends = Distribution(family, numbers).quantile(np.array([0.0, np.nextafter(1.0, 0.0)]))
    assert np.isfinite(ends).all()
    if law is not None and np.isfinite(law.support()).all():
        assert law.support()[0] - 1e-9 <= ends[0] <= ends[1] <= law.support()[1] + 1e-9


@pytest.mark.parametrize("numbers", [(0.4, 0.4), (0.4, 0.4, 0.4)])
def test_a_prior_without_width_is_a_number(numbers):
    family = {2: "uniform", 3: "triangular"}[len(numbers)]
    assert (Distribution(family, numbers).quantile(LUCK) == 0.4).all()


@pytest.mark.parametrize(
    ("family", "numbers", "message"),
    [
        ("gamma", (1.0, 2.0), "unknown distribution 'gamma'; choose from fixed"),
        ("uniform", (1.0,), "takes 2 numbers"),
        ("beta", (1.0, 2.0, 3.0), "takes 2 numbers"),
        ("fixed", (), "takes 1 numbers"),
        ("uniform", (0.6, 0.3), "rising order"),
        ("triangular", (1.0, 3.0, 2.0), "rising order"),
        ("triangular", (2.0, 1.0, 3.0), "rising order"),
        ("normal", (0.0, -1.0), "sd of normal must not be negative"),
        ("lognormal", (1.0, -0.1), "log_sd of lognormal must not be negative"),
        ("lognormal", (0.0, 0.2), "median of lognormal must be positive"),
        ("lognormal", (-1.0, 0.2), "median of lognormal must be positive"),
        ("beta", (0.0, 2.0), "a and b of beta must be positive"),
        ("beta", (2.0, -1.0), "a and b of beta must be positive"),
        ("fixed", (float("nan"),), "finite"),
        ("normal", (float("inf"), 1.0), "finite"),
        ("uniform", (0.0, float("inf")), "finite"),
    ],
)
def test_numbers_that_describe_no_distribution_are_refused_in_one_line(family, numbers, message):
    with pytest.raises(ValueError, match=message) as error:
        Distribution(family, numbers)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 160


def test_a_distribution_shows_itself():
    assert str(Distribution("fixed", (0.25,))) == "0.25"
    assert str(Distribution("uniform", (0.3, 0.6))) == "uniform(0.3, 0.6)"
    assert Distribution("triangular", (0.0, 0.0, 2.0)).centre == pytest.approx(2 - np.sqrt(2))
    assert Distribution("lognormal", (2.2, 0.25)).centre == pytest.approx(2.2)


RUNS = 2_000
ALL_TABLES = (*TABLES, *POLITICAL_TABLES)


def test_draws_are_legal_read_only_and_of_the_prior():
    drawn = draw(Chance(3, 0, RUNS))
    assert list(drawn) == list(PARAMETERS)
    for name, row in PARAMETERS.items():
        values = drawn[name]
        assert values.shape == (RUNS,)
        assert ((values >= row.low) & (values <= row.high)).all(), name
        assert np.median(values) == pytest.approx(row.prior.centre, rel=0.08, abs=0.02), name
        assert not values.flags.writeable, name


def test_a_changed_prior_keeps_the_pairing_and_moves_nothing_else():
    changed = {"labour.wage": Distribution("uniform", (500, 1000)), "growth.exports": Distribution("fixed", (0.5,))}
    usual, other = draw(Chance(3, 0, RUNS)), draw(Chance(3, 0, RUNS), changed)
    # 400 to 850 becomes 500 to 1,000: the same place between the ends
    assert (other["labour.wage"] - 500) / 500 == pytest.approx((usual["labour.wage"] - 400) / 450)
    assert (other["growth.exports"] == 0.5).all()
    assert all((other[name] == usual[name]).all() for name in PARAMETERS if name not in changed)


def test_parameters_are_drawn_independently():
    drawn = draw(Chance(3, 0, RUNS))
    free = [name for name, row in PARAMETERS.items() if row.prior.family != "fixed"]
    correlation = np.corrcoef(np.stack([drawn[name] for name in free]))
    assert np.abs(correlation - np.eye(len(free))).max() < 5 / np.sqrt(RUNS)


def test_a_prior_may_not_leave_the_legal_range():
    drawn = draw(Chance(3, 0, 50), {"labour.take": Distribution("normal", (0.9, 0.5))})["labour.take"]
    assert drawn.max() == PARAMETERS["labour.take"].high


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
def test_every_table_has_its_papers_and_its_shape(table):
    assert table.source
    assert table.meaning
    assert table.unit
    assert table.grade in GRADES
    assert table.values.shape == (len(table.rows), len(table.columns))
    assert np.isfinite(table.values).all()
    assert (table.values >= 0).all() or table is ANCHORS  # enmity is less than nothing
    assert not table.values.flags.writeable


def test_tables_stand_on_the_axes_of_the_model():
    assert EXPORTS_2016.rows == EXPORT_SEASON.rows == AXES["export_group"]
    assert IMPORTS_2016.rows == IMPORT_SEASON.rows == AXES["import_group"]
    assert EXPORTS_2016.columns == IMPORTS_2016.columns == AXES["partner"]
    assert LADDER.columns == AXES["package"]
    assert TEST_SEVERITY.columns == AXES["test_class"]
    assert [int(tier) for tier in LADDER.rows] == list(range(1, int(VARIABLES["tier"].high) + 1))
    assert OFFERS.rows == AXES["offer"]
    assert OFFERS.columns[3:] == WORTH.columns == EASING.columns == AXES["package"]
    assert ANCHORS.columns == AXES["dyad"]
    assert SECTORS.rows == AXES["sector"]
    assert PROJECTS.rows == AXES["project"]
    assert SHARES.rows == SHARES.columns == OPENNESS.columns == OUTPUT.columns == NATIONS


def test_every_table_is_in_the_codebook_and_none_twice():
    names = [table.name for table in ALL_TABLES]
    assert len(set(names)) == len(names)
    assert [row["name"] for row in codebook("tables")] == names


def test_the_ladder_never_steps_down():
    assert (np.diff(LADDER.values, axis=0) >= 0).all()
    assert (LADDER.values[-1] > LADDER.values[-2]).any()  # the hypothetical rung bans something more


def test_a_larger_deal_asks_and_gives_more():
    for column in (ASKED, ASSURED):
        assert (np.diff(column[:, 0]) > 0).all()
    assert (np.diff(TERMS, axis=0) >= 0).all()
    assert (TERMS[-1] == 1).all()  # the comprehensive one lifts everything
    assert (PAID >= 0).all()
    assert ASKED.max() <= 1
    assert EASING.values.max() <= 1


def test_friends_and_enemies_of_2019():
    affinity = dict(zip(ANCHORS.columns, ANCHORS.values[0], strict=True))
    assert all(-1 <= value <= 1 for value in affinity.values())
    assert max(affinity, key=affinity.get) == "united_states_south_korea"
    assert min(affinity, key=affinity.get) == "north_korea_united_states"
    assert affinity["north_korea_china"] > affinity["north_korea_russia"] > 0 > affinity["north_korea_south_korea"]


def test_shares_of_trade_leave_room_for_the_rest_of_the_world():
    assert not np.diag(SHARES.values).any()
    assert not SHARES.values[0].any()  # North Korea's trade is the model's own
    assert (SHARES.values.sum(axis=1) < 0.5).all()
    sectors = SECTORS.values
    assert (sectors[:, 1:] <= 1).all()
    # what is cheapest for Beijing to turn away is not what weighs most in Seoul's economy
    assert sectors[:, 2].argmin() != sectors[:, 0].argmax()


def test_totals_of_2016():
    assert EXPORTS_2016.values.sum() == pytest.approx(2_820, abs=5)  # KOTRA
    assert IMPORTS_2016.values.sum() == pytest.approx(3_710 - 230, abs=15)  # KOTRA less crude oil by pipeline
    assert EXPORTS_2016.values[:, OTHERS].sum() < 0.1 * EXPORTS_2016.values.sum()


@pytest.mark.parametrize("table", [EXPORT_SEASON, IMPORT_SEASON], ids=lambda table: table.name)
def test_seasons_shift_trade_within_the_year_and_add_none(table):
    assert table.values.mean(axis=1) == pytest.approx(np.ones(len(table.rows)), abs=0.011)


def test_shares_and_weights_are_shares():
    assert LADDER.values.max() <= 1
    assert SEVERITY.values.sum() == pytest.approx(1)
    assert TEST_SEVERITY.values.max() <= 5
