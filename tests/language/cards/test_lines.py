"""Lines of cards end on a word, not on the stop of their sentence."""

from __future__ import annotations

import pytest

from automagic.language.cards.lines import phrase_of
from automagic.language.cards.whole import true_card


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("the water is cold.", "The water is cold"),
        ("They open at 9 a.m.", "They open at 9 a.m."),
        ("Why?", "Why?"),
        ("and so on;", "And so on"),
        ("»Ein Bad ohne Turm ist mir lieber.«", "Ein Bad ohne Turm ist mir lieber"),
    ],
)
def test_a_line_has_no_stop_and_a_capital(text: str, line: str) -> None:
    assert phrase_of(text) == line


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Der Schlaf reinigt das Hirn, weil Wasser durch das Gewebe fließt."),
        ("de", "Es beginnt am 2. September, gleich nach Ende der Saison."),
        ("es", "Reúna tres documentos: el DNI o NIE, el permiso de circulación y el recibo."),
        ("fr", "Quand la Lune et le Soleil sont alignés, les marées sont grandes."),
        ("en", "If it rains for three days or more, the match is played indoors."),
    ],
)
def test_without_a_tree_a_sentence_is_shown_as_it_is_heard(language: str, text: str) -> None:
    shown = true_card(text, role="body", title="T", language=language)
    assert (shown.layout, shown.headline, shown.detail) == ("statement", text.rstrip("."), "")
