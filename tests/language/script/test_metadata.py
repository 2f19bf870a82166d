"""What the publishing forms ask for."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import Any

import pytest

from automagic.language.script.metadata import describe, shorten, youtube_chapters
from automagic.values.credit import Credit
from automagic.values.document import Document
from automagic.values.script import Scene, Script
from tests.support.places import DATA

TEXTS = tomllib.loads((DATA / "topics.toml").read_text("utf-8"))["text"]

SCRIPT = Script(
    "Why we sleep",
    (Scene("1", "Sleep cleans the brain."), Scene("2", "Fluid washes waste out of brain cells.")),
    sources=(Document("On sleep", (), "sleep.html", author="A. Lee", licence="CC-BY-4.0"),),
)
CREDITS = (
    Credit("voice", "Kokoro-82M", "generated on this machine", "Apache-2.0", generated=True),
    Credit("music", "Calm by B. Ho", "https://example.org/calm", "CC-BY-3.0", generated=False),
    Credit("picture", "Moon", "https://example.org/moon", "CC0-1.0", generated=False),
)


def test_the_description_says_what_came_from_where() -> None:
    made = describe(SCRIPT, CREDITS, [], ["shorts"])
    text = str(made["description"])
    assert text.startswith("Sleep cleans the brain.")
    assert "“On sleep”, A. Lee, sleep.html, CC-BY-4.0" in text
    assert "Made by machine: voice (Kokoro-82M)." in text
    assert "Calm by B. Ho" in text
    assert "Moon" not in text
    assert "#Shorts" in made["hashtags"]  # type: ignore[operator]  # a list in plain data
    assert made["title"] == "Why we sleep"


def test_chapters_are_those_that_youtube_takes() -> None:
    assert youtube_chapters([(1, "A"), (12, "B"), (15, "C"), (30, "D")]) == [(0.0, "A"), (12, "B"), (30, "D")]
    assert youtube_chapters([(0, "A"), (5, "B"), (40, "C")]) == []


def test_titles_are_cut_between_words() -> None:
    short = shorten("word " * 40, 100)
    assert len(short) <= 100
    assert short.endswith("word…")


def test_hashtags_are_subjects_and_no_numbers_verbs_or_adverbs() -> None:
    tides = Script(
        "Why the sea has tides",
        (
            Scene("1", "Twice a day, the sea climbs up the beach."),
            Scene("2", "When Sun, Moon and Earth stand in a line, the two pulls add up and the tides are large."),
            Scene("3", "A week later the pulls work against each other, and the tides are small."),
            Scene("4", "The Moon pulls on the sea, so most coasts see two high tides."),
        ),
    )
    made = describe(tides, (), [], [])
    assert {"#Tides", "#Sea"} <= set(made["hashtags"])  # type: ignore[call-overload]  # a list in plain data
    words = {word.lower() for tag in made["tags"] for word in tag.split()}  # type: ignore[attr-defined]  # as above
    assert not words & {"two", "twice", "add", "later", "stand", "climbs", "work"}


def test_a_picture_is_credited_by_its_title_and_an_article_once() -> None:
    article = Document("Tide", (), "https://en.wikipedia.org/wiki/Tide?oldid=1", licence="CC-BY-SA-4.0")
    script = Script("Tides", (Scene("1", "The sea rises."),), writer="wikipedia", sources=(article,))
    credits = (
        Credit("text", "Tide, Wikipedia contributors", article.location, "CC-BY-SA-4.0", generated=False),
        Credit("picture of scene 1f2e3d4c", "“Low tide” by Ann", "https://commons/1", "CC BY 4.0", generated=False),
        Credit("picture of scene 5a5a5a5a", "beach.jpg", "the person's own", "unknown", generated=False),
        Credit("picture of scene 6b6b6b6b", "openai gpt-image-2", "openai", "openai terms of use", generated=True),
        Credit("picture of scene 7c7c7c7c", "openai gpt-image-2", "openai", "openai terms of use", generated=True),
    )
    text = str(describe(script, credits, [], [])["description"])
    assert "- picture: “Low tide” by Ann, https://commons/1, CC BY 4.0" in text
    assert text.count(article.location) == 1
    assert text.count("openai gpt-image-2") == 1
    assert "of scene" not in text
    assert "beach.jpg" not in text


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case["title"])
def test_hashtags_and_tags_name_what_the_text_is_about(case: dict[str, Any]) -> None:
    script = Script(case["title"], (Scene("1", case["text"]),), case["language"])
    made = describe(script, (), [], ["youtube"])
    hashtags, tags = made["hashtags"], made["tags"]
    assert isinstance(hashtags, list)
    assert isinstance(tags, list)
    assert set(case["has"]) <= set(hashtags)
    assert 2 <= len(hashtags) <= 4
    assert not set(case["never"]) & {*hashtags, *("#" + tag.title().replace(" ", "") for tag in tags)}


def test_a_short_s_hashtags_are_four_with_its_own() -> None:
    script = Script(TEXTS[1]["title"], (Scene("1", TEXTS[1]["text"]),))
    hashtags = describe(script, (), [], ["shorts"])["hashtags"]
    assert isinstance(hashtags, list)
    assert len(hashtags) <= 4
    assert hashtags[-1] == "#Shorts"


def test_a_description_begins_with_one_line_that_keeps_the_title_s_promise() -> None:
    long = "When the ice of the last great age had melted away from the hills, the people of the valley went up there. "
    script = Script("Why leap years exist", (Scene("1", long + "They counted days. Leap years came later."),))
    lines = str(describe(script, (), [], [])["description"]).splitlines()
    assert lines[0] == "Why leap years exist"
    assert lines[2].startswith("When the ice")
    again = Script("Sleep cleans the brain", (Scene("1", "Sleep cleans the brain. Fluid washes waste away."),))
    text = str(describe(again, (), [], [])["description"])
    assert text.startswith("Sleep cleans the brain.\n\nFluid washes waste away.")


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ["Sources:", "Made by machine:", "Credits:"]),
        ("de", ["Quellen:", "Maschinell erzeugt: Stimme", "Nachweise:", "Musik"]),
        ("es", ["Fuentes:", "Hecho por máquina: voz", "Créditos:"]),
        ("fr", ["Sources :", "Fait par une machine : voix", "Crédits :"]),
        ("it", ["Fonti:", "Realizzato a macchina: voce", "Crediti:"]),
        ("pt-BR", ["Fontes:", "Feito por máquina: voz", "Créditos:"]),
        ("nl", ["Bronnen:", "Door een machine gemaakt: stem", "Met dank aan:"]),
        ("sv", ["Sources:", "Made by machine:", "Credits:"]),
    ],
)
def test_labels_are_in_the_language_of_the_text(language: str, labels: list[str]) -> None:
    text = str(describe(replace(SCRIPT, language=language), CREDITS, [], [])["description"])
    assert [label for label in labels if label not in text] == []


def test_chapters_are_for_platforms_that_show_them_and_none_is_too_short_at_the_end() -> None:
    chapters = [(0, "A"), (12, "B"), (25, "C"), (36, "D")]
    assert describe(SCRIPT, (), chapters, ["shorts", "tiktok"], 60)["chapters"] == []
    assert describe(SCRIPT, (), chapters[:3], ["youtube"], 33)["chapters"] == []
    made = describe(SCRIPT, (), chapters, ["shorts", "youtube"], 42)["chapters"]
    assert [chapter["title"] for chapter in made] == ["A", "B", "C"]  # type: ignore[attr-defined]  # a list in plain data
