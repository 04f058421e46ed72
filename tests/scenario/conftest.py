"""Names of the model that stand in for any others, and a way to write small scenario files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.features import FEATURES
from sim.parameters import PARAMETERS
from sim.state import NATIONS, VARIABLES

HEAD = "title: A try\nstart: 2020-05\nmonths: 20\n"


def _middle(low: float, high: float) -> str:
    return repr(low + (high - low) / 2)


@pytest.fixture(scope="session")
def names() -> dict[str, str]:
    """Names by token; see bad/README.md."""
    parameter = next(row for row in PARAMETERS.values() if row.high < 1e6 and row.prior.family != "fixed")
    settable = [variable for variable in VARIABLES.values() if variable.settable]
    single = next(variable for variable in settable if not variable.axes and variable.high < 1e6)
    return {
        "PARAMETER": parameter.name,
        "INSIDE": repr(parameter.prior.centre),
        "VARIABLE": single.name,
        "MIDDLE": _middle(single.low, single.high),
        "VECTOR": next(variable.name for variable in settable if len(variable.axes) == 1),
        "FIXED": next(variable.name for variable in VARIABLES.values() if not variable.settable and not variable.axes),
        "NATION": NATIONS[0],
        "FEATURE": FEATURES[0].name,
        "ALL_ZERO": ", ".join(f"{feature.name}: 0" for feature in FEATURES),
    }


@pytest.fixture(scope="session")
def filled(names: dict[str, str]) -> Callable[[str], str]:
    """A text with its tokens replaced by names."""

    def fill(text: str) -> str:
        for token, name in names.items():
            text = text.replace(f"@{token}@", name)
        return text

    return fill


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
