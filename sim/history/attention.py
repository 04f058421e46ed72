"""Attention, habituation and readiness as they stood before a month, from the record of tests.

The rules are those of ``sim.mechanisms.weapons`` at the medians of its parameters, applied to the tests that happened; a
test of the suite holds the two together. Rhetoric is not on record and left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.history.tables import Provocations, provocations_monthly
from sim.mechanisms.weapons import FORGOTTEN, SEVERE, impact
from sim.parameters import PARAMETERS
from sim.parameters.tables import TEST_SEVERITY
from sim.state import AXES, Month

# kinds of the record by class of the model
KINDS: Mapping[str, tuple[str, ...]] = {
    "srbm": ("srbm", "mrbm", "ballistic_unknown"),  # CSIS counts medium range as severity 3
    "irbm": ("irbm",),
    "slbm": ("slbm",),
    "icbm": ("icbm", "satellite_launch"),
    "nuclear": ("nuclear_test",),
}
SEVERITY = dict(zip(AXES["test_class"], TEST_SEVERITY.values[0].tolist(), strict=True))


def attention(start: Month) -> dict[str, float]:
    """Salience, habituation and readiness before a month. Raises Hindsight where the world is frozen earlier."""
    return replayed([_events(row) for row in provocations_monthly(start)])


def replayed(events: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The same from events by class, month by month."""
    p = {name: row.prior.centre for name, row in PARAMETERS.items() if name.startswith(("salience.", "readiness."))}
    salience = habituation = readiness = 0.0
    since_severe = float(FORGOTTEN)
    for month in events:
        before, salience, habituation = habituation, p["salience.memory"] * salience, p["salience.forgetting"] * habituation
        for name, count in month.items():
            novel = since_severe >= FORGOTTEN and SEVERITY[name] >= SEVERE
            earned = impact(
                severity=np.array([np.ceil(min(count, 1)) * SEVERITY[name]]), habituation=np.array([before]),
                sensitivity=np.array([p["salience.habituation"]]), novelty=np.array([1 + p["salience.novelty"] * novel]),
            )  # fmt: skip
            salience += min(float(earned[0]), 1.0) * (1 - salience)
            habituation += p["salience.habit_step"] * SEVERITY[name] / 5 * count
        worst = max((SEVERITY[name] for name, count in month.items() if count), default=0.0)
        since_severe = 0.0 if worst >= SEVERE else since_severe + 1
        kept = p["readiness.decay"] * readiness
        readiness = kept + p["readiness.step"] * (1 - kept) * (worst > 0)
    return {"salience": salience, "habituation": habituation, "readiness": readiness}


def _events(row: Provocations) -> dict[str, float]:
    """Events of a month by class. An event is a day; days by class are not on record, so that the days of the month are
    shared out by launches."""
    counts = {name: sum(getattr(row, kind) for kind in kinds) for name, kinds in KINDS.items()}
    share = min(1.0, row.days_with_event / max(sum(counts.values()), 1))
    return {name: count * share for name, count in counts.items()}
