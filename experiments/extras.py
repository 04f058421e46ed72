"""Libraries that only some verbs need, and that an installation may lack."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from experiments.errors import UsageError


def need(module: str, extra: str = "evidence") -> ModuleType:
    """A module of an optional library, or one of ours that needs some; UsageError says how to install what is missing."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        library = (error.name or module).partition(".")[0]
        raise UsageError(f"this needs {library}: python -m pip install 'peninsula[{extra}]'") from error
