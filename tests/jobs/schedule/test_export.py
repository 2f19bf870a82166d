"""Schedules as systemd units and cron lines."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim

from automagic.jobs.schedule.entry import Schedule, read_schedule
from automagic.jobs.schedule.export import Surroundings, all_units, calendar_times, cron_lines, systemd_units
from automagic.jobs.schedule.times import due_times, find_changes

NOW = 1_800_000_000.0


def entry(name: str = "news", zone: str = "Europe/Berlin", **table: object) -> Schedule:
    schedule, faults = read_schedule(name, {"zone": zone, "topic": "x", **table}, Path("/srv"))
    assert schedule is not None, faults
    return schedule


def surroundings(folder: str = "/srv/my videos/100%", zone: str = "Europe/Berlin") -> Surroundings:
    environment = {"AUTOMAGIC_HOME": '/srv/the "home" $HOME'}
    return Surroundings(("/usr/bin/env", "-S", "automagic"), Path(folder), environment, zone, NOW)


EVERY_KIND = [
    entry("daily", at="09:00"),
    entry("workdays", cron="*/20 8-17 * * mon-fri", jitter="5m"),
    entry("either", cron="30 2 1,15 * sun"),
    entry("last", cron="0 9 L * *"),
    entry("second-monday", cron="0 9 * * 1#2"),
    entry("seasons", cron="0 0 1 mar,jun,sep,dec *", missed="skip"),
    entry("often", every="1m"),
    entry("odd", every="7h"),
    entry("six", every="6h", start="2027-01-01T05:30"),
    entry("weekly", every="1w", zone="Asia/Kathmandu"),
    entry("twice", at=["09:00", "18:30"], zone="Australia/Lord_Howe"),
]


@pytest.mark.parametrize("schedule", EVERY_KIND, ids=lambda one: one.name)
def test_calendar_times_name_every_due_time(schedule):
    """The part of systemd.time(7) that is used, read the other way round."""
    times = calendar_times(schedule, NOW)
    dues = due_times(schedule.timing, NOW)
    for due in [next(dues) for _ in range(300)]:
        assert any(_names(text, due) for text in times), (times, datetime.fromtimestamp(due, ZoneInfo("UTC")))


def _names(text: str, moment: float) -> bool:
    found = re.fullmatch(r"(?:([A-Za-z,]+) )?\*-([\d,*]+)-([\d,*]+) ([\d,*]+):([\d,*]+):00 (\S+)", text)
    assert found, text
    local = datetime.fromtimestamp(moment, ZoneInfo(found[6]))
    values = (local.month, local.day, local.hour, local.minute)
    weekday = found[1] is None or local.strftime("%a") in found[1].split(",")
    # Of a time that clocks show twice systemd sees one, and which one depends on the zone.
    once = local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()
    return (
        weekday
        and once
        and all(
            part == "*" or str(value) in part.split(",")
            for part, value in zip(found.groups()[1:5], values, strict=True)
        )
    )


ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Africa/Cairo",
]
CLOCKS = ["30 2 * * *", "30 0 * * *", "45 1 * * *", "15 2 * * mon-fri", "*/20 1-3 * * *", "30 * * * *"]


def dues_around_changes(schedule: Schedule) -> Iterator[float]:
    """Of the days on which clocks change, for a year."""
    for change in find_changes(ZoneInfo(schedule.timing.zone), NOW, NOW + 366 * 86400):
        yield from takewhile(lambda due: due < change + 86400, due_times(schedule.timing, change - 86400))  # noqa: B023


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("cron", CLOCKS)
def test_systemd_is_asked_when_something_is_due_also_where_clocks_change(zone, cron):
    schedule = entry(cron=cron, zone=zone)
    times = calendar_times(schedule, NOW)
    for due in dues_around_changes(schedule):
        assert any(_names(text, due) for text in times), (times, datetime.fromtimestamp(due, ZoneInfo(zone)))


@pytest.mark.parametrize(
    ("zone", "cron", "there"),
    [
        *((zone, cron, zone) for zone in ZONES for cron in CLOCKS[:4]),
        ("Europe/Berlin", "30 2 * * *", "Australia/Lord_Howe"),
        ("Australia/Lord_Howe", "*/20 1-3 * * *", "America/New_York"),
    ],
)
def test_a_cron_that_only_looks_at_the_clock_asks_when_something_is_due(zone, cron, there):
    schedule = entry(cron=cron, zone=zone)
    asked = [" ".join(line.split()[:5]) for line in cron_lines(schedule, surroundings(zone=there))[1:]]
    for due in dues_around_changes(schedule):
        shown = datetime.fromtimestamp(due, ZoneInfo(there)).replace(tzinfo=None, fold=0)
        assert any(next(CronSim(one, shown - timedelta(minutes=1))) == shown for one in asked), (asked, shown)


def test_where_clocks_never_change_or_nothing_is_due_then_nobody_is_asked_more_often():
    assert calendar_times(entry(at="02:30", zone="Asia/Kolkata"), NOW) == ["*-*-* 2:30:00 Asia/Kolkata"]
    assert calendar_times(entry(at="09:00"), NOW) == ["*-*-* 9:0:00 Europe/Berlin"]
    assert len(cron_lines(entry(at="09:00"), surroundings())) == 2
    assert len(cron_lines(entry(cron="*/20 1-3 * * *"), surroundings())) == 2


def test_a_daily_0230_is_asked_for_at_the_change_as_well():
    schedule = entry(at="02:30")
    assert calendar_times(schedule, NOW) == [
        "*-*-* 2:30:00 Europe/Berlin",
        "*-*-* 0:30:00 UTC",  # the first of two 02:30, in October
        "*-*-* 1:0:00 UTC",  # 03:00, in March
    ]
    assert [" ".join(line.split()[:5]) for line in cron_lines(schedule, surroundings())[1:]] == [
        "30 2 * * *", "0 3 * * *",
    ]  # fmt: skip


def test_systemd_accepts_the_units(tmp_path):
    folder = tmp_path / "my videos 100%"
    folder.mkdir()
    place = surroundings(str(folder))
    for file, text in all_units(EVERY_KIND, place).items():
        (tmp_path / file).write_text(text)
        parsed = configparser.RawConfigParser(strict=False)
        parsed.read_string(text)
        assert parsed.sections()[0] == "Unit"
    if not shutil.which("systemd-analyze"):
        return  # the text is parsed above
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(path) for path in sorted(tmp_path.glob("*.*")))],
        capture_output=True,
        text=True,
        env=os.environ | {"SYSTEMD_LOG_LEVEL": "warning"},
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "automagic-" in line]
    assert ours == []
    for schedule in EVERY_KIND:
        for text in calendar_times(schedule, NOW):
            checked = subprocess.run(["systemd-analyze", "calendar", text], capture_output=True, text=True, check=False)
            assert checked.returncode == 0, checked.stderr


def test_a_unit_says_what_is_run_and_where():
    units = systemd_units(entry("workdays", cron="0 9 * * mon-fri", jitter="5m", missed="skip"), surroundings())
    service, timer = units["automagic-workdays.service"], units["automagic-workdays.timer"]
    assert "ExecStart=/usr/bin/env -S automagic schedule fire workdays --if-due --work\n" in service
    assert "WorkingDirectory=/srv/my videos/100%%\n" in service
    assert 'Environment="AUTOMAGIC_HOME=/srv/the \\"home\\" $HOME"\n' in service
    assert "OnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* 9:0:00 Europe/Berlin\n" in timer
    assert "RandomizedDelaySec=300\n" in timer
    assert "Persistent=false\n" in timer


def test_a_cron_line_is_the_expression_itself_where_cron_can_say_it():
    [comment, line] = cron_lines(entry(cron="0 9 * jan-mar mon-fri"), surroundings())
    assert comment == "# news: cron 0 9 * jan-mar mon-fri"
    assert line.startswith("0 9 * 1-3 1-5 cd '/srv/my videos/100\\%' && ")
    command = shlex.split(line.split(" ", 5)[5].replace("\\%", "%"))
    assert command[3] == 'AUTOMAGIC_HOME=/srv/the "home" $HOME'
    assert command[4:] == ["/usr/bin/env", "-S", "automagic", "schedule", "fire", "news", "--if-due", "--work"]


@pytest.mark.parametrize("schedule", EVERY_KIND, ids=lambda one: one.name)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kolkata"])
def test_cron_lines_ask_at_every_due_time(schedule, zone):
    lines = cron_lines(schedule, surroundings(zone=zone))[1:]
    crons = [" ".join(line.split()[:5]) for line in lines]
    dues = due_times(schedule.timing, NOW)
    for due in [next(dues) for _ in range(100)]:
        before = datetime.fromtimestamp(due - 1, ZoneInfo(zone))
        assert due in [next(CronSim(cron, before)).timestamp() for cron in crons]
