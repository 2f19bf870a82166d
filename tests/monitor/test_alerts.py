"""Alerts: rules out of a file that a person can change, raised once and over once."""

from __future__ import annotations

import fcntl
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from automagic.database.address import database_url
from automagic.database.plain import open_query
from automagic.database.tables import runs, vendor_calls, vendor_standings
from automagic.errors import ConfigurationError
from automagic.monitor.alert_rules import Rule, load_rules
from automagic.monitor.alerts import LOCK_NAME, AlertChange, AlertState, judge, read_episodes, watch_rules
from automagic.monitor.figures import FIGURES, read_machine_figures, read_run_figures
from automagic.monitor.resources import Machine
from automagic.settings import load_settings

RULE = Rule("low", "disk_free_gb", above=False, threshold=2.0, for_s=60.0, severity="warning", send=("log",))


def look(
    values: list[tuple[float, float | None]], rule: Rule = RULE
) -> tuple[list[tuple[float, AlertChange]], dict[str, AlertState]]:
    """What changed when the figure was so at these moments."""
    episodes: dict[str, AlertState] = {}
    told: list[tuple[float, AlertChange]] = []
    for now, value in values:
        episodes, changes = judge([rule], {rule.metric: value}, episodes, now=now)
        told += [(now, change) for change in changes]
    return told, episodes


# ------------------------------------------------------------------------------------------------------- judging


def test_a_rule_is_raised_once_after_it_has_held_long_enough_and_is_over_once():
    told, episodes = look([(0, 5.0), (10, 1.0), (40, 1.5), (70, 1.0), (100, 0.5), (130, 3.0), (160, 3.0)])
    assert [(now, change.raised) for now, change in told] == [(70, True), (130, False)]
    assert (told[0][1].since, told[0][1].value) == (10, 1.0)
    assert str(told[0][1]) == "ALERT warning low: disk_free_gb is 1, below 2."
    assert str(told[1][1]) == "Alert low is over: disk_free_gb is 3."
    assert episodes == {}


def test_what_does_not_last_is_not_raised():
    assert look([(0, 1.0), (50, 3.0), (55, 1.0), (110, 1.0), (112, 3.0)])[0] == []


def test_a_figure_that_is_not_known_changes_nothing():
    told, episodes = look([(0, 1.0), (61, 1.0), (70, None), (80, None)])
    assert [change.raised for _, change in told] == [True]
    assert episodes["low"].raised_at == 61
    assert look([(0, None)])[1] == {}


def test_a_clock_that_is_set_back_starts_the_time_anew():
    assert [now for now, _ in look([(1000, 1.0), (10, 1.0), (50, 1.0), (71, 1.0)])[0]] == [71]


@given(st.lists(st.tuples(st.integers(1, 100), st.none() | st.floats(0, 4)), max_size=60))
def test_raising_and_ending_take_turns(steps):
    now, moments = 0.0, []
    for span, value in steps:
        now += span
        moments.append((now, value))
    told = [change.raised for _, change in look(moments)[0]]
    assert told == [number % 2 == 0 for number in range(len(told))]


def test_episodes_outlive_the_process_and_only_one_process_looks(home):
    figures = {"disk_free_gb": 1.0}
    assert watch_rules(home, [RULE], lambda: figures, now=0.0) == []
    with (home / LOCK_NAME).open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert watch_rules(home, [RULE], lambda: figures, now=100.0) == []
    assert [change.raised for change in watch_rules(home, [RULE], lambda: figures, now=100.0)] == [True]
    assert watch_rules(home, [RULE], lambda: figures, now=130.0) == []
    assert read_episodes(home) == {"low": AlertState(0.0, 100.0)}
    (home / "alerts.json").write_text("{ damaged")
    assert read_episodes(home) == {}


# ------------------------------------------------------------------------------------------------------- the file


def rules_of(home: Path, text: str) -> dict[str, Rule]:
    (home / "alerts.toml").write_text(text)
    return {rule.name: rule for rule in load_rules(home)}


def test_the_shipped_rules_are_right_and_a_persons_own_come_over_them(home):
    shipped = {rule.name: rule for rule in load_rules(home)}
    assert shipped["disk-full"].severity == "critical"
    own = rules_of(
        home,
        '[disk-full]\noff = true\n[disk-low]\nmetric = "disk_used_percent"\nabove = 90\n'
        '[mine]\nmetric = "workers"\nbelow = 1\nfor = "10m"\nsend = ["log", "webhook:https://example.com/x"]\n',
    )
    assert "disk-full" not in own
    assert (own["disk-low"].metric, own["disk-low"].above, own["disk-low"].for_s) == ("disk_used_percent", True, 0.0)
    assert (own["mine"].for_s, own["mine"].severity, len(own["mine"].send)) == (600.0, "warning", 2)
    assert own["memory-low"] == shipped["memory-low"]


def test_all_faults_of_a_file_are_told_together_each_with_its_line(home):
    text = """
[one]
metric = "disk_fre_gb"
below = "few"
above = 4

[two]
metric = "load_per_core"
for = "ten minutes"
severity = "bad"
send = ["mail:me"]
colour = 3
"""
    with pytest.raises(ConfigurationError) as refused:
        rules_of(home, text)
    assert refused.value.message.split(": ", 2)[2].split("; ") == [
        "line 3: [one] there is no figure 'disk_fre_gb'",
        "did you mean disk_free_gb?",
        "line 4: [one] below must be a number",
        "line 4: [one] give either above or below",
        "line 7: [two] give either above or below",
        'line 9: [two] for must be like "90s", "10m" or "2h"',
        "line 10: [two] severity must be one of info, warning, critical",
        'line 11: [two] send must be a list of "log" and "webhook:https://..."',
        "line 12: [two] colour is not a valid entry: there are metric, above, below, for, severity, send, off",
    ]


@pytest.mark.parametrize(
    "text", ["not toml at all [", "x = 1\n", "[a]\n", "\x00", '[a]\nmetric = ["x"]\nabove = true\n']
)
def test_a_file_that_is_no_rules_at_all_is_refused(home, text):
    with pytest.raises(ConfigurationError, match=r"alerts\.toml"):
        rules_of(home, text)


def test_bytes_that_are_no_text_are_refused(home):
    (home / "alerts.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="UTF-8"):
        load_rules(home)


# ---------------------------------------------------------------------------------------------------- the figures


def test_every_figure_that_a_rule_may_name_is_measured(home, engine):
    from automagic.jobs.queue.location import QueueLocation
    from automagic.jobs.queue.overview import read_overview

    settings = load_settings(environment={"AUTOMAGIC_HOME": str(home), "MONTHLY_BUDGET_USD": "10"}, folder=home)
    now = time.time()
    with open_query(database_url(settings)) as query:
        figures = read_run_figures(query, settings, now=now)
    figures |= read_machine_figures(Machine(2.0, 1.0, 8 << 30, 4 << 30, 100 << 30, 25 << 30, None), 1 << 30, 4.0)
    figures |= read_overview(QueueLocation(home), now=now).figures
    assert figures.keys() == set(FIGURES)
    nothing_done = {"cache_hit_percent", "call_p95_s", "vendor_success_percent_1h"}
    assert {name for name, value in figures.items() if value is None} == nothing_done
    assert figures["memory_used_percent"] == 25
    assert (figures["disk_used_percent"], figures["load_per_core"], figures["memory_used_gb"]) == (75.0, 0.5, 1.0)


def test_failed_runs_dead_vendors_and_money_are_counted(home, engine):
    now = time.time()
    with engine.begin() as connection:
        for number, (state, hours) in enumerate(
            [("failed", 0.5), ("rejected", 0.2), ("failed", 5), ("succeeded", 1), ("cancelled", 1), ("failed", 30)]
            + [("refused", 0.1)] * 9
        ):
            moment = now - hours * 3600
            connection.execute(
                sa.insert(runs).values(
                    id=f"r{number}", product="video", state=state, started_at=moment - 60, finished_at=moment
                )
            )
        for vendor, opened_at in (("openai", now - 20), ("gemini", now - 86400), ("pexels", 0.0)):
            connection.execute(
                sa.insert(vendor_standings).values(
                    vendor=vendor, failures=5, opened_at=opened_at, tried_at=0, turns=0, turns_at=0, held_until=0
                )
            )
        connection.execute(
            sa.insert(vendor_calls).values(
                key="k",
                epoch=1,
                run_id="r",
                vendor="openai",
                operation="image",
                model="m",
                parameters_sha256="p",
                idempotency_key="i",
                state="failed",
                estimate_micro_usd=1,
                spent_micro_usd=9_000_000,
                started_at=now,
            )
        )
    settings = load_settings(environment={"AUTOMAGIC_HOME": str(home), "MONTHLY_BUDGET_USD": "10"}, folder=home)
    with open_query(database_url(settings)) as query:
        figures = read_run_figures(query, settings, now=now)
    assert {name: value for name, value in figures.items() if value is not None} == {
        "runs_failed_1h": 2.0,
        "runs_failed_percent_1d": 75.0,
        "vendor_calls_failed_1h": 1.0,
        "vendors_open": 1.0,
        "budget_used_percent": 90.0,
    }
