"""What is wrong with a sweep is said in one line, with its place, before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from experiments import sweep_file, sweep_keys, sweeps
from experiments.errors import BatchWarning, UsageError
from experiments.verbs_sweep import sweep as verb

TAKE, RULE = "parameters.labour.take", "nations.russia.rule"


def asked(*texts: str, design: str = "grid", points: int | None = None) -> sweeps.Sweep:
    return sweeps.Sweep("baseline-2020", tuple(sweep_keys.axis(text) for text in texts), design, points, ("months=3",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TAKE, "expected KEY=A,B,... or KEY=LOW..HIGH"),
        (f"{TAKE}=", "expected KEY=A,B"),
        ("parameters.labour.tak=1,2", "no key to vary 'parameters.labour.tak'; did you mean 'parameters.labour.take'"),
        ("events=1,2", "no key to vary 'events'"),
        (f"{TAKE}=0.5", "one value varies nothing"),
        (f"{TAKE}=0.5,0.50", "0.50 is given twice"),
        (f"{TAKE}=0.5,,0.6", "a value is empty"),
        (f"{TAKE}=0.8..0.5", "runs from high to low"),
        (f"{TAKE}=a..b", "is no range"),
        (f"{TAKE}=0...inf", "is no range"),
        ("initial.crisis=0.5..2", "counts in whole numbers"),
        (f"{TAKE}={{uniform: [0, 1]}}", "lists and distributions are not varied"),
    ],
)
def test_a_malformed_key_is_one_line(text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        sweep_keys.axis(text)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("sweep", "said"),
    [
        (asked(), "nothing is varied"),
        (asked(f"{TAKE}=0.5,0.6", f"{TAKE}=0.7,0.8"), f"{TAKE} is varied twice"),
        (asked("months=2,3"), "months is both set and varied"),
        (asked(f"{TAKE}=0.5,0.6", points=3), "number of steps of a range"),
        (asked(f"{TAKE}=0.5..0.6", "initial.reserves=1..9", points=65), "4,225 points; expected 2 to 4,096"),
        (asked(f"{TAKE}=0.5..0.6", design="lhs", points=5000), "5,000 points; expected 2 to 4,096"),
        (asked(f"{TAKE}=0.5,7"), f"--vary {TAKE}: labour.take is 7; expected a number"),
        (asked(f"{TAKE}=0.5..7", "initial.reserves=1..9"), f"--vary {TAKE}: labour.take is 7; expected a number"),
        (asked(f"{RULE}=inertia,inertial"), f"--vary {RULE}: rule of russia has no 'inertial'; did you mean 'inertia'"),
        (asked("initial.crisis=0..2", design="lhs", points=9), "are the same scenario"),
    ],
)
def test_a_design_that_makes_no_sense_is_one_line(sweep: sweeps.Sweep, said: str) -> None:
    if sweep.axes and sweep.axes[0].key == "months":
        sweep = sweeps.Sweep(sweep.scenario, sweep.axes, settings=("months=4",))
    with pytest.raises(UsageError) as error:
        sweeps.scenarios(sweep, sweeps.expand(sweep, 1))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_what_changes_more_than_is_varied_is_refused() -> None:
    sweep = sweeps.Sweep("from-history", (sweep_keys.axis("start=2012-05,2016-05"),), settings=("months=3",))
    with pytest.raises(UsageError, match="varying start changes initial"):
        sweeps.scenarios(sweep, sweeps.expand(sweep, 1))


def test_a_value_that_a_prior_makes_rare_is_warned_of() -> None:
    sweep = asked(f"{TAKE}=0.05,0.7")
    with pytest.warns(BatchWarning, match="labour.take is 0.05; its prior"):
        sweeps.scenarios(sweep, sweeps.expand(sweep, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- 1\n", "mine.yaml:1:1: a sweep is a list; expected a map"),
        ("vary: {months: [2, 3]}\n", "mine.yaml:1:1: the sweep has no scenario"),
        ("scenario: baseline-2020\nvari: {}\n", "mine.yaml:2:1: unknown key of a sweep 'vari'; did you mean 'vary'?"),
        ("scenario: baselin-2020\n", "mine.yaml:1:11: extends 'baselin-2020'"),
        ("scenario: baseline-2020\nvary:\n  parameters.labour.tak: [1, 2]\n", "mine.yaml:3:3: there is no key to vary"),
        (f"scenario: baseline-2020\nvary:\n  {TAKE}: 0.5\n", f"mine.yaml:3:27: {TAKE} is a number; expected a list"),
        (f"scenario: baseline-2020\nvary:\n  {TAKE}: 0.5..0.4\n", "mine.yaml:3:3: 0.5..0.4 runs from high to low"),
        ("scenario: baseline-2020\ndesign: gird\n", "mine.yaml:2:9: design has no 'gird'; did you mean 'grid'?"),
        ("scenario: baseline-2020\nruns: 0\n", "mine.yaml:2:7: runs is 0; expected a whole number from 1"),
        ("scenario: baseline-2020\npoints: none.csv\n", "mine.yaml:2:9: 'none.csv': there is no such file"),
        ("scenario: baseline-2020\npoints: ../a.csv\n", "mine.yaml:2:9: '../a.csv': expected the bare name"),
        ("scenario: baseline-2020\nset: {events: []}\n", "mine.yaml:2:15: events is a list; expected one value"),
        ("scenario: baseline-2020\nseed: 1\nseed: 2\n", "mine.yaml:3:1: 'seed' is given twice"),
    ],
)
def test_a_mistake_in_a_file_is_one_line_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(text)
    with pytest.raises(UsageError) as error:
        sweep_file.read(Path("mine.yaml"))
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{TAKE}\n0.5\n", "mine.csv: expected a line of keys and 2 to 4,096 points, not 2 lines"),
        ("labour\n1\n2\n", "mine.csv:1: there is no key to vary 'labour'"),
        (f"{TAKE} (USD)\n0.5\n0.6\n", f"mine.csv:1: the unit of {TAKE} is (USD); expected {TAKE} (share)"),
        (f"{TAKE},{TAKE}\n1,2\n3,4\n", "mine.csv:1: expected 1 to 64 different keys"),
        ("point\n1\n2\n", "mine.csv:1: expected 1 to 64 different keys"),
        (f"point,{TAKE}\n1,0.5\n\n2,0.6,7\n", "mine.csv:4: 3 values; expected 2"),
        (f"{TAKE}\n0.5\n''\n", "mine.csv:3: "),
        (f"{TAKE}\n0.5\n[1]\n", f"mine.csv:3: {TAKE} is '[1]'; expected a number"),
        (f"{TAKE}\n0.5\n9\n", "mine.csv:3: labour.take is 9; expected a number"),
        (f"{TAKE},months\n0.5,3\n0.6,3\n", "months has the same value in all points"),
        (f"{TAKE}\n0.5\n\xff\n", "mine.csv: this is no CSV table"),
    ],
)
def test_a_mistake_in_a_table_is_one_line_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_bytes(text.encode("latin-1"))

    def read() -> None:
        sweep = sweeps.Sweep("baseline-2020", table=sweep_file.read_table(Path("mine.csv")))
        sweeps.scenarios(sweep, sweeps.expand(sweep, 1))

    with pytest.raises(UsageError) as error:
        read()
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["baseline-2020", "--vary", f"{TAKE}=1,2"], "--out is missing; add --out DIR"),
        (["--out", "x"], "SCENARIO is missing; name one, or give --file"),
        (["baseline-2020", "--file", "x.yaml", "--out", "x"], "--file says scenario"),
        (["baseline-2020", "--points", "1e3", "--out", "x"], "--points is '1e3'"),
        (["baseline-2020", "--points", "x.csv", "--design", "lhs", "--out", "x"], "a table of points says it all"),
    ],
)
def test_a_mistake_on_the_command_line_is_said(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(verb, arguments)
    assert result.exit_code == 2
    assert said in result.output
