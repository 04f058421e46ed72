"""A disk that fails, and one that loses power, between a batch and the real disk.

``Disk`` counts what a batch asks of the disk below one directory, and at one step fails, ends the process, or takes the
power away. It knows what has been flushed: ``after_power_loss`` lays out what may be found when the power comes back.
A flush that failed is held against the batch: what it should have flushed is lost even if a later flush succeeds.
"""

import builtins
import errno
import io
import os
import random
import signal
from pathlib import Path

ERRORS = tuple(OSError(number, os.strerror(number)) for number in (errno.ENOSPC, errno.EIO, errno.EDQUOT))
BLOCK = 64  # bytes that are torn together; smaller than on any disk, as the files are
LOST, KEPT, TORN, ZEROS, ANY = "lost", "kept", "torn", "zeros", "any"
STATES = ((LOST, LOST), (KEPT, LOST), (KEPT, TORN), (KEPT, ZEROS), (ANY, ANY))  # of names, of data


class PowerLoss(BaseException):
    """Everything ends here."""


def kill(*_):
    """End this process as ``kill -9`` does."""
    os.kill(os.getpid(), signal.SIGKILL)


class Disk:
    """Steps are the opening of a file to be written, a write, a flush, a rename, a removal, the making of a directory.

    at: the number of the step that fails, none if 0. error: what is raised there, a PowerLoss ends all later steps too.
    ever: later steps fail as well. half: a write that is to fail writes half before. short: every write writes half only.
    """

    def __init__(self, patch, root, at=0, error=None, *, ever=False, half=False, short=False):
        self.root, self.at, self.error, self.ever, self.half, self.short = Path(root), at, error, ever, half, short
        self.steps = []  # the kind of each
        self.identity = {}  # inode -> number of a file or directory, never used twice
        self.data = {}  # number -> bytes of a file that have been flushed
        self.names = {}  # number -> name -> number, of a directory as it has been flushed
        self.spoilt = {}  # number -> (from, to) of a file, or names of a directory: what a failed flush has lost
        self.ended = False
        for path in (self.root, *sorted(self.root.rglob("*"))):
            self._flushed(path)
        for name in ("open", "replace", "unlink", "mkdir", "rmdir", "fsync", "pwrite", "ftruncate"):
            patch.setattr(os, name, self._intercepted(name, getattr(os, name)))
        for module in (io, builtins):
            patch.setattr(module, "open", self._opening(module.open))

    # What a batch asks

    def step(self, kind):
        """Count a step; raise if it is to fail."""
        if self.ended:
            raise PowerLoss
        self.steps.append(kind)
        if self.at and (len(self.steps) >= self.at if self.ever else len(self.steps) == self.at):
            self.ended = isinstance(self.error, PowerLoss)
            if callable(self.error):
                self.error()
            raise self.error

    def next_fails(self):
        """Whether the next step is the one that fails."""
        return len(self.steps) + 1 == self.at

    def below(self, path):
        """Whether this is for us to see."""
        return isinstance(path, str | Path) and Path(path).is_relative_to(self.root)

    def _opening(self, real):
        def opened(path, mode="r", *more, **named):
            if not self.below(path) or not set(mode) & set("wax+"):
                return real(path, mode, *more, **named)
            self.step("open")
            new = not os.path.lexists(path)
            file = _File(path, mode.replace("b", ""), self)
            if new:
                self._new(path)
            return io.BufferedWriter(file)

        return opened

    def _intercepted(self, name, real):
        def called(first, *more, **named):
            path = Path(f"/proc/self/fd/{first}").readlink() if isinstance(first, int) else first
            if not self.below(path) or (name == "open" and not more[0] & os.O_CREAT):
                return real(first, *more, **named)
            if name == "fsync":
                return self._flush(Path(path))
            self.step({"replace": "rename", "pwrite": "write"}.get(name, name))
            new = name in ("open", "mkdir") and not os.path.lexists(path)
            result = real(first, *more, **named)
            if new:
                self._new(path)
            if name == "ftruncate" and (number := self._number(path)) in self.spoilt:
                start, end = self.spoilt.pop(number)
                self.spoilt.update({number: (start, more[0])} if start < min(end, more[0]) else {})
            return result

        return called

    def _flush(self, path):
        try:
            self.step("flush directory" if path.is_dir() else "flush")
        except OSError:
            number = self._number(path)
            if path.is_dir():
                now, before = self._listing(path), self.names.get(number, {})
                self.spoilt[number] = {name: now[name] for name in now if now[name] != before.get(name)}
            else:
                self.spoilt[number] = (len(self.data.get(number, b"")), path.stat().st_size)
            raise
        self._flushed(path)

    # What lies on the disk

    def _new(self, path):
        self.identity[os.lstat(path).st_ino] = object()

    def _number(self, path):
        return self.identity.setdefault(os.lstat(path).st_ino, object())

    def _listing(self, directory):
        return {entry.name: self._number(entry.path) for entry in os.scandir(directory)}

    def _flushed(self, path):
        number = self._number(path)
        if path.is_dir():
            now, before, spoilt = self._listing(path), self.names.get(number, {}), self.spoilt.get(number, {})
            lost = {name for name, each in now.items() if spoilt.get(name) is each}
            kept = {name: before[name] for name in lost if name in before}
            self.names[number] = {name: each for name, each in now.items() if name not in lost} | kept
        else:
            start, end = self.spoilt.get(number, (0, 0))
            whole = path.read_bytes()
            self.data[number] = whole[:start] + bytes(end - start) + whole[end:] if end > start else whole

    def after_power_loss(self, target, state=STATES[0], rng=None):
        """Lay out below ``target`` what may be found; returns it as a set of paths and bytes."""
        rng = rng or random.Random(0)
        now = {self._number(path): path for path in (self.root, *self.root.rglob("*"))}
        held = {number: path.read_bytes() for number, path in now.items() if not path.is_dir()}
        listed = {number: self._listing(path) for number, path in now.items() if path.is_dir()}
        found = []

        def lay(number, place):
            place.mkdir()
            before, after = self.names.get(number, {}), listed.get(number, {})
            for name in sorted({*before, *after}):
                entries = before if state[0] == LOST or (state[0] == ANY and rng.random() < 0.5) else after
                if name not in entries:
                    continue
                if entries[name] in listed or entries[name] in self.names:
                    lay(entries[name], place / name)
                else:
                    flushed = self.data.get(entries[name], b"")
                    data = torn(flushed, held.get(entries[name], flushed), state[1], rng)
                    (place / name).write_bytes(data)
                    found.append((str((place / name).relative_to(target)), data))

        lay(self._number(self.root), target)
        return frozenset(found)


class _File(io.FileIO):
    """A file whose writes are steps."""

    def __init__(self, path, mode, disk):
        super().__init__(path, mode)
        self._disk = disk
        self._failing = None

    def write(self, data):
        disk = self._disk
        if self._failing is not None:
            raise self._failing
        if disk.half and disk.next_fails() and isinstance(disk.error, OSError):
            disk.steps.append("write")
            self._failing = disk.error
            return super().write(bytes(data)[: len(data) // 2 or 1])
        if disk.half and disk.next_fails():
            super().write(bytes(data)[: len(data) // 2])
        disk.step("write")
        return super().write(bytes(data)[: len(data) // 2 or 1] if disk.short else data)


def torn(flushed, now, how, rng):
    """What may be left of the bytes of a file of which ``flushed`` had been flushed."""
    if how == LOST or flushed == now:
        return flushed
    if how == KEPT:
        return now
    if how == TORN:
        return now[: max(rng.randrange(len(now) + 1), len(flushed) if now.startswith(flushed) else 0)]
    blocks = []
    for start in range(0, len(now), BLOCK):
        old, new = flushed[start : start + BLOCK], now[start : start + BLOCK]
        zero = old + bytes(max(len(new) - len(old), 0))
        blocks.append(new if old == new or rng.random() < 0.5 else zero[: len(new)])
    whole = b"".join(blocks)
    return whole if how == ZEROS else whole[: max(rng.randrange(len(now) + 1), min(len(flushed), len(now)))]
