"""What no test of what a user is told noticed before bugs were planted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import numpy as np
import pandas as pd
import pytest

import sim.model
from experiments import compare, conditions, definitions, estimates, questions, read_outcomes, run_batch
from experiments.cli import main
from experiments.terminal import guarded
from tests.cells import is_number

RUNS = 1700  # one whole part and a piece of the next
Program = Callable[..., Popen[str]]

# A multiple of the polynomial of CRC-32, its bits as they lie in bytes: taken by exclusive or into data, no CRC changes.
UNSEEN_BY_CRC = 0x1DB710641.to_bytes(5, "little")


# ---- what is told -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch of two scenarios, in the texts of one of which a spreadsheet would see formulas."""
    home = tmp_path_factory.mktemp("told")
    (home / "mine.yaml").write_text("extends: baseline-2020\ntitle: =1+1\nquestion: '@SUM(A1)'\n")
    run_batch(
        [home / "mine.yaml", "no-pandemic"], runs=60, seed=5, out=home / "batch", settings=["months=2"],
        trajectories=False, command="-x",
    )  # fmt: skip
    return home / "batch"


def test_a_comparison_of_stored_scenarios_is_one_of_pairs(stored: Path) -> None:
    row = compare.table(stored, "mine", ["no-pandemic"], ["reserves_end"]).iloc[0]
    values = read_outcomes(stored, ["reserves_end"]).set_index(["scenario", "run"])["reserves_end"]
    change = (values["no-pandemic"] - values["mine"]).to_numpy()
    assert row["error"] == pytest.approx(change.std(ddof=1) / np.sqrt(60))
    assert (row["higher"], row["lower"]) == ((change > 0).mean(), (change < 0).mean())


def test_the_interval_of_a_clear_difference_of_paired_shares_by_hand() -> None:
    # 250 of 300 pairs change one way: 250/302 with the error sqrt(250 + 2 - 250^2/302)/302 = 0.02224
    assert estimates.paired_shares(250, 0, 300) == pytest.approx((0.7842, 0.8714), abs=1e-4)


def test_the_error_of_a_mixture_under_a_condition_by_hand() -> None:
    frame = pd.DataFrame(
        {"scenario": "a", "run": range(8), "tests": [1.0] * 4 + [0.0] * 4, "reserves_end": [1.0, 2, 3, 4] * 2}
    )
    question = questions.Question(("reserves_end",), (conditions.condition("tests>=1", ["tests"]),), {"a": 1.0})
    (mixed,) = [row for row in questions.answer(frame, question) if row["scenario"] == "mixture"]
    # of 8 runs 4 count, 1 to 4 about their mean: sqrt(8/7 (1.5^2 + 0.5^2 + 0.5^2 + 1.5^2)) / 4
    assert (mixed["n"], mixed["value"], mixed["error"]) == (4, 2.5, pytest.approx(0.5976, abs=1e-4))


def test_a_category_is_answered_with_the_share_of_runs_that_have_it() -> None:
    frame = pd.DataFrame({"scenario": "a", "run": range(4), "sanctions_status": [0.0, 1, 1, 1]})
    for mix in ({}, {"a": 1.0}):
        rows = questions.answer(frame, questions.Question(("sanctions_status",), mix=mix))
        told = {row["category"]: row["value"] for row in rows if (row["scenario"] == "mixture") == bool(mix)}
        assert told == {"eased": 0.25, "unchanged": 0.75, "tightened": 0.0}


def test_an_outcome_of_ones_own_has_the_unit_of_what_it_takes() -> None:
    assert definitions.Definition("low", "reserves", "months", below=1.0).unit == "months"
    assert definitions.Definition("low", "reserves", "min").unit == "bn USD"


@pytest.mark.parametrize("suffix", ["", ".xlsx"])
def test_cells_of_an_export_are_inert(stored: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"export{suffix}"
    main(["export", str(stored), "--out", str(out)])
    if suffix:
        tables = pd.read_excel(out, sheet_name=None, dtype=str, keep_default_na=False)
    else:
        tables = {path.stem: pd.read_csv(path, dtype=str, keep_default_na=False) for path in out.iterdir()}
    cells = [cell for table in tables.values() for name in table for cell in table[name]]
    assert {"'=1+1", "'@SUM(A1)", "'-x"} <= set(cells)
    active = [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert [cell for cell in active if not is_number(cell)] == []


# ---- the command ------------------------------------------------------------------------------------------------------


def ended(command: Callable[[], object]) -> int:
    """The exit code with which a command ends."""
    with pytest.raises(SystemExit) as caught:
        command()
    return int(caught.value.code or 0)


def test_failed_runs_end_the_command_with_a_code_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    simulate_block = sim.model.simulate_block

    def fails_in_run_3(scenario: object, *, first_run: int, runs: int, **more: object) -> object:
        if first_run <= 3 < first_run + runs:
            raise ArithmeticError("no")
        return simulate_block(scenario, first_run=first_run, runs=runs, **more)

    monkeypatch.setattr(sim.model, "simulate_block", fails_in_run_3)
    command = [
        "batch",
        "baseline-2020",
        "--set",
        "months=1",
        "--runs",
        "6",
        "--seed",
        "1",
        "--out",
        str(tmp_path),
        "--quiet",
    ]
    assert ended(lambda: main(command)) == 5
    assert "failed" in capsys.readouterr().err


def test_an_error_of_the_disk_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(lambda: guarded((tmp_path / "gone").read_text)) == 4
    assert capsys.readouterr().err == f"peninsula: No such file or directory: {tmp_path / 'gone'}\n"


def test_a_bug_is_not_told_as_a_mistake_of_the_user() -> None:
    with pytest.raises(ZeroDivisionError):
        guarded(lambda: 1 / 0)


def test_a_seed_that_is_drawn_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", "baseline-2020", "--set", "months=1", "--json"])
    drawn = capsys.readouterr()
    told = drawn.err.removeprefix("seed ").strip()
    main(["run", "baseline-2020", "--set", "months=1", "--json", "--seed", told])
    assert capsys.readouterr().out == drawn.out
