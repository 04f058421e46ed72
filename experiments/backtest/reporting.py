"""A backtest as tables to read, as files and as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.backtest import baselines, scoreboard
from experiments.backtest.cutoffs import ALONE, CALIBRATED, CUTOFFS, MODEL, RANDOM, Cutoff
from experiments.backtest.scoreboard import Backtest
from experiments.batch import Progress
from experiments.errors import UsageError
from experiments.plain import plain
from sim.state import Month

Row = dict[str, Any]
AIM_BRIER, AIM_BAND, AIM_SHOCKS = 0.25, (0.80, 0.97), ("2018-01", "2020-05")
WEAK = "From May 2020 on: one weak test, and the only one out of sample for the prior."


def run(starts: Sequence[str], months: int, *, runs: int, seed: int, posterior: str | None, jobs: int | None,
        progress: Progress | None) -> Backtest:  # fmt: skip
    """A backtest from months given as text, or from the usual cut-offs. UsageError says what is wrong with a month."""
    try:
        chosen = [Cutoff.at(Month.parse(start), months) for start in starts]
    except ValueError as error:
        raise UsageError(str(error)) from None
    cutoffs = chosen or [Cutoff.at(cutoff.start, months) for cutoff in CUTOFFS]
    return scoreboard.backtest(cutoffs, runs=runs, seed=seed, posterior=posterior, jobs=jobs, progress=progress)


def tables(found: Backtest) -> dict[str, Any]:
    """All tables of a backtest."""
    return {
        "runs": found.runs, "seed": found.seed, "cut-offs": [str(cutoff) for cutoff in found.cutoffs],
        "scores": scoreboard.table(found), "skill": scoreboard.skills(found), "coverage": scoreboard.coverage(found),
        "aims": aims(found),
    }  # fmt: skip


def aims(found: Backtest) -> list[Row]:
    """What was aimed at, and whether it was reached, for each variant of the model that was run."""
    scores = {(row["series"], row["score"], row["entrant"]): row for row in scoreboard.table(found)}
    inside = {(row["series"], row["band"], row["entrant"]): row["share"] for row in scoreboard.coverage(found)}
    names = [str(cutoff) for cutoff in found.cutoffs]
    rows: list[Row] = []
    for own in (MODEL, CALIBRATED):
        month = scores.get(("any test in a month", "Brier", own))
        if month is None:
            continue
        there = [month[name] for name in names if month[name] is not None]
        mean = sum(there) / len(there)
        aim = f"Brier of any test in a month below {AIM_BRIER:.3f}, mean of cut-offs"
        rows.append(_aim(own, aim, mean, mean < AIM_BRIER))
        for series in ("trade.china.exports", "trade.china.imports"):
            rows += [_shock(scores, series, own, name) for name in AIM_SHOCKS if name in names]
        for series in (scoreboard.TRADE, "trade.china.exports", "trade.china.imports"):
            share = inside.get((series, "inside 90%", own))
            if share is not None:
                hit = AIM_BAND[0] <= share <= AIM_BAND[1]
                rows.append(_aim(own, f"90% bands of {series} hold 80 to 97%", share, hit))
    return rows


def _shock(scores: dict[tuple[str, str, str], Row], series: str, own: str, name: str) -> Row:
    """Whether the CRPS from a cut-off after a shock is below that of every baseline, other agents included."""
    others = (baselines.CLIMATE, baselines.LAST, baselines.TRAILING, baselines.WALK, RANDOM, ALONE)
    best, who = min((scores[series, "CRPS", other][name], other) for other in others)
    mine = scores[series, "CRPS", own][name]
    return _aim(own, f"CRPS of {series} from {name} below every baseline (best: {who}, {best:.3g})", mine, mine < best)


def _aim(entrant: str, aim: str, value: float, hit: bool) -> Row:
    return {"entrant": entrant, "aim": aim, "value": value, "reached": "yes" if hit else "no"}


def text(found: Backtest, *, as_markdown: bool = False) -> str:
    """The tables in words: aims, scores by cut-off, skill over all cut-offs, coverage."""
    names = [str(cutoff) for cutoff in found.cutoffs]
    skills = scoreboard.skills(found)
    shown = "all" if len(found.cutoffs) > 1 else names[0]
    ranked = [row for row in scoreboard.table(found) if not row["score"].startswith("inside")]
    parts = [
        ("Aims", aims(found)),
        (f"Mean scores, {found.runs:,} runs of each variant, seed {found.seed}", ranked),
        ("Skill of the model, 1 - score / baseline's score, with 95% intervals", [
            {key: value for key, value in row.items() if key != "cut-off"} for row in skills if row["cut-off"] == shown
        ]),
        ("Where we win, lose, cannot tell: series and scores by cut-off (six score the same tests)", verdicts(skills)),
        ("Share of observed periods inside central bands", scoreboard.coverage(found)),
    ]  # fmt: skip
    level = "### " if as_markdown else ""
    said = [f"{level}{title}\n\n{plain(rows, as_markdown=as_markdown)}" for title, rows in parts if rows]
    return "\n\n".join([*said, WEAK] if "2020-05" in names else said)


def verdicts(skills: Sequence[Row]) -> list[Row]:
    """Wins, losses and undecided comparisons of the model with each baseline, by cut-off."""
    rows: list[Row] = []
    for key in dict.fromkeys((row["entrant"], row["baseline"]) for row in skills):
        mine = [row for row in skills if (row["entrant"], row["baseline"]) == key]
        row: Row = {"entrant": key[0], "baseline": key[1]}
        for label in dict.fromkeys(row["cut-off"] for row in skills):
            here = [each["verdict"] for each in mine if each["cut-off"] == label]
            counts = [str(here.count(verdict)) for verdict in ("win", "lose", "cannot tell")]
            row[label] = " / ".join(counts) if here else None
        rows.append(row)
    return rows


def draw(found: Backtest, out: Path) -> list[Path]:
    """Figures of a backtest as PNG and SVG, each with its data as CSV, and the tables."""
    import pandas as pd

    from experiments.figures import backtest as figures
    from experiments.figures import style
    from experiments.figures.tables import write_table
    from sim import __version__

    out.mkdir(parents=True, exist_ok=True)
    footer = style.footer({"seed": found.seed, "version": __version__}, [found.runs])
    paths: list[Path] = []
    for name, (rows, page) in figures.pages(found).items():
        with style.house_style():
            figure = page(rows, footer)
        paths += [*style.save(figure, out / name), write_table(rows, out / f"{name}.csv")]
    for name, table in (("scores", scoreboard.table(found)), ("skill", scoreboard.skills(found))):
        paths.append(write_table(pd.DataFrame(table), out / f"{name}.csv"))
    return paths
