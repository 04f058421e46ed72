"""The names a scenario may use, and the nearest one to a name that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from functools import cache

from sim.parameters import PARAMETERS, Parameter
from sim.scenario.problems import quoted
from sim.state import AXES, NATIONS, VARIABLES, Variable, resolve
from sim.variables.politics import OFFICES

LONGEST_NAME = 80
SHORT_LIST = 15
STANDARD = "standard"
BY_NATION = ("administration", "in_office")  # what each nation has levels of its own for

Index = tuple[int | slice, ...]


def parameters() -> Mapping[str, Parameter]:
    """All parameters by name."""
    return PARAMETERS


def nations() -> tuple[str, ...]:
    """The five nations."""
    return NATIONS


@cache
def features() -> tuple[str, ...]:
    """The features that a nation may weigh."""
    from sim.features import FEATURES  # needed only where weights are named

    return tuple(feature.name for feature in FEATURES)


@cache
def weight_sets(nation: str) -> Mapping[str, Mapping[str, float]]:
    """The rival weight sets of a nation by name; ``STANDARD`` is used where a scenario names none."""
    from sim.nations import WEIGHT_SETS  # needed only where weights are named

    return WEIGHT_SETS[nation]


@cache
def actions(nation: str) -> tuple[str, ...]:
    """The actions on the menu that the model gives a nation."""
    from sim.nations import CHARACTERS  # needed only where moves are named

    return tuple(line.name for line in CHARACTERS[nation].menu)


def rules() -> tuple[str, ...]:
    """The rules of decision: those of the model, then those that installed packages offer."""
    from sim.plugins import names
    from sim.rules import RULES  # needed only where rules are named

    return (*RULES, *(name for name in names("rule") if name not in RULES))


def characters() -> tuple[str, ...]:
    """The nations that installed packages offer in place of the model's own."""
    from sim.plugins import names  # needed only where they are named

    return names("character")


@cache
def paths(*, settable: bool = True) -> tuple[str, ...]:
    """Every state path, with all labels or with trailing ones left out, such as ``openness.china``."""
    return tuple(
        path
        for variable in VARIABLES.values()
        if variable.settable or not settable
        for path in _paths_of(variable.name, variable.axes)
    )


def variable_at(path: str) -> tuple[Variable, tuple[str, ...]]:
    """The variable a path names and the axes it leaves open; ValueError says what is wrong with the path."""
    name = path.split(".", maxsplit=1)[0]
    if len(path) > LONGEST_NAME or name not in VARIABLES:
        raise ValueError(f"{quoted(path)} is not a state variable{nearest(path, paths(settable=False))}")
    try:
        variable, _ = resolve(path)
    except KeyError as error:
        raise ValueError(str(error.args[0])) from None
    return variable, variable.axes[path.count(".") :]


def levels(path: str) -> tuple[str, ...]:
    """Names of the levels that may stand at a path, from the lowest up; none where they have no names. Each nation has
    its own types of government."""
    variable, axes = variable_at(path)
    if variable.name not in BY_NATION:
        return variable.levels
    return () if axes else OFFICES[path.split(".")[1]]


def parts(path: str) -> tuple[str, ...]:
    """The paths whose ranges a number at a path must keep: itself, or those of the nations where each has its own."""
    variable, axes = variable_at(path)
    return tuple(f"{path}.{nation}" for nation in OFFICES) if axes and variable.name in BY_NATION else (path,)


def length(axis: str) -> int:
    """The number of labels on an axis."""
    return len(AXES[axis])


def nearest(name: str, known: Iterable[str], listed_by: str = "peninsula codebook") -> str:
    """The end of a message on an unknown name: the nearest known one, all when they are few, or the verb that lists them."""
    names = list(known)
    close = difflib.get_close_matches(name, names, 1) if len(name) <= LONGEST_NAME else []
    if close:
        return f"; did you mean '{close[0]}'?"
    if 0 < len(names) <= SHORT_LIST:
        return f"; choose from {', '.join(names)}"
    return f"; `{listed_by}` prints the names there are"


def looks_like(name: str, known: Iterable[str]) -> bool:
    """Whether a name is a known one, or one with a slip of the pen."""
    return len(name) <= LONGEST_NAME and bool(difflib.get_close_matches(name, list(known), 1, cutoff=0.75))


def _paths_of(path: str, axes: tuple[str, ...]) -> list[str]:
    if not axes:
        return [path]
    return [path, *(further for label in AXES[axes[0]] for further in _paths_of(f"{path}.{label}", axes[1:]))]
