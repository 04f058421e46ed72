"""The page: what it says, put together and filled into ``page.html``, where all text is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from experiments import compare, export, limits, lints, partings, readers, story, summary
from experiments.errors import PeninsulaError, unknown
from experiments.estimates import wilson
from experiments.language import translated
from experiments.manifest import Manifest, read_manifest
from experiments.parts import OUTCOMES, outcome_names
from experiments.report import letters, numbers, pictures, scenarios, short, stories, sweeps
from experiments.sweep_design import Design, design_of
from experiments.writing import refused, whole
from sim.scenario import ScenarioError

NAME = "report.html"
MOST_IN_FULL = 8  # scenarios for which every outcome and every parting is told
PARTINGS_TOLD = 4  # decisions of each scenario
HEADINGS = (
    ("short", "In short"),
    ("scenarios", "Scenarios"),
    ("numbers", "Key numbers"),
    ("comparisons", "Comparisons"),
    ("figures", "Figures"),
    ("stories", "Single runs"),
    ("sure", "How sure"),
    ("limits", "Limits"),
    ("manifest", "How it was made"),
)


@dataclass(frozen=True)
class Asked:
    """What a report is to say. base: the scenario others are compared with, the first one if empty; outcomes: told first;
    figures: names or families, ``all`` for all; beside: directories with figures of other verbs; tails: outcomes of which
    the run at an end is told, as ``reserves_end:low``; question: the analyst's."""

    base: str = ""
    outcomes: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    beside: tuple[Path, ...] = ()
    tails: tuple[str, ...] = ()
    question: str = ""
    language: str = "en"


def write(directory: Path | str, asked: Asked, out: Path | None = None) -> Path:
    """Write the page to ``out``, or as ``report.html`` into that directory, by default the batch's; returns where it is.

    Raises UsageError, StorageError, StoredDataDamaged.
    """
    path = Path(directory) if out is None else out
    path = path / NAME if path.is_dir() else path if path.suffix else path.with_suffix(".html")
    read_manifest(directory)
    with refused(path.parent, "create"):
        path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as file:  # opened before all is drawn, so that a place where nothing can be written is told at once
        file.write(page(directory, asked).encode())
    return path


def page(directory: Path | str, asked: Asked) -> str:
    """The page as HTML. Raises UsageError, StorageError, StoredDataDamaged."""
    import jinja2  # needed only here

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["_"] = environment.filters["told"] = partial(translated, language=asked.language)
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    text = environment.get_template("page.html").render(contents(Path(directory), asked), style=style)
    return text.replace(style, letters.face(text, asked.language) + style, 1)


def contents(directory: Path, asked: Asked) -> dict[str, Any]:
    """Everything that the page says, by the names that ``page.html`` uses."""
    manifest = read_manifest(directory)
    base = asked.base or manifest.scenarios[0].name
    names = [base, *(stored.name for stored in manifest.scenarios if stored.name != base)]
    present = _outcomes(directory, manifest, names, asked.outcomes)
    named = numbers.asked_about(asked.outcomes, (str(each.document["question"]) for each in manifest.scenarios), present)
    design = None if asked.base else design_of([{**each.document, "name": each.name} for each in manifest.scenarios])
    usual = sweeps.OUTCOMES if design else numbers.KEY
    key = [name for name in dict.fromkeys(asked.outcomes or (*named, *usual)) if name in present]
    lead = named or key[: short.LEVELS]  # figures now, and what lies beside: what is misspelt is said at once
    figures = pictures.wanted(directory, asked.figures, lead, asked.outcomes) if asked.figures or not design else []
    beside = pictures.found(directory, asked.beside)
    table = summary.table(directory, names)
    to_tell = stories.wanted(table, key, names[1] if len(names) == 2 else base, asked.tails)
    told = Told(directory, asked, manifest, names, named, key, table)
    return {
        "language": asked.language,
        "base": base,
        "runs": manifest.runs,
        "failed": readers.count_failed(directory, names, range(manifest.runs)),
        "levels": numbers.blocks(table, list(short.levels(key, asked.outcomes))),
        "key": numbers.blocks(table, key) if design is None or len(names) <= sweeps.LISTED else [],
        "stories": [stories.tell(directory, each, key, asked.language) for each in to_tell],
        "nothing": story.NOTHING,
        "beside": beside,
        "says": pictures.BESIDE,
        "meanings": scenarios.meanings,
        "limits": limits.limits(),
        "all": numbers.blocks(table, present) if len(names) <= MOST_IN_FULL and not design else [],
        "manifest": _made_by(manifest),
        "files": [] if design else list(scenarios.files(manifest)),
        "command": manifest.command,
        "citation": export.citation(manifest),
        **(_of_sweep(told, design, figures) if design else _of_scenarios(told, figures)),
    }


@dataclass(frozen=True)
class Told:
    """What a page is made from. names: scenarios, the base first; named: outcomes asked for; key: those that are told;
    table: rows of ``summary.table``."""

    directory: Path
    asked: Asked
    manifest: Manifest
    names: list[str]
    named: list[str]
    key: list[str]
    table: pd.DataFrame


def _of_scenarios(told: Told, figures: Sequence[str]) -> dict[str, Any]:
    """What is said of scenarios and of nothing else: each of them, and how they differ from the base."""
    directory, base, language = told.directory, told.names[0], told.asked.language
    several = len(told.names) > 1
    head = scenarios.head(told.manifest, base)
    rows, changes = numbers.changes(directory, base, told.key) if several else (pd.DataFrame(), [])
    items, more = short.items(changes, told.named)
    picture = pictures.of_comparison(directory, _shown(rows, told.named), base, language) if changes else None
    return {
        "headings": [heading for heading in HEADINGS if several or heading[0] != "comparisons"],
        "head": head,
        "question": told.asked.question or head.question,
        "scenarios": scenarios.about(told.manifest, told.names),
        "differs": items,
        "more_differ": more,
        "compared": short.compared(changes),
        "changes": _by_scenario(changes),
        "errors": numbers.errors(rows) if changes else "",
        "comparison": picture,
        "partings": list(_partings(directory, base, told.names)) if len(told.names) <= MOST_IN_FULL else [],
        "figures": pictures.of_batch(directory, figures, language),
        "remarks": lints.shared(lints.remarks(directory)),
        "lengths": compare.lengths(directory, base, told.names[1:]),
        "sweep": None,
    }


def _shown(rows: pd.DataFrame, named: Sequence[str]) -> pd.DataFrame:
    """Rows of outcomes asked for, and of outcomes and categories that differ clearly in some scenario."""
    clear = (rows["low"] > 0) | (rows["high"] < 0)
    differs = clear.groupby([rows["outcome"], rows["category"]]).transform("any")
    return rows[differs | rows["outcome"].isin(named)]


def _of_sweep(told: Told, design: Design, figures: Sequence[str]) -> dict[str, Any]:
    """What is said of a sweep and of nothing else: its design, and how outcomes go with the point."""
    directory, language = told.directory, told.asked.language
    head = sweeps.head(told.manifest, design)
    responses = sweeps.responses(directory, told.key)
    first, others = sweeps.in_short(responses, told.asked.outcomes)
    drawn = [each.name for each in first] if not told.asked.figures else []
    heads, points, left = sweeps.points(design)
    return {
        "headings": [heading for heading in HEADINGS if heading[0] != "comparisons"],
        "head": head,
        "question": told.asked.question or head.question,
        "scenarios": [],
        "differs": [],
        "more_differ": 0,
        "compared": 0,
        "changes": {},
        "errors": "",
        "lengths": "",
        "comparison": None,
        "partings": [],
        "figures": [*pictures.of_sweep(directory, drawn, language), *pictures.of_batch(directory, figures, language)],
        "remarks": sweeps.remarks(lints.remarks(directory), design),
        "sweep": {
            "first": first, "others": others, "responses": responses, "heads": heads, "points": points, "left": left,
            "span": scenarios.about(told.manifest, told.names[:1])[0].span,
        },
    }  # fmt: skip


def _by_scenario(changes: Sequence[numbers.Change]) -> dict[str, list[numbers.Change]]:
    found: dict[str, list[numbers.Change]] = {}
    for change in changes:
        found.setdefault(change.scenario, []).append(change)
    return found


def _outcomes(directory: Path, manifest: Manifest, names: Sequence[str], asked: Sequence[str]) -> list[str]:
    """The outcomes that are stored; UsageError for one that is asked for and is not."""
    readers.chosen(manifest, names)
    present = outcome_names(readers.columns_of(directory, manifest, OUTCOMES, names))
    for name in asked:
        if name not in present:
            raise unknown("outcome", name, present)
    return present


@dataclass(frozen=True)
class Parting:
    """Where a scenario parts from the base, in words."""

    scenario: str
    whole: str
    decisions: tuple[str, ...] = ()


def _partings(directory: Path, base: str, names: Sequence[str]) -> Iterator[Parting]:
    """Each scenario but the base: where it parts from it, or why that cannot be told (another start, another menu)."""
    for name in names[1:]:
        try:
            whole, *each = partings.stored(directory, base, name, partings.RUNS)
        except (PeninsulaError, ScenarioError) as error:
            yield Parting(name, str(error).partition("\n")[0])
            continue
        if not whole["share"]:
            yield Parting(name, f"{partings.same(whole).capitalize()}.")
            continue
        when = partings.when(whole)
        said = f"They part in {_share(whole)} of the first {whole['runs']:,} runs, in the median {when}. At first:"
        yield Parting(name, said, tuple(f"in {_share(row)}, {partings.sentence(row)}" for row in each[:PARTINGS_TOLD]))


def _share(row: Mapping[str, Any]) -> str:
    low, high = wilson(round(row["share"] * row["runs"]), row["runs"])
    return f"{row['share']:.0%} (95% interval {low:.0%} to {high:.0%})"


def _made_by(manifest: Manifest) -> list[tuple[str, str]]:
    return [
        ("seed", str(manifest.seed)),
        ("runs of each scenario", f"{manifest.runs:,}"),
        ("months", "stored" if manifest.trajectories else "not stored"),
        ("model, SHA-256 of its source", manifest.model),
        *((f"version of {name}", version) for name, version in manifest.versions.items()),
    ]
