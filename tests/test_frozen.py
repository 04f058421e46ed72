"""A frozen world: what happened later cannot be read, by any reader, and nothing leaks through what is computed."""

from __future__ import annotations

import re

import pytest

from sim import history
from sim.history import Hindsight, frozen
from sim.state import Month

CUT = Month(2016, 1)
READERS = [
    history.trade_annual, history.trade_monthly, history.provocations_monthly, history.economy_annual, history.workers,
    history.sanctions, history.diplomacy, history.leaders, history.projects, history.unga, history.dependence,
    history.other_flows, history.starting_points,
]  # fmt: skip
NAMES = {"ids": lambda read: read.__name__}


@pytest.mark.parametrize("read", READERS, **NAMES)
def test_a_reader_refuses_what_happened_later(read):
    with frozen(CUT):
        for before in (None, CUT + 1):
            with pytest.raises(Hindsight, match="the world is frozen at 2016-01"):
                read(before=before)


@pytest.mark.parametrize("read", READERS, **NAMES)
def test_a_reader_gives_what_had_ended(read):
    with frozen(CUT):
        early = read(before=CUT)
    assert all(row.last_month < CUT for row in early)
    assert set(early) == {row for row in read() if row.last_month < CUT}
    assert len(early) < len(read())


@pytest.mark.parametrize("column", history.COLUMNS)
def test_observations_refuse_what_happened_later(column):
    with frozen(CUT):
        with pytest.raises(Hindsight):
            history.observed(column)
        assert all(each.last_month < CUT for each in history.observed(column, CUT))
    with frozen(CUT), pytest.raises(Hindsight):
        history.annual(column)


def test_a_year_that_had_not_ended_leaks_through_no_rest():
    # of 2018 some months and the whole year are published; before its end only the months may count
    cut = Month(2018, 11)
    for each in history.observed("trade.china.exports", cut):
        assert each.last_month < cut
        assert each.month.year < 2018 or "what is left of 2018 after" not in each.note


def test_an_inner_freeze_only_tightens():
    with frozen(CUT):
        with frozen(CUT + 24), pytest.raises(Hindsight, match="2016-01"):
            history.sanctions(before=CUT + 24)
        with frozen(CUT + -24), pytest.raises(Hindsight, match="2014-01"):
            history.sanctions(before=CUT)
        assert history.sanctions(before=CUT)


def test_the_freeze_ends_with_its_block_also_after_an_error():
    with pytest.raises(RuntimeError), frozen(CUT):
        raise RuntimeError
    assert max(row.date for row in history.sanctions()) > "2016"


def test_months_of_a_running_year_are_known_and_its_total_is_not():
    early = {each.month: each.value for each in history.observed("trade.china.exports", Month(2020, 11))}
    late = {each.month: each.value for each in history.observed("trade.china.exports")}
    assert early[Month(2020, 9)] == late[Month(2020, 9)]
    assert not any(each.year == 2020 for each in history.trade_annual(Month(2020, 12)))
    assert any(each.year == 2020 for each in history.trade_annual(Month(2021, 1)))


def test_no_row_on_a_leader_tells_of_a_later_year():
    for row in history.leaders():
        years = [int(word) for word in re.findall(r"\b(?:19|20)\d\d\b", f"{row.office} {row.orientation}")]
        assert not years or max(years) <= row.last_month.year
