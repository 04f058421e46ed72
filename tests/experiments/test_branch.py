"""A stored run branched: its history is kept bit for bit, and pairs of continuations differ by the move alone."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import numpy as np
import pytest

from experiments import branch, run_batch
from experiments.branch import Asked, BranchedLuck
from experiments.ensembles import ensemble
from experiments.errors import UsageError
from experiments.readers import read_outcomes
from experiments.terminal import guarded
from experiments.verbs_branch import branch as verb
from sim.chance import Chance
from sim.model import Peninsula
from sim.outcomes import OUTCOMES
from sim.recording import RECORDED
from sim.scenario import load_scenario
from sim.state import Month

SEED, RUN, MONTHS = 5, 3, 8
AT = Month(2020, 9)
ASKED = Asked(RUN, AT, "china.strict_enforcement", months=2)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("branch") / "batch"
    run_batch(["baseline-2020"], runs=6, seed=SEED, out=out, settings=[f"months={MONTHS}"], trajectories=True)
    return out


def kept(_: int, __: int, runs: int, *, stored: tuple[int, int], at: Month) -> BranchedLuck:
    """Luck in which nothing is fresh."""
    return BranchedLuck(Chance(*stored), at, runs, None)


def walked(chance: Chance | None, runs: int, first_run: int = 0) -> Peninsula:
    model = Peninsula(
        load_scenario("baseline-2020", [f"months={MONTHS}"]), runs=runs, seed=SEED, first_run=first_run, chance=chance
    )
    for _ in range(MONTHS):
        model.step()
    model.release()
    return model


def test_with_its_own_luck_a_branch_is_the_stored_run_bit_for_bit(stored: Path) -> None:
    spec = load_scenario("baseline-2020", [f"months={MONTHS}"])
    luck = partial(kept, stored=(SEED, RUN), at=AT)
    measure = partial(branch.measured, move=ASKED.move, first=AT - spec.start, months=1)
    found = ensemble(spec, runs=5, seed=9, measure=measure, luck=luck).values
    frame = read_outcomes(stored, None, ["baseline-2020"])
    row = frame[frame["run"] == RUN]
    for name in OUTCOMES:
        expected = np.repeat(row[name].to_numpy(dtype=np.float64), 5)
        assert found[name].tobytes() == expected.tobytes() or np.isnan([*found[name], *expected]).all(), name


def test_before_the_month_every_continuation_is_the_run_and_from_it_on_each_goes_its_own_way() -> None:
    alone = walked(None, 1, RUN)
    many = walked(branch.branched(77, 0, 40, stored=(SEED, RUN), at=AT), 40)
    passed = AT - alone.spec.start
    for variable in RECORDED:
        one, all_of_them = alone.course[variable.name], many.course[variable.name]
        assert np.array_equal(np.repeat(one[:passed], 40, axis=-1), all_of_them[:passed]), variable.name
    assert (many.course.chosen[passed] != many.course.chosen[passed][:, :1]).any()
    for name, value in many.drawn().items():
        assert np.array_equal(value, np.repeat(alone.drawn()[name], 40)), name


def test_fresh_luck_is_that_of_run_numbers_however_they_are_cut() -> None:
    whole = branch.branched(77, 0, 40, stored=(SEED, RUN), at=AT).month(AT).uniform("x")
    part = branch.branched(77, 10, 5, stored=(SEED, RUN), at=AT).month(AT).uniform("x")
    assert np.array_equal(whole[10:15], part)


def test_a_forced_move_is_made_in_all_continuations_and_compared_in_pairs(stored: Path) -> None:
    found = branch.branch(stored, ASKED, runs=120)
    assert (found.made, found.made_in_all) == (1, 1)
    assert 0 < found.of_itself < 0.6
    rows = found.rows.set_index(["outcome", "category"])
    assert (rows["n"] + rows["unpaired"] == 120).all()
    assert rows.loc[("patron_support_china", ""), "difference"] < 0
    assert found.differs["patron_support_china"] > 0.9
    assert 0 <= found.differs["deal"] < 0.5
    again = branch.branch(stored, ASKED, runs=120)
    assert again.document() == found.document()
    other = branch.branch(stored, ASKED, runs=120, seed=1)
    assert other.branch_seed == 1 != found.branch_seed
    assert other.document() != found.document()


def test_continuations_in_which_the_move_is_made_anyway_do_not_differ(stored: Path) -> None:
    """Under the same luck a move that is forced where it would be made changes nothing."""
    found = branch.branch(stored, replace(ASKED, months=1), runs=200)
    assert max(found.differs.values()) == pytest.approx(1 - found.of_itself)


def test_a_banned_move_is_made_in_none(stored: Path) -> None:
    found = branch.branch(stored, Asked(RUN, AT, "china.status_quo", branch.BANNED), runs=200)
    assert found.made == 0 < found.of_itself
    assert 0 < max(found.differs.values()) <= found.of_itself + 1e-12


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"run": 6}, "there is no run 6 of baseline-2020 .*; runs go from 0 to 5"),
        ({"month": Month(2020, 4), "months": 1}, "2020-04 is outside baseline-2020; its months are 2020-05 to 2020-12"),
        ({"month": Month(2020, 12)}, "2020-12 to 2021-01 is outside baseline-2020"),
        ({"move": "china.strict_enforcment"}, "there is no move .*; did you mean 'china.strict_enforcement'"),
        ({"move": "china.table_easing", "month": Month(2020, 5), "months": 1}, "its gate is closed in all 20 continuations"),
    ],
)
def test_what_cannot_be_branched_is_said_in_a_line(changed: dict[str, object], message: str, stored: Path) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        branch.branch(stored, replace(ASKED, **changed), runs=20)
    assert "\n" not in str(caught.value)


def test_an_unknown_outcome_and_a_move_that_the_scenario_forbids_are_refused(stored: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean 'third_summit'"):
        branch.branch(stored, ASKED, runs=20, outcomes=("third_sumit",))
    out = tmp_path / "banned"
    moves = "moves=[{nation: china, ban: strict_enforcement}, {nation: china, force: food_aid, from: 2020-10, to: 2020-11}]"
    run_batch(["baseline-2020"], runs=6, seed=SEED, out=out, settings=[f"months={MONTHS}", moves], trajectories=False)
    with pytest.raises(UsageError, match=r"scenario baseline-2020 itself bans china.strict_enforcement in all its months"):
        branch.branch(out, ASKED, runs=20)
    aid = Asked(RUN, Month(2020, 11), "china.food_aid", branch.BANNED)
    with pytest.raises(UsageError, match=r"forces china.food_aid from 2020-10 to 2020-11; choose another move, or other"):
        branch.branch(out, aid, runs=20)
    assert branch.branch(out, replace(aid, month=Month(2020, 12)), runs=20).made == 0


def test_a_condition_is_compared_as_a_share_of_continuations(stored: Path) -> None:
    found = branch.branch(stored, ASKED, runs=40, outcomes=("deal==none", "deal"))
    rows = found.rows.set_index(["outcome", "category"])
    assert rows.loc[("deal==none", ""), "base"] == rows.loc[("deal", "none"), "base"]
    assert set(found.differs) == {"deal==none", "deal"}
    assert found.differs["deal==none"] <= found.differs["deal"]


def test_the_verb_prints_json_and_text_and_writes_its_figure(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(stored), "--run", "3", "--month", "2020-09", "--force", ASKED.move, "--runs", "30", "--outcome", "leverage"]

    def run(*more: str) -> str:
        guarded(lambda: verb.main(args=[*given, *more], standalone_mode=False))
        return capsys.readouterr().out

    found = json.loads(run("--json", "--out", str(tmp_path)))
    assert (found["run"], found["month"], found["runs"], found["chosen_changed"]) == (3, "2020-09", 30, 1)
    assert {path.name for path in tmp_path.iterdir()} == {"branch.png", "branch.svg", "branch.csv", "branch.json"}
    assert json.loads((tmp_path / "branch.json").read_text()) == found
    said = run()
    assert f"fresh luck (seed {found['branch_seed']})" in " ".join(said.split())
    assert all(len(line) <= 110 for line in said.splitlines())
    with pytest.raises(click.UsageError, match="say what to change"):
        verb.main(args=given[:5], standalone_mode=False)
