"""What an account of X has posted, read by its owner: a tenth of a cent each.

GET /2/users/ID/tweets ──▶ pages ──▶ XPost: its whole text, its links as they lead, and what it answers
"""

from __future__ import annotations

import html
import re
import secrets
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from automagic.errors import Permanent
from automagic.gate.calls import Answer, Attempt, Call
from automagic.language.posts.facets import links_of
from automagic.shaping import to_shape

if TYPE_CHECKING:
    from automagic.destinations.shared.network import NetworkAccess
    from automagic.destinations.x.api import XApi

MOST_ON_A_PAGE = 100
_LEAST_ON_A_PAGE = 5
_FIELDS = "attachments,conversation_id,created_at,entities,lang,note_post,public_metrics"
_STATUS = re.compile(r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/\w+/status/\d+", re.IGNORECASE)


class _Url(msgspec.Struct):
    url: str = ""
    expanded_url: str | None = None
    media_key: str | None = None


class _Entities(msgspec.Struct):
    urls: list[_Url] | None = None


class _Note(msgspec.Struct):
    text: str = ""
    entities: _Entities | None = None


class _Reference(msgspec.Struct):
    type: str = ""
    id: str = ""


class _Metrics(msgspec.Struct):
    like_count: int | None = None
    reply_count: int | None = None
    repost_count: int | None = None
    retweet_count: int | None = None


class _Attachments(msgspec.Struct):
    media_keys: list[str] | None = None


class _Raw(msgspec.Struct):
    """A post of the API; some fields have had two names."""

    id: str
    text: str = ""
    created_at: str = ""
    conversation_id: str = ""
    lang: str = ""
    entities: _Entities | None = None
    note_post: _Note | None = None
    note_tweet: _Note | None = None
    referenced_posts: list[_Reference] | None = None
    referenced_tweets: list[_Reference] | None = None
    public_metrics: _Metrics | None = None
    attachments: _Attachments | None = None
    edit_history_post_ids: list[str] | None = None
    edit_history_tweet_ids: list[str] | None = None


class _Meta(msgspec.Struct):
    next_token: str = ""


class _Answer(msgspec.Struct):
    data: list[Any] | None = None
    meta: _Meta | None = None


@dataclass(frozen=True, slots=True)
class XPost:
    """A post as readers see it.

    Attributes:
        text: Whole, entities decoded, links as they lead, without those that stand for pictures or a quoted post.
        created_at: None when X does not say.
        conversation_id: Of the first post of its thread: its own where it is that.
        quotes: Whether it shows another post.
        reposts: Whether it is another's, repeated.
        language: "" when X does not say.
        likes, repeated, replies: How often; None when X does not say.
        media: How many pictures and videos.
        earlier: The ids that it had before it was edited.
    """

    id: str
    text: str
    created_at: datetime | None
    conversation_id: str
    quotes: bool
    reposts: bool
    language: str
    likes: int | None
    repeated: int | None
    replies: int | None
    media: int
    earlier: tuple[str, ...]


async def read_timeline(
    access: NetworkAccess,
    api: XApi,
    account_id: str,
    *,
    most: int,
    asked: Mapping[str, str],
    page: int = MOST_ON_A_PAGE,
    note_broken: Callable[[str], None] | None = None,
) -> AsyncIterator[Sequence[XPost]]:
    """An account's posts, newest first, a page at a time; each page is a purchase, and costs what is on it.

    Args:
        most: Of all pages together.
        page: The most on a page, 5 to 100.
        asked: "start_time", "since_id", "exclude".
        note_broken: Is told of a post that cannot be read, which is left out; None where all of them are needed.

    Raises:
        BudgetError: A page may cost more than allowed.
        VendorError: X refuses it, cannot be reached, or gives no list of posts.
    """
    token = ""
    while most > 0:
        size = min(max(most, _LEAST_ON_A_PAGE), page)
        params: dict[str, str | int] = {"max_results": size, "post.fields": _FIELDS, **asked}
        if token:
            params["pagination_token"] = token
        answer = await _read_page(access, api, account_id, params)
        yield [_read_post(raw) for raw in _convert(answer.data or (), note_broken)]
        most -= size
        token = answer.meta.next_token if answer.meta else ""
        if not token:
            return


def _convert(entries: Sequence[Any], note_broken: Callable[[str], None] | None) -> Iterator[_Raw]:
    for entry in entries:
        try:
            yield to_shape(entry, _Raw)
        except msgspec.ValidationError as error:
            if note_broken is None:
                raise Permanent(f"X gave a post that cannot be read: {error}", hint="Try again later.") from error
            id = entry.get("id") if isinstance(entry, dict) else None
            note_broken(f"post {id}: {error}" if isinstance(id, str) and id.isdecimal() else f"a post: {error}")


async def _read_page(access: NetworkAccess, api: XApi, account_id: str, params: Mapping[str, str | int]) -> _Answer:
    """Through the gate, for its price; what was read is nobody's to keep there."""
    price = access.prices.post("x", "read own post")
    read = _Answer()

    async def send(_attempt: Attempt) -> Answer:
        nonlocal read
        body = await api.ask("GET", f"/2/users/{account_id}/tweets", params=params)
        try:
            read = to_shape(body, _Answer)
        except msgspec.ValidationError as error:
            raise Permanent(f"X gave an answer that is no list of posts: {error}", hint="Try again later.") from error
        count = len(read.data or ())
        return Answer(b"%d" % count, "text/plain", cost_usd=price * count)

    # A page is as it is at one moment: nobody else's answer will do.
    subject = {"account": account_id, "read": secrets.token_hex(16)}
    estimate = price * Decimal(params["max_results"])
    await access.gate.call(Call("x", "read own posts", "", subject, estimate_usd=estimate), send)
    return read


def _read_post(raw: _Raw) -> XPost:
    note = raw.note_post or raw.note_tweet
    text, entities = (note.text, note.entities) if note and note.text else (raw.text, raw.entities)
    urls = [*((entities or _Entities()).urls or ()), *((raw.entities or _Entities()).urls or ())]
    kinds = {one.type for one in raw.referenced_posts or raw.referenced_tweets or ()}
    counts = raw.public_metrics or _Metrics()
    repeated = counts.repost_count if counts.repost_count is not None else counts.retweet_count
    ids = raw.edit_history_post_ids or raw.edit_history_tweet_ids or ()
    return XPost(
        raw.id,
        _expand(html.unescape(text), urls).strip(),
        _moment(raw.created_at),
        raw.conversation_id or raw.id,
        quotes="quoted" in kinds or any(_STATUS.match(one.expanded_url or "") and not one.media_key for one in urls),
        reposts="retweeted" in kinds or text.startswith("RT @"),
        language=raw.lang,
        likes=counts.like_count,
        repeated=repeated,
        replies=counts.reply_count,
        media=len((raw.attachments or _Attachments()).media_keys or ()),
        earlier=tuple(one for one in ids if one != raw.id),
    )


def _expand(text: str, urls: Sequence[_Url]) -> str:
    for one in urls:
        if one.url:
            leads = one.expanded_url or one.url
            shown = "" if one.media_key or _STATUS.match(leads) else leads
            text = text.replace(one.url, shown)
    return text


def _moment(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def same_words(sent: str, there: str) -> bool:
    """Whether a post that is there is one that was sent, however X writes its links and white space."""
    return _bare(sent) == _bare(there)


def _bare(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    pieces, at = [], 0
    for link in links_of(text, "x"):
        address = text[link.start : link.end]
        host, slash, path = re.sub(r"^https?://", "", address, flags=re.IGNORECASE).rstrip("/").partition("/")
        shown = [] if _STATUS.match(address) else [host.lower(), slash, path]
        pieces += [text[at : link.start], *shown]
        at = link.end
    return " ".join("".join([*pieces, text[at:]]).split())
