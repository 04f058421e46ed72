"""The picture of a discovery: conditions said whole, with what their names mean, faint where they are not clear."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from test_figure_gallery import check_legible, laid_out

from experiments import discovery
from experiments.discovery_cases import Cases, Feature
from experiments.discovery_measures import Estimate, Limit
from experiments.discovery_report import said
from experiments.figures import discovery as drawing
from experiments.figures import style

LONG = "weights.north_korea.economy_first.a_name_that_is_long"
MEANING = "a meaning of many words that takes more than a line of small letters, and then says a little more"


@pytest.fixture(scope="module")
def found():
    rng = np.random.default_rng(1)
    names = [LONG, "b", "c", "d", "e"]
    values = pd.DataFrame(rng.random((1000, len(names))), columns=names)
    features = {name: Feature(name, MEANING, "share", "prior", "uniform(0, 1)") for name in names}
    happened = rng.random(1000) < 0.05 + 0.8 * (values["b"] > 0.5).to_numpy()
    return discovery.discover(Cases("event==1", values, features, happened, np.arange(1000), ("base",)))


def with_conditions(found, names, lows):
    """The discovery with a box of these conditions, what they add as unsure as told."""
    box = tuple(Limit(name, 0.021, 0.564) for name in names)
    return replace(found, box=replace(found.box, box=box, alone=tuple(Estimate(1.3, low, 1.7) for low in lows)))


def drawn(found):
    with style.house_style():
        figure = drawing.page(found, "footer")
    return figure, laid_out(figure)


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_conditions_are_said_whole_and_cover_nothing(found, count):
    many = with_conditions(found, [LONG, "b", "c", "d", "e"][:count], [0.9, 1.1, 1.1, 0.9, 0.9][:count])
    figure, panels = drawn(many)
    check_legible(figure, panels)
    texts = [text.get_text().replace("\n", " ") for text in panels[1].texts]
    assert len(texts) == 2 * count
    for limit in many.box.box:
        assert any(text.startswith(said(many.cases, limit)) for text in texts)
    assert sum(text == f"{MEANING} (grade prior)" for text in texts) == count
    boxes = [text.get_window_extent() for text in panels[1].texts] + [bar.get_window_extent() for bar in panels[1].patches]
    heights = sorted({(round(box.y0), round(box.y1)) for box in boxes})
    assert all(lower[1] <= upper[0] + 1 or abs(lower[0] - upper[0]) <= 1 for lower, upper in pairwise(heights))
    assert all(box.x1 <= figure.bbox.x1 for box in boxes)


def test_what_is_not_clear_is_dashed_and_said_to_be(found):
    figure, panels = drawn(with_conditions(found, ["b", "c"], [1.1, 0.9]))
    bars = [bar for bar in panels[1].patches if bar.get_width() < 1]
    assert [bar.get_linestyle() for bar in bars] == ["solid", "--"]
    texts = [text.get_text().replace("\n", " ") for text in panels[1].texts]
    assert sum(drawing.UNCLEAR in text for text in texts) == 1
    assert drawing.DASHED in figure.get_label()
    clear, _ = drawn(with_conditions(found, ["b"], [1.1]))
    assert drawing.DASHED not in clear.get_label()
