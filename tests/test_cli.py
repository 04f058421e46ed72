"""The command as a user meets it: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from experiments import parts
from experiments.cli import main
from sim import __version__

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
MINE = """
title: Mine
question: Does it work?
extends: baseline-2020
months: 4
"""


def peninsula(*arguments: str, cwd: Path = ROOT, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "experiments", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=ENVIRONMENT, check=False, **options)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(MINE)
    return path


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    (folder / "mine.yaml").write_text(MINE)
    (folder / "lax.yaml").write_text(MINE + "parameters: {sanctions.enforcement_china: 0.6}\n")
    made = peninsula("batch", "mine.yaml", "lax.yaml", "--runs", "30", "--seed", "5", "--out", "out", cwd=folder)
    assert made.returncode == 0, made.stderr
    assert "trade_recovery" in made.stdout
    assert "seed 5" in made.stderr
    return folder / "out"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--help"], "conditional frequencies"),
        (["--version"], f"peninsula, version {__version__}"),
        (["list"], "baseline-2020"),
        (["show", "baseline-2020"], "baseline-2020.yaml:"),
        (["diff", "baseline-2020", "no-pandemic"], "initial.border"),
        (["check", "baseline-2020", "history-2016"], "48 months from 2016-01"),
        (["schema"], "labour.tolerated_share"),
        (["codebook"], "sanctions.enforcement_china"),
        (["codebook", "actions"], "north_korea.nuclear_test"),
        (["plot", "--list", "nowhere"], "How does official trade"),
    ],
)
def test_what_the_command_says(arguments, expected):
    said = peninsula(*arguments)
    assert said.returncode == 0, said.stderr
    assert expected in said.stdout


@pytest.mark.parametrize(
    "arguments", [["list", "--json"], ["show", "baseline-2020", "--json"], ["codebook", "--json"], ["schema"]]
)
def test_json_is_json_and_alone_on_standard_output(arguments):
    assert json.loads(peninsula(*arguments).stdout)


def test_light_verbs_import_nothing_heavy():
    for arguments in (["--help"], ["list"], ["check", "baseline-2020"], ["schema"]):
        probe = (
            "import sys; from experiments.cli import peninsula\n"
            f"peninsula.main(args={arguments!r}, standalone_mode=False)\n"
            "sys.exit(','.join(sorted({'mesa', 'pandas', 'scipy', 'matplotlib'} & set(sys.modules))) or 0)"
        )
        ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT, check=False)
        assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["run", "no-such-thing"], 3, "there is no scenario of this name"),
        (["run", "baseline-2020", "--run", "-1"], 2, "--run"),
        (["batch", "baseline-2020", "--runs", "0", "--out", "x"], 2, "--runs"),
        (["batch", "baseline-2020"], 2, "--out"),
        (["batch", "baseline-2020", "--out", "README.md", "--runs", "2"], 4, "README.md"),
        (["batch", "baseline-2020", "--out", "x", "--set", "parameters.labour.tike=0.5"], 3, "labour.take"),
        (["plot", "nowhere"], 4, "nowhere"),
        (["verify", "nowhere"], 4, "nowhere"),
        (["explain", "nowhere", "--run", "1"], 4, "holds no batch"),
        (["explain", "nowhere", "--run", "one"], 2, "--run"),
        (["explain"], 2, "DIRECTORY"),
        (["codebook", "nothing"], 2, "parameters"),
        (["dance"], 2, "dance"),
        (["patterns", "dance"], 2, "SUBJECT"),
    ],
)
def test_mistakes_are_one_line_and_an_exit_code(arguments, code, line):
    said = peninsula(*arguments)
    assert said.returncode == code, said.stderr
    assert line in said.stderr
    assert len(said.stderr.splitlines()) == 1
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("batch b --runs ten --out x", "batch: 'ten' is not a whole number from 1 to 100,000,000 for --runs; see peninsula"),
        ("batch b --jobs 0 --out x", "batch: 0 is not a whole number of 1 or more for --jobs"),
        ("discover b tests --coverage 2", "discover: 2.0 is not a number above 0 and up to 1 for --coverage"),
        ("batch b --rnus 3 --out x", "batch: there is no option --rnus; did you mean --runs? See peninsula batch --help"),
        ("batch b --wholly --out x", "batch: there is no option --wholly; see peninsula batch --help"),
        ("batch b", "batch: --out is missing; add --out DIR, directory of the batch; see peninsula batch --help"),
        ("export b", "export: --out is missing; add --out DIR|FILE.xlsx"),
        ("batch --out x", "batch: SCENARIOS is missing; write peninsula batch [OPTIONS] SCENARIOS...; see"),
        ("branch b --run 1 --month 2020-09", "branch: say what to change: --force NATION.ACTION or --ban NATION.ACTION"),
        ("branch b --month 2020-09", "branch: --run is missing; add --run N, number of the run; see"),
        ("plot b --language jp", "plot: 'jp' is not known for --language; choose from en, ko; see peninsula plot --help"),
        ("report a b", "report: nothing is expected where b stands; write peninsula report [OPTIONS] DIRECTORY; see"),
        ("batch b --out x --runs", "batch: --runs needs a value; write --runs N, a whole number from 1 to 100,000,000; see"),
        ("ask b --of tests --json=yes", "ask: --json takes no value; write --json alone; see peninsula ask --help"),
        ("compar b", ": there is no command 'compar'; did you mean 'compare'? See peninsula --help"),
        ("wholly b", ": there is no command 'wholly'; see peninsula --help"),
        ("codebook nope", ": there is no codebook section 'nope'; choose from parameters, state"),
        ("sweep baseline-2020", "sweep: --out is missing; add --out DIR, directory of the batch; see"),
    ],
)  # fmt: skip
def test_a_slip_on_the_command_line_is_one_line_that_says_how_to_mend_it(arguments, line, capsys, monkeypatch):
    monkeypatch.delenv("PENINSULA_JOBS", raising=False)
    with pytest.raises(SystemExit) as stopped:
        main(arguments.split())
    said = capsys.readouterr()
    assert (stopped.value.code, said.out) == (2, "")
    assert said.err.startswith(f"peninsula{'' if line.startswith(':') else ' '}{line}")
    assert said.err.count("\n") == 1


def test_a_slip_in_the_environment_names_the_variable(capsys, monkeypatch):
    monkeypatch.setenv("PENINSULA_JOBS", "all\nof them")
    with pytest.raises(SystemExit):
        main(["batch", "baseline-2020", "--out", "x"])
    expected = "'all\\nof them' is not a whole number of 1 or more for --jobs (or the variable PENINSULA_JOBS)"
    assert capsys.readouterr().err == f"peninsula batch: {expected}; see peninsula batch --help\n"


def test_without_a_word_the_command_prints_its_help():
    said = peninsula()
    assert "Usage: peninsula [OPTIONS] COMMAND" in said.stdout + said.stderr


def test_a_bad_scenario_is_told_with_its_place(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(MINE + "monhts: 3\nparameters: {labour.take: high}\n")
    said = peninsula("check", "bad.yaml", cwd=tmp_path)
    assert said.returncode == 3
    lines = said.stderr.splitlines()
    assert any(line.startswith("bad.yaml:6:") and "months" in line for line in lines)
    assert any(line.startswith("bad.yaml:7:") for line in lines)


def test_run_tells_a_story(mine):
    told = peninsula("run", str(mine), "--seed", "3", "--run", "2", "--why")
    assert told.returncode == 0, told.stderr
    assert "2020-05" in told.stdout
    assert "Outcomes of this run (one draw, not a forecast)" in told.stdout
    assert told.stdout == peninsula("run", str(mine), "--seed", "3", "--run", "2", "--why").stdout
    short = peninsula("run", str(mine), "--seed", "3", "--run", "2").stdout
    assert "How to read the reasons" in told.stdout
    assert "How to read the reasons" not in short
    assert len(short) < len(told.stdout)
    story = json.loads(peninsula("run", str(mine), "--seed", "3", "--run", "2", "--why", "--json").stdout)
    assert [month["month"] for month in story["months"]] == ["2020-05", "2020-06", "2020-07", "2020-08"]
    moves = [move for month in story["months"] for move in month["moves"]]
    assert {move["level"] for move in moves} == {0, 1, 2}
    for move in moves:
        assert (move["why"] == []) == (move["level"] == 0)
        assert move["level"] == 2 or all(reason["kind"] != "reply" for reason in move["why"])


def test_a_run_told_alone_is_the_run_of_the_batch(batch):
    story = json.loads(peninsula("run", "mine.yaml", "--seed", "5", "--run", "17", "--json", cwd=batch.parent).stdout)
    stored = pd.read_parquet(batch / "outcomes")
    row = stored[(stored["scenario"] == "mine") & (stored["run"] == 17)].iloc[0]
    for name in ("reserves_end", "tests", "trade_recovery", "growth"):
        assert story["outcomes"][name] == row[name]


def test_explain_replays_a_stored_run_and_places_it(batch):
    told = peninsula("explain", str(batch), "--scenario", "lax", "--run", "17")
    assert told.returncode == 0, told.stderr
    assert "Chosen by --run. Replayed: the same bit for bit" in told.stdout
    assert "percentile" in told.stdout
    lowest = peninsula("explain", str(batch), "--scenario", "mine", "--tail", "reserves_end", "--low", "--json")
    explained = json.loads(lowest.stdout)
    stored = pd.read_parquet(batch / "outcomes/scenario=mine").set_index("run")["reserves_end"]
    assert (explained["run"], explained["outcomes"]["reserves_end"]) == (stored.idxmin(), stored.min())


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--run", "3"], "choose with --scenario from mine, lax"),
        (["--scenario", "mine", "--run", "30"], "there is no run 30 of mine"),
        (["--scenario", "mine", "--typical", "--run", "3"], "--run and --typical were both given; keep one"),
    ],
)
def test_mistakes_of_explain_are_one_line(batch, arguments, line):
    said = peninsula("explain", str(batch), *arguments)
    assert said.returncode == 2, said.stderr
    assert line in said.stderr
    assert len(said.stderr.splitlines()) == 1
    assert said.stdout == ""


def test_explain_fails_loudly_where_the_stored_run_is_another_one(batch, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(batch, copy)
    path = copy / "outcomes/scenario=mine/part-00000.parquet"
    label, file = parts.open_part(path.read_bytes())
    table = file.read()
    values = table["growth"].to_numpy().copy()
    values[4] += 1e-9
    place = table.column_names.index("growth")
    path.write_bytes(parts.encode(table.set_column(place, "growth", [values]), label))
    assert peninsula("verify", str(copy)).returncode == 0  # the seal is whole: only a replay can tell
    said = peninsula("explain", str(copy), "--scenario", "mine", "--run", "4")
    assert said.returncode == 8
    assert said.stdout == ""
    assert len(said.stderr.splitlines()) == 1
    assert "run 4 of mine" in said.stderr
    assert "outcome growth is stored as" in said.stderr


def test_the_batch_is_plain_parquet(batch):
    stored = pd.read_parquet(batch / "outcomes")
    assert len(stored) == 60
    assert set(stored["scenario"]) == {"mine", "lax"}
    assert set(stored["status"]) == {"ok"}
    assert len(pd.read_parquet(batch / "trajectories")) == 60 * 4
    assert {"parameters.labour.take", "moves.china.food_aid", "weights.russia.far_east"} <= set(stored.columns)


def test_the_same_command_again_computes_nothing_and_more_runs_extend(batch):
    before = (batch / "outcomes/scenario=mine/part-00000.parquet").read_bytes()
    again = peninsula("batch", "mine.yaml", "lax.yaml", "--runs", "30", "--seed", "5", "--out", "out", cwd=batch.parent)
    assert again.returncode == 0, again.stderr
    assert (batch / "outcomes/scenario=mine/part-00000.parquet").read_bytes() == before


def test_another_batch_is_refused_with_the_difference(batch):
    said = peninsula("batch", "mine.yaml", "lax.yaml", "--runs", "30", "--seed", "6", "--out", "out", cwd=batch.parent)
    assert said.returncode == 7
    assert "seed" in said.stderr


def test_verify_and_damage(batch, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(batch, copy)
    assert peninsula("verify", str(copy)).returncode == 0
    part = copy / "outcomes/scenario=mine/part-00000.parquet"
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(data)
    said = peninsula("verify", str(copy))
    assert said.returncode == 8
    assert "part-00000" in said.stdout
    assert "1 problem; the batch command that made" in said.stderr
    part.unlink()
    said = peninsula("verify", str(copy))
    assert said.returncode == 8
    assert said.stdout == f"{part}: it was stored and is gone\n"
    assert "1 problem; the batch command that made" in said.stderr


def test_plot_draws_and_names_what_it_drew(batch, tmp_path):
    drawn = peninsula("plot", str(batch), "reserves", "outcomes_trade", "--out", str(tmp_path / "pictures"))
    assert drawn.returncode == 0, drawn.stderr
    assert {Path(line).name for line in drawn.stdout.splitlines()} == {"reserves.png", "outcomes_trade.png"}
    assert {path.name for path in (tmp_path / "pictures").iterdir()} == {
        "captions.md",
        *(f"{name}.{kind}" for name in ("reserves", "outcomes_trade") for kind in ("png", "svg", "csv")),
    }
    said = peninsula("plot", str(batch), "reserve")
    assert said.returncode == 2
    assert "reserves" in said.stderr


SIX_PARTS = [
    "batch",
    "baseline-2020",
    "--runs",
    "6000",
    "--seed",
    "2",
    "--jobs",
    "2",
    "--set",
    "months=12",
    "--no-trajectories",
]


def outcome_parts(out):
    return [part.read_bytes() for part in sorted(out.glob("outcomes/*/part-*.parquet"))]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "whole"
    assert peninsula(*SIX_PARTS, "--out", str(out), "--quiet").returncode == 0
    held = outcome_parts(out)
    assert len(held) == 6
    return held


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_a_stopped_batch_goes_on_where_it_stopped(tmp_path, undisturbed, stop, code):
    process = subprocess.Popen(
        [sys.executable, "-m", "experiments", *SIX_PARTS, "--out", str(tmp_path / "stopped")],
        cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    waited = time.monotonic() + 120
    while not list(tmp_path.glob("stopped/outcomes/*/part-*.parquet")) and time.monotonic() < waited:
        time.sleep(0.05)
    process.send_signal(stop)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code, said
    assert "Traceback" not in said
    if stop != signal.SIGKILL:
        assert "the same command goes on" in said
    kept = len(list(tmp_path.glob("stopped/outcomes/*/part-*.parquet")))
    assert 0 < kept < 6
    assert peninsula(*SIX_PARTS, "--out", str(tmp_path / "stopped"), "--quiet").returncode == 0
    assert outcome_parts(tmp_path / "stopped") == undisturbed
