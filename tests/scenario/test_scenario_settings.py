"""Settings on top of a file, and the names by which scenarios are found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.parameters import Distribution
from sim.scenario import NationSpec, Place, ScenarioError, list_scenarios, load_scenario

Write = Callable[..., str]
Names = dict[str, str]


def refused(path: str, *settings: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, settings)
    return list(caught.value.lines)


class TestSettings:
    def test_settings_go_on_top(self, write: Write, names: Names) -> None:
        path = write("one", "nations: {@NATION@: {sharpness: 1, weights: {@FEATURE@: 0.5}}}\n")
        nation, feature, parameter, variable = (names[key] for key in ("NATION", "FEATURE", "PARAMETER", "VARIABLE"))
        scenario = load_scenario(
            path,
            [
                "months=40",
                f"nations.{nation}.sharpness={{uniform: [1, 2]}}",
                f"nations.{nation}.weights.{feature}=0.75",
                f"parameters.{parameter}={names['INSIDE']}",
                f"initial.{variable}={{value: {names['MIDDLE']}, sd: 0.1}}",
                f"events+=[{{month: 2023-01, set: {{{variable}: {names['MIDDLE']}}}}}]",
                "title=Another",
            ],
        )
        assert (scenario.months, scenario.title) == (40, "Another")
        assert scenario.nations[nation] == NationSpec(Distribution("uniform", (1.0, 2.0)), None, {feature: 0.75})
        assert scenario.parameters[parameter].family == "fixed"
        assert scenario.initial[variable].sd == 0.1
        assert len(scenario.events) == 1
        assert scenario.provenance["months"] == Place("--set", 1, 1)
        assert scenario.provenance[f"nations.{nation}.weights.{feature}"] == Place(
            "--set", 3, len(f"nations.{nation}.weights.") + 1
        )

    def test_a_map_of_settings_and_a_single_one(self, write: Write) -> None:
        path = write("one")
        assert load_scenario(path, {"months": "40"}).months == load_scenario(path, "months=40").months == 40
        assert load_scenario(path, ["months=3", "months=4"]).months == 4

    def test_null_takes_back(self, write: Write, names: Names) -> None:
        path = write("one", "parameters: {@PARAMETER@: @INSIDE@}\n")
        assert load_scenario(path, [f"parameters.{names['PARAMETER']}=null"]).parameters == {}

    @pytest.mark.parametrize(
        ("setting", "line"),
        [
            ("months", "--set:2:1: 'months' is no setting; expected KEY=VALUE"),
            ("=3", "--set:2:1: '=3' is no setting"),
            ("months=", "--set:2:1: 'months' has no value; write null"),
            ("mouths=3", "--set:2:1: unknown key 'mouths'; did you mean 'months'?"),
            ("months=0", "--set:2:8: months is 0; expected a whole number from 1 to 1200"),
            ("months='3'", '--set:2:8: months: "3" is text; write 3 without quotes'),
            ("months=[3", "--set:2:10: this is not YAML: a bracket that is not closed"),
            ("months=&a 3", "--set:2:8: anchors and aliases"),
            ("title=a\tb", "--set:2:8: there is a tab"),
            ("title=\udc80", "--set:2:7: byte 1 is not UTF-8"),
            ("extends=other", "--set:2:1: extends cannot be set here"),
            ("parameters.nothing=1", "--set:2:12: unknown parameter 'nothing'"),
            ("nations.moon.sharpness=1", "--set:2:9: unknown nation 'moon'"),
            ("nations.russia.sharpness=0", "--set:2:26: sharpness of russia is 0"),
            ("nations.russia.speed=1", "--set:2:16: unknown key of russia 'speed'"),
            ("nations.russia.weights.moon=1", "--set:2:24: unknown feature 'moon'"),
            ("events.0.month=2020-06", "--set:2:8: events is a map; expected a list"),
        ],
    )  # fmt: skip
    def test_bad_settings(self, setting: str, line: str, write: Write) -> None:
        (found,) = refused(write("one"), "months=3", setting)
        assert line in found
        assert found.isprintable()


class TestNames:
    @pytest.mark.usefixtures("shipped")
    def test_a_shipped_scenario_is_found_by_name(self, write: Write) -> None:
        write("shipped/base")
        assert load_scenario("base").provenance["title"] == Place("shipped/base.yaml", 1, 1)
        assert load_scenario(write("child", "extends: base\n")).extends == ("base",)

    @pytest.mark.usefixtures("shipped")
    def test_a_file_beside_goes_before_a_shipped_one(self, write: Write) -> None:
        write("shipped/base", "title: S\nstart: 2020-05\nmonths: 3\n", whole=True)
        write("base")
        assert load_scenario(write("child", "title: C\nextends: base\n", whole=True)).months == 20

    @pytest.mark.usefixtures("shipped")
    @pytest.mark.parametrize(
        "name", ["bsae", "Base", "../base", "base.yml.txt", "", "~", "a b", "-x", "/", "base\x00", "b\x1b[2Jase", "\udc80"]
    )
    def test_unknown_names(self, name: str, write: Write) -> None:
        write("shipped/base")
        (line,) = refused(name)
        assert line.isprintable()
        if name == "bsae":
            assert line == "bsae:1:1: there is no scenario of this name; did you mean 'base'?"

    @pytest.mark.usefixtures("shipped")
    def test_a_path_without_its_suffix_is_recognised(self, write: Write) -> None:
        write("mine")
        assert refused("mine") == ["mine:1:1: there is no scenario of this name; did you mean mine.yaml?"]

    def test_a_file_name_must_be_a_name(self, write: Write) -> None:
        (line,) = refused(write("My Scenario_2"))
        assert line.endswith("rename it, for example to my-scenario-2.yaml")

    def test_the_list_holds_broken_files_with_their_problem(self, write: Write, shipped: Path) -> None:
        write("shipped/good", "question: Why?\n")
        write("shipped/broken", "months: 0\n", whole=True)
        (shipped / "notes.txt").write_text("not a scenario")
        broken, good = list_scenarios()
        assert good == ("good", shipped / "good.yaml", "A try", "Why?")
        assert (broken.name, broken.title) == ("broken", "(cannot be used)")
        assert broken.question.startswith("shipped/broken.yaml:1:1: ")
        assert list_scenarios(shipped / "nowhere") == []
