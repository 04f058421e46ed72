"""Pictures of a sensitivity analysis: legible, marks where the numbers are, no line where it would rest on too few pairs."""

import itertools

import pytest
from test_figure_gallery import check_labelled, check_legible, laid_out

from experiments.figures import sensitivity, style
from experiments.sensitivity import METHODS

UNITS = {"tests": "events", "deal==freeze": "share of runs", "equidistance": "index 0-1"}


def row(factor, value, width, *, moved=500, kind="parameter", **others):
    numbers = {name: value for method in sensitivity.MARKS.values() for name, _ in method}
    widths = {f"{name}_95": width for name in numbers}
    return {"factor": factor, "kind": kind, "moved": moved, **numbers, **widths, **others}


ROWS = [
    row("decision.sharpness.north_korea", 0.00125, 0.0005),
    row("a.parameter.with.a.very.long.name.that.is.cut", 0.0004, 0.0002, low=-0.0011),
    row("too.few", 0.0002, 0.0001, moved=3),
    row("weights.north_korea", 0.0001, 0.0001, kind="weights", mean=None),
    row("initial values", 0.0009, 0.0001, kind="group", mean=None),
]


def page(method, outcomes=tuple(UNITS)):
    with style.house_style():
        return sensitivity.page(method, dict.fromkeys(outcomes, ROWS), UNITS, "4,096 runs, seed 1")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("outcomes", [("tests",), tuple(UNITS)])
def test_every_method_draws_legibly(method, outcomes):
    figure = page(method, outcomes)
    panels = laid_out(figure)
    assert len(panels) == len(outcomes)
    check_labelled(panels)
    check_legible(figure, panels)
    words = " ".join(text.get_text() for text in figure.texts)
    assert sensitivity.QUESTIONS[method] in words
    assert "95% intervals" in words
    assert "4,096 runs" in words


@pytest.mark.parametrize("method", METHODS)
def test_labels_of_the_axis_do_not_touch(method):
    figure = page(method)
    for ax in laid_out(figure):
        low, high = ax.get_xlim()
        boxes = [tick.label1.get_window_extent() for tick in ax.xaxis.get_major_ticks() if low <= tick.get_loc() <= high]
        assert len(boxes) > 2
        assert all(left.x1 < right.x0 for left, right in itertools.pairwise(boxes))


def test_marks_and_intervals_are_where_the_numbers_are():
    ax = page("sobol").axes[0]
    marks = [line for line in ax.lines if line.get_marker() == "o"]
    assert [float(line.get_xdata()[0]) for line in marks] == [row["total"] for row in ROWS]
    means = [line for line in ax.lines if line.get_marker() == "s"]
    assert len(means) == 3  # two rows have no effect on the mean
    lines = [list(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
    assert pytest.approx([0.00075, 0.00175]) in lines
    assert pytest.approx([0.0002, 0.0002]) in lines  # too few pairs


def test_groups_stand_below_a_rule_and_bars_are_shares():
    rules = [line.get_ydata()[0] for line in page("sobol").axes[0].lines if list(line.get_xdata()) == [0, 1]]
    assert 3.5 in rules
    bars = page("split").axes[0].patches
    assert [bar.get_width() for bar in bars[:2]] == [ROWS[0]["total"], ROWS[0]["first"]]
