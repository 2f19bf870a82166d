"""One account of Mastodon: signing in, threads, taking back and correcting.

Each part of a thread is a purchase of the call gate, which `posting` sends and finds again. A thread that broke goes
on at its first missing part, in answer to the last one that is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from automagic.destinations.mastodon.address import split_account
from automagic.destinations.mastodon.api import MastodonApi, Refused, read_object
from automagic.destinations.mastodon.instance import (
    domain_of,
    find_instance,
    limits_from_facts,
    limits_to_facts,
    read_limits,
)
from automagic.destinations.mastodon.media import Uploads, check_attachments
from automagic.destinations.mastodon.posting import StatusPosting, status_answer
from automagic.destinations.mastodon.sign_in import Granted, ask_permission, take_back
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
    PictureLimits,
    PostThread,
    PublishedPart,
    SignInTalk,
    part_call,
    send_in_order,
)
from automagic.errors import ConfigurationError, RequestError
from automagic.gate.calls import Answer, Attempt, Call
from automagic.language.posts.counting.length import limits_of, measure
from automagic.language.posts.mastodon_statuses import idempotency_key, status_body
from automagic.reading.json import parse_json
from automagic.values.secret import Secret

if TYPE_CHECKING:
    from automagic.gate.calls import Delivered
    from automagic.gate.gate import Recover, Send

_FREE = Decimal(0)


class Mastodon:
    """See the module's docstring.

    Args:
        place: "@jane@example.social"; an instance's address before the sign-in; "" for the only account.
        pause_s: Between questions whether an upload is ready, and before a post is looked for.
    """

    def __init__(self, place: str, access: NetworkAccess, *, pause_s: float = 1.0) -> None:
        self._place = place
        self._access = access
        self._pause_s = pause_s

    # -------------------------------------------------------------------------------------------- the account

    async def sign_in(self, talk: SignInTalk) -> NetworkAccount:
        """Ask for an access token or for permission in the browser, try it, and keep it."""
        named = self._place or (await asyncio.to_thread(talk.ask, "Your account or instance (such as example.social)"))
        name, server = split_account(named.strip())
        api, instance = await find_instance(self._access.http, server, name)
        granted = await ask_permission(api, talk)
        signed = MastodonApi(self._access.http, api.server, granted.token)
        person = read_object(await signed.get("/api/v1/accounts/verify_credentials"))
        domain = domain_of(instance, api)
        if name and name.casefold() != str(person["username"]).casefold():
            raise ConfigurationError(
                f"that is the account @{person['username']}@{domain}, not @{name}",
                hint="Sign in at the instance's page as the one that you mean, and again here.",
            )
        secrets = {
            "token": granted.token,
            "client_id": Secret(granted.client_id),
            "client_secret": granted.client_secret,
        }
        kept = KeptAccount(
            "mastodon",
            f"{person['id']}@{domain}",
            f"@{person['username']}@{domain}",
            secrets,
            {"server": api.server, "url": str(person["url"]), **limits_to_facts(read_limits(instance))},
        )
        keep_account(self._access.home, kept)
        return _account(kept)

    async def sign_out(self) -> None:
        """End the token, where the instance granted it to us, and forget the account."""
        kept = self._kept()
        await take_back(
            self._api(kept),
            Granted(kept.secrets["token"], kept.secrets["client_id"].reveal(), kept.secrets["client_secret"]),
        )
        remove_account(self._access.home, kept)

    async def open(self) -> NetworkAccount:
        """The account, with what its instance takes today."""
        kept = self._kept()
        api = self._api(kept)

        async def look(_attempt: Attempt) -> Answer:
            await api.get("/api/v1/accounts/verify_credentials")
            _, instance = await find_instance(self._access.http, api.server)
            return Answer(msgspec.json.encode(limits_to_facts(read_limits(instance))), "application/json")

        call = Call("mastodon", "account", "", {"account": kept.id}, server=api.host)
        answer = await self._access.gate.ask(call, look)
        fresh = replace(kept, facts={**kept.facts, **parse_json(answer.data, name=api.host)})
        if fresh != kept:
            keep_account(self._access.home, fresh)
        return _account(fresh)

    def likely_accounts(self) -> Sequence[NetworkAccount]:
        """See `PostNetwork`."""
        if list_accounts(self._access.home, "mastodon"):
            return (_account(self._kept()),)
        return (NetworkAccount("mastodon", "", "", "", limits_of("mastodon")),)

    def _kept(self) -> KeptAccount:
        return find_account(self._access.home, "mastodon", self._place)

    def _api(self, kept: KeptAccount) -> MastodonApi:
        return MastodonApi(self._access.http, str(kept.facts["server"]), kept.secrets["token"], kept.name)

    # ------------------------------------------------------------------------------------------------- posting

    def calls(self, account: NetworkAccount, thread: PostThread) -> Sequence[Call]:
        """One for each part; all are free."""
        return [part_call(account, thread, part) for part in range(1, len(thread.parts) + 1)]

    async def publish(self, account: NetworkAccount, thread: PostThread) -> Sequence[PublishedPart]:
        """Post what is not there yet, each part in answer to the one before."""
        kept = self._kept()
        api = self._api(kept)
        limits = limits_from_facts(kept.facts)
        _check_texts(account, thread, api.host)
        check_attachments(thread.attachments, limits, api.host)
        uploads = Uploads(api, self._access.progress, self._pause_s)
        seed = f"{account.id}\n{thread.content}\n{thread.variant}"
        calls = self.calls(account, thread)

        async def send(part: int, before: PublishedPart | None) -> PublishedPart:
            body = status_body(
                thread.parts[part - 1].strip(),
                language=thread.language,
                reply_to=before.remote_id if before else "",
            )
            attachments = thread.attachments if part == 1 else ()
            key = idempotency_key(seed, part)
            posting = StatusPosting(api, _number(account), body, key, attachments, uploads, self._pause_s)
            delivered = await self._through_the_gate(calls[part - 1], posting.send, posting.find)
            return _published(part, delivered, _notices(thread) if part == 1 else ())

        return await send_in_order(len(thread.parts), send)

    def forecast_delete(self) -> Decimal:
        """Nothing."""
        return _FREE

    def forecast_correct(self, text: str) -> Decimal:
        """Nothing."""
        del text
        return _FREE

    async def delete(self, account: NetworkAccount, remote_id: str) -> None:
        """Take a post back; one that is gone already is fine."""
        api = self._api(self._kept())
        subject = {"account": account.id, "id": remote_id}
        call = Call("mastodon", "delete", "", subject, estimate_usd=_FREE, findable=True, server=account.server)

        async def send(attempt: Attempt) -> Answer:
            await attempt.note_remote_id(remote_id)
            reply = await api.ask("DELETE", _status(remote_id))
            if reply.status >= 400 and reply.status != 404:
                raise api.explain(reply)
            return Answer(b"{}", "application/json", remote_id=remote_id)

        async def find(_noted: str) -> Answer | None:
            reply = await api.ask("GET", _status(remote_id))
            if reply.status == 404:
                return Answer(b"{}", "application/json", remote_id=remote_id)
            if reply.status >= 400:
                raise api.explain(reply)
            return None

        await self._through_the_gate(call, send, find)

    async def correct(self, account: NetworkAccount, remote_id: str, text: str) -> PublishedPart:
        """Change a post's text, and nothing else of it."""
        api = self._api(self._kept())
        text = text.strip()
        _check_length(text, account, api.host, "the text")
        status = read_object(await api.get(_status(remote_id)))
        source = read_object(await api.get(f"{_status(remote_id)}/source"))
        if source["text"] == text:
            return PublishedPart(1, remote_id, str(status["url"]), new=False)
        if status.get("poll"):
            raise RequestError("a post with a poll is not corrected: its votes would be lost", hint="Do it there.")
        # What is left out of a change is taken away from the post.
        body = {
            "status": text,
            "spoiler_text": source["spoiler_text"],
            "sensitive": status["sensitive"],
            "language": status["language"],
            "media_ids": [one["id"] for one in status["media_attachments"]],
        }
        subject = {"account": account.id, "id": remote_id, "text": text, "before": status.get("edited_at") or ""}
        call = Call("mastodon", "correct", "", subject, estimate_usd=_FREE, findable=True, server=account.server)

        async def send(attempt: Attempt) -> Answer:
            await attempt.note_remote_id(remote_id)
            return status_answer(read_object(await api.send("PUT", _status(remote_id), json=body)), api.host)

        async def find(_noted: str) -> Answer | None:
            now = read_object(await api.get(f"{_status(remote_id)}/source"))
            return (
                status_answer(read_object(await api.get(_status(remote_id))), api.host) if now["text"] == text else None
            )

        return _published(1, await self._through_the_gate(call, send, find), ())

    async def _through_the_gate(self, call: Call, send: Send, recover: Recover) -> Delivered:
        """As `Gate.call`; what is nobody's failure passes it as one, and comes out as itself."""

        async def guarded(attempt: Attempt) -> Answer:
            try:
                return await send(attempt)
            except (ConfigurationError, RequestError) as error:
                raise Refused(error) from error

        try:
            return await self._access.gate.call(call, guarded, recover=recover)
        except Refused as error:
            raise error.cause from error


def _account(kept: KeptAccount) -> NetworkAccount:
    limits = limits_from_facts(kept.facts)
    server = str(kept.facts["server"]).partition("://")[2]
    pictures = PictureLimits(limits.image_bytes, limits.image_pixels)
    return NetworkAccount("mastodon", kept.id, kept.name, str(kept.facts["url"]), limits.of_texts, server, pictures)


def _number(account: NetworkAccount) -> str:
    """The account's, on its instance."""
    return account.id.partition("@")[0]


def _status(remote_id: str) -> str:
    if not remote_id.isalnum():
        raise RequestError(
            f"{remote_id[:60]!r} is not a valid id of a post on Mastodon", hint="It is the end of its address."
        )
    return f"/api/v1/statuses/{remote_id}"


def _check_texts(account: NetworkAccount, thread: PostThread, host: str) -> None:
    for part, text in enumerate(thread.parts, start=1):
        what = f"post {part} of the thread" if len(thread.parts) > 1 else "the post"
        if not text.strip() and not (part == 1 and thread.attachments):
            raise RequestError(f"{what} is empty", hint="Write something, or attach a picture.")
        _check_length(text, account, host, what)


def _check_length(text: str, account: NetworkAccount, host: str, what: str) -> None:
    length = measure(text.strip(), "mastodon", account.limits)
    if not length.ok:
        raise RequestError(
            f"{what} is too long for {host}: {length.length:,} of {length.limit:,} characters",
            hint="Shorten it, or part it into a thread.",
        )


def _notices(thread: PostThread) -> tuple[str, ...]:
    """What the network does otherwise than was asked."""
    told = []
    if thread.card and thread.card.url not in thread.parts[0]:
        told.append(f"Mastodon shows a page below a post only where its text has the link: {thread.card.url}")
    if any(one.captions for one in thread.attachments):
        told.append("Mastodon takes no captions beside a video: those in the picture are seen.")
    return tuple(told)


def _published(part: int, delivered: Delivered, notices: tuple[str, ...]) -> PublishedPart:
    kept = parse_json(delivered.answer.data, name="a kept answer of Mastodon")
    new = delivered.source == "called"
    return PublishedPart(part, str(kept["id"]), str(kept["url"]), new=new, notices=notices if new else ())
