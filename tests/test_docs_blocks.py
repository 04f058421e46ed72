"""Every block of code in the documents runs (see ``tests/doc_blocks.py``); and the runner refuses what it should."""

from __future__ import annotations

import pytest

from tests.doc_blocks import CUTS, NOT_RUN, Block, Command, blocks, commands, cut
from tests.doc_pages import ROOT, Page, look_up

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LOOK = """import sim.month
text = open(sim.month.__file__).read()
assert '# a comment\\n    Stage("decide"' in text
"""


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_block_of_the_page_runs(path, tmp_path, monkeypatch):
    Page(str(path.relative_to(ROOT)), blocks(path.read_text()), tmp_path, monkeypatch).run()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```rust\nlet x = 1;\n```\n", "unknown kind 'rust'"),
        ("```console\n$ rm -r results\n```\n", "does not know: rm -r results"),
        ("```sh\nmake coffee\n```\n", "no target coffee"),
        ("```sh\npip install 'peninsula[coffee]'\n```\n", "no extra coffee"),
        ("```sh\npeninsula check nowhere.yaml\n```\n", "exit code 3"),
        ("```console\n$ peninsula check baseline-2020\nnot ok\n```\n", "does not print 'not ok'"),
        ("```python\nassert 1 == 2, 'unequal'\n```\n", "unequal"),
        ("```python\n>>> 1 + 1\n3\n```\n", "1 examples print something else"),
        ("```yaml\ntitle: Mine\nextends: baseline-2021\n```\n", "exit code 3"),
        (
            "```yaml\n# mine.yaml: wrong on purpose\ntitle: Mine\nquestion: Why?\nextends: baseline-2020\n```\n",
            "exit code 0",
        ),
        ("```yaml\nparameters: {}\n```\n", "neither a scenario"),
        ("```yaml\n# ../mine.yaml\ntitle: Mine\nextends: baseline-2020\n```\n", "outside the scratch directory"),
        ("```python\n# in sim/month.py, after: nowhere to be found\nx = 1\n```\n", "stands in 0 lines"),
        ("```python\n# in sim/month.py, after: import\nx = 1\n```\n", "expected one"),
    ],
)
def test_what_is_wrong_fails_with_its_line(text, said, tmp_path, monkeypatch):
    with pytest.raises(AssertionError, match=r"page\.md:1: ") as failed:
        Page("page.md", blocks(text), tmp_path, monkeypatch).run()
    assert said in str(failed.value)


def test_untyped_and_endless_blocks_are_refused():
    with pytest.raises(ValueError, match="line 2: a block that says no kind"):
        blocks("words\n```\nx\n```\n")
    with pytest.raises(ValueError, match="line 1: a block that does not end"):
        blocks("```text\nx\n")
    with pytest.raises(ValueError, match="line 2: a command without a fence"):
        blocks("Type:\n    peninsula list\n")


def test_commands_are_read_with_their_output_and_exit_code():
    text = "$ peninsula list \\\n    --json   # all of them\n[\n$ peninsula check x.yaml  # exit code 3\n"
    first, second = commands(Block("console", text, 1))
    assert (first.words, first.printed, first.exit_code) == (["peninsula", "list", "--json"], ("[",), 0)
    assert (second.words, second.exit_code) == (["peninsula", "check", "x.yaml"], 3)
    assert commands(Block("sh", "# set up\n\npeninsula list\n", 1)) == [Command("peninsula list")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("batch a --runs 2000 --seed 1 --out x", "batch a --runs 30 --seed 1 --out x --jobs 1"),
        ("batch a --runs=5 --jobs 2 --out x", "batch a --runs 5 --jobs 1 --out x"),
        ("batch a --until tests=0.1 --ceiling 9000", "batch a --until tests=0.1 --ceiling 60 --runs 30 --jobs 1"),
        ("calibrate --runs 30000 --jobs 1", "calibrate --runs 2000 --jobs 1"),  # the least that the verb takes
        ("explain x --run 637", "explain x --run 7"),
        ("plot x", "plot x reserves outcomes_talks"),
        ("sensitivity a -o tests", "sensitivity a -o tests --runs 800 --jobs 1 --method morris"),
        ("plot x trade", "plot x trade"),
        ("plot x --out y", "plot x --out y reserves outcomes_talks"),
        ("sensitivity a -o tests --method sobol", "sensitivity a -o tests --method morris --runs 800 --jobs 1"),
        ("sweep x -o tests", "sweep x -o tests"),
    ],
)
def test_runs_are_cut_and_no_further_than_the_verb_allows(line, expected):
    assert CUTS["--runs"] == 30
    assert " ".join(cut(f"peninsula {line}".split())) == f"peninsula {expected}"


def test_batches_of_a_page_that_looks_for_conditions_are_larger():
    assert cut(["peninsula", "batch", "a", "b", "--runs", "20000", "--out", "x"], 3000)[5] == "1500"
    assert cut(["peninsula", "batch", "a", "--runs", "20", "--out", "x"], 3000)[4] == "20"


def test_a_step_changes_the_copy_alone(tmp_path, monkeypatch):
    before = (ROOT / "sim/month.py").read_text()
    step = '```python\n# in sim/month.py, before: Stage("decide"\n    # a comment\n```\n'
    Page("page.md", blocks(f"{step}```python\n{LOOK}```\n"), tmp_path, monkeypatch).run()
    assert (ROOT / "sim/month.py").read_text() == before


@pytest.mark.parametrize("known", list(NOT_RUN))
def test_commands_that_are_not_run_are_known_and_say_why(known):
    assert NOT_RUN[known]
    look_up([*known.split(), *(["test"] if known == "make" else [])])
