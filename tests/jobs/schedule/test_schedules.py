"""Schedules as a person writes them, the topics they use, and what is remembered of them."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest
import sqlalchemy as sa

from automagic.database.schedule_tables import schedule_firings
from automagic.errors import ConfigurationError, RequestError
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue
from automagic.jobs.schedule.entry import Schedule, find_problems, read_schedule
from automagic.jobs.schedule.file import add_schedule, find_schedules, remove_schedule
from automagic.jobs.schedule.firing import Firer
from automagic.jobs.schedule.ledger import Ledger, UsedUp, firing_id
from automagic.jobs.schedule.topics import OWN_IDEAS, Topics, choose_topic, read_topic_file, topic_key
from automagic.settings import Settings, load_settings
from automagic.stages.shipped_texts import find_shipped, shipped_texts
from tests.support.processes.python_programs import run_command

NOON = 1_800_000_000.0


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(automagic_home=home)


@pytest.fixture
def ledger(engine: sa.Engine) -> Ledger:
    return Ledger(engine)


def entry(folder: Path, name: str = "news", **table: object) -> Schedule:
    schedule, faults = read_schedule(name, {"at": "09:00", "zone": "UTC", **table}, folder)
    assert schedule is not None, faults
    return schedule


def faults_of(tmp_path: Path, **table: object) -> list[str]:
    schedule, faults = read_schedule("news", table, tmp_path)
    assert (schedule is None) == bool(faults)
    return faults


# ---------------------------------------------------------------------------------------------- reading


def test_a_file_with_every_kind_of_schedule_is_read(tmp_path, settings):
    (tmp_path / "schedules.toml").write_text(
        """
        [news]
        cron = "0 9 * * mon-fri"
        zone = "Europe/Berlin"
        topics_file = "topics.txt"
        missed = "skip"
        jitter = "10m"
        platform = ["shorts", "youtube"]
        publish_at = 2027-01-31T18:00:00+01:00
        max_cost = 0.5

        [often]
        every = "6h"
        start = 2027-01-31T06:00:00
        zone = "Asia/Kolkata"
        queue = "ideas"
        repeat = true
        priority = "low"

        [twice]
        at = ["09:00", "18:30"]
        topic = "Tides"
        """
    )
    news, often, twice = find_schedules(settings, tmp_path).schedules
    assert (news.timing.crons, news.timing.jitter_s, news.missed) == (("0 9 * * MON-FRI",), 600, "skip")
    assert news.topics == Topics(file=tmp_path / "topics.txt")
    assert news.options["publish_at"] == "2027-01-31T18:00:00+01:00"
    assert (often.timing.every_s, often.topics, often.priority) == (21600, Topics(queue="ideas", repeat=True), "low")
    assert often.timing.start % 86400 == 30 * 60  # 6:00 in India
    assert (twice.timing.crons, twice.options) == (("0 9 * * *", "30 18 * * *"), {"topic": "Tides"})


def test_the_file_in_the_working_folder_comes_before_the_one_at_home(tmp_path, settings):
    (settings.home / "schedules.toml").write_text('[home]\nat = "09:00"\ntopic = "x"\n')
    assert find_schedules(settings, tmp_path).places == (str(settings.home / "schedules.toml"),)
    (tmp_path / "schedules.toml").write_text('[here]\nat = "09:00"\ntopic = "x"\n')
    found = find_schedules(settings, tmp_path)
    assert [schedule.name for schedule in found.schedules] == ["here"]
    assert found.places == (str(tmp_path / "schedules.toml"),)


def test_daily_run_time_alone_is_a_schedule(tmp_path, home):
    given = {"AUTOMAGIC_HOME": str(home), "DAILY_RUN_TIME": "09:30", "CONTACT": "me@example.org"}
    settings = load_settings(environment=given, folder=tmp_path)
    [daily] = find_schedules(settings, tmp_path).schedules
    assert (daily.name, daily.timing.crons) == ("daily", ("30 9 * * *",))
    assert daily.topics == Topics(file=OWN_IDEAS)
    assert len(read_topic_file(OWN_IDEAS)) >= 50
    assert find_problems(daily) == []
    (tmp_path / "topics.txt").write_text("Mine\n")
    [daily] = find_schedules(settings, tmp_path).schedules
    assert daily.topics == Topics(file=tmp_path / "topics.txt")
    (tmp_path / "schedules.toml").write_text('[daily]\nat = "10:00"\ntopic = "x"\n')
    with pytest.raises(ConfigurationError, match="daily: DAILY_RUN_TIME makes one of this name"):
        find_schedules(settings, tmp_path)


def test_daily_run_time_takes_the_texts_of_the_program_by_turns_where_no_writer_knows_of_topics(tmp_path, home, ledger):
    settings = Settings(automagic_home=home, daily_run_time="09:30")
    [daily] = find_schedules(settings, tmp_path).schedules
    assert "the texts that come with AutoMagic" in str(daily.topics)
    assert find_problems(daily) == []
    ledger.begin(daily, now=NOON)
    asked = []
    for number in range(13):
        firing = ledger.claim(daily, NOON + number, NOON, by_hand=True)
        assert firing is not None
        asked.append(firing.request["options"])
    assert {find_shipped(one["topic"], one["language"]) for one in asked[:12]} == {*shipped_texts().values()}
    assert asked[12] == {**asked[0], "take": 2}


def test_all_faults_are_said_at_once_each_with_its_schedule(tmp_path, settings):
    (tmp_path / "schedules.toml").write_text(
        """
        lost = 1
        [one]
        cron = "0 25 * * *"
        zone = "Europe/Berln"
        platfrom = "shorts"
        duration = "long"
        [two]
        every = "-5m"
        missed = "skp"
        kind = "vido"
        [Three]
        every = "30s"
        topics = []
        """
    )
    with pytest.raises(ConfigurationError) as caught:
        find_schedules(settings, tmp_path)
    for told in (
        "11 faults",
        "lost: stands outside",
        "one: cron: '0 25 * * *' has a wrong hour, '25'",
        "did you mean Europe/Berlin?",
        "platfrom is not a valid option; did you mean platform?",
        "one: duration",
        "two: every: '-5m' is negative",
        "did you mean skip?",
        "did you mean video?",
        "Three: this is not a valid name",
        "Three: every: '30s' is below 1 minute",
        "Three: topics",
    ):
        assert told in caught.value.message, told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b'[a]\nat = "09:00"\n[a]\n', r"line 3: there is a second schedule called a"),
        (b"[a]\nat = \n", r"line 2, column 6: "),
        (b'[a]\n\nat = "09', r"line 3, column 9: "),
        (b'[a]\nat = "\xff"\n', r"line 2, column 7: it is not UTF-8"),
        (b"\x00\x01", r"line 1, column 1: "),
        (b"#" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_file_that_is_no_toml_is_said_with_its_line(text, told, tmp_path, settings):
    (tmp_path / "schedules.toml").write_bytes(text)
    with pytest.raises(ConfigurationError, match=told):
        find_schedules(settings, tmp_path)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({}, "it needs one of at, cron and every"),
        ({"at": "09:00", "every": "1h"}, "at and every cannot be used together"),
        ({"at": "25:00"}, "'25:00' is not a valid time of day"),
        ({"at": 9}, "at: must be text"),
        ({"at": []}, "at: must be text"),
        ({"every": "90s"}, "whole minutes"),
        ({"every": "500d"}, "more than"),
        ({"every": "5m", "jitter": "5m"}, "jitter: must be shorter than the 5 minutes"),
        ({"at": "09:00", "start": "2027-01-01"}, "start: can only be used together with every"),
        ({"every": "1h", "start": "noon"}, "start: noon is not a valid time"),
        ({"at": "09:00", "zone": "../../etc/passwd"}, "no time zone"),
        ({"at": "09:00", "zone": "new york"}, "did you mean America/New_York?"),
        ({"at": "09:00", "repeat": True}, "repeat: can only be used together with"),
        ({"at": "09:00", "topics": ["a"], "queue": "b"}, "topics and queue cannot be used together"),
        ({"at": "09:00", "topics": ["a", " "]}, "a topic is empty"),
        ({"at": "09:00", "topics": ["a"], "topic": "b"}, "cannot be used together"),
        ({"at": "09:00", "queue": "../x"}, "is not a valid name"),
        ({"at": "09:00", "source": "-"}, "cannot read standard input"),
        ({"at": "09:00", "priority": "hgih"}, "did you mean high?"),
        ({"at": "09:00", "max_cost": "much"}, "max_cost"),
        ({"at": "09:00", "platform": "shortz"}, "there is no platform 'shortz'"),
        ({"at": "09:00", "kind": "clips", "recording": "talk.mp4", "max_clips": 0}, "between 1 and 200"),
    ],
)
def test_what_a_schedule_says_wrong_is_said(table, told, tmp_path):
    assert any(told in fault for fault in faults_of(tmp_path, **table)), faults_of(tmp_path, **table)


def test_clips_are_made_on_a_schedule_too(tmp_path):
    assert entry(tmp_path, kind="clips", recording="talk.mp4", max_clips=3).kind == "clips"


def test_what_it_names_and_is_not_there_is_a_problem_and_no_fault(tmp_path):
    missing = entry(tmp_path, topics_file="none.txt")
    (tmp_path / "empty.txt").write_text("# nothing yet\n\n")
    empty = entry(tmp_path, topics_file="empty.txt")
    assert "does not exist" in find_problems(missing)[0]
    assert "has no topics" in find_problems(empty)[0]
    assert "nothing to make" in find_problems(entry(tmp_path))[0]


# ---------------------------------------------------------------------------------------------- topic files


def test_a_topic_file_is_read_line_by_line(tmp_path):
    file = tmp_path / "topics.txt"
    file.write_bytes("\ufeff# mine\r\nTides\r\n\r\n  Café \r\nTides\r\n".encode())
    assert read_topic_file(file) == ("Tides", "Café")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a\n" * 25_000_000, "larger than 5 MB"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "not UTF-8"),
        (b"fine\n\x00\x01\x02\n", "line 2: .*cannot be printed"),
        (b"x" * 600, "line 1: a topic has 600 characters"),
    ],
)
def test_a_topic_file_that_is_none_is_said(content, told, tmp_path):
    (tmp_path / "topics.txt").write_bytes(content)
    with pytest.raises(RequestError, match=told):
        read_topic_file(tmp_path / "topics.txt")


def test_the_next_topic_is_the_first_that_is_unused_in_this_round():
    a, b = topic_key("a"), topic_key("b")
    assert choose_topic(["a", "b"], {}, repeat=False).text == "a"  # type: ignore[union-attr]  # there is one
    assert choose_topic(["x", "b"], {b: 1}, repeat=False).text == "x"  # type: ignore[union-attr]
    assert choose_topic(["a", "b"], {a: 1, b: 1}, repeat=False) is None
    again = choose_topic(["a", "b"], {a: 1, b: 1}, repeat=True)
    assert again is not None
    assert (again.text, again.round) == ("a", 2)
    following = choose_topic(["a", "b"], {a: 2, b: 1}, repeat=True)
    assert following is not None
    assert (following.text, following.round) == ("b", 2)
    assert choose_topic([], {}, repeat=True) is None


# ---------------------------------------------------------------------------------------------- what is remembered


def topics_of(ledger: Ledger, schedule: Schedule, number: int, start: float = NOON) -> list[str]:
    ledger.begin(schedule, now=start - 1)
    firings = [ledger.claim(schedule, start + step * 60, start + step * 60) for step in range(number)]
    return [firing.topic for firing in firings if firing]


def test_a_firing_and_its_topic_are_taken_once(tmp_path, ledger):
    schedule = entry(tmp_path, topics=["a", "b"])
    assert topics_of(ledger, schedule, 1) == ["a"]
    assert ledger.claim(schedule, NOON, NOON + 5) is None
    assert ledger.claim(schedule, NOON - 60, NOON + 5) is None  # nor anything before
    assert topics_of(ledger, schedule, 1, NOON + 60) == ["b"]
    with pytest.raises(UsedUp):
        ledger.claim(schedule, NOON + 120, NOON + 120)
    assert ledger.claim(schedule, NOON + 120, NOON + 121) is None  # it is seen to
    assert "are used" in ledger.standings()["news"].notice
    assert ledger.count_left(schedule) == 0


def test_a_line_that_is_added_to_a_used_up_file_goes_on_and_clears_the_notice(tmp_path, ledger):
    file = tmp_path / "topics.txt"
    file.write_text("a\n")
    schedule = entry(tmp_path, topics_file="topics.txt")
    assert topics_of(ledger, schedule, 1) == ["a"]
    with pytest.raises(UsedUp):
        ledger.claim(schedule, NOON + 60, NOON + 60)
    file.write_text("new first\na\n")
    assert topics_of(ledger, schedule, 1, NOON + 120) == ["new first"]
    assert ledger.standings()["news"].notice == ""


def test_repeating_topics_ask_for_another_take_in_each_round(tmp_path, ledger):
    schedule = entry(tmp_path, topics=["a", "b"], repeat=True)
    assert topics_of(ledger, schedule, 5) == ["a", "b", "a", "b", "a"]
    takes = [firing.request["options"].get("take") for firing in ledger.claimed()]
    assert takes == [None, None, 2, 2, 3]


def test_a_queue_is_shared_by_schedules_and_grows_while_they_run(tmp_path, ledger):
    one, two = (entry(tmp_path, name, queue="ideas", repeat=True) for name in ("one", "two"))
    assert ledger.queue_topics("ideas", ["a", "b", "a"]) == 2
    assert topics_of(ledger, one, 1) + topics_of(ledger, two, 1) == ["a", "b"]
    assert ledger.queue_topics("ideas", ["b", "c"]) == 1
    assert topics_of(ledger, one, 2, NOON + 60) == ["c", "a"]
    assert ledger.queued_topics("ideas") == [("a", False), ("b", True), ("c", True)]
    assert ledger.drop_topics("ideas", ["b", "none"]) == 1
    assert topics_of(ledger, two, 1, NOON + 60) == ["c"]


def test_a_topic_whose_job_could_not_be_queued_is_free_again(tmp_path, ledger):
    schedule = entry(tmp_path, topics=["a", "b"], repeat=True)
    ledger.begin(schedule, now=NOON - 1)
    for step in range(3):
        firing = ledger.claim(schedule, NOON + step, NOON)
        assert firing is not None
        ledger.settle(firing, error="no such platform" if step != 1 else "", job_id="x" if step == 1 else "")
    assert [firing.topic for firing in ledger.claimed()] == []
    assert topics_of(ledger, schedule, 3, NOON + 60) == ["b", "a", "b"]


def test_new_times_count_from_now_and_the_same_ones_from_where_they_were(tmp_path, ledger):
    schedule = entry(tmp_path, topic="x")
    assert ledger.begin(schedule, now=NOON)[0] == NOON
    assert ledger.begin(schedule, now=NOON + 500)[0] == NOON
    moved = entry(tmp_path, topic="x", at="10:00")
    assert ledger.begin(moved, now=NOON + 900)[0] == NOON + 900
    last, said = ledger.begin(moved, now=NOON - 40 * 86400)
    assert last == NOON - 40 * 86400
    assert "clock" in said


# ---------------------------------------------------------------------------------------------- firing


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def firer(ledger: Ledger, home: Path, lines: list[str]) -> Firer:
    return Firer(ledger, JobQueue(QueueLocation(home)), lines.append)


def test_a_firing_is_a_job_that_is_found_under_its_id(tmp_path, firer, lines):
    schedule = entry(tmp_path, topics=["Tides"], priority="high", platform="square", draft=True)
    fired = firer.fire_by_hand(schedule)
    job = firer.queue.find(fired.id)
    assert fired.id == firing_id("news", fired.due_at)
    assert (job.kind, job.title, job.priority, job.state) == ("video", "Tides", "high", "queued")
    assert lines == [f"news: queued {fired.id}: Tides"]
    with pytest.raises(UsedUp):
        firer.ledger.claim(schedule, fired.due_at + 1, fired.due_at + 1, by_hand=True)


def test_a_firing_whose_process_died_is_delivered_by_the_next_and_once(tmp_path, firer, ledger):
    schedule = entry(tmp_path, topics=["Tides"])
    ledger.begin(schedule, now=NOON - 1)
    firing = ledger.claim(schedule, NOON, NOON)
    assert firing is not None
    firer.deliver_claimed()
    firer.deliver_claimed()
    firer.deliver(firing)
    assert [job.key for job in firer.queue.find_all()] == [firing.id]
    assert ledger.claimed() == []


def test_a_request_that_is_wrong_is_said_and_recorded(tmp_path, firer, lines, engine):
    schedule = entry(tmp_path, source="later.md")
    with pytest.raises(RequestError, match=r"later\.md"):
        firer.fire_by_hand(schedule)
    with engine.connect() as connection:
        [row] = connection.execute(sa.select(schedule_firings))
    assert (row.state, row.job_id) == ("failed", "")
    assert "later.md" in row.error
    assert "later.md" in firer.ledger.standings()["news"].notice
    assert firer.queue.find_all() == []


# ---------------------------------------------------------------------------------------------- changing the file

WRITTEN = """\
# My channel's schedules.
# Do not touch.

# The morning news.
[news]                  # short
at = "09:00"            # before work
topic = "News # one"    # not a comment inside

[news.extra]
x = 1

# Weekly, long.
[weekly]
cron = "0 9 * * 1"
topic = \"\"\"
[news] is only text here\"\"\"
"""


def test_adding_keeps_every_line_and_removing_every_other_one(tmp_path):
    path = tmp_path / "schedules.toml"
    path.write_text(WRITTEN)
    path.chmod(0o640)
    add_schedule(path, "late", {"at": "22:00", "topics": ['A "quoted" one', "Two"], "zone": "Europe/Berlin"})
    text = path.read_text()
    assert text.startswith(WRITTEN)
    assert tomllib.loads(text)["late"]["topics"] == ['A "quoted" one', "Two"]
    assert path.stat().st_mode & 0o777 == 0o640
    with pytest.raises(RequestError, match="there is a schedule called late"):
        add_schedule(path, "late", {"at": "22:00", "topic": "x"})

    remove_schedule(path, "late")
    assert path.read_text().rstrip() == WRITTEN.rstrip()
    remove_schedule(path, "news")
    assert path.read_text().startswith("# My channel's schedules.\n# Do not touch.\n\n# Weekly, long.\n[weekly]")
    with pytest.raises(RequestError) as caught:
        remove_schedule(path, "news")
    assert caught.value.hint == "There are: weekly."
    assert [path.name for path in tmp_path.iterdir()] == ["schedules.toml"]


def test_what_cannot_be_taken_out_safely_stays(tmp_path):
    path = tmp_path / "schedules.toml"
    text = 'news = { at = "09:00", topic = "x" }\n[other]\nat = "10:00"\n'
    path.write_text(text)
    with pytest.raises(ConfigurationError, match="cannot be separated"):
        remove_schedule(path, "news")
    assert path.read_text() == text


def test_a_wrong_schedule_is_not_added(tmp_path):
    with pytest.raises(RequestError, match="every"):
        add_schedule(tmp_path / "schedules.toml", "x", {"every": "10s", "topic": "x"})
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------------------------------------- the command line


def automagic(folder: Path, *arguments: str, code: int = 0) -> str:
    environment = os.environ | {"AUTOMAGIC_HOME": str(folder / "home"), "TZ": "Europe/Berlin"}
    done = run_command(*arguments, cwd=folder, environment=environment)
    assert done.code == code, done.err
    return done.out if code == 0 else done.err


def test_a_schedule_is_added_shown_fired_and_removed(tmp_path):
    options = ("--set", "platform=shorts,square", "--set", "draft=true", "--set", "duration=30")
    added = automagic(
        tmp_path, "schedule", "add", "news", "--at", "09:00", "--topic", "A", "--topic", "B", *options, "--json"
    )
    assert json.loads(added)["file"] == str(tmp_path / "schedules.toml")
    table = tomllib.loads((tmp_path / "schedules.toml").read_text())["news"]
    assert table == {"at": "09:00", "topics": ["A", "B"], "platform": "shorts,square", "draft": True, "duration": 30}

    times = json.loads(automagic(tmp_path, "schedule", "next", "news", "--count", "3", "--json"))["times"]
    assert len(times) == 3
    assert all("T09:00:00+0" in one for one in times)
    automagic(tmp_path, "schedule", "add", "evening", "--at", "19:00", "--topic", "C")
    every = automagic(tmp_path, "schedule", "next", "--count", "2").splitlines()
    assert [line for line in every if line.endswith("  news")] == [f"{one}  news" for one in times[:2]]
    assert (len(every), every) == (4, sorted(every)), "of all schedules, in the order of time"
    documents = json.loads(automagic(tmp_path, "schedule", "next", "--json"))["schedules"]
    assert [one["name"] for one in documents] == ["news", "evening"]
    automagic(tmp_path, "schedule", "remove", "evening")

    fired = json.loads(automagic(tmp_path, "schedule", "fire", "news", "--json"))
    job = json.loads(automagic(tmp_path, "jobs", "show", fired["firing"], "--json"))
    assert (job["id"], job["title"]) == (fired["job"], "A")
    [shown] = json.loads(automagic(tmp_path, "schedule", "list", "--json"))["schedules"]
    assert (shown["topics_left"], shown["last"]["id"], shown["zone"]) == (1, fired["firing"], "Europe/Berlin")

    told = automagic(tmp_path, "schedule", "next", "nwes", code=2)
    assert "Did you mean news?" in told
    automagic(tmp_path, "schedule", "remove", "news")
    assert tomllib.loads((tmp_path / "schedules.toml").read_text()) == {}


def test_without_a_schedule_scheduled_says_what_to_do(tmp_path):
    assert automagic(tmp_path, "schedule", "next") == ""
    assert "automagic schedule add" in automagic(tmp_path, "--scheduled", code=3)
    assert not (tmp_path / "home").exists()
    assert "cannot be used together" in automagic(tmp_path, "--scheduled", "--now", code=2)


def test_what_is_wrong_with_a_request_and_what_to_do_are_two_sentences(tmp_path):
    schedule, faults = read_schedule("due", {"kind": "posts publish", "every": "1h"}, tmp_path)
    assert (schedule is not None, faults) == (True, [])
    [told] = find_problems(schedule)
    assert told.startswith("due: nothing to publish. automagic posts publish RUN:1 --to bluesky")
