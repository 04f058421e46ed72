"""The Security Council: drafts, votes, vetoes and abstentions, the sanctions committee, and what each leads to.

    logit no-veto_j = base_j + gravity of the trigger - rift rift_j - saturation - amity (A_j - A*_j) + fear + stance
    adopted         = nine votes of fifteen and no permanent member against
    yes of Washington to easing = L(base + progress of disarmament + engaging administration - severe test of late)

A tightening draft is tabled by Washington while an event waits for an answer, an easing draft by Beijing or Moscow while
one is circulated, a deal brings its own. Great-power rift and saturation (little left to ban) are rival formulations:
``council.by_rift`` weighs them. Sources: Voeten 2001 (outside options); O'Neill 1996; record of votes 2006 to 2017.
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.parameters.political_tables import ANCHORS, EASING
from sim.state import (
    CHINA,
    CHN,
    DYAD,
    FLOAT,
    LEADER_DRIVEN,
    PRK,
    RUS,
    RUSSIA,
    USA,
    Array,
    Flags,
    World,
    legal,
    logistic,
    total,
)

SEVERE, GRAVEST = 4, 5  # severities of events that may bring a resolution
LADDER_TOP = 6  # the tier of resolution 2397, at which little is left to ban
ELECTED = 10  # members beside the five permanent ones
MAJORITY = 9  # votes of fifteen
ROUNDING = 1e-9  # shares closer than this are equal
VETO_HOLDERS = {"russia": (RUSSIA, RUS), "china": (CHINA, CHN)}
USUAL = {name: float(ANCHORS.values[0, DYAD[PRK, nation]]) for name, (_, nation) in VETO_HOLDERS.items()}


def waiting(*, trigger: Array, age: Array, severity: Array, window: Array) -> tuple[Array, Array]:
    """The gravest event that waits for an answer, and its age in months; ``severity`` is that of last month."""
    older = age + 1
    kept = np.where(older < window, trigger, 0)
    renewed = (severity >= kept) & (severity > 0)
    new_age = np.where(renewed | (kept == 0), 0, older)
    return np.where(renewed, severity, kept).astype(FLOAT), new_age.astype(FLOAT)


def strain(*, rift: Array, by_rift: Array, rift_weight: Array, saturated: Array, saturation_weight: Array) -> Array:
    """What stands against a tightening in log odds: the rift, or how little is left to ban; ``by_rift`` mixes the two."""
    return by_rift * rift_weight * rift + (1 - by_rift) * saturation_weight * saturated


def vote(*, logit: Array, luck: Array, abstain: Array, abstention: Array) -> Array:
    """Yes 1, abstention 0, no -1. A narrow no (log odds above -1) becomes an abstention with chance ``abstention``."""
    yes = luck < logistic(logit)
    narrow = (logit > -1) & (abstain < abstention)
    return np.where(yes, 1, np.where(narrow, 0, -1)).astype(FLOAT)


def no_veto(*, logit: Array, abstention: Array) -> Array:
    """Chance of a yes or an abstention, by the rule of ``vote``."""
    yes = logistic(logit)
    return yes + (1 - yes) * abstention * (logit > -1)


def elected_votes(*, luck: Array, share: Array) -> Array:
    """Votes in favour of the ten elected members, binomial by inverse distribution function; ``(R,)``."""
    share = np.clip(share, 1e-9, 1 - 1e-9)
    term = (1 - share) ** ELECTED
    below, count = term.copy(), np.zeros_like(luck)
    for number in range(1, ELECTED + 1):
        count += luck >= below
        term = term * (ELECTED - number + 1) / number * share / (1 - share)
        below = below + term
    return count


def tally(*, votes: Array, elected: Array) -> tuple[Array, Array, Array]:
    """Votes in favour, adopted, and vetoed, from permanent votes ``(permanent, R)`` and elected votes ``(R,)``."""
    in_favour = total((votes > 0).astype(FLOAT)) + elected
    against = total((votes < 0).astype(FLOAT)) > 0
    enough = in_favour >= MAJORITY
    return in_favour, (enough & ~against).astype(FLOAT), (enough & against).astype(FLOAT)


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:
    """What waits, what is put to the vote, how it ends, and what the committee exempts."""
    trigger, age = waiting(
        trigger=world.trigger, age=world.trigger_age, severity=world.severity, window=params["council.window"]
    )
    own = np.maximum(world.lifted - world.granted, 0)  # lifted for good, not under a deal
    due = world.relief * (1 - own)
    tightening, promised, easing = _drafts(world, moves, params, trigger, due)
    draft = np.where(tightening, 1, np.where(easing | promised, -1, 0)).astype(FLOAT)
    votes, elected = _votes(world, moves, params, dice, trigger=trigger, tightening=tightening, promised=promised)
    put = (draft != 0).astype(FLOAT)
    in_favour, adopted, vetoed = (value * put for value in tally(votes=votes, elected=elected))
    tightened = (adopted > 0) & tightening
    share = np.where(world.tier < LADDER_TOP, params["council.ban_share"], params["council.last_ban"])
    ban = tightened & (trigger >= GRAVEST) & (dice.uniform("council/ban") < share)  # lesser events bring names only
    eased = (adopted > 0) & easing
    own = np.where(eased, np.maximum(own, EASING.values[0][:, None]), own)
    granted = np.where((adopted > 0) & promised, due, world.granted)
    granted = np.minimum(granted, world.relief * (1 - own))  # what a deal lifted snaps back when the deal is gone
    return world.replace(
        tier=legal("tier", world.tier + ban),
        lifted=legal("lifted", own + granted),
        granted=granted,
        trigger=np.where(tightening | (age + 1 >= params["council.window"]), 0, trigger),  # a vote answers it, or time does
        trigger_age=np.where(tightening, 0, age),
        draft=draft,
        votes=votes * put,
        votes_for=in_favour,
        adopted=adopted,
        vetoed=vetoed,
        listing=(tightened & ~ban).astype(FLOAT),
        rebuffed=np.where(tightening & (adopted == 0), 1, params["council.memory"] * world.rebuffed),
        circulated=_circulated(world, moves, params, easing),
        passage=passage(world, params),
        easing_passage=easing_passage(world, params),
        **_committee(world, moves, params, dice, eased),
    )


def _drafts(world: World, moves: Moves, params: Parameters, trigger: Array, due: Array) -> tuple[Flags, Flags, Flags]:
    """What is put to the vote: a tightening before what a deal has promised, and that before an easing draft."""
    sits = params["council.sits"] > 0
    tightening = sits & (moves["united_states.table_tightening"] > 0) & (trigger >= SEVERE)
    promised = (due > world.granted + ROUNDING).any(axis=0) & sits & ~tightening
    tabled = np.maximum(moves["russia.table_easing"], moves["china.table_easing"]) > 0
    return tightening, promised, sits & tabled & (world.circulated > 0) & ~tightening & ~promised


def _circulated(world: World, moves: Moves, params: Parameters, voted: Flags) -> Array:
    """Months that a circulated easing draft still lies on the table; a vote takes it off."""
    shown = np.maximum(moves["russia.circulate_easing"], moves["china.circulate_easing"])
    left = np.where(shown > 0, params["council.on_the_table"], np.maximum(world.circulated - 1, 0))
    return np.where(voted, 0, left)


def _votes(world: World, moves: Moves, params: Parameters, dice: Dice, *, trigger: Array, tightening: Flags,
           promised: Flags) -> tuple[Array, Array]:  # fmt: skip
    """Votes of the permanent members in the order of the axis, ``(permanent, R)``, and of the elected ones, ``(R,)``."""
    washington = np.where(tightening | promised, 1, vote(
        logit=_easing_logit(world, params), luck=dice.uniform("council/united_states"),
        abstain=dice.uniform("council/abstain_united_states"), abstention=params["council.abstention"]))  # fmt: skip
    votes = [washington]
    for ally in ("united_kingdom", "france"):
        votes.append(np.where(dice.uniform(f"council/{ally}") < params["council.follow"], washington, 0))
    for name in VETO_HOLDERS:
        stance = params["council.stance"] * (moves[f"{name}.support_tightening"] - moves[f"{name}.shield"])
        logit = _tightening_logit(world, params, name, trigger >= GRAVEST, trigger >= SEVERE) + stance
        own = vote(
            logit=logit, luck=dice.uniform(f"council/{name}"), abstain=dice.uniform(f"council/abstain_{name}"),
            abstention=params["council.abstention"],
        )  # fmt: skip
        votes.append(np.where(tightening, own, 1))
    for_easing = params["council.elected_easing"] + params["council.elected_progress"] * world.denuclearisation
    share = np.where(tightening, params["council.elected_tightening"], for_easing)
    share = np.where(promised, params["council.elected_tightening"], share)
    return np.array(votes), elected_votes(luck=dice.uniform("council/elected"), share=share)


def _tightening_logit(world: World, params: Parameters, name: str, gravest: Flags | bool, severe: Flags | bool) -> Array:
    """Log odds of no veto by Moscow or Beijing, before its stance of the month."""
    place, nation = VETO_HOLDERS[name]
    border = params["council.border_fear"] * world.hardship if name == "china" else 0
    against = strain(
        rift=world.rift[place], by_rift=params["council.by_rift"], rift_weight=params[f"council.rift_{name}"],
        saturated=(world.tier >= LADDER_TOP).astype(FLOAT), saturation_weight=params["council.saturation"],
    )  # fmt: skip
    friendship = params["council.amity"] * (world.affinity[DYAD[PRK, nation]] - USUAL[name])
    gravity = np.where(gravest, params["council.gravest"], np.where(severe, params["council.severe"], 0))
    fear = params["council.fear"] * world.secondary_risk[place]
    return params[f"council.base_{name}"] + gravity + fear - against - friendship - border


def passage(world: World, params: Parameters) -> Array:
    """Chance that neither Moscow nor Beijing vetoes, after an event of severity 4 and of 5; ``(gravity, R)``."""
    rows = []
    for gravest in (False, True):
        logits = [_tightening_logit(world, params, name, gravest, True) for name in VETO_HOLDERS]
        chances = [no_veto(logit=logit, abstention=params["council.abstention"]) for logit in logits]
        rows.append(chances[0] * chances[1])
    return np.array(rows)


def _easing_logit(world: World, params: Parameters) -> Array:
    """Log odds that Washington votes for an easing draft."""
    return (
        params["council.easing_base"]
        + params["council.easing_progress"] * world.denuclearisation
        + params["council.easing_engaged"] * (world.administration[USA] == LEADER_DRIVEN)
        - params["council.easing_severe"] * (world.since_severe < params["council.easing_memory"])
    )


def easing_passage(world: World, params: Parameters) -> Array:
    """Chance that Washington lets an easing draft pass."""
    return logistic(_easing_logit(world, params))


def _committee(world: World, moves: Moves, params: Parameters, dice: Dice, eased: Flags) -> dict[str, Array]:
    """The sanctions committee: humanitarian goods, and works across the border, each after a wait."""
    pending = np.maximum(world.aid_pending, moves["united_states.humanitarian_exemption"])
    decided = dice.happens(1 / params["council.aid_wait"], "council/aid_wait") * pending
    cleared = decided * dice.happens(params["council.aid_approved"], "council/aid_approved")
    wait = world.exemption_wait
    wait = np.where(wait > 0, wait + 1, moves["south_korea.exemption_request"] * (world.exemption == 0))
    consent = np.maximum(moves["united_states.consent_exemption"], world.deal > 0)
    approved = params["council.works_approved"] + params["council.works_consent"] * consent
    ripe = (wait > params["council.works_wait"]) | ((wait > 0) & (moves["united_states.consent_exemption"] > 0))
    granted = ripe & (dice.uniform("council/works") < approved)
    left = np.where(granted | eased, params["council.works_valid"], np.maximum(world.exemption - 1, 0))
    return {
        "aid_pending": pending - decided,
        "aid_cleared": cleared,
        "exemption_wait": legal("exemption_wait", np.where(ripe, 0, wait).astype(FLOAT)),
        "exemption": left.astype(FLOAT),
    }
