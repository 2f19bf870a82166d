"""Archives of X, made here in the shape that the network gives them."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.sources.posts.export import clean
from automagic.sources.posts.reading import list_posts_files, read_exports
from automagic.sources.posts.x_archive import read_x_archive
from tests.support.texts.post_archives import FIRST_ID, account, pack, script, tweet, tweets


@pytest.fixture
def read(tmp_path):
    """What one archive of these files has."""

    def read_archive(files):
        (tmp_path / "x.zip").write_bytes(pack(files))
        (export,) = read_exports([tmp_path / "x.zip"])
        return export

    return read_archive


def read_texts(read, *entries):
    return [
        (post.text, post.kind) for post in read({"data/tweets.js": script(entries), "data/account.js": account()}).posts
    ]


def test_all_parts_of_an_archive_are_read_and_nothing_else(read):
    export = read(
        {
            "data/tweets.js": script([tweet(1, "One.")]),
            "data/tweets-part1.js": script([tweet(2, "Two.")], part=1),
            "data/deleted-tweets.js": script([tweet(3, "Gone.")], "deleted_tweets"),
            "data/like.js": b"not even JSON",
            "data/account.js": account("Jane"),
            "data/README.txt": b"A text.\n\nOf the network's own.",
        }
    )
    assert [post.text for post in export.posts] == ["One.", "Two."]
    assert export.accounts == {"x:jane"}
    first = export.posts[0]
    assert first.id == str(FIRST_ID + 1)
    assert first.created_at == datetime(2022, 10, 2, 20, 7, 25, tzinfo=UTC)
    assert (first.likes, first.reposts, first.language, first.media) == (3, 0, "en", 0)


@pytest.mark.parametrize("place", ["tweets.js", "tweet.js", "archive/data/tweets.js", "renamed.js"])
def test_a_file_or_a_folder_is_read_wherever_it_lies(place, tmp_path):
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_bytes(b"\xef\xbb\xbf" + script([tweet(1, "One.")]).replace(b"\n", b"\r\n") + b";\r\n")
    named = tmp_path / "archive" if "/" in place else tmp_path / place
    (export,) = read_exports([named])
    assert [post.text for post in export.posts] == ["One."]


def test_an_old_archive_has_nothing_around_a_post(read):
    assert [post.text for post in read({"tweet.js": script([tweet(1, "Old.")["tweet"]], "tweet")}).posts] == ["Old."]


def test_a_post_reads_as_its_readers_saw_it(read):
    link = {"url": "https://t.co/a", "expanded_url": "https://example.com/rain", "indices": ["0", "4"]}
    picture = {"url": "https://t.co/p", "expanded_url": "https://x.com/jane/status/1/photo/1"}
    text = "Fish &amp; chips, &amp;amp; is five: https://t.co/a https://t.co/p"
    one = tweet(1, text, entities={"urls": [link]}, extended_entities={"media": [picture, picture]})
    (post,) = read({"tweets.js": script([one])}).posts
    assert post.text == "Fish & chips, &amp; is five: https://example.com/rain"
    assert (post.media, post.kind) == (2, "post")


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=80), max_size=5))
def test_any_texts_come_back(found):
    entries = [tweet(number, escape(text, quote=False)) for number, text in enumerate(found)]
    read = read_x_archive("x", {"tweets.js": lambda: script(entries)})
    assert [post.text for post in read.posts] == [clean(text) for text in found if clean(text)]


def test_a_link_is_not_taken_for_one_that_begins_like_it(read):
    links = [{"url": f"https://t.co/{name}", "expanded_url": f"https://example.com/{name * 2}"} for name in ("a", "ab")]
    (post,) = read({"tweets.js": script([tweet(1, "https://t.co/ab, https://t.co/c", entities={"urls": links})])}).posts
    assert post.text == "https://example.com/abab, https://t.co/c"


def test_replies_reposts_quotes_and_threads_are_told_apart(read):
    quoted = {"url": "https://t.co/q", "expanded_url": "https://twitter.com/joe/status/77"}
    assert read_texts(
        read,
        tweet(1, "A thread."),
        tweet(2, "It goes on.", in_reply_to_status_id_str=str(FIRST_ID + 1), in_reply_to_user_id_str="42"),
        tweet(3, "@joe @amy Yes.", in_reply_to_status_id_str="9", in_reply_to_user_id_str="7"),
        tweet(4, "RT @joe: Rain again."),
        tweet(5, "Quite so. https://t.co/q", entities={"urls": [quoted]}),
    ) == [
        ("A thread.", "post"),
        ("It goes on.", "post"),
        ("Yes.", "reply"),
        ("RT @joe: Rain again.", "repost"),
        ("Quite so.", "quote"),
    ]


def test_a_long_post_has_its_whole_text(read):
    whole = "A long walk begins with shoes. " * 20 + "See https://t.co/n & rest."
    note = {
        "noteTweetId": "9",
        "createdAt": "2023-05-05T20:07:25.000Z",
        "core": {"text": whole, "urls": [{"shortUrl": "https://t.co/n", "expandedUrl": "https://example.com/n"}]},
    }
    files = {"note-tweet.js": script([{"noteTweet": note}], "note_tweet")}
    cut = whole[:270] + "… https://t.co/xyz"
    (post,) = read({**files, "tweets.js": script([tweet(1, cut)])}).posts
    assert post.text == whole.replace("https://t.co/n", "https://example.com/n")
    assert post.id == str(FIRST_ID + 1)
    assert [post.text for post in read(files).posts] == [post.text]


def test_of_an_edited_post_the_last_text_counts(read):
    ids = [str(FIRST_ID + 1), str(FIRST_ID + 2)]
    edit = {"edit": {"initialTweetId": ids[0], "editControlInitial": {"editTweetIds": ids}}}
    before = {"initial": {"editTweetIds": ids}}
    export = read(
        {"tweets.js": script([tweet(1, "Teh rain.", edit_info=before), tweet(2, "The rain.", edit_info=edit)])}
    )
    assert [post.text for post in export.posts] == ["The rain."]
    assert export.left_out == {"edited later": 1}


def test_ids_that_are_numbers_keep_all_their_digits(read):
    entry = tweet(0, "One.", id_str=None, id=FIRST_ID)
    del entry["tweet"]["id_str"]
    assert read({"tweets.js": script([entry])}).posts[0].id == str(FIRST_ID)


def test_what_is_no_number_is_no_count_and_what_is_no_time_of_a_post_is_none(read):
    export = read(
        {
            "tweets.js": script(
                [
                    tweet(
                        1, "A.", favorite_count="1.2K", retweet_count=None, created_at="Thu Jan 01 00:00:00 +0000 1970"
                    ),
                    tweet(2, "B.", favorite_count=-4, created_at="Thu Jan 01 00:00:00 +0000 2099"),
                    tweet(3, "", lang="und"),
                ]
            )
        }
    )
    assert [(post.likes, post.reposts, post.created_at) for post in export.posts] == [
        (None, None, None),
        (None, 0, None),
    ]
    assert export.left_out == {"impossible dates": 2, "without words": 1}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (script(tweets(3))[:-40], r"tweets.js, line \d+, column \d+: not JSON"),
        (script([{"tweet": {"full_text": 5}}]), "full_text"),
        (script([tweet(1, "A.", created_at="yesterday")]), "post 1580661436132757506: 'yesterday' is not a valid time"),
        (script([]), "tweets.js has no posts"),
        (b"window.YTD.tweets.part0 = " + b"[" * 5000, "tweets.js"),
        (b"window.YTD.tweets.part0 = [\xff\xfe]", "it is not UTF-8 text"),
        (script([tweet(1, "x" * 100_001)]), "100,001 characters are too many for one post"),
        (script([tweet(1, "A.", id_str=1.58e18)]), "id_str"),
        (script([tweet(n, "A.", user={"screen_name": n * "o"}) for n in (1, 2)]), "2 authors: o, oo"),
    ],
)  # fmt: skip
def test_a_broken_file_is_explained(data, said, tmp_path):
    (tmp_path / "tweets.js").write_bytes(data)
    with pytest.raises(RequestError, match=said) as caught:
        read_exports([tmp_path / "tweets.js"])
    assert caught.value.hint


def test_a_job_takes_the_posts_along_and_no_pictures(tmp_path):
    data = tmp_path / "data"
    (data / "tweets_media").mkdir(parents=True)
    for name in ("tweets.js", "account.js", "like.js", "tweets_media/a.jpg"):
        (data / name).write_bytes(b"")
    assert {path.name for path in list_posts_files(tmp_path)} == {"tweets.js", "account.js"}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"created_at": None}, "created_at"),
        ({"created_at": "yesterday"}, "'yesterday' is not a valid time"),
        ({"full_text": 5}, "full_text"),
        ({"entities": {"urls": "none"}}, "urls"),
        ({"full_text": "\ud83d half"}, "half of a surrogate pair"),
        ({"lang": 10**30}, "too large"),
    ],
)
def test_one_broken_post_is_named_and_the_others_are_read(read, broken, said):
    entries = [tweet(number, f"Post {number}.") for number in range(1, 6)]
    entries[2]["tweet"] |= broken
    export = read({"data/tweets.js": script(entries), "data/account.js": account()})
    assert [post.text for post in export.posts] == ["Post 1.", "Post 2.", "Post 4.", "Post 5."]
    assert export.left_out == {"broken": 1}
    assert f"post {FIRST_ID + 3}: " in export.notice
    assert said in export.notice
