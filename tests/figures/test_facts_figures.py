"""The page of stylised facts: what is drawn is what was found, and nothing covers anything."""

import pytest
from test_figure_gallery import check_labelled, check_legible, laid_out

from experiments.figures import facts, style


def row(part, verdict, middle, observed, *, low=None, high=None, yes_no=False, fact=1):
    return {
        "fact": fact, "title": "Something seen", "part": part, "unit": "m USD", "verdict": verdict, "middle": middle,
        "observed": observed, "low": low, "high": high, "band_low": 10.0, "band_high": 20.0, "yes_no": yes_no,
    }  # fmt: skip


GROUPS = [
    [
        row("inside", "reproduced", 15.0, 12.5, low=11.0, high=18.0),
        row("far above", "not reproduced", 900.0, 14.0, low=500.0, high=5000.0),
        row("yes or no", "partly", 25.0, None, low=0.0, high=1.0, yes_no=True),
    ],
    [row("silent", "not modelled", None, 1.0, fact=2)] * 2,
]


def page():
    with style.house_style():
        return facts.page(GROUPS, ["partly", "not modelled"], "300 runs")


def test_the_page_is_legible():
    figure = page()
    panels = laid_out(figure)
    assert len(panels) == 2
    check_labelled(panels)
    check_legible(figure, panels)
    assert any(facts.QUESTION in text.get_text() for text in figure.texts)


def test_values_stand_on_the_scale_of_their_band():
    assert facts.placed(GROUPS[0][0], 10.0) == -1
    assert facts.placed(GROUPS[0][0], 15.0) == 0
    assert facts.placed(GROUPS[0][0], 22.5) == pytest.approx(1.5)


def test_marks_and_lines_are_where_the_numbers_are():
    ax = page().axes[0]
    lines = [list(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
    assert lines == [pytest.approx([-0.8, 0.6]), [facts.LIMIT, facts.LIMIT]]
    marks = [(float(line.get_xdata()[0]), line.get_marker()) for line in ax.lines if len(line.get_xdata()) == 1]
    assert (0.0, "o") in marks
    assert (-0.5, "D") in marks
    assert any(marker == ">" and where < facts.LIMIT for where, marker in marks)  # beyond the edge
    assert sum(marker == "D" for _, marker in marks) == 2  # no record for the last part
    words = " ".join(text.get_text() for text in ax.texts)
    assert "record 12.5, model 15" in words
    assert "record none, model 25" in words


def test_a_part_without_a_variable_is_called_so():
    words = [text.get_text() for text in page().axes[1].texts]
    assert words.count("not modelled") == 2
    assert "record 1" in words
