"""Names of ads, and links that say which ad led to them.

acme_spring_meta_feed_price_en_1080x1080_v1 ─▶ utm_content of its link
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from automagic.language.text.slug import slugify
from automagic.products.ads.brief import AdBrief

_LONGEST = 100
_LONGEST_WORD = 16


def name_ad(brief: AdBrief, place: str, angle: str, size: str, number: int) -> str:
    """`{brand}_{campaign}_{platform}_{format}_{angle}_{lang}_{size}_v{n}`: ASCII, at most 100 characters.

    `place` is the first two parts of a fact's id: "google.rsa". `size` is "1080x1080", or "text".
    """
    platform, _, form = place.partition(".")
    said = (brief.brand or brief.name, campaign_of(brief), platform, form, angle, brief.language, size)
    words = [slugify(part, _LONGEST_WORD)[:_LONGEST_WORD].strip("-") for part in said]
    tail = f"_v{number}"
    while len("_".join(words) + tail) > _LONGEST:
        longest = max(range(len(words)), key=lambda index: len(words[index]))
        words[longest] = words[longest][:-1].rstrip("-")
    return "_".join(words) + tail


def campaign_of(brief: AdBrief) -> str:
    """What its campaign is called."""
    return brief.campaign or brief.name


def make_tags(brief: AdBrief, platform: str, medium: str, variant: str) -> dict[str, str]:
    """The five parameters, in lower case; the variant's id is `utm_content`."""
    return {
        "utm_source": slugify(platform),
        "utm_medium": slugify(medium),
        "utm_campaign": slugify(campaign_of(brief)),
        "utm_content": variant.lower(),
        "utm_term": slugify(brief.kind),
    }


def suffix_of(link: str, tags: Mapping[str, str]) -> str:
    """Those parameters that the link does not have itself, for "Final URL suffix" and "URL Tags"."""
    own = {name.lower() for name, _ in parse_qsl(urlsplit(link).query, keep_blank_values=True)}
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in tags.items() if name not in own)


def tag_link(link: str, tags: Mapping[str, str]) -> str:
    """The link with parameters added before its fragment; what it has already stays, letter by letter."""
    parts = urlsplit(link)
    query = "&".join(part for part in (parts.query, suffix_of(link, tags)) if part)
    return urlunsplit(parts._replace(query=query))
