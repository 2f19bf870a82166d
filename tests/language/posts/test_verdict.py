"""A verdict holds all that was found of a draft, and gives no secret away."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.language.posts.counting.length import NETWORKS
from automagic.language.posts.facts import read_facts, read_lexicon
from automagic.language.posts.verdict import Standard, judge, show_p, to_document
from automagic.language.style.earlier import EarlierPosts
from automagic.language.style.likeness import learn_style
from tests.support.texts.posts import bierce_posts, posts_of

KEY = "sk-" + "proj4" * 8
OWN = "BAKER, n. A thief who is thanked every morning by those whom he has robbed."


@cache
def bierce() -> Standard:
    posts = bierce_posts()
    return Standard(learn_style(posts), EarlierPosts(posts), read_facts(["It rains in Lyon."]), read_lexicon(posts))


def test_all_is_told_of_a_draft() -> None:
    source = read_facts(["Rain falls in Lyon on 3 days."])
    verdict = judge("It rains in Paris. " * 20, ["x", "mastodon"], Standard(source=source))
    assert verdict.reasons() == (
        "It is 100 too long for X: 380 of 280 weighted characters.",
        "The name “Paris” does not stand in the source.",
    )
    assert not verdict.ok
    assert verdict.likeness is verdict.nearest is None


def test_what_is_not_asked_is_not_said() -> None:
    verdict = judge("It rains in Paris.", ["x"])
    assert verdict.ok
    assert verdict.reasons() == ()


def test_a_repeated_run_is_found_and_a_short_copy_is_no_draft() -> None:
    post = bierce_posts()[3]
    verdict = judge(post.text, ["mastodon"], Standard(earlier=bierce().earlier))
    assert [finding.code for finding in verdict.findings] == ["verbatim"]
    assert f"words of post {post.id}: “" in verdict.findings[0].message
    copied = judge("Good morning!", ["x"], Standard(earlier=EarlierPosts([post, *posts_of(["Good morning!"])])))
    assert copied.ok
    assert copied.reasons() == ("It is what post p0 says.",)


def test_a_draft_that_is_not_like_its_author_is_refused_and_may_be_published() -> None:
    verdict = judge("We shipped the new release today, and you can try it right now.", ["x"], _author())
    assert verdict.ok
    assert verdict.reasons()[0].startswith("It is not like the author's posts: p = 0.0")
    assert not judge(OWN, ["x"], _author()).reasons()


def test_the_best_of_many_has_to_be_better() -> None:
    one, many = (judge(OWN, ["x"], _author(), best_of=count).likeness for count in (1, 20))
    assert one and many and many.p < one.p  # noqa: PT018 - for the types


def test_the_document_has_the_shape_that_others_rely_on() -> None:
    document = json.loads(json.dumps(to_document(judge(OWN, ["x", "bluesky"], _author()))))
    assert set(document) == {"text", "platforms", "likeness", "nearest", "findings"}
    assert document["text"] == OWN
    assert document["platforms"]["x"] == {"length": len(OWN), "limit": 280, "ok": True, "unit": "weighted"}
    assert document["likeness"]["p"] > 0.05
    assert document["likeness"]["calibration"] > 300
    assert set(document["nearest"]) >= {"id", "similarity", "shared_words"}
    plain = to_document(judge(OWN, []))
    assert plain == {"text": OWN, "platforms": {}, "likeness": None, "nearest": None, "findings": []}


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"My key is {KEY}, said he", KEY),
        ("Look: https://ann:hunter2222@example.com/x", "hunter2222"),
        ("api_key=a1b2c3d4e5f6a7b8c9", "a1b2c3d4e5f6a7b8c9"),
        ("abcd-efg2-hijk-lmn3", "efg2"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJB\n-----END RSA PRIVATE KEY-----", "MIIB"),
        ("-----BEGIN PRIVATE KEY-----\nMIIBOgIBAAJB", "MIIB"),
    ],
)
def test_no_verdict_repeats_a_secret(text: str, secret: str) -> None:
    posts = posts_of([f"{text} and eight more words so that it is found again"])
    standard = Standard(earlier=EarlierPosts(posts), source=read_facts(["Nothing."]))
    verdict = judge(posts[0].text, NETWORKS, standard)
    assert {"secret", "bad_link"} & {finding.code for finding in verdict.findings}
    said = json.dumps(to_document(verdict)) + " ".join(verdict.reasons())
    assert not any(part in said.lower() for part in {secret.lower(), *secret.lower().split("-")[1:]})


@given(st.text())
@settings(max_examples=40, deadline=None)
def test_any_text_has_a_verdict(text: str) -> None:
    json.dumps(to_document(judge(text, NETWORKS, bierce())))


def _author() -> Standard:
    return Standard(bierce().style, bierce().earlier)


def test_no_probability_is_told_to_be_none() -> None:
    assert [show_p(p) for p in (1e-7, 0.00099, 0.001, 0.035)] == ["p < 0.001", "p < 0.001", "p = 0.001", "p = 0.035"]
