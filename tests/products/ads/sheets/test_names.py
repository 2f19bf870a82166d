"""Names are short ASCII; links keep what they have."""

from __future__ import annotations

import dataclasses

import pytest

from automagic.products.ads.sheets.names import make_tags, name_ad, suffix_of, tag_link
from tests.products.ads.sheets.ads import BRIEF

TAGS = {"utm_source": "google", "utm_content": "x_v1"}


def test_a_name_says_all() -> None:
    assert name_ad(BRIEF, "meta.feed", "speed", "1080x1080", 3) == "kera_kerafilter_meta_feed_speed_en_1080x1080_v3"


def test_a_long_name_keeps_its_number_and_its_parts() -> None:
    long = dataclasses.replace(BRIEF, brand="Straße " * 40, campaign="コーヒー " * 30, language="zh-Hant-TW")
    name = name_ad(long, "google.demand_gen", "a very long angle of it", "1080x1920", 123)
    assert name.isascii()
    assert len(name) <= 100
    assert name.endswith("_1080x1920_v123")
    assert name.count("_") == 7


@pytest.mark.parametrize(
    ("link", "tagged"),
    [
        ("https://example.org/k", "https://example.org/k?utm_source=google&utm_content=x_v1"),
        ("https://example.org/k?a=%20b&gclid=Q#buy", "https://example.org/k?a=%20b&gclid=Q&utm_source=google&utm_content=x_v1#buy"),
        ("https://example.org/?UTM_Source=Shop#f", "https://example.org/?UTM_Source=Shop&utm_content=x_v1#f"),
        ("https://example.org/?utm_source=&utm_content=", "https://example.org/?utm_source=&utm_content="),
    ],
)  # fmt: skip
def test_a_link_keeps_its_own(link, tagged) -> None:
    assert tag_link(link, TAGS) == tagged


def test_tags_are_lower_case() -> None:
    tags = make_tags(BRIEF, "Google", "CPC", "A_V1")
    assert list(tags) == ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"]
    assert (
        suffix_of(BRIEF.link, tags) == "utm_medium=cpc&utm_campaign=kerafilter&utm_content=a_v1&utm_term=coffee-filter"
    )
