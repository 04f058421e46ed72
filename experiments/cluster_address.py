"""Where the workers of dask.distributed are: on this machine, or behind the address of a scheduler that may be trusted.

Dask sends code as pickles. Whoever reaches a scheduler can run code as its user and as the user of every worker, and
whoever answers in place of a worker can run code here. So an address on another machine is one with certificates on both
sides (``tls://``), unless it is said in so many words that the network between is trusted.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from experiments.errors import UsageError

LOCAL = "local"
SCHEMES = ("tls", "tcp")
CERTIFICATES = ("ca.pem", "cert.pem", "key.pem")
EXPECTED = f"expected {LOCAL}, tls://HOST:PORT or tcp://HOST:PORT"


@dataclass(frozen=True)
class Where:
    """``local``, or the address of a scheduler; certificates: a directory of PEM files, else dask's configuration."""

    address: str
    certificates: Path | None = None

    @classmethod
    def of(cls, text: str, *, insecure: bool = False, certificates: Path | None = None) -> Where:
        """What was asked for; UsageError for what is no address, and for one that anybody may answer or reach.

        insecure: an address of another machine is taken although it has no TLS.
        """
        secret = text != LOCAL and _checked(text, insecure=insecure)
        if certificates is not None:
            if not secret:
                raise UsageError(f"certificates are for a tls:// address, not for {text}; leave them out")
            for name in CERTIFICATES:
                if not (certificates / name).is_file():
                    raise UsageError(f"there is no {certificates / name}; expected {', '.join(CERTIFICATES)} there")
        return cls(text, certificates)

    @property
    def local(self) -> bool:
        """Whether workers are to be started here."""
        return self.address == LOCAL

    @property
    def place(self) -> tuple[str, int]:
        """Host and port of a scheduler; ValueError for ``local``, which has none yet."""
        parts = urlsplit(self.address)
        if not parts.hostname or not parts.port:
            raise ValueError(f"{self.address} is no place to call")
        return parts.hostname, parts.port

    @property
    def secret(self) -> bool:
        """Whether both sides show certificates."""
        return self.address.startswith("tls://")


def _checked(text: str, *, insecure: bool) -> bool:
    """Whether an address has TLS; UsageError if it is none, or if it needs TLS and has none."""
    try:
        parts = urlsplit(text)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        scheme, host, port = "", "", None
    written = f"[{host}]" if ":" in host else host
    if scheme not in SCHEMES or not host or not port or text.casefold() != f"{scheme}://{written}:{port}":
        raise UsageError(f"the cluster {text!r} is no address; {EXPECTED}")
    if scheme == "tcp" and not (insecure or loopback(host)):
        raise UsageError(
            f"{text} has no TLS: whoever reaches it runs code on the workers and here; use tls://{written}:{port}, or an "
            "SSH tunnel to tcp://localhost, or --insecure-cluster in a network where you trust everybody"
        )
    return scheme == "tls"


def loopback(host: str) -> bool:
    """Whether a host is this machine by its very name; other names are not asked for, since a name server may lie."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
