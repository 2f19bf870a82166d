"""A check names what speaks against a post, and repeats no secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.language.posts.check import check_post
from automagic.language.posts.counting.length import NETWORKS, mastodon_instance

KEY = "sk-" + "proj4" * 8


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Bees dance to say where the flowers are. #bees https://example.com/a", []),
        ("👨‍👩‍👧‍👦 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f ☕️ می‌خواهم\n\tlines\r\n", []),
        ("Привет, мир! Δt = 5 µs, β-carotene, Ελλάδα, рф.рф", []),
        ("The secret: write every day. My token: none.", []),
        ("This-that-very-much", []),
        ("", ["empty"]),
        (" \n\t", ["empty"]),
        ("a\x07b", ["forbidden_character"]),
        ("a\ud800b", ["forbidden_character"]),
        ("hel\u200blo", ["invisible_character"]),
        ("hel\u200dlo", ["invisible_character"]),
        ("pay \u202etxt.exe", ["invisible_character"]),
        ("Hi\U000e0041\U000e0042", ["invisible_character"]),
        ("Log in at pаypal.com", ["lookalike"]),
        ("Log in at https://аррӏе.com/x", ["lookalike"]),
        ("javascript:alert(1)", ["bad_link"]),
        ("See https://ann:pw@example.com/x", ["bad_link"]),
        ("See http:/example.com", ["bad_link"]),
        ("See http://intranet/x and http://[::1", ["bad_link", "bad_link"]),
        (f"My key is {KEY}", ["secret"]),
        ("abcd-efg2-hijk-lmn3", ["secret"]),
        ("api_key=a1b2c3d4e5f6a7b8c9", ["secret"]),
        ("-----BEGIN RSA PRIVATE KEY-----", ["secret"]),
        ("$TSLA and $NVDA", ["cashtags"]),
        ("$TSLA at $20", []),
        ("a" * 281, ["too_long"]),
    ],
)
def test_a_finding_has_a_name(text: str, codes: list[str]) -> None:
    assert [finding.code for finding in check_post(text, ["x"]).findings] == codes


def test_a_secret_is_named_and_not_repeated() -> None:
    checked = check_post(f"Look: {KEY} https://ann:hunter2222@example.com", NETWORKS)
    said = " ".join(finding.message for finding in checked.findings)
    assert "OpenAI" in said
    assert KEY not in said
    assert "hunter" not in said


def test_threads_takes_five_links() -> None:
    links = [f"https://example.com/{index}" for index in range(6)]
    assert check_post(" ".join(links[:5] + links[:1]), ["threads"]).ok
    assert [finding.message for finding in check_post(" ".join(links), ["threads"]).findings] == [
        "It has 6 links; Threads takes 5."
    ]


def test_an_instance_has_limits_of_its_own() -> None:
    checked = check_post("a" * 290, ["x", "bluesky", "mastodon"], {"mastodon": mastodon_instance(280)})
    assert {network: (one.limit, one.ok) for network, one in checked.lengths.items()} == {
        "x": (280, False),
        "bluesky": (300, True),
        "mastodon": (280, False),
    }
    assert [(finding.network, finding.message) for finding in checked.findings] == [
        ("x", "It is 10 too long for X: 290 of 280 weighted characters."),
        ("mastodon", "It is 10 too long for Mastodon: 290 of 280 characters."),
    ]


@given(st.text())
def test_any_text_can_be_checked(text: str) -> None:
    checked = check_post(text, NETWORKS)
    assert set(checked.lengths) == set(NETWORKS)
    assert all(one.ok == (one.length <= one.limit) for one in checked.lengths.values())
