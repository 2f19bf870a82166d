"""Archives that are broken, locked or made to do harm; what is refused leaves nothing behind."""

from __future__ import annotations

import io
import os
import struct
import zipfile

import pytest

from automagic.errors import RequestError
from automagic.sources.posts import members
from automagic.sources.posts.reading import read_exports
from tests.support.texts.post_archives import account, note, outbox, pack, script, tweets

GOOD = pack({"data/tweets.js": script(tweets(3))})


def locked() -> bytes:
    """As if with a password: the flag is set in both places."""
    data = bytearray(GOOD)
    data[6] |= 1
    data[GOOD.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def damaged() -> bytes:
    data = bytearray(GOOD)
    data[60:80] = b"\0" * 20
    return bytes(data)


def with_huge_directory() -> bytes:
    at = GOOD.rindex(b"PK\x05\x06")
    return GOOD[: at + 12] + struct.pack("<L", 200 << 20) + GOOD[at + 16 :]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (GOOD[:-30], "is a broken archive"),
        (GOOD[:200], "is a broken archive"),
        (b"PK\x03\x04", "is a broken archive"),
        (damaged(), "is a broken archive"),
        (locked(), "is locked with a password"),
        (with_huge_directory(), "has too many files"),
        (pack({"../../tweets.js": b"", "data/tweets.js": script(tweets(3))}), r"not a safe archive.*'../../tweets.js'"),
        (pack({"/etc/tweets.js": script(tweets(3))}), "is not a safe archive"),
        (pack({"C:\\tweets.js": script(tweets(3))}), "is not a safe archive"),
        (pack({"photos/a.jpg": b"\xff\xd8\xff"}), "has no posts"),
        (pack({}), "has no posts"),
        (b"\x1f\x8b\x08\x00" + b"\0" * 40, "is a packed archive, and not a zip"),
    ],
)  # fmt: skip
def test_a_bad_archive_is_explained(data, said, tmp_path):
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(RequestError, match=said) as caught:
        read_exports([tmp_path / "x.zip"])
    assert caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


def test_a_bomb_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(members, "MAX_BYTES", 1 << 20)
    bomb = pack({"data/tweets.js": b" " * (5 << 20)})
    assert len(bomb) < 20_000
    (tmp_path / "x.zip").write_bytes(bomb)
    with pytest.raises(RequestError, match="larger than 1 MB"):
        read_exports([tmp_path / "x.zip"])
    at = bomb.rindex(b"PK\x01\x02")  # the same, saying that it is small
    lying = bomb[: at + 24] + struct.pack("<L", 1000) + bomb[at + 28 :]
    (tmp_path / "x.zip").write_bytes(lying)
    with pytest.raises(RequestError, match=r"larger than 1 MB|broken archive"):
        read_exports([tmp_path / "x.zip"])


def test_a_zip_of_many_gigabytes_is_read_as_any_other(tmp_path):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, archive.open("data/tweets.js", "w", force_zip64=True) as file:
        file.write(script(tweets(3)))  # with the fields of 64 bits that such a one has
    (tmp_path / "x.zip").write_bytes(target.getvalue())
    assert len(read_exports([tmp_path / "x.zip"])[0].posts) == 3


def test_a_folder_has_the_archives_and_the_files_in_it(tmp_path):
    (tmp_path / "x.zip").write_bytes(pack({"data/tweets.js": script(tweets(3)), "data/account.js": account()}))
    (tmp_path / "mine.jsonl").write_text('{"text": "A line."}\n')
    (tmp_path / ".hidden.csv").write_text("nothing")
    (tmp_path / "link.csv").symlink_to("/dev/zero")
    exports = read_exports([tmp_path])
    assert {(export.name, len(export.posts)) for export in exports} == {
        ("x.zip", 3),
        (f"mine.jsonl in {tmp_path.name}", 1),
    }


def test_an_archive_of_mastodon_is_a_zip_as_well(tmp_path):
    (tmp_path / "m.zip").write_bytes(pack({"outbox.json": outbox([note(1, "<p>Rain.</p>")]), "actor.json": b"{}"}))
    (export,) = read_exports([tmp_path / "m.zip"])
    assert [post.text for post in export.posts] == ["Rain."]


def test_names_in_an_archive_do_nothing_to_a_terminal(tmp_path):
    hostile = "a\x1b[31m.jsonl"
    (tmp_path / "a.zip").write_bytes(pack({hostile: b'{"text": 5, "author": 1}'}))
    with pytest.raises(RequestError) as caught:
        read_exports([tmp_path / "a.zip"])
    assert caught.value.message.isprintable()
    (tmp_path / "x.zip").write_bytes(pack({"tweets.js": script(tweets(1)), "account.js": account("ja\x1bne")}))
    assert read_exports([tmp_path / "x.zip"])[0].accounts == {"x:ja\ufffdne"}


@pytest.mark.parametrize(("name", "said"), [("none.zip", "There is no file"), ("pipe", "is a pipe")])
def test_what_cannot_be_read_is_explained(name, said, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RequestError, match=said):
        read_exports([tmp_path / name])
