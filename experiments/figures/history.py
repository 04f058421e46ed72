"""The record in pictures: trade, tests, growth and workers, votes, diplomacy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from experiments.figures import style
from sim.history import diplomacy, observed, provocations_monthly, unga
from sim.state import ISO, Month

Page = Callable[[pd.DataFrame], Figure]
Row = dict[str, Any]
FIRST, LAST = Month(2006, 1), Month(2021, 12)
BASIS = {"china": "Chinese customs", "russia": "Russian customs (FCS)"}
LEAST = 0.01  # m USD a month, below which a figure stands at the edge of the log axis
KINDS = {"summit": "meeting of leaders", "high-level meeting": "high-level meeting", "working-level talks": "working talks",
         "leader message": "message of a leader"}  # fmt: skip
PARTIES = ("china", "russia", "south_korea", "united_states")
SEVERITIES = {3: "3: short and medium range", 4: "4: intermediate range, submarine", 5: "5: nuclear, ICBM, space"}
SOURCES = "Each figure's source and grade stands in the table beside it."


def pages() -> dict[str, tuple[pd.DataFrame, Page]]:
    """Data and page of each figure, by name."""
    return {
        "history_trade": (pd.DataFrame(_trade()), trade_page),
        "history_tests": (pd.DataFrame(_tests()), tests_page),
        "history_economy": (pd.DataFrame(_economy()), economy_page),
        "history_votes": (pd.DataFrame(_votes()), votes_page),
        "history_diplomacy": (pd.DataFrame(_diplomacy()), diplomacy_page),
    }


def _place(month: Month) -> float:
    """A month as a year with a fraction."""
    return month.year + (month.month - 1) / 12


def _observations(column: str) -> Iterator[Row]:
    for each in observed(column):
        yield {
            "variable": column, "first": _place(each.month), "last": _place(each.last_month + 1), "value": each.value,
            "low": each.low, "high": each.high, "unit": each.unit, "confidence": each.confidence, "source": each.source,
        }  # fmt: skip


def _years(ax: Axes) -> Axes:
    ax.set_xlim(_place(FIRST), _place(LAST + 1))
    ax.set_xticks(range(FIRST.year, LAST.year + 2, 3))
    return ax


# ---- trade ----------------------------------------------------------------------------------------------------


def _trade() -> Iterator[Row]:
    for partner in BASIS:
        for flow in ("exports", "imports"):
            yield from _observations(f"trade.{partner}.{flow}")


def trade_page(rows: pd.DataFrame) -> Figure:
    """North Korea's exports to and imports from China and Russia, m USD a month, on log axes."""
    figure, grid = style.sheet(2, 2, (10.5, 6.6), sharex="all")
    for axes, partner in zip(grid, BASIS, strict=True):
        for ax, flow in zip(axes, ("exports", "imports"), strict=True):
            for row in rows[rows["variable"] == f"trade.{partner}.{flow}"].to_dict("records"):
                colour = style.COLOURS[5 if row["confidence"] == "low" else 0]
                ax.plot([row["first"], row["last"]], [max(row["value"], LEAST)] * 2, color=colour, linewidth=1.8)
            ax.set_yscale("log")
            ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            way = f"{flow} {'to' if flow == 'exports' else 'from'} {style.readable(partner)}"
            _years(ax).set_title(f"{way}, {BASIS[partner]}")
            ax.set_ylabel("m USD a month")
    note = (
        "Means of periods: years where no months are published, the rest of a year where some are. Light: low grade. "
        f"Values below {LEAST:g} stand at {LEAST:g}. China: without crude oil since 2014."
    )
    style.dress(figure, "How did North Korea's trade go, 2006 to 2021?", [note, SOURCES])
    return figure


# ---- tests ----------------------------------------------------------------------------------------------------


def _tests() -> Iterator[Row]:
    adopted = {each.month: each.value for each in observed("adopted")}
    for row in provocations_monthly():
        yield {"month": str(row.month), "place": _place(row.month), "days": row.days_with_event, "severity": row.severity,
               "resolutions": adopted[row.month], "confidence": row.confidence, "source": row.source}  # fmt: skip


def tests_page(rows: pd.DataFrame) -> Figure:
    """Days with a test by month and gravest severity, and resolutions of the Council."""
    figure, ((ax,),) = style.sheet(1, 1, (10.5, 4.2))
    keys: list[tuple[Any, str]] = []
    for place, (severity, name) in enumerate(SEVERITIES.items()):
        mine = rows[rows["severity"] == severity]
        bars = ax.bar(mine["place"] + 1 / 24, mine["days"], 1 / 13, color=style.COLOURS[(5, 4, 1)[place]])
        keys.append((bars, name))
    top = rows["days"].max()
    voted = rows[rows["resolutions"] > 0]
    (marks,) = ax.plot(voted["place"] + 1 / 24, [top + 0.8] * len(voted), "v", color=style.OBSERVED, markersize=5)
    keys.append((marks, "resolution on sanctions"))
    ax.set_ylim(0, top + 1.6)
    ax.set_ylabel("days with an event in the month")
    ax.legend(
        [handle for handle, _ in keys],
        [name for _, name in keys],
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=4,
        fontsize=7.5,
    )
    _years(ax)
    note = "Days (UTC) with a ballistic missile, nuclear test or space launch; colour: gravest of the month (scale of CSIS)."
    style.dress(figure, "When did North Korea test, and when did the Council act?", [note, SOURCES])
    return figure


# ---- growth and workers ---------------------------------------------------------------------------------------


def _economy() -> Iterator[Row]:
    for column in ("growth", "workers.russia", "workers.china"):
        yield from _observations(column)


def economy_page(rows: pd.DataFrame) -> Figure:
    """Growth by year (Bank of Korea), and workers abroad with the range of sources."""
    figure, (panels,) = style.sheet(1, 2, (10.5, 4.0))
    growth = rows[rows["variable"] == "growth"]
    panels[0].bar(growth["first"] + 0.5, growth["value"], 0.7, color=style.COLOURS[0])
    panels[0].axhline(0, color="#888888", linewidth=0.8)
    panels[0].set_title("growth of output, Bank of Korea")
    panels[0].set_ylabel("% a year")
    for column, look in style.looks(("workers.russia", "workers.china")).items():
        for row in rows[rows["variable"] == column].to_dict("records"):
            x = (row["first"] + row["last"]) / 2
            panels[1].plot([x, x], [row["low"], row["high"]], color=look.colour, linewidth=1.6)
            panels[1].plot(x, row["value"], **style.mark(look))
        panels[1].plot([], [], color=look.colour, label=f"in {style.readable(column.split('.')[1])}", **style.mark(look))
    panels[1].set_title("workers abroad, stocks and permits")
    panels[1].set_ylabel("thousand")
    panels[1].set_ylim(bottom=-2)  # room for marks near none
    panels[1].legend(loc="upper left", fontsize=8)
    for ax in panels:
        _years(ax)
    note = "Growth is partly built from trade. Marks: middle of what sources say; lines: their range; no entries at borders."
    style.dress(figure, "How did output and labour abroad go?", [note, SOURCES])
    return figure


# ---- votes ----------------------------------------------------------------------------------------------------


def _votes() -> Iterator[Row]:
    for row in unga():
        if row.measure == "distance":
            pair = f"{ISO[row.first]}-{ISO[row.second]}"
            yield {"year": row.year, "pair": pair, "distance": row.value, "unit": row.unit, "confidence": row.confidence,
                   "source": row.source}  # fmt: skip


def votes_page(rows: pd.DataFrame) -> Figure:
    """Distance of ideal points by pair, those of North Korea and the others apart."""
    figure, (panels,) = style.sheet(1, 2, (10.5, 4.4), sharey="all")
    pairs = list(dict.fromkeys(rows["pair"]))
    groups = ([pair for pair in pairs if "PRK" in pair], [pair for pair in pairs if "PRK" not in pair])
    for ax, group, title in zip(panels, groups, ("with North Korea", "among the others"), strict=True):
        for pair, look in style.looks(group).items():
            mine = rows[rows["pair"] == pair]
            ax.plot(mine["year"], mine["distance"], color=look.colour, linestyle=look.line, label=pair)
        ax.set_title(title)
        ax.legend(loc="upper left", fontsize=7.5, ncols=2)
        ax.set_ylim(0, 6.2)
    panels[0].set_ylabel("distance of ideal points")
    note = "Votes in the General Assembly, Bailey, Strezhnev and Voeten; a larger distance is more disagreement."
    style.dress(figure, "How far apart do the five vote?", [note, SOURCES])
    return figure


# ---- diplomacy ------------------------------------------------------------------------------------------------


def _diplomacy() -> Iterator[Row]:
    for row in diplomacy():
        for nation in PARTIES:
            if nation in row.parties and "north_korea" in row.parties and row.kind in KINDS:
                yield {"date": row.date, "place": row.last_month.year + (row.last_month.month - 1) / 12, "nation": nation,
                       "kind": row.kind, "outcome": row.outcome, "participants": row.participants,
                       "confidence": row.confidence, "source": row.source}  # fmt: skip


def diplomacy_page(rows: pd.DataFrame) -> Figure:
    """Contacts of Pyongyang with four capitals, 2018 to 2021, by kind."""
    figure, ((ax,),) = style.sheet(1, 1, (10.5, 3.8))
    looks = style.looks(KINDS)
    for step, (kind, look) in enumerate(looks.items()):
        mine = rows[(rows["kind"] == kind) & (rows["place"] >= 2018)]
        y = [PARTIES.index(nation) + (step - 1.5) * 0.18 for nation in mine["nation"]]
        ax.plot(mine["place"] + 1 / 24, y, linestyle="none", label=KINDS[kind], **style.mark(look))
    ax.set_yticks(range(len(PARTIES)), [style.readable(nation) for nation in PARTIES])
    ax.set_ylim(len(PARTIES) - 0.5, -0.6)
    ax.set_xlim(2018, 2022)
    ax.set_xticks(range(2018, 2023))
    ax.grid(visible=False, axis="y")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=4, fontsize=8)
    note = "Messages and working talks are not complete. Meetings of leaders since 2006 stand in the table."
    style.dress(figure, "Whom did Pyongyang meet, 2018 to 2021?", [note, SOURCES])
    return figure
