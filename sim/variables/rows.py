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
    whole: bool = False  # counts levels or occasions: no fractions and no spread

    @property
    def levels(self) -> tuple[str, ...]:
        """Names of the levels of a whole variable from low to high, as its meaning lists them
        after the last colon; none where it does not."""
        names = tuple(self.meaning.split(": ")[-1].split(", ")) if self.whole else ()
        return names if len(names) == self.high - self.low + 1 else ()


def variables(owner: str, *rows: tuple[object, ...]) -> tuple[Variable, ...]:
    """Rows of (name, axes, unit, low, high, start, flags, meaning); flags: s settable, r recorded, w whole."""
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
            whole="w" in str(flags),
        )
        for name, axes, unit, low, high, start, flags, meaning in rows
    )
