"""One self-contained HTML page about a stored batch, to read, print and send.

``page`` gathers what is said (``numbers``, ``stories``) and drawn (``pictures``), and fills ``page.html``, in which
all text is escaped; ``write`` puts it where it is wanted. The same batch gives the same bytes.
"""

from __future__ import annotations

from experiments.report.page import Asked, page, write

__all__ = ["Asked", "page", "write"]
