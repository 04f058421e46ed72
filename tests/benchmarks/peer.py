"""The peer of a batch: the decision stage as an ordinary Mesa model, one run at a time, in plain Python.

Five agents weigh the same menus with the same rules as ``sim.decision``: expected effects on features, scaled by
situations and valued by impulse response and loss aversion; tones answered in kind; replies foreseen; a level of
thinking; sharpness, log-priors, seasons and gates; Gumbel luck; two actions from different slots.

The world is a stand-in that costs next to nothing: features are departures from the neutral situation, which fade
by their persistence and move by the expected impulses of what was chosen; situations and gates follow the features
and the calendar. Nobody learns, no mechanism runs, nothing is stored: the comparison flatters the peer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import mesa

from sim.actions import Action
from sim.base_rates import log_priors
from sim.decision import FRIENDLY
from sim.features import FEATURES, SITUATIONS
from sim.nations import CHARACTERS, Character
from sim.parameters import PARAMETERS
from sim.state import NATIONS

MONTHS = 60
PERSISTENCE = {feature.name: feature.persistence for feature in FEATURES}
CENTRE = {name: row.prior.centre for name, row in PARAMETERS.items()}  # the median of every prior
REPLY = 0.2  # of others to one unit of conduct, as expected
VARIETY = 0.2  # standard deviation of a parameter between runs, in logs

# where a situation stands in the neutral situation, and the feature it follows
FOLLOWS: Mapping[str, tuple[float, str]] = {
    "promise": (0.4, "attention"), "readiness": (0.35, "capability"), "covered": (0.3, "pressure"),
    "scarcity": (0.2, "currency"), "hardship": (0.15, "collapse"), "closure": (0.1, "epidemic"),
    "epidemic": (0.0, "epidemic"), "openness": (0.9, "trade"), "openness_russia": (0.9, "autonomy"),
    "tension": (0.2, "crisis"), "outrage": (0.3, "crisis"),
    "vacant": (0.3, "far_east"), "covert": (0.1, "pressure"), "bound": (0.1, "reputation"),
}  # fmt: skip
SEASONS = {"spring": (3, 4), "winter": (11, 12, 1)}
ELSEWHERE = (0.3, "rivalry")  # for situations that are not named here
EXERCISE_MONTHS = (3, 8)

Features = Mapping[str, float]


def situation(name: str, features: Features, month: int) -> float:
    """Stand-in for a situation of ``sim.features``; 0 to 1."""
    if name in SEASONS:
        return float(month in SEASONS[name])
    level, feature = FOLLOWS.get(name, ELSEWHERE)
    return min(max(level + features[feature], 0.0), 1.0)


def gate_open(name: str, features: Features, month: int) -> bool:
    """Stand-in for a gate of ``sim.features``."""
    if name == "exercise_season":
        return month in EXERCISE_MONTHS
    if name == "provoked":
        return features["crisis"] > 0
    return name == "tourists"


PRIORS = {nation: [float(prior) for prior in log_priors(character.menu)] for nation, character in CHARACTERS.items()}


def slope(level: float, loss_aversion: float, welcome: bool) -> float:
    """Slope of the value function, steeper for losses: below the expected level (zero) for what is welcome."""
    short = 1 / (1 + math.exp(min(max(level / CENTRE["decision.blur"], -50.0), 50.0)))
    return 1 + (loss_aversion - 1) * (short if welcome else 1 - short)


def root_mean_square(menu: tuple[Action, ...], values: Mapping[str, float]) -> float:
    """What is at stake in a menu."""
    squares = [
        sum((values[effect.feature] * effect.size) ** 2 for effect in action.effects if effect.feature in values)
        for action in menu
        if action.effects
    ]
    return math.sqrt(sum(squares) / len(squares))


class PeerNation(mesa.Agent):
    """One state, which weighs its menu with plain floats."""

    def __init__(self, model: PeerModel, character: Character) -> None:
        super().__init__(model)
        self.name, self.menu, self.priors = character.nation, character.menu, PRIORS[character.nation]
        self.others = [nation for nation in NATIONS if nation != self.name]
        self.sharpness = model.varied(f"decision.sharpness.{self.name}")
        self.patience = CENTRE[f"decision.discount.{self.name}"]
        self.stakes = self._stakes(character)
        self.spread = root_mean_square(self.menu, self.stakes)
        self.neutral = self._appeals(dict.fromkeys(PERSISTENCE, 0.0))
        self.chosen: list[Action] = []

    def step(self) -> None:
        """Choose two actions from different slots."""
        random, model = self.random, self.model
        appeals = self._appeals(model.features)
        luck, none = random.random(), math.exp(-model.depth)
        level = (luck >= none) + (luck >= none * (1 + model.depth))
        best: dict[str, tuple[float, Action]] = {}
        for place, action in enumerate(self.menu):
            if action.gate and not gate_open(action.gate, model.features, model.calendar_month):
                continue
            score = self.priors[place] - math.log(random.expovariate(1.0) or 5e-324)
            if level > 0:
                departure = appeals[place][level - 1] - self.neutral[place][level - 1]
                score += self.sharpness * departure / self.spread
            for name, parameter in action.seasons:
                score += model.situations[name] * CENTRE[parameter]
            if action.slot not in best or score > best[action.slot][0]:
                best[action.slot] = score, action
        self.chosen = [action for _, action in sorted(best.values(), key=lambda pair: -pair[0])[:2]]

    def _stakes(self, character: Character) -> dict[str, float]:
        """Weights drawn about the standard ones, times the present value of a unit impulse."""
        standard = character.weight_sets["standard"]
        scale = sum(abs(weight) for weight in standard.values()) / CENTRE["decision.concentration"]
        drawn = {
            feature: math.copysign(self.random.gammavariate(abs(weight) / scale, 1.0), weight)
            for feature, weight in standard.items()
            if weight
        }
        whole = sum(abs(weight) for weight in drawn.values())
        return {feature: weight / whole * self._ahead(feature, character.horizon) for feature, weight in drawn.items()}

    def _ahead(self, feature: str, horizon: int) -> float:
        kept = self.patience * PERSISTENCE[feature]
        return (1 - kept**horizon) / (1 - kept)

    def _appeals(self, features: Features) -> list[tuple[float, float]]:
        """Appeals of the menu at level 1 and at level 2."""
        model = self.model
        values = {
            feature: stake * slope(features[feature], model.loss_aversion, stake > 0)
            for feature, stake in self.stakes.items()
        }
        inclination, answer = {}, {}
        for other in self.others:
            inclination[other] = self.spread * model.reciprocity * model.conduct[other][self.name]
            worth = sum(values[feature] * size for feature, size in FRIENDLY[other].items() if feature in values)
            answer[other] = self.patience * REPLY * worth
        appeals = []
        for action in self.menu:
            plain = 0.0
            for effect in action.effects:
                if effect.feature in values:
                    value = values[effect.feature] * effect.size
                    plain += value * model.situations[effect.given] if effect.given else value
            for target, tone in action.tone.items():
                plain += inclination[target] * tone
            appeals.append((plain, plain + sum(answer[target] * tone for target, tone in action.tone.items())))
        return appeals


class PeerModel(mesa.Model):
    """One run of the peer."""

    def __init__(self, run: int = 0) -> None:
        super().__init__(rng=run)
        self.month = 0
        self.depth = CENTRE["decision.depth"]
        self.loss_aversion = self.varied("decision.loss_aversion")
        self.reciprocity = self.varied("decision.reciprocity")
        self.features = dict.fromkeys(PERSISTENCE, 0.0)
        self.conduct = {nation: dict.fromkeys(NATIONS, 0.0) for nation in NATIONS}
        self.situations: dict[str, float] = {}
        self._observe()
        self.nations = [PeerNation(self, character) for character in CHARACTERS.values()]
        self.datacollector = mesa.DataCollector(model_reporters={"attention": lambda model: model.features["attention"]})

    @property
    def calendar_month(self) -> int:
        return self.month % 12 + 1

    def varied(self, parameter: str) -> float:
        """A parameter of this run, spread about the median of its prior."""
        return CENTRE[parameter] * math.exp(VARIETY * self.random.gauss(0.0, 1.0))

    def step(self) -> None:
        """One month."""
        self._observe()
        self.agents.do("step")
        self._move()
        self.datacollector.collect(self)
        self.month += 1
        if self.month == MONTHS:
            self.running = False
            getattr(mesa.Agent, "_ids", {}).pop(self, None)  # mesa 3.3 would keep every model alive

    def _observe(self) -> None:
        """Every situation, once for all nations."""
        self.situations = {name: situation(name, self.features, self.calendar_month) for name in SITUATIONS}

    def _move(self) -> None:
        """Features fade and take the impulses of what was chosen; conduct is what each did this month."""
        features = {feature: value * PERSISTENCE[feature] for feature, value in self.features.items()}
        self.conduct = {nation: dict.fromkeys(NATIONS, 0.0) for nation in NATIONS}
        for nation in self.nations:
            for action in nation.chosen:
                for effect in action.effects:
                    given = self.situations[effect.given] if effect.given else 1.0
                    features[effect.feature] = min(max(features[effect.feature] + effect.size * given, -1.0), 1.0)
                for target, tone in action.tone.items():
                    self.conduct[nation.name][target] += tone
        self.features = features


def run_peers(runs: int, processes: int) -> None:
    """A batch of the peer by mesa's own batch runner."""
    from mesa.batchrunner import batch_run

    batch_run(PeerModel, {"run": range(runs)}, number_processes=processes, max_steps=MONTHS, display_progress=False)
