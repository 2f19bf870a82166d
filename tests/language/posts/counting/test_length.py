"""Each network counts in its own way, and each limit says where it was read."""

from __future__ import annotations

from datetime import date

import pytest

from automagic.language.posts.counting.length import NETWORKS, Network, limits_of, mastodon_instance, measure

FAMILY = "👨‍👩‍👧‍👦"
LINK = "https://example.com/" + "a" * 80


@pytest.mark.parametrize(
    ("network", "text", "length", "ok"),
    [
        ("x", "a" * 280, 280, True),
        ("x", "a" * 281, 281, False),
        ("x", "日" * 141, 282, False),
        ("x", LINK, 23, True),
        ("bluesky", "a" * 300, 300, True),
        ("bluesky", "a" * 301, 301, False),
        ("bluesky", FAMILY * 120, 120, True),
        ("bluesky", "e\u0301" * 300, 300, True),
        ("bluesky", "a\r\nb", 3, True),
        ("bluesky", LINK, 100, True),
        ("mastodon", f"{LINK} {LINK}", 47, True),
        ("mastodon", "example.com/" + "a" * 80, 92, True),
        ("mastodon", "@ann@social.example hello", 10, True),
        ("mastodon", "ann@social.example", 18, True),
        ("mastodon", FAMILY * 500, 500, True),
        ("mastodon", "a" * 501, 501, False),
        ("threads", "a" * 500, 500, True),
        ("threads", "é" * 500, 500, True),
        ("threads", "😀", 4, True),
        ("threads", FAMILY, 25, True),
        ("threads", "🇩🇪", 8, True),
        ("threads", "☕️", 6, True),
        ("threads", "©", 1, True),
        ("threads", "😀" * 126, 504, False),
        ("linkedin", "a" * 3_001, 3_001, False),
        ("linkedin", "😀", 2, True),
    ],
)
def test_a_network_counts_by_its_own_rule(network: Network, text: str, length: int, *, ok: bool) -> None:
    measured = measure(text, network)
    assert (measured.length, measured.ok) == (length, ok)
    assert (measured.limit, measured.unit) == (limits_of(network).limit, limits_of(network).unit)


def test_bluesky_refuses_too_many_bytes_though_the_graphemes_fit() -> None:
    measured = measure(FAMILY * 121, "bluesky")
    assert (measured.length, measured.limit, measured.unit, measured.ok) == (3_025, 3_000, "bytes", False)


def test_an_instance_of_mastodon_has_limits_of_its_own() -> None:
    instance = mastodon_instance(1_000, link_length=30)
    assert measure("a" * 1_000, "mastodon", instance).ok
    assert measure(LINK, "mastodon", instance).length == 30


@pytest.mark.parametrize("network", NETWORKS)
def test_a_limit_says_when_and_where_it_was_read(network: Network) -> None:
    limits = limits_of(network)
    assert date(2026, 1, 1) <= date.fromisoformat(limits.read)
    assert limits.source
    assert limits.label
