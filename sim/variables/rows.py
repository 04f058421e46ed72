"""What a state array is, and how its declaration is read."""

from __future__ import annotations

from dataclasses import dataclass

INF = float("inf")


@dataclass(frozen=True)
class Variable:
    """What one state array is. ``owner`` names the module whose step writes it."""

    name: str
    axes: tuple[str, ...]
    unit: str
    low: float
    high: float
    owner: str
    meaning: str
    start: float = 0.0  # where a scenario says nothing
    settable: bool = False  # may stand under `initial` and in events of a scenario
    recorded: bool = False  # kept month by month in trajectories


def variables(owner: str, *rows: tuple[object, ...]) -> tuple[Variable, ...]:
    """Rows of (name, axes, unit, low, high, start, flags, meaning); flags: s settable, r recorded."""
    return tuple(
        Variable(
            name=str(name),
            axes=tuple(str(axes).split()),
            unit=str(unit),
            low=float(low),  # type: ignore[arg-type]
            high=float(high),  # type: ignore[arg-type]
            owner=owner,
            meaning=str(meaning),
            start=float(start),  # type: ignore[arg-type]
            settable="s" in str(flags),
            recorded="r" in str(flags),
        )
        for name, axes, unit, low, high, start, flags, meaning in rows
    )
