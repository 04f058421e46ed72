"""The story of a run as text: reasons by side, small things left out, quiet months on one line."""

from __future__ import annotations

import pytest

from experiments import story
from sim.chronicle import chronicle
from sim.scenario import load_scenario


@pytest.fixture(scope="module")
def told():
    return chronicle(load_scenario("baseline-2020", {"months": "4"}), seed=9, run=7)


def test_reasons_are_told_by_side_and_small_ones_are_not():
    move = {
        "odds": 0.25, "rest": -0.3,
        "why": [
            {"kind": "feature", "about": "currency", "value": -1.2}, {"kind": "reply", "about": "china", "value": 0.4},
            {"kind": "reciprocity", "about": "russia", "value": 0.01},
        ],
    }  # fmt: skip
    assert story.reasons(move) == (
        "odds x0.2; for it the reply expected of Beijing +0.40; against it hard-currency cover -1.20; the rest -0.30"
    )
    assert story.reasons({"odds": 1.0, "rest": 0.0, "why": move["why"][2:]}) == "no reason weighed much"


def test_quiet_months_take_one_line_and_lines_stay_short(told):
    quiet = [{**month, "events": []} for month in told["months"]]
    lines = story.months({**told, "months": quiet}, why=False)
    assert [line[:7] for line in lines if line[:2] == "20"] == [month["month"] for month in quiet]
    assert len(lines) == len(quiet) + len([line for line in lines if line.startswith("         ")])
    assert not any(line.startswith("         ") for line in lines[: len(quiet)])
    assert all(len(line) <= story.WIDTH for line in story.months(told, why=True))
