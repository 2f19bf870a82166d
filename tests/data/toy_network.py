"""A whole network in one file: threads of text on Threads, by a protocol like Mastodon's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from automagic.destinations.shared.kind import DestinationKind
from automagic.reading.setting import url_setting

if TYPE_CHECKING:
    from automagic.destinations.mastodon.api import MastodonApi
    from automagic.destinations.shared.network import (
        NetworkAccess,
        NetworkAccount,
        PostNetwork,
        PostThread,
        PublishedPart,
        SignInTalk,
    )
    from automagic.gate.calls import Call
    from automagic.values.secret import Secret

BASE_URL = url_setting("TOY_NETWORK_URL", "Where it is.")


class Toy:
    """The account that somebody signed in with."""

    def __init__(self, place: str, access: NetworkAccess) -> None:
        self._place = place
        self._access = access

    async def sign_in(self, talk: SignInTalk) -> NetworkAccount:
        """Ask for a token, and keep it."""
        from automagic.destinations.shared.kept_accounts import KeptAccount, keep_account

        token = talk.ask_secret("Token")
        person = (await self._api(token).get("/api/v1/accounts/verify_credentials")).json()
        kept = KeptAccount("threads", str(person["id"]), f"@{person['username']}", {"token": token})
        keep_account(self._access.home, kept)
        return await self.open()

    async def sign_out(self) -> None:
        """Forget the token."""
        from automagic.destinations.shared.kept_accounts import find_account, remove_account

        remove_account(self._access.home, find_account(self._access.home, "threads", self._place))

    async def open(self) -> NetworkAccount:
        """The account, after asking whether it still is."""
        from automagic.destinations.shared.kept_accounts import find_account
        from automagic.destinations.shared.network import NetworkAccount
        from automagic.language.posts.counting.length import limits_of

        kept = find_account(self._access.home, "threads", self._place)
        await self._api(kept.secrets["token"]).get("/api/v1/accounts/verify_credentials")
        return NetworkAccount("threads", kept.id, kept.name, "https://toy.example/jane", limits_of("threads"))

    def calls(self, account: NetworkAccount, thread: PostThread) -> Sequence[Call]:
        """A cent for each part."""
        from automagic.destinations.shared.network import part_call

        return [part_call(account, thread, part, Decimal("0.01")) for part in range(1, len(thread.parts) + 1)]

    async def publish(self, account: NetworkAccount, thread: PostThread) -> Sequence[PublishedPart]:
        """Post what is not there yet, each part in answer to the one before."""
        from automagic.destinations.mastodon.media import Uploads
        from automagic.destinations.mastodon.posting import StatusPosting
        from automagic.destinations.shared.kept_accounts import find_account
        from automagic.destinations.shared.network import PublishedPart, send_in_order
        from automagic.language.posts.mastodon_statuses import idempotency_key, status_body

        api = self._api(find_account(self._access.home, "threads", self._place).secrets["token"])
        uploads = Uploads(api, self._access.progress, 1.0)
        calls = self.calls(account, thread)

        async def send(part: int, before: PublishedPart | None) -> PublishedPart:
            body = status_body(thread.parts[part - 1], reply_to=before.remote_id if before else "")
            key = idempotency_key(f"{account.id}\n{thread.content}\n{thread.variant}", part)
            posting = StatusPosting(api, account.id, body, key, (), uploads, 0.0)
            delivered = await self._access.gate.call(calls[part - 1], posting.send, recover=posting.find)
            kept = json.loads(delivered.answer.data)
            is_new = delivered.source == "called"
            return PublishedPart(part, str(kept["id"]), str(kept["url"]), new=is_new, cost_usd=delivered.cost_usd)

        return await send_in_order(len(thread.parts), send)

    def forecast_delete(self) -> Decimal:
        """Nothing."""
        return Decimal(0)

    def forecast_correct(self, text: str) -> Decimal:
        """Nothing."""
        del text
        return Decimal(0)

    async def delete(self, account: NetworkAccount, remote_id: str) -> None:
        """It cannot."""
        raise NotImplementedError

    async def correct(self, account: NetworkAccount, remote_id: str, text: str) -> PublishedPart:
        """It cannot."""
        raise NotImplementedError

    def _api(self, token: Secret) -> MastodonApi:
        from automagic.destinations.mastodon.api import MastodonApi

        return MastodonApi(self._access.http, self._access.settings[BASE_URL], token, "@jane")


def _open(place: str, access: NetworkAccess) -> PostNetwork:
    return Toy(place, access)


DESTINATION = DestinationKind("threads", "threads[:@NAME]", str, None, settings=(BASE_URL,), place=140, network=_open)
