"""Looks at a report in a real browser, headless: ``python tests/browser/look.py [DIR]``; pictures and a PDF go to DIR.

A small batch is made with a scenario whose texts try to run scripts, and its report is opened at the width of a desktop and
of a phone. The page must not be wider than the window, every image must have come up, nothing may have run and nothing may
have been asked of a network. Prints what was seen; the exit code is 1 if anything is wrong.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from experiments import run_batch
from experiments.report import Asked, page
from sim.scenario import load_scenario

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
WIDTHS = {"desktop": 1280, "phone": 390}
ATTACK = "<script>parent.taken=1</script><img src=x onerror=parent.taken=1>"
HARNESS = """<!doctype html><meta charset="utf-8"><body style="margin:0">
<iframe id="f" style="border:0;width:{width}px;height:3000px" srcdoc="{page}"></iframe><pre id="seen"></pre>
<script>
document.getElementById("f").onload = async (event) => {{
  const page = event.target.contentDocument, images = [...page.images];
  await Promise.all(images.map((image) => image.decode().catch(() => 0)));
  document.getElementById("seen").textContent = JSON.stringify({{
    width: page.documentElement.scrollWidth, images: images.length,
    broken: images.filter((image) => !image.naturalWidth).length, taken: window.taken || 0,
    small: [...page.querySelectorAll("p, li, td, dd")].filter((e) => parseFloat(getComputedStyle(e).fontSize) < 11).length,
    fetched: event.target.contentWindow.performance.getEntriesByType("resource")
      .filter((entry) => !entry.name.startsWith("data:")).length,
  }});
}};
</script>"""


def browser(*arguments: str) -> str:
    """What the browser prints."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        sys.exit(f"no browser found; install one of {', '.join(BROWSERS)}")
    with tempfile.TemporaryDirectory() as profile:
        command = [found, *FLAGS, f"--user-data-dir={profile}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=240, check=True).stdout


def report(home: Path) -> str:
    """The report of a small batch with hostile texts."""
    mine = home / "hostile.yaml"
    mine.write_text(f"extends: third-summit-push\ntitle: '{ATTACK}'\nquestion: '{ATTACK}'\n", encoding="utf-8")
    run_batch([load_scenario("baseline-2020"), load_scenario(str(mine))], runs=100, seed=1, out=home / "batch")
    return page(home / "batch", Asked(question=ATTACK))


def seen(text: str, width: int, home: Path) -> dict[str, int]:
    """What a script beside the page sees of it in a frame of this width."""
    harness = home / "harness.html"
    harness.write_text(HARNESS.format(width=width, page=html.escape(text)), encoding="utf-8")
    dumped = browser("--virtual-time-budget=60000", "--dump-dom", harness.as_uri())
    found = re.search(r'<pre id="seen">(.+?)</pre>', dumped)
    if found is None:
        sys.exit("the browser said nothing of the page")
    return dict(json.loads(html.unescape(found[1])))


def wrong(now: dict[str, int], width: int) -> list[str]:
    """What is not as it should be."""
    faults = {
        f"it is {now['width']} pixels wide": now["width"] > width,
        "it has no images": not now["images"],
        f"{now['broken']} images have not come up": now["broken"],
        "a script has run": now["taken"],
        f"{now['small']} texts are smaller than 11 pixels": now["small"],
        f"{now['fetched']} things were fetched": now["fetched"],
    }
    return [text for text, is_so in faults.items() if is_so]


def main() -> None:
    """Make a report, look at it, keep pictures if a directory is given."""
    keep = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        text = report(home)
        file = home / "report.html"
        file.write_text(text, encoding="utf-8")
        faults = []
        for name, width in WIDTHS.items():
            now = seen(text, width, home)
            print(f"{name}, {width} pixels: {now}")  # noqa: T201
            faults += [f"{name}: {fault}" for fault in wrong(now, width)]
            if keep:
                keep.mkdir(parents=True, exist_ok=True)
                browser(f"--window-size={width},4000", f"--screenshot={keep / name}.png", file.as_uri())
        if keep:
            browser("--no-pdf-header-footer", f"--print-to-pdf={keep / 'report.pdf'}", file.as_uri())
    sys.exit("\n".join(faults) or 0)


if __name__ == "__main__":
    main()
