"""Sanctions: the legal ladder by commodity group, enforcement, evasion and its price, secondary risk, adaptation.

    logit e_j = logit(usual_j) + fear (risk_j - usual risk) + anger severity/5 - rift (rift_j - usual rift) + effort_j
    evasion  -> ceiling (1 - watch),  watch = logistic of the same drivers from even odds: covert trade at sea is
                hidden from customs, and is watched far less well than the customs post is

Sources: resolutions 1718 to 2397 (ladder); Early and Spice 2011, Early 2015 (busting); Bapat and Kwon 2015
(enforcement dilemma); Dai et al. 2021 (slow effects after lifting); Dizaji and van Bergeijk 2013 (adaptation).
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.parameters.tables import CAPPED_TIER, EXPORTS_2016, IMPORTS_2016, LADDER, SEVERITY
from sim.state import AXES, CHINA, RUSSIA, Array, World, legal, logistic, total

PACKAGES = {name: place for place, name in enumerate(AXES["package"])}
COAL = AXES["export_group"].index("coal")
NEIGHBOURS = AXES["neighbour"]
# which package covers a group; None: never listed
EXPORT_PACKAGES = ("coal", "ores", "textiles", "seafood", "other_exports", "remaining_exports")
IMPORT_PACKAGES = ("machinery", None, "oil", None, None)


def legal_coverage(*, tier: Array, lifted: Array) -> Array:
    """Legal coverage by package under a tier, less what has been lifted; ``(package, R)``, share."""
    return LADDER.values[tier.astype(int) - 1].T * (1 - lifted)


def phased(*, coverage: Array, legal: Array, phase_in: Array, phase_out: Array) -> Array:
    """Coverage a month later: it winds down quickly toward new law and recovers slowly when law is lifted."""
    return coverage + np.where(legal > coverage, phase_in, phase_out) * (legal - coverage)


def severity_index(*, exports: Array, imports: Array, oil: Array, labour: Array) -> Array:
    """Weighted legal coverage, index 0-1. exports and imports: shares of 2016 trade; all ``(R,)``."""
    weights = SEVERITY.values[0]
    return weights[0] * exports + weights[1] * imports + weights[2] * oil + weights[3] * labour


def enforcement(*, usual: Array, drive: Array) -> Array:
    """Share of covered official trade stopped by customs; ``drive`` in logits."""
    return logistic(np.log(usual / (1 - usual)) + drive)


def evasion_next(*, evasion: Array, ceiling: Array, watch: Array, speed: Array, surge: Array, interdicted: Array) -> Array:
    """Share of covered exports that moves covertly, a month later."""
    return evasion + speed * (ceiling * (1 - watch) - evasion) + surge - interdicted


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:  # noqa: ARG001 - one signature for all
    """Law, fear, effort, enforcement and evasion of the month."""
    law = legal_coverage(tier=world.tier, lifted=world.lifted)
    exports, imports = _by_group(law, EXPORT_PACKAGES), _by_group(law, IMPORT_PACKAGES)
    designations = legal("designations",
        world.designations * params["sanctions.designation_decay"]
        + params["sanctions.designation_step"] * np.maximum(moves["united_states.designations"], world.listing),
    )  # fmt: skip
    risk, effort, drive = _pressure_on_neighbours(world, moves, params, designations)
    usual = (params["sanctions.enforcement_china"], params["sanctions.enforcement_russia"])
    enforced = np.array([enforcement(usual=usual[place], drive=drive[place]) for place in (CHINA, RUSSIA)])
    exports[COAL] *= world.tier != CAPPED_TIER  # a yearly cap, which trade counts, and no ban
    speeds = {"phase_in": params["sanctions.phase_in"], "phase_out": params["sanctions.phase_out"]}
    gap = params["sanctions.adaptation_speed"] * (world.severity_index - world.adaptation)
    return world.replace(
        coverage_exports=np.maximum(phased(coverage=world.coverage_exports, legal=exports, **speeds), world.import_halt),
        coverage_imports=phased(coverage=world.coverage_imports, legal=imports, **speeds),
        severity_index=severity_index(
            exports=total(_by_group(law, EXPORT_PACKAGES) * _shares(EXPORTS_2016.values)),
            imports=total(imports * _shares(IMPORTS_2016.values)),
            oil=law[PACKAGES["oil"]], labour=law[PACKAGES["labour"]]),
        designations=designations,
        secondary_risk=risk,
        effort=effort,
        enforcement=enforced,
        evasion=_evasion(world, moves, params, drive),
        adaptation=world.adaptation + gap,
    )  # fmt: skip


def _by_group(law: Array, packages: tuple[str | None, ...]) -> Array:
    nothing = np.zeros_like(law[0])
    return np.array([nothing if package is None else law[PACKAGES[package]] for package in packages])


def _shares(table: Array) -> Array:
    groups = table.sum(axis=1)
    return (groups / groups.sum())[:, None]


def _pressure_on_neighbours(
    world: World, moves: Moves, params: Parameters, designations: Array
) -> tuple[Array, Array, Array]:
    """Fear of secondary sanctions, enforcement effort, and the drive in logits, each ``(neighbour, R)``."""
    risks, efforts, drives = [], [], []
    for place, name in enumerate(NEIGHBOURS):
        risk = legal("secondary_risk",
            params["sanctions.risk_decay"] * world.secondary_risk[place]
            + params["sanctions.risk_of_designations"] * designations
            + params["sanctions.risk_of_action"] * moves[f"united_states.secondary_{name}"]
            + params["sanctions.risk_of_arms"] * world.cooperation * (name == "russia"),
        )  # fmt: skip
        turn = moves[f"{name}.strict_enforcement"] - moves[f"{name}.lax_enforcement"]
        if name == "china":
            turn = turn + world.restraint * (total(world.tests) > 0)  # a test in the face of a warning has its price
            turn = turn + moves["china.trade_linkage"] / 2  # Beijing enforces in exchange for peace in trade
        turn = turn - params["sanctions.veto_erosion"] * ((world.vetoed > 0) & (world.draft > 0))
        effort = params["sanctions.effort_decay"] * world.effort[place] + params["sanctions.effort_step"] * turn
        effort = legal("effort", effort)
        drive = (
            params["sanctions.fear_response"] * (risk - params["sanctions.fear_usual"])
            + params["sanctions.anger_response"] * np.where(world.severity >= 4, world.severity / 5, 0)
            - params["sanctions.rift_response"] * (world.rift[place] - params["sanctions.rift_usual"])
            + effort
        )
        risks.append(risk)
        efforts.append(effort)
        drives.append(drive)
    return np.array(risks), np.array(efforts), np.array(drives)


def _evasion(world: World, moves: Moves, params: Parameters, drive: Array) -> Array:
    strict = np.maximum(moves["china.strict_enforcement"], moves["russia.strict_enforcement"])
    caught = np.maximum(strict, moves["united_states.designations"])
    return legal("evasion", evasion_next(
        evasion=world.evasion,
        ceiling=params["sanctions.evasion_ceiling"],
        watch=logistic((drive[CHINA] + drive[RUSSIA]) / 2),
        speed=params["sanctions.evasion_speed"],
        surge=params["sanctions.evasion_surge"] * moves["north_korea.evasion_surge"],
        interdicted=params["sanctions.interdiction"] * caught * world.evasion,
    ))  # fmt: skip
