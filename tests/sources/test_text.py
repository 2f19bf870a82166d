"""What is read from a file, a pipe or a page's bytes: the title, the prose and nothing else."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.sources.text import MAX_BYTES, read_document

MARKDOWN = """---
title: "The harbour: a guide"
authors: [Ann Lee, 'Bo Ek']
date: 2024-05-06T10:00:00Z
license: CC-BY-4.0   # as agreed
language: en-GB
tags:
  - sea
---
# The harbour

The harbour [opens][site] at **dawn**,
and [closes](https://example.com) at `dusk`.[^1] ![a picture](boat.png)

- Boats come back before noon.
- [Home](/)
- [ ] The market sells the catch on the same day.

> A quoted line stands on its own.

| Day | Fish |
|-----|------|
| Mon | 12   |

```python
print("not prose")
```

    indented = "code"

<div>raw <b>HTML</b></div>

## Later

Ice &amp; salt keep it fresh\\.

[^1]: A footnote is left out.

[site]: https://example.com
"""


def test_markdown_gives_prose_and_facts() -> None:
    document = read_document(MARKDOWN.encode(), location="harbour.md")
    assert document.title == "The harbour: a guide"
    assert document.author == "Ann Lee, Bo Ek"
    assert document.published == "2024-05-06"
    assert document.licence == "CC-BY-4.0"
    assert document.language == "en"
    assert document.location == "harbour.md"
    assert document.paragraphs == (
        "The harbour opens at dawn, and closes at dusk.",
        "Boats come back before noon.",
        "The market sells the catch on the same day.",
        "A quoted line stands on its own.",
        "Day: Mon; Fish: 12.",
        "Ice & salt keep it fresh.",
    )


def test_front_matter_gives_the_author_of_a_list_and_skips_what_it_does_not_know() -> None:
    text = "---\nextra:\n  title: not this one\nauthor:\n  - Ann Lee\n  - Bo Ek\ndraft: true\n---\nWords stand here.\n"
    document = read_document(text.encode(), location="a.md")
    assert (document.author, document.title) == ("Ann Lee, Bo Ek", "")
    assert document.paragraphs == ("Words stand here.",)


def test_toml_front_matter_is_read() -> None:
    text = '+++\ntitle = "A title"\ndate = 2024-05-06\n+++\nWords stand here.\n'
    document = read_document(text.encode(), location="a.md")
    assert (document.title, document.published) == ("A title", "2024-05-06")


def test_rule_at_the_head_is_not_front_matter() -> None:
    document = read_document(b"---\nThis is a sentence, not a fact.\n\n---\n\nAnd so is this.\n", location="a.md")
    assert "And so is this." in document.paragraphs
    assert any("This is a sentence" in paragraph for paragraph in document.paragraphs)


def test_list_is_told_when_there_is_no_other_prose() -> None:
    document = read_document(b"# To do\n\n- buy milk\n- call Bo\n", location="a.md")
    assert (document.title, document.paragraphs) == ("To do", ("buy milk.", "call Bo."))


PLAIN = """The harbour

The harbour opens at dawn, and the first boats leave with-
out a sound. The in-
land market waits.

PART ONE

It sells three things:
- Fresh fish is sold at once.
- ice
  cream
* * *
The last boat comes home at noon.
"""


def test_plain_text_is_unwrapped_and_its_headings_told_apart() -> None:
    document = read_document(PLAIN.encode(), location="notes.txt")
    assert document.title == "The harbour"
    assert document.paragraphs == (
        "The harbour opens at dawn, and the first boats leave with-out a sound. The in-land market waits.",
        "It sells three things:",
        "Fresh fish is sold at once.",
        "ice cream.",
        "The last boat comes home at noon.",
    )


def test_plain_lines_too_long_to_be_wrapped_are_paragraphs() -> None:
    first, second = "word " * 40 + "one.", "word " * 40 + "two."
    assert len(read_document(f"{first}\n{second}\n".encode(), location="a.txt").paragraphs) == 2


def test_single_line_is_a_paragraph() -> None:
    document = read_document(b"Why cats purr", location="standard input")
    assert (document.title, document.paragraphs) == ("", ("Why cats purr",))


HTML = """<!doctype html><html lang=en><head><title>Harbour</title><meta name=author content="Ann Lee"></head><body>
<nav><ul><li><a href=/>Home page of this site</a></li></ul></nav><article><h1>The harbour</h1>
<p>The harbour <b>opens</b> at<br>dawn<script>var x = 1;</script>.</p>
<ul><li><p>Boats come back before noon.</p></li></ul><pre>code()</pre><table><tr><td>cell</td></tr></table>
<p>Text is <a rel="license" href="https://creativecommons.org/licenses/by/4.0/">free</a> to use.</p></article>
<footer>All rights reserved by nobody at all.</footer></body></html>"""


@pytest.mark.parametrize(
    ("location", "media_type"),
    [("a.html", ""), ("page", "text/html; charset=utf-8"), ("standard input", ""), ("a.txt", "")],
)
def test_html_is_told_by_name_type_or_content(location: str, media_type: str) -> None:
    document = read_document(HTML.encode(), location=location, media_type=media_type)
    assert document.title == "The harbour"
    assert document.author == "Ann Lee"
    assert document.licence == "CC BY 4.0"
    assert document.paragraphs == (
        "The harbour opens at dawn.",
        "Boats come back before noon.",
        "Text is free to use.",
    )


@pytest.mark.parametrize("location", ["standard input", "notes"])
def test_markdown_is_told_by_its_content(location: str) -> None:
    document = read_document(b"# A title\n\nSome **bold** words.\n", location=location)
    assert (document.title, document.paragraphs) == ("A title", ("Some bold words.",))


def test_html_fragment_without_a_body_is_read() -> None:
    document = read_document(b"<p>Hello world. It is short.</p>", location="a.html")
    assert document.paragraphs == ("Hello world. It is short.",)


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><script>var a = 1</script></body></html>",
        "<html></html>",
        "<!-- nothing -->",
        "<!doctype html><html><body><h1>Only a heading</h1></body></html>",
    ],
)
def test_html_without_readable_text_is_refused(page: str) -> None:
    with pytest.raises(RequestError, match="no readable text"):
        read_document(page.encode(), location="a.html")


@pytest.mark.parametrize(
    ("tag", "times", "most_s"),
    [
        *((tag, 50_000, 10) for tag in ("div", "b", "table", "ul", "blockquote", "span")),
        ("p", 20_000, 4),  # each ends the one before and is a paragraph of its own
    ],
)
def test_hostile_nesting_of_html_ends_quickly_and_in_peace(tag: str, times: int, most_s: float) -> None:
    deep = f"<{tag}>" * times
    page = f"<html><body><p>The harbour opens at dawn.</p>{deep}deep words{f'</{tag}>' * times}</body></html>"
    started = time.process_time()
    with contextlib.suppress(RequestError):  # a clear refusal is an answer too
        assert read_document(page.encode(), location="a.html").paragraphs
    assert time.process_time() - started < most_s


@pytest.mark.parametrize("mark", ["> ", "- ", "[", "*a ", "`", "![](", "<"])
def test_hostile_nesting_of_markdown_ends_quickly(mark: str) -> None:
    started = time.perf_counter()
    document = read_document(f"The harbour opens at dawn.\n\n{mark * 2_000}x".encode(), location="a.md")
    assert document.paragraphs[0] == "The harbour opens at dawn."
    assert time.perf_counter() - started < 5


SENTENCE = "Le café « Été » coûta 5 € à l'élève, à Noël."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings_are_told(encoding: str) -> None:
    assert read_document(SENTENCE.encode(encoding), location="a.txt").paragraphs == (SENTENCE,)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SENTENCE * 10, "cp1252"),
        ("Zażółć gęślą jaźń. Wczoraj było zimno, a dziś świeci słońce. " * 6, "cp1250"),
        ("Привет, как дела? Это обычный русский текст о погоде и природе. " * 5, "cp1251"),
        ("日本語のテキストです。これは文章です。" * 12, "shift_jis"),
    ],
)
def test_undeclared_encoding_is_guessed(text: str, encoding: str) -> None:
    assert read_document(text.encode(encoding), location="a.txt").paragraphs == (text.strip(),)


def test_declared_encoding_counts_unless_the_bytes_are_utf8() -> None:
    page = f"<html><head><meta charset=iso-8859-15></head><body><p>{SENTENCE}</p></body></html>"
    for data, media_type in (
        (page.encode("iso-8859-15"), ""),
        (SENTENCE.encode("mac_roman"), "text/plain; charset=macintosh"),
        (page.encode(), "text/html; charset=iso-8859-1"),
        (SENTENCE.encode(), "text/plain; charset=nonsense"),
    ):
        assert read_document(data, location="page", media_type=media_type).paragraphs == (SENTENCE,)


def test_invisible_characters_are_dropped_and_letters_composed() -> None:
    text = "\ufeffThe har\u00adbour o\u200bpens\u202e at cafe\u0301 time\u00a0now.\x07\r\nIt is early."
    assert read_document(text.encode(), location="a.txt").paragraphs == (
        "The harbour opens at café time now. It is early.",
    )


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "a PNG picture"),
        (zipped("a.txt"), "a zip archive"),
        (zipped("[Content_Types].xml", "word/document.xml"), "a Word document"),
        (b"\x00\x00\x00\x20ftypisom" + bytes(8), "an MP4"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "a WAV recording"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        (b"{\\rtf1 Hello}", "an RTF document"),
        (b"Hello\x00 world, this has a NUL.", "NUL bytes"),
        ("Hello world.".encode("utf-16-le"), "UTF-16 text without a byte order mark"),
        (bytes(range(1, 32)) * 40, "binary data"),
        (b"\xff\xfeH\x00e", "damaged"),
    ],
)
def test_what_is_not_text_is_named(data: bytes, kind: str) -> None:
    with pytest.raises(RequestError, match=kind) as caught:
        read_document(data, location="mystery.txt")
    assert "mystery.txt" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is empty"),
        (b" \r\n\t \n", "white space"),
        (b"\xef\xbb\xbf\n", "white space"),
        ("\u200b\u00a0".encode(), "white space"),
        (b"a" * (MAX_BYTES + 1), "larger than 10 MB"),
        (b"# Only\n\n## Headings\n", "only headings"),
    ],
)
def test_text_with_nothing_to_tell_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(RequestError, match=what):
        read_document(data, location="a.md")


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_give_a_document_or_a_request_error(data: bytes) -> None:
    for location in ("a.txt", "a.md", "-"):
        with contextlib.suppress(RequestError):
            paragraphs = read_document(data, location=location).paragraphs
            assert paragraphs
            assert all(paragraph and paragraph == " ".join(paragraph.split()) for paragraph in paragraphs)


def test_a_picture_that_stands_alone_in_a_plain_text_is_no_paragraph() -> None:
    text = "It pulls the sea.\n\n![the moon](moon.jpg)\n\nAnd on it goes."
    document = read_document(text.encode(), location="a.txt")
    assert document.paragraphs == ("It pulls the sea.", "And on it goes.")
