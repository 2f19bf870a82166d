"""A person's own server that takes deliveries: it checks each signature and keeps what it accepted.

Judged by, and built on, the reference library of the Standard Webhooks specification
(https://www.standardwebhooks.com), used unchanged.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from tests.support.servers.base import CALL, VendorServer

KNOWN = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class WebhookServer(VendorServer):
    """See the module's docstring.

    Attributes:
        secret: What both sides know.
        accepted: Payload by delivery id: a repeated delivery changes nothing.
    """

    def __init__(self, *, secret: str = KNOWN, **options: Any) -> None:
        super().__init__(**options)
        self.secret = secret
        self.accepted: dict[str, Any] = {}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/hook", self._take)
        app.router.add_post("/moved", self._moved)

    async def _moved(self, _request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect("/hook")

    async def _take(self, request: web.Request) -> web.Response:
        call = request[CALL]
        secret = self.secret if self.secret.startswith("whsec_") else self.secret.encode()
        try:
            payload = Webhook(secret).verify(call.body, call.headers)
        except WebhookVerificationError as error:
            return web.json_response({"error": str(error)}, status=401)
        self.bill(request, "delivery")
        self.accepted.setdefault(call.headers["webhook-id"], payload)
        return web.Response(status=204)
