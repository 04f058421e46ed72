"""Scenarios against a base, run by run under the same luck.

Run k of two scenarios meets the same luck, so the difference of its outcomes is a difference between scenarios. Its mean
has a smaller error than the difference of two means over independent runs would have: ``gain`` says how many times as
many independent runs would be needed for the same error.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments import readers
from experiments.conditions import Condition, compares, outcome_of, parse, text_of
from experiments.errors import StorageError, UsageError
from experiments.estimates import (
    LEAST,
    at_most,
    error_of_mean,
    error_of_share,
    interval_of_mean,
    paired_error,
    paired_shares,
    ratio,
    second_digit,
)
from experiments.manifest import read_manifest
from experiments.parts import OUTCOMES, outcome_names
from experiments.plain import counted, number, percent
from experiments.summary import AT_ONCE
from sim.outcomes import OUTCOMES as KNOWN

WIDTH = 110
MANY = 999  # gains above this are not told apart
MOST_DECIMALS = 6
FEWEST = 10  # pairs from which the error of a gain can be told
SHARE = "of runs"  # unit of shares

Values = NDArray[np.float64]


class Row(NamedTuple):
    """One outcome, or one category of it, of a scenario against the base.

    ``base`` and ``other`` are means (shares for events and categories) over the ``n`` runs that have a value in both;
    ``difference`` is other minus base, with its standard ``error`` over pairs and 95% interval ``low`` to ``high``;
    ``higher`` and ``lower`` are shares of runs in which the other one is higher and lower. ``gain`` is the variance of a
    difference between independent runs over that between paired ones; NaN where no pair differs. In ``unpaired`` runs
    one of the two has no value. Each has its own standard error; those of shares are half the width of Wilson's interval
    over 1.96, never nothing. The interval of a difference is Student's, of shares that of Bonett and Price; NaN where all
    pairs differ alike, or too few to tell.
    """

    scenario: str
    outcome: str
    category: str
    unit: str
    n: int
    unpaired: int
    base: float
    other: float
    difference: float
    error: float
    low: float
    high: float
    higher: float
    lower: float
    gain: float
    base_error: float = np.nan
    other_error: float = np.nan
    higher_error: float = np.nan
    lower_error: float = np.nan
    gain_error: float = np.nan


def table(directory: Path | str, base: str, others: Sequence[str] = (), outcomes: Sequence[str] = ()) -> pd.DataFrame:
    """Rows of ``Row``: every other scenario of a stored batch against the base, all outcomes without a choice.

    Raises UsageError for a scenario or an outcome that is not stored, or nothing to compare, StorageError for a scenario of
    which no run is stored yet; and what readers raise.
    """
    manifest = read_manifest(directory)
    stored = [scenario.name for scenario in manifest.scenarios]
    readers.chosen(manifest, [base, *others])
    compared = [name for name in others or stored if name != base]
    if not compared:
        raise UsageError(f"there is nothing to compare {base} with; the batch holds {', '.join(stored)}")
    known = outcome_names(readers.columns_of(Path(directory), manifest, OUTCOMES, [base, *compared]))
    rows: list[Row] = []
    wanted, step = parse(outcomes or known, known), max(AT_ONCE // (manifest.runs * (1 + len(compared))), 1)
    for some in (wanted[first : first + step] for first in range(0, len(wanted), step)):
        frame = readers.read_outcomes(directory, ["status", *dict.fromkeys(map(outcome_of, some))], [base, *compared])
        values = {str(scenario): mine.set_index("run") for scenario, mine in frame.groupby("scenario", observed=True)}
        if absent := [name for name in (base, *compared) if name not in values]:
            raise StorageError(f"{directory} holds no run of {', '.join(absent)} yet; the same batch command goes on")
        pairs = ((text_of(each), other, _paired(values[base], values[other], each)) for each in some for other in compared)
        rows += [row for pair in pairs for row in paired_rows(*pair)]
    order = {name: place for place, name in enumerate(compared)}
    rows.sort(key=lambda row: order[row.scenario])
    return pd.DataFrame(rows, columns=list(Row._fields))


def lengths(directory: Path | str, base: str, others: Sequence[str]) -> str:
    """That scenarios are not as long as the base, whose outcomes then differ for that alone; empty where all are."""
    manifest = read_manifest(directory)
    whole = manifest.scenario(base).months
    odd = [f"{name} {manifest.scenario(name).months}" for name in others if manifest.scenario(name).months != whole]
    if not odd:
        return ""
    return f"{base} has {whole} months, {', '.join(odd)}: outcomes over the whole run differ for that alone"


def _paired(base: pd.DataFrame, other: pd.DataFrame, asked: Condition | str) -> tuple[Values, Values]:
    """Values of the runs that did not fail in either, NaN where an outcome does not apply; 0 and 1 for a condition."""
    finished = [frame.loc[frame["status"] == "ok", outcome_of(asked)] for frame in (base, other)]
    both = pd.concat(finished, axis=1, join="inner", keys=("base", "other"))
    return valued(asked, both["base"].to_numpy(dtype=np.float64)), valued(asked, both["other"].to_numpy(dtype=np.float64))


def valued(asked: Condition | str, values: Values) -> Values:
    """The values of an outcome, or for a condition on it whether they meet it, as 0 and 1."""
    return values if isinstance(asked, str) else asked.holds({asked.outcome: values}).astype(np.float64)


def paired_rows(name: str, scenario: str, pair: tuple[Values, Values]) -> Iterator[Row]:
    """The row of an outcome or a condition, or one for each category, from values of base and other ``(runs,)``."""
    measure = KNOWN.get(name)
    unit = measure.unit if measure else ""
    here = ~np.isnan(pair[0]) & ~np.isnan(pair[1])
    base, other = pair[0][here], pair[1][here]
    left_out = int(np.sum(~here))
    if measure is not None and measure.kind == "category":
        for code, category in enumerate(measure.categories):
            hits = (base == code).astype(np.float64), (other == code).astype(np.float64)
            yield _row((scenario, name, category, SHARE), hits, left_out)
    else:
        share = compares(name) or (measure is not None and measure.kind == "share")
        share = share and bool(np.isin([*base, *other], (0.0, 1.0)).all())
        yield _row((scenario, name, "", SHARE if share else unit), (base, other), left_out)


def _row(key: tuple[str, str, str, str], pair: tuple[Values, Values], unpaired: int) -> Row:
    base, other = pair
    n = base.size
    if n < LEAST:
        return Row(*key, n, unpaired, *[float("nan")] * 9)
    change = other - base
    higher, lower = int(np.sum(change > 0)), int(np.sum(change < 0))
    yes_no = key[3] == SHARE
    low, high = paired_shares(higher, lower, n) if yes_no else interval_of_mean(change)
    error = paired_error(higher, lower, n) if yes_no else error_of_mean(change)
    gain, gain_error = gain_of(base, other)
    base_error, other_error = (error_of_share(float(side.sum()), n) if yes_no else error_of_mean(side) for side in pair)
    return Row(
        *key, n, unpaired, float(base.mean()), float(other.mean()), float(change.mean()), error, low, high,
        higher / n, lower / n, gain, base_error, other_error,
        error_of_share(higher, n), error_of_share(lower, n), gain_error,
    )  # fmt: skip


def gain_of(base: Values, other: Values) -> tuple[float, float]:
    """Variance of a difference between independent runs over that between pairs ``(runs,)``, and its error by linearisation;
    NaN where no pair differs, or all do alike.

    The error of an event is at least that with each kind of pair seen once more, since rare kinds may have been missed; of
    fewer than ten pairs it is not known.
    """
    change = other - base
    if not (change.any() and change.var() > 0):
        return float("nan"), float("nan")
    gain, error = ratio(*_squares(base, other))
    if np.isin(base, (0, 1)).all() and np.isin(other, (0, 1)).all():
        seen, more = ratio(*_squares(np.append(base, (0, 0, 1, 1)), np.append(other, (0, 1, 0, 1))))
        error = max(error, more / seen * gain)
    return gain, error if base.size >= FEWEST else float("nan")


def _squares(base: Values, other: Values) -> tuple[Values, Values]:
    """By pair, the squared distances from the means: of both values, added, and of their difference."""
    change = other - base
    return (base - base.mean()) ** 2 + (other - other.mean()) ** 2, (change - change.mean()) ** 2


def clear(row: Row) -> bool:
    """Whether the interval of a difference leaves out zero, or the difference is the same in all of ten pairs or more."""
    return row.low > 0 or row.high < 0 or (np.isnan(row.low) and row.n >= FEWEST and bool(row.difference))


def draw(directory: Path | str, rows: pd.DataFrame, base: str, outcomes: Sequence[str], out: Path) -> list[Path]:
    """The comparison as a picture: ``compare.png`` and ``compare.svg`` in a directory, and all rows in ``compare.csv``."""
    from experiments.figures import differences, open_batch, style
    from experiments.figures.tables import write_table

    out.mkdir(parents=True, exist_ok=True)
    shown = differences.panels(rows, outcomes)
    drawn = pd.concat([panel["n"] for _, panel in shown])
    footer = style.footer(open_batch(directory).manifest, drawn)
    with style.house_style():
        figure = differences.page(shown, base, footer)
    return [*style.save(figure, out / "compare"), write_table(rows, out / "compare.csv")]


def text(rows: pd.DataFrame, base: str, note: str = "") -> str:
    """The comparison as text of at most 110 columns, a note first; a star marks differences that are clear."""
    parts = textwrap.wrap(note, WIDTH)
    for scenario, mine in rows.groupby("scenario", sort=False):
        lines = [f"{scenario} against {base}, run by run under the same luck", _line(*HEADS)]
        lines += [_format(Row(*values)) for values in mine.itertuples(index=False)]
        left = mine[mine["unpaired"] > 0].drop_duplicates("outcome")
        notes = [f"{row['outcome']} in {counted(int(row['unpaired']))}" for _, row in left.iterrows()]
        if notes:
            lines += textwrap.wrap("no value on one side: " + ", ".join(notes), WIDTH, subsequent_indent="  ")
        parts.append("\n".join(lines))
    return "\n\n".join([*parts, *_legend(rows)])


HEADS = ("", "base", "other", "+/-", "difference", "95% interval", "higher", "lower", "gain", "unit")


def _legend(rows: pd.DataFrame) -> list[str]:
    """What stands in the columns, and the errors of those that have none beside them."""
    share = float(rows[["higher_error", "lower_error"]].to_numpy().max(initial=0.0, where=rows["n"].to_numpy()[:, None] > 1))
    gains = (rows["gain_error"] / rows["gain"]).dropna()
    told = f" (errors up to {max(share, 0.001):.1%})" if share else ""
    known = f" (error: {span(gains.min(), gains.max())} of it)" if len(gains) else ""
    same = rows[(rows["n"] >= LEAST) & rows["low"].isna()]
    alike = f" No interval: all pairs differ alike, or none does; {_yet(int(same['n'].min()))}." if len(same) else ""
    said = (
        "+/-: the larger error of base and other. * the interval leaves out zero, or all pairs differ alike; of many "
        "rows one in twenty does so by "
        f"chance. higher, lower: share of runs in which the scenario lies above and below the base{told}. gain: how many "
        f"times as many independent runs would be needed{known}.{alike} "
        "Monte Carlo errors say nothing of whether the model is right."
    )
    return ["\n".join(textwrap.wrap(said, WIDTH))]


def _yet(n: int) -> str:
    return f"up to {at_most(n)} of runs may yet differ (95%)"


def span(low: float, high: float) -> str:
    """Two shares in percent, as one where they round alike."""
    return " to ".join(dict.fromkeys((f"{low:.0%}", f"{high:.0%}")))


def _format(row: Row) -> str:
    name = f"{row.outcome}: {row.category}" if row.category else row.outcome
    if np.isnan(row.difference):
        return _line(name, "-", "-", "", "-", f"{row.n} pairs", "", "", "", row.unit)
    level = percent if row.unit == SHARE else number
    star = "*" if clear(row) else " "
    gain = "-" if np.isnan(row.gain) else f">{MANY}" if row.gain > MANY else f"{row.gain:.1f}"
    return _line(
        name, level(row.base), level(row.other), _error(row), _change(row, row.difference) + star,
        "-" if np.isnan(row.low) else f"{_change(row, row.low)} to {_change(row, row.high)}",
        f"{row.higher:.0%}", f"{row.lower:.0%}", gain, row.unit,
    )  # fmt: skip


def _line(*cells: str) -> str:
    name, base, other, error, difference, interval, higher, lower, gain, unit = cells
    name = name if len(name) <= 23 else name[:20] + "..."
    levels = f"{name:23}{base:>8} {other:>8} {error:>7}"
    line = f"{levels} {difference:>10} {interval:>22} {higher:>6}{lower:>6}{gain:>6}"
    return f"{line} {unit.replace('USD/year', 'USD/a')[: WIDTH - len(line) - 1]}".rstrip()


def _error(row: Row) -> str:
    error = max(row.base_error, row.other_error)
    if np.isnan(error):
        return "-"
    return f"{error:.1%}" if row.unit == SHARE else f"{error:.1g}" if error < 1000 else f"{error:,.0f}"


def _change(row: Row, value: float) -> str:
    """A difference, or an end of its interval, to the second digit of its error, so that ends are told apart from it."""
    scale, sign = (100, "%") if row.unit == SHARE else (1, "")
    error = scale * row.error
    if np.isnan(error):
        return f"{scale * value:+.3g}{sign}" if value else f"0{sign}"
    decimals = second_digit(error)
    return f"{scale * value:+,.{decimals}f}{sign}" if decimals <= MOST_DECIMALS else f"{scale * value:+.1e}{sign}"
