"""Outboxes of Mastodon."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.sources.posts.mastodon import html_to_text
from automagic.sources.posts.reading import read_exports
from tests.support.texts.post_archives import PUBLIC, note, outbox


def read(folder, *items, name="outbox.json"):
    (folder / name).write_bytes(outbox(items))
    (export,) = read_exports([folder / name])
    return export


def test_posts_are_read_with_what_is_known_of_them(tmp_path):
    export = read(tmp_path, note(1, "<p>Rain.</p>", attachment=[{}, {}]), name="renamed.json")
    (post,) = export.posts
    assert (post.text, post.kind, post.language, post.likes, post.media) == ("Rain.", "post", "en", 2, 2)
    assert post.id == "https://example.social/users/jane/statuses/1"
    assert post.created_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert export.accounts == {"mastodon:jane@example.social"}


def test_what_was_not_published_and_what_is_another_persons_is_left_out(tmp_path):
    followers = "https://example.social/users/jane/followers"
    own = "https://example.social/users/jane/statuses/1"
    export = read(
        tmp_path,
        note(1, "<p>For all.</p>"),
        note(2, "<p>Unlisted.</p>", to=[followers, PUBLIC]),
        note(3, "<p>For followers.</p>", to=[followers]),
        note(4, "<p>For one.</p>", to=["https://example.social/users/joe"]),
        note(5, "<p>@joe Yes.</p>", inReplyTo="https://example.social/users/joe/statuses/9"),
        note(6, "<p>Goes on.</p>", inReplyTo=own),
        note(7, "<p>Quite so.</p>", quote="https://example.social/users/joe/statuses/9"),
        {"type": "Announce", "actor": "https://example.social/users/jane", "object": "https://a.example/1"},
    )
    assert [(post.text, post.kind) for post in export.posts] == [
        ("For all.", "post"),
        ("Unlisted.", "post"),
        ("@joe Yes.", "reply"),
        ("Goes on.", "post"),
        ("Quite so.", "quote"),
    ]
    assert export.left_out == {"not public": 2, "reposts": 1}


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One<br>two<br/>three</p><p>Four</p>", "One\ntwo\nthree\n\nFour"),
        (
            '<a><span class="invisible">https://www.</span><span>example.com/a/lo</span><span>ng/way</span></a>',
            "https://www.example.com/a/long/way",
        ),
        ('<p><a class="mention hashtag">#<span>rain</span></a> &amp; <a>@<span>joe</span></a></p>', "#rain & @joe"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ('<p class="quote-inline">RE: <a>https://a.example</a></p><p>Quite.</p>', "Quite."),
        ("1 &lt; 2 and <b>bold", "1 < 2 and bold"),
        ("<script>alert(1)</script><p>A</p>", "A"),
        ("", ""),
    ],
)
def test_html_reads_as_it_is_seen(html, text):
    assert html_to_text(html) == text


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=80))
def test_any_text_comes_back_from_html(text):
    import html

    assert html_to_text(f"<p>{html.escape(text)}</p>") == text


@given(st.text(alphabet="<>/pbr&;!-a \n\"'=", max_size=60))
def test_no_html_breaks_the_reader(text):
    assert "\n\n\n" not in html_to_text(text)


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([note(1, "<p>A</p>"), note(2, "<p>B</p>", actor="joe")], "has posts of 2 authors: jane@example.social, joe"),
        ([], "has no posts"),
        ([note(1, "<p>A</p>", published="31.1.2027")], "item 1: '31.1.2027' is not a valid time"),
    ],
)
def test_what_cannot_be_learned_is_explained(items, said, tmp_path):
    with pytest.raises(RequestError, match=said):
        read(tmp_path, *items)


def test_another_document_is_no_outbox(tmp_path):
    (tmp_path / "outbox.json").write_text('{"type": "Person"}')
    with pytest.raises(RequestError, match="is not a valid outbox"):
        read_exports([tmp_path / "outbox.json"])


def test_one_broken_item_is_named_and_the_others_are_read(tmp_path):
    items = [note(number, f"<p>Post {number}.</p>") for number in range(1, 6)]
    items[1] |= {"id": 10**30}  # not to be held: JSON refuses it
    export = read(tmp_path, *items, None, note(6, "<p>A</p>", published="31.1.2027"))
    assert [post.text for post in export.posts] == ["Post 1.", "Post 3.", "Post 4.", "Post 5."]
    assert export.left_out == {"broken": 3}
    assert "item 2: the number is too large" in export.notice
    assert "item 6: it is no object with names" in export.notice
    assert "item 7: '31.1.2027' is not a valid time" in export.notice
