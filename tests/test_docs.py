"""What the documents say is there: commands, links, the scenario of the README, the sections of the codebook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from experiments.cli import peninsula
from experiments.codebook import SECTIONS, rows, text
from experiments.figures.gallery import FIGURES
from sim.month import MONTH
from sim.scenario import load_scenario

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def test_the_scenario_of_the_readme_loads(tmp_path):
    (block,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    path = tmp_path / "readme.yaml"
    path.write_text(block)
    scenario = load_scenario(path)
    assert scenario.months == 32
    assert scenario.nations["russia"].weight_set == "spoiler"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_and_links_in_documents_exist(document):
    words = document.read_text()
    for verb in re.findall(r"peninsula ([a-z]+)\b", words):
        assert verb in peninsula.commands, verb
    for target in re.findall(r"\]\(([^)#:]+)\)", words):
        assert (document.parent / target).exists(), target


def test_figures_named_in_the_evidence_exist():
    named = re.findall(r"peninsula plot results ([a-z ]+)`", (ROOT / "docs/evidence.md").read_text())
    assert {name for names in named for name in names.split()} <= set(FIGURES)


def test_the_stages_of_a_month_are_described():
    described = (ROOT / "docs/model.md").read_text()
    for stage in MONTH:
        assert f"| {stage.name} |" in described


@pytest.mark.parametrize("section", list(SECTIONS))
def test_codebook_sections_are_filled(section):
    assert rows(section)
    assert text(section).startswith(section.upper().replace("_", " "))
