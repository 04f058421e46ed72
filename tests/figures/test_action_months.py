"""Shares of actions by month: recomputed from a stored batch, the same moves as are stored, or not drawn."""

import json
import shutil

import numpy as np
import pytest
from figure_batches import make
from test_figure_gallery import check_legible, laid_out

import experiments
from experiments import menus, readers
from experiments.errors import StoredDataDamaged, UsageError
from experiments.estimates import wilson
from experiments.figures import gallery, heat
from experiments.figures.data import open_batch
from experiments.parts import encode, open_part
from sim.model import Peninsula
from sim.nations import CHARACTERS
from sim.scenario import load_scenario

PAGES = {figure.name: figure for figure in heat.figures()}
RUNS, MONTHS, SEED = 12, 4, 5


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    out = tmp_path_factory.mktemp("months") / "batch"
    scenarios = [load_scenario(name, [f"months={MONTHS}"]) for name in ("baseline-2020", "third-summit-push")]
    experiments.run_batch(scenarios, runs=RUNS, seed=SEED, out=out, jobs=1, trajectories=False)
    return out


def test_shares_are_those_of_the_runs(directory):
    data = PAGES["action_months_russia"].data(open_batch(directory))
    model = Peninsula(load_scenario("third-summit-push", [f"months={MONTHS}"]), runs=RUNS, seed=SEED)
    expected = {}
    for month in range(MONTHS):
        model.step()
        for name, chosen in zip(model.actions, model.moves.chosen, strict=True):
            expected[name, str(model.spec.start + month)] = int(chosen.sum())
    model.release()
    own = data[data["scenario"] == "third-summit-push"]
    assert len(own) == MONTHS * len(CHARACTERS["russia"].menu)
    for row in own.to_dict("records"):
        assert row["cases"] == expected[f"russia.{row['action']}", row["month"]]
        assert (row["n"], row["share"]) == (RUNS, row["cases"] / RUNS)
        assert (row["low"], row["high"]) == wilson(row["cases"], RUNS)
    assert own["cases"].sum() > 0


def test_sums_over_months_are_what_is_stored(directory):
    data = PAGES["action_months_china"].data(open_batch(directory))
    stored = readers.read_outcomes(directory).groupby("scenario").sum(numeric_only=True)
    sums = data.groupby(["scenario", "action"])["cases"].sum()
    for (scenario, action), count in sums.items():
        assert count == stored.loc[scenario, f"moves.china.{action}"]


def test_only_the_first_runs_are_stepped_again(directory, monkeypatch):
    whole = PAGES["action_months_russia"].data(open_batch(directory))
    monkeypatch.setattr(heat, "RUNS", 5)
    batch = open_batch(directory)
    data = PAGES["action_months_russia"].data(batch)
    assert set(data["n"]) == {5}
    assert (data["cases"] <= whole["cases"]).all()
    figure = PAGES["action_months_russia"].draw(batch, data)
    words = " ".join(text.get_text().replace("\n", " ") for text in figure.texts)
    assert "recomputed from the first 5 of 12 runs" in words
    assert "5 runs per scenario, seed 5" in words


def test_the_page_is_legible_and_shows_the_shares(directory):
    batch = open_batch(directory)
    data = PAGES["action_months_united_states"].data(batch)
    figure = PAGES["action_months_united_states"].draw(batch, data)
    panels = laid_out(figure)
    check_legible(figure, panels)
    (mesh,) = panels[0].collections
    labels = [label.get_text() for label in panels[0].get_yticklabels()]
    drawn = np.ma.getdata(mesh.get_array())[labels.index("Talks offer")]
    own = data[(data["scenario"] == "baseline-2020") & (data["action"] == "talks_offer")]
    assert drawn == pytest.approx(own["share"].to_numpy())


def test_stretches_of_runs_are_those_that_are_asked_for():
    document = load_scenario("baseline-2020", ["months=2"]).document() | {"name": "baseline-2020"}
    together = menus.monthly(document, seed=1, runs=[0, 1, 2, 3, 4, 5])
    apart = menus.monthly(document, seed=1, runs=[0, 1, 4])
    assert np.array_equal(apart.totals, together.totals[:, [0, 1, 4]])
    assert apart.chosen.sum() == apart.totals.sum()


def tampered(directory, tmp_path, scenario, run):
    """A copy in which one run of a scenario has chosen status quo in a month more."""
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    path = next(path for path in sorted(copy.rglob("*.parquet")) if scenario in str(path))
    label, file = open_part(path.read_bytes())
    table = file.read()
    place = table.column_names.index("moves.russia.status_quo")
    values = table["moves.russia.status_quo"].to_numpy().copy()
    values[run] += 1
    path.write_bytes(encode(table.set_column(place, table.field(place), [values]).replace_schema_metadata(None), label))
    return copy


def test_moves_that_are_stored_otherwise_are_refused(directory, tmp_path):
    copy = tampered(directory, tmp_path, "third-summit-push", heat.TRIAL + 1)
    with pytest.raises(StoredDataDamaged, match=r"moves\.russia\.status_quo of third-summit-push is stored otherwise"):
        PAGES["action_months_russia"].data(open_batch(copy))


def test_a_batch_of_another_version_has_no_such_page(directory, tmp_path):
    batch = open_batch(tampered(directory, tmp_path, "third-summit-push", 0))
    assert not PAGES["action_months_russia"].columns(batch)
    assert "action_months_russia" not in [figure.name for figure in gallery.chosen(None, batch)]


def test_a_batch_in_memory_has_no_such_page():
    with pytest.raises(UsageError, match="cannot be drawn"):
        PAGES["action_months_russia"].data(make(1, 3))


def test_a_nation_of_a_package_keeps_its_menu(monkeypatch):
    menu = CHARACTERS["russia"].menu
    own = CHARACTERS["russia"].__class__(**{**vars(CHARACTERS["russia"]), "menu": menu[:3]})
    monkeypatch.setattr(menus, "character_of", lambda _nation, name: {"short": own}[name])
    documents = [{"name": "a"}, {"name": "b", "nations": {"russia": {"character": "short"}}}]
    assert menus.menu(documents[0], "russia") == menu
    assert menus.menu(documents[1], "russia") == menu[:3]
    names = [line.name for line in menu]
    assert menus.slots(documents[1:], "russia", names)[menus.ELSEWHERE] == names[3:]
    assert menus.slots(documents, "russia", names)[menus.ELSEWHERE] == []


def test_a_nation_whose_package_is_gone_leaves_its_actions_under_a_heading_of_their_own():
    document = json.loads('{"name": "b", "nations": {"china": {"character": "gone-with-the-wind"}}}')
    assert menus.menu(document, "china") == ()
    assert menus.slots([document], "china", ["food_aid"])[menus.ELSEWHERE] == ["food_aid"]


def test_actions_of_a_menu_of_its_own_are_drawn_as_well():
    batch = make(1, 5)
    own = batch.outcome_rows.rename(columns={"moves.russia.oil_supply": "moves.russia.pipeline_diplomacy"})
    figure = gallery.FIGURES["actions_russia"]
    other = type(batch)(batch.manifest, own)
    data = figure.data(other)
    assert "pipeline_diplomacy" in set(data["action"])
    drawn = figure.draw(other, data)
    labels = [label.get_text() for label in laid_out(drawn)[0].get_yticklabels()]
    assert labels[-2:] == ["Menus not at hand", "Pipeline diplomacy"]
