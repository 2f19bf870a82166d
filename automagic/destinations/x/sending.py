"""A thread on its way to X: what X would refuse, the request of each part, and where it is looked for.

X knows no name for a post before it is made. So each is looked for by its words, among what the account posted since it
was sent; and X itself refuses the same words a second time. What was published here before, on purpose, has the same
words too and is never taken for this one.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from automagic.destinations.shared.published_posts import PublishedPosts
from automagic.destinations.x.api import DuplicatePost
from automagic.destinations.x.media import check_attachments
from automagic.destinations.x.timeline import read_timeline, same_words
from automagic.errors import Permanent, RequestError, Retryable, Unknown
from automagic.gate.calls import Answer, Attempt
from automagic.language.posts.check import check_post
from automagic.language.posts.counting.length import NetworkLimits, limits_of
from automagic.machine.leaving import in_thread

if TYPE_CHECKING:
    from automagic.destinations.shared.network import NetworkAccess, NetworkAccount, PostThread
    from automagic.destinations.x.api import XApi
    from automagic.destinations.x.timeline import XPost

_REFUSED = frozenset({"empty", "too_long", "forbidden_character", "cashtags"})
_MARGIN_S = 900.0
"""How far X's clock and ours may be apart before anybody has told."""
_BLUR_S = 60.0
"""How far they may be apart when X has just told: what is older than our beginning by more was posted by hand."""
_ON_A_PAGE = 10
_MOST_SEARCHED = 100


def check_thread(account: NetworkAccount, thread: PostThread) -> None:
    """Refuse what X would refuse, before anything is sent or paid.

    Raises:
        RequestError: A part is empty, too long or has what no post may have; a file is not for X.
    """
    check_attachments(thread.attachments, paying=pays(account.limits))
    if not thread.parts:
        raise RequestError("there is nothing to post", hint="Give a text.")
    for part, text in enumerate(thread.parts, start=1):
        if any(same_words(text, other) for other in thread.parts[: part - 1]):
            raise RequestError(f"X refuses the same words twice: post {part} repeats an earlier one", hint="Change it.")
        found = check_post(text, ("x",), {"x": account.limits}).findings
        shown = part == 1 and bool(thread.attachments)
        wrong = [one.message for one in found if one.code in _REFUSED and not (one.code == "empty" and shown)]
        if wrong:
            which = f"post {part} of {len(thread.parts)}" if len(thread.parts) > 1 else "the post"
            raise RequestError(f"X does not take {which}. {' '.join(wrong)}", hint="Change it, or part it: --thread.")


def notices_of(thread: PostThread) -> tuple[str, ...]:
    """What of a thread X is not given."""
    notices = []
    if thread.card and not any(thread.card.url in text for text in thread.parts):
        notices.append(
            f"X was not given {thread.card.url}: it shows a page only where its address is in the text, and takes more"
        )
    if any(one.captions for one in thread.attachments):
        notices.append("X was not given the captions: it makes its own")
    return tuple(notices)


class Sending:
    """One post on its way.

    Args:
        body: Of the request.
        begun_at: When its thread's publication was begun: nothing that is older is it.
        first: The id of the thread's first post; "" for that one itself.
    """

    def __init__(
        self,
        access: NetworkAccess,
        api: XApi,
        account_id: str,
        body: dict[str, Any],
        begun_at: datetime,
        first: str,
    ) -> None:
        self._access = access
        self._api = api
        self._account_id = account_id
        self._body = body
        self._begun_s = begun_at.timestamp()
        self._first = first

    async def send(self, attempt: Attempt) -> Answer:
        """Post it; X's word that it is there already is looked into.

        Raises:
            DuplicatePost: Another post of the account has the same words.
        """
        await attempt.note_remote_id(f"since {time.time():.0f}")
        try:
            answer = await self._api.ask("POST", "/2/tweets", json=self._body)
        except DuplicatePost as refusal:
            if found := await self._find(self._begun_s, margin_s=_BLUR_S):
                return found
            for address in (await self._list_known()).values():
                raise DuplicatePost(
                    f"X refuses the same words twice: {address} has them. Nothing new was posted",
                    hint=f"Change a word, or delete the other one first: automagic posts delete {address}",
                ) from refusal
            raise
        data = answer.get("data") if isinstance(answer, dict) else None
        id = data.get("id") if isinstance(data, dict) else None
        if not isinstance(id, str) or not id.isdecimal():
            raise Unknown("X answered a post without its id", hint="It may be there.")
        return _answer(id)

    async def recover(self, name: str) -> Answer | None:
        """The post, if it is there."""
        return await self._find(float(name.removeprefix("since ")))

    async def _list_known(self) -> dict[str, str]:
        """The posts with these words that were published here before, by id, with their addresses; the latest first."""
        journal = PublishedPosts(self._access.engine)
        rows = await in_thread(journal.list_there, "x", self._account_id)
        return {row.remote_id: row.url for row in reversed(rows) if same_words(self._body["text"], row.text)}

    async def _find(self, since_s: float, margin_s: float = _MARGIN_S) -> Answer | None:
        """The post, if it is there.

        Raises:
            Permanent: X cannot be asked. It was asked several times already: the gate's own attempts would add to them.
        """
        try:
            return await self._search(since_s, margin_s)
        except (Retryable, Unknown) as error:
            raise Permanent(
                f"whether a post is there cannot be asked: {error.message}", hint=f"{error.hint} Then publish it again."
            ) from error

    async def _search(self, since_s: float, margin_s: float) -> Answer | None:
        """Among what the account posted since a moment of our clock, some time before it to be sure."""
        known = await self._list_known()
        while True:
            ahead_s = self._api.ahead_s
            start = datetime.fromtimestamp(since_s + ahead_s - margin_s, UTC)
            asked = {"start_time": f"{start:%Y-%m-%dT%H:%M:%SZ}", "exclude": "retweets"}
            pages = read_timeline(
                self._access, self._api, self._account_id, most=_MOST_SEARCHED, asked=asked, page=_ON_A_PAGE
            )
            async for page in pages:
                for one in page:
                    if one.id not in known and self._is_it(one):
                        return _answer(one.id)
            if abs(self._api.ahead_s - ahead_s) < margin_s / 2:
                return None

    def _is_it(self, one: XPost) -> bool:
        edits = self._body.get("edit_options", {}).get("previous_post_id", "")
        if edits:
            return one.id != edits and edits in one.earlier and same_words(self._body["text"], one.text)
        replies = one.id != self._first and one.conversation_id == self._first
        return (replies if self._first else one.conversation_id == one.id) and same_words(self._body["text"], one.text)


def _answer(id: str) -> Answer:
    return Answer(id.encode(), "text/plain", remote_id=id)


def pays(limits: NetworkLimits) -> bool:
    """Whether they are those of a paying account."""
    return limits.limit > limits_of("x").limit
