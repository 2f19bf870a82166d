"""Which candidate becomes the draft, and what is said of the others."""

from __future__ import annotations

from functools import cache

import pytest

from automagic.data import shipped
from automagic.language.posts.verdict import Standard
from automagic.language.style.likeness import learn_style
from automagic.products.posts.writing.drafts import CandidatePosts, PostTask
from automagic.products.posts.writing.judging import choose_draft, judge_candidates, read_standard
from automagic.providers.shared.post_draft import PostCandidate, WrittenPosts
from automagic.sources.file import read_file
from automagic.values.document import Origin
from tests.support.texts.posts import bierce_posts

TASK = PostTask("bierce", "", ("x", "bluesky"), 1, thread=False)
LIKE = "MOON, n. It gives off no light of its own."
ALSO_LIKE = "MOON, n. It does not change its shape."
UNLIKE = "When you look at the Moon tonight you will see its bright half!!!"
INVENTED = "MOON, n. A lamp of 400 watts, the property of Edison."
COPIED = "ABATIS, n. Rubbish in front of a fort, to prevent the rubbish outside from molesting the rubbish inside."
LONG = f"MOON, n. {'The moon gives off no light of its own. ' * 12}"


@cache
def standard() -> Standard:
    posts = bierce_posts()
    document = read_file(shipped("samples") / "moon.md")
    return read_standard(document, TASK, posts, learn_style(posts).to_bytes())


def group(*texts: str) -> list[PostCandidate]:
    return [PostCandidate(text, (Origin("moon.md", 0, text),), 0) for text in texts]


def test_the_likest_that_holds_is_taken_and_the_others_are_told_of():
    draft = choose_draft(group(UNLIKE, INVENTED, ALSO_LIKE, LIKE), standard(), TASK)
    assert draft.text == LIKE
    assert not draft.reasons
    assert draft.verdict["likeness"]["best_of"] == 4
    assert {one.text for one in draft.refused} == {UNLIKE, INVENTED, ALSO_LIKE}
    assert all(one.reasons for one in draft.refused)


def test_another_take_is_the_next_that_holds_and_then_the_first_again():
    texts = [choose_draft(group(LIKE, ALSO_LIKE), standard(), TASK, take=take).text for take in (1, 2, 3)]
    assert texts == [LIKE, ALSO_LIKE, LIKE]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (INVENTED, "The number “400” does not stand in the source."),
        (COPIED, "It repeats 18 words of post "),
        (LONG, "too long for X"),
        (UNLIKE, "It is not like the author's posts"),
    ],
)
def test_what_does_not_hold_is_the_draft_only_where_nothing_else_is(text, why):
    draft = choose_draft(group(text), standard(), TASK)
    assert any(why in reason for reason in draft.reasons), draft.reasons
    assert choose_draft(group(text, LIKE), standard(), TASK).text == LIKE


def test_drafts_that_hold_stand_before_those_that_do_not():
    written = WrittenPosts(
        (*group(UNLIKE), *(PostCandidate(text, (), number) for number, text in enumerate((ALSO_LIKE, LIKE), 1)))
    )
    judged = judge_candidates(CandidatePosts("bierce", written), standard(), TASK)
    assert [draft.text for draft in judged.drafts] == [LIKE, ALSO_LIKE, UNLIKE]
    assert (judged.like, judged.considered) == (2, 3)


def test_a_thread_is_judged_by_its_posts():
    task = PostTask("bierce", "", ("x", "bluesky"), 1, thread=True)
    text = "\n\n".join(
        [LIKE + " " + "It does not change its shape. " * 7, ALSO_LIKE + " " + "It gives off no light. " * 7]
    )
    draft = choose_draft(group(text), standard(), task)
    assert set(draft.parts) == {"x", "bluesky"}
    assert len(draft.parts["x"]) == 2
    assert draft.verdict["platforms"]["x"]["posts"] == 2
    assert draft.verdict["platforms"]["x"]["ok"]
    each = [standard().style.likeness(part).p for part in draft.parts["x"]]
    assert draft.verdict["likeness"]["p"] == pytest.approx(min(1.0, 2 * min(each)), abs=1e-4)
    assert not any("too long" in reason for reason in draft.reasons)
