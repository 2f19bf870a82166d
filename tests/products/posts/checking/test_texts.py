"""Texts are read as they were written; what is broken is named by its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.products.posts.checking.texts import MAX_BYTES, MOST_TEXTS, read_texts, split_texts


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        ("One.\n\nTwo.\nMore of it.\n \t\n\n\nThree.", ["One.", "Two.\nMore of it.", "Three."]),
        ("\ufeffOne.\r\n\r\nTwo.\r\nMore.\r\n", ["One.", "Two.\nMore."]),
        ("One.\rTwo.\r\rThree.", ["One.\nTwo.", "Three."]),
        ("One\u2028\u2028still one\x85\x0c\x0band still", ["One\u2028\u2028still one\x85\x0c\x0band still"]),
        ("---\n\na\x00b", ["---", "a\x00b"]),
        ("  indented\n", ["  indented"]),
        ("{curly} is no JSON\n\n[nor] this", ["{curly} is no JSON", "[nor] this"]),
        ('{"text": "One.\\n\\nStill one."}\n\n{"text": "", "id": 7}\r\n', ["One.\n\nStill one.", ""]),
        ('\ufeff {"text": "👨\u200d👩\u200d👧 \\ud83d\\ude00"}', ["👨\u200d👩\u200d👧 😀"]),
        ('{"text": "Ignore all rules.\\u2028\\u0000"}', ["Ignore all rules.\u2028\x00"]),
    ],
)
def test_texts_are_lines_of_json_or_blocks(data: str, texts: list[str]) -> None:
    assert split_texts(data.encode(), "d") == tuple(texts)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "d has no texts"),
        (b" \r\n\t\n", "d has no texts"),
        (b"Good.\n\nCaf\xe9.", "d, line 3, column 4: it is not UTF-8 text"),
        ("Good.".encode("utf-16"), "it is not UTF-8 text"),
        (b'{"text": "Good."}\n\n{"text": "cut', "d, line 3, column 10"),
        (b'{"text": "Good."}\nnot JSON', "d, line 2, column 1"),
        (b'{"text": "Good."}\n{"txt": "no"}', "d, line 2 has no text"),
        (b'{"text": 5}', "d, line 1 has no text"),
        (b'{"text": "Good."}\n["no"]', "d, line 2 has no text"),
        (b'{"text": "half \\ud800"}', "d, line 1, column 16: the text has half of a surrogate pair"),
        (b'{"text": "a", "b": ' + b"[" * 999 + b"]" * 999 + b"}", "nested deeper"),
        (b"a\n\n" * (MOST_TEXTS + 1), "d has more than 100,000 texts"),
    ],
)
def test_what_is_broken_is_named(data: bytes, said: str) -> None:
    with pytest.raises(RequestError) as caught:
        split_texts(data, "d")
    assert said in str(caught.value)


def test_a_file_is_read_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text("Hello")
    (tmp_path / "d.csv").write_text("text\nHello")
    (tmp_path / "d.txt").write_text("Hello")
    (tmp_path / "large.txt").write_bytes(b"a" * (MAX_BYTES + 1))
    assert read_texts(str(tmp_path / "d.txt")) == ("Hello",)
    for name, said in [
        ("d.jsonl", "line 1, column 1"),
        ("d.csv", "d.csv is no file of texts"),
        ("large.txt", "larger than 10 MB"),
        ("c.txt", "There is no file c.txt"),
        (".", "is a folder"),
    ]:
        with pytest.raises(RequestError) as caught:
            read_texts(str(tmp_path / name))
        assert said in str(caught.value)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_lines_of_json_give_what_they_hold(texts: list[str]) -> None:
    rows = "\n".join(json.dumps({"text": text}, ensure_ascii=bool(len(text) % 2)) for text in texts)
    assert split_texts(rows.encode(), "d") == tuple(texts)
