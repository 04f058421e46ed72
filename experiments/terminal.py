"""How the command talks: progress for people, one line for every expected error, exit codes."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from experiments.batch import Progress

INVALID = 3
FAILED_RUNS = 5


def say(text: str = "") -> None:
    """A line for a person, on standard error."""
    click.echo(text, err=True)


def stop_if_failed(runs: int) -> None:
    """Say that so many runs failed and end with an exit code of its own; nothing without any."""
    if runs:
        say(f"{runs} runs failed; they are rows with status 'failed' and a message")
        sys.exit(FAILED_RUNS)


@contextmanager
def progress(quiet: bool) -> Iterator[Progress | None]:
    """A progress bar on a terminal, plain lines elsewhere, nothing when quiet; on standard error."""
    if quiet:
        yield None
        return
    from tqdm import tqdm

    terminal = sys.stderr.isatty()
    bar = tqdm(unit=" runs", unit_scale=True, disable=not terminal, file=sys.stderr, leave=False, dynamic_ncols=True)
    told = 0.0

    def report(done: int, total: int) -> None:
        nonlocal told
        bar.total = total
        bar.update(done - bar.n)
        if not terminal and total and (done / total >= told + 0.1 or done == total):
            told = done / total
            say(f"{done:,} of {total:,} runs")

    try:
        yield report
    finally:
        bar.close()


def guarded(command: Callable[[], object]) -> None:
    """Run a command; every expected error is one line and an exit code, never a traceback."""
    warnings.showwarning = _plain_warning
    if os.environ.get("NO_COLOR"):
        os.environ.setdefault("PY_COLORS", "0")
    try:
        command()
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        say("interrupted")
        sys.exit(130)
    except BrokenPipeError:
        # whoever read us has had enough; keep the interpreter from complaining when it flushes
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        sys.exit(_told(error))


def _told(error: Exception) -> int:
    """Print an expected error and return its exit code; raise what is a bug."""
    from experiments.errors import PeninsulaError
    from sim.scenario import ScenarioError

    if isinstance(error, ScenarioError):
        say("\n".join(error.lines))
        return INVALID
    if isinstance(error, PeninsulaError):
        say(f"peninsula: {error}")
        return error.exit_code
    if isinstance(error, OSError):
        say(f"peninsula: {error.strerror or error}: {error.filename or ''}")
        return 4
    raise error


def _plain_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    say(f"warning: {message}")
