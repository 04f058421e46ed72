"""Draws every kind of figure into ``gallery/``, with a page that says of each which question it answers and how it was made.

``make gallery`` runs it at full size, which takes some minutes; ``python docs/gallery.py --runs 100`` is a quick look, and
``python docs/gallery.py compare history`` draws these alone. The commands are those of ``peninsula``, one after another, and
each stands under its pictures. The same numbers of runs give the same pictures.
"""

from __future__ import annotations

import html
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from experiments.cli import peninsula

PAGE = Path(__file__).with_name("gallery.html")
HOME = Path("gallery")
BATCH = "peninsula batch baseline-2020 third-summit-push patron-rivalry --runs {runs} --seed 1 --out {home}/batch --quiet"


@dataclass(frozen=True)
class Step:
    """One command that draws; ``least``: runs without which it does not start; ``on_batch``: whether it reads the batch."""

    name: str
    command: str
    question: str
    note: str
    least: int = 20
    on_batch: bool = True

    def line(self, home: Path, runs: int) -> str:
        """The command as one would type it."""
        return self.command.format(home=home, runs=max(runs, self.least))


STEPS = (
    Step("plot", "peninsula plot {home}/batch --out {home}/plot", "", ""),
    Step(
        "compare", "peninsula compare {home}/batch baseline-2020 --partings 0 --out {home}/compare",
        "What differs from the baseline, run by run under the same luck?",
        "Mean differences with 95% intervals, each in its own unit; right of zero is more than in the baseline.",
    ),
    Step(
        "joint", "peninsula ask {home}/batch --joint reserves_end tests --out {home}/joint",
        "Do runs with fuller coffers test more?",
        "Each point is a run; what goes together need not follow from one another.",
    ),
    Step(
        "branch",
        "peninsula branch {home}/batch --scenario baseline-2020 --run 7 --month 2020-09 --force china.strict_enforcement "
        "--runs {runs} --out {home}/branch",
        "What follows in run 7 if Beijing enforces strictly in September 2020?",
        "The rest of one run, many times with one move changed and unchanged under the same fresh luck.",
    ),
    Step(
        "explain", "peninsula explain {home}/batch --scenario baseline-2020 --typical --out {home}/explain",
        "What happens in one run, the most typical of the baseline?",
        "One draw among many, told month by month; it is no forecast.",
    ),
    Step(
        "run", "peninsula run baseline-2020 --seed 1 --run 7 --out {home}/run",
        "What happens in a run that is not stored, told by its number alone?",
        "Run 7 is run 7, alone or in a batch.",
    ),
    Step(
        "discover", "peninsula discover {home}/batch 'tests>=25' --out {home}/discover",
        "Under which conditions does Pyongyang test often?",
        "Conditions are found on one half of the runs and measured on the other.", least=400,
    ),
    Step(
        "sweep",
        "peninsula sweep baseline-2020 --vary nations.united_states.sharpness=0.5,1,2,4 --runs {runs} --seed 1 "
        "--out {home}/sweep -o third_summit -o tests --plot --quiet",
        "What changes if Washington weighs its reasons more sharply?",
        "A scenario at several values of one setting, under the same luck; bars are 95% intervals.", on_batch=False,
    ),
    Step(
        "sensitivity",
        "peninsula sensitivity baseline-2020 --outcome tests --method tornado --runs {runs} --out {home}/sensitivity",
        "Which parameters move the number of tests most, one at a time?",
        "Each parameter from the low to the high end of its prior, everything else and all luck unchanged.",
        least=4000, on_batch=False,
    ),
    Step(
        "patrons", "peninsula patrons --runs {runs} --out {home}/patrons",
        "What does support by patrons do to Pyongyang's hand, and to the chance of a deal?",
        "The same runs with support, mediation and the Council switched off one at a time.", on_batch=False,
    ),
    Step(
        "facts", "peninsula facts --runs {runs} --out {home}/facts",
        "Which stylised facts of the record does the model reproduce?",
        "Each part of a fact with its band and the interval of the model.", least=100, on_batch=False,
    ),
    Step(
        "history", "peninsula history --out {home}/history", "What does the record say?",
        "Observed series with their sources; hollow marks are of low confidence.", on_batch=False,
    ),
    Step(
        "backtest", "peninsula backtest --from 2016-01 --months 24 --runs {runs} --out {home}/backtest",
        "Frozen in January 2016: does the model say better what came than simple baselines?",
        "Scores beside naive baselines; one cut-off says little, docs/backtest.md has five.", on_batch=False,
    ),
    Step(
        "calibrate", "peninsula calibrate --runs {runs} --out {home}/calibrate",
        "Which parameters does the record tell anything of?",
        "Prior and posterior; where they are alike, the record is silent.", least=2000, on_batch=False,
    ),
)  # fmt: skip
NAMES = tuple(step.name for step in STEPS)


@dataclass(frozen=True)
class Picture:
    """One picture of the page; ``file`` from the page's own directory."""

    file: str
    question: str
    note: str
    line: str


def draw(home: Path, runs: int, names: Sequence[str] = NAMES, figures: Sequence[str] = ()) -> list[Picture]:
    """Run the steps of these names and write the page; what is on it. ``figures``: those of ``plot``, by default all."""
    steps = [step for step in STEPS if step.name in names]
    if any(step.on_batch for step in steps):
        _run(BATCH.format(home=home, runs=runs))
    found: list[Picture] = []
    for step in steps:
        line = " ".join([step.line(home, runs), *(figures if step.name == "plot" else ())])
        _run(line)
        found += _pictures(home, step, line)
    (home / "index.html").write_text(page(found), encoding="utf-8")
    return found


def _run(line: str) -> None:
    click.echo(line, err=True)
    peninsula.main(shlex.split(line)[1:], standalone_mode=False)


def _pictures(home: Path, step: Step, line: str) -> Iterator[Picture]:
    """Pictures of a step, in the order of their captions where the verb has written any, with what would draw each alone."""
    captions = _captions(home / step.name / "captions.md")
    order = list(captions)
    for path in sorted((home / step.name).rglob("*.png"), key=lambda path: (_place(order, path.stem), path.name)):
        question, note = captions.get(path.stem, (step.question, step.note))
        alone = line if step.name != "plot" else f"{step.line(home, 0)} {path.stem}"
        yield Picture(path.relative_to(home).as_posix(), question, note, alone)


def _place(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def _captions(path: Path) -> Mapping[str, tuple[str, str]]:
    """Question and note of each figure of which the verb has written a caption; sample and citation stand in the picture."""
    if not path.exists():
        return {}
    sections = re.findall(r"^## (.+?)\n.*?^\*\*(.+?)\*\*(.*?)(?=\n\n|\Z)", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return {name.strip(): (question, " ".join(note.split())) for name, question, note in sections}


def page(pictures: Sequence[Picture]) -> str:
    """The page: pictures in the order in which they were drawn, with question, note and command."""
    parts = [
        f'<figure id="{html.escape(each.file)}"><h2>{html.escape(each.question)}</h2>'
        f'<a href="{html.escape(each.file)}"><img src="{html.escape(each.file)}" alt="{html.escape(each.question)}" '
        f'loading="lazy"></a><figcaption>{html.escape(each.note)}<code>{html.escape(each.line)}</code></figcaption></figure>'
        for each in pictures
    ]
    return PAGE.read_text(encoding="utf-8").replace("<!-- pictures -->", "\n".join(parts))


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(NAMES))
@click.option("--runs", type=click.IntRange(20), default=1000, show_default=True, help="Runs of each scenario.")
@click.option("--out", type=click.Path(path_type=Path), default=HOME, show_default=True, help="Where to put it.")
def main(names: tuple[str, ...], runs: int, out: Path) -> None:
    """Draw the gallery, or only the figures of NAMES."""
    pictures = draw(out, runs, names or NAMES)
    click.echo(f"{len(pictures)} pictures; open {out / 'index.html'} in a browser")


if __name__ == "__main__":
    main()
