"""The calendar of elections: when they are seen, held, and when who won takes office."""

import pytest

from sim.calendar import ELECTIONS, FAR, months_to_election, takes_office_in, votes_in
from sim.state import Month

EVERY_MONTH = [Month(2012, 1) + month for month in range(12 * 48)]


def months_in(rule, nation, first="2012-01", last="2027-12"):
    """The months of a period in which something happens."""
    start, end = Month.parse(first), Month.parse(last)
    return [str(start + month) for month in range(end - start + 1) if rule(nation, start + month)]


def test_presidential_elections_as_held():
    assert months_in(votes_in, "united_states") == ["2012-11", "2016-11", "2020-11", "2024-11"]
    assert months_in(votes_in, "south_korea") == ["2012-12", "2017-05", "2022-03", "2027-03"]


def test_who_won_takes_office_as_the_law_says():
    assert months_in(takes_office_in, "united_states") == ["2013-01", "2017-01", "2021-01", "2025-01"]
    # February after December; at once after the early election of May 2017; May after March
    assert months_in(takes_office_in, "south_korea") == ["2013-02", "2017-05", "2022-05", "2027-05"]


@pytest.mark.parametrize(
    ("nation", "date", "months"),
    [
        ("united_states", "2020-05", 6),
        ("united_states", "2020-11", 0),  # the month of the election itself
        ("united_states", "2020-12", 47),  # the next is seen as soon as one is over
        ("south_korea", "2020-05", 22),
        ("south_korea", "2012-12", 0),
        ("south_korea", "2013-01", FAR),  # what came in 2017 was not expected four years before
        ("south_korea", "2016-11", FAR),
        ("south_korea", "2016-12", 5),  # after the impeachment
        ("south_korea", "2017-05", 0),
        ("south_korea", "2017-06", 57),
        ("north_korea", "2020-05", FAR),
        ("russia", "2018-03", FAR),
        ("china", "2020-05", FAR),
        ("united_states", "2070-01", FAR),  # beyond the calendar
    ],
)
def test_months_to_the_next_election_that_is_expected(nation, date, months):
    assert months_to_election(nation, Month.parse(date)) == months


@pytest.mark.parametrize("nation", list(ELECTIONS))
def test_the_wait_counts_down_to_the_vote_and_never_below_nothing(nation):
    waits = [months_to_election(nation, date) for date in EVERY_MONTH]
    assert min(waits) == 0
    assert max(waits) <= max(FAR, 60)
    for date, wait, following in zip(EVERY_MONTH, waits, waits[1:], strict=False):
        assert (wait == 0) == votes_in(nation, date)
        if 0 < wait < FAR:
            assert following == wait - 1, date


@pytest.mark.parametrize("nation", list(ELECTIONS))
def test_every_vote_is_followed_by_one_taking_of_office(nation):
    votes = [date for date in EVERY_MONTH if votes_in(nation, date)]
    offices = [date for date in EVERY_MONTH if takes_office_in(nation, date)]
    for vote, following in zip(votes, [*votes[1:], EVERY_MONTH[-1] + 1], strict=True):
        between = [date for date in offices if vote <= date < following]
        assert len(between) == 1 or vote + 2 > EVERY_MONTH[-1]
        assert all(0 <= date - vote <= 2 for date in between)


@pytest.mark.parametrize("nation", ["north_korea", "russia", "china"])
def test_where_nobody_votes_nothing_is_scheduled(nation):
    assert months_in(votes_in, nation) == months_in(takes_office_in, nation) == []
