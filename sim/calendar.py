"""Scheduled elections: what everybody can see coming."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sim.state import Month

# (expected from, held); nobody expected the Korean election of May 2017 before the impeachment of December 2016.
# Presidential elections, as scheduled by law [V]
ELECTIONS: Mapping[str, tuple[tuple[Month, Month], ...]] = MappingProxyType(
    {
        "united_states": tuple((Month(year - 4, 12), Month(year, 11)) for year in range(2008, 2061, 4)),
        "south_korea": (
            (Month(2008, 1), Month(2012, 12)),
            (Month(2016, 12), Month(2017, 5)),
            *((Month(year - 5, 6), Month(year, 3)) for year in range(2022, 2061, 5)),
        ),
    }
)
INAUGURATION = MappingProxyType({"united_states": 2, "south_korea": 2})  # months from election to office [V]
SNAP = Month(2017, 5)  # the president elected in May 2017 took office the next day [V]
FAR = 48  # months: no election in sight


def months_to_election(nation: str, date: Month) -> int:
    """Months to the next election that is expected; FAR when none is in sight."""
    left = [held - date for known, held in ELECTIONS.get(nation, ()) if known <= date <= held]
    return min(left, default=FAR)


def votes_in(nation: str, date: Month) -> bool:
    """Whether the nation elects its president this month."""
    return any(held == date for _, held in ELECTIONS.get(nation, ()))


def takes_office_in(nation: str, date: Month) -> bool:
    """Whether who won an election takes office this month."""
    return any(held + _delay(nation, held) == date for _, held in ELECTIONS.get(nation, ()))


def _delay(nation: str, held: Month) -> int:
    return 0 if held == SNAP else INAUGURATION[nation]
