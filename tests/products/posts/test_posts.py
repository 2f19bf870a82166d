"""Posts are learned, described and forgotten: by command, from Python, as a job."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import time
import unicodedata
import zipfile
from decimal import Decimal

import pytest

from automagic.database.engine import open_database, sqlite_url
from automagic.destinations.shared.post_queue import PostQueue, QueuedPost
from automagic.destinations.shared.published_posts import DraftPlace
from automagic.products.posts.request import LearnPostsRequest
from tests.support.homes.post_drafts import write_drafts
from tests.support.processes.python_programs import run_command
from tests.support.texts.odd_posts import odd_posts
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
    assert re.search(r"Left out +reposts \(1\)", said)
    assert "jane: 40 posts, 1 reply, 2022-10-01 to 2022-10-28" in said
    assert re.search("Accounts +x:jane", said)
    write_archive(tmp_path, count=43)
    again = json.loads(posts("learn", "x.zip", "--author", "@jane", "--json").out)
    assert (again["new"], again["known"], again["left_out"]) == (3, 41, {"reposts": 1})
    profile = json.loads(posts("profile", "jane", "--json").out)
    assert profile["corpus"] == again["corpus"]
    assert (profile["profile"]["posts"], profile["replies"], profile["permission"]) == (43, 1, "mine")
    assert (profile["likeness"]["counted"], profile["likeness"]["trial"]) == (43, {"tried": 0, "rejected": []})
    assert profile["steps"] == {"hit": 1, "miss": 1, "planned": 0}
    quiet = posts("profile", "jane", "--quiet")
    assert (quiet.out.splitlines()[0][:14], quiet.err) == ("jane: 43 posts", "")


def test_all_networks_make_one_corpus(posts, tmp_path):
    write_archive(tmp_path)
    (tmp_path / "outbox.json").write_bytes(outbox([note(n, f"<p>{text}</p>") for n, text in enumerate(texts(5))]))
    (tmp_path / "jane.car").write_bytes(repository(dict(skeet(n, text) for n, text in enumerate(texts(5)))))
    (tmp_path / "more.jsonl").write_text('{"id": "a", "text": "One."}\n{"id": "a", "text": "One."}\n')
    files = ("x.zip", "outbox.json", "jane.car", "more.jsonl")
    said = json.loads(posts("learn", *files, "--author", "jane", "--mine", "--json").out)
    assert said["profile"]["posts"] == 41  # each text once
    assert said["new"] == 52
    assert said["left_out"] == {"reposts": 1, "twice in the files": 1}
    assert [one.partition(":")[0] for one in said["accounts"]] == ["bluesky", "mastodon", "x"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("x.zip",), "nobody has said that the posts of jane may be learned from"),
        (("x.zip", "--mine", "--consent"), "--mine and --consent cannot be used together"),
        (("few.jsonl", "--mine"), "jane has too few posts to learn from: 2, besides reposts 1"),
        (("replies.jsonl", "--mine"), "jane has too few posts to learn from: 0, besides replies 40"),
        (("same.jsonl", "--mine"), "too few posts to learn from: 1, besides twice in the files 993"),
        (("alike.jsonl", "--mine"), "each of the 18 newest posts says for the most part what another one does"),
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
    same = ["Buy my book today, everybody!"] * 994
    (tmp_path / "same.jsonl").write_text("\n".join(json.dumps({"text": text}) for text in same))
    alike = [
        f"{word} Buy my book today, everybody, it is out!" for word in "abcdefghijklmnopqrstuvwxyzäöüßéèàçñøåœλπσωжюяš"
    ]
    (tmp_path / "alike.jsonl").write_text("\n".join(json.dumps({"text": text}) for text in alike))
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


PLANTED = "a violet hippopotamus plays the accordion on every second Thursday in winter"


def read_everything(folder):
    """Each file of a home, packed ones as they are read: what was compressed hides nothing."""
    for path in sorted((folder / "home").rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            yield path, data
            if zipfile.is_zipfile(io.BytesIO(data)):
                with zipfile.ZipFile(io.BytesIO(data)) as packed:
                    yield from ((path, packed.read(name)) for name in packed.namelist())


def test_a_forgotten_author_is_gone_from_everything(posts, tmp_path):
    said = [tweet(number, f"{text} {PLANTED if number == 20 else ''}.") for number, text in enumerate(texts(40))]
    (tmp_path / "x.zip").write_bytes(pack({"data/tweets.js": script(said)}))
    write_archive(tmp_path, name="joe.zip", user="joe")
    posts("learn", "joe.zip", "--author", "joe", "--mine")
    learn = ("posts", "learn", "x.zip", "--author", "jane doe", "--mine")
    for key in ("done", "waiting"):
        posts("add", *learn, "--key", key, command="jobs")
        if key == "done":
            posts("--drain", command="worker")
    posts("profile", "jane doe")
    (tmp_path / "broken.zip").write_bytes(b"PK")
    posts("learn", "broken.zip", "--author", "jane doe", code=2)
    held = {path.parent.parent.name for path, data in read_everything(tmp_path) if PLANTED.encode() in data}
    assert held >= {"artifacts"}, "the archive, packed"

    assert "jane doe is forgotten: 40 posts are removed" in posts("forget", "jane doe").out
    for path, data in read_everything(tmp_path):
        assert b"hippopotamus" not in data, path
        assert b"jane doe" not in data or path.parent.name == "logs", path  # titles, until it is rotated
    assert json.loads(posts("list", "--json", command="jobs").out)["jobs"] == []
    assert kept(tmp_path) == [41, 1]
    assert json.loads(posts("profile", "joe", "--json").out)["steps"]["hit"] == 1
    ended = posts("forget", "jane doe", code=2)
    assert "there are no posts of jane doe" in ended.err


def test_drafts_like_a_forgotten_author_wait_no_longer(posts, tmp_path):
    home, due_at = tmp_path / "home", time.time() + 86400
    write_archive(tmp_path)
    for number, author in enumerate(("jane", "joe")):
        posts("learn", "x.zip", "--author", author, "--mine")
        run = f"20270131-18000{number}-0123456789ab"
        folder = write_drafts(home, [PLANTED if author == "jane" else "Ice floats."], run=run, author=author)
        engine = open_database(sqlite_url(home / "automagic.db"))
        place = DraftPlace(run, 1)
        PostQueue(engine).add(QueuedPost(place, folder, ("mastodon:1",), PLANTED[:30], "", Decimal(0), due_at))
        engine.dispose()
        posts("add", "posts", "publish", run, "--to", "mastodon", command="jobs")
    forgotten = posts("forget", "jane")
    assert "1 draft is withdrawn that waited to be published." in forgotten.out
    [waiting] = json.loads(posts("queue", "--json").out)["queue"]
    assert waiting["source"] == "20270131-180001-0123456789ab:1"
    [job] = json.loads(posts("list", "--json", command="jobs").out)["jobs"]
    assert job["title"] == "posts of 20270131-180001-0123456789ab"
    held = [path for path, data in read_everything(tmp_path) if PLANTED.encode() in data]
    assert [path.parent.name for path in held] == ["20270131-180000-0123456789ab"]  # the person's own folder


def test_two_authors_with_the_same_posts_are_forgotten_one_by_one(posts, tmp_path):
    write_archive(tmp_path)
    for author in ("jane", "janet"):
        posts("learn", "x.zip", "--author", author, "--mine")
    posts("forget", "jane")
    assert json.loads(posts("profile", "janet", "--json").out)["profile"]["posts"] == 40


def test_odd_posts_are_learned_and_shown(posts, tmp_path):
    rows = [
        *texts(60),
        *odd_posts(300),
        "word " * 5000,
        "🎉🎉",
        "مرحبا بالعالم، كيف الحال؟",
        "今日は。雨です。",
        "a\u2028b",
    ]
    (tmp_path / "odd.jsonl").write_text("\n".join(json.dumps({"text": text}) for text in rows if text.strip()))
    posts("learn", "odd.jsonl", "--author", "odd", "--mine")
    shown = posts("profile", "odd", "--html", "odd.html").out
    assert not [
        sign for sign in shown if not sign.isprintable() and sign != "\n" and unicodedata.category(sign) == "Cc"
    ]
    assert max(map(len, shown.split("\n"))) <= 80
    assert (tmp_path / "odd.html").read_text().count("<script") == 0


def test_the_page_holds_all_and_runs_nothing(posts, tmp_path):
    entries = [*tweets(40), *(tweet(90 + n, f"<script>alert(1)</script> {text}") for n, text in enumerate(texts(3)))]
    (tmp_path / "x.zip").write_bytes(pack({"data/tweets.js": script(entries)}))
    posts("learn", "x.zip", "--author", "<b>jane", "--mine")
    assert posts("profile", "<b>jane", "--html", "jane.html", "--quiet").out.strip() == "jane.html"
    page = (tmp_path / "jane.html").read_text()
    assert "<script" not in page
    assert "<b>jane" not in page
    assert "&lt;b&gt;jane" in page
    assert not re.search(r"(?:src|href|url)\s*[=(]", page)
    assert "Too few signals" not in page  # each post was liked three times
    ended = posts("profile", "<b>jane", "--html", "none/jane.html", code=2)
    assert "none/jane.html cannot be written" in ended.err


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


def test_an_authors_name_has_one_form():
    assert LearnPostsRequest("a.zip", " @José ").author == "José"
