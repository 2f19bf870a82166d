"""When the elements of a card come: on their words, in reading order, in time, and never too early."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.media.design.theme_files import load_theme, theme_names
from automagic.media.rendering.card_frames import pose_at
from automagic.media.rendering.shot import CardPlan, ShotPlan
from automagic.media.video.encode import EncodeSettings
from automagic.products.video.appearing import (
    EARLY_S,
    LEAD_S,
    PATIENCE_S,
    READING_S,
    STAGGER_S,
    Heard,
    plan_appearances,
    take_over,
)
from automagic.products.video.film import AT_ONCE
from automagic.values.frame import Rect
from automagic.values.moving import Appearance, Element, MotionStyle
from automagic.values.words import Word
from tests.support.media.moving_cards import CAPTIONS, UNMOVED
from tests.support.media.sample_cards import SMALL

FPS = 30
STYLE = MotionStyle(enter_s=0.4, grow_s=0.6, exit_s=0.2, distance=0.03, easing="out-cubic")
SPOKEN = "The canal opened in 1914 and ships have saved 13,000 kilometres since then because mountains divide oceans"


def count(seconds: float) -> int:
    return round(seconds * FPS)


def hear(text: str = SPOKEN, *, every_s: float = 0.4, frames: int = 240) -> Heard:
    """One word after the other, each as long."""
    words = tuple(Word(word, every_s * n, every_s * (n + 1)) for n, word in enumerate(text.split()))
    return Heard(words, frames, FPS, "en")


def said(heard: Heard, word: str) -> int:
    """The frame in which a word begins."""
    (start_s,) = (one.start_s for one in heard.words if one.text == word)
    return int(start_s * FPS)


def element(name: str, text: str = "", **more: object) -> Element:
    return replace(Element(name, text, Rect(0, 0, 20, 20), "rise", digest=name), **more)  # type: ignore[arg-type]


def plan(*elements: Element, heard: Heard | None = None, **more: object) -> dict[str, Appearance]:
    planned = plan_appearances(elements, heard or hear(), STYLE, **more)  # type: ignore[arg-type]
    return {one.name: appearance for one, appearance in zip(elements, planned, strict=True)}


def test_texts_come_a_little_before_their_words() -> None:
    heard = hear()
    planned = plan(
        element("headline 1", "The canal"),
        element("headline 2", "opened"),
        element("figure", "1914", waits=True),
        element("entry 1", "Saved kilometres", waits=True),
        element("entry 2", "Mountains", waits=True),
        heard=heard,
    )
    for name, word in {"headline 2": "opened", "figure": "1914", "entry 1": "saved", "entry 2": "mountains"}.items():
        assert planned[name].said == said(heard, word)
        assert planned[name].start == said(heard, word) - count(LEAD_S)


@pytest.mark.parametrize(
    ("spoken", "shown", "word"),
    [
        ("All the canals are long", "The canal", "canals"),
        ("They dug it in 1914", "since 1914", "1914"),
        ("An ÉCLAIR a day", "éclair", "ÉCLAIR"),
        ("One hundred sixty-five words", "hundred", "hundred"),
        ("the art of a party", "art", "art"),
    ],
)
def test_a_text_is_found_in_what_is_said(spoken: str, shown: str, word: str) -> None:
    heard = hear(spoken)
    found = heard.first(shown)
    assert found is not None
    assert heard.words[found].text == word


@pytest.mark.parametrize(("spoken", "shown"), [("a party", "art"), ("nothing of it", "Solar"), ("", "x"), ("a b", "—")])
def test_a_text_that_nobody_says_is_not_found(spoken: str, shown: str) -> None:
    assert hear(spoken).first(shown) is None


def test_a_word_that_is_said_twice_is_taken_where_the_reader_is() -> None:
    heard = hear("water falls and water climbs and water rests")
    planned = plan(element("entry 1", "falls", waits=True), element("entry 2", "water rests", waits=True), heard=heard)
    assert planned["entry 2"].said == int(heard.words[3].start_s * FPS)


def test_the_first_that_is_read_does_not_wait_and_the_next_ones_not_long() -> None:
    late = hear("well and so it was that in the end they all saw mountains and oceans")
    planned = plan(
        element("icon"),
        element("headline 1", "mountains"),
        element("headline 2", "oceans"),
        element("detail 1", "all"),
        heard=late,
    )
    assert planned["icon"].start == planned["headline 1"].start == 0
    first = count(STAGGER_S)
    assert planned["headline 2"].start == first + count(PATIENCE_S)
    assert planned["detail 1"].start <= planned["headline 2"].start + count(STAGGER_S) + count(PATIENCE_S)


def test_what_would_spoil_the_point_waits_for_its_word_however_long() -> None:
    heard = hear("well and so it was that in the end they all had counted 42 of them there", frames=400)
    planned = plan(element("headline 1", "well"), element("figure", "42", waits=True), heard=heard)
    assert planned["figure"].start == said(heard, "42") - count(LEAD_S) > count(PATIENCE_S) * 4


def test_one_after_the_other_where_nothing_of_it_is_said() -> None:
    planned = plan(*(element(f"entry {n}", "Xylophone", waits=True) for n in range(4)))
    starts = [one.start for one in planned.values()]
    assert starts == [count(STAGGER_S) * n for n in range(4)]
    assert {one.said for one in planned.values()} == {-1}


def test_the_video_opens_with_what_is_read_first() -> None:
    elements = (
        element("kicker 1", "History"),
        element("icon"),
        element("headline 1", "mountains"),
        element("headline 2"),
    )
    planned = plan(*elements, opens=True)
    assert [one.start < 0 for one in planned.values()] == [True, True, True, False]
    assert not any(one.start < 0 for one in plan(*elements).values())


def test_what_two_cards_share_stands_and_stays() -> None:
    elements = (element("icon"), element("headline 1", "canal"), element("brand 1"))
    planned = plan(*elements, stand={"icon"}, stay={"brand 1"})
    assert [one.start < 0 for one in planned.values()] == [True, False, False]
    assert [one.leaves for one in planned.values()] == [True, True, False]


def test_what_stands_from_the_card_before_has_grown() -> None:
    """It does not draw itself, count up or light up again before the eyes of those who have just seen it."""
    elements = (
        element("icon", growth="across"),
        element("headline 1", "The canal", growth="across", grows_on="canal"),
        element("figure", "1914", growth="count", grows_on="1914", waits=True),
    )
    for one in plan_appearances(elements, hear(), STYLE, stand={"icon", "headline 1", "figure"}):
        assert one.start < 0
        assert one.grows + count(STYLE.grow_s) <= 1  # whole in the first frame


def test_what_ends_on_one_card_as_it_begins_on_the_next_goes_on_there() -> None:
    two, three = (
        [
            element("place", f"{n}", begins=f"{n - 1} of 3", ends=f"{n} of 3", growth="roll", digest=f"p{n}"),
            element("icon", begins="icon sun", ends="icon sun", origin=(10.0, 100.0 * n), digest="sun"),
            element("rule", digest=f"r{n}", box=Rect(200, 0, 20, 20)),
            element("headline 1", f"say{n}", digest=f"h{n}"),
        ]
        for n in (2, 3)
    )
    two[1] = replace(two[1], box=Rect(0, 100, 20, 20))
    taken = take_over(three, two)
    assert {name: one.digest for name, one in taken.items()} == {"place": "p2", "icon": "sun"}
    place, icon, rule, _ = plan_appearances(three, hear(), STYLE, taken=taken)
    assert (place.start, place.grows, place.away) == (-1, 0, (0.0, 0.0))
    assert (icon.start, icon.grows < -1000, icon.away) == (-1, True, (0.0, -100.0))
    assert rule.start == 0
    assert [one.away for one in plan_appearances(three, hear(), AT_ONCE, taken=taken)] == [(0.0, 0.0)] * 4
    assert take_over(two, three).keys() == {"icon"}  # a count does not go back
    alone = plan_appearances(three, hear(), STYLE)[0]
    assert (alone.start, alone.grows < -1000) == (0, True)  # it comes with its number, and does not count


def test_no_element_goes_through_one_that_comes_at_once() -> None:
    """A kicker that would cross an icon comes anew, and so it has to go on the card before: both ask the same."""
    above = element("kicker 1", begins="k", ends="k", digest="a")
    below = replace(above, origin=(0.0, 90.0), box=Rect(0, 90, 20, 20), digest="b")
    icon, beside = (element("icon", box=Rect(x, 40, 20, 20)) for x in (10, 30))
    assert take_over([below, icon], [above]) == {}
    assert take_over([below, beside], [above]) == {"kicker 1": above}
    lower = element("headline 1", box=Rect(0, 40, 20, 20))
    assert take_over([below, lower], [above]) == {"kicker 1": above}  # it is not there yet


def test_an_element_goes_on_from_one_at_most_and_not_where_it_stands() -> None:
    same = [element(f"kicker {n}", begins="a", ends="a", digest=f"{n}") for n in (1, 2)]
    assert {name: one.name for name, one in take_over(same, [element("x", begins="", ends="a")]).items()} == {
        "kicker 1": "x"
    }
    assert take_over(same, same) == {}
    assert take_over([element("headline 1")], [element("headline 1", digest="other")]) == {}


def test_without_motion_all_of_it_is_there_at_once_and_whole() -> None:
    elements = (
        element("icon", growth="across"), element("headline 1", "mountains", growth="across", grows_on="mountains"),
        element("ring", growth="round", grows_on="1914"), element("figure", "1914", growth="count", waits=True),
    )  # fmt: skip
    for one in plan_appearances(elements, hear(), AT_ONCE):
        assert one.start == -1
        assert one.grows < -1000 or not one.grows


def test_growth_begins_on_its_word_and_a_count_is_half_way_there() -> None:
    heard = hear()
    planned = plan(
        element("headline 1", "The canal opened", growth="across", grows_on="opened"),
        element("icon", growth="across"),
        element("ring", growth="round", grows_on="1914"),
        element("figure", "1914", growth="count", grows_on="1914", waits=True),
        element("bar 1", "13,000", growth="across", grows_on="13,000", waits=True),
        heard=heard,
    )
    assert planned["headline 1"].grows == said(heard, "opened") - count(LEAD_S)
    assert planned["icon"].grows == planned["icon"].start + count(STYLE.enter_s) // 2
    assert planned["ring"].grows >= said(heard, "1914") - count(LEAD_S)
    assert planned["figure"].grows == planned["figure"].start
    assert planned["bar 1"].grows >= said(heard, "13,000") - count(LEAD_S)


@pytest.mark.parametrize("theme", theme_names())
@pytest.mark.parametrize("late_s", [0.0, 0.1, 0.5, 3.0])
def test_between_two_cards_the_frame_is_hardly_ever_bare(theme: str, late_s: float) -> None:
    style, words = load_theme(theme).moves, hear().words
    heard = Heard(tuple(replace(word, start_s=word.start_s + late_s) for word in words), 240, FPS, "en")
    elements = (element("icon"), element("headline 1", "The canal"), element("headline 2", "opened"))
    card = CardPlan(elements, plan_appearances(elements, heard, style), style)
    shot = ShotPlan(
        UNMOVED, heard.frames, (), CAPTIONS, replace(SMALL, fps=FPS), EncodeSettings(), visual="card", card=card
    )
    seen = [pose_at(elements[1], card.appearances[1], card, shot, number) for number in range(heard.frames)]
    bare = sum(pose is None or pose.opacity < 0.5 for pose in seen)
    assert bare <= count(0.14)


GROWTHS = st.sampled_from(["", "across", "round", "count"])
PIECES = st.tuples(
    st.sampled_from(["headline", "entry", "figure", "detail", "bar"]),
    st.sampled_from(["", "nothing", *SPOKEN.split()]),
    st.booleans(),
    GROWTHS,
) | st.tuples(st.sampled_from(["icon", "rule", "brand"]), st.just(""), st.just(False), GROWTHS)


@given(
    st.lists(PIECES, max_size=9),
    st.integers(1, 300),
    st.floats(0.05, 1.0),
    st.booleans(),
    st.sets(st.integers(0, 8), max_size=3),
)
def test_whatever_is_said_the_card_is_whole_in_time_and_in_reading_order(
    pieces: list[tuple[str, str, bool, str]], frames: int, every_s: float, opens: bool, standing: set[int]
) -> None:
    elements = [
        element(f"{name} {n}", text, waits=waits, growth=growth, grows_on=text)
        for n, (name, text, waits, growth) in enumerate(pieces)
    ]
    stand = {one.digest for n, one in enumerate(elements) if n in standing}
    heard = hear(every_s=every_s, frames=frames)
    planned = plan_appearances(elements, heard, STYLE, stand=stand, opens=opens)
    latest = max(0, frames - count(STYLE.enter_s + READING_S + STYLE.exit_s))
    starts = [one.start for one in planned if one.start >= 0]
    assert starts == sorted(starts)
    for own, one in zip(elements, planned, strict=True):
        assert one.start == -1 if own.digest in stand else one.start >= -1
        if own.waits and one.said >= 0 and one.start >= 0:
            assert one.start >= min(one.said - count(LEAD_S), max(latest, min(one.said - count(EARLY_S), frames - 1)))
        assert one.start < frames
        if own.growth and own.digest not in stand:
            assert max(one.start, 0) <= one.grows < frames
