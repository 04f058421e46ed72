"""Verbs that measure what the model does: ``patterns``, ``patrons``, ``rows``."""

from __future__ import annotations

from pathlib import Path

import click

from experiments.options import json_option, out_option, seed_option
from experiments.terminal import print_json, say

SUBJECTS = ("tests", "halts", "council", "talks", "coercion", "summit")  # from council on: functions of politics

runs_option = click.option("--runs", type=click.IntRange(20), default=1000, show_default=True, help="Runs behind each row.")


@click.command()
@click.argument("subject", metavar="SUBJECT", type=click.Choice(SUBJECTS), default="tests")
@runs_option
@seed_option(1)
@click.option("--shuffles", type=click.IntRange(0, 20), default=3, show_default=True, help="Shuffled weights (tests).")
@json_option
def patterns(subject: str, runs: int, seed: int, shuffles: int, as_json: bool) -> None:
    """Compare the model with the record on one SUBJECT: tests (if none is given), halts, council, talks, coercion or summit.

    tests: weapon tests of 2012 to April 2020, also with flat base rates and shuffled weights. halts: whether tests halt by
    themselves for a year or more from 2016 on, with the same variants. council: resolutions after
    events by severity. talks: tests in talks against outside, agreements and how they end. coercion: the cost of 2017 to
    Seoul. summit: the chance of a third summit by the end of 2020, and what it goes with.
    """
    from experiments import halts, politics
    from experiments import patterns as of_tests

    if subject == "tests":
        rows = of_tests.table(runs=runs, seed=seed, shuffles=shuffles)
        printed = "" if as_json else of_tests.text(rows)
    elif subject == "halts":
        rows = halts.table(runs=runs, seed=seed, shuffles=shuffles)
        printed = "" if as_json else politics.text(rows)
    else:
        rows = getattr(politics, subject)(runs=runs, seed=seed)
        printed = "" if as_json else politics.text(rows)
    if as_json:
        print_json(rows)
    else:
        click.echo(printed)


@click.command()
@runs_option
@seed_option(1)
@out_option("Directory for the figure and its data; none by default.")
@json_option
def patrons(runs: int, seed: int, out: Path | None, as_json: bool) -> None:
    """Show what support by patrons does to Pyongyang's hand and to the chance of a deal, by path.

    Runs the scenarios patrons-0, -20, -40 and -60 under the same luck, and again with support, mediation and the Council
    switched off one at a time.
    """
    from experiments import patrons as experiment

    rows = experiment.table(runs=runs, seed=seed)
    if as_json:
        print_json(rows)
    else:
        click.echo(experiment.text(rows))
    if out is not None:
        for path in experiment.draw(rows, seed=seed, out=out):
            say(str(path))


@click.command()
@runs_option
@seed_option(1)
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the table as Markdown.")
@json_option
def rows(runs: int, seed: int, as_markdown: bool, as_json: bool) -> None:
    """Show for each system of the model the scenario that asks about it, the outcome that answers, and its switch.

    Each case is run twice under the same luck, with the mechanism and without it. The difference is given with its Monte
    Carlo error, beside the sign it must have.
    """
    from experiments.rows import markdown, table, text

    entries = table(runs=runs, seed=seed)
    if as_json:
        print_json(entries)
    else:
        click.echo(markdown(entries) if as_markdown else text(entries))


VERBS = (patterns, patrons, rows)
