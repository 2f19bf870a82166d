"""What a text is, by its structure and its words."""

from __future__ import annotations

import pytest

from automagic.data import shipped
from automagic.language.kinds.contracts import KINDS, contracts, words_for
from automagic.language.kinds.recognise import find_signs, recognise
from automagic.sources.text import read_document
from tests.support.texts.tables import rows_of

TEXTS = {
    "list": "# Three ways to sleep\n\n## 1. Keep it dark\n\nLight wakes you.\n\n## 2. Keep it cool\n\nHeat keeps you"
    " up.\n\n## 3. Keep it quiet\n\nNoise wakes you.",
    "how-to": "# How to fry an egg\n\n## You will need\n\n- 1 egg\n- butter\n\n## Steps\n\n1. Heat the pan.\n"
    "2. Break the egg.\n3. Fry it for 3 minutes.",
    "news": "# Bridge to close\n\nThe council voted 14 to 9 on Tuesday to close the bridge, the mayor said on May 3. "
    "Work begins on June 3, according to the council. It approved £1.2m, a spokesman said.",
    "story": "# The letter\n\nShe had tuned pianos for years when he called her. “It is dead,” he said. She drove over "
    "and she opened it. She found a letter. “I broke it,” it said. Her hands shook. She mended it for him.",
    "launch": "# Lamp 3 is here\n\nLamp 3 is out today. It costs $129. Order it at our shop. The first 500 buyers pay "
    "$99. It ships on May 2.",
    "history": "# A short history of the mill\n\nIn 1701 it was built. In 1803 it burned. In 1888 it was sold. In 1971 "
    "it closed.",
    "explainer": "# Why the sky is blue\n\nLight is a wave. Scattering is what air does to it. That is called Rayleigh "
    "scattering.",
    "opinion": "# Scrap the fine\n\nI think the council should scrap it. I believe we should say so. The argument for "
    "it is weak. I would pay.",
    "question": "# Can you eat it?\n\n## Is it safe?\n\nYes.\n\n## Does heat help?\n\nNo, it does not help.\n\n## Can "
    "children eat it?\n\nNo, they should not.",
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_recognised(kind):
    assert recognise(read_document(TEXTS[kind].encode(), location="a.md")) == kind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Bring back the paper timetable", "opinion"),
        ("Stop giving prizes for attendance", "opinion"),
        ("Mendpost is live: post us your broken things", "launch"),
        ("Dimday 2: the calendar that shows you less", "launch"),
    ],
)
def test_a_title_may_tell_the_kind(title, kind):
    assert recognise(read_document(f"# {title}\n\nRivers bend.".encode(), location="a.md")) == kind


@pytest.mark.parametrize(("language", "title", "kind"), rows_of("kinds_by_title"))
def test_a_title_speaks_for_one_kind_most(language, title, kind):
    signs = find_signs(read_document(f"# {title}\n\nRivers bend.".encode(), location="a.md"), language)
    points = {
        one: sum(signs.get(name, 0.0) * worth for name, worth in contract.signs.items())
        for one, contract in contracts().items()
    }
    best = max(points, key=lambda one: points[one])
    assert (best if points[best] >= 2.0 else "") == kind


def test_a_text_that_says_why_is_explained_though_its_advice_is_in_steps():
    waves = "\n\n".join(f"The moon pulls at sea number {at}, and a tide is what that makes." for at in range(9))
    text = (
        f"# Why the sea skips an hour\n\n{waves}\n\n1. Look at the moon.\n2. Look at the table.\n3. Turn back in time."
    )
    assert recognise(read_document(text.encode(), location="a.md")) == "explainer"


def test_years_in_heads_make_a_history():
    parts = [f"## {year}: a new mill\n\nThe mill burns." for year in (1701, 1803, 1888, 1971)]
    assert recognise(read_document("\n\n".join(["# The mill", *parts]).encode(), location="a.md")) == "history"


def test_a_text_that_is_nothing_in_particular_is_explained():
    assert recognise(read_document(b"Rivers bend. Water takes the longer way round.", location="a.txt")) == "explainer"


def test_what_a_page_says_of_itself_counts():
    document = read_document(TEXTS["explainer"].encode(), location="a.md")
    assert find_signs(document)["why_title"] == 1.0
    assert all(0.0 <= sign <= 1.0 for sign in find_signs(document).values())


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "pt", "it"])
def test_every_role_by_words_has_words_in_every_language_that_is_spoken(language):
    assert words_for("decision", language)
    assert words_for("needs_heading", language)


def test_a_contract_begins_with_what_is_needed_most():
    for contract in contracts().values():
        assert [part.need for part in contract.parts] == sorted(part.need for part in contract.parts)
        assert contract.parts[0].need == 1


@pytest.mark.parametrize("path", sorted(shipped("samples").glob("*.md")), ids=lambda path: path.stem)
def test_the_samples_are_read_and_recognised(path):
    document = read_document(path.read_bytes(), location=path.name)
    assert document.licence == "CC0-1.0"
    assert recognise(document) in {"explainer", "history", "how-to"}
