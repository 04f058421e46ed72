"""The page: what it says, put together and filled into ``page.html``, where all text is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from experiments import export, limits, lints, partings, readers, summary
from experiments.errors import PeninsulaError, StorageError, unknown
from experiments.estimates import wilson
from experiments.language import translated
from experiments.manifest import Manifest, Stored, read_manifest
from experiments.parts import OUTCOMES, outcome_names
from experiments.report import letters, numbers, pictures, stories
from sim.scenario import difference
from sim.scenario import from_document as restore

NAME = "report.html"
MOST_IN_FULL = 8  # scenarios for which every outcome and every parting is told
PARTING_RUNS = 300
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
    figures: names or families, ``all`` for all; beside: directories with figures of other verbs; question: the analyst's."""

    base: str = ""
    outcomes: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    beside: tuple[Path, ...] = ()
    question: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Difference:
    """A value that a scenario sets otherwise than the base."""

    key: str
    before: str
    after: str


@dataclass(frozen=True)
class About:
    """A scenario as it is introduced."""

    name: str
    title: str
    question: str
    span: str
    digest: str
    differences: tuple[Difference, ...]


def write(directory: Path | str, asked: Asked, out: Path | None = None) -> Path:
    """Write the page to ``out``, or as ``report.html`` into that directory, by default the batch's; returns where it is.

    Raises UsageError, StorageError, StoredDataDamaged.
    """
    path = Path(directory) if out is None else out
    path = path / NAME if path.is_dir() else path
    temporary = path.with_name(f"{path.name}.tmp")
    read_manifest(directory)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.touch()  # so that a place where nothing can be written is told before all is drawn
        temporary.write_text(page(directory, asked), encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return path


def page(directory: Path | str, asked: Asked) -> str:
    """The page as HTML. Raises UsageError, StorageError, StoredDataDamaged."""
    import jinja2  # needed only here

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["_"] = partial(translated, language=asked.language)
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    text = environment.get_template("page.html").render(contents(Path(directory), asked), style=style)
    return text.replace(style, letters.face(text, asked.language) + style, 1)


def contents(directory: Path, asked: Asked) -> dict[str, Any]:
    """Everything that the page says, by the names that ``page.html`` uses."""
    manifest = read_manifest(directory)
    base = asked.base or manifest.scenarios[0].name
    names = [base, *(stored.name for stored in manifest.scenarios if stored.name != base)]
    present = _outcomes(directory, manifest, names, asked.outcomes)
    key = numbers.headline(asked.outcomes, (str(each.document["question"]) for each in manifest.scenarios), present)
    figures = pictures.wanted(directory, asked.figures, key)  # and what lies beside: what is misspelt is said at once
    beside = pictures.found(directory, asked.beside)
    table = summary.table(directory, names)
    few = len(names) <= MOST_IN_FULL
    rows, changes = numbers.changes(directory, base, key) if len(names) > 1 else (pd.DataFrame(), [])
    return {
        "language": asked.language,
        "headings": [heading for heading in HEADINGS if len(names) > 1 or heading[0] != "comparisons"],
        "title": _title(manifest, base),
        "asked": asked.question,
        "base": base,
        "runs": manifest.runs,
        "failed": int(table.drop_duplicates("scenario")["failed"].sum()),
        "scenarios": _about(manifest, names),
        "key": numbers.blocks(table, key),
        "changes": _by_scenario(changes),
        "clear": list(numbers.sentences(changes)),
        "comparison": pictures.of_comparison(directory, rows, base, asked.language) if changes else None,
        "partings": list(_partings(directory, base, names)) if few else [],
        "figures": pictures.of_batch(directory, figures, asked.language),
        "stories": [stories.tell(directory, each, key, asked.language) for each in stories.wanted(table, key)],
        "beside": beside,
        "remarks": lints.lines(lints.remarks(directory)),
        "limits": limits.limits(),
        "all": numbers.blocks(table, present) if few else [],
        "manifest": _made_by(manifest),
        "command": manifest.command,
        "citation": export.citation(manifest),
    }


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


def _title(manifest: Manifest, base: str) -> str:
    title, others = str(manifest.scenario(base).document["title"]), len(manifest.scenarios) - 1
    return f"{title}, and {others} variant{'s' * (others > 1)}" if others else title


def _about(manifest: Manifest, names: Sequence[str]) -> list[About]:
    first = _restored(manifest.scenario(names[0]))
    return [_introduced(manifest.scenario(name), first) for name in names]


def _restored(stored: Stored) -> Any:
    return restore(dict(stored.document))


def _introduced(stored: Stored, base: Any) -> About:
    document = stored.document
    mine = _restored(stored)
    found = [Difference(each.key, _short(each.a), _short(each.b)) for each in difference(base, mine)]
    span = f"{stored.months} months from {document['start']}"
    return About(stored.name, str(document["title"]), str(document["question"]), span, stored.digest[:12], tuple(found))


def _short(value: Any) -> str:
    return "–" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


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
            whole, *each = partings.stored(directory, base, name, PARTING_RUNS)
        except PeninsulaError as error:
            yield Parting(name, str(error))
            continue
        if not whole["share"]:
            yield Parting(name, f"The same choices in every month of {whole['runs']:,} runs.")
            continue
        said = (
            f"They part in {_share(whole)} of the first {whole['runs']:,} runs, in the median in {whole['date']}; at first:"
        )
        yield Parting(name, said, tuple(f"in {_share(row)}, {partings.sentence(row)}" for row in each[:PARTINGS_TOLD]))


def _share(row: Mapping[str, Any]) -> str:
    low, high = wilson(round(row["share"] * row["runs"]), row["runs"])
    return f"{row['share']:.0%} (95% interval {low:.0%} to {high:.0%})"


def _made_by(manifest: Manifest) -> list[tuple[str, str]]:
    return [
        ("seed", str(manifest.seed)),
        ("runs of each scenario", f"{manifest.runs:,}"),
        ("months stored", "yes" if manifest.trajectories else "no"),
        ("model, SHA-256 of its source", manifest.model),
        *((f"version of {name}", version) for name, version in manifest.versions.items()),
    ]
