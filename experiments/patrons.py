"""Patrons as leverage: what support does to the bargain in itself, and what courting patrons does to the chance of a deal.

Two questions that are easily mixed up. The partial effect holds everything else still: in the same worlds, support that
replaces a share of the relief raises Pyongyang's payoff and shrinks the surplus. The total effect lets patrons also
endorse, mediate and vote; it is split by switching one path off at a time, under the same luck.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from experiments.estimates import error_of_mean, told, wilson
from experiments.plain import or_dash
from sim.actions import Moves
from sim.mechanisms import leverage
from sim.model import Peninsula, simulate_block
from sim.scenario import load_scenario
from sim.state import AXES, Array

SHARES = (0, 20, 40, 60)  # percent of the relief that patrons make good
SCENARIO = "patrons-{share}"
FREEZE, INTERIM = 2, AXES["offer"].index("interim")
SETTLED = 3  # months after which the partial effect is taken
# what each path rests on, set to nothing to switch it off
PATHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "support": ("leverage.support_lapses",),
        "mediation": ("talks.endorsement", "talks.mediation"),
        "council": ("council.amity", "council.sits"),
    }
)
Row = dict[str, Any]


def table(*, runs: int, seed: int) -> list[Row]:
    """A row for each share of the relief: partial effects, the chance of a deal, and its change by path, with errors."""
    deals = {path: [_deals(share, runs, seed, off) for share in SHARES] for path, off in {"all": (), **PATHS}.items()}
    rows = []
    for place, (share, part) in enumerate(zip(SHARES, _partial(runs, seed), strict=True)):
        row: Row = {"share": share, "runs": runs, **part, "deal": float(deals["all"][place].mean())}
        row["deal_error"] = error_of_mean(deals["all"][place])
        row["deal_low"], row["deal_high"] = wilson(float(deals["all"][place].sum()), runs)
        whole = deals["all"][place] - deals["all"][0]
        row["total"], row["total_error"] = float(whole.mean()), error_of_mean(whole)
        for path in PATHS:
            due = whole - (deals[path][place] - deals[path][0])
            row[path], row[f"{path}_error"] = float(due.mean()), error_of_mean(due)
        rows.append(row)
    return rows


def _deals(share: int, runs: int, seed: int, off: tuple[str, ...]) -> Array:
    """1 in the runs in which a freeze or more is signed, ``(R,)``."""
    scenario = load_scenario(SCENARIO.format(share=share), [f"parameters.{name}=0" for name in off])
    block = simulate_block(scenario, seed=seed, first_run=0, runs=runs, trajectories=False)
    return (block.outcomes["deal"] >= FREEZE).astype(float)


def _partial(runs: int, seed: int) -> list[Row]:
    """Gain over disagreement without patrons, and surplus of the interim package, in the same worlds with more support."""
    scenario = load_scenario(SCENARIO.format(share=0))
    model = Peninsula(scenario, runs=runs, seed=seed)
    try:
        for _ in range(SETTLED):
            model.step()
        world, dice = model.world, model.chance.month(model.world.date)
        nothing = Moves.none(model.actions, runs)
        rows = []
        for share in SHARES:
            more = world.support.copy()
            more[0] += share / 100 * world.relief_value[INTERIM]
            after = leverage.step(world.replace(support=more), nothing, model.params, dice)
            rows.append({
                "payoff": float(after.leverage.mean()), "payoff_error": error_of_mean(after.leverage),
                "surplus": float(after.surplus[INTERIM].mean()), "surplus_error": error_of_mean(after.surplus[INTERIM]),
            })  # fmt: skip
        return rows
    finally:
        model.release()


def draw(rows: list[Row], *, seed: int, out: Path) -> list[Path]:
    """The table as a picture: ``patrons.png``, ``patrons.svg`` and ``patrons.csv`` in a directory."""
    import pandas as pd

    from experiments.figures import patrons, style
    from experiments.figures.tables import write_table
    from sim import __version__

    out.mkdir(parents=True, exist_ok=True)
    footer = style.footer({"seed": seed, "version": __version__}, [rows[0]["runs"]])
    with style.house_style():
        figure = patrons.page(rows, footer)
    return [*style.save(figure, out / "patrons"), write_table(pd.DataFrame(rows), out / "patrons.csv")]


def text(rows: list[Row]) -> str:
    """The table with aligned columns."""
    heads = ["share", "payoff", "surplus", "P(deal)", "change", *(f"by {path}" for path in PATHS)]
    lines = ["Patrons as leverage: support that replaces a share of the relief of an interim deal", _line(heads)]
    for row in rows:
        chance = f"{100 * row['deal']:.1f}, {100 * row['deal_low']:.1f} to {100 * row['deal_high']:.1f}"
        cells = [f"{row['share']}%", *(told(row[name], row[f"{name}_error"]) for name in ("payoff", "surplus")), chance]
        lines.append(_line([*cells, *(_points(row, name) for name in ("total", *PATHS))]))
    lines += [
        f"{rows[0]['runs']} runs a row, same luck; payoff (bn USD a year) and surplus (bn USD) in the same worlds;",
        "P(deal): share of runs with a freeze or more, in percent, with its 95% interval; changes against 0%, in points.",
        "In brackets Monte Carlo errors. A path's part is the change that vanishes when the path is switched off; parts",
        "need not add up.",
    ]
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    widths = (6, 15, 15, 21, *[13] * (1 + len(PATHS)))
    return "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _points(row: Row, name: str) -> str:
    return f"{100 * row[name]:.1f} ({or_dash(100 * row[name + '_error'], '.1f')})"
