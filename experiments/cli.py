"""The command ``peninsula``: scenarios, single runs, batches, figures.

Exit codes: 0 done; 2 usage; 3 scenario or input invalid; 4 disk or permission; 5 finished, some runs failed; 6 another
process holds the batch; 7 the directory holds a different batch; 8 stored data damaged; 130 and 143 interrupted. 1 is a
bug. What machines read goes to standard output, everything for people to standard error or both.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from experiments.language import ENGLISH, LANGUAGES
from experiments.options import json_option, out_option, seed_option, set_option
from experiments.terminal import INVALID, Verbs, guarded, print_json, say
from experiments.verbs_ask import ask
from experiments.verbs_backtest import backtest
from experiments.verbs_batch import batch
from experiments.verbs_branch import branch
from experiments.verbs_calibrate import calibrate
from experiments.verbs_compare import compare
from experiments.verbs_description import describe
from experiments.verbs_discover import discover
from experiments.verbs_evidence import VERBS
from experiments.verbs_export import export
from experiments.verbs_facts import facts
from experiments.verbs_history import history
from experiments.verbs_lint import lint
from experiments.verbs_report import report
from experiments.verbs_sensitivity import sensitivity
from experiments.verbs_sweep import sweep
from sim import __version__

DAMAGED = 8


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="peninsula")
def peninsula() -> None:
    """Agent-based scenarios of the Korean Peninsula: five states, leverage, sanctions and trade, month by month.

    Outcomes are conditional frequencies under stated assumptions, not forecasts.
    """


@peninsula.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the scenarios and the question each one asks."""
    from sim.scenario import list_scenarios

    listed = list_scenarios()
    if as_json:
        print_json([{**entry._asdict(), "path": str(entry.path)} for entry in listed])
        return
    for entry in listed:
        click.echo(f"{entry.name}\n    {entry.title}\n    {entry.question}")


@peninsula.command()
@click.argument("scenario")
@set_option
@json_option
def show(scenario: str, settings: tuple[str, ...], as_json: bool) -> None:
    """Print a resolved scenario with the file and line that set each value."""
    from sim.scenario import load_scenario, show_lines

    resolved = load_scenario(scenario, settings)
    if as_json:
        print_json(resolved.document())
    else:
        click.echo("\n".join(show_lines(resolved)))


@peninsula.command()
@click.argument("first")
@click.argument("second")
@json_option
def diff(first: str, second: str, as_json: bool) -> None:
    """Print what differs between two scenarios."""
    from sim.scenario import difference, load_scenario, told_value

    changes = difference(load_scenario(first), load_scenario(second))
    if as_json:
        print_json([change._asdict() for change in changes])
        return
    for change in changes:
        click.echo(f"{change.key}: {told_value(change.a)} -> {told_value(change.b)}")
    if not changes:
        say("the two scenarios say the same")


@peninsula.command()
@click.argument("scenarios", nargs=-1, required=True)
def check(scenarios: tuple[str, ...]) -> None:
    """Check scenario files; every problem is one line with its place. Warnings do not fail the check."""
    from sim.scenario import ScenarioError, load_parents, load_scenario
    from sim.scenario import warnings as advice

    broken = False
    for name in scenarios:
        try:
            scenario = load_scenario(name)
        except ScenarioError as error:
            broken = True
            say("\n".join(error.lines))
            continue
        for line in advice(scenario, load_parents(name)):
            say(f"{name}: warning: {line}")
        click.echo(f"{name}: ok, {scenario.months} months from {scenario.start}")
    if broken:
        sys.exit(INVALID)


@peninsula.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sim.scenario import json_schema

    print_json(json_schema())


@peninsula.command()
@click.argument("section", required=False)
@json_option
def codebook(section: str | None, as_json: bool) -> None:
    """Print parameters, state, actions, features, outcomes, tables and the order of a month; or one SECTION of these."""
    from experiments.codebook import SECTIONS, rows, text
    from experiments.errors import unknown

    if section is not None and section not in SECTIONS:
        raise unknown("codebook section", section, SECTIONS)
    chosen = [section] if section else list(SECTIONS)
    if as_json:
        print_json({name: rows(name) for name in chosen})
        return
    for name in chosen:
        click.echo(text(name))


@peninsula.command()
@click.argument("scenario")
@seed_option()
@click.option("--run", "run_number", type=click.IntRange(0), default=0, show_default=True, help="Number of the run.")
@click.option("--why", is_flag=True, help="Say which terms weighed most behind every move.")
@out_option("Draw the run as a timeline in DIR.")
@set_option
@json_option
def run(scenario: str, seed: int | None, run_number: int, why: bool, out: Path | None, settings: tuple[str, ...],
        as_json: bool) -> None:  # fmt: skip
    """Run one run and tell it month by month: what happened, what each nation chose, and its outcomes."""
    from experiments.story import tell
    from sim.chronicle import chronicle
    from sim.scenario import load_scenario

    story = chronicle(load_scenario(scenario, settings), seed=_seed(seed), run=run_number)
    if as_json:
        print_json(story)
    else:
        click.echo(tell(story, why=why))
    if out is not None:
        _draw(story, out)


@peninsula.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--scenario", help="Scenario of the run; may be left out if the batch has only one.")
@click.option("--run", "run_number", type=int, help="Number of the run.")
@click.option("--typical", is_flag=True, help="The run nearest to the middle of all numeric outcomes by mean rank distance.")
@click.option(
    "--tail",
    metavar="OUTCOME|CONDITION",
    help="The run with the highest value of this outcome, or the most typical that meets, say, 'deal_broken==Pyongyang'.",
)
@click.option("--low", is_flag=True, help="With --tail: the lowest value.")
@out_option("Draw the run as a timeline in DIR.")
@json_option
def explain(directory: Path, scenario: str | None, run_number: int | None, typical: bool, tail: str | None, low: bool,
            out: Path | None, as_json: bool) -> None:  # fmt: skip
    """Replay a run of a stored batch, check it bit for bit, tell it with reasons, and say where it lies in the batch."""
    from experiments.explain import explain as explained
    from experiments.explain import tell

    story = explained(directory, scenario=scenario, run=run_number, typical=typical, tail=tail, low=low)
    if as_json:
        print_json(story)
    else:
        click.echo(tell(story))
    if out is not None:
        _draw(story, out)


@peninsula.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.argument("figures", nargs=-1)
@out_option("Where to put them; else DIR/figures, or DIR/figures/ko.")
@click.option("--list", "only_list", is_flag=True, help="List the figures and the questions they answer.")
@click.option("--language", type=click.Choice(LANGUAGES), default=ENGLISH, show_default=True, help="Language of labels.")
def plot(directory: Path, figures: tuple[str, ...], out: Path | None, only_list: bool, language: str) -> None:
    """Draw the figures of a batch as PNG and SVG, with their data as CSV beside them."""
    from experiments.targets import writable

    if not only_list:
        writable(out or directory / "figures")  # before anything that takes time
    from experiments.figures.gallery import FIGURES, draw_each

    if only_list:
        for figure in FIGURES.values():
            click.echo(f"{figure.name}\n    {figure.question}")
        return
    for paths in draw_each(directory, names=list(figures) or None, out=out, language=language):
        click.echo(next(path for path in paths if path.suffix == ".png"))
    say("each with the same picture as SVG and its data as CSV beside it, and captions to paste in captions.md")


@peninsula.command()
@click.argument("directory", type=click.Path(path_type=Path))
def verify(directory: Path) -> None:
    """Re-check every stored part of a batch; parts that are not computed yet are no fault."""
    from experiments.checking import said, verdict
    from experiments.checking import verify as check_parts

    problems = check_parts(directory)
    for line in said(problems):
        click.echo(line)
    lines, wrong = verdict(problems, directory)
    for line in lines:
        say(line)
    if wrong:
        sys.exit(DAMAGED)
    click.echo(f"{directory}: every stored part is whole")


for _verb in (
    ask, backtest, batch, branch, calibrate, compare, describe, discover, export, facts, history, lint, report, sensitivity,
    sweep, *VERBS,
):  # fmt: skip
    peninsula.add_command(_verb)


def _draw(story: dict[str, Any], out: Path) -> None:
    """Draw a run as a timeline in a directory, and say where."""
    from experiments.figures.timeline import write

    paths = write(story, out / f"timeline_{story['scenario']}_{story['run']}.png")
    say(f"{paths[0]}, with the same picture as SVG and its events as CSV beside it")


def _seed(given: int | None) -> int:
    """The seed given, or one drawn and printed."""
    if given is not None:
        return given
    import secrets

    drawn = secrets.randbelow(2**31)
    say(f"seed {drawn}")
    return drawn


def main(arguments: Iterable[str] | None = None) -> None:
    """Run the command with these arguments, or with those of the process."""
    given = None if arguments is None else list(arguments)
    guarded(lambda: peninsula.main(args=given, prog_name="peninsula", standalone_mode=False))
