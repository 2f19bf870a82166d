"""What is answered when something is not done, as RFC 9457 has it, with our hint and exit code.

{"type": "about:blank", "title": "Unprocessable Content", "status": 422, "detail": "there is no file a.md",
 "hint": "Check the name.", "exit_code": 2, "errors": [{"pointer": "/source", "detail": "…"}]}
"""

from __future__ import annotations

import http
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from starlette.responses import Response

from automagic.errors import AutomagicError, BudgetError, ConfigurationError, RequestError, VendorError

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """Why a request is refused.

    Args:
        detail: What happened, and to what, in one sentence.
        hint: What to try next.
        errors: What is wrong where: a JSON pointer (RFC 6901) into the body, and words.
        headers: Go with the answer.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        hint: str = "",
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.hint = status, detail, hint
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.exit_code: int | None = None
        self.more: Mapping[str, Any] = {}


def problem_of(error: AutomagicError) -> Problem:
    """A failure that is explained, as an answer."""
    status = {RequestError: 422, ConfigurationError: 503, VendorError: 502, BudgetError: 402}
    found = next((code for kind, code in status.items() if isinstance(error, kind)), 500)
    problem = Problem(found, error.message, hint=error.hint)
    problem.exit_code = error.exit_code
    return problem


def answer(problem: Problem, request_id: str = "") -> Response:
    """The response; nothing in it is secret if nothing in the problem is."""
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": http.HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    told |= {"hint": problem.hint} if problem.hint else {}
    told |= {"exit_code": problem.exit_code} if problem.exit_code else {}
    told |= {"errors": [{"pointer": where, "detail": what} for where, what in problem.errors]} if problem.errors else {}
    told |= problem.more
    told |= {"request_id": request_id} if request_id else {}
    return Response(msgspec.json.encode(told), problem.status, problem.headers, MEDIA_TYPE)
