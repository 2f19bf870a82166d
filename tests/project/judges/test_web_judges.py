"""What only the makers of other tools can say of the HTTP API: that its description is one, and that it keeps it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from automagic.web.openapi import describe
from automagic.web.routes import list_routes
from tests.support.places import ROOT
from tests.support.programs.environments import call, make_venv
from tests.support.web.automagic_web import run_web

pytestmark = [pytest.mark.judges, pytest.mark.timeout(1200)]

VALIDATE = "import json, openapi_spec_validator as o; o.validate(json.load(open('openapi.json')))"
LEFT_OUT = (
    # What a schema allows, rules over several fields may still refuse, and say so.
    *("--exclude-checks", "positive_data_acceptance"),
    # Streams have no end, and this tool sends no bodies of this kind; tests of ours do both.
    *("--exclude-operation-id", "watch_job", "--exclude-operation-id", "watch_jobs"),
    *("--exclude-operation-id", "extend_upload", "--suppress-health-check", "all"),
)


def test_the_description_is_openapi_3_1(tmp_path: Path) -> None:
    for token in (False, True):
        (tmp_path / "openapi.json").write_bytes(describe(list_routes(), token=token))
    python = make_venv(tmp_path / "venv", "openapi-spec-validator==0.9.0")
    call(python, "-c", VALIDATE, cwd=tmp_path)
    assert json.loads((tmp_path / "openapi.json").read_text())["openapi"] == "3.1.0"


def test_schemathesis_finds_no_answer_that_is_not_described(tmp_path: Path) -> None:
    python = make_venv(tmp_path / "venv", "schemathesis==4.32.5")
    with run_web(tmp_path / "home") as server:
        target = f"http://127.0.0.1:{server.port}/api/openapi.json"
        command = [python.with_name("schemathesis"), "run", target, "-n", "50", "--request-timeout", "60", *LEFT_OUT]
        done = subprocess.run(command, cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-8000:]
        assert " failed" not in (tmp_path / "home" / "logs" / "automagic.log").read_text()


MOUNTED = r"""
import re, sys
from pathlib import Path

[code] = re.findall(r"```py\n(.*?)```", Path(sys.argv[1]).read_text(), re.DOTALL)
exec(code)
from fastapi.testclient import TestClient

client = TestClient(app, base_url="http://studio.example", headers={"authorization": "Bearer a long secret of yours"})
assert client.get("/studio/api/jobs", headers={"authorization": "Bearer no"}).status_code == 401
job = client.post("/studio/api/ads/specs", json={}).json()
assert job["url"].startswith("/studio/api/jobs/"), job
assert client.get(job["url"]).json()["state"] == "queued"
assert client.get("/studio/api/openapi.json").json()["servers"] == [{"url": "/studio"}]
assert client.get("/openapi.json").json()["info"]["title"] == "FastAPI"
print("mounted")
"""


def test_it_is_mounted_in_an_application_of_fastapi_as_the_page_shows(tmp_path: Path) -> None:
    python = make_venv(tmp_path / "venv", "fastapi==0.165.0", "httpx")
    (tmp_path / "mounted.py").write_text(MOUNTED)
    packages = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.path, sep=':')"], capture_output=True, text=True, check=True
    ).stdout.strip()
    environment = {"AUTOMAGIC_HOME": str(tmp_path / "home"), "PYTHONPATH": f"{ROOT}:{packages}"}
    (tmp_path / "home").mkdir()
    assert call(python, "mounted.py", ROOT / "docs" / "api.md", cwd=tmp_path, **environment).endswith("mounted\n")
