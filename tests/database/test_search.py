"""Words, phrases and beginnings, found alike in both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from automagic.database import search as door
from automagic.database.archive_tables import archive_items, archive_passages, archive_sources
from automagic.database.engine import open_database
from automagic.database.search import count_passages, search
from automagic.database.search_query import SearchFilters, Term, fold, parse_query
from automagic.errors import RequestError

pytest_plugins = ["tests.support.homes.postgresql"]

PASSAGES = [
    ("one", "The budget for the library on Main Street was adopted.", "ann"),
    ("one", "Main concerns were the street lamps, the mayor’s budget.", "bob"),
    ("two", "Le café “Zoë” isn't open; twenty-four librarians protested.", ""),
    ("two", "Nothing of interest was said here. Nothing at all; nothing.", ""),
    ("old", "The budget of an old generation.", ""),
    ("two", "図書館の予算は 1,500 円です。 我们的图书馆", "ZOË ÅNGSTRÖM"),
    ("two", "שלום עולם וברוכים הבאים; السلامُ عليكم", ""),
    ("two", "हिन्दी में बजट 👍 COVID-19, 3.5 % and $24.9B: it’s OK; O'Brien naïve ﬁne straße", ""),
]


@pytest.fixture
def connection(database):
    engine = open_database(database)
    fresh = dict.fromkeys(
        ("evidence", "held_why", "held_by", "media_path", "media_sha256", "media_error", "sound_sha256", "transcript",
         "captions", "listed", "fingerprint", "show_id"), "",
    )  # fmt: skip
    shows = (("one", "a", "Council 100 %", 100.0), ("two", "b", "Talk", 200.0), ("old", "a", "Council", 50.0))
    numbers = {"generation": 1, "length_s": 60.0, "first_seen_at": 1.0, "changed_at": 1.0, "media_bytes": 0}
    items = [
        {**fresh, **numbers, "source": source, "remote_id": name, "id": name, "newest": name != "old", "title": title,
         "event_at": at, "servable": True, "media_state": "none"}
        for name, source, title, at in shows
    ]  # fmt: skip
    source = {"kind": "folder", "address": "/", "user": "", "allow_private": False, "added_at": 1.0, "probe": ""}
    with engine.begin() as connection:
        connection.execute(sa.insert(archive_sources), [{**source, "name": name} for name in "ab"])
        connection.execute(sa.insert(archive_items), items)
        connection.execute(
            sa.insert(archive_passages),
            [
                {"item": item, "start_s": 10.0 * place, "end_s": 10.0 * place + 9, "text": text,
                 "folded": " ".join(fold(text)), "times": "[]", "speaker": speaker}
                for place, (item, text, speaker) in enumerate(PASSAGES)
            ],
        )  # fmt: skip
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def starts(connection, query, **filters):
    found = search(connection, parse_query(query), SearchFilters(**filters))
    return [round(passage.start_s / 10) for passage in found.passages]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("budget", {0, 1}),
        ('"main street"', {0}),
        ("main street", {0, 1}),
        ("librar*", {0, 2}),
        ('"the librar*"', set()),
        ("CAFE", {2}),
        ("zoe", {2}),
        ("isn’t", {2}),
        ("isnt", {2}),
        ("twenty-four", {2}),
        ('"twenty four"', {2}),
        ("mayors", {1}),
        ("absent", set()),
        ("budget absent", set()),
        ("AND OR NOT", set()),
        ("budget)", {0, 1}),
        ("'budget", {0, 1}),
        ("budget:*", {0, 1}),
        ('"budget OR street"', set()),
        ("NEAR(budget street)", set()),
        ("folded:budget", set()),
        ("budget & !street | (main)", {0, 1}),
        ("budget <-> for", {0}),
        ("bud\\get", set()),
        ("budget\x00street", set()),
        ("budget\ud800 \udcff", {0, 1}),
        ("%budget_", {0, 1}),
        ("; DROP TABLE archive_items --", set()),
        ("the of", set()),
        ("図書館", {5}),
        ("予算", {5}),
        ("图书馆", {5}),
        ("図書*", {5}),
        ("館図", set()),
        ("1500", {5}),
        ("1,500", {5}),
        ("שלום", {6}),
        ("עולם שלום", {6}),
        ("السلام", {6}),
        ("السَّلام", {6}),
        ("हिन्दी", {7}),
        ("बजट 👍", {7}),
        ("covid19", set()),
        ("covid-19", {7}),
        ("3.5", {7}),
        ("$24.9b", {7}),
        ("its obrien", {7}),
        ("O‘Brien NAIVE", {7}),
        ("fine STRASSE", {7}),
        ("a" * 100, set()),
    ],
)
def test_what_is_asked_for_is_found(connection, query, expected):
    assert set(starts(connection, query)) == expected


@pytest.mark.parametrize(
    ("query", "expected"), [("budget absent", {0, 1}), ("mayors budg*", {0, 1}), ("absent", set())]
)
def test_some_of_the_words_are_enough_where_that_is_asked(connection, query, expected):
    found = search(connection, parse_query(query), any_of=True)
    assert {round(passage.start_s / 10) for passage in found.passages} == expected


def test_who_says_something_is_found_in_any_letters(connection):
    for mark in ("zoë", "ångström", "ZOË Å"):
        assert starts(connection, "1500", speaker=mark) == [5]
    assert starts(connection, "1500", speaker="zoe%") == []


def test_the_best_come_first(connection):
    found = search(connection, parse_query("nothing"))
    assert (found.order, [passage.item for passage in found.passages]) == ("best", ["two"])


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"source": "a"}, {0, 1}),
        ({"source": "b"}, set()),
        ({"show": "council"}, {0, 1}),
        ({"show": "100 %"}, {0, 1}),
        ({"show": "%"}, {0, 1}),
        ({"show": "talk"}, set()),
        ({"since": 101.0}, set()),
        ({"until": 101.0}, {0, 1}),
        ({"speaker": "bob"}, {1}),
        ({"items": ("two",)}, set()),
    ],
)
def test_where_to_search_is_said(connection, filters, expected):
    assert set(starts(connection, "budget", **filters)) == expected


def test_of_common_words_the_newest_come_first(connection, monkeypatch):
    monkeypatch.setattr(door, "COMMON", 1)
    found = search(connection, parse_query("was"))
    assert (found.order, [passage.item for passage in found.passages]) == ("newest", ["two", "one"])
    assert search(connection, parse_query("was adopted")).order == "best"
    assert search(connection, parse_query("w*")).order == "newest"


def test_what_is_removed_is_found_no_more(connection):
    connection.execute(sa.delete(archive_passages).where(archive_passages.c.item == "one"))
    assert starts(connection, "budget") == []


def test_how_often_a_word_is_said_is_counted(connection, monkeypatch):
    assert [count_passages(connection, *parse_query(word)) for word in ("budget", "librar*", "absent")] == [3, 2, 0]
    monkeypatch.setattr(door, "COMMON", 1)
    assert count_passages(connection, *parse_query("budget")) == 2


@pytest.mark.parametrize("query", ["", " ", '"', "* -", "“”", "👍", "\x00", "\udcff", "%_!&|<->"])
def test_a_query_without_words_is_refused(query):
    with pytest.raises(RequestError, match="no word to search for"):
        parse_query(query)


def test_a_query_of_a_book_is_refused():
    with pytest.raises(RequestError, match="more than 32 words"):
        parse_query("word " * 33)


def test_a_word_that_nobody_can_say_is_refused():
    with pytest.raises(RequestError, match="101 letters"):
        parse_query("a" * 101)


def test_terms_are_read():
    assert parse_query('the "Main  Street" Librar*') == (
        Term(("the",)),
        Term(("main", "street"), quoted=True),
        Term(("librar",), prefix=True),
    )


@pytest.mark.parametrize("filters", [{}, {"speaker": "bob"}, {"show": "talk"}, {"items": ("two",)}, {"source": "a"}])
def test_filters_find_what_is_not_among_the_best(connection, monkeypatch, filters):
    def find(query):
        return search(connection, parse_query(query), SearchFilters(**filters), limit=1).passages

    queries = ("t*", "a*", "w*", "b*", "was")
    every = [find(query) for query in queries]
    assert any(every)
    monkeypatch.setattr(door, "BEST", 0)
    assert [find(query) for query in queries] == every
