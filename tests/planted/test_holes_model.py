"""What no test of the model noticed before bugs were planted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from subprocess import Popen

import numpy as np
import pytest
from scipy import stats

from sim.chance import Chance
from sim.mechanisms import deals
from sim.mechanisms.deals import FREEZE, LEVEL
from sim.model import Peninsula
from sim.recording import columns, units
from sim.scenario import Event, load_scenario
from sim.schedule import streams
from sim.state import AXES, Array, Month, resolve, total
from tests.mechanisms.small_world import Still, doing, median, world
from tests.test_nothing_dead import eventful

RUNS = 1700  # one whole part and a piece of the next
Program = Callable[..., Popen[str]]

# A multiple of the polynomial of CRC-32, its bits as they lie in bytes: taken by exclusive or into data, no CRC changes.
UNSEEN_BY_CRC = 0x1DB710641.to_bytes(5, "little")


# ---- luck -------------------------------------------------------------------------------------------------------------


def test_a_stream_decides_one_thing_and_is_drawn_once_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Peninsula(load_scenario("baseline-2020", ["months=12"]), runs=4, seed=1)
    asked: Counter[tuple[str, Month]] = Counter()
    monthly = Chance.monthly

    def counted(chance: Chance, kind: str, stream: str, date: Month) -> Array:
        asked[stream, date] += 1
        return monthly(chance, kind, stream, date)

    monkeypatch.setattr(Chance, "monthly", counted)
    for _ in range(12):
        model.step()
    model.release()
    assert {stream for (stream, _), times in asked.items() if times > 1} == set()
    assert len({stream for stream, _ in asked}) > 150


def test_the_luck_of_an_event_does_not_hang_on_the_order_of_a_set() -> None:
    paths = [f"affinity.{pair}" for pair in AXES["dyad"]]
    event = Event(month=Month(2020, 5), set=dict.fromkeys(paths, 0.5), add={}, probability=0.5)
    assert streams([event]) == ["event/" + "+".join(sorted(paths))]


# ---- the model --------------------------------------------------------------------------------------------------------


def test_starting_values_are_spread_as_a_scenario_says() -> None:
    model = Peninsula(load_scenario("baseline-2020", ["initial.reserves={value: 3, sd: 0.5}"]), runs=500, seed=2)
    expected = 3 + 0.5 * stats.norm.ppf(model.chance.once("initial/reserves"))
    assert model.world.reserves == pytest.approx(expected, rel=1e-9)
    model.release()


def test_nobody_signs_what_is_worse_than_no_deal() -> None:
    """At working level nothing larger than a freeze is signed; where only a larger package pays, nothing is."""
    table = {"phase": LEVEL, "zone": 1, "best": 4, "approval": 55, "confidence": 0.4, "relief_value": 1.0, "support": 0}
    luck = Still(at={"deals/sign": 0.0})
    for surplus, deal in (([1, 1, 1, 1], FREEZE), ([1, -1, -1, 1], 0)):
        values = {f"surplus.{name}": value for name, value in zip(AXES["offer"], surplus, strict=True)}
        assert deals.step(world({**table, **values}), doing(), median(), luck).deal.item() == deal


def test_a_column_is_what_its_name_says() -> None:
    model = Peninsula(load_scenario("baseline-2020", ["months=2"]), runs=3, seed=1)
    model.step()
    model.step()
    named = columns(model.course)
    for name, series in named.items():
        variable, index = resolve(name)
        np.testing.assert_array_equal(series[-1], model.world[variable.name][index], err_msg=name)
    assert set(named) == set(units())
    model.release()


def test_a_month_goes_on_with_what_it_has_brought_so_far() -> None:
    """The order of a month: what is earned is counted in the same month, what is signed is what is in reach in it."""
    model, signed = Peninsula(eventful(), runs=40, seed=5), 0
    sources = AXES["source"]
    for _ in range(16):
        model.step()
        world = model.world
        np.testing.assert_allclose(world.inflow[sources.index("labour")], total(world.remittances))
        np.testing.assert_allclose(world.inflow[sources.index("shadow_exports")], world.shadow_exports)
        np.testing.assert_allclose(world.inflow[sources.index("exports")], total(world.exports))
        new = (world.agreed > 0) & (world.deal > 1)  # a first deal of words needs no package
        best = np.where(world.summit > 0, world.best, np.minimum(world.best, FREEZE))
        assert (world.deal == best)[new].all()
        signed += int(new.sum())
    model.release()
    assert signed > 10
