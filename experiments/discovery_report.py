"""What discovery found, in plain words, as a document, and as a picture with its data."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.discovery import Discovery
from experiments.discovery_cases import Cases
from experiments.discovery_measures import Box, Estimate, Found, Limit, Measured
from experiments.plain import finite, plain

Row = dict[str, Any]
WIDTH = 110
FEW_VALUES = 8  # that are listed one by one
NAMED = ((1 / 4, "quarter"), (1 / 3, "third"), (1 / 2, "half"))
NEAR = 0.02
NOTHING = "No condition found that holds on runs it was not fitted to."
SAID = (
    "Coverage: share of the cases that lies where the conditions hold. Density: share of the runs there that are cases. "
    "Lift: density over the base rate. Intervals are 95% Monte Carlo intervals of the held-out half; one search in forty "
    "finds a lift above one by chance, and of many lines one in twenty has an interval without it. These are conditional "
    "frequencies under stated assumptions: what goes with an outcome need not bring it about."
)


def text(found: Discovery) -> str:
    """All of it, in at most 110 columns."""
    cases = found.cases
    parts = [_head(found), _box(found), _tree(found)]
    mentioned = dict.fromkeys(limit.name for each in (found.box, *found.leaves) for limit in each.box)
    if mentioned:
        parts.append("\n".join(["What the names mean", *(line for name in mentioned for line in _meaning(cases, name))]))
    screened = (
        f"{len(cases.features)} features vary; the {len(found.screened)} whose values differ most between cases and other "
        "runs of the fitted half were searched. What counts only together with others may be missed."
    )
    parts.append("\n".join(line for note in (*cases.notes, screened, SAID) for line in textwrap.wrap(note, WIDTH)))
    return "\n\n".join(parts)


def _head(found: Discovery) -> str:
    cases, hits, runs = found.cases, int(found.cases.happened.sum()), len(found.cases.happened)
    where = f" of {', '.join(cases.scenarios)}" if cases.scenarios else ""
    lines = textwrap.wrap(f"{cases.event} in {hits:,} of {runs:,} runs{where}", WIDTH)
    fitted, held = found.box.fitted, found.box.held
    halves = [int(half.sum()) for half in (found.fitting, ~found.fitting)]
    cases_in = [int(cases.happened[half].sum()) for half in (found.fitting, ~found.fitting)]
    lines.append(
        f"fitted to {halves[0]:,} runs ({cases_in[0]:,} cases), measured on {halves[1]:,} others ({cases_in[1]:,} cases)"
    )
    rows = [
        {"": name, "fitted": told(getattr(fitted, name).value), "held out": told(getattr(held, name).value),
         "95% interval": _span(getattr(held, name), told)}
        for name, told in (("coverage", _percent), ("density", _percent), ("base", _percent), ("lift", _number))
    ]  # fmt: skip
    rows.insert(0, {
        "": "runs in the box", "fitted": f"{fitted.mass:.1%}", "held out": f"{held.mass:.1%}",
        "95% interval": f"{held.hits:,} cases in {held.n:,} runs",
    })  # fmt: skip
    return "\n".join([*lines, "", plain(rows)])


def _box(found: Discovery) -> str:
    """The verdict and the conditions."""
    box = found.box
    if not box.box:
        return f"{NOTHING}\nNo part of the runs was denser in cases than the whole, and covered what was asked for."
    if box.held.holds:
        lines = [f"The outcome is {_number(box.held.lift.value)} times as frequent as overall where all of this holds:"]
    else:
        lines = [NOTHING, "The best that was fitted, and does not hold:"]
    for place, (limit, added) in enumerate(zip(box.box, box.alone, strict=True), 1):
        lines += textwrap.wrap(f"{place}. {said(found.cases, limit)}", WIDTH, subsequent_indent="   ")
        sure = "" if added.low > 1 else "; not clear on held-out runs"
        lines.append(f"   adds to the others: density x {_number(added.value)} ({_span(added, _number)}){sure}")
    return "\n".join(lines)


def _tree(found: Discovery) -> str:
    rows = [
        {"cases": _percent(leaf.held.density.value), "95% interval": _span(leaf.held.density, _percent),
         "lift": _number(leaf.held.lift.value) + ("*" if _clear(leaf.held) else ""), "n": f"{leaf.held.n:,}",
         "where": short(found.cases, leaf.box)}
        for leaf in found.leaves
    ]  # fmt: skip
    if len(rows) == 1:
        return "Tree: no split of the fitted half."
    lines = plain(rows).split("\n")
    indent = lines[0].index("where")
    folded = [part for line in lines for part in textwrap.wrap(line, WIDTH, subsequent_indent=" " * indent)]
    return "\n".join(["Tree of depth three at most, on held-out runs (* the interval of the lift leaves out one)", *folded])


def _clear(measured: Measured) -> bool:
    return measured.lift.low > 1 or measured.lift.high < 1


def said(cases: Cases, limit: Limit) -> str:
    """A condition in words: limits with unit, and where in the range of values they lie."""
    feature, values = cases.features[limit.name], cases.values[limit.name].to_numpy(dtype=np.float64)
    if limit.codes is not None:
        return f"{limit.name} is {' or '.join(feature.levels[code] for code in sorted(limit.codes))}"
    unit = f" {feature.unit}" if feature.unit else ""
    different = np.unique(values)
    if len(different) <= FEW_VALUES:
        held = [f"{value:g}" for value in different if limit.low <= value <= limit.high]
        return f"{limit.name} is {' or '.join(held)}{unit}, of {', '.join(f'{value:g}' for value in different)}"
    low, high = span(cases, limit)
    return f"{limit.name} {_ends(limit)}{unit}, {_part(low, high)} of its values"


def span(cases: Cases, limit: Limit) -> tuple[float, float]:
    """Shares of all runs whose values lie below the limits, of a number."""
    values = cases.values[limit.name].to_numpy(dtype=np.float64)
    return float(np.mean(values < limit.low)), float(np.mean(values <= limit.high))


def _ends(limit: Limit) -> str:
    if math.isinf(limit.low):
        return f"at most {limit.high:.3g}"
    return f"at least {limit.low:.3g}" if math.isinf(limit.high) else f"from {limit.low:.3g} to {limit.high:.3g}"


def _part(low: float, high: float) -> str:
    if low > 0 and high < 1:
        return f"the {high - low:.0%} from the {low:.0%} to the {high:.0%} quantile"
    size, where = (high, "lower") if low == 0 else (1 - low, "upper")
    for share, name in NAMED:
        if abs(size - share) <= NEAR:
            return f"the {where} {name}"
        if abs(1 - size - share) <= NEAR and name != "half":
            return f"all but the {'upper' if where == 'lower' else 'lower'} {name}"
    return f"the {where} {size:.0%}"


def short(cases: Cases, box: Box) -> str:
    """A box in one line of names and limits."""
    return " and ".join(
        f"{limit.name} {_ends(limit)}"
        if limit.codes is None
        else f"{limit.name} is {' or '.join(cases.features[limit.name].levels[code] for code in sorted(limit.codes))}"
        for limit in box
    ) or "everywhere"  # fmt: skip


def _meaning(cases: Cases, name: str) -> Sequence[str]:
    feature = cases.features[name]
    more = [f"in {feature.unit}"] * bool(feature.unit) + [feature.prior] * bool(feature.prior)
    more += [f"grade {feature.grade}"] * bool(feature.grade)
    told = f"{name}: {feature.meaning}" + (f" ({', '.join(more)})" if more else "")
    return textwrap.wrap(told, WIDTH, initial_indent="- ", subsequent_indent="  ")


def _percent(value: float) -> str:
    return "-" if math.isnan(value) else f"{100 * value:.3g}%"


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3g}"


def _span(estimate: Estimate, told: Any) -> str:
    return "-" if math.isnan(estimate.value) else f"{told(estimate.low)} to {told(estimate.high)}"


def document(found: Discovery) -> Row:
    """Everything, for JSON; ends and values that do not exist are null."""
    cases = found.cases
    return {
        "event": cases.event, "scenarios": list(cases.scenarios), "runs": len(cases.happened),
        "cases": int(cases.happened.sum()), "features": len(cases.features), "searched": list(found.screened),
        "holds": bool(found.box.box) and found.box.held.holds, "notes": [*cases.notes, SAID],
        "rows": finite(rows(found)),
    }  # fmt: skip


def rows(found: Discovery) -> list[Row]:
    """What is drawn and said as tidy rows: the trajectory, the conditions of the box, the leaves; on both halves."""
    cases = found.cases
    listed: list[Row] = []
    for place, each in enumerate(found.trajectory):
        listed += _halves("trajectory", str(place), each, {"chosen": place == found.chosen, "where": short(cases, each.box)})
    for limit, added in zip(found.box.box, found.box.alone, strict=True):
        feature = cases.features[limit.name]
        low, high = span(cases, limit) if limit.codes is None else (math.nan, math.nan)
        listed.append({
            "part": "condition", "name": limit.name, "half": "held out", "where": said(cases, limit), "unit": feature.unit,
            "meaning": feature.meaning, "grade": feature.grade, "low": limit.low, "high": limit.high, "share_low": low,
            "share_high": high, "adds": added.value, "adds_low": added.low, "adds_high": added.high,
        })  # fmt: skip
    for place, leaf in enumerate(found.leaves):
        listed += _halves("leaf", str(place), leaf, {"where": short(cases, leaf.box)})
    return listed


def _halves(part: str, name: str, each: Found, more: Row) -> list[Row]:
    listed = []
    for half, measured in (("fitted", each.fitted), ("held out", each.held)):
        row: Row = {"part": part, "name": name, "half": half, **more, "n": measured.n, "cases": measured.hits,
                    "mass": measured.mass}  # fmt: skip
        for key in ("coverage", "density", "base", "lift"):
            estimate: Estimate = getattr(measured, key)
            row |= {key: estimate.value, f"{key}_low": estimate.low, f"{key}_high": estimate.high}
        listed.append(row)
    return listed


def save(directory: Path | str, found: Discovery, out: Path) -> list[Path]:
    """``discover.png`` and ``discover.svg``, and all rows in ``discover.csv``."""
    from experiments.figures import discovery, open_batch, style
    from experiments.figures.tables import write_table

    manifest = open_batch(directory).manifest
    shown = [each for each in manifest["scenarios"] if each["name"] in found.cases.scenarios]
    out.mkdir(parents=True, exist_ok=True)
    halves = [int(half.sum()) for half in (found.fitting, ~found.fitting)]
    counted = f"{halves[0]:,} runs fitted, {halves[1]:,} held out, of {', '.join(found.cases.scenarios)}"
    footer = style.footer({**manifest, "scenarios": shown}, [manifest["runs"]], counted=counted)
    with style.house_style():
        figure = discovery.page(found, footer)
    return [*style.save(figure, out / "discover"), write_table(pd.DataFrame(rows(found)), out / "discover.csv")]
