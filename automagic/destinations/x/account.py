"""One account on X: signing in, publishing threads, deleting and correcting.

PostThread ──▶ checked ──▶ what is there already ──▶ upload ──▶ POST /2/tweets, each part a reply to the one before
                                           no answer came: looked for among the newest posts ◀──┘
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from automagic.destinations.shared.kept_accounts import (
    KeptAccount,
    find_account,
    keep_account,
    list_accounts,
    remove_account,
)
from automagic.destinations.shared.network import (
    NetworkAccount,
    PictureLimits,
    PostThread,
    PublishedPart,
    part_call,
    send_in_order,
)
from automagic.destinations.x.api import XApi, explain_refusal
from automagic.destinations.x.media import MOST_PICTURE_BYTES, alt_text_call, upload
from automagic.destinations.x.permission import XApp, XPermission, XToken, ask_permission, read_app, take_back
from automagic.destinations.x.sending import Sending, check_thread, notices_of, pays
from automagic.errors import BudgetError, Permanent, RequestError
from automagic.gate.calls import Answer, Attempt, Call
from automagic.language.posts.counting.length import limits_of
from automagic.language.posts.facets import links_of
from automagic.values.secret import Secret

if TYPE_CHECKING:
    from automagic.destinations.shared.network import NetworkAccess, SignInTalk
    from automagic.gate.http import Reply

LONG_POST = 25_000
"""What a paying account may post, in weighted characters. https://help.x.com/en/using-x/x-premium"""


class XNetwork:
    """An account on X; see `PostNetwork`.

    Args:
        place: Its name or number; "" for the only one.
    """

    def __init__(self, place: str, access: NetworkAccess) -> None:
        self._place = place
        self._access = access
        self._api: XApi | None = None

    # ------------------------------------------------------------------------------------------------ the account

    async def sign_in(self, talk: SignInTalk) -> NetworkAccount:
        app = read_app(self._access.settings)
        kept = await self._ask_who(app, await ask_permission(self._access.http, app, talk))
        keep_account(self._access.home, kept)
        return _account(kept)

    async def sign_out(self) -> None:
        kept = find_account(self._access.home, "x", self._place)
        await take_back(self._access.http, read_app(self._access.settings), kept)
        remove_account(self._access.home, kept)

    async def open(self) -> NetworkAccount:
        """The account that is signed in; see `open_account`."""
        account, self._api = await open_account(self._access, self._place)
        return account

    def likely_accounts(self) -> Sequence[NetworkAccount]:
        """The one that signed in here; else one that pays, and one that does not."""
        if list_accounts(self._access.home, "x"):
            return (_account(find_account(self._access.home, "x", self._place)),)
        kinds = ({"subscription": "None"}, {"subscription": "Premium"})
        return tuple(_account(KeptAccount("x", "", "", {}, facts)) for facts in kinds)

    async def _ask_who(self, app: XApp, token: XToken) -> KeptAccount:
        bearer = Secret(f"Bearer {token.access.reveal()}")
        found: dict[str, Any] = {}

        async def send(_attempt: Attempt) -> Answer:
            reply: Reply = await self._access.http.request(
                "GET",
                f"{app.api}/2/users/me",
                params={"user.fields": "subscription_type,username"},
                secret_headers={"Authorization": bearer},
            )
            if reply.status >= 400:
                raise explain_refusal(reply, changes=False)
            body = reply.json()
            found.update(body["data"] if isinstance(body, dict) and isinstance(body.get("data"), dict) else {})
            return Answer(b"", "text/plain")

        price = self._access.prices.post("x", "read user")
        subject = {"read": secrets.token_hex(16)}
        await self._access.gate.call(Call("x", "read user", "", subject, estimate_usd=price), send)
        id, name = found.get("id"), found.get("username")
        if not isinstance(id, str) or not id.isdecimal() or not isinstance(name, str):
            raise Permanent("X does not say whose permission it gave", hint="Sign in again.")
        facts: dict[str, str | float] = {
            "expires_at": token.expires_at,
            "subscription": str(found.get("subscription_type") or "None"),
        }
        return KeptAccount("x", id, f"@{name}", token.secrets, facts)

    # --------------------------------------------------------------------------------------------------- publishing

    def calls(self, account: NetworkAccount, thread: PostThread) -> Sequence[Call]:
        described = [alt_text_call(self._access, one.sha256) for one in thread.attachments if one.alt]
        return [*described, *(self._part_call(account, thread, part) for part in range(1, len(thread.parts) + 1))]

    async def publish(self, account: NetworkAccount, thread: PostThread) -> Sequence[PublishedPart]:
        check_thread(account, thread)
        first = ""

        async def send(part: int, before: PublishedPart | None) -> PublishedPart:
            nonlocal first
            call = self._part_call(account, thread, part)
            known = await self._access.gate.recall(call)
            if known is not None:
                done = self._published(account, part, known.answer.remote_id, new=False)
            else:
                done = await self._send_part(account, thread, call, before, first)
            first = first or done.remote_id
            return done

        return await send_in_order(len(thread.parts), send)

    async def _send_part(
        self, account: NetworkAccount, thread: PostThread, call: Call, before: PublishedPart | None, first: str
    ) -> PublishedPart:
        part = before.part + 1 if before else 1
        body: dict[str, Any] = {"text": thread.parts[part - 1]}
        cost = Decimal(0)
        if before is not None:
            body["reply"] = {"in_reply_to_tweet_id": before.remote_id}
        elif thread.attachments:
            media = [await upload(self._access, self._opened, account.id, one) for one in thread.attachments]
            body["media"] = {"media_ids": [id for id, _ in media]}
            cost = sum((usd for _, usd in media), Decimal(0))
            if thread.generated:
                body["made_with_ai"] = True
        post = Sending(self._access, self._opened, account.id, body, thread.written_at, first)
        try:
            delivered = await self._access.gate.call(call, post.send, recover=post.recover)
        except BudgetError as error:
            if not call.remark:
                raise
            raise BudgetError(error.message, hint=f"{call.remark}. {error.hint}") from error
        notices = notices_of(thread) if part == 1 else ()
        done = self._published(account, part, delivered.answer.remote_id, new=delivered.source == "called")
        return replace(done, cost_usd=delivered.cost_usd + cost, notices=notices)

    def forecast_delete(self) -> Decimal:
        return self._access.prices.post("x", "delete")

    def forecast_correct(self, text: str) -> Decimal:
        return self._price(text)

    async def delete(self, account: NetworkAccount, remote_id: str) -> None:
        _check_id(remote_id)

        async def send(_attempt: Attempt) -> Answer:
            try:
                await self._opened.ask("DELETE", f"/2/tweets/{remote_id}")
            except Permanent as error:
                if "404" not in error.message:
                    raise
            return Answer(b"", "text/plain")

        subject = {"account": account.id, "id": remote_id}
        call = Call("x", "delete", "", subject, estimate_usd=self.forecast_delete())
        await self._access.gate.call(call, send)

    async def correct(self, account: NetworkAccount, remote_id: str, text: str) -> PublishedPart:
        _check_id(remote_id)
        if not pays(account.limits):
            raise RequestError(
                f"X lets only paying accounts edit posts, and {account.name} is none",
                hint="Delete it and publish it anew: automagic posts delete, then automagic posts publish.",
            )
        thread = PostThread("", (text,), datetime.now(UTC))
        check_thread(account, thread)
        subject = {"account": account.id, "id": remote_id, "text": text}
        call = Call("x", "edit", "", subject, estimate_usd=self.forecast_correct(text), findable=True)
        body = {"text": text, "edit_options": {"previous_post_id": remote_id}}
        post = Sending(self._access, self._opened, account.id, body, thread.written_at, "")
        delivered = await self._access.gate.call(call, post.send, recover=post.recover)
        done = self._published(account, 1, delivered.answer.remote_id, new=delivered.source == "called")
        return replace(done, cost_usd=delivered.cost_usd)

    # ----------------------------------------------------------------------------------------------------- the pieces

    @property
    def _opened(self) -> XApi:
        assert self._api is not None, "open comes first"  # noqa: S101 - said of every network
        return self._api

    def _price(self, text: str) -> Decimal:
        return self._access.prices.post("x", "post with a link" if links_of(text, "x") else "post")

    def _part_call(self, account: NetworkAccount, thread: PostThread, part: int) -> Call:
        text, price = thread.parts[part - 1], self._price(thread.parts[part - 1])
        plain = self._access.prices.post("x", "post")
        twice = f"X refuses it while an earlier post of {account.name} has the same words"
        remark = twice if thread.variant > 1 and part == 1 else ""
        if price <= plain:
            return part_call(account, thread, part, price, remark)
        link = links_of(text, "x")[0]
        remark += "; " if remark else ""
        remark += (
            f"X takes ${price} for a post with a link, and ${plain} without: put {text[link.start : link.end][:60]} "
            "into your profile, or publish it on Bluesky or Mastodon"
        )
        return part_call(account, thread, part, price, remark)

    def _published(self, account: NetworkAccount, part: int, remote_id: str, *, new: bool) -> PublishedPart:
        return PublishedPart(part, remote_id, f"{account.url}/status/{remote_id}", new)


async def open_account(access: NetworkAccess, place: str) -> tuple[NetworkAccount, XApi]:
    """An account that somebody signed in with, and its API.

    X takes a cent for saying whose a permission is, so it is asked only to renew one; one that was withdrawn shows when
    the first request is refused.

    Raises:
        ConfigurationError: Nobody is signed in, or not any more.
        VendorError: X cannot be reached.
    """
    app = read_app(access.settings)
    kept = find_account(access.home, "x", place)
    permission = XPermission(access.http, app, access.home, kept)
    await permission.bearer()
    return _account(kept), XApi(access.http, permission, app.api)


def _account(kept: KeptAccount) -> NetworkAccount:
    limits = limits_of("x")
    if kept.facts.get("subscription", "None") != "None":
        limits = replace(limits, limit=LONG_POST)
    url = f"https://x.com/{kept.name.removeprefix('@')}"
    return NetworkAccount("x", kept.id, kept.name, url, limits, pictures=PictureLimits(MOST_PICTURE_BYTES))


def _check_id(remote_id: str) -> None:
    if not (remote_id.isascii() and remote_id.isdecimal() and len(remote_id) <= 19):
        raise RequestError(f"{remote_id[:40]!r} is not the id of a post on X", hint="It is the number in its address.")
