"""The writer of posts on this machine: whole facts of the source in the shape of the author's posts."""

from __future__ import annotations

import pytest

from automagic.data import shipped
from automagic.errors import RequestError
from automagic.language.style.tokens import split_style_words
from automagic.providers.local.extract.units import sentences_to_parse
from automagic.providers.local.profile import PROVIDER, write_posts
from automagic.providers.local.profile.heads import explains, head_and_rest
from automagic.providers.shared.post_draft import PostBrief
from automagic.providers.shared.registry import post_writers
from automagic.sources.file import read_file
from automagic.sources.text import read_document
from automagic.values.document import Document
from automagic.values.post import Post
from tests.support.texts.posts import bierce_posts
from tests.support.texts.trees import parse

ANN = tuple(
    Post(str(number), text)
    for number, text in enumerate(
        [
            "the bakery on our street closed",
            "nobody told me that rye takes two days",
            "a good knife is a quiet one #tools",
            "rain all week. the river is brown\n\nnobody swims",
            "we lost the key. we found a better door",
            "the crane on the square turns at night",
        ]
        * 6
    )
)
"""Writes in lower case, without a full stop at the end."""


def brief_of(name: str, posts=None, **changes) -> PostBrief:
    document = read_file(shipped("samples") / f"{name}.md")
    trees = {tree.text: tree for tree in parse(*sentences_to_parse(document, "en"))}
    return PostBrief(document, "ann", posts or bierce_posts(), **{"networks": ("bluesky",), "trees": trees} | changes)


def test_a_draft_has_the_shape_of_the_author_and_the_facts_of_the_source():
    brief = brief_of("onions", count=1)
    texts = [one.text for one in write_posts(brief).candidates]
    assert "ONION, n. It does not want to be eaten, and it has a weapon." in texts
    assert all(text.split(",")[0].isupper() for text in texts)


@pytest.mark.parametrize("posts", [None, ANN], ids=["bierce", "ann"])
@pytest.mark.parametrize("name", ["tides", "bread", "moon", "onions"])
def test_no_word_is_invented(name, posts):
    brief = brief_of(name, posts)
    known = {word.rstrip("s") for text in brief.document.paragraphs for word in split_style_words(text)}
    for one in write_posts(brief).candidates:
        said = {word.rstrip("s") for word in split_style_words(one.text)}
        assert said - known <= {"n", "it", "#tool"}, one.text
        assert one.origins
        assert all(origin.sentence in brief.document.paragraphs[origin.paragraph] for origin in one.origins)


def test_drafts_of_one_source_tell_different_sentences():
    found = write_posts(brief_of("panama-canal", count=3)).candidates
    told = [{origin for one in found if one.draft == number for origin in one.origins} for number in range(3)]
    assert all(told)
    assert len(told[0] | told[1] | told[2]) == sum(map(len, told))


def test_the_same_is_written_again():
    assert write_posts(brief_of("bread", ANN)) == write_posts(brief_of("bread", ANN))


def test_case_and_end_are_the_author_s():
    found = write_posts(brief_of("bread", ANN)).candidates
    assert all(one.text[0].islower() and not one.text.endswith(".") for one in found)


def test_a_short_source_has_fewer_drafts_and_says_so():
    document = read_document(b"The bakery opens at six. The baker lives next door.", location="a.txt")
    written = write_posts(PostBrief(document, "ann", ANN, ("x",), count=5))
    assert {one.draft for one in written.candidates} == {0, 1}
    assert written.notices == ("The text has enough for 2 of 5 drafts.",)


def test_in_another_language_what_points_back_is_not_told_alone():
    text = (
        "Der Mond leuchtet nicht von selbst. Er ist ein Stein.\n\nEr zeigt uns immer dieselbe Seite.\n\n"
        "Ebbe und Flut kommen zweimal am Tag."
    )
    document = read_document(text.encode(), location="a.txt")
    said = [one.text for one in write_posts(PostBrief(document, "ann", ANN, ("x",), language="de")).candidates]
    assert said
    assert not any(one.lower().startswith("er ") for one in said)


@pytest.mark.parametrize("text", ["", "bread", "* * *", "However, he did.", "x" * 25_000, "word " * 5_000 + "."])
def test_a_source_without_a_sentence_of_its_own_is_refused(text):
    with pytest.raises(RequestError, match=r"can be told by itself|fills the shape"):
        write_posts(PostBrief(Document("", (text,), "a.txt"), "ann", ANN, ("x",)))


def test_a_thread_is_as_long_as_a_video_s_script():
    found = write_posts(brief_of("panama-canal", ANN, thread=True, count=1)).candidates
    assert all(len(one.origins) >= 3 for one in found)
    assert any(len(one.text) > 300 for one in found)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("An ice cube is the gentle form of a strong tool.", ("ice cube", "The gentle form of a strong tool.")),
        ("A rainbow needs the sun behind you.", ("rainbow", "It needs the sun behind you.")),
        ("Twice a day the sea rises and falls.", ("sea", "Twice a day the sea rises and falls.")),
        ("Every day, giant ships climb 26 meters.", ("giant ship", "Every day, giant ships climb 26 meters.")),
        ("The most common mistake looks tidy.", None),
        ("Indexing 10,000 notes takes a minute.", None),
        ("Finland drinks most of it.", None),
        ("A worker bee makes a spoonful in her life.", None),
        ("For centuries, sailors did not know where they were.", None),
        ("After a century the seasons would have slipped.", None),
        ("When a lake cools, the water at 4 degrees sinks.", None),
        ("A French company began to dig in 1881.", None),
        ("The baker sells bread.", None),
        ("You can see the whole circle.", None),
        ("Four warships struck the rocks.", None),
        ("Isaac Newton showed with a prism that light has colors.", None),
        ("Her clock kept time.", None),
    ],
)
def test_an_entry_is_for_a_thing_or_a_sort_of_things(sentence, expected):
    assert head_and_rest(parse(sentence)[0]) == expected


@pytest.mark.parametrize(
    ("sentence", "explained"),
    [("A late drill costs a dollar.", False), ("A drill makes holes.", True), ("A ladder is a stair to carry.", True)],
)
def test_an_entry_is_for_what_the_text_is_about(sentence, explained):
    document = Document("Tools", (sentence, "Drills are lent."), "a.txt")
    found = head_and_rest(parse(sentence)[0])
    assert found is not None
    assert explains(document, *found) is explained


def test_no_thing_is_put_where_a_pronoun_may_mean_another():
    text = "Alliinase makes a gas of acids in an onion. Its name is far too long for anybody."
    document = read_document(text.encode(), location="a.txt")
    trees = {tree.text: tree for tree in parse(*sentences_to_parse(document, "en"))}
    found = write_posts(PostBrief(document, "ann", ANN, ("x",), language="en", trees=trees)).candidates
    assert found
    assert found
    assert not any("name" in one.text for one in found)


def test_a_heading_that_is_no_sentence_stands_in_no_thread():
    text = "# Bees\n\nBees fly far.\n\n## Not only honeybees\n\nWild bees live alone. They nest in soil. Many nap."
    document = read_document(text.encode(), location="a.md")
    trees = {tree.text: tree for tree in parse(*sentences_to_parse(document, "en"))}
    brief = PostBrief(document, "ann", ANN, ("x",), language="en", trees=trees, thread=True)
    threads = [one.text.lower() for one in write_posts(brief).candidates]
    assert threads
    assert not any("not only honeybees" in text for text in threads)


def test_it_writes_posts_and_no_scripts():
    assert PROVIDER.name in post_writers()
    assert not PROVIDER.kinds["writer"].of
    assert {"openai", "anthropic", "gemini"} < set(post_writers())
    assert "wikipedia" not in post_writers()
