"""The verb ``discover``: under which conditions an outcome happens in a stored batch."""

from __future__ import annotations

from pathlib import Path

import click

from experiments.options import json_option, out_option
from experiments.terminal import print_json, say


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.argument("event", metavar="OUTCOME|CONDITION...", nargs=-1, required=True)
@click.option("--scenario", "scenarios", multiple=True, help="Scenarios to look at; all by default.")
@click.option(
    "--coverage",
    type=click.FloatRange(0, 1, min_open=True),
    help="Share of the cases that the conditions must cover at least; by default what gains most.",
)
@click.option(
    "--among",
    multiple=True,
    metavar="OUTCOME|outcomes",
    help="Outcomes of the same run that may stand among the conditions; they are no causes.",
)
@click.option(
    "--define", type=click.Path(path_type=Path), metavar="FILE", help="Outcomes of your own, in the same form as for ask."
)
@out_option("Directory for the figure and its data; none by default.")
@json_option
def discover(directory: Path, event: tuple[str, ...], scenarios: tuple[str, ...], coverage: float | None,
             among: tuple[str, ...], define: Path | None, out: Path | None, as_json: bool) -> None:  # fmt: skip
    """Say under which conditions an outcome happens: third_summit, 'deal==freeze' or 'tests>=20'; several must all hold.

    Conditions are found on one half of the runs and measured on the other: on drawn parameters and weights, and on what
    scenarios set differently.
    """
    from experiments import definitions, discovery, discovery_cases
    from experiments import discovery_report as reporting

    own = definitions.read(define) if define else []
    cases = discovery_cases.load(directory, discovery_cases.Asked(event, scenarios, among, own))
    found = discovery.discover(cases, coverage)
    if as_json:
        print_json(reporting.document(found))
    else:
        click.echo(reporting.text(found))
    if out is not None:
        for path in reporting.save(directory, found, out):
            say(str(path))
