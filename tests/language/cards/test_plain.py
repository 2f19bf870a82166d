"""Without a tree a sentence is cut at its marks only, and where even that is not safe it stays whole."""

from __future__ import annotations

import pytest

from automagic.language.cards.truth import faults_of
from automagic.language.cards.whole import true_card


@pytest.mark.parametrize(
    ("language", "text", "headline"),
    [
        ("de", "Der Schlaf reinigt das Hirn, weil Wasser durch das Gewebe fließt.", "Der Schlaf reinigt das Hirn"),
        ("de", "Es beginnt am 2. September, gleich nach Ende der Saison.", "Es beginnt am 2. September"),
        ("de", "Seit zwei Sommern verliert es nach Angaben der Stadtwerke bis zu 40.000 Liter.", ""),
        ("de", "Weil es regnet, bleibt es heute leer; morgen berät der Rat.", "Weil es regnet, bleibt es heute leer"),
        ("de", "»Ein Bad ohne Turm ist mir lieber.«", "Ein Bad ohne Turm ist mir lieber"),
        ("de", "Damit die Zinsen nicht alles fressen, steigt der Eintritt im Mai.", ""),
        ("es", "Reúna tres documentos: el DNI o NIE, el permiso de circulación y el recibo.", "Reúna tres documentos"),
        ("es", "No se concede a quien deba el impuesto de circulación de este año.", ""),
        ("es", "Los tres deben llevar el mismo nombre o, si el coche es de empresa, un certificado.", ""),
        ("en", "The council voted to close it, although some had asked for time.", "The council voted to close it"),
        ("en", "Whisk the cornmeal, flour, sugar and salt together until it is smooth.", ""),
        ("en", "In the old town on the hill, cars are no longer allowed at night.", ""),
        ("en", "If it rains for three days or more, the match is played indoors.", ""),
        ("en", "and the colder water stays on top.", "The colder water stays on top"),
    ],
)  # fmt: skip
def test_a_sentence_without_a_tree_ends_at_a_mark(language: str, text: str, headline: str) -> None:
    shown = true_card(text, role="body", title="T", language=language)
    assert (shown.layout, shown.headline) == ("statement", headline or text.rstrip("."))
    assert not faults_of(shown, None, text, language)
