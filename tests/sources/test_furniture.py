"""The frame of a page is not narrated, in the languages that voices speak; sentences with the same words are."""

from __future__ import annotations

import pytest

from automagic.sources.furniture import is_furniture
from automagic.sources.text import read_document

FRAME = """
Foto: Anna Ried / Flusszeitung | Jetzt Newsletter abonnieren und keine Geschichte mehr verpassen.
Lesen Sie auch: Zehn Wege, Enten ohne Schaden zu füttern. | Mit dem Klick auf „Akzeptieren“ stimmen Sie Cookies zu.
© 2026 Alle Rechte vorbehalten. | (Foto: dpa) | Von Anna Ried und Tom Hügel | Stand: 29.07.2026, 17:30 Uhr | Anzeige
Kommentare (12) | Auf Facebook teilen | Mehr zum Thema | Alle Cookies akzeptieren | Folgen Sie uns auf Instagram
Crédit photo : Jean Dupont / AFP | Photo AFP / Jean Dupont | Lire aussi : Dix façons de nourrir les canards. | Publicité
À lire aussi Dix façons de nourrir les canards | Abonnez-vous à notre newsletter. | Par Jean-Luc de la Tour
Publié le 29 juillet 2026 à 17h30 | Nous utilisons des cookies pour améliorer votre expérience. | 12 commentaires
Foto: Ana Ruiz / EFE | Lea también: Diez formas de alimentar patos. | Suscríbete a nuestro boletín. | Publicidad
Compartir en WhatsApp | Todos los derechos reservados | Al continuar navegando, aceptas el uso de cookies.
Leggi anche: Dieci modi di nutrire le anatre. | Iscriviti alla nostra newsletter. | Riproduzione riservata | Pubblicità
29 luglio 2026 | Utilizziamo i cookie per migliorare la tua esperienza. | Condividi su Facebook | Di Mario Rossi
Leia também: Dez formas de alimentar patos | Assine nossa newsletter e receba notícias. | Publicidade | Por João Silva
Este site usa cookies. Ao continuar, você concorda. | Compartilhar no WhatsApp | Deixe um comentário
Read more: Ten ways to feed ducks | Sign up for our newsletter. | Facebook Twitter WhatsApp E-Mail | 5 comments
Carrow Falls, October 14. By Jonah Brooks, co-founder | Carrow Falls, October 14. | Bern, 3. Mai 2026
"""
SENTENCES = """
Das Foto zeigt drei Reiher am Fluss. | Lesen Sie auch die Packungsbeilage, bevor Sie das Mittel nehmen.
Cookies sind kleine Dateien, die ein Browser speichert. | Der Newsletter der Stadt erscheint jeden Montag.
Die Anzeige kostete 500 Euro. | Von Anna Ried stammt das Bild der Brücke. | Von Hamburg nach Berlin sind es 289 km.
© bedeutet, dass ein Werk geschützt ist. | Themen: Wasser, Wind und Sonne treiben die Stadt an. | Teilen macht Freude.
Sie akzeptieren Cookies oft, ohne zu lesen, sagt die Forscherin. | Folgen Sie dem Fluss bis zur Brücke.
La publicité a coûté 10 000 euros cette année. | Lire aussi vite que possible fatigue les yeux. | Par hasard, il plut.
Tous droits réservés, dit la loi, sauf exception. | Abonnez-vous, disait l'affiche, et les gens riaient.
Compartir la comida es una tradición. | Por la tarde, Ana Ruiz volvió a casa. | Recibe el premio en mayo.
Di Mario Rossi si sa poco. | Más información sobre el río llega cada año. | Fonte de água doce, o lago seca.
The shop opened in Carrow Falls, October 14. | Carrow Falls, October 14. By noon the ferry was full.
Copyright law protects a work for seventy years. | Video: the new way to learn. | Source code is text.
"""


def parts(table: str) -> list[str]:
    return [part.strip() for line in table.strip().split("\n") for part in line.split(" | ")]


@pytest.mark.parametrize("text", parts(FRAME))
def test_a_part_of_a_pages_frame_is_known(text: str) -> None:
    assert is_furniture(text)


@pytest.mark.parametrize("text", parts(SENTENCES))
def test_a_sentence_with_the_same_words_is_told(text: str) -> None:
    assert not is_furniture(text)


def test_of_a_page_only_its_text_is_told_and_the_rest_is_said() -> None:
    rows = ["Von Anna Ried", "Drei Reiher kamen am Montag zurück.", "Foto: Anna Ried", "Lesen Sie auch: Zehn Wege.",
            "Die Anzeige am Fluss kostete 1.299,50 €.", "Jetzt Newsletter abonnieren!"]  # fmt: skip
    body = "".join(f"<p>{row}</p>" for row in rows)
    page = (
        f"<!doctype html><html lang=de><title>Reiher</title><article><h1>Reiher</h1>{body}"
        "<h3>Über die Autorin</h3><p>Anna Ried schreibt seit 1990 über Flüsse.</p></article></html>"
    )
    document = read_document(page.encode(), location="https://example.com/a")
    assert document.paragraphs == ("Drei Reiher kamen am Montag zurück.", "Die Anzeige am Fluss kostete 1.299,50 €.")
    (notice,) = document.notices
    assert notice.startswith("Not narrated: 5 parts of the page's frame (“Von Anna Ried”, “Foto: Anna Ried”, ")


def test_a_page_of_frame_only_keeps_its_text() -> None:
    assert read_document(b"# T\n\nFoto: Anna Ried", location="a.md").paragraphs == ("Foto: Anna Ried",)


@pytest.mark.parametrize(("second", "kept"), [("Nobody paid in coins.", False), ("**Ann Doe**", True)])
def test_a_bold_name_over_a_whole_text_is_its_author(second: str, *, kept: bool) -> None:
    text = f"# One till\n\n**Rosalind Penny**\n\nThe pool takes cards only.\n\n{second}\n\nThe boy had four dollars."
    heads = {mark.head for mark in read_document(text.encode(), location="a.md").marks}
    assert ("Rosalind Penny" in heads) == kept
