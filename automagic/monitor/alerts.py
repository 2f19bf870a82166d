"""Alerts: a rule that holds long enough is raised once, and once more is said when it is over.

    holds ──▶ since ── for_s later ──▶ raised ── holds no longer ──▶ over
      └── holds no longer: forgotten ◀──┘

The episodes are kept in `alerts.json`, so that a process that is restarted does not raise them again, and `--status`
knows of them. One process of a home judges at a time: the one that holds the file's lock.
"""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from automagic.machine.lock_files import open_lock, take_lock
from automagic.monitor.alert_rules import Rule
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json

STATE_NAME = "alerts.json"
LOCK_NAME = "alerts.lock"


@dataclass(frozen=True, slots=True)
class AlertState:
    """From when on a rule has held, and since when it has been raised; seconds since 1970."""

    since: float
    raised_at: float | None = None


@dataclass(frozen=True, slots=True)
class AlertChange:
    """A rule that was raised, or is over.

    Attributes:
        value: The figure now.
        since: When it began to hold.
    """

    rule: Rule
    raised: bool
    value: float
    since: float

    @property
    def facts(self) -> dict[str, object]:
        """For programs: what a webhook is told."""
        return {
            "alert": self.rule.name,
            "severity": self.rule.severity,
            "metric": self.rule.metric,
            "value": self.value,
            "threshold": self.rule.threshold,
            "raised": self.raised,
            "since": self.since,
            "machine": platform.node(),
            "message": str(self),
        }

    def __str__(self) -> str:
        """For people."""
        if self.raised:
            return f"ALERT {self.rule.severity} {self.rule.name}: {self.rule.describe(self.value)}."
        return f"Alert {self.rule.name} is over: {self.rule.metric} is {self.value:.4g}."


def judge(
    rules: Sequence[Rule], figures: Mapping[str, float | None], episodes: Mapping[str, AlertState], *, now: float
) -> tuple[dict[str, AlertState], list[AlertChange]]:
    """The episodes as they are now, and what changed by that.

    A rule whose figure is not known stays as it was. One that is no longer there ends without a word.
    """
    later: dict[str, AlertState] = {}
    changes: list[AlertChange] = []
    for rule in rules:
        episode = episodes.get(rule.name)
        value = figures.get(rule.metric)
        if value is None:
            if episode is not None:
                later[rule.name] = episode
        elif rule.holds(value):
            since = now if episode is None else min(episode.since, now)  # a clock that was set back
            raised_at = None if episode is None else episode.raised_at
            if raised_at is None and now - since >= rule.for_s:
                raised_at = now
                changes.append(AlertChange(rule, raised=True, value=value, since=since))
            later[rule.name] = AlertState(since, raised_at)
        elif episode is not None and episode.raised_at is not None:
            changes.append(AlertChange(rule, raised=False, value=value, since=episode.since))
    return later, changes


def read_episodes(home: Path) -> dict[str, AlertState]:
    """Those that were written last; none when there are none, or the file is damaged."""
    with contextlib.suppress(OSError, MalformedText):
        return parse_json((home / STATE_NAME).read_bytes(), name=STATE_NAME, type=dict[str, AlertState])
    return {}


def watch_rules(
    home: Path, rules: Sequence[Rule], figures: Callable[[], Mapping[str, float | None]], *, now: float
) -> list[AlertChange]:
    """Look once and keep the episodes; gives what changed. Nothing does while another process of this home looks."""
    with open_lock(home / LOCK_NAME) as lock:
        if not take_lock(lock):
            return []
        before = read_episodes(home)
        after, changes = judge(rules, figures(), before, now=now)
        if after != before:
            beside = home / f"{STATE_NAME}.partial"
            beside.write_bytes(msgspec.json.encode(after))
            beside.replace(home / STATE_NAME)
        return changes
