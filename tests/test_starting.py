"""Starting values for any month: legal, in agreement with the scenarios, and from nothing that came later."""

from __future__ import annotations

import calendar
import itertools
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from sim import history
from sim.history import Hindsight, attention, reading, starting, starting_values
from sim.model import Peninsula
from sim.scenario import load_scenario
from sim.state import AXES, Month, resolve

STARTS = [Month(2012, 1) + month for month in range(120)]
# Where a scenario says otherwise, and why
OTHERWISE = {
    "approval": "history-2012 takes over the figure of 2016",
    "habituation": "computed by days with a test; the scenarios judged it",
    "readiness": "the scenario of 2012 assumes what the record does not show",
    "salience": "the same",
    "since_severe": "an artillery attack counts as severe in history-2012 and is no test",
    "since_meeting": "history-2012 counts a journey through Manchuria; the scenarios count full months",
    "since_failure": "the scenarios count full months",
    "past_trade": "years as published; the scenarios have single months, or one number for all",
    "patron_trade": "left to the model in the older scenarios; twelve months by another count in 2020",
    "in_office": "left to the model",
    "border": "baseline-2020 knows of May 2020",
    "openness": "baseline-2020 knows of April to June 2020",
    "oil_price": "the scenarios have the month of the start itself",
    "trade": "baseline-2020 has April 2020 split by hand",
}


def single(values: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Value and spread of every single number."""
    found = {}
    for path, each in sorted(values.items(), key=lambda item: item[0].count(".")):
        variable, _ = resolve(path)
        axes = variable.axes[path.count(".") :]
        for labels in itertools.product(*(AXES[axis] for axis in axes)):
            value = each.value[AXES[axes[-1]].index(labels[-1])] if isinstance(each.value, tuple) else each.value
            found[".".join([path, *labels])] = value, each.sd
    return found


@pytest.mark.parametrize(
    ("start", "scenario"), [("2012-01", "history-2012"), ("2016-01", "history-2016"), ("2020-05", "baseline-2020")]
)
def test_scenarios_and_starting_values_agree(start: str, scenario: str) -> None:
    here, there = single(starting_values(Month.parse(start))), single(load_scenario(scenario).initial)
    apart = {
        path for path, (value, spread) in there.items()
        if path not in here or abs(here[path][0] - value) > max(spread, 0.05 * abs(value), 1e-9)
    }  # fmt: skip
    assert {path.split(".")[0] for path in apart} <= set(OTHERWISE)
    assert len(apart) < 0.25 * len(there)


def test_every_exception_is_needed() -> None:
    used = set()
    for start, scenario in (("2012-01", "history-2012"), ("2016-01", "history-2016"), ("2020-05", "baseline-2020")):
        here, there = single(starting_values(Month.parse(start))), single(load_scenario(scenario).initial)
        used |= {path.split(".")[0] for path in {*here, *there} if here.get(path) != there.get(path)}
    assert set(OTHERWISE) <= used


@pytest.mark.parametrize("start", STARTS, ids=str)
def test_values_are_legal_settable_and_sourced(start: Month) -> None:
    values = starting_values(start)
    for path, (value, spread) in single(values).items():
        variable, _ = resolve(path)
        assert variable.settable
        assert variable.low <= value <= variable.high, path
        assert not variable.whole or (float(value).is_integer() and not spread), path
    assert all(each.source and each.grade in "VCKP" for each in values.values())


def test_counts_of_tests_follow_the_record() -> None:
    starts = (Month(2013, 3), Month(2016, 2), Month(2018, 1))
    assert [starting_values(start)["tests_total.nuclear"].value for start in starts] == [3, 4, 6]


def test_no_level_rests_on_a_month_that_had_not_ended() -> None:
    named = re.compile(rf"({'|'.join(calendar.month_name[1:])}) (20\d\d)")
    for point in starting.starting_points():
        for month, year in named.findall(point.source):
            told = Month(int(year), list(calendar.month_name).index(month))
            assert told < point.month, f"{point.path} from {point.month} on rests on {month} {year}"


@pytest.mark.parametrize("start", ["2012-01", "2014-07", "2018-01", "2020-02", "2021-12"])
def test_a_world_begins_from_them_and_goes_on(start: str) -> None:
    model = Peninsula(load_scenario("from-history", [f"start={start}", "months=2"]), runs=3, seed=1)
    for _ in range(2):
        model.step()
    assert np.isfinite(model.world.reserves).all()


@pytest.mark.parametrize("start", [Month(2011, 12), Month(2022, 1)], ids=str)
def test_other_months_are_refused(start: Month) -> None:
    with pytest.raises(ValueError, match="known from 2012-01 to 2021-12"):
        starting_values(start)


@pytest.mark.parametrize("start", STARTS, ids=str)
def test_what_came_later_changes_nothing(start: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    before = starting_values(start)
    known = reading.rows
    history.observations._observed.cache_clear()

    def without_later(kind: type, name: str) -> tuple[Any, ...]:
        return tuple(row for row in known(kind, name) if row.last_month < start)

    for module in (history.tables, history.tables_politics, starting):
        monkeypatch.setattr(module, "rows", without_later)
    after = starting_values(start)
    history.observations._observed.cache_clear()
    assert after == before


def test_a_value_that_reads_what_came_later_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def cheating(start: Month) -> dict[str, starting.Starting]:
        latest = history.observed("trade.china.exports", start + 12)[-1]
        return {"trade.china.exports": starting.Starting(latest.value, 0, "the future", "V")}

    monkeypatch.setattr(starting, "COMPUTED", (*starting.COMPUTED, cheating))
    with pytest.raises(Hindsight):
        starting_values(Month(2016, 1))


def test_attention_follows_the_rules_of_the_model() -> None:
    fixed = [f"parameters.{name}={row.prior.centre}" for name, row in _parameters().items()]
    rhetoric = ["parameters.salience.rhetoric=0", "initial.salience=0", "initial.habituation=0", "initial.readiness=0",
                "initial.since_severe=24"]  # fmt: skip
    model = Peninsula(load_scenario("from-history", ["start=2012-01", *fixed, *rhetoric, "months=8"]), runs=40, seed=2)
    classes = AXES["test_class"]
    events: list[list[dict[str, float]]] = [[] for _ in range(40)]
    spared = []
    for _ in range(8):
        model.step()
        spared.append(model.world.war_elsewhere > 0)
        limited = model.moves["north_korea.border_provocation"] > 0
        for run in range(40):
            events[run].append(dict(zip(classes, model.world.tests[:, run].tolist(), strict=True)))
        spared[-1] |= limited
    alike = [run for run in range(40) if not any(month[run] for month in spared)]
    assert alike
    for run in alike:
        found = attention.replayed(events[run])
        for name in ("salience", "habituation", "readiness"):
            assert found[name] == pytest.approx(float(model.world[name][run]), abs=1e-9)


def _parameters() -> dict[str, Any]:
    from sim.parameters import PARAMETERS

    return {name: row for name, row in PARAMETERS.items() if name.startswith(("salience.", "readiness."))}
