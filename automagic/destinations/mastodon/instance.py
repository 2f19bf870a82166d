"""Where an instance is, and what it takes: read from itself, kept with the account.

@jane@example.com ─▶ /api/v2/instance there, else where its WebFinger says that Jane is
GET /api/v2/instance ─▶ configuration.{statuses, media_attachments} ─▶ InstanceLimits ─▶ facts of the kept account

https://docs.joinmastodon.org/entities/Instance/ and .../V1_Instance/, which servers before 4.0 answer with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from automagic.destinations.mastodon.address import split_account
from automagic.destinations.mastodon.api import MastodonApi, read_object
from automagic.errors import RequestError
from automagic.gate.http import Http, Reply
from automagic.language.posts.counting.length import NetworkLimits, mastodon_instance


@dataclass(frozen=True, slots=True)
class InstanceLimits:
    """What an instance takes; 0 and "" where it does not say.

    Attributes:
        characters: Of a post.
        link_length: What any link counts.
        attachments: Of a post.
        media_types: Of attachments, parted by spaces.
        image_bytes, video_bytes: Of a file.
        image_pixels, video_pixels: Width times height.
        alt_characters: Of what is said for people who do not see a picture.
    """

    characters: int = 500
    link_length: int = 23
    attachments: int = 4
    media_types: str = ""
    image_bytes: int = 0
    video_bytes: int = 0
    image_pixels: int = 0
    video_pixels: int = 0
    alt_characters: int = 1500

    @property
    def of_texts(self) -> NetworkLimits:
        """As texts are measured by."""
        return mastodon_instance(self.characters, self.link_length)


def read_limits(instance: Mapping[str, Any]) -> InstanceLimits:
    """From the document of an instance, of either version; what is missing, or no number, is as usual."""
    statuses = _part(instance, "configuration", "statuses")
    media = _part(instance, "configuration", "media_attachments")
    usual = InstanceLimits()
    types = media.get("supported_mime_types")
    return InstanceLimits(
        # Pleroma and its kin have a name of their own.
        characters=_number(statuses, "max_characters") or _number(instance, "max_toot_chars") or usual.characters,
        link_length=_number(statuses, "characters_reserved_per_url") or usual.link_length,
        attachments=_number(statuses, "max_media_attachments") or usual.attachments,
        media_types=" ".join(one for one in types if isinstance(one, str)) if isinstance(types, list) else "",
        image_bytes=_number(media, "image_size_limit"),
        video_bytes=_number(media, "video_size_limit"),
        image_pixels=_number(media, "image_matrix_limit"),
        video_pixels=_number(media, "video_matrix_limit"),
        alt_characters=_number(media, "description_limit") or usual.alt_characters,
    )


def limits_to_facts(limits: InstanceLimits) -> dict[str, str | float]:
    """As they are kept with an account."""
    return {one.name: getattr(limits, one.name) for one in fields(limits)}


def limits_from_facts(facts: Mapping[str, str | float]) -> InstanceLimits:
    """As they were kept; those that were not, as Mastodon itself has them."""
    usual = InstanceLimits()
    kept = {one.name: facts.get(one.name, getattr(usual, one.name)) for one in fields(usual)}
    return InstanceLimits(**{name: value if name == "media_types" else int(value) for name, value in kept.items()})  # type: ignore[arg-type]


async def find_instance(http: Http, server: str, name: str = "") -> tuple[MastodonApi, Mapping[str, Any]]:
    """Where it is in the end, and its document: names may be of one domain, and the instance at another.

    Args:
        server: "https://example.social".
        name: Of an account there, who can be asked for.

    Raises:
        RequestError: It is no instance of Mastodon.
        VendorError: It cannot be reached.
    """
    api = MastodonApi(http, server)
    found = await _ask_document(api)
    if found is None and name and (elsewhere := await _ask_webfinger(api, name)):
        api = MastodonApi(http, elsewhere)
        found = await _ask_document(api)
    if found is None:
        raise RequestError(f"{api.host} is not an instance of Mastodon", hint="Give the address where you read it.")
    moved = "/".join(found.url.split("/")[:3])
    return MastodonApi(http, split_account(moved)[1]), read_object(found)


def domain_of(instance: Mapping[str, Any], api: MastodonApi) -> str:
    """What stands behind the names of its accounts: "example.social"."""
    return str(instance.get("domain") or instance.get("uri") or api.host).removeprefix("https://")


async def _ask_document(api: MastodonApi) -> Reply | None:
    reply = await api.ask("GET", "/api/v2/instance")
    if reply.status == 404:
        reply = await api.ask("GET", "/api/v1/instance")
    if reply.status in (404, 410) or (reply.status < 400 and reply.media_type != "application/json"):
        return None
    if reply.status >= 400:
        raise api.explain(reply)
    return reply


async def _ask_webfinger(api: MastodonApi, name: str) -> str:
    """The instance of an account (RFC 7033); "" where nobody says."""
    reply = await api.ask("GET", "/.well-known/webfinger", params={"resource": f"acct:{name}@{api.host}"})
    if reply.status >= 400 or "json" not in reply.media_type:
        return ""
    links = read_object(reply).get("links")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("rel") == "self" and isinstance(link.get("href"), str):
            there = "/".join(link["href"].split("/")[:3])
            return split_account(there)[1]
    return ""


def _part(value: Any, *names: str) -> Mapping[str, Any]:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _number(holder: Mapping[str, Any], name: str) -> int:
    value = holder.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
