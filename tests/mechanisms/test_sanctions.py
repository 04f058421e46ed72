"""Sanctions: the ladder against the trade of 2016, phasing in, enforcement, evasion and adaptation."""

import numpy as np
import pytest
from small_world import Still, at, doing, lively, median, world
from varied_world import check_ranges

from sim.mechanisms import sanctions
from sim.parameters.tables import EXPORTS_2016, IMPORTS_2016, LADDER
from sim.state import AXES, CHINA, RUSSIA

NOBODY = doing()
PACKAGES = AXES["package"]
# Shares of the exports and imports of 2016 that each tier covers, as computed from the resolutions. The later import
# shares count crude oil; without it they come to 0.03 and 0.38.
EXPORT_SHARES = (0.00, 0.01, 0.28, 0.60, 0.86, 0.90)
IMPORT_SHARES = (0.00, 0.00, 0.00, 0.00, 0.04, 0.36)


def tiers():
    return np.arange(1.0, 7.0)


def legal(lifted=0.0):
    return sanctions.legal_coverage(tier=tiers(), lifted=np.full((len(PACKAGES), 6), lifted))


def share(table, groups, coverage):
    """Share of 2016 trade that is covered, ``(tier,)``."""
    size = table.values.sum(axis=1)
    return (
        sum(size[AXES[groups[0]].index(name)] * coverage[PACKAGES.index(package)] for name, package in groups[1].items())
        / size.sum()
    )


def test_the_ladder_covers_the_known_shares_of_exports():
    groups = {name: name for name in ("coal", "ores", "textiles", "seafood")} | {"other_banned": "other_exports"}
    assert share(EXPORTS_2016, ("export_group", groups), legal()) == pytest.approx(EXPORT_SHARES, abs=0.02)


def test_the_ladder_covers_the_known_shares_of_imports():
    covered = share(IMPORTS_2016, ("import_group", {"machinery": "machinery", "fuel": "oil"}), legal())
    assert covered == pytest.approx(IMPORT_SHARES, abs=0.02)


def test_each_rung_covers_at_least_what_the_rung_below_covers():
    assert (np.diff(LADDER.values, axis=0) >= 0).all()


def test_what_is_lifted_is_no_longer_covered():
    assert legal(lifted=1.0).max() == 0
    assert legal(lifted=0.25) == pytest.approx(0.75 * legal())


def test_phasing_by_hand():
    coverage, law = np.array([0.2, 0.8, 0.5]), np.array([1.0, 0.0, 0.5])
    after = sanctions.phased(coverage=coverage, legal=law, phase_in=np.full(3, 0.5), phase_out=np.full(3, 0.1))
    # 0.2 + 0.5 x 0.8 = 0.6; 0.8 - 0.1 x 0.8 = 0.72; at the law nothing moves
    assert after == pytest.approx([0.6, 0.72, 0.5])


def test_phasing_never_overshoots_the_law():
    luck = np.random.default_rng(1)
    coverage, law, fast, slow = luck.random((4, 2_000))
    after = sanctions.phased(coverage=coverage, legal=law, phase_in=fast, phase_out=slow)
    assert (np.abs(after - law) <= np.abs(coverage - law)).all()
    assert ((after - law) * (coverage - law) >= 0).all()


def test_severity_index_by_hand():
    parts = {"exports": 0.9, "imports": 0.36, "oil": 0.85, "labour": 1.0}
    # 0.65 x 0.9 + 0.20 x 0.36 + 0.10 x 0.85 + 0.05 x 1 = 0.585 + 0.072 + 0.085 + 0.05 = 0.792
    assert sanctions.severity_index(**{name: np.array([part]) for name, part in parts.items()}) == pytest.approx([0.792])
    ends = [sanctions.severity_index(**dict.fromkeys(parts, np.array([part]))) for part in (0.0, 1.0)]
    assert ends == pytest.approx([0, 1])


def test_enforcement_by_hand():
    usual, drive = np.array([0.9, 0.9, 0.9, 0.5]), np.array([0.0, 1.0, -1.0, 40.0])
    # odds 9; times e = 24.46, share 0.96073; divided by e = 3.3109, share 0.76803
    assert sanctions.enforcement(usual=usual, drive=drive) == pytest.approx([0.9, 0.96073, 0.76803, 1.0], abs=1e-5)


def test_evasion_by_hand():
    after = sanctions.evasion_next(
        evasion=np.full(3, 0.1), ceiling=np.full(3, 0.5), watch=np.array([0.4, 1.0, 0.4]), speed=np.full(3, 0.1),
        surge=np.array([0.0, 0.0, 0.03]), interdicted=np.array([0.0, 0.0, 0.01]),
    )  # fmt: skip
    # 0.1 + 0.1 (0.5 x 0.6 - 0.1) = 0.12; 0.1 - 0.01 = 0.09; 0.12 + 0.03 - 0.01 = 0.14
    assert after == pytest.approx([0.12, 0.09, 0.14])


def test_evasion_stays_within_its_range():
    surge = doing("north_korea.evasion_surge")
    high = sanctions.step(
        lively({"evasion": 0.8, "rift": 1}), surge, median({"sanctions.evasion_surge": 0.5}), Still()
    ).evasion
    assert high == pytest.approx([0.8])
    caught = doing("china.strict_enforcement", "united_states.designations")
    assert sanctions.step(lively({"evasion": 0}), caught, median(), Still()).evasion >= 0


def months(state, count, params=None):
    params = params or median()
    for _ in range(count):
        state = sanctions.step(state, NOBODY, params, Still())
    return state


@pytest.mark.parametrize("tier", [2, 4, 5, 6])
def test_coverage_comes_to_what_the_law_says(tier):
    state = months(world(tier=tier), 48)
    exports = legal()[[PACKAGES.index(name) for name in ("coal", "ores", "textiles", "seafood", "other_exports")], tier - 1]
    assert state.coverage_exports[:5, 0] == pytest.approx(exports, abs=1e-6)
    assert state.coverage_exports[5, 0] == 0
    assert at(state, "coverage_imports.machinery")[0] == pytest.approx(
        legal()[PACKAGES.index("machinery"), tier - 1], abs=1e-6
    )


def test_the_severity_index_rises_with_the_tier_from_nothing():
    index = [months(world(tier=tier), 1).severity_index[0] for tier in tiers()]
    assert index[0] == 0
    assert (np.diff(index) > 0).all()
    assert index[-1] == pytest.approx(0.79, abs=0.02)


def test_a_cap_on_coal_is_no_ban():
    state = months(world(tier=3), 24)
    assert at(state, "coverage_exports.coal") == 0
    assert at(state, "coverage_exports.ores") == pytest.approx(0.15)


def test_china_may_halt_purchases_that_the_law_allows():
    state = months(world({"tier": 3, "import_halt.coal": 1}), 1)
    assert at(state, "coverage_exports.coal") == 1
    assert at(state, "coverage_exports.ores") < 0.2
    assert state.severity_index == months(world(tier=3), 1).severity_index  # the law has not changed


def test_new_law_bites_faster_than_lifted_law_lets_go():
    tightened = at(months(world(tier=6), 1), "coverage_exports.textiles")
    eased = at(months(world({"tier": 1, "coverage_exports": 1}), 1), "coverage_exports.textiles")
    assert tightened == pytest.approx(median()["sanctions.phase_in"])
    assert eased == pytest.approx(1 - median()["sanctions.phase_out"])
    assert tightened > 1 - eased


@pytest.mark.parametrize(
    ("path", "values", "array", "sign"),
    [
        ("secondary_risk.china", (0.1, 0.8), "enforcement.china", 1),
        ("secondary_risk.russia", (0.1, 0.8), "enforcement.russia", 1),
        ("rift.china", (0.1, 0.8), "enforcement.china", -1),
        ("rift.russia", (0.1, 0.8), "enforcement.russia", -1),
        ("effort.china", (-1, 1), "enforcement.china", 1),
        ("severity", (0, 5), "enforcement.china", 1),
        ("severity", (0, 3), "enforcement.china", 0),  # short-range tests anger nobody enough
        ("rift.china", (0.1, 0.8), "enforcement.russia", 0),
        ("rift", (0.1, 0.8), "evasion", 1),
        ("secondary_risk", (0.1, 0.8), "evasion", -1),
        ("designations", (0.1, 0.9), "secondary_risk.russia", 1),
        ("severity_index", (0.1, 0.9), "adaptation", 1),
    ],
)
def test_direction(path, values, array, sign):
    low, high = (at(sanctions.step(lively({path: value}), NOBODY, median(), Still()), array)[0] for value in values)
    assert np.sign(high - low) == sign


def test_designations_and_fear_fade_unless_they_are_fed():
    params = median()
    after = sanctions.step(lively({"designations": 0.5, "secondary_risk": 0.6}), NOBODY, params, Still())
    kept = 0.5 * params["sanctions.designation_decay"]
    assert after.designations == pytest.approx(kept)
    fear = 0.6 * params["sanctions.risk_decay"] + kept * params["sanctions.risk_of_designations"]
    assert after.secondary_risk == pytest.approx(np.repeat(fear[None], 2, axis=0))
    fed = sanctions.step(lively({"designations": 0.5}), doing("united_states.designations"), params, Still())
    assert fed.designations == pytest.approx(kept + params["sanctions.designation_step"])


def test_a_test_in_the_face_of_a_warning_has_its_price_in_beijing():
    def effort(restraint, tests):
        return sanctions.step(lively({"restraint": restraint, "tests.srbm": tests}), NOBODY, median(), Still()).effort[:, 0]

    price = median()["sanctions.effort_step"][0]
    assert effort(0.6, 1) - effort(0.6, 0) == pytest.approx([0.6 * price, 0])
    assert (effort(0.0, 1) == effort(0.0, 0)).all()


def test_in_ordinary_times_enforcement_stands_at_its_usual_share():
    # fear that neither grows nor fades, a rift of the usual size, no anger, no effort
    params = median({"sanctions.risk_decay": 1, "sanctions.risk_of_designations": 0})
    calm = {"secondary_risk": params["sanctions.fear_usual"], "rift": params["sanctions.rift_usual"]}
    enforced = sanctions.step(world(calm), NOBODY, params, Still()).enforcement[:, 0]
    assert enforced[CHINA] == pytest.approx(params["sanctions.enforcement_china"][0])
    assert enforced[RUSSIA] == pytest.approx(params["sanctions.enforcement_russia"][0])


def test_covered_exports_find_covert_ways_within_a_few_years():
    # from 5% to about 25% in a year and a half was the record of 2018-19 under watchful neighbours
    state = months(world(tier=6, evasion=0.05, secondary_risk=0.5, designations=0.5, rift=0.3), 18)
    assert 0.10 < state.evasion[0] < 0.30
    assert months(state, 60).evasion[0] < 0.6


def test_adaptation_takes_about_seven_years():
    params = median()
    state = months(world(tier=6), 1, params)
    goal = state.severity_index[0]
    state = months(state, 84, params)
    # 1 - (1 - 1/84)^84 = 1 - 0.3657 = 0.634 of the way
    assert state.adaptation[0] == pytest.approx(0.634 * goal, rel=0.01)


# ---- listings, vetoes, trade linkage, arms --------------------------------------------------------------------


def test_a_listing_by_the_council_adds_to_designations_once():
    params = median({"sanctions.designation_decay": 0.9, "sanctions.designation_step": 0.1})
    listed, both, alone = (
        sanctions.step(lively({"designations": 0.5, "listing": listing}), doing(*names), params, Still()).designations
        for listing, names in ((1, ()), (1, ("united_states.designations",)), (0, ()))
    )
    assert (listed, both, alone) == (pytest.approx([0.55]), pytest.approx([0.55]), pytest.approx([0.45]))


@pytest.mark.parametrize(
    ("vetoed", "draft", "lost"),
    [(1, 1, 0.2), (0, 1, 0.0), (1, -1, 0.0), (0, 0, 0.0)],  # a veto on easing erodes nothing
)
def test_a_veto_erodes_the_effort_of_both_by_hand(vetoed, draft, lost):
    params = median({"sanctions.veto_erosion": 0.5, "sanctions.effort_step": 0.4, "sanctions.effort_decay": 0.9})
    after = sanctions.step(lively({"effort": 1, "vetoed": vetoed, "draft": draft}), NOBODY, params, Still())
    assert after.effort[:, 0] == pytest.approx([0.9 - lost] * 2)


def test_beijing_enforces_for_peace_in_trade():
    params = median({"sanctions.effort_step": 0.4, "sanctions.effort_decay": 0.9})
    effort, base = (
        sanctions.step(lively({"effort": 0}), doing(*names), params, Still()).effort[:, 0]
        for names in (("china.trade_linkage",), ())
    )
    assert effort - base == pytest.approx([0.2, 0])


def test_arms_for_pyongyang_bring_fear_to_moscow_alone():
    params = median({"sanctions.risk_of_arms": 0.15})
    after, base = (
        sanctions.step(lively({"cooperation": done}), NOBODY, params, Still()).secondary_risk[:, 0] for done in (1, 0)
    )
    assert after - base == pytest.approx([0, 0.15])


def test_arrays_stay_legal_in_any_world():
    check_ranges("sanctions")
