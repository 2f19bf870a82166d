"""The settings over HTTP: nothing secret is told, and nothing dangerous is taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from automagic.settings import known_settings, load_settings
from automagic.web.app import make_app
from automagic.web.settings import is_changeable
from tests.support.web.asgi import JSON, Reply, ask, problem

SECRET = "sk-very-secret-key-0001"  # noqa: S105 - nobody's


@pytest.fixture
def app(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ASGIApp:
    """Over a folder whose `.env` has secrets in it."""
    for name in ("VIDEO_CRF", "RETRY_ATTEMPTS", "WRITER", "OPENAI_API_KEY", "VIDEO_CODEC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(f"# mine\nOPENAI_API_KEY={SECRET}\nexport VIDEO_CRF=20\nUNKNOWN=1\n")
    return make_app(load_settings())


async def patch(app: ASGIApp, changes: Any) -> Reply:
    body = json.dumps(changes).encode()
    return await ask(app, "PATCH", "/api/config", headers={"content-type": JSON}, body=body)


async def shown(app: ASGIApp) -> dict[str, dict[str, Any]]:
    reply = await ask(app, "GET", "/api/config")
    assert SECRET not in reply.body.decode()
    return {one["name"]: one for one in reply.json()["settings"]}


async def test_secrets_and_places_are_told_as_set_or_unset(app: ASGIApp, home: Path) -> None:
    told = await shown(app)
    assert told["OPENAI_API_KEY"] | {"about": ""} == {
        "name": "OPENAI_API_KEY", "about": "", "value": None, "state": "set", "secret": True, "changeable": False,
        "restart": False,
    }  # fmt: skip
    assert told["ELEVENLABS_API_KEY"]["state"] == "unset"
    assert told["VIDEO_CRF"]["value"] == 20
    assert told["AUTOMAGIC_HOME"]["value"] is None
    assert str(home) not in json.dumps(told)
    assert len(told) == len(known_settings())


async def test_a_change_is_written_and_in_force(app: ASGIApp, tmp_path: Path) -> None:
    reply = await patch(app, {"VIDEO_CRF": 25, "WRITER": "wikipedia,extract", "RETRY_ATTEMPTS": "2"})
    assert sorted(reply.json()["changed"]) == ["RETRY_ATTEMPTS", "VIDEO_CRF", "WRITER"]
    text = (tmp_path / ".env").read_text()
    assert text == (
        f"# mine\nOPENAI_API_KEY={SECRET}\nUNKNOWN=1\nVIDEO_CRF=25\nWRITER=wikipedia,extract\nRETRY_ATTEMPTS=2\n"
    )
    assert (await shown(app))["VIDEO_CRF"]["value"] == 25
    assert (await patch(app, {"VIDEO_CRF": None})).json()["changed"] == ["VIDEO_CRF"]
    assert (await shown(app))["VIDEO_CRF"]["value"] == 23


@pytest.mark.parametrize(
    "changes",
    [
        {"NO_SUCH_SETTING": 1},
        {"PATH": "/tmp"},
        {"VIDEO_CRF": 52},
        {"VIDEO_CRF": "many"},
        {"VIDEO_CRF": True},
        {"VIDEO_CRF": [1]},
        {"VIDEO_CRF": "23\nFFMPEG_BINARY=/tmp/x"},
        {"VIDEO_CRF": 25, "OPENAI_API_KEY": "sk-other"},
        {"FFMPEG_BINARY": "/tmp/x"},
        {"OPENAI_BASE_URL": "https://evil.example"},
        {"AUTOMAGIC_HOME": "/tmp/x"},
        {"DATABASE_URL": "postgresql://evil.example/x"},
        {"ARTIFACTS_URL": "/"},
        {"DEFAULT_THEME": "/etc"},
        {"WEBHOOK_SECRET": "guess"},
        {"PRICE_OVERRIDES": "/etc/passwd"},
        {"VIDEO_CRF\n": 20},
    ],
    ids=str,
)
async def test_what_is_wrong_or_dangerous_changes_nothing(app: ASGIApp, tmp_path: Path, changes: Any) -> None:
    before = (tmp_path / ".env").read_text()
    problem(await patch(app, changes), 422)
    assert (tmp_path / ".env").read_text() == before


async def test_what_the_environment_says_is_not_changed_in_vain(
    app: ASGIApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDEO_CRF", "18")
    problem(await patch(app, {"VIDEO_CRF": 25}), 409)


async def test_a_file_that_was_edited_is_read_again(app: ASGIApp, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("VIDEO_CRF=30\nLOG_LEVEL=DEBUG\n")
    told = (await ask(app, "POST", "/api/config/reload")).json()
    assert sorted(told["changed"]) == ["OPENAI_API_KEY", "VIDEO_CRF"]
    assert [one["name"] for one in told["refused"]] == ["LOG_LEVEL"]
    assert (await shown(app))["VIDEO_CRF"]["value"] == 30


async def test_a_file_that_is_wrong_leaves_what_was_in_force(app: ASGIApp, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("VIDEO_CRF=300\n")
    told = problem(await ask(app, "POST", "/api/config/reload"), 503)
    assert "VIDEO_CRF" in told["detail"]
    assert (await shown(app))["VIDEO_CRF"]["value"] == 20


def test_nothing_that_names_a_place_a_program_or_a_key_is_changeable() -> None:
    words = ("URL", "KEY", "SECRET", "PASSWORD", "HOME", "BINARY", "LOGO", "OVERRIDES", "CLIENT")
    assert not [one.name for one in known_settings() if is_changeable(one) and any(word in one.name for word in words)]
