"""The verb ``report``: one self-contained HTML page about a stored batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from experiments.language import ENGLISH, LANGUAGES
from experiments.terminal import say


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--base", default="", metavar="SCENARIO", help="What others are compared with; the first scenario by default.")
@click.option("-o", "--outcome", "outcomes", multiple=True, metavar="OUTCOME", help="Told first; else those asked about.")
@click.option("--figure", "figures", multiple=True, metavar="FIGURE", help="Figures of `peninsula plot DIR --list`, or all.")
@click.option(
    "--with", "beside", multiple=True, type=click.Path(path_type=Path), metavar="DIR",
    help="What another verb wrote with --out; DIR/backtest, sensitivity, discovery and calibration are found by themselves.",
)  # fmt: skip
@click.option(
    "--tail", "tails", multiple=True, metavar="OUTCOME[:low]",
    help="Tell the run with the highest value of an outcome, or with :low the lowest; two headline outcomes by default.",
)  # fmt: skip
@click.option("--question", default="", metavar="TEXT", help="The question in your own words, to stand at the top.")
@click.option("--language", type=click.Choice(LANGUAGES), default=ENGLISH, show_default=True, help="Language of labels.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE|DIR",
    help="Where to put it, .html if it has no ending; by default DIR/report.html.",
)
def report(directory: Path, out: Path | None, **given: Any) -> None:
    """Write one HTML page about a batch, to read in any browser, print and send; it needs no network.

    Question, scenarios, key numbers with intervals, comparisons, figures, typical and tail runs told as stories, what is
    known of errors, limits, and how to make it again.
    """
    from experiments.targets import writable

    writable(out or directory, file=out is not None and not out.is_dir())  # before anything that takes time
    from experiments.report import Asked, write

    path = write(directory, Asked(**given), out)
    click.echo(path)
    say("one file that needs no network: open it in a browser, print it, send it")
