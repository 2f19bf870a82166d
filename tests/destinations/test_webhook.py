"""A delivery is signed so that the reference library accepts it, arrives once, and goes nowhere else."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from standardwebhooks import Webhook as Reference
from standardwebhooks import WebhookVerificationError

from automagic.destinations.shared.publication import DestinationAccess, Options, Publication, Receipt
from automagic.destinations.shared.result_folder import read_result
from automagic.destinations.webhook.delivery import Webhook, read_secret, sign
from automagic.errors import ConfigurationError, Permanent, RequestError, Retryable, VendorError
from automagic.gate.http import Http
from automagic.values.secret import Secret
from tests.support.homes.result_folders import having, make_result, open_access
from tests.support.servers.base import Fault
from tests.support.servers.webhook import KNOWN, WebhookServer

# support/servers/base.py keeps what it saw under a plain name.


@pytest.fixture
def server() -> Iterator[WebhookServer]:
    with WebhookServer() as server:
        yield server


@pytest.fixture
async def access(home, engine) -> AsyncIterator[DestinationAccess]:
    async with open_access(home, engine, WEBHOOK_SECRET=Secret(KNOWN)) as access:
        yield access


@pytest.fixture
def publication(tmp_path, store) -> Publication:
    return read_result(make_result(tmp_path / "2026-01-31-honey", store), run_id="run-1")


def hook(server: WebhookServer, access: DestinationAccess, path: str = "/hook", **options) -> Webhook:
    return Webhook(server.url + path, access, backoff_s=0.001, **options)


async def test_a_delivery_is_accepted_by_the_reference_library(server, access, publication):
    youtube = Receipt("youtube", "vid1", "https://youtu.be/vid1", "published", "shorts")
    (receipt,) = await hook(server, access).publish(replace(publication, receipts=(youtube,)))
    ((delivery, payload),) = server.accepted.items()
    assert receipt.id == delivery == payload["id"]
    assert payload["type"] == "video.ready"
    assert payload["data"]["title"] == "Honey keeps"
    assert payload["data"]["published"] == [
        {"destination": "youtube", "platform": "shorts", "url": "https://youtu.be/vid1"}
    ]
    files = {entry["name"]: entry for entry in payload["data"]["files"]}
    assert files["video.mp4"]["size_bytes"] == (publication.folder / "video.mp4").stat().st_size
    assert str(publication.folder.parent) not in json.dumps(payload)


async def test_a_plain_secret_works_as_its_bytes(access, publication):
    with WebhookServer(secret="a plain secret of some length") as server:  # noqa: S106 - of a test
        access = having(access, WEBHOOK_SECRET=Secret(server.secret))
        await hook(server, access).publish(publication)
        assert server.billed() == 1


def test_a_changed_body_or_another_secret_is_refused_by_the_reference():
    import time

    headers = sign(read_secret(Secret(KNOWN)), "dlv_1", int(time.time()), b'{"a":1}')
    assert Reference(KNOWN).verify(b'{"a":1}', headers) == {"a": 1}
    with pytest.raises(WebhookVerificationError):
        Reference(KNOWN).verify(b'{"a":2}', headers)
    with pytest.raises(WebhookVerificationError):
        Reference("whsec_AAAAr8GKYqrTwjUPD8ILPZIo2LaLaSw").verify(b'{"a":1}', headers)


async def test_the_same_run_is_delivered_once_and_so_is_its_repetition(server, access, publication):
    (first,) = await hook(server, access).publish(publication)
    (second,) = await hook(server, access).publish(publication)
    (third,) = await hook(server, access).publish(replace(publication, run_id="run-2"))
    assert (first.state, second.state, third.state) == ("published", "unchanged", "unchanged")
    assert server.billed() == 1


async def test_again_is_a_delivery_of_its_own(server, access, publication):
    await hook(server, access).publish(publication)
    repeated = Webhook(f"{server.url}/hook", access, Options(again=True))
    await repeated.publish(replace(publication, run_id="run-2"))
    assert len(server.accepted) == 2


@pytest.mark.parametrize("fault", [Fault(status=503), Fault(status=500), Fault(drop="before"), Fault(drop="after")])
async def test_a_failed_delivery_is_repeated_under_the_same_id(server, access, publication, fault):
    server.fail(fault, times=2)
    (receipt,) = await hook(server, access).publish(publication)
    assert list(server.accepted) == [receipt.id]
    assert len({call.headers["webhook-id"] for call in server.calls}) == 1
    assert len(server.calls) == 3


async def test_a_server_that_stays_away_fails_and_is_told_the_next_time(server, access, publication):
    server.fail(Fault(status=503), times=5)
    with pytest.raises(Retryable, match="503"):
        await hook(server, access).publish(publication)
    (receipt,) = await hook(server, access).publish(publication)
    assert receipt.state == "published"
    assert len({call.headers["webhook-id"] for call in server.calls}) == 1


async def test_a_refused_signature_names_the_secret_and_does_not_show_it(server, access, publication):
    other = "whsec_" + "B" * 32
    access = having(access, WEBHOOK_SECRET=Secret(other))
    with pytest.raises(ConfigurationError) as caught:
        await hook(server, access).publish(publication)
    assert "WEBHOOK_SECRET" in caught.value.hint
    assert other not in f"{caught.value.message} {caught.value.hint} {access!r}"
    assert len(server.calls) == 1


async def test_a_client_error_is_not_repeated(server, access, publication):
    server.fail(Fault(status=422))
    with pytest.raises(Permanent, match="422"):
        await hook(server, access).publish(publication)
    assert len(server.calls) == 1


async def test_a_redirect_is_not_followed(server, access, publication):
    with pytest.raises(Permanent, match="redirects"):
        await hook(server, access, "/moved").publish(publication)
    assert server.accepted == {}


@pytest.mark.parametrize("secret", [None, Secret(""), Secret("short"), Secret("whsec_AAAA"), Secret("whsec_ä")])
async def test_a_missing_or_weak_secret_is_refused_before_any_work(access, secret):
    with pytest.raises(ConfigurationError) as caught:
        await Webhook("https://example.com/hook", having(access, WEBHOOK_SECRET=secret)).check()
    assert "WEBHOOK_SECRET" in caught.value.message + caught.value.hint


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.9", "169.254.169.254", "[fd00::1]", "127.0.0.2", "0.0.0.1"])
async def test_an_address_in_a_private_network_is_refused_before_any_work(access, host):
    with pytest.raises(RequestError, match="public internet"):
        await Webhook(f"https://{host}/hook", access).check()


async def test_loopback_is_told_when_it_is_named(server, access):
    await Webhook(f"http://localhost:{server.port}/hook", access).check()
    await Webhook(f"http://127.0.0.1:{server.port}/hook", access).check()


async def test_nobody_listening_is_a_vendor_error_and_nothing_is_recorded_as_done(server, access, publication):
    with pytest.raises(VendorError, match="reached"):
        await Webhook("http://127.0.0.1:9/hook", access, attempts=2, backoff_s=0.001).publish(publication)
    (receipt,) = await hook(server, access).publish(publication)
    assert receipt.state == "published"


@pytest.fixture
def names(monkeypatch) -> Iterator[dict[str, list[str]]]:
    """A name server of our own: what each name is told to be, one look-up after the other; the last stays."""
    known: dict[str, list[str]] = {}
    ask = socket.getaddrinfo

    def look_up(host, port, *rest, **options):
        if host not in known:
            return ask(host, port, *rest, **options)
        address = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1"])
async def test_a_name_that_leads_into_a_private_network_is_refused(access, names, address):
    names["hooks.example.org"] = [address]
    with pytest.raises(RequestError, match=r"hooks\.example\.org is not on the public internet"):
        await Webhook("https://hooks.example.org/hook", access).check()


async def test_a_name_that_changes_its_mind_after_it_was_checked_is_not_connected_to(
    server, access, publication, names
):
    names["hooks.example.org"] = ["93.184.215.14", "127.0.0.1"]
    webhook = Webhook(f"https://hooks.example.org:{server.port}/hook", access, backoff_s=0.001)
    await webhook.check()
    for tell in (webhook.publish(publication), webhook.notify("alert.raised", {})):
        with pytest.raises(RequestError, match="not on the public internet"):
            await tell
    assert server.calls == []


async def test_a_delivery_asks_the_name_server_once(server, access, publication, names, monkeypatch):
    monkeypatch.setattr(
        "automagic.destinations.webhook.delivery.is_public", lambda address: str(address) == "127.0.0.1"
    )
    names["hooks.example.org"] = ["127.0.0.1", "127.0.0.2"]
    (receipt,) = await Webhook(f"http://hooks.example.org:{server.port}/hook", access).publish(publication)
    assert list(server.accepted) == [receipt.id]


async def test_what_was_looked_up_is_connected_to_under_its_own_name(names):
    """Without a second look-up; TLS and the server still hear the name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    heard: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: heard.append(name) or ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    names["hooks.example.org"] = ["127.0.0.1", "93.184.215.14"]
    http = Http(pool=1, user_agent="tests")
    with pytest.raises(Retryable):
        await http.request("POST", f"https://hooks.example.org:{port}/", allow=lambda address: address.is_loopback)
    await http.close()
    server.close()
    assert heard == ["hooks.example.org"]
    assert names["hooks.example.org"] == ["93.184.215.14"], "asked once"
