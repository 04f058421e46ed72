"""Rival rules: each moves behaviour in the way that defines it, under the same luck, and says so in its reasons."""

import numpy as np
import pytest

from experiments.sentences import DEEDS
from experiments.story import tell
from sim import load_scenario
from sim.chronicle import chronicle
from sim.decision import Mood, slot_rows
from sim.model import Peninsula, simulate_block
from sim.nations import CHARACTERS, neutral_world
from sim.rules import RULES, Weighed, quantal, rows
from sim.state import NATIONS, Month

NAMES = tuple(CHARACTERS)
QUIET = Month(2018, 6)
RUNS = 400


def under(rule, *more):
    return load_scenario("baseline-2020", [f"nations.{name}.rule={rule}" for name in NAMES] + list(more))


@pytest.fixture(scope="module")
def model():
    """A model in which all nations follow a rule, made once; agents are let go of at the end."""
    made = {}

    def make(rule):
        if rule not in made:
            made[rule] = Peninsula(under(rule), runs=RUNS, seed=4)
        return made[rule]

    yield make
    for each in made.values():
        each.release()


def neutral(runs=RUNS):
    """The neutral situation in a quiet month, with every gate closed."""
    world = neutral_world(runs).at(QUIET)
    openness = world.openness.copy()
    openness[0, 0] = 0.5
    return world.replace(openness=openness, since_meeting=np.zeros_like(world.since_meeting))


def choices(made, nation, world, months=1):
    """What a nation chooses in a world under the luck of some months, ``(month, action, R)``."""
    mood = Mood.of(world, made.params)
    dice = (made.chance.month(QUIET + month) for month in range(months))
    return np.stack([made.nations[nation].choose(world, mood, luck) for luck in dice])


def stepped(rule, months):
    """A model of its own after some months."""
    made = Peninsula(under(rule), runs=60, seed=8)
    for _ in range(months):
        made.step()
    return made


def by_slot(nation):
    """Rows of a slot, and the runs in which an action of the slot is chosen."""
    for place in slot_rows(nation.menu):
        chosen = nation.weighing.chosen[place] > 0
        yield place, chosen, chosen.any(axis=0)


# ---- the default -----------------------------------------------------------------------------------------------


def test_the_quantal_rule_is_what_nations_follow_when_nothing_is_said():
    plain = simulate_block(load_scenario("baseline-2020", ["months=12"]), seed=3, first_run=5, runs=20, trajectories=True)
    named = simulate_block(under("quantal", "months=12"), seed=3, first_run=5, runs=20, trajectories=True)
    for kind in ("outcomes", "moves", "trajectories"):
        before, after = getattr(plain, kind), getattr(named, kind)
        assert all(np.array_equal(before[name], after[name], equal_nan=True) for name in before)


def test_the_quantal_score_is_sharpness_times_appeal_plus_log_prior_by_level():
    menu = CHARACTERS["russia"].menu[:1]
    weighed = Weighed(
        nation="russia", menu=menu, first=np.array([[0.5, 0.5, 0.5]]), second=np.array([[0.75, 0.75, 0.75]]),
        level=np.array([0.0, 1.0, 2.0]), sharpness=np.full(3, 2.0), priors=np.array([-1.0]), offered=np.ones((1, 3), bool),
        routine=np.full((1, 3), menu[0].rate / 2), last=np.zeros((1, 3)), received={}, situations={}, params={},
    )  # fmt: skip
    assert quantal(weighed)[0].tolist() == pytest.approx([np.log(0.5) - 1, 0.0, 0.5])


# ---- what defines each rule ------------------------------------------------------------------------------------


def test_under_best_reply_no_better_action_on_offer_is_left_unchosen():
    made = stepped("best_reply", 3)
    for nation in made.nations.values():
        appeal = np.where(nation.offered, nation.weighing.second, -np.inf)
        best = [appeal[place].max(axis=0) for place in slot_rows(nation.menu)]
        left_out = np.full(made.runs, np.inf)
        for (place, chosen, here), top in zip(by_slot(nation), best, strict=True):
            taken = np.where(chosen, appeal[place], -np.inf).max(axis=0)
            assert (taken[here] >= top[here] - 1e-7).all()
            left_out = np.where(here, left_out, top)
        for (_, _, here), top in zip(by_slot(nation), best, strict=True):
            assert (top[here] >= left_out[here] - 1e-7).all()
    made.release()


def test_the_quantal_rule_does_leave_better_actions_unchosen():
    made, missed = stepped("quantal", 3), 0
    for nation in made.nations.values():
        appeal = np.where(nation.offered, nation.weighing.second, -np.inf)
        for place, chosen, here in by_slot(nation):
            taken = np.where(chosen, appeal[place], -np.inf).max(axis=0)
            missed += int((taken[here] < appeal[place].max(axis=0)[here] - 1e-7).sum())
    assert missed > 0
    made.release()


def test_a_satisficing_nation_takes_what_is_good_enough_and_keeps_it():
    made = stepped("satisficing", 5)
    before = made.moves.chosen
    made.step()
    kept = 0
    for nation in made.nations.values():
        enough = nation.offered & (nation.weighing.first >= made.params["decision.aspiration"])
        last = before[nation.rows] > 0
        for place, chosen, here in by_slot(nation):
            possible = here & enough[place].any(axis=0)
            assert (chosen & enough[place]).any(axis=0)[possible].all()
            goes_on = here & (last[place] & enough[place]).any(axis=0)
            assert (chosen & last[place]).any(axis=0)[goes_on].all()
            kept += int(goes_on.sum())
    assert kept > 0
    made.release()


def test_a_lower_aspiration_leaves_more_to_base_rates():
    def idle(aspiration):
        spec = under("satisficing", "months=6", f"parameters.decision.aspiration={aspiration}")
        moves = simulate_block(spec, seed=2, first_run=0, runs=100, trajectories=False).moves
        return moves["moves.russia.status_quo"].mean()

    assert idle(-1) > idle(0.1)


@pytest.mark.parametrize("nation", NAMES)
def test_tit_for_tat_answers_tone_in_kind(model, nation):
    made, own = model("tit_for_tat"), NATIONS.index(nation)
    other = NATIONS.index("north_korea" if nation != "north_korea" else "united_states")
    world = neutral()

    def tone(received):
        conduct = world.conduct.copy()
        conduct[other, own] = received
        tones = np.array([action.tone.get(NATIONS[other], 0) for action in CHARACTERS[nation].menu])
        chosen = choices(made, nation, world.replace(conduct=conduct), 2)
        return (chosen * tones[:, None]).sum(axis=1).mean(axis=0)

    hostile, nothing, friendly = tone(-1), tone(0), tone(1)
    assert hostile.mean() < nothing.mean() < friendly.mean()
    assert (friendly - hostile >= 0).mean() > 0.97  # paired, run by run


def test_tit_for_tat_weighs_nothing_else(model):
    calm, tense = neutral(), neutral().replace(crisis=np.full(RUNS, 4.0))
    for rule, same in (("tit_for_tat", True), ("base_rates", True), ("quantal", False)):
        pair = [choices(model(rule), "united_states", world) for world in (calm, tense)]
        assert np.array_equal(*pair) == same, rule


@pytest.mark.parametrize("nation", NAMES)
def test_base_rates_hold_in_the_neutral_situation(model, nation):
    found = choices(model("base_rates"), nation, neutral(), 60).mean(axis=(0, 2))
    for share, action in zip(found, CHARACTERS[nation].menu, strict=True):
        assert share == pytest.approx(0 if action.gate else action.rate, abs=0.015), action.name


@pytest.mark.parametrize("nation", NAMES)
def test_at_random_all_actions_are_equally_likely_as_far_as_two_slots_allow(model, nation):
    menu = CHARACTERS[nation].menu
    found = choices(model("random"), nation, neutral(), 60).mean(axis=(0, 2))
    counts = [sum(not action.gate for action in menu[place]) for place in slot_rows(menu)]
    most, others = max(counts), sum(counts) - max(counts)
    for place, count in zip(slot_rows(menu), counts, strict=True):
        fair = 2 / sum(counts) if 2 * most < sum(counts) else 1 / most if count == most else 1 / others
        for share, action in zip(found[place], menu[place], strict=True):
            assert share == pytest.approx(0 if action.gate else fair, abs=0.015), action.name


def test_inertia_repeats_itself():
    def entropy(rule):
        """Mean over runs of the entropy of what North Korea did in four years."""
        block = simulate_block(under(rule, "months=48"), seed=6, first_run=0, runs=80, trajectories=False)
        counts = np.array([count for name, count in block.moves.items() if name.startswith("moves.north_korea.")])
        share = counts / counts.sum(axis=0)
        return -(share * np.log(np.maximum(share, 1e-12))).sum(axis=0).mean()

    assert entropy("inertia") < entropy("base_rates") - 0.2


# ---- what all rules share --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
def test_run_k_is_run_k_under_every_rule(rule):
    spec = under(rule, "months=8")
    block = simulate_block(spec, seed=9, first_run=510, runs=4, trajectories=True)  # across the edge of a block of luck
    alone = simulate_block(spec, seed=9, first_run=512, runs=1, trajectories=True)
    for name, series in alone.trajectories.items():
        assert np.array_equal(series[:, 0], block.trajectories[name][:, 2], equal_nan=True), name


def test_every_rule_changes_what_happens():
    found = {
        rule: simulate_block(under(rule, "months=6"), seed=1, first_run=0, runs=10, trajectories=False).moves
        for rule in RULES
    }
    seen = {tuple(np.concatenate(list(moves.values())).tolist()) for moves in found.values()}
    assert len(seen) == len(RULES)


def test_closed_gates_stay_closed_under_every_rule(model):
    for rule in RULES:
        for nation in NAMES:
            gated = [place for place, action in enumerate(CHARACTERS[nation].menu) if action.gate]
            assert not choices(model(rule), nation, neutral())[:, gated].any()


def test_one_nation_alone_may_follow_another_rule():
    made = Peninsula(load_scenario("baseline-2020", ["nations.china.rule=inertia"]), runs=1)
    assert {name: nation.rule.name for name, nation in made.nations.items()} == {
        name: "inertia" if name == "china" else "quantal" for name in NAMES
    }
    made.release()


# ---- reasons and tables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "quantal"])
def test_reasons_are_told_only_where_they_were_weighed(rule):
    told = chronicle(under(rule, "months=5"), seed=3, run=1)
    moves = [move for month in told["months"] for move in month["moves"]]
    weighs = RULES[rule].judges != "nothing"
    assert moves
    for move in moves:
        assert (move["rule"], move["odds"]) == (rule, None)
        assert (move["level"] is not None) == (move["appeal"] is not None) == weighs
        assert weighs or not move["why"]
        if weighs:
            assert sum(term["value"] for term in move["why"]) + move["rest"] == pytest.approx(move["appeal"], abs=1e-9)
    text = tell(told, why=True)
    assert DEEDS[rule] in text
    assert ("weighs no reasons" in " ".join(text.split())) != weighs
    assert "odds x" not in text.split("2020-05")[1]


def test_every_rule_has_a_meaning_a_source_and_a_deed():
    table = rows()
    assert [row["name"] for row in table] == list(RULES)
    assert all(row["meaning"] and row["source"] for row in table)
    assert set(DEEDS) == set(RULES) - {"quantal"}
