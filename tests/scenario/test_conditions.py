"""The grammar of conditions, and what they say of a small world."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sim.scenario import ScenarioError, difference, from_document, load_scenario, show_lines
from sim.scenario.conditions import Comparison, Condition
from sim.schedule import holds
from tests.mechanisms.small_world import world

Write = Callable[..., str]
SEEN = {"crisis": 2, "phase": 0, "reserves": 0.5, "trade.china.exports": 3.0}
HELD = [
    ("crisis >= 2", True), ("crisis >= 3", False), ("crisis > 1", True), ("crisis > 2", False), ("crisis <= 2", True),
    ("crisis <= 1", False), ("crisis < 3", True), ("crisis < 2", False), ("crisis == 2", True), ("crisis == 1", False),
    ("reserves == 0.5", True), ("reserves<1", True), ("reserves  >=  5e-1", True), ("trade.china.exports > 2.5", True),
    ("crisis == 2 and phase == 0", True), ("crisis == 2 and phase == 1", False), ("crisis == 1 and phase == 0", False),
    ("crisis == 1 and phase == 1", False), ("crisis == 2 or phase == 0", True), ("crisis == 2 or phase == 1", True),
    ("crisis == 1 or phase == 0", True), ("crisis == 1 or phase == 1", False),
    ("crisis == 2 and phase == 0 and reserves > 1", False), ("crisis == 1 or phase == 1 or reserves < 1", True),
]  # fmt: skip


def read(write: Write, text: str, more: str = "") -> Condition:
    (event,) = load_scenario(write("one", f"events: [{{when: {text}, set: {{phase: 1}}{more}}}]\n")).events
    assert event.when is not None
    return event.when


@pytest.mark.parametrize(("text", "expected"), HELD)
def test_a_condition_holds_where_its_comparisons_do(text: str, expected: bool, write: Write) -> None:
    assert holds(read(write, text), world(SEEN)).tolist() == [expected]


def test_a_condition_is_asked_in_every_run() -> None:
    state = world({"crisis": 0}, runs=4)
    rungs = state.crisis.copy()
    rungs[:] = 0, 1, 2, 3
    state = state.replace(crisis=rungs)
    both = Condition((Comparison("crisis", ">=", 1), Comparison("crisis", "<", 3)))
    assert holds(both, state).tolist() == [False, True, True, False]
    assert holds(Condition(both.comparisons, "or"), state).tolist() == [True] * 4


@pytest.mark.parametrize("text", [text for text, _ in HELD])
def test_a_condition_is_written_as_it_is_read(text: str, write: Write) -> None:
    found = read(write, text)
    assert read(write, f"'{found}'") == found


@pytest.mark.parametrize(("quote", "column"), [("", 31), ("'", 32), ('"', 32)])
def test_places_are_exact_in_quotes_and_plain(quote: str, column: int, write: Write) -> None:
    text = f"events: [{{when: {quote}crisis > 2 or phas == 0{quote}, set: {{phase: 1}}}}]\n"
    with pytest.raises(ScenarioError, match=f"one.yaml:4:{column}: 'phas' is not a state variable"):
        load_scenario(write("one", text))


FULL = (
    "events:\n"
    "  - {when: severity >= 5, from: 2020-06, to: 2020-12, delay: 2, every: true, add: {reserves: -0.5}, probability: 0.5}\n"
    "  - {month: 2020-07, set: {phase: 1}, why: dated}\n"
    "moves:\n"
    "  - {nation: china, force: strict_enforcement, from: 2020-09, to: 2020-12, why: pressure}\n"
    "  - {nation: russia, ban: [food_aid, oil_supply]}\n"
)


def test_events_and_moves_come_back_from_the_document_and_from_what_is_shown(write: Write) -> None:
    full = load_scenario(write("full", FULL))
    assert from_document(full.document()) == full
    again = load_scenario(write("again", "\n".join(show_lines(full)), whole=True))
    assert (again.events, again.moves, again.digest()) == (full.events, full.moves, full.digest())
    assert [event.occasion for event in full.events] == ["of 2020-07", "when severity >= 5"]
    assert full.provenance["moves.1"].line == 9
    assert full.provenance["events.1"].line == 5


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("severity >= 5", "severity >= 4", "events.when severity >= 5"),
        ("from: 2020-06, ", "", "events.when severity >= 5"),
        ("to: 2020-12, delay", "delay", "events.when severity >= 5"), ("delay: 2", "delay: 3", "events.when severity >= 5"),
        ("every: true", "every: false", "events.when severity >= 5"), ("food_aid, ", "", "moves.russia"),
        ("from: 2020-09", "from: 2020-10", "moves.china"), ("force: strict", "force: lax", "moves.china"),
    ],
)  # fmt: skip
def test_what_can_influence_results_changes_the_digest_and_the_difference(
    old: str, new: str, key: str, write: Write
) -> None:
    full, other = load_scenario(write("full", FULL)), load_scenario(write("other", FULL.replace(old, new)))
    assert full.digest() != other.digest()
    assert key in [change.key for change in difference(full, other)]


def test_a_reason_does_not_count(write: Write) -> None:
    full, other = (
        load_scenario(write("full", FULL)),
        load_scenario(write("other", FULL.replace("why: pressure", "why: none"))),
    )
    assert full.digest() == other.digest()
    assert difference(full, other) == []


def test_moves_replace_or_add_to_those_of_the_parents_and_may_be_set(write: Write) -> None:
    write("full", FULL)
    own = "[{nation: china, ban: food_aid}]"
    added = load_scenario(write("more", f"extends: full\nmoves+: {own}\n"))
    assert [each.nation for each in added.moves] == ["china", "russia", "china"]
    (only,) = load_scenario(write("only", f"extends: full\nmoves: {own}\n")).moves
    assert only.ban == ("food_aid",)
    assert load_scenario(write("set", "extends: full\n"), [f"moves={own}"]).moves == (only,)
