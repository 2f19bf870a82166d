"""The corpora of authors: incremental, durable, and gone when they are forgotten."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automagic.database.engine import open_database, sqlite_url
from automagic.database.erasing import erasing
from automagic.store.corpora import Corpora, forget_corpus
from automagic.values.post import Post

pytest_plugins = ["tests.support.homes.postgresql"]

POSTS = [
    Post(str(number), f"Note {number}: rain.", datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=number), likes=number)
    for number in range(300)
]


def forget(engine, author):
    with erasing(engine) as connection:
        return forget_corpus(connection, author)


@pytest.fixture
def engine(database):
    engine = open_database(database)
    yield engine
    engine.dispose()


@pytest.fixture
def lite(tmp_path):
    engine = open_database(sqlite_url(tmp_path / "a.db"))
    yield engine
    engine.dispose()


def learn(engine, posts, author="jane", accounts=(), check=lambda _corpus: None):
    return Corpora(engine).learn(author, posts, permission="mine", accounts=accounts, check=check)


def test_only_what_is_new_is_added(engine):
    corpus, count = learn(engine, POSTS[:100], accounts=["x:jane"])
    assert (count, corpus.posts, corpus.accounts) == (100, tuple(POSTS[:100]), ("x:jane",))
    changed = [replace(post, text="Another text.") for post in POSTS[50:120]]
    corpus, count = learn(engine, changed, accounts=["bluesky:did:plc:x"])
    assert count == 20
    assert [post.text for post in corpus.posts[:100]] == [post.text for post in POSTS[:100]]
    assert corpus.accounts == ("bluesky:did:plc:x", "x:jane")
    assert Corpora(engine).find("jane") == corpus


def test_the_hash_is_of_what_is_there_in_whatever_order_it_came(engine):
    first, _ = learn(engine, POSTS[:50])
    shuffled = POSTS[49::-2] + POSTS[48::-2]
    learn(engine, shuffled[:20], author="joe")
    second, _ = learn(engine, shuffled[20:], author="joe")
    assert first.sha256 == second.sha256
    more, _ = learn(engine, POSTS[:51])
    other, _ = learn(engine, [replace(POSTS[0], likes=999), *POSTS[1:50]], author="amy")
    assert len({first.sha256, more.sha256, other.sha256}) == 3


def test_what_a_check_refuses_is_not_kept(engine):
    def refuse(corpus):
        raise RuntimeError(len(corpus.posts))

    with pytest.raises(RuntimeError, match="5"):
        learn(engine, POSTS[:5], check=refuse)
    assert Corpora(engine).names() == ()
    assert Corpora(engine).find("jane") is None


def test_a_forgotten_author_leaves_nothing_in_the_files(lite, tmp_path):
    learn(lite, [Post(f"s{number}", f"secret words {number}") for number in range(200)])
    learn(lite, POSTS[:30], author="joe")
    assert forget(lite, "jane") == 200
    assert Corpora(lite).names() == ("joe",)
    for path in tmp_path.iterdir():
        assert b"secret words" not in path.read_bytes(), path
    assert forget(lite, "jane") == 0


def test_a_hundred_posts_take_ten_milliseconds_at_most(lite):
    learn(lite, POSTS[:1])
    took_s = []
    for start in (0, 100, 200):
        began = time.process_time()
        learn(lite, POSTS[start : start + 100], author=f"author {start}")
        took_s.append(time.process_time() - began)
    assert min(took_s) <= 0.010


def test_a_hundred_posts_are_one_transaction(engine):
    begun = []
    sa.event.listen(engine, "begin", lambda _connection: begun.append(1))
    learn(engine, POSTS[:100])
    assert len(begun) == 1


COUNTS = st.none() | st.integers(0, 2**53)
TIMES = st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ANY_POSTS = st.lists(
    st.builds(
        Post,
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=20),
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=80),
        TIMES,
        st.sampled_from(["post", "reply", "quote"]),
        st.sampled_from(["", "en", "pt-BR"]),
        COUNTS,
        COUNTS,
        COUNTS,
        st.integers(0, 10),
    ),
    unique_by=lambda post: post.id,
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(found=ANY_POSTS)
def test_posts_come_back_as_they_were(engine, found):
    forget(engine, "any")
    corpus, count = learn(engine, found, author="any")
    assert count == len(found)
    assert sorted(corpus.posts, key=lambda post: post.id) == sorted(found, key=lambda post: post.id)
