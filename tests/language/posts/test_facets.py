"""What can be clicked: whole characters, each network's own rules, the whole address behind a short link."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from automagic.language.posts.counting.length import NETWORKS, Network
from automagic.language.posts.facets import RichText, count_cashtags, find_facets, shorten_links
from tests.support.texts.odd_posts import TWITTER_TEXT, odd_posts

EXTRACT = yaml.safe_load((TWITTER_TEXT / "extract.yml").read_text("utf-8"))["tests"]
ODD = list(odd_posts(400, seed=7))
ANY_TEXT = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(ODD))


def found(text: str, network: Network, kind: str) -> list[str]:
    return [facet.value for facet in find_facets(text, network) if facet.kind == kind]


def assert_whole(rich: RichText) -> list[str]:
    """Each facet is whole characters of the text, after the one before it."""
    raw, last, spans = rich.text.encode(), 0, []
    for facet in rich.facets:
        assert last <= facet.start < facet.end <= len(raw)
        spans.append(raw[facet.start : facet.end].decode())
        last = facet.end
    return spans


@given(ANY_TEXT, st.sampled_from(NETWORKS))
def test_a_facet_cuts_no_character_and_is_its_span(text: str, network: Network) -> None:
    facets = find_facets(text, network)
    spans = assert_whole(RichText(text, facets))
    for span, facet in zip(spans, facets, strict=True):
        assert span[1:] == facet.value if facet.kind != "link" else facet.value in (span, f"https://{span}")


@given(ANY_TEXT)
def test_a_short_link_keeps_its_whole_address(text: str) -> None:
    rich = shorten_links(text)
    assert_whole(rich)
    assert [facet.value for facet in rich.facets if facet.kind == "link"] == found(text, "bluesky", "link")


@pytest.mark.parametrize(
    ("network", "text", "kind", "values"),
    [
        (
            "bluesky",
            "See example.com/a, or https://b.example/c.",
            "link",
            ["https://example.com/a", "https://b.example/c"],
        ),
        (
            "bluesky",
            "(https://b.org/a_(b)) http://b.org/日本: https://",
            "link",
            ["https://b.org/a_(b)", "http://b.org/日本"],
        ),
        ("x", "http://b.org/日本", "link", ["http://b.org/"]),
        ("bluesky", "é #日本 #1st #a-b, x#y", "tag", ["日本", "a-b"]),
        ("bluesky", "#" + "a" * 65, "tag", []),
        ("bluesky", "(@ann.example) @bob me@example.com", "mention", ["ann.example"]),
        ("mastodon", "example.com https://b.org/日本 https://c.example", "link", ["https://b.org/日本"]),
        ("mastodon", "#1st #1 /#no &#39; #a-b", "tag", ["1st", "a"]),
        ("mastodon", "@ann @bob@social.example. x@y", "mention", ["ann", "bob@social.example"]),
        ("x", "#1st #1 #a-b https://a.com/#no", "tag", ["1st", "a"]),
        ("x", "@ann, x@y @a@b", "mention", ["ann"]),
    ],
)
def test_each_network_has_its_own_rules(network: Network, text: str, kind: str, values: list[str]) -> None:
    assert found(text, network, kind) == values


@pytest.mark.parametrize("case", EXTRACT["cashtags"], ids=lambda case: case["description"])
def test_cashtags_are_the_conformance_files(case: dict[str, object]) -> None:
    expected = case["expected"]
    assert isinstance(expected, list)
    assert count_cashtags(str(case["text"])) == len(expected)


def test_a_link_is_shown_short() -> None:
    rich = shorten_links("Ünder https://www.example.com/a/very/long/path/to/it?x=1 #bees")
    assert rich.text == "Ünder example.com/a/very/long/path/… #bees"
    assert [facet.value for facet in rich.facets] == ["https://www.example.com/a/very/long/path/to/it?x=1", "bees"]
