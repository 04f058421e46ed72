"""The verb ``ask``: conditional shares, mixtures of scenarios, outcomes of one's own, two outcomes at once."""

from __future__ import annotations

from pathlib import Path

import click

from experiments.options import json_option, out_option
from experiments.terminal import print_json, say


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--of",
    "wanted",
    multiple=True,
    metavar="OUTCOME|CONDITION",
    help="What is asked about: an outcome, or a condition as a share of runs, e.g. 'deal==freeze'; several may be given.",
)
@click.option(
    "--given",
    multiple=True,
    metavar="CONDITION",
    help="Only runs that meet it, e.g. 'tests_severe>=1', 'deal==freeze' or third_summit; several must all hold.",
)
@click.option("--mix", multiple=True, metavar="SCENARIO=PROBABILITY", help="Your own probabilities of the scenarios.")
@click.option(
    "--define",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Outcomes of your own, e.g. worst: {of: food, take: min, from: 2020-11, to: 2021-03}.",
)
@click.option("--joint", nargs=2, metavar="OUTCOME OUTCOME", help="Draw two outcomes of each run against one another.")
@out_option("Directory for the figure of --joint and its data.")
@json_option
def ask(directory: Path, wanted: tuple[str, ...], given: tuple[str, ...], mix: tuple[str, ...], define: Path | None,
        joint: tuple[str, str] | None, out: Path | None, as_json: bool) -> None:  # fmt: skip
    """Ask a stored batch: what is an outcome where a condition holds, over a mixture of scenarios, or beside another?

    What goes with a condition need not be caused by it; to change something, write a scenario and compare.
    """
    from experiments import conditions, definitions, questions
    from experiments import joint as drawing

    if not wanted and not joint:
        raise click.UsageError("say what is asked about, with --of OUTCOME or --joint OUTCOME OUTCOME")
    if bool(joint) != bool(out):
        raise click.UsageError("--joint needs --out DIR for its figure, and --out belongs to --joint")
    own = definitions.read(define) if define else []
    frame = questions.load(directory, own)
    known = [name for name in frame.columns if name not in ("scenario", "run")]
    weights = questions.mixture(mix, list(dict.fromkeys(frame["scenario"].astype(str))))
    met = tuple(conditions.condition(text, known, frame) for text in given)
    question = questions.Question(tuple(dict.fromkeys(wanted)), met, weights)
    if wanted:
        rows = questions.answer(conditions.beside(frame, conditions.parse(wanted, known, frame)), question)
        if as_json:
            print_json(rows)
        else:
            click.echo(questions.text(rows, question))
    if joint and out:
        for path in drawing.draw(directory, frame, joint, {each.name: each.unit for each in own}, out):
            say(str(path))
