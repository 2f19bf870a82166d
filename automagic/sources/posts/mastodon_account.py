"""The public posts of an account on Mastodon, from its instance, newest first.

    @jane@example.social ─▶ instance ─▶ id ─▶ /api/v1/accounts/ID/statuses, forty at a time ─▶ Export

Posts are known by the addresses that an archive of the account has for them as well, so that both can be learned. Of an
account that was learned before, only what is newer than the newest known post is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from automagic.destinations.mastodon.address import split_account
from automagic.destinations.mastodon.api import MastodonApi, read_object, read_statuses
from automagic.destinations.mastodon.instance import find_instance
from automagic.destinations.shared.kept_accounts import list_accounts
from automagic.errors import ConfigurationError, RequestError
from automagic.gate.calls import Answer, Attempt, Call
from automagic.reading.json import parse_json
from automagic.sources.posts.accounts.shared import MOST_POSTS
from automagic.sources.posts.export import Export, read_count, read_language_tag, read_time, shown
from automagic.sources.posts.mastodon import html_to_text, name_account
from automagic.values.post import PostKind

if TYPE_CHECKING:
    from automagic.destinations.shared.network import NetworkAccess

_PAGE = 40
_PUBLIC = ("public", "unlisted")
_NEXT = re.compile(r'<([^>]+)>; *rel="next"')


async def read_posts(name: str, access: NetworkAccess, known: Collection[str]) -> Export:
    """Those that are newer than the newest known one.

    Args:
        name: "jane@example.social".
        known: Ids as `read_outbox` makes them: https://example.social/users/jane/statuses/114….

    Raises:
        RequestError: There is no such account.
        ConfigurationError: The instance shows it only to who has signed in.
        VendorError: It could not be read.
    """
    api, person = await _find_person(name, access)
    export = Export(f"mastodon:@{name}")
    export.add_account("mastodon", name_account(str(person.get("uri") or person["url"])))
    params: dict[str, str | int] = {"limit": _PAGE, "exclude_reblogs": "true"}
    if newest := _newest(known, str(person.get("uri") or "")):
        params["since_id"] = newest
    while len(export.posts) < MOST_POSTS:
        statuses, following = await _fetch_page(api, access, str(person["id"]), params)
        for status in statuses:
            with export.record():
                _add_status(export, status, str(person["id"]))
        if not following or following == params.get("max_id"):
            break
        params["max_id"] = following
    return export


async def _find_person(name: str, access: NetworkAccess) -> tuple[MastodonApi, Mapping[str, Any]]:
    """Who it is, and where; signed in where it is an account of this person's own."""
    local, server = split_account(name)
    if not local:
        raise RequestError(
            f"{name} names an instance, not an account of it", hint=f"Write it like mastodon:@jane@{name}."
        )
    own = [one for one in list_accounts(access.home, "mastodon") if one.name[1:].casefold() == name.casefold()]
    if own:
        api = MastodonApi(access.http, str(own[0].facts["server"]), own[0].secrets["token"], own[0].name)
    else:
        api, _ = await find_instance(access.http, server, local)
    reply = await api.ask("GET", "/api/v1/accounts/lookup", params={"acct": local})
    if reply.status in (404, 410):
        raise RequestError(f"there is no account {local} on {api.host}", hint="Check its name.")
    if reply.status in (401, 403, 422) and not own:
        raise ConfigurationError(
            f"{api.host} shows its accounts only to who has signed in",
            hint=f"Sign in once: automagic posts accounts add mastodon:{api.host}",
        )
    if reply.status >= 400:
        raise api.explain(reply)
    person = read_object(reply)
    if not isinstance(person.get("id"), str) or not isinstance(person.get("url"), str):
        raise RequestError(f"{api.host} gave no account for {local}", hint="Is it an instance of Mastodon?")
    return api, person


def _newest(known: Collection[str], actor: str) -> str:
    """The instance's id of the newest of an account's posts that are known; ids grow."""
    begin = f"{actor}/statuses/"
    ids = (one.removeprefix(begin) for one in known if actor and one.startswith(begin))
    return max((one for one in ids if one.isalnum()), key=lambda one: (len(one), one), default="")


async def _fetch_page(
    api: MastodonApi, access: NetworkAccess, number: str, params: Mapping[str, str | int]
) -> tuple[list[dict[str, Any]], str]:
    """Posts, and before which id the next page begins; "" behind the last one."""
    path = f"/api/v1/accounts/{number}/statuses"

    async def send(_attempt: Attempt) -> Answer:
        reply = await api.get(path, params)
        page = {"statuses": read_statuses(reply), "next": _following(reply.headers.get("link", ""))}
        return Answer(msgspec.json.encode(page), "application/json")

    answer = await access.gate.ask(
        Call("mastodon", "posts", "", [api.server, path, dict(params)], server=api.host), send
    )
    page = parse_json(answer.data, name=api.host)
    return page["statuses"], page["next"]


def _following(link: str) -> str:
    """The `max_id` of the next page, from a Link header."""
    found = _NEXT.search(link)
    return parse_qs(urlsplit(found[1]).query).get("max_id", [""])[-1] if found else ""


def _add_status(export: Export, status: Mapping[str, Any], author: str) -> None:
    if status.get("reblog"):
        export.left_out["reposts"] += 1
    elif status.get("visibility") not in _PUBLIC:
        export.left_out["not public"] += 1
    else:
        where = f"post {shown(str(status.get('id')))}"
        content, address = status.get("content"), status.get("uri")
        attached = status.get("media_attachments")
        export.add(
            html_to_text(content) if isinstance(content, str) else "",
            id=address if isinstance(address, str) else "",
            where=where,
            created_at=read_time(status.get("created_at"), f"{export.name}, {where}"),
            kind=_kind_of(status, author),
            language=read_language_tag(status.get("language")),
            likes=read_count(status.get("favourites_count")),
            reposts=read_count(status.get("reblogs_count")),
            replies=read_count(status.get("replies_count")),
            media=len(attached) if isinstance(attached, list) else 0,
        )


def _kind_of(status: Mapping[str, Any], author: str) -> PostKind:
    """A post in a thread of the author's own is a post."""
    if status.get("in_reply_to_id") and status.get("in_reply_to_account_id") != author:
        return "reply"
    return "quote" if status.get("quote") else "post"
