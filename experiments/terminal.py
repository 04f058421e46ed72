"""How the command talks: progress for people, one line for every expected error, exit codes."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from experiments.plain import counted, finite

if TYPE_CHECKING:
    from experiments.batch import Progress

INVALID = 3
FAILED_RUNS = 5


def say(text: str = "") -> None:
    """A line for a person, on standard error."""
    click.echo(text, err=True)


def print_json(value: Any) -> None:
    """A value as JSON on standard output; null in place of numbers that are not finite."""
    click.echo(json.dumps(finite(value), indent=1, allow_nan=False))


def stop_if_failed(runs: int) -> None:
    """Say that so many runs failed and end with an exit code of its own; nothing without any."""
    if runs:
        say(f"{counted(runs)} failed: {'a row' if runs == 1 else 'rows'} with status 'failed' and a message")
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
            say(f"{done:,} of {counted(total)}")

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
        with _until_enough():
            command()
            if sys.stdout is not None:
                sys.stdout.flush()  # here, and not when the interpreter ends
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        _tell_usage(error)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        say("interrupted")
        sys.exit(130)
    except Exception as error:
        sys.exit(_told(error))


@contextmanager
def _until_enough() -> Iterator[None]:
    """End well where whoever reads has had enough; the interpreter must not complain when it flushes."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


class Verbs(click.Group):
    """A group of verbs for which a closed pipe is no failure; click by itself would end with 1."""

    def make_context(self, *given: Any, **named: Any) -> click.Context:
        """Read the arguments; ``--help`` prints here."""
        with _until_enough():
            return super().make_context(*given, **named)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb that is asked for; an error of its options knows the verb."""
        try:
            with _until_enough():
                return super().invoke(ctx)
        except click.UsageError as error:
            verb = self.get_command(ctx, ctx.invoked_subcommand or "")
            if error.ctx is None and verb is not None:
                error.ctx = click.Context(verb, ctx, info_name=verb.name)
            raise

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that is named; UsageError with the nearest ones if there is none."""
        from experiments.errors import unknown

        if self.get_command(ctx, args[0]) is None and args[0][:1] != "-":
            ctx.fail(str(unknown("command", args[0], self.list_commands(ctx))))
        return super().resolve_command(ctx, args)


def _tell_usage(error: click.ClickException) -> None:
    """Print what is wrong with the command line; the help, where nothing was said at all."""
    from experiments.usage import told
    from sim.scenario.problems import printable

    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):  # not in older ones
        error.show()
    else:
        say(printable(told(error)))


def _told(error: Exception) -> int:
    """Print an expected error and return its exit code; raise what is a bug."""
    from experiments.errors import PeninsulaError
    from sim.scenario import ScenarioError
    from sim.scenario.problems import printable

    if isinstance(error, ScenarioError):
        say("\n".join(error.lines))
        return INVALID
    if isinstance(error, PeninsulaError):
        say(f"peninsula: {printable(str(error))}")
        return error.exit_code
    if isinstance(error, OSError):
        say(f"peninsula: {error.strerror or error}" + (f": {printable(str(error.filename))}" if error.filename else ""))
        return 4
    raise error


def _plain_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    say(f"warning: {message}")
