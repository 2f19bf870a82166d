"""The archive of an account of X: `data/tweets.js` and its parts, `note-tweet.js` for long posts, `account.js`.

    window.YTD.tweets.part0 = [{"tweet": {"id_str": "158…", "full_text": "A &amp; B https://t.co/x", "entities": …}}]

What it holds was measured on an archive of 2022 (1,758 posts): counts and offsets are texts, entities of HTML are
escaped once, a repost is a post that begins with "RT @" and does not say that it is one. Ids have 64 bits.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from automagic.errors import RequestError
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json, split_json_list
from automagic.sources.posts.export import Export, read_count, read_language_tag, read_time, shown
from automagic.sources.posts.members import Read
from automagic.values.post import PostKind

POSTS = re.compile(r"(?:.*/)?tweets?(?:-part\d+)?\.js")
NOTES = re.compile(r"(?:.*/)?note-tweets?(?:-part\d+)?\.js")
ACCOUNT = re.compile(r"(?:.*/)?account\.js")

_ASSIGNMENT = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*window\.YTD\.[\w.]+\s*=\s*")
_REPOST = re.compile(r"RT @\w{1,20}:? ")
_ID = re.compile(rb'"id(?:_str)?"\s*:\s*"?(\d{1,20})\b')
_STATUS = re.compile(r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/\w+/status/\d+", re.IGNORECASE)
_LEADING_MENTIONS = re.compile(r"(?:@\w{1,20}\s+)+")
_SHORT = re.compile(r"(?P<space>[ \t]*)(?P<link>https?://t\.co/\w+)")
_CUT = re.compile(r"(?:…|\.\.\.)?\s*(?:https://t\.co/\w+)?\s*$")
_LEAST_PREFIX = 60


Record = TypeVar("Record")


class _Link(msgspec.Struct):
    url: str = ""
    expanded_url: str | None = None


class _Entities(msgspec.Struct):
    urls: list[_Link] | None = None
    media: list[_Link] | None = None


class _Author(msgspec.Struct):
    screen_name: str = ""


class _Tweet(msgspec.Struct):
    """Ids are texts; where a program has made numbers of them, all their digits are kept."""

    id_str: str | int = ""
    id: str | int = ""
    full_text: str | None = None
    text: str | None = None
    created_at: str = ""
    favorite_count: Any = None
    retweet_count: Any = None
    in_reply_to_status_id_str: str | int | None = None
    in_reply_to_status_id: str | int | None = None
    in_reply_to_user_id_str: str | int | None = None
    in_reply_to_screen_name: str | None = None
    retweeted_status: Any = None
    quoted_status_id_str: str | int | None = None
    lang: str | None = None
    entities: _Entities | None = None
    extended_entities: _Entities | None = None
    edit_info: Any = None
    user: _Author | None = None


class _Entry(_Tweet):
    """Before 2020 there was nothing around a post."""

    tweet: _Tweet | None = None


class _NoteLink(msgspec.Struct, rename="camel"):
    short_url: str = ""
    expanded_url: str = ""


class _NoteCore(msgspec.Struct):
    text: str = ""
    urls: list[_NoteLink] | None = None


class _Note(msgspec.Struct, rename="camel"):
    note_tweet_id: str | int = ""
    created_at: str = ""
    updated_at: str = ""
    core: _NoteCore = msgspec.field(default_factory=_NoteCore)


class _NoteEntry(msgspec.Struct, rename="camel"):
    note_tweet: _Note


class _Account(msgspec.Struct, rename="camel"):
    username: str = ""
    account_id: str | int = ""


class _AccountEntry(msgspec.Struct):
    account: _Account


def read_x_archive(name: str, members: Mapping[str, Read]) -> Export:
    """Its posts; of one that was edited, what it was edited to.

    Args:
        name: For people.
        members: The files of the archive; those it does not know are not read.

    Raises:
        RequestError: A file is broken as a whole or has another form; a single record is left out.
    """
    export = Export(name)
    tweets: list[_Tweet] = []
    for file, read in members.items():
        if POSTS.fullmatch(file):
            tweets += (one.tweet or one for one in _parse(read(), shown(file), _Entry, export))
    notes: list[_Note] = []
    for file, read in members.items():
        if NOTES.fullmatch(file):
            notes += (one.note_tweet for one in _parse(read(), shown(file), _NoteEntry, export))
    account_id = ""
    for file, read in members.items():
        if ACCOUNT.fullmatch(file):
            for entry in _parse(read(), shown(file), _AccountEntry, export):
                export.add_account("x", entry.account.username.lower())
                account_id = str(entry.account.account_id)
    for one in tweets:
        export.add_account("x", one.user.screen_name.lower() if one.user else "")
    _add_tweets(export, tweets, notes, account_id)
    return export


_HINT = "Give a whole archive of X as it was downloaded, or its data/tweets.js."


def _parse(data: bytes, name: str, kind: type[Record], export: Export) -> Iterator[Record]:
    """The list that a file assigns to a variable, record by record; one that has another form is left out."""
    found = _ASSIGNMENT.match(data)
    body = (data[found.end() :] if found else data.removeprefix(b"\xef\xbb\xbf")).rstrip().removesuffix(b";")
    try:
        yield from parse_json(body, name=name, type=list[kind])  # type: ignore[valid-type]  # one of ours
    except MalformedText as error:
        yield from _parse_each(body, name, kind, export, error)


def _parse_each(body: bytes, name: str, kind: type[Record], export: Export, error: MalformedText) -> Iterator[Record]:
    try:
        entries = split_json_list(body, name=name)
    except MalformedText:  # it is no list: as it was said first
        raise MalformedText(name, error.reason, line=error.line, column=error.column, hint=_HINT) from error
    for number, entry in enumerate(entries, start=1):
        with export.record():
            try:
                yield parse_json(entry, name=name, type=kind)
            except MalformedText as fault:
                raise RequestError(f"{name}, {_place_of(entry, number)}: {fault.reason}", hint=_HINT) from fault


def _place_of(entry: bytes, number: int) -> str:
    """Which post it is, as far as it says."""
    found = _ID.search(entry)
    return f"post {found[1].decode()}" if found else f"record {number}"


def _add_tweets(export: Export, tweets: Iterable[_Tweet], notes: Iterable[_Note], account_id: str) -> None:
    latest = {_id_of(one): one for one in tweets}
    edited = {old for one in latest.values() for old in _earlier(one, latest)}
    own_ids = set(latest)
    long_texts = _Notes(notes)
    for id, one in latest.items():
        if id and id in edited:
            export.left_out["edited later"] += 1
            continue
        with export.record():
            _add_tweet(export, id, one, long_texts, (own_ids, account_id))
    for note in long_texts.rest() if not latest else ():
        where = f"note {shown(str(note.note_tweet_id))}"
        with export.record():
            export.add(
                _expand_note(note),
                id=f"note:{note.note_tweet_id}",
                where=where,
                created_at=read_time(note.created_at, f"{export.name}, {where}"),
            )


def _add_tweet(export: Export, id: str, one: _Tweet, long_texts: _Notes, own: tuple[set[str], str]) -> None:
    """Keep a post.

    Args:
        own: The ids of the archive's posts, and the account's.

    Raises:
        RequestError: It is broken.
    """
    text = one.full_text if one.full_text is not None else one.text or ""
    links = _links_of(one)
    kind = _kind_of(one, text, links, *own)
    whole = long_texts.find(text)
    text = whole if whole is not None else _expand(html.unescape(text), links)
    if kind == "reply":
        text = _LEADING_MENTIONS.sub("", text, count=1) if _LEADING_MENTIONS.match(text) else text
    media = (one.extended_entities or one.entities or _Entities()).media or ()
    where = f"post {shown(id) or len(export.posts) + 1}"
    export.add(
        text,
        id=id,
        where=where,
        created_at=read_time(one.created_at, f"{export.name}, {where}"),
        kind=kind,
        language=read_language_tag(one.lang),
        likes=read_count(one.favorite_count),
        reposts=read_count(one.retweet_count),
        media=len(media),
    )


def _id_of(one: _Tweet) -> str:
    return str(one.id_str or one.id)


def _earlier(one: _Tweet, known: Mapping[str, _Tweet]) -> Iterable[str]:
    """The ids of the texts that a post had before this one, where the archive has this one."""
    info = one.edit_info if isinstance(one.edit_info, dict) else {}
    for part in info.values():
        control = part.get("editControlInitial", part) if isinstance(part, dict) else {}
        ids = control.get("editTweetIds") if isinstance(control, dict) else None
        if isinstance(ids, list):
            there = [str(id) for id in ids if str(id) in known]
            return there[:-1]
    return ()


def _kind_of(one: _Tweet, text: str, links: Iterable[_Link], own_ids: set[str], account_id: str) -> PostKind:
    """A post in a thread of the author's own is a post: it is addressed to everybody."""
    if one.retweeted_status or _REPOST.match(text):
        return "repost"
    to_post = str(one.in_reply_to_status_id_str or one.in_reply_to_status_id or "")
    to_user = str(one.in_reply_to_user_id_str or "")
    if to_post or to_user or one.in_reply_to_screen_name:
        own = to_user == account_id if account_id and to_user else bool(to_post) and to_post in own_ids
        if not own:
            return "reply"
    if one.quoted_status_id_str or any(_STATUS.match(link.expanded_url or "") for link in links):
        return "quote"
    return "post"


def _links_of(one: _Tweet) -> list[_Link]:
    """What stands behind each short link; nothing for one that readers see as a picture or as the post it quotes."""
    entities, extended = one.entities or _Entities(), one.extended_entities or _Entities()
    media = [_Link(link.url, "") for link in (*(entities.media or ()), *(extended.media or ()))]
    return [*(entities.urls or ()), *media]


def _expand(text: str, links: Iterable[_Link]) -> str:
    """A text with its links as they lead; one that is seen as something else goes, with the space before it."""
    known = {link.url: link.expanded_url for link in links if link.expanded_url is not None}

    def whole(found: re.Match[str]) -> str:
        leads = known.get(found["link"], found["link"])
        return found["space"] + leads if leads and not _STATUS.match(leads) else ""

    return _SHORT.sub(whole, text)


def _expand_note(note: _Note) -> str:
    links = [_Link(link.short_url, link.expanded_url or None) for link in note.core.urls or ()]
    return _expand(note.core.text, links)


class _Notes:
    """The whole texts of long posts. Nothing but how it begins ties one to its post."""

    def __init__(self, notes: Iterable[_Note]) -> None:
        self._notes = sorted(notes, key=lambda note: note.updated_at, reverse=True)
        self._by_start: dict[str, list[_Note]] = {}
        for note in self._notes:
            self._by_start.setdefault(_start_of(note.core.text), []).append(note)

    def find(self, text: str) -> str | None:
        """The whole text of a post; None when it is whole, or nothing is known."""
        cut = _CUT.sub("", html.unescape(text))
        if len(cut) < _LEAST_PREFIX:
            return None
        for note in self._by_start.get(_start_of(cut), ()):
            if len(note.core.text) > len(cut) and note.core.text.startswith(cut):
                return _expand_note(note)
        return None

    def rest(self) -> list[_Note]:
        """All, for an archive of nothing else."""
        return self._notes


def _start_of(text: str) -> str:
    return text[:_LEAST_PREFIX]
