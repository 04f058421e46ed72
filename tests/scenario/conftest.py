"""Names of the model that stand in for any others, and a way to write small scenario files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scenario import corpus

HEAD = "title: A try\nstart: 2020-05\nmonths: 20\n"


@pytest.fixture(scope="session")
def names() -> dict[str, str]:
    """Names by token; see bad/README.md."""
    return corpus.stand_ins()


@pytest.fixture(scope="session")
def filled() -> Callable[[str], str]:
    """A text with its tokens replaced by names."""
    return lambda text: corpus.filled(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filled: Callable[[str], str]) -> Callable[..., str]:
    """Write a scenario into an empty working directory: ``write("child", "extends: base\\n")`` gives its path.

    The text follows a title, a start and a number of months, unless ``whole`` says that it has its own.
    """
    monkeypatch.chdir(tmp_path)

    def put(name: str, text: str = "", *, whole: bool = False) -> str:
        (tmp_path / f"{name}.yaml").write_text(filled(text if whole else HEAD + text), encoding="utf-8")
        return f"{name}.yaml"

    return put


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the shipped scenarios."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    monkeypatch.setattr("sim.scenario.files.SHIPPED", folder)
    return folder
