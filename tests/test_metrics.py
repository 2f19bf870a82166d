"""Metrics: what is counted once, told by hours and days, and read by people, scripts and Prometheus."""

from __future__ import annotations

import json
import math
import random
import re
import statistics
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from automagic.cli.metrics import show_metrics
from automagic.database.publication_tables import publications
from automagic.database.tables import run_steps, runs, vendor_calls
from automagic.errors import RequestError
from automagic.monitor import histogram, totals
from automagic.monitor.charts import draw_bar, draw_columns
from automagic.monitor.metrics import Metrics, mean_of, quantile_of, read_metrics
from automagic.monitor.prometheus import format_prometheus
from automagic.monitor.totals import DAY_S, HOUR_S, bring_up_to_date, has_news, open_sqlite, record_peaks, use_engine

NOW = 1_800_000_000.0


def add_run(
    engine: sa.Engine,
    run_id: str,
    *,
    days: float = 0.0,
    state: str = "succeeded",
    took_s: float = 10.0,
    steps: tuple[tuple[str, bool, float], ...] = (),
) -> None:
    """A run that ended so many days before `NOW`, with its steps (name, hit, seconds); it ends as runs do."""
    ended = NOW - days * DAY_S
    with engine.begin() as connection:
        connection.execute(
            sa.insert(runs).values(id=run_id, product="video", state="running", started_at=ended - took_s)
        )
    with engine.begin() as connection:
        connection.execute(sa.update(runs).where(runs.c.id == run_id).values(state=state, finished_at=ended))
        for number, (name, hit, duration_s) in enumerate(steps):
            connection.execute(
                sa.insert(run_steps).values(
                    run_id=run_id, number=number, name=name, key="k", hit=hit, duration_s=duration_s
                )
            )


def read(engine: sa.Engine, *, since: float | None = None) -> Metrics:
    begin = use_engine(engine)
    bring_up_to_date(begin, now=NOW)
    with begin() as execute:
        return read_metrics(execute, since=since, now=NOW)


# ------------------------------------------------------------------------------------------------------- counting


def test_steps_and_runs_are_counted_with_their_times(engine):
    add_run(engine, "a", took_s=20, steps=(("render", False, 4.0), ("render", False, 8.0), ("speak", True, 0.01)))
    add_run(engine, "b", took_s=40, state="failed", steps=(("render", True, 0.01),))
    add_run(engine, "c", took_s=1, state="cancelled")
    metrics = read(engine)
    (product,) = metrics.products
    assert product.states == {"succeeded": 1, "failed": 1, "cancelled": 1}
    assert product.success_rate == 0.5
    assert mean_of(product.took) == pytest.approx(61 / 3)
    render, speak = metrics.steps
    assert (render.name, render.made.number, render.kept, render.made.total_s) == ("render", 2, 1, 12.0)
    assert render.hit_rate == pytest.approx(1 / 3)
    assert quantile_of(render.made, 0.95) == pytest.approx(8.0, rel=0.03)
    assert (speak.name, speak.made.number, speak.kept, mean_of(speak.made)) == ("speak", 0, 1, None)


def test_a_run_is_counted_once_and_when_it_has_ended(engine):
    with engine.begin() as connection:
        connection.execute(sa.insert(runs).values(id="open", product="video", state="running", started_at=NOW))
    add_run(engine, "a", steps=(("render", False, 1.0),))
    begin = use_engine(engine)
    assert bring_up_to_date(begin, now=NOW) == 1
    assert bring_up_to_date(begin, now=NOW) == 0
    with begin() as execute:
        assert not has_news(execute, now=NOW)
    with engine.begin() as connection:  # a later change of an ended run counts nothing again
        connection.execute(sa.update(runs).where(runs.c.id == "a").values(state="failed"))
        connection.execute(sa.update(runs).where(runs.c.id == "open").values(state="failed", finished_at=NOW + 5))
    assert bring_up_to_date(begin, now=NOW) == 1
    assert read(engine).products[0].states == {"succeeded": 1, "failed": 1}


def test_many_batches_count_everything_and_a_kill_between_them_nothing_twice(engine, monkeypatch):
    monkeypatch.setattr(totals, "BATCH", 3)
    for number in range(10):
        add_run(engine, f"r{number}", days=number / 3, steps=(("render", False, 1.0 + number),))
    begin = use_engine(engine)

    class Killed(BaseException):
        pass

    committed = 0

    def dying() -> Any:
        nonlocal committed
        committed += 1
        if committed == 3:
            raise Killed
        return begin()

    with pytest.raises(Killed):
        bring_up_to_date(dying, now=NOW)
    assert bring_up_to_date(begin, now=NOW) == 4
    (step,) = read(engine).steps
    assert (step.made.number, step.made.total_s) == (10, 55.0)


def test_figures_outlive_the_rows_they_were_counted_from(engine):
    add_run(engine, "a", days=400, steps=(("render", False, 2.0),))
    read(engine)
    with engine.begin() as connection:
        connection.execute(sa.delete(runs))
    assert read(engine).steps[0].made.total_s == 2.0


def test_old_hours_become_days_and_nothing_is_lost(engine):
    for number in range(48):
        add_run(engine, f"old{number}", days=40 + number / 24, steps=(("render", False, 1.0 + number),))
    add_run(engine, "young", days=0.5, steps=(("render", False, 100.0),))
    metrics = read(engine)
    with engine.connect() as connection:
        spans = connection.exec_driver_sql(
            "SELECT span_s, count(*), sum(number) FROM totals WHERE kind = 'step' GROUP BY span_s ORDER BY span_s"
        ).all()
    assert [(span, number) for span, _, number in spans] == [(HOUR_S, 1), (DAY_S, 48)]
    assert spans[1][1] in (2, 3)  # days that 48 hours touch
    assert metrics.steps[0].made.number == 49
    assert metrics.steps[0].made.total_s == pytest.approx(sum(range(1, 49)) + 100)
    assert quantile_of(metrics.steps[0].made, 0.5) == pytest.approx(25, rel=0.03)


def test_days_of_steps_become_months_and_those_of_runs_stay(engine):
    for number in range(10):
        add_run(engine, f"r{number}", days=100 + number, steps=(("render", False, 1.0 + number),))
    begin = use_engine(engine)
    bring_up_to_date(begin, now=NOW - 99 * DAY_S)
    assert _spans(engine) == {("run", HOUR_S): 9, ("run", DAY_S): 1, ("step", HOUR_S): 9, ("step", DAY_S): 1}
    assert read(engine).steps[0].made.total_s == 55.0
    assert _spans(engine) == {("run", DAY_S): 10, ("step", 30 * DAY_S): 10}
    add_run(engine, "late", days=105, steps=(("render", False, 5.0),))
    assert read(engine).steps[0].made.number == 11
    assert _spans(engine) == {("run", DAY_S): 11, ("step", 30 * DAY_S): 11}
    assert read(engine).columns[0].runs == 1


def _spans(engine: sa.Engine) -> dict[tuple[str, int], int]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT kind, span_s, sum(number) FROM totals GROUP BY kind, span_s").all()
    return {(kind, span_s): number for kind, span_s, number in rows}


def test_since_leaves_out_what_ended_before_that_hour(engine):
    for days, name in ((10.0, "a"), (6.9, "b"), (7.2, "c"), (0.01, "d")):
        add_run(engine, name, days=days)
    assert read(engine, since=NOW - 7 * DAY_S).products[0].took.number == 2
    assert read(engine, since=NOW - 11 * DAY_S).products[0].took.number == 4
    assert read(engine, since=NOW + DAY_S).products == ()


def test_columns_follow_each_other_without_gaps_up_to_now(engine):
    add_run(engine, "a", days=3)
    add_run(engine, "b", days=1, state="failed")
    columns = read(engine).columns
    assert [(column.runs, column.failed) for column in columns] == [(1, 0), (0, 0), (1, 1), (0, 0)]
    assert {later.starts_at - earlier.starts_at for earlier, later in pairwise(columns)} == {DAY_S}
    by_hour = read(engine, since=NOW - 1.5 * DAY_S)
    assert by_hour.span_s == HOUR_S
    assert len(by_hour.columns) == 25


def test_vendors_are_told_with_errors_retries_and_money(engine):
    with engine.begin() as connection:
        for number, (state, attempts, spent) in enumerate(
            (("delivered", 1, 2_000_000), ("delivered", 3, 500_000), ("failed", 2, 0), ("unknown", 1, 1_000_000))
        ):
            connection.execute(
                sa.insert(vendor_calls).values(
                    key=f"k{number}",
                    epoch=1,
                    run_id="r",
                    vendor="acme",
                    operation="image",
                    model="m",
                    parameters_sha256="p",
                    idempotency_key="i",
                    state=state,
                    estimate_micro_usd=spent,
                    spent_micro_usd=spent,
                    started_at=NOW - number * DAY_S,
                    attempts=attempts,
                )
            )
    (acme,) = read(engine).vendors
    assert (acme.calls, acme.retries, acme.micro_usd) == (4, 3, 3_500_000)
    assert acme.states == {"delivered": 2, "failed": 1, "unknown": 1}
    assert read(engine, since=NOW - 1.5 * DAY_S).vendors[0].calls == 2


def test_peaks_are_the_largest_of_their_time(engine):
    begin = use_engine(engine)
    record_peaks(begin, {"memory_bytes": 5.0, "cpu_cores": 1.5}, now=NOW - 30 * DAY_S)
    record_peaks(begin, {"memory_bytes": 3.0}, now=NOW)
    record_peaks(begin, {"memory_bytes": 2.0}, now=NOW)
    assert read(engine).peaks == {"memory_bytes": 5.0, "cpu_cores": 1.5}
    assert read(engine, since=NOW - DAY_S).peaks == {"memory_bytes": 3.0}


def test_the_standard_library_and_the_engine_read_the_same(home, engine):
    add_run(engine, "a", steps=(("render", False, 4.0),))
    with open_sqlite(home / "automagic.db", writing=True) as begin:
        assert bring_up_to_date(begin, now=NOW) == 1
    with open_sqlite(home / "automagic.db", writing=False) as begin, begin() as execute:
        assert read_metrics(execute, since=None, now=NOW) == read(engine)


# ------------------------------------------------------------------------------------------------------ quantiles


@given(st.lists(st.floats(1e-3, 1e5), min_size=1, max_size=200), st.floats(0.0, 1.0))
def test_a_quantile_is_at_most_two_and_a_half_percent_off(durations, share):
    counted: histogram.Histogram = {}
    for duration_s in durations:
        histogram.add_to(counted, {histogram.bin_of(duration_s): 1})
    exact = sorted(durations)[max(math.ceil(len(durations) * share), 1) - 1]
    assert histogram.quantile(counted, share) == pytest.approx(exact, rel=0.025)
    assert histogram.decode_histogram(histogram.encode_histogram(counted)) == counted


@given(st.lists(st.floats(1e-3, 1e4), max_size=100))
def test_buckets_for_prometheus_are_exact_at_their_edges(durations):
    counted: histogram.Histogram = {}
    for duration_s in durations:
        histogram.add_to(counted, {histogram.bin_of(duration_s): 1})
    for half_decades in range(-4, 8):
        edge = 10 ** (half_decades / 2)
        clear = [one for one in durations if abs(one - edge) > 1e-9 * edge]
        extra = len(durations) - len(clear)
        assert 0 <= histogram.count_up_to(counted, half_decades) - sum(one <= edge for one in clear) <= extra


def test_a_quantile_agrees_with_the_standard_librarys_on_a_usual_distribution():
    order = random.Random(1)  # noqa: S311 - nothing secret
    durations = [order.lognormvariate(1.0, 0.8) for _ in range(5000)]
    counted: histogram.Histogram = {}
    for duration_s in durations:
        histogram.add_to(counted, {histogram.bin_of(duration_s): 1})
    exact = statistics.quantiles(durations, n=100)
    assert histogram.quantile(counted, 0.5) == pytest.approx(exact[49], rel=0.03)
    assert histogram.quantile(counted, 0.95) == pytest.approx(exact[94], rel=0.03)


def test_what_took_no_time_and_what_took_weeks_is_counted_too():
    assert histogram.quantile({histogram.bin_of(0.0): 1}, 0.5) == pytest.approx(1e-4, rel=0.03)
    assert histogram.bin_of(1e9) == histogram.bin_of(1e8)
    assert histogram.quantile({}, 0.5) is None


# --------------------------------------------------------------------------------------------------------- charts


def test_columns_reach_from_nothing_to_the_largest():
    assert draw_columns([0, 1, 4, 8]) == " ▂▅█"
    assert draw_columns([0, 0]) == "  "
    assert draw_columns([]) == ""
    assert draw_columns([1, 1, 1, 1, 8], width=3) == "▁▂█"


def test_many_columns_are_added_up_and_fit():
    drawn = draw_columns(list(range(365)), width=60)
    assert len(drawn) <= 60
    assert drawn[-1] == "█"


def test_a_bar_is_exact_to_an_eighth_and_shows_whatever_is_more_than_nothing():
    assert draw_bar(1.0, width=4) == "████"
    assert draw_bar(0.5, width=3) == "█▌"
    assert draw_bar(0.0001, width=4) == "▏"
    assert draw_bar(0.0, width=4) == ""


# ----------------------------------------------------------------------------------------------------- prometheus


def fill(engine: sa.Engine) -> None:
    add_run(engine, "a", took_s=20, steps=(("render", False, 4.0), ("render", False, 0.02), ("speak", True, 0.01)))
    add_run(engine, "b", took_s=4000, state="failed")
    with engine.begin() as connection:
        connection.execute(
            sa.insert(vendor_calls).values(
                key="k",
                epoch=1,
                run_id="r",
                vendor='ac"me\\\n',
                operation="image",
                model="m",
                parameters_sha256="p",
                idempotency_key="i",
                state="delivered",
                estimate_micro_usd=1,
                spent_micro_usd=1_250_000,
                started_at=NOW,
                attempts=2,
            )
        )
        connection.execute(
            sa.insert(publications).values(
                destination="youtube:UCsecret",
                platform="",
                content="c",
                run_id="a",
                state="published",
                session_url="",
                size_bytes=1,
                bytes_sent=1,
                remote_id="",
                url="",
                extras="",
                updated_at=NOW,
                owner="",
                host="",
                pid=1,
                process_started_at=0,
                lease_until=0,
            )
        )
    record_peaks(use_engine(engine), {"memory_bytes": 2.0**30, "cpu_cores": 1.75}, now=NOW)


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


# ------------------------------------------------------------------------------------------------ the command line


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
        "render",
        "youtube",
        "1.2500",
        "Success",
        "Peaks: 1.1 GB memory, 1.8 cores",
        "Runs by 5 days",
    ):
        assert word in said
    assert "█" in said


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
    with pytest.raises(RequestError, match="exclude each other"):
        command(prometheus=True, since="7d")
    with pytest.raises(RequestError, match="exclude each other"):
        command(prometheus=True, as_json=True)
    with pytest.raises(RequestError, match="not a span"):
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
