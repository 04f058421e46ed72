"""The scorecard: what the project was made to suffer, what held, and the command and versions that say so.

    python tests/reliability/scorecard.py measure [--step tests|planted|fuzz|million]... [--soak N]
    python tests/reliability/scorecard.py write

``measure`` appends to ``reliability.jsonl`` what each step found; a step that is measured again replaces what it said.
``write`` makes RELIABILITY.md of it and ends with 1 if anything did not hold. ``make reliability`` does both.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # for a checkout that is not installed

FOUND = ROOT / "reliability.jsonl"
PAGE = ROOT / "RELIABILITY.md"
FUZZ_SECONDS = 60
SUFFERING = (
    "tests/reliability", "tests/scenario", "tests/fuzz", "tests/experiments/test_disks.py",
    "tests/experiments/test_processes.py", "tests/experiments/test_batch.py", "tests/figures/test_figure_workers.py",
)  # fmt: skip
STEPS: Mapping[str, tuple[str, ...]] = {
    "tests": ("-m", "pytest", "-q", "--numprocesses", "auto", *SUFFERING),
    "planted": ("tests/planted/plant.py",),
    "fuzz": ("tests/fuzz/scenario_target.py",),
    "million": ("tests/reliability/million.py",),
}
VERSIONS = ("numpy", "pyarrow", "pandas", "hypothesis", "distributed")

Line = dict[str, Any]


def command(step: str, soak: int) -> list[str]:
    """What a step runs, without the interpreter."""
    more = ["--seconds", str(FUZZ_SECONDS * soak)] if step == "fuzz" else []
    return [*STEPS[step], *more]


def run(step: str, soak: int) -> list[Line]:
    """Run a step; its lines, the first of which says how it was run and how it ended."""
    score = ROOT / f".{step}.score"
    score.unlink(missing_ok=True)
    more = ("--into", str(score)) if step == "million" else ()
    environment = {**os.environ, "PENINSULA_SCORE": str(score), "PENINSULA_SOAK": str(soak)}
    if soak > 1:
        environment["PYTEST_ADDOPTS"] = "-o faulthandler_timeout=0"  # no test is taken to hang
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *command(step, soak), *more], cwd=ROOT, env=environment, check=False)
    said = [json.loads(line) for line in score.read_text().splitlines()] if score.exists() else []
    score.unlink(missing_ok=True)
    head = {
        "step": step,
        "command": " ".join(["python", *command(step, soak)]),
        "soak": soak,
        "exit": done.returncode,
        "seconds": round(time.perf_counter() - start),
        "versions": versions(),
    }
    return [head, *({"step": step, **line} for line in said)]


def versions() -> str:
    """What was tried on what."""
    from experiments.manifest import model_digest
    from sim import __version__

    parts = [f"peninsula {__version__} (model {model_digest()[:12]})", f"Python {platform.python_version()}"]
    return ", ".join(
        [*parts, *(f"{name} {version(name)}" for name in VERSIONS), f"{platform.system()} {platform.machine()}"]
    )


def page(lines: Iterable[Line]) -> tuple[str, bool]:
    """RELIABILITY.md, and whether everything held."""
    steps: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        steps[line["step"]].append(line)
    text, good = [OPENING], bool(steps)
    for step in STEPS:
        if step not in steps:
            text.append(f"## {step.capitalize()}\n\nNot measured for this page: `make reliability` and `make soak` do it.\n")
            continue
        head, *said = steps[step]
        rows = summed(said)
        good &= bool(rows) and not head["exit"] and all(0 < row["tried"] == row["held"] for row in rows)
        text.append(section(head, rows))
    text.insert(1, VERDICT[good])
    return "\n".join(text), good


def summed(said: Iterable[Line]) -> list[Line]:
    """One line for everything that was tried, over all tests that tried it."""
    rows: dict[str, Line] = {}
    for line in said:
        row = rows.setdefault(line["what"], {"what": line["what"], "tried": 0, "held": 0, "remark": "", "places": set()})
        row["tried"] += line["tried"]
        row["held"] += line["held"]
        row["remark"] = line.get("remark") or row["remark"]
        row["places"].add(line["test"].split("::")[0])
    return sorted(rows.values(), key=lambda row: row["what"])


def section(head: Line, rows: Sequence[Line]) -> str:
    """What one step found."""
    ended = "everything held" if not head["exit"] else f"**it ended with {head['exit']}: something did not hold**"
    soak = f" with PENINSULA_SOAK={head['soak']}" if head["soak"] > 1 else ""
    lines = [
        f"## {head['step'].capitalize()}",
        "",
        f"`{head['command']}`{soak}: {ended}, {head['seconds']:,} s.",
        f"{head['versions']}.",
        "",
        "| what was tried | times | held | where |",
        "|---|---:|---:|---|",
    ]
    for row in rows:
        held = f"{row['held']:,}" if row["held"] == row["tried"] else f"**{row['held']:,}**"
        where = ", ".join(f"`{place}`" for place in sorted(row["places"]))
        remark = f"; {row['remark']}" if row["remark"] else ""
        lines.append(f"| {row['what']} | {row['tried']:,} | {held} | {where}{remark} |")
    return "\n".join([*lines, ""])


OPENING = """# Reliability

Made by `make reliability` (longer: `make soak`); not to be edited by hand. A row says how often something was tried and how
often what had to hold held: the same digest as an undisturbed run, a line that names the damage, a refusal in one line, a
suite that goes red.
"""
VERDICT = {
    True: "**Nothing lost, nothing wrong, nothing silent** in what was tried.\n",
    False: "**Something did not hold, or nothing was tried**; what did not hold is in bold below.\n",
}


@click.group()
def main() -> None:
    """What was tried, and what held."""


@main.command()
@click.option("--step", "steps", multiple=True, type=click.Choice(list(STEPS)), help="By default all but million.")
@click.option("--soak", default=1, show_default=True, help="How many times longer.")
def measure(steps: tuple[str, ...], soak: int) -> None:
    """Try everything again, and keep what was found."""
    for step in steps or tuple(step for step in STEPS if step != "million"):
        others = [line for line in stored() if line["step"] != step]
        FOUND.write_text("".join(json.dumps(line) + "\n" for line in [*others, *run(step, soak)]))


def stored() -> list[Line]:
    """What was found so far."""
    return [json.loads(line) for line in FOUND.read_text().splitlines()] if FOUND.exists() else []


@main.command()
def write() -> None:
    """Write RELIABILITY.md from what was found."""
    text, good = page(stored())
    PAGE.write_text(text)
    sys.exit(not good)


if __name__ == "__main__":
    main()
