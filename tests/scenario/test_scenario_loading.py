"""What a file means, alone and on top of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.parameters import Distribution
from sim.scenario import Initial, NationSpec, Place, ScenarioError, load_parents, load_scenario
from sim.state import AXES, VARIABLES, Month

Write = Callable[..., str]
Names = dict[str, str]


def refused(path: str, *settings: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, settings)
    return list(caught.value.lines)


class TestOneFile:
    def test_every_key_is_read(self, write: Write, names: Names) -> None:
        text = (
            "question: >\n  Does it\n  read?\nparameters:\n  @PARAMETER@: @INSIDE@\n"
            "nations:\n  @NATION@: {sharpness: {lognormal: [2, 0.25]}, weight_set: standard, weights: {@FEATURE@: 0.25}}\n"
            "initial:\n  @VARIABLE@: {value: @MIDDLE@, sd: 0.1, source: a guess}\n"
            "events:\n  - {month: 2020-11, set: {@VARIABLE@: @MIDDLE@}, probability: 0.5, why: a vote, source: the law}\n"
            "record:\n  - {month: 2020-02, variable: @VARIABLE@, value: @MIDDLE@, source: a table}\n"
        )
        scenario = load_scenario(write("one", text))
        middle = float(names["MIDDLE"])
        assert (scenario.name, scenario.title, scenario.question) == ("one", "A try", "Does it read?")
        assert (scenario.start, scenario.months, scenario.last_month) == (Month(2020, 5), 20, Month(2021, 12))
        assert scenario.parameters == {names["PARAMETER"]: Distribution("fixed", (float(names["INSIDE"]),))}
        weights = {names["FEATURE"]: 0.25}
        assert scenario.nations == {names["NATION"]: NationSpec(Distribution("lognormal", (2.0, 0.25)), "standard", weights)}
        assert scenario.initial == {names["VARIABLE"]: Initial(middle, 0.1, "a guess")}
        (event,) = scenario.events
        assert (event.month, event.set, event.add) == (Month(2020, 11), {names["VARIABLE"]: middle}, {})
        assert (event.probability, event.why, event.source) == (0.5, "a vote", "the law")
        (figure,) = scenario.record
        assert (figure.month, figure.variable, figure.value) == (Month(2020, 2), names["VARIABLE"], middle)
        assert figure.unit == VARIABLES[names["VARIABLE"]].unit

    @pytest.mark.parametrize(
        "family", ["uniform: [1, 2]", "triangular: [1, 1.5, 2]", "normal: [1, 2]", "lognormal: [1, 2]", "beta: [1, 2]"]
    )
    def test_every_family_is_read(self, family: str, write: Write, names: Names) -> None:
        scenario = load_scenario(write("one", f"nations: {{@NATION@: {{sharpness: {{{family}}}}}}}\n"))
        drawn = scenario.nations[names["NATION"]].sharpness
        assert drawn is not None
        assert f"{drawn.family}: {[float(number) for number in drawn.numbers]}" == family.replace("1,", "1.0,").replace(
            "2]", "2.0]"
        )

    def test_a_list_fills_the_last_axis(self, write: Write) -> None:
        variable = next(
            row for row in VARIABLES.values() if row.settable and len(row.axes) == 2 and row.low <= 0.5 <= row.high
        )
        count = len(AXES[variable.axes[1]])
        label = AXES[variable.axes[0]][0]
        numbers = ", ".join("0.5" for _ in range(count))
        scenario = load_scenario(
            write("one", f"initial: {{{variable.name}: [{numbers}], {variable.name}.{label}: [{numbers}]}}\n")
        )
        assert scenario.initial == dict.fromkeys((variable.name, f"{variable.name}.{label}"), Initial((0.5,) * count))
        assert (
            f"expected {count}, one per {variable.axes[1]}"
            in refused(write("two", f"initial: {{{variable.name}: [{numbers}, 0.5]}}\n"))[0]
        )

    def test_a_general_path_comes_before_its_parts(self, write: Write, names: Names) -> None:
        vector = names["VECTOR"]
        label = AXES[VARIABLES[vector].axes[0]][0]
        low = VARIABLES[vector].low
        scenario = load_scenario(
            write(
                "one",
                f"initial: {{{vector}.{label}: {low}, {vector}: {low}}}\n"
                f"events: [{{month: 2020-06, set: {{{vector}.{label}: {low}, {vector}: {low}}}}}]\n",
            )
        )
        assert list(scenario.initial) == [vector, f"{vector}.{label}"]
        assert list(scenario.events[0].set) == [vector, f"{vector}.{label}"]

    def test_events_are_in_order_of_month_and_else_as_written(self, write: Write) -> None:
        scenario = load_scenario(
            write(
                "one",
                "events:\n"
                + "".join(f"  - {{month: {month}, set: {{@VARIABLE@: @MIDDLE@}}, why: {why}}}\n" for month, why in
                          (("2020-09", "c"), ("2020-06", "z"), ("2020-06", "a"))),
            )
        )  # fmt: skip
        assert [event.why for event in scenario.events] == ["z", "a", "c"]

    def test_numbers_are_those_of_yaml_1_2(self, write: Write) -> None:
        assert load_scenario(write("one", "title: A\nstart: 2020-05\nmonths: 012\n", whole=True)).months == 12
        assert load_scenario(write("two", "title: A\nstart: 2020-05\nmonths: 1e1\n", whole=True)).months == 10
        assert load_scenario(write("three", "title: NO\nstart: 2020-05\nmonths: 0x10\n", whole=True)).title == "NO"

    def test_line_ends_and_byte_order_mark_do_not_matter(self, write: Write, tmp_path: Path) -> None:
        plain = load_scenario(write("one", "question: Why?\n"))
        data = (tmp_path / "one.yaml").read_bytes()
        (tmp_path / "two.yaml").write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
        other = load_scenario("two.yaml")
        assert other.digest() == plain.digest()
        assert other.provenance["question"] == Place("two.yaml", 4, 1)

    def test_texts_are_inert(self, write: Write) -> None:
        text = 'question: "$HOME ${HOME} {{ 1 + 1 }} %(x)s <script>alert(1)</script> `id`"\n'
        assert load_scenario(write("one", text)).question == text[11:-2]

    def test_a_step_may_go_down(self, write: Write, names: Names) -> None:
        variable = VARIABLES[names["VARIABLE"]]
        step = variable.low - variable.high
        text = f"events: [{{month: 2020-06, add: {{@VARIABLE@: {step}}}}}]\n"
        assert load_scenario(write("one", text)).events[0].add == {variable.name: step}

    def test_the_ends_of_the_horizon_are_inside(self, write: Write) -> None:
        events = "".join(f"  - {{month: {month}, set: {{@VARIABLE@: @MIDDLE@}}}}\n" for month in ("2020-05", "2021-12"))
        record = "record: [{month: 2020-05, variable: @VARIABLE@, value: @MIDDLE@, source: x}]\n"
        assert len(load_scenario(write("one", f"events:\n{events}{record}")).events) == 2


class TestOverlay:
    def test_maps_merge_and_lists_are_replaced(self, write: Write, names: Names) -> None:
        write(
            "base",
            "question: Of the base\nparameters: {@PARAMETER@: @INSIDE@}\ninitial: {@VARIABLE@: @MIDDLE@}\n"
            "nations: {@NATION@: {sharpness: 2, weights: {@FEATURE@: 0.5}}}\n"
            "events: [{month: 2020-06, set: {@VARIABLE@: @MIDDLE@}, why: base}]\n",
        )
        child = load_scenario(
            write(
                "child",
                "title: Child\nextends: base\nmonths: 12\nnations: {@NATION@: {weights: {@FEATURE@: 0.25}}}\n"
                "events: [{month: 2020-07, set: {@VARIABLE@: @MIDDLE@}, why: child}]\n",
                whole=True,
            )
        )
        assert (child.title, child.question, child.extends) == ("Child", "", ("base",))
        assert (child.start, child.months) == (Month(2020, 5), 12)
        assert set(child.parameters) == {names["PARAMETER"]}
        assert child.nations[names["NATION"]] == NationSpec(Distribution("fixed", (2.0,)), None, {names["FEATURE"]: 0.25})
        assert [event.why for event in child.events] == ["child"]
        assert child.provenance["months"] == Place("child.yaml", 3, 1)
        assert child.provenance[f"parameters.{names['PARAMETER']}"] == Place("base.yaml", 5, 14)
        assert child.provenance[f"nations.{names['NATION']}.sharpness"].file == "base.yaml"

    def test_a_plus_appends(self, write: Write) -> None:
        entry = "{{month: {}, variable: @VARIABLE@, value: @MIDDLE@, source: x}}"
        event = "{{month: {}, set: {{@VARIABLE@: @MIDDLE@}}}}"
        write("base", f"events: [{event.format('2020-08')}]\nrecord: [{entry.format('2020-02')}]\n")
        child = load_scenario(
            write("child", f"extends: base\nevents+: [{event.format('2020-06')}]\nrecord+: [{entry.format('2019-02')}]\n")
        )
        assert [str(given.month) for given in child.events] == ["2020-06", "2020-08"]
        assert [str(given.month) for given in child.record] == ["2019-02", "2020-02"]
        assert (child.provenance["events.0"].file, child.provenance["events.1"].file) == ("child.yaml", "base.yaml")
        assert load_scenario(write("none", "extends: base\nevents: []\n")).events == ()

    def test_null_takes_back(self, write: Write) -> None:
        write(
            "base",
            "parameters: {@PARAMETER@: @INSIDE@}\ninitial: {@VARIABLE@: @MIDDLE@}\n"
            "nations: {@NATION@: {sharpness: 2, weight_set: standard, weights: {@FEATURE@: 0.5}}}\n",
        )
        child = load_scenario(
            write(
                "child",
                "extends: base\nparameters: {@PARAMETER@: null}\ninitial: {@VARIABLE@: ~}\n"
                "nations: {@NATION@: {sharpness: null, weight_set: null, weights: {@FEATURE@: null}}}\n",
            )
        )
        assert (child.parameters, child.initial, child.nations) == ({}, {}, {})
        assert set(child.provenance) == {"title", "start", "months"}

    def test_a_general_path_replaces_the_parts_a_parent_sets(self, write: Write, names: Names) -> None:
        vector = names["VECTOR"]
        label, low = AXES[VARIABLES[vector].axes[0]][0], VARIABLES[vector].low
        write("base", f"initial: {{{vector}.{label}: {low}}}\n")
        assert set(load_scenario(write("child", f"extends: base\ninitial: {{{vector}: {low}}}\n")).initial) == {vector}
        assert load_scenario(write("back", f"extends: base\ninitial: {{{vector}: null}}\n")).initial == {}

    def test_later_parents_win(self, write: Write) -> None:
        for number in (1, 2, 3):
            write(f"p{number}", f"title: P\nstart: 2020-05\nmonths: {number}\n", whole=True)
        child = load_scenario(write("child", "title: C\nextends: [p1, p3, p2]\n", whole=True))
        assert (child.months, child.extends) == (2, ("p1", "p3", "p2"))

    def test_two_variants_of_one_base_keep_both_their_changes(self, write: Write, names: Names) -> None:
        write("base", "nations: {@NATION@: {sharpness: 1}}\nevents: [{month: 2020-06, set: {@VARIABLE@: @MIDDLE@}}]\n")
        write("sharp", "title: S\nextends: base\nnations: {@NATION@: {sharpness: 5}}\n", whole=True)
        write("short", "title: T\nextends: base\nmonths: 7\n", whole=True)
        both = load_scenario(write("both", "title: B\nextends: [sharp, short]\n", whole=True))
        assert both.months == 7
        assert both.nations[names["NATION"]].sharpness == Distribution("fixed", (5.0,))
        assert len(both.events) == 1

    def test_what_is_wrong_in_parent_and_child_is_told_at_once(self, write: Write) -> None:
        write("base", "months: 0\n".join(["title: B\nstart: 2020-13\n", ""]), whole=True)
        lines = refused(write("child", "title: 5\nextends: base\n", whole=True))
        assert [line.split(": ")[0] for line in lines] == ["child.yaml:1:8", "base.yaml:2:8", "base.yaml:3:9"]

    def test_parents_alone(self, write: Write) -> None:
        base = load_scenario(write("base"))
        write("other", "title: O\nmonths: 8\n", whole=True)
        assert load_parents("base.yaml") is None
        child = write("child", "title: C\nextends: base\nmonths: 3\n", whole=True)
        parent = load_parents(child)
        assert parent is not None
        assert (parent.name, parent.months, parent.digest()) == ("base", 20, base.digest())
        both = load_parents(write("two", "title: C\nextends: [base, other]\n", whole=True))
        assert both is not None
        assert (both.name, both.months) == ("base-other", 8)
        with pytest.raises(ScenarioError):
            load_parents("missing.yaml")
