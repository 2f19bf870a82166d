"""Fetching a page: from a real server on loopback, which only these tests may ask."""

from __future__ import annotations

import asyncio
import datetime
import gzip
import ssl
from ipaddress import IPv4Address, ip_address
from pathlib import Path

import pytest
from aiohttp import web

from automagic.errors import RequestError
from automagic.machine.addresses import is_public
from automagic.sources.page import CheckedResolver, fetch_page
from tests.support.servers.pages import ARTICLE, Address, Handler, Serve, allow_loopback, page

pytest_plugins = ["tests.support.servers.pages"]


async def refusal(url: str, **options: object) -> RequestError:
    """The error of a fetch that must fail."""
    arguments = {"allow": allow_loopback, "timeout_s": 5.0, **options}
    with pytest.raises(RequestError) as caught:
        await fetch_page(url, **arguments)  # type: ignore[arg-type]  # each test passes what fits
    return caught.value


async def test_article_becomes_a_document(serve: Serve) -> None:
    url = await serve(page())
    document = await fetch_page(f"{url}/news?id=7&access_token=hush#top", allow=allow_loopback)
    assert document.title == "The harbour opens at dawn"
    assert document.author == "Ann Lee"
    assert document.published == "2024-05-06"
    assert document.language == "en"
    assert document.paragraphs == (
        "The first boats leave the harbour at dawn. They come back before noon.",
        "The market sells the catch on the same day.",
    )
    assert document.location == f"{url}/news?id=7"  # what looks like a secret is not shown


async def test_markdown_sent_as_plain_text_is_read_as_markdown(serve: Serve) -> None:
    url = await serve(page("# A title\n\nSome **bold** words stand here.", content_type="text/plain"))
    document = await fetch_page(f"{url}/notes.md", allow=allow_loopback)
    assert (document.title, document.paragraphs) == ("A title", ("Some bold words stand here.",))


async def test_request_names_the_program_and_carries_no_credentials(serve: Serve) -> None:
    seen: dict[str, str] = {}

    async def answer(request: web.Request) -> web.Response:
        seen.update(request.headers)
        return await page()(request)  # type: ignore[return-value]  # it is a plain Response

    await fetch_page(await serve(answer), allow=allow_loopback)
    assert seen["User-Agent"].startswith("AutoMagic/")
    assert not {"Authorization", "Cookie"} & set(seen)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.1", "127.1", "2130706433", "[::ffff:7f00:1]"]
)
async def test_this_machine_is_refused_by_default(serve: Serve, host: str) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text=ARTICLE, content_type="text/html")

    port = (await serve(answer)).rpartition(":")[2]
    error = await refusal(f"http://{host}:{port}/", allow=is_public)
    # The short forms of 127.0.0.1 are either resolved and refused, or no address at all to the client.
    assert "not on the public internet" in error.message or (
        host in {"127.1", "2130706433"} and "valid web" in error.message
    )
    assert not asked


async def test_redirect_from_an_allowed_server_to_a_forbidden_address_is_refused(serve: Serve) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        raise web.HTTPFound("http://169.254.169.254/latest/meta-data/")

    error = await refusal(await serve(answer) + "/start")
    assert "169.254.169.254 is not on the public internet" in error.message
    assert asked == ["/start"]


async def test_redirect_by_name_is_checked_anew(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        raise web.HTTPFound(f"http://localhost:{request.url.port}/inside")

    seen: list[str] = []

    def allow_once(address: Address) -> bool:
        seen.append(str(address))
        return len(seen) == 1

    error = await refusal(await serve(answer), allow=allow_once)
    assert "localhost is not on the public internet" in error.message
    assert len(seen) >= 2


async def test_resolver_gives_only_admitted_addresses_and_asks_each_time() -> None:
    answers = [True, False]
    resolver = CheckedResolver(lambda address: answers.pop(0))
    assert [result["host"] for result in await resolver.resolve("127.0.0.1", 80)] == ["127.0.0.1"]
    with pytest.raises(RequestError):
        await resolver.resolve("127.0.0.1", 80)


async def test_five_redirects_are_followed_and_six_are_not(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        left = int(request.path.strip("/"))
        if left:
            raise web.HTTPMovedPermanently(str(left - 1))  # relative, as servers may send it
        return await page()(request)

    url = await serve(answer)
    assert (await fetch_page(f"{url}/5", allow=allow_loopback)).location == f"{url}/0"
    assert "redirects more than 5 times" in (await refusal(f"{url}/6")).message


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://user:pass@127.0.0.1/"])
async def test_redirect_away_from_plain_web_addresses_is_refused(serve: Serve, target: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": target})

    error = await refusal(await serve(answer))
    assert error.message.startswith("A redirect leads to")
    assert "pass@" not in error.message


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("ftp://example.com/a.txt", "http or https only"),
        ("file:///etc/passwd", "http or https only"),
        ("example.com/page", "without https://"),
        ("https://ann:secret@example.com/", "user name"),
        ("http:///nowhere", "without a host"),
        ("http://[::1", "not a valid web address"),
    ],
)
async def test_address_that_is_no_public_page_is_explained(url: str, part: str) -> None:
    error = await refusal(url)
    assert part in error.message
    assert "secret" not in error.message + error.hint


async def test_server_that_hangs_is_given_up(serve: Serve) -> None:
    released = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        await released.wait()
        return web.Response()

    error = await refusal(await serve(answer), timeout_s=0.2)
    released.set()
    assert "did not answer in full within 0.2 s" in error.message


async def test_server_that_drips_is_given_up(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await response.prepare(request)
        while request.transport is not None and not request.transport.is_closing():
            await response.write(b"x")
            await asyncio.sleep(0.02)
        return response

    assert "within 0.3 s" in (await refusal(await serve(answer), timeout_s=0.3)).message


async def test_endless_page_is_cut_off(serve: Serve) -> None:
    sent = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await response.prepare(request)
        while sent < 100_000_000:  # far more than may be taken
            await response.write(b"word " * 10_000)
            sent += 50_000
        return response

    assert "larger than 0.2 MB" in (await refusal(await serve(answer), max_bytes=200_000)).message
    assert sent < 20_000_000


async def test_declared_size_is_enough_to_refuse(serve: Serve) -> None:
    error = await refusal(await serve(page("word " * 1000)), max_bytes=1000)
    assert "larger than 0.001 MB" in error.message


def packed(body: bytes) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        headers = {"Content-Encoding": "gzip", "Content-Type": "text/html; charset=utf-8"}
        return web.Response(body=body, headers=headers)

    return answer


async def test_gzip_page_is_unpacked(serve: Serve) -> None:
    half = len(ARTICLE) // 2
    members = gzip.compress(ARTICLE[:half].encode()) + gzip.compress(ARTICLE[half:].encode())
    document = await fetch_page(await serve(packed(members)), allow=allow_loopback)
    assert document.title == "The harbour opens at dawn"


async def test_gzip_bomb_is_cut_off(serve: Serve) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 100_000
    assert "larger than 0.1 MB" in (await refusal(await serve(packed(bomb)), max_bytes=100_000)).message


@pytest.mark.parametrize(
    ("body", "part"), [(gzip.compress(ARTICLE.encode())[:-20], "ended too early"), (b"not gzip at all", "damaged")]
)
async def test_broken_gzip_is_explained(serve: Serve, body: bytes, part: str) -> None:
    assert part in (await refusal(await serve(packed(body)))).message


async def test_connection_that_breaks_off_is_explained(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/plain", "Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"only the beginning")
        assert request.transport is not None
        request.transport.close()
        return response

    assert "broke off" in (await refusal(await serve(answer))).message


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "application/json", "text/css", "video/mp4"])
async def test_what_is_not_text_is_refused_by_its_type(serve: Serve, kind: str) -> None:
    error = await refusal(await serve(page("{}", content_type=kind)))
    assert f"it is {kind}" in error.message


async def test_picture_that_claims_to_be_a_page_is_refused_by_its_content(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=b"\x89PNG\r\n\x1a\n" + bytes(100), content_type="text/html")

    assert "PNG picture" in (await refusal(await serve(answer))).message


@pytest.mark.parametrize(
    ("status", "shown"),
    [(404, "404 Not Found"), (503, "503 Service Unavailable"), (403, "403 Forbidden"), (599, "599")],
)
async def test_status_is_told(serve: Serve, status: int, shown: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status)

    error = await refusal(await serve(answer))
    assert error.message.endswith(f"answered {shown}.")
    assert error.hint


async def test_name_that_does_not_exist_is_told() -> None:
    error = await refusal("http://no-such-host.invalid/")  # RFC 2606: never given out
    assert "no-such-host.invalid could not be found" in error.message


async def test_closed_port_is_told(unused_tcp_port: int) -> None:
    assert "127.0.0.1 cannot be reached" in (await refusal(f"http://127.0.0.1:{unused_tcp_port}/")).message


async def test_untrusted_certificate_is_told(serve: Serve, tmp_path: Path) -> None:
    error = await refusal(await serve(page(), tls=own_certificate(tmp_path)))  # type: ignore[call-arg]  # a keyword
    assert "certificate of 127.0.0.1 is not trusted" in error.message


async def test_plain_server_behind_https_is_told(serve: Serve) -> None:
    url = (await serve(page())).replace("http:", "https:")
    assert "secure connection to 127.0.0.1 could not be made" in (await refusal(url)).message


def own_certificate(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS with a certificate that nobody vouches for."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.1",
        "10.1.2.3",
        "100.100.100.200",
        "127.0.0.1",
        "168.63.129.16",
        "169.254.169.254",
        "172.31.255.255",
        "192.0.0.192",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.251",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_address_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "172.32.0.1", "100.128.0.1", "223.255.255.1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2606:4700::1111"],
)
def test_address_outside_is_public(address: str) -> None:
    assert is_public(ip_address(address))
