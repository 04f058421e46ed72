"""House style: colours, line styles and markers of scenarios, axes of months and amounts, captions, saving."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from matplotlib import style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, SymmetricalLogLocator

from experiments import language as tongue
from experiments.citation import SHOWN, cited
from experiments.figures import fonts
from experiments.writing import write_whole
from sim.state import Month

STYLE = Path(__file__).with_name("peninsula.mplstyle")
FOOTER = "Conditional frequencies under stated assumptions, not a forecast"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#666666")
LINES: tuple[Any, ...] = (
    "-", "--", ":", "-.", (0, (6, 1.5)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (1, 1)), (0, (12, 3)), (0, (2, 4)),
)  # fmt: skip
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p")
OBSERVED = "black"
NAMES_OF_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SMALL = 7.0  # points of the small print in figures up to ``NARROW`` inches wide; in wider ones it grows with the width
SMALL_LETTERS = 19  # of that print in an inch
SMALL_LINE = 0.13  # inches of a line of it
NARROW = 8.5
FEW_STEPS = 150  # times the low end of an axis
FEWER_STEPS = 4
LEGEND_COLUMN = 2.45  # inches
KEY_COLUMN = 1.3  # inches
STEPS = (1, 2, 3, 6, 12, 24, 60, 120)

Panels = list[list[Axes]]
Share = Literal["none", "all", "row", "col"]


@dataclass(frozen=True)
class Look:
    """How a scenario is drawn; colour, line and marker each tell it apart, so that grey print works."""

    colour: str
    line: Any
    marker: str


def looks(scenarios: Iterable[str]) -> dict[str, Look]:
    """A look for each scenario, in their order."""
    return {
        name: Look(COLOURS[place % len(COLOURS)], LINES[place % len(LINES)], MARKERS[place % len(MARKERS)])
        for place, name in enumerate(scenarios)
    }


@contextmanager
def house_style(language: str | None = None, keep: Collection[str] = ()) -> Iterator[None]:
    """A context in which matplotlib has the house style and nothing of the user's own settings.

    language: of labels, by default that of the context around, English outside of any; keep: names that are not translated.
    UsageError for a language without a table or font.
    """
    with tongue.speaking(language, keep):
        family: dict[str, Any] = {"font.family": fonts.families(tongue.spoken())}
        with style.context([STYLE, family], after_reset=True):
            yield


def sheet(
    rows: int, columns: int, size: tuple[float, float], *, sharex: Share = "none", sharey: Share = "none"
) -> tuple[Figure, Panels]:
    """A figure of ``size`` inches with a grid of panels, row by row."""
    figure = Figure(figsize=size, layout="constrained")
    engine: Any = figure.get_layout_engine()
    engine.set(w_pad=0.1, h_pad=0.08, hspace=0.04, wspace=0.03)
    panels = figure.subplots(rows, columns, sharex=sharex, sharey=sharey, squeeze=False)
    return figure, [list(row) for row in panels]


def one_by_one(panels: Panels) -> list[Axes]:
    """Panels in reading order."""
    return [ax for row in panels for ax in row]


def dress(
    figure: Figure, question: str, lines: Iterable[str], looks: Mapping[str, Look] | None = None,
    keys: Sequence[Artist] = (),
) -> None:  # fmt: skip
    """The question above, names of scenarios and other keys below it, in small print at the foot what one must know; to be
    called last. The figure grows where the small print is larger than usual, so that its panels keep their room."""
    width, height = figure.get_size_inches()
    larger = max(1.0, width / NARROW)
    question, *notes = [tongue.said(part) for line in (question, *lines) for part in line.split("\n")]
    figure.set_label("\n".join([question, *notes]))  # for the caption in text
    letters = int((width - 0.3) * SMALL_LETTERS / larger)
    small = [part for line in notes for part in tongue.wrapped(line, letters).split("\n")]
    height += (larger - 1) * SMALL_LINE * len(small)
    figure.set_size_inches(width, height)
    lines_above = _headline(figure, question)
    figure.text(0.1 / width, 0.08 / height, "\n".join(small), va="bottom", fontsize=larger * SMALL, color="#555555")
    above, below = 0.16 + 0.2 * lines_above, 0.14 + larger * SMALL_LINE * len(small)
    if looks:
        above += _legend(figure, [entry(shortened(name), look) for name, look in looks.items()], above, LEGEND_COLUMN, 3.2)
    if keys:
        above += _legend(figure, keys, above, KEY_COLUMN, 1.6)
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0, below / height, 1, 1 - (above + below) / height))
    tongue.label(figure)
    _settle(figure)


def _headline(figure: Figure, question: str) -> int:
    """The question at the top, broken where the figure ends; the number of its lines."""
    width, height = figure.get_size_inches()
    text = figure.text(0.1 / width, 1 - 0.1 / height, question, va="top", fontsize=12, weight="bold")
    room = text.get_window_extent().width / figure.dpi / (width - 0.15)
    if room > 1:
        text.set_text(tongue.wrapped(question, int(len(question) / room)))
    return text.get_text().count("\n") + 1


def _legend(figure: Figure, handles: Sequence[Artist], above: float, column: float, length: float) -> float:
    """A legend ``above`` inches below the upper edge; its height in inches."""
    width, height = figure.get_size_inches()
    columns = min(len(handles), int(width / column))
    place = (0, 1 - above / height)
    figure.legend(handles=list(handles), ncols=columns, loc="upper left", bbox_to_anchor=place, handlelength=length)
    return 0.12 + 0.185 * -(-len(handles) // columns)


def _settle(figure: Figure) -> None:
    """Lay the panels out once and for all; the solver's last digits vary from run to run, so they are rounded off."""
    engine: Any = figure.get_layout_engine()
    engine.execute(figure)
    figure.set_layout_engine("none")
    for ax in figure.axes:
        left, bottom, width, height = ax.get_position(original=True).bounds
        ax.set_position((round(left, 6), round(bottom, 6), round(width, 6), round(height, 6)))


def entry(name: str, look: Look) -> Line2D:
    """A line of a legend."""
    return Line2D([], [], color=look.colour, linestyle=look.line, label=name, **mark(look))


def mark(look: Look) -> dict[str, Any]:
    """A scenario's marker: white inside, so that it stands out on a line of its own colour."""
    return {"marker": look.marker, "markerfacecolor": "white", "markeredgecolor": look.colour, "markeredgewidth": 1.2}


def draw_range(ax: Axes, where: float, row: Mapping[Hashable, Any], look: Look, *, along: Literal["x", "y"] = "y") -> None:
    """50% (thick) and 90% (thin) of runs as bars along an axis, and the median as a mark; row has p5 to p95."""
    for low, high, width in (("p5", "p95", 1.0), ("p25", "p75", 3.2)):
        ends, across = [row[low], row[high]], [where, where]
        pair = (across, ends) if along == "y" else (ends, across)
        ax.plot(*pair, color=look.colour, linewidth=width, solid_capstyle="butt")
    pair = ([where], [row["p50"]]) if along == "y" else ([row["p50"]], [where])
    ax.plot(*pair, **mark(look))


def footer(manifest: Mapping[str, Any], runs: Iterable[int], *, counted: str = "", caution: str = FOOTER) -> str:
    """Number of runs, seed, version, and what the frequencies are; on a second line how to cite scenarios that are known.

    counted: the runs in other words; caution: what else must be known of the numbers.
    """
    counts = sorted({int(number) for number in runs})
    if counted:
        said = counted
    elif not counts:
        said = "no runs"
    elif len(counts) == 1:
        said = f"{counts[0]:,} run{'s' * (counts[0] != 1)} per scenario"
    else:
        said = f"{counts[0]:,} to {counts[-1]:,} runs per scenario"
    seed, version = manifest["seed"], manifest["version"]
    known = manifest.get("digests", {})
    digests = {name: known.get(name, "") for name in (str(each["name"]) for each in manifest.get("scenarios", ()))}
    cite = f"\nCite as: {cited(version, digests, counts, seed, shown=SHOWN)}" if digests else ""
    return f"{said}, seed {seed} · peninsula {version} · {caution}{cite}"


def shortened(text: str, width: int = 30) -> str:
    """Text of at most ``width`` letters, so that labels leave room for the figure."""
    return text if len(text) <= width else text[: width - 1].rstrip("-_ ") + "…"


def folded(text: str, width: int = 22) -> str:
    """A name on two lines at most, broken at a hyphen."""
    if len(text) <= width:
        return text
    first, *rest = textwrap.wrap(text, width, break_on_hyphens=True)
    return f"{first}\n{shortened(''.join(rest), width)}" if rest else shortened(first, width)


def readable(name: str) -> str:
    """``trade_recovery`` as ``Trade recovery``, and nations and capitals with a capital letter."""
    proper = {"china": "China", "russia": "Russia", "seoul": "Seoul", "moscow": "Moscow", "beijing": "Beijing"}
    proper |= {"pyongyang": "Pyongyang", "washington": "Washington", "united": "United", "states": "States"}
    proper |= {"north": "North", "south": "South", "korea": "Korea", "kingdom": "Kingdom"}
    words = [proper.get(word, word) for word in name.replace("_", " ").split()]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def gap(first: int, last: int) -> float:
    """Distance between ranges that stand to the right of the last month, in months."""
    return max(1.0, (last - first) / 30)


def number_of(month: str) -> int:
    """The place of a month ``YYYY-MM`` on the axis of months."""
    return Month.parse(month) - Month(0, 1)


def month_axis(ax: Axes, first: int, last: int, ticks: int = 8) -> None:
    """Months from ``first`` to ``last`` (places, see ``number_of``) along x, at most about ``ticks`` of them labelled."""
    step = next((step for step in STEPS if (last - first) / step <= ticks), STEPS[-1])
    places = [place for place in range(first, last + 1) if place % step == 0] or [first]
    ax.xaxis.set_major_locator(FixedLocator(places))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda place, _: _month_label(round(place), places[0], step)))


def _month_label(place: int, first: int, step: int) -> str:
    year, month = divmod(place, 12)
    if step >= 12:
        return str(year)
    return f"{NAMES_OF_MONTHS[month]}\n{year}" if month == 0 or place == first else NAMES_OF_MONTHS[month]


def finer(ax: Axes, threshold: float) -> None:
    """Steps between tenfold ones where these would leave an axis of amounts with a label or two."""
    low, high = ax.get_ylim()
    if low > 0 and high < FEW_STEPS * low:
        subs = range(1, 10) if high < FEWER_STEPS * low else (1, 2, 5)
        ax.yaxis.set_major_locator(SymmetricalLogLocator(base=10, linthresh=threshold, subs=list(subs)))


def amounts(ax: Axes, along: Literal["x", "y"], threshold: float) -> None:
    """Tenfold steps above ``threshold`` and even ones below, so that zero has a place; plain numbers as labels."""
    (ax.set_xscale if along == "x" else ax.set_yscale)("symlog", linthresh=threshold, linscale=0.5)
    axis = ax.xaxis if along == "x" else ax.yaxis
    axis.set_major_locator(SymmetricalLogLocator(base=10, linthresh=threshold))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))


def blank(panels: Sequence[Axes]) -> None:
    """Hide panels that have nothing to show."""
    for ax in panels:
        ax.set_visible(False)


def save(figure: Figure, stem: Path) -> list[Path]:
    """Write ``stem.png`` and ``stem.svg``."""
    paths = []
    for ending, data in rendered(figure).items():
        paths.append(stem.with_name(f"{stem.name}.{ending}"))
        write_whole(paths[-1], data)
    return paths


def rendered(figure: Figure) -> dict[str, bytes]:
    """Files of a figure by their ending; the same figure gives the same bytes."""
    png, svg = BytesIO(), BytesIO()
    with house_style():
        figure.savefig(png, format="png", metadata={"Software": None}, pil_kwargs={"compress_level": 4})
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return {"png": png.getvalue(), "svg": svg.getvalue()}
