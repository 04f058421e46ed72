"""Many scenarios: in order from the highest to the lowest, legible at ten, thirty and a hundred of them."""

import numpy as np
import pandas as pd
import pytest
from figure_batches import make
from test_figure_gallery import check_legible, laid_out

from experiments.compare import paired_rows
from experiments.figures import differences, gallery, ranked, style
from experiments.figures.data import Frames

PAGES = {figure.name: figure for figure in ranked.figures()}


def copies(count, runs=30):
    """A batch of so many scenarios."""
    batch = make(10, runs)
    each, documents, rows = -(-count // 10), [], []
    for copy in range(each):
        frame = batch.outcome_rows
        rows.append(frame.assign(scenario=[f"{name[:20]} {copy}" for name in frame["scenario"]]))
        documents += [{**document, "name": f"{document['name'][:20]} {copy}"} for document in batch.manifest["scenarios"]]
    documents = documents[:count]
    frame = pd.concat(rows, ignore_index=True)
    frame = frame[frame["scenario"].isin([document["name"] for document in documents])]
    return Frames({**batch.manifest, "scenarios": documents}, frame)


TEN, THIRTY, HUNDRED = copies(10), copies(30), copies(100)


def labels(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def test_scenarios_stand_in_the_order_of_their_medians():
    data = PAGES["ranked_trade_1"].data(TEN)
    medians = TEN.outcome_rows.groupby("scenario")["trade_recovery"].median().sort_values(ascending=False)
    ranks = data[data["outcome"] == "trade_recovery"].drop_duplicates("scenario").set_index("scenario")["rank"]
    assert list(ranks.sort_values().index) == list(medians.index)
    assert sorted(ranks) == list(range(1, 11))
    ax = laid_out(PAGES["ranked_trade_1"].draw(TEN, data))[0]
    assert labels(ax) == list(medians.index)


def test_shares_stand_in_their_own_order_with_wilson_intervals():
    data = PAGES["ranked_talks_1"].data(TEN)
    shares = TEN.outcome_rows.groupby("scenario")["third_summit"].mean()
    figure = PAGES["ranked_talks_1"].draw(TEN, data)
    ax = laid_out(figure)[0]
    assert list(shares[labels(ax)]) == sorted(shares, reverse=True)
    row = data[(data["outcome"] == "third_summit") & (data["rank"] == 1)].iloc[0]
    interval, mark = ax.lines[:2]
    assert interval.get_xdata() == pytest.approx([100 * row["low"], 100 * row["high"]])
    assert mark.get_xdata() == pytest.approx([100 * row["share"]])


def test_a_scenario_without_values_or_only_failed_runs_has_no_row():
    rows = TEN.outcome_rows.copy()
    first, second = (document["name"] for document in TEN.manifest["scenarios"][:2])
    rows.loc[rows["scenario"] == first, "third_summit_month"] = np.nan
    rows.loc[rows["scenario"] == second, "status"] = "failed"
    figure = PAGES["ranked_talks_1"].draw(Frames(TEN.manifest, rows))
    summit, month, *_ = (labels(ax) for ax in laid_out(figure))
    assert len(summit) == 9
    assert second not in summit
    assert len(month) == 8
    assert first not in month
    check_legible(figure, laid_out(figure))


@pytest.mark.parametrize(("batch", "ridges"), [(TEN, True), (THIRTY, False)])
def test_ridges_while_there_is_room(batch, ridges):
    figure = PAGES["ranked_trade_1"].draw(batch)
    panels = laid_out(figure)
    check_legible(figure, panels)
    assert bool(panels[0].collections) == ridges


def test_of_a_hundred_the_ends_are_drawn_and_the_gap_is_said():
    figure = PAGES["ranked_talks_1"].draw(HUNDRED)
    panels = laid_out(figure)
    check_legible(figure, panels)
    said = labels(panels[0])
    assert len(said) == ranked.MOST + 1
    assert said[ranked.MOST // 2] == "(36 between, in the CSV)"
    shares = HUNDRED.outcome_rows.groupby("scenario")["third_summit"].mean()
    assert shares[said[0]] == shares.max()
    assert shares[said[-1]] == shares.min()


def test_they_are_drawn_from_eight_scenarios_on():
    assert not PAGES["ranked_trade_1"].columns(make(7, 4))
    assert {figure.name for figure in gallery.chosen(["ranked"], TEN)} == set(PAGES)


def test_every_outcome_of_a_theme_but_categories_has_a_row():
    wanted = {name for page in PAGES.values() for name in page.wants}
    assert {"third_summit", "tests_severe", "leverage_clock", "gas_stage"} <= wanted
    assert not wanted & {"deal", "deal_broken", "sanctions_status"}


@pytest.mark.parametrize("name", ["outcomes_talks", "outcomes_trade"])
def test_pages_of_outcomes_hold_thirty_scenarios(name):
    figure = gallery.FIGURES[name].draw(THIRTY)
    panels = laid_out(figure)
    check_legible(figure, panels)
    width, height = figure.get_size_inches()
    assert height < width < 16  # one row of panels, that fits a page across
    assert not any(ax.collections for ax in panels)  # no silhouettes


@pytest.mark.parametrize("name", PAGES)
def test_titles_and_labels_keep_to_their_panel_beside_long_names(name):
    figure = PAGES[name].draw(make(10, 20))
    check_legible(figure, laid_out(figure))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_titles_of_a_comparison_keep_to_their_panel(language):
    pair = tuple(np.random.default_rng(1).integers(0, 3, (2, 50)).astype(float))
    names = ("equidistance", "seoul_equidistance_powers", "programmes_alive", "leverage", "deal", "deal_broken")
    rows = [row for name in names for row in paired_rows(name, "third-summit-push", pair)]
    shown = differences.panels(pd.DataFrame(rows), [])
    with style.house_style(language, ["baseline-2020", "third-summit-push"]):
        figure = differences.page(shown, "baseline-2020", "footer")
        check_legible(figure, laid_out(figure))
