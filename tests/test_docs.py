"""What the documents say is there: commands, links, figures, stages, the sections of the codebook; blocks run elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from experiments.cli import peninsula
from experiments.codebook import SECTIONS, rows, text
from experiments.figures.gallery import FIGURES
from sim.month import MONTH

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_and_links_in_documents_exist(document):
    words = document.read_text()
    for verb in re.findall(r"(?<![A-Za-z] )peninsula ([a-z]+)\b", words):
        assert verb in peninsula.commands, verb
    for target in re.findall(r"\]\(([^)#:]+)\)", words):
        assert (document.parent / target).exists(), target


def test_the_index_leads_to_every_page():
    index = (ROOT / "docs/README.md").read_text()
    listed = {(ROOT / "docs" / target).resolve() for target in re.findall(r"\]\(([^)#:]+)\)", index)}
    pages = {path for path in DOCUMENTS if (ROOT / "docs") in path.parents and path.parent != ROOT / "docs/reference"}
    assert pages - {ROOT / "docs/README.md"} <= listed


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
