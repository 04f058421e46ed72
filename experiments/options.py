"""Options that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

set_option = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change the scenario, e.g. parameters.labour.take=0.6."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")


def seed_option(default: int | None = None) -> Decorator:
    """The seed of all luck; without a default, one that is drawn and printed."""
    said = "Seed of luck." if default is not None else "Seed of all luck; drawn and printed if not given."
    return click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=default, show_default=True, help=said)
