"""The timeline of a run: every event of the chronicle has its place, no label covers another."""

import json
from itertools import combinations

import pandas as pd
import pytest
from matplotlib.text import Text
from test_figure_gallery import check_legible, laid_out
from test_language import english

from experiments.errors import StorageError, UsageError
from experiments.figures import timeline as drawing
from experiments.figures.timeline import pack, timeline, write
from experiments.lanes import LANES, STANDING, TESTS, events
from experiments.language import speaking, translated
from experiments.sentences import SENTENCES, sentence
from sim.chronicle import chronicle
from sim.chronicle.turn import BORDERS, BREAKS, DEALS, OFFICES, PHASES, RUNGS, SETBACKS, STAGES
from sim.scenario import load_scenario
from sim.state import AXES


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


STANDS = {"tier": 6, "trade_china": 1.0, "trade_russia": 1.0, "growth": 0.0}
OWN_WORDS = "decree"  # the scenario's own, like its title and name

EXEMPT = ("works across the border", "humanitarian goods")
SIMPLE = (  # what says it, kind, values
    ("number", "summit", (1, 3)), ("cause", "summit_called_off", ("",)), ("", "summit_failed", ("",)),
    ("to", "demand", ("step by step", "disarmament first")), ("declared", "moratorium", (True, False)),
    ("host", "meeting", AXES["host"]), ("", "military_cooperation", ("",)), ("deal", "deal_signed", DEALS[1:]),
    ("", "cheating", ("",)), ("", "incident", ("",)), ("", "bluff", ("",)), ("by", "request", AXES["neighbour"]),
    ("", "coercion_over", ("",)), ("state", "pandemic", ("begins", "ends")), ("deviation", "harvest", (-12.0, 15.0)),
    ("state", "war_elsewhere", ("begins", "ends")), ("for", "exemption", EXEMPT),
)  # fmt: skip


def made_up(happened):
    return {
        "scenario": "gas-and-rail", "title": "", "run": 3, "seed": 1,
        "months": [{"month": "2020-05", "events": happened, "standing": STANDS}],
    }  # fmt: skip


def of_all_kinds():
    """Events with every value that the chronicle has for them."""
    ups = [{"kind": "draft", "direction": way, "vetoed_by": veto, "adopted": adopted, "tier": tier, "by": ["russia"],
            "votes": {}, "votes_for": 9, "listing": False}
           for way in ("easing", "tightening")
           for veto, adopted, tier in ((["china"], False, None), ([], False, None), ([], True, None))]  # fmt: skip
    ups.append({**ups[-1], "tier": 7})
    for key, kind, values in SIMPLE:
        ups += [{"kind": kind, "months": 3, key: value} for value in values]
    ups += [{"kind": "talks", "from": "none", "to": to, "direction": "up"} for to in PHASES]
    ups += [{"kind": "deal_broken", "deal": "interim", "cause": cause} for cause in BREAKS[1:]]
    ups += [{"kind": "snapback", "packages": ["coal"]}, {"kind": "draft_circulated", "by": ["russia"]}]
    ups += [{"kind": "crisis", "from": "calm", "to": to, "direction": "up"} for to in RUNGS]
    ups += [{"kind": "request_answered", "by": by, "answer": answer}
            for by in AXES["neighbour"] for answer in ("accepted", "refused")]  # fmt: skip
    ups.append({"kind": "coercion", "loss": 0.2, "sectors": {"tourism": 0.2}})
    ups += [{"kind": "project", "project": name, "from": "idea", "to": to, "direction": "up"}
            for name in AXES["project"] for to in STAGES]  # fmt: skip
    ups += [{"kind": "enclave", "place": name, "opens": opens} for name in ("kaesong", "kumgang") for opens in (True, False)]
    for cause in SETBACKS[1:]:
        ups += [{"kind": "programmes", "state": "dead", "cause": cause, "programmes": names}
                for names in ([], [AXES["programme"][-1]], list(AXES["programme"]))]  # fmt: skip
    ups.append({"kind": "programmes", "state": "alive", "cause": "", "programmes": list(AXES["programme"])})
    ups += [{"kind": "administration", "nation": nation, "type": office}
            for nation in AXES["democracy"] for office in OFFICES[nation]]  # fmt: skip
    ups += [{"kind": "election", "nation": nation, "winner": ""} for nation in AXES["democracy"]]
    ups.append({"kind": "leader_exit", "successor": "standard"})
    ups.append({"kind": "decree", "set": {"tier": 7.0}, "add": {}, "why": ""})
    ups += [{"kind": "instruction", "nation": nation, "meanings": ["wait"], "forced": True, "until": "2020-06", "why": ""}
            for nation in OFFICES]  # fmt: skip
    ups += [{"kind": "gate_closed", "nation": nation, "meaning": "wait"} for nation in OFFICES]
    ups += [{"kind": "border", "from": "closed", "to": to} for to in BORDERS]
    return ups + [{"kind": kind, "state": state, "value": 1.0} for kind in ("trade", "reserves")
                  for state in ("collapses", "recovers")]  # fmt: skip


def test_every_label_is_said_in_korean():
    happened = of_all_kinds()
    assert {event["kind"] for event in happened} == {kind for lane in LANES for kind in lane.words}
    labels = set(events(made_up(happened)).query("lane != @STANDING")["label"])
    assert not {label: words for label in labels if (words := english(translated(label, "ko")))}


@pytest.mark.parametrize("name", ["baseline-2020", "requests-to-seoul", "third-summit-push", "history-2016"])
def test_no_english_is_left_in_the_timelines_of_runs(name):
    for run in range(2):
        told = chronicle(load_scenario(name), seed=1, run=run)
        data = events(told).query("kind != @OWN_WORDS")
        with speaking("ko", [name]):
            figure = timeline({**told, "title": name}, data)
        texts = [text.get_text().replace(name, "") for text in figure.findobj(Text) if text.get_visible()]
        assert not set().union(*map(english, texts))
        check_legible(figure, laid_out(figure))


def test_a_summit_that_is_scheduled_is_no_failure_whatever_was_before():
    ways = {"none": "up", "contacts": "up", "working level": "up", "implementing": "down"}
    steps = [{"kind": "talks", "from": phase, "to": "summit scheduled", "direction": way} for phase, way in ways.items()]
    data = events(made_up([*steps, {**steps[-1], "to": "contacts"}]))
    assert list(data.loc[data["kind"] == "talks", "hollow"]) == [False] * len(steps) + [True]


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
