"""Figures of the politics: shares, intervals and rare cases are right, and what is drawn is what was summarised."""

import numpy as np
import pandas as pd
import pytest
from figure_batches import NAMES, make, manifest
from test_figure_gallery import check_legible, laid_out

from experiments.estimates import wilson
from experiments.figures import curves, dots, fans, gallery, network, politics, shares, stacks, style
from experiments.figures.data import Frames
from sim.outcomes.politics import DEALS
from sim.state import AXES, NATIONS

POLITICS = [figure.name for figure in politics.figures()]
NEW_FANS = ("leverage", "equidistance", "affinity")
MONTHS = ("2020-05", "2020-06", "2020-07")


def batch_of(courses: dict[str, dict[str, list[list[float]]]]) -> Frames:
    """A batch from ``{scenario: {column: [months of a run, ...]}}``."""
    tables = []
    for scenario, columns in courses.items():
        runs = len(next(iter(columns.values())))
        keys = {"scenario": scenario, "run": np.repeat(np.arange(runs), len(MONTHS)), "month": list(MONTHS) * runs}
        tables.append(pd.DataFrame({**keys, **{name: np.ravel(rows) for name, rows in columns.items()}}))
    whole = pd.concat(tables, ignore_index=True)
    return Frames(manifest(len(courses), 4, months=len(MONTHS)), trajectory_rows=whole)


def only(table: pd.DataFrame, **keys: str) -> pd.DataFrame:
    for name, value in keys.items():
        table = table[table[name] == value]
    return table


@pytest.mark.parametrize("name", ["phase", "deal", "crisis", "stage", "setback"])
def test_ladders_name_every_level(name):
    names = shares.ladder(name)
    assert len(set(names)) == len(names)
    assert all(names)
    assert len(names) <= len(stacks.SHADES)


def test_levels_of_deals_are_those_of_the_outcome():
    assert shares.ladder("deal") == DEALS


def test_a_meaning_that_lists_no_levels_is_refused():
    with pytest.raises(ValueError, match="the meaning of tier does not list a name for each level"):
        shares.ladder("tier")


def test_levels_count_runs_by_month_and_the_highest_by_run():
    phase = [[0, 1, 0], [0, 2, 2], [0, 0, 4], [np.nan] * 3]
    table = shares.levels(batch_of({"base": {"phase": phase}}), ["phase"])
    at = only(table, part="at", month="2020-07").set_index("label")["share"]
    assert list(at) == pytest.approx([1 / 3, 0, 1 / 3, 0, 1 / 3])
    more = only(table, part="or more", month="2020-07").set_index("label")
    assert list(more["share"]) == pytest.approx([1, 2 / 3, 2 / 3, 1 / 3, 1 / 3])
    assert set(more["n"]) == {3}  # the run that failed does not count
    row = more.loc["implementing"]
    assert (row["low"], row["high"]) == pytest.approx(wilson(1, 3))
    highest = only(table, part="highest").set_index("label")["share"]
    assert list(highest) == pytest.approx([0, 1 / 3, 1 / 3, 0, 1 / 3])
    assert only(table, part="highest")["month"].isna().all()


def test_shares_at_levels_add_up_and_boundaries_fall():
    table = shares.levels(make(2, 40), ["deal"])
    at = only(table, part="at").groupby(["scenario", "month"])["share"].sum()
    assert list(at) == pytest.approx([1.0] * len(at))
    more = only(table, part="or more").pivot(index=["scenario", "month"], columns="label", values="share")
    assert (more[list(shares.ladder("deal"))].diff(axis=1).iloc[:, 1:] <= 1e-12).all().all()
    assert only(table, part="highest").groupby("scenario")["share"].sum().tolist() == pytest.approx([1.0, 1.0])


def test_a_third_summit_counts_from_its_month_on_and_earlier_ones_do_not():
    summit = [[0, 1, 0], [1, 0, 0], [1, 0, 1], [0, 0, 0]]
    summits = [[2, 3, 3], [1, 1, 1], [2, 2, 3], [3, 3, 3]]  # the last had its third before the run began
    table = shares.third_summit(batch_of({"base": {"summit": summit, "summits": summits}}), ["summit", "summits"])
    assert list(table["share"]) == [0, 0.25, 0.5]
    assert list(zip(table["low"], table["high"], strict=True)) == [wilson(cases, 4) for cases in (0, 1, 2)]


def test_cumulative_shares_agree_with_the_outcome_and_never_fall():
    table = shares.third_summit(make(2, 60), ["summit", "summits"])
    for _, rows in table.groupby("scenario"):
        assert (rows["share"].diff().dropna() >= 0).all()
        assert rows["share"].iloc[-1] > 0


def test_drafts_are_told_apart_by_what_they_want_and_how_they_end():
    columns = {
        "severity_index": [[0.5, 0.5, 0.4], [0.5, 0.55, 0.55], [0.5, 0.51, 0.5], [0.5, 0.5, 0.5]],
        "draft": [[0, -1, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]],
        "adopted": [[0, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]],
        "vetoed": [[0, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0]],
    }
    table = shares.council(batch_of({"base": columns}), list(columns))

    def months(variable: str, label: str) -> list[float]:
        return list(only(table, variable=variable, label=label)["share"])

    assert months("tightening", "tabled") == [0.25, 0.5, 0]
    assert months("tightening", "adopted") == [0.25, 0, 0]
    assert months("tightening", "vetoed") == [0, 0.25, 0]
    assert months("easing", "tabled") == months("easing", "adopted") == [0, 0.25, 0]
    assert months("easing", "vetoed") == [0, 0, 0]
    assert months("status", "eased") == [0, 0, 0.25]
    assert months("status", "tightened") == [0, 0.25, 0.25]


def test_votes_are_shares_of_drafts_and_intervals_count_runs():
    votes = {f"votes.{name}": [[0, 0, 0]] * 4 for name in AXES["permanent"]}
    votes |= {"votes.china": [[1, 0, 0], [0, -1, -1], [0, 0, 0], [-1, 0, 0]]}
    columns = {"draft": [[1, 0, 0], [0, 1, 1], [0, 0, 0], [-1, 0, 0]], **votes}
    table = shares.votes(batch_of({"base": columns}), list(columns))
    china = only(table, variable="tightening", label="china").set_index("part")
    assert china["share"].to_dict() == pytest.approx({"yes": 1 / 3, "abstention": 0, "no": 2 / 3})
    assert set(china["drafts"]) == {3}
    assert (china.loc["no", "low"], china.loc["no", "high"]) == pytest.approx(wilson(2 / 3 * 2, 2))
    assert only(table, variable="easing", label="china", part="no")["share"].tolist() == [1.0]
    assert only(table, variable="easing", label="france", part="abstention")["share"].tolist() == [1.0]


def test_without_a_draft_there_is_no_share_of_votes_and_the_panel_says_so():
    batch = make(1, 20)
    quiet = batch.trajectory_rows.assign(draft=0.0)
    calm = Frames(batch.manifest, batch.outcome_rows, quiet)
    figure = gallery.FIGURES["votes"].draw(calm)
    panels = laid_out(figure)
    assert gallery.FIGURES["votes"].data(calm)["share"].isna().all()
    assert all(any(text.get_text() == "none in any run" for text in ax.texts) for ax in panels)
    check_legible(figure, panels)


def test_programmes_live_above_a_tenth_and_causes_count_runs_once():
    columns = {f"programme.{name}": [[0.5, 0.5, 0.5]] * 3 for name in AXES["programme"]}
    columns |= {"programme.rail": [[0.2, 0.1, 0.05], [0.2, 0.2, 0.11], [0, 0, 0]]}
    columns |= {"setback": [[0, 1, 1], [0, 0, 0], [4, 0, 0]]}
    table = shares.programmes(batch_of({"base": columns}), list(columns))
    assert list(only(table, label="rail", part="alive")["share"]) == pytest.approx([2 / 3, 1 / 3, 1 / 3])
    causes = only(table, part="ever").set_index("label")["share"]
    assert causes.to_dict() == pytest.approx(
        {"provocation": 1 / 3, "crisis": 0, "sanctions": 0, "epidemic": 1 / 3, "Seoul": 0}
    )


def test_stages_at_the_end_and_at_their_highest():
    columns = {f"stage.{name}": [[0, 0, 0]] * 2 for name in AXES["project"]}
    columns |= {"stage.gas": [[1, 2, 1], [0, 0, 0]]}
    table = shares.stages(batch_of({"base": columns}), list(columns))
    gas = only(table, variable="stage.gas").pivot(index="label", columns="part", values="share")
    assert gas.loc[["idea", "study", "exempted"], "end"].tolist() == [0.5, 0.5, 0]
    assert gas.loc[["idea", "study", "exempted"], "highest"].tolist() == [0.5, 0, 0.5]


def test_dependence_in_the_first_and_the_last_month_leaves_out_oneself():
    batch = make(2, 30)
    names = [f"dependence.{nation}.{target}" for nation in NATIONS for target in NATIONS]
    table = shares.dependence(batch, names)
    assert len(table) == 2 * 2 * 20
    assert (table["nation"] != table["target"]).all()
    assert set(table["month"]) == {"2020-05", "2021-12"}
    row = only(table, scenario=NAMES[1], month="2021-12", nation="north_korea", target="china").iloc[0]
    frame = batch.trajectory_rows
    values = frame.loc[(frame["scenario"] == NAMES[1]) & (frame["month"] == "2021-12"), "dependence.north_korea.china"]
    assert row["mean"] == pytest.approx(values.mean(), rel=1e-5)
    assert (row["p5"], row["p95"]) == pytest.approx(tuple(values.quantile([0.05, 0.95])), rel=1e-5)


def test_arrows_run_from_the_dependent_and_are_as_wide_as_dependence():
    rows = [
        {"nation": "north_korea", "target": "china", "mean": 0.4, "p5": 0.3, "p95": 0.5},
        {"nation": "china", "target": "north_korea", "mean": 0.1, "p5": 0.05, "p95": 0.2},
        {"nation": "russia", "target": "china", "mean": 0.001, "p5": 0.0, "p95": 0.002},
    ]
    _, ((ax,),) = style.sheet(1, 1, (4, 4))
    network.draw_network(ax, pd.DataFrame(rows), 0.4, ranges=True)
    widths = sorted(arrow.get_linewidth() for arrow in ax.patches)
    assert widths == pytest.approx([network.WIDEST / 4, network.WIDEST])  # the third is too small
    starts = {arrow.get_linewidth(): arrow._posA_posB[0] for arrow in ax.patches}
    assert starts[max(starts)] == network.PLACES["north_korea"]
    said = [text.get_text() for text in ax.texts]
    assert "0.400\n0.300-0.500" in said


def test_areas_are_as_high_as_the_share_at_a_level_or_higher():
    batch = make(1, 40)
    table = only(shares.levels(batch, ["phase"]), part="or more")
    levels = shares.ladder("phase")
    _, ((ax,),) = style.sheet(1, 1, (4, 3))
    stacks.draw_stack(ax, table, levels, dict(zip(levels, stacks.SHADES, strict=False)))
    for line, level in zip(ax.lines, levels, strict=True):
        assert list(line.get_ydata()) == pytest.approx(list(100 * only(table, label=level)["share"]))


def test_curves_and_dots_show_their_intervals():
    table = shares.third_summit(make(2, 40), ["summit", "summits"])
    looks = style.looks(NAMES[:2])
    _, ((ax,),) = style.sheet(1, 1, (4, 3))
    curves.draw_curves(ax, table, looks)
    last = only(table, scenario=NAMES[0]).iloc[-1]
    assert any(list(line.get_ydata()) == pytest.approx([100 * last["low"], 100 * last["high"]]) for line in ax.lines)
    assert len(ax.collections) == 2  # a band each
    rows = only(shares.levels(make(2, 40), ["crisis"]), part="highest")
    _, ((ax,),) = style.sheet(1, 1, (4, 3))
    dots.draw_dots(ax, rows, shares.ladder("crisis"), looks)
    spans = [list(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
    for row in rows.to_dict("records"):
        assert [100 * row["low"], 100 * row["high"]] in spans


def test_axes_of_affinity_have_the_same_length():
    panels = laid_out(gallery.FIGURES["affinity"].draw(make(1, 30)))
    assert len(panels) == len(AXES["dyad"])
    lengths = [np.ptp(ax.get_ylim()) for ax in panels]
    assert lengths == pytest.approx([lengths[0]] * len(lengths))


def test_many_variables_of_several_scenarios_share_panels():
    figure = gallery.FIGURES["affinity"].draw(make(2, 20))
    assert len(laid_out(figure)) == len(AXES["dyad"])
    assert fans.BANDS in " ".join(text.get_text() for text in figure.texts)
    assert len(laid_out(gallery.FIGURES["leverage"].draw(make(2, 20)))) == 8


@pytest.mark.parametrize("name", ["talks", "votes", "dependence", "programmes"])
def test_ten_scenarios(name):
    figure = gallery.FIGURES[name].draw(make(10, 10))
    check_legible(figure, laid_out(figure))


@pytest.mark.parametrize("name", POLITICS)
def test_a_single_month(name):
    figure = gallery.FIGURES[name].draw(make(2, 10, months=1))
    check_legible(figure, laid_out(figure))


@pytest.mark.parametrize("name", [*POLITICS, *NEW_FANS])
def test_names_of_scenarios_are_in_the_picture(name):
    figure = gallery.FIGURES[name].draw(make(1, 10))
    words = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    words += [ax.get_title(loc="left") for ax in laid_out(figure)]
    assert any(word.startswith("baseline-2020") for word in words)


def test_data_beside_the_figures_name_their_shares(tmp_path):
    paths = gallery.draw_all(make(1, 10), ["talks", "council"], out=tmp_path)
    for path in [path for path in paths if path.suffix == ".csv"]:
        table = pd.read_csv(path)
        assert list(table.columns) == list(shares.COLUMNS)
        assert ((table["low"] <= table["share"]) & (table["share"] <= table["high"])).all()
        assert set(table["unit"]) == {"share of runs"}
