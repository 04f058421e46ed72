"""What a batch is: its scenarios, seed, runs and the model that ran it; enough to run it again."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

import sim
from experiments.errors import BatchDiffers, StorageError, StoredDataDamaged

FORMAT = 1
NAME = "manifest.json"
PARTITIONS = ("outcomes", "trajectories")
SOURCES = (".py", ".csv", ".yaml", ".yml", ".json")
SHOWN = 3  # differences named in an error

Document = Mapping[str, Any]


class ScenarioLike(Protocol):
    """What a batch needs of a sim.scenario.Scenario."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def months(self) -> int: ...  # noqa: D102

    def document(self) -> Document: ...  # noqa: D102

    def digest(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Stored:
    """A resolved scenario as a manifest keeps it."""

    name: str
    months: int
    digest: str
    document: Document
    plugins: Mapping[str, str] = field(default_factory=dict)  # rules and nations of other packages, with their versions


@dataclass(frozen=True)
class Manifest:
    """The contents of ``manifest.json``."""

    scenarios: tuple[Stored, ...]
    seed: int
    runs: int  # of each scenario
    trajectories: bool
    model: str  # hash of the model's source
    units: Mapping[str, str]  # of outcomes
    versions: Mapping[str, str]  # with which the batch was begun
    command: str
    format: int = FORMAT

    def scenario(self, name: str) -> Stored:
        """The scenario of this name; KeyError without one."""
        for stored in self.scenarios:
            if stored.name == name:
                return stored
        raise KeyError(name)

    def text(self) -> str:
        """JSON with a checksum of itself."""
        body = asdict(self)
        return json.dumps({**body, "checksum": _checksum(body)}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def parse(cls, text: str) -> Manifest:
        """The opposite of ``text``; ValueError says what is wrong."""
        body = json.loads(text)
        if not isinstance(body, dict) or "checksum" not in body:
            raise ValueError("it is not the manifest of a batch")
        if body.pop("checksum") != _checksum(body):
            raise ValueError("its checksum is wrong")
        if body["format"] != FORMAT:
            raise ValueError(f"its format is {body['format']}, this version reads {FORMAT}")
        scenarios = tuple(Stored(**scenario) for scenario in body.pop("scenarios"))
        return cls(scenarios=scenarios, **body)


def _checksum(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def read_manifest(directory: Path | str) -> Manifest:
    """The manifest of a stored batch.

    Raises StorageError if there is no batch to be read here, StoredDataDamaged if the manifest is damaged or gone.
    """
    manifest = find_manifest(Path(directory))
    if manifest is None:
        raise StorageError(f"{directory} holds no batch: there is no {NAME} in it")
    return manifest


def find_manifest(directory: Path) -> Manifest | None:
    """The manifest of a stored batch, or None in a directory without one; errors as for ``read_manifest``."""
    path = directory / NAME
    try:
        return Manifest.parse(path.read_text("utf-8"))
    except FileNotFoundError:
        if any((directory / kind).exists() for kind in PARTITIONS):
            raise StoredDataDamaged(f"{path} is missing although results are stored beside it; restore it") from None
        return None
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        text = " ".join(str(error).split())[:200]
        raise StoredDataDamaged(f"{path} is damaged ({text}); restore it, or use another directory") from error


def keep(scenarios: Sequence[ScenarioLike]) -> tuple[Stored, ...]:
    """Scenarios as a manifest keeps them; documents pass through JSON, so that stored and fresh ones are equal."""
    return tuple(_keep(scenario) for scenario in scenarios)


def _keep(scenario: ScenarioLike) -> Stored:
    document = json.loads(json.dumps(scenario.document(), allow_nan=False))
    return Stored(scenario.name, scenario.months, scenario.digest(), document, plugins_of(document))


def plugins_of(document: Document) -> dict[str, str]:
    """Rules and nations of other packages that a scenario names, with distribution, version and hash of the source."""
    from sim.plugins import provenance  # needed only where scenarios are kept

    return provenance(document.get("nations", {}))


def settle(asked: Manifest, stored: Manifest, *, seed: int | None, trajectories: bool | None) -> Manifest:
    """The manifest under which a stored batch goes on when ``asked`` is asked of it.

    A seed or a choice of trajectories that was not given (None) is taken from what is stored; more runs extend the
    batch, fewer leave it as it is. Raises BatchDiffers, naming what differs, if anything else is not the same.
    """
    differences = list(_differences(asked, stored))
    if seed not in (None, stored.seed):
        differences.insert(0, f"seed {stored.seed} is stored, {seed} was asked for")
    if trajectories not in (None, stored.trajectories):
        kept, wanted = ("with" if flag else "without" for flag in (stored.trajectories, trajectories))
        differences.append(f"it is stored {kept} trajectories and was asked for {wanted}")
    if differences:
        raise BatchDiffers("; ".join(differences))
    if asked.runs <= stored.runs:
        return stored
    return replace(stored, runs=asked.runs, command=asked.command)


def _differences(asked: Manifest, stored: Manifest) -> Iterator[str]:
    names, stored_names = ([scenario.name for scenario in manifest.scenarios] for manifest in (asked, stored))
    if sorted(names) != sorted(stored_names):
        yield f"scenarios {', '.join(stored_names)} are stored, {', '.join(names)} were asked for"
        return
    for scenario in asked.scenarios:
        before = stored.scenario(scenario.name)
        if before.digest != scenario.digest:
            changes = list(_changes(before.document, scenario.document))
            more = f" and {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
            yield f"scenario {scenario.name} has changed: {', '.join(changes[:SHOWN]) or 'its digest'}{more}"
        elif changed := plugin_changes(before.plugins, scenario.plugins):
            yield f"a plug-in of scenario {scenario.name} has changed: {changed}"
    if asked.model != stored.model:
        yield f"the source of the model has changed ({stored.model[:12]} is stored, {asked.model[:12]} is here)"


def plugin_changes(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """What differs between the plug-ins of two manifests, empty if nothing does."""
    names = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    return ", ".join(f"{name} was {before.get(name, 'none')} and is {now.get(name, 'none')}" for name in names)


def _changes(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """``path before -> after`` for every leaf that differs."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from _changes(before.get(key), after.get(key), f"{path}.{key}" if path else key)
    elif before != after:
        yield f"{path} {_short(before)} -> {_short(after)}"


def _short(value: Any) -> str:
    text = "nothing" if value is None else json.dumps(value)
    return text if len(text) <= 40 else text[:37] + "..."


@cache
def model_digest() -> str:
    """SHA-256 over the model's source and tables, so that a stored batch is not continued by another model."""
    spec = find_spec("sim")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the package sim is not installed")
    return source_digest(Path(next(iter(spec.submodule_search_locations))))


def source_digest(home: Path) -> str:
    """SHA-256 over names and bytes of all source and table files below a directory."""
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(home).as_posix(), path) for path in home.rglob("*")):
        if path.suffix in SOURCES and path.is_file():
            data = path.read_bytes()
            digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Versions of what decides the numbers and the bytes."""
    python = platform.python_version()
    return {"peninsula": sim.__version__, "python": python, "numpy": np.__version__, "pyarrow": pa.__version__}
