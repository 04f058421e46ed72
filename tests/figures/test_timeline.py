"""The timeline of a run: every event of the chronicle has its place, no label covers another."""

import json
from itertools import combinations

import pandas as pd
import pytest
from test_figure_gallery import check_legible, laid_out

from experiments.errors import StorageError, UsageError
from experiments.figures import timeline as drawing
from experiments.figures.timeline import pack, timeline, write
from experiments.lanes import LANES, STANDING, TESTS, events
from experiments.sentences import SENTENCES, sentence
from sim.chronicle import chronicle
from sim.scenario import load_scenario


@pytest.fixture(scope="module")
def story():
    return chronicle(load_scenario("gas-and-rail"), seed=1, run=3)


def test_every_kind_of_event_has_one_lane():
    kinds = [kind for lane in LANES for kind in lane.words]
    assert sorted([*kinds, "tests"]) == sorted(SENTENCES)


def test_every_event_of_the_chronicle_is_in_the_table(story):
    data = events(story)
    told = [(month["month"], sentence(event)) for month in story["months"] for event in month["events"]]
    rows = data[data["lane"] != STANDING].drop_duplicates(["month", "sentence"])
    assert set(zip(rows["month"], rows["sentence"], strict=True)) == set(told)
    tests = data[data["lane"] == TESTS]
    counted = sum(
        sum(event["counts"].values()) for month in story["months"] for event in month["events"] if event["kind"] == "tests"
    )
    assert tests["value"].sum() == counted
    assert (data.loc[~data["lane"].isin([STANDING, TESTS]), "label"] != "").all()


def test_lines_are_how_things_stand_at_the_end_of_each_month(story):
    data = events(story)
    standing = [month["standing"] for month in story["months"]]
    for kind, values in {
        "tier": [now["tier"] for now in standing],
        "trade": [now["trade_china"] + now["trade_russia"] for now in standing],
        "growth": [now["growth"] for now in standing],
    }.items():
        assert list(data.loc[(data["lane"] == STANDING) & (data["kind"] == kind), "value"]) == values
    panels = laid_out(timeline(story))
    assert list(panels[-1].lines[0].get_ydata()) == [now["growth"] for now in standing]


def test_what_fails_or_ends_is_hollow():
    made = {
        "draft": {"direction": "easing", "vetoed_by": ["china"], "adopted": False, "tier": None, "by": ["russia"],
                  "votes": {}, "votes_for": 3, "listing": False},
        "talks": {"from": "contacts", "to": "none", "direction": "down"},
        "enclave": {"place": "kaesong", "opens": True},
        "summit": {"number": 3},
        "pandemic": {"state": "ends"},
    }  # fmt: skip
    standing = {"tier": 6, "trade_china": 1.0, "trade_russia": 1.0, "growth": 0.0}
    month = {"month": "2020-05", "events": [{"kind": kind, **event} for kind, event in made.items()], "standing": standing}
    data = events({"months": [month]}).set_index("kind")
    assert dict(data.loc[list(made), "hollow"]) == {
        "draft": True,
        "talks": True,
        "enclave": False,
        "summit": False,
        "pandemic": True,
    }
    assert dict(data.loc[list(made), "label"]) == {
        "draft": "ease: veto", "talks": "no talks", "enclave": "Kaesong opens", "summit": "summit 3",
        "pandemic": "pandemic ends",
    }  # fmt: skip


@pytest.mark.parametrize("months", [1, 3, 36])
def test_no_label_covers_another(story, months):
    figure = timeline({**story, "months": story["months"][:months]})
    panels = laid_out(figure)
    check_legible(figure, panels)
    boxes = [text.get_window_extent() for text in panels[0].texts]
    assert len(boxes) > 0
    inside = panels[0].get_window_extent().padded(3)
    for box in boxes:
        assert inside.x0 <= box.x0
        assert box.x1 <= inside.x1
    for one, other in combinations(boxes, 2):
        assert not (min(one.x1, other.x1) - max(one.x0, other.x0) > 1 and min(one.y1, other.y1) - max(one.y0, other.y0) > 1)


def test_labels_are_packed_into_the_first_free_row():
    placed = pack([(0, 4), (0, 4), (6, 2), (9, 3), (9, 30)], (0, 10), 0.5)
    assert [(place.row, place.side) for place in placed] == [(0, 1), (1, 1), (0, 1), (1, -1), (0, 0)]


def test_a_mark_for_every_event(story):
    data = events(story)
    figure = timeline(story, data)
    marks = [line for line in laid_out(figure)[0].lines if line.get_marker() == "o"]
    assert len(marks) == (data["lane"] != STANDING).sum()
    hollow = [mark for mark in marks if mark.get_markerfacecolor() == "white"]
    assert len(hollow) == data["hollow"].sum() > 0


def test_it_is_written_with_its_data_and_the_same_twice(story, tmp_path):
    first, second = (write(json.loads(json.dumps(story)), tmp_path / name / "run.png") for name in "ab")
    assert [path.name for path in first] == ["run.png", "run.svg", "run.csv"]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert len(pd.read_csv(first[2])) == len(events(story))
    words = " ".join(text.get_text() for text in timeline(story).texts)
    assert "run 3 of gas-and-rail, seed 1" in words
    assert drawing.ONE in words.replace("\n", " ")


def test_files_that_cannot_be_written_are_one_line(story, tmp_path):
    with pytest.raises(UsageError, match=r"does not end in \.png"):
        write(story, tmp_path / "run.pdf")
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot write"):
        write(story, tmp_path / "file" / "run.png")
