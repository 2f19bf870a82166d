"""Repositories of Bluesky, encoded here by an encoder of the tests' own."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.sources.posts.bluesky import read_repository
from automagic.sources.posts.dag_cbor import MalformedBlocks, decode_dag_cbor
from automagic.sources.posts.reading import read_exports
from tests.support.texts.post_archives import DID, Cid, car, cid_of, encode, repository, skeet, texts


def test_posts_are_read_in_order_with_what_is_known_of_them():
    records = dict(skeet(number, text) for number, text in enumerate(texts(40)))
    like = {"app.bsky.feed.like/3k1": {"subject": {"uri": "at://x"}}, "app.bsky.feed.repost/3k1": {"subject": {}}}
    export = read_repository("jane.car", repository({**records, **like}))
    assert [post.text for post in export.posts] == texts(40)
    first = export.posts[0]
    assert first.id == f"at://{DID}/app.bsky.feed.post/3kabc00000"
    assert (first.created_at, first.language, first.kind) == (datetime(2026, 4, 1, 10, tzinfo=UTC), "en", "post")
    assert export.left_out == {"reposts": 1}
    assert export.accounts == {f"bluesky:{DID}"}


def test_kinds_pictures_and_whole_links():
    text = "Né à example.com/a-lo… ok"
    start = len("Né à ".encode())
    link = {"index": {"byteStart": start, "byteEnd": start + len("example.com/a-lo…".encode())}}
    broken = {"index": {"byteStart": 3, "byteEnd": 9999}, "features": [{"uri": "https://no.example"}]}
    facets = [
        {**link, "features": [{"uri": "https://example.com/a-long"}]},
        broken,
    ]
    own, other = {"parent": {"uri": f"at://{DID}/app.bsky.feed.post/1"}}, {"parent": {"uri": "at://did:plc:x/y/1"}}
    images = {"$type": "app.bsky.embed.images", "images": [{}, {}]}
    records = dict(
        [
            skeet(1, text, facets=facets),
            skeet(2, "Goes on.", reply=own, embed=images),
            skeet(3, "Yes.", reply=other),
            skeet(4, "Quite.", embed={"$type": "app.bsky.embed.record", "record": {}}),
            skeet(5, "Both.", embed={"$type": "app.bsky.embed.recordWithMedia", "media": images}),
        ]
    )
    assert [(post.text, post.kind, post.media) for post in read_repository("a", repository(records)).posts] == [
        ("Né à https://example.com/a-long ok", "post", 0),
        ("Goes on.", "post", 2),
        ("Yes.", "reply", 0),
        ("Quite.", "quote", 0),
        ("Both.", "quote", 2),
    ]


GOOD = repository(dict(skeet(number, text) for number, text in enumerate(texts(5))))


def looped() -> bytes:
    """A tree that comes to the same node by two ways, level by level: 2^40 nodes in 40 blocks."""
    blocks = [encode({"l": None, "e": []})]
    for _ in range(40):
        below = cid_of(blocks[-1])
        blocks.append(encode({"l": below, "e": [{"p": 0, "k": b"a", "v": below, "t": below}]}))
    blocks.append(encode({"did": DID, "data": cid_of(blocks[-1])}))
    return car(blocks, cid_of(blocks[-1]))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (GOOD[:-5], "it is cut off"),
        (b"", "it is cut off"),
        (b"\xff" * 40, "no CAR file"),
        (b"hello, this is a text", "cut off"),
        (car([], cid_of(b"nothing")), "a block that it names is missing or damaged"),
        (car([block := encode({"did": 5})], cid_of(block)), "no commit of an account"),
        (looped(), "its tree of posts is broken"),
    ],
)
def test_a_broken_repository_is_explained(data, said):
    with pytest.raises(RequestError, match=said) as caught:
        read_repository("jane.car", data)
    assert caught.value.hint


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_encoded_comes_back(value):
    assert decode_dag_cbor(encode(value)) == value


def test_a_link_is_the_bytes_of_its_cid():
    cid = cid_of(b"a")
    assert decode_dag_cbor(encode([cid]))[0].cid == bytes(cid)
    assert isinstance(cid, Cid)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_decoder(data):
    with contextlib.suppress(MalformedBlocks):
        decode_dag_cbor(data)


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_changed_byte_breaks_the_reader(place, change):
    data = bytearray(GOOD)
    data[place] ^= change
    with contextlib.suppress(RequestError):
        read_repository("a", bytes(data))


def test_a_damaged_record_is_named_and_the_others_are_read(tmp_path):
    said = texts(20)
    records = [skeet(number, text) for number, text in enumerate(said)]
    records[3][1]["createdAt"] = "soon"
    whole = repository(dict(records))
    (tmp_path / "jane.car").write_bytes(whole.replace(said[5].encode(), said[5].upper().encode()))
    (export,) = read_exports([tmp_path / "jane.car"])
    assert [post.text for post in export.posts] == [text for text in said if text not in (said[3], said[5])]
    assert export.left_out == {"broken": 2}
    assert export.notice.startswith("jane.car: 2 records are broken and left out: post 3kabc00003: 'soon' is not")
    assert "post 3kabc00005: a block that it names is missing or damaged" in export.notice
