"""Posts are learned, described and forgotten: by command, from Python, as a job."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime

import pytest

from automagic.products.posts.description import describe
from automagic.products.posts.request import LearnPostsRequest
from automagic.values.post import Post
from tests.support.processes.python_programs import run_command
from tests.support.texts.post_archives import (
    account,
    note,
    outbox,
    pack,
    repository,
    script,
    skeet,
    texts,
    tweet,
    tweets,
)


@pytest.fixture
def posts(tmp_path):
    """`automagic posts`, in a home of its own."""

    def run(*arguments, code=0, command="posts"):
        environment = {"AUTOMAGIC_HOME": str(tmp_path / "home")}
        ended = run_command(command, *arguments, cwd=tmp_path, environment=environment)
        assert ended.code == code, ended.err + ended.out
        return ended

    return run


def write_archive(folder, count=40, name="x.zip", user="jane", start=0):
    entries = [
        *tweets(count)[start:],
        tweet(900, "@joe Yes.", in_reply_to_status_id_str="9", in_reply_to_user_id_str="7"),
        tweet(901, "RT @joe: Rain."),
    ]
    (folder / name).write_bytes(pack({"data/tweets.js": script(entries), "data/account.js": account(user)}))


def kept(folder):
    with sqlite3.connect(folder / "home" / "automagic.db") as connection:
        return [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("posts", "authors")]  # noqa: S608


def test_an_archive_is_learned_and_later_what_is_new(posts, tmp_path):
    write_archive(tmp_path)
    said = posts("learn", "x.zip", "--author", "jane", "--mine").out
    assert "41 new posts of jane, 0 known before" in said
    assert "Left out: reposts (1)" in said
    assert "jane: 40 posts, 1 reply, 2022-10-01 to 2022-10-28" in said
    assert "Accounts: x:jane" in said
    write_archive(tmp_path, count=43)
    again = json.loads(posts("learn", "x.zip", "--author", "@jane", "--json").out)
    assert (again["new"], again["known"], again["left_out"]) == (3, 41, {"reposts": 1})
    profile = json.loads(posts("profile", "jane", "--json").out)
    assert profile["corpus"] == again["corpus"]
    assert profile["counts"]["posts"] == 43
    assert profile["permission"] == "mine"
    quiet = posts("profile", "jane", "--quiet")
    assert (quiet.out.splitlines()[0][:14], quiet.err) == ("jane: 43 posts", "")


def test_all_networks_make_one_corpus(posts, tmp_path):
    write_archive(tmp_path)
    (tmp_path / "outbox.json").write_bytes(outbox([note(n, f"<p>{text}</p>") for n, text in enumerate(texts(5))]))
    (tmp_path / "jane.car").write_bytes(repository(dict(skeet(n, text) for n, text in enumerate(texts(5)))))
    (tmp_path / "more.jsonl").write_text('{"id": "a", "text": "One."}\n{"id": "a", "text": "One."}\n')
    files = ("x.zip", "outbox.json", "jane.car", "more.jsonl")
    said = json.loads(posts("learn", *files, "--author", "jane", "--mine", "--json").out)
    assert said["counts"]["posts"] == 51
    assert said["left_out"] == {"reposts": 1, "twice in the files": 1}
    assert [one.partition(":")[0] for one in said["accounts"]] == ["bluesky", "mastodon", "x"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("x.zip",), "nobody has said that the posts of jane may be learned from"),
        (("x.zip", "--mine", "--consent"), "--mine and --consent cannot be used together"),
        (("few.jsonl", "--mine"), "jane has too few posts to learn from: 2, besides reposts 1"),
        (("replies.jsonl", "--mine"), "jane has too few posts to learn from: 0, besides replies 40"),
        (("x.zip", "joe.zip", "--mine"), "those of 2 accounts on x: jane, joe"),
        (("none.zip", "--mine"), "There is no file none.zip"),
        (("broken.zip", "--mine"), "broken.zip is a broken archive"),
        (("x.zip", "--mine", "--author", " "), "author ' ' is not a valid name"),
    ],
)
def test_what_cannot_be_learned_is_explained_and_nothing_is_kept(posts, arguments, said, tmp_path):
    write_archive(tmp_path)
    write_archive(tmp_path, name="joe.zip", user="joe")
    (tmp_path / "broken.zip").write_bytes((tmp_path / "x.zip").read_bytes()[:300])
    (tmp_path / "few.jsonl").write_text('{"text": "One."}\n{"text": "Two."}\n{"text": "RT @joe: No."}\n')
    rows = [{"text": text, "kind": "reply"} for text in texts(40)]
    (tmp_path / "replies.jsonl").write_text("\n".join(map(json.dumps, rows)))
    author = () if "--author" in arguments else ("--author", "jane")
    ended = posts("learn", *arguments, *author, code=2)
    assert said in ended.err
    assert not (tmp_path / "home").exists() or kept(tmp_path) == [0, 0]


def test_another_account_does_not_come_into_a_corpus(posts, tmp_path):
    write_archive(tmp_path)
    write_archive(tmp_path, name="joe.zip", user="joe")
    posts("learn", "x.zip", "--author", "jane", "--consent")
    ended = posts("learn", "joe.zip", "--author", "jane", code=2)
    assert "the posts of jane are those of 2 accounts on x: jane, joe" in ended.err
    assert "Learn each account under an --author of its own." in ended.err
    assert kept(tmp_path) == [41, 1]


def test_a_forgotten_author_is_gone_from_everything(posts, tmp_path):
    write_archive(tmp_path)
    posts("learn", "x.zip", "--author", "jane doe", "--mine")
    assert "jane doe is forgotten: 41 posts are removed" in posts("forget", "jane doe").out
    assert kept(tmp_path) == [0, 0]
    assert b"no umbrella" not in (tmp_path / "home" / "automagic.db").read_bytes()
    with sqlite3.connect(tmp_path / "home" / "automagic.db") as connection:
        assert "jane doe" not in str(connection.execute("SELECT * FROM runs").fetchall())
    ended = posts("forget", "jane doe", code=2)
    assert "there are no posts of jane doe" in ended.err


def test_a_name_that_is_nearly_right_is_offered(posts, tmp_path):
    write_archive(tmp_path)
    posts("learn", "x.zip", "--author", "jane", "--mine")
    assert "Did you mean jane?" in posts("profile", "jnae", code=2).err


def test_it_is_learned_as_a_job_too(posts, tmp_path):
    folder = tmp_path / "archive"
    (folder / "data" / "tweets_media").mkdir(parents=True)
    (folder / "data" / "tweets_media" / "a.jpg").write_bytes(b"\xff\xd8\xff" * 100)
    (folder / "data" / "tweets.js").write_bytes(script(tweets(35)))
    write_archive(tmp_path, count=50, start=40)
    posts("add", "posts", "learn", "archive", "x.zip", "--author", "jane", "--mine", "--key", "one", command="jobs")
    (tmp_path / "x.zip").unlink()
    (folder / "data" / "tweets.js").unlink()
    posts("--drain", command="worker")
    assert kept(tmp_path) == [46, 1]


def test_counts_are_of_the_authors_own():
    made = [
        Post("1", "See https://a.example #rain", datetime(2026, 1, 2, tzinfo=UTC), language="en", media=1),
        Post("2", "Hello @joe, you", None, "quote", language="en"),
        Post("3", "A reply with #tags.", datetime(2026, 1, 1, tzinfo=UTC), "reply", language="de"),
        Post("4", "Four: C#, a@b.c &#38; #1", datetime(2026, 1, 3, tzinfo=UTC), language=""),
    ]
    counts = describe(made)
    assert (counts.posts, counts.replies, counts.median_characters) == (3, 1, 24)
    assert (counts.first_at, counts.last_at) == (made[2].created_at, made[3].created_at)
    assert (counts.with_link, counts.with_tag, counts.with_mention, counts.with_media) == (0.333,) * 4
    assert counts.languages == {"en": 2, "": 1}
    assert describe([]).posts == 0


def test_an_authors_name_has_one_form():
    assert LearnPostsRequest("a.zip", " @José ").author == "José"
