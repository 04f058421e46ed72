"""The corpus of bad scenarios as files, with the tokens of ``bad/README.md`` filled in."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.features import FEATURES
from sim.parameters import PARAMETERS
from sim.state import NATIONS, VARIABLES

BAD = Path(__file__).parent / "bad"
CASES = tuple(sorted(path.stem for path in BAD.glob("*.yaml")))


@cache
def stand_ins() -> dict[str, str]:
    """Names of the model by token."""
    parameter = next(row for row in PARAMETERS.values() if row.high < 1e6 and row.prior.family != "fixed")
    settable = [variable for variable in VARIABLES.values() if variable.settable]
    single = next(variable for variable in settable if not variable.axes and variable.high < 1e6)
    return {
        "PARAMETER": parameter.name,
        "INSIDE": repr(parameter.prior.centre),
        "VARIABLE": single.name,
        "MIDDLE": repr(single.low + (single.high - single.low) / 2),
        "VECTOR": next(variable.name for variable in settable if len(variable.axes) == 1),
        "FIXED": next(variable.name for variable in VARIABLES.values() if not variable.settable and not variable.axes),
        "NATION": NATIONS[0],
        "FEATURE": FEATURES[0].name,
        "ALL_ZERO": ", ".join(f"{feature.name}: 0" for feature in FEATURES),
    }


def filled(data: bytes) -> bytes:
    """A file with its tokens replaced by names."""
    for token, name in stand_ins().items():
        data = data.replace(f"@{token}@".encode(), name.encode())
    return data


def unpack(folder: Path) -> None:
    """Write all cases into a folder, as files that can be read."""
    for case in CASES:
        (folder / f"{case}.yaml").write_bytes(filled((BAD / f"{case}.yaml").read_bytes()))
