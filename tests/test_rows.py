"""Every row of what the model must speak of: switching its mechanism off moves the outcome that answers it."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from experiments import rows
from experiments.verbs_evidence import rows as verb
from sim.scenario import list_scenarios, load_scenario

RUNS, SEED = 400, 11
BY_NAME = {row.name: row for row in rows.ROWS}
MECHANISMS = Path(__file__).parent.parent / "sim" / "mechanisms"
CLOSED = rows.Case("baseline-2020", "trade.russia", "the pandemic", rows.NO_PANDEMIC, rows.HIGHER)


@cache
def trials():
    return rows.Trials(runs=RUNS, seed=SEED, rows=rows.ROWS)


@cache
def shipped():
    return {listed.name for listed in list_scenarios()}


@cache
def few():
    return rows.Trials(runs=20, seed=SEED, rows=[rows.Row("S0", "", (), (CLOSED, replace(CLOSED, spread=True)))])


@pytest.mark.parametrize("name", BY_NAME)
def test_switching_a_row_off_moves_its_outcome(name):
    for case in BY_NAME[name].cases:
        found = rows.answer(case, trials())
        said = f"{case.scenario}, without {case.switch}: {case.outcome} moves by {found['difference']:.4g}, error "
        assert case.moves * found["difference"] > 3 * found["difference_error"], said + f"{found['difference_error']:.2g}"


def test_there_is_a_row_for_every_system():
    assert list(BY_NAME) == [f"S{number}" for number in range(1, 19)]


@pytest.mark.parametrize("name", BY_NAME)
def test_rows_name_mechanisms_and_scenarios_that_there_are_and_switches_that_change_something(name):
    row = BY_NAME[name]
    assert all((MECHANISMS / f"{mechanism}.py").is_file() for mechanism in row.mechanisms)
    for case in row.cases:
        assert case.scenario in shipped()
        assert load_scenario(case.scenario, list(case.off)).digest() != load_scenario(case.scenario).digest()


def test_an_answer_counts_its_errors_run_by_run():
    on, off = few().values(CLOSED, off=False), few().values(CLOSED, off=True)
    found = rows.answer(CLOSED, few())
    assert found["difference"] == pytest.approx((off - on).mean())
    assert found["difference_error"] == pytest.approx((off - on).std(ddof=1) / np.sqrt(20))
    assert found["low"] < found["mean"] < found["high"]
    assert found["unit"] == "m USD/month"
    assert found["holds"]
    assert not rows.answer(replace(CLOSED, moves=rows.LOWER), few())["holds"]


def test_a_path_sums_what_it_leaves_open_and_spread_is_taken_within_runs():
    from sim.model import simulate_block

    block = simulate_block(load_scenario("baseline-2020"), seed=SEED, first_run=0, runs=20, trajectories=True)
    both = block.trajectories["trade.russia.exports"] + block.trajectories["trade.russia.imports"]
    assert np.allclose(few().values(CLOSED, off=False), both.mean(axis=0))
    assert np.allclose(few().values(replace(CLOSED, spread=True), off=False), both.std(axis=0))


def test_blocks_do_not_show(monkeypatch):
    whole = few().values(CLOSED, off=False)
    monkeypatch.setattr(rows, "BLOCK", 7)
    parts = rows.Trials(runs=20, seed=SEED, rows=[rows.Row("S0", "", (), (CLOSED,))])
    assert np.array_equal(parts.values(CLOSED, off=False), whole)


def test_an_outcome_that_does_not_exist_is_told():
    wrong = replace(CLOSED, outcome="third_sumit")
    with pytest.raises(ValueError, match="'third_sumit' is neither an outcome nor a recorded variable"):
        rows.Trials(runs=1, seed=1, rows=[rows.Row("S0", "", (), (wrong,))]).values(wrong, off=False)


def test_the_command_prints_text_markdown_and_json(monkeypatch):
    monkeypatch.setattr(rows, "ROWS", (rows.Row("S7", "the border", ("border",), (CLOSED,)),))
    said = {flag: CliRunner().invoke(verb, ["--runs", "20", "--seed", "3", *flag]).output for flag in [(), ("--json",),
            ("--markdown",)]}  # fmt: skip
    assert said[()].startswith("S7   the border\n     sim/mechanisms/border.py\n     baseline-2020: trade.russia")
    assert "1 of 1 switches move their outcome" in said[()]
    [entry] = json.loads(said["--json",])
    assert (entry["row"], entry["expected"], entry["holds"], entry["runs"]) == ("S7", "higher", True, 20)
    table = said["--markdown",].splitlines()
    assert len(table) == 3
    assert "`border.py`" in table[2]
    assert len({line.count("|") for line in table}) == 1


def test_what_fails_is_said_loudly():
    entry = {"row": "S7", "says": "the border", "mechanisms": ["sim/mechanisms/border.py"], "runs": 20,
             **rows.answer(replace(CLOSED, moves=rows.LOWER), few())}  # fmt: skip
    said = rows.text([entry])
    assert "EXPECTED LOWER" in said
    assert "EXPECTED LOWER" in rows.markdown([entry])
    assert "0 of 1 switches" in said


@pytest.mark.parametrize(
    ("moves", "change", "verdict"),
    [
        ("lower", -0.31, "as expected"),
        ("lower", -0.29, "undecided: lower, by less than 3 errors"),
        ("higher", 0.29, "undecided: higher, by less than 3 errors"),
        ("lower", 0.01, "EXPECTED LOWER"),
        ("higher", -0.9, "EXPECTED HIGHER"),
        ("higher", 0.0, "EXPECTED HIGHER"),
    ],
)
def test_the_right_sign_within_three_errors_is_undecided(monkeypatch, moves, change, verdict):
    spread = 0.10 * np.sqrt(20) * np.tile([1.0, -1.0], 10)  # a Monte Carlo error of 0.1
    both = {False: np.ones(20), True: np.ones(20) + change + spread}
    trial = few()
    monkeypatch.setattr(trial, "values", lambda _, *, off: both[off])
    case = replace(CLOSED, moves=rows.LOWER if moves == "lower" else rows.HIGHER)
    entry = {"row": "S7", "says": "the border", "mechanisms": [], "runs": 20, **rows.answer(case, trial)}
    said = rows.text([entry])
    assert f"({entry['difference_error']:.2g}), {verdict}   [" in said
    table = rows.markdown([entry])
    assert (verdict in table) == (not entry["holds"])


def test_errors_have_two_digits(monkeypatch):
    trial = few()
    monkeypatch.setattr(trial, "values", lambda _, *, off: 1 + 0.148 * np.sqrt(20) * np.tile([1.0, -1.0], 10) * off)
    entry = {"row": "S7", "says": "the border", "mechanisms": [], "runs": 20, **rows.answer(CLOSED, trial)}
    assert "(0.15)" in rows.text([entry])
