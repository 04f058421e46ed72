"""The gallery: it draws, says of each picture how it was made, and names commands and figures that exist."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
from pathlib import Path

import click
import pytest

from experiments.cli import peninsula

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def gallery():
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "docs/gallery.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["gallery"] = module  # where dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["gallery"]


def test_every_command_of_the_gallery_can_be_given(gallery):
    for step in gallery.STEPS:
        words = shlex.split(step.line(Path("gallery"), 20))
        assert words[0] == "peninsula"
        peninsula.commands[words[1]].make_context(words[1], words[2:])
        assert step.name == "plot" or (step.question.endswith("?") and step.note.endswith("."))


def test_every_verb_that_draws_is_in_the_gallery(gallery):
    drawing = {
        name
        for name, verb in peninsula.commands.items()
        for option in verb.params
        if "--out" in option.opts and isinstance(option, click.Option) and re.search(r"figure|timeline", option.help or "")
    }
    assert {"plot", "compare", "explain"} <= drawing
    shown = {shlex.split(step.command)[1] for step in gallery.STEPS}
    assert drawing <= shown


def test_a_small_gallery_has_its_pictures_questions_and_commands(gallery, tmp_path):
    pictures = gallery.draw(tmp_path, 20, ("plot", "compare", "sweep"), ("reserves", "third_summit"))
    written = (tmp_path / "index.html").read_text(encoding="utf-8")
    files = re.findall(r'<img src="([^"]+)"', written)
    assert files == [picture.file for picture in pictures]
    assert {"plot/reserves.png", "plot/third_summit.png", "compare/compare.png"} <= set(files)
    assert all((tmp_path / file).exists() for file in files)
    assert "How long do reserves of hard currency last?" in written
    assert "Dark band: 50% of runs" in written
    assert written.count("peninsula sweep baseline-2020 --vary") == sum(file.startswith("sweep/") for file in files) > 0


def test_text_of_the_page_is_inert(gallery):
    said = gallery.page([gallery.Picture("a.png", "<script>x</script>?", "a & b", "peninsula plot 'x'")])
    assert "<script>" not in said
    assert "a &amp; b" in said
