"""Deals: signing, carrying out, cheating, breaking, snapback, and trust both ways.

    P(sign)   = zone x L(ratification);  at a summit, or with a smaller chance at working level
    P(defect) = L(base + temptation - faith trust + turnover + [the other defects])      per side and month

Cheating is secret until it is found; a severe test is an open violation; what a deal lifted snaps back with it. Trust in
a side is its share of promises kept; both counts fade. Durations to compare: 98, 13, 25, 1.5 and 8.5 months (1994 to
2019). Fearon 1998; Powell 2006; Axelrod 1984; Goldstein 1995.
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.parameters.political_tables import ASKED, TERMS, under_deal
from sim.state import FLOAT, LEADER_DRIVEN, PRESSURE, PRK, USA, Array, Flags, World, legal, logistic

LEVEL, IMPLEMENTING = 2, 4  # phases of talks
GOODWILL, FREEZE = 1, 2  # deals; working level reaches no further than a freeze
SEVERE, GRAVEST = 4, 5
NOT, BY_TEST, FOUND_OUT, WASHINGTON, PYONGYANG = range(5)  # why a deal broke
QUARTERS = 4  # steps in which a phased deal pays, each a vote of the Council [P]
NEARLY = 0.9  # share of disarmament after which relief that was to follow it is due [P]


def defection(*, base: Array, temptation: Array, trust: Array, faith: Array, shaken: Array) -> Array:
    """Monthly chance that a side stops keeping a deal; ``shaken`` in log odds."""
    return logistic(base + temptation - faith * trust + shaken)


def relief_due(*, done: Array, asked: Array, demand: Array) -> Array:
    """Share of the relief that is due: in quarters as disarmament goes on, or only when it is nearly complete."""
    progress = np.minimum(done / np.maximum(asked, 1e-9), 1)
    complete = progress >= NEARLY
    return np.where(complete, 1, np.where(demand > 0, 0, np.floor(QUARTERS * progress) / QUARTERS))


def counted(*, counts: Array, kept: Array, broken: Array, usual: Array, memory: Array, shock: Array) -> Array:
    """Counts of promises kept and broken a month later, ``(count, R)``: they fade to ``usual`` and take in the month;
    ``shock`` (0-1) is the share of the kept ones that a change of government wipes out."""
    faded = usual + memory * (counts - usual)
    return np.array([faded[0] * (1 - shock) + kept, faded[1] + broken])


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:
    """What is signed, what is carried out, what breaks, and what each side learns of the other."""
    cause, cheating, washington_breaks = _breaches(world, moves, params, dice)
    broken = cause > NOT
    signed, failed = _signed(world, params, dice)
    deal = np.where(broken, 0, np.where(signed > 0, signed, world.deal)).astype(FLOAT)
    alive = deal > 0
    fresh = (signed > 0) & ~broken
    done = _disarmament(world, params, deal, cheating)
    asked = under_deal(ASKED, deal)
    share = relief_due(done=done, asked=asked, demand=world.sequencing) * (alive & (asked > 0))
    return world.replace(
        deal=deal,
        deal_age=legal("deal_age", np.where(fresh | ~alive, 0, world.deal_age + 1)),
        agreed=fresh.astype(FLOAT),
        failed_summit=(failed & ~fresh).astype(FLOAT),
        collapse_cause=cause,
        cheating=np.where(alive, cheating, 0).astype(FLOAT),
        denuclearisation=done,
        relief=legal(
            "relief", np.maximum(under_deal(TERMS, deal) * share, world.relief * (alive & (world.deal > 0)))
        ),  # earned is earned
        trust=_trust(world, params, alive=alive, cause=cause, washington_breaks=washington_breaks),
    )


def _signed(world: World, params: Parameters, dice: Dice) -> tuple[Array, Flags]:
    """The package signed this month (0 none), and whether a summit ended with nothing."""
    ratified = logistic(
        params["deals.ratification"]
        + params["deals.engaged"] * (world.administration[USA] == LEADER_DRIVEN)
        - params["deals.engaged"] * (world.administration[USA] == PRESSURE)
        + params["deals.popularity"] * (world.approval[0] - 50) / 10 * (world.approval[0] < 50)
    )
    luck = dice.uniform("deals/sign")
    summit = world.summit > 0
    at_table = (world.phase == LEVEL) | (world.phase == IMPLEMENTING)
    package = np.where(summit, world.best, np.minimum(world.best, FREEZE))
    pays = np.take_along_axis(world.surplus, np.maximum(package, 1).astype(int)[None] - 1, axis=0)[0] > 0
    chance = world.zone * ratified * np.where(summit, 1, params["deals.working"] * at_table)
    agreed = (luck < chance) & (package > world.deal) & pays
    words = summit & ~agreed & (world.deal == 0) & (dice.uniform("deals/words") < params["deals.words"])
    signed = np.where(agreed, package, np.where(words, GOODWILL, 0))
    return signed.astype(FLOAT), summit & ~agreed & ~words


def _breaches(world: World, moves: Moves, params: Parameters, dice: Dice) -> tuple[Array, Array, Flags]:
    """Why the deal in force breaks this month (0 if not), whether Pyongyang cheats, whether Washington withdrew."""
    alive = world.deal > 0
    binding = world.deal >= FREEZE
    gave_up = np.maximum(world.turnover[PRK], world.turnover[USA])
    offered = np.maximum(world.relief_value[2], 1e-3)  # bn USD: what an interim deal would earn
    helped = np.minimum((world.support[0] + world.support[1]) / offered, 1)
    shaken = params["deals.turnover"] * gave_up
    by_pyongyang = defection(
        base=params["deals.defect"], temptation=params["deals.temptation"] * helped, trust=world.confidence[1],
        faith=params["deals.faith"], shaken=shaken,
    )  # fmt: skip
    pressed = (world.administration[USA] == PRESSURE).astype(FLOAT)
    by_washington = defection(
        base=params["deals.defect"], temptation=params["deals.temptation"] * pressed, trust=world.confidence[0],
        faith=params["deals.faith"], shaken=shaken + params["deals.reprisal"] * moves["united_states.designations"],
    )  # fmt: skip
    starts = alive & (dice.uniform("deals/cheating") < by_pyongyang * params["deals.in_secret"])
    cheating = np.where(alive, np.maximum(world.cheating, starts), 0)
    found = (cheating > 0) & (dice.uniform("deals/detection") < np.where(
        world.deal > FREEZE, params["deals.detection_inspected"], params["deals.detection"]))  # fmt: skip
    violated = (binding & (world.severity >= SEVERE)) | (alive & (world.severity >= GRAVEST))
    violated = violated & (dice.uniform("deals/violation") < params["deals.violation"])
    leaves = alive & (dice.uniform("deals/pyongyang") < by_pyongyang * (1 - params["deals.in_secret"]))
    washington = alive & (dice.uniform("deals/washington") < by_washington)
    causes = [violated, found, washington, leaves]
    cause = np.select(causes, [BY_TEST, FOUND_OUT, WASHINGTON, PYONGYANG], NOT).astype(FLOAT)
    return cause * (alive & (world.crisis < 5)) + PYONGYANG * (alive & (world.crisis >= 5)), cheating, washington


def _disarmament(world: World, params: Parameters, deal: Array, cheating: Array) -> Array:
    """Steps carried out: they grow to what the deal asks while it is kept, and are undone slowly without one."""
    aim = np.maximum(under_deal(ASKED, deal), world.denuclearisation)
    kept = np.where(cheating > 0, 0, params["deals.pace"])
    undone = (1 - params["deals.undone"]) * world.denuclearisation
    carried_out = world.denuclearisation + kept * (aim - world.denuclearisation)
    return legal("denuclearisation", np.where(deal > 0, carried_out, undone))


def _trust(world: World, params: Parameters, *, alive: Flags, cause: Array, washington_breaks: Flags) -> Array:
    """Counts of promises kept and broken by Pyongyang and by Washington, ``(side, count, R)``."""
    kept = params["trust.kept"] * (alive & (world.deal > 0) & (cause == NOT)) * (world.deal / 4 + 1) / 2
    restraint = params["trust.kept"] * world.moratorium / 2
    caught = (cause == BY_TEST) | (cause == FOUND_OUT) | (cause == PYONGYANG)
    provoked = params["trust.test"] * (world.severity >= GRAVEST)
    usual = (params["trust.usual_kept"], params["trust.usual_broken"])
    shared = {"usual": np.array(usual), "memory": params["trust.memory"]}
    north = counted(
        counts=world.trust[0], kept=kept + restraint, shock=params["trust.turnover"] * world.turnover[PRK],
        broken=params["trust.broken"] * caught + provoked, **shared,
    )  # fmt: skip
    washington = counted(
        counts=world.trust[1], kept=kept, shock=params["trust.turnover"] * world.turnover[USA],
        broken=params["trust.broken"] * (washington_breaks & (cause == WASHINGTON)), **shared,
    )  # fmt: skip
    return legal("trust", np.array([north, washington]))
