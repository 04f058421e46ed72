"""What happened in a single month: two worlds and the moves between them, and the events that follow from these alone."""

from __future__ import annotations

import pytest

from experiments.sentences import SENTENCES, sentence
from sim.chronicle import HAPPENINGS, Turn, happenings
from sim.chronicle.turn import BORDERS, BREAKS, DEALS, OFFICES, PHASES, RUNGS, SETBACKS, STAGES
from sim.mechanisms import crisis, deals, domestic, projects, talks
from sim.nations import CHARACTERS
from sim.state import VARIABLES
from tests.mechanisms.small_world import changed, doing, world

QUIET = {"phase": 1, "crisis": 1, "border": 1, "tier": 6, "sequencing": 1, "epidemic": 0.5, "stage": 0}
VETOED = {"votes.united_states": 1, "votes.united_kingdom": 1, "votes.france": 0, "votes.russia": -1, "votes.china": 0}


def turn(before=None, after=None, *moves, date="2020-06"):
    """A month in which only what is named changes."""
    first = world({**QUIET, **(before or {})}, date=date)
    return Turn(first, changed(first, after or {}), doing(*moves))


def found(kind, *given, **more):
    return [event for event in happenings(turn(*given, **more)) if event["kind"] == kind]


# kind, what is there before, what changes, moves, and what the event must say
CASES = [
    ("pandemic", {"epidemic": 0}, {"epidemic": 0.4}, (), {"state": "begins"}),
    ("pandemic", {"epidemic": 0.4}, {"epidemic": 0}, (), {"state": "ends"}),
    ("war_elsewhere", {"war_elsewhere": 0}, {"war_elsewhere": 6}, (), {"state": "begins"}),
    ("summit", {"phase": 3}, {"summit": 1, "summits": 3}, (), {"number": 3}),
    ("summit_called_off", {"phase": 3, "severity": 5}, {"phase": 2}, (), {"cause": "severe test"}),
    ("summit_called_off", {"phase": 3, "turnover.united_states": 1}, {"phase": 2}, (), {"cause": "new government"}),
    ("summit_called_off", {"phase": 3, "crisis": 5}, {"phase": 0}, (), {"cause": "war"}),
    ("summit_called_off", {"phase": 3}, {"phase": 2}, (), {"cause": ""}),
    ("summit_failed", {}, {"failed_summit": 1}, (), {}),
    ("talks", {"phase": 1}, {"phase": 2}, (), {"from": "contacts", "to": "working level", "direction": "up"}),
    ("talks", {"phase": 2}, {"phase": 0}, (), {"from": "working level", "to": "none", "direction": "down"}),
    ("demand", {"sequencing": 1}, {"sequencing": 0}, (), {"to": "step by step"}),
    ("demand", {"sequencing": 0}, {"sequencing": 1}, (), {"to": "disarmament first"}),
    ("moratorium", {"moratorium": 0}, {"moratorium": 1}, (), {"declared": True}),
    ("moratorium", {"moratorium": 1}, {"moratorium": 0}, (), {"declared": False}),
    ("meeting", {}, {"meeting.russia": 1}, (), {"host": "russia"}),
    ("military_cooperation", {}, {"cooperation": 1}, (), {}),
    ("request", {}, {"request.china": 1}, (), {"by": "china"}),
    ("request_answered", {}, {"refused.russia": 1}, (), {"by": "russia", "answer": "refused"}),
    ("request_answered", {}, {"accepted.china": 1}, (), {"by": "china", "answer": "accepted"}),
    ("coercion", {}, {"sector_loss.tourism": 0.3, "sector_loss.goods": 0.1}, ("china.coerce_seoul",), {"loss": 0.4}),
    ("coercion_over", {"sector_loss.tourism": 0.3}, {"sector_loss.tourism": 0.01}, (), {}),
    ("draft_circulated", {}, {"circulated": 6}, ("russia.circulate_easing",), {"by": ["russia"]}),
    ("draft", {}, {"draft": 1, "votes_for": 12, "vetoed": 1, **VETOED}, (),
     {"direction": "tightening", "by": ["united_states"], "adopted": False, "vetoed_by": ["russia"], "tier": None}),
    ("draft", {}, {"draft": 1, "votes": 1, "votes_for": 15, "adopted": 1, "tier": 7}, (), {"adopted": True, "tier": 7}),
    ("draft", {}, {"draft": 1, "votes": 1, "votes_for": 14, "adopted": 1, "listing": 1}, (), {"listing": True}),
    ("draft", {}, {"draft": -1, "votes": 0, "votes_for": 6}, ("china.table_easing",),
     {"direction": "easing", "by": ["china"], "adopted": False, "vetoed_by": []}),
    ("draft", {"relief.coal": 0.5}, {"draft": -1, "votes": 1, "votes_for": 13, "adopted": 1}, (), {"by": ["deal"]}),
    ("exemption", {}, {"exemption": 12}, (), {"for": "works across the border", "months": 12}),
    ("exemption", {}, {"aid_cleared": 1}, (), {"for": "humanitarian goods"}),
    ("tests", {}, {"tests.srbm": 2, "tests.nuclear": 1}, (), {"counts": {"srbm": 2, "nuclear": 1}}),
    ("incident", {}, {"incident": 1}, (), {}),
    ("crisis", {"crisis": 2}, {"crisis": 3}, (), {"from": "show of force", "to": "limited clash", "direction": "up"}),
    ("bluff", {}, {"bluff": 1}, (), {}),
    ("deal_signed", {}, {"deal": 2, "agreed": 1}, (), {"deal": "freeze"}),
    ("cheating", {"deal": 2}, {"cheating": 1}, (), {}),
    ("deal_broken", {"deal": 3}, {"deal": 0, "collapse_cause": 1}, (), {"deal": "interim", "cause": "test"}),
    ("deal_broken", {"deal": 1}, {"deal": 0, "collapse_cause": 3}, (), {"deal": "goodwill", "cause": "united_states"}),
    ("snapback", {"granted.coal": 0.5, "granted.oil": 0.2}, {"granted.coal": 0, "granted.oil": 0}, (),
     {"packages": ["coal", "oil"]}),
    ("border", {"border": 1}, {"border": 0}, (), {"from": "partial", "to": "closed"}),
    ("project", {}, {"stage.gas": 1}, (), {"project": "gas", "from": "idea", "to": "study", "direction": "up"}),
    ("project", {"stage.rail": 3}, {"stage.rail": 2}, (), {"from": "financed", "to": "exempted", "direction": "down"}),
    ("enclave", {}, {"kaesong": 1}, (), {"place": "kaesong", "opens": True}),
    ("enclave", {"kumgang": 1}, {"kumgang": 0}, (), {"place": "kumgang", "opens": False}),
    ("programmes", {"programme.rail": 0.05}, {"programme.rail": 0.2}, (), {"state": "alive", "programmes": ["rail"]}),
    ("programmes", {"programme.liaison": 0.5}, {"programme.liaison": 0, "setback": 1}, (),
     {"state": "dead", "programmes": ["liaison"], "cause": "provocation"}),
    ("administration", {}, {"turnover.united_states": 1, "administration.united_states": 1}, (),
     {"nation": "united_states", "type": "conventional"}),
    ("leader_exit", {}, {"leader_exit": 1, "turnover.north_korea": 1, "administration.north_korea": 2}, (),
     {"successor": "economy first"}),
]  # fmt: skip
DATED = [
    ("harvest", "2020-10", {"harvest": -21.0}, {"deviation": -21.0}),
    ("election", "2020-11", {"incoming.united_states": 2}, {"nation": "united_states", "winner": "pressure"}),
    ("election", "2020-11", {}, {"nation": "united_states", "winner": ""}),
    ("election", "2022-03", {"incoming.south_korea": 1}, {"nation": "south_korea", "winner": "hard line"}),
    ("election", "2017-05", {"turnover.south_korea": 1}, {"nation": "south_korea", "winner": "engagement"}),
]


@pytest.mark.parametrize(("kind", "before", "after", "moves", "said"), CASES)
def test_what_changes_in_a_month_is_told(kind, before, after, moves, said):
    event = found(kind, before, after, *moves)
    assert len(event) == 1
    assert {name: pytest.approx(value) if isinstance(value, float) else value for name, value in said.items()}.items() <= {
        **event[0]
    }.items()
    assert found(kind, before) == [] or kind == "summit_called_off"  # a scheduled summit that is not held is news


@pytest.mark.parametrize(("kind", "date", "after", "said"), DATED)
def test_what_belongs_to_a_date_is_told_on_that_date(kind, date, after, said):
    event = found(kind, {}, after, date=date)
    assert len(event) == 1
    assert {"kind": kind, **said} == event[0]
    assert found(kind, {}, after, date="2020-06") == []


def test_a_programme_that_drifts_about_the_line_neither_revives_nor_ends():
    assert found("programmes", {"programme.kumgang": 0.098}, {"programme.kumgang": 0.106}) == []
    (blow,) = found("programmes", {"programme.kumgang": 0.104}, {"programme.kumgang": 0.098, "setback": 4})
    assert blow["programmes"] == []
    assert sentence(blow) == "Programmes of Seoul suffer because of the epidemic."


def test_a_month_in_which_nothing_changes_has_no_events():
    assert happenings(turn()) == []


def test_every_kind_of_event_has_a_sentence_and_every_sentence_a_kind():
    made = [found(kind, before, after, *moves)[0] for kind, before, after, moves, _ in CASES]
    made += [found(kind, {}, after, date=date)[0] for kind, date, after, _ in DATED]
    sentences = [sentence(event) for event in made]
    assert all(text[0].isupper() and text.endswith(".") and "_" not in text for text in sentences), sentences
    elsewhere = {"decree", "instruction", "gate_closed", "trade", "reserves"}  # not of two worlds
    assert {event["kind"] for event in made} | elsewhere == set(SENTENCES)
    assert len(HAPPENINGS) == len(set(HAPPENINGS))


def test_sentences_say_what_the_event_holds():
    veto = found("draft", {}, {"draft": 1, "votes_for": 12, "vetoed": 1, **VETOED})[0]
    assert sentence(veto) == (
        "The Security Council votes on a draft tightening sanctions, tabled by Washington: 12 of 15 votes in favour, vetoed "
        "by Russia (yes: United States, United Kingdom; no: Russia; abstention: France, China)."
    )
    assert "fails with 6 of 15 votes, nine are needed" in sentence(
        found("draft", {}, {"draft": -1, "votes": 0, "votes_for": 6}, "russia.table_easing")[0]
    )
    assert sentence(found("tests", {}, {"tests.srbm": 2, "tests.nuclear": 1})[0]) == (
        "North Korea tests 2 short-range missiles and 1 nuclear device."
    )
    broken = found("deal_broken", {"deal": 2}, {"deal": 0, "collapse_cause": 2})[0]
    assert sentence(broken) == "The freeze deal is over: cheating has been found."


# ---- labels ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "variable"),
    [(PHASES, "phase"), (RUNGS, "crisis"), (DEALS, "deal"), (BREAKS, "collapse_cause"), (STAGES, "stage"),
     (SETBACKS, "setback"), (BORDERS, "border")],
)  # fmt: skip
def test_there_is_a_label_for_every_step_of_a_ladder(labels, variable):
    assert len(labels) == VARIABLES[variable].high + 1
    assert len(set(labels)) == len(labels)


def test_labels_stand_where_the_mechanisms_count_them():
    assert PHASES[talks.LEVEL] == "working level"
    assert PHASES[talks.SCHEDULED] == "summit scheduled"
    assert RUNGS[domestic.CLASH] == "limited clash"
    assert RUNGS[domestic.WAR] == "war"
    assert BREAKS[deals.FOUND_OUT] == "cheating"
    assert BREAKS[deals.PYONGYANG] == "north_korea"
    assert STAGES[projects.FINANCED] == "financed"
    assert [SETBACKS[projects.PROVOCATION], SETBACKS[projects.EPIDEMIC]] == ["provocation", "epidemic"]
    assert crisis.SEVERE == 4


def test_there_is_a_label_for_every_type_of_government():
    assert {nation: len(types) for nation, types in OFFICES.items()} == {
        nation: len(character.administrations) for nation, character in CHARACTERS.items()
    }
    assert OFFICES["united_states"][talks.CONVENTIONAL] == "conventional"
    assert OFFICES["united_states"][talks.PRESSURE] == "pressure"
