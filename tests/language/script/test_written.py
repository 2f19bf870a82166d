"""A script that is written as a file and read back is the same script."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from automagic.data import shipped
from automagic.errors import RequestError
from automagic.language.cards.whole import true_card
from automagic.language.script.card_lines import LAYOUTS, read_card, write_card
from automagic.language.script.file import normalize, number_repetitions, parse_script, scene_id
from automagic.language.script.written import write_file
from automagic.language.text.sentences import split_sentences
from automagic.providers.local.extract.engine import write_script
from automagic.sources.text import read_document
from automagic.values.script import Card, CardPlace, Figure, Scene, Script
from tests.support.places import ROOT
from tests.support.texts.trees import parse

SIGNS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"]) | st.just(" "), min_size=1, max_size=40)
TEXTS = SIGNS.map(normalize).filter(bool)
WORDS = st.one_of(
    TEXTS,
    st.sampled_from(
        ["Scene 1: Wide shot.", "12. June", "NARRATOR: He (pause) left.", "picture: x", "card: y", "spoken: z", "# A",
         "[Music fades]", "Hook:", "Sure! Here's a script", "<!-- a", "--> b", "INT. KITCHEN - DAY",
         "Let me know if you need more!",
         "$x^2$ is a | b", "```", "---", "&amp; so", "\\*a\\*", "0:05 He came.", "#one #two", "> quoted", "Title: Bees"]
    ),
)  # fmt: skip
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
FIGURES = st.builds(
    Figure,
    value=TEXTS | st.sampled_from(["24.9", "1,200", "half", "8–10"]),
    prefix=st.just("") | TEXTS.map(lambda text: f"{text} ") | st.sampled_from(["$", "−", "nearly ", "< "]),
    unit=st.just("") | TEXTS | st.sampled_from(["%", "million flowers"]),
    label=st.just("") | TEXTS,
    share=st.none() | st.floats(0, 1),
    magnitude=NUMBERS,
)


@st.composite
def cards(draw: st.DrawFn) -> Card:
    layout = draw(st.sampled_from(LAYOUTS))
    headline = draw(WORDS)
    figures = {"number": 1, "comparison": 2}.get(layout, 0)
    return Card(
        layout,
        headline,
        accent=draw(st.sampled_from(["", headline.split()[0]])),
        detail=draw(st.just("") | WORDS),
        items=tuple(draw(st.lists(WORDS, min_size=2, max_size=4))) if layout == "list" else (),
        figures=tuple(draw(st.lists(FIGURES, min_size=figures, max_size=figures))),
        speaker=draw(st.just("") | WORDS) if layout == "quote" else "",
        icon=draw(st.sampled_from(["", "flower-2"])),
        kicker=draw(st.just("") | WORDS),
        place=draw(st.sampled_from([None, CardPlace(2, 7), CardPlace(12, 12), CardPlace(1881, 1990, 1878)]))
        if layout != "title"
        else None,
    )


@given(cards())
def test_a_card_is_read_as_it_was_written(card: Card) -> None:
    assert read_card(write_card(card), 1) == card


@given(
    WORDS,
    st.lists(
        st.tuples(WORDS, st.none() | WORDS, st.none() | WORDS, st.lists(cards(), max_size=2)), min_size=1, max_size=4
    ),
)
@example("T", [("A", None, None, [Card("statement", "a <!-- b | `c")]), ("A", None, None, [])])
def test_a_script_is_read_as_it_was_written(
    title: str, told: list[tuple[str, str | None, str | None, list[Card]]]
) -> None:
    ids = number_repetitions([scene_id(text) for text, *_ in told])
    scenes = [
        Scene(name, text, spoken, picture, cards=tuple(own))
        for name, (text, spoken, picture, own) in zip(ids, told, strict=True)
    ]
    read = parse_script(write_file(Script(title, tuple(scenes)), remarks=["From a --> b.md"]))
    assert (read.title, read.scenes) == (title, tuple(scenes))


@pytest.mark.parametrize("path", sorted(shipped("samples").glob("*.md")), ids=lambda path: path.stem)
def test_a_sample_and_its_script_are_read_as_they_were_written(path: Path) -> None:
    own = parse_script(path.read_text())
    written = write_script(read_document(path.read_bytes(), location=path.name), duration_s=60)
    for script in (own, written):
        read = parse_script(write_file(script))
        facts = [(scene.id, scene.text, scene.spoken) for scene in read.scenes]
        assert (read.title, facts) == (script.title, [(one.id, one.text, one.spoken) for one in script.scenes])


def test_what_the_designer_makes_is_read_as_it_was_written() -> None:
    texts = [path.read_text() for path in sorted((ROOT / "examples").glob("*.md"))]
    texts += [path.read_text() for path in sorted(shipped("samples").glob("*.md"))]
    sentences = [one for text in texts for one in split_sentences(text.replace("#", ""))]
    assert len(sentences) > 20
    for sentence in sentences:
        card = true_card(sentence, role="body", title="Bees", language="en", sentences=parse(sentence))
        assert read_card(write_card(card), 1) == card


def test_a_card_reads_as_a_person_writes_it() -> None:
    assert read_card("statement | Water bends | It takes the longer way.", 1) == Card(
        "statement", "Water bends", detail="It takes the longer way."
    )
    card = read_card("Number | figure: nearly 70 %; of the Earth is water | icon: droplet", 1)
    assert card.figures == (Figure("70", "nearly ", "%", "of the Earth is water", 0.7, 70),)
    assert write_card(card) == "number | icon: droplet | figure: nearly 70 %; of the Earth is water"
    two = read_card("comparison | Faster | figure: −5 °C; north | figure: $1,200; south", 1).figures
    assert [(one.magnitude, one.share) for one in two] == [(-5, None), (1200, None)]


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("statment | A", "line 4 has no layout 'statment'", "Did you mean statement"),
        ("", "names no layout", "card: statement | Headline | detail"),
        ("statement", "has no headline", "card: statement"),
        ("statement | A | b | c", "third text, “c”", "item: …"),
        ("list | A | item: one", "has 1 of the 2 to 4 items of a list", "card:"),
        ("number | A", "needs one figure", "card:"),
        ("number | figure: many", "a figure without a number", "38 hours"),
        ("number | figure: 3; size: nan", "the size 'nan', which is not a number", "leave it out"),
        ("number | figure: 3; share: 2", "has the share 2", "between 0 and 1"),
        ("comparison | A | side: one", "needs two figures or two sides", "card:"),
        ("statement | A | item: b", "has an item, which the layout statement does not show", "card:"),
        ("statement | A | place: 8/7", "has the place '8/7'", "place: 2/7"),
        ("statement | A | place: second", "has the place 'second'", "1881/1878-1990"),
        ("title | A | place: 2/7", "has a place, which the layout title does not show", "card:"),
        ("statement | A | accent: b", "accent “b”, which is not in its headline", "card:"),
    ],
)  # fmt: skip
def test_a_wrong_card_is_told_with_its_line(line: str, message: str, hint: str) -> None:
    with pytest.raises(RequestError, match=message) as refused:
        parse_script(f"# T\n\nBees fly.\ncard: {line}\n")
    assert hint in refused.value.hint


def test_a_card_stands_in_its_paragraph_and_breaks_none() -> None:
    script = parse_script(
        "# T\n\nBees fly\ncard: statement | One\nfar.\nCard: closing | Two\n\nRow.\n\n[Music]\n\nEnd.\n"
    )
    first, *others = script.scenes
    assert (first.text, [card.headline for card in first.cards]) == ("Bees fly far.", ["One", "Two"])
    assert [(one.text, one.cards) for one in others] == [("Row.", ()), ("End.", ())]
    assert "line 10" in script.notices[0]
    with pytest.raises(RequestError, match="line 3 has no text to go with"):
        parse_script("# T\n\ncard: statement | One\n\nBees fly.\n")
    assert parse_script("# T\n\n\\Card: the ace of spades.\n").scenes[0].text == "Card: the ace of spades."


@pytest.mark.parametrize(
    ("text", "line"), [("2. Faded receipts.", "2\\. Faded receipts."), ("12) June.", "12\\) June.")]
)
def test_a_number_that_would_begin_a_list_is_written_so_that_a_person_can_read_it(text: str, line: str) -> None:
    assert line in write_file(Script("T", (Scene("a", text),), "en")).splitlines()
