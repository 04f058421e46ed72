"""Options that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from experiments.cluster_address import Where
from experiments.targets import writable

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

set_option = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change the scenario, e.g. parameters.labour.take=0.6."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")


def out_option(said: str) -> Decorator:
    """``--out DIR`` for what is drawn or written once the work is done; whether it can be is asked before."""
    return click.option("--out", metavar="DIR", type=click.Path(path_type=Path), callback=_ready, help=said)


def _ready(_context: click.Context, _option: click.Parameter, out: Path | None) -> Path | None:
    if out is not None:
        writable(out)
    return out


def seed_option(default: int | None = None) -> Decorator:
    """The seed of all luck; without a default, one that is drawn and printed."""
    said = "Seed of luck." if default is not None else "Seed of all luck; drawn and printed if not given."
    return click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=default, show_default=True, help=said)


CLUSTER: tuple[Decorator, ...] = (
    click.option(
        "--cluster",
        metavar="local|ADDRESS",
        help="Workers of dask.distributed: --jobs of them here, or those of the scheduler at tls://HOST:PORT.",
    ),
    click.option(
        "--cluster-certificates",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="For tls://: a directory with ca.pem, cert.pem and key.pem; by default dask's configuration.",
    ),
    click.option(
        "--insecure-cluster",
        is_flag=True,
        help="Take tcp:// on another machine: whoever reaches that port can run code on the workers and here.",
    ),
)


def cluster_options(verb: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a verb that may run on a cluster; ``where`` makes one value of them."""
    for option in reversed(CLUSTER):
        verb = option(verb)
    return verb


def where(given: dict[str, Any]) -> Where | None:
    """The cluster that was asked for, taken out of the options; UsageError for one that cannot be used."""
    asked, insecure, certificates = (given.pop(name) for name in ("cluster", "insecure_cluster", "cluster_certificates"))
    if asked is None:
        if insecure or certificates:
            raise click.UsageError("--insecure-cluster and --cluster-certificates are about a --cluster; say which")
        return None
    return Where.of(asked, insecure=insecure, certificates=certificates)
