"""The image, the compose file, the units and the dashboard: what can be known of them without a container engine."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import sqlalchemy as sa
import typer
import yaml
from prometheus_client.parser import text_string_to_metric_families

from automagic.cli.main import app
from automagic.database.publication_tables import publications
from automagic.database.tables import run_steps, runs, vendor_calls
from automagic.jobs.worker import GRACE_S
from automagic.monitor.measured import Measured
from automagic.monitor.prometheus import GAUGES
from automagic.monitor.totals import record_peaks, use_engine
from automagic.settings import load_settings
from tests.support.places import ROOT

DOCKER = ROOT / "deployment" / "docker"
SYSTEMD = ROOT / "deployment" / "systemd"
MONITORING = DOCKER / "monitoring"
OUR_SERVICES = {"setup", "app", "worker", "web", "cleanup", "metrics"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((DOCKER / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def stages() -> list[list[str]]:
    """The instructions of each stage of the Dockerfile."""
    text = re.sub(r"\\\n", " ", (DOCKER / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found: list[list[str]] = []
    for line in lines:
        if line.startswith("FROM "):
            found.append([])
        found[-1].append(" ".join(line.split()))
    return found


def run(*command: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


# ----------------------------------------------------------------------------------------------------- the image


def test_hadolint_finds_nothing_in_the_dockerfile():
    done = run(str(Path(sys.executable).with_name("hadolint")), str(DOCKER / "Dockerfile"))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_image_is_small_pinned_and_has_no_rights(stages):
    build, final = stages
    assert all(re.match(r"FROM python:3\.\d+\.\d+-slim-\w+", stage[0]) for stage in stages)
    assert not any("pip install" in line or line.startswith(("ADD", "COPY .")) for line in final)
    users = [line for line in final if line.startswith("USER")]
    assert users == ["USER 10001:10001"]
    assert final.index(users[0]) < next(n for n, line in enumerate(final) if line.startswith("ENTRYPOINT"))
    assert any(line.startswith("HEALTHCHECK") and '["automagic", "--status"]' in line for line in final)
    installs = [part for line in build for part in line.split("&&") if "pip install" in part]
    assert all(
        "--require-hashes" in part or part.rstrip().endswith("--no-deps --no-build-isolation .") for part in installs
    )


def test_the_image_is_built_from_files_that_are_there_and_gets_nothing_else(stages):
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {name for line in stages[0] if line.startswith("COPY") for name in shlex.split(line)[1:-1]}
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)
    assert "*" in (ROOT / ".dockerignore").read_text().splitlines()


def test_the_redis_client_comes_out_of_the_full_lock_with_its_hashes(stages):
    [line] = [line for line in stages[0] if "awk" in line]
    program = re.search(r"awk '([^']+)'", line)
    assert program
    taken = run("awk", program[1], str(ROOT / "requirements-all.lock")).stdout.splitlines()
    assert [one.partition("==")[0] for one in taken if "==" in one] == ["hiredis", "redis", "zstandard"]
    assert sum(one.strip().startswith("--hash=sha256:") for one in taken) == len(taken) - 3 > 3


# ----------------------------------------------------------------------------------------------- the compose file


def commands_of(service: dict[str, Any]) -> Iterator[list[str]]:
    """The arguments of each call of automagic that a service makes."""
    if "entrypoint" not in service:
        yield service["command"]
        return
    for line in service["command"]:
        for found in re.findall(r"\bautomagic ([^>;&\n]+)", line):
            yield shlex.split(found)


def unit_commands() -> Iterator[list[str]]:
    for path in SYSTEMD.glob("*.service"):
        found = re.search(r"^ExecStart=/opt/automagic/bin/automagic (.+)$", path.read_text(), re.MULTILINE)
        assert found, path.name
        yield shlex.split(found[1])


def test_every_command_of_a_service_or_a_unit_is_one_that_automagic_has(compose):
    command = typer.main.get_command(app)
    called = [one for name in OUR_SERVICES for one in commands_of(compose["services"][name])] + list(unit_commands())
    assert len(called) >= 8
    for arguments in called:
        with command.make_context("automagic", [*arguments]) as context:
            rest = [*context._protected_args, *context.args]
            if rest:
                name, found, tail = command.resolve_command(context, rest)  # type: ignore[attr-defined]
                found.make_context(name, tail, parent=context)


def test_every_service_is_confined(compose):
    for name, service in compose["services"].items():
        limits = service["deploy"]["resources"]["limits"]
        assert {"cpus", "memory", "pids"} <= set(limits), name
        assert service["read_only"] is True, name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert name == "postgres" or service["cap_drop"] == ["ALL"], name
        assert "privileged" not in service, name
        assert ":latest" not in service["image"], name
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:"), name
    assert all(compose["services"][name]["networks"] == ["inside"] for name in ("postgres", "redis", "prometheus"))
    assert compose["networks"]["inside"] == {"internal": True}


def test_services_and_volumes_that_are_named_are_there(compose):
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (DOCKER / source).exists() if source.startswith(".") else source in compose["volumes"]
    assert {name for name, service in services.items() if service.get("profiles") == ["monitoring"]} == {
        "metrics",
        "exporter",
        "prometheus",
        "grafana",
    }


def test_no_secret_stands_in_what_ships_and_all_of_them_come_from_the_env_file(compose):
    text = (DOCKER / "compose.yaml").read_text()
    variables = set(re.findall(r"\$\{([A-Z_]+)", text))
    example = dict(
        line.split("=", 1) for line in (DOCKER / "env.example").read_text().splitlines() if re.match(r"[A-Z]", line)
    )
    assert variables - {"AUTOMAGIC_TAG"} <= set(example)
    assert example["POSTGRES_PASSWORD"] == example["GRAFANA_PASSWORD"] == ""
    assert all(compose["services"][name]["env_file"] == ".env" for name in OUR_SERVICES)
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()


def test_no_password_has_a_default():
    text = (DOCKER / "compose.yaml").read_text()
    asked = re.findall(r"\$\{(\w*(?:PASSWORD|SECRET|KEY|TOKEN)\w*)([^}]*)\}", text)
    assert {name for name, _ in asked} == {"POSTGRES_PASSWORD", "GRAFANA_PASSWORD"}
    assert all(rest.startswith(":?") for _, rest in asked)


def test_automagic_accepts_the_settings_that_the_compose_file_gives(compose, tmp_path):
    environment = {
        name: value.replace("${POSTGRES_PASSWORD:?set it in .env}", "pass")
        for name, value in compose["services"]["app"]["environment"].items()
    }
    settings = load_settings(environment=environment, folder=tmp_path)
    assert settings.database_url
    assert settings.database_url.reveal() == "postgresql://automagic:pass@postgres/automagic"
    assert (settings.redis_url is not None, settings.log_format) == (True, "json")


def test_docker_compose_accepts_it(tmp_path):
    command = next(
        (one for one in (["docker", "compose"], ["docker-compose"]) if run_works(*one, "version")),
        None,
    )
    if command is None:
        pytest.skip("docker compose is not installed")
    shutil.copytree(DOCKER, tmp_path / "docker")
    (tmp_path / "docker" / ".env").write_text("POSTGRES_PASSWORD=a\nGRAFANA_PASSWORD=b\n")
    done = run(*command, "--profile", "monitoring", "config", "--quiet", cwd=tmp_path / "docker")
    assert (done.returncode, done.stderr) == (0, "")


def run_works(*command: str) -> bool:
    return shutil.which(command[0]) is not None and run(*command).returncode == 0


# --------------------------------------------------------------------------------------------------- monitoring


def expressions() -> list[tuple[str, str]]:
    dashboard = json.loads((MONITORING / "grafana" / "dashboards" / "automagic.json").read_text())
    return [(panel["title"], target["expr"]) for panel in dashboard["panels"] for target in panel.get("targets", ())]


@pytest.fixture
def printed(engine: sa.Engine, home: Path) -> dict[str, set[str]]:
    """Every series that `automagic --metrics --prometheus` prints when a bit of all has happened, with its labels."""
    now = time.time()
    with engine.begin() as connection:
        connection.execute(sa.insert(runs).values(id="r", product="video", state="running", started_at=now - 5))
        connection.execute(sa.update(runs).where(runs.c.id == "r").values(state="succeeded", finished_at=now))
        connection.execute(
            sa.insert(run_steps).values(run_id="r", number=0, name="draw", key="k", hit=False, duration_s=1.5)
        )
        connection.execute(sa.insert(vendor_calls).values(**_row_of(vendor_calls, now)))
        connection.execute(sa.insert(publications).values(**_row_of(publications, now)))
    record_peaks(use_engine(engine), dict.fromkeys(GAUGES, 1.0), now=now)
    measured = Measured()
    for kind, outcome in (("task", "done"), ("call", "done"), ("cache", "kept"), ("database", "done")):
        measured.add(kind, "any", outcome, 0.5)
    measured.flush(use_engine(engine), now=now)
    environment = os.environ | {"AUTOMAGIC_HOME": str(home)}
    done = run(sys.executable, "-m", "automagic", "--metrics", "--prometheus", env=environment, cwd=home)
    assert done.returncode == 0, done.stderr
    series: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(done.stdout):
        for sample in family.samples:
            series.setdefault(sample.name, set()).update(sample.labels)
    return series


def _row_of(table: sa.Table, now: float) -> dict[str, Any]:
    """A row in which every column that must have a value has one."""
    given: dict[str, Any] = {"state": "delivered" if table is vendor_calls else "published", "started_at": now}
    values: dict[str, Any] = {}
    for column in table.c:
        if column.name in given:
            values[column.name] = given[column.name]
        elif not column.nullable and not (column.primary_key and column.autoincrement is True):
            values[column.name] = column.type.python_type(1)
    return values


def test_the_dashboard_asks_only_for_what_automagic_prints(printed):
    asked = expressions()
    assert len(asked) > 15
    for title, expression in asked:
        names = set(re.findall(r"automagic_[a-z_]+", expression))
        assert names, title
        assert names <= set(printed), title
        groups = " ".join(re.findall(r"by \(([^)]*)\)", expression))
        labels = set(re.findall(r"[a-z_]+", groups)) | set(re.findall(r"([a-z_]+)=", expression))
        assert labels <= set.union(*(printed[name] for name in names)), title


def test_every_query_of_the_dashboard_is_promql():
    for title, expression in expressions():
        try:
            promql_parser.parse(expression.replace("$__rate_interval", "5m"))
        except ValueError as error:
            pytest.fail(f"{title}: {error}")


def test_the_dashboard_has_no_two_panels_in_one_place_and_uses_the_source_that_is_provisioned():
    dashboard = json.loads((MONITORING / "grafana" / "dashboards" / "automagic.json").read_text())
    [source] = yaml.safe_load((MONITORING / "grafana" / "datasources" / "prometheus.yaml").read_text())["datasources"]
    places: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & places, panel["title"]
        assert at["x"] + at["w"] <= 24
        places |= cells
        assert panel["type"] == "row" or panel["datasource"]["uid"] == source["uid"]


def test_prometheus_scrapes_what_the_compose_file_runs(compose):
    configuration = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
    [job] = configuration["scrape_configs"]
    [target] = job["static_configs"][0]["targets"]
    assert target.split(":")[0] in compose["services"]
    if shutil.which("promtool"):
        done = run("promtool", "check", "config", str(MONITORING / "prometheus.yml"))
        assert done.returncode == 0, done.stderr


# -------------------------------------------------------------------------------------------------------- systemd


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units with a program that is there."""
    for path in SYSTEMD.iterdir():
        (tmp_path / path.name).write_text(path.read_text().replace("/opt/automagic/bin/automagic", "/bin/true"))
    return sorted(tmp_path.iterdir())


def test_systemd_accepts_the_units_and_finds_them_confined(units, tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed")
    names = [path.name.replace("@.", "@1.") for path in units]
    done = run("systemd-analyze", "verify", *(f"./{name}" for name in names), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for path in units:
        if path.suffix == ".service":
            done = run("systemd-analyze", "security", "--offline=true", "--threshold=20", str(path))
            assert done.returncode == 0, done.stdout


def test_the_units_share_their_confinement_and_stop_politely():
    texts = {path.name: path.read_text() for path in SYSTEMD.glob("*.service")}
    confinement = {text.split("# What it may reach.")[1].split("[Install]")[0].strip() for text in texts.values()}
    assert len(confinement) == 1
    for name in ("automagic-worker@.service", "automagic-scheduler.service"):
        assert "KillMode=mixed" in texts[name]
        stop_s = re.search(r"TimeoutStopSec=(\d+)", texts[name])
        assert stop_s
        assert int(stop_s[1]) > 2 * GRACE_S
    assert "automagic-cleanup.timer" in {path.name for path in SYSTEMD.iterdir()}
