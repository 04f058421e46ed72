"""A batch that looks like one of the model's, made up without it: flows over orders of magnitude, rare events, gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.figures.data import Frames, measures
from sim.nations import CHARACTERS
from sim.state import AXES, NATIONS, Month

NAMES = (
    "baseline-2020",
    "moscow-opens-the-labour-gate",
    "border-stays-shut",
    "pressure-from-washington-after-the-election",
    "beijing-enforces",
    "third-summit",
    "early-vaccine",
    "no-sanctions",
    "rift",
    "war-elsewhere",
)
RECORD = [
    {"month": month, "variable": "trade.russia.exports", "value": value, "unit": "m USD/month", "source": "customs"}
    for month, value in (("2019-02", 0.196), ("2020-01", 0.140), ("2020-02", 0.008))
]


@dataclass(frozen=True)
class Fake:
    name: str
    unit: str = "index"
    question: str = "?"
    kind: str = "number"
    categories: tuple[str, ...] = ()


FAKES = {
    fake.name: fake
    for fake in (
        Fake("level"),
        Fake("count", "events"),
        Fake("when_month", "months"),
        Fake("third_summit", "share of runs", kind="share"),
        Fake("deal", "category", kind="category", categories=("none", "freeze", "package")),
        Fake("quiet", "share of months", kind="share"),
    )
}


def manifest(scenarios: int, runs: int, start: str = "2020-05", months: int = 20) -> dict[str, Any]:
    documents = [
        {"name": name, "title": name.replace("-", " "), "question": "", "start": start, "months": months, "record": RECORD}
        for name in NAMES[:scenarios]
    ]
    return {"seed": 7, "runs": runs, "version": "0.1.0", "scenarios": documents}


def make(scenarios: int, runs: int = 60, *, start: str = "2020-05", months: int = 20, known: Any = None) -> Frames:
    """A batch of some scenarios."""
    rng = np.random.default_rng(scenarios)
    outcomes, trajectories = [], []
    for place, name in enumerate(NAMES[:scenarios]):
        course = _course(rng, place, runs, start, months)
        trajectories.append(course.assign(scenario=name))
        outcomes.append(_outcomes(rng, place, runs, months, course, known or measures()).assign(scenario=name))
    return Frames(
        manifest(scenarios, runs, start, months),
        pd.concat(outcomes, ignore_index=True),
        pd.concat(trajectories, ignore_index=True),
    )


def _walk(rng: np.random.Generator, level: float, spread: float, shape: tuple[int, int], drift: float = 0.0) -> np.ndarray:
    steps = rng.normal(drift, spread, shape)
    return level * np.exp(np.cumsum(steps, axis=1))


def _course(rng: np.random.Generator, place: int, runs: int, start: str, months: int) -> pd.DataFrame:
    shape = (runs, months)
    lift = 0.02 * place
    frame: dict[str, np.ndarray] = {
        "trade.china.exports": _walk(rng, 4.0, 0.35, shape, lift),
        "trade.china.imports": _walk(rng, 50.0, 0.35, shape, lift - 0.05),
        "trade.russia.exports": _walk(rng, 0.01, 0.6, shape, lift) * (rng.random(shape) > 0.1),
        "trade.russia.imports": _walk(rng, 3.0, 0.4, shape, lift - 0.1),
        "total_trade.exports": _walk(rng, 7.0, 0.3, shape, lift),
        "total_trade.imports": _walk(rng, 70.0, 0.3, shape, lift),
        "reserves": np.clip(_walk(rng, 2.5, 0.08, shape, lift - 0.03), 0, 20),
        "growth": rng.normal(-3 + place, 3, shape),
        "workers.russia": _walk(rng, 1.0, 0.1, shape, lift),
        "workers.china": _walk(rng, 35.0, 0.05, shape, -lift),
        "severity_index": np.clip(_walk(rng, 0.8, 0.01, shape, -0.2 * lift), 0, 1),
        "crisis": rng.poisson(0.6 + 0.1 * place, shape).clip(0, 5).astype(float),
    }
    for who in ("china", "russia"):
        frame[f"enforcement.{who}"] = np.clip(_walk(rng, 0.93, 0.02, shape, -0.01 * place), 0, 1)
        for way in ("exports", "imports"):
            frame[f"openness.{who}.{way}"] = np.clip(_walk(rng, 0.27, 0.2, shape, lift), 0, 1)
    for number, kind in enumerate(AXES["test_class"]):
        frame[f"tests.{kind}"] = rng.poisson(0.3 / (1 + 2 * number) * (1 + 0.2 * place), shape).astype(float)
        frame[f"capability.{kind}"] = np.clip(0.8 - 0.1 * number + np.cumsum(frame[f"tests.{kind}"], axis=1) * 0.02, 0, 1)
    frame |= _politics(rng, place, shape)
    dates = [str(Month.parse(start) + month) for month in range(months)]
    keys = {"run": np.repeat(np.arange(runs), months), "month": np.tile(dates, runs)}
    return pd.DataFrame({**keys, **{name: values.ravel().astype(np.float32) for name, values in frame.items()}})


def _politics(rng: np.random.Generator, place: int, shape: tuple[int, int]) -> dict[str, np.ndarray]:
    """Ladders go up and down by a step, drafts are rare and follow votes, some parts of leverage are below zero."""
    draft = rng.choice((-1.0, 0.0, 1.0), shape, p=(0.05, 0.75, 0.2))
    votes = {f"votes.{name}": rng.choice((-1.0, 0.0, 1.0), shape) * abs(draft) for name in AXES["permanent"]}
    vetoed = (np.stack(list(votes.values())) < 0).any(axis=0) * abs(draft)
    phase = _ladder(rng, 0.1 + 0.02 * place, shape, 4)
    summit = (phase == 3) * (rng.random(shape) < 0.5)
    frame: dict[str, np.ndarray] = {
        "phase": phase,
        "summit": summit * 1.0,
        "summits": 2.0 + np.cumsum(summit, axis=1),
        "deal": _ladder(rng, 0.02, shape, 4),
        "draft": draft,
        "adopted": abs(draft) - vetoed,
        "vetoed": vetoed,
        "setback": rng.choice(6, shape, p=(0.95, *[0.01] * 5)).astype(float),
        "leverage": _walk(rng, 0.6, 0.1, shape),
        "leverage_threat": rng.normal(0.1, 0.02, shape),
        "leverage_patrons": rng.normal(0.3, 0.1, shape),
        "leverage_clock": rng.normal(0.0, 0.02, shape),
        **votes,
    }
    frame |= {f"stage.{name}": _ladder(rng, 0.05, shape, 5) for name in AXES["project"]}
    frame |= {f"programme.{name}": np.clip(_walk(rng, 0.3, 0.2, shape, -0.05), 0, 1) for name in AXES["programme"]}
    frame |= {f"equidistance.{name}": rng.random(shape) for name in AXES["balance"]}
    for number, dyad in enumerate(AXES["dyad"]):
        frame[f"affinity.{dyad}"] = np.clip(number / 6 - 0.8 + np.cumsum(rng.normal(0, 0.02, shape), axis=1), -1, 1)
    for nation in NATIONS:
        for target in NATIONS:
            size = 0.1 / (1 + NATIONS.index(nation) + NATIONS.index(target)) * (nation != target)
            frame[f"dependence.{nation}.{target}"] = np.clip(_walk(rng, size + 1e-9, 0.1, shape), 0, 1)
    return frame


def _ladder(rng: np.random.Generator, rise: float, shape: tuple[int, int], top: int) -> np.ndarray:
    steps = (rng.random(shape) < rise).astype(float) - (rng.random(shape) < rise / 2)
    level, rows = np.zeros(shape[0]), []
    for month in steps.T:
        level = np.clip(level + month, 0, top)
        rows.append(level)
    return np.stack(rows, axis=1)


def _outcomes(
    rng: np.random.Generator, place: int, runs: int, months: int, course: pd.DataFrame, known: Any
) -> pd.DataFrame:
    columns: dict[str, Any] = {"run": np.arange(runs), "status": "ok"}
    for number, measure in enumerate(known.values()):
        if measure.kind == "category":
            weights = np.arange(1.0, len(measure.categories) + 1) ** (1 + 0.3 * place)
            columns[measure.name] = rng.choice(len(measure.categories), runs, p=weights / weights.sum()).astype(float)
        elif measure.kind == "share":
            columns[measure.name] = (rng.random(runs) < 0.05 + 0.07 * place).astype(float)
        elif measure.unit in ("events", "months") or measure.unit.startswith("rung"):
            columns[measure.name] = rng.poisson(2 + number % 4 + place, runs).astype(float)
        else:
            columns[measure.name] = rng.gamma(2 + number % 3, 0.3 + 0.05 * place, runs)
        if measure.name.endswith("_month"):
            columns[measure.name] = np.where(rng.random(runs) < 0.3, columns[measure.name], np.nan)
    for nation, character in CHARACTERS.items():
        for line in character.menu:
            rate = min(0.95, line.rate * (1 + 0.1 * place))
            columns[f"moves.{nation}.{line.name}"] = rng.binomial(months, rate, runs).astype(np.uint16)
    columns["parameters.labour.tolerated_share"] = rng.random(runs).astype(np.float32)
    assert len(course) == runs * months
    return pd.DataFrame(columns)
