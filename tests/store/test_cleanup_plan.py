"""What a cleanup takes, as the plan decides it."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from automagic.store.cleanup import CleanupPlan, Inventory, plan_cleanup
from automagic.store.retention import DAY_S, Rules, Thing

NOW = 1_800_000_000.0


def artifact(name: str, days: float, size: int = 100, **facts: bool) -> Thing:
    return Thing(name, size, NOW - days * DAY_S, **facts)


def names(plan: CleanupPlan, kind: str = "artifact") -> list[str]:
    return [one.name for one in plan.things[kind]]


def test_artifacts_go_by_age_then_by_size_the_one_unused_longest_first():
    inventory = Inventory({"artifact": (artifact("d", 2), artifact("a", 9), artifact("c", 3), artifact("b", 4))})
    assert names(plan_cleanup(inventory, Rules(max_bytes=200), now=NOW)) == ["a", "b"]
    assert names(plan_cleanup(inventory, Rules(max_bytes=10**9), now=NOW)) == ["a"]
    assert names(plan_cleanup(inventory, Rules(max_bytes=0), now=NOW)) == ["a", "b", "c", "d"]


def test_what_somebody_needs_was_paid_for_or_is_fresh_stays_whatever_the_limit():
    inventory = Inventory(
        {
            "artifact": (
                artifact("needed", 400, needed=True),
                artifact("paid", 400, paid=True),
                artifact("protected", 400),
                artifact("fresh", 0.9),
                artifact("old", 400),
            )
        },
    )
    plan = plan_cleanup(inventory, Rules(max_bytes=0), now=NOW, protected={"protected"})
    assert names(plan) == ["old"]
    assert plan.over_bytes == 400


def test_an_emergency_takes_the_fresh_ones_too_and_paid_ones_last_until_enough_is_free():
    inventory = Inventory(
        {
            "artifact": (
                artifact("paid a", 9, paid=True),
                artifact("paid b", 8, paid=True),
                artifact("fresh", 0),
                artifact("needed", 400, needed=True),
            )
        },
        free_bytes=1000,
    )

    def choose(enough: int) -> list[str]:
        return names(plan_cleanup(inventory, Rules(emergency=True, enough_free_bytes=enough), now=NOW))

    assert choose(1100) == ["fresh"]
    assert choose(1101) == ["fresh", "paid a"]
    assert choose(10**9) == ["fresh", "paid a", "paid b"]


def test_responses_count_for_the_size_and_go_when_they_are_no_longer_good():
    inventory = Inventory(
        {"artifact": (artifact("a", 3),), "response": (Thing("expired", 50, NOW - 1), Thing("good", 60, math.inf))}
    )
    plan = plan_cleanup(inventory, Rules(max_bytes=160), now=NOW)
    assert names(plan, "response") == ["expired"]
    assert names(plan) == []
    assert names(plan_cleanup(inventory, Rules(max_bytes=159), now=NOW)) == ["a"]


def test_strays_wait_until_nothing_runs_and_finished_results_for_the_person():
    inventory = Inventory(
        {
            "stray": (Thing("x", 5, NOW - 2 * DAY_S), Thing("y", 5, NOW - 60)),
            "result": (Thing("good", 7, NOW - 9 * DAY_S),),
            "rejected": (Thing("bad", 8, NOW - 9 * DAY_S), Thing("bad today", 9, NOW - 60)),
        },
        running=True,
    )
    plan = plan_cleanup(inventory, Rules(), now=NOW)
    assert (plan.things["stray"], plan.results) == ((), ("bad",))
    plan = plan_cleanup(replace(inventory, running=False), Rules(), now=NOW)
    assert names(plan, "stray") == ["x"]
    plan = plan_cleanup(inventory, Rules(include_results=True), now=NOW)
    assert plan.results == ("bad", "good")
    plan = plan_cleanup(inventory, Rules(emergency=True), now=NOW)
    assert plan.results == ("bad",)


def test_what_jobs_need_stays_with_or_without_a_row_and_so_does_what_was_kept_a_moment_ago():
    inventory = Inventory(
        {
            "artifact": (artifact("result", 400),),
            "stray": (Thing("in/input", 5, NOW - 9 * DAY_S), Thing("in/being added", 5, NOW - 60)),
        }
    )
    for rules in (Rules(max_bytes=0), Rules(emergency=True)):
        plan = plan_cleanup(inventory, rules, now=NOW, protected={"input", "result"})
        assert (plan.things["artifact"], plan.things["stray"]) == ((), ())


@given(
    st.lists(
        st.builds(
            Thing,
            name=st.text("0123456789abcdef", min_size=6, max_size=6),
            size_bytes=st.integers(0, 1000),
            at=st.floats(NOW - 30 * DAY_S, NOW),
            needed=st.booleans(),
            paid=st.booleans(),
        ),
        unique_by=lambda one: one.name,
    ),
    st.integers(0, 5000),
    st.booleans(),
)
def test_no_plan_takes_what_is_needed_and_each_says_how_much_is_over_the_limit(stored, limit, emergency):
    plan = plan_cleanup(Inventory({"artifact": stored}), Rules(max_bytes=limit, emergency=emergency), now=NOW)
    assert not any(one.needed for one in plan.things["artifact"])
    left = sum(one.size_bytes for one in stored) - sum(one.size_bytes for one in plan.things["artifact"])
    assert plan.over_bytes == max(left - limit, 0)
    if not emergency:
        assert not any(one.paid or one.at > NOW - DAY_S for one in plan.things["artifact"])
    # Nothing that stays for the size alone was used earlier than something that goes for it.
    free = [one for one in stored if not (one.needed or one.paid or one.at > NOW - DAY_S)]
    going = {one.name for one in plan.things["artifact"]}
    stays = [one.at for one in free if one.name not in going]
    goes = [one.at for one in free if one.name in going]
    assert not stays or not goes or max(goes) <= min(stays)
