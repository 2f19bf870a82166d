"""One post on an instance: sent once, and found again when no answer came.

    latest own post ─▶ uploads ─▶ note it ─▶ POST with its Idempotency-Key ─▶ the post
                                               └ no answer, or 500: look among what is newer than the noted one

The key makes one post of two requests, for an hour. What was posted is known again later, without a key: it is newer
than the latest post before it, has the same text to the letter, answers the same post, and has as many attachments.
https://docs.joinmastodon.org/methods/statuses/#create
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from automagic.destinations.mastodon.api import MastodonApi, read_statuses
from automagic.destinations.mastodon.media import Uploads
from automagic.destinations.shared.network import Attachment
from automagic.errors import Unknown
from automagic.gate.calls import Answer, Attempt
from automagic.gate.http import Reply, Unusable

PAGE = 40
"""Posts that an instance gives at once, at most."""
NEWEST_PAGES = 10
"""That are looked through for a post whose answer was lost."""
_NONE_YET = "0"
"""Older than the id of any post."""


@dataclass
class StatusPosting:
    """A post that is to be there once.

    Attributes:
        number: The account's, on its instance.
        body: Of POST /api/v1/statuses, without attachments.
        key: The Idempotency-Key.
        pause_s: After a lost answer, before the post is looked for: the instance may still be at it.
    """

    api: MastodonApi
    number: str
    body: Mapping[str, Any]
    key: str
    attachments: Sequence[Attachment]
    uploads: Uploads
    pause_s: float
    _latest: str = field(default="", init=False)

    async def send(self, attempt: Attempt) -> Answer:
        """Post it.

        Raises:
            Unknown: It may be there.
            VendorError, RequestError, ConfigurationError: It is not.
        """
        if not self._latest:
            newest = read_statuses(await self._newest({"limit": 1}))
            self._latest = str(newest[0]["id"]) if newest else _NONE_YET
        media = {"media_ids": await self.uploads.bring(self.attachments)} if self.attachments else {}
        await attempt.note_remote_id(self._latest)
        try:
            reply = await self.api.ask(
                "POST", "/api/v1/statuses", json={**self.body, **media}, headers={"Idempotency-Key": self.key}
            )
        except Unknown:
            await asyncio.sleep(self.pause_s)
            raise
        if reply.status in (500, 503) and (found := await self.find(self._latest)):  # it failed after it had posted
            return found
        if reply.status >= 400:
            raise self.api.explain(reply)
        try:
            return status_answer(reply.json(), self.api.host)
        except Unusable as error:  # it says that it is there, and not where
            raise Unknown(error.message, hint="It is looked for when you publish again.") from error

    async def find(self, latest: str) -> Answer | None:
        """The post, where it is there.

        Args:
            latest: The id of the account's latest post before it.

        Raises:
            Unknown: That cannot be said.
            VendorError, ConfigurationError: The instance cannot be asked.
        """
        asked: dict[str, str | int] = {"limit": PAGE, "since_id": latest, "exclude_reblogs": "true"}
        for _ in range(NEWEST_PAGES):
            newer = read_statuses(await self._newest(asked))
            for status in newer:
                if self._may_be(status) and await self._is(status):
                    return status_answer(status, self.api.host)
            if len(newer) < PAGE:
                return None
            asked["max_id"] = str(newer[-1]["id"])
        raise Unknown(
            f"the account on {self.api.host} has more than {NEWEST_PAGES * PAGE} newer posts: this one was not found",
            hint="Look at the account's page whether it is there.",
        )

    async def _newest(self, asked: Mapping[str, str | int]) -> Reply:
        return await self.api.get(f"/api/v1/accounts/{self.number}/statuses", asked)

    def _may_be(self, status: Mapping[str, Any]) -> bool:
        answered = status.get("in_reply_to_id") or ""
        attached = len(status.get("media_attachments") or ())
        return answered == self.body.get("in_reply_to_id", "") and attached == len(self.attachments)

    async def _is(self, status: Mapping[str, Any]) -> bool:
        """Whether its text was the same to the letter before the instance made a page of it."""
        reply = await self.api.ask("GET", f"/api/v1/statuses/{status['id']}/source")
        if reply.status == 404:  # deleted in between
            return False
        if reply.status >= 400:
            raise self.api.explain(reply)
        source = reply.json()
        return isinstance(source, dict) and source.get("text") == self.body["status"]


def status_answer(status: Any, host: str) -> Answer:
    """What is kept of a post: its id and its address.

    Raises:
        Unknown: That is none.
    """
    id, url = (status.get("id"), status.get("url")) if isinstance(status, dict) else ("", "")
    if not isinstance(id, str) or not isinstance(url, str) or not id:
        raise Unknown(f"{host} gave no id for what was posted", hint="It is looked for when you publish again.")
    return Answer(msgspec.json.encode({"id": id, "url": url}), "application/json", remote_id=id)
