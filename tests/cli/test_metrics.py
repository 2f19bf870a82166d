"""`automagic --metrics`, for people, scripts and Prometheus."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from automagic.cli.metrics.command import show_metrics
from automagic.errors import RequestError
from automagic.monitor.measured import Measured
from automagic.monitor.prometheus import format_prometheus
from automagic.monitor.totals import DAY_S, use_engine
from tests.support.homes.ended_runs import NOW, add_run, fill, read


def test_prometheus_reads_every_figure(engine):
    fill(engine)
    page = format_prometheus(read(engine), version="1.2", gauges={"artifacts_bytes": ("Their size.", 5e9)})
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }
    assert samples["automagic_runs_total", (("product", "video"), ("state", "failed"))] == 1
    assert samples["automagic_steps_total", (("outcome", "made"), ("step", "render"))] == 2
    assert samples["automagic_steps_total", (("outcome", "kept"), ("step", "speak"))] == 1
    assert samples["automagic_step_duration_seconds_sum", (("step", "render"),)] == pytest.approx(4.02)
    assert samples["automagic_step_duration_seconds_bucket", (("le", "0.1"), ("step", "render"))] == 1
    assert samples["automagic_step_duration_seconds_bucket", (("le", "10"), ("step", "render"))] == 2
    assert samples["automagic_run_duration_seconds_bucket", (("le", "3162.2776602"), ("product", "video"))] == 1
    assert samples["automagic_run_duration_seconds_bucket", (("le", "+Inf"), ("product", "video"))] == 2
    vendor = (("operation", "image"), ("vendor", 'ac"me\\\n'))
    assert samples["automagic_vendor_spent_usd_total", vendor] == 1.25
    assert samples["automagic_vendor_retries_total", vendor] == 1
    assert samples["automagic_publications", (("destination", "youtube"), ("state", "published"))] == 1
    assert samples["automagic_memory_peak_bytes", ()] == 2**30
    assert samples["automagic_artifacts_bytes", ()] == 5e9
    assert samples["automagic_build_info", (("version", "1.2"),)] == 1
    assert "secret" not in page


def test_the_page_keeps_to_prometheus_conventions(engine):
    """What `promtool check metrics` asks for, as far as names and order tell."""
    fill(engine)
    page = format_prometheus(read(engine), version="1", gauges={})
    families = list(text_string_to_metric_families(page))
    names = re.findall(r"^# TYPE (\S+) (\S+)$", page, re.MULTILINE)
    assert len({name for name, _ in names}) == len(names) == len(families)
    for name, kind in names:
        assert re.fullmatch(r"automagic_[a-z]+(_[a-z]+)*", name)
        assert name.endswith("_total") == (kind == "counter")
        assert not re.search(r"_(ms|mb|kb|gb|seconds_total|count|sum|bucket|gauge|counter|histogram)$", name)
    assert all(family.documentation for family in families)
    assert page.endswith("\n")
    for family in families:
        for sample in family.samples:
            if sample.name.endswith("_bucket"):
                assert float(sample.labels["le"]) > 0
    counts = [
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == "automagic_step_duration_seconds_bucket" and sample.labels["step"] == "render"
    ]
    assert counts == sorted(counts)


def measure(engine) -> None:
    """What a process that asked a cache ten times, and its database twice, adds."""
    measured = Measured()
    for outcome, times in (("kept", 8), ("late", 1)):
        for _ in range(times):
            measured.add("cache", "archive health", outcome)
    measured.add("cache", "archive health", "made", 0.25)
    for took_s in (0.0004, 0.04):
        measured.add("database", "select", "done", took_s)
    measured.flush(use_engine(engine), now=NOW)


def test_caches_and_the_database_are_told_in_every_form(engine, command):
    fill(engine)
    measure(engine)
    said = command()
    assert max(len(line) for line in said.splitlines()) <= 80
    assert re.search(r"^archive health +10 +8 +1 +1 +80 % +250 ms +250 ms", said, re.MULTILINE)
    assert re.search(r"^select +2 +20 ms +0\.[34]\d* ms +[34]\d ms +40 ms +40 ms", said, re.MULTILINE)
    told = json.loads(command(as_json=True))
    assert told["caches"][0]["hit_rate"] == 0.8
    assert (told["database"][0]["type"], told["database"][0]["number"]) == ("select", 2)
    assert told["database"][0]["mean_s"] == pytest.approx(0.0202)
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(command(prometheus=True))
        for sample in family.samples
    }
    cache = ("cache", "archive health")
    assert samples["automagic_cache_requests_total", (cache, ("outcome", "kept"))] == 8
    assert samples["automagic_cache_fill_duration_seconds_sum", (cache,)] == 0.25
    name, kind = "automagic_database_statement_duration_seconds", ("type", "select")
    assert samples[f"{name}_bucket", (("le", "0.001"), kind)] == 1
    assert samples[f"{name}_count", (kind,)] == 2


def test_what_programs_measure_is_told_in_every_form(engine, command):
    measured = Measured()
    for outcome, times in (("done", 3), ("failed", 1), ("cancelled", 1)):
        for _ in range(times):
            measured.add("task", "resize", outcome, 0.02)
    measured.add("call", "page", "done", 0.004)
    measured.add("counter", "mails", '{"list":"news"}', 3)
    measured.add("measure", "kilobytes", "", 12.5)
    measured.add_number(("cache", "performance l1", "kept"), 9)
    measured.add_number(("cache", "performance l1", "missed"), 1)
    measured.flush(use_engine(engine), now=NOW)
    said = command()
    assert max(len(line) for line in said.splitlines()) <= 80
    assert re.search(r"^resize +3 +1 +1 +20 ms", said, re.MULTILINE)
    assert re.search(r"^mails +list=news +3$", said, re.MULTILINE)
    assert re.search(r"^kilobytes +1 +12\.5", said, re.MULTILINE)
    assert re.search(r"^performance l1 +10 +9 +0 +1 +90 %", said, re.MULTILINE)
    told = json.loads(command(as_json=True))
    assert told["counters"] == [{"counter": "mails", "labels": {"list": "news"}, "total": 3.0}]
    assert [(one["task"], one["outcome"], one["number"]) for one in told["tasks"]] == [
        ("resize", "cancelled", 1),
        ("resize", "done", 3),
        ("resize", "failed", 1),
    ]
    assert (told["histograms"][0]["histogram"], told["histograms"][0]["mean"]) == ("kilobytes", 12.5)
    assert {"metric", "current_value", "target_value", "setting"} <= {*(told["recommendations"] or [BETTER])[0]}
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(command(prometheus=True))
        for sample in family.samples
    }
    assert samples["automagic_tasks_total", (("outcome", "failed"), ("task", "resize"))] == 1
    assert samples["automagic_task_duration_seconds_count", (("task", "resize"),)] == 3
    assert samples["automagic_call_duration_seconds_bucket", (("call", "page"), ("le", "0.01"))] == 1
    assert samples["automagic_custom_mails_total", (("list", "news"),)] == 3
    assert samples["automagic_custom_kilobytes_sum", ()] == 12.5
    assert samples["automagic_cache_requests_total", (("cache", "performance l1"), ("outcome", "missed"))] == 1


BETTER = dict.fromkeys(("metric", "current_value", "target_value", "setting"))


def test_days_are_told_one_after_the_other(engine, command, capsys):
    assert "Nothing was made" in history(capsys)
    measured = Measured()
    measured.add("task", "resize", "done", 0.02)
    measured.add_number(("cache", "health", "kept"), 3)
    measured.flush(use_engine(engine), now=time.time())
    today = time.strftime("%Y-%m-%d", time.gmtime())
    said = history(capsys)
    assert max(len(line) for line in said.splitlines()) <= 80
    assert re.search(rf"^{today} +0 +0 +1 +100 %$", said, re.MULTILINE)
    assert json.loads(history(capsys, as_json=True))[-1]["tasks"] == 1
    with pytest.raises(RequestError, match="--history cannot be used together"):
        show_metrics(since="7d", history="30d", prometheus=False, as_json=False)


def history(capsys, *, as_json: bool = False) -> str:
    show_metrics(since=None, history="30d", prometheus=False, as_json=as_json)
    return capsys.readouterr().out


@pytest.fixture
def command(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "80")

    def run(*, since: str | None = None, prometheus: bool = False, as_json: bool = False) -> str:
        show_metrics(since=since, prometheus=prometheus, as_json=as_json)
        return capsys.readouterr().out

    return run


def test_the_tables_fit_80_columns_and_name_everything(engine, command):
    fill(engine)
    for number in range(14):
        add_run(engine, f"n{number}", days=number * 20, steps=((f"a_step_with_a_long_name_{number}", False, 1000.0),))
    said = command()
    assert max(len(line) for line in said.splitlines()) <= 80
    for word in (
        "video",
        "Render the shots",
        "youtube",
        "1.2500",
        "Success",
        "Peaks: 1.1 GB memory, 1.8 cores",
        "Runs by 5 days",
    ):
        assert word in said
    assert "█" in said


def test_the_first_words_say_how_many_were_made_how_long_that_took_and_why_others_were_not(engine, command):
    for number in range(3):
        add_run(engine, f"m{number}", took_s=60.0)
    for number in range(2):
        add_run(engine, f"r{number}", state="rejected", error="the result did not pass: text_outside_zone")
    add_run(engine, "f", state="failed", error="the disk is full")
    add_run(engine, "old", state="failed", error="long ago", days=400)
    lines = command(since="7d").splitlines()
    assert lines[0].startswith("3 videos made, ")
    assert lines[1:5] == [
        "2 did not pass what was measured:",
        "  2 x the result did not pass: text_outside_zone",
        "1 failed:",
        "  1 x the disk is full",
    ]
    assert next(line for line in lines if "Render" in line or line.startswith("Runs ")).startswith("Runs")
    assert json.loads(command(as_json=True))["reasons"][0] == {
        "product": "video",
        "state": "rejected",
        "error": "the result did not pass: text_outside_zone",
        "number": 2,
    }


def test_json_is_one_document(engine, command):
    fill(engine)
    document = json.loads(command(as_json=True))
    assert document["steps"][0]["step"] == "render"
    assert document["steps"][0]["p95_s"] == pytest.approx(4, rel=0.03)
    assert document["vendors"][0]["usd"] == 1.25
    assert document["uploads"] == [{"destination": "youtube", "state": "published", "number": 1}]
    assert json.loads(command(as_json=True)) == document


def test_prometheus_from_the_command_line_has_the_store_as_well(engine, command):
    fill(engine)
    families = {family.name for family in text_string_to_metric_families(command(prometheus=True))}
    assert {"automagic_runs", "automagic_artifacts_bytes", "automagic_disk_free_bytes"} <= families


def test_nothing_yet_is_said_and_makes_nothing(tmp_path, command, monkeypatch):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(tmp_path / "none"))
    assert "Nothing was made yet" in command()
    assert json.loads(command(as_json=True))["steps"] == []
    assert "automagic_build_info" in command(prometheus=True)
    assert not (tmp_path / "none").exists()


def test_flags_that_do_not_fit_are_refused(command):
    with pytest.raises(RequestError, match="cannot be used together"):
        command(prometheus=True, since="7d")
    with pytest.raises(RequestError, match="cannot be used together"):
        command(prometheus=True, as_json=True)
    with pytest.raises(RequestError, match="not a valid length of time"):
        command(since="yesterday")


def test_a_home_of_an_earlier_version_is_counted_from_its_first_run_on(home, engine, command):
    from alembic import command as alembic
    from alembic.config import Config

    import automagic.database.engine as module

    add_run(engine, "a", days=(NOW - time.time()) / DAY_S + 1, steps=(("render", False, 4.0),))
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).with_name("migrations")))
    config.attributes["engine"] = engine
    alembic.downgrade(config, "0003")
    assert json.loads(command(as_json=True))["steps"][0]["made"] == 1
