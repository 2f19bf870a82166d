"""An account on Bluesky: signed in by an app password, and published to thread by thread.

handle, app password ─▶ the account's own server ─▶ tokens (0600)
PostThread ─▶ checked ─▶ named ─▶ files uploaded, mentions found ─▶ one applyWrites: all of the thread, or nothing
                            └─ journaled; after a lost answer the server is asked for this name first
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from automagic.destinations.bluesky import thread as threads
from automagic.destinations.bluesky.identity import find_did, find_identity, open_server
from automagic.destinations.bluesky.session import SIGN_IN, Session, read_tokens
from automagic.destinations.bluesky.xrpc import (
    BlobGone,
    LimitReached,
    NotThere,
    XrpcServer,
    error_name,
    explain_refusal,
    message_of,
)
from automagic.destinations.shared.kept_accounts import (
    KeptAccount,
    find_account,
    keep_account,
    list_accounts,
    remove_account,
)
from automagic.destinations.shared.network import (
    NetworkAccess,
    NetworkAccount,
    PostThread,
    PublishedPart,
    SignInTalk,
    part_call,
    published,
)
from automagic.errors import (
    ConfigurationError,
    Permanent,
    RequestError,
    Retryable,
    Unknown,
)
from automagic.gate.calls import Answer, Attempt, Call
from automagic.gate.http import Unreachable, Unusable
from automagic.language.posts.bluesky_records import COLLECTION, following_tids, thread_tids, thread_writes
from automagic.language.posts.counting.length import limits_of
from automagic.reading.json import parse_json

if TYPE_CHECKING:
    from automagic.language.posts.facets import RichText

Value = TypeVar("Value")

_APP_PASSWORD = re.compile(r"(?:[a-z0-9]{4}-){3}[a-z0-9]{4}")
_PASSWORDS = "https://bsky.app/settings/app-passwords"
_URI = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]{1,512})")


class Bluesky:
    """One account.

    Args:
        place: Its handle or DID; "" for the only one that is signed in.
    """

    def __init__(self, place: str, access: NetworkAccess) -> None:
        self._place = place
        self._access = access
        self._opened: Session | None = None
        self._blobs: dict[str, Any] = {}
        """Of files that were uploaded by this object, by the place they have in the thread."""

    # --------------------------------------------------------------------------------------------- the account

    async def sign_in(self, talk: SignInTalk) -> NetworkAccount:
        """See `PostNetwork`."""
        access = self._access
        name = self._place or await asyncio.to_thread(talk.ask, "Your handle on Bluesky, such as jane.bsky.social")
        who = await find_identity(access.http, name.strip().removeprefix("@"), access.settings)
        server = open_server(access.http, who.server, access.settings)
        talk.show(f"Make an app password for AutoMagic at {_PASSWORDS}; it can be taken back there.")
        password = await asyncio.to_thread(talk.ask_secret, "App password")
        if not _APP_PASSWORD.fullmatch(password.reveal()):
            talk.show("That has not the form of an app password. Your own password opens more than AutoMagic needs.")
        reply = await server.http.request(
            "POST",
            f"{server.url}/xrpc/com.atproto.server.createSession",
            json={"identifier": who.did, "password": password.reveal()},
            check=server.stay,
            allow=server.allow,
        )
        if reply.status >= 400:
            _explain_sign_in(reply_name=error_name(reply), said=message_of(reply), handle=name)
            raise explain_refusal(reply)
        match reply.json():
            case {"did": who.did, "handle": str(handle)}:
                kept = KeptAccount("bluesky", who.did, handle, read_tokens(reply), {"server": who.server})
            case _:
                raise Permanent("Bluesky's server signed somebody else in", hint="Try again.")
        await asyncio.to_thread(keep_account, access.home, kept)
        self._opened = Session(server, kept, access.home)
        return _describe(kept)

    async def sign_out(self) -> None:
        """See `PostNetwork`."""
        session = self._session()
        await session.end()
        await asyncio.to_thread(remove_account, self._access.home, session.account)
        self._opened = None

    async def open(self) -> NetworkAccount:
        """See `PostNetwork`."""
        session = self._session()
        reply = await session.ask("GET", "com.atproto.server.getSession")
        match reply.json():
            case {"did": str(did), "handle": str(handle), **rest} if did == session.account.id:
                if rest.get("active") is False:
                    raise ConfigurationError(
                        f"the account {handle} at Bluesky is {rest.get('status') or 'not active'}",
                        hint="Look at it in Bluesky's own app.",
                    )
                if handle != session.account.name:
                    session.account = replace(session.account, name=handle)
                    await asyncio.to_thread(keep_account, self._access.home, session.account)
                return _describe(session.account)
        raise Unusable("Bluesky's server does not say whose sign-in it is", hint="Try again later.")

    def likely_accounts(self) -> Sequence[NetworkAccount]:
        """See `PostNetwork`."""
        if list_accounts(self._access.home, "bluesky"):
            return (_describe(find_account(self._access.home, "bluesky", self._place)),)
        return (NetworkAccount("bluesky", "", "", "", limits_of("bluesky")),)

    def _session(self) -> Session:
        if self._opened is None:
            kept = find_account(self._access.home, "bluesky", self._place)
            server = open_server(self._access.http, str(kept.facts["server"]), self._access.settings)
            self._opened = Session(server, kept, self._access.home)
        return self._opened

    # ---------------------------------------------------------------------------------------------- publishing

    def calls(self, account: NetworkAccount, thread: PostThread) -> Sequence[Call]:
        """See `PostNetwork`: a thread is one call."""
        return (part_call(account, thread, 0),)

    async def publish(self, account: NetworkAccount, thread: PostThread) -> Sequence[PublishedPart]:
        """See `PostNetwork`; a thread is there as a whole, or not at all."""
        session = self._session()
        texts = threads.prepare_texts(thread, account.limits)
        threads.check_attachments(thread)
        seed = f"{account.id}/{thread.content}/{thread.variant}"
        tids = list(thread_tids(seed, thread.written_at, len(texts)))

        async def send(attempt: Attempt) -> Answer:
            dids, notices = await _before(self._find_mentioned(session, texts))
            embed = await _before(self._make_embed(session, thread))
            await attempt.note_remote_id(tids[0])
            body = thread_writes(
                account.id, texts, tids, datetime.now(UTC), threads.prepare_languages(thread), dids, embed
            )
            await self._write(session, body)
            return _answer(tids, notices)

        async def recover(first: str) -> Answer | None:
            tids[:] = following_tids(first, len(texts))  # what is sent again has the name that was journaled
            what = {"repo": account.id, "collection": COLLECTION, "rkey": first}
            try:
                await session.ask("GET", "com.atproto.repo.getRecord", params=what)
            except NotThere:
                return None
            return _answer(tids, ())

        delivered = await self._access.gate.call(part_call(account, thread, 0), send, recover=recover)
        kept = parse_json(delivered.answer.data, name="what was published")
        parts = [
            PublishedPart(
                number,
                f"at://{account.id}/{COLLECTION}/{tid}",
                f"https://bsky.app/profile/{account.id}/post/{tid}",
                new=delivered.source == "called",
                notices=tuple(kept["notices"]) if number == 1 else (),
            )
            for number, tid in enumerate(kept["tids"], start=1)
        ]
        if tell := published.get():
            for part in parts:
                await tell(part)
        return parts

    async def _write(self, session: Session, body: dict[str, Any]) -> None:
        """Write a thread.

        Raises:
            Unknown: It may be there: the server says "500" of what it did, and of what was there before.
            RequestError, VendorError: It is not there.
        """
        if (size := len(msgspec.json.encode(body))) > threads.MAX_CALL_BYTES:
            raise RequestError(
                f"the thread is too long for one call: {size:,} bytes", hint="Publish it in two threads."
            )
        try:
            reply = await session.ask("POST", "com.atproto.repo.applyWrites", json=body)
        except (LimitReached, Unreachable):
            raise
        except BlobGone as error:
            self._blobs.clear()
            raise Retryable(error.message, hint=error.hint) from error
        except Retryable as error:
            raise Unknown(error.message, hint="It may have been done anyway.") from error
        if b'"results"' not in reply.body:
            raise Unknown("somebody else than Bluesky's server seems to have answered", hint="Check the connection.")

    async def _find_mentioned(
        self, session: Session, texts: Sequence[RichText]
    ) -> tuple[dict[str, str], tuple[str, ...]]:
        """The DID behind each handle that is mentioned, and a sentence for each that is nobody's."""
        found: dict[str, str] = {}
        notices: list[str] = []
        mentioned = [facet.value for text in texts for facet in text.facets if facet.kind == "mention"]
        for handle in dict.fromkeys(mentioned):
            try:
                found[handle] = await find_did(session.server, handle)
            except RequestError:
                notices.append(f"Nobody on Bluesky is called @{handle}: it stays plain text.")
        return found, tuple(notices)

    async def _make_embed(self, session: Session, thread: PostThread) -> dict[str, Any] | None:
        """What is shown below the first post; its files are uploaded."""
        attachments, card = thread.attachments, thread.card
        if not attachments and card is None:
            return None
        limit = await _find_blob_limit(session.server)

        async def upload(place: str, file: threads.BlobFile) -> Any:
            if place not in self._blobs:
                self._blobs[place] = await _upload(session, file, limit)
            return self._blobs[place]

        if not attachments and card is not None:
            thumb = None
            if card.picture is not None:
                thumb = await upload(f"thumb {card.picture}", await asyncio.to_thread(threads.read_thumb, card.picture))
            return threads.card_embed(card.url, card.title, card.description, thumb)
        blobs = []
        for number, one in enumerate(attachments):
            blobs.append(await upload(one.sha256, await asyncio.to_thread(threads.read_attachment, one)))
            self._access.progress((number + 1) / len(attachments))
        first = attachments[0]
        if not first.is_video:
            return threads.images_embed(blobs, attachments)
        captions = None
        if first.captions is not None:
            file = await asyncio.to_thread(threads.read_captions, first.captions)
            captions = await upload(f"captions {first.sha256}", file)
        return threads.video_embed(blobs[0], first, captions, *threads.prepare_languages(thread))

    # ----------------------------------------------------------------------------------------------- afterwards

    def forecast_delete(self) -> Decimal:
        """Nothing."""
        return Decimal(0)

    def forecast_correct(self, text: str) -> Decimal:
        """Nothing: it cannot be done."""
        del text
        return Decimal(0)

    async def delete(self, account: NetworkAccount, remote_id: str) -> None:
        """See `PostNetwork`."""
        did, key = _parse_uri(remote_id)
        if did != account.id:
            raise RequestError(f"{remote_id} is not a post of {account.name}", hint="Delete it from its own account.")
        session = self._session()
        what = {"repo": did, "collection": COLLECTION, "rkey": key}

        async def send(_attempt: Attempt) -> Answer:
            reply = await session.ask("POST", "com.atproto.repo.deleteRecord", json=what)
            return Answer(reply.body, reply.media_type)

        await self._access.gate.ask(Call("bluesky", "delete", "", what, server=account.server), send)

    async def correct(self, account: NetworkAccount, remote_id: str, text: str) -> PublishedPart:
        """Bluesky cannot."""
        del account, remote_id, text
        raise RequestError("a post on Bluesky cannot be changed", hint="Delete it, and publish the corrected one anew.")


def _describe(kept: KeptAccount) -> NetworkAccount:
    url = f"https://bsky.app/profile/{kept.name}"
    server = str(kept.facts["server"]).partition("://")[2]
    return NetworkAccount("bluesky", kept.id, kept.name, url, limits_of("bluesky"), server, threads.PICTURES)


def _explain_sign_in(*, reply_name: str, said: str, handle: str) -> None:
    """Say why a sign-in is refused, where it is the person's to mend."""
    if reply_name == "AuthFactorTokenRequired":
        raise ConfigurationError(
            f"Bluesky asks for a code by e-mail, as it does of {handle}'s own password",
            hint=f"Give an app password: {_PASSWORDS}",
        )
    if reply_name == "AuthenticationRequired":
        raise ConfigurationError(
            f"Bluesky refuses the password of {handle}: {said or 'it is wrong'}",
            hint=f"Make an app password at {_PASSWORDS} and sign in again: {SIGN_IN}",
        )


def _parse_uri(text: str) -> tuple[str, str]:
    """The DID and the key in the address of a post.

    Raises:
        RequestError: It is none.
    """
    found = _URI.fullmatch(text)
    if not found:
        raise RequestError(
            f"{text[:100]!r} is not a valid address of a post on Bluesky",
            hint="Write it like at://did:plc:…/app.bsky.feed.post/…",
        )
    return found[1], found[2]


def _answer(tids: Sequence[str], notices: Sequence[str]) -> Answer:
    return Answer(msgspec.json.encode({"tids": tids, "notices": notices}), "application/json", remote_id=tids[0])


async def _find_blob_limit(server: XrpcServer) -> int | None:
    """The largest file that a server takes, in bytes; None where it does not say."""
    body = (await server.ask("GET", "com.atproto.server.describeServer")).json()
    limit = body.get("blobUploadLimit") if isinstance(body, dict) else None
    return limit if isinstance(limit, int) else None


async def _upload(session: Session, file: threads.BlobFile, limit: int | None) -> Any:
    """Upload a file; gives its blob, as a record names it."""
    if limit is not None and len(file.data) > limit:
        raise RequestError(
            f"a file of {len(file.data) / 1e6:.1f} MB is too large for {session.server.url}",
            hint=f"It takes at most {limit / 1e6:.1f} MB.",
        )
    reply = await session.ask(
        "POST", "com.atproto.repo.uploadBlob", data=file.data, headers={"Content-Type": file.media_type}
    )
    match reply.json():
        case {"blob": {"$type": "blob", "ref": {"$link": str()}} as blob}:
            return blob
    raise Retryable("Bluesky's server gave no name for an uploaded file", hint="Try again later.")


async def _before(asking: Awaitable[Value]) -> Value:
    """Do something before a thread is written: as long as it fails, nothing is published, whatever happened."""
    try:
        return await asking
    except Unknown as error:
        raise Retryable(error.message, hint=error.hint) from error
