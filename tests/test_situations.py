"""Situations a specialist can read: each file in ``situations`` says what is given, what is changed, and what follows.

name, why      what happens, and why one should expect what is expected
given          scenario: a shipped scenario; set: settings on top of it, KEY=VALUE
compare        what differs from it (scenario, set); left out where one set of runs is enough
runs, months   how many runs, of how many months; the same luck on both sides
expect         a list; each line holds a measure and what it is
    of         an outcome, or a recorded variable, summed over what the path leaves open: ``trade.*.exports``
    last       only the last so many months; in: only these calendar months (1 to 12); otherwise all
    is         higher, lower or unchanged against ``given``; with ``than in`` against other calendar months of the same runs
    by         at least by so much of the value it is compared with (higher, lower), at most by so much (unchanged)
    runs       share of runs in which it is so, at least
    between    two bounds of the mean, where nothing is compared
"""

from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from sim import load_scenario
from sim.model import simulate_block
from sim.outcomes import OUTCOMES

FOLDER = Path(__file__).parent / "situations"
FILES = sorted(FOLDER.glob("*.yaml"))
KEYS = {"name", "why", "given", "compare", "runs", "months", "expect"}
LINE = {"of", "last", "in", "is", "than in", "by", "runs", "between"}


def read(path):
    """A situation, with its grammar checked."""
    situation = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    assert KEYS - {"compare"} <= set(situation) <= KEYS, f"{path.name} has the keys {set(situation)}"
    for side in ("given", "compare"):
        assert set(situation.get(side, {})) <= {"scenario", "set"}, f"{path.name}: {side}"
    for line in situation["expect"]:
        check(line, compared="compare" in situation, where=path.name)
    return situation


def check(line, *, compared, where):
    """A line of expectations says one thing, and says it fully."""
    assert "of" in line, where
    assert set(line) <= LINE, f"{where}: {set(line) - LINE}"
    assert ("is" in line) != ("between" in line), f"{where}: a line says what a measure is, or between what it lies"
    if "is" in line:
        assert line["is"] in ("higher", "lower", "unchanged"), where
        assert compared != ("than in" in line), f"{where}: against the runs of given, or against other months, and not both"
        assert line["is"] != "unchanged" or "by" in line, f"{where}: unchanged by at most how much?"


@cache
def block(scenario, settings, runs, months):
    """The runs of a scenario under settings, to as many months; events after them do not happen."""
    asked = replace(load_scenario(scenario, settings=list(settings)), months=months)
    return simulate_block(asked, seed=0, first_run=0, runs=runs, trajectories=True)


def simulated(situation, side):
    """The runs that are given, or those that are compared with them, which differ from the given ones only as said."""
    given, other = situation["given"], situation.get(side, {}) if side == "compare" else {}
    settings = (*given.get("set", ()), *other.get("set", ()))
    return block(other.get("scenario", given["scenario"]), settings, situation["runs"], situation["months"])


def measure(runs, line, months_of="in"):
    """One value per run: an outcome, or the mean of a variable over the months that the line asks for."""
    name = line["of"]
    if name in OUTCOMES and not {"in", "last", "than in"} & set(line):
        return runs.outcomes[name].astype(float)
    columns = [column for column in runs.trajectories if fnmatchcase(column, name) or fnmatchcase(column, f"{name}.*")]
    assert columns, f"there is no outcome and no recorded variable {name!r}"
    series = sum(runs.trajectories[column] for column in columns)
    wanted = np.ones(len(runs.months), dtype=bool)
    if months_of in line:
        wanted &= np.isin([int(month[-2:]) for month in runs.months], line[months_of])
    if "last" in line:
        wanted[: -line["last"]] = False
    assert wanted.any(), f"no month of the runs is asked for: {line}"
    return series[wanted].mean(axis=0)


def judge(line, before, after):
    """Whether what is expected came about; a text that says what did."""
    usual, change = before.mean(), after - before
    said = f"{line['of']}: {usual:.4g} became {after.mean():.4g}"
    if line["is"] == "unchanged":
        return abs(change.mean()) <= line["by"] * abs(usual), said
    sign = 1 if line["is"] == "higher" else -1
    error = change.std() / np.sqrt(change.size)
    held = sign * change.mean() > max(line.get("by", 0) * abs(usual), 4 * error)
    share = (sign * change > 0).mean()
    return held and share >= line.get("runs", 0), f"{said}; in {share:.0%} of runs {line['is']}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_situation(path):
    situation = read(path)
    given = simulated(situation, "given")
    compared = simulated(situation, "compare") if "compare" in situation else given
    for line in situation["expect"]:
        if "between" in line:
            low, high = line["between"]
            mean = measure(compared, line).mean()
            assert low <= mean <= high, f"{situation['name']}: {line['of']} is {mean:.4g}"
        else:
            before = measure(given, line, "than in" if "than in" in line else "in")
            held, said = judge(line, before, measure(compared, line))
            assert held, f"{situation['name']}: {said}"


def test_there_are_situations_with_names_and_reasons():
    situations = [read(path) for path in FILES]
    assert len(situations) >= 12
    assert len({situation["name"] for situation in situations}) == len(situations)
    for situation in situations:
        assert len(situation["why"].split()) >= 5
        assert situation["runs"] >= 100
        assert situation["expect"]


@pytest.mark.parametrize(
    "line",
    [
        {"is": "higher"},
        {"of": "tests"},
        {"of": "tests", "is": "greater"},
        {"of": "tests", "is": "higher", "between": [0, 1]},
        {"of": "tests", "is": "unchanged"},
        {"of": "tests", "is": "higher", "than in": [1]},
        {"of": "tests", "is": "higher", "colour": "red"},
    ],
)
def test_a_line_that_says_nothing_is_refused(line):
    with pytest.raises(AssertionError):
        check(line, compared=True, where="a file")


def test_the_judge_sees_a_change_and_its_absence():
    before = np.linspace(1, 2, 400)
    assert judge({"of": "x", "is": "higher"}, before, before + 0.1)[0]
    assert not judge({"of": "x", "is": "lower"}, before, before + 0.1)[0]
    assert not judge({"of": "x", "is": "higher", "by": 0.5}, before, before + 0.1)[0]
    assert not judge({"of": "x", "is": "higher"}, before, before[::-1])[0]  # no change on the whole, only scatter
    assert not judge({"of": "x", "is": "higher", "runs": 0.9}, before, before + np.where(np.arange(400) % 4, 1, -1))[0]
    assert judge({"of": "x", "is": "unchanged", "by": 0.1}, before, before + 0.1)[0]
    assert not judge({"of": "x", "is": "unchanged", "by": 0.05}, before, before + 0.1)[0]
