"""`automagic --status` for people: a label and what there is to say, at most as wide as the terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from automagic.cli.tables import draw_table
from automagic.cli.words import STYLES, count, format_clock, format_moment, mark_of
from automagic.machine.engines import ENGINES

MODEL_WORDS = {"ready": "ready", "available": "bundled", "missing": "not here", "damaged": "damaged"}
SHOWN_SCHEDULES = 4
SEVERITY_STYLES = {"critical": "bold red", "warning": "yellow", "info": ""}


def draw_status(status: dict[str, Any], *, refreshed_at: float | None = None) -> RenderableType:
    """The whole of it.

    Args:
        refreshed_at: Shown when it is one of many.
    """
    lines = Table.grid(padding=(0, 2, 0, 0))
    lines.add_column(no_wrap=True, min_width=8)
    lines.add_column(overflow="fold")
    label_before = ""
    for label, text in _lines(status):
        lines.add_row("" if label == label_before else label, text)
        label_before = label
    parts: list[RenderableType] = [lines]
    if refreshed_at is not None:
        parts.insert(0, Text(time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(refreshed_at)), "dim"))
    if status["runs"]:
        parts += [Text(), *_draw_runs(status["runs"])]
    return Group(*parts)


def _lines(status: dict[str, Any]) -> Iterator[tuple[str, Text]]:
    for problem in status["problems"]:
        yield "Problem", Text(problem, "bold red")
    for alert in status["alerts"]:
        yield "Alert", Text(_describe_alert(alert), SEVERITY_STYLES[alert["severity"]])
    for one in status["recommendations"]:
        yield "Better", Text(_describe_recommendation(one))
    environment = f", with .env.{status['environment']}" if status["environment"] else ""
    yield "Home", Text(status["home"] + environment)
    yield "Machine", Text(_describe_machine(status["machine"]))
    yield "At work", Text(_describe_processes(status["processes"]))
    there = status["models"] | {"ffmpeg": "ready" if status["ffmpeg"] else "missing"}
    yield "Models", Text(", ".join(f"{name} {MODEL_WORDS[state]}" for name, state in there.items()))
    for name in status["lacking"]:
        yield "Without", Text(ENGINES[name].without)
    yield "Vendors", Text(_describe_vendors(status["vendors"]))
    yield "Spent", Text(_describe_spent(status["spent"]))
    kept, responses = status["artifacts"], status["responses"]
    yield (
        "Kept",
        Text(
            f"{count(kept['count'], 'piece')} of work, {kept['size_mb']:,} MB; "
            f"{count(responses['count'], 'answer')} of free services, {responses['size_mb']:,} MB; "
            f"database {status['database']['size_mb']:,} MB"
        ),
    )
    yield "Queue", Text(_describe_queue(status["queue"]))
    for schedule in status["schedules"][:SHOWN_SCHEDULES]:
        yield "Schedule", Text(_describe_schedule(schedule))
    if len(status["schedules"]) > SHOWN_SCHEDULES:
        yield "Schedule", Text(f"and {len(status['schedules']) - SHOWN_SCHEDULES} more: automagic schedule list")
    if not status["runs"]:
        yield "Runs", Text("none yet")
    latest = next((run["result"] for run in status["runs"] if run["result"]), None)
    if latest and latest.get("folder"):
        yield "Result", Text(latest["folder"])


def _describe_alert(alert: dict[str, Any]) -> str:
    since = alert["since"]
    when = f" since {format_moment(since)}" if since else ""
    return f"{alert['name']}: {alert['message']}{when}{'' if alert['raised'] else ', not raised yet'}"


def _describe_recommendation(one: dict[str, Any]) -> str:
    value, target = one["current_value"], one["target_value"]
    return f"{one['metric']} is {value:.4g}, should be {target:g}: {one['setting']}. {one['recommendation']}"


def _describe_machine(machine: dict[str, Any]) -> str:
    container = machine["container_memory_gb"]
    return (
        f"{machine['cores']:g} cores, load {machine['load']}; "
        f"{machine['memory_free_gb']:g} of {machine['memory_total_gb']:g} GB memory"
        f"{' (the container’s limit)' if container else ''}, "
        f"{machine['disk_free_gb']:.0f} of {machine['disk_total_gb']:.0f} GB disk free"
    )


def _describe_processes(processes: dict[str, Any]) -> str:
    if not processes["count"]:
        return "nothing"
    number = count(processes["count"], "process", "processes")
    return (
        f"{count(processes['commands'], 'command')} of AutoMagic in {number}: "
        f"{processes['busy_cores']:.1f} cores busy, {processes['memory_gb']} GB memory"
    )


def _describe_vendors(vendors: dict[str, dict[str, Any]]) -> str:
    """Those that are set up; more is said of one only where there is more to say."""
    shown = []
    for name, vendor in vendors.items():
        if not vendor["configured"]:
            continue
        facts = []
        if vendor["breaker"] != "closed":
            facts.append(f"left alone, {vendor['failures']} failures" if vendor["breaker"] == "open" else "on trial")
        rate = vendor["rate"]
        if rate["held_s"]:
            facts.append(f"asked for {rate['held_s']:.0f} s of quiet")
        elif not rate["free_now"]:
            facts.append("at its rate limit")
        shown.append(f"{name} ({', '.join(facts)})" if facts else name)
    if not shown:
        return "none set up: everything is made on this machine"
    rate = next(iter(vendors.values()))["rate"]["per_minute"]
    return f"{', '.join(shown)}; {rate} requests a minute each"


def _describe_spent(spent: dict[str, Any]) -> str:
    text = f"{spent['usd']:.4f} USD in {spent['month']}"
    if spent["budget_usd"] is not None:
        text += f" of {spent['budget_usd']:.2f}"
    if spent["calls"]:
        text += f", {spent['calls']:,} calls, {spent['failed']:,} failed, {spent['unknown']:,} unknown"
    return text


def _describe_queue(queue: dict[str, Any]) -> str:
    jobs = ", ".join(f"{count:,} {state}" for state, count in queue["counts"].items() if count) or "empty"
    if queue["oldest_waits_s"] >= 60:
        jobs += f", the first for {queue['oldest_waits_s'] / 60:.0f} min"
    workers = queue["workers"]
    if not workers:
        return f"{jobs}; no worker" + (": automagic worker carries it out" if queue["waiting"] else "")
    return f"{jobs}; {count(len(workers), 'worker')}: {', '.join(workers[:3])}{' …' if len(workers) > 3 else ''}"


def _describe_schedule(schedule: dict[str, Any]) -> str:
    coming = format_moment(schedule["next_at"])
    return f"{schedule['name']}: {schedule['kind']} {schedule['when']} ({schedule['zone']}), next {coming}"


def _draw_runs(runs: list[dict[str, Any]]) -> Iterator[Text]:
    rows = [["", "Began", "Took", "Made", "Kept", "Title"]]
    for run in runs:
        rows.append(
            [
                mark_of(run["state"]),
                format_moment(run["started_at"]),
                format_clock(run["finished_at"] - run["started_at"]) if run["finished_at"] else "",
                f"{run['steps_miss']:,}",
                f"{run['steps_hit']:,}",
                _describe_run(run),
            ]
        )
    heading, *lines = draw_table(rows, right=(2, 3, 4))
    yield Text(heading, "bold", no_wrap=True, overflow="ellipsis")
    for line in lines:
        text = Text(line, no_wrap=True, overflow="ellipsis")
        text.stylize(STYLES.get(line[:1], ""), 0, 1)
        yield text


def _describe_run(run: dict[str, Any]) -> str:
    """Its title; of one that is not finished well, how it stands before that, and why as far as there is room."""
    told = [run["title"] or "", run["error"] or ""]
    text = ": ".join(filter(None, (shown.replace("\n", " ") for shown in told)))
    return text if run["state"] == "succeeded" else ": ".join(filter(None, (run["state"], text)))
