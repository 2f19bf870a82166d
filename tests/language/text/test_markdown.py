"""Inline marks are resolved once, by the reader of a text's format."""

from __future__ import annotations

import pytest

from automagic.language.script.file import parse_script
from automagic.language.text.markdown import parse_inline, to_words
from automagic.providers.local.extract.engine import write_script
from automagic.providers.local.extract.filter import usable_sentences
from automagic.sources.text import read_document
from automagic.values.document import Document

RESOLVED = [
    ("Add `<link rel=…>` for your feed.", "Add <link rel=…> for your feed."),
    ("If a < b and c > d it stops.", "If a < b and c > d it stops."),
    ("A List<int> and a Map<K, V> hold it.", "A List<int> and a Map<K, V> hold it."),
    ("We <3 rain.", "We <3 rain."),
    ("Write `&amp;` for &amp; there.", "Write &amp; for & there."),
    ("A <b>bold</b> word and `**stars**`.", "A bold word and **stars**."),
    ("Take `a_b` or **a_b** now.", "Take a_b or a_b now."),
    ("See [the docs](http://x.y) now.", "See the docs now."),
]


@pytest.mark.parametrize(("written", "shown"), RESOLVED)
def test_code_and_what_is_no_tag_is_shown_as_it_stands(written: str, shown: str) -> None:
    assert to_words(parse_inline(written, {})) == shown
    assert [scene.text for scene in parse_script(f"# T\n\n{written}").scenes] == [shown]
    assert read_document(f"# T\n\n{written}".encode(), location="a.md").paragraphs == (shown,)


def test_a_comment_in_code_is_shown() -> None:
    assert (
        parse_script("# T\n\nWrite `<!-- x -->` there. <!-- not said -->").scenes[0].text == "Write <!-- x --> there."
    )


def test_plain_text_keeps_its_signs_and_loses_its_emphasis() -> None:
    text = "This is **bold**, _this_ too, a*b*c and List<int> are not, nor is `x` &amp; y."
    assert read_document(text.encode(), location="a.txt").paragraphs == (
        "This is bold, this too, a*b*c and List<int> are not, nor is x &amp; y.",
    )


def test_the_writer_tells_a_sentence_exactly_as_its_source_shows_it() -> None:
    document = Document(
        "Rain",
        (
            "It takes <5 minutes to fill the barrel. Add <link rel=x> for the feed.",
            "The level a < b holds in the *old* town. A List<int> keeps the values of the day.",
            "Rain fell at −5 °C on 10 000 roofs of the town.",
        ),
        "a.md",
    )
    told = [sentence.text for sentence in usable_sentences(document)]
    assert told == [
        "It takes <5 minutes to fill the barrel.",
        "The level a < b holds in the *old* town.",
        "Rain fell at −5 °C on 10 000 roofs of the town.",
    ]
    for scene in write_script(document, duration_s=30).scenes:
        for origin in scene.origins:
            assert origin.sentence in document.paragraphs[origin.paragraph]
            assert origin.sentence in scene.text
