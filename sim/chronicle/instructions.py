"""What a scenario told the nations: moves forced and banned, and those that could not be made because a gate was closed."""

from __future__ import annotations

from collections.abc import Iterator

from sim.chronicle.turn import Event
from sim.model import Peninsula
from sim.state import Month


def told(model: Peninsula, date: Month) -> Iterator[Event]:
    """The instructions whose period begins in the month that has just passed, and those that found a gate closed in it."""
    for nation in model.nations.values():
        meanings = {line.name: line.meaning for line in nation.menu}
        offered = {line.name: bool(here[0]) for line, here in zip(nation.menu, nation.offered, strict=True)}
        for each in model.schedule.instructions(nation.name, date):
            names = [each.force] if each.force else list(each.ban)
            if date == (each.first or model.spec.start):
                yield {
                    "kind": "instruction", "nation": nation.name, "forced": bool(each.force), "actions": names,
                    "meanings": [meanings[name] for name in names], "until": str(each.last or model.spec.last_month),
                    "why": each.why,
                }  # fmt: skip
            if each.force and not offered[each.force]:
                yield {
                    "kind": "gate_closed", "nation": nation.name, "action": each.force, "meaning": meanings[each.force],
                }  # fmt: skip


def forced(model: Peninsula, nation: str) -> frozenset[str]:
    """The actions that a scenario forced on a nation in the month that has just passed."""
    date = model.seen.date
    return frozenset(each.force for each in model.schedule.instructions(nation, date) if each.force)
