"""Every figure draws for one, three and seven scenarios, legibly, and the same twice."""

import gc
import os
import subprocess
import sys
from itertools import combinations

import matplotlib.figure
import numpy as np
import pandas as pd
import pytest
from figure_batches import FAKES, NAMES, make
from matplotlib.axes import Axes
from matplotlib.layout_engine import PlaceHolderLayoutEngine
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from experiments.errors import StorageError, UsageError
from experiments.figures import fans, gallery, moves, outcomes, style
from experiments.figures.data import Frames, summarise_outcomes
from sim.state import NATIONS

BATCHES = {count: make(count) for count in (1, 2, 3, 7)}
# a quick figure of each module that draws
ONE_OF_EACH = (
    "outcomes_leverage", "sanctions", "tests", "actions_russia", "observed", "talks", "third_summit", "votes", "dependence",
    "survival",
)  # fmt: skip
OF_MONTHS = [name for name in ONE_OF_EACH if gallery.FIGURES[name].needs == "trajectories"]
# seven scenarios are the densest; in some modules three stand side by side; pages of outcomes differ by rows alone
SEVEN = [(figure.name, 7) for figure in gallery.chosen(None, BATCHES[7])]
THREE = [
    (name, 3) for name in ("trade", *ONE_OF_EACH) if name not in ("outcomes_leverage", "observed", "votes", "sanctions")
]
DRAWN = [figure.name for figure in gallery.chosen(None, BATCHES[1])]
ONE = [(name, 1) for name in DRAWN if name in ONE_OF_EACH or not name.startswith("outcomes_")]


@pytest.fixture(autouse=True, scope="module")
def _rare_collection():
    """Figures are webs of references; looking for garbage among them at every turn takes a fifth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)
    yield
    gc.set_threshold(*usual)


def laid_out(figure: matplotlib.figure.Figure) -> list[Axes]:
    """Visible panels of a figure after its layout, which figures of the gallery have had once and for all."""
    if not isinstance(figure.get_layout_engine(), PlaceHolderLayoutEngine):
        with style.house_style():
            figure.draw_without_rendering()
    return [ax for ax in figure.axes if ax.get_visible()]


def check_legible(figure: matplotlib.figure.Figure, panels: list[Axes]) -> None:
    """Nothing sticks out of the figure, and no panel, title, legend or caption covers another."""
    page = figure.bbox.padded(2)
    boxes = [ax.get_tightbbox() for ax in panels]
    boxes += [text.get_window_extent() for text in figure.texts if text.get_text()]
    boxes += [legend.get_window_extent() for legend in figure.legends]
    for box in boxes:
        assert page.x0 <= box.x0, box
        assert box.x1 <= page.x1, box
        assert page.y0 <= box.y0, box
        assert box.y1 <= page.y1, box
    for first, second in combinations(boxes, 2):
        both = Bbox.intersection(first, second)
        assert both is None or min(both.width, both.height) < 2, (first, second)


def check_labelled(panels: list[Axes]) -> None:
    """Axes have labels, diagrams without axes a title."""
    for ax in panels:
        if not ax.axison:
            assert ax.get_title(loc="left")
            continue
        assert ax.get_xlabel() or ax.xaxis.get_major_ticks()
        assert any(label.get_text() for label in ax.get_xticklabels()) or not ax.xaxis.get_tick_params()["labelbottom"]
    first = panels[0]
    assert not first.axison or first.get_ylabel() or any(label.get_text() for label in first.get_yticklabels())


@pytest.mark.parametrize(("name", "count"), [*SEVEN, *THREE, *ONE])
def test_every_figure_draws_legibly(name, count):
    batch = BATCHES[count]
    figure = gallery.FIGURES[name].draw(batch)
    panels = laid_out(figure)
    assert panels
    check_labelled(panels)
    check_legible(figure, panels)
    if count == 7 and name in ONE_OF_EACH:
        figure.draw_without_rendering()  # every line, arrow and area can be drawn
    words = " ".join(text.get_text().replace("\n", " ") for text in figure.texts)
    assert gallery.FIGURES[name].question in words
    assert "60 runs per scenario, seed 7 · peninsula 0.1.0 · " in words
    assert "not a forecast" in words


@pytest.mark.parametrize(
    ("name", "count"), [("trade", 10), ("observed", 10), ("actions_russia", 2), ("actions_north_korea", 10)]
)
def test_other_numbers_of_scenarios(name, count):
    figure = gallery.FIGURES[name].draw(make(count, 20))
    check_legible(figure, laid_out(figure))


@pytest.mark.parametrize("name", ["trade", "tests", "observed"])
@pytest.mark.parametrize(("start", "months"), [("2012-01", 100), ("2021-10", 3)])
def test_other_horizons(name, start, months):
    for count in (1, 4) if name == "tests" else (1,):
        batch = make(count, 20, start=start, months=months)
        figure = gallery.FIGURES[name].draw(batch)
        check_legible(figure, laid_out(figure))


@pytest.mark.parametrize("count", [1, 3, 7])
def test_pages_of_all_kinds_of_outcomes(count):
    batch = make(count, known=FAKES)
    names = list(FAKES)
    data = summarise_outcomes(batch.outcomes(names), FAKES, names)
    with style.house_style():
        figure = outcomes.page(data, list(NAMES[:count]), FAKES, "What comes out?", style.footer(batch.manifest, [60]))
    panels = laid_out(figure)
    assert len(panels) == len(FAKES)
    check_legible(figure, panels)
    notes = [text.get_text().replace("\n", " ") for ax in panels for text in ax.texts]
    assert sum(note.startswith("in ") and note.endswith("% of runs") for note in notes) == count  # when_month


def test_outcomes_that_never_have_a_value_or_never_vary():
    batch = make(2)
    rows = batch.outcome_rows.assign(trade_recovery=np.nan, russia_exports_level=0.3)
    figure = gallery.FIGURES["outcomes_trade"].draw(Frames(batch.manifest, rows))
    check_legible(figure, laid_out(figure))


def test_failed_runs_are_left_out_of_outcomes():
    batch = make(1)
    rows = batch.outcome_rows.assign(status=["failed", *["ok"] * 59])
    rows.loc[0, ["trade_recovery", "moves.russia.food_aid"]] = np.nan
    data = gallery.FIGURES["outcomes_trade"].data(Frames(batch.manifest, rows))
    assert set(data["runs"]) == {59}
    assert gallery.FIGURES["actions_russia"].data(Frames(batch.manifest, rows))["n"].min() == 59


@pytest.mark.parametrize(
    ("name", "absent"), [*((name, True) for name in ONE_OF_EACH), *((name, False) for name in OF_MONTHS)]
)
def test_a_scenario_of_which_every_run_failed_is_left_out(name, absent):
    batch = BATCHES[2]
    failed = [rows["scenario"] == NAMES[1] for rows in (batch.outcome_rows, batch.trajectory_rows)]
    outcome_rows, trajectory_rows = batch.outcome_rows.copy(), batch.trajectory_rows.copy()
    numbers = [column for column in outcome_rows.columns if column not in ("scenario", "run", "status")]
    outcome_rows[numbers] = outcome_rows[numbers].astype(float).where(~failed[0], np.nan)
    outcome_rows.loc[failed[0], "status"] = "failed"
    variables = [column for column in trajectory_rows.columns if column not in ("scenario", "run", "month")]
    trajectory_rows[variables] = trajectory_rows[variables].where(~failed[1], np.nan)
    if absent:
        trajectory_rows = trajectory_rows[~failed[1]]
    figure = gallery.FIGURES[name].draw(Frames(batch.manifest, outcome_rows, trajectory_rows))
    panels = laid_out(figure)
    check_legible(figure, panels)
    words = [text.get_text() for text in figure.findobj(Text)]
    assert not any(word.startswith(NAMES[1][:12]) for word in words)


def test_a_batch_of_which_every_run_failed_is_refused():
    batch = BATCHES[1]
    rows = batch.trajectory_rows.assign(reserves=np.nan)
    with pytest.raises(UsageError, match="nothing to draw"):
        gallery.FIGURES["reserves"].draw(Frames(batch.manifest, batch.outcome_rows, rows))


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_same_input_gives_same_bytes(name, tmp_path):
    first = gallery.draw_all(make(1, 20), [name], out=tmp_path / "first")
    matplotlib.rcParams["lines.linewidth"] = 9  # a user's own settings have no say
    try:
        second = gallery.draw_all(make(1, 20), [name], out=tmp_path / "second")
    finally:
        matplotlib.rcdefaults()
    assert [path.name for path in first] == [f"{name}.png", f"{name}.svg", f"{name}.csv"]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    assert b"Date" not in first[1].read_bytes()
    assert b"Software" not in first[0].read_bytes()


def test_data_lie_beside_the_figure(tmp_path):
    paths = gallery.draw_all(BATCHES[1], ["trade"], out=tmp_path)
    table = pd.read_csv(paths[2])
    assert set(table["kind"]) == {"simulated", "observed", "record"}
    assert len(table[table["kind"] == "simulated"]) == 4 * 20


def test_a_family_has_all_its_pages():
    assert [figure.name for figure in gallery.chosen(["actions"], BATCHES[1])] == [f"actions_{name}" for name in NATIONS]
    assert gallery.chosen(["actions", "actions_china"], BATCHES[1]) == gallery.chosen(["actions"], BATCHES[1])


def test_unknown_names_offer_the_nearest():
    with pytest.raises(UsageError, match="there is no figure 'trades'; did you mean 'trade'"):
        gallery.chosen(["trades"], BATCHES[1])


def test_what_a_batch_lacks_is_left_out_or_said():
    batch = Frames(BATCHES[1].manifest, BATCHES[1].outcome_rows)
    drawn = {figure.needs for figure in gallery.chosen(None, batch)}
    assert drawn == {"outcomes"}
    with pytest.raises(UsageError, match="'trade' cannot be drawn: it needs trajectories, which this batch does not hold"):
        gallery.chosen(["trade"], batch)
    with pytest.raises(UsageError, match="cannot be drawn"):
        gallery.FIGURES["trade"].data(batch)
    with pytest.raises(UsageError, match="'ranked' cannot be drawn: it needs 8 scenarios or more"):
        gallery.chosen(["ranked"], batch)
    with pytest.raises(UsageError, match="say where the figures should go"):
        gallery.draw_all(batch)


def test_totals_of_which_a_part_is_missing_are_not_compared():
    batch = BATCHES[1]
    rows = batch.trajectory_rows.drop(columns=["total_trade.exports", "trade.russia.imports"])
    data = gallery.FIGURES["observed"].data(Frames(batch.manifest, batch.outcome_rows, rows))
    shown = {"trade.china.exports", "trade.china.imports", "trade.china", "trade.russia.exports", "total_trade.imports"}
    assert set(data["variable"]) == shown
    assert laid_out(gallery.FIGURES["observed"].draw(batch, data))


def test_years_of_which_nothing_is_known_are_not_compared():
    future = make(1, 5, start="2023-01", months=12)
    names = [figure.name for figure in gallery.chosen(None, future)]
    assert "observed" not in names
    assert "trade" in names
    with pytest.raises(UsageError, match="months of which something is known"):
        gallery.chosen(["observed"], future)


def test_a_directory_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "figures").write_text("a file")
    with pytest.raises(StorageError, match=r"cannot write in .*: it is a file, not a directory"):
        gallery.draw_all(BATCHES[1], ["reserves"], out=tmp_path / "figures")


def test_every_outcome_and_action_has_a_place():
    wanted = {column for figure in gallery.FIGURES.values() if figure.needs == "outcomes" for column in figure.wants}
    columns = set(BATCHES[1].outcome_rows.columns) - {"scenario", "run", "status", "parameters.labour.tolerated_share"}
    assert wanted == columns


def test_percentages_for_narrow_cells():
    assert [moves.percent(share) for share in (0, 0.001, 0.034, 1)] == ["0", "<1", "3", "100"]


def test_months_are_labelled_with_their_years():
    figure, ((ax,),) = style.sheet(1, 1, (4, 3))
    first = style.number_of("2020-05")
    style.month_axis(ax, first, first + 19)
    ax.set_xlim(first, first + 19)
    laid_out(figure)
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels == ["Jul\n2020", "Oct", "Jan\n2021", "Apr", "Jul", "Oct"]


def test_long_names_are_cut_and_folded():
    assert style.shortened("a" * 40, 10) == "a" * 9 + "…"
    assert style.folded("moscow-opens-the-labour-gate", 20) == "moscow-opens-the-\nlabour-gate"
    assert style.folded("x" * 60, 20).count("\n") <= 1
    assert style.readable("message_to_moscow") == "Message to Moscow"


def test_drawing_leaves_pyplot_and_the_users_settings_alone():
    code = (
        "import sys, experiments.figures; assert 'matplotlib' not in sys.modules, 'eager';"
        "import matplotlib; before = matplotlib.rcParams.copy();"
        "from experiments.figures import gallery; from figure_batches import make;"
        "gallery.FIGURES['reserves'].draw(make(1, 5));"
        "assert matplotlib.rcParams.copy() == before, 'settings'; assert 'matplotlib.pyplot' not in sys.modules, 'pyplot'"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("highest", "end"), [(np.nan, 100), (0.0, 2), (1.9, 3), (3.6, 5), (20.0, 25), (24.9, 30), (25.0, 100), (80.0, 100)]
)
def test_axes_of_small_shares_end_a_little_above_their_intervals(highest, end):
    assert outcomes.axis_end(highest) == end


def test_small_shares_are_seen_and_told_to_a_tenth():
    assert [outcomes.percent(share) for share in (0, 0.02, 1.95, 12.34, 100)] == ["0.0%", "0.02%", "1.9%", "12.3%", "100.0%"]
    batch = make(2)
    summits = (np.arange(len(batch.outcome_rows)) % 60 == 0).astype(float)
    rows = batch.outcome_rows.assign(third_summit=summits)
    panel = laid_out(gallery.FIGURES["outcomes_talks"].draw(Frames(batch.manifest, rows)))[0]
    assert 8 < panel.get_xlim()[1] < 13
    assert [text.get_text() for text in panel.texts] == ["1.7%", "1.7%"]


@pytest.mark.parametrize("name", ["reserves", "talks", "outcomes_talks", "dependence"])
def test_small_print_is_as_large_for_the_width_of_the_figure_as_elsewhere(name):
    figure = gallery.FIGURES[name].draw(BATCHES[2])
    small = min(figure.texts, key=lambda text: text.get_position()[1])
    assert small.get_fontsize() / figure.get_size_inches()[0] >= 7 / 8.5 - 1e-9


def test_upright_lines_of_observations_are_explained_where_there_are_some():
    words = [" ".join(text.get_text().replace("\n", " ") for text in figure.texts)
             for figure in (gallery.FIGURES[name].draw(BATCHES[1]) for name in ("workers", "trade"))]  # fmt: skip
    assert [fans.SPREAD in said for said in words] == [True, False]
