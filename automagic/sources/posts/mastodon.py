"""The outbox of an account of Mastodon, or of what speaks ActivityPub as it does: `outbox.json` of its archive.

    {"type": "OrderedCollection", "orderedItems": [{"type": "Create", "actor": …, "object": {"content": "<p>…"}}]}

What was for followers or for single persons only was not published, and is left out. A repost ("Announce") has no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

from automagic.errors import RequestError
from automagic.reading.faults import MalformedText
from automagic.sources.posts.export import Export, read_count, read_language_tag, read_time
from automagic.values.post import PostKind

_PUBLIC = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})
_QUOTES = ("quote", "quoteUri", "quoteUrl", "_misskey_quote")
_NOTES = ("Note", "Article", "Question", "Page")
_HINT = "Give the outbox.json of an archive of Mastodon (Preferences, Import and export)."
_ACCOUNT = re.compile(r"https?://([^/\s]+)/(?:users/|@|u/)?([^/\s]+)/?")


def read_outbox(name: str, document: Any) -> Export:
    """Its posts.

    Args:
        name: For people.
        document: As it was parsed; in its list there may be what is wrong with an item.

    Raises:
        RequestError: It has another form; a single item is left out.
    """
    items = document.get("orderedItems") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise RequestError(
            f"{name} is not a valid outbox: it has no list of orderedItems",
            hint=_HINT,
        )
    export = Export(name)
    own_ids = {id for one in items if isinstance(one, dict) and isinstance(id := _inner(one).get("id"), str)}
    for number, activity in enumerate(items, start=1):
        if not isinstance(activity, dict):
            reason = activity.reason if isinstance(activity, MalformedText) else "it is no object with names"
            export.broken.append(RequestError(f"{name}, item {number}: {reason}", hint=_HINT))
            continue
        if isinstance(actor := activity.get("actor"), str):
            export.add_account("mastodon", name_account(actor))
        if activity.get("type") == "Announce":
            export.left_out["reposts"] += 1
        elif _inner(activity).get("type") in _NOTES:
            with export.record():
                _add_note(export, activity, number, own_ids)
    return export


def _inner(activity: dict[str, Any]) -> dict[str, Any]:
    note = activity.get("object")
    return note if isinstance(note, dict) else {}


def _add_note(export: Export, activity: dict[str, Any], number: int, own_ids: set[str]) -> None:
    note = _inner(activity)
    seen_by = {*_names(activity, "to"), *_names(activity, "cc"), *_names(note, "to"), *_names(note, "cc")}
    if seen_by and not seen_by & _PUBLIC:
        export.left_out["not public"] += 1
        return
    languages = note.get("contentMap")
    language = next(iter(languages), "") if isinstance(languages, dict) else ""
    content = note.get("content")
    if not isinstance(content, str) and isinstance(languages, dict):
        content = languages.get(language)
    attached = note.get("attachment")
    where = f"item {number}"
    export.add(
        html_to_text(content) if isinstance(content, str) else "",
        id=note["id"] if isinstance(note.get("id"), str) else "",
        where=where,
        created_at=read_time(note.get("published") or activity.get("published"), f"{export.name}, {where}"),
        kind=_kind_of(note, own_ids),
        language=read_language_tag(language),
        likes=read_count(note.get("likes")),
        reposts=read_count(note.get("shares")),
        replies=read_count(note.get("replies")),
        media=len(attached) if isinstance(attached, list) else 0,
    )


def _kind_of(note: dict[str, Any], own_ids: set[str]) -> PostKind:
    """A post in a thread of the author's own is a post."""
    answered = note.get("inReplyTo")
    if answered and not (isinstance(answered, str) and answered in own_ids):
        return "reply"
    return "quote" if any(note.get(name) for name in _QUOTES) else "post"


def _names(holder: dict[str, Any], key: str) -> Iterable[str]:
    value = holder.get(key)
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def name_account(actor: str) -> str:
    """ "jane@example.social" for https://example.social/users/jane."""
    found = _ACCOUNT.fullmatch(actor)
    return f"{found[2]}@{found[1]}".lower() if found else actor


def html_to_text(content: str) -> str:
    """The words of a post: paragraphs parted by an empty line, links in full, as they lead.

    Mastodon hides the beginning and the end of a long link in elements of their own; read on, they are the link.

    >>> html_to_text('<p>See <a href="https://a.example/b"><span class="invisible">https://</span>a.example/b</a></p>')
    'See https://a.example/b'
    """
    reader = _Words()
    reader.feed(content)
    reader.close()
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(reader.found).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


_PARAGRAPHS = frozenset({"p", "div", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6"})
_UNSAID = frozenset({"script", "style"})
_QUOTED = "quote-inline"
"""The class of the paragraph with which programs that know no quotes show a link to what is quoted."""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unsaid = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._unsaid and (tag in _UNSAID or _QUOTED in (dict(attrs).get("class") or "").split()):
            self._unsaid = tag
        if tag in _PARAGRAPHS:
            self.found.append("\n\n")
        elif tag in ("br", "li"):
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unsaid:
            self._unsaid = ""
        if tag in _PARAGRAPHS:
            self.found.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._unsaid:
            self.found.append(data.replace("\n", " "))
