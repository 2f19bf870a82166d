"""A draft says what its source says; the author's own words may tell it, and state nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from automagic.language.posts.facts import find_unfounded_words, read_facts, read_lexicon
from tests.support.texts.posts import posts_of
from tests.support.texts.tables import rows_of

SOURCE = read_facts(
    (
        "The Curie Institute opened its new laboratory in Lyon on 12 March 2025. It cost $24.9B.",
        "Marie Curie never worked there, but her papers are kept in the lab's cellar. The U.S. office opens in May.",
        "Batteries are tested for 300 days before they are sold to makers of boats. Some 40% fail. Tell @curie_lab.",
        "https://www.curie.example/lab/",
    )
)
LEXICON = read_lexicon(
    posts_of(
        [
            "What a wondrous morning, all in all. #AmWriting #PyCon2024",
            "the largest crowd of millions i ever saw, on a monday in paris, yesterday, twice",
            "Vexforth pays for it, he does not ask. 300 hours! @other https://evil.example/x",
            "So keep it",
        ]
    )
)


@pytest.mark.parametrize(("draft", "expected"), rows_of("founded_drafts"))
def test_each_word_of_a_draft_is_founded_or_named(draft: str, expected: str) -> None:
    found = [f"{one.kind} {one.word}" for one in find_unfounded_words(draft, SOURCE, LEXICON)]
    assert " / ".join(found or ["none"]) == expected


def test_an_own_word_founds_no_fact() -> None:
    assert [one.word for one in find_unfounded_words("A wondrous cellar", SOURCE)] == ["wondrous"]
    assert not LEXICON.forms & {"largest", "millions", "monday", "yesterday", "twice", "vexforth", "300", "#pycon2024"}


def test_of_a_source_in_another_language_numbers_links_and_mentions_are_compared() -> None:
    source = read_facts(["Das Institut in München prüft 300 Batterien. @labor"], source_language="de")
    draft = "In Munich, 301 batteries are tested by @labor and @other: https://a.example"
    assert [one.word for one in find_unfounded_words(draft, source)] == ["https://a.example", "@other", "301"]


@pytest.mark.parametrize(
    ("language", "source", "draft", "expected"),
    [
        ("de", "Die Batterie hält 300 Tage, sagt Otto Hahn.", "300 Tage halten die Batterien", []),
        ("de", "Die Batterie hält 300 Tage, sagt Otto Hahn.", "Die Kiste hält", ["Kiste"]),
        ("de", "Am 3. März 2025 kam er.", "Er kam am 4. März 2025", ["4. März 2025"]),
        ("fr", "La batterie dure 300 jours.", "Les batteries durent", []),
        ("ja", "電池は300日もつ。", "電池は301日もつ。", ["301"]),
    ],
)
def test_other_languages_have_their_own_words(language: str, source: str, draft: str, expected: list[str]) -> None:
    facts = read_facts([source], language=language)
    assert [one.word for one in find_unfounded_words(draft, facts)] == expected


def test_a_finding_names_the_word() -> None:
    (found,) = find_unfounded_words("In Paris", SOURCE)
    assert found.message == "The name “Paris” does not stand in the source."


PIECES = (
    "May", "12", "March", "2025", "3", "$", "5", "%", "km", "US", "who", "Curie", "U.S.", "the", "-", ".", ",", "#Tag",
    "@ann", "https://a.example/x", "days", "300", "1,200", "half", "million", "\n", "don't", "Nobel's", "e", "é", "’s",
    "(", "2025-03-12", "20-25", "second", "AA.A", "co-op", "GPT-4", "90s",
)  # fmt: skip


@example([("AA.A", ""), ("don't", ""), ("’s", "")])
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " "]))) | st.lists(st.tuples(st.text())))
@settings(deadline=None)
def test_a_source_founds_itself(pieces: list[tuple[str, ...]]) -> None:
    text = "".join(piece for pair in pieces for piece in pair)
    assert not find_unfounded_words(text, read_facts([text]))
