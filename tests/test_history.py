"""The reference tables agree with themselves, and observations neither overlap nor lose a dollar."""

import csv
import os
import subprocess
import sys
from itertools import pairwise

import pytest

from sim import history
from sim.history import observations, reading
from sim.history.observations import Span, divide
from sim.state import AXES, Month

TRADE = [name for name in history.COLUMNS if name.startswith("trade.")]
READERS = [
    history.trade_annual,
    history.trade_monthly,
    history.provocations_monthly,
    history.economy_annual,
    history.workers,
    history.sanctions,
    history.diplomacy,
    history.leaders,
    history.projects,
    history.unga,
    history.dependence,
    history.other_flows,
]


def at(column: str, month: str) -> history.Observation:
    """The observation that covers a month."""
    when = Month.parse(month)
    (found,) = [each for each in history.observed(column) if each.month <= when <= each.last_month]
    return found


def total_of(column: str, year: int) -> float:
    periods = [each for each in history.observed(column) if each.month.year == year]
    assert sum(each.months for each in periods) == 12
    return sum(each.value * each.months for each in periods)


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_every_row_has_unit_source_and_confidence(read):
    rows = read()
    assert rows
    for row in rows:
        assert row.unit
        assert row.source
        assert row.confidence in ("high", "medium", "low")


def test_nothing_after_2021():
    assert max(row.year for row in history.trade_annual()) == 2021
    assert max(row.first_month + (row.months - 1) for row in history.trade_monthly()) == Month(2021, 12)
    assert max(row.month for row in history.provocations_monthly()) == Month(2021, 12)
    assert max(row.date for row in history.sanctions()) < "2022"


def test_a_table_with_other_columns_is_refused(tmp_path, monkeypatch):
    (tmp_path / "sanctions.csv").write_text("date,name\n", encoding="utf-8")
    monkeypatch.setattr(reading, "HOME", tmp_path)
    with pytest.raises(ValueError, match=r"sanctions\.csv must have the columns date, name, issuer"):
        reading.rows.__wrapped__(history.SanctionStep, "sanctions")


def test_tables_are_plain_text_without_formulas():
    for path in sorted(reading.HOME.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                assert not any(cell[:1] in "=+@" for cell in row if cell)


def test_exports_and_imports_add_to_the_total():
    values = {(row.year, row.partner, row.basis, row.flow): row.value for row in history.trade_annual()}
    splits = [key[:3] for key in values if key[3] == "exports"]
    assert len(splits) > 60
    for key in splits:
        parts = values[*key, "exports"] + values[*key, "imports"]
        assert parts == pytest.approx(values[*key, "total"], rel=0.005, abs=0.3)


def test_exports_to_russia_fell_at_once_in_the_pandemic():
    for month, thousands in (("2019-02", 196), ("2020-01", 140), ("2020-02", 8)):
        found = at("trade.russia.exports", month)
        assert found.value * 1000 == pytest.approx(thousands)
        assert found.months == 1
        assert found.unit == "m USD/month"
        assert found.note.startswith("FCS")
    assert at("trade.russia.imports", "2020-05").value > 3.7  # held up: above the mean of 2019


def test_border_closure_beats_sanctions():
    assert [total_of("trade.china", year) for year in (2019, 2020, 2021)] == pytest.approx([2789.0, 538.7, 318.0], abs=0.1)
    assert at("trade.china", "2020-11").value == pytest.approx(1.27)
    assert min(history.observed("trade.china"), key=lambda each: each.value).month == Month(2020, 11)


def test_sanctions_shock_of_2018():
    values = {(row.year, row.flow): row.value for row in history.trade_annual() if row.basis == "Chinese customs"}
    assert values[2018, "exports"] / values[2017, "exports"] == pytest.approx(0.12, abs=0.005)
    assert values[2018, "imports"] / values[2017, "imports"] == pytest.approx(0.68, abs=0.005)
    assert at("trade.china.exports", "2016-08").value > 25 * at("trade.china.exports", "2018-02").value


@pytest.mark.parametrize("column", TRADE)
def test_months_add_to_the_published_year(column):
    # 2018 with China holds a first quarter from another release, see the README of the folder
    tolerance = {("trade.china.exports", 2018): 0.04, ("trade.china", 2018): 0.013}
    years = history.annual(column)
    assert [each.month.year for each in years] == list(range(2006, 2022))
    for year in years:
        within = tolerance.get((column, year.month.year), 0.01)
        assert total_of(column, year.month.year) == pytest.approx(12 * year.value, rel=within, abs=0.002)


@pytest.mark.parametrize("column", history.COLUMNS)
def test_periods_do_not_overlap_and_are_in_order(column):
    found = history.observed(column)
    assert found
    for before, after in pairwise(found):
        assert before.last_month < after.month


@pytest.mark.parametrize("column", history.COLUMNS)
def test_observations_are_complete_and_possible(column):
    for each in history.observed(column):
        assert each.unit
        assert each.source
        assert each.note
        assert each.months >= 1
        assert column == "growth" or each.value >= 0
        if each.low is not None:
            assert each.low <= each.value <= each.high


def test_what_is_left_of_a_year_is_graded_down():
    rest = at("trade.russia.imports", "2019-06")
    assert rest.value == pytest.approx(27.230 - 6.840 - 4.573 - 3.958 - 8.435 - 1.900)
    assert rest.confidence == "medium"
    assert "what is left of 2019-01 to 2019-06" in rest.note
    assert at("trade.china.exports", "2019-10").confidence == "low"


def test_other_bases_and_partial_months_are_not_mixed_in():
    assert all("KOTRA" not in each.note.split(";")[0] for name in TRADE for each in history.observed(name))
    assert any(row.statistic == "lower bound" for row in history.trade_monthly())
    assert at("trade.russia.imports", "2020-04").months > 1


def test_tests_stop_during_talks_and_return():
    events = {each.month: each.value for each in history.observed("tests")}
    assert len(events) == 16 * 12
    quiet = [value for month, value in events.items() if Month(2017, 12) <= month <= Month(2019, 3)]
    assert quiet == [0.0] * 16
    count = {each.month: each.value for each in history.observed("tests.count")}
    assert sum(value for month, value in count.items() if month.year == 2019) == 27
    assert sum(value for month, value in events.items() if month.year == 2019) == 14
    assert count[Month(2020, 3)] == 9
    assert count[Month(2016, 9)] == 4  # three missiles and a nuclear test


def test_every_month_of_provocations_is_there_once():
    months = [row.month for row in history.provocations_monthly()]
    assert months == [Month(2006, 1) + number for number in range(192)]
    for row in history.provocations_monthly():
        assert row.days_with_event <= row.missiles_and_tests or row.days_with_event == 0


def test_workers_are_stocks_in_thousands():
    russia = history.observed("workers.russia")
    assert all("entries" not in each.note for each in russia + history.observed("workers.china"))
    assert at("workers.russia", "2018-12").high == pytest.approx(11.49)
    assert max(each.value for each in russia) < 40


def test_growth_is_the_north_alone():
    assert [round(at("growth", f"{year}-06").value, 1) for year in range(2016, 2022)] == [3.9, -3.5, -4.1, 0.4, -4.5, -0.1]
    assert history.annual("growth") == history.observed("growth")


def test_columns_without_observations_are_empty_and_unknown_ones_refused():
    assert history.observed("reserves") == []
    assert history.annual("reserves") == []
    with pytest.raises(KeyError, match="unknown state variable 'reserve'"):
        history.observed("reserve")
    with pytest.raises(KeyError, match="no partner 'moscow'"):
        history.observed("trade.moscow")
    assert set(observations.CUSTOMS) <= set(AXES["partner"])


def span(month: str, months: int, total: float, confidence: str = "high") -> Span:
    return Span(Month.parse(month), months, total, "test", confidence, "basis")


def test_divide_keeps_totals_through_levels():
    year = [span("2019-01", 12, 100.0), span("2019-01", 6, 30.0), span("2019-02", 1, 10.0), span("2019-02", 1, 11.0)]
    parts = divide(year)
    assert [(str(part.month), part.months, part.total) for part in parts] == [
        ("2019-01", 1, 4.0),
        ("2019-02", 1, 10.0),
        ("2019-03", 4, 16.0),
        ("2019-07", 6, 70.0),
    ]
    assert [part.confidence for part in parts] == ["low", "high", "low", "medium"]


def test_divide_refuses_periods_that_cross():
    with pytest.raises(ValueError, match="cross"):
        divide([span("2019-01", 3, 1.0), span("2019-03", 3, 1.0)])


def test_divide_refuses_parts_beyond_their_whole():
    with pytest.raises(ValueError, match="exceed their total"):
        divide([span("2019-01", 3, 1.0), span("2019-02", 1, 2.0)])
    rounded = divide([span("2019-01", 3, 1.0), span("2019-02", 1, 1.01)])
    assert [part.total for part in rounded] == [0.0, 1.01, 0.0]


def test_reading_history_is_light():
    code = (
        "import sys, sim.history as history; history.observed('tests');"
        "print(sorted({'pandas', 'mesa', 'scipy', 'matplotlib'} & set(sys.modules)))"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("nation", "count", "first"),
    [("china", 9, "2006-01"), ("russia", 2, "2011-08"), ("south_korea", 5, "2007-10"), ("united_states", 3, "2018-06")],
)
def test_meetings_of_leaders(nation, count, first):
    found = history.observed(f"meetings.{nation}")
    assert [each.month for each in found] == [Month(2006, 1) + number for number in range(192)]
    assert sum(each.value for each in found) == count
    assert str(next(each.month for each in found if each.value)) == first
    assert {each.confidence for each in found if each.month < Month(2018, 1)} == {"medium"}


def test_resolutions_are_adopted_soon_after_a_nuclear_test():
    adopted = {each.month: each for each in history.observed("adopted")}
    assert sum(each.value for each in adopted.values()) == 11
    assert adopted[Month(2006, 10)].confidence == "high"
    assert adopted[Month(2006, 7)].confidence == "medium"  # as its row
    for row in history.provocations_monthly():
        assert not row.nuclear_test or any(adopted[row.month + later].value for later in range(4))


@pytest.mark.parametrize("nation", ["south_korea", "united_states"])
def test_leaders_and_starting_values_code_the_same_administrations(nation):
    for month in ("2012-01", "2017-02", "2017-06", "2018-06", "2018-07", "2021-02"):
        start = Month.parse(month)
        *_, last = [row for row in history.leaders(start) if row.nation == nation]
        assert history.starting_values(start)[f"administration.{nation}"].value == last.administration


def test_votes_of_ten_pairs_each_year():
    distances = [row for row in history.unga() if row.measure == "distance"]
    assert len({(row.year, row.first, row.second) for row in distances}) == len(distances) == 10 * 16
