"""The report: one inert page that says what the batch says."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import compare, run_batch, summary
from experiments.cli import main
from experiments.errors import StorageError, UsageError
from experiments.estimates import wilson
from experiments.explain import where
from experiments.manifest import read_manifest
from experiments.report import Asked, numbers, page, scenarios, short, stories, write
from sim.scenario import load_scenario

RUNS = 40
HOSTILE = "<script>parent.taken=1</script><img src=x onerror=parent.taken=1> & {{ 7*7 }} </title></style>"
FIGURES = ("outcomes_talks",)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("report")
    mine = home / "mine.yaml"
    mine.write_text(
        f"extends: baseline-2020\ntitle: '{HOSTILE}'\nquestion: 'Look at deal_months. {HOSTILE}'\nmonths: 6\n"
        f"events:\n- {{month: 2020-06, set: {{sequencing: 0.0}}, why: '{HOSTILE}'}}\n",
        encoding="utf-8",
    )
    base = load_scenario("baseline-2020", ["months=6"])
    run_batch([base, load_scenario(str(mine))], runs=RUNS, seed=3, out=home / "batch", command=f"peninsula {HOSTILE}")
    return home / "batch"


@pytest.fixture(scope="module")
def made(stored: Path) -> str:
    return page(stored, Asked(figures=FIGURES, question=HOSTILE))


class Elements(HTMLParser):
    """Every element of a page, its attributes, and the text of it all."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said += data


def test_text_of_scenarios_is_inert_and_nothing_is_fetched(made: str) -> None:
    elements = Elements(made)
    assert "script" not in {tag for tag, _ in elements.found}
    for tag, attributes in elements.found:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        for name in ("src", "href"):
            assert (attributes.get(name) or "#").startswith(("#", "data:image/svg+xml;base64,")), (tag, attributes)
    assert elements.said.count(HOSTILE) >= 4  # as text: title, question, the question asked, command
    assert "default-src 'none'" in made
    assert "49" not in re.findall(r"& (\S+) &lt;", made)  # braces are text, too


def test_every_place_of_the_contents_exists_once(made: str) -> None:
    elements = Elements(made)
    identities = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(identities) == len(set(identities))
    aims = [attributes["href"] for tag, attributes in elements.found if tag == "a"]
    assert aims
    assert {f"#{name}" for name in identities} >= set(aims)


def test_numbers_are_those_of_the_batch(stored: Path, made: str) -> None:
    table = summary.table(stored)
    rows = table[(table["outcome"] == "deal") & (table["category"] == "none")]
    for row in rows.itertuples():
        assert f"{100 * row.value:.1f}%" in made
        assert f"{100 * row.low:.1f}% to {100 * row.high:.1f}%" in made
    tests = table[table["outcome"] == "tests_severe"].iloc[0]
    places = numbers.decimals((tests.high - tests.low) / 2)
    for value in (tests.value, tests.low, tests.high):
        assert numbers.fixed(value, places) in made
    assert f"{numbers.number(tests.p5)} to {numbers.number(tests.p95)}" in made


def test_outcomes_that_a_question_names_are_told_first(made: str) -> None:
    said = Elements(made).said
    assert said.index("How long does a deal last?") < said.index("How often is there a third summit?")


def test_the_top_is_the_title_and_question_of_the_one_variant(stored: Path) -> None:
    head = scenarios.head(read_manifest(stored), "baseline-2020")
    assert head.title == HOSTILE
    assert head.question == f"Look at deal_months. {HOSTILE}"
    assert head.against == ("baseline-2020", "The peninsula in May 2020")


def test_what_was_asked_for_and_does_not_differ_is_said(stored: Path) -> None:
    said = Elements(page(stored, Asked(outcomes=("crisis_peak",), figures=FIGURES))).said
    assert "How close to a clash?" in said
    assert "no clear difference: " in said
    assert said.index("no clear difference: ") < said.index("Levels")


def test_a_stored_scenario_that_this_version_refuses_is_told_in_a_line(tmp_path: Path) -> None:
    run_batch(
        ["baseline-2020", "third-summit-push"], runs=8, seed=1, out=tmp_path, settings=["months=2"], trajectories=False
    )
    known = read_manifest(tmp_path)
    document = {**known.scenarios[1].document, "parameters": {"no.such": 0.5}}
    both = (known.scenarios[0], replace(known.scenarios[1], document=document))
    (tmp_path / "manifest.json").write_text(replace(known, scenarios=both).text(), encoding="utf-8")
    said = Elements(page(tmp_path, Asked(outcomes=("tests",), figures=FIGURES))).said
    assert "This version refuses the stored scenario: " in said


def test_a_sweep_is_told_by_its_keys_and_the_variance_between_points(tmp_path: Path) -> None:
    names = [f"baseline-2020-p{place:02}" for place in (1, 2, 3)]
    take = (0.212345678901234, 0.4, 0.6)
    points = [
        replace(load_scenario("baseline-2020", ["months=3", f"parameters.labour.take={value}"]), name=name,
                title=f"The peninsula in May 2020: parameters.labour.take={value}")
        for name, value in zip(names, take, strict=True)
    ]  # fmt: skip
    run_batch(points, runs=12, seed=1, out=tmp_path, trajectories=False)
    made = Elements(page(tmp_path, Asked(outcomes=("labour_revenue", "third_summit"))))
    assert "What changes with labour.take (0.212 to 0.6)?" in made.said
    assert "0.2123456" not in made.said
    assert "of the variance" in made.said
    assert "Labour revenue: " in str(next(a["alt"] for tag, a in made.found if tag == "img"))
    assert "comparisons" not in [a.get("id") for _, a in made.found]


def test_the_page_says_what_it_rests_on(stored: Path, made: str) -> None:
    said = Elements(made).said
    for text in ("seed", "events.2020-06", "What not to conclude", "It does not forecast", "A typical run of mine"):
        assert text in said
    assert f"peninsula explain {stored} --scenario mine --typical" in said
    assert "run by run under the same luck" in said


def test_the_same_batch_gives_the_same_bytes(stored: Path, made: str) -> None:
    assert page(stored, Asked(figures=FIGURES, question=HOSTILE)) == made


def test_the_comparison_shows_what_was_asked_for(stored: Path) -> None:
    made = Elements(page(stored, Asked(outcomes=("reserves_end",), figures=FIGURES)))
    alts = [a["alt"] for tag, a in made.found if tag == "img"]
    assert "What changes against baseline-2020?" in alts


def test_where_nothing_differs_there_is_no_picture_of_it(tmp_path: Path) -> None:
    base = load_scenario("baseline-2020", ["months=1"])
    run_batch([base, replace(base, name="twin")], runs=8, seed=1, out=tmp_path, trajectories=False)
    made = Elements(page(tmp_path, Asked(figures=FIGURES)))
    assert "What changes against baseline-2020?" not in [a["alt"] for tag, a in made.found if tag == "img"]
    assert "The same choices in all 1 months that both have, in 8 runs; up to 32.4% of runs may part (95%)." in made.said


def test_one_scenario_is_compared_with_nothing(tmp_path: Path) -> None:
    run_batch(["baseline-2020"], runs=8, seed=1, out=tmp_path, settings=["months=3"], trajectories=False)
    path = write(tmp_path, Asked(outcomes=("tests",), figures=FIGURES))
    assert path == tmp_path / "report.html"
    text = path.read_text(encoding="utf-8")
    assert 'id="comparisons"' not in text
    assert 'href="#comparisons"' not in text
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".tmp"] == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(base="baseline-2019"), "baseline-2019"),
        (Asked(outcomes=("third_sumit",)), "did you mean 'third_summit'"),
        (Asked(figures=("tradee",)), "did you mean 'trade'"),
        (Asked(beside=(Path("nowhere"),)), "nowhere is not a directory"),
    ],
)
def test_what_cannot_be_reported_is_said_in_one_line(stored: Path, asked: Asked, said: str) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        page(stored, asked)
    assert "\n" not in str(raised.value)


def test_figures_of_other_verbs_are_shown_and_an_empty_directory_is_an_error(stored: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no figure"):
        page(stored, Asked(figures=FIGURES, beside=(tmp_path,)))
    (tmp_path / "skill.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", encoding="utf-8")
    before, after = (page(stored, Asked(figures=FIGURES, beside=beside)) for beside in ((), (tmp_path,)))
    images = [[a for tag, a in Elements(text).found if tag == "img"] for text in (before, after)]
    assert len(images[1]) == len(images[0]) + 1
    assert images[1][-1]["alt"] == "skill"


def test_a_page_that_cannot_be_written_leaves_nothing(stored: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot create"):
        write(stored, Asked(figures=FIGURES), tmp_path / "file" / "page.html")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_directory_takes_the_page_under_its_own_name(stored: Path, made: str, tmp_path: Path) -> None:
    path = write(stored, Asked(figures=FIGURES, question=HOSTILE), tmp_path)
    assert path == tmp_path / "report.html"
    assert path.read_text(encoding="utf-8") == made


def test_the_verb_writes_the_page(stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "page.html"
    main(["report", str(stored), "--figure", *FIGURES, "--out", str(out)])
    assert capsys.readouterr().out.strip() == str(out)
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_rare_categories_are_told_and_those_that_no_run_has_are_not() -> None:
    share = {"scenario": "s", "outcome": "deal", "kind": "category", "unit": "", "n": 100_000, "error": 0.0001}
    rows = [("none", 99_960), ("freeze", 40), ("package", 0)]
    table = pd.DataFrame([
        {**dict.fromkeys(summary.Row._fields), **share, "category": name, "value": count / 100_000,
         **dict(zip(("low", "high"), wilson(count, 100_000), strict=True))}
        for name, count in rows
    ])  # fmt: skip
    (block,) = numbers.blocks(table, ["deal"])
    assert [line.value for line in block.by_scenario()["s"]] == ["99.96%", "0.04%"]


def test_a_run_in_which_something_came_about_is_told_only_where_it_did() -> None:
    base = {"scenario": "s", "category": "", "error": 0.1}
    table = pd.DataFrame([
        {**base, "outcome": "third_summit", "kind": "share", "value": 0.0},
        {**base, "outcome": "tests", "kind": "number", "value": 0.0},
    ])  # fmt: skip
    assert [each.tail for each in stories.wanted(table, ["third_summit", "tests"], "s")] == ["", "tests"]


def test_runs_to_tell_are_those_of_the_variant_at_the_end_that_is_asked_about() -> None:
    table = pd.DataFrame([
        {"scenario": name, "category": "", "error": error, "outcome": outcome, "kind": "number", "value": value}
        for name, outcome, error, value in (
            ("base", "reserves_end", 0.1, 3.0), ("mine", "reserves_end", 0.1, 2.0), ("base", "tests", 0.1, 9.0),
            ("mine", "tests", math.nan, 0.0), ("base", "deal_months", math.nan, 0.0),
        )
    ])  # fmt: skip
    told = stories.wanted(table, ["reserves_end", "tests"], "mine")
    assert [(each.scenario, each.tail, each.low) for each in told] == [
        ("mine", "", False), ("mine", "reserves_end", True), ("base", "tests", False),
    ]  # fmt: skip
    assert told[1].command("b") == "peninsula explain b --scenario mine --tail reserves_end --low"
    assert [each.title for each in stories.wanted(table, [], "mine", ["reserves_end:high"])][1:] == [
        "The run of mine with the highest reserves_end"
    ]
    for tail, said in (
        ("testss", "did you mean 'tests'"),
        ("deal_months", "same in every run"),
        ("tests:up", "tests:low or"),
    ):
        with pytest.raises(UsageError, match=said):
            stories.wanted(table, [], "mine", [tail])
    assert stories.Wanted("b", "third_summit", low=True).title == "A run of b in which third_summit did not come about"


def test_a_report_without_an_ending_is_html(tmp_path: Path) -> None:
    run_batch(["baseline-2020"], runs=4, seed=1, out=tmp_path / "b", settings=["months=2"], trajectories=False)
    assert write(tmp_path / "b", Asked(figures=FIGURES), tmp_path / "mine").name == "mine.html"
    assert (tmp_path / "mine.html").is_file()


def test_what_stands_out_by_luck_alone_is_not_called_clear() -> None:
    rng = np.random.default_rng(8)
    rows = []
    for place in range(60):
        base, other = rng.normal(size=(2, 400))
        rows += compare.paired_rows(f"mine_{place}", "other", (base, other))
    changes = [numbers._change(row) for row in rows]
    assert sum(change.weight > 0 for change in changes) >= 2  # one in twenty
    assert short.items(changes, []) == ([], 0)
    (item,), _ = short.items(changes, [max(changes, key=lambda each: each.weight).outcome])
    assert not item.said[0].clear
    assert item.said[0].text.startswith("perhaps a difference, perhaps chance")


def test_decimals_of_a_difference_are_those_of_its_interval() -> None:
    assert numbers._steps(0.00016123, 0.0000194, 0.000303) == ("+0.00016", "+0.00002", "+0.00030")
    assert numbers._steps(1234.5, 1000.0, 1469.0) == ("+1,234", "+1,000", "+1,469")
    assert numbers._steps(0.0, math.nan, math.nan) == ("0", "–", "–")
    assert numbers._steps(0.4, -0.0375, 0.836) == ("+0.40", "-0.04", "+0.84")


def test_a_value_and_its_interval_have_the_decimals_of_their_error() -> None:
    assert [numbers.decimals(half) for half in (0.0075, 0.0012, 4.0, 2.5, 0.0)] == [3, 4, 0, 1, 0]
    assert [numbers._gain(value) for value in (1.72, 9.96, 77.5, 1e6)] == ["×1.7", "×10", "×78", "more than ×999"]


def test_the_ends_of_a_batch_are_named() -> None:
    place = {"percentile": 99.95, "low": 99.4, "high": 100.0, "of": 1000, "applies": True}
    assert where(place) == "the highest of all 1,000 runs"
    assert where({**place, "percentile": 100 * 1999.5 / 2000, "of": 2000}) == "the highest of all 2,000 runs"
    assert where({**place, "percentile": 0.05}) == "the lowest of all 1,000 runs"
    assert where({**place, "percentile": 99.8}) == "percentile 99.8 (99.4 to 100.0)"


def test_a_page_in_korean_is_korean_and_carries_its_letters(
    stored: Path, made: str, capfd: pytest.CaptureFixture[str]
) -> None:
    korean = page(stored, Asked(figures=FIGURES, question=HOSTILE, language="ko"))
    assert 'lang="ko"' in korean
    assert "font/woff;base64," in korean
    assert "font/woff" not in made
    assert 'font: 16px/1.5 "Page letters",' in korean  # first, or words laid out before it has come keep their boxes
    text, english = Elements(korean).said, Elements(made).said
    for said in (
        "In short",
        "Key numbers",
        "What not to conclude",
        "How often is there a third summit?",
        "share of runs",
        "Limits",
    ):
        assert said in english
        assert said not in text, said
    assert capfd.readouterr().err == ""
