"""The seven stylised facts, each in parts that can be measured: where, against what, and within which band.

A band says what the middle of the model must lie in; its reason stands beside it, and where the reason is a convention of
this project it says so. A part without a measure is one the model has no variable for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from experiments import fact_measures as measures
from experiments import fact_records as records
from experiments.ensembles import Measure
from experiments.fact_measures import Values
from experiments.fact_records import Seen
from sim.scenario import Scenario, from_document, load_scenario
from sim.state import Month

RIFT = ("months=36", "initial.rift={0}", "parameters.sanctions.rift_usual={0}")
SHUT = ("initial.epidemic=0", "initial.pandemic_age=0", "initial.border=2", "initial.openness=1")
FREE_TESTS = ("parameters.talks.moratorium_price=0", "parameters.talks.price=0")


@dataclass(frozen=True)
class Setup:
    """Runs that several parts share: a scenario with settings, and what is measured at its end."""

    scenario: str
    measure: Measure
    settings: tuple[str, ...] = ()
    leaves_out: str = ""  # events that set this path are taken out

    def load(self) -> Scenario:
        """The scenario to run."""
        scenario = load_scenario(self.scenario, list(self.settings))
        if not self.leaves_out:
            return scenario
        document = scenario.document()
        events = [event for event in document["events"] if self.leaves_out not in event.get("set", {})]
        return from_document({**document, "events": events})


@dataclass(frozen=True)
class Part:
    """One thing that a fact says. ``where`` is the setup and name of its measure, nothing where the model is silent."""

    name: str
    unit: str
    where: tuple[str, str] | None
    seen: Callable[[], Seen] | None
    band: tuple[float, float] | None = None
    reason: str = ""
    mean: bool = False  # the mean over runs counts and not the median: of yes or no, and of shares of few cases


@dataclass(frozen=True)
class Carrier:
    """What a fact rests on: a part that must fail when it is switched off."""

    part: str
    says: str
    setup: Setup


@dataclass(frozen=True)
class Fact:
    """A stylised fact, what its scenarios are given and so cannot show, its parts, and what carries it."""

    title: str
    given: str
    parts: tuple[Part, ...]
    carriers: tuple[Carrier, ...] = field(default=())


SETUPS: Mapping[str, Setup] = {
    "tightening": Setup("history-2016", measures.tightening),
    "kaesong open": Setup("history-2016", measures.tightening, leaves_out="kaesong"),
    "long run": Setup("history-2012", measures.long_run),
    "council": Setup("council-2012", measures.council),
    "low rift": Setup("baseline-2020", measures.council, tuple(each.format(0.1) for each in RIFT)),
    "high rift": Setup("baseline-2020", measures.council, tuple(each.format(0.9) for each in RIFT)),
    "pandemic": Setup("baseline-2020", measures.pandemic),
    "no pandemic": Setup("no-pandemic", measures.pandemic),
    "lifted": Setup("sanctions-lifted", measures.pandemic),
}


def pairs(found: Mapping[str, Values]) -> Values:
    """What compares two setups run by run, under the same luck."""
    open_border, shut, lifted = (found[name]["china_trade"] for name in ("no pandemic", "pandemic", "lifted"))
    closed, kept = (found[name]["china_trade_2016"] for name in ("tightening", "kaesong open"))
    rift = found["high rift"]["severe_answered"] - found["low rift"]["severe_answered"]
    late, early = found["tightening"]["china_share_2019"], found["tightening"]["china_share_2016"]
    return {
        "border_cost": measures.percent(shut / open_border - 1),
        "border_beats": (open_border > lifted).astype(float),
        "after_kaesong": measures.percent(closed / kept - 1),
        "rift": rift,
        "rise_of_share": late - early,
    }


def scenarios_of(name: str) -> str:
    """Which scenarios a measure comes from, in words."""
    compared = {
        "border_cost": "baseline-2020 against no-pandemic",
        "border_beats": "no-pandemic against sanctions-lifted",
        "after_kaesong": "history-2016 against itself without the closure",
        "rift": "baseline-2020, rift 0.9 against 0.1",
        "rise_of_share": "history-2016",
    }
    return compared[name]


FACTS: tuple[Fact, ...] = (
    Fact("Sanctions shock with lag and asymmetry",
         "The resolutions and China's measures are events of the scenario, their sizes set with 2017 to 2019 in view.", (
        Part("exports to China, 2018 on 2017", "%", ("tightening", "exports_change"),
             partial(records.change_of_trade, "exports"), (-95, -80), "a fall to between a twentieth and a fifth"),
        Part("imports from China, 2018 on 2017", "%", ("tightening", "imports_change"),
             partial(records.change_of_trade, "imports"), (-42, -22), "record give or take ten points"),
        Part("trade with China, 2018 on 2017", "%", ("tightening", "trade_change"),
             partial(records.change_of_trade, "trade"), (-61, -41), "record give or take ten points"),
        Part("months from August 2017 until exports are below a quarter of 2016", "months", ("tightening", "delay"),
             records.delay, (3, 6), "the record a month early or two late; the law phases in over a quarter"),
        Part("imports less exports, 2018", "m USD", ("tightening", "deficit"),
             records.deficit, (2000, 2700), "the range of the deficit in these years"),
        *(Part(f"growth {year}", "%/year", ("tightening", f"growth_{year}"), partial(records.growth, year), band,
               "record give or take two points, a convention: the estimate is itself partly built from trade")
          for year, band in ((2016, (1.9, 5.9)), (2017, (-5.5, -1.5)), (2018, (-6.1, -2.1)))),
    ), (Carrier("exports to China, 2018 on 2017", "resolutions and pressure of 2016 and 2017",
                Setup("history-2016", measures.tightening, ("events=[]",))),)),
    Fact("Dependence ratchet and substitution",
         "Trade by partner starts at its level of 2015.", (
        Part("China's share of trade, 2011 less 2006", "points", None, records.ratchet_to_2011),
        Part("trade with China after Seoul's measures, 2011 on 2010", "%", None, records.after_2010),
        Part("China's share of trade, 2017", "%", ("tightening", "china_share_2017"), partial(records.china_share, 2017),
             (93, 97), "record give or take two points: sources differ by crude oil"),
        Part("China's share of trade, 2019 less 2016", "points", ("pairs", "rise_of_share"), records.rise_of_share,
             (0, 6), "the ratchet does not turn back; up to twice the record"),
        Part("trade with China in 2016 through the closure of Kaesong", "%", ("pairs", "after_kaesong"),
             records.china_in_2016, (0.5, 15),
             "more than nothing, up to twice the whole change of that year, which had other causes too"),
    )),
    Fact("Loss of Seoul's lever",
         "The closure of February 2016 is an event of the scenario; that it lasts is not.", (
        Part("trade between South and North, 2017 on 2015", "%", None, partial(records.inter_korean, 2017, 2015)),
        Part("trade between South and North, 2018 on 2015", "%", None, partial(records.inter_korean, 2018, 2015)),
        Part("Kaesong at work, March 2016 to December 2019", "%", ("tightening", "kaesong"),
             lambda: Seen(0.0, "MOU; closed since 10 February 2016"), (0, 10), "shut but for a month in ten, a convention"),
    ), (Carrier("Kaesong at work, March 2016 to December 2019", "the closure of February 2016",
                Setup("history-2016", measures.tightening, leaves_out="kaesong")),)),
    Fact("Talks suppress tests, failure revives them",
         "No talks are scripted; the turn of the administration to summits in March 2018 is an event.", (
        Part("tests a month in talks against outside, 2012 to April 2020", "ratio", ("long run", "ratio_in_talks"),
             records.tests_in_talks, (0.05, 0.65), "between the narrow and the wide coding of the record, rounded"),
        Part("longest pause without a test, 2012 to April 2020", "months", ("long run", "pause"), records.pause,
             (8, 24), "record give or take half"),
        Part("a halt of twelve months begins within 36 months from 2016", "share of runs", ("tightening", "halt"),
             partial(records.happened, "it began in December 2017; days with an event, NTI/CNS and CSIS"), (0.05, 0.5),
             "possible and not the rule", mean=True),
        Part("tests in the year after a failed summit less the year before", "tests", ("long run", "after_failure"),
             records.after_hanoi, (5, 23), "half a usual year of tests more; record give or take two thirds"),
    ), (Carrier("tests a month in talks against outside, 2012 to April 2020", "the price of tests in talks",
                Setup("history-2012", measures.long_run, FREE_TESTS)),)),
    Fact("Border closure beats sanctions",
         "The closure of January 2020 is an event or the starting state; what followed was looked at, not fitted.", (
        Part("trade with China behind a closed border, May 2020 to 2021", "%", ("pairs", "border_cost"),
             records.border_cost, (-97, -77), "record give or take ten points"),
        Part("an open border brings more trade than lifted sanctions", "share of runs", ("pairs", "border_beats"),
             partial(records.happened, "-81% in 2020 against -51% in 2018, Chinese customs"), (0.9, 1),
             "nine runs in ten, a convention", mean=True),
        Part("trade with China, May to December 2020", "m USD/month", ("pandemic", "china_2020"),
             partial(records.monthly_trade, "trade.china", Month(2020, 5), 8), (18, 72),
             "half to twice the record: single months of 2020 differ by more than tenfold"),
        Part("trade with China, 2021", "m USD/month", ("pandemic", "china_2021"),
             partial(records.monthly_trade, "trade.china", Month(2021, 1), 12), (13, 53), "half to twice the record"),
        Part("exports to Russia, February to April 2020 on 2019", "%", ("long run", "russia_exports_2020"),
             partial(records.russia_after, "exports"), (-100, -75), "three quarters gone at once"),
        Part("imports from Russia, February to April 2020 on 2019", "%", ("long run", "russia_imports_2020"),
             partial(records.russia_after, "imports"), (-33, 67), "held up: the record give or take half"),
        Part("growth 2020", "%/year", ("pandemic", "growth_2020"), partial(records.growth, 2020), (-6.5, -2.5),
             "record give or take two points, a convention; the model's is that of May to December"),
        Part("tests, May 2020 to December 2021", "tests", ("pandemic", "tests"), records.tests_of_pandemic, (1, 10),
             "few: below half of the usual number in twenty months"),
    ), (Carrier("trade with China, May to December 2020", "the closed border",
                Setup("baseline-2020", measures.pandemic, SHUT)),)),
    Fact("Unity of the great powers makes resolutions",
         "No resolution is scripted; the rift of 2014 and the pressure of 2016 and 2017 are events.", (
        Part("nuclear tests answered within three months, 2012 to 2017", "share", ("council", "nuclear_answered"),
             records.nuclear_answered, (0.75, 1), "at most one of four unanswered", mean=True),
        Part("resolutions, 2012 to 2017", "number", ("council", "adopted"), records.resolutions, (4, 12),
             "record give or take half"),
        Part("of these with fifteen votes", "share", ("council", "unanimous"), records.unanimous, (0.75, 1),
             "at most one of four not unanimous", mean=True),
        Part("vetoes, 2012 to 2017", "number", ("council", "vetoed"), records.vetoes, (0, 1), "at most one"),
        Part("severe events answered at a rift of 0.9 less at 0.1", "share", ("pairs", "rift"), None, (-1, -0.5),
             "half of the answers gone, a convention; no severe event was seen under a deep rift by 2021", mean=True),
    ), (Carrier("nuclear tests answered within three months, 2012 to 2017", "unity (a rift of 0.9 from the start)",
                Setup("council-2012", measures.council, ("initial.rift=0.9", "parameters.sanctions.rift_usual=0.9"))),)),
    Fact("Workers follow politics with a two-year window",
         "The order of repatriation is an event; its pace was set on permits to 2020.", (
        Part("workers in Russia, December 2017", "thousand", ("tightening", "workers_2017"),
             partial(records.workers_in_russia, Month(2017, 12)), (28, 36), "what sources say, two thousand either side"),
        Part("workers in Russia, December 2018", "thousand", ("tightening", "workers_2018"),
             partial(records.workers_in_russia, Month(2018, 12)), (9, 13.5), "what sources say, two thousand either side"),
        Part("left in December 2019, of those of December 2017", "%", ("tightening", "workers_left"),
             records.workers_left, records.range_of_workers_left(), "what sources allow"),
        Part("workers in Russia, March 2020", "thousand", ("long run", "workers_2020"),
             partial(records.workers_in_russia, Month(2020, 3)), (0.5, 3),
             "permits, and up to the several thousand on other visas"),
        Part("what workers sent home, 2017", "m USD/year", ("tightening", "remittances_2017"), records.revenue,
             (200, 500), "what sources say of all hosts; the model counts two"),
    ), (Carrier("workers in Russia, December 2018", "the ban and the order of repatriation",
                Setup("history-2016", measures.tightening, ("events=[]",))),)),
)  # fmt: skip
