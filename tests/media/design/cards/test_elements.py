"""A card cut into what comes by itself: every part once, in reading order; figures count up to what they are."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from automagic.media.design.cards.arrangement import Arrangement
from automagic.media.design.cards.blocks import TextBlock
from automagic.media.design.cards.elements import CardPart, split_page
from automagic.media.design.cards.faults import find_faults
from automagic.media.design.cards.layouts import arrange
from automagic.media.design.theme_files import DEFAULT_THEME, load_theme, theme_names
from automagic.values.frame import Frame
from automagic.values.script import Card, CardPlace, Figure
from tests.support.media.moving_cards import ARABIC, ENTRIES, STEP, WIDE, YEAR
from tests.support.media.sample_cards import BRAND, CARDS, SMALL

THEME = load_theme(DEFAULT_THEME)


def split(card: Card, *, theme: str = DEFAULT_THEME, by_word: bool = False) -> dict[str, CardPart]:
    parts = split_page(arrange(card, load_theme(theme), SMALL, BRAND), by_word=by_word)
    assert len({part.name for part in parts}) == len(parts)
    return {part.name: part for part in parts}


def written(block: TextBlock | None) -> str:
    assert block is not None
    return " ".join(run.text for line in block.lines for run in line.runs)


def numbers_of(figure: Figure) -> list[str]:
    """What its element shows, from the first number to the last."""
    return [written(page.figure) for page in split(Card("number", "", figures=(figure,)))["figure"].pages]


def value_of(text: str, *, grouped: str = ",") -> float:
    (number,) = re.findall(r"\d[\d.,\u202f\u00a0 ]*\d|\d", text)
    digits = number.replace(grouped, "") if grouped else number.replace(",", ".")
    return float(re.sub(r"[\s\u202f\u00a0]", "", digits))


@pytest.mark.parametrize("frame", [SMALL, WIDE], ids=["upright", "wide"])
@pytest.mark.parametrize("name", theme_names())
def test_all_that_is_written_on_a_card_is_on_its_elements_once(name: str, frame: object) -> None:
    for card in (*CARDS, ARABIC, ENTRIES, STEP, YEAR):
        page = arrange(card, load_theme(name), SMALL if frame is SMALL else WIDE, BRAND)
        for by_word in (False, True):
            parts = split_page(page, by_word=by_word)
            told = " ".join(written(block) for part in parts for block in part.pages[-1].texts())
            whole = " ".join(written(block) for block in page.texts())
            assert sorted(told.split()) == sorted(whole.split()), card


def test_elements_come_in_the_order_in_which_they_are_read() -> None:
    assert list(split(CARDS[0])) == ["kicker 1", "icon", "headline 1", "headline 2", "brand 1"]
    assert list(split(CARDS[3])) == ["ring", "figure", "label 1", "label 2"]
    entries = [name for name in split(CARDS[5]) if name.startswith("entry")]
    assert entries == ["entry 1", "entry 2", "entry 3"]
    bars = list(split(CARDS[7]))
    assert bars.index("headline 1") < bars.index("bar 1") < bars.index("bar 2")
    assert [name for name in split(CARDS[8]) if "panel" in name or name == "versus"] == ["panel 1", "panel 2", "versus"]


def test_a_counter_begins_as_the_card_before_left_it() -> None:
    first, second = (split(replace(STEP, place=place)) for place in (CardPlace(1, 7), CardPlace(2, 7, before=1)))
    assert list(second)[:3] == ["place", "rail", "total"]
    for name, filled in {"place": [], "rail": [[1], [1, 2]]}.items():
        assert (first[name].ends, first[name].begins) == (second[name].begins,) * 2
        assert second[name].ends != second[name].begins
        counters = [page.counter for page in second[name].pages if page.counter]
        assert [list(range(1, len(one.filled) + 1)) for one in counters] == (filled or [[], []])
        assert counters[0] == first[name].pages[-1].counter
    assert [written(page.counter.number) for page in second["place"].pages if page.counter] == ["1", "2"]
    assert (first["place"].growth, second["place"].growth, second["rail"].growth) == ("", "roll", "across")
    assert written(second["total"].pages[0].texts()[0]) == "/7"


@pytest.mark.parametrize("card", [CARDS[1], CARDS[3], CARDS[5], CARDS[6], CARDS[8], CARDS[9]], ids=lambda c: c.layout)
@pytest.mark.parametrize("frame", [SMALL, WIDE], ids=["upright", "wide"])
def test_a_counter_stands_at_the_same_place_on_all_layouts_and_covers_nothing(card: Card, frame: Frame) -> None:
    counted = replace(card, place=CardPlace(12, 15))
    for name in theme_names():
        page = arrange(counted, load_theme(name), frame, BRAND)
        assert page.card.layout == card.layout or name == "poster"
        assert not find_faults(page, frame)
        assert page.counter == arrange(STEP_OF_15, load_theme(name), frame, BRAND).counter


STEP_OF_15 = replace(STEP, place=CardPlace(12, 15))


def test_what_would_spoil_the_point_waits() -> None:
    waiting = {name for card in CARDS for name, part in split(card).items() if part.waits}
    assert waiting == {"figure", "unit", "bar 1", "bar 2", "dash", "panel 2", "entry 1", "entry 2", "entry 3"}


@pytest.mark.parametrize("frame", [SMALL, WIDE], ids=["upright", "wide"])
@pytest.mark.parametrize("name", theme_names())
def test_a_headline_that_comes_word_by_word_stands_where_its_lines_stand(name: str, frame: object) -> None:
    page = arrange(CARDS[0], load_theme(name), SMALL if frame is SMALL else WIDE, BRAND)
    assert page.headline is not None
    words = [part for part in split_page(page, by_word=True) if part.name.startswith("headline")]
    assert [part.text.casefold() for part in words] == ["why", "solar", "power", "won"]
    numbers = [
        [float(number) for number in re.findall(r"-?\d+\.\d+", " ".join(text))]
        for text in (
            [path for line in page.headline.letters for path in line],
            [path for part in words for line in _headline(part).letters for path in line],
        )
    ]
    assert numbers[1] == pytest.approx(numbers[0], abs=0.03)


def _headline(part: CardPart) -> TextBlock:
    (page,) = part.pages
    assert page.headline is not None
    return page.headline


def test_accent_words_of_one_line_come_together_and_a_line_from_right_to_left_whole() -> None:
    ninety = [part.text for name, part in split(CARDS[1], by_word=True).items() if name.startswith("headline")]
    page = arrange(CARDS[1], THEME, SMALL, BRAND)
    assert page.headline is not None
    accents = [run.text for line in page.headline.lines for run in line.runs if run.accent]
    assert [text for text in ninety if text in accents] == accents
    arabic = [part for name, part in split(ARABIC, by_word=True).items() if name.startswith("headline")]
    assert all(len(part.pages[-1].headline.lines) == 1 for part in arabic if part.pages[-1].headline)
    assert {part.growth for part in arabic} <= {"", "back"}


# ---------------------------------------------------------------------------------------------- counting


@pytest.mark.parametrize(
    ("figure", "like", "grouped"),
    [
        (Figure("1,200", "", "km"), r"\d{3}|\d,\d{3}", ","),
        (Figure("1,234,567", "", "people"), r"\d{3},\d{3}|\d,\d{3},\d{3}", ","),
        (Figure("1.200", "", "km"), r"\d{3}|\d\.\d{3}", "."),
        (Figure("1\u202f200", "", "km"), r"\d{3}|\d \d{3}", " "),
        (Figure("24.9", "$", "billion"), r"\$\d{1,2}\.\d", ","),
        (Figure("24,9", "", "Prozent"), r"\d{1,2},\d", ""),
        (Figure("12.50", "€", ""), r"€\d{1,2}\.\d\d", ","),
        (Figure("70", "", "%", share=0.7), r"\d\d%", ","),
        (Figure("40", "−", "°C"), r"−\d\d°C", ","),
        (Figure("5", "", "kilos"), r"\d", ","),
        (Figure("5000", "", "people"), r"\d{4}", ","),
        (Figure("2000", "nearly ", ""), r"nearly \d{3,4}", ","),
    ],
    ids=lambda value: value.value if isinstance(value, Figure) else "",
)
def test_a_figure_counts_up_to_what_it_is(figure: Figure, like: str, grouped: str) -> None:
    numbers = numbers_of(figure)
    assert 3 <= len(numbers) <= 17
    assert all(re.fullmatch(like, number) for number in numbers), numbers
    values = [value_of(number, grouped=grouped) for number in numbers]
    assert values == sorted(set(values))
    assert numbers[-1].startswith(figure.prefix + figure.value.replace("\u202f", " "))
    assert values[-1] / 5 <= values[0] < values[-1]


@pytest.mark.parametrize(
    "figure",
    [
        Figure("1914"), Figure("2026", label="the year of the bridge"), Figure("3", "", "%", share=0.03),
        Figure("4.9", "$", "billion"), Figure("0.75", "", "kilos"), Figure("½"), Figure("Nine out of ten"),
        Figure("3 of 4", share=0.75), Figure("10–15", "", "km"), Figure("two hundred million"),
    ],
    ids=lambda figure: figure.value,
)  # fmt: skip
def test_years_small_numbers_and_words_do_not_count(figure: Figure) -> None:
    part = split(Card("number", "", figures=(figure,)))["figure"]
    assert (len(part.pages), part.growth) == (1, "")


@pytest.mark.parametrize("name", theme_names())
@pytest.mark.parametrize("value", ["11,111,111", "1,111", "171", "11.1"])
def test_a_number_on_its_way_has_room_where_the_figure_stands(name: str, value: str) -> None:
    part = split(Card("number", "", figures=(Figure(value, "", "people"),)), theme=name)["figure"]
    for page in part.pages:
        assert right_of(page) <= part.box.right, written(page.figure)


def right_of(page: Arrangement) -> float:
    """Where the letters of a figure end."""
    assert page.figure is not None
    paths = " ".join(path for line in page.figure.letters for path in line)
    numbers = [float(number) for number in re.findall(r"-?\d+\.\d+", paths)]
    return max(numbers[::2])


# ---------------------------------------------------------------------------------------------- growing


def test_rings_bars_icons_and_accents_grow_out_of_nothing() -> None:
    ring = split(CARDS[3])["ring"]
    assert [page.ring.share for page in ring.pages if page.ring] == [0.0, 0.7]
    assert (ring.growth, ring.reaches) == ("round", 0.7)
    bar = split(CARDS[7])["bar 2"]
    fills = [page.bars[0].fill.width for page in bar.pages]
    assert fills[0] == 0 < fills[1]
    assert bar.growth == "across"
    icon = split(CARDS[0])["icon"]
    assert [page.icon.name for page in icon.pages if page.icon] == ["", "pen of sun", "sun"]
    assert icon.growth == "stroke"
    (accent,) = [part for part in split(CARDS[2]).values() if part.grows_on == "Nobody"]
    marked = [
        [run.accent for line in page.headline.lines for run in line.runs] for page in accent.pages if page.headline
    ]
    assert [any(one) for one in marked] == [False, True]
    assert accent.growth == "across"


def test_an_accent_that_runs_from_right_to_left_is_uncovered_that_way() -> None:
    (accent,) = [part for part in split(ARABIC).values() if part.grows_on]
    assert (accent.growth, accent.grows_on) == ("back", "تفوز")
