"""Rules and nations of one's own, from installed packages that offer them as entry points.

A package offers a rule in the group ``peninsula.rules`` (a function of ``sim.rules.Weighed``) or a nation in the group
``peninsula.nations`` (a ``sim.nations.Character``). Names are listed without running anything; a plug-in is loaded only when
a scenario names it, and a scenario can do no more than name.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from sim.actions import SLOTS
from sim.base_rates import log_priors
from sim.decision import slot_rows
from sim.features import FEATURE_NAMES, SITUATIONS
from sim.nations import CHARACTERS, Character, reference_parameters
from sim.parameters import PARAMETERS
from sim.rules import DEFAULT, RULES, Rule, Weighed
from sim.state import FLOAT, NATIONS, Array

GROUPS: Mapping[str, str] = MappingProxyType({"rule": "peninsula.rules", "character": "peninsula.nations"})
WHAT = {"rule": "rule", "character": "nation"}
TRIAL = 2  # runs in which a rule is tried when it is loaded


class PluginError(Exception):
    """A plug-in that cannot be used; one line that names it."""


# ---- finding ----------------------------------------------------------------------------------------------------


def names(kind: str) -> tuple[str, ...]:
    """What installed packages offer, without loading it; ``kind`` is rule or character."""
    return tuple(sorted({point.name for point in entry_points(group=GROUPS[kind])}))


def rule_of(name: str | None) -> Rule:
    """A rule of the model, or one that a package offers; the default where none is named. PluginError when it cannot be
    used."""
    if name is None or name in RULES:
        return RULES[name or DEFAULT]
    point = _point("rule", name)
    function, label = _loaded(point), _label("rule", point)
    if not callable(function):
        raise PluginError(f"{label} is {_kind(function)}; expected a function of sim.rules.Weighed")

    def score(weighed: Weighed) -> Array:
        try:
            found = function(weighed)
        except Exception as error:
            raise PluginError(f"{label} raises {_told(error)}") from error
        return _checked(found, (len(weighed.menu), len(weighed.sharpness)), label)

    return Rule(name, f"the rule {name} of {_version(point)}", _version(point), score)


def character_of(nation: str, name: str) -> Character:
    """A nation that a package offers. PluginError when it cannot be used."""
    point = _point("character", name)
    found, label = _loaded(point), _label("character", point)
    if not isinstance(found, Character):
        raise PluginError(f"{label} is {_kind(found)}; expected a sim.nations.Character")
    try:
        _check_character(found, nation)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PluginError(f"{label}: {_text(error)}") from error
    return found


def provenance(nations: Mapping[str, Any]) -> dict[str, str]:
    """The plug-ins that the section ``nations`` of a document names: distribution, version and hash of its source."""
    found = {}
    for said in nations.values():
        for kind in GROUPS:
            name = said.get(kind)
            if name and not (kind == "rule" and name in RULES):
                point = _point(kind, name)
                found[f"{kind} {name}"] = f"{_version(point)} (source {_source(point)})"
    return dict(sorted(found.items()))


def _point(kind: str, name: str) -> EntryPoint:
    points = {point.value: point for point in entry_points(group=GROUPS[kind], name=name)}
    if len(points) > 1:
        owners = " and ".join(sorted(_version(point) for point in points.values()))
        raise PluginError(f"{owners} both offer a {WHAT[kind]} {name}; uninstall one")
    if not points:
        raise PluginError(f"no installed package offers a {WHAT[kind]} {name}; install the one that does")
    return next(iter(points.values()))


def _loaded(point: EntryPoint) -> Any:
    kind = next(kind for kind, group in GROUPS.items() if group == point.group)
    try:
        return point.load()
    except (Exception, SystemExit) as error:
        raise PluginError(f"{_label(kind, point)} cannot be loaded: {_told(error)}") from error


def _version(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "an unnamed distribution"


def _label(kind: str, point: EntryPoint) -> str:
    return f"the {WHAT[kind]} {point.name} of {_version(point)} ({point.value})"


def _source(point: EntryPoint) -> str:
    """The first twelve digits of the SHA-256 of the file that the entry point names."""
    _loaded(point)
    file = sys.modules[point.module].__file__
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()[:12] if file else "unknown"


# ---- checking ---------------------------------------------------------------------------------------------------


def _checked(found: Any, shape: tuple[int, int], label: str) -> Array:
    """Scores as the model needs them; a copy, so that a rule cannot change them later."""
    try:
        array = np.array(found, dtype=FLOAT)
    except (ValueError, TypeError):
        raise PluginError(f"{label} returns no array of numbers; expected the shape {shape}, actions by runs") from None
    if array.shape != shape:
        raise PluginError(f"{label} returns the shape {array.shape}; expected {shape}, actions by runs")
    if not np.isfinite(array).all():
        raise PluginError(f"{label} returns scores that are not finite; expected finite numbers, the model closes gates")
    return array


def try_rule(rule: Rule, own: Character) -> None:
    """Let a rule from elsewhere choose for a nation once, in a month of nothing, before a scenario goes on with it.
    PluginError when it fails."""
    if rule.name in RULES:
        return
    nothing = np.zeros((len(own.menu), TRIAL), dtype=FLOAT)
    params = {name: np.repeat(value, TRIAL) for name, value in reference_parameters().items()}
    rates = np.array([action.rate for action in own.menu], dtype=FLOAT)
    rule.score(Weighed(
        nation=own.nation, menu=own.menu, first=nothing, second=nothing.copy(), level=np.array([0.0, 2.0]),
        sharpness=params[f"decision.sharpness.{own.nation}"], priors=log_priors(own.menu),
        offered=np.array([[not action.gate] * TRIAL for action in own.menu]), last=nothing.copy(),
        routine=np.repeat(rates[:, None], TRIAL, axis=1),
        received={name: np.zeros(TRIAL) for name in NATIONS if name != own.nation},
        situations={name: np.zeros(TRIAL) for name in SITUATIONS}, params=params,
    ))  # fmt: skip


def _check_character(found: Character, nation: str) -> None:
    """ValueError with what does not fit."""
    types = len(CHARACTERS[nation].administrations)
    if found.nation != nation:
        raise ValueError(f"it is a character of {found.nation}; it cannot stand in for {nation}")
    _check_menu(found, nation)
    if "standard" not in found.weight_sets:
        raise ValueError("it has no weight set 'standard'")
    for name, weights in found.weight_sets.items():
        if strange := sorted(set(weights) - set(FEATURE_NAMES)):
            raise ValueError(f"its weight set {name} names the unknown feature {strange[0]!r}")
        if not any(weights.values()) or not all(np.isfinite(list(weights.values()))):
            raise ValueError(f"its weight set {name} must hold finite numbers, one of which is not zero")
    if strange := sorted(set(found.administrations) - set(found.weight_sets)):
        raise ValueError(f"its administration {strange[0]!r} has no weight set")
    if len(found.administrations) not in (1, types):
        raise ValueError(f"it has {len(found.administrations)} administrations; expected 1 or {types}")
    if not (isinstance(found.horizon, int) and found.horizon >= 1):
        raise ValueError(f"its horizon is {found.horizon!r}; expected whole months, at least one")


def _check_menu(found: Character, nation: str) -> None:
    doubles = [action.name for action in found.menu]
    if repeated := sorted({name for name in doubles if doubles.count(name) > 1}):
        raise ValueError(f"its menu lists {repeated[0]!r} twice")
    if {action.slot for action in found.menu} != set(SLOTS):
        raise ValueError(f"its menu must have actions in every slot: {', '.join(SLOTS)}")
    if any(all(action.gate for action in found.menu[rows]) for rows in slot_rows(found.menu)):
        raise ValueError("its menu needs an action without a gate in every slot")
    log_priors(found.menu)
    for action in found.menu:
        if nation in action.tone:
            raise ValueError(f"its action {action.name} has a tone toward {nation} itself")
        for situation, parameter in action.seasons:
            if situation not in SITUATIONS or parameter not in PARAMETERS:
                raise ValueError(f"its action {action.name} names the unknown season ({situation}, {parameter})")


def _kind(value: Any) -> str:
    return "nothing" if value is None else f"of type {type(value).__name__}"


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {_text(error)}"


def _text(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
