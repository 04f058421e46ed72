"""Rules and nations from packages of others: found by name, loaded when named, refused in one line."""

import importlib
import re
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from experiments.batch import run_batch
from experiments.cli import peninsula
from experiments.errors import BatchDiffers
from experiments.explain import explain
from experiments.manifest import read_manifest
from experiments.readers import read_outcomes
from sim import load_scenario
from sim.model import Peninsula, simulate_block
from sim.nations import CHARACTERS
from sim.plugins import names
from sim.scenario import ScenarioError, from_document, json_schema

DOCUMENT = (Path(__file__).parent.parent / "docs/rules.md").read_text()
FLAT = "import numpy as np\ndef flat(weighed):\n    return np.zeros(weighed.first.shape)\n"


@pytest.fixture
def offer(tmp_path, monkeypatch):
    """Install a distribution that offers entry points; its modules are forgotten afterwards."""
    modules = []

    def install(name, module, code, *, rules=None, nations=None, version="1.0"):
        home = tmp_path / f"site-{name}"
        if home.exists():
            for old in home.glob("*.dist-info"):
                (old / "METADATA").unlink()
                (old / "entry_points.txt").unlink()
                old.rmdir()
        info = home / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        groups = {"peninsula.rules": rules or {}, "peninsula.nations": nations or {}}
        lines = [
            line for group, points in groups.items() for line in (f"[{group}]", *(f"{k} = {v}" for k, v in points.items()))
        ]
        (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
        (home / f"{module}.py").write_text(code)
        if str(home) not in sys.path:
            monkeypatch.syspath_prepend(str(home))
        importlib.invalidate_caches()
        sys.modules.pop(module, None)
        modules.append(module)

    yield install
    for module in modules:
        sys.modules.pop(module, None)


@pytest.fixture
def example(offer):
    """The package of the document, installed."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    (project,) = [tomllib.loads(block)["project"] for block in re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)]
    points = project["entry-points"]
    offer(
        project["name"], "rival_rules", code, rules=points["peninsula.rules"], nations=points["peninsula.nations"],
        version=project["version"],
    )  # fmt: skip


def documented(name, tmp_path):
    """A scenario of the document whose nation names this."""
    (block,) = [block for block in re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL) if name in block]
    path = tmp_path / "documented.yaml"
    path.write_text(block)
    return load_scenario(path, ["months=6"])


def refusal(*settings):
    with pytest.raises(ScenarioError) as refused:
        load_scenario("baseline-2020", list(settings))
    (line,) = refused.value.lines
    return line


# ---- the example of the document -------------------------------------------------------------------------------


@pytest.mark.usefixtures("example")
def test_the_scenarios_of_the_document_load(tmp_path):
    assert documented("tit_for_tat", tmp_path).nations["russia"].rule == "tit_for_tat"
    spec = documented("grain_russia", tmp_path)
    assert (spec.nations["russia"].rule, spec.nations["russia"].character) == ("grim", "grain_russia")
    assert from_document(spec.document()) == spec
    assert set(names("rule")) == {"grim"}
    assert "grim" in json_schema()["properties"]["nations"]["properties"]["china"]["properties"]["rule"]["anyOf"][0]["enum"]


@pytest.mark.usefixtures("example")
def test_a_nation_with_another_menu_runs_and_its_missing_action_is_never_chosen(tmp_path):
    made = Peninsula(documented("grain_russia", tmp_path), runs=300, seed=2)
    done = np.zeros(300)
    for _ in range(6):
        made.step()
        done += made.moves["russia.grain_corridor"]
        assert made.moves["russia.invest_rajin"].tolist() == [0] * 300
        tone = made.moves.conduct[1, 0]
        with pytest.raises(KeyError):
            made.moves["russia.invest_rajn"]
    assert done.sum() > 0
    menu = {action.name: action.tone.get("north_korea", 0) for action in made.nations["russia"].menu}
    assert tone == pytest.approx(sum(made.moves[f"russia.{name}"] * size for name, size in menu.items()))
    assert made.nations["russia"].character.horizon == 12
    made.release()


@pytest.mark.usefixtures("example")
def test_the_rule_of_the_document_holds_a_grudge():
    spec = load_scenario("baseline-2020", ["nations.china.rule=grim", "months=12"])
    made = Peninsula(spec, runs=200, seed=3)
    own, kind, unkind = made.nations["china"], [], []
    for _ in range(12):
        made.step()
        hostile = made.seen.conduct[4, 2] < -0.3
        friendly = sum(made.moves[f"china.{line.name}"] for line in own.menu if line.tone.get("south_korea", 0) > 0)
        unkind.append(friendly[hostile])
        kind.append(friendly[~hostile])
    assert np.concatenate(unkind).mean() < np.concatenate(kind).mean() / 2
    made.release()


@pytest.mark.usefixtures("example")
def test_run_k_is_run_k_with_plug_ins(tmp_path):
    spec = documented("grain_russia", tmp_path)
    block = simulate_block(spec, seed=9, first_run=0, runs=3, trajectories=True)
    alone = simulate_block(spec, seed=9, first_run=2, runs=1, trajectories=True)
    assert all(np.array_equal(block.trajectories[name][:, 2], alone.trajectories[name][:, 0]) for name in alone.trajectories)


# ---- batches ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("example")
def test_a_batch_with_workers_is_stored_replayed_and_not_continued_by_another_version(offer, tmp_path):
    spec = documented("grain_russia", tmp_path)
    out = tmp_path / "batch"
    made = run_batch(spec, runs=8, seed=1, out=out, jobs=2, block=4)
    assert made.attrs["failed"] == 0
    here = simulate_block(spec, seed=1, first_run=0, runs=8, trajectories=False)
    assert read_outcomes(out, ["tests"])["tests"].tolist() == here.outcomes["tests"].tolist()
    kept = read_manifest(out).scenario("documented").plugins
    assert set(kept) == {"rule grim", "character grain_russia"}
    assert all(value.startswith("rival-rules 0.1 (source ") for value in kept.values())
    told = explain(out, run=5)
    rules = {move["rule"] for month in told["months"] for move in month["moves"] if move["nation"] == "russia"}
    assert rules == {"grim"}
    run_batch(spec, runs=10, seed=1, out=out, jobs=1)  # the same plug-ins go on
    code = Path(sys.modules["rival_rules"].__file__).read_text()
    points = {"rules": {"grim": "rival_rules:grim"}, "nations": {"grain_russia": "rival_rules:GRAIN_RUSSIA"}}
    offer("rival-rules", "rival_rules", code, version="0.2", **points)
    with pytest.raises(BatchDiffers, match=r"rule grim was rival-rules 0\.1 .* and is rival-rules 0\.2"):
        run_batch(spec, runs=12, seed=1, out=out, jobs=1)
    offer("rival-rules", "rival_rules", code.replace("10 *", "9 *"), version="0.1", **points)
    with pytest.raises(BatchDiffers, match="a plug-in of scenario documented has changed"):
        run_batch(spec, runs=12, seed=1, out=out, jobs=1)


def test_a_batch_without_plug_ins_records_none(tmp_path):
    run_batch(load_scenario("baseline-2020", ["months=2"]), runs=2, seed=1, out=tmp_path / "plain", jobs=1)
    assert read_manifest(tmp_path / "plain").scenario("baseline-2020").plugins == {}


# ---- what is refused -------------------------------------------------------------------------------------------


def test_nothing_is_loaded_that_no_scenario_names(offer):
    offer("loud", "loud", "raise SystemError('loaded')\n", rules={"loud": "loud:rule"})
    load_scenario("baseline-2020", ["nations.russia.rule=inertia"])
    assert "did you mean 'loud'?" in refusal("nations.russia.rule=lout")
    assert "loud" in names("rule")
    assert "loud" not in sys.modules
    expected = "the rule loud of loud 1.0 (loud:rule) cannot be loaded: SystemError: loaded"
    assert expected in refusal("nations.russia.rule=loud")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("rule = 3\n", "is of type int; expected a function of sim.rules.Weighed"),
        ("def other(weighed):\n    return 0\n", "cannot be loaded: AttributeError"),
        ("def rule(weighed):\n    return None\n", "returns the shape ()"),
        ("def rule(weighed):\n    return 'x'\n", "returns no array of numbers; expected the shape (20, 2)"),
        (
            "def rule(weighed):\n    return weighed.first[:1]\n",
            "returns the shape (1, 2); expected (20, 2), actions by runs",
        ),
        ("def rule(weighed):\n    return weighed.first / 0 * 0\n", "returns scores that are not finite"),
        ("def rule(weighed):\n    weighed.first[0] = 1\n", "raises ValueError: assignment destination is read-only"),
        ("def rule(weighed):\n    return weighed.mood\n", "raises AttributeError: 'Weighed' object has no attribute 'mood'"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_rule_that_cannot_be_used_is_refused_in_one_line_with_its_place(offer, code, expected):
    offer("broken", "broken_rule", code, rules={"broken": "broken_rule:rule"})
    line = refusal("nations.russia.rule=broken")
    assert line.startswith("--set:1:16: the rule broken of broken 1.0 (broken_rule:rule) ")
    assert expected in line


MAKE = "from dataclasses import replace\nfrom sim.nations import CHARACTERS\nown = CHARACTERS['russia']\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("own = 3", "is of type int; expected a sim.nations.Character"),
        ("own = CHARACTERS['china']", "it is a character of china; it cannot stand in for russia"),
        ("own = replace(own, menu=own.menu[::-1])", "a menu must list its actions slot by slot"),
        ("own = replace(own, menu=own.menu[:9])", "its menu must have actions in every slot"),
        ("own = replace(own, menu=own.menu + own.menu[-1:])", "its menu lists 'joint_patrol' twice"),
        ("own = replace(own, menu=own.menu[:-1])", "ungated base rates must add up to 2"),
        ("own = replace(own, weight_sets={'mine': {'trade': 1}})", "it has no weight set 'standard'"),
        ("own = replace(own, weight_sets={'standard': {'oil': 1}})", "names the unknown feature 'oil'"),
        ("own = replace(own, weight_sets={'standard': {'trade': 0}})", "one of which is not zero"),
        ("own = replace(own, administrations=('hawks',))", "its administration 'hawks' has no weight set"),
        ("own = replace(own, administrations=('standard',) * 4)", "it has 4 administrations; expected 1 or 1"),
        ("own = replace(own, horizon=0)", "its horizon is 0; expected whole months"),
        ("own = replace(own, menu=None)", "the nation broken of broken 1.0"),
    ],
)
def test_a_nation_that_cannot_be_used_is_refused_in_one_line(offer, code, expected):
    offer("broken", "broken_nation", MAKE + code + "\n", nations={"broken": "broken_nation:own"})
    line = refusal("nations.russia.character=broken")
    assert line.startswith("--set:1:16: the nation broken of broken 1.0 (broken_nation:own)")
    assert expected in line


def test_a_weight_set_must_be_one_of_the_nation_that_is_named(offer):
    code = MAKE + "own = replace(own, weight_sets={**own.weight_sets, 'hungry': {'far_east': 1.0}})\n"
    offer("hungry", "hungry_nation", code, nations={"hungry": "hungry_nation:own"})
    spec = load_scenario("baseline-2020", ["nations.russia.character=hungry", "nations.russia.weight_set=hungry"])
    made = Peninsula(spec, runs=2)
    assert made.nations["russia"].weights[0]["far_east"].tolist() == [1.0, 1.0]
    made.release()
    assert "weight_set of russia has no 'hungry'" in refusal("nations.russia.weight_set=hungry")
    assert "weight_set of china has no 'hungry'" in refusal("nations.china.weight_set=hungry")
    assert "character of china has no 'hungri'; did you mean 'hungry'?" in refusal("nations.china.character=hungri")


def test_two_packages_with_the_same_name_are_told_apart_by_the_user(offer):
    offer("one", "one_rule", FLAT, rules={"flat": "one_rule:flat"})
    offer("two", "two_rule", FLAT, rules={"flat": "two_rule:flat"})
    assert "one 1.0 and two 1.0 both offer a rule flat; uninstall one" in refusal("nations.russia.rule=flat")


def test_a_rule_of_the_model_cannot_be_taken_over(offer):
    offer("thief", "thief_rule", FLAT, rules={"inertia": "thief_rule:flat"})
    made = Peninsula(load_scenario("baseline-2020", ["nations.russia.rule=inertia"]), runs=1)
    assert made.nations["russia"].rule.meaning == "what was done of late, again"
    assert "thief_rule" not in sys.modules
    made.release()


LATE = """
import numpy as np
def late(weighed):
    return np.full(weighed.first.shape, np.nan if weighed.last.any() else 0.0)
"""


def test_a_rule_that_fails_later_is_one_line_and_no_traceback(offer):
    offer("late", "late_rule", LATE, rules={"late": "late_rule:late"})
    spec = load_scenario("baseline-2020", ["nations.russia.rule=late", "months=3"])
    line = "the rule late of late 1.0 (late_rule:late) returns scores that are not finite"
    with pytest.raises(ScenarioError, match=re.escape(line)):
        simulate_block(spec, seed=0, first_run=0, runs=2, trajectories=False)
    made = run_batch(spec, runs=2, seed=0, jobs=1)
    assert made.attrs["failed"] == 2
    assert made["message"].str.contains(re.escape(line)).all()


def test_the_model_itself_offers_no_plug_ins_and_the_command_says_so():
    assert names("character") == ()
    done = CliRunner().invoke(peninsula, ["show", "baseline-2020", "--set", "nations.russia.character=x"])
    assert isinstance(done.exception, ScenarioError)
    assert CHARACTERS["russia"].nation == "russia"
