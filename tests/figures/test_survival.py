"""Survival curves: the plain share of runs, runs at risk, and both forms of the figure."""

import numpy as np
import pandas as pd
import pytest
from figure_batches import make, manifest
from test_figure_gallery import check_legible, laid_out

from experiments.errors import UsageError
from experiments.estimates import wilson
from experiments.figures import survival
from experiments.figures.data import Frames

(FIGURE,) = survival.figures()
MONTHS = ("2020-05", "2020-06", "2020-07")
# by run: the months of 1 have a deal; run 3 fails
DEALS = [(0, 0, 0), (0, 1, 0), (1, 0, 0), (np.nan, np.nan, np.nan)]


def few(**columns):
    """Four runs of one scenario over three months, shuffled: nothing may hang on the order of rows."""
    keys = {"scenario": "baseline-2020", "run": np.repeat(range(4), 3), "month": MONTHS * 4}
    values = {name: np.concatenate(by_run) for name, by_run in columns.items()}
    frame = pd.DataFrame({**keys, **values}).sample(frac=1, random_state=3)
    return Frames(manifest(1, 4, months=3), trajectory_rows=frame)


def test_the_share_of_runs_without_it_so_far():
    data = FIGURE.data(few(deal=DEALS))
    assert list(data["month"]) == list(MONTHS)
    assert list(data["months"]) == [1, 2, 3]
    assert list(data["n"]) == [3, 3, 3]
    assert list(data["cases"]) == [2, 1, 1]
    assert list(data["at_risk"]) == [3, 2, 1]
    assert data["share"].to_numpy() == pytest.approx([2 / 3, 1 / 3, 1 / 3])
    assert data[["low", "high"]].to_numpy() == pytest.approx(np.array([wilson(count, 3) for count in (2, 1, 1)]))


def test_it_is_the_kaplan_meier_estimate():
    batch = make(2)
    data = FIGURE.data(batch)
    for _, rows in data.groupby(["label", "scenario"]):
        events = rows["at_risk"] - rows["cases"]
        assert np.cumprod(1 - events / rows["at_risk"].replace(0, 1)).to_numpy() == pytest.approx(rows["share"].to_numpy())


@pytest.mark.parametrize(
    ("event", "columns", "months"),
    [
        ("third_summit", {"summit": [(0, 1, 0)] * 4, "summits": [(2, 2, 2), (2, 3, 3), (3, 3, 3), (4, 5, 5)]}, [4, 1, 1]),
        ("severe_test", {"tests.icbm": [(0, 0, 2)] * 4, "tests.nuclear": [(0, 1, 0), *[(0, 0, 0)] * 3]}, [4, 3, 0]),
        ("resolution", {"adopted": [(0, 0, 0), (1, 0, 0), (0, 0, 1), (0, 0, 0)]}, [3, 3, 2]),
        ("setback", {"setback": [(0, 3, 0), *[(0, 0, 0)] * 3]}, [4, 3, 3]),
        ("labour_gate", {"tolerance.russia": [(0.1, 0.4, 0.1), *[(0.1, 0.2, 0.3)] * 3]}, [4, 3, 3]),
    ],
)
def test_what_counts_as_an_event(event, columns, months):
    data = FIGURE.data(few(**columns))
    assert set(data["label"]) == {event}
    assert list(data["cases"]) == months


def test_events_of_which_a_column_is_missing_are_left_out():
    with pytest.raises(UsageError, match="'survival' cannot be drawn: it needs all columns of one of its events"):
        FIGURE.data(few(summit=DEALS))
    assert set(FIGURE.data(few(summit=DEALS, deal=DEALS))["label"]) == {"deal"}


def test_bands_and_axes_of_few_scenarios():
    batch = make(3, 20)
    data = FIGURE.data(batch)
    figure = FIGURE.draw(batch, data)
    panels = laid_out(figure)
    check_legible(figure, panels)
    assert [len(ax.collections) for ax in panels] == [3] * 5  # a band for each scenario
    lows = data.groupby("label", sort=False)["low"].min()
    for ax, low in zip(panels, lows, strict=True):
        assert ax.get_ylim()[0] <= 100 * low < 100 < ax.get_ylim()[1]


def thirty():
    """A batch of thirty scenarios, and their names."""
    batch = make(10, 12)
    names = [f"{document['name'][:12]} {copy}" for copy in range(3) for document in batch.manifest["scenarios"]]
    documents = [{**document, "name": name} for name, document in zip(names, batch.manifest["scenarios"] * 3, strict=True)]
    rows = batch.trajectory_rows
    copies = [rows.assign(scenario=[f"{name[:12]} {copy}" for name in rows["scenario"]]) for copy in range(3)]
    return Frames({**batch.manifest, "scenarios": documents}, trajectory_rows=pd.concat(copies, ignore_index=True)), names


def test_many_scenarios_are_rows_of_shades():
    many, names = thirty()
    data = FIGURE.data(many)
    figure = FIGURE.draw(many, data)
    panels = laid_out(figure)
    check_legible(figure, panels)
    (mesh,) = panels[0].collections
    own = data[data["label"] == "third_summit"].pivot(index="scenario", columns="months", values="share").reindex(names)
    assert np.asarray(mesh.get_array()).ravel() == pytest.approx(own.to_numpy().ravel())
    assert [label.get_text() for label in panels[0].get_yticklabels()] == names
    row = data[(data["label"] == "third_summit") & (data["scenario"] == names[0])].iloc[-1]
    assert panels[0].texts[0].get_text() == f"{100 * row['share']:.0f} ({100 * row['low']:.0f}-{100 * row['high']:.0f})"


def test_a_scenario_of_which_every_run_failed_has_no_row():
    many, names = thirty()
    rows = many.trajectory_rows.set_index(["scenario", "run", "month"])
    rows.loc[names[1]] = np.nan
    panels = laid_out(FIGURE.draw(Frames(many.manifest, trajectory_rows=rows.reset_index())))
    assert [label.get_text() for label in panels[0].get_yticklabels()] == [names[0], *names[2:]]
