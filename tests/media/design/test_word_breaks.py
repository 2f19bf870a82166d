"""Long words break where a reader would break them, and addresses are shown as they are said: nothing becomes tiny."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.media.captions.cues import count_columns
from automagic.media.captions.layout import lay_out, line_room
from automagic.media.captions.words import LineRoom, show_words
from automagic.media.design.cards.layouts import arrange
from automagic.media.design.cards.typeset import LEAST_SCALE, STEP
from automagic.media.design.clusters import split_clusters
from automagic.media.design.fonts import CJK_FAMILY, is_installed
from automagic.media.design.platforms import group_platforms, load_platforms
from automagic.media.design.theme_files import load_theme, theme_names
from automagic.media.design.themes import Brand
from automagic.media.design.word_breaks import (
    break_everywhere,
    break_word,
    is_bound,
    is_one_amount,
    is_unspaced,
    shorten_address,
    shorten_addresses,
)
from automagic.products.video.timeline import TimedLine, line_cues
from automagic.values.script import Card
from automagic.values.words import Word

ADDRESS = "https://www.example.org/river/herons?id=42&utm_source=mail#top"
SHAPES = ("shorts", "youtube", "square")
LONG_WORDS = (
    ADDRESS,
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "pneumonoultramicroscopicsilicovolcanoconiosis",
    "/usr/local/share/automagic/fonts/Anton-Regular.ttf",
    "2-(2,4-dichlorophenoxy)-N,N-dimethylethanamine",
    "a_very_long_variable_name_in_snake_case",
    "W" * 60,
    "日本語の長い文章は分かち書きされません日本語の長い文章",
)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (ADDRESS, "example.org/river/herons"),
        ("(https://example.org/a).", "(example.org/a)."),
        ("www.example.com,", "example.com,"),
        ("https://example.org.", "example.org."),
        ("http://localhost.example.org:8080/", "localhost.example.org:8080"),
        ("example.org/river/?q=1!", "example.org/river!"),
        ("https://example.org/a/b/c/d/e/f/g/h/i/j/k/index.html", "example.org/a/b/c/d/e/f/g/h/i/…"),
        ("https://münchen.de/straße", "münchen.de/straße"),
        ("and/or", "and/or"),
        ("e.g./i.e.", "e.g./i.e."),
        ("1.5/2.5", "1.5/2.5"),
        ("me@example.org", "me@example.org"),
        ("node.js", "node.js"),
    ],
)
def test_an_address_is_shown_as_people_say_it(written: str, shown: str) -> None:
    assert shorten_address(written) == shown
    assert shorten_addresses(f"see {written} now") == f"see {shown} now"


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("example.org/river/herons", "example.org/ river/herons"),
        ("getElementsByClassName", "getElements ByClassName"),
        ("well-known-state-of-the-art", "well-known- state-of-the-art"),
        ("C:\\Users\\me\\report.docx", "C:\\Users\\me\\ report.docx"),
        ("1,234,567,890.12", "1,234,567,890.12"),
        ("Kraft\u00adfahr\u00adzeug\u00adversicherung", "Kraftfahrzeug- versicherung"),
        ("supercalifragilistic", "supercali- fragilistic"),
        ("user@subdomain.example", "user@ subdomain.example"),
        ("a?b=c&d=e&f=g&h=i&j=k", "a?b=c&d=e& f=g&h=i&j=k"),
    ],
)
def test_a_word_breaks_at_its_best_places(word: str, parts: str) -> None:
    assert " ".join(part.shown for part in break_word(word, lambda text: len(text) <= 17)) == parts


@given(st.text(min_size=1, max_size=50), st.integers(2, 20))
def test_parts_fit_and_keep_every_character(word: str, most: int) -> None:
    parts = break_word(word, lambda text: len(text) <= most)
    kept = [cluster for cluster in split_clusters(word.translate({0xAD: None, 0x200B: None})) if not cluster.isspace()]
    assert "".join("".join(part.text.split()) for part in parts) == "".join("".join(kept).split())
    for part in parts:
        assert len(part.shown) <= most or len(list(split_clusters(part.text))) <= 1


def test_parts_of_a_word_share_its_time() -> None:
    words = [Word("See", 0.0, 0.4), Word("example.org/river/herons", 0.5, 2.5)]
    shown, costs = show_words(words, [0.3, 0.0], LineRoom(14))
    assert [word.text for word in shown] == ["See", "example.org/", "river/herons"]
    assert [(word.start_s, word.end_s) for word in shown] == [(0.0, 0.4), (0.5, 1.5), (1.5, 2.5)]
    assert costs == (0.3, 0.9, 0.0)


@pytest.mark.parametrize("name", theme_names())
def test_captions_of_long_words_are_nearly_as_large_as_others_on_every_platform(name: str) -> None:
    theme = load_theme(name)
    for platform, long in itertools.product(SHAPES, LONG_WORDS):
        frame = group_platforms([platform])[0].frame
        style = theme.caption_style(theme.palette("x"), frame)
        words = tuple(Word(text, 0.5 * n, 0.5 * n + 0.4) for n, text in enumerate(("Read", "more:", long, "now.")))
        cues = line_cues(TimedLine(90, 0, words), fps=30, room=line_room(style, frame), language="en")
        assert all(lay_out(cue, style, frame).size >= 0.9 * style.size_px for cue in cues), (platform, long)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=40), min_size=1, max_size=4
    ),
    st.sampled_from(list(itertools.product(theme_names(), load_platforms()))),
)
def test_no_caption_falls_below_sixty_percent(texts: list[str], look: tuple[str, str]) -> None:
    theme, frame = load_theme(look[0]), group_platforms([look[1]])[0].frame
    style = theme.caption_style(theme.palette("x"), frame)
    words = tuple(Word(text, 0.5 * n, 0.5 * n + 0.4) for n, text in enumerate(texts))
    for cue in line_cues(TimedLine(90, 0, words), fps=30, room=line_room(style, frame), language="en"):
        assert len(cue.lines) <= 2
        assert lay_out(cue, style, frame).size >= 0.6 * style.size_px, cue.text


@pytest.mark.parametrize("name", theme_names())
def test_headlines_of_long_words_stay_readable_on_every_platform(name: str) -> None:
    theme = load_theme(name)
    for platform, long in itertools.product(SHAPES, LONG_WORDS):
        frame = group_platforms([platform])[0].frame
        page = arrange(Card("statement", f"Read more: {long}"), theme, frame, Brand())
        assert page.headline is not None
        largest = theme.scale.headline * min(frame.width, frame.height)
        told = "".join(run.text for line in page.headline.lines for run in line.runs)
        # Very many letters are set smaller, so that all of them are there; an address, so that it stays whole.
        least = LEAST_SCALE * STEP if count_columns(told) < 45 and "/" not in long else 0.3
        assert page.headline.size >= least * largest, (platform, long)


@pytest.mark.parametrize(
    "text",
    [
        "Nach § 12 Abs. 3 kostet die Buchung 1.299,50 € im Jahr",
        "Das Auto braucht heute 5,5 l/100 km und fährt 120 km/h",
        "The level rose to 420 ppm in 2023 for CHF 5 billion",
        "La ville a payé 3 Md€ et 12 % de plus",
    ],
)
@pytest.mark.parametrize("platform", SHAPES)
def test_no_line_of_a_card_ends_between_a_number_and_its_unit(text: str, platform: str) -> None:
    frame = group_platforms([platform])[0].frame
    for name in theme_names():
        page = arrange(Card("statement", text), load_theme(name), frame, Brand())
        assert page.headline is not None
        lines = [" ".join(run.text for run in line.runs).split() for line in page.headline.lines]
        ends = [(line[-1], after[0]) for line, after in itertools.pairwise(lines)]
        assert not [pair for pair in ends if is_one_amount(*pair)], (name, lines)


BOUND = (
    "My waxed jacket is 17~years old, and until last autumn it had been waxed exactly never",
    "It ships on 3~June and costs €69, or from 1~December in the shops",
    "Since June~3 the bells ring at 2~a.m., and nobody sleeps in 9~cases out of 10",
    "Il était 5~h~40, samedi, quand la première fournée est sortie du four",
    "Le four avait fermé le 28~février 2020 : il rouvre demain",
    "Et il a posé une condition~: ne pas travailler la nuit",
    "Il leur a fallu plusieurs mois pour réunir 48~500~euros",
    "3.~“Not sure” flags are shown beside every price",
    "Elle a dit «~jamais plus~» et puis quoi~?",
)


@pytest.mark.parametrize("text", BOUND)
def test_a_number_binds_what_it_counts_and_a_mark_the_word_beside_it(text: str) -> None:
    words = text.replace("~", " ").split()
    bound = text.split()
    for index in range(1, len(words)):
        together = f"{words[index - 1]}~{words[index]}"
        assert is_bound(words, index) or not any(together in one for one in bound), together


@pytest.mark.parametrize("text", ["in 2020 farmers left", "It took 512. Then came more", "The lot, or none"])
def test_a_year_and_the_end_of_a_sentence_bind_nothing(text: str) -> None:
    assert not any(is_bound(text.split(), index) for index in range(len(text.split())))


@pytest.mark.parametrize("text", BOUND)
@pytest.mark.parametrize("platform", SHAPES)
def test_no_line_of_a_card_ends_inside_what_belongs_together(text: str, platform: str) -> None:
    frame = group_platforms([platform])[0].frame
    for name in theme_names():
        page = arrange(Card("statement", text.replace("~", " ")), load_theme(name), frame, Brand())
        assert page.headline is not None
        lines = [" ".join(run.text for run in line.runs) for line in page.headline.lines]
        pairs = {
            f"{one} {other}".casefold() for part in text.split() for one, other in itertools.pairwise(part.split("~"))
        }
        torn = {f"{line.split()[-1]} {after.split()[0]}".casefold() for line, after in itertools.pairwise(lines)}
        assert not pairs & torn, (name, lines)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("一共有四十二隻，", "一 共 有 四 十 二 隻，"),
        ("「スマホ」をAI2で", "「ス マ ホ」 を AI2 で"),
        ("きゃりー", "きゃ りー"),
    ],
)
def test_scripts_without_spaces_break_after_any_character_but_before_no_full_stop(word: str, parts: str) -> None:
    assert is_unspaced(word)
    assert " ".join(part.shown for part in break_everywhere(word)) == parts


@pytest.mark.skipif(not is_installed(CJK_FAMILY), reason="needs the extra cjk")
def test_a_chinese_headline_is_as_large_as_a_latin_one_and_keeps_every_character() -> None:
    theme, frame = load_theme("default"), group_platforms(["shorts"])[0].frame
    text = "鷺在星期一早晨回到了河邊，一共有四十二隻。"
    page = arrange(Card("statement", text), theme, frame, Brand())
    assert page.headline is not None
    assert page.headline.size >= 0.9 * theme.scale.headline * page.unit
    assert "".join(run.text for line in page.headline.lines for run in line.runs) == text
