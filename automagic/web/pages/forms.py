"""What a form of a page sends: fields with bounds, and the mark that only a page of this server holds."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qsl

from starlette.responses import RedirectResponse, Response

from automagic.web.access.sessions import form_mark
from automagic.web.asked import Asked
from automagic.web.problems import Problem

KIND = "application/x-www-form-urlencoded"
MAX_FIELDS = 2_000
MARK = "mark"


async def read_form(asked: Asked) -> dict[str, str]:
    """Its fields; of several with one name, the last.

    Raises:
        Problem: It is too large, no form, or no page of this server sent it.
    """
    return {name: values[-1] for name, values in (await read_fields(asked)).items()}


async def read_fields(asked: Asked) -> dict[str, list[str]]:
    """Its fields with all their values: of what can be ticked more than once.

    Raises:
        Problem: As above.
    """
    _, data = await asked.body(KIND)
    try:
        pairs = parse_qsl(data.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise Problem(400, "the form cannot be read", hint="Load the page again and send it once more.") from error
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value.replace("\r\n", "\n"))
    given = found.pop(MARK, [""])[-1]
    if not hmac.compare_digest(given.encode(), form_mark(asked.web.settings.home, asked.request.cookies).encode()):
        raise Problem(403, "this form is out of date", hint="Load the page again and send it once more.")
    return found


def go(asked: Asked, path: str) -> Response:
    """To where the result is seen: with GET, so that loading it again sends nothing twice."""
    target = f"{asked.web.prefix}{path}"
    if "hx-request" in asked.request.headers:
        return Response(headers={"hx-redirect": target})
    return RedirectResponse(target, 303)
