"""Fuzz targets: bytes as a scenario file, as a setting, as a stored document, and as other files a user may name.

    python tests/fuzz/scenario_target.py --seconds 60 --seed 1              all targets, in turn
    python tests/fuzz/scenario_target.py --target document --seconds 60
    python tests/fuzz/scenario_target.py --target scenario --engine atheris --seconds 600

Each target loads its input, checks what must hold of whatever comes of it, and gives its kind: "loads", or the message
without names and numbers. Atheris, which is no dependency, is guided by the branches an input takes; the plain engine by
new kinds. Inputs that break something are written to ``--finds`` and belong, once mended, in ``tests/scenario/bad``.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if "atheris" in sys.argv:  # it must see the modules that are to guide it before anything else imports them
        import atheris

        with atheris.instrument_imports(include=["sim.scenario"]):
            import sim.scenario  # noqa: F401

# ruff: noqa: E402
from sim.scenario import ScenarioError, difference, from_document, load_scenario, vocabulary, warnings
from sim.scenario.files import SHIPPED
from sim.scenario.layer import KEYS
from sim.scenario.sections import EVENT_KEYS, INITIAL_KEYS, NATION_KEYS, RECORD_KEYS
from tests.fuzz import engine
from tests.scenario import corpus
from tests.scenario.invariants import LONGEST_LINE, harmless, outcome, shown_again, stored, well_formed

CANARY = "canary7391"  # stands in files that are no scenarios, and in no message
ODD = (
    "null", "~", "true", "NO", "0", "-1", "1e999", ".nan", "-.inf", "0x1f", "1_000", "''", "2020-05", "2020-13", "[]", "{}",
    "{uniform: [1, 2]}", "{normal: [0, 1]}", "{beta: [2, 2]}", "&a ", "*a", "!!python/name:os.system ", "|\n", ">-\n",
    "---\n", "...\n", "- ", "? ", ": ", ", ", "{", "}", "[", "]", "%YAML 1.1\n", "<<: ", "\0", "\x1b[2J", "\u202e", "\ufeff",
    "\n", "\r", "  ", "# ", "'", '"', "\\ud800", "\\x07", "${HOME}", "../", "/etc/passwd", "~/", "secret", "secret.csv",
    "good", "one", "events+", " and ", " or ", ">=", "9999999999999999999999", "x" * 90, "한",
    "quantiles", "=", "--", "1e-320", "\u00a0",
)  # fmt: skip
SETTINGS = (
    "months=3", "start=2014-01", "title=A try", "question=Why?", "initial.reserves=3", "record=[]",
    "initial.trade.china={value: 3, sd: 1}", "nations.russia.sharpness={uniform: [1, 2]}", "nations.china.weights={}",
    "nations.china.rule=inertia",
    "parameters.labour.take={beta: [2, 2]}", "parameters={posterior: to-2013-12}", "initial_from=history", "extends=one",
    "initial_from=table.csv", "events+=[{month: 2020-06, set: {crisis: 1}}]",
    "events=[{when: crisis >= 2, add: {crisis: 1}}]",
    "moves=[{nation: china, force: food_aid, from: 2020-06}]", "moves+=[{nation: russia, ban: [no_move]}]", "months=null",
)  # fmt: skip
NUMBERS_AND_NAMES = re.compile(r"'[^']*'|\"[^\"]*\"|\S*[\d_./]\S*")


@cache
def folder() -> Path:
    """A folder with files that scenarios may extend or name, and others that nothing may be told of."""
    memory = Path("/dev/shm")  # where there is one, thousands of files are written sooner
    made = Path(tempfile.mkdtemp(prefix="fuzz-", dir=memory if memory.is_dir() else None))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    corpus.unpack(made)
    (made / "one.yaml").write_text("title: One\nstart: 2020-05\nmonths: 3\n", encoding="utf-8")
    (made / "secret.yaml").write_text(f"password: {CANARY}\n", encoding="utf-8")
    (made / "secret.csv").write_text(f"{CANARY},{CANARY}\n{CANARY},{CANARY}\n", encoding="utf-8")
    (made / "table.csv").write_text("path,value,sd,source\nreserves,3,1,x\n", encoding="utf-8")
    return made


def kind(lines: Sequence[str]) -> str:
    """What a refusal says, without names and numbers; of several problems the first."""
    assert not any(CANARY in line for line in lines), lines
    return NUMBERS_AND_NAMES.sub("_", lines[0].split(": ", 1)[-1])[:70]


def one(data: bytes) -> str:
    """Bytes as a scenario file."""
    path = folder() / "input.yaml"
    path.write_bytes(data)
    found = outcome(path)
    if isinstance(found, tuple):
        return kind(found)
    assert all(harmless(line) for line in warnings(found))
    assert difference(found, found) == []
    shown_again(found, folder() / "shown.yaml")
    return "loads"


def setting(data: bytes) -> str:
    """Bytes as the settings of a command line, one a line."""
    text = data.decode("utf-8", "surrogateescape")
    found = outcome(folder() / "one.yaml", tuple(text.split("\n")))
    return kind(found) if isinstance(found, tuple) else "loads"


def document(data: bytes) -> str:
    """Bytes as the document of a scenario in a manifest."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return "no JSON"
    try:
        scenario = from_document(said)
    except ScenarioError as error:
        well_formed(error.lines)
        return kind(error.lines)
    stored(scenario)
    return "loads"


def table(data: bytes) -> str:
    """Bytes as a table of starting values."""
    (folder() / "mine.csv").write_bytes(data)
    found = outcome(folder() / "one.yaml", (f"initial_from={folder() / 'mine.csv'}",))
    return kind(found) if isinstance(found, tuple) else "loads"


def posterior(data: bytes) -> str:
    """Bytes as a fitted posterior."""
    (folder() / "mine.csv").write_bytes(data)
    found = outcome(folder() / "one.yaml", (f"parameters.posterior={folder() / 'mine.csv'}",))
    return kind(found) if isinstance(found, tuple) else "loads"


def _told(read: Callable[[Path], object], path: Path) -> str:
    from experiments.errors import PeninsulaError

    try:
        read(path)
    except PeninsulaError as error:
        said = str(error)
        assert harmless(said), said
        assert len(said) < LONGEST_LINE, said
        return kind([said])
    return "loads"


def sweep(data: bytes) -> str:
    """Bytes as a sweep file."""
    from experiments import sweep_file

    (folder() / "sweep.yaml").write_bytes(data)
    return _told(sweep_file.read, folder() / "sweep.yaml")


def points(data: bytes) -> str:
    """Bytes as a table of design points."""
    from experiments import sweep_file

    (folder() / "points.csv").write_bytes(data)
    return _told(sweep_file.read_table, folder() / "points.csv")


def definitions(data: bytes) -> str:
    """Bytes as a file of outcomes of one's own."""
    from experiments import definitions as module

    (folder() / "own.yaml").write_bytes(data)
    return _told(module.read, folder() / "own.yaml")


TARGETS = {each.__name__: each for each in (setting, document, table, posterior, sweep, points, definitions)} | {
    "scenario": one
}


@cache
def seeds(target: str) -> tuple[bytes, ...]:
    """Good and bad inputs to begin with, the short ones first."""
    found: list[bytes]
    match target:
        case "scenario":
            shipped = [path.read_bytes() for path in SHIPPED.glob("*.yaml")]
            found = shipped + [corpus.filled((corpus.BAD / f"{case}.yaml").read_bytes()) for case in corpus.CASES]
        case "setting":
            found = [text.encode() for text in SETTINGS]
        case "document":
            found = [json.dumps(load_scenario(path).document(), indent=1).encode() for path in SHIPPED.glob("*.yaml")]
        case "table":
            found = [b"path,value,sd,source\nreserves,3,1,mine\ntrade.china.exports,12,,\n", b"path,value\ncrisis,1\n"]
        case "posterior":
            found = [path.read_bytes() for path in (ROOT / "sim" / "parameters" / "posteriors").glob("*.csv")]
        case "sweep":
            vary = b"vary: {parameters.labour.take: 0.3..0.8, nations.russia.rule: [logit, satisficing]}\n"
            rest = b"set: {months: 24}\nruns: 200\nseed: 1\n"
            found = [b"scenario: one\ndesign: lhs\npoints: 16\n" + vary + rest, b"scenario: one\npoints: mine.csv\n"]
        case "points":
            found = [b"point,parameters.labour.take (1),initial.reserves\n0,0.5,2\n1,0.6,3\n", b"months\n3\n4\n"]
        case _:
            found = [
                b"worst: {of: food, take: min, from: 2020-11, to: 2021-03}\n",
                b"want: {of: food, take: months, below: 3}\nturnover: {of: turnover.united_states, take: max}\n",
            ]
    return tuple(sorted(found, key=lambda data: (len(data), data)))


@cache
def words() -> tuple[bytes, ...]:
    """A dictionary made from the vocabulary and from what is odd in YAML."""
    names = [*KEYS, *EVENT_KEYS, *INITIAL_KEYS, *NATION_KEYS, *RECORD_KEYS, *vocabulary.nations(), *vocabulary.features()]
    names += [*vocabulary.rules(), *list(vocabulary.parameters())[::9], *vocabulary.paths(settable=False)[::12]]
    names += [action for nation in vocabulary.nations() for action in vocabulary.actions(nation)[::4]]
    names += [path.stem for path in sorted(SHIPPED.glob("*.yaml"))[::6]]
    return tuple(dict.fromkeys(text.encode("utf-8", "surrogatepass") for text in (*ODD, *names)))


def guided(target: str, seconds: float, seed: int, finds: Path) -> None:
    """Fuzz with atheris, which ends the process."""
    session = engine.Session()
    began = time.perf_counter()
    grown = Path(tempfile.mkdtemp(prefix="corpus-"))
    listed = grown.with_suffix(".words")

    def execute(data: bytes) -> None:
        session.execute(TARGETS[target], data)
        session.seconds = time.perf_counter() - began
        if session.seconds > seconds:
            print(session.text(), *session.save(finds), sep="\n", flush=True)  # noqa: T201
            for left in (folder(), grown):
                shutil.rmtree(left, ignore_errors=True)
            listed.unlink()
            os._exit(1 if session.finds else 0)

    for number, data in enumerate(seeds(target)):
        (grown / f"seed-{number}").write_bytes(data)
    escaped = ("".join(f"\\x{byte:02x}" for byte in word) for word in words() if len(word) < 64)
    listed.write_text("".join(f'"{word}"\n' for word in escaped), encoding="ascii")
    options = [f"-seed={seed}", f"-dict={listed}", "-max_len=20000", "-timeout=60", "-verbosity=0", "-close_fd_mask=0"]
    atheris.Setup([sys.argv[0], *options, str(grown)], execute)
    atheris.Fuzz()


def plain(target: str, seconds: float, seed: int, finds: Path) -> bool:
    """Fuzz with the engine of this folder; whether nothing was found."""
    session = engine.run(TARGETS[target], seeds(target), words(), seed, seconds=seconds)
    print(f"{target}:", session.text(), *session.save(finds), sep="\n")  # noqa: T201
    if score := os.environ.get("PENINSULA_SCORE"):
        line = {"what": f"fuzz executions, {target}", "tried": session.executions,
                "held": session.executions - len(session.finds), "test": "tests/fuzz/scenario_target.py"}  # fmt: skip
        with Path(score).open("a") as file:
            file.write(json.dumps(line) + "\n")
    return not session.finds


def main() -> int:
    """Fuzz one target or all, and say what came of it."""
    reader = argparse.ArgumentParser(description="Fuzz targets and print what came of it.")
    reader.add_argument("--target", choices=["all", *sorted(TARGETS)], default="all")
    reader.add_argument("--engine", choices=("plain", "atheris"), default="plain", help="atheris takes one target")
    reader.add_argument("--seconds", type=float, default=60, help="for all targets together")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--finds", type=Path, default=Path("finds"), help="folder for inputs that break something")
    given = reader.parse_args()
    targets = sorted(TARGETS) if given.target == "all" else [given.target]
    if given.engine == "atheris":
        if len(targets) > 1:
            reader.error("atheris fuzzes one target; name it with --target")
        guided(given.target, given.seconds, given.seed, given.finds)
    share = given.seconds / len(targets)
    good = [plain(target, share, given.seed, given.finds / target) for target in targets]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
