"""Figures of the record: nothing covers anything, axes carry units, and the data beside them say source and grade."""

from __future__ import annotations

import pytest
from test_figure_gallery import check_labelled, check_legible, laid_out

from experiments.figures import history, style
from sim.history import diplomacy, provocations_monthly

PAGES = history.pages()
UNITS = {
    "history_trade": ["m USD a month"] * 4,
    "history_tests": ["days with an event in the month"],
    "history_economy": ["% a year", "thousand"],
    "history_votes": ["distance of ideal points", ""],  # one axis for both panels
    "history_diplomacy": [""],  # nations
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_legible_and_has_units(name: str) -> None:
    table, page = PAGES[name]
    with style.house_style():
        figure = page(table)
    panels = laid_out(figure)
    check_labelled(panels)
    check_legible(figure, panels)
    assert [ax.get_ylabel() for ax in panels] == UNITS[name]


@pytest.mark.parametrize("name", PAGES)
def test_data_say_source_and_grade(name: str) -> None:
    table, _ = PAGES[name]
    assert table["source"].str.len().min() > 0
    assert set(table["confidence"]) <= {"high", "medium", "low"}


def test_trade_names_its_basis() -> None:
    table, page = PAGES["history_trade"]
    with style.house_style():
        titles = [ax.get_title(loc="left") for ax in page(table).axes]
    assert [title.rpartition(", ")[2] for title in titles] == ["Chinese customs"] * 2 + ["Russian customs (FCS)"] * 2


def test_what_is_drawn_is_the_record() -> None:
    tests, _ = PAGES["history_tests"]
    assert tests["days"].sum() == sum(row.days_with_event for row in provocations_monthly())
    assert tests["resolutions"].sum() == 11  # 1695 of 2006 to 2397 of 2017
    votes, _ = PAGES["history_votes"]
    assert votes["pair"].nunique() == 10
    met, _ = PAGES["history_diplomacy"]
    summits = [row for row in diplomacy() if row.kind == "summit" and "north_korea" in row.parties]
    assert met.loc[met["kind"] == "summit", "date"].nunique() == len(summits)
