"""How posts are built, and which of their shapes can be filled."""

from __future__ import annotations

import pytest

from automagic.language.style.shapes import PostShape, learn_shapes, usual_shapes
from automagic.values.post import Post


def posts(*texts: str) -> list[Post]:
    return [Post(str(number), text) for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Bread rises.", PostShape((1,))),
        ("Bread rises. Dough sleeps! #bread", PostShape((2,))),
        ("Bread rises.\n\nDough sleeps. Both wait.\n\n#bread https://a.example", PostShape((1, 2), "\n\n")),
        ("Bread rises\nDough sleeps 🍞", PostShape((1, 1), "\n")),
        ("- Bread rises\n- Dough sleeps", PostShape((1, 1), "\n", "-")),
        ("YEAST, n. A fungus of a single cell.", PostShape((1,), head="capitals", joint=", n. ")),
        ("Yeast: a fungus. It eats.", PostShape((2,), head="capital", joint=": ")),
        ("wild yeast: a fungus", PostShape((1,), head="small", joint=": ")),
        ("YEAST, v. To rise.", None),
        ("@ann Bread rises.", None),
        ("What rises:\n- bread\n- dough", None),
        ("1/ Bread rises.", None),
        ("🍞", None),
    ],
)
def test_each_post_has_the_shape_that_its_words_stand_in(text, shape):
    assert [one.shape for one in learn_shapes(posts(text))] == ([shape] if shape else [])


def test_a_head_that_is_a_saying_of_the_author_is_no_place_for_a_word():
    found = learn_shapes(posts("Reminder: drink.", "Reminder: eat.", "reminder: sleep.", "Tea: a drink."))
    assert [(one.shape.head, one.posts) for one in found] == [("capital", 1)]


def test_a_shape_tells_of_its_posts():
    (one,) = learn_shapes(posts("Bread rises.", "Rye.", "Dough sleeps in a bowl."))
    assert (one.posts, one.of, one.example, one.least, one.most, one.share) == (3, 3, "0", 4, 23, 1.0)


def test_what_was_done_once_in_many_posts_is_no_habit():
    texts = [f"Loaf {number} is done." for number in range(30)] + ["One. Two. Three. Four. Five."]
    assert [one.posts for one in usual_shapes(learn_shapes(posts(*texts)))] == [30]
