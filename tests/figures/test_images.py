"""What figures look like: a few of them beside stored images, without their words, and a missing part is noticed.

A figure that is meant to look different gets its image anew, to be looked at before it is committed:

    python -m pytest -n0 tests/figures/test_images.py --mpl-generate-path=tests/figures/images
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from figure_batches import make
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text

from experiments.figures import gallery
from experiments.figures.timeline import timeline

IMAGES = Path(__file__).with_name("images")
TOLERANCE = 1.0  # root mean square of the difference of grey values of 0 to 255
DPI = 40
LARGEST = 30_000  # bytes
BATCHES = {"reserves": 3, "tests": 2, "survival": 2, "talks": 1, "ranked_leverage_2": 10}
compared = pytest.mark.mpl_image_compare(
    baseline_dir="images", style="default", tolerance=TOLERANCE, savefig_kwargs={"dpi": DPI, "metadata": {"Software": None}}
)


def story():
    """A run made up: an event of each lane, some of them in one month."""
    events = {
        2: [{"kind": "tests", "counts": {"srbm": 3, "icbm": 1}}, {"kind": "incident"}],
        4: [{"kind": "summit", "number": 3}, {"kind": "deal_signed", "deal": "interim"}],
        5: [{"kind": "harvest", "deviation": -12.0}, {"kind": "border", "from": "closed", "to": "partial"}],
        9: [{"kind": "deal_broken", "deal": "interim", "cause": "test"}, {"kind": "tests", "counts": {"nuclear": 1}}],
        11: [{"kind": "coercion_over"}, {"kind": "administration", "nation": "united_states", "type": "pressure"}],
    }
    months = [
        {
            "month": f"2020-{month:02}",
            "events": events.get(month, []),
            "standing": {"tier": 6 + month // 8, "trade_china": 5.0 * month, "trade_russia": 1.0, "growth": 5.0 - month},
        }
        for month in range(1, 13)
    ]
    return {"scenario": "made-up", "title": "Made up", "run": 0, "seed": 7, "months": months}


def bare(name):
    """A figure with its words out of sight: letters differ between versions of fonts, curves do not."""
    figure = timeline(story()) if name == "timeline" else gallery.FIGURES[name].draw(make(BATCHES[name], 30))
    for text in figure.findobj(Text):
        text.set_visible(False)
    return figure


@compared
@pytest.mark.parametrize("name", [*BATCHES, "timeline"])
def test_looks_as_before(name):
    return bare(name)


def test_images_are_compared_and_small(request):
    told = [request.config.getoption(name) for name in ("--mpl", "--mpl-generate-path")]
    assert any(told), "images are compared only with --mpl; it stands in addopts in pyproject.toml"
    stored = {path.name: path.stat().st_size for path in IMAGES.glob("*.png")}
    assert set(stored) == {f"test_looks_as_before_{name}.png" for name in (*BATCHES, "timeline")}
    assert max(stored.values()) < LARGEST


def difference(figure, name, directory):
    """What makes a figure differ from its image, if anything does."""
    figure.savefig(directory / "now.png", dpi=DPI)
    return compare_images(IMAGES / f"test_looks_as_before_{name}.png", directory / "now.png", tol=TOLERANCE)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("reserves", "a band"), ("reserves", "a curve"), ("tests", "a band"), ("survival", "a band"),
        ("survival", "a curve"), ("talks", "a band"), ("ranked_leverage_2", "a band"), ("timeline", "a curve"),
    ],
)  # fmt: skip
def test_a_part_that_is_missing_is_noticed(name, part, tmp_path):
    figure = bare(name)
    assert difference(figure, name, tmp_path) is None
    kind = "collections" if part == "a band" else "lines"
    last = next(ax for ax in reversed(figure.axes) if ax.get_visible() and getattr(ax, kind))
    getattr(last, kind)[0].remove()
    assert "RMS" in (difference(figure, name, tmp_path) or "")


DRAW = """
import hashlib, sys
from pathlib import Path
from figure_batches import make
from experiments.figures import gallery
names = sys.argv[2].split()
for path in gallery.draw_all(make(2, 10), names, out=sys.argv[1]):
    print(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
"""


def test_another_process_gives_the_same_bytes(tmp_path):
    names, told = ["survival", "outcomes_leverage"], []
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", DRAW, str(tmp_path / seed), " ".join(names)]
        told.append(subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout.splitlines())
    assert told[0] == told[1]
    assert [line.split()[0] for line in told[0]] == [f"{name}.{end}" for name in names for end in ("png", "svg", "csv")]
