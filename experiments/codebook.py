"""The vocabulary of the model as tables: what a scenario may say, and what a batch holds. Read from the code itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from sim.actions import Action
from sim.decision import FRIENDLY
from sim.features import FEATURES
from sim.month import MONTH
from sim.nations import CHARACTERS, NEUTRAL
from sim.outcomes import OUTCOMES
from sim.parameters import GRADES, PARAMETERS
from sim.parameters.political_tables import POLITICAL_TABLES
from sim.parameters.tables import TABLES
from sim.state import VARIABLES

Row = dict[str, Any]


def _parameters() -> list[Row]:
    return [
        {
            "name": row.name,
            "prior": str(row.prior),
            "unit": row.unit,
            "range": f"{row.low:g} to {row.high:g}",
            "meaning": row.meaning,
            "source": row.source,
            "grade": GRADES[row.grade],
        }
        for row in PARAMETERS.values()
    ]


def _state() -> list[Row]:
    return [
        {
            "name": ".".join([row.name, *(f"<{axis}>" for axis in row.axes)]),
            "unit": row.unit,
            "range": f"{row.low:g} to {row.high:g}",
            "default": row.start,
            "owner": row.owner,
            "settable": row.settable,
            "recorded": row.recorded,
            "meaning": row.meaning,
        }
        for row in VARIABLES.values()
    ]


def _actions() -> list[Row]:
    return [
        {
            "name": f"{nation}.{action.name}",
            "slot": action.slot,
            "base rate": action.rate,
            "gate": action.gate,
            "expects": _expects(action),
            "tone": ", ".join(f"{target} {tone:+g}" for target, tone in action.tone.items()),
            "meaning": action.meaning,
            "source": action.source,
            "grade": GRADES[action.grade],
        }
        for nation, character in CHARACTERS.items()
        for action in character.menu
    ]


def _expects(action: Action) -> str:
    return ", ".join(
        f"{effect.feature} {effect.size:+g}" + (f" given {effect.given}" if effect.given else "")
        for effect in action.effects
    )


def _features() -> list[Row]:
    return [
        {
            "name": row.name,
            "unit": row.unit,
            "persistence": row.persistence,
            "grade": "prior",
            "meaning": row.meaning,
            **{
                nation: round(character.weight_sets["standard"].get(row.name, 0.0), 3)
                for nation, character in CHARACTERS.items()
            },
        }
        for row in FEATURES
    ]


def _weight_sets() -> list[Row]:
    return [
        {
            "nation": nation,
            "set": name,
            "weights": ", ".join(f"{feature} {weight:+g}" for feature, weight in weights.items()),
        }
        for nation, character in CHARACTERS.items()
        for name, weights in character.weight_sets.items()
    ]


def _outcomes() -> list[Row]:
    return [
        {
            "name": row.name,
            "unit": row.unit,
            "definition": row.definition,
            "question": row.question,
            "identified": row.identified,
        }
        for row in OUTCOMES.values()
    ]


def _tables() -> list[Row]:
    return [
        {
            "name": row.name,
            "rows": ", ".join(row.rows),
            "columns": ", ".join(row.columns),
            "unit": row.unit,
            "meaning": row.meaning,
            "source": row.source,
            "grade": GRADES[row.grade],
            **{
                label: ", ".join(f"{value:g}" for value in values)
                for label, values in zip(row.rows, row.values, strict=True)
            },
        }
        for row in (*TABLES, *POLITICAL_TABLES)
    ]


def _joined(values: Iterable[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _neutral() -> list[Row]:
    return [
        {"name": name, "value": value, "source": "about the means of 2012 to April 2020 where known", "grade": "prior"}
        for name, value in NEUTRAL.items()
    ]


def _friendly() -> list[Row]:
    return [
        {"nation": nation, "expected of one unit": ", ".join(f"{name} {size:+g}" for name, size in effects.items()),
         "source": "assumed", "grade": "prior"}
        for nation, effects in FRIENDLY.items()
    ]  # fmt: skip


def _month() -> list[Row]:
    return [{"stage": place, "name": stage.name, "meaning": stage.meaning} for place, stage in enumerate(MONTH, 1)]


def _rules() -> list[Row]:
    from sim import rules

    return rules.rows()


def _history() -> list[Row]:
    from experiments.history import columns

    return columns()


SECTIONS: Mapping[str, Callable[[], list[Row]]] = MappingProxyType(
    {
        "parameters": _parameters,
        "state": _state,
        "actions": _actions,
        "features": _features,
        "weight_sets": _weight_sets,
        "outcomes": _outcomes,
        "tables": _tables,
        "neutral": _neutral,
        "friendly_conduct": _friendly,
        "month": _month,
        "rules": _rules,
        "history": _history,
    }
)


def rows(section: str) -> list[Row]:
    """A section as rows; KeyError for an unknown one."""
    return SECTIONS[section]()


def text(section: str) -> str:
    """A section for reading: an entry per row, its first column as the heading."""
    lines = [section.upper().replace("_", " "), ""]
    for row in rows(section):
        heading, *rest = row.items()
        lines.append(str(heading[1]))
        lines += [f"    {name}: {value}" for name, value in rest if value not in ("", None)]
    return "\n".join([*lines, ""])
