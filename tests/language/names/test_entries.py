"""Where the names of a list stand in a text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.language.names.entries import NameEntry, NameList
from automagic.language.text.sentences import split_words

NAMES = NameList(
    (
        NameEntry("Siobhan", heard=("Shavonne", "chef on")),
        NameEntry("Ana Ruiz", keep=True),
        NameEntry("Ana"),
        NameEntry("auto magic", spelled="AutoMagic"),
        NameEntry("St. Ives"),
        NameEntry("O'Brien"),
        NameEntry("Yahoo!"),
        NameEntry("gif"),
        NameEntry("Polish"),
        NameEntry("C++"),
    )
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Siobhan", "Siobhan"),
        ("“Siobhan,” she said", "Siobhan"),
        ("Siobhan’s dog and Siobhan-led", "Siobhan + ’s|Siobhan + -led"),
        ("SIOBHAN siobhan Siobhans", "SIOBHAN"),
        ("Ana Ruiz's and Ana", "Ana Ruiz + 's|Ana"),
        ("Ana, Ruiz", "Ana"),
        ("(Ana Ruiz) ANA RUIZ Ana  Ruiz", "Ana Ruiz|ANA RUIZ|Ana Ruiz"),
        ("AUTOMAGIC AutoMagic automagic Auto Magic", "AUTOMAGIC|AutoMagic|automagic|Auto Magic"),
        ("automagic.org @automagic automagic/core", ""),
        ("St. Ives. St Ives", "St. Ives"),
        ("O’Brien O'Brien's OBrien", "O’Brien|O'Brien + 's"),
        ("Yahoo! Yahoo", "Yahoo!|Yahoo"),
        ("GIF Gif gif", "GIF|Gif|gif"),
        ("Polish the POLISH polish", "Polish|POLISH"),
        ("C++ C C++.", "C++|C++"),
        ("**Siobhan** *Ana*", "Siobhan|Ana"),
        ("", ""),
    ],
)
def test_a_name_is_found_with_what_stands_around_it(text, found):
    spans = NAMES.find(split_words(text))
    assert "|".join(f"{one.text} + {one.behind}" if one.behind else one.text for one in spans) == found


def test_what_recognisers_write_counts_only_where_it_is_asked_for():
    words = split_words("Shavonne met Chef on.")
    assert not NAMES.find(words)
    assert [(one.first, one.end, one.entry.name) for one in NAMES.find(words, heard=True)] == [
        (0, 1, "Siobhan"),
        (2, 4, "Siobhan"),
    ]


def test_a_step_is_given_the_names_of_its_text_and_no_others():
    assert [one.name for one in NAMES.of("Ana Ruiz saw", "a GIF").entries] == ["Ana Ruiz", "gif"]
    assert NAMES.of("nobody").entries == ()


@given(st.lists(st.text(max_size=8) | st.sampled_from(["Ana", "Ruiz", "Siobhan’s", "C++", "St.", "Ives"]), max_size=12))
def test_spans_of_any_words_lie_in_order_and_inside(words):
    words = split_words(" ".join(words))
    at = 0
    for span in NAMES.find(words, heard=True):
        assert at <= span.first < span.end <= len(words)
        at = span.end
        shown = f"{span.lead}{span.text}{span.behind}{span.trail}"
        assert (
            "".join(shown.split()).casefold()
            == "".join(unicodedata.normalize("NFC", word) for word in words[span.first : span.end]).casefold()
        )
