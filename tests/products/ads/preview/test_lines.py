"""Lines as they are looked at."""

from __future__ import annotations

import pytest

from automagic.products.ads.preview.lines import is_right_to_left, mark_source, split_seen, tell_hidden


@pytest.mark.parametrize(
    ("text", "seen", "how", "expected"),
    [
        ("Made of ceramic", 4, "chars", ("Made", " of ceramic")),
        ("Made", 4, "chars", ("Made", "")),
        ("陶器のフィルター", 5, "width", ("陶器", "のフィルター")),
        ("cafe\u0301 noir", 4, "chars", ("cafe\u0301", " noir")),
        ("👨‍👩‍👧 family", 4, "chars", ("", "👨‍👩‍👧 family")),
        (
            "see https://example.org/long/address now",
            27,
            "x_weighted",
            ("see https://example.org/long/address", " now"),
        ),
    ],
)
def test_a_text_is_cut_between_what_a_reader_takes_for_letters(text, seen, how, expected) -> None:
    assert split_seen(text, seen, how) == expected


@pytest.mark.parametrize(
    ("text", "source", "said"),
    [
        ("Lasts up to 10 years", "Made of ceramic, it lasts up to 10 years.", ["lasts up to 10 years"]),
        ("Ceramic: lasts 10 years", "Made of ceramic, it lasts up to 10 years.", ["ceramic", " lasts", " 10 years"]),
        ("紙を使わずに", "紙を使わずにコーヒーを淹れられます。", ["紙を使わずに"]),
        ("Discover it", "The blanket is woven in Norway.", []),
    ],
)
def test_the_words_of_a_source_that_a_line_says_are_marked(text, source, said) -> None:
    parts = mark_source(text, source)
    assert "".join(part for part, _ in parts) == source
    assert [part for part, is_said in parts if is_said] == said


def test_signs_that_nobody_sees_are_named() -> None:
    assert tell_hidden("10 \u202e% off\u200b") == "10 [U+202E]% off[U+200B]"
    assert tell_hidden("می\u200cخواهم\n") == "می\u200cخواهم\n"


def test_the_first_letter_says_where_a_line_begins() -> None:
    assert is_right_to_left("20 فلتر Kera")
    assert not is_right_to_left("20 Kera فلتر")
    assert not is_right_to_left("20 %")
