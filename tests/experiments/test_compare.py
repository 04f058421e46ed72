"""Paired comparison: differences run by run, and the first decision at which two scenarios part."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import compare, partings, run_batch
from experiments.cli import main
from experiments.errors import StorageError, UsageError
from experiments.readers import read_outcomes
from experiments.sentences import plain
from sim.model import Peninsula
from sim.nations import CHARACTERS
from sim.scenario import load_scenario
from sim.state import Month

RUNS = 120
BASE, PUSH, PLAIN = "baseline-2020", "third-summit-push", "no-pandemic"
NAN = float("nan")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("compare") / "batch"
    run_batch([BASE, PUSH, PLAIN], runs=RUNS, seed=5, out=out, settings=["months=6"], trajectories=False)
    return out


def row(name: str, base: list[float], other: list[float]) -> compare.Row:
    (found,) = compare.paired_rows(name, "b", (np.array(base), np.array(other)))
    return found


def test_a_difference_is_that_of_pairs() -> None:
    found = row("tests", [1, 2, 3, NAN], [2, 2, 5, 9])
    assert (found.n, found.unpaired, found.base, found.other, found.difference) == (3, 1, 2, 3, 1)
    assert found.error == pytest.approx(np.std([1, 0, 2], ddof=1) / np.sqrt(3))
    assert (found.higher, found.lower) == pytest.approx((2 / 3, 0))
    assert found.gain == pytest.approx((np.var([1, 2, 3]) + np.var([2, 2, 5])) / np.var([1, 0, 2]))


def test_the_gain_of_independent_runs_is_one_and_of_alike_runs_large() -> None:
    rng = np.random.default_rng(1)
    base, apart = rng.normal(size=(2, 20_000))
    assert row("tests", list(base), list(apart)).gain == pytest.approx(1, abs=0.05)
    assert row("tests", list(base), list(base + 0.1 * apart)).gain == pytest.approx(201, rel=0.1)
    assert np.isnan(row("tests", [1, 2], [1, 2]).gain)


def test_every_number_of_a_row_has_its_error() -> None:
    rng = np.random.default_rng(2)
    pairs = [rng.normal(size=(2, 400)) for _ in range(300)]
    rows = [row("tests", list(base), list(base + 0.5 * apart)) for base, apart in pairs]
    for name in ("base", "other", "difference", "higher", "lower", "gain"):
        errors = [getattr(each, "error" if name == "difference" else f"{name}_error") for each in rows]
        assert np.std([getattr(each, name) for each in rows]) == pytest.approx(np.mean(errors), rel=0.15), name


def test_shares_that_no_pair_changes_are_not_certain() -> None:
    found = row("third_summit", [0.0] * 98, [0.0] * 98)
    assert (found.difference, found.low, found.high) == pytest.approx((0, -0.0281, 0.0281), abs=1e-4)  # 1.985 sqrt(2) / 100
    assert not compare.clear(found)
    assert found.base_error > 0.005


def test_what_every_pair_says_is_clear() -> None:
    assert compare.clear(row("tests", [1.0, 2.0, 4.0, 3.0, 5.0] * 2, [2.0, 3.0, 5.0, 4.0, 6.0] * 2))
    assert not compare.clear(row("tests", [1.0, 2.0, 4.0], [2.0, 3.0, 5.0]))  # three pairs that differ alike
    assert compare.clear(row("third_summit", [0.0] * 40, [1.0] * 40))
    assert not compare.clear(row("tests", [1.0, 2.0], [1.0, 2.0]))


def test_the_gain_of_rare_events_is_not_surer_than_it_is() -> None:
    rng = np.random.default_rng(3)
    gains = [compare.gain_of(*(rng.random((2, 1000)) < 0.02).astype(float)) for _ in range(200)]
    far = [abs(gain - 1) / error for gain, error in gains]
    assert np.mean(np.array(far) < 1.96) > 0.9  # of independent runs the gain is one
    assert min(error for _, error in gains) > 0.02


def test_few_pairs_have_the_interval_of_student() -> None:
    found = row("tests", [0.0, 0.0, 0.0], [1.0, 2.0, 3.0])
    assert found.high - found.difference == pytest.approx(4.3027 * found.error, rel=1e-4)


def test_the_text_says_errors_and_fits_a_page(stored: Path) -> None:
    lines = compare.text(compare.table(stored, BASE), BASE).splitlines()
    assert "+/-" in lines[1]
    assert max(map(len, lines)) <= 110
    assert "share of runs in which the scenario lies above and below the base (errors up to" in " ".join(lines)


def test_a_category_is_compared_by_its_share() -> None:
    found = list(compare.paired_rows("deal", "b", (np.array([0.0, 0, 2, 0]), np.array([0.0, 2, 2, 2]))))
    by_name = {each.category: each for each in found}
    assert by_name["freeze"].difference == 0.5
    assert by_name["none"].difference == -0.5
    assert {each.unit for each in found} == {"of runs"}


def test_one_pair_says_nothing() -> None:
    found = row("tests", [1], [2])
    assert np.isnan(found.difference)
    assert "-" in compare.text(pd.DataFrame([found]), "a")


def test_the_table_agrees_with_the_stored_runs(stored: Path) -> None:
    rows = compare.table(stored, BASE, [PLAIN], ["reserves_end"])
    frame = read_outcomes(stored, ["reserves_end"])
    wide = frame.pivot_table(index="run", columns="scenario", values="reserves_end", observed=True)
    assert rows["difference"].item() == pytest.approx((wide[PLAIN] - wide[BASE]).mean())
    assert rows["n"].item() == RUNS


def test_a_condition_is_compared_as_its_category_is(stored: Path) -> None:
    asked = compare.table(stored, BASE, [PUSH], ["deal==none", "third_summit", "third_summit==no", "reserves_end>1"])
    whole = compare.table(stored, BASE, [PUSH], ["deal"]).set_index("category")
    rows = asked.set_index("outcome")
    assert list(rows.index) == ["deal==none", "third_summit", "third_summit==no", "reserves_end>1"]
    assert set(rows["unit"]) == {compare.SHARE}
    for name in ("base", "difference", "low", "high", "error", "n"):
        assert rows.loc["deal==none", name] == whole.loc["none", name]
    assert rows.loc["third_summit==no", "base"] == pytest.approx(1 - rows.loc["third_summit", "base"])
    assert compare.draw(stored, asked, BASE, ["deal==none"], stored.parent / "drawn")[0].exists()


def test_all_others_are_compared_where_none_is_named(stored: Path) -> None:
    assert list(dict.fromkeys(compare.table(stored, BASE)["scenario"])) == [PUSH, PLAIN]


@pytest.mark.parametrize(
    ("base", "others", "outcomes", "said"),
    [
        ("baseline", [], [], "no scenario 'baseline'; did you mean 'baseline-2020'"),
        (BASE, ["no-such"], [], "no scenario 'no-such'"),
        (BASE, [], ["third_sumit"], "no outcome 'third_sumit'; did you mean 'third_summit'"),
        (BASE, [], ["deal==thaw"], "compares deal with 'thaw'; expected one of none"),
        (BASE, [], ["deal=freeze"], "'deal=freeze' is no condition; write OUTCOME>=NUMBER .* or OUTCOME==CATEGORY"),
        (BASE, [BASE], [], "nothing to compare baseline-2020 with"),
    ],
)
def test_a_mistake_is_one_line(stored: Path, base: str, others: list[str], outcomes: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        compare.table(stored, base, others, outcomes)


def test_a_scenario_does_not_part_from_itself() -> None:
    spec = load_scenario(BASE, ["months=3"])
    found = partings.partings(spec, spec, runs=20, seed=1)
    assert (found.month == partings.NEVER).all()
    assert "the same choices in all 3 months that both have" in partings.text(partings.rows(found, "itself"), BASE)


def test_a_parting_is_the_first_month_in_which_choices_differ() -> None:
    base, other = (load_scenario(name, ["months=5"]) for name in (BASE, PLAIN))
    found = partings.partings(base, other, runs=30, seed=2)
    run = int(np.argmax(found.month))
    models = [Peninsula(spec, runs=1, seed=2, first_run=run) for spec in (base, other)]
    chosen: list[list[np.ndarray]] = [[], []]
    for model, course in zip(models, chosen, strict=True):
        for _ in range(5):
            model.step()
            course.append(model.moves.chosen[:, 0])
    differing = [month for month in range(5) if not np.array_equal(chosen[0][month], chosen[1][month])]
    assert found.month[run] == differing[0]
    named = {name for name, array in found.instead.items() if array[run]}
    after = chosen[1][differing[0]] > chosen[0][differing[0]]
    assert named == {name for name, here in zip(models[1].actions, after, strict=True) if here}


def _parted(**actions: tuple[int, int]) -> partings.Partings:
    """Three runs that part in months 3, 3 and 4: by action of Beijing, in which runs it is taken up and given up (bits)."""
    names = {f"china.{line.name}": line.name for line in CHARACTERS["china"].menu}
    sides = [
        {
            full: np.array([float(actions.get(name, (0, 0))[side] >> run & 1) for run in range(3)])
            for full, name in names.items()
        }
        for side in (0, 1)
    ]
    return partings.Partings(Month(2020, 5), 6, 3, np.array([2.0, 2.0, 3.0]), *sides)


def test_a_parting_says_who_does_what_instead_of_what_and_when() -> None:
    swapped = partings.rows(_parted(no_move=(0b111, 0), food_aid=(0, 0b111)), "other")
    food = "food aid (food, fertiliser or medicine in kind)"
    told = f"Beijing does nothing further (no military signal) in place of {food}, in July 2020 (month 3, 3 to 4)"
    assert partings.sentence(swapped[1]) == told
    assert partings.text(swapped, "base").startswith("other parts from base in 100.0%")
    assert "in the median in July 2020 (month 3, 3 to 4)" in partings.text(swapped, "base")


def test_a_move_stands_for_one_of_its_own_kind_where_there_is_one() -> None:
    found = partings.rows(
        _parted(lax_enforcement=(0b111, 0), message_to_pyongyang=(0b110, 0), food_aid=(0, 0b110), status_quo=(0, 0b111)), "x"
    )
    lax, message = found[1:]
    assert (lax["for"], lax["for_share"]) == ("china.food_aid", pytest.approx(2 / 3))
    assert (message["for"], message["for_share"]) == ("china.status_quo", 1.0)
    assert ", most often instead of food aid (" in partings.sentence(lax)
    assert ") instead of status quo (status-quo diplomacy), in July" in partings.sentence(message)


def test_names_of_places_begin_with_a_capital() -> None:
    assert plain("message_to_moscow") == "message to Moscow"


def test_reading_some_outcomes_at_a_time_changes_nothing(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = compare.table(stored, BASE)
    monkeypatch.setattr(compare, "AT_ONCE", 7 * 3 * RUNS)
    pd.testing.assert_frame_equal(compare.table(stored, BASE), whole)


def test_a_scenario_of_which_no_run_is_stored_yet_is_named(stored: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(stored, tmp_path / "copy")
    shutil.rmtree(copy / "outcomes" / f"scenario={PUSH}")
    (copy / "stored.jsonl").unlink()  # as if none had ever been reported
    with pytest.raises(StorageError, match=f"holds no run of {PUSH} yet"):
        compare.table(copy, BASE)


def test_different_starts_are_refused() -> None:
    with pytest.raises(UsageError, match="runs part from a common start, and --partings 0 leaves that out"):
        partings.partings(load_scenario(BASE), load_scenario("history-2016"), runs=2, seed=1)


def test_the_verb_prints_draws_and_speaks_json(stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["compare", str(stored), BASE, PUSH, "--partings", "40", "--out", str(tmp_path)])
    printed = capsys.readouterr().out
    assert f"{PUSH} against {BASE}" in printed
    assert f"{PUSH} parts from {BASE} in " in printed
    assert max(map(len, printed.splitlines())) <= 110
    assert {path.name for path in tmp_path.iterdir()} == {"compare.png", "compare.svg", "compare.csv"}
    main(["compare", str(stored), BASE, "--outcome", "tests", "--partings", "0", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [entry["scenario"] for entry in found["differences"]] == [PUSH, PLAIN]
    assert found["partings"] == []


def test_nothing_that_differs_is_nothing_to_draw(stored: Path, tmp_path: Path) -> None:
    rows = compare.table(stored, BASE, [PUSH]).assign(difference=0.0)
    with pytest.raises(UsageError, match="nothing to draw"):
        compare.draw(stored, rows, BASE, [], tmp_path)
