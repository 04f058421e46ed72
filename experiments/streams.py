"""The named streams of luck that a run draws on, found by running one, and what each decides."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from sim.chance import Chance, stream_class
from sim.model import Peninsula
from sim.scenario import load_scenario
from sim.state import Array, Month

SCENARIO, MONTHS = "baseline-2020", 30  # harvests, elections in Washington and in Seoul, every season
RUNS = 200  # so that what is drawn only now and then is drawn
ONCE = "once a run"
DECIDES = {
    "parameter/*": "the value of a parameter, by the inverse of its distribution function",
    "weights/*": "how far a nation's weight on a feature lies from its set",
    "initial/*": "a starting value about the one that the scenario gives",
    "event/*": "whether an event of the scenario that has a probability comes about",
    "choice/*": "the Gumbel term of an action: what neither reasons nor base rates explain",
    "level/*": "how many steps a nation thinks ahead this month",
    "shocks/pandemic_wave": "a new wave of the epidemic",
    "shocks/oil_jump": "a jump of the oil price",
    "shocks/oil_jump_sign": "up or down",
    "shocks/oil": "the usual change of the oil price",
    "shocks/war": "a war elsewhere that draws attention",
    "shocks/demand_*": "what is offered and wanted in trade this month",
    "shocks/flood": "a flood before the harvest",
    "shocks/harvest": "the weather of the harvest",
    "border/regime": "whether the border is opened or closed by a step",
    "border/traffic_*": "how irregular traffic is while the border is half open",
    "trade/*": "the size of this month's consignments, by direction and partner",
    "finance/acceptance_seoul": "whether Pyongyang accepts aid from Seoul",
    "finance/cyber": "what theft by computer brings",
    "deals/sign": "whether a package in reach is signed",
    "deals/words": "whether a summit without a deal ends in words or in nothing",
    "deals/cheating": "whether cheating in secret begins",
    "deals/detection": "whether it is found",
    "deals/violation": "whether a provocation counts as breaking the deal",
    "deals/pyongyang": "whether Pyongyang leaves a deal openly",
    "deals/washington": "whether Washington leaves a deal",
    "livelihood/growth": "what growth owes to nothing in the model",
    "crisis/incident": "an incident that nobody chose",
    "crisis/ladder": "whether a crisis goes up or down a rung",
    "meetings/arms": "whether the patron agrees to military-technical cooperation",
    "meetings/*": "whether a leaders' meeting comes about",
    "projects/close": "whether an enclave is closed",
    "projects/kaesong": "whether Kaesong reopens",
    "projects/kumgang": "whether Kumgang reopens",
    "projects/up_*": "whether a project goes on to its next stage",
    "projects/down_*": "whether a shaken project falls back",
    "programmes/struck": "whether a border provocation strikes a programme",
    "programmes/clash": "whether a clash does",
    "programmes/tested": "whether a severe test does",
    "programmes/answered": "whether retaliation by Seoul does",
    "domestic/exit": "whether the leader in Pyongyang is gone",
    "domestic/successor": "of what type the successor is",
    "domestic/election_*": "whether an election changes the government",
    "domestic/president": "of what type a new president is",
    "domestic/approval_*": "what approval owes to nothing in the model",
    "council/ban": "whether a resolution bans more or only lists names",
    "council/elected": "how the ten elected members vote",
    "council/abstain_*": "whether a member that does not agree abstains or votes against",
    "council/aid_wait": "whether the committee decides on aid this month",
    "council/aid_approved": "whether it clears the aid",
    "council/works": "whether works across the border are exempted",
    "council/*": "how a permanent member votes",
    "alignment/*": "what the affinity of a pair owes to nothing in the model",
    "weapons/at_sea": "whether a medium test is launched at sea",
    "weapons/extra_*": "how many more tests follow in the same month",
    "weapons/success_*": "whether a test succeeds",
    "relations/break_*": "a break between Washington and the other",
    "relations/drift_*": "the drift of the rift",
    "talks/summit": "whether a summit is set",
    "talks/up": "whether talks go up a phase",
    "talks/down": "whether they fall back",
    "talks/held": "whether a summit that is set is held",
    "talks/hardening": "whether a hard word from Washington hardens its demand",
}


@dataclass(frozen=True)
class Stream:
    """A named stream, as it was drawn: kind is uniform, normal or gumbel, ``how`` each month or once a run."""

    name: str
    kind: str
    how: str


class Listening(Chance):
    """Luck that remembers which streams were drawn."""

    def __init__(self, seed: int, first_run: int = 0, runs: int = 1) -> None:
        super().__init__(seed, first_run, runs)
        self.heard: dict[str, Stream] = {}

    def once(self, stream: str) -> Array:
        """The draw of a run."""
        self.heard.setdefault(stream, Stream(stream, "uniform", ONCE))
        return super().once(stream)

    def monthly(self, kind: str, stream: str, date: Month) -> Array:
        """The draw of a month."""
        self.heard.setdefault(stream, Stream(stream, kind, "each month"))
        return super().monthly(kind, stream, date)


def heard(scenario: str = SCENARIO, months: int = MONTHS) -> list[Stream]:
    """Every stream that a run of a scenario draws on, in order of name."""
    chance = Listening(seed=0, runs=RUNS)
    model = Peninsula(load_scenario(scenario, [f"months={months}"]), runs=RUNS, seed=0, chance=chance)
    try:
        for _ in range(months):
            model.step()
    finally:
        model.release()
    return sorted(chance.heard.values(), key=lambda stream: stream.name)


def pattern_of(name: str) -> str:
    """The entry of ``DECIDES`` that a stream falls under: its own name, or the most special pattern."""
    fitting = [pattern for pattern in DECIDES if fnmatchcase(name, pattern)]
    if not fitting:
        raise KeyError(f"nothing says what the stream {name!r} decides; add it to DECIDES in experiments/streams.py")
    return max(fitting, key=len)


def rows() -> list[dict[str, object]]:
    """Streams by pattern: name, class, kind, when drawn, how many there are, what they decide."""
    grouped: dict[tuple[str, str], list[Stream]] = {}
    for stream in heard():
        grouped.setdefault((pattern_of(stream.name), stream.kind), []).append(stream)
    return [
        {
            "name": pattern.replace("*", "<name>") if pattern.endswith("*") else pattern,
            "class": stream_class(streams[0].name),
            "kind": kind,
            "drawn": streams[0].how,
            "streams": len(streams),
            "decides": DECIDES[pattern],
        }
        for (pattern, kind), streams in sorted(grouped.items())
    ]
