"""Posts as rows of JSON and CSV, and as plain text."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.sources.posts.export import clean, read_count, read_time
from automagic.sources.posts.reading import read_exports
from automagic.sources.posts.rows import read_csv, read_json_lines, read_plain
from tests.support.texts.post_archives import FIRST_ID


def test_lines_of_json_are_posts(tmp_path):
    row = {"id": FIRST_ID, "text": "Rain.", "created_at": "2027-01-31T18:00:00+01:00", "likes": 3, "lang": "de"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + '\n\n{"text": "RT @joe: No."}\n')
    (export,) = read_exports([tmp_path / "a.jsonl"])
    first, second = export.posts
    assert (first.id, first.created_at) == (str(FIRST_ID), None)  # it is in the future
    assert (first.likes, first.language, first.kind) == (3, "de", "post")
    assert (second.kind, second.id[:7]) == ("repost", "sha256:")


def test_a_list_in_json_is_rows_too(tmp_path):
    (tmp_path / "a.json").write_text('[{"text": "A."}, {"text": "B."}]')
    assert [post.text for post in read_exports([tmp_path / "a.json"])[0].posts] == ["A.", "B."]


def test_a_table_may_have_other_names_and_marks():
    data = '\ufeffTweet ID;Date;Full text;Extra\n1;2020-05-01;\'=SUM(A1) "is" text;x\n2;;"two\nlines";y\n'.encode()
    first, second = read_csv("a.csv", data).posts
    assert (first.id, first.text, first.created_at) == ("1", '\'=SUM(A1) "is" text', datetime(2020, 5, 1, tzinfo=UTC))
    assert (second.text, second.created_at) == ("two\nlines", None)


def test_blocks_of_a_text_are_posts():
    text = "One\ngoes on.\r\n\r\n\r\nTwo.\n---\nThree.\n \t\n***\n\nFour.\n"
    assert [post.text for post in read_plain("a.txt", text.encode()).posts] == [
        "One\ngoes on.",
        "Two.",
        "Three.",
        "Four.",
    ]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.jsonl", '{"text": "A."}\n{"text": ', "a.jsonl, line 2, column 10: not JSON"),
        ("a.jsonl", '{"text": "A."}\n{"id": "2"}', "a.jsonl, line 2 has no text"),
        ("a.jsonl", '{"text": "A."}\n[1]', "line 2 is not a post"),
        ("a.jsonl", '{"text": "A.", "author": "jane"}\n{"text": "B.", "author": "joe"}', "2 authors: jane, joe"),
        ("a.jsonl", '{"text": "A.", "id": 1.58e18}', "the id 1.58e.18 was rounded"),
        ("a.jsonl", '{"text": "\\ud83d half"}', "half of a surrogate pair"),
        ("a.jsonl", '{"text": "A.", "created_at": "soon"}', "'soon' is not a valid time"),
        ("a.csv", "id,text\n1.58E+18,A.\n", "line 2: the id 1.58E.18 was rounded"),
        ("a.csv", "id,when\n1,A.\n", "has no column of texts: its first line names id, when"),
        ("a.csv", 'id,text\n1,"A" b\n', "a.csv, line 2"),
        ("a.csv", "id,text\n1," + "x" * 140_000, "field larger than field limit"),
        ("a.txt", "x" * 100_001, "block 1: 100,001 characters are too many"),
        ("a.txt", " \n\n", "nothing but white space"),
        ("a.txt", "", "is empty"),
        ("a.pdf", "%PDF-1.4", "nothing that posts can be read from"),
        ("a.json", "{}", "is not a valid outbox"),
        ("a.jsonl", json.dumps({"text": "A.", "id": "9" * 301}), "an id of 301 characters"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(name, data, said, tmp_path):
    (tmp_path / name).write_text(data)
    with pytest.raises(RequestError, match=said) as caught:
        read_exports([tmp_path / name])
    assert caught.value.hint


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(st.lists(TEXTS, max_size=6))
def test_any_texts_come_back_from_json(found):
    data = "\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in found).encode()
    assert [post.text for post in read_json_lines("a", data).posts] == [clean(text) for text in found if clean(text)]


@given(st.lists(st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=60), max_size=6))
def test_texts_come_back_from_a_table(found):
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerows([("id", "text"), *enumerate(found, start=1)])
    posts = read_csv("a.csv", target.getvalue().encode()).posts
    assert [post.text for post in posts] == [clean(text) for text in found if clean(text)]


@given(TEXTS)
def test_a_clean_text_stays_as_it_is(text):
    once = clean(text)
    assert clean(once) == once
    assert not {"\0", "\r", "\u2028"} & set(once)


@given(
    st.integers(631_152_000, 1_735_689_600),
    st.integers(-14 * 60, 14 * 60),
)
def test_a_time_is_the_same_in_every_form(seconds, minutes):
    when = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes)))
    forms = (when.isoformat(), f"{when:%a %b %d %H:%M:%S %z %Y}", f"{when:%a, %d %b %Y %H:%M:%S %z}")
    stamps = (seconds, str(seconds), seconds * 1000)
    assert {read_time(form, "here") for form in (*forms, *stamps)} == {when.astimezone(UTC)}


@given(st.text(max_size=30) | st.integers() | st.floats())
def test_what_is_no_time_is_refused_in_words(value):
    with contextlib.suppress(RequestError):
        found = read_time(value, "line 3")
        assert found is None or found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("value", "count"),
    [("3", 3), ("1,234", 1234), (7, 7), (7.0, 7), ({"totalItems": 2}, 2), ("1.2K", None), (None, None), (-1, None),
     (True, None), ("", None), (2**60, None), ([], None)],
)  # fmt: skip
def test_only_an_exact_number_is_a_count(value, count):
    assert read_count(value) == count


@pytest.mark.parametrize(
    ("name", "head", "good", "broken", "said"),
    [
        ("a.jsonl", "", '{{"text": "Post {}."}}\n', '{"text": \n', "line 4, column 10: not JSON"),
        ("a.jsonl", "", '{{"text": "Post {}."}}\n', '{"text": "A.", "created_at": "soon"}\n', "line 4: 'soon' is not"),
        ("a.jsonl", "", '{{"text": "Post {}."}}\n', "[1]\n", "line 4 is not a post"),
        ("a.json", "[", '{{"text": "Post {}."}},', '{"text": "\\ud83d half"},', "element 4: the text has half"),
        ("a.csv", "id,text\n", "{0},Post {0}.\n", '9,"A" b\n', "line 5: ',' expected after '\"'"),
        ("a.csv", "id,text\n", "{0},Post {0}.\n", "1.58E+18,A.\n", "line 5: the id 1.58E+18 was rounded"),
        ("a.txt", "", "Post {}.\n\n", "x" * 100_001 + "\n\n", "block 4: 100,001 characters"),
    ],
)
def test_one_broken_record_is_named_and_the_others_are_read(name, head, good, broken, said, tmp_path):
    body = head + good.format(1) + good.format(2) + good.format(3) + broken + good.format(4)
    (tmp_path / name).write_text(body.removesuffix(",") + ("]" if head == "[" else ""))
    (export,) = read_exports([tmp_path / name])
    assert [post.text for post in export.posts] == [f"Post {number}." for number in (1, 2, 3, 4)]
    assert export.left_out == {"broken": 1}
    assert export.notice.startswith(f"{name}: 1 record is broken and left out: {said}")


def test_a_file_that_is_broken_for_the_most_part_is_refused(tmp_path):
    rows = ['{"text": "A."}', *['{"text": "B.", "created_at": "soon"}'] * 3]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    with pytest.raises(RequestError, match=r"'soon' is not a valid time \(3 of 4 records are broken\)"):
        read_exports([tmp_path / "a.jsonl"])


def test_a_table_whose_last_mark_is_not_closed_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text('id,text\n1,A.\n2,B.\n3,"C.\n4,D.\n')
    with pytest.raises(RequestError, match=r"a\.csv, lines 4 to 5: unexpected end of data"):
        read_exports([tmp_path / "a.csv"])
