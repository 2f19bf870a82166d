"""A judge that was tried on later posts: what it promises, what it tells apart, and what cannot move it."""

from __future__ import annotations

import hashlib
from functools import cache
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.data import shipped
from automagic.errors import RequestError
from automagic.language.style.likeness import CALIBRATION_SHARE, FEWEST_POSTS, Judge, StyleModel, learn_style
from automagic.values.post import Post
from tests.support.texts.posts import bierce_posts, posts_of

PLAIN = (
    "We shipped the new release today, and you can try it in the browser right now.",
    "Thanks to everybody who came to our talk about testing on Saturday!",
    "Pro tip: run the formatter before each commit and save yourself a review.",
    "New blog post: how we cut our build time in half with one simple cache.",
    "Who else is looking forward to the conference next week? Say hi at our booth.",
)


@cache
def shuffled() -> tuple[Post, ...]:
    """In random order, so that later posts are like earlier ones."""
    texts = [post.text for post in bierce_posts()]
    return posts_of(sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest()))


@cache
def bierce() -> StyleModel:
    return learn_style(shuffled()[:750])


def test_own_posts_are_rejected_as_rarely_as_promised() -> None:
    model = bierce()
    unseen = [model.likeness(post.text) for post in shuffled()[750:]]
    for alpha in (0.05, 0.1, 0.2):
        for p in ([one.p for one in unseen], [one.word_p for one in unseen]):
            # Two standard deviations of so few posts, and of the calibration's.
            assert sum(value <= alpha for value in p) / len(p) <= alpha + 2 * (alpha * (1 - alpha) / 90) ** 0.5


@pytest.mark.parametrize("text", PLAIN)
def test_what_others_write_is_told_by_both_judges(text: str) -> None:
    likeness = bierce().likeness(text)
    assert likeness.p <= 0.05
    assert likeness.word_p <= 0.1
    assert likeness.score < 0


def test_an_unseen_post_is_like_its_author() -> None:
    model = bierce()
    assert model.likeness("AUCTIONEER, n. The man who proclaims with a hammer that he has picked a pocket.").p > 0.2


def test_copied_tags_links_mentions_and_numbers_move_no_judge() -> None:
    tagged = posts_of([f"{post.text} #devil https://example.com/d" for post in shuffled()[:200]])
    model = learn_style(tagged)
    plain = model.likeness("We shipped 3 things today.")
    assert model.likeness("We shipped 17,250 things today. #devil https://example.com/d @bierce@example.org") == plain


@pytest.mark.parametrize("best_of", [1, 2, 5])
def test_the_best_of_many_has_to_be_better(best_of: int) -> None:
    model = bierce()
    text = shuffled()[800].text
    one, best = model.likeness(text), model.likeness(text, best_of=best_of)
    assert best.score == one.score
    assert best.p <= one.p


@pytest.mark.parametrize(("size", "best_of"), [(4, 1), (4, 2), (3, 3)])
def test_the_correction_counts_every_order(size: int, best_of: int) -> None:
    """Of all ways to draw the drafts from calibration and drafts together, p or less must be as rare as p says."""
    import numpy as np

    below = []
    for drawn in combinations(range(size + best_of), best_of):
        calibration = np.array([float(rank) for rank in range(size + best_of) if rank not in drawn])
        judge = Judge(np.zeros(1, np.uint32), 1, calibration)
        below.append(judge.p(float(max(drawn)), best_of))
    for p in set(below):
        assert sum(value <= p for value in below) / len(below) == pytest.approx(p)


def test_a_model_survives_a_file() -> None:
    model = bierce()
    again = StyleModel.from_bytes(model.to_bytes())
    assert (again.corpus, again.version, again.learned) == (model.corpus, model.version, model.learned)
    for text in PLAIN:
        assert again.likeness(text) == model.likeness(text)


def test_a_spoilt_file_is_no_model() -> None:
    data = bierce().to_bytes()
    for spoilt in (b"", b"no model", data[: len(data) // 2]):
        with pytest.raises(RequestError, match="style model"):
            StyleModel.from_bytes(spoilt)


def test_a_model_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bierce().to_bytes()
    monkeypatch.setattr("automagic.language.style.likeness.VERSION", 99)
    with pytest.raises(RequestError, match="another version"):
        StyleModel.from_bytes(data)


def test_a_model_is_tied_to_its_posts() -> None:
    posts = shuffled()[:60]
    assert learn_style(posts).corpus == learn_style(posts[::-1]).corpus  # time orders them
    assert learn_style(posts).corpus != learn_style(posts[1:]).corpus


@pytest.mark.parametrize(
    "posts",
    [
        (),
        posts_of(["Again and again."] * 994),
        posts_of([f"Post number {number} of the day." for number in range(400)]),
        posts_of(["🎉"] * 50),
        shuffled()[: FEWEST_POSTS - 1],
        tuple(Post(post.id, post.text, post.created_at, kind="reply") for post in shuffled()[:100]),
    ],
    ids=["none", "one text", "one but for its number", "no words", "few", "replies"],
)
def test_too_little_to_learn_from_is_said(posts: tuple[Post, ...]) -> None:
    with pytest.raises(RequestError, match="too few"):
        learn_style(posts)


def test_a_later_copy_is_no_calibration() -> None:
    posts = [post.text for post in shuffled()[:120]]
    copied = [f"{text} Indeed." for text in posts[:10] if len(text) > 60]
    with_copies = learn_style(posts_of([*posts, *copied]))
    newest = round(CALIBRATION_SHARE * (len(posts) + len(copied)))
    assert with_copies.likeness("x").calibration_size <= newest - len(copied)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_every_text_has_a_verdict(text: str) -> None:
    likeness = bierce().likeness(text)
    assert 1 / (likeness.calibration_size + 1) <= likeness.p <= 1
    assert 1 / (likeness.calibration_size + 1) <= likeness.word_p <= 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=8))
def test_a_score_does_not_depend_on_its_neighbours(texts: list[str]) -> None:
    model = bierce()
    assert model.scores(texts) == pytest.approx([model.scores([text])[0] for text in texts])


def test_words_said_again_tell_nothing_more() -> None:
    once, again = (bierce().likeness(text).word_score for text in ("the sea the sea", "the sea the sea the sea"))
    assert once != 0
    assert again == pytest.approx(once * ((4 + 1 + 10) / (6 + 1 + 10)) ** 0.5)  # the end counts; 10 speak for nobody


def test_the_background_is_small() -> None:
    assert shipped("style/background.npy").stat().st_size < 2_000_000
