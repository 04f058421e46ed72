"""Stories, partings, remarks and settings of a report in Korean: no English is left but names and what scenarios say."""

from __future__ import annotations

import re
from itertools import product

import pytest

from experiments import language, lints, particles, partings, story
from experiments.explain import where
from experiments.report import stories
from experiments.sentences import BREAKERS, KILLERS, PROJECTS, WEAPONS, sentence
from sim.actions import NATIONS
from sim.chronicle import chronicle
from sim.chronicle.turn import BORDERS, DEALS, OFFICES, PHASES, RUNGS, STAGES
from sim.features import FEATURES
from sim.nations import CHARACTERS
from sim.scenario import load_scenario
from sim.scenario.unsaid import own_value
from sim.scenario.vocabulary import parameters
from sim.state import AXES
from tests.test_happenings import CASES, DATED, found

LATIN = re.compile(r"[A-Za-z]{2,}")
NAMES = re.compile(r"ICBM|GDP|[a-z0-9]+_[a-z_0-9]+|openness\.russia|baseline-2020")


MEDIAN = {"median_month": 2, "month_low": 1, "month_high": 4}
BASELINE = load_scenario("baseline-2020")


def korean(text: str) -> str:
    said = language.translated(text, "ko")
    assert not LATIN.search(NAMES.sub("", said)), (text, said)
    assert not particles.PARTICLE.search(said), said
    return said


def each(kind: str, **lists: tuple[str, ...]) -> list[dict]:
    """An event for every choice from the lists."""
    return [{"kind": kind, **dict(zip(lists, chosen, strict=True))} for chosen in product(*lists.values())]


VOCABULARY = [
    *each("talks", **{"from": PHASES, "to": PHASES, "direction": ("up", "down")}),
    *each("crisis", **{"from": RUNGS, "to": RUNGS, "direction": ("up", "down")}),
    *each("border", **{"from": BORDERS, "to": BORDERS}),
    *each("project", project=tuple(PROJECTS), **{"from": STAGES, "to": STAGES, "direction": ("up", "down")}),
    *each("deal_signed", deal=DEALS[1:]),
    *each("deal_broken", deal=DEALS[1:], cause=tuple(BREAKERS)),
    *each("meeting", host=AXES["host"]),
    *each("request", by=("russia", "china")),
    *each("enclave", place=("kaesong", "kumgang"), opens=(True, False)),
    *[event for nation in OFFICES for event in each("administration", nation=(nation,), type=OFFICES[nation])],
    *[event for who in AXES["democracy"] for event in each("election", nation=(who,), winner=("", *OFFICES[who]))],
    *each("leader_exit", successor=OFFICES["north_korea"]),
    *[{"kind": "programmes", "state": "dead", "cause": cause, "programmes": AXES["programme"]} for cause in KILLERS],
    *[{"kind": "programmes", "state": "dead", "cause": cause, "programmes": ()} for cause in KILLERS],
    {"kind": "programmes", "state": "alive", "cause": "", "programmes": AXES["programme"][:2]},
    {"kind": "snapback", "packages": AXES["package"]},
    *[{"kind": "coercion", "loss": 0.31, "sectors": {sector: 0.3}} for sector in AXES["sector"]],
    *[{"kind": "tests", "counts": dict.fromkeys(WEAPONS, count)} for count in (1, 2)],
    *[{"kind": kind, "state": state, "value": 1.2} for kind in ("trade", "reserves") for state in ("collapses", "is back")],
    {"kind": "decree", "set": {"openness.russia": 0.8}, "add": {}, "why": ""},
    {"kind": "decree", "set": {}, "add": {"openness.russia": 0.8}, "when": "openness.russia >= 5", "why": ""},
    *[
        {"kind": "instruction", "nation": "china", "forced": forced, "until": "2021-03", "meanings": ["wait"], "why": ""}
        for forced in (True, False)
    ],
    {"kind": "gate_closed", "nation": "south_korea", "meaning": "counter-fire, loudspeakers"},
]


@pytest.mark.parametrize("event", VOCABULARY, ids=lambda event: event["kind"])
def test_every_word_of_a_sentence_is_korean(event):
    korean(sentence(event))


@pytest.mark.parametrize(("kind", "before", "after", "moves", "_"), CASES)
def test_every_kind_of_event_is_told_in_korean(kind, before, after, moves, _):
    assert korean(sentence(found(kind, before, after, *moves)[0])).endswith(".")


@pytest.mark.parametrize(("kind", "date", "after", "_"), DATED)
def test_what_belongs_to_a_date_is_told_in_korean(kind, date, after, _):
    korean(sentence(found(kind, {}, after, date=date)[0]))


@pytest.mark.parametrize("scenario", ["baseline-2020", "third-summit-push", "thaad-2016", "gas-and-rail"])
def test_a_whole_story_is_korean(scenario):
    told = chronicle(load_scenario(scenario), seed=3, run=1)
    happened = [event for month in told["months"] for event in month["events"] if event["kind"] != "decree"]
    assert len(happened) > 10
    for event in happened:
        korean(sentence(event))
    decisions = list(stories._decisions(told))
    assert decisions
    for each in decisions:
        for text in (each.date, each.nation, each.what, each.odds, *(side for side, _ in each.weighed if side)):
            korean(text)
        for name, value in (term for _, terms in each.weighed for term in terms):
            korean(name)
            assert float(value)


def test_every_move_and_every_reason_is_korean():
    for nation, character in CHARACTERS.items():
        for line in character.menu:
            korean(line.meaning)
            row = {"decision": f"{nation}.{line.name}", "for": "", "for_share": 0.0, "date": "2020-06", **MEDIAN}
            korean(partings.sentence(row))
            for share in (0.6, 1.0):
                korean(partings.sentence({**row, "for": row["decision"], "for_share": share}))
    for kind, about in product(("reciprocity", "reply"), NATIONS):
        korean(story._term({"kind": kind, "about": about, "value": 0.2})[0])
    for feature in FEATURES:
        korean(story._term({"kind": "feature", "about": feature.name, "value": 0.2})[0])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Seoul refuses a request of Moscow.", "서울이 모스크바의 요구를 거절한다."),
        ("Moscow puts a request to Seoul.", "모스크바가 서울에 요구를 제기한다."),
        ("A run of baseline-2020 in which third_summit came about (run 18)",
         "baseline-2020 가운데 third_summit 발생 실행(실행 18)"),
        ("so in 98.0% of runs (96.4% to 98.9%)", "실행의 98.0%가 같음(96.4%~98.9%)"),
        ("uniform 0.03 to 0.15 (prior)", "균등분포 0.03~0.15(사전분포)"),
        ("2 of 3 points", "3개 점 가운데 2개"),
    ],
)  # fmt: skip
def test_whole_texts(text, said):
    assert korean(text) == said


@pytest.mark.parametrize(
    "place",
    [
        {"percentile": 44.2, "low": 40.0, "high": 49.0, "of": 500, "applies": True},
        {"percentile": 0.1, "low": 0.0, "high": 0.9, "of": 500, "applies": True},
        {"percentile": 99.9, "low": 99.0, "high": 100.0, "of": 500, "applies": True},
        {"alike": 0.98, "low": 0.96, "high": 0.99, "applies": True},
        {"alike": 0.98, "low": 0.96, "high": 0.99, "applies": False},
    ],
)
def test_where_a_run_lies_is_korean(place):
    korean(where(place))


def test_remarks_are_korean():
    good = lints.Remark(lints.CONSTANT, "baseline-2020", ("tests_severe",) * 8, "it is baseline-2020", "no")
    assert korean(good.about).endswith("외 2개")
    for kind in lints.KINDS:
        korean(kind)


def test_settings_of_every_parameter_are_korean_where_they_are_words():
    for name in parameters():
        assert korean(own_value(BASELINE, f"parameters.{name}")).endswith(("(기본값)", "(사전분포)"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("서울이(가)", "서울이"), ("모스크바을(를)", "모스크바를"), ("12으로(로)", "12로"), ("3으로(로)", "3으로"),
        ("5%은(는)", "5%는"), ("‘합의’과(와)", "‘합의’와"), ("third_summit이(가)", "third_summit이(가)"),
        ("이(가)", "이(가)"),
    ],
)  # fmt: skip
def test_particles_follow_the_sound_before_them(given, said):
    assert particles.settled(given) == said
