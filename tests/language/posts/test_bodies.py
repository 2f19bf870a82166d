"""What is sent is decided before the call, and the same each time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from automagic.language.posts.bluesky_records import cid_of, make_tid, post_record, thread_tids, thread_writes
from automagic.language.posts.facets import RichText, shorten_links
from automagic.language.posts.mastodon_statuses import idempotency_key, status_body

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
DID = "did:plc:z72i7hdynmk6r22z27h6tvur"


def test_tids_sort_by_time_and_come_again() -> None:
    tids = thread_tids("ann/run-1", NOON, 40)
    assert tids == thread_tids("ann/run-1", NOON, 40)
    assert list(tids) == sorted(set(tids))
    assert all(len(tid) == 13 and tid[0] in "234567abcdefghij" for tid in tids)
    assert thread_tids("bob/run-1", NOON, 1) != tids[:1]


def test_a_tid_is_microseconds_and_a_clock_in_base_32() -> None:
    signs = "234567abcdefghijklmnopqrstuvwxyz"
    value = 0
    for sign in make_tid(NOON, 1023):
        value = value * 32 + signs.index(sign)
    assert (value >> 10, value & 1023) == (int(NOON.timestamp()) * 1_000_000, 1023)


def test_a_thread_is_one_call_and_each_part_answers_the_one_before() -> None:
    parts = [shorten_links("One #bee"), RichText("Two", ()), RichText("Three", ())]
    tids = thread_tids("run", NOON, 3)
    body = thread_writes(DID, parts, tids, NOON, ["en"])
    records = [write["value"] for write in body["writes"]]
    assert [write["rkey"] for write in body["writes"]] == list(tids)
    assert "reply" not in records[0]
    uris = [f"at://{DID}/app.bsky.feed.post/{tid}" for tid in tids]
    first, second = ({"uri": uris[index], "cid": cid_of(records[index])} for index in (0, 1))
    assert records[1]["reply"] == {"root": first, "parent": first}
    assert records[2]["reply"] == {"root": first, "parent": second}
    assert body == thread_writes(DID, parts, tids, NOON, ["en"])


def test_a_mention_needs_an_account_and_a_link_is_whole() -> None:
    part = shorten_links("é https://example.com/a/very/long/path/to/somewhere @ann.example.com @bob.example.com")
    record = post_record(part, NOON, dids={"ann.example.com": DID})
    raw = record["text"].encode()
    places = [(one["index"]["byteStart"], one["index"]["byteEnd"], one["features"]) for one in record["facets"]]
    spans = [(raw[start:end].decode(), features) for start, end, features in places]
    assert spans == [
        (
            "example.com/a/very/long/path/…",
            [
                {
                    "$type": "app.bsky.richtext.facet#link",
                    "uri": "https://example.com/a/very/long/path/to/somewhere",
                }
            ],
        ),
        ("@ann.example.com", [{"$type": "app.bsky.richtext.facet#mention", "did": DID}]),
    ]
    assert record["createdAt"] == "2026-11-30T12:00:00.000Z"


def test_a_cid_is_what_libipld_makes_of_the_record() -> None:
    record = {
        "$type": "app.bsky.feed.post",
        "text": "é bee",
        "createdAt": "2026-11-30T12:00:00.000Z",
        "langs": ["en"],
        "facets": [{"index": {"byteStart": 0, "byteEnd": 300}}],
    }
    assert cid_of(record) == "bafyreiehfhicwdc2yjdyxpeu6wbun65mp6idq2ubreknoml6bwdi47di2y"


@pytest.mark.parametrize("value", [None, 1.5, -1, b"x"])
def test_a_record_holds_nothing_that_has_no_cid_here(value: object) -> None:
    with pytest.raises(TypeError):
        cid_of({"a": value})


def test_a_status_is_made_once_under_its_key() -> None:
    assert idempotency_key("run", 0) == idempotency_key("run", 0)
    assert len({idempotency_key(seed, index) for seed in ("run", "other") for index in range(9)}) == 18
    assert status_body("Hi", language="pt-BR", reply_to="7") == {
        "status": "Hi",
        "visibility": "public",
        "language": "pt",
        "in_reply_to_id": "7",
    }
