"""Errors as RFC 9457 has them, and that a fault of the server tells a client nothing."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from automagic import errors
from automagic.settings import Settings
from automagic.values.secret import Secret
from automagic.web import app as app_module
from automagic.web.app import make_app
from automagic.web.asked import Asked
from automagic.web.problems import Problem, answer, problem_of
from automagic.web.routes import Route
from tests.support.web.asgi import ask, problem


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.RequestError("no", hint="so"), 422, 2),
        (errors.ConfigurationError("no", hint="so"), 503, 3),
        (errors.VendorError("no", hint="so"), 502, 4),
        (errors.MediaError("no", hint="so"), 500, 5),
        (errors.BudgetError("no", hint="so"), 402, 6),
    ],
)
def test_a_failure_has_its_status_hint_and_exit_code(error: errors.AutomagicError, status: int, code: int) -> None:
    told = json.loads(answer(problem_of(error), "1").body)
    assert (told["status"], told["exit_code"], told["detail"], told["hint"]) == (status, code, "no", "so")
    assert told["request_id"] == "1"


def test_what_is_wrong_is_pointed_at() -> None:
    told = json.loads(answer(Problem(422, "no", errors=[("/a", "b")])).body)
    assert told["errors"] == [{"pointer": "/a", "detail": "b"}]


@pytest.mark.parametrize(
    "error", [ValueError("boom /etc/passwd"), errors.ConfigurationError("HOME/x: sk-very-secret-key-1")]
)
async def test_a_fault_is_in_the_log_and_nothing_of_it_in_the_answer(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(automagic_home=tmp_path, database_url=Secret("postgresql://a:sk-very-secret-key-1@localhost/b"))

    async def fail(_asked: Asked) -> object:
        if isinstance(error, errors.AutomagicError):
            error.message = error.message.replace("HOME", str(tmp_path))
        raise error

    monkeypatch.setattr(app_module, "list_routes", lambda: (Route("GET", "/api/x", "x", "X.", fail),))  # type: ignore[arg-type]
    caplog.set_level(logging.ERROR, "automagic.web")
    reply = await ask(make_app(settings), "GET", "/api/x")
    told = problem(reply, 500 if isinstance(error, ValueError) else 503)
    assert "secret" not in str(told)
    assert str(tmp_path) not in str(told)
    if isinstance(error, ValueError):
        assert "passwd" not in str(told)
        [record] = caplog.records
        assert record.exc_info
        assert record.__dict__["facts"]["request"] == reply.headers["x-request-id"]
