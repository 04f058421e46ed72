"""Projects across the border (gas, rail, Rajin-Khasan), Kaesong and Kumgang, and Seoul's programmes.

    split     : Shapley value of transit with a bypass worth alpha W: North (1 - alpha) W/3, the others W/3 + alpha W/6
    NPV       = -K + sum_t beta^t (1 - h)^t B/12,  h = collapse + crisis + snapback - stake of Pyongyang
    stages    : idea -> study (three consents) -> exempted (Council) -> financed (NPV) -> building -> in operation

Sources: Hubert and Ikonnikova 2011 (Shapley value and transit); Klein, Crawford and Alchian 1978, Williamson 1985
(hold-up); milestones 1990 to 2020, of which none passed financing but the pilots of Rajin-Khasan and Kaesong.
"""

import numpy as np

from sim.actions import Moves
from sim.chance import Dice
from sim.parameters import Parameters
from sim.parameters.political_tables import PROJECTS
from sim.state import AXES, DYAD, ENGAGEMENT, FLOAT, HARD_LINE, KOR, PRK, SEOUL, Array, World, legal, logistic, total

NAMES = AXES["project"]
PROGRAMME = {name: place for place, name in enumerate(AXES["programme"])}
IDEA, STUDY, EXEMPTED, FINANCED, BUILDING, OPERATING = range(6)
WITHOUT_SEOUL = slice(2)  # parties to what stays between Pyongyang and Moscow
PROVOCATION, CRISIS, SANCTIONS, EPIDEMIC, GOVERNMENT = range(1, 6)  # causes of a setback
ALIVE = 0.1  # a programme above this is alive, by convention
CLASH = 3  # rung of the crisis ladder
OPERATION_YEARS = 25  # over which a project is valued, by convention
BINDING = 3  # tier from which works across the border need an exemption


def shapley(*, worth: Array, bypass: Array) -> tuple[Array, Array]:
    """What transit brings the North, and each of the two others, a year; ``bypass``: share kept without transit."""
    return (1 - bypass) * worth / 3, worth / 3 + bypass * worth / 6


def present_value(*, capital: Array, benefit: Array, discount: Array, hazard: Array, lead: Array) -> Array:
    """Net present value, bn USD: a yearly benefit that begins after ``lead`` months and may break off every month."""
    kept = discount * (1 - hazard)
    months = OPERATION_YEARS * 12
    return -capital + benefit / 12 * kept**lead * (1 - kept**months) / (1 - kept)


def hold_up(*, collapse: Array, crisis: Array, snapback: Array, stake: Array) -> Array:
    """Monthly hazard that politics stops a project, never below a tenth of a percent."""
    return np.clip(collapse + crisis + snapback - stake, 1e-3, 1)


def step(world: World, moves: Moves, params: Parameters, dice: Dice) -> World:
    """Consents, stages, what projects pay, Kaesong and Kumgang, Seoul's programmes."""
    consent = _consent(world, moves, params)
    worth, fees = _worth(world, params)
    stage = np.array([_stage(world, params, dice, place, consent, worth[place]) for place in range(len(NAMES))])
    programme, setback = _programmes(world, moves, params, dice)
    open_again = _reopened(world, params, programme)
    shut = (world.crisis >= CLASH) | (world.severity >= 5) & (world.administration[KOR] == HARD_LINE)
    closes = shut & (dice.uniform("projects/close") < params["projects.close"])
    return world.replace(
        stage=stage,
        consent=consent,
        worth=worth,
        transit_fee=(fees * (stage == OPERATING) * 1000 / 12).sum(axis=0),
        kaesong=_enclave(world.kaesong, open_again, closes, dice.uniform("projects/kaesong"), params["projects.reopen"]),
        kumgang=_enclave(world.kumgang, open_again, closes, dice.uniform("projects/kumgang"), params["projects.reopen"]),
        programme=programme,
        setback=setback,
    )


def _consent(world: World, moves: Moves, params: Parameters) -> Array:
    """Readiness of the three parties, ``(party, R)``: it is shown by moves and forgotten; nobody travels in an epidemic."""
    shown = [
        np.maximum(moves["north_korea.inter_korean_opening"], moves["north_korea.visit_to_moscow"]),
        np.maximum(moves["russia.rail_gas_promotion"], moves["russia.invest_rajin"]),
        np.maximum(moves["south_korea.northern_policy"], moves["south_korea.rail_survey"]),
    ]
    kept = params["projects.memory"] * world.consent
    reach = params["projects.consent"] * (1 - world.epidemic / 2)
    return kept + np.array(shown) * reach * (1 - kept)


def _worth(world: World, params: Parameters) -> tuple[Array, Array]:
    """Net present value (bn USD) and the North's yearly fee (bn USD) by project, ``(project, R)``."""
    capital, benefit, build = (PROJECTS.values[:, place][:, None] for place in range(3))
    scale = params["projects.benefit"]
    fee, _ = shapley(worth=benefit * scale, bypass=params["projects.bypass"])
    income = np.maximum(12 * total(world.inflow), 1)  # m USD a year
    stake = params["projects.stake"] * np.minimum(1, fee * 1000 / income)
    hazard = hold_up(
        collapse=params["leverage.hazard"] * params["projects.exposure"],
        crisis=params["projects.crisis"] * world.crisis / 5,
        snapback=params["projects.snapback"] * (world.deal == 0) * (world.tier >= BINDING),
        stake=stake,
    )
    value = present_value(
        capital=capital, benefit=benefit * scale, discount=params["projects.discount"], hazard=hazard, lead=build
    )
    return value, fee


def _stage(world: World, params: Parameters, dice: Dice, place: int, consent: Array, worth: Array) -> Array:
    """The stage of one project a month later."""
    name, stage = NAMES[place], world.stage[place]
    parties = consent[WITHOUT_SEOUL] if name == "rajin_khasan" else consent
    agreed = parties.min(axis=0)
    exempt = (world.exemption > 0) | (world.tier < BINDING) | (name == "rajin_khasan")  # exempted by name in 2397 [V]
    build = float(PROJECTS.values[place, 2])
    chances = {
        IDEA: params["projects.study"] * agreed,
        STUDY: params["projects.exempted"] * exempt * agreed,
        EXEMPTED: params["projects.financed"] * logistic(worth / params["projects.doubt"]) * exempt,
        FINANCED: params["projects.started"] * agreed * exempt,
        BUILDING: 1 / build * (world.crisis < CLASH),
    }
    chance = np.zeros_like(worth)
    for reached, value in chances.items():
        np.copyto(chance, value, where=stage == reached)
    up = dice.uniform(f"projects/up_{name}") < chance
    shaken = (world.crisis >= CLASH) | (world.severity >= 5)
    down = shaken & (dice.uniform(f"projects/down_{name}") < params["projects.reversion"]) & (stage > IDEA)
    return legal("stage", np.where(down, stage - 1, stage + up)).astype(FLOAT)


def _reopened(world: World, params: Parameters, programme: Array) -> Array:
    """Whether the ground is there on which Kaesong or Kumgang may open: goodwill, law, and no epidemic."""
    lawful = (world.exemption > 0) | (world.tier < BINDING)
    friendly = (world.administration[KOR] == ENGAGEMENT) & (programme[PROGRAMME["kumgang"]] > params["projects.ground"])
    return lawful & friendly & (world.epidemic < params["projects.ground"])


def _enclave(share: Array, may_open: Array, closes: Array, luck: Array, chance: Array) -> Array:
    """An enclave opens with some chance where it may, and stops at once when it is closed."""
    opens = may_open & (share == 0) & (luck < chance)
    return np.where(closes, 0, np.where(opens, 1, share)).astype(FLOAT)


def _programmes(world: World, moves: Moves, params: Parameters, dice: Dice) -> tuple[Array, Array]:
    """Seoul's programmes and the cause of a setback this month, if any."""
    efforts = {
        "liaison": np.maximum(moves["south_korea.hotline"], world.meeting[SEOUL]),
        "humanitarian": moves["south_korea.humanitarian_aid"],
        "rail": moves["south_korea.rail_survey"],
        "kumgang": moves["south_korea.tourism_initiative"],
        "military_agreement": moves["south_korea.military_agreement"],
    }
    welcome = logistic(params["programmes.welcome"] * (world.affinity[DYAD[PRK, KOR]] - params["programmes.coolness"]))
    welcome = np.maximum(welcome, moves["north_korea.inter_korean_opening"])
    lawful = np.where((world.exemption > 0) | (world.tier < BINDING), 1, params["programmes.unlawful"])
    healthy = 1 - params["programmes.epidemic"] * world.epidemic
    always = np.ones(world.runs, FLOAT)
    reach = {"liaison": always, "humanitarian": healthy, "rail": lawful * healthy, "kumgang": lawful * healthy,
             "military_agreement": always}  # fmt: skip
    causes = _blows(world, moves, params, dice)
    blow = (causes > 0).astype(FLOAT)
    rows = []
    for name, place in PROGRAMME.items():
        kept = world.programme[place] * (1 - params["programmes.decay"] * (2 - reach[name]))
        grown = kept + params["programmes.step"] * efforts[name] * welcome * reach[name] * (1 - kept)
        hit = np.where(world.programme[place] > ALIVE, params[f"programmes.blow_{name}"] * blow, 0)
        rows.append(grown * (1 - hit))
    programme = legal("programme", np.array(rows))
    fell = ((world.programme > ALIVE) & (programme <= ALIVE)).any(axis=0)
    withered = np.where(lawful < 1, SANCTIONS, GOVERNMENT)
    withered = np.where(world.epidemic > params["projects.ground"], EPIDEMIC, withered)
    return programme, np.where(fell, np.where(causes > 0, causes, withered), 0).astype(FLOAT)


def _blows(world: World, moves: Moves, params: Parameters, dice: Dice) -> Array:
    """The blow of the month to Seoul's programmes, by its cause (0 none)."""
    struck = dice.happens(params["programmes.struck"], "programmes/struck") * moves["north_korea.border_provocation"]
    clash = dice.happens(params["programmes.clash"], "programmes/clash") * (world.crisis >= CLASH)
    tested = dice.happens(params["programmes.tested"], "programmes/tested") * (world.severity >= 4)
    answered = dice.happens(params["programmes.struck"], "programmes/answered") * moves["south_korea.retaliate"]
    cut = np.maximum(answered, world.turnover[KOR] * (world.administration[KOR] == HARD_LINE))
    return np.select([struck > 0, clash > 0, tested > 0, cut > 0], [PROVOCATION, CRISIS, PROVOCATION, GOVERNMENT], 0)
