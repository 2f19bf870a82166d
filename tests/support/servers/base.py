"""What every test server is: a real socket in a thread of its own, a ledger of what was asked, faults on demand.

    with OpenAIServer() as server:              # listens on loopback from here on
        server.fail(Fault(status=429, headers={"retry-after": "1"}), times=2)
        ...                                     # the product, in this process or another one, talks to server.url
    assert server.billed("image") == 1          # the vendor's own ledger, not ours

A fault is taken from the queue by the next call whose path matches; what it says happens on the wire.
"""

from __future__ import annotations

import asyncio
import email
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from aiohttp import web

Outcome = Literal["answered", "fault", "lost"]


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        status: Answer with this status and `body`; 0 leaves the real answer as it is.
        headers: Added to the answer.
        body: Of the faulty answer; a vendor's own error format is made by the vendor's server.
        delay_s: Wait before anything else.
        hang: Never answer.
        drop: Close the connection without an answer: "before" the work is done (and billed), or "after" it.
        truncate: Do the work, send only half of the body under the length of all of it, and close.
        malformed: Do the work, answer 200 with a body that is not what the vendor sends.
        strike: Is called, in a thread, in the moment in which it goes wrong: to kill whoever asked.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    delay_s: float = 0.0
    hang: bool = False
    drop: Literal["", "before", "after"] = ""
    truncate: bool = False
    malformed: str = ""
    strike: Callable[[], object] = field(default=lambda: None, repr=False)


@dataclass
class Call:
    """One request as the server saw it.

    Attributes:
        idempotency_key: The header's value, "" without one.
        billed: What the vendor would put on the bill for it: such as "image"; "" for nothing.
        outcome: "lost" while no answer has left completely.
    """

    at: float
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    idempotency_key: str
    billed: str = ""
    outcome: Outcome = "lost"

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


def parts_of(call: Call) -> Iterator[tuple[bytes, bytes]]:
    """The head and the content of each part of a multipart body."""
    kind = email.message_from_string(f"Content-Type: {call.headers['content-type']}\n\n")
    for part in call.body.split(f"--{kind.get_boundary()}".encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        yield head, content.removesuffix(b"\r\n")


CALL = web.RequestKey("call", Call)
"""The ledger's entry of a request."""


class VendorServer:
    """A vendor's server. Subclasses add routes in `add_routes` and call `bill` for what costs money.

    Args:
        latency_s: Each answer waits this long.
        key: The only key that is accepted; others get the vendor's own refusal.
    """

    def __init__(self, *, latency_s: float = 0.0, key: str = "test-key-not-secret") -> None:
        self.latency_s = latency_s
        self.key = key
        self.calls: list[Call] = []
        self.answers_by_idempotency_key: dict[str, web.Response] = {}
        self._faults: list[tuple[str, Fault]] = []
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name=type(self).__name__, daemon=True)
        self.port = 0

    # ------------------------------------------------------------------------------------------- for tests

    @property
    def url(self) -> str:
        """Such as "http://127.0.0.1:40001"."""
        return f"http://127.0.0.1:{self.port}"

    def fail(self, fault: Fault, *, path: str = "", times: int = 1) -> None:
        """Let the next `times` calls whose path contains `path` meet a fault."""
        with self._lock:
            self._faults.extend([(path, fault)] * times)

    def recover(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults.clear()

    def billed(self, what: str = "") -> int:
        """How many calls are on the bill."""
        return sum(bool(call.billed) and (not what or call.billed == what) for call in list(self.calls))

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        assert self.port, "the server did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    # -------------------------------------------------------------------------------------- for subclasses

    def add_routes(self, app: web.Application) -> None:
        """Add the vendor's routes."""
        raise NotImplementedError

    def bill(self, request: web.Request, what: str) -> None:
        """Put this call on the bill."""
        request[CALL].billed = what

    def refuse(self, status: int, message: str) -> web.Response:
        """An error in the vendor's own format."""
        return web.json_response({"error": {"message": message}}, status=status)

    def read_idempotency_key(self, request: web.Request) -> str:
        """The idempotency key; a repeated one gets the first answer again and is not billed again."""
        return request.headers.get("Idempotency-Key", "")

    # --------------------------------------------------------------------------------------------- serving

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._run())
        self._loop.close()

    async def _run(self) -> None:
        self._stop = asyncio.Event()
        app = web.Application(middlewares=[self._middleware], client_max_size=1 << 30)
        self.add_routes(app)
        runner = web.AppRunner(app, shutdown_timeout=0, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Any) -> web.StreamResponse:
        call = Call(
            time.monotonic(),
            request.method,
            request.path,
            dict(request.query),
            {name.lower(): value for name, value in request.headers.items()},
            await request.read(),
            self.read_idempotency_key(request),
        )
        request[CALL] = call
        self.calls.append(call)
        fault = self._take_fault(request.path)
        if self.latency_s or fault.delay_s:
            await asyncio.sleep(self.latency_s + fault.delay_s)
        if fault.hang:
            await self._stop.wait()
        if fault.drop == "before":
            await asyncio.to_thread(fault.strike)
            return _hang_up(request)
        if fault.status:
            call.outcome = "fault"
            answer = (
                web.Response(text=fault.body, status=fault.status)
                if fault.body
                else self.refuse(fault.status, f"status {fault.status} on demand")
            )
            answer.headers.update(fault.headers)
            return answer
        answer = await self._answer_once(request, call, handler)
        answer.headers.update(fault.headers)
        if fault.drop == "after":
            await asyncio.to_thread(fault.strike)
            return _hang_up(request)
        if fault.malformed:
            return web.Response(text=fault.malformed, content_type="application/json")
        if fault.truncate:
            return await _send_half(request, answer, fault.strike)
        call.outcome = "answered"
        return answer

    async def _answer_once(self, request: web.Request, call: Call, handler: Any) -> Any:
        """The handler's answer; the one it gave before when the idempotency key is known."""
        if call.idempotency_key and (known := self.answers_by_idempotency_key.get(call.idempotency_key)):
            return web.Response(body=known.body, status=known.status, content_type=known.content_type)
        answer = await handler(request)
        if call.idempotency_key and isinstance(answer, web.Response) and answer.status < 400:
            self.answers_by_idempotency_key[call.idempotency_key] = answer
        return answer

    def _take_fault(self, path: str) -> Fault:
        with self._lock:
            for position, (wanted, fault) in enumerate(self._faults):
                if wanted in path:
                    del self._faults[position]
                    return fault
        return Fault()


def _hang_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _send_half(request: web.Request, answer: web.Response, strike: Callable[[], object]) -> web.StreamResponse:
    body = answer.body if isinstance(answer.body, bytes) else b""
    stream = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type})
    stream.content_length = len(body)
    await stream.prepare(request)
    await stream.write(body[: len(body) // 2])
    await asyncio.to_thread(strike)
    assert request.transport is not None
    request.transport.close()
    return stream
