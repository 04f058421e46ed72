"""A plain fuzzer: inputs are changed at random, and those that bring something new are kept to be changed further."""

from __future__ import annotations

import hashlib
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PIECE = re.compile(rb"[\w.+-]+|\s+|.", re.DOTALL)
LARGEST = 300 * 1024
POOL = 3_000  # inputs that are kept
SLOWEST = 2.0  # seconds of processing, above which an input counts as a find


@dataclass
class Session:
    """What a session of fuzzing tried and found. ``kinds``: what came of inputs, and how often."""

    executions: int = 0
    seconds: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, bytes] = (0.0, b"")
    finds: dict[str, bytes] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)  # of the finds

    def execute(self, one: Callable[[bytes], str], data: bytes) -> bool:
        """Try an input; True when something came of it that had not come before."""
        began = time.process_time()
        try:
            kind = one(data)
        except Exception as error:  # each is a find
            kind = _where(error)
            if kind not in self.finds:
                self.finds[kind] = data
                self.messages[kind] = " ".join(str(error).split())[:300]
        spent = time.process_time() - began
        self.executions += 1
        self.slowest = max(self.slowest, (spent, data))
        if spent > SLOWEST:
            self.finds.setdefault(f"more than {SLOWEST} seconds", data)
        new = kind not in self.kinds
        self.kinds[kind] += 1
        return new

    def text(self) -> str:
        """The session in words."""
        rate = self.executions / max(self.seconds, 1e-9)
        return "\n".join([
            f"{self.executions:,} executions in {self.seconds:.0f} s, {rate:.0f} a second",
            f"{len(self.kinds):,} distinct outcomes; {self.kinds['loads']:,} inputs loaded",
            f"slowest input: {self.slowest[0]:.3f} s of processing, {len(self.slowest[1]):,} bytes",
            f"finds: {len(self.finds)}",
            *(f"  {kind}: {self.messages.get(kind, '')}" for kind in self.finds),
        ])  # fmt: skip

    def save(self, folder: Path) -> list[Path]:
        """Write the inputs that broke something, and the slowest one, into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for kind, data in {**self.finds, "slowest": self.slowest[1]}.items():
            stem = "slowest" if kind == "slowest" else f"find-{hashlib.sha256(data).hexdigest()[:12]}"
            path = folder / stem
            path.write_bytes(data)
            written.append(path)
        return written


def run(one: Callable[[bytes], str], seeds: Sequence[bytes], words: Sequence[bytes], seed: int, *,
        seconds: float | None = None, executions: int | None = None) -> Session:  # fmt: skip
    """Fuzz for so many seconds or executions; the same seed and number of executions give the same inputs."""
    luck = random.Random(seed)
    session = Session()
    pool = list(seeds)
    began = time.perf_counter()
    while (executions is None or session.executions < executions) and (
        seconds is None or time.perf_counter() - began < seconds
    ):
        fresh = session.executions < len(seeds) and executions is None
        data = pool[session.executions] if fresh else changed(luck.choice(pool), pool, words, luck)
        if session.execute(one, data) and len(pool) < POOL:
            pool.append(data)
    session.seconds = time.perf_counter() - began
    return session


def changed(data: bytes, pool: Sequence[bytes], words: Sequence[bytes], luck: random.Random) -> bytes:
    """An input with one to five changes."""
    for _ in range(luck.choice((1, 1, 1, 2, 3, 5))):
        data = luck.choice(CHANGES)(data, pool, words, luck)
    return data[:LARGEST]


def _bytes(data: bytes, _pool: Sequence[bytes], _words: Sequence[bytes], luck: random.Random) -> bytes:
    at, length = luck.randint(0, len(data)), luck.choice((0, 1, 1, 2, 4))
    return data[:at] + luck.randbytes(luck.choice((0, 1, 1, 2, 4))) + data[at + length :]


def _piece(data: bytes, _pool: Sequence[bytes], words: Sequence[bytes], luck: random.Random) -> bytes:
    pieces = PIECE.findall(data) or [b""]
    pieces[luck.randrange(len(pieces))] = luck.choice([luck.choice(words), luck.choice(pieces), b""])
    return b"".join(pieces)


def _inserted(data: bytes, _pool: Sequence[bytes], words: Sequence[bytes], luck: random.Random) -> bytes:
    at = luck.randint(0, len(data))
    return data[:at] + luck.choice(words) + data[at:]


def _lines(data: bytes, pool: Sequence[bytes], _words: Sequence[bytes], luck: random.Random) -> bytes:
    lines = data.splitlines(keepends=True) or [b"\n"]
    at = luck.randrange(len(lines))
    match luck.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines.insert(luck.randint(0, len(lines)), lines[at])
        case 2:
            lines[at] = b"  " + lines[at]
        case 3:
            lines[at] = lines[at].removeprefix(b"  ")
        case _:
            other = luck.choice(pool).splitlines(keepends=True) or [b"\n"]
            lines.insert(at, luck.choice(other))
    return b"".join(lines)


def _spliced(data: bytes, pool: Sequence[bytes], _words: Sequence[bytes], luck: random.Random) -> bytes:
    other = luck.choice(pool)
    return data[: luck.randint(0, len(data))] + other[luck.randint(0, len(other)) :]


def _many(data: bytes, _pool: Sequence[bytes], words: Sequence[bytes], luck: random.Random) -> bytes:
    at = luck.randint(0, len(data))
    return data[:at] + luck.choice(words) * luck.choice((2, 10, 100, 2000)) + data[at:]


CHANGES = (_bytes, _piece, _piece, _piece, _inserted, _lines, _lines, _spliced, _many)


def _where(error: Exception) -> str:
    """An exception by its type and the place that raised it, so that each find counts once."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "nowhere"
    return f"{type(error).__name__} at {place}"
