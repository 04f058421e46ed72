"""The description cannot drift: generated pages equal the code, and what documents name exists."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from experiments import description, streams
from experiments.cli import peninsula
from experiments.codebook import SECTIONS
from experiments.errors import UsageError
from experiments.verbs_description import describe
from sim.chance import Chance
from sim.features import FEATURE_NAMES
from sim.month import MONTH
from sim.nations import ACTIONS, WEIGHT_SETS
from sim.outcomes import OUTCOMES
from sim.parameters import PARAMETERS
from sim.scenario.vocabulary import rules
from sim.state import NATIONS, VARIABLES, Month, resolve

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "docs" / f"{name}.md" for name in ("odd", "model", "trace", "reference/limits", "evidence", "facts")]
PAGES = sorted({"README.md", "streams.md", *(f"{description.NAMES.get(section, section)}.md" for section in SECTIONS)})
SCENARIO_KEYS = {"weight_set", "initial_from", "rule", "parameters", "initial", "events", "months", "start"}
PLAIN = re.compile(r"[a-z_]+(\.[a-z_]+)*|[a-z]+(-[a-z0-9]+)+")


@cache
def pages():
    return description.pages()


@cache
def known():
    """Every plain name that a document may put in backticks."""
    names = {*PARAMETERS, *VARIABLES, *OUTCOMES, *FEATURE_NAMES, *NATIONS, *SECTIONS, *SCENARIO_KEYS, *rules()}
    names |= {stage.name for stage in MONTH} | {path.stem for path in (ROOT / "scenarios").glob("*.yaml")}
    names |= set(ACTIONS) | {action.partition(".")[2] for action in ACTIONS}
    return names | {name for sets in WEIGHT_SETS.values() for name in sets}


def exists(name):
    """Whether a plain name is one of the model's, also as a path of a scenario: ``parameters.x`` or ``workers.russia``."""
    if name in known() or name.removeprefix("parameters.") in PARAMETERS:
        return True
    try:
        resolve(name.removeprefix("initial.").removeprefix("world."))
    except KeyError:
        return False
    return True


def in_backticks(document):
    return [name.replace("\n", " ") for name in re.findall(r"`([^`]+)`", document.read_text())]


@pytest.mark.parametrize("name", PAGES)
def test_committed_pages_are_what_the_code_says(name):
    path = description.HOME / name
    assert path.exists(), "write it with: peninsula describe"
    assert path.read_text(encoding="utf-8") == pages()[name], "write it anew with: peninsula describe"


def test_no_page_describes_nothing():
    assert {path.name for path in description.HOME.iterdir()} == set(pages())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_names_in_documents_exist(document):
    plain = [name for name in in_backticks(document) if PLAIN.fullmatch(name) and not name.startswith("sim.")]
    assert [name for name in plain if not exists(name)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_paths_and_verbs_in_documents_exist(document):
    for name in in_backticks(document):
        if name.startswith("peninsula "):
            assert name.split()[1] in peninsula.commands, name
        elif "/" in name and " " not in name:
            assert (ROOT / name).exists(), name


def test_a_name_that_does_not_exist_is_seen():
    assert exists("talks.opening")
    assert exists("workers.russia")
    assert exists("parameters.council.by_rift")
    assert not exists("talks.openness")
    assert not exists("workers.japan")


def test_the_elements_of_odd_are_there_and_patterns_come_first():
    heads = re.findall(r"^## \d\. (.*)$", (ROOT / "docs/odd.md").read_text(), re.MULTILINE)
    assert heads == [
        "Purpose and patterns", "Entities, state variables and scales", "Process overview and scheduling",
        "Design concepts", "Initialisation", "Input data", "Submodels",
    ]  # fmt: skip
    words = (ROOT / "docs/odd.md").read_text()
    for concept in ("Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing",
                    "Interaction", "Stochasticity", "Collectives", "Observation"):  # fmt: skip
        assert f"**{concept}.**" in words
    assert all(f"`{stage.name}`" in words for stage in MONTH)


def test_the_elements_of_trace_are_there():
    heads = re.findall(r"^## \d\. (.*)$", (ROOT / "docs/trace.md").read_text(), re.MULTILINE)
    assert heads == [
        "Problem formulation", "Model description", "Data evaluation", "Conceptual model evaluation",
        "Implementation verification", "Model output verification", "Model analysis", "Model output corroboration",
    ]  # fmt: skip


def test_every_stream_is_said_to_decide_something():
    found = streams.heard()
    assert len(found) > 500
    assert {streams.pattern_of(stream.name) for stream in found} >= set(streams.DECIDES) - {"event/*"}
    assert sum(row["streams"] for row in streams.rows()) == len(found)
    with pytest.raises(KeyError, match="nothing says what the stream 'weather/rain' decides"):
        streams.pattern_of("weather/rain")


def test_the_most_special_pattern_counts():
    assert streams.pattern_of("council/abstain_china") == "council/abstain_*"
    assert streams.pattern_of("council/china") == "council/*"


def test_listening_changes_no_luck():
    plain, listening = Chance(3, 5, 7), streams.Listening(3, 5, 7)
    date = Month(2020, 5)
    assert np.array_equal(plain.month(date).normal("a"), listening.month(date).normal("a"))
    assert np.array_equal(plain.once("b"), listening.once("b"))
    assert {name: (stream.kind, stream.how) for name, stream in listening.heard.items()} == {
        "a": ("normal", "each month"), "b": ("uniform", "once a run"),
    }  # fmt: skip


def test_every_entry_of_the_codebook_stands_on_a_page():
    for section, rows in ((section, make()) for section, make in SECTIONS.items()):
        page = pages()[f"{description.NAMES.get(section, section)}.md"]
        assert f"{len(rows)} entries" in page
        for row in rows:
            (_, first), *_ = row.items()
            assert f"`{first}`" in page or f"## {first}" in page


def test_cells_cannot_break_a_table():
    rows = [
        {"name": "a.b", "one": "x | y", "two": True, "three": None},
        {"name": "a.c", "one": 1.50, "two": "", "three": ""},
    ]
    page = description._page("things", rows).splitlines()
    assert page[-3:] == ["|---|---|---|", "| `a.b` | x \\| y | yes |", "| `a.c` | 1.5 |  |"]
    assert page[-4] == "| name | one | two |"  # a column that says nothing is left out
    assert "## a" in page


def test_rows_that_are_too_wide_or_differ_become_a_list():
    wide = description._page("things", [{"name": "a", "long": "word " * 50}])
    assert "- `a`" in wide
    assert "|" not in wide
    assert "  - other: 2" in description._page("things", [{"name": "a", "one": 1}, {"name": "b", "other": 2}])


def test_the_verb_writes_and_checks(tmp_path):
    out = tmp_path / "pages"
    run = CliRunner().invoke
    assert run(describe, ["--out", str(out)]).exit_code == 0
    assert run(describe, ["--out", str(out), "--check"]).exit_code == 0
    (out / "actions.md").write_text("old\n")
    (out / "streams.md").unlink()
    (out / "more.md").write_text("stale\n")
    result = run(describe, ["--out", str(out), "--check"])
    assert result.exit_code == 3
    assert [line.split()[0].rpartition("/")[2] for line in result.stderr.splitlines()] == [
        "actions.md",
        "streams.md",
        "more.md",
    ]


def test_without_a_directory_there_is_nothing_to_check(tmp_path):
    with pytest.raises(UsageError, match="is not a directory; write the pages with: peninsula describe --out"):
        description.differences(tmp_path / "none")
