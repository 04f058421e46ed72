"""The chronicle of a run: what is told is what was recorded, votes have names, and nothing is guessed."""

from __future__ import annotations

import json

import numpy as np
import pytest

from experiments.sentences import sentence
from sim.chronicle import MARKS, NOTHING, chronicle
from sim.chronicle import _marks as marks
from sim.model import Peninsula, simulate_block
from sim.outcomes import OUTCOMES
from sim.scenario import load_scenario
from tests.mechanisms.small_world import world

SEED, RUNS = 11, (0, 3, 8)


@pytest.fixture(scope="module")
def told():
    """Chronicles of a few whole runs, by run."""
    scenario = load_scenario("baseline-2020")
    return {run: chronicle(scenario, seed=SEED, run=run) for run in RUNS}


def events(story, kind):
    return [event for month in story["months"] for event in month["events"] if event["kind"] == kind]


# ---- moves and reasons ----------------------------------------------------------------------------------------


def test_the_terms_of_every_move_add_up_to_what_was_weighed(told):
    moves = [move for story in told.values() for month in story["months"] for move in month["moves"]]
    assert {move["level"] for move in moves} == {0, 1, 2}
    for move in moves:
        if move["level"] == 0:
            assert move["appeal"] is None
            assert move["why"] == []
            continue
        assert sum(term["value"] for term in move["why"]) + move["rest"] == pytest.approx(move["appeal"], abs=1e-12)
        sizes = [abs(term["value"]) for term in move["why"]]
        assert sizes == sorted(sizes, reverse=True)
        assert len(sizes) <= 3
        assert len({(term["kind"], term["about"]) for term in move["why"]}) == len(sizes)
        assert move["level"] == 2 or all(term["kind"] != "reply" for term in move["why"])


def test_moves_levels_appeals_and_odds_are_those_of_the_model(told):
    model = Peninsula(load_scenario("baseline-2020"), seed=SEED, first_run=RUNS[1])
    for month in told[RUNS[1]]["months"][:6]:
        model.step()
        expected = {}
        for nation in model.nations.values():
            weighing, level = nation.weighing, int(nation.weighing.level[0])
            for place in np.flatnonzero(weighing.chosen[:, 0]):
                appeal = {0: None, 1: float(weighing.first[place, 0]), 2: float(weighing.second[place, 0])}[level]
                if nation.menu[place].name not in NOTHING:
                    expected[nation.name, nation.menu[place].name] = level, appeal, float(nation.sharpness[0])
        assert {(move["nation"], move["action"]) for move in month["moves"]} == set(expected)
        for move in month["moves"]:
            level, appeal, sharpness = expected[move["nation"], move["action"]]
            assert (move["level"], move["appeal"]) == (level, appeal)
            if appeal is not None:
                assert move["odds"] == pytest.approx(np.exp(sharpness * appeal))
    model.release()


def test_reasons_are_those_of_the_world_the_nations_saw(told):
    model = Peninsula(load_scenario("baseline-2020"), seed=SEED, first_run=RUNS[0])
    model.step()
    for move in told[RUNS[0]]["months"][0]["moves"]:
        terms = model.nations[move["nation"]].reasons(move["action"], model.seen, move["level"])
        for told_term in move["why"]:
            same = [term for term in terms if (term.kind, term.about) == (told_term["kind"], told_term["about"])]
            assert told_term["value"] == pytest.approx(sum(float(term.value[0]) for term in same))
    model.release()


# ---- the whole run --------------------------------------------------------------------------------------------


def test_outcomes_are_those_of_the_run_and_the_events_agree_with_them(told):
    scenario = load_scenario("baseline-2020")
    for run, story in told.items():
        block = simulate_block(scenario, seed=SEED, first_run=run, runs=1, trajectories=False)
        outcomes = story["outcomes"]
        for name, values in block.outcomes.items():
            if np.isnan(values[0]):
                assert outcomes[name] is None
            else:
                labels = OUTCOMES[name].categories
                assert outcomes[name] == (labels[int(values[0])] if labels else values[0])
        drafts, answers = events(story, "draft"), events(story, "request_answered")
        assert outcomes["tests"] == sum(sum(event["counts"].values()) for event in events(story, "tests"))
        tightening = [draft for draft in drafts if draft["direction"] == "tightening"]
        assert outcomes["council_adopted"] == sum(draft["adopted"] for draft in tightening)
        assert outcomes["council_vetoed"] == sum(bool(draft["vetoed_by"]) for draft in tightening)
        assert outcomes["council_eased"] == sum(draft["adopted"] for draft in drafts if draft not in tightening)
        assert outcomes["requests_accepted"] == sum(answer["answer"] == "accepted" for answer in answers)
        assert outcomes["requests_refused"] == sum(answer["answer"] == "refused" for answer in answers)
        assert outcomes["third_summit"] == any(event["number"] >= 3 for event in events(story, "summit"))


def test_a_chronicle_is_what_json_can_hold(told):
    story = told[RUNS[0]]
    assert json.loads(json.dumps(story, allow_nan=False)) == story
    assert [month["month"] for month in story["months"]][:2] == ["2020-05", "2020-06"]
    assert len(story["months"]) == 20


def test_every_vote_names_five_members_and_adoption_follows_from_the_votes(told):
    drafts = [draft for story in told.values() for draft in events(story, "draft")]
    assert drafts
    for draft in drafts:
        assert list(draft["votes"]) == ["united_states", "united_kingdom", "france", "russia", "china"]
        ballots = list(draft["votes"].values())
        assert 0 <= draft["votes_for"] - ballots.count("yes") <= 10
        assert draft["vetoed_by"] == [name for name, ballot in draft["votes"].items() if ballot == "no"]
        assert draft["adopted"] == (draft["votes_for"] >= 9 and not draft["vetoed_by"])
        said = sentence({"kind": "draft", **draft})
        assert all(name.replace("_", " ").title() in said for name in draft["votes"])
        assert f"{draft['votes_for']} of 15 votes" in said


# ---- what the scenario decrees, and marks ---------------------------------------------------------------------


def test_a_decree_is_told_in_the_runs_in_which_it_happened():
    coin = "[{month: 2020-06, set: {summits: 9}, probability: 0.5, why: a coin}]"
    scenario = load_scenario("baseline-2020", {"months": "2", "events": coin})
    model = Peninsula(scenario, seed=SEED, runs=6)
    model.step()
    model.step()
    happened = model.world.summits >= 9
    model.release()
    assert set(happened) == {True, False}
    for run, struck in enumerate(happened):
        months = chronicle(scenario, seed=SEED, run=run)["months"]
        decrees = [[event for event in month["events"] if event["kind"] == "decree"] for month in months]
        assert decrees == [[], [{"kind": "decree", "set": {"summits": 9.0}, "add": {}, "why": "a coin"}] if struck else []]
    assert sentence({"kind": "decree", "set": {"tier": 7.0}, "add": {"rift.china": -0.1}, "why": "as asked."}) == (
        "By the scenario: tier = 7, rift.china -0.1 (as asked)."
    )


def test_what_a_decree_changes_is_not_told_again_as_if_it_had_come_about():
    scenario = load_scenario(
        "baseline-2020", {"months": "1", "events": "[{month: 2020-05, set: {war_elsewhere: 6, kaesong: 1}, why: a test}]"}
    )
    story = chronicle(scenario, seed=SEED, run=0)
    assert len(events(story, "decree")) == 1
    assert events(story, "war_elsewhere") == []
    assert all(not event["opens"] for event in events(story, "enclave"))


def test_a_decree_that_changes_nothing_is_not_told():
    scenario = load_scenario("baseline-2020", {"months": "1", "events": "[{month: 2020-05, set: {tier: 6}, why: as it is}]"})
    assert events(chronicle(scenario, seed=SEED, run=0), "decree") == []


def test_a_mark_is_told_when_it_is_reached_and_again_only_after_recovery():
    mark = next(mark for mark in MARKS if mark.kind == "reserves")
    below = {each.kind: False for each in MARKS}
    middle = (mark.low + mark.high) / 2
    course = (2.0, mark.low, middle, mark.low, mark.high, middle, mark.low)
    states = []
    for reserves in course:
        happened = [event for event in marks(world(reserves=reserves, trade=100.0), below) if event["kind"] == "reserves"]
        states.append(happened[0]["state"] if happened else "")
        assert all(sentence(event) for event in happened)
    assert states == ["", "collapses", "", "", "recovers", "", "collapses"]
