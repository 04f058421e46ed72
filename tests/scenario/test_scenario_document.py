"""The canonical form, the digest, what is shown, what differs, and what deserves a second look."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.model import Peninsula
from sim.nations import WEIGHT_SETS
from sim.parameters import PARAMETERS, Distribution
from sim.scenario import (
    Change,
    Scenario,
    ScenarioError,
    difference,
    from_document,
    load_parents,
    load_scenario,
    show_lines,
    told_value,
    warnings,
)
from sim.state import AXES, VARIABLES, resolve

Write = Callable[..., str]
Names = dict[str, str]

FULL = (
    'question: "Why: \\"so\\"? # really — 왜"\nextends: base\nparameters:\n  @PARAMETER@: {uniform: [@INSIDE@, @INSIDE@]}\n'
    "nations:\n  @NATION@: {sharpness: {lognormal: [2, 0.25]}, weight_set: standard, weights: {@FEATURE@: -0.0}}\n"
    "initial:\n  @VARIABLE@: {value: @MIDDLE@, sd: 0.1, source: a guess}\n"
    "events:\n  - {month: 2020-11, set: {@VARIABLE@: @MIDDLE@}, probability: 0.5, why: 'yes: no', source: the law}\n"
    "  - {month: 2020-06, add: {@VARIABLE@: 0.1}}\n"
    "record:\n  - {month: 2020-02, variable: @VARIABLE@, value: @MIDDLE@, source: a table}\n"
)


@pytest.fixture
def full(write: Write) -> Scenario:
    vector = next(row for row in VARIABLES.values() if row.settable and len(row.axes) == 1 and row.low <= 0.5 <= row.high)
    numbers = ", ".join("0.5" for _ in AXES[vector.axes[0]])
    write("base", f"initial: {{{vector.name}: [{numbers}]}}\n")
    return load_scenario(write("full", FULL))


def test_a_scenario_is_frozen(full: Scenario) -> None:
    with pytest.raises(FrozenInstanceError):
        full.months = 3  # type: ignore[misc]


def test_a_document_restores_an_equal_scenario(full: Scenario) -> None:
    restored = from_document(json.loads(json.dumps(full.document(), allow_nan=False)))
    assert restored == full
    assert restored.digest() == full.digest()
    assert restored.document() == full.document()
    assert full.provenance
    assert not restored.provenance


@pytest.mark.parametrize(
    "change",
    [
        {"months": 0}, {"months": True}, {"months": 10**400}, {"start": "2020-13"}, {"title": None},
        {"name": "../x"}, {"name": None}, {"what": 1}, {"parameters": {"nothing": 1}}, {"extends": [["a"]]},
        {"events": [{"month": "2020-06"}]}, {"initial": {"nothing": math.nan}}, {"question": object()}, {"nations": {1: 2}},
    ],
)  # fmt: skip
def test_a_damaged_document_is_refused(change: dict[str, Any], full: Scenario) -> None:
    with pytest.raises(ScenarioError) as caught:
        from_document({**full.document(), **change})
    assert all(line.startswith("document:1:1: ") for line in caught.value.lines)


@pytest.mark.parametrize("document", [[], {}, None, 3, "text", {"name": "a"}])
def test_something_else_is_no_document(document: Any) -> None:
    with pytest.raises(ScenarioError):
        from_document(document)


def test_a_deep_document_is_refused(full: Scenario) -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(ScenarioError, match="nested more than 12 deep"):
        from_document({**full.document(), "events": deep})


class TestDigest:
    def test_commentary_does_not_count(self, full: Scenario) -> None:
        events = tuple(replace(event, why="other", source="other") for event in full.events)
        record = tuple(replace(figure, source="other") for figure in full.record)
        initial = {path: replace(value, source="other") for path, value in full.initial.items()}
        other = replace(
            full,
            name="other",
            title="Other",
            question="",
            extends=(),
            events=events,
            record=record,
            initial=initial,
            provenance={},
        )
        assert other.digest() == full.digest()
        assert difference(full, other) == []

    def test_everything_else_counts(self, full: Scenario, names: Names) -> None:
        first, last = full.events
        nation = full.nations[names["NATION"]]
        initial = full.initial[names["VARIABLE"]]
        others = [
            replace(full, months=21),
            replace(full, start=full.start + 1),
            replace(full, parameters={}),
            replace(full, nations={names["NATION"]: replace(nation, weight_set=None)}),
            replace(full, nations={names["NATION"]: replace(nation, weights={})}),
            replace(full, nations={names["NATION"]: replace(nation, sharpness=None)}),
            replace(full, initial={**full.initial, names["VARIABLE"]: replace(initial, sd=0.2)}),
            replace(full, events=(first,)),
            replace(full, events=(first, replace(last, probability=0.6))),
            replace(full, events=(replace(first, month=first.month + 1), last)),
            replace(full, events=(replace(first, add={names["VARIABLE"]: 0.2}), last)),
            replace(full, events=(first, replace(last, set={names["VARIABLE"]: 0.2}))),
            replace(full, record=()),
        ]
        digests = {scenario.digest() for scenario in others}
        assert len(digests - {full.digest()}) == len(others)
        assert all(len(difference(full, scenario)) == 1 for scenario in others[:8])

    def test_the_way_of_writing_does_not_count(self, write: Write) -> None:
        one = load_scenario(write("one", "initial:\n  @VARIABLE@: {value: @MIDDLE@}\n"))
        two = load_scenario(write("two", "initial: {'@VARIABLE@': @MIDDLE@}\nparameters: {}\nevents: []\n"))
        assert one.digest() == two.digest()

    def test_it_is_the_same_everywhere(self, write: Write) -> None:
        bare = {"events": [], "initial": {}, "months": 20, "nations": {}, "parameters": {}, "record": [], "start": "2020-05"}
        text = json.dumps(bare, sort_keys=True, separators=(",", ":"))
        assert load_scenario(write("one")).digest() == hashlib.sha256(text.encode()).hexdigest()


class TestShow:
    def test_the_lines_load_to_the_same_values(self, full: Scenario, tmp_path: Path) -> None:
        (tmp_path / "again.yaml").write_text("\n".join(show_lines(full)), encoding="utf-8")
        again = load_scenario("again.yaml")
        assert again.digest() == full.digest()
        assert replace(again, name="full", extends=full.extends) == full

    def test_every_line_says_who_set_it(self, full: Scenario) -> None:
        lines = show_lines(full)
        assert lines[0] == "# full, extends base"
        assert "start: 2020-05  # full.yaml:2" in lines
        assert any(line.endswith("# base.yaml:4") for line in lines)
        assert all("  # " in line or line.endswith(":") for line in lines[1:])

    def test_a_restored_scenario_is_shown_without_places(self, full: Scenario) -> None:
        assert not any("#" in line and "really" not in line for line in show_lines(from_document(full.document()))[1:])


class TestDifference:
    def test_values_are_compared_key_by_key(self, write: Write, full: Scenario, names: Names) -> None:
        nation, variable = names["NATION"], names["VARIABLE"]
        other = load_scenario("full.yaml", ["months=30", f"nations.{nation}.sharpness=3", f"initial.{variable}=null"])
        value = {"value": float(names["MIDDLE"]), "sd": 0.1}
        assert difference(full, other) == [
            Change("months", 20, 30),
            Change(f"nations.{nation}.sharpness", {"lognormal": [2.0, 0.25]}, 3.0),
            Change(f"initial.{variable}", value, f"{VARIABLES[variable].start:g} (default)"),
        ]
        assert difference(full, full) == []
        bare = difference(load_scenario(write("bare")), full)
        assert [change.key.split(".")[0] for change in bare] == [
            "parameters", "nations", "nations", "nations", "initial", "initial", "events", "events", "record",
        ]  # fmt: skip
        assert [change.a is None for change in bare] == [False] * 6 + [True] * 3  # events and figures replace nothing

    def test_what_is_replaced_is_said(self) -> None:
        settings = [
            "parameters.labour.tolerated_share={uniform: [0.3, 0.6]}", "parameters.domestic.elections=0",
            "nations.china.weights.pressure=-0.3", "nations.united_states.weights.pressure=0.3",
            "nations.russia.sharpness=3", "nations.russia.weight_set=standard", "nations.south_korea.weight_set=hard_line",
            "initial.affinity.russia_china=0.1",
        ]  # fmt: skip
        base, other = load_scenario("baseline-2020"), load_scenario("baseline-2020", settings)
        said = {change.key: (told_value(change.a), told_value(change.b)) for change in difference(base, other)}
        weights = {name: sets["pressure"] for name, sets in WEIGHT_SETS["united_states"].items()}
        assert said["parameters.labour.tolerated_share"] == ("uniform 0.03 to 0.15 (prior)", "uniform 0.3 to 0.6")
        assert said["parameters.domestic.elections"] == ("1 (default)", "0")
        assert said["nations.china.weights.pressure"][0] == f"{WEIGHT_SETS['china']['standard']['pressure']:g} (default)"
        assert (
            f"{weights['leader_driven']:g} (leader_driven), {weights['standard']:g} (standard)"
            in (said["nations.united_states.weights.pressure"][0])
        )
        assert said["nations.russia.sharpness"][0].endswith("(prior)")
        assert said["nations.russia.weight_set"][0] == "standard (default)"
        assert said["nations.south_korea.weight_set"][0] == "by government (default)"
        begun = Peninsula(load_scenario("baseline-2020"), runs=1, seed=1).world.affinity[resolve("affinity.russia_china")[1]]
        assert said["initial.affinity.russia_china"][0] == f"{begun[0]:g} (default)"

    def test_a_part_replaces_what_a_general_path_sets(self, write: Write, names: Names) -> None:
        vector = names["VECTOR"]
        label = AXES[VARIABLES[vector].axes[0]][0]
        general = load_scenario(write("general", f"initial: {{{vector}: 0.5}}\n"))
        part = load_scenario(write("part", f"initial: {{{vector}: 0.5, {vector}.{label}: 0.25}}\n"))
        assert difference(general, part) == [Change(f"initial.{vector}.{label}", "0.5 (default)", 0.25)]

    def test_two_events_of_a_month_have_two_keys(self, write: Write) -> None:
        events = "".join(f"  - {{month: 2020-06, add: {{@VARIABLE@: {step}}}}}\n" for step in (0, 0.1))
        two = load_scenario(write("two", f"events:\n{events}"))
        keys = [change.key for change in difference(load_scenario(write("none")), two)]
        assert keys == ["events.2020-06", "events.2020-06.2"]


class TestWarnings:
    def test_a_quiet_scenario(self, write: Write) -> None:
        assert warnings(load_scenario(write("one"))) == []

    @pytest.mark.parametrize("family", ["uniform", "triangular", "normal", "lognormal", "beta"])
    def test_fixed_values_in_the_tails_are_told(self, family: str, monkeypatch: pytest.MonkeyPatch, full: Scenario) -> None:
        numbers = {"uniform": (1, 2), "triangular": (1, 1.5, 2), "normal": (1, 1), "lognormal": (1, 1), "beta": (2, 5)}[
            family
        ]
        prior = Distribution(family, tuple(float(number) for number in numbers))
        name, known = next(iter(PARAMETERS.items()))
        monkeypatch.setattr("sim.scenario.vocabulary.PARAMETERS", {name: replace(known, prior=prior, low=-100, high=100)})
        edge = prior.quantile(np.array([0.001, 0.002, 0.5, 0.998, 0.9999]))
        told = [warnings(replace(full, events=(), parameters={name: Distribution("fixed", (float(x),))})) for x in edge]
        told_outside = warnings(replace(full, events=(), parameters={name: Distribution("fixed", (-50.0,))}))
        assert [bool(lines) for lines in told[1:]] == [False, False, False, True]
        assert len(told_outside) == 1
        assert f"{name} is -50; its prior {prior} rarely leaves" in told_outside[0]

    def test_spread_values_and_fixed_priors_are_not_judged(self, full: Scenario) -> None:
        fixed = next(row for row in PARAMETERS.values() if row.prior.family == "fixed")
        assert warnings(replace(full, events=(), parameters={fixed.name: Distribution("fixed", (fixed.high,))})) == []

    @pytest.mark.parametrize(
        ("given", "mean"),
        [
            (Distribution("uniform", (0.5, 1.49)), "0.995"),
            (Distribution("uniform", (0.5, 1.53)), None),
            (Distribution("beta", (1.0, 3.0)), "0.25"),
            (Distribution("lognormal", (1.0, 1.2)), "2.054"),
            (Distribution("lognormal", (1.5, 0.1)), None),
            (Distribution("normal", (1.5, 9.0)), None),
            (Distribution("quantiles", (0.0, 0.1, 1.0, 9.0)), "1.867"),
            (Distribution("quantiles", (0.0, 0.1, 1.0, 9.0, 9.0)), "3.65"),
        ],
    )
    def test_a_mean_where_the_prior_has_one_draw_in_a_hundred_is_told(
        self, given: Distribution, mean: str | None, monkeypatch: pytest.MonkeyPatch, full: Scenario
    ) -> None:
        prior = Distribution("uniform", (1.0, 1.85) if given.family == "quantiles" else (1.0, 2.0))
        name, known = next(iter(PARAMETERS.items()))
        monkeypatch.setattr("sim.scenario.vocabulary.PARAMETERS", {name: replace(known, prior=prior, low=-1e9, high=1e9)})
        lines = warnings(replace(full, events=(), parameters={name: given}))
        assert ["its mean" in line for line in lines] == ([True] if mean else [])
        if mean:
            drawn = given.quantile((np.arange(200_000) + 0.5) / 200_000).mean()
            assert drawn == pytest.approx(float(mean), rel=2e-3)
            assert f"{name} is {given}; its mean {mean} lies outside 1.0" in lines[0]

    @pytest.mark.parametrize(
        ("prior", "outside"),
        [
            (Distribution("normal", (0.5, 0.3)), "0.096"),
            (Distribution("normal", (1.0, 0.0)), None),
            (Distribution("normal", (0.5, 0.15)), None),
            (Distribution("lognormal", (0.5, 0.5)), "0.083"),
            (Distribution("beta", (2.0, 2.0)), None),
            (Distribution("uniform", (0.0, 1.0)), None),
        ],
    )
    def test_a_distribution_beyond_the_documented_range_is_told(
        self, prior: Distribution, outside: str | None, monkeypatch: pytest.MonkeyPatch, full: Scenario
    ) -> None:
        name, known = next(iter(PARAMETERS.items()))
        monkeypatch.setattr("sim.scenario.vocabulary.PARAMETERS", {name: replace(known, low=0.0, high=1.0)})
        lines = warnings(replace(full, events=(), parameters={name: prior}))
        said = f"{name} is {prior}; {outside} of its draws lie outside the documented range 0 to 1"
        assert [said in line for line in lines] == ([True] if outside else [])
        drawn = prior.quantile((np.arange(100_000) + 0.5) / 100_000)
        share = np.mean((drawn < 0) | (drawn > 1))
        assert share == pytest.approx(float(outside or 0), abs=0.001)

    def test_a_range_that_cuts_a_beta_is_told(self, monkeypatch: pytest.MonkeyPatch, full: Scenario) -> None:
        name, known = next(iter(PARAMETERS.items()))
        monkeypatch.setattr("sim.scenario.vocabulary.PARAMETERS", {name: replace(known, low=0.2, high=0.9)})
        (line,) = warnings(replace(full, events=(), parameters={name: Distribution("beta", (1.0, 1.0))}))
        assert "0.3 of its draws lie outside the documented range 0.2 to 0.9 and are moved to 0.2 or 0.9" in line

    def test_a_sharpness_beyond_its_range_is_told_at_its_line(self, write: Write) -> None:
        path = write("one", "nations: {@NATION@: {sharpness: {normal: [2, 2]}}}\n")
        (line,) = warnings(load_scenario(path))
        assert line.startswith("one.yaml:")
        assert "0.16 of its draws lie outside" in line

    def test_an_event_without_a_reason_is_told(self, full: Scenario) -> None:
        (line,) = warnings(full)
        assert line.endswith("the event of 2020-06 has no reason; say why")
        assert line.startswith("full.yaml:")

    def test_a_scenario_that_changes_nothing_is_told(self, write: Write) -> None:
        write("base")
        path = write("child", "title: C\nextends: base\nquestion: Why?\n", whole=True)
        assert warnings(load_scenario(path), load_parents(path)) == ["child.yaml:1:1: child changes nothing against base"]
        assert warnings(load_scenario(path, ["months=3"]), load_parents(path)) == []


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"uniform": [0.3, 0.6]}, "uniform 0.3 to 0.6"),
        (
            {"month": "2020-09", "set": {"openness.russia": 0.8}, "add": {"food": -0.12345678}},
            "openness.russia = 0.8, food -0.12345678",
        ),
        (
            {"when": "rift > 1", "add": {"rift": 1.0}, "probability": 0.123456, "delay": 2},
            "rift +1, in 0.123456 of runs, delay 2",
        ),
        (
            {"nation": "china", "ban": ["food_aid", "crude_supply"], "to": "2021-07"},
            "ban food_aid and crude_supply, to 2021-07",
        ),
        ({"value": 0.25, "sd": 0.05}, "0.25, sd 0.05"),
        ([1.0, 2.5], "1, 2.5"),
        ([], "[]"),
        (2.0, "2"),
        (None, "-"),
    ],
)
def test_a_value_is_told_as_one_reads_it_and_in_full(value, told):
    assert told_value(value) == told
