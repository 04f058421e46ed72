"""Rules of decision in scenario files: read, shown, compared, told apart, refused."""

from __future__ import annotations

import pytest

from sim.rules import DEFAULT, RULES
from sim.scenario import Change, ScenarioError, difference, from_document, json_schema, load_scenario, show_lines

BASE = load_scenario("baseline-2020")


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_passes_through_document_and_show_and_is_seen_by_diff(rule, tmp_path):
    spec = load_scenario("baseline-2020", [f"nations.russia.rule={rule}"])
    assert spec.nations["russia"].rule == rule
    assert from_document(spec.document()) == spec
    assert difference(BASE, spec) == [Change("nations.russia.rule", f"{DEFAULT} (default)", rule)]
    assert spec.digest() != BASE.digest()
    assert any(line.startswith(f'    rule: "{rule}"  # --set:1') for line in show_lines(spec))
    again = tmp_path / "again.yaml"
    again.write_text("\n".join(show_lines(spec)))
    assert load_scenario(again).digest() == spec.digest()


def test_a_child_wins_over_its_parent_and_null_takes_a_rule_back(tmp_path):
    (tmp_path / "parent.yaml").write_text(
        "title: P\nextends: baseline-2020\nnations: {china: {rule: inertia, sharpness: 2}}\n"
    )
    (tmp_path / "child.yaml").write_text("title: C\nextends: parent\nnations: {china: {rule: random}}\n")
    (tmp_path / "back.yaml").write_text("title: B\nextends: parent\nnations: {china: {rule: null}}\n")
    rules = [load_scenario(tmp_path / f"{name}.yaml").nations["china"].rule for name in ("parent", "child", "back")]
    assert rules == ["inertia", "random", None]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("rule=tit_for_tta", "rule of russia has no 'tit_for_tta'; did you mean 'tit_for_tat'?"),
        ("rule=7", "rule of russia is a number; expected text; put it in quotes"),
        ("rule=zzz", "rule of russia has no 'zzz'; choose from quantal, best_reply, satisficing"),
        ("character=spoiler", "character of russia has no 'spoiler'; no installed package offers a nation"),
        ("weight_set=spoler", "weight_set of russia has no 'spoler'; did you mean 'spoiler'?"),
    ],
)
def test_unknown_names_are_refused_in_one_line_with_the_nearest_one(setting, expected):
    with pytest.raises(ScenarioError) as refused:
        load_scenario("baseline-2020", [f"nations.russia.{setting}"])
    (line,) = refused.value.lines
    assert expected in line


def test_the_schema_knows_the_rules():
    for nation in json_schema()["properties"]["nations"]["properties"].values():
        assert nation["properties"]["rule"]["anyOf"][0]["enum"] == list(RULES)
