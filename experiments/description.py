"""The description of the model that is generated from its code: one Markdown page for each section of the codebook.

``peninsula describe`` writes the pages; ``peninsula describe --check`` and a test say which of them the code has left
behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from experiments import codebook, limits, streams
from experiments.errors import UsageError
from experiments.writing import write_whole

Row = Mapping[str, Any]
HOME = Path(__file__).parent.parent / "docs" / "reference"
NAMES = {"month": "schedule"}  # sections whose page has another name
INDEX = "README"
GROUPED = {"state": "owner", "weight_sets": "nation"}  # sections that are ordered by a column
WIDE = 150  # letters: rows with longer cells are a list and not a table
ABOUT = {
    "parameters": "Every number that the equations use: prior, unit, legal range, meaning, source and evidence grade.",
    "state": "Every state array by the mechanism that owns it: axes, unit, legal range, starting value, settable or not.",
    "actions": "What each nation may choose: slot, base rate a month, what it expects, its tone, source and grade.",
    "features": "What nations care about: persistence of an impulse a month, and the standard weight of each nation.",
    "weight_sets": "The rival sets of weights of each nation, by name.",
    "outcomes": "What is measured at the end of a run, and the question it answers.",
    "tables": "Numbers that come as tables: trade by group, the ladder of the law, anchors of affinity, and others.",
    "neutral": "The neutral situation in which base rates are met exactly.",
    "friendly_conduct": "What each nation expects of one unit of friendly conduct.",
    "schedule": "The stages of a month in order.",
    "streams": "Named streams of luck: kind of draw, when it is drawn, how many streams there are, and what they decide.",
    "rules": "Rules of decision that a scenario may give a nation.",
    "history": "The tables of what happened: unit, period, source and grade.",
}  # fmt: skip


def pages() -> dict[str, str]:
    """Every page by its file name."""
    sections = {NAMES.get(section, section): codebook.rows(section) for section in codebook.SECTIONS}
    sections["streams"] = streams.rows()
    made = {f"{name}.md": _page(name, rows) for name, rows in sections.items()}
    return {f"{INDEX}.md": _index(sections), **made, "limits.md": limits.PAGE.read_text(encoding="utf-8")}


def write(out: Path = HOME) -> list[Path]:
    """Write every page into a directory."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages().items():
        path = out / name
        write_whole(path, text.encode())
        written.append(path)
    return written


def differences(out: Path = HOME) -> list[str]:
    """A line for each page that is not what the code says; UsageError without the directory."""
    if not out.is_dir():
        raise UsageError(f"{out} is not a directory; write the pages with: peninsula describe --out {out}")
    said, made = [], pages()
    for name, text in made.items():
        path = out / name
        if not path.exists():
            said.append(f"{path} is missing; peninsula describe --out {out} writes it")
        elif path.read_text(encoding="utf-8") != text:
            said.append(f"{path} is not what the code says; peninsula describe --out {out} writes it anew")
    stale = sorted(path for path in out.glob("*.md") if path.name not in made)
    return [*said, *(f"{path} describes nothing in the code; remove it" for path in stale)]


def _index(sections: Mapping[str, list[dict[str, Any]]]) -> str:
    lines = ["# Reference", "", "Generated from the code by `peninsula describe`; changes belong there.", ""]
    lines += ["| page | entries | what it holds |", "|---|---|---|"]
    lines += [f"| [{name}]({name}.md) | {len(rows)} | {ABOUT.get(name, '')} |" for name, rows in sorted(sections.items())]
    lines += ["", "[limits.md](limits.md), what not to conclude, is the page that reports carry."]
    return "\n".join([*lines, ""])


def _page(name: str, rows: list[dict[str, Any]]) -> str:
    title = name.replace("_", " ").capitalize()
    lines = [f"# {title}", "", ABOUT.get(name, "")] if name in ABOUT else [f"# {title}"]
    lines += ["", f"{len(rows)} entries, generated from the code by `peninsula describe`; changes belong there."]
    for heading, group in _groups(name, rows).items():
        lines += ["", *([f"## {heading}", ""] if heading else []), *_body(group)]
    return "\n".join([*lines, ""])


def _groups(name: str, rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Rows by a column, or by what stands before the dot where all names have one; otherwise all together."""
    column = GROUPED.get(name)
    heads = [str(row[column] if column else next(iter(row.values()))) for row in rows]
    if not column and not all("." in head for head in heads):
        return {"": rows}
    groups: dict[str, list[dict[str, Any]]] = {}
    for head, row in zip(heads, rows, strict=True):
        kept = {key: value for key, value in row.items() if key != column}
        groups.setdefault(head if column else head.partition(".")[0], []).append(kept)
    return groups


def _body(rows: list[dict[str, Any]]) -> Iterable[str]:
    alike = len({tuple(row) for row in rows}) == 1
    longest = max(len(_cell(value)) for row in rows for value in row.values())
    return _table(rows) if alike and longest <= WIDE else _entries(rows)


def _table(rows: list[dict[str, Any]]) -> list[str]:
    """A table without the columns that say nothing in any row."""
    columns = [name for name in rows[0] if any(_cell(row[name]) for row in rows)]
    first, *others = columns
    lines = ["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
    lines += ["| " + " | ".join([f"`{row[first]}`", *(_cell(row[name]) for name in others)]) + " |" for row in rows]
    return lines


def _entries(rows: list[dict[str, Any]]) -> list[str]:
    """A list with an entry for each row, for what is too wide for a table."""
    lines = []
    for row in rows:
        (_, heading), *rest = row.items()
        lines.append(f"- `{heading}`")
        lines += [f"  - {name}: {_cell(value)}" for name, value in rest if _cell(value)]
    return lines


def _cell(value: object) -> str:
    """A value as text that cannot break a table."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("<", "\\<").replace("\n", " ")
