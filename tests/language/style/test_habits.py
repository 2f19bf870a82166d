"""Habits are measured, and applied as often as the author does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automagic.language.style.habits import adorn, dress, learn_habits
from automagic.values.post import Post


def habits_of(*texts: str):
    return learn_habits([Post(str(number), text) for number, text in enumerate(texts)])


PLAIN = habits_of("Bread rises.", "Dough sleeps.", "Yeast eats.")


def test_the_end_of_a_post_is_as_often_without_a_full_stop_as_the_author_s():
    habits = habits_of(*(f"Loaf {n} is done{'.' if n % 10 < 7 else ''}" for n in range(100)))
    ends = [dress([f"The oven has {n} racks."], habits, seed=str(n))[0].endswith(".") for n in range(1000)]
    assert 0.65 < sum(ends) / len(ends) < 0.75


def test_the_same_text_is_dressed_the_same_way_again():
    habits = habits_of("no stop", "No stop", "A stop.", "a stop!", "It don't", "does not")
    dressed = {tuple(dress(["The bread does not rise.", "It sleeps."], habits, seed="x")) for _ in range(5)}
    assert len(dressed) == 1


@pytest.mark.parametrize(
    ("author", "text", "written"),
    [
        ("i don't know. it isn't done. you can't", "The dough does not rise.", "the dough doesn't rise"),
        ("We do not know. It is not done. He cannot.", "The dough doesn't rise.", "The dough does not rise."),
        ("It’s late — always.", "It's late - and 'tis dark.", "It’s late — and 'tis dark."),
        ("So -- it ends.", "Bread—and water – rise.", "Bread -- and water -- rise."),
        ("“Yes,” it said.", 'The sign says "no" (or "yes").', "The sign says “no” (or “yes”)."),
        ('"Yes," it said.', "The sign says “no”.", 'The sign says "no".'),
        ("Wait… what.", "Bread... rises.", "Bread… rises."),
        ("all small here.", "NASA bakes. Ann waits.", "nasa bakes. ann waits."),
    ],
)
def test_signs_are_the_author_s(author, text, written):
    assert dress([text], habits_of(author), seed="") == [written]


def test_a_small_first_letter_leaves_names_and_initials():
    habits = replace(PLAIN, small_first=1.0)
    lines = dress(["NASA bakes. I wait. Ann waits. Bread rises."], habits, seed="", names=frozenset({"Ann"}))
    assert lines == ["NASA bakes. I wait. Ann waits. bread rises."]


def test_tags_are_the_author_s_own_and_topical():
    habits = habits_of("Trees stand. #trees #CityTrees", "Trees fall. #trees #CityTrees", "Bees fly. #bees", "#bees!")
    always = replace(habits, tagged=1.0, most_tags=3)
    assert adorn("Trees grow.", always, seed="", about="") == ("Trees grow. #trees", ("#trees",))
    assert adorn("Trees grow.", always, seed="", about="the city")[1] == ("#CityTrees", "#trees")
    assert adorn("Prices grow.", always, seed="", about="")[1] == ()
    assert adorn("Trees grow.", replace(always, tagged=0.0), seed="", about="")[1] == ()


def test_an_emoji_is_one_that_the_author_uses_for_such_posts():
    habits = replace(habits_of("Bread rises 🍞", "Bread sleeps 🍞", "Fun 🚀", "More 🚀"), with_emoji=1.0)
    assert adorn("Bread sleeps.", habits, seed="", about="")[0] == "Bread sleeps. 🍞"
    assert adorn("Glass breaks.", habits, seed="", about="")[0] == "Glass breaks."


def test_a_link_stands_where_the_author_puts_it():
    habits = replace(habits_of("Read.\n\nhttps://a.example", "See.\n\nhttps://b.example"), linked=1.0)
    assert adorn("New.", habits, seed="", about="", link="https://c.example")[0] == "New.\n\nhttps://c.example"
    assert adorn("New.", habits, seed="", about="")[0] == "New."


def test_an_author_without_posts_has_no_habits():
    assert dress(["It rises."], learn_habits([]), seed="") == ["It rises."]
