"""Everything that must be refused has a case: the table of bad/README.md is complete and names what exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import experiments
import sim
from tests.scenario.corpus import BAD, CASES

COMMANDS = BAD.parent / "bad_commands"
ROOT = BAD.parents[2]
ROW = re.compile(r"\| (?P<item>[^|]+) \| (?P<cases>[^|]*) \|")
EXECUTE = {"eval", "exec", "__import__", "system", "popen", "Popen", "read_pickle", "allow_pickle", "loads_pickle"}
MODULES = {"pickle", "marshal", "shelve", "subprocess", "dill", "cloudpickle", "joblib", "code", "runpy"}


def table() -> dict[str, list[str]]:
    """Items and their cases."""
    rows = [ROW.fullmatch(line) for line in (BAD / "README.md").read_text(encoding="utf-8").splitlines()]
    found = {row["item"]: row["cases"].split(", ") for row in rows if row}
    return {item: cases for item, cases in found.items() if item not in ("item", "---")}


def exists(case: str) -> bool:
    """Whether there is such a case, command or test."""
    if "::" in case:
        path, name = case.split("::")
        return (ROOT / path).is_file() and f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")
    if case.startswith("bad_commands/"):
        return (COMMANDS / f"{case.removeprefix('bad_commands/')}.case").is_file()
    return case in CASES and bool((BAD / f"{case}.expected").read_text(encoding="utf-8"))


def test_every_item_has_a_case() -> None:
    items = table()
    assert len(items) >= 60
    assert not {item: cases for item, cases in items.items() if not any(map(exists, cases))}


def test_every_case_that_is_named_exists() -> None:
    assert not [case for cases in table().values() for case in cases if not exists(case)]


def test_no_module_can_execute_what_it_reads() -> None:
    found = []
    for package in (sim, experiments):
        for path in Path(str(package.__file__)).parent.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if said(node) & (EXECUTE | MODULES):
                    found.append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    assert not found


def said(node: ast.AST) -> set[str]:
    """The modules that a node imports, or the function that it calls with the names of its arguments."""
    match node:
        case ast.Import(names):
            return {alias.name.split(".")[0] for alias in names}
        case ast.ImportFrom(module):
            return {(module or "").split(".")[0]}
        case ast.Call(ast.Name(name), _, keywords):
            return {name, *(keyword.arg or "" for keyword in keywords)}
        case ast.Call(ast.Attribute(_, name), _, keywords) if name not in ("eval",):  # pandas and SymPy call theirs so
            return {name, *(keyword.arg or "" for keyword in keywords)}
        case _:
            return set()
