"""A short session of every fuzz target, the same in every commit; `make soak` makes it long."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz import engine
from tests.fuzz.scenario_target import TARGETS, one, seeds, words

EXECUTIONS = {"scenario": 160, "setting": 80, "document": 25}  # and of each other target
OTHERS = 30
SHORT = 1500  # bytes of the seeds that are changed, so that each is read soon


def test_no_input_breaks_what_must_hold(tmp_path: Path, score: Callable[[str, int, int], None], soak: int) -> None:
    executions, finds = 0, {}
    for number, (target, read) in enumerate(TARGETS.items()):
        short = [data for data in seeds(target) if len(data) < SHORT] or list(seeds(target))
        count = soak * EXECUTIONS.get(target, OTHERS)
        session = engine.run(read, short, words(), number, executions=count)
        executions += session.executions
        finds |= {f"{target}: {kind}: {session.messages.get(kind)}": data for kind, data in session.finds.items()}
        session.save(tmp_path / target)
    score("fuzz executions", executions, executions - len(finds))
    assert not finds, f"{list(finds)}; inputs are in {tmp_path}"
    assert executions >= sum(EXECUTIONS.values())


def test_the_same_seed_gives_the_same_inputs() -> None:
    def tried(seed: int) -> list[bytes]:
        found: list[bytes] = []
        engine.run(lambda data: found.append(data) or str(len(data) % 7), [b"title: a\n", b"months: 3\n"], words(), seed,
                   executions=50)  # fmt: skip
        return found

    assert tried(1) == tried(1) != tried(2)


def test_a_find_is_kept_with_its_input_and_counts_once(tmp_path: Path) -> None:
    def fragile(data: bytes) -> str:
        if b"\0" in data:
            raise ValueError("a NUL")
        return "loads"

    session = engine.run(fragile, [b"a: \0", b"b: 1\n"], [b"\0", b"x"], 3, executions=200)
    (kind,) = session.finds
    assert kind.startswith("ValueError at test_fuzz.py:")
    assert session.messages[kind] == "a NUL"
    assert b"\0" in session.finds[kind]
    assert {path.read_bytes() for path in session.save(tmp_path)} >= {session.finds[kind]}
    assert "finds: 1" in session.text()
    assert session.kinds["loads"] + session.kinds[kind] == 200


def test_seeds_bring_many_outcomes() -> None:
    luck = random.Random(1)
    kinds = {one(data) for data in luck.sample(seeds("scenario")[:200], 40)}
    assert len(kinds) > 25


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_every_target_has_a_seed_that_loads(target: str) -> None:
    assert any(TARGETS[target](data) == "loads" for data in (*seeds(target)[:12], seeds(target)[-1]))
